//! Which log was indexed, and up to where: how a segment is known to be of the log that is there now.
//!
//! A log that the system says is unchanged is not read. One that was touched is compared as a whole, one that has grown
//! by its first and last bytes and blocks between them. Must not name: `history`, `log`.

use crate::bytes::binary_struct;
use std::fs::{File, Metadata};
use std::io;
use std::ops::Range;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::thread;

/// Bytes read at a time when all are compared.
const AT_ONCE: usize = 256 * 1024;
/// Blocks that are compared in a log that has grown, and their size.
const BLOCKS: u64 = 64;
const BLOCK: u64 = 4 * 1024;
/// Logs up to here are always compared as a whole: it costs a few milliseconds.
const SMALL: u64 = 8 * 1024 * 1024;
/// Seconds within which a file may change again without the system giving it another time.
const RACY: i64 = 2;

/// The indexed part of a log, and the file it was in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LogState {
    device: u64,
    inode: u64,
    /// Bytes indexed.
    pub length: u64,
    /// When the file was changed last, in seconds and nanoseconds: its content, and what the system keeps of it.
    modified: (i64, i64),
    changed: (i64, i64),
    /// The checksum of the bytes indexed.
    all: u32,
    /// The checksum of blocks of them.
    blocks: u32,
}
binary_struct!(LogState { device, inode, length, modified, changed, all, blocks });

/// How a file is compared that has grown since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grown {
    /// By blocks of it, where it is large: only appending ever changes it.
    Sampled,
    /// As a whole.
    #[cfg_attr(not(any(feature = "tui", feature = "import")), allow(dead_code))]
    Whole,
}

/// What a log is to a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// Its beginning is what was indexed. `compared` when that took reading all of it.
    Fits { compared: bool },
    /// It is another log, was cut, or was changed.
    Other,
}

impl LogState {
    /// Of the first bytes of a log. O(bytes).
    ///
    /// # Errors
    /// When they cannot be read, or are not there.
    pub fn of(log: &File, length: u64) -> io::Result<Self> {
        let before = log.metadata()?;
        let state = Self {
            device: before.dev(),
            inode: before.ino(),
            length,
            modified: modified(&before),
            changed: changed(&before),
            all: all_bytes(log, length)?,
            blocks: blocks(log, length)?,
        };
        Ok(state)
    }

    /// Whether a log goes on from what was indexed. `written` says when the segment was written or compared last.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn fit(&self, log: &File, written: &Metadata, when_grown: Grown) -> io::Result<Fit> {
        let now = log.metadata()?;
        if now.len() < self.length {
            return Ok(Fit::Other);
        }
        let same_file = (now.dev(), now.ino()) == (self.device, self.inode);
        let untouched = same_file && now.len() == self.length && (modified(&now), changed(&now)) == self.times();
        let settled = written.mtime().saturating_sub(now.ctime()) > RACY;
        if untouched && settled {
            return Ok(Fit::Fits { compared: false });
        }
        let grown = same_file && now.len() > self.length;
        if grown && self.length > SMALL && when_grown == Grown::Sampled {
            let fits = blocks(log, self.length)? == self.blocks;
            return Ok(if fits { Fit::Fits { compared: false } } else { Fit::Other });
        }
        let fits = all_bytes(log, self.length)? == self.all;
        Ok(if fits { Fit::Fits { compared: untouched } } else { Fit::Other })
    }

    fn times(&self) -> ((i64, i64), (i64, i64)) {
        (self.modified, self.changed)
    }
}

fn modified(metadata: &Metadata) -> (i64, i64) {
    (metadata.mtime(), metadata.mtime_nsec())
}

fn changed(metadata: &Metadata) -> (i64, i64) {
    (metadata.ctime(), metadata.ctime_nsec())
}

/// Of all bytes up to a length, on all cores where there are many.
fn all_bytes(log: &File, length: u64) -> io::Result<u32> {
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let part = length.div_ceil(cores).max(SMALL);
    thread::scope(|scope| {
        let begin = |from: u64| {
            let range = from..length.min(from + part);
            let here = range.clone();
            let begun = thread::Builder::new().name("asof-compare".into());
            (here, begun.spawn_scoped(scope, move || bytes_within(log, range)).ok())
        };
        let further: Vec<_> = (part..length).step_by(part as usize).map(begin).collect();
        let mut all = bytes_within(log, 0..part.min(length))?;
        for (range, thread) in further {
            let read = match thread {
                Some(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                None => bytes_within(log, range),
            };
            all.combine(&read?);
        }
        Ok(all.finalize())
    })
}

fn bytes_within(log: &File, range: Range<u64>) -> io::Result<crc32fast::Hasher> {
    let (mut hasher, mut buffer, mut at) = (crc32fast::Hasher::new(), vec![0; AT_ONCE], range.start);
    while at < range.end {
        let part = (range.end - at).min(AT_ONCE as u64) as usize;
        log.read_exact_at(&mut buffer[..part], at)?;
        hasher.update(&buffer[..part]);
        at += part as u64;
    }
    Ok(hasher)
}

/// Of blocks at equal distances: the first bytes and the last are among them.
fn blocks(log: &File, length: u64) -> io::Result<u32> {
    let size = BLOCK.min(length);
    let (mut hasher, mut buffer) = (crc32fast::Hasher::new(), vec![0; size as usize]);
    for block in 0..BLOCKS {
        let at = u128::from(length - size) * u128::from(block) / u128::from(BLOCKS - 1);
        log.read_exact_at(&mut buffer, at as u64)?;
        hasher.update(&buffer);
    }
    Ok(hasher.finalize())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use std::path::Path;

    /// A log of so many bytes, and what is known of it. The second file stands for the segment.
    fn indexed(home: &Path, bytes: usize) -> (LogState, Metadata) {
        let content: Vec<u8> = (0..bytes).map(|at| (at % 251) as u8).collect();
        std::fs::write(home.join("log"), content).unwrap();
        let state = LogState::of(&File::open(home.join("log")).unwrap(), bytes as u64).unwrap();
        std::fs::write(home.join("segment"), "").unwrap();
        (state, home.join("segment").metadata().unwrap())
    }

    fn fit(home: &Path, (state, written): &(LogState, Metadata)) -> bool {
        let fit = state.fit(&File::open(home.join("log")).unwrap(), written, Grown::Sampled).unwrap();
        fit != Fit::Other
    }

    fn append(path: &Path, bytes: &[u8]) {
        std::fs::OpenOptions::new().append(true).open(path).unwrap().write_all(bytes).unwrap();
    }

    #[test]
    fn a_log_that_goes_on_fits_and_every_other_does_not() {
        let home = tempfile::tempdir().unwrap();
        let (log, copy) = (home.path().join("log"), home.path().join("copy"));
        for bytes in [1, 100, 5_000, 70_000] {
            let known = indexed(home.path(), bytes);
            assert!(fit(home.path(), &known));
            append(&log, b"more");
            assert!(fit(home.path(), &known), "it has grown");
            std::fs::copy(&log, &copy).and_then(|_| std::fs::rename(&copy, &log)).unwrap();
            assert!(fit(home.path(), &known), "it was copied");
            let content = std::fs::read(&log).unwrap();
            for at in [0, bytes / 2, bytes - 1] {
                let mut other = content.clone();
                other[at] ^= 1;
                std::fs::write(&log, other).unwrap();
                assert!(!fit(home.path(), &known), "byte {at} of {bytes}");
            }
            std::fs::write(&log, &content[..bytes - 1]).unwrap();
            assert!(!fit(home.path(), &known), "it is shorter");
        }
    }

    /// The same length, and the times of before: only where the segment is older than that by a while is it believed.
    #[test]
    fn a_change_within_the_same_instant_is_found() {
        let home = tempfile::tempdir().unwrap();
        let (mut known, written) = indexed(home.path(), 10_000);
        let mut content = std::fs::read(home.path().join("log")).unwrap();
        content[5] ^= 1;
        std::fs::write(home.path().join("log"), content).unwrap();
        let now = home.path().join("log").metadata().unwrap();
        (known.modified, known.changed) = (modified(&now), changed(&now));
        assert!(!fit(home.path(), &(known, written)));
    }

    #[test]
    fn the_checksum_of_all_bytes_is_the_same_on_any_number_of_cores() {
        let home = tempfile::tempdir().unwrap();
        for bytes in [0, 1, SMALL as usize, SMALL as usize + 1, 5 * SMALL as usize - 3] {
            indexed(home.path(), bytes.max(1));
            let (log, content) = (File::open(home.path().join("log")).unwrap(), std::fs::read(home.path().join("log")));
            assert_eq!(all_bytes(&log, bytes as u64).unwrap(), crc32fast::hash(&content.unwrap()[..bytes]), "{bytes}");
        }
    }

    #[test]
    fn a_large_log_that_has_grown_is_compared_by_blocks() {
        let home = tempfile::tempdir().unwrap();
        let bytes = SMALL as usize + 4_096;
        let known = indexed(home.path(), bytes);
        append(&home.path().join("log"), b"more");
        assert!(fit(home.path(), &known));
        for at in [0, bytes - 1, (bytes as u64 - BLOCK) as usize * 31 / 63] {
            let file = std::fs::OpenOptions::new().write(true).open(home.path().join("log")).unwrap();
            file.write_all_at(b"\xFF", at as u64).unwrap();
            assert!(!fit(home.path(), &known), "byte {at}");
            file.write_all_at(&[(at % 251) as u8], at as u64).unwrap();
        }
        assert!(fit(home.path(), &known));
    }
}
