//! Writing to a file so that what was there before survives: the few operations it takes, locks, and permissions.
//!
//! Must not name: `record`, `codec`.

use crate::{Error, Result};
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// Bytes gathered before they are written.
const BUFFER: usize = 1024 * 1024;

/// What a log does to its file. Tests put a failing one in its place.
pub trait Disk {
    /// Writes all of `bytes` at `offset`.
    ///
    /// # Errors
    /// When the operating system refuses; some of the bytes may be there.
    fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Cuts the file off at `length`.
    ///
    /// # Errors
    /// When the operating system refuses.
    fn cut(&mut self, length: u64) -> io::Result<()>;
}

impl Disk for &File {
    fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.seek(SeekFrom::Start(offset))?;
        self.write_all(bytes)
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }
}

/// How an extension of a file failed.
#[derive(Debug)]
pub struct Failed {
    /// Why.
    pub error: Error,
    /// Why the file could not be put back as it was, if it could not.
    pub left: Option<io::Error>,
}

/// Writes lines behind `end`, the byte after the last line: `next` appends one to the buffer it is given, or answers
/// that there are no more. Answers the new end. When anything fails, the file is cut back to `end`.
pub fn extend(
    disk: &mut dyn Disk,
    file: &Path,
    end: u64,
    mut next: impl FnMut(&mut Vec<u8>) -> Result<bool>,
) -> std::result::Result<u64, Failed> {
    let (mut buffer, mut written) = (Vec::new(), end);
    let mut step = |disk: &mut dyn Disk| -> Result<bool> {
        let more = next(&mut buffer)?;
        if buffer.len() >= BUFFER || !more {
            disk.write(written, &buffer).map_err(Error::io("write", file))?;
            written += buffer.len() as u64;
            buffer.clear();
        }
        Ok(more)
    };
    loop {
        match step(disk) {
            Ok(true) => {}
            Ok(false) => return Ok(written),
            Err(error) => return Err(Failed { error, left: disk.cut(end).err() }),
        }
    }
}

/// A file's lock, which nothing but this process's death or the drop of this value releases, and both do.
pub struct Lock<'a>(&'a File);

impl<'a> Lock<'a> {
    /// Waits for the lock. Writers hold it only while they write.
    ///
    /// # Errors
    /// When the file system has no locks.
    pub fn take(file: &'a File) -> io::Result<Self> {
        loop {
            match file.lock() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(()) => return Ok(Self(file)),
            }
        }
    }
}

impl Drop for Lock<'_> {
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
        Err(std::fs::TryLockError::WouldBlock) => true,
        Err(std::fs::TryLockError::Error(_)) => false,
    }
}

/// What may be done with a file to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Make {
    /// It has to be there.
    Never,
    /// It is made when it is not there.
    IfMissing,
    /// It must not be there.
    Always,
}

/// Opens a file to read and write, for its owner alone when it is made.
///
/// # Errors
/// When the operating system refuses.
pub fn open_to_write(file: &Path, make: Make) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(make == Make::IfMissing).create_new(make == Make::Always);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

/// Makes a directory for its owner alone.
///
/// # Errors
/// When the operating system refuses.
pub fn make_directory(directory: &Path) -> io::Result<()> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only unix has modes"))]
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// Makes sure that new names in a directory are on the disk, where the system can.
///
/// # Errors
/// When the disk refuses.
pub fn sync_directory(directory: &Path) -> Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    let path = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    match File::open(path).and_then(|directory| directory.sync_all()) {
        // Some file systems have nothing to sync in a directory.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        done => done.map_err(Error::io("sync", directory)),
    }
}

/// Which file a name stands for, so that another file of the same name is noticed: its number, which a later file may
/// get again, and when it was made, as far as the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Identity {
    number: u64,
    made: Option<std::time::SystemTime>,
}

impl Identity {
    /// What the system says.
    pub fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(metadata);
        #[cfg(not(unix))]
        let number = 0;
        Self { number, made: metadata.created().ok() }
    }
}

/// Whether an open file still has a name.
pub fn has_name(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::nlink(metadata) > 0;
    #[cfg(not(unix))]
    return true;
}

/// Moves the bytes from `end` on out of the file into a new one beside it, `NAME.torn-END`, on the disk before they are
/// cut off here.
///
/// # Errors
/// When the disk refuses; then they are still here.
pub fn set_aside(mut file: &File, path: &Path, end: u64) -> Result<()> {
    let (side, mut copy) = new_side_file(path, end)?;
    file.seek(SeekFrom::Start(end)).map_err(Error::io("read", path))?;
    io::copy(&mut file, &mut copy).and_then(|_| copy.sync_all()).map_err(Error::io("write", &side))?;
    sync_directory(path.parent().unwrap_or(Path::new("")))?;
    file.set_len(end).and_then(|()| file.sync_data()).map_err(Error::io("cut", path))
}

/// A name not taken yet: a write can be torn at the same byte twice.
fn new_side_file(path: &Path, end: u64) -> Result<(PathBuf, File)> {
    let mut side = path.with_extension(format!("torn-{end}"));
    for more in 2.. {
        match open_to_write(&side, Make::Always) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                side = path.with_extension(format!("torn-{end}-{more}"));
            }
            done => return done.map_err(Error::io("create", &side)).map(|file| (side, file)),
        }
    }
    unreachable!("the numbers do not end")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A disk in memory that fails at one operation, or from it on, after writing some of the bytes.
    struct Faulty {
        bytes: Vec<u8>,
        operations: usize,
        fails: std::ops::Range<usize>,
    }

    impl Faulty {
        fn operate(&mut self) -> io::Result<()> {
            self.operations += 1;
            if self.fails.contains(&(self.operations - 1)) {
                return Err(io::Error::from(io::ErrorKind::StorageFull));
            }
            Ok(())
        }
    }

    impl Disk for Faulty {
        fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
            let outcome = self.operate();
            let count = if outcome.is_ok() { bytes.len() } else { bytes.len() / 2 };
            self.bytes.truncate(usize::try_from(offset).unwrap());
            self.bytes.extend_from_slice(&bytes[..count]);
            outcome
        }

        fn cut(&mut self, length: u64) -> io::Result<()> {
            self.operate()?;
            self.bytes.truncate(usize::try_from(length).unwrap());
            Ok(())
        }
    }

    fn check(fails: std::ops::Range<usize>, written: bool, restored: bool) {
        let mut disk = Faulty { bytes: b"before\n".to_vec(), operations: 0, fails };
        let mut lines = 0;
        let outcome = extend(&mut disk, Path::new("x"), 7, |buffer| {
            buffer.extend_from_slice(&vec![b'x'; BUFFER / 2]);
            lines += 1;
            Ok(lines < 7)
        });
        assert_eq!(outcome.is_ok(), written);
        assert_eq!(disk.bytes.len(), if restored { 7 } else { disk.bytes.len() });
        match outcome {
            Ok(end) => assert_eq!((end, disk.bytes.len()), (7 + 7 * BUFFER as u64 / 2, 7 + 7 * BUFFER / 2)),
            Err(failed) => assert_eq!(failed.left.is_none(), restored),
        }
    }

    #[test]
    fn a_failed_write_leaves_what_was_there() {
        check(99..99, true, false);
        (0..4).for_each(|k| check(k..k + 1, false, true));
        (0..4).for_each(|k| check(k..usize::MAX, false, false));
    }

    #[test]
    fn a_line_refused_leaves_what_was_there() {
        let mut disk = Faulty { bytes: b"before\n".to_vec(), operations: 0, fails: 9..9 };
        let mut lines = 0;
        let outcome = extend(&mut disk, Path::new("x"), 7, |buffer| {
            buffer.extend_from_slice(&vec![b'x'; BUFFER]);
            lines += 1;
            if lines < 3 { Ok(true) } else { Err(Error::Interrupted) }
        });
        assert!(matches!(outcome, Err(Failed { error: Error::Interrupted, left: None })));
        assert_eq!(disk.bytes, b"before\n");
    }
}
