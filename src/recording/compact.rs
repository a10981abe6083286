//! Compaction: cutting off old history, the only thing that takes any away.

use super::Tenant;
use super::identity::keep_settled;
use super::tenant::{LogRecords, TenantRecords, fold_batch};
use crate::error::{Error, Result};
use crate::history::{ArrayNames, History, Recount, Snapshot};
use crate::log::{Log, LogCut};
use crate::record::{Body, Entry, Origin, Position, Record, SnapshotId, Version};
use crate::value::Text;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// Records read at once.
const BATCH: usize = 1024;

/// How often a log is folded again because its own numbers say that fewer versions are missing than were counted.
const RECOUNTS: usize = 4;

/// What cutting off would take away.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompactPlan {
    /// The first version that stays.
    pub before: Version,
    /// Versions that go.
    pub versions: u64,
    /// Records that go; one takes their place.
    pub records: u64,
    /// Bytes of the log that they are in. What is still needed of them is written anew, so that it gets shorter by less.
    pub bytes: u64,
    /// Snapshots that go with them.
    pub snapshots: Vec<Snapshot>,
    /// Kept branches that go: what is left of them would be versions that were cut off.
    pub branches: Vec<Text>,
    /// Transactions that began before, and go.
    pub transactions: u64,
}

/// A cut that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Compacted {
    /// What went.
    pub plan: CompactPlan,
    /// Bytes the log is shorter now.
    pub freed: u64,
}

impl Tenant {
    /// What [`compact`](Self::compact) would take away. O(runs + branches + snapshots + transactions).
    ///
    /// # Errors
    /// `NotFound` when there is no such version; `NothingToCompact`.
    pub fn compact_plan(&self, before: Version) -> Result<CompactPlan> {
        self.shared.sound()?;
        let history = self.folded();
        let oldest = history.first();
        let nothing = |before: Version| Error::NothingToCompact { before: before.0, oldest: oldest.0 };
        if before <= oldest {
            return Err(nothing(before));
        }
        let (before, position) = self.first_kept(&history, before)?;
        if before <= oldest {
            return Err(nothing(before));
        }
        let baselines: BTreeSet<_> = history.variants().baselines().into_iter().collect();
        let through = Position(position.0.saturating_sub(1));
        let values = still_needed(&history, before);
        // A mark that was made behind the cut stays where the value it marks does.
        let stays = |snapshot: &Snapshot| snapshot.id.0 > through && values.contains(&snapshot.version);
        let gone =
            |snapshot: &&Snapshot| snapshot.version < before && !baselines.contains(&snapshot.id) && !stays(snapshot);
        Ok(CompactPlan {
            before,
            versions: before.0 - history.first().0,
            records: history.records_through(through),
            bytes: self.shared.log().local().map_or(Ok(0), |log| log.bytes_through(self.id(), through))?,
            snapshots: history.marks().listed().iter().filter(gone).cloned().collect(),
            branches: history
                .branches()
                .into_iter()
                .filter(|branch| history.goes_with(branch, before))
                .map(|branch| branch.name)
                .collect(),
            transactions: history.transactions().all().iter().filter(|tx| tx.began < position).count() as u64,
        })
    }

    /// Cuts off everything before a version: the one thing that takes history away. Numbers stay as they are; branches
    /// that grow, variants and their baselines stay; what was rolled back to later can still be read. Rewrites the
    /// tenant's log. O(size of the log).
    ///
    /// # Errors
    /// As [`compact_plan`](Self::compact_plan); `Guarded` unless [allowed](Self::allowing); `InMemory`; `NestedWrite`;
    /// `Conflict`; `Io`.
    pub fn compact(&self, before: Version) -> Result<Compacted> {
        self.compact_telling(before, &mut |_| {})
    }

    /// As [`compact`](Self::compact), and tells now and then which share of the work is done.
    ///
    /// # Errors
    /// The same.
    pub fn compact_telling(&self, before: Version, tell: &mut dyn FnMut(f64)) -> Result<Compacted> {
        self.not_editing()?;
        let plan = self.compact_plan(before)?;
        let writing = self.writing()?;
        self.check_guard(&self.folded())?;
        let cut = self.cut_before(before, &mut |share| tell(share / 2.0))?;
        let log = self.shared.log();
        let freed = log.local().ok_or(Error::InMemory { operation: "compact" })?.cut(self.id(), &cut)?;
        self.fold_again(&mut |share| tell(f64::midpoint(share, 1.0)))?;
        drop(writing);
        Ok(Compacted { plan, freed })
    }

    /// The first version from `before` on whose record is there, and where that is.
    fn first_kept(&self, history: &History, before: Version) -> Result<(Version, Position)> {
        let there = history.timeline().recorded_from(before).filter(|_| before <= history.newest());
        there.ok_or_else(|| self.not_found(format!("version {before}")))
    }

    /// Folds the log from its beginning. Who reads meanwhile sees the history as it was, never a part of the new one.
    pub(super) fn fold_again(&self, tell: &mut dyn FnMut(f64)) -> Result<()> {
        let known = {
            let history = self.folded();
            history.learned().unwrap_or(history.recounted()).clone()
        };
        let mut fresh = self.folded_knowing(known, tell)?;
        for _ in 0..RECOUNTS {
            let Some(learned) = fresh.learned().cloned() else { break };
            fresh = self.folded_knowing(learned, tell)?;
        }
        self.shared.publish(fresh);
        self.shared.forget_paths();
        Ok(())
    }

    fn folded_knowing(&self, known: Recount, tell: &mut dyn FnMut(f64)) -> Result<History> {
        let fresh = History::new(self.id().clone(), self.shared.budget.clone()).knowing(known);
        self.folded_on(&*self.shared.log(), fresh, tell)
    }

    /// Folds the rest of a log into a history of it.
    pub(super) fn folded_on(&self, log: &dyn Log, mut fresh: History, tell: &mut dyn FnMut(f64)) -> Result<History> {
        loop {
            let batch = log.read(self.id(), fresh.position(), BATCH)?;
            let records = LogRecords(log, self.id());
            self.shared.changing(&mut fresh, |fresh| {
                fold_batch(fresh, &batch, &records, |_, _| Ok(ControlFlow::Continue(())))
            })?;
            tell(batch.progress);
            if batch.records.is_empty() {
                return Ok(fresh);
            }
        }
    }

    /// Folds the log up to the cut, to know what was there, and reads on for what later records need of it.
    fn cut_before(&self, before: Version, tell: &mut dyn FnMut(f64)) -> Result<LogCut> {
        let (expected, (first_version, first)) = (self.folded().position(), self.first_kept(&self.folded(), before)?);
        let through = Position(first.0 - 1);
        let records = TenantRecords(&self.shared);
        let mut cutting = CompactionPass::default();
        let shadow = self.folded_before(first, tell)?;
        let mut at = through;
        loop {
            let batch = self.shared.log().read(self.id(), at, BATCH)?;
            let Some(last) = batch.records.last() else { break };
            at = last.position;
            batch.records.iter().for_each(|record| cutting.take(record));
            tell(batch.progress);
        }
        let mut base = shadow.base(&cutting.baselines, &records)?;
        let returned = self.folded().timeline().rollbacks().to_vec();
        cutting.needed.extend(returned.iter().filter(|(made, _)| *made > base.through).map(|(_, to)| *to));
        cutting.needed.retain(|version| version.0 > 0 && *version <= base.through);
        cutting.needed.retain(|version| shadow.existing(*version).is_ok());
        shadow.add_to_base(&mut base, &cutting.needed, &records)?;
        let settled = self.settled_before(first_version, ArrayNames::of_base(&base).settled());
        for record in &mut base.kept {
            if let Body::Settings(settings) = &mut record.entry.body {
                keep_settled(settings, &settled);
            }
        }
        base.writes.retain(|write| cutting.turned.contains(&write.at));
        base.check(through).map_err(|why| self.not_readable(&why))?;
        let base = Entry {
            at: Some((self.shared.clock)()),
            origin: Origin::Debugger,
            ..Entry::new(Body::Base(Box::new(base)))
        };
        Ok(LogCut { expected, through, base })
    }

    /// What no reader would take must not take the place of what is there.
    fn not_readable(&self, why: &str) -> Error {
        let why = format!(
            "the record that replaces the deleted versions {why}, which no reader accepts. Nothing was deleted"
        );
        Error::Format { file: format!("tenant {}", self.id()), why }
    }

    /// The history up to the record at `first`, which makes a version: that record's number is taken notice of.
    fn folded_before(&self, first: Position, tell: &mut dyn FnMut(f64)) -> Result<History> {
        let known = self.folded().recounted().clone();
        let mut shadow = History::new(self.id().clone(), self.shared.budget.clone()).knowing(known);
        let mut reached = false;
        while !reached {
            let batch = self.shared.log().read(self.id(), shadow.position(), BATCH)?;
            if batch.records.is_empty() {
                return Err(self.not_found(format!("record {}", first.0)));
            }
            self.shared.fold_into(&mut shadow, &batch, |record, shadow| {
                if record.position < first {
                    return Ok(ControlFlow::Continue(()));
                }
                reached = true;
                shadow.prepare_for(record);
                Ok(ControlFlow::Break(()))
            })?;
            tell(batch.progress);
        }
        Ok(shadow)
    }
}

/// Versions before a cut whose values stay: the heads there are then, what is gone back to later, and where later branches
/// start. O(runs + returns), whatever the number of versions.
fn still_needed(history: &History, before: Version) -> BTreeSet<Version> {
    let mut needed = history.heads_before(before);
    needed.extend(history.timeline().rollbacks().iter().filter(|(made, _)| *made >= before).map(|(_, to)| *to));
    needed.insert(Version(0)); // never goes
    needed
}

/// What is gathered on the way through the records that stay.
#[derive(Default)]
struct CompactionPass {
    needed: BTreeSet<Version>,
    /// Snapshots that variants start from.
    baselines: BTreeSet<SnapshotId>,
    /// Records up to the cut that later ones turn round.
    turned: BTreeSet<Position>,
}

impl CompactionPass {
    /// Takes notice of a record that stays.
    fn take(&mut self, record: &Record) {
        match record.entry.body {
            Body::Fork { from, baseline, .. } => {
                self.needed.insert(from);
                self.baselines.extend(baseline);
            }
            Body::Undo { of } => _ = self.turned.insert(of),
            _ => {}
        }
    }
}
