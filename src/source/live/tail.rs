//! A log that others add to, as a stream without an end: over rotation, truncation, deletion and coming back.
//!
//! Must not name: `import`, `recording`.

use super::notices::{Notices, chain};
use crate::error::counted;
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek as _, SeekFrom};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often a log is looked at where nothing is told of it, and whether to go on.
const LOOK: Duration = Duration::from_millis(25);
/// Bytes before the position that tell whether they are still those that were read.
const MARK: usize = 512;

/// Whom it tells what became of the log.
pub(super) type TailReport = Box<dyn FnMut(String) + Send>;

/// Reads a log to its end, then what is added, until `over` is set and everything has been read.
pub(super) struct Tail {
    path: PathBuf,
    file: File,
    position: u64,
    /// The last bytes that were read, and the first ones.
    mark: Vec<u8>,
    head: Vec<u8>,
    /// What is left of other files to be read before.
    before: Vec<u8>,
    notices: Notices,
    over: Arc<AtomicBool>,
    say: TailReport,
    is_missing: bool,
}

/// What became of the path.
enum TailPlace {
    Same,
    /// Another file is there, with content.
    Other(File),
    /// Another file is there without content: the old one may still be written to.
    Empty,
    Missing,
}

impl Tail {
    /// A log from a byte on.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path, from: u64, over: Arc<AtomicBool>, say: TailReport) -> io::Result<Self> {
        let file = File::open(path)?;
        let mut notices = Notices::new();
        notices.of(chain(path).1);
        let mut tail = Self {
            path: path.to_owned(),
            file,
            position: 0,
            mark: Vec::new(),
            head: Vec::new(),
            before: Vec::new(),
            notices,
            over,
            say,
            is_missing: false,
        };
        tail.go_to(from)?;
        Ok(tail)
    }

    fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Goes to a byte of the file, all before which counts as read.
    fn go_to(&mut self, position: u64) -> io::Result<()> {
        self.position = self.file.seek(SeekFrom::Start(position))?;
        self.head = part(&self.file, 0, position.min(MARK as u64));
        self.mark = part(&self.file, position.saturating_sub(MARK as u64), position.min(MARK as u64));
        Ok(())
    }

    fn keep_mark(&mut self, read: &[u8]) {
        let room = MARK.saturating_sub(self.head.len()).min(read.len());
        self.head.extend(&read[..room]);
        self.mark.extend(&read[read.len().saturating_sub(MARK)..]);
        let more = self.mark.len().saturating_sub(MARK);
        self.mark.drain(..more);
    }

    /// Whether a file has what was read, at the same place.
    fn is_continued_in(&self, file: &File, length: u64) -> bool {
        let from = self.position.saturating_sub(self.mark.len() as u64);
        length >= self.position
            && part(file, 0, self.head.len() as u64) == self.head
            && part(file, from, self.mark.len() as u64) == self.mark
    }

    fn place(&self) -> TailPlace {
        let Ok(at_path) = File::open(&self.path).and_then(|file| Ok((file.metadata()?, file))) else {
            return TailPlace::Missing;
        };
        let same = self.file.metadata().is_ok_and(|own| identity(&own) == identity(&at_path.0));
        match at_path {
            _ if same => TailPlace::Same,
            (found, _) if found.len() == 0 => TailPlace::Empty,
            (_, file) => TailPlace::Other(file),
        }
    }

    /// Finds out what became of the log, once all of it has been read. Whether there is something to read.
    fn look(&mut self) -> io::Result<bool> {
        let place = self.place();
        // Whoever writes to another file has gone on by now: what was written to this one before is all there is.
        if self.file.metadata()?.len() != self.position || matches!(place, TailPlace::Same) {
            self.is_missing &= !matches!(place, TailPlace::Same);
            return self.look_back();
        }
        match place {
            TailPlace::Same | TailPlace::Empty => Ok(false),
            TailPlace::Missing => {
                if !std::mem::replace(&mut self.is_missing, true) {
                    let name = self.name();
                    (self.say)(format!(
                        "{name} was removed; what was read stays, and reading continues when it is back"
                    ));
                }
                Ok(false)
            }
            TailPlace::Other(file) => self.go_over(file),
        }
    }

    /// Whether the file is still the one that was read: it may have been cut, and written again.
    fn look_back(&mut self) -> io::Result<bool> {
        let length = self.file.metadata()?.len();
        if length >= self.position && self.is_continued_in(&self.file, length) {
            return Ok(length > self.position);
        }
        self.end_line();
        let (name, position) = (self.name(), self.position);
        let rest = self.copied_rest();
        let of_copy = match &rest {
            Some((copy, rest)) if !rest.is_empty() => {
                let before = counted(rest.len() as u64, "byte");
                format!("; {before} written before that: read from {}", shown(copy))
            }
            _ => String::new(),
        };
        (self.say)(format!(
            "{name} was truncated after {} had been read{of_copy}; reading continues at its beginning",
            counted(position, "byte")
        ));
        self.before.extend(rest.map(|(_, rest)| rest).unwrap_or_default());
        self.end_line();
        self.go_to(0)?;
        Ok(true)
    }

    /// Another file has taken the place.
    fn go_over(&mut self, file: File) -> io::Result<bool> {
        let was_missing = std::mem::take(&mut self.is_missing);
        let length = file.metadata()?.len();
        let name = self.name();
        // A log that is rotated keeps another name.
        let is_rewritten = !was_missing && self.file.metadata()?.nlink() == 0;
        if is_rewritten && self.position > 0 && self.is_continued_in(&file, length) {
            (self.say)(format!(
                "{name} was replaced by a file that begins the same; reading continues after that part"
            ));
            self.file = file;
            self.go_to(self.position)?;
            return Ok(true);
        }
        self.end_line();
        let between = self.between(&file);
        let others: Vec<String> = between.iter().map(|(path, _)| shown(path)).collect();
        let also = if others.is_empty() { String::new() } else { format!(", after {}", others.join(", ")) };
        (self.say)(format!(
            "{name} was replaced (rotated) after {} had been read; the new file is read from its beginning{also}",
            counted(self.position, "byte")
        ));
        for (_, mut other) in between {
            other.read_to_end(&mut self.before)?;
            self.end_line();
        }
        self.file = file;
        self.go_to(0)?;
        Ok(true)
    }

    /// Ends a line that will not be finished, so that it is not taken for the beginning of another file's first.
    fn end_line(&mut self) {
        let last = self.before.last().or(self.mark.last());
        if last.is_some_and(|last| *last != b'\n') {
            self.before.push(b'\n');
        }
    }

    /// Other files that are named after this one, each with what is known of it.
    fn relatives(&self) -> Vec<(PathBuf, File, Metadata)> {
        let (Some(directory), name) = (self.path.parent(), self.name()) else { return Vec::new() };
        let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        let named = entries.filter(|entry| {
            let other = entry.file_name();
            let other = other.to_string_lossy();
            let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
            other != name.as_str() && (other.starts_with(&name) || other.starts_with(&format!("{stem}-")))
        });
        let opened = named.filter_map(|entry| {
            let found = entry.metadata().ok().filter(Metadata::is_file)?;
            Some((entry.path(), File::open(entry.path()).ok()?, found))
        });
        opened.collect()
    }

    /// What a copy of the log, made before it was cut, has behind the part that was read.
    fn copied_rest(&self) -> Option<(PathBuf, Vec<u8>)> {
        if self.position == 0 {
            return None;
        }
        let mut copies = self.relatives();
        copies.sort_by_key(|(_, _, found)| std::cmp::Reverse(found.mtime()));
        let (path, mut copy, _) =
            copies.into_iter().find(|(_, file, found)| self.is_continued_in(file, found.len()))?;
        let mut rest = Vec::new();
        copy.seek(SeekFrom::Start(self.position)).ok()?;
        copy.read_to_end(&mut rest).ok()?;
        Some((path, rest))
    }

    /// Files that were in the place between the one that was read and the one that is there now, oldest first.
    fn between(&self, now: &File) -> Vec<(PathBuf, File)> {
        let (Ok(own), Ok(now)) = (self.file.metadata(), now.metadata()) else { return Vec::new() };
        let changed = |found: &Metadata| (found.mtime(), found.mtime_nsec());
        let is_between = |found: &Metadata| {
            ![identity(&own), identity(&now)].contains(&identity(found))
                && changed(found) > changed(&own)
                && changed(found) <= changed(&now)
        };
        let mut between = self.relatives();
        between.retain(|(_, file, found)| is_between(found) && part(file, 0, 2) != [0x1F, 0x8B]);
        between.sort_by_key(|(_, _, found)| changed(found));
        between.into_iter().map(|(path, file, _)| (path, file)).collect()
    }
}

impl Read for Tail {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.before.is_empty() {
                let count = self.before.len().min(into.len());
                into[..count].copy_from_slice(&self.before[..count]);
                self.before.drain(..count);
                return Ok(count);
            }
            match self.file.read(into) {
                Ok(0) => {}
                Ok(count) => {
                    self.position += count as u64;
                    self.keep_mark(&into[..count]);
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            let is_last = self.over.load(Ordering::Relaxed);
            if self.look()? {
                continue;
            }
            if is_last {
                return Ok(0);
            }
            let _ = self.notices.wait(LOOK);
            // It may have been cut and written again, longer than before.
            self.look()?;
        }
    }
}

fn identity(found: &Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}

fn shown(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Bytes of a file; fewer where it ends before.
fn part(file: &File, from: u64, length: u64) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
    let mut filled = 0;
    while filled < bytes.len() {
        match file.read_at(&mut bytes[filled..], from + filled as u64) {
            Ok(0) | Err(_) => break,
            Ok(count) => filled += count,
        }
    }
    bytes.truncate(filled);
    bytes
}
