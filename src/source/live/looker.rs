//! Looks at all files that are watched, on one thread: what has settled is sent, a log gets a thread of its own.
//!
//! Must not name: `feed`.

use super::notices::{NoticedChanges, Notices, chain};
use super::patterns::WatchPattern;
use super::standing::{ContentStanding, LookVerdict, PathContent, Wholeness};
use super::tail::Tail;
use super::{Outlet, Watched};
use crate::error::InputPlace;
use crate::import::{self, FileContent, ImportEnd, ImportInput, ImportItem, ImportProblem, Notation, Note, Readable};
use crate::record::TenantId;
use crate::recording::Recording;
use crate::source::ReadingManner;
use crate::value::{Limits, Text, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::Scope;
use std::time::{Duration, Instant};

/// How long it waits for notices, at most.
const LOOK: Duration = Duration::from_millis(100);
/// How long it waits while something is about to settle.
const SETTLING: Duration = Duration::from_millis(2);
/// A file is read once more so long after it was taken: a second write at once leaves its time and length as they are.
const AGAIN: Duration = Duration::from_millis(15);
/// How long a broken file has to stand at the end.
const LAST: Duration = Duration::from_millis(20);
/// Between two looks for new files.
const SEARCH_EVERY: Duration = Duration::from_millis(250);
/// Bytes of a file that tell whether it is a log.
const START: u64 = 64 << 10;

/// All that are watched.
pub(super) struct Looker {
    patterns: Vec<WatchPattern>,
    by: Option<Text>,
    /// The tenant, where there is one file.
    tenant: Option<TenantId>,
    /// The value that was read of the file already.
    known: Option<Value>,
    files: BTreeMap<PathBuf, Looked>,
    notices: Notices,
    /// Directories in which new files may appear.
    directories: BTreeSet<PathBuf>,
    /// Whether nothing has been looked for yet.
    is_first: bool,
}

/// One file.
struct Looked {
    path: PathBuf,
    tenant: TenantId,
    /// Its names, through links.
    names: Vec<PathBuf>,
    directories: BTreeSet<PathBuf>,
    stamp: Option<FileStamp>,
    /// The file that was taken last, by its number.
    identity: Option<(u64, u64)>,
    standing: ContentStanding,
    again: Option<Instant>,
    /// Read on a thread of its own.
    is_log: bool,
    known: Option<Value>,
    /// Whether it was there when the watching began.
    was_there: bool,
}

/// What tells that a file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileStamp([i64; 7]);

impl FileStamp {
    fn of(found: &Metadata) -> Self {
        Self([
            found.dev() as i64,
            found.ino() as i64,
            found.len() as i64,
            found.mtime(),
            found.mtime_nsec(),
            found.ctime(),
            found.ctime_nsec(),
        ])
    }
}

impl Looker {
    /// Of these files; a tenant is named where there is one file.
    pub fn new(watched: &Watched, tenant: Option<&str>) -> Self {
        Self {
            patterns: watched.patterns.clone(),
            by: watched.by.as_deref().map(Text::from),
            tenant: tenant.map(TenantId::from),
            known: None,
            files: BTreeMap::new(),
            notices: Notices::new(),
            directories: BTreeSet::new(),
            is_first: true,
        }
    }

    /// Of one file that was read into a recording before.
    pub fn of_one(path: &Path, tenant: TenantId, recording: &Recording) -> Self {
        let known = Some(recording.handle(&tenant).value());
        let patterns = vec![WatchPattern::of(path)];
        Self { tenant: Some(tenant), known, patterns, ..Self::new(&Watched::default(), None) }
    }

    /// Looks until nobody wants more; then at what is there at last.
    pub fn run<'scope>(mut self, how: &'scope ReadingManner, outlet: &Outlet, scope: &'scope Scope<'scope, '_>) {
        let mut changes = NoticedChanges::all();
        let mut search_at = Instant::now();
        loop {
            let is_last = outlet.is_over();
            let now = Instant::now();
            if is_last || changes.is_any() || now >= search_at {
                search_at = now + SEARCH_EVERY;
                self.search();
            }
            let (by, notices) = (self.by.clone(), &self.notices);
            let mut wait = LOOK;
            for file in self.files.values_mut() {
                let is_touched = is_last || changes.concern(&file.names);
                if let Some(log) = file.look(is_touched, is_last, by.as_ref(), notices, outlet) {
                    log.start(how, outlet.clone(), scope);
                }
                wait = wait.min(file.wait(now));
            }
            if is_last {
                return;
            }
            changes = self.notices.wait(wait);
        }
    }

    /// Finds the files there are, and asks for notices of where they can change.
    fn search(&mut self) {
        let mut searched = BTreeSet::new();
        for pattern in &self.patterns {
            let (files, directories) = pattern.find();
            searched.extend(directories);
            for (path, name) in files {
                if !self.files.contains_key(&path) {
                    let is_taken = self.files.values().any(|file| file.tenant.0.as_str() == name);
                    let name = if is_taken { path.display().to_string() } else { name };
                    let tenant = self.tenant.clone().unwrap_or_else(|| TenantId(name.as_str().into()));
                    let known = self.known.take();
                    let was_there = self.is_first && path.exists();
                    let looked = Looked { was_there, ..Looked::new(path.clone(), tenant, known) };
                    self.files.insert(path, looked);
                }
            }
        }
        self.is_first = false;
        let canonical = |path: PathBuf| path.canonicalize().unwrap_or(path);
        self.directories = searched.into_iter().map(canonical).collect();
        let mut directories = self.directories.clone();
        for file in self.files.values_mut().filter(|file| !file.is_log) {
            (file.names, file.directories) = chain(&file.path);
            directories.extend(file.directories.iter().cloned());
        }
        self.notices.of(directories);
    }
}

impl Looked {
    fn new(path: PathBuf, tenant: TenantId, known: Option<Value>) -> Self {
        Self {
            path,
            tenant,
            names: Vec::new(),
            directories: BTreeSet::new(),
            stamp: None,
            identity: None,
            standing: ContentStanding::default(),
            again: None,
            is_log: false,
            known,
            was_there: false,
        }
    }

    /// How long it can be left alone.
    fn wait(&self, now: Instant) -> Duration {
        match self.again {
            _ if self.is_log => LOOK,
            _ if self.standing.is_pending() => SETTLING,
            Some(again) => again.saturating_duration_since(now).max(SETTLING),
            None => LOOK,
        }
    }

    /// Looks at the file and sends what has settled. Answers the log that it turned out to be.
    fn look(
        &mut self,
        is_touched: bool,
        is_last: bool,
        by: Option<&Text>,
        notices: &Notices,
        outlet: &Outlet,
    ) -> Option<GrowingLog> {
        if self.is_log {
            return None;
        }
        let is_due = self.again.is_some_and(|again| Instant::now() >= again);
        if is_due {
            self.again = None;
        }
        let is_forced = is_touched || is_due || self.standing.is_pending();
        let (found, identity) = self.read(is_forced)?;
        if let Some(log) = self.log(&found) {
            return Some(log);
        }
        let whole = self.wholeness(&found, notices);
        let verdict = self.standing.look(&found, whole, Instant::now());
        let is_taken = match verdict {
            LookVerdict::Take => true,
            LookVerdict::Wait(_) if is_last => self.settle_last(&found, whole),
            _ => false,
        };
        if is_taken {
            self.again = Some(Instant::now() + AGAIN);
            self.send(&found, identity, by, outlet);
        }
        None
    }

    /// At the end nobody writes any more: what is there counts, unless it is half a text and changes yet.
    fn settle_last(&mut self, found: &PathContent, whole: Wholeness) -> bool {
        if let Wholeness::Broken { is_open } = whole {
            std::thread::sleep(LAST);
            let again = self.read(true).map(|(found, _)| found);
            if is_open || again.as_ref() != Some(found) {
                return false;
            }
        }
        self.standing.take(found.clone());
        true
    }

    /// What is there, and in which file; `None` where nothing has changed, or it changed while it was read.
    fn read(&mut self, is_forced: bool) -> Option<(PathContent, Option<(u64, u64)>)> {
        let about = match std::fs::metadata(&self.path) {
            Ok(about) if about.is_file() => about,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                self.stamp = None;
                return Some((PathContent::Missing, None));
            }
            Ok(_) | Err(_) => return None,
        };
        if !is_forced && self.stamp == Some(FileStamp::of(&about)) {
            return None;
        }
        let file = File::open(&self.path).ok()?;
        let before = file.metadata().ok()?;
        let most = if self.stamp.is_none() && self.is_log_by(&file)? { START } else { Limits::default().size + 1 };
        let mut bytes = Vec::with_capacity(usize::try_from(before.len().min(most)).unwrap_or(0));
        (&file).take(most).read_to_end(&mut bytes).ok()?;
        let after = file.metadata().ok()?;
        let stamp = FileStamp::of(&before);
        if stamp != FileStamp::of(&after) || (bytes.len() as u64) < before.len().min(most) {
            self.stamp = None;
            return None;
        }
        self.stamp = Some(stamp);
        Some((PathContent::Content(Arc::new(bytes)), Some((before.dev(), before.ino()))))
    }

    /// Whether a large file is a log, by its beginning: it is never read as a whole then.
    fn is_log_by(&self, file: &File) -> Option<bool> {
        let is_large = file.metadata().ok()?.len() > START;
        if !is_large || self.never_log() || self.standing.taken().is_some() {
            return Some(false);
        }
        let mut start = vec![0; START as usize];
        let read = std::os::unix::fs::FileExt::read_at(file, &mut start, 0).ok()?;
        Some(import::is_log(&start[..read]))
    }

    fn never_log(&self) -> bool {
        Notation::of(&self.path) != Notation::Json
    }

    /// The log that the file is, and from where on it is to be read: it holds several texts, or texts were added to one.
    fn log(&mut self, found: &PathContent) -> Option<GrowingLog> {
        let PathContent::Content(bytes) = found else { return None };
        let from = match self.standing.taken() {
            _ if self.never_log() => None,
            None => import::is_log(bytes).then_some(0),
            Some(PathContent::Content(before)) if before.ends_with(b"\n") && !before.trim_ascii().is_empty() => {
                let more = bytes.strip_prefix(before.as_slice()).filter(|more| more.ends_with(b"\n"))?;
                let is_text = |text: &[u8]| import::readable(text, Notation::Json) == Readable::Whole;
                let first = more.split_inclusive(|byte| *byte == b'\n').next()?;
                (is_text(before) && is_text(first)).then_some(before.len() as u64)
            }
            Some(_) => None,
        }?;
        self.is_log = true;
        Some(GrowingLog { path: self.path.clone(), tenant: self.tenant.clone(), from })
    }

    fn wholeness(&self, found: &PathContent, notices: &Notices) -> Wholeness {
        let PathContent::Content(bytes) = found else { return Wholeness::Ended };
        let is_open = notices.is_open(&self.names);
        match import::readable(bytes, Notation::of(&self.path)) {
            Readable::Whole if !is_open => Wholeness::Ended,
            Readable::Whole | Readable::SoFar => Wholeness::Readable,
            Readable::Not => Wholeness::Broken { is_open },
        }
    }

    fn send(&mut self, found: &PathContent, identity: Option<(u64, u64)>, by: Option<&Text>, outlet: &Outlet) {
        let name = self.path.display().to_string();
        let known = self.known.take();
        let mut batch = outlet.batch();
        let mut sink = |item: ImportItem| match (&item, &known) {
            (ImportItem::Entry(imported), Some(known)) if is_state(&imported.entry, known) => {
                std::ops::ControlFlow::Continue(())
            }
            _ => batch.take(item),
        };
        if known.is_some() {
            // What was read before is this one content, which is not sent again.
            let _nobody_wants_more = sink(ImportItem::End(ImportEnd::default()));
        }
        let before = std::mem::replace(&mut self.identity, identity);
        let is_found = std::mem::take(&mut self.was_there);
        let _nobody_wants_more = match found {
            PathContent::Missing => import::read_deletion(&name, self.tenant.clone(), "deleted", &mut sink),
            PathContent::Content(bytes) => {
                let label = match (before, identity) {
                    _ if known.is_some() => "",
                    _ if is_found => "found",
                    (None, _) => "created",
                    (before, now) if before != now => "replaced",
                    _ => "written",
                };
                let (tenant, by) = (self.tenant.clone(), by.cloned().filter(|_| !is_found));
                let content = FileContent {
                    name: &name,
                    notation: Notation::of(&self.path),
                    bytes,
                    tenant,
                    label: label.into(),
                    by,
                };
                import::read_content(&content, &mut sink)
            }
        };
        let _nobody_wants_more = batch.send();
    }
}

fn is_state(entry: &crate::record::Entry, known: &Value) -> bool {
    use crate::record::{Body, StateChange};
    matches!(&entry.body, Body::Transition { change: StateChange::State(value), .. } if value == known)
}

/// A file that is a log, to be read from a byte on.
struct GrowingLog {
    path: PathBuf,
    tenant: TenantId,
    from: u64,
}

impl GrowingLog {
    /// Reads it on a thread of its own.
    fn start<'scope>(self, how: &'scope ReadingManner, outlet: Outlet, scope: &'scope Scope<'scope, '_>) {
        scope.spawn(move || {
            let mut batch = outlet.batch();
            let place = InputPlace { file: self.path.display().to_string(), ..InputPlace::default() };
            if let Err(error) = self.read(how, &outlet, &mut |item| batch.take(item)) {
                let _nobody_wants_more =
                    batch.take(ImportItem::Problem(ImportProblem { place, why: error.to_string() }));
            }
            let _nobody_wants_more = batch.send();
        });
    }

    fn read(&self, how: &ReadingManner, outlet: &Outlet, sink: &mut import::ItemSink<'_>) -> crate::Result<()> {
        let (mut said, tenant) = (outlet.batch(), self.tenant.clone());
        let place = InputPlace { file: self.path.display().to_string(), ..InputPlace::default() };
        let say = move |why: String| {
            let note = Note { tenant: tenant.clone(), place: place.clone(), why, is_of_source: true };
            let _nobody_wants_more = said.take(ImportItem::Note(note));
            let _nobody_wants_more = said.send();
        };
        let tail = Tail::open(&self.path, self.from, Arc::clone(&outlet.over), Box::new(say))
            .map_err(crate::Error::io("open", &self.path))?;
        let input = ImportInput::new(&self.path.display().to_string(), tail)?.for_tenant(self.tenant.clone());
        import::read_as(input, &how.read_as(), sink)
    }
}
