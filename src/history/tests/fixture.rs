//! A log in memory with its history, and a small language of what happened.

use crate::history::{Budget, History, VersionKind};
use crate::patch::{Op, Patch};
use crate::record::{
    Body, Entry, InTransaction, NewSnapshot, Origin, Position, Record, RecordSource, SnapshotId, SnapshotKind,
    StateChange, TenantId, Time, TransactionId, Version,
};
use crate::value::{Pointer, Text, Value};
use crate::{Error, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub(super) struct LogFixture {
    pub records: FixtureRecords,
    pub history: History,
    /// The branch of the next records.
    pub branch: Option<Text>,
    /// The time of the next records.
    pub clock: Option<Time>,
    /// Who writes the next records.
    pub origin: Origin,
    /// The transaction of the next records.
    pub step: Option<InTransaction>,
    /// The newest version in truth, where records say which they make.
    pub newest: Option<u64>,
}

/// Records in memory that count how often they are read.
#[derive(Default)]
pub(super) struct FixtureRecords {
    pub all: Vec<Arc<Record>>,
    pub reads: AtomicU64,
    pub lost: bool,
}

impl RecordSource for FixtureRecords {
    fn record(&self, position: Position) -> Result<Arc<Record>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let index = usize::try_from(position.0 - 1).unwrap();
        self.all.get(index).filter(|_| !self.lost).cloned().ok_or_else(|| Error::Gaps { tenant: "test".into() })
    }
}

impl Default for LogFixture {
    fn default() -> Self {
        Self::within(256 << 20)
    }
}

impl LogFixture {
    pub fn within(budget: u64) -> Self {
        let history = History::new(TenantId::from("acme"), Budget::new(budget));
        Self {
            records: FixtureRecords::default(),
            history,
            branch: None,
            clock: None,
            origin: Origin::Application,
            step: None,
            newest: None,
        }
    }

    pub fn push(&mut self, body: Body) -> Option<Version> {
        self.try_push(body).unwrap()
    }

    pub fn try_push(&mut self, body: Body) -> Result<Option<Version>> {
        let position = Position(self.records.all.len() as u64 + 1);
        let mut entry = Entry {
            at: self.clock,
            branch: self.branch.clone(),
            origin: self.origin,
            step: self.step.map(Box::new),
            ..Entry::new(body)
        };
        if let Some(newest) = &mut self.newest {
            entry.makes = self.history.makes(&entry, Version(*newest + 1), None);
            *newest += u64::from(entry.makes.is_some());
        }
        let record = Arc::new(Record { position, id: Text::new(), entry });
        let made = self.history.push(&record, &self.records)?;
        self.records.all.push(record);
        Ok(made)
    }

    /// Loses so many records.
    pub fn lose(&mut self, count: usize) {
        self.history.note_gap("records lost".into());
        let filler = Record { position: Position(0), id: Text::new(), entry: Entry::new(Body::Commit) };
        self.records.all.extend(std::iter::repeat_n(Arc::new(filler), count));
    }

    pub fn transition(&mut self, label: &str, change: StateChange) -> Version {
        self.push(Body::Transition { label: label.into(), change }).unwrap()
    }

    /// Plays phrases separated by commas:
    ///
    /// - `a b ~c %/p`: the states "a" and "b", then "c" by a patch, then a patch that removes `/p`
    /// - `bad`, `gone`: an invalid and a deleted version; `gap`: a record that made a version is lost here, `gap-aside`: one
    ///   that made none
    /// - `rewind a`, `rewind #2`: a rollback to the first version labelled `a`, to `#2`
    /// - `undo`, `undo @5`: takes back the last write, or the record at 5
    /// - `redo`: does again what was taken back last
    /// - `fork x a`: a branch at the first version labelled `a`; `on x`, `on main`: what follows goes there
    /// - `promote x`: the head of `main` becomes that of `x`
    /// - `mark NAME`, `mark NAME #2`, `mark -`, `mark =`: a snapshot of the head or of `#2`; an auto one without name, a
    ///   checkpoint
    /// - `begin`, `fail`: what follows is a transaction's; a step of it fails, which ends it
    /// - `at 30`: what follows happens that many seconds after the beginning of time
    /// - `unmark NAME`, `drop 5`: deletes a snapshot by name or by id
    pub fn play(&mut self, script: &str) {
        self.try_play(script).unwrap();
    }

    pub fn try_play(&mut self, script: &str) -> Result<()> {
        for phrase in script.split(',').map(str::trim) {
            let words: Vec<&str> = phrase.split_whitespace().collect();
            match words.as_slice() {
                ["rewind", to] => self.try_push(Body::Rollback { to: self.version(to), reason: Text::new() })?,
                ["undo"] => match self.history.undoable(Origin::Application) {
                    Some(write) => self.try_push(Body::Undo { of: write.of })?,
                    None => None,
                },
                ["redo"] => match self.history.redoable(Origin::Application) {
                    Some(write) => self.try_push(Body::Undo { of: write.of })?,
                    None => None,
                },
                ["fork", name, from] => {
                    let from = self.version(from);
                    self.try_push(Body::Fork { name: (*name).into(), from, baseline: None })?
                }
                ["on", branch] => {
                    self.branch = (*branch != "main").then(|| (*branch).into());
                    None
                }
                ["at", seconds] => {
                    self.clock = Time::from_timestamp(seconds.parse().unwrap(), 0);
                    None
                }
                ["begin"] => {
                    let begun = self.try_push(Body::Begin { name: "tx".into(), steps: Vec::new() })?;
                    self.step = Some(InTransaction::new(TransactionId(self.history.transactions().next_id().0 - 1), 1));
                    begun
                }
                ["fail"] => {
                    let failed = self.try_push(Body::Fail { name: "step".into(), why: "no".into(), closed: false })?;
                    self.step = None;
                    failed
                }
                ["promote", variant] => {
                    self.try_push(Body::Promote { variant: (*variant).into(), reason: Text::new() })?
                }
                ["undo", of] => self.try_push(Body::Undo { of: Position(of[1..].parse().unwrap()) })?,
                ["mark", name] => self.mark(name, self.history.head()),
                ["mark", name, version] => self.mark(name, self.version(version)),
                ["unmark", name] => {
                    let id = self.history.marks().listed().iter().find(|s| s.name.as_deref() == Some(name)).unwrap().id;
                    self.try_push(Body::DeleteSnapshots { ids: vec![id] })?
                }
                ["drop", id] => {
                    self.try_push(Body::DeleteSnapshots { ids: vec![SnapshotId(Position(id.parse().unwrap()))] })?
                }
                labels => labels.iter().fold(None, |_, label| self.write(label)),
            };
        }
        Ok(())
    }

    fn write(&mut self, label: &str) -> Option<Version> {
        let root = Pointer::default();
        let change = match label {
            "gap-aside" => {
                self.lose(1);
                return None;
            }
            "gap" => {
                self.lose(1);
                self.newest = self.newest.map(|newest| newest + 1);
                return None;
            }
            "bad" => StateChange::Invalid { raw: "{".into(), why: "cut off".into() },
            "gone" => StateChange::Deleted,
            _ => match (label.strip_prefix('~'), label.strip_prefix('%')) {
                (Some(value), _) => StateChange::Patch(Patch(vec![Op::Replace { path: root, value: value.into() }])),
                (_, Some(path)) => StateChange::Patch(Patch(vec![Op::Remove { path: Pointer::parse(path).unwrap() }])),
                _ => StateChange::State(label.into()),
            },
        };
        Some(self.transition(label, change))
    }

    fn mark(&mut self, name: &str, version: Version) -> Option<Version> {
        let (name, kind) = match name {
            "-" => (None, SnapshotKind::Auto),
            "=" => (None, SnapshotKind::Checkpoint),
            name => (Some(name.into()), SnapshotKind::Named),
        };
        self.push(Body::Snapshot(Box::new(NewSnapshot {
            version,
            name,
            kind,
            description: Text::new(),
            tags: Vec::new(),
            drops: Vec::new(),
            created: None,
        })))
    }

    /// `#2`, or the first version with a label.
    fn version(&self, text: &str) -> Version {
        let labelled = |n: &u64| self.history.info(Version(*n)).is_some_and(|info| info.label == text);
        match text.strip_prefix('#') {
            Some(number) => Version(number.parse().unwrap()),
            None => Version((1..=self.history.newest().0).find(labelled).unwrap()),
        }
    }

    pub fn value(&self, version: u64) -> Value {
        self.history.value(Version(version), &self.records).unwrap()
    }

    /// The value: `(a)` when a rollback or undo made it, `!a` when invalid; `#0` for the first.
    pub fn text(&self, version: u64) -> String {
        if version == 0 {
            return "#0".to_owned();
        }
        let value = self.value(version);
        let text = value.as_str().map_or_else(|| value.to_json(), str::to_owned);
        match self.history.info(Version(version)).unwrap().kind {
            VersionKind::Rollback | VersionKind::Promote | VersionKind::Undo => format!("({text})"),
            VersionKind::Invalid => format!("!{text}"),
            VersionKind::Transition | VersionKind::Deleted | VersionKind::Cut => text,
        }
    }

    /// All lines: forks and kept branches in order, then `main` with a star at its head.
    pub fn lines(&self) -> String {
        let mut branches = self.history.branches();
        branches.rotate_left(1);
        let line = |head| {
            let versions = self.history.lineage().line(head).into_iter().flatten();
            versions.map(|version| self.text(version)).collect::<Vec<_>>().join(" -> ")
        };
        branches.iter().map(|branch| line(branch.head)).collect::<Vec<_>>().join(" | ") + "*"
    }

    /// Kind, label, parent and problem of a version.
    pub fn describe(&self, version: u64) -> String {
        let info = self.history.info(Version(version)).unwrap();
        let problem = info.problem.map(|problem| format!(": {problem}")).unwrap_or_default();
        format!("{} {} {} of {}{problem}", info.version, info.kind.word(), info.label, info.parent)
    }
}
