//! All tenants' histories in one place, and the handle an application holds.
//!
//! The only module that knows both `history` and `log`; the only one below the screen that has a clock.

use crate::history::{Budget, Context, History, RollbackPlan, Snapshot, Strategy, Undoable};
use crate::log::{Damage, Durability, Log};
use crate::patch::Patch;
use crate::record::{Entry, SnapshotId, SnapshotKind, TenantId, Time, Version};
use crate::value::{Text, Value};
use crate::Result;
use std::path::Path;

/// All tenants' histories in one place: a directory, or memory.
pub struct Recording(());

/// One isolated history: the handle an application holds. Clones are the same history.
#[derive(Clone)]
pub struct Tenant(());

/// How far loading has come.
#[derive(Debug, Clone, Copy, Default)]
pub struct Progress {
    /// 0.0 to 1.0.
    pub share: f64,
    /// Versions so far.
    pub versions: u64,
}

/// What a snapshot should say.
#[derive(Debug, Clone, Default)]
pub struct SnapshotRequest {
    /// Its name; `None` makes an auto snapshot.
    pub name: Option<Text>,
    /// Which version; `None` is the head.
    pub version: Option<Version>,
    /// Free text.
    pub description: Text,
    /// Tags.
    pub tags: Vec<Text>,
}

/// A rollback that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolledBack {
    /// The version made.
    pub version: Version,
    /// The version it equals.
    pub to: Version,
    /// The branch that keeps the line left behind.
    pub kept: Option<Text>,
}

impl Recording {
    /// A recording in memory.
    pub fn memory() -> Self { todo!() }
    /// A new recording in a directory that is new or empty.
    ///
    /// # Errors
    /// When the directory holds something else, or cannot be made.
    pub fn create(directory: &Path) -> Result<Self> { todo!() }
    /// Opens a recording. Reads nothing of the tenants yet; writes nothing until something is appended.
    ///
    /// # Errors
    /// When it is no recording, or of a newer format.
    pub fn open(directory: &Path) -> Result<Self> { todo!() }
    /// Where it is kept; `None` in memory.
    pub fn directory(&self) -> Option<&Path> { todo!() }
    /// The tenants, sorted by name.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn tenants(&self) -> Result<Vec<TenantId>> { todo!() }
    /// A tenant's handle, loaded to the end of its log.
    ///
    /// # Errors
    /// `NotFound` for an unknown tenant.
    pub fn tenant(&self, id: &TenantId) -> Result<Tenant> { todo!() }
    /// A tenant's handle, made if it is new; nothing is loaded or written yet (see [`Tenant::load`]).
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn tenant_or_new(&self, id: &TenantId) -> Result<Tenant> { todo!() }
    /// Writes all of this recording to a new one at `directory` and goes on there: every handle follows.
    ///
    /// # Errors
    /// As [`create`](Self::create); then nothing has changed.
    pub fn keep_at(&self, directory: &Path) -> Result<()> { todo!() }
}

impl Tenant {
    /// Its name.
    pub fn id(&self) -> &TenantId { todo!() }
    /// Folds what the log holds beyond what is known, batch by batch; readers may read between batches. `Break` stops.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn load(&self, progress: &mut dyn FnMut(Progress) -> std::ops::ControlFlow<()>) -> Result<()> { todo!() }
    /// Folds new records of other writers; answers how many there were.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn catch_up(&self) -> Result<u64> { todo!() }
    /// Read access to the folded history. Do not hold it over slow work: it keeps writers waiting.
    pub fn history(&self) -> std::sync::RwLockReadGuard<'_, History> { todo!() }
    /// The head.
    pub fn head(&self) -> Version { self.history().head() }
    /// The value at a version.
    ///
    /// # Errors
    /// When there is no such version, or the log cannot be read.
    pub fn value_at(&self, version: Version) -> Result<Value> { todo!() }
    /// The version a target text names.
    ///
    /// # Errors
    /// `Target` or `NotFound`.
    pub fn resolve(&self, target: &str, context: &Context) -> Result<Version> { todo!() }
    /// Damage met while loading.
    pub fn damage(&self) -> Vec<Damage> { todo!() }
    /// The same history, writing under an author's name.
    #[must_use]
    pub fn by(&self, author: &str) -> Self { todo!() }
    /// Appends an entry as it is (importers); whole states become patches where that is smaller.
    ///
    /// # Errors
    /// `Conflict` when someone else appended first (call [`catch_up`](Self::catch_up)), `Io`.
    pub fn append(&self, entry: Entry) -> Result<()> { todo!() }
    /// As [`append`](Self::append), many at once under one write.
    ///
    /// # Errors
    /// As [`append`](Self::append).
    pub fn append_all(&self, entries: Vec<Entry>) -> Result<()> { todo!() }
    /// Records a transition by patch.
    ///
    /// # Errors
    /// `Patch` when it does not apply (nothing is recorded); `Conflict`; `Io`.
    pub fn apply(&self, label: &str, patch: &Patch) -> Result<Version> { todo!() }
    /// Records a transition to a whole new state.
    ///
    /// # Errors
    /// `TooDeep`, `TooLarge`, `Conflict`, `Io`.
    pub fn set(&self, label: &str, state: Value) -> Result<Version> { todo!() }
    /// Marks a version.
    ///
    /// # Errors
    /// When there is no such version, or a snapshot of that name exists; `Conflict`; `Io`.
    pub fn snapshot(&self, request: &SnapshotRequest) -> Result<Snapshot> { todo!() }
    /// Takes a snapshot out of the list.
    ///
    /// # Errors
    /// `NotFound`, `Conflict`, `Io`.
    pub fn delete_snapshot(&self, id: SnapshotId) -> Result<()> { todo!() }
    /// Rolls back. Nothing is lost: the line left behind becomes a kept branch.
    ///
    /// # Errors
    /// `NotFound`, `Conflict`, `Io`.
    pub fn rollback(&self, strategy: &Strategy, reason: &str) -> Result<RolledBack> { todo!() }
    /// Takes back the debugger's last write.
    ///
    /// # Errors
    /// `Usage` when there is nothing to take back; `Conflict`; `Io`.
    pub fn undo(&self) -> Result<Undoable> { todo!() }
}
