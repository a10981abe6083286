//! Whether an application writes to a recording: it holds a shared lock on a file beside the logs, which the system
//! releases when the process ends, however it ends.
//!
//! Must not name: `record`, `codec`.

use super::open::{self, Make};
use std::fs::{File, TryLockError};
use std::path::Path;

/// The file whose lock says it. It holds nothing, and may be deleted when nobody writes.
pub(super) const FILE: &str = "asof.live";

/// Held by an application for as long as it writes.
#[derive(Debug)]
pub struct WriterPresence(File);

impl WriterPresence {
    /// Whether nobody else holds a share just now; `None` where that cannot be known. For the moment of the look the own
    /// share may be gone: whoever probes at that moment can miss it.
    pub fn is_alone(&self) -> Option<bool> {
        let alone = match self.0.try_lock() {
            Ok(()) => Some(true),
            Err(TryLockError::WouldBlock) => Some(false),
            Err(TryLockError::Error(_)) => None,
        };
        self.0.lock_shared().ok()?;
        alone
    }
}

/// Takes a share of the lock; the file is shared as `like` is. Not being able to is no reason not to write.
pub(super) fn announce(directory: &Path, like: &Path) -> Option<WriterPresence> {
    let file = open::to_write(&directory.join(FILE), Make::IfMissing).ok()?;
    open::share_like(&file, like);
    file.lock_shared().ok()?;
    Some(WriterPresence(file))
}

/// Whether anybody holds a share. Two probes at once can each see the other's lock: probe again before believing that an
/// application has come.
pub(super) fn is_announced(directory: &Path) -> Option<bool> {
    let file = match open::to_read(&directory.join(FILE)) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Some(false),
        Err(_) => return None,
    };
    match file.try_lock() {
        Ok(()) => Some(false),
        Err(TryLockError::WouldBlock) => Some(true),
        Err(TryLockError::Error(_)) => None,
    }
}
