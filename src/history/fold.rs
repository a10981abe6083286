//! The fold itself: one record in, the history one record further.
//!
//! What is asked of the history is answered in the files of its parts; here is only what each record does to them.

use super::branches::Branches;
use super::keyframes::{Keyframes, Window};
use super::snapshots::Snapshots;
use super::step::{self, Growth};
use super::tree::Tree;
use super::undo::{Write, Writes};
use super::versions::{NewVersion, Versions};
use super::{Budget, Kind, Snapshot};
use crate::Result;
use crate::record::{Body, Change, NewSnapshot, Position, Record, Records, SnapshotId, TenantId, Version};
use crate::value::{Limits, Text, Value};
use std::sync::{Arc, Mutex};

/// One tenant's history, as far as its records have been folded.
///
/// The head is always the newest version: whatever makes a version continues the current line, a rollback after having
/// left part of it to a kept branch. Versions are numbered in log order, without gaps.
pub struct History {
    tenant: TenantId,
    position: Position,
    pub(super) limits: Limits,
    pub(super) tree: Tree,
    pub(super) versions: Versions,
    pub(super) branches: Branches,
    pub(super) snapshots: Snapshots,
    pub(super) writes: Writes,
    pub(super) head_value: Value,
    pub(super) keyframes: Keyframes,
    pub(super) window: Mutex<Window>,
    /// Why the head's value may be wrong: records are missing before it.
    suspect: Option<Text>,
    problems: Vec<Text>,
}

/// A version about to be made.
struct Made {
    kind: Kind,
    parent: Version,
    label: Text,
    value: Value,
    growth: Growth,
    /// Whether the record alone gives the value.
    whole: bool,
    problem: Option<Text>,
}

impl History {
    /// An empty history: `#0`, `null`.
    pub fn new(tenant: TenantId, budget: Budget) -> Self {
        Self {
            tenant,
            position: Position(0),
            limits: Limits::default(),
            tree: Tree::new(),
            versions: Versions::default(),
            branches: Branches::default(),
            snapshots: Snapshots::default(),
            writes: Writes::default(),
            head_value: Value::Null,
            keyframes: Keyframes::new(budget),
            window: Mutex::new(Window::new(budget)),
            suspect: None,
            problems: Vec::new(),
        }
    }

    /// Takes one record, in order. What a record asks that cannot be done is never an error: a patch that does not apply
    /// and a rollback to a version that does not exist make an `invalid` version, the rest is told by
    /// [`problems`](Self::problems). Answers the version made, if one was.
    ///
    /// # Errors
    /// Only when `records` cannot read what the fold needs (the target of a rollback); then nothing has changed.
    pub fn push(&mut self, record: &Arc<Record>, records: &dyn Records) -> Result<Option<Version>> {
        let made = match &record.entry.body {
            Body::Transition { label, change } => Some(self.transition(record, label, change)),
            Body::Rollback { to, .. } => Some(self.roll_back(record, *to, records)?),
            Body::Undo { of } => self.take_back(record, *of, records)?,
            Body::Snapshot(new) => {
                self.mark(record, new);
                None
            }
            Body::DeleteSnapshot { id } => {
                self.unmark(record, *id);
                None
            }
        };
        self.position = record.position;
        Ok(made)
    }

    /// Says that records are missing after the last one folded. Later versions carry `why` as their problem until one has
    /// a whole state, or is rolled back to what was before. Versions are numbered by what could be read.
    pub fn note_gap(&mut self, why: Text) {
        self.suspect = Some(why);
    }

    fn transition(&mut self, record: &Record, label: &Text, change: &Change) -> Version {
        let before = self.head_value.clone();
        let (kind, value, wrong) = match (change, step::apply(change, &before, self.limits)) {
            (_, Err(error)) => (Kind::Invalid, before.clone(), Some(error.to_string().into())),
            (Change::Invalid { why, .. }, Ok(value)) => (Kind::Invalid, value, Some(why.clone())),
            (Change::Deleted, Ok(value)) => (Kind::Deleted, value, None),
            (Change::Patch(_) | Change::State(_), Ok(value)) => (Kind::Transition, value, None),
        };
        let whole = kind != Kind::Invalid && matches!(change, Change::State(_) | Change::Deleted);
        if whole {
            self.suspect = None;
        }
        let growth = step::growth_by(change, &before, &value);
        let problem = wrong.or_else(|| self.suspect.clone());
        self.add(record, Made { kind, parent: self.head(), label: label.clone(), value, growth, whole, problem })
    }

    fn roll_back(&mut self, record: &Record, to: Version, records: &dyn Records) -> Result<Version> {
        let label = format!("rollback to {to}").into();
        if to > self.newest() {
            return Ok(self.stay(
                record,
                label,
                &format!("there is no {to} to roll back to; the newest is {}", self.newest()),
            ));
        }
        let left = self.head();
        let made = self.go_back(record, Kind::Rollback, to, label, records)?;
        self.writes.push(record.position, Write::Rollback { made, left });
        Ok(made)
    }

    /// Adds a version equal to `to` and goes on from there; what is left behind becomes a kept branch.
    fn go_back(
        &mut self,
        record: &Record,
        kind: Kind,
        to: Version,
        label: Text,
        records: &dyn Records,
    ) -> Result<Version> {
        let value = self.value(to, records)?;
        let mut growth = step::growth(&self.head_value, &value);
        if self.keyframes.get(to).is_some() {
            growth.bytes = 0;
        }
        if let Some(branch) = self.branches.would_keep(&self.tree, self.head(), to) {
            self.branches.keep(&self.tree, branch);
        }
        self.suspect = self.suspect_at(to);
        let problem = self.suspect.clone();
        Ok(self.add(record, Made { kind, parent: to, label, value, growth, whole: false, problem }))
    }

    /// Why a version's value may be wrong. An invalid one has its parent's, and a problem of its own.
    fn suspect_at(&self, version: Version) -> Option<Text> {
        let mut at = version;
        while self.versions.kind(at) == Some(Kind::Invalid) {
            at = self.parent(at)?;
        }
        self.versions.problem(at).cloned()
    }

    /// Adds an invalid version: the value stays.
    fn stay(&mut self, record: &Record, label: Text, why: &str) -> Version {
        let (parent, value) = (self.head(), self.head_value.clone());
        let growth = step::growth(&value, &value);
        self.add(
            record,
            Made { kind: Kind::Invalid, parent, label, value, growth, whole: false, problem: Some(why.into()) },
        )
    }

    fn add(&mut self, record: &Record, made: Made) -> Version {
        let version = self.tree.grow(made.parent);
        self.keyframes.offer(version, self.tree.depth(version), &made.value, made.growth.bytes);
        self.versions.push(NewVersion {
            position: record.position,
            at: record.entry.at,
            by: record.entry.by.clone(),
            label: made.label,
            kind: made.kind,
            parent: made.parent,
            counts: made.growth.counts,
            size: made.value.size(),
            whole: made.whole,
            problem: made.problem,
        });
        self.head_value = made.value;
        version
    }

    /// Makes a version only when it takes back a rollback.
    fn take_back(&mut self, record: &Record, of: Position, records: &dyn Records) -> Result<Option<Version>> {
        let Some(write) = self.writes.get(of) else {
            self.ignore(
                record,
                &format!("record {} is no rollback, snapshot or deletion, or was taken back before", of.0),
            );
            return Ok(None);
        };
        let made = match write {
            Write::Rollback { made, left } => {
                Some(self.go_back(record, Kind::Undo, left, format!("undo of {made}").into(), records)?)
            }
            Write::Snapshot(id) => {
                self.snapshots.hide(id);
                None
            }
            Write::Deletion(id) => {
                self.snapshots.show(id);
                None
            }
        };
        self.writes.remove(of);
        Ok(made)
    }

    fn mark(&mut self, record: &Record, new: &NewSnapshot) {
        if new.version > self.newest() {
            return self.ignore(record, &format!("there is no {} to make a snapshot of", new.version));
        }
        let id = SnapshotId(record.position);
        let at = self.versions.own_time(new.version).or(record.entry.at);
        self.snapshots.add(Snapshot::new(id, new, at, record.entry.by.as_ref()));
        self.writes.push(record.position, Write::Snapshot(id));
    }

    fn unmark(&mut self, record: &Record, id: SnapshotId) {
        if self.snapshots.get(id).is_none() {
            return self.ignore(record, &format!("there is no snapshot with id {} to delete", id.0.0));
        }
        self.snapshots.hide(id);
        self.writes.push(record.position, Write::Deletion(id));
    }

    fn ignore(&mut self, record: &Record, why: &str) {
        self.problems.push(format!("record {} is ignored: {why}", record.position.0).into());
    }

    /// The tenant.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// The position of the last record folded.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Records that make no version and could not be followed, and why, in order.
    pub fn problems(&self) -> &[Text] {
        &self.problems
    }

    /// The head of the current branch.
    pub fn head(&self) -> Version {
        self.tree.newest()
    }

    /// The newest version in log order (the head, always: every version-making record moves the head).
    pub fn newest(&self) -> Version {
        self.tree.newest()
    }

    /// The head's value. O(1).
    pub fn head_value(&self) -> &Value {
        &self.head_value
    }
}
