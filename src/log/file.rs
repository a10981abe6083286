//! A log of JSON Lines files in a directory, one a tenant. docs/log-format.md specifies it.

use super::directory::{Directory, is_recording};
use super::line::Seed;
use super::tenant::{LogShared, TenantFile, held};
use super::{AppendId, LocalLog, Log, LogBatch, LogCut, LogPositions, WriterPresence, presence};
#[cfg(feature = "follow")]
use super::{Follow, Polling, follow::NoticeWaiter, watch::DirectoryWatch};
use crate::Result;
use crate::record::{Entry, Position, Record, TenantId};
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};
#[cfg(feature = "follow")]
use std::sync::OnceLock;
use std::sync::{Arc, Mutex};

/// A directory of tenant logs.
pub struct FileLog {
    directory: Directory,
    shared: LogShared,
    tenants: Mutex<FxHashMap<TenantId, Arc<TenantFile>>>,
    /// Begun when somebody follows.
    #[cfg(feature = "follow")]
    watch: OnceLock<Option<DirectoryWatch>>,
}

impl FileLog {
    /// Creates the directory of a new recording, or takes an existing empty one. Its parent has to exist.
    ///
    /// # Errors
    /// [`DirectoryTaken`](crate::Error::DirectoryTaken) when there is something in it (a recording too), `NoParent`;
    /// `Io` when it cannot be made.
    pub fn create(directory: &Path) -> Result<Self> {
        Directory::create(directory, Seed::random()).map(Self::new)
    }

    /// Opens a recording. Reads only; a writer's clean-up of a torn tail happens at the first append.
    ///
    /// # Errors
    /// When it is no recording, or of a newer format.
    pub fn open(directory: &Path) -> Result<Self> {
        Directory::open(directory).map(Self::new)
    }

    /// Whether `path` is a recording's directory, one of a newer format too.
    pub fn is_recording(path: &Path) -> bool {
        is_recording(path)
    }

    fn new(directory: Directory) -> Self {
        Self {
            directory,
            shared: LogShared::default(),
            tenants: Mutex::default(),
            #[cfg(feature = "follow")]
            watch: OnceLock::new(),
        }
    }

    /// The same log on a disk that refuses some operations.
    #[cfg(test)]
    pub(crate) fn with_faults(self, faults: super::tests::Faults) -> Self {
        Self { shared: LogShared { faults, ..LogShared::default() }, ..self }
    }

    fn tenant(&self, id: &TenantId) -> Arc<TenantFile> {
        let mut tenants = held(&self.tenants);
        if let Some(tenant) = tenants.get(id) {
            return Arc::clone(tenant);
        }
        let tenant = Arc::new(TenantFile::new(self.directory.origin(id), self.shared.clone()));
        tenants.insert(id.clone(), Arc::clone(&tenant));
        tenant
    }
}

impl Log for FileLog {
    fn tenants(&self) -> Result<Vec<TenantId>> {
        self.directory.tenants()
    }

    fn has(&self, tenant: &TenantId) -> Result<bool> {
        self.directory.has(tenant)
    }

    fn append(&self, tenant: &TenantId, expected: Position, id: &AppendId, entries: &[Entry]) -> Result<Position> {
        self.tenant(tenant).append(expected, id, entries)
    }

    fn find(&self, tenant: &TenantId, expected: Position, id: &AppendId) -> Result<Option<Position>> {
        self.tenant(tenant).find(expected, id)
    }

    fn sync(&self, tenant: &TenantId) -> Result<()> {
        self.tenant(tenant).sync()
    }

    fn sync_append(&self, tenant: &TenantId, expected: Position, id: &AppendId) -> Result<()> {
        self.tenant(tenant).sync_append(expected, id)
    }

    fn refused(&self, tenant: &TenantId) -> Option<String> {
        self.tenant(tenant).refused()
    }

    fn last(&self, tenant: &TenantId) -> Result<Position> {
        self.tenant(tenant).last()
    }

    fn next(&self, tenant: &TenantId) -> Result<Option<Position>> {
        self.tenant(tenant).next().map(Some)
    }

    fn read(&self, tenant: &TenantId, after: Position, limit: usize) -> Result<LogBatch> {
        self.tenant(tenant).read(after, limit)
    }

    fn record(&self, tenant: &TenantId, position: Position) -> Result<Arc<Record>> {
        self.tenant(tenant).record(position)
    }

    fn release(&self, tenant: &TenantId) {
        let mut tenants = held(&self.tenants);
        if tenants.get(tenant).is_some_and(|file| Arc::strong_count(file) == 1 && file.refused().is_none()) {
            tenants.remove(tenant);
        }
    }

    #[cfg(feature = "follow")]
    fn follow(&self, tenant: Option<&TenantId>) -> Box<dyn Follow> {
        match self.watch.get_or_init(|| DirectoryWatch::begin(self.directory.path())) {
            // By the file's name: a log whose header is damaged may go by its id.
            Some(watch) => {
                let id = |tenant| self.tenant(tenant).path().file_stem().map(|id| id.to_string_lossy().into_owned());
                Box::new(NoticeWaiter::new(watch.news(), tenant.and_then(id)))
            }
            None => Box::new(Polling::default()),
        }
    }

    fn local(&self) -> Option<&dyn LocalLog> {
        Some(self)
    }
}

impl LocalLog for FileLog {
    fn file(&self, tenant: &TenantId) -> PathBuf {
        self.tenant(tenant).path().into()
    }

    fn announce_writer(&self) -> Option<WriterPresence> {
        presence::announce(self.directory.path(), &self.directory.marker())
    }

    fn has_writer(&self) -> Option<bool> {
        presence::is_announced(self.directory.path())
    }

    fn bytes_through(&self, tenant: &TenantId, through: Position) -> Result<u64> {
        self.tenant(tenant).bytes_through(through)
    }

    fn cut(&self, tenant: &TenantId, cut: &LogCut) -> Result<u64> {
        self.tenant(tenant).cut(cut)
    }

    fn positions(&self, tenant: &TenantId) -> Option<LogPositions> {
        self.tenant(tenant).positions()
    }

    fn resume(&self, tenant: &TenantId, positions: &LogPositions) -> bool {
        self.tenant(tenant).resume(positions)
    }
}
