//! One tenant's log file: what is known of it, read again when it has changed. `append` has the writing half.
//!
//! Must not name: `directory`.

use super::disk::{self, Identity};
use super::raw_batch::{RawBatch, read_batch, read_record};
use super::reader::{Origin, Reader};
use super::window::ReadAt;
use super::{Batch, Damage};
use crate::record::{Position, Record};
use crate::{Error, Result};
use std::fs::{File, Metadata};
use std::io;
use std::path::Path;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What all tenants of one open recording share.
#[derive(Debug, Default)]
pub struct Shared {
    /// Files opened for writing so far.
    pub opened: AtomicUsize,
}

/// One tenant's log file.
pub struct TenantFile {
    pub(super) origin: Origin,
    pub(super) shared: Arc<Shared>,
    pub(super) state: Mutex<State>,
    pub(super) synced: Mutex<Synced>,
}

/// What is known, and held open.
pub(super) struct State {
    pub(super) reader: Reader,
    /// Which file the reader knows.
    pub(super) identity: Identity,
    pub(super) writer: Option<Arc<File>>,
    /// Why nothing more is appended here, once a failure left the file in doubt.
    pub(super) refused: Option<String>,
}

/// Up to where which file is on the disk. Held while syncing, so that whoever waits finds the work done. Taken before
/// `state` where both are.
#[derive(Default)]
pub(super) struct Synced {
    pub(super) identity: Identity,
    pub(super) end: u64,
}

/// Bytes of a tenant's file, which is opened only when they are not at hand.
struct Lazy<'a> {
    path: &'a Path,
    file: Option<File>,
}

impl ReadAt for Lazy<'_> {
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let file = match self.file.take() {
            Some(file) => file,
            None => File::open(self.path)?,
        };
        (&*self.file.insert(file)).read_at(offset, into)
    }
}

/// The lock, also after a panic of another thread: every change here is made whole at its end.
pub fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl TenantFile {
    /// A tenant's file, which need not exist yet.
    pub fn new(origin: Origin, shared: Arc<Shared>) -> Self {
        let reader = Reader::new(origin.clone());
        let state = State { reader, identity: Identity::default(), writer: None, refused: None };
        Self { origin, shared, state: Mutex::new(state), synced: Mutex::default() }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.origin.file
    }

    pub(super) fn cannot(&self, doing: &'static str) -> impl FnOnce(io::Error) -> Error {
        Error::io(doing, self.path())
    }

    /// What is known of the file as it is now, and its bytes. None when there is no file.
    fn look(&self) -> Result<Option<(MutexGuard<'_, State>, Lazy<'_>)>> {
        // In this order: an append of our own between the two would look like a file cut short.
        let mut state = held(&self.state);
        let Some(metadata) = regular_file(self.path())? else { return Ok(None) };
        let mut bytes = Lazy { path: self.path(), file: None };
        state.refresh(&self.origin, &mut bytes, &metadata)?;
        Ok(Some((state, bytes)))
    }

    /// See [`Log::last`](super::Log::last).
    pub fn last(&self) -> Result<Position> {
        let Some((mut state, mut bytes)) = self.look()? else { return Ok(Position(0)) };
        state.reader.last(&mut bytes).map(Position)
    }

    /// See [`Log::next`](super::Log::next).
    pub fn next(&self) -> Result<Position> {
        let Some((mut state, mut bytes)) = self.look()? else { return Ok(Position(1)) };
        state.reader.next(&mut bytes).map(Position)
    }

    /// See [`Log::read`](super::Log::read).
    pub fn read(&self, after: Position, limit: usize) -> Result<Batch> {
        if limit == 0 {
            return Ok(Batch::default());
        }
        let mut batch = read_batch(after, |after| match self.look()? {
            Some((mut state, mut bytes)) => state.reader.raw_batch(&mut bytes, after, limit),
            None => Ok(RawBatch::empty(after)),
        })?;
        if batch.records.is_empty() {
            batch.damage.extend(self.torn()?);
        }
        Ok(batch)
    }

    /// Bytes behind the last finished append, unless someone is writing them just now.
    fn torn(&self) -> Result<Option<Damage>> {
        let Some((state, _)) = self.look()? else { return Ok(None) };
        let Some(torn) = state.reader.torn() else { return Ok(None) };
        let file = File::open(self.path()).map_err(self.cannot("open"))?;
        if disk::is_being_written(&file) {
            return Ok(None);
        }
        let length = file.metadata().map_err(self.cannot("read"))?.len();
        Ok(Some(torn).filter(|torn| torn.offset + torn.length == length))
    }

    /// See [`Log::bytes_through`](super::Log::bytes_through).
    pub fn bytes_through(&self, through: Position) -> Result<u64> {
        let Some((mut state, mut bytes)) = self.look()? else { return Ok(0) };
        Ok(state.reader.raw_batch(&mut bytes, through.0.saturating_sub(1), 1)?.last.offset)
    }

    /// See [`Log::record`](super::Log::record).
    pub fn record(&self, position: Position) -> Result<Arc<Record>> {
        let before = position.0.saturating_sub(1);
        let raw = match self.look()? {
            Some((mut state, mut bytes)) => state.reader.raw_batch(&mut bytes, before, 1)?,
            None => RawBatch::empty(before),
        };
        read_record(&self.origin, position, raw)
    }
}

impl State {
    pub(super) fn refresh(&mut self, origin: &Origin, source: &mut dyn ReadAt, metadata: &Metadata) -> Result<()> {
        let identity = Identity::of(metadata);
        if identity != self.identity {
            self.identity = identity;
            self.reader = Reader::new(origin.clone());
        }
        self.reader.refresh(source, metadata.len())
    }
}

/// What the system says of a file, if there is one. Anything else of that name is refused before it is opened: opening
/// a pipe would wait for ever.
pub(super) fn regular_file(path: &Path) -> Result<Option<Metadata>> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(Some(metadata)),
        Ok(_) => {
            let why = "this should be a log, but it is no regular file. Move it away".into();
            Err(Error::Format { file: path.display().to_string(), why })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("open", path)(error)),
    }
}
