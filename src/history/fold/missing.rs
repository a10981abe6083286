//! What missing and unknown records do to a history: versions without values, numbers and heads in doubt.
//!
//! Must not name: `log`, files.

use crate::diff::Counts;
use crate::history::gaps::Recount;
use crate::history::ledger::writes::ReversibleWrite;
use crate::history::lineage::branches::KeptNumber;
use crate::history::lineage::tree::BranchId;
use crate::history::parts::History;
use crate::history::timeline::VersionKind;
use crate::history::values::step;
use crate::record::{Body, Entry, Makes, Position, Record, StateChange, Version};
use crate::value::{Text, Value};
use std::num::NonZeroU64;

/// Kinds of records that make a version, when one of them cannot be read.
const MAKES: [&str; 3] = ["transition", "rollback", "promote"];
/// Kinds that may have made one. Without any kind all can be.
const MAY_MAKE: [&str; 2] = ["undo", ""];
/// Kinds that change no value and no line, when one of them cannot be read. New kinds say which version they make.
const ASIDE: [&str; 8] =
    ["snapshot", "edit-snapshot", "delete-snapshots", "metrics", "begin", "fail", "commit", "settings"];
/// The kind that starts a branch: what goes on there goes nowhere when it cannot be read.
const FORK: &str = "fork";
/// The kind of what compaction left.
const BASE: &str = "base";

impl History {
    /// Starts on records behind the last one, read anew: what was told of them before is told again. `cut` is what their
    /// log's header says was cut off: a position, and the newest version.
    pub(crate) fn begin_records(&mut self, cut: Option<(Position, Option<Version>)>) {
        self.gaps.begin(cut);
    }

    /// Says that records may be missing after the last one folded: the position of the next one says whether they are. Until
    /// then heads are doubtful; from then on each branch is until it has a whole state, or goes back to what is not.
    pub(crate) fn note_gap(&mut self, why: Text) {
        self.gaps.note(why);
    }

    /// Goes by how many versions missing records made, as an earlier fold [learned](Self::learned).
    pub(crate) fn knowing(mut self, known: Recount) -> Self {
        self.gaps.knowing(known);
        self
    }

    /// How many versions missing records made, as far as numbers told an earlier fold.
    pub(crate) fn recounted(&self) -> &Recount {
        self.gaps.known()
    }

    /// What numbers told this fold, where it counted more missing versions than there were: a fold that knows that has
    /// the numbers right.
    pub(crate) fn learned(&self) -> Option<&Recount> {
        self.gaps.learned()
    }

    /// The version that the next record makes, where so many positions before it are missing. O(1).
    pub(crate) fn next_version(&self, missing: u64) -> Version {
        Version(self.newest().0.saturating_add(self.gaps.open()).saturating_add(missing).saturating_add(1))
    }

    /// What the record of an entry says of the version it makes; `None` where it makes none. `value` is that of a
    /// transition, where it is known. O(log n).
    pub(crate) fn makes(&self, entry: &Entry, version: Version, size: Option<NonZeroU64>) -> Option<Makes> {
        let branch = entry.branch.as_deref();
        let back = |owner: Option<BranchId>, to: Option<Version>| Makes {
            version,
            counts: None,
            size: to.and_then(|to| self.size_of(to)).and_then(NonZeroU64::new),
            kept: owner
                .zip(to)
                .and_then(|(owner, to)| self.number_of_kept(owner, (to, version)))
                .and_then(NonZeroU64::new),
        };
        match &entry.body {
            Body::Transition { .. } => Some(Makes { version, counts: None, size, kept: None }),
            Body::Rollback { to, .. } => Some(back(self.lineage.branches.owner(branch), Some(*to))),
            Body::Promote { variant, .. } => Some(back(Some(BranchId::default()), self.lineage.branches.head(variant))),
            Body::Undo { of } => match self.ledger.writes.get(*of)?.0 {
                ReversibleWrite::Return { owner, left, .. } => Some(back(Some(owner), Some(left))),
                _ => None,
            },
            _ => None,
        }
    }

    /// Bytes of a version's value, where that is known without reading records.
    fn size_of(&self, version: Version) -> Option<u64> {
        match self.values.keyframes.get(version) {
            Some(value) => Some(value.size()),
            None => self.info(version).filter(|info| info.kind != VersionKind::Cut).map(|info| info.size),
        }
    }

    fn number_of_kept(&self, owner: BranchId, (to, made): (Version, Version)) -> Option<u64> {
        self.existing(to).ok()?;
        let number = self.lineage.branches.number_after(owner, self.gaps.total());
        self.lineage.would_keep(owner, (to, made), KeptNumber::Said(number)).map(|(_, number)| number)
    }

    /// The version that an entry goes back to, and why its value may be another than was recorded. `None` where it goes
    /// back to nothing, or that is not in doubt.
    pub(crate) fn doubtful_return(&self, entry: &Entry) -> Option<(Version, Text)> {
        match &entry.body {
            Body::Rollback { to, .. } => Some((*to, self.doubts().of(*to)?)),
            Body::Promote { variant, .. } => {
                Some((self.lineage.branches.head(variant)?, self.doubts().of_head(Some(variant))?))
            }
            Body::Undo { of } => match self.ledger.writes.get(*of)?.0 {
                ReversibleWrite::Return { left, suspect, .. } => {
                    Some((left, suspect.or_else(|| self.doubts().of(left))?))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// What a change counts, where that costs no comparison.
    pub(crate) fn quick_counts(change: &StateChange, before: &Value) -> Option<Counts> {
        step::quick_counts(change, before)
    }

    /// How the branch that a record leaves behind gets its number.
    pub(super) fn numbered(&self, record: &Record) -> KeptNumber {
        match record.entry.makes.and_then(|makes| makes.kept) {
            Some(number) => KeptNumber::Said(number.get()),
            None if self.gaps.any().is_some() => KeptNumber::Guessed,
            None => KeptNumber::Counted,
        }
    }

    /// Takes notice of the position of the next record, before it is folded: whether records are missing before it.
    pub(super) fn arrive(&mut self, record: &Record) {
        if matches!(record.entry.body, Body::Base(_)) {
            return self.gaps.begin(None);
        }
        if let Some((cut, through)) = self.gaps.take_cut().filter(|_| self.position().0 == 0) {
            let why = match &record.entry.body {
                Body::Unknown { why, .. } => Some(why),
                _ => self.gaps.reason(),
            };
            let why = why.cloned().unwrap_or_else(|| "the record of what compaction left is missing".into());
            match through.filter(|through| through.0 <= cut.0 + 1) {
                Some(through) => self.start_without((cut, through), &why),
                None => self.gaps.note(why.clone()),
            }
            self.note_again(why);
        }
        let Some(why) = self.gaps.arrive(self.position(), record.position) else { return };
        self.ledger.transactions.doubt(&why);
        self.suspect_all(&why);
    }

    /// Makes the missing versions before a record that makes one, without folding it.
    pub(crate) fn prepare_for(&mut self, record: &Record) {
        self.arrive(record);
        self.settle(record);
    }

    /// What follows the lost base may be missing, too.
    fn note_again(&mut self, why: Text) {
        if self.gaps.reason().is_none() {
            self.gaps.note(why);
        }
    }

    pub(super) fn suspect_all(&mut self, why: &Text) {
        self.values.suspect_all(why);
    }

    /// Makes the missing versions before the one that a record makes. The record's own number decides; without one each
    /// missing position counts.
    pub(super) fn settle(&mut self, record: &Record) {
        let (next, open) = (self.newest().0 + 1, self.gaps.open());
        let Some(makes) = record.entry.makes else {
            if open > 0 {
                let (why, versions) = (self.gaps.why().clone(), self.gaps.count(record.position));
                self.skip(versions);
                self.gaps.close(open);
                self.gaps.doubt_numbers(Version(next), why);
            }
            return;
        };
        if let Some(jump) = makes.version.0.checked_sub(next).filter(|jump| *jump <= open) {
            self.skip(jump);
            return self.gaps.believe(makes.version);
        }
        self.gaps.recount(next.saturating_sub(makes.version.0));
        self.skip(open);
        let why = format!("its record says {}, expected #{}", makes.version, self.newest().0 + 1);
        self.ignore_number(record, &why);
    }

    fn ignore_number(&mut self, record: &Record, why: &str) {
        self.gaps.doubt_numbers(Version(self.newest().0 + 1), why.into());
        self.suspect_all(&why.into());
        self.ignore(record, why);
    }

    /// Makes so many missing versions, on `main`: what they were on is not known.
    fn skip(&mut self, count: u64) {
        if count == 0 {
            return;
        }
        let main = BranchId::default();
        let parent = self.lineage.branches.head_of(main);
        self.timeline.skip(count, self.values.heads[main].value.size(), self.gaps.why().clone());
        let newest = self.newest().0;
        self.values.make(Version(newest + 1), Version(newest.saturating_add(count)));
        self.lineage.grow(main, parent, count);
        self.gaps.close(count);
    }

    /// Makes missing versions up to one that a record names, as far as there may be any.
    pub(super) fn reach(&mut self, version: Version) {
        let wanted = version.0.saturating_sub(self.newest().0);
        if wanted <= self.gaps.open() {
            self.skip(wanted);
        }
    }

    /// Takes a record that cannot be read.
    pub(super) fn take_unknown(&mut self, record: &Record, kind: &Text, why: &Text) -> Option<Version> {
        let why: Text = format!("record {} is unknown: {why}", record.position.0).into();
        self.unknown.push(record.position);
        self.note_problem(why.clone());
        let (kind, makes) = (kind.as_str(), record.entry.makes.is_some());
        if kind == BASE {
            // It stands where the last record stood that was cut off.
            self.gaps.unknown(record.position, why.clone(), true);
            self.suspect_all(&why);
            return None;
        }
        let made = (makes || MAKES.contains(&kind)).then(|| self.stay_unknown(record, &why));
        let may_make = made.is_none() && MAY_MAKE.contains(&kind);
        if made.is_some() || may_make || kind == FORK {
            self.suspect_all(&why);
            self.ledger.transactions.doubt(&why);
        }
        if made.is_some() || may_make || kind == FORK || ASIDE.contains(&kind) {
            self.gaps.unknown(record.position, why, may_make);
        }
        made
    }

    /// Adds an invalid version for what is not known: from here on every head is in doubt.
    pub(super) fn stay_unknown(&mut self, record: &Record, why: &Text) -> Version {
        self.settle(record);
        self.suspect_all(why);
        let owner = self.lineage.branches.owner(record.entry.branch.as_deref()).unwrap_or_default();
        self.stay(record, owner, "unknown".into(), why)
    }
}
