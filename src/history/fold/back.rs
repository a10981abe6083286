//! Going back: rollback, promotion and undo make a version equal to another one, and keep what they leave.
//!
//! Must not name: `answers`.

use super::FoldedVersion;
use crate::Result;
use crate::diff::Counts;
use crate::escape::in_quotes;
use crate::history::ledger::writes::ReversibleWrite;
use crate::history::lineage::tree::BranchId;
use crate::history::parts::History;
use crate::history::timeline::{PROMOTED, REDO, ROLLED_BACK, VersionKind};
use crate::history::values::step::{self, Growth};
use crate::record::{Position, Record, RecordSource, Version};
use crate::value::{Text, Value};
use std::sync::Arc;

impl History {
    pub(super) fn roll_back(&mut self, record: &Record, to: Version, records: &dyn RecordSource) -> Result<Version> {
        let label: Text = format!("{ROLLED_BACK}{}", to.0).into();
        let Some(owner) = self.lineage.branches.owner(record.entry.branch.as_deref()) else {
            return Ok(self.stray(record, label));
        };
        if to > self.newest() || self.is_cut(to) {
            let gone = if self.is_cut(to) { "any more, it was compacted" } else { "to roll back to" };
            let why = format!("there is no {to} {gone}; the newest is {}", self.newest());
            return Ok(self.stay(record, owner, label, &why));
        }
        let (left, suspect) = (self.lineage.branches.head_of(owner), self.owner_doubt(owner));
        let made = self.go_back(record, VersionKind::Rollback, owner, (to, label, self.doubts().of(to)), records)?;
        self.ledger.writes.push(record, ReversibleWrite::Return { owner, made, left, suspect });
        self.ledger.transactions.back(record, made, to);
        Ok(made)
    }

    /// A version of `main` equal to the variant's head, whose line it continues from here on.
    pub(super) fn promote(&mut self, record: &Record, variant: &Text, records: &dyn RecordSource) -> Result<Version> {
        let label: Text = format!("{PROMOTED}{variant}").into();
        let main = BranchId::default();
        let Some(from) = self.lineage.branches.owner(Some(variant)).filter(|owner| *owner != main) else {
            return Ok(self.stay(
                record,
                main,
                label,
                &format!("there is no variant {} to promote", in_quotes(variant)),
            ));
        };
        let (left, to) = (self.lineage.branches.head_of(main), self.lineage.branches.head_of(from));
        let suspect = self.owner_doubt(main);
        let made = self.go_back(record, VersionKind::Promote, main, (to, label, self.owner_doubt(from)), records)?;
        self.ledger.measurements.promote(variant, made);
        self.ledger.writes.push(record, ReversibleWrite::Return { owner: main, made, left, suspect });
        Ok(made)
    }

    /// Adds a version equal to `to` and goes on from there; what is left behind becomes a kept branch.
    fn go_back(
        &mut self,
        record: &Record,
        kind: VersionKind,
        owner: BranchId,
        (to, label, doubt): (Version, Text, Option<Text>),
        records: &dyn RecordSource,
    ) -> Result<Version> {
        let value = self.value(to, records)?;
        let growth = self.growth_back(owner, to, &value);
        let made = Version(self.newest().0 + 1);
        self.lineage.keep(owner, (to, made), self.numbered(record));
        self.values.heads[owner].suspect.clone_from(&doubt);
        let (parent, whole, problem) = (to, false, None);
        Ok(self.add(record, FoldedVersion { kind, owner, parent, label, value, growth, whole, problem, doubt }))
    }

    /// Why the head of a growing branch may be another version, or have another value.
    fn owner_doubt(&self, owner: BranchId) -> Option<Text> {
        self.values.heads[owner].suspect.clone().or_else(|| self.doubts().of(self.lineage.branches.head_of(owner)))
    }

    /// How the next version, which goes back to `to`, differs from the head. A value that is kept already takes no more
    /// memory, so that counting can wait.
    fn growth_back(&mut self, owner: BranchId, to: Version, value: &Value) -> Growth {
        let kept = self.values.keyframes.get(to).is_some();
        if kept && self.uncounted.later {
            self.uncounted.versions.push(Version(self.newest().0 + 1));
            return Growth { counts: Counts::default(), bytes: 0 };
        }
        let growth = step::growth(self.values.heads[owner].value.get(), value);
        Growth { bytes: if kept { 0 } else { growth.bytes }, ..growth }
    }

    /// Whether some versions are not [counted](Self::count) yet.
    pub(crate) fn is_counted(&self) -> bool {
        self.uncounted.versions.is_empty()
    }

    /// Counts what the writer of a rollback, promotion or undo left for later. Costs a diff for each.
    ///
    /// # Errors
    /// When `records` cannot be read; the rest stays uncounted.
    pub(crate) fn count(&mut self, records: &dyn RecordSource) -> Result<()> {
        while let Some(&version) = self.uncounted.versions.last() {
            let before = self.lineage.seen_before(version).unwrap_or_default();
            let counts = step::growth(&self.value(before, records)?, &self.value(version, records)?).counts;
            self.timeline.count(version, counts);
            self.uncounted.versions.pop();
        }
        Ok(())
    }

    /// Takes back a write, or does again one that was taken back. Makes a version where the write made one.
    pub(super) fn take_back(
        &mut self,
        record: &Record,
        of: Position,
        records: &dyn RecordSource,
    ) -> Result<Option<Version>> {
        let Some((write, again)) = self.ledger.writes.get(of) else { return Ok(self.take_back_nothing(record, of)) };
        let says = record.entry.makes.is_some();
        if matches!(write, ReversibleWrite::Return { .. }) {
            self.settle(record);
        }
        let (made, reverse) = match write {
            ReversibleWrite::Return { owner, left, .. } if self.is_cut(left) => {
                let why = format!("{left} was removed by compaction");
                return Ok(Some(self.stay(record, owner, "undo".into(), &why)));
            }
            ReversibleWrite::Return { owner, made, left, suspect } => {
                let word = if again { REDO } else { "undo" };
                let (now, doubt) = (self.lineage.branches.head_of(owner), self.owner_doubt(owner));
                let label = format!("{word} of {made}").into();
                let suspect = suspect.or_else(|| self.doubts().of(left));
                let back = self.go_back(record, VersionKind::Undo, owner, (left, label, suspect), records)?;
                (Some(back), ReversibleWrite::Return { owner, made: back, left: now, suspect: doubt })
            }
            other if says => {
                let why = format!("it says that it makes a version, but what it undoes (record {}) made none", of.0);
                (Some(self.stay_unknown(record, &why.into())), self.reverse(other))
            }
            other => (None, self.reverse(other)),
        };
        self.ledger.writes.turn(of, record, reverse);
        Ok(made)
    }

    /// Takes an undo of what is not known to be there. Where that is missing, it may have been there.
    fn take_back_nothing(&mut self, record: &Record, of: Position) -> Option<Version> {
        let why = format!("record {} made nothing that can be undone, or was undone before", of.0);
        self.ignore(record, &why);
        let (lost, says) = (self.gaps.covers(of), record.entry.makes.is_some());
        if says {
            return Some(self.stay_unknown(record, &why.into()));
        }
        if lost {
            let why = Text::from(why);
            self.suspect_all(&why);
            self.gaps.unknown(record.position, why, true);
        }
        None
    }

    /// Reverses a write that made no version; answers what would reverse that.
    fn reverse(&mut self, write: ReversibleWrite) -> ReversibleWrite {
        match write {
            ReversibleWrite::Snapshot { id, drops } => {
                self.hide(id);
                drops.iter().for_each(|id| self.show(*id));
                ReversibleWrite::Unmade { id, drops }
            }
            ReversibleWrite::Unmade { id, drops } => {
                drops.iter().for_each(|id| self.hide(*id));
                self.show(id);
                ReversibleWrite::Snapshot { id, drops }
            }
            ReversibleWrite::Deletion(ids) => {
                ids.iter().for_each(|id| self.show(*id));
                ReversibleWrite::Restoring(ids)
            }
            ReversibleWrite::Restoring(ids) => {
                ids.iter().for_each(|id| self.hide(*id));
                ReversibleWrite::Deletion(ids)
            }
            ReversibleWrite::Edit { id, before } => {
                let before = self.marks.edit(id, &before).unwrap_or(before);
                ReversibleWrite::Edit { id, before }
            }
            ReversibleWrite::Settings(before) => {
                ReversibleWrite::Settings(self.ledger.configure(Arc::unwrap_or_clone(before)))
            }
            // Makes a version, so `take_back` sees to it.
            back @ ReversibleWrite::Return { .. } => back,
        }
    }
}
