//! The file of one log: its name, its open handle, and the lock under which it is written.
//!
//! A name is not a file. Under the lock the handle is compared with what the name leads to, so that nothing is written
//! to a file that was moved away or replaced. Writers take the lock of a file of its own, `ID.lock`, which is never
//! renamed; then the log's own, which is all that older writers take.
//! Must not name: `codec`, `record`, `directory`.

use super::open::{self, FileId, Make, cannot_open};
use super::patience;
use crate::{Error, Result};
use std::fs::{File, Metadata, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Logs whose handles are kept open for writing; further ones are opened for each append, so that file handles last.
const KEPT_OPEN: usize = 128;

/// How many logs of one open recording keep their handles.
#[derive(Debug, Clone, Default)]
pub struct Slots(Arc<AtomicUsize>);

impl Slots {
    fn take(&self) -> Option<ReadSlot> {
        let slot = ReadSlot(Arc::clone(&self.0));
        (self.0.fetch_add(1, Ordering::Relaxed) < KEPT_OPEN).then_some(slot)
    }
}

/// One of the slots, given back on drop.
#[derive(Debug)]
struct ReadSlot(Arc<AtomicUsize>);

impl Drop for ReadSlot {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The file of one log, which need not exist yet.
#[derive(Debug)]
pub struct LogFile {
    path: PathBuf,
    lock: PathBuf,
    slots: Slots,
    kept: Option<OpenHandles>,
}

/// Handles kept open from one append to the next.
#[derive(Debug)]
struct OpenHandles {
    log: Arc<File>,
    lock: Arc<File>,
    _slot: ReadSlot,
}

/// A log's file, held for writing: nobody else writes until this is dropped, and its name leads to it.
#[derive(Debug)]
pub struct Locked {
    /// The open file.
    pub file: Arc<File>,
    /// What the system says of it.
    pub metadata: Metadata,
    _log: Lock,
    _lock: Lock,
}

impl LogFile {
    /// The log of that name.
    pub fn new(path: &Path, slots: Slots) -> Self {
        Self { path: path.into(), lock: path.with_extension("lock"), slots, kept: None }
    }

    /// Closes the handles.
    pub fn close(&mut self) {
        self.kept = None;
    }

    /// Waits for the lock, and opens what the name leads to; none when there is no such file and none is to be made. Where
    /// it is missing already, nothing is to be made for its lock either: that is for the caller to see.
    ///
    /// # Errors
    /// `Io` when the system refuses, or when the log or its lock is not a regular file.
    pub fn lock(&mut self, make: Make) -> Result<Option<Locked>> {
        let lock = self.take_lock()?;
        let kept = self.kept.take().map(|kept| kept.log);
        let Some((log, metadata)) = self.take_log(kept, make)? else { return Ok(None) };
        if let Some(slot) = self.slots.take() {
            self.kept = Some(OpenHandles { log: Arc::clone(&log.0), lock: Arc::clone(&lock.0), _slot: slot });
        }
        Ok(Some(Locked { file: Arc::clone(&log.0), metadata, _log: log, _lock: lock }))
    }

    /// An open handle of what the name leads to, to sync it: the one kept from the append where there is one, because
    /// the system tells a handle of the errors since it was opened. None when there is no such file.
    ///
    /// # Errors
    /// `Io`.
    pub fn handle(&self) -> Result<Option<(Arc<File>, FileId)>> {
        let kept = self.kept.as_ref().map(|kept| Arc::clone(&kept.log));
        let file = match kept.filter(|file| matches!(at(file, &self.path), Ok(Some(_)))) {
            Some(file) => file,
            None => match open::to_write(&self.path, Make::Never) {
                Ok(file) => Arc::new(file),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(self.cannot("open")(error)),
            },
        };
        let id = FileId::of(&file.metadata().map_err(self.cannot("read"))?);
        Ok(Some((file, id)))
    }

    /// Whether the name leads to this file now.
    ///
    /// # Errors
    /// `Io`.
    pub fn leads_to(&self, id: FileId) -> Result<bool> {
        let there = open::regular(&self.path);
        match there {
            Ok(metadata) => Ok(metadata.is_some_and(|metadata| FileId::of(&metadata) == id)),
            Err(error) if open::is_irregular(&error) => Ok(false),
            Err(error) => Err(self.cannot("open")(error)),
        }
    }

    /// The lock of the lock file. One that was deleted while it was waited for locks nobody out.
    fn take_lock(&self) -> Result<Lock> {
        let cannot = || Error::io("lock", &self.lock);
        let mut file = self.kept.as_ref().map(|kept| Arc::clone(&kept.lock));
        loop {
            let opened = match file.take() {
                Some(file) => file,
                None => self.open_lock().map_err(cannot())?,
            };
            let lock = Lock::take(opened).map_err(cannot())?;
            if at(&lock.0, &self.lock).map_err(cannot())?.is_some() {
                return Ok(lock);
            }
        }
    }

    fn open_lock(&self) -> io::Result<Arc<File>> {
        let file = open::to_write(&self.lock, Make::IfMissing)?;
        open::share_like(&file, &self.path);
        Ok(Arc::new(file))
    }

    /// The log's own lock: one that was renamed away while it was waited for is let go, and opened again by its name.
    fn take_log(&self, kept: Option<Arc<File>>, make: Make) -> Result<Option<(Lock, Metadata)>> {
        let mut file = kept;
        loop {
            let opened = match file.take() {
                Some(file) => file,
                None => match open::to_write(&self.path, make) {
                    Ok(file) => Arc::new(file),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                    Err(error) => return Err(cannot_open(&self.path, error)),
                },
            };
            let lock = Lock::take(opened).map_err(self.cannot("lock"))?;
            if let Some(metadata) = at(&lock.0, &self.path).map_err(self.cannot("open"))? {
                return Ok(Some((lock, metadata)));
            }
            if make == Make::Never && open::regular(&self.path).map_err(self.cannot("open"))?.is_none() {
                return Ok(None);
            }
        }
    }

    fn cannot(&self, doing: &'static str) -> impl FnOnce(io::Error) -> Error {
        Error::io(doing, &self.path)
    }
}

/// What the system says of an open file, if a name leads to it.
fn at(file: &File, path: &Path) -> io::Result<Option<Metadata>> {
    let metadata = file.metadata()?;
    let there = open::regular(path)?.is_some_and(|there| FileId::of(&there) == FileId::of(&metadata));
    Ok(there.then_some(metadata))
}

/// A file's lock, which nothing but this process's death or the drop of this value releases, and both do.
#[derive(Debug)]
struct Lock(Arc<File>);

impl Lock {
    /// Waits for the lock, which writers hold only while they write; or until the wait is over.
    ///
    /// # Errors
    /// `Interrupted` when it is over; what the system says.
    fn take(file: Arc<File>) -> io::Result<Self> {
        if patience::can_end() {
            return Self::take_or_end(file);
        }
        loop {
            match file.lock() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(()) => return Ok(Self(file)),
            }
        }
    }

    fn take_or_end(file: Arc<File>) -> io::Result<Self> {
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self(file)),
                Err(TryLockError::WouldBlock) if patience::is_over() => {
                    return Err(io::Error::from(io::ErrorKind::Interrupted));
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(patience::LOOK_EVERY),
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The close of the file releases it too.
        let _ = self.0.unlock();
    }
}

/// Whether some process is writing right now. A file system without locks says no.
pub fn is_being_written(file: &File) -> bool {
    match file.try_lock_shared() {
        Ok(()) => {
            let _ = file.unlock();
            false
        }
        Err(TryLockError::WouldBlock) => true,
        Err(TryLockError::Error(_)) => false,
    }
}
