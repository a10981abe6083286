//! The fold itself: one record in, the history one record further.
//!
//! What is asked of the history is answered in the files of its parts; here is only what each record does to them, and
//! in `back` what goes back to an older version does.

use super::branches::Branches;
use super::chunked::Chunked;
use super::gaps::Gaps;
use super::keyframes::Keyframes;
use super::left::LeftAfter;
use super::owners::ByOwner;
use super::replays::Replays;
use super::snapshots::Snapshots;
use super::step::{self, Growth};
use super::transactions::Transactions;
use super::tree::{Owner, Tree};
use super::undo::{Write, Writes};
use super::variants::Measurements;
use super::versions::{NewVersion, Versions};
use super::{Budget, Kind, Snapshot, base};
use crate::Result;
use crate::record::{
    Base, Body, Change, NewSnapshot, Position, Record, Records, Settings, SnapshotId, SnapshotNote, TenantId,
    TimeSource, Version,
};
use crate::value::{Limits, Text, Value};
use std::sync::Arc;

/// One tenant's history, as far as its records have been folded.
///
/// Versions are numbered in log order, without gaps. Whatever makes a version continues a branch: `main`, or a fork; a
/// rollback after having left part of it to a kept branch.
#[derive(Clone)]
pub struct History {
    tenant: TenantId,
    position: Position,
    /// Records up to here were cut off by compaction.
    cut: Position,
    pub(super) budget: Budget,
    pub(super) limits: Limits,
    pub(super) tree: Tree,
    pub(super) versions: Versions,
    pub(super) branches: Branches,
    pub(super) snapshots: Snapshots,
    pub(super) transactions: Transactions,
    pub(super) measurements: Measurements,
    pub(super) settings: Arc<Settings>,
    pub(super) writes: Writes,
    pub(super) gaps: Gaps,
    /// Records that say something unknown here, and a base record that keeps such.
    pub(super) unknown: Chunked<Position>,
    pub(super) heads: ByOwner<Head>,
    pub(super) keyframes: Keyframes,
    pub(super) window: Replays,
    /// What rollbacks left behind, as it was after so many returns.
    pub(super) left: LeftAfter,
    pub(super) problems: Chunked<Text>,
    /// Versions that went back and are not counted yet: the one who writes them need not wait for that.
    pub(super) uncounted: Uncounted,
}

/// How far a history has folded its log: what was looked up in it is stale when this has changed.
#[cfg(feature = "tui")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Revision {
    /// The last record.
    pub position: Position,
    /// The last record cut off.
    pub cut: Position,
}

/// Versions whose counts are wanted later.
#[derive(Default, Clone)]
pub(super) struct Uncounted {
    pub versions: Chunked<Version>,
    /// Whether what goes back now is counted later, too.
    pub later: bool,
}

/// The value at the head of a branch that grows.
#[derive(Clone, Default)]
pub(super) struct Head {
    pub value: Value,
    /// Why it may be wrong: records are missing before it.
    pub suspect: Option<Text>,
    /// Bytes of patches since its value was last recorded whole.
    pub patched: u64,
}

/// A version about to be made.
pub(super) struct Made {
    pub kind: Kind,
    pub owner: Owner,
    pub parent: Version,
    pub label: Text,
    pub value: Value,
    pub growth: Growth,
    /// Whether the record alone gives the value.
    pub whole: bool,
    pub problem: Option<Text>,
    /// Why the value may be another.
    pub doubt: Option<Text>,
}

impl History {
    /// An empty history: `#0`, `null`.
    pub fn new(tenant: TenantId, budget: Budget) -> Self {
        Self {
            tenant,
            position: Position(0),
            cut: Position(0),
            limits: Limits::default(),
            tree: Tree::new(),
            versions: Versions::default(),
            branches: Branches::default(),
            snapshots: Snapshots::default(),
            transactions: Transactions::default(),
            measurements: Measurements::default(),
            settings: Arc::default(),
            writes: Writes::default(),
            gaps: Gaps::default(),
            unknown: Chunked::default(),
            heads: [Head::default()].into_iter().collect(),
            keyframes: Keyframes::new(&budget),
            window: Replays::new(&budget),
            budget,
            left: LeftAfter::default(),
            problems: Chunked::default(),
            uncounted: Uncounted::default(),
        }
    }

    /// An empty history, in place of one that cannot be used any more.
    pub(crate) fn unusable(tenant: TenantId, budget: Budget, why: &str) -> Self {
        let mut history = Self::new(tenant, budget);
        history.suspect_all(&why.into());
        history.note_problem(why.into());
        history
    }

    /// Takes one record, in order. What a record asks that cannot be done is never an error: a patch that does not apply
    /// and a rollback to a version that does not exist make an `invalid` version, the rest is told by
    /// [`problems`](Self::problems). Answers the version made, if one was.
    ///
    /// # Errors
    /// Only when `records` cannot read what the fold needs (the target of a rollback); then nothing has changed.
    pub fn push(&mut self, record: &Arc<Record>, records: &dyn Records) -> Result<Option<Version>> {
        self.uncounted.later = false;
        self.set_loading(true);
        self.take(record, None, records)
    }

    /// Says whether what is [written](Self::push_written) next comes with many others, as from an importer.
    pub(crate) fn set_loading(&mut self, loading: bool) {
        self.keyframes.set_loading(loading);
    }

    /// As [`push`](Self::push), for the one who wrote the record: a transition's value is known already, and what a
    /// rollback changed is counted when somebody [asks](Self::count). So a rollback costs the same whatever it changes.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub fn push_written(
        &mut self,
        record: &Arc<Record>,
        value: Option<Value>,
        records: &dyn Records,
    ) -> Result<Option<Version>> {
        self.uncounted.later = true;
        self.take(record, value, records)
    }

    fn take(&mut self, record: &Arc<Record>, value: Option<Value>, records: &dyn Records) -> Result<Option<Version>> {
        self.arrive(record);
        let made = match &record.entry.body {
            Body::Transition { label, change } => {
                self.settle(record);
                Some(self.transition(record, label, change, value))
            }
            Body::Rollback { to, .. } => {
                self.settle(record);
                Some(self.roll_back(record, *to, records)?)
            }
            Body::Promote { variant, .. } => {
                self.settle(record);
                Some(self.promote(record, variant, records)?)
            }
            Body::Undo { of } => self.take_back(record, *of, records)?,
            Body::Unknown { kind, why, .. } => self.take_unknown(record, kind, why),
            Body::Base(base) => {
                self.start_from(record, base);
                None
            }
            Body::Fork { name, from, baseline } => {
                let baseline = *baseline;
                self.fork(record, name, *from, records)?.then(|| self.branches.fork(name.clone(), *from, baseline));
                None
            }
            other => {
                self.note(record, other);
                None
            }
        };
        self.position = record.position;
        Ok(made)
    }

    /// Takes what makes no version.
    pub(super) fn note(&mut self, record: &Record, body: &Body) {
        match body {
            Body::Snapshot(new) => self.mark(record, new),
            Body::EditSnapshot { id, note } => self.edit(record, *id, note),
            Body::DeleteSnapshots { ids } => self.unmark(record, ids),
            Body::Metrics { of, version, metrics } => self.measurements.add(record, of, *version, metrics),
            Body::Begin { name, steps } => self.begin(record, name, steps),
            Body::Fail { name, why, closed } => self.transactions.fail(record, name, why, *closed),
            Body::Commit => self.transactions.commit(record),
            Body::Settings(settings) => {
                let before = self.configure((**settings).clone());
                self.writes.push(record, Write::Settings(Arc::new(before)));
            }
            // What makes a version or a branch is taken by `push`.
            Body::Transition { .. }
            | Body::Rollback { .. }
            | Body::Promote { .. }
            | Body::Undo { .. }
            | Body::Fork { .. }
            | Body::Base(_)
            | Body::Unknown { .. } => {}
        }
    }

    fn transition(&mut self, record: &Record, label: &Text, change: &Change, known: Option<Value>) -> Version {
        let Some(owner) = self.branches.owner(record.entry.branch.as_deref()) else {
            return self.stray(record, label.clone());
        };
        let head = &mut self.heads[owner];
        let stepped = match known {
            Some(value) => {
                let growth = step::growth_by(change, &head.value, &value);
                head.value = value;
                Ok(growth)
            }
            None => step::advance(change, &mut head.value, self.limits),
        };
        let (kind, growth, wrong) = match (change, stepped) {
            (_, Err(error)) => {
                (Kind::Invalid, step::growth_by(change, &head.value, &head.value), Some(error.to_string().into()))
            }
            (Change::Invalid { why, .. }, Ok(growth)) => (Kind::Invalid, growth, Some(why.clone())),
            (Change::Deleted, Ok(growth)) => (Kind::Deleted, growth, None),
            (Change::Patch(_) | Change::State(_), Ok(growth)) => (Kind::Transition, growth, None),
        };
        let whole = kind != Kind::Invalid && matches!(change, Change::State(_) | Change::Deleted);
        if whole {
            (head.suspect, head.patched) = (None, 0);
        } else if let Change::Patch(patch) = change {
            head.patched = head.patched.saturating_add(patch.size());
        }
        let (value, doubt) = (head.value.clone(), head.suspect.clone());
        let parent = self.branches.head_of(owner);
        let label_of = label.clone();
        let made = self
            .add(record, Made { kind, owner, parent, label: label_of, value, growth, whole, problem: wrong, doubt });
        match record.entry.step.as_ref().and_then(|step| step.back_to) {
            Some(to) => self.transactions.back(record, made, to),
            None => self.transactions.step(record, made, label),
        }
        made
    }

    /// Adds an invalid version: the value stays. Where records are missing it may be for that alone.
    pub(super) fn stay(&mut self, record: &Record, owner: Owner, label: Text, why: &str) -> Version {
        let missing = self.gaps.any().cloned();
        if let (Some(why), false) = (&missing, matches!(record.entry.body, Body::Transition { .. })) {
            // Nobody knows whether it could be done, and so whether there is something to take back.
            self.gaps.unknown(record.position, why.clone(), false);
        }
        let head = &mut self.heads[owner];
        head.suspect = head.suspect.take().or(missing);
        let (value, doubt) = (head.value.clone(), head.suspect.clone());
        let parent = self.branches.head_of(owner);
        let growth = step::growth(&value, &value);
        let (kind, whole, problem) = (Kind::Invalid, false, Some(why.into()));
        self.add(record, Made { kind, owner, parent, label, value, growth, whole, problem, doubt })
    }

    /// Adds an invalid version to `main` for what names a branch that does not exist.
    pub(super) fn stray(&mut self, record: &Record, label: Text) -> Version {
        let why = format!("there is no branch \"{}\" to go on", record.entry.branch.as_deref().unwrap_or_default());
        self.stay(record, Owner::default(), label, &why)
    }

    pub(super) fn add(&mut self, record: &Record, made: Made) -> Version {
        let next = Version(self.newest().0 + 1);
        self.window.make(next, next, &self.budget);
        let version = self.tree.grow(made.parent, made.owner);
        self.branches.advance(&self.tree, made.owner, version, made.parent);
        self.keyframes.offer(version, self.tree.depth(version), &made.value, made.growth.bytes);
        self.versions.push(NewVersion {
            position: record.position,
            at: record.entry.at,
            arrived: record.entry.provenance.as_ref().is_some_and(|from| from.time_source == Some(TimeSource::Arrived)),
            by: record.entry.by.clone(),
            origin: record.entry.origin,
            label: made.label,
            kind: made.kind,
            parent: made.parent,
            counts: made.growth.counts,
            size: made.value.size(),
            whole: made.whole,
            problem: made.problem,
            doubt: made.doubt,
        });
        self.heads[made.owner].value = made.value;
        version
    }

    fn mark(&mut self, record: &Record, new: &NewSnapshot) {
        self.reach(new.version);
        if new.version > self.newest() {
            return self.ignore(record, &format!("there is no {} to make a snapshot of", new.version));
        }
        let id = SnapshotId(record.position);
        let at = self.versions.own_time(new.version).or(record.entry.at);
        let drops: Arc<[_]> = new.drops.iter().copied().filter(|id| self.snapshots.get(*id).is_some()).collect();
        drops.iter().for_each(|id| self.snapshots.hide(*id));
        if !self.is_cut(new.version) {
            self.snapshots.add(Snapshot::new(id, new, at, &record.entry));
        }
        self.guard_by(&new.tags);
        self.transactions.checkpoint(record, id, new.version);
        self.writes.push(record, Write::Snapshot { id, drops });
    }

    fn edit(&mut self, record: &Record, id: SnapshotId, note: &SnapshotNote) {
        self.guard_by(&note.tags);
        match self.snapshots.get(id).is_some().then(|| self.snapshots.edit(id, note)).flatten() {
            Some(before) => self.writes.push(record, Write::Edit { id, before }),
            // Of a snapshot that was cut off; taking it back means as little.
            None if id.0 <= self.cut => self.writes.push(record, Write::Deletion(Arc::default())),
            None => self.ignore(record, &format!("there is no snapshot with id {} to edit", id.0.0)),
        }
    }

    fn unmark(&mut self, record: &Record, ids: &[SnapshotId]) {
        let mut gone = Vec::new();
        for &id in ids {
            if self.snapshots.get(id).is_some() {
                self.snapshots.hide(id);
                gone.push(id);
            } else if id.0 > self.cut {
                self.ignore(record, &format!("there is no snapshot with id {} to delete", id.0.0));
            }
        }
        if !gone.is_empty() || ids.iter().any(|id| id.0 <= self.cut) {
            self.writes.push(record, Write::Deletion(gone.into()));
        }
    }

    /// Makes the head of a new branch; answers whether it can be.
    fn fork(&mut self, record: &Record, name: &Text, from: Version, records: &dyn Records) -> Result<bool> {
        self.reach(from);
        let wrong = self.existing(from).err().map(|error| error.to_string());
        let taken = || self.branches.head(name).map(|_| "that name is taken".to_owned());
        if let Some(why) = wrong.or_else(taken) {
            self.ignore(record, &format!("branch \"{name}\" cannot be forked from {from}: {why}"));
            return Ok(false);
        }
        let value = self.value(from, records)?;
        let patched = self.heads[self.tree.owner(from)].patched;
        self.heads.push(Head { value, suspect: self.doubt(from), patched });
        Ok(true)
    }

    /// How many records there are up to a position: what compaction left counts as one. O(1).
    pub fn records_through(&self, position: Position) -> u64 {
        position.0.saturating_sub(self.cut.0) + u64::from(self.cut.0 > 0)
    }

    /// Starts over from what compaction left. Whoever was behind loses what is cut off, as everyone does.
    fn start_from(&mut self, record: &Record, base: &Base) {
        if base.through < self.newest() {
            let why = format!("it says that {} was the newest version, after {}", base.through, self.newest());
            return self.ignore(record, &why);
        }
        let (fresh, known) = (Self::new(self.tenant.clone(), self.budget.clone()), self.gaps.known().clone());
        *self = base::started(fresh, base).knowing(known);
        self.cut = record.position;
        if base.kept.iter().any(Record::is_unknown) {
            self.unknown.push(record.position);
        }
    }

    /// Starts behind what was cut off, where the record of what compaction left is lost.
    pub(super) fn start_without(&mut self, (position, through): (Position, Version), why: &Text) {
        let base = Position(position.0 + 1);
        let mut fresh = Self::new(self.tenant.clone(), self.budget.clone());
        fresh.problems = self.problems.clone();
        let known = self.gaps.known().clone();
        *self = base::started(fresh, &base::lost(base, through, why)).knowing(known);
        (self.cut, self.position) = (base, base);
    }

    fn begin(&mut self, record: &Record, name: &Text, steps: &[Text]) {
        let owner = self.branches.owner(record.entry.branch.as_deref()).unwrap_or_default();
        let missing = self.gaps.total();
        self.transactions.begin(record, name, steps, self.branches.head_of(owner), missing);
    }

    pub(super) fn ignore(&mut self, record: &Record, why: &str) {
        self.note_problem(format!("record {} is ignored: {why}", record.position.0).into());
    }

    pub(super) fn note_problem(&mut self, why: Text) {
        self.problems.push(why);
    }

    /// Says which the last record folded was, and the last one cut off.
    pub(super) fn stand_at(&mut self, position: Position, cut: Position) {
        (self.position, self.cut) = (position, cut);
    }

    /// The tenant.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// The position of the last record folded.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Changes with whatever is folded. The position alone does not: a cut up to the newest record leaves it.
    #[cfg(feature = "tui")]
    pub(crate) fn revision(&self) -> Revision {
        Revision { position: self.position, cut: self.cut }
    }

    /// Records up to here were cut off by compaction, as far as this history has taken notice of that.
    pub(crate) fn cut(&self) -> Position {
        self.cut
    }

    /// Records that make no version and could not be followed, and why, in order.
    pub fn problems(&self) -> &Chunked<Text> {
        &self.problems
    }

    /// The head of `main`.
    pub fn head(&self) -> Version {
        self.branches.head_of(Owner::default())
    }

    /// The newest version in log order, on whatever branch.
    pub fn newest(&self) -> Version {
        self.tree.newest()
    }

    /// The value at the head of `main`. O(1).
    pub fn head_value(&self) -> &Value {
        &self.heads[Owner::default()].value
    }

    /// Head and value of a branch that grows; `None` names `main`. O(1).
    pub fn growing(&self, branch: Option<&str>) -> Option<(Version, &Value)> {
        let owner = self.branches.owner(branch)?;
        Some((self.branches.head_of(owner), &self.heads[owner].value))
    }

    /// Bytes of patches in the log since the head of a branch was last recorded whole; as many as can be where its value
    /// may be wrong, until it is.
    pub(crate) fn patched_since_whole(&self, branch: Option<&str>) -> u64 {
        let head = self.branches.owner(branch).map(|owner| &self.heads[owner]);
        head.map_or(0, |head| if head.suspect.is_some() { u64::MAX } else { head.patched })
    }

    /// How the tenant is kept.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}
