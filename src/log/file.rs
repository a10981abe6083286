//! A log of JSON Lines files in a directory, one a tenant. docs/log-format.md specifies it.

use super::directory::{Directory, MARKER, file_id, header_of, is_recording, read_marker};
use super::line::{Header, Seed};
use super::tenant::{Shared, TenantFile, held};
use super::{AppendId, Batch, Cut, Damage, Log, WriterPresence, codec, presence};
use crate::record::{Body, Entry, Position, Record, TenantId};
use crate::value::Text;
use crate::{Error, Result};
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// A directory of tenant logs.
pub struct FileLog {
    directory: Directory,
    shared: Arc<Shared>,
    tenants: Mutex<FxHashMap<TenantId, Arc<TenantFile>>>,
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
        Self { directory, shared: Arc::default(), tenants: Mutex::default() }
    }

    fn tenant(&self, id: &TenantId) -> Arc<TenantFile> {
        let mut tenants = held(&self.tenants);
        if let Some(tenant) = tenants.get(id) {
            return Arc::clone(tenant);
        }
        let tenant = Arc::new(TenantFile::new(self.directory.origin(id), Arc::clone(&self.shared)));
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
        self.tenant(tenant).sync_all()
    }

    fn sync_append(&self, tenant: &TenantId, _: Position, _: &AppendId) -> Result<()> {
        self.tenant(tenant).sync_all()
    }

    fn refused(&self, tenant: &TenantId) -> Option<String> {
        self.tenant(tenant).refused()
    }

    fn announce_writer(&self) -> Option<WriterPresence> {
        presence::announce(self.directory.path())
    }

    fn has_writer(&self) -> Option<bool> {
        presence::is_announced(self.directory.path())
    }

    fn cut(&self, tenant: &TenantId, cut: &Cut) -> Result<u64> {
        self.tenant(tenant).cut(cut)
    }

    fn bytes_through(&self, tenant: &TenantId, through: Position) -> Result<u64> {
        self.tenant(tenant).bytes_through(through)
    }

    fn last(&self, tenant: &TenantId) -> Result<Position> {
        self.tenant(tenant).last()
    }

    fn next(&self, tenant: &TenantId) -> Result<Position> {
        self.tenant(tenant).next()
    }

    fn read(&self, tenant: &TenantId, after: Position, limit: usize) -> Result<Batch> {
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

    fn file(&self, tenant: &TenantId) -> Option<PathBuf> {
        Some(self.tenant(tenant).path().into())
    }
}

/// What `verify` found.
#[derive(Debug, Default)]
pub struct Report {
    /// Good records.
    pub records: u64,
    /// What cannot be used, in the order of the files.
    pub damage: Vec<Damage>,
    /// Good records that say something unknown here.
    pub unknown: Vec<UnknownRecord>,
}

/// A record with a right checksum that says something unknown here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownRecord {
    /// The tenant's log file.
    pub file: PathBuf,
    /// Its position.
    pub position: Position,
    /// Its type; empty where it has none.
    pub kind: Text,
    /// Why it cannot be read.
    pub why: Text,
}

impl UnknownRecord {
    fn of(record: &Record, file: &Path) -> Option<Self> {
        let Body::Unknown { kind, why, .. } = &record.entry.body else { return None };
        Some(Self { file: file.into(), position: record.position, kind: kind.clone(), why: why.clone() })
    }

    /// Whether a newer program may have written it; otherwise it is broken.
    pub fn is_newer(&self) -> bool {
        !self.kind.is_empty() && !codec::TYPES.contains(&self.kind.as_str())
    }
}

/// Reads every byte of a recording.
///
/// # Errors
/// When it cannot be read at all.
pub fn verify(directory: &Path) -> Result<Report> {
    let opened = Directory::open(directory)?;
    let mut report = Report::default();
    if let Some(Header::Damaged(why)) = read_marker(directory)? {
        report.damage.push(at_start(&directory.join(MARKER), why));
    }
    for (id, file) in opened.files()? {
        report.file(&opened, &id, &file)?;
    }
    Ok(report)
}

/// Records read at once.
const BATCH: usize = 1024;

impl Report {
    fn file(&mut self, directory: &Directory, id: &str, file: &Path) -> Result<()> {
        let tenant = match header_of(file)? {
            Some(Header::Good { tenant: Some(tenant), .. }) => tenant,
            _ => TenantId(id.into()),
        };
        if file_id(&tenant) != id && tenant.0 != id {
            let why = format!("the header names a tenant whose log is {}.jsonl", file_id(&tenant));
            self.damage.push(at_start(file, why));
        }
        let log = TenantFile::new(directory.origin_at(file.into(), tenant), Arc::default());
        match self.log(&log) {
            Err(Error::Damaged { file, why, .. }) => {
                self.damage.push(at_start(&file, why));
                Ok(())
            }
            done => done,
        }
    }

    fn log(&mut self, log: &TenantFile) -> Result<()> {
        let mut after = Position::default();
        loop {
            let batch = log.read(after, BATCH)?;
            self.damage.extend(batch.damage);
            self.records += batch.records.len() as u64;
            self.unknown.extend(batch.records.iter().filter_map(|record| UnknownRecord::of(record, log.path())));
            match batch.records.last() {
                Some(last) => after = last.position,
                None => return Ok(()),
            }
        }
    }
}

/// Damage of a file's first line.
fn at_start(file: &Path, why: String) -> Damage {
    Damage { file: file.into(), offset: 0, length: 0, after: Position(0), why, torn: false }
}
