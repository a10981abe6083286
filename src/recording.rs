//! All tenants' histories in one place, and the handle an application holds.
//!
//! The only module that knows both `history` and `log`, and the only one below the screen that has a clock.

mod allow;
mod back;
mod compact;
mod copied;
mod copy;
#[cfg(feature = "tui")]
mod counts;
mod draft;
mod editing;
mod footprint;
#[cfg_attr(not(feature = "tui"), allow(dead_code))]
mod identity;
#[cfg(feature = "import")]
mod import_copy;
mod in_order;
#[cfg_attr(not(feature = "tui"), allow(dead_code))]
mod index;
mod known_index;
mod known_paths;
mod log_copy;
mod marks;
mod new_directory;
mod numbering;
#[cfg_attr(not(feature = "tui"), allow(dead_code))]
mod paths;
mod poison;
mod prepare;
mod published;
mod read_ahead;
mod reason;
mod recorder;
mod refusals;
mod rules;
mod runs;
mod segment_files;
mod subscription;
mod tenant;
mod transaction;
mod variants;
mod write;

pub use allow::Allow;
pub use back::{RolledBack, TurnedBack};
pub use compact::{CompactPlan, Compacted};
pub use draft::Draft;
#[cfg(feature = "tui")]
pub use identity::{keep_array_key, kept_array_keys, unread_array_keys};
#[cfg(feature = "import")]
pub(crate) use import_copy::{ImportCopy, RecordCounts};
pub use index::IndexReport;
pub use marks::{MadeSnapshot, SnapshotRequest};
pub use prepare::Appended;
pub use rules::Prune;
pub use subscription::{Head, Subscription};
pub use tenant::Tenant;
pub use transaction::{Committed, StepError, TransactionBuilder, TransactionError, TransactionOutcome};

use crate::error::{Error, Result};
use crate::history::names::{NameKind, look_alikes};
use crate::history::{Budget, History};
#[cfg(feature = "tui")]
use crate::log::Follow;
#[cfg(feature = "import")]
use crate::log::Unheld;
use crate::log::{FileLog, LocalLog, Log, MemoryLog, MirroredLog, WriterPresence};
use crate::record::{Entry, TenantId, Time};
use crate::segment::Segments;
use copy::{CopiedLog, Wait};
use new_directory::NewDirectory;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use tenant::TenantShared;

/// All tenants' histories in one place: a directory, or memory.
///
/// ```
/// # fn main() -> asof::Result<()> {
/// let recording = asof::Recording::memory();
/// let shop = recording.tenant_or_new(&"shop".into())?;
/// shop.record("open", &serde_json::json!({"sessions": 100}))?;
/// shop.record("rush", &serde_json::json!({"sessions": 150}))?;
/// let back = shop.rollback(&asof::Strategy::Version(asof::Version(1)), "too many")?;
/// assert_eq!(back.version, asof::Version(3));
/// assert_eq!(shop.value_at(back.version)?.to_json(), r#"{"sessions":100}"#);
/// # Ok(())
/// # }
/// ```
pub struct Recording {
    place: Arc<RwLock<RecordStore>>,
    tenants: Mutex<BTreeMap<TenantId, Arc<TenantShared>>>,
    clock: Clock,
    budget: Budget,
    segments: Segments,
}

/// What tells the time.
type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// Where records are kept now. Shared with every tenant's handle, so that all follow when it changes.
struct RecordStore {
    log: Arc<dyn Log>,
    directory: Option<PathBuf>,
    /// The directory with links followed: the same for whoever opens it.
    identity: Option<PathBuf>,
    presence: OnceLock<Option<WriterPresence>>,
    /// About how many bytes of memory what was appended here takes, without the records of a log in memory.
    footprint: AtomicU64,
    /// About how many bytes those take that are not packed.
    records: AtomicU64,
    /// Bytes of those that are.
    packed: AtomicU64,
    /// Where it is in the memory of this process, where nobody else writes to it.
    memory: Option<Arc<MemoryLog>>,
    /// The log, where it is read through copies of its records.
    mirror: Option<Arc<MirroredLog>>,
    /// The files that a log in memory goes on from.
    base: Option<ReadOnlyFiles>,
}

/// Files that are only read, and what keeps them there as long as they are.
#[derive(Clone)]
struct ReadOnlyFiles {
    log: Arc<FileLog>,
    _held: Arc<dyn Send + Sync>,
}

impl RecordStore {
    fn new(log: Arc<dyn Log>, directory: Option<PathBuf>) -> Self {
        let identity = directory.as_ref().map(|path| path.canonicalize().unwrap_or_else(|_| path.clone()));
        let (presence, footprint, records, packed) = Default::default();
        Self { log, directory, identity, presence, footprint, records, packed, memory: None, mirror: None, base: None }
    }

    fn memory() -> Self {
        Self::in_memory(Arc::default())
    }

    fn in_memory(log: Arc<MemoryLog>) -> Self {
        Self { memory: Some(Arc::clone(&log)), ..Self::new(log, None) }
    }

    /// Whether records keep their positions when they are copied: in memory and in files they follow each other.
    fn is_dense(&self) -> bool {
        self.memory.is_some() || self.log.local().is_some()
    }

    /// From the first write of an application on, whoever looks at the recording sees that one is there.
    fn announce_writer(&self) {
        self.presence.get_or_init(|| self.log.local().and_then(LocalLog::announce_writer));
    }

    /// Counts what appended entries take in memory.
    fn count_footprint(&self, entries: &[Entry]) {
        let sum = |of: fn(&Entry) -> u64| entries.iter().map(of).fold(0, u64::saturating_add);
        self.footprint.fetch_add(sum(footprint::bytes_in_history), Ordering::Relaxed);
        if self.memory.is_some() {
            self.records.fetch_add(sum(footprint::bytes_in_log), Ordering::Relaxed);
        }
    }

    /// Packs a tenant's oldest records in memory, where those that are not packed take much. O(records that are packed).
    fn pack_records(&self, tenant: &TenantId) {
        let Some(memory) = &self.memory else { return };
        while self.records.load(Ordering::Relaxed) > footprint::UNPACKED {
            let (records, packed) = memory.pack(tenant);
            if records.is_empty() {
                return;
            }
            self.packed.fetch_add(packed, Ordering::Relaxed);
            take_from(&self.records, footprint::of_records(&records));
        }
    }

    /// Counts that records are in memory no more.
    #[cfg(feature = "import")]
    fn uncount(&self, unheld: &Unheld) {
        take_from(&self.records, footprint::of_records(&unheld.records));
        take_from(&self.packed, unheld.packed);
    }
}

/// Takes so many bytes from those that are counted, if there are so many.
fn take_from(counted: &AtomicU64, bytes: u64) {
    let left = |known: u64| Some(known.saturating_sub(bytes));
    let _always = counted.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left);
}

/// How far loading has come.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Progress {
    /// How much of the whole that is, 0.0 to 1.0; none where nobody knows the whole before its end.
    pub share: Option<f64>,
    /// Versions so far.
    pub versions: u64,
}

impl Recording {
    /// A recording in memory.
    pub fn memory() -> Self {
        Self::of(RecordStore::memory())
    }

    /// A recording on any log: one of an engine that is not known here. [`Log`] says how to write one.
    pub fn on(log: Arc<dyn Log>) -> Self {
        Self::of(RecordStore::mirrored(log))
    }

    /// A recording on a NATS server with `JetStream`: one that is there, or one that the first append makes.
    ///
    /// ```no_run
    /// # fn main() -> asof::Result<()> {
    /// use asof::{NatsAccess, NatsAddress, Recording};
    /// let recording = Recording::connect(&NatsAddress::parse("nats://localhost/shop")?, &NatsAccess::default())?;
    /// recording.tenant_or_new(&"acme".into())?.record("open", &1)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `ServerLost` when no server is there; `ServerRefused` when it does not let the user in, or is too old.
    #[cfg(feature = "nats")]
    pub fn connect(address: &crate::log::NatsAddress, access: &crate::log::NatsAccess) -> Result<Self> {
        Ok(Self::on(Arc::new(crate::log::NatsLog::connect(address, access)?)))
    }

    /// A new recording in a directory that is new or empty.
    ///
    /// # Errors
    /// When the directory holds something else, or cannot be made.
    pub fn create(directory: &Path) -> Result<Self> {
        let log = Arc::new(FileLog::create(directory)?);
        Ok(Self::of(RecordStore::new(log, Some(directory.to_owned()))))
    }

    /// Opens a recording. Reads nothing of the tenants yet; writes nothing until something is appended.
    ///
    /// # Errors
    /// When it is no recording, or of a newer format.
    pub fn open(directory: &Path) -> Result<Self> {
        let log = Arc::new(FileLog::open(directory)?);
        Ok(Self::of(RecordStore::new(log, Some(directory.to_owned()))))
    }

    fn of(place: RecordStore) -> Self {
        Self {
            place: Arc::new(RwLock::new(place)),
            tenants: Mutex::default(),
            clock: Arc::new(chrono::Utc::now),
            budget: Budget::default(),
            segments: Segments::default(),
        }
    }

    /// The time on its clock.
    #[cfg(feature = "import")]
    pub(crate) fn now(&self) -> Time {
        (self.clock)()
    }

    /// The same recording with another clock: one for tests, or one that the application keeps. Handles made before keep
    /// theirs.
    ///
    /// ```
    /// let start: asof::Time = "2026-10-09T12:00:00Z".parse().unwrap();
    /// let recording = asof::Recording::memory().with_clock(move || start);
    /// ```
    #[must_use]
    pub fn with_clock(self, clock: impl Fn() -> Time + Send + Sync + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// The same recording with a clock that goes on from `start`, as the clock on the wall does from now: what is written
    /// next follows a story that was told with times of its own.
    #[must_use]
    pub fn with_clock_from(self, start: Time) -> Self {
        let opened = std::time::Instant::now();
        let gone = move || chrono::TimeDelta::from_std(opened.elapsed()).unwrap_or_default();
        self.with_clock(move || start.checked_add_signed(gone()).unwrap_or(start))
    }

    /// The same recording with another memory budget for old values, which all its tenants share. Handles made before
    /// keep theirs.
    ///
    /// ```
    /// // Beside a small application: old versions are replayed from the log rather than kept.
    /// let recording = asof::Recording::memory().with_budget(asof::Budget::new(16 << 20));
    /// ```
    #[must_use]
    pub fn with_budget(self, budget: Budget) -> Self {
        Self { budget, ..self }
    }

    /// The same recording with another way to keep index segments, from which long logs are opened without reading all of
    /// them. Handles made before keep theirs.
    ///
    /// ```no_run
    /// # fn main() -> asof::Result<()> {
    /// use asof::{Recording, Segments, WriteSegments};
    /// // An application that opens its long log often.
    /// let recording = Recording::open("shop.asof".as_ref())?;
    /// let recording = recording.with_segments(Segments::new(None, WriteSegments::Beside));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_segments(self, segments: Segments) -> Self {
        Self { segments, ..self }
    }

    /// Where it is kept; `None` in memory, and on a log that is not in files.
    pub fn directory(&self) -> Option<PathBuf> {
        read(&self.place).directory.clone()
    }

    /// Whether an application writes to it now; `None` where that cannot be known. A short-lived guess: ask again.
    pub fn is_live(&self) -> Option<bool> {
        self.log().local().and_then(LocalLog::has_writer)
    }

    /// Why a tenant cannot be written to any more: a write or sync failed and left it in doubt what is on the disk. Open
    /// the recording again.
    pub fn refused(&self, tenant: &TenantId) -> Option<String> {
        self.log().refused(tenant)
    }

    /// The log file of a tenant; `None` where the log is not in files.
    pub fn file(&self, tenant: &TenantId) -> Option<PathBuf> {
        self.log().local().map(|log| log.file(tenant))
    }

    /// Waits for news of any tenant, new ones too.
    #[cfg(feature = "tui")]
    pub(crate) fn follow(&self) -> Box<dyn Follow> {
        self.log().follow(None)
    }

    /// The tenants, sorted by name. O(tenants).
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn tenants(&self) -> Result<Vec<TenantId>> {
        self.log().tenants()
    }

    /// Names of other tenants that look like this one on a screen. O(tenants).
    ///
    /// # Errors
    /// When the log cannot list its tenants.
    pub fn look_alikes(&self, id: &TenantId) -> Result<Vec<String>> {
        let tenants = self.tenants()?;
        Ok(look_alikes(&id.0, tenants.iter().map(|tenant| &*tenant.0)))
    }

    /// A tenant's handle, loaded to the end of its log. O(records not read yet).
    ///
    /// # Errors
    /// `UnknownTenant`; when its log cannot be read.
    pub fn tenant(&self, id: &TenantId) -> Result<Tenant> {
        if !self.log().has(id)? {
            return Err(unknown_tenant(id));
        }
        let tenant = self.tenant_or_new(id)?;
        tenant.catch_up()?;
        Ok(tenant)
    }

    /// A tenant's handle, made if it is new; nothing is loaded or written yet (see [`Tenant::load`]).
    ///
    /// # Errors
    /// `InvalidName` for a new one whose name is empty, has a control character, or a blank at an end.
    pub fn tenant_or_new(&self, id: &TenantId) -> Result<Tenant> {
        match NameKind::Tenant.check(&id.0) {
            Err(error) if !self.log().has(id)? => Err(error),
            _ => Ok(self.handle(id)),
        }
    }

    /// The same for a name that a source has, whatever it is.
    pub(crate) fn handle(&self, id: &TenantId) -> Tenant {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let (place, clock) = (Arc::clone(&self.place), Arc::clone(&self.clock));
            Arc::new(TenantShared::new(id.clone(), place, (self.budget.clone(), self.segments.clone()), clock))
        };
        Tenant::new(Arc::clone(tenants.entry(id.clone()).or_insert_with(make)))
    }

    /// Lets go of a tenant's history in memory, so that who looks through many tenants does not hold all of them; what is
    /// recorded stays, and is loaded again when it is asked for. Answers whether it did: not while there are handles or
    /// subscriptions of the tenant. O(1), beside freeing the memory.
    ///
    /// ```
    /// # fn main() -> asof::Result<()> {
    /// let recording = asof::Recording::memory();
    /// let shop = recording.tenant_or_new(&"shop".into())?;
    /// shop.record("open", &1)?;
    /// assert!(!recording.release(&"shop".into()), "there is a handle");
    /// drop(shop);
    /// assert!(recording.release(&"shop".into()));
    /// assert_eq!(recording.tenant(&"shop".into())?.value().to_json(), "1");
    /// # Ok(())
    /// # }
    /// ```
    pub fn release(&self, tenant: &TenantId) -> bool {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if tenants.get(tenant).is_some_and(|shared| Arc::strong_count(shared) > 1) {
            return false;
        }
        let released = tenants.remove(tenant).is_some();
        self.log().release(tenant);
        released
    }

    /// Writes all of this recording to a new one at `directory` and goes on there: every handle follows. O(records).
    ///
    /// # Errors
    /// When the directory holds something else or cannot be written; then nothing has changed.
    pub fn keep_at(&self, directory: &Path) -> Result<()> {
        self.keep_at_telling(directory, &mut |_| ControlFlow::Continue(()))
    }

    /// The same, telling which share of the records is copied; `Break` stops it. Nobody waits for it: only what was
    /// written meanwhile is copied while the place is held.
    ///
    /// # Errors
    /// As above; `Interrupted` when it was stopped.
    pub(crate) fn keep_at_telling(&self, directory: &Path, tell: &mut Telling<'_>) -> Result<()> {
        let new = NewDirectory::at(directory)?;
        let log = FileLog::create(directory).inspect_err(|error| new.not_made(error))?;
        self.move_to(directory, log, tell).inspect_err(|_| new.clear())
    }

    fn move_to(&self, directory: &Path, log: FileLog, tell: &mut Telling<'_>) -> Result<()> {
        let from = self.log();
        let mut copied = CopiedLog::of(&*from)?;
        copied.go_on(&*from, &log, Wait::Synced, tell)?;
        let to = RecordStore::new(Arc::new(log), Some(directory.to_owned()));
        if read(&self.place).is_dense() {
            let mut place = self.place.write().unwrap_or_else(PoisonError::into_inner);
            copied.go_on(&*place.log, &*to.log, Wait::Synced, tell)?;
            *place = to;
            return Ok(());
        }
        self.move_renumbered(copied, to, tell)
    }

    /// Goes on at another place, where records have other positions: all histories are folded from there, and nobody reads
    /// or writes in between.
    fn move_renumbered(&self, mut copied: CopiedLog, to: RecordStore, tell: &mut Telling<'_>) -> Result<()> {
        let tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        let handles: Vec<Tenant> = tenants.values().map(|shared| Tenant::new(Arc::clone(shared))).collect();
        let fold = |handle: &Tenant, fresh| handle.folded_on(&*to.log, fresh, &mut |_| {});
        let new = |handle: &Tenant| History::new(handle.id().clone(), self.budget.clone());
        let folded = handles.iter().map(|handle| fold(handle, new(handle))).collect::<Result<Vec<_>>>()?;
        let _writing = handles.iter().map(Tenant::writing).collect::<Result<Vec<_>>>()?;
        let mut place = self.place.write().unwrap_or_else(PoisonError::into_inner);
        copied.go_on(&*place.log, &*to.log, Wait::Synced, tell)?;
        let rest = handles.iter().zip(folded).map(|(handle, folded)| fold(handle, folded));
        let folded = rest.collect::<Result<Vec<_>>>()?;
        handles.iter().zip(folded).for_each(|(handle, folded)| handle.shared.publish(folded));
        *place = to;
        handles.iter().for_each(|handle| handle.shared.forget_paths());
        Ok(())
    }

    /// About how many bytes of memory it takes that so much was appended through this recording: the budget for old values
    /// is not counted. O(1).
    #[cfg(feature = "import")]
    pub(crate) fn footprint(&self) -> u64 {
        let tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner).len() as u64;
        let history = read(&self.place).footprint.load(Ordering::Relaxed).saturating_add(tenants * footprint::TENANT);
        history.saturating_add(self.record_footprint())
    }

    /// About how many bytes of that are records in memory. O(1).
    #[cfg(feature = "import")]
    pub(crate) fn record_footprint(&self) -> u64 {
        let place = read(&self.place);
        place.records.load(Ordering::Relaxed).saturating_add(place.packed.load(Ordering::Relaxed))
    }

    fn log(&self) -> Arc<dyn Log> {
        Arc::clone(&read(&self.place).log)
    }
}

fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

/// Names no other tenant: an application may show this to one of them.
fn unknown_tenant(id: &TenantId) -> Error {
    Error::UnknownTenant { tenant: id.to_string() }
}

/// Takes which share is done; `Break` stops the work.
pub(crate) type Telling<'a> = dyn FnMut(f64) -> ControlFlow<()> + 'a;

#[expect(clippy::cast_precision_loss, reason = "a share for a person to read")]
fn share(done: u64, all: u64) -> f64 {
    (done as f64 / all as f64).min(1.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
