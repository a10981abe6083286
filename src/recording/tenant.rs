//! One isolated history: the handle an application holds, and reading through it. Writing is in the files beside.

use super::allow::Allow;
use super::editing::{EditHold, Editing, HistoryKey, not_editing};
use super::in_order::InOrder;
use super::known_index::KnownIndex;
use super::known_paths::KnownPaths;
use super::log_copy::CopyInProgress;
use super::poison::Poison;
use super::published::PublishedHistory;
use super::read_ahead::read_ahead;
use super::{Clock, Progress, RecordStore, read};
use crate::error::{Error, Result};
use crate::history::{Budget, History, Moment, Target, TargetContext};
use crate::log::{Damage, LocalLog, Log, LogBatch};
use crate::record::{Entry, InTransaction, Origin, Position, Record, RecordSource, TenantId, Version};
use crate::segment::Segments;
use crate::value::{Text, Value};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// Records folded between two chances for readers.
pub(super) const FOLDED_AT_ONCE: usize = 256;
/// Batches with so many records after each other before a thread reads ahead: a few new records are not worth one.
const FULL_BEFORE_AHEAD: usize = 4;

/// One isolated history: the handle an application holds. Clones are the same history, and the same writer.
#[derive(Clone)]
pub struct Tenant {
    pub(super) shared: Arc<TenantShared>,
    author: Option<Text>,
    pub(super) origin: Origin,
    pub(super) branch: Option<Text>,
    pub(super) allow: Arc<Allow>,
    /// The newest version this writer knows of: its own, or one it was told of.
    pub(super) seen: Arc<AtomicU64>,
}

/// What all handles of one tenant share.
pub(super) struct TenantShared {
    pub id: TenantId,
    pub place: Arc<RwLock<RecordStore>>,
    history: PublishedHistory,
    damage: Mutex<Vec<Damage>>,
    records_read: AtomicU64,
    /// Held while appending, so that position, log and fold move together.
    writing: Mutex<()>,
    pub clock: Clock,
    pub budget: Budget,
    pub poison: Poison,
    pub segments: Segments,
    /// The index segment it was opened from.
    pub index: Mutex<KnownIndex>,
    /// Which versions touched each path, where somebody asked.
    pub paths: Mutex<KnownPaths>,
}

/// One tenant's records, wherever they are kept now.
pub(super) struct TenantRecords<'a>(pub &'a TenantShared);

/// One tenant's records in a log, wherever the recording is kept.
pub(super) struct LogRecords<'a>(pub &'a dyn Log, pub &'a TenantId);

impl RecordSource for LogRecords<'_> {
    fn record(&self, position: Position) -> Result<Arc<Record>> {
        self.0.record(self.1, position)
    }
}

impl RecordSource for TenantRecords<'_> {
    fn record(&self, position: Position) -> Result<Arc<Record>> {
        self.0.log().record(&self.0.id, position)
    }
}

impl TenantShared {
    pub fn new(
        id: TenantId,
        place: Arc<RwLock<RecordStore>>,
        (budget, segments): (Budget, Segments),
        clock: Clock,
    ) -> Self {
        let history = PublishedHistory::new(History::new(id.clone(), budget.clone()));
        Self {
            id,
            place,
            history,
            damage: Mutex::default(),
            records_read: AtomicU64::new(0),
            writing: Mutex::default(),
            clock,
            budget,
            poison: Poison::default(),
            segments,
            index: Mutex::default(),
            paths: Mutex::default(),
        }
    }

    pub fn log(&self) -> Arc<dyn Log> {
        Arc::clone(&read(&self.place).log)
    }

    /// Whether an application beside this one writes to the recording; `None` where that cannot be known.
    pub fn has_other_writer(&self) -> Option<bool> {
        let place = read(&self.place);
        match place.presence.get() {
            _ if place.memory.is_some() => Some(false),
            Some(Some(own)) => own.is_alone().map(|alone| !alone),
            Some(None) | None => place.log.local().and_then(LocalLog::has_writer),
        }
    }

    /// The log and the history of its records, of one moment.
    pub fn log_and_history(&self) -> (Arc<dyn Log>, Arc<History>) {
        let place = read(&self.place);
        (Arc::clone(&place.log), self.history.read())
    }

    /// Replaces the history that readers get. Only whoever holds the lock of all who write may.
    pub fn publish(&self, history: History) {
        self.history.publish(Arc::new(history));
    }

    /// Changes the history that readers get. Only whoever holds the lock of all who write may.
    ///
    /// # Errors
    /// Those of `change`; `Poisoned`.
    pub fn change<T>(&self, change: impl FnOnce(&mut History) -> Result<T>) -> Result<T> {
        self.history.change(|history| self.changing(history, change))
    }

    /// The same for a change that takes microseconds, and asks for no history: readers may wait for it.
    ///
    /// # Errors
    /// As [`change`](Self::change).
    pub fn change_briefly<T>(&self, change: impl FnOnce(&mut History) -> Result<T>) -> Result<T> {
        self.history.change_briefly(|history| self.changing(history, change))
    }

    /// Changes a history. Where that panics, every later call that can fail does.
    ///
    /// # Errors
    /// Those of `change`; `Poisoned`.
    pub fn changing<T>(&self, history: &mut History, change: impl FnOnce(&mut History) -> Result<T>) -> Result<T> {
        self.poison.changing(history, &self.budget, change)
    }

    /// # Errors
    /// `Poisoned` once a fold has panicked.
    pub fn sound(&self) -> Result<()> {
        self.poison.sound(&self.id)
    }

    fn fold(&self, batch: &LogBatch) -> Result<()> {
        self.change(|history| fold_batch(history, batch, &TenantRecords(self), |_, _| Ok(ControlFlow::Continue(()))))?;
        self.records_read.fetch_add(batch.records.len() as u64, Ordering::Relaxed);
        Ok(())
    }

    /// Folds a batch. `each` is asked before each record, and may break off before it.
    pub fn fold_into(
        &self,
        history: &mut History,
        batch: &LogBatch,
        each: impl FnMut(&Record, &mut History) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        self.changing(history, |history| fold_batch(history, batch, &TenantRecords(self), each))
    }
}

/// Folds a batch of the log that `records` come from. `each` is asked before each record, and may break off before it.
pub(super) fn fold_batch(
    history: &mut History,
    batch: &LogBatch,
    records: &dyn RecordSource,
    mut each: impl FnMut(&Record, &mut History) -> Result<ControlFlow<()>>,
) -> Result<()> {
    history.begin_records(batch.cut.map(|cut| (cut.position, cut.through)));
    let mut gaps = batch.damage.iter().filter(|damage| !damage.torn).peekable();
    for record in &batch.records {
        while let Some(gap) = gaps.next_if(|gap| gap.after < record.position) {
            history.note_gap(gap_words(gap));
        }
        if each(record, history)?.is_break() {
            return Ok(());
        }
        history.push(record, records)?;
    }
    gaps.for_each(|gap| history.note_gap(gap_words(gap)));
    history.note_share(batch.progress);
    Ok(())
}

/// Why what follows damage is in doubt.
fn gap_words(gap: &Damage) -> Text {
    ecow::eco_format!("records are missing at byte {} of the log: {}", gap.offset, gap.why)
}

impl Tenant {
    pub(super) fn new(shared: Arc<TenantShared>) -> Self {
        Self {
            shared,
            author: None,
            origin: Origin::Application,
            branch: None,
            allow: Arc::default(),
            seen: Arc::default(),
        }
    }

    /// Its name.
    pub fn id(&self) -> &TenantId {
        &self.shared.id
    }

    /// The same history, writing under an author's name.
    #[must_use]
    pub fn by(&self, author: &str) -> Self {
        Self { author: Some(author.into()), ..self.clone() }
    }

    /// The same history for someone who looks at it from outside: what is written is the debugger's, and
    /// [`undo`](Self::undo) takes back only the debugger's writes.
    #[must_use]
    pub fn as_debugger(&self) -> Self {
        let told = Arc::new(AtomicU64::new(self.seen.load(Ordering::Acquire)));
        Self { origin: Origin::Debugger, seen: told, ..self.clone() }
    }

    /// The same history, going on with another branch: reading its head, writing behind it.
    ///
    /// # Errors
    /// `NotFound` when there is no such branch, or it was kept by a rollback and does not grow.
    pub fn on(&self, branch: &str) -> Result<Self> {
        let history = self.folded();
        let head = history.growing(Some(branch)).ok_or_else(|| history.no_branch(branch))?;
        let name = (branch != crate::history::MAIN).then(|| branch.into());
        Ok(Self { branch: name, seen: Arc::new(AtomicU64::new(head.0)), ..self.clone() })
    }

    /// The branch it goes on with; `None` for `main`.
    pub fn branch(&self) -> Option<&str> {
        self.branch.as_deref()
    }

    /// Folds what the log holds beyond what is known, batch by batch; readers may read between batches. `Break` stops.
    /// O(records not read yet).
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn load(&self, progress: &mut dyn FnMut(Progress) -> ControlFlow<()>) -> Result<()> {
        let began = std::time::Instant::now();
        let copy = self.fold_new(progress)?;
        self.has_seen(self.folded().newest());
        self.keep_index(began.elapsed(), copy);
        Ok(())
    }

    /// As [`load`](Self::load), without this writer counting as told. Answers the copy of the records that was made on the
    /// way, where one is worth it.
    pub(super) fn fold_new(
        &self,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Option<CopyInProgress>> {
        let _writing = self.writing()?;
        self.resume();
        let (log, id, mut full) = (self.shared.log(), &self.shared.id, 0);
        let mut copy = None;
        loop {
            let after = self.folded().position();
            let mut fold = |batch: &mut LogBatch| {
                copy = copy.take().or_else(|| self.copy_from(batch, &*log)).and_then(|copy| copy.with(batch));
                self.fold_batch(batch, progress)
            };
            let flow = if full < FULL_BEFORE_AHEAD {
                let mut batch = log.read(id, after, FOLDED_AT_ONCE)?;
                full = if batch.records.len() == FOLDED_AT_ONCE { full + 1 } else { 0 };
                fold(&mut batch)?
            } else {
                full = 0;
                read_ahead(&*log, id, after, FOLDED_AT_ONCE, &mut fold)?
            };
            if flow.is_break() {
                break;
            }
        }
        if self.folded().learned().is_some() {
            self.fold_again(&mut |_| {})?;
        }
        Ok(copy)
    }

    /// Goes on from the newest index segment, where nothing has been read yet.
    fn resume(&self) {
        if self.folded().position().0 > 0 {
            return;
        }
        if let Some(history) = self.shared.resumed() {
            let records = history.records_through(history.position());
            self.shared.records_read.fetch_add(records, Ordering::Relaxed);
            self.shared.publish(history);
        }
    }

    /// Folds a batch and tells how far that is; `Break` at the end of the log, and when told to stop.
    fn fold_batch(
        &self,
        batch: &mut LogBatch,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>> {
        self.shared.fold(batch)?;
        self.note_damage(std::mem::take(&mut batch.damage));
        let versions = self.folded().newest().0;
        let _reporting = Editing::begin(self.key(), EditHold::Lock);
        let flow = progress(Progress { share: Some(batch.progress), versions });
        Ok(if batch.records.is_empty() { ControlFlow::Break(()) } else { flow })
    }

    /// Damage seen again at the same place (a torn tail, each time the end is read) is noted once.
    fn note_damage(&self, damage: Vec<Damage>) {
        let mut known = self.shared.damage.lock().unwrap_or_else(PoisonError::into_inner);
        for new in damage {
            known.retain(|old| old.offset != new.offset);
            known.push(new);
        }
    }

    /// Folds new records of other writers, and counts as told of all there are; answers how many were new: none
    /// where another handle, or a write that was refused, has looked already. O(new records).
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn catch_up(&self) -> Result<u64> {
        let before = self.records_read();
        self.load(&mut |_| ControlFlow::Continue(()))?;
        Ok(self.records_read() - before)
    }

    /// How many records were read from the log so far, by all handles.
    pub(crate) fn records_read(&self) -> u64 {
        self.shared.records_read.load(Ordering::Relaxed)
    }

    /// Folds new records of other writers, of which this writer is yet to be told.
    pub(super) fn look_up(&self) -> Result<()> {
        self.fold_new(&mut |_| ControlFlow::Continue(())).map(drop)
    }

    /// The history as it is now: an immutable snapshot, which whoever holds it keeps seeing as it was. It waits for no
    /// writer, and no writer for it, so it may be held as long as wanted, by any thread, and while writing:
    ///
    /// ```
    /// # fn main() -> asof::Result<()> {
    /// let shop = asof::Recording::memory().tenant_or_new(&"shop".into())?;
    /// shop.record("count", &1)?;
    /// let before = shop.history();
    /// shop.record("count", &2)?;
    /// assert_eq!((before.newest(), shop.history().newest()), (asof::Version(1), asof::Version(2)));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// O(1), and a diff for each version that went back since the last call. Snapshots share what they have in common, so
    /// one that is held takes only the memory of what was changed since.
    pub fn history(&self) -> Arc<History> {
        let (log, history) = self.shared.log_and_history();
        if history.is_counted() {
            return history;
        }
        let mut counted = Arc::clone(&history);
        // Where the log cannot be read, versions that went back show no counts; reading their values says why.
        let _ =
            self.shared.changing(Arc::make_mut(&mut counted), |counted| counted.count(&LogRecords(&*log, self.id())));
        self.shared.history.replace(&history, Arc::clone(&counted));
        counted
    }

    /// The history, versions that went back counted or not.
    pub(super) fn folded(&self) -> Arc<History> {
        self.shared.history.read()
    }

    /// The head of the handle's branch.
    pub fn head(&self) -> Version {
        self.head_and_value().0
    }

    /// The value at the head of the handle's branch. O(1). From here on this writer counts as knowing that head.
    pub fn value(&self) -> Value {
        let (head, value) = self.head_and_value();
        self.has_seen(head);
        value
    }

    /// The same, for someone who only looks.
    pub fn head_value(&self) -> Value {
        self.head_and_value().1
    }

    pub(super) fn head_and_value(&self) -> (Version, Value) {
        let history = self.folded();
        let of = |branch| Some((history.growing(branch)?, history.growing_value(branch)?.clone()));
        of(self.branch()).or_else(|| of(None)).unwrap_or_default()
    }

    /// Whether this writer was told of a version, or made it.
    pub(super) fn knows(&self, version: Version) -> bool {
        version.0 <= self.seen.load(Ordering::Acquire)
    }

    pub(super) fn has_seen(&self, version: Version) {
        self.seen.fetch_max(version.0, Ordering::AcqRel);
    }

    /// The value at a version.
    /// O(1) where it is kept (see [`Budget`](crate::Budget)), else a replay from the nearest one that is.
    ///
    /// # Errors
    /// When there is no such version, or the log cannot be read.
    pub fn value_at(&self, version: Version) -> Result<Value> {
        self.shared.sound()?;
        let (log, history) = self.shared.log_and_history();
        history.value(version, &InOrder::few(&*log, self.id()))
    }

    /// The values of versions that rise, until `each` breaks off: the records between them are read several at a time.
    #[cfg(feature = "tui")]
    pub(crate) fn values_of(
        &self,
        versions: &[Version],
        each: &mut dyn FnMut(Version, Result<Value>) -> ControlFlow<()>,
    ) {
        let (log, history) = self.shared.log_and_history();
        let records = InOrder::many(&*log, self.id(), None);
        for version in versions {
            let value = self.shared.sound().and_then(|()| history.value(*version, &records));
            if each(*version, value).is_break() {
                return;
            }
        }
    }

    /// The record of a version: its patch as it was written. `None` for `#0`. Reads one line of the log.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn record_of(&self, version: Version) -> Result<Option<Arc<Record>>> {
        self.shared.sound()?;
        let (log, history) = self.shared.log_and_history();
        let position = history.info(version).map(|info| info.position).filter(|position| position.0 > 0);
        position.map(|position| log.record(self.id(), position)).transpose()
    }

    /// The version a target text names.
    ///
    /// # Errors
    /// `Target` or `NotFound`.
    pub fn resolve(&self, target: &str, context: &TargetContext) -> Result<Version> {
        self.shared.sound()?;
        self.folded().resolve(&Target::parse(target)?, context)
    }

    /// What a target text means, with its time.
    ///
    /// # Errors
    /// `Target` or `NotFound`.
    pub fn moment(&self, target: &str, context: &TargetContext) -> Result<Moment> {
        self.shared.sound()?;
        self.folded().moment(&Target::parse(target)?, context)
    }

    /// The time on the recording's clock.
    #[cfg(feature = "tui")]
    pub(crate) fn now(&self) -> crate::record::Time {
        (self.shared.clock)()
    }

    /// Damage met while loading.
    pub fn damage(&self) -> Vec<Damage> {
        self.shared.damage.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn not_found(&self, what: String) -> Error {
        Error::NotFound { what, tenant: self.id().to_string(), nearest: Vec::new() }
    }

    pub(super) fn entry(&self, body: crate::record::Body) -> Entry {
        Entry {
            at: Some((self.shared.clock)()),
            by: self.author.clone(),
            origin: self.origin,
            branch: self.branch.clone(),
            ..Entry::new(body)
        }
    }

    pub(super) fn entry_in(&self, step: InTransaction, body: crate::record::Body) -> Entry {
        Entry { step: Some(Box::new(step)), ..self.entry(body) }
    }

    pub(super) fn key(&self) -> HistoryKey {
        HistoryKey::of(&self.shared.place, self.id())
    }

    /// Says that this thread runs an edit of the application's: nothing is written to the tenant meanwhile but that edit.
    pub(super) fn editing(&self) -> Editing {
        Editing::begin(self.key(), EditHold::Nothing)
    }

    /// # Errors
    /// `NestedWrite` when this thread is within an edit of the tenant.
    pub(super) fn not_editing(&self) -> Result<()> {
        not_editing(None, || self.key())
    }

    pub(super) fn writing(&self) -> Result<MutexGuard<'_, ()>> {
        self.shared.sound()?;
        not_editing(Some(EditHold::Lock), || self.key())?;
        Ok(self.shared.writing.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
