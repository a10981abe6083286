//! Writing: to the log first, then into the fold, and on the disk where that was asked for.

use super::Tenant;
use super::prepare::{Appended, Prepared, Preparing};
use super::tenant::TenantRecords;
use super::{numbering, rules};
use crate::error::{Error, Result};
use crate::history::{History, VersionKind};
use crate::log::{AppendId, append_settled};
use crate::patch::{Op, Patch};
use crate::record::{Body, Entry, Origin, Position, Record, StateChange, TenantLimits, Version};
use crate::value::{Text, Value};
use std::sync::Arc;

/// Entries of one write from which on it is one of an importer, or like it.
const MANY: usize = 64;

/// What "saved" means when a write returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    /// Handed to the operating system: survives a crash of the process, not of the machine.
    Flush,
    /// On the disk.
    Sync,
}

/// What someone decided on, for as long as it is tried to be written.
pub(super) struct Decision<T>(Option<(T, Option<Version>, Position)>);

impl<T: PartialEq> Decision<T> {
    pub fn open() -> Self {
        Self(None)
    }

    /// Transitions that others record meanwhile change nothing about a decision to go back, and are kept like all that it
    /// leaves behind. Something else to go back to does, or someone else's going back.
    ///
    /// # Errors
    /// `Conflict` where it is not what was decided on at first.
    pub fn holds(&mut self, on: T, history: &History) -> Result<()> {
        let returned = history.timeline().rollbacks().last().map(|(made, _)| *made);
        match &self.0 {
            None => self.0 = Some((on, returned, history.position())),
            Some((first, before, _)) if (first, before) == (&on, &returned) => {}
            Some((.., position)) => {
                return Err(Error::Conflict { expected: position.0, actual: history.position().0 });
            }
        }
        Ok(())
    }
}

/// What was written.
#[derive(Debug, Clone)]
pub(super) struct WriteResult {
    /// The position of the first record.
    pub first: Position,
    /// The position of the last one.
    pub last: Position,
    /// The last version made; the head where none was.
    pub version: Version,
    /// What became of each entry that may make a version, in order.
    outcomes: Vec<Appended>,
}

/// What is to be written.
pub(super) struct NewEntries {
    list: Vec<Entry>,
    /// What the one transition among them makes of the head, where the writer has worked that out.
    made: Option<Value>,
    /// Whether nothing is written from the first on that does not apply.
    only_valid: bool,
}

impl NewEntries {
    /// Entries with one transition, which makes this of the head.
    pub fn making(list: Vec<Entry>, made: Value) -> Self {
        Self { list, made: Some(made), only_valid: false }
    }
}

impl From<Vec<Entry>> for NewEntries {
    fn from(list: Vec<Entry>) -> Self {
        Self { list, made: None, only_valid: false }
    }
}

/// Only what says something of the application's own: what compaction leaves, what an undo takes back and what is not
/// known here are written by what decides on them.
fn appendable(entries: &[Entry]) -> Result<()> {
    let refused = entries.iter().find_map(|entry| match entry.body {
        Body::Base(_) => Some("base"),
        Body::Undo { .. } => Some("undo"),
        Body::Unknown { .. } => Some("unknown"),
        Body::Transition { .. }
        | Body::Rollback { .. }
        | Body::Promote { .. }
        | Body::Snapshot(_)
        | Body::EditSnapshot { .. }
        | Body::DeleteSnapshots { .. }
        | Body::Fork { .. }
        | Body::Metrics { .. }
        | Body::Begin { .. }
        | Body::Fail { .. }
        | Body::Commit
        | Body::Settings(_) => None,
    });
    refused.map_or(Ok(()), |kind| Err(Error::NotAppendable { kind }))
}

impl Tenant {
    /// Appends an entry as it is (importers); a whole state becomes a patch where that is smaller.
    ///
    /// # Errors
    /// `Conflict` when someone else appended first (call [`catch_up`](Self::catch_up)), `Io`; `TooLarge`, `TooDeep` and
    /// `TenantFull` where the tenant's limits refuse it; `NotAppendable` for a base, an undo and what is unknown.
    pub fn append(&self, entry: Entry) -> Result<()> {
        self.append_all(vec![entry]).map(drop)
    }

    /// As [`append`](Self::append), many at once under one write: all or none. Returns what became of each transition,
    /// rollback, promotion and undo, in order: a patch that does not apply to the head makes an invalid version.
    ///
    /// # Errors
    /// As [`append`](Self::append).
    pub fn append_all(&self, entries: Vec<Entry>) -> Result<Vec<Appended>> {
        appendable(&entries)?;
        self.write(entries, Durability::Flush).map(|written| written.outcomes)
    }

    /// As [`append_all`](Self::append_all), up to the first entry that does not apply to the head: that one is
    /// [`Refused`](Appended::Refused), the last in the answer, and neither it nor what follows it is written.
    ///
    /// # Errors
    /// As [`append`](Self::append).
    pub fn append_valid(&self, entries: Vec<Entry>) -> Result<Vec<Appended>> {
        appendable(&entries)?;
        let entries = NewEntries { only_valid: true, ..entries.into() };
        self.write_if(entries, Durability::Flush, |_| Ok(())).map(|written| written.outcomes)
    }

    /// Writes what `decide` makes of the history as it is at that moment, and answers what it found there: no other thread
    /// can take the name, or take back the same write, in between. Where another process was faster, it decides again on
    /// what that wrote: an application that records all the time is no reason never to get through.
    pub(super) fn write_decided<T>(
        &self,
        mut decide: impl FnMut(&History) -> Result<(Body, T)>,
    ) -> Result<(WriteResult, T)> {
        let written = self.retried(|| {
            let mut decided = false;
            let written = self.write_from(Durability::Sync, |history| {
                let (body, found) = decide(history)?;
                decided = true;
                Ok((vec![self.entry(body)].into(), found))
            });
            match written {
                Err(error @ Error::Conflict { .. }) if decided => Err(error),
                done => Ok(done),
            }
        });
        written?
    }

    /// To the log first, then into the fold: what the log refused has not happened. Waiting for the disk comes last and
    /// without the lock, so that several writers share one wait.
    pub(super) fn write(&self, entries: Vec<Entry>, durability: Durability) -> Result<WriteResult> {
        self.write_if(entries, durability, |_| Ok(()))
    }

    /// As `write`, after a look at the history that nobody can change in between.
    pub(super) fn write_if(
        &self,
        entries: impl Into<NewEntries>,
        durability: Durability,
        check: impl FnOnce(&History) -> Result<()>,
    ) -> Result<WriteResult> {
        let written = self.write_from(durability, |history| check(history).map(|()| (entries.into(), ())));
        written.map(|(written, ())| written)
    }

    /// As `write`, with what `entries` makes of the history, which nobody can change in between; returns what it found
    /// there too.
    pub(super) fn write_from<T>(
        &self,
        durability: Durability,
        entries: impl FnOnce(&History) -> Result<(NewEntries, T)>,
    ) -> Result<(WriteResult, T)> {
        self.not_editing()?;
        self.look_for_room()?;
        let id = AppendId::new();
        let (before, knew, written, found) = {
            let _writing = self.writing()?;
            let (before, knew, prepared, found) = {
                let history = self.folded();
                let knew = history.growing(self.branch()).is_none_or(|head| self.knows(head));
                let (entries, found) = entries(&history)?;
                (history.position(), knew, self.prepare_all(entries, &history)?, found)
            };
            (before, knew, self.append_and_fold(before, &id, prepared)?, found)
        };
        if durability == Durability::Sync {
            self.sync(before, &id)?;
        }
        // Who did not know the head before does not know it now: what someone else did is still to be taken up.
        if knew {
            self.has_seen(written.version);
        }
        Ok((written, found))
    }

    /// The entries as they are written, those of the tenant's rules between them, and the first that is not to be written.
    fn prepare_all(&self, entries: NewEntries, history: &History) -> Result<(Vec<Prepared>, Option<usize>)> {
        let NewEntries { list, made, only_valid } = entries;
        let missing = || self.missing_at_end(history);
        let entries = rules::with_auto_snapshots(list, history, (self.shared.clock)(), &missing)?;
        let new = entries.iter().filter(|entry| matches!(entry.body, Body::Transition { .. })).count() as u64;
        self.check_room(history, new)?;
        self.check_readable(history, &entries)?;
        self.check_returns(history, &entries)?;
        let mut preparing = Preparing::new(history, made);
        let mut prepared = entries.into_iter().map(|entry| preparing.prepare(entry)).collect::<Result<Vec<_>>>()?;
        let refused = prepared.iter().position(|one| one.refused.is_some()).filter(|_| only_valid);
        numbering::number(&mut prepared, history, missing()?);
        Ok((prepared, refused))
    }

    /// What folding the entries reads must be there before they are written: afterwards it would be too late to refuse.
    fn check_readable(&self, history: &History, entries: &[Entry]) -> Result<()> {
        let read = entries.iter().filter_map(|entry| history.read_by(&entry.body));
        let mut there = read.filter(|version| history.existing(*version).is_ok());
        there.try_for_each(|version| history.value(version, &TenantRecords(&self.shared)).map(drop))
    }

    /// Going back to what may be another value than was recorded has to be allowed.
    fn check_returns(&self, history: &History, entries: &[Entry]) -> Result<()> {
        let doubtful = |entry| history.doubtful_return(entry).filter(|_| !self.allow.doubtful);
        match entries.iter().find_map(doubtful) {
            Some((version, why)) => Err(Error::Doubtful { version: version.0, why: why.to_string() }),
            None => Ok(()),
        }
    }

    /// How many positions are missing behind the last record folded: the next one goes behind them.
    pub(super) fn missing_at_end(&self, history: &History) -> Result<u64> {
        if !history.doubts().is_at_end() {
            return Ok(0);
        }
        let next = self.shared.log().next(self.id())?;
        Ok(next.map_or(0, |next| next.0.saturating_sub(history.position().0 + 1)))
    }

    /// Where limits are set, someone may have made room meanwhile: nobody is refused by what does not hold any more.
    fn look_for_room(&self) -> Result<()> {
        if self.folded().ledger().settings().limits == TenantLimits::default() {
            return Ok(());
        }
        self.look_up()?;
        if self.check_room(&self.folded(), 1).is_ok() {
            return Ok(());
        }
        let first = self.shared.log().read(self.id(), Position(0), 1)?.records.into_iter().next();
        let cut = first.filter(|first| matches!(first.entry.body, Body::Base(_))).map(|first| first.position);
        if cut > Some(self.folded().cut()) {
            let _writing = self.writing()?;
            self.fold_again(&mut |_| {})?;
        }
        Ok(())
    }

    /// Whether there is room for so many new versions.
    fn check_room(&self, history: &History, new: u64) -> Result<()> {
        let Some(most) = history.ledger().settings().limits.versions else { return Ok(()) };
        // Those that compaction cut off are not there any more, though their numbers are.
        let there = history.newest().0 + 1 - history.first().0;
        if new > 0 && there + new > most {
            return Err(Error::TenantFull { tenant: self.id().to_string(), versions: there, limit: most });
        }
        Ok(())
    }

    /// Waits until an append is on the disk. Where the disk refuses and the log takes the append back, it leaves the fold
    /// too.
    fn sync(&self, before: Position, id: &AppendId) -> Result<()> {
        let synced = super::read(&self.shared.place).log.sync_append(self.id(), before, id);
        if synced.is_err() && self.shared.log().last(self.id()).is_ok_and(|last| last < self.folded().position()) {
            let _writing = self.writing()?;
            self.fold_again(&mut |_| {})?;
        }
        synced
    }

    /// Writes what was prepared, up to the entry at `refused` and without it.
    fn append_and_fold(
        &self,
        before: Position,
        id: &AppendId,
        (mut prepared, refused): (Vec<Prepared>, Option<usize>),
    ) -> Result<WriteResult> {
        let left_out = refused.map(|at| prepared.split_off(at)).and_then(|left| left.into_iter().next());
        let left_out = left_out.and_then(|first| first.refused).map(|why| Appended::Refused { why });
        let mut outcomes = Vec::new();
        if prepared.is_empty() {
            outcomes.extend(left_out);
            return Ok(WriteResult { first: before, last: before, version: self.head(), outcomes });
        }
        let (entries, made): (Vec<Entry>, Vec<Expected>) = prepared
            .into_iter()
            .map(|Prepared { entry, value, refused, unchanged, .. }| (entry, (value, refused, unchanged)))
            .unzip();
        // The place is held until the append is through, so that it cannot move to another log in between.
        let last = {
            let place = super::read(&self.shared.place);
            if self.origin == Origin::Application {
                place.announce_writer();
            }
            let last = append_settled(&*place.log, self.id(), before, id, &entries)?;
            place.count_footprint(&entries);
            place.pack_records(self.id());
            last
        };
        // The fold needs no record ids, so what was just written is not read again.
        let first = last.0 + 1 - entries.len() as u64; // behind damage and gaps too, so not always `before` + 1
        let many = entries.len() >= MANY;
        let brief = !many && entries.iter().all(is_brief);
        let mut newest = None;
        let written = entries.into_iter().zip(made).zip(first..);
        let fold = |history: &mut History| {
            history.set_loading(many);
            for ((entry, (value, refused, unchanged)), at) in written {
                let record = Arc::new(Record { position: Position(at), id: Text::new(), entry });
                let version = history.push_written(&record, value, &TenantRecords(&self.shared))?;
                newest = version.or(newest);
                if may_make_version(&record.entry.body) {
                    outcomes.push(outcome(history, version, refused, unchanged));
                }
            }
            Ok(newest.or_else(|| history.growing(self.branch())).unwrap_or_else(|| history.head()))
        };
        let version = if brief { self.shared.change_briefly(fold) } else { self.shared.change(fold) }?;
        outcomes.extend(left_out);
        Ok(WriteResult { first: Position(first), last, version, outcomes })
    }
}

/// What is known of a prepared entry beside itself: its value, why it is refused, and whether nothing changes.
type Expected = (Option<Value>, Option<Text>, bool);

/// Whether folding an entry takes microseconds, whatever its tenant holds: a leaf or a mark, for which nothing is compared or
/// read.
fn is_brief(entry: &Entry) -> bool {
    match &entry.body {
        Body::Transition { change: StateChange::Patch(Patch(ops)), .. } => match ops.as_slice() {
            [Op::Add { value, .. } | Op::Replace { value, .. }] => !value.is_container(),
            [Op::Remove { .. }] => true,
            _ => false,
        },
        Body::Snapshot(_) | Body::Begin { .. } | Body::Commit => true,
        _ => false,
    }
}

fn may_make_version(body: &Body) -> bool {
    matches!(body, Body::Transition { .. } | Body::Rollback { .. } | Body::Promote { .. } | Body::Undo { .. })
}

/// What became of an entry that made `version`.
fn outcome(history: &History, version: Option<Version>, refused: Option<Text>, unchanged: bool) -> Appended {
    let Some(version) = version else { return Appended::NoVersion };
    let invalid = || {
        let is_invalid = history.timeline().kind(version) == Some(VersionKind::Invalid);
        let info = is_invalid.then(|| history.info(version)).flatten();
        info.map(|info| info.problem.unwrap_or_default())
    };
    match refused.or_else(invalid) {
        Some(why) => Appended::Invalid { version, why },
        None if unchanged => Appended::Unchanged(version),
        None => Appended::Applied(version),
    }
}
