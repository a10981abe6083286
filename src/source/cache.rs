//! What was imported, kept in the user's cache folder: the next command opens that and does not read the source.
//!
//! A copy is derived and never believed: it is used for the very bytes it was made of, or those that a source goes on
//! from, and only where it opens from its index segments. Else the source is read. Must not name: screens.

mod header;
#[cfg(test)]
mod tests;

use super::feed::Fed;
use super::{Address, Event, Options, ReadingManner, Tell, import_from};
use crate::bytes::sha256_digits;
use crate::error::{Result, of_system};
use crate::import::{ImportEnd, ResumePoint, git_state};
use crate::log::open;
use crate::recording::{ImportCopy, Progress, RecordCounts, Recording};
use crate::segment::{CopyFolder, Fit, Grown, HeldCopy, LogState, Unfinished, size_of};
use header::{ImportHeader, ImportTold, SourceState, push};
use std::fs::{File, Metadata};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Sources below so many bytes that are read within so long need no copy.
const SMALL: u64 = 1 << 20;
const QUICK: Duration = Duration::from_millis(100);
/// A copy of a source that has grown is made again when reading the rest took so long, or when that is one part in this.
const SLOW: Duration = Duration::from_millis(200);
const PART: u64 = 20;
/// How long who copies waits for more to be read.
const PAUSE: Duration = Duration::from_millis(10);
/// How long who reads waits for who copies, until it looks again.
const MOMENT: Duration = Duration::from_micros(500);
/// Bytes of records in memory from which on they are left to the copy.
const MUCH: u64 = 16 << 20;
/// Tenants of a source that is kept: each has two files.
const MOST_TENANTS: usize = 256;
/// Bytes that all copies may take unless somebody says otherwise.
const MOST_BYTES: u64 = 4 << 30;

/// What there is in the cache of a source, after it was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CopyReport {
    /// The directory; `None` where there is none.
    pub directory: Option<PathBuf>,
    pub bytes: u64,
    /// Whether it was there already, and is of all of the source.
    pub fresh: bool,
    /// Why it was made again, or why there is none.
    pub why: Option<String>,
}

impl CopyReport {
    fn none(why: &str) -> Self {
        Self { why: Some(why.into()), ..Self::default() }
    }
}

/// The copies of one source, as it is read with some options.
pub(super) struct Cache<'a> {
    folder: CopyFolder,
    address: &'a Address,
    how: &'a ReadingManner,
    /// Source and options in full, and in short.
    key: String,
    name: String,
    /// Whether one is made however small the source is.
    always: bool,
    /// Bytes of records in memory from which on they are left to the copy.
    much: u64,
}

/// The source as it is now.
enum SourceNow {
    File(File, Metadata),
    /// What a repository, or a server, says of it.
    Told(String),
}

/// How far a copy goes.
enum Covers {
    /// All of the source.
    All,
    /// The source has grown behind it.
    Beginning(ResumePoint),
}

/// What is used of a copy.
struct UsableCopy {
    path: PathBuf,
    bytes: u64,
    header: ImportHeader,
    covers: Covers,
}

/// The user's folder for copies of imports and of logs on servers: `imports` beside the one for index segments.
pub(super) fn folder() -> Option<CopyFolder> {
    let most = limit().unwrap_or(MOST_BYTES);
    Some(CopyFolder::new(super::cache_folder()?.join("imports"), most))
}

/// Bytes that all copies may take, as `$ASOF_CACHE_LIMIT` says.
///
/// # Errors
/// A sentence, where it says something else.
fn limit() -> std::result::Result<u64, String> {
    let Some(text) = std::env::var_os("ASOF_CACHE_LIMIT").filter(|text| !text.is_empty()) else {
        return Ok(MOST_BYTES);
    };
    text.to_str().and_then(bytes_of).ok_or_else(|| {
        let shown = text.to_string_lossy();
        format!("$ASOF_CACHE_LIMIT is \"{shown}\", which is not a size such as 500M or 2G: the limit is 4 GiB")
    })
}

/// The user's folder for copies of imports, for whoever asks how things are.
#[derive(Debug)]
pub(crate) struct CacheReport {
    /// Where it is; `None` where there is no home directory.
    pub folder: Option<PathBuf>,
    /// Bytes of all copies.
    pub bytes: u64,
    /// Bytes they may take.
    pub most: u64,
    /// Why nothing can be kept there.
    pub refused: Option<String>,
    /// What is wrong with `$ASOF_CACHE_LIMIT`.
    pub wrong: Option<String>,
}

impl CacheReport {
    /// Looks, and tries whether a copy could be begun.
    pub fn new() -> Self {
        let (wrong, most) = match limit() {
            Ok(most) => (None, most),
            Err(why) => (Some(why), MOST_BYTES),
        };
        let folder = folder();
        let refused = folder.as_ref().filter(|folder| !folder.keeps_nothing()).and_then(CopyFolder::refused);
        let bytes = folder.as_ref().map_or(0, CopyFolder::bytes);
        Self { folder: folder.map(|folder| folder.path().to_owned()), bytes, most, refused, wrong }
    }

    /// What is wrong with `$ASOF_CACHE_LIMIT`, in a sentence.
    pub fn wrong_limit() -> Option<String> {
        limit().err()
    }
}

/// A number of bytes: `0`, `500M`, `2G`.
fn bytes_of(text: &str) -> Option<u64> {
    let text = text.trim();
    let (number, unit) = text.split_at(text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic()).len());
    let shift = match unit.to_ascii_uppercase().as_str() {
        "" | "B" => 0,
        "K" | "KB" | "KIB" => 10,
        "M" | "MB" | "MIB" => 20,
        "G" | "GB" | "GIB" => 30,
        "T" | "TB" | "TIB" => 40,
        _ => return None,
    };
    number.trim().parse::<u64>().ok()?.checked_mul(1 << shift)
}

impl<'a> Cache<'a> {
    /// The user's copies of a source; `None` where nothing is to be kept of it.
    ///
    /// # Errors
    /// When what was said of how it is read is wrong.
    pub fn of_user(address: &'a Address, how: &'a ReadingManner) -> Result<Option<Self>> {
        let digest = how.digest()?;
        Ok(folder().and_then(|folder| Self::within(folder, address, how, &digest)))
    }

    /// `digest` is of all that was said of how its texts are read: another one is another copy.
    fn within(folder: CopyFolder, address: &'a Address, how: &'a ReadingManner, digest: &str) -> Option<Self> {
        let Options { format, mapping, tenant, branch, strict, memory, fresh, goes_on: _ } = &how.options;
        let path = match address {
            Address::File(path) => format!("file\0{}", path.canonicalize().ok()?.to_str()?),
            // Entries name the source as it was written.
            Address::Git(file) => {
                let whole = file.at(std::path::absolute(&file.path).ok()?);
                file.path.to_str().map(|_| format!("git\0{whole}\0{file}"))?
            }
            Address::Messages(source) => format!("nats\0{source}"),
            Address::Recording(_)
            | Address::Server(_)
            | Address::Stdin
            | Address::Several(_)
            | Address::Copies(_)
            | Address::Demo(_)
            | Address::Watched(_) => return None,
        };
        if *fresh || mapping.reducer.is_some() || branch.is_some() || memory.is_some() || folder.keeps_nothing() {
            return None;
        }
        let key = format!("{path}\0{format:?}\0{digest}\0{tenant:?}\0{strict}");
        let name = sha256_digits(key.as_bytes(), 32);
        Some(Self { folder, address, how, key, name, always: false, much: MUCH })
    }

    /// The same, that makes a copy of a small source too.
    pub fn always(self) -> Self {
        Self { always: true, ..self }
    }

    /// The name of the source in what is told of it.
    fn title(&self) -> String {
        match self.address {
            Address::File(path) => path.display().to_string(),
            _ => String::new(),
        }
    }

    fn source(&self) -> Option<SourceNow> {
        match self.address {
            Address::File(path) => {
                // A pipe is not opened: that would wait for its other end.
                let file = File::open(path.metadata().ok().filter(is_kept).map(|_| path)?).ok()?;
                let about = file.metadata().ok().filter(is_kept)?;
                // What stands in the log of a database is not in its file yet.
                let log = PathBuf::from(format!("{}-wal", path.canonicalize().ok()?.display()));
                if log.metadata().is_ok_and(|log| log.len() > 0) {
                    return None;
                }
                Some(SourceNow::File(file, about))
            }
            address => describe_source(address).map(SourceNow::Told),
        }
    }

    /// Reads the source into a recording that is unused: from its copy, or as it is, of which a copy is made then.
    ///
    /// # Errors
    /// Those of reading the source.
    pub fn read(&self, recording: &Recording, tell: &mut Tell<'_>) -> Result<CopyReport> {
        let Some(source) = self.source() else {
            self.import(None, recording, tell)?;
            return Ok(CopyReport::none("it is not a regular file, or asof cannot tell when it changes"));
        };
        let (copy, why) = self.find(&source, recording);
        if let Some(copy) = copy {
            return self.go_on(copy, &source, recording, tell);
        }
        let began = Instant::now();
        let is_large = matches!(&source, SourceNow::File(_, about) if about.len() >= SMALL);
        if is_large || self.always {
            let (read, begun) = self.import_copying(None, recording, tell)?;
            return Ok(self.keep(&source, recording, read, begun, why));
        }
        let read = self.import(None, recording, tell)?;
        match began.elapsed() < QUICK {
            true => Ok(CopyReport::none("it is small")),
            false => Ok(self.keep(&source, recording, read, None, why)),
        }
    }

    /// A copy that fits, which the recording goes on from then; else why there is none. Of several the one that covers most
    /// is taken, and the others are removed.
    fn find(&self, source: &SourceNow, recording: &Recording) -> (Option<UsableCopy>, Option<String>) {
        let (mut fitting, mut why) = (Vec::new(), None);
        for held in self.folder.find(&self.name) {
            let known = held.header().and_then(|bytes| ImportHeader::read(&bytes, &self.key));
            let Some((header, written)) = known.zip(held.written()) else {
                why = Some("it was damaged, or written by another version of asof".to_owned());
                continue;
            };
            match source.covers(&header, &written) {
                Some(covers) => fitting.push((held, header, covers)),
                None => why = Some("the source was changed since".to_owned()),
            }
        }
        fitting.sort_by_key(|(_, header, _)| std::cmp::Reverse(header.state.bytes()));
        while !fitting.is_empty() {
            let (held, header, covers) = fitting.remove(0);
            let (path, bytes, held) = (held.path.clone(), held.bytes(), Arc::new(held));
            if recording.go_on_from(&path, &header.records(), Arc::<HeldCopy>::clone(&held)) {
                held.used();
                drop(fitting);
                self.folder.remove_others(&self.name, &path);
                return (Some(UsableCopy { path, bytes, header, covers }), None);
            }
            why = Some("it was damaged".to_owned());
        }
        (None, why)
    }

    /// Tells what the import told that a copy was made of, and reads what the source has behind it.
    fn go_on(
        &self,
        copy: UsableCopy,
        source: &SourceNow,
        recording: &Recording,
        tell: &mut Tell<'_>,
    ) -> Result<CopyReport> {
        let UsableCopy { path, bytes, header, covers } = copy;
        let title = self.title();
        let report = CopyReport { directory: Some(path), bytes, fresh: true, why: None };
        if header.told.iter().any(|told| tell(told.event(&title)).is_break()) {
            return Ok(report);
        }
        let Covers::Beginning(point) = covers else {
            let versions = header.records().values().sum();
            let _at_the_end_anyway = tell(Event::Progress(Progress { share: Some(1.0), versions }));
            return Ok(report);
        };
        let began = Instant::now();
        let mut read = self.import(Some(&point), recording, tell)?;
        let little = matches!(source, SourceNow::File(_, about) if point.grown_by(about.len()) * PART < about.len());
        if little && began.elapsed() < SLOW && !self.always {
            return Ok(CopyReport { fresh: false, ..report });
        }
        read.before(&header);
        Ok(self.keep(source, recording, read, None, Some("the source has grown".to_owned())))
    }

    /// Imports the source, from its beginning or from a point on.
    fn import(&self, from: Option<&ResumePoint>, recording: &Recording, tell: &mut Tell<'_>) -> Result<SourceRead> {
        let (title, mut told, mut stopped) = (self.title(), Vec::new(), false);
        let fed = import_from(self.address, self.how, from, recording, &mut |event| {
            if let Some(next) = ImportTold::of(&event, &title) {
                push(&mut told, next);
            }
            let flow = tell(event);
            stopped |= flow.is_break();
            flow
        })?;
        let Fed { end, records } = fed;
        let end = end.filter(|end| end.repeatable && !stopped);
        Ok(SourceRead { records, told, end })
    }

    /// Imports the source while a thread copies what was read. Once that is much, records are left to the copy, and who reads
    /// waits for who copies: so records take no more memory the longer the source is.
    fn import_copying<'r>(
        &self,
        from: Option<&ResumePoint>,
        recording: &'r Recording,
        tell: &mut Tell<'_>,
    ) -> Result<(SourceRead, Option<Begun<'r>>)> {
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            let copying = scope.spawn(|| {
                let mut begun = self.begin(recording)?;
                while !done.load(Ordering::Acquire) {
                    let is_much = recording.record_footprint() > self.much;
                    begun.copy.go_on().ok()?;
                    match is_much {
                        true if !begun.copy.leave(&begun.directory) => break,
                        true => {}
                        false => thread::park_timeout(PAUSE),
                    }
                }
                Some(begun)
            });
            let read = self.import(from, recording, &mut |event| {
                while recording.record_footprint() > 2 * self.much && !copying.is_finished() {
                    copying.thread().unpark();
                    thread::sleep(MOMENT);
                }
                tell(event)
            });
            done.store(true, Ordering::Release);
            copying.thread().unpark();
            let begun = copying.join().ok().flatten();
            read.map(|read| (read, begun))
        })
    }

    /// A new copy; `None` where none can be made.
    fn begin<'r>(&self, recording: &'r Recording) -> Option<Begun<'r>> {
        let directory = self.folder.begin(&self.name).ok()?.map(Arc::new)?;
        let copy = ImportCopy::begin(recording, &directory.path).ok()?;
        Some(Begun { copy, directory })
    }

    /// Makes a copy, or ends the one begun. That it cannot be made is no reason to fail.
    fn keep(
        &self,
        source: &SourceNow,
        recording: &Recording,
        read: SourceRead,
        begun: Option<Begun<'_>>,
        why: Option<String>,
    ) -> CopyReport {
        let SourceRead { records, told, end } = read;
        let Some(end) = end else { return CopyReport::none("it was not read to its end, or not completely") };
        if records.is_empty() || records.len() > MOST_TENANTS {
            return CopyReport::none(&format!("it has {} tenants", records.len()));
        }
        let Some(Begun { mut copy, directory }) = begun.or_else(|| self.begin(recording)) else {
            return CopyReport::none("the cache folder cannot be written to, or is not its owner's alone");
        };
        let copied = copy.finish(&records).map_err(std::io::Error::other);
        let made = copied.and_then(|copied| source.state(self.address, copied)).and_then(|state| {
            let Some(state) = state else { return Ok(None) };
            let resume = end.resume.filter(|point| source.ends_at(point));
            let header = ImportHeader::new(&self.key, state, &records, told, resume).write();
            copy.put(|| self.folder.finish(&directory, &self.name, &header)).map(Some)
        });
        match made {
            Ok(Some(None)) => CopyReport::none("it is larger than $ASOF_CACHE_LIMIT allows"),
            Ok(Some(Some(path))) => {
                let bytes = size_of(&path);
                CopyReport { directory: Some(path), bytes, fresh: false, why }
            }
            Ok(None) => CopyReport::none("it was changed while it was read, or it cannot be indexed"),
            Err(error) => CopyReport::none(&of_system(&error)),
        }
    }
}

/// A copy that is being made.
struct Begun<'r> {
    copy: ImportCopy<'r>,
    directory: Arc<Unfinished>,
}

/// What was read of a source.
struct SourceRead {
    records: RecordCounts,
    told: Vec<ImportTold>,
    /// What there is to say of the source; `None` where nothing is kept of it.
    end: Option<ImportEnd>,
}

impl SourceRead {
    /// Puts before it what was read earlier.
    fn before(&mut self, earlier: &ImportHeader) {
        for (id, count) in earlier.records() {
            *self.records.entry(id).or_default() += count;
        }
        let later = std::mem::replace(&mut self.told, earlier.told.clone());
        later.into_iter().for_each(|next| push(&mut self.told, next));
    }
}

impl SourceNow {
    /// How far a copy goes, if it is one of this source.
    fn covers(&self, header: &ImportHeader, written: &Metadata) -> Option<Covers> {
        match (self, &header.state) {
            (Self::Told(now), SourceState::Told { is }) => (now.as_str() == is.as_str()).then_some(Covers::All),
            (Self::File(file, about), SourceState::File { bytes }) => {
                let fits = bytes.fit(file, written, Grown::Whole).is_ok_and(|fit| fit != Fit::Other);
                match (fits, &header.resume) {
                    (true, _) if about.len() == bytes.length => Some(Covers::All),
                    (true, Some(point)) => Some(Covers::Beginning(point.clone())),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// What was read, where that is still there as it was before.
    fn state(&self, address: &Address, copied: bool) -> std::io::Result<Option<SourceState>> {
        match (self, address) {
            _ if !copied => Ok(None),
            (Self::File(file, before), Address::File(path)) => {
                let bytes = LogState::of(file, before.len())?;
                let is_same = is_unchanged(before, &file.metadata()?) && is_unchanged(before, &path.metadata()?);
                Ok(is_same.then_some(SourceState::File { bytes }))
            }
            (Self::Told(before), address) => {
                let is_same = describe_source(address).as_ref() == Some(before);
                Ok(is_same.then(|| SourceState::Told { is: before.as_str().into() }))
            }
            (Self::File(..), _) => Ok(None),
        }
    }

    /// Whether a point is behind the last line of it.
    fn ends_at(&self, point: &ResumePoint) -> bool {
        let Self::File(file, about) = self else { return false };
        let mut last = [0];
        let read = about.len().checked_sub(1).map(|at| file.read_exact_at(&mut last, at));
        matches!(read, Some(Ok(()))) && point.is_end_of(about.len(), last[0])
    }
}

/// What is there, as a repository or a server says: the same words, the same content.
fn describe_source(address: &Address) -> Option<String> {
    match address {
        Address::Git(file) => git_state(file),
        Address::Messages(source) => super::messages::state(source),
        _ => None,
    }
}

/// Whether what was read of it can be told by what the system says of it: files that are made while they are read have no
/// length.
fn is_kept(about: &Metadata) -> bool {
    about.is_file() && about.len() > 0
}

fn is_unchanged(before: &Metadata, now: &Metadata) -> bool {
    let of = |file: &Metadata| {
        (open::FileId::of(file), file.len(), file.mtime(), file.mtime_nsec(), file.ctime(), file.ctime_nsec())
    };
    of(before) == of(now)
}

/// Opens a source, and makes sure that there is a copy of it, however small it is.
///
/// # Errors
/// Those of reading the source.
pub(crate) fn index(address: &Address, options: &Options, into: &Recording, tell: &mut Tell<'_>) -> Result<CopyReport> {
    let how = ReadingManner::new(address, options, tell)?;
    if let Some(cache) = Cache::of_user(address, &how)?.filter(|_| into.is_unused()) {
        let report = cache.always().read(into, tell)?;
        how.remember(address);
        return Ok(report);
    }
    import_from(address, &how, None, into, tell)?;
    Ok(CopyReport::none("such a source is never cached, or $ASOF_CACHE_LIMIT is 0"))
}
