//! Making a recording in a directory: what was there before stays, and what was made goes again where that fails.
//!
//! Must not name: `history`, `log`.

use crate::error::{Error, Result};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::Path;

/// A directory that a recording is made in, so that nothing of it is left where that fails.
pub(super) struct NewDirectory<'p> {
    path: &'p Path,
    /// What was in it before; `None` where it was not there.
    before: Option<BTreeSet<OsString>>,
}

impl<'p> NewDirectory<'p> {
    /// # Errors
    /// `Io` when the directory cannot be read.
    pub fn at(path: &'p Path) -> Result<Self> {
        match names_in(path) {
            Ok(before) => Ok(Self { path, before: Some(before) }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self { path, before: None }),
            Err(error) if error.kind() == ErrorKind::NotADirectory => Err(Error::io("create", path)(error)),
            Err(error) => Err(Error::io("read", path)(error)),
        }
    }

    /// Clears up after a recording that could not be made. A directory that something else is in is somebody else's.
    pub fn not_made(&self, error: &Error) {
        if self.before.is_none() && !matches!(error, Error::DirectoryTaken { .. }) {
            self.clear();
        }
    }

    /// Removes what was made. What cannot be removed stays: the error that led here says more.
    pub fn clear(&self) {
        let Ok(now) = names_in(self.path) else { return };
        let before = self.before.as_ref();
        for name in now.iter().filter(|name| !before.is_some_and(|before| before.contains(*name))) {
            let _ = std::fs::remove_file(self.path.join(name));
        }
        if before.is_none() {
            let _ = std::fs::remove_dir(self.path);
        }
    }
}

fn names_in(directory: &Path) -> std::io::Result<BTreeSet<OsString>> {
    std::fs::read_dir(directory)?.map(|entry| entry.map(|entry| entry.file_name())).collect()
}
