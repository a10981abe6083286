//! The fold itself: one record in, the history one record further.
//!
//! What is asked of the history is answered in the files of its parts; here is only what each record does to them, and
//! in `back` what goes back to an older version does.

mod back;
mod base;
mod missing;

use super::ledger::writes::ReversibleWrite;
use super::lineage::tree::BranchId;
use super::marks::Snapshot;
use super::parts::History;
use super::timeline::{NewVersion, SourceFacts, VersionKind};
use super::values::HeadValue;
use super::values::names::ArraysTouched;
use super::values::step::{self, Growth};
use crate::Result;
use crate::escape::in_quotes;
use crate::record::{
    Base, Body, NewSnapshot, Position, Record, RecordSource, SnapshotId, SnapshotKind, SnapshotNote, StateChange, Time,
    TimeSource, Version,
};
use crate::value::{Text, Value};
use std::sync::Arc;

/// A version about to be made.
pub(super) struct FoldedVersion {
    pub kind: VersionKind,
    pub owner: BranchId,
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
    /// Takes one record, in order. What a record asks that cannot be done is never an error: a patch that does not apply
    /// and a rollback to a version that does not exist make an `invalid` version, the rest is told by
    /// [`problems`](Self::problems). Answers the version made, if one was.
    ///
    /// # Errors
    /// Only when `records` cannot read what the fold needs (the target of a rollback); then nothing has changed.
    pub(crate) fn push(&mut self, record: &Arc<Record>, records: &dyn RecordSource) -> Result<Option<Version>> {
        self.uncounted.later = false;
        self.set_loading(true);
        self.take(record, None, records)
    }

    /// Says whether what is [written](Self::push_written) next comes with many others, as from an importer.
    pub(crate) fn set_loading(&mut self, loading: bool) {
        self.values.keyframes.set_loading(loading);
    }

    /// Says which share of the log has been taken, 0.0 to 1.0, so that no more values are kept on the way than at its end.
    /// A log that does not know it says 0, of which nothing follows.
    pub(crate) fn note_share(&mut self, share: f64) {
        if share > 0.0 {
            self.values.keyframes.expect(share);
        }
    }

    /// As [`push`](Self::push), for the one who wrote the record: a transition's value is known already, and what a
    /// rollback changed is counted when somebody [asks](Self::count). So a rollback costs the same whatever it changes.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub(crate) fn push_written(
        &mut self,
        record: &Arc<Record>,
        value: Option<Value>,
        records: &dyn RecordSource,
    ) -> Result<Option<Version>> {
        self.uncounted.later = true;
        self.take(record, value, records)
    }

    fn take(
        &mut self,
        record: &Arc<Record>,
        value: Option<Value>,
        records: &dyn RecordSource,
    ) -> Result<Option<Version>> {
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
                self.fork(record, name, *from, records)?
                    .then(|| self.lineage.branches.fork(name.clone(), *from, baseline));
                None
            }
            other => {
                self.note(record, other);
                None
            }
        };
        self.set_positions(record.position, self.cut());
        Ok(made)
    }

    /// Takes what makes no version.
    pub(super) fn note(&mut self, record: &Record, body: &Body) {
        match body {
            Body::Snapshot(new) => self.mark(record, new),
            Body::EditSnapshot { id, note } => self.edit(record, *id, note),
            Body::DeleteSnapshots { ids } => self.unmark(record, ids),
            Body::Metrics { of, version, metrics } => self.ledger.measurements.add(record, of, *version, metrics),
            Body::Begin { name, steps } => self.begin(record, name, steps),
            Body::Fail { name, why, closed } => self.ledger.transactions.fail(record, name, why, *closed),
            Body::Commit => self.ledger.transactions.commit(record),
            Body::Settings(settings) => {
                let before = self.ledger.configure((**settings).clone());
                self.ledger.writes.push(record, ReversibleWrite::Settings(before));
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

    fn transition(&mut self, record: &Record, label: &Text, change: &StateChange, known: Option<Value>) -> Version {
        let Some(owner) = self.lineage.branches.owner(record.entry.branch.as_deref()) else {
            return self.stray(record, label.clone());
        };
        let head = &mut self.values.heads[owner];
        let current = head.value.get_mut();
        let touched = ArraysTouched::by(change, current);
        let stepped = match known {
            Some(value) => {
                let growth = step::growth_by(change, current, &value);
                *current = value;
                Ok(growth)
            }
            None => step::advance(change, current, self.values.limits),
        };
        let (kind, growth, wrong) = match (change, stepped) {
            (_, Err(error)) => {
                (VersionKind::Invalid, step::growth_by(change, current, current), Some(error.to_string().into()))
            }
            (StateChange::Invalid { why, .. }, Ok(growth)) => (VersionKind::Invalid, growth, Some(why.clone())),
            (StateChange::Deleted, Ok(growth)) => (VersionKind::Deleted, growth, None),
            (StateChange::Patch(_) | StateChange::State(_), Ok(growth)) => (VersionKind::Transition, growth, None),
        };
        let whole = kind != VersionKind::Invalid && matches!(change, StateChange::State(_) | StateChange::Deleted);
        if whole {
            (head.suspect, head.patched) = (None, 0);
        } else if let StateChange::Patch(patch) = change {
            head.patched = head.patched.saturating_add(patch.size());
        }
        let (value, doubt) = (current.clone(), head.suspect.clone());
        if kind == VersionKind::Transition {
            self.values.names.take(self.next(), touched, &value);
        }
        let parent = self.lineage.branches.head_of(owner);
        let label_of = label.clone();
        let made = self.add(
            record,
            FoldedVersion { kind, owner, parent, label: label_of, value, growth, whole, problem: wrong, doubt },
        );
        match record.entry.step.as_ref().and_then(|step| step.back_to) {
            Some(to) => self.ledger.transactions.back(record, made, to),
            None => self.ledger.transactions.step(record, made, label),
        }
        made
    }

    /// Adds an invalid version: the value stays. Where records are missing it may be for that alone.
    pub(super) fn stay(&mut self, record: &Record, owner: BranchId, label: Text, why: &str) -> Version {
        let missing = self.gaps.any().cloned();
        if let (Some(why), false) = (&missing, matches!(record.entry.body, Body::Transition { .. })) {
            // Nobody knows whether it could be done, and so whether there is something to take back.
            self.gaps.unknown(record.position, why.clone(), false);
        }
        let head = &mut self.values.heads[owner];
        head.suspect = head.suspect.take().or(missing);
        let (value, doubt) = (head.value.get().clone(), head.suspect.clone());
        let parent = self.lineage.branches.head_of(owner);
        let growth = step::growth(&value, &value);
        let (kind, whole, problem) = (VersionKind::Invalid, false, Some(why.into()));
        self.add(record, FoldedVersion { kind, owner, parent, label, value, growth, whole, problem, doubt })
    }

    /// Adds an invalid version to `main` for what names a branch that does not exist.
    pub(super) fn stray(&mut self, record: &Record, label: Text) -> Version {
        let why =
            format!("there is no branch {} to continue", in_quotes(record.entry.branch.as_deref().unwrap_or_default()));
        self.stay(record, BranchId::default(), label, &why)
    }

    fn next(&self) -> Version {
        Version(self.newest().0 + 1)
    }

    pub(super) fn add(&mut self, record: &Record, made: FoldedVersion) -> Version {
        let next = self.next();
        self.values.make(next, next);
        let version = self.lineage.grow(made.owner, made.parent, 1);
        let bytes = (made.growth.bytes, made.whole);
        self.values.keyframes.offer(version, self.lineage.tree.depth(version), &made.value, bytes);
        self.timeline.push(NewVersion {
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
            from: SourceFacts::of(record.entry.provenance.as_deref()),
            doubt: made.doubt,
        });
        self.values.heads[made.owner].value = made.value.into();
        version
    }

    fn mark(&mut self, record: &Record, new: &NewSnapshot) {
        self.mark_of_time(record, new, self.timeline.own_time(new.version));
    }

    /// Marks a version of which the time is known.
    pub(super) fn mark_of_time(&mut self, record: &Record, new: &NewSnapshot, at: Option<Time>) {
        self.reach(new.version);
        if new.version > self.newest() {
            return self.ignore(record, &format!("there is no {} to make a snapshot of", new.version));
        }
        let id = SnapshotId(record.position);
        let drops: Arc<[_]> = new.drops.iter().copied().filter(|id| self.marks.get(*id).is_some()).collect();
        drops.iter().for_each(|id| self.hide(*id));
        let listed = !self.is_cut(new.version);
        if listed {
            self.marks.add(Snapshot::new(id, new, at, &record.entry));
        }
        self.ledger.guard_by(&new.tags);
        let checkpoint = listed && new.kind == SnapshotKind::Checkpoint;
        self.ledger.transactions.checkpoint(record, id, new.version, checkpoint);
        self.ledger.writes.push(record, ReversibleWrite::Snapshot { id, drops });
    }

    fn edit(&mut self, record: &Record, id: SnapshotId, note: &SnapshotNote) {
        self.ledger.guard_by(&note.tags);
        match self.marks.get(id).is_some().then(|| self.marks.edit(id, note)).flatten() {
            Some(before) => self.ledger.writes.push(record, ReversibleWrite::Edit { id, before }),
            // Of a snapshot that was cut off; taking it back means as little.
            None if id.0 <= self.cut() => self.ledger.writes.push(record, ReversibleWrite::Deletion(Arc::default())),
            None => self.ignore(record, &format!("there is no snapshot with id {} to edit", id.0.0)),
        }
    }

    /// Takes a snapshot out of the list.
    pub(super) fn hide(&mut self, id: SnapshotId) {
        self.marks.hide(id);
        self.ledger.transactions.list_changed(id);
    }

    /// Takes back one [`hide`](Self::hide).
    pub(super) fn show(&mut self, id: SnapshotId) {
        self.marks.show(id);
        self.ledger.transactions.list_changed(id);
    }

    fn unmark(&mut self, record: &Record, ids: &[SnapshotId]) {
        let mut gone = Vec::new();
        for &id in ids {
            if self.marks.get(id).is_some() {
                self.hide(id);
                gone.push(id);
            } else if id.0 > self.cut() {
                self.ignore(record, &format!("there is no snapshot with id {} to delete", id.0.0));
            }
        }
        if !gone.is_empty() || ids.iter().any(|id| id.0 <= self.cut()) {
            self.ledger.writes.push(record, ReversibleWrite::Deletion(gone.into()));
        }
    }

    /// Makes the head of a new branch; answers whether it can be.
    fn fork(&mut self, record: &Record, name: &Text, from: Version, records: &dyn RecordSource) -> Result<bool> {
        self.reach(from);
        let wrong = self.existing(from).err().map(|error| error.to_string());
        let taken = || self.lineage.branches.head(name).map(|_| "that name is taken".to_owned());
        if let Some(why) = wrong.or_else(taken) {
            self.ignore(record, &format!("branch {} cannot be forked from {from}: {why}", in_quotes(name)));
            return Ok(false);
        }
        let value = self.value(from, records)?;
        let patched = self.values.heads[self.lineage.tree.owner(from)].patched;
        self.values.heads.push(HeadValue { value: value.into(), suspect: self.doubts().of(from), patched });
        Ok(true)
    }

    /// Starts over from what compaction left. Whoever was behind loses what is cut off, as everyone does.
    fn start_from(&mut self, record: &Record, base: &Base) {
        if base.through < self.newest() {
            let why = format!("it says that {} was the newest version, after {}", base.through, self.newest());
            return self.ignore(record, &why);
        }
        let (fresh, known) = (Self::new(self.tenant().clone(), self.values.budget.clone()), self.gaps.known().clone());
        *self = base::started(fresh, base).knowing(known);
        self.set_positions(self.position(), record.position);
        if base.kept.iter().any(Record::is_unknown) {
            self.unknown.push(record.position);
        }
    }

    /// Starts behind what was cut off, where the record of what compaction left is lost.
    pub(super) fn start_without(&mut self, (position, through): (Position, Version), why: &Text) {
        let base = Position(position.0 + 1);
        let mut fresh = Self::new(self.tenant().clone(), self.values.budget.clone());
        fresh.problems = self.problems.clone();
        let known = self.gaps.known().clone();
        *self = base::started(fresh, &base::lost(base, through, why)).knowing(known);
        self.set_positions(base, base);
    }

    fn begin(&mut self, record: &Record, name: &Text, steps: &[Text]) {
        let owner = self.lineage.branches.owner(record.entry.branch.as_deref()).unwrap_or_default();
        let missing = self.gaps.total();
        self.ledger.transactions.begin(record, name, steps, self.lineage.branches.head_of(owner), missing);
    }

    pub(super) fn ignore(&mut self, record: &Record, why: &str) {
        self.note_problem(format!("record {} is ignored: {why}", record.position.0).into());
    }

    pub(super) fn note_problem(&mut self, why: Text) {
        self.problems.push(why);
    }
}
