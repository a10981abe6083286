//! Writing to a file so that what was there before survives: the few operations it takes.
//!
//! Must not name: `record`, `codec`.

use super::open::{self, Make};
use crate::{Error, Result};
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
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

    /// Waits until the bytes and the length are on the disk.
    ///
    /// # Errors
    /// When the operating system refuses; then it is not known what is there.
    fn sync(&mut self) -> io::Result<()>;
}

impl Disk for &File {
    fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.seek(SeekFrom::Start(offset))?;
        self.write_all(bytes)
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

/// How an extension of a file failed.
#[derive(Debug)]
pub struct ExtendFailure {
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
) -> std::result::Result<u64, ExtendFailure> {
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
            Err(error) => return Err(ExtendFailure { error, left: disk.cut(end).err() }),
        }
    }
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

/// Moves the bytes from `end` on out of the log at `path` into a new file beside it, `NAME.torn-END`, which is on the disk
/// before they are cut off here.
///
/// # Errors
/// When the disk refuses; then they are still here.
pub fn quarantine_tail(mut file: &File, path: &Path, end: u64) -> Result<()> {
    let (side, mut copy) = new_side_file(path, end)?;
    file.seek(SeekFrom::Start(end)).map_err(Error::io("read", path))?;
    io::copy(&mut file, &mut copy).and_then(|_| copy.sync_all()).map_err(Error::io("write", &side))?;
    sync_directory(path.parent().unwrap_or(Path::new("")))?;
    file.set_len(end).and_then(|()| file.sync_data()).map_err(Error::io("cut", path))
}

/// A name not taken yet: a write can be torn at the same byte twice.
fn new_side_file(path: &Path, end: u64) -> Result<(PathBuf, File)> {
    let mut side = path.with_extension(format!("torn-{end}"));
    let mut more = 2u64;
    loop {
        match open::to_write(&side, Make::Always) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                side = path.with_extension(format!("torn-{end}-{more}"));
                more += 1;
            }
            done => return done.map_err(Error::io("create", &side)).map(|file| (side, file)),
        }
    }
}

/// Makes a file that comes under its own name only when it is whole, in place of one left unfinished by a crash.
///
/// # Errors
/// When something else than a regular file has its name; when the disk refuses.
pub fn make_unfinished(path: &Path) -> io::Result<File> {
    if open::regular(path)?.is_some() {
        std::fs::remove_file(path)?;
    }
    open::to_write(path, Make::Always)
}

/// Some bytes of a file.
///
/// # Errors
/// When they cannot be read.
pub fn bytes_at(mut file: &File, offset: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(offset))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
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

        fn sync(&mut self) -> io::Result<()> {
            self.operate()
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
        assert!(matches!(outcome, Err(ExtendFailure { error: Error::Interrupted, left: None })));
        assert_eq!(disk.bytes, b"before\n");
    }
}
