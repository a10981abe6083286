//! Index segments: what the fold of a log made, kept in a file beside it or in a cache folder, so that the next one to
//! open the log folds only what was appended since.
//!
//! What is promised: a log that the system says is untouched is taken to be. One that was touched and is not longer is
//! compared byte by byte. One that has grown is compared as a whole up to 8 MiB, beyond that by its first and last bytes
//! and 62 blocks between them: whoever changes old lines of a log (nothing in asof does) and appends behind them may go
//! unnoticed until the log is verified, or the index is checked, which compare everything.
//!
//! A segment is derived and never believed: one that is stale, torn, of another log or another program is passed over,
//! and made again by whoever may write. Must not name: `recording`.

mod container;
#[cfg_attr(not(feature = "import"), allow(dead_code))]
mod folder;
mod identity;
mod place;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub(crate) use folder::{CopyFolder, HeldCopy, Unfinished, size_of};
#[cfg(feature = "import")]
pub(crate) use identity::Fit;
pub(crate) use identity::Grown;
pub(crate) use identity::LogState;
pub(crate) use place::Unfit;

use crate::bytes::LazyBytes;
use crate::log::open;
use place::FoundSegment;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a segment holds of its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Sort {
    /// The history folded from it.
    #[default]
    History,
    /// Which versions touched each path.
    Paths,
}

impl Sort {
    /// What its file ends with.
    fn extension(self) -> &'static str {
        match self {
            Self::History => "index",
            Self::Paths => "paths",
        }
    }
}

/// Which index segments a recording writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum WriteSegments {
    /// None.
    #[default]
    Never,
    /// In the cache folder: for who only reads.
    InCache,
    /// Beside the logs: for who may write there.
    Beside,
}

/// Where a recording looks for index segments, and where it writes them. By default it looks beside its logs, and writes
/// none.
#[derive(Debug, Clone)]
pub struct Segments {
    /// Whether those beside logs are looked for.
    beside: bool,
    /// A folder of the user's own.
    cache: Option<PathBuf>,
    /// Where copies of logs are kept that are not in files.
    copies: Option<CopyFolder>,
    write: WriteSegments,
    sort: Sort,
}

impl Default for Segments {
    fn default() -> Self {
        Self::new(None, WriteSegments::Never)
    }
}

impl Segments {
    /// Beside the logs, and in a folder of the user's own. There, segments of a log that is not in files stand beside a copy
    /// of its records, in a folder `copies`.
    pub fn new(cache: Option<PathBuf>, write: WriteSegments) -> Self {
        let copies = cache.as_ref().map(|cache| CopyFolder::new(cache.join("copies"), place::CACHE_BYTES));
        Self { beside: true, cache, copies, write, sort: Sort::History }
    }

    /// The same, with copies in another folder.
    #[cfg(feature = "import")]
    pub(crate) fn with_copies(self, copies: Option<CopyFolder>) -> Self {
        Self { copies, ..self }
    }

    /// Where copies of logs are kept that are not in files; `None` where nothing is.
    pub(crate) fn copies(&self) -> Option<CopyFolder> {
        self.copies.clone().filter(|copies| !copies.keeps_nothing())
    }

    /// None: every log is read from its beginning.
    pub fn none() -> Self {
        Self { beside: false, ..Self::default() }
    }

    /// The same places, for segments of another sort.
    pub(crate) fn of(&self, sort: Sort) -> Self {
        Self { sort, ..self.clone() }
    }

    /// Whether any may be written.
    pub(crate) fn writes(&self) -> bool {
        match self.write {
            WriteSegments::Never => false,
            WriteSegments::InCache => self.cache.is_some(),
            WriteSegments::Beside => true,
        }
    }
}

/// A segment that fits its log.
pub(crate) struct Segment {
    /// Its file.
    pub path: PathBuf,
    /// How many bytes it has.
    pub bytes: u64,
    /// How many bytes of the log it covers.
    pub covers: u64,
    /// Its parts but the last.
    pub parts: Vec<Vec<u8>>,
    /// The last part, read when it is asked for.
    pub last: Arc<dyn LazyBytes>,
}

/// What is to be written of a log.
pub(crate) struct SegmentContent {
    /// Bytes of the log that it covers.
    pub covers: u64,
    /// All of its parts.
    pub parts: Vec<Vec<u8>>,
}

/// The last part of a segment's file.
struct InFile {
    file: File,
    range: Range<u64>,
}

impl LazyBytes for InFile {
    fn read(&self, range: Range<u64>) -> Option<Vec<u8>> {
        let start = self.range.start.checked_add(range.start)?;
        let end = self.range.start.checked_add(range.end).filter(|end| *end <= self.range.end)?;
        let mut bytes = vec![0; usize::try_from(end.checked_sub(start)?).ok()?];
        self.file.read_exact_at(&mut bytes, start).ok()?;
        Some(bytes)
    }
}

impl Segments {
    /// The segment that covers most of a log, of those that fit it. `accept` may refuse one whose parts do not.
    ///
    /// # Errors
    /// Why there is none: of the one beside the log, unless there is none there.
    pub(crate) fn find<T>(&self, log: &Path, accept: impl Fn(Segment) -> Option<T>) -> Result<T, Unfit> {
        let file = open::to_read(log).map_err(|_| Unfit::Missing)?;
        let places = self.places(log);
        let mut why = Unfit::Missing;
        let mut found: Vec<FoundSegment> = Vec::new();
        for path in places {
            match place::find(path, &file, Grown::Sampled) {
                Ok(fitting) => found.push(fitting),
                Err(Unfit::Missing) => {}
                Err(unfit) if why == Unfit::Missing => why = unfit,
                Err(_) => {}
            }
        }
        found.sort_by_key(|found| std::cmp::Reverse(found.footer.log.length));
        for fitting in found {
            match fitting.segment() {
                Ok(segment) => match accept(segment) {
                    Some(accepted) => return Ok(accepted),
                    None => why = Unfit::Damaged,
                },
                Err(unfit) => why = unfit,
            }
        }
        Err(why)
    }

    /// Bytes of the file that a log's segment would be read from first; `None` where there is none.
    #[cfg(feature = "query")]
    pub(crate) fn bytes(&self, log: &Path) -> Option<u64> {
        self.places(log).into_iter().find_map(|place| Some(std::fs::metadata(place).ok()?.len()))
    }

    /// Where a log may have segments.
    fn places(&self, log: &Path) -> Vec<PathBuf> {
        let cached = self.cache.as_ref().map(|cache| place::in_cache(cache, log, self.sort));
        self.beside.then(|| place::beside(log, self.sort)).into_iter().chain(cached).collect()
    }

    /// Writes the segment of a log, where this recording writes them. `is_unchanged` is asked when the log has been read
    /// for that: whether it is still the one that the content was made of. Answers the file and its bytes.
    ///
    /// # Errors
    /// When the operating system refuses, or the log has become another.
    pub(crate) fn write(
        &self,
        log: &Path,
        content: &SegmentContent,
        is_unchanged: impl FnOnce() -> bool,
    ) -> io::Result<Option<(PathBuf, u64)>> {
        let path = match (self.write, &self.cache) {
            (WriteSegments::Never, _) | (WriteSegments::InCache, None) => return Ok(None),
            (WriteSegments::Beside, _) => place::beside(log, self.sort),
            (WriteSegments::InCache, Some(cache)) => {
                place::make_cache(cache)?;
                place::in_cache(cache, log, self.sort)
            }
        };
        let file = open::to_read(log)?;
        let state = LogState::of(&file, content.covers)?;
        let (read, now) = (file.metadata()?, std::fs::symlink_metadata(log)?);
        if (read.dev(), read.ino()) != (now.dev(), now.ino()) || !is_unchanged() {
            return Err(io::Error::other("the log has become another one meanwhile"));
        }
        let bytes = place::write(&path, log, state, &content.parts)?;
        if let (WriteSegments::InCache, Some(cache)) = (self.write, &self.cache) {
            place::evict(cache);
        }
        Ok(Some((path, bytes)))
    }
}

impl FoundSegment {
    fn segment(self) -> Result<Segment, Unfit> {
        let sections = self.sections()?;
        let last = Arc::new(InFile { file: self.file, range: sections.last });
        Ok(Segment { path: self.path, bytes: self.bytes, covers: self.footer.log.length, parts: sections.whole, last })
    }
}

#[cfg(any(feature = "tui", test))]
/// What is wrong with the segments beside a log, where there are any and anything is. Reads all of them, and compares all of
/// the log that they cover.
pub(crate) fn check_beside(log: &Path) -> Vec<(PathBuf, Unfit)> {
    let Ok(file) = open::to_read(log) else { return Vec::new() };
    let check = |sort| {
        let path = place::beside(log, sort);
        match place::find(path.clone(), &file, Grown::Whole).and_then(|found| found.sections()) {
            Ok(_) | Err(Unfit::Missing) => None,
            Err(unfit) => Some((path, unfit)),
        }
    };
    [Sort::History, Sort::Paths].into_iter().filter_map(check).collect()
}
