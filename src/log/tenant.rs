//! One tenant's log file: what is known of it, read again when it has changed. `append` has the writing half.
//!
//! Must not name: `directory`.

use super::log_source::LogSource;
use super::logfile::{LogFile, Slots, is_being_written};
use super::open::{self, FileId, Signature, cannot_open};
use super::raw_batch::{RawBatch, read_batch, read_record};
use super::reader::{LogFingerprint, LogReader};
use super::window::ReadAt;
use super::{Damage, LogBatch, LogPositions};
use crate::record::{Position, Record};
use crate::{Error, LogChange, Result};
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How often reading is tried again on a file that is replaced while it is read.
const TRIES: usize = 100;

/// What all tenants of one open recording share.
#[derive(Debug, Clone, Default)]
pub struct LogShared {
    /// For the handles of files that are written.
    pub slots: Slots,
    /// What the disk is to refuse.
    #[cfg(test)]
    pub faults: super::tests::Faults,
}

/// One tenant's log file.
pub struct TenantFile {
    pub(super) origin: LogSource,
    #[cfg(test)]
    pub(super) faults: super::tests::Faults,
    pub(super) state: Mutex<TenantLogState>,
    pub(super) synced: Mutex<Synced>,
}

/// What is known, and held open.
pub(super) struct TenantLogState {
    pub(super) reader: LogReader,
    pub(super) file: LogFile,
    /// The file the reader knows, as it was when it was read.
    seen: Option<Signature>,
    /// What the log has to go on from: the last record known of a file that the reader does not know any more.
    known: Option<LogFingerprint>,
    /// How the file that is there differs from the log that was read.
    change: Option<LogChange>,
    /// Why nothing more is appended here, once a failure left the file in doubt.
    pub(super) refused: Option<String>,
}

/// Up to where which file is on the disk. Held while syncing, so that whoever waits finds the work done. Taken before
/// `state` where both are.
#[derive(Default)]
pub(super) struct Synced {
    pub(super) file: Option<FileId>,
    pub(super) end: u64,
}

/// Bytes of the file that a tenant's log was when it was looked at, opened only when they are needed.
struct Lazy<'a> {
    path: &'a Path,
    id: FileId,
    file: Option<File>,
    /// Whether the name leads to another file by now.
    moved: bool,
}

impl ReadAt for Lazy<'_> {
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let file = match self.file.take() {
            Some(file) => file,
            None => self.open()?,
        };
        (&*self.file.insert(file)).read_at(offset, into)
    }
}

impl Lazy<'_> {
    fn open(&mut self) -> io::Result<File> {
        let opened = open::to_read(self.path).and_then(|file| Ok((FileId::of(&file.metadata()?), file)));
        match opened {
            Ok((id, file)) if id == self.id => return Ok(file),
            Err(error) if error.kind() != io::ErrorKind::NotFound && !open::is_irregular(&error) => return Err(error),
            _ => self.moved = true,
        }
        Err(io::Error::other("another file has its name"))
    }
}

/// The lock, also after a panic of another thread: every change here is made whole at its end.
pub fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl TenantFile {
    /// A tenant's file, which need not exist yet.
    pub fn new(origin: LogSource, shared: LogShared) -> Self {
        let (reader, file) = (LogReader::new(origin.clone()), LogFile::new(&origin.file, shared.slots));
        let state = TenantLogState { reader, file, seen: None, known: None, change: None, refused: None };
        Self {
            origin,
            #[cfg(test)]
            faults: shared.faults,
            state: Mutex::new(state),
            synced: Mutex::default(),
        }
    }

    pub fn path(&self) -> &Path {
        &self.origin.file
    }

    pub(super) fn cannot(&self, doing: &'static str) -> impl FnOnce(io::Error) -> Error {
        Error::io(doing, self.path())
    }

    /// Reads from the file as it is now. None when there is no file. Tried again when the file is replaced meanwhile.
    pub(super) fn look<T>(
        &self,
        read: impl FnMut(&mut TenantLogState, &mut dyn ReadAt) -> Result<T>,
    ) -> Result<Option<T>> {
        self.look_in(&mut held(&self.state), read)
    }

    pub(super) fn look_in<T>(
        &self,
        state: &mut TenantLogState,
        mut read: impl FnMut(&mut TenantLogState, &mut dyn ReadAt) -> Result<T>,
    ) -> Result<Option<T>> {
        for _ in 1..TRIES {
            let Some(signature) = state.signature(&self.origin)? else { return Ok(None) };
            let mut bytes = Lazy { path: self.path(), id: signature.id, file: None, moved: false };
            let outcome = state.refresh(&self.origin, &mut bytes, signature).and_then(|()| read(state, &mut bytes));
            if !bytes.moved {
                return outcome.map(Some);
            }
        }
        Err(self.cannot("read")(io::Error::other("it keeps being replaced")))
    }

    /// See [`Log::last`](super::Log::last).
    pub fn last(&self) -> Result<Position> {
        Ok(Position(self.look(|state, bytes| state.reader.last(bytes))?.unwrap_or(0)))
    }

    /// See [`Log::next`](super::Log::next).
    pub fn next(&self) -> Result<Position> {
        Ok(Position(self.look(|state, bytes| state.reader.next(bytes))?.unwrap_or(1)))
    }

    /// See [`Log::read`](super::Log::read).
    pub fn read(&self, after: Position, limit: usize) -> Result<LogBatch> {
        if limit == 0 {
            return Ok(LogBatch::default());
        }
        let mut batch = read_batch(after, |after| {
            let raw = self.look(|state, bytes| state.reader.raw_batch(bytes, after, limit))?;
            Ok(raw.unwrap_or_else(|| RawBatch::empty(after)))
        })?;
        if batch.records.is_empty() {
            batch.damage.extend(self.torn()?);
        }
        Ok(batch)
    }

    /// Bytes behind the last finished append, unless someone is writing them just now.
    fn torn(&self) -> Result<Option<Damage>> {
        let torn = self.look(|state, _| Ok(state.reader.torn().zip(state.seen)))?.flatten();
        let Some((torn, seen)) = torn else { return Ok(None) };
        let file = open::to_read(self.path()).map_err(self.cannot("open"))?;
        if is_being_written(&file) {
            return Ok(None);
        }
        let now = Signature::of(&file.metadata().map_err(self.cannot("read"))?);
        Ok(Some(torn).filter(|_| now == seen))
    }

    /// See [`Log::bytes_through`](super::Log::bytes_through).
    pub fn bytes_through(&self, through: Position) -> Result<u64> {
        let raw = self.look(|state, bytes| state.reader.raw_batch(bytes, through.0.saturating_sub(1), 1))?;
        Ok(raw.map_or(0, |raw| raw.last.offset))
    }

    /// See [`Log::record`](super::Log::record).
    pub fn record(&self, position: Position) -> Result<Arc<Record>> {
        let before = position.0.saturating_sub(1);
        let raw = self.look(|state, bytes| state.reader.raw_batch(bytes, before, 1))?;
        read_record(&self.origin, position, raw.unwrap_or_else(|| RawBatch::empty(before)))
    }

    /// See [`LocalLog::positions`](super::LocalLog::positions).
    pub fn positions(&self) -> Option<LogPositions> {
        held(&self.state).reader.positions()
    }

    /// See [`LocalLog::resume`](super::LocalLog::resume).
    pub fn resume(&self, positions: &LogPositions) -> bool {
        self.look(|state, bytes| state.reader.resume(bytes, positions)).is_ok_and(|resumed| resumed == Some(true))
    }

    /// Places where `more` does not count down to the end of an append. O(bytes).
    ///
    /// # Errors
    /// Those of reading.
    pub fn broken_appends(&self) -> Result<Vec<Damage>> {
        Ok(self.look(|state, bytes| state.reader.broken_appends(bytes))?.unwrap_or_default())
    }

    /// See [`Log::refused`](super::Log::refused).
    pub fn refused(&self) -> Option<String> {
        let state = held(&self.state);
        let doubt = |why: &String| format!("a write failed and left the log in doubt ({why}). Open it again to go on");
        state.change.map(|change| change.to_string()).or_else(|| state.refused.as_ref().map(doubt))
    }
}

impl TenantLogState {
    /// Whether anything was read from the log, or written to it.
    pub(super) fn knows_something(&self) -> bool {
        self.known.is_some() || self.reader.known().is_some()
    }

    /// Which file the reader knows.
    pub(super) fn seen(&self) -> Option<FileId> {
        self.seen.map(|seen| seen.id)
    }

    /// What the system says of the file that has the log's name; none when there is none and never was.
    ///
    /// # Errors
    /// `LogChanged` when the log was read or written before and is not there; `Format` when it is not a regular file.
    pub(super) fn signature(&mut self, origin: &LogSource) -> Result<Option<Signature>> {
        let change = match open::regular(&origin.file) {
            Ok(Some(metadata)) => return Ok(Some(Signature::of(&metadata))),
            Ok(None) if !self.knows_something() => return Ok(None),
            Ok(None) => LogChange::Deleted,
            Err(error) if open::is_irregular(&error) && self.knows_something() => LogChange::NoFile,
            Err(error) => return Err(cannot_open(&origin.file, error)),
        };
        self.forget(origin);
        self.change = Some(change);
        Err(changed(origin, change))
    }

    /// Takes notice of the file as it is now, for readers: where the system says that nothing has changed, nothing is
    /// read, but for a torn end, whose bytes someone may have replaced by as many.
    fn refresh(&mut self, origin: &LogSource, source: &mut dyn ReadAt, signature: Signature) -> Result<()> {
        if self.seen == Some(signature) && self.reader.end() == signature.length {
            return self.change.map_or(Ok(()), |change| Err(changed(origin, change)));
        }
        self.read_again(origin, source, signature)
    }

    /// As [`refresh`](Self::refresh), from the bytes: what writers do under the lock.
    ///
    /// # Errors
    /// `LogChanged` when the log does not go on from what is known of it; those of reading.
    pub(super) fn read_again(
        &mut self,
        origin: &LogSource,
        source: &mut dyn ReadAt,
        signature: Signature,
    ) -> Result<()> {
        let same_file = self.seen.is_some_and(|seen| seen.is_same_file(&signature));
        let holds = same_file && self.reader.still_holds(source, signature.length)?;
        if !holds {
            self.forget(origin);
        }
        self.reader.refresh(source, signature.length)?;
        if let Some(known) = self.known.filter(|_| !holds || self.change.is_some()) {
            self.change = self.reader.change_since(source, &known)?;
        }
        self.seen = Some(signature);
        match self.change {
            Some(change) => Err(changed(origin, change)),
            None => Ok(()),
        }
    }

    /// Forgets the file, but not what the log has to go on from.
    pub(super) fn forget(&mut self, origin: &LogSource) {
        if self.change.is_none() {
            self.known = self.reader.known().or(self.known);
        }
        (self.reader, self.seen) = (LogReader::new(origin.clone()), None);
    }

    /// Forgets what the log has to go on from too: records were taken back here.
    pub(super) fn forget_all(&mut self, origin: &LogSource) {
        (self.reader, self.seen) = (LogReader::new(origin.clone()), None);
        (self.known, self.change) = (None, None);
    }
}

/// The error of a log that does not go on from what was read of it.
pub(super) fn changed(origin: &LogSource, change: LogChange) -> Error {
    Error::LogChanged { file: origin.file.clone(), change }
}
