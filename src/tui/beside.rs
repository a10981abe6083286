//! A new file, written under another name in the same directory and given its own name when it is whole. Whatever ends
//! the writing before that, no file of the wanted name is there, and the other one is removed.
//!
//! Must not name: `job`, `app`, `recording`.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Files that are being written, so that the end of the process can remove them.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn unfinished() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes what is being written now. For the end of the process, when nobody waits for it any more.
pub fn discard_unfinished() {
    for path in std::mem::take(&mut *unfinished()) {
        // It is gone already, or cannot be removed: there is nobody left to tell.
        let _ = fs::remove_file(path);
    }
}

/// A file being written.
pub struct Beside {
    wanted: PathBuf,
    unfinished: PathBuf,
    /// `None` once it has its name.
    file: Option<BufWriter<File>>,
}

impl Beside {
    /// Begins a file that will be named `wanted`.
    ///
    /// # Errors
    /// `AlreadyExists` when something of that name is there; when the directory cannot be written to.
    pub fn new(wanted: &Path) -> io::Result<Self> {
        if wanted.symlink_metadata().is_ok() {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "it is there already; name another file"));
        }
        let name = wanted.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        let mut taken = 0;
        let (unfinished_path, file) = loop {
            let path = wanted.with_file_name(unfinished_name(name, taken));
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && taken < 100 => taken += 1,
                other => break (path, other?),
            }
        };
        unfinished().insert(unfinished_path.clone());
        Ok(Self { wanted: wanted.to_owned(), unfinished: unfinished_path, file: Some(BufWriter::new(file)) })
    }

    /// Gives it its name, when all of it is on the disk. Never over a file that is there.
    ///
    /// # Errors
    /// `AlreadyExists` when someone else has made a file of that name meanwhile; `Io`. Then nothing is left.
    pub fn finish(mut self) -> io::Result<()> {
        let Some(file) = self.file.take() else { return Ok(()) };
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        match fs::hard_link(&self.unfinished, &self.wanted) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                // A file system without links: the name is taken first, so that nobody else's file is replaced.
                drop(OpenOptions::new().write(true).create_new(true).open(&self.wanted)?);
                fs::rename(&self.unfinished, &self.wanted)
            }
            done => done,
        }
    }
}

impl Write for Beside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or(Ok(0), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        drop(self.file.take());
        // After a rename there is none of that name any more.
        let _ = fs::remove_file(&self.unfinished);
        unfinished().remove(&self.unfinished);
    }
}

/// `.out.jsonl.asof-4711-0`: hidden, and no one else's.
fn unfinished_name(name: &std::ffi::OsStr, taken: u32) -> OsString {
    let mut own = OsString::from(".");
    own.push(name);
    own.push(format!(".asof-{}-{taken}", std::process::id()));
    own
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot be set up should fail")]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_has_its_name_only_when_it_is_whole() {
        let home = tempfile::tempdir().unwrap();
        let wanted = home.path().join("out.jsonl");
        let mut file = Beside::new(&wanted).unwrap();
        writeln!(file, "half").unwrap();
        assert!(!wanted.exists());
        drop(file);
        assert!(names(home.path()).is_empty(), "given up: nothing is left");
        let mut file = Beside::new(&wanted).unwrap();
        writeln!(file, "all").unwrap();
        file.finish().unwrap();
        assert_eq!(
            (names(home.path()), fs::read_to_string(&wanted).unwrap()),
            (vec!["out.jsonl".into()], "all\n".into())
        );
    }

    #[test]
    fn a_file_of_someone_else_is_never_replaced() {
        let home = tempfile::tempdir().unwrap();
        let wanted = home.path().join("out.jsonl");
        let mut file = Beside::new(&wanted).unwrap();
        writeln!(file, "ours").unwrap();
        fs::write(&wanted, "theirs").unwrap();
        assert_eq!(file.finish().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(Beside::new(&wanted).err().unwrap().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(
            (names(home.path()), fs::read_to_string(&wanted).unwrap()),
            (vec!["out.jsonl".into()], "theirs".into())
        );
    }
}
