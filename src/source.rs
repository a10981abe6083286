//! Opening anything a user can name: a recording, a foreign file, standard input, `git:PATH`, a demo.
//!
//! A foreign source is read into a recording in memory; nothing is written until someone asks for it. Must not name:
//! screens, `clap`.

mod ahead;
mod cache;
mod demo;
mod feed;
mod lines;
#[cfg(feature = "tui")]
mod link;
mod live;
mod messages;
mod reading;
mod recent;
mod recipes;
mod remembered;
mod server;
mod several;

pub use demo::{
    Cost, CostTask, Costs, Found, Keeping, NarrationStep, ROUNDS, StepEnd, TOTAL, VersionMemory, demos, measure,
};
#[cfg(feature = "tui")]
pub use link::Link;
pub use live::Watched;
pub(crate) use live::{Taken, can_follow, follow};
pub use reading::Reading;
pub use recent::{Recent, Recents};
pub use recipes::{recipe_file, recipe_folder, recipes};
#[cfg(feature = "nats")]
pub(crate) use server::connect_messages;
#[cfg(feature = "nats")]
pub use server::use_nats_context;

use crate::bytes::sha256_digits;
use crate::error::{Error, Result};
use crate::import::{self, ImportInput, ImportItem, ImportProblem, Note, ReadAs, ResumePoint};
pub use crate::import::{GitFile, TrackedFile, tracked_files, versions_in_git};
use crate::log::{FileLog, NatsAddress, NatsSource};
use crate::recipe::{Mapping, RecipeBook};
use crate::record::{DEFAULT_TENANT, TenantId, Version};
use crate::recording::{Progress, Recording};
use crate::segment::{Segments, WriteSegments};
use ahead::read_ahead;
use cache::Cache;
pub(crate) use cache::{CacheReport, CopyReport, index};
use feed::{Fed, Feed, Stamping};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes of a file from which on it is read on a thread of its own.
const LARGE: u64 = 256 << 10;

/// What a user names on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Address {
    /// A recording's directory.
    Recording(PathBuf),
    /// `nats://HOST/PREFIX`: a recording on a server.
    Server(NatsAddress),
    /// `nats-kv://HOST/BUCKET`, `nats-stream://HOST/STREAM`: what others keep on a server.
    Messages(Box<NatsSource>),
    /// A foreign file.
    File(PathBuf),
    /// Several foreign files, read one after the other.
    Several(Vec<PathBuf>),
    /// A folder of copies of a file, each with its date or number in its name.
    Copies(PathBuf),
    /// `-`.
    Stdin,
    /// `git:PATH`, `git:REV:PATH`: every version of one file in a repository.
    Git(GitFile),
    /// Files that programs rewrite, or add to: each settled content is a version.
    Watched(Watched),
    /// `demo:NAME`: a built-in walkthrough; the empty name is the first.
    Demo(String),
}

/// How to open.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Options {
    /// The format's name where the content does not tell (`--format`).
    pub format: Option<String>,
    /// How its texts are read: where the parts stand, a fold, a recipe by its name or file. Where nothing is said of a file,
    /// neither here nor by a format, what was said the last time counts.
    pub mapping: Box<Mapping>,
    /// The tenant for inputs that name none, and the one to load first.
    pub tenant: Option<String>,
    /// The branch that what is imported goes on with; `None` is `main`.
    pub branch: Option<String>,
    /// Whether nothing is taken in from the first patch on that does not apply to the head.
    pub strict: bool,
    /// How many bytes of memory what is read from a foreign source may take (estimated); 2 GiB where nothing is said.
    pub memory: Option<u64>,
    /// Whether a bucket or a stream on a server goes on being read behind what is there, until it is told to stop.
    pub goes_on: bool,
    /// Whether a foreign source is read as it is, without the cache: nothing is taken from there, nor kept there.
    pub fresh: bool,
}

/// What is reported while a source is read.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// How the source is read, where nobody said so this time.
    Remembered(String),
    /// How much of the source was read.
    Progress(Progress),
    /// So many versions of a tenant have been taken in. Not asked whether to go on.
    Took(TenantId, u64),
    /// Something that could not be taken as it is.
    Problem(ImportProblem),
    /// Nothing has come for a while from a source that goes on.
    Waiting,
    /// Something about a version that was taken as it is, as far as a value can hold it; of `#0`, about the source.
    Note(Note, Version),
}

/// Who is told; `Break` stops the reading and keeps what is there.
pub type Tell<'a> = dyn FnMut(Event) -> ControlFlow<()> + 'a;

impl Address {
    /// Reads a SOURCE argument.
    ///
    /// # Errors
    /// When nothing is there: a sentence saying what was looked for.
    pub fn parse(text: &str) -> Result<Self> {
        if let Some(file) = text.strip_prefix("git:") {
            return Ok(Self::Git(GitFile::parse(file)));
        }
        if let Some(name) = text.strip_prefix("demo:") {
            return Self::demo(name);
        }
        if text == "-" {
            return Ok(Self::Stdin);
        }
        if NatsSource::is_one(text) {
            return server::messages_address(text).map(|source| Self::Messages(source.into()));
        }
        if NatsAddress::is_one(text) {
            return server::address(text).map(Self::Server);
        }
        if text.starts_with("asof://") {
            let why = "is a link, which only asof open takes; name the source that stands in it";
            return Err(Error::Format { file: text.to_owned(), why: why.into() });
        }
        Self::of_path(Path::new(text))
    }

    /// Reads the SOURCE arguments of a command that takes several files.
    ///
    /// # Errors
    /// As [`parse`](Self::parse); and when one of several is no file.
    pub fn parse_all(texts: &[String]) -> Result<Option<Self>> {
        match texts {
            [] => Ok(None),
            [one] => Self::parse(one).map(Some),
            several => Ok(Some(Self::Several(several::parse(several)?))),
        }
    }

    /// A built-in walkthrough; the empty name is the first.
    ///
    /// # Errors
    /// When there is none of that name: the names there are.
    pub fn demo(name: &str) -> Result<Self> {
        let known = name.is_empty() || demos().iter().any(|demo| demo.0 == name);
        if known { Ok(Self::Demo(name.to_owned())) } else { Err(demo::unknown(name)) }
    }

    fn of_path(path: &Path) -> Result<Self> {
        if FileLog::is_recording(path) {
            return Ok(Self::Recording(path.to_owned()));
        }
        let found = std::fs::metadata(path).map_err(Error::io("open", path))?;
        if found.is_dir() && import::has_copies(path)? {
            return Ok(Self::Copies(path.to_owned()));
        }
        if found.is_dir() {
            let why = "is a directory, but not a recording, nor a folder of copies of a file; name a recording made by \"asof record\", or a file";
            return Err(Error::Format { file: path.display().to_string(), why: why.into() });
        }
        Ok(Self::File(path.to_owned()))
    }

    /// A short name for titles.
    pub fn title(&self) -> String {
        match self {
            Self::Recording(path) | Self::File(path) | Self::Copies(path) => file_name(path),
            Self::Server(address) => address.prefix.clone(),
            Self::Messages(source) => source.name().to_owned(),
            Self::Stdin => "standard input".to_owned(),
            Self::Several(files) => several::title(files),
            Self::Watched(watched) => watched.title(),
            Self::Git(file) => format!("git:{}", file.at(file_name(&file.path).into())),
            Self::Demo(name) if name.is_empty() => format!("demo {}", demos()[0].0),
            Self::Demo(name) => format!("demo {name}"),
        }
    }

    /// A SOURCE argument that means the same later and from any directory; `None` for what is gone once it was read, and
    /// for demos.
    pub fn lasting(&self) -> Option<String> {
        let whole = |path: &Path| Some(std::path::absolute(path).ok()?.to_str()?.to_owned());
        match self {
            Self::Recording(path) | Self::File(path) | Self::Copies(path) => whole(path),
            Self::Git(file) => Some(format!("git:{}", file.at(whole(&file.path)?.into()))),
            Self::Server(address) => Some(address.to_string()),
            Self::Messages(source) => Some(source.to_string()),
            Self::Stdin | Self::Several(_) | Self::Demo(_) | Self::Watched(_) => None,
        }
    }

    /// Whether what has been read of it cannot be read again: standard input, a pipe.
    pub fn is_read_once(&self) -> bool {
        let path = match self {
            Self::Stdin => Path::new("/dev/stdin"),
            Self::File(path) => path,
            Self::Watched(_) => return true,
            Self::Several(files) => return files.iter().any(|file| Self::File(file.clone()).is_read_once()),
            Self::Recording(_)
            | Self::Server(_)
            | Self::Messages(_)
            | Self::Git(_)
            | Self::Copies(_)
            | Self::Demo(_) => return false,
        };
        std::fs::metadata(path).is_ok_and(|found| !found.is_file())
    }

    /// Whether it is read until somebody stops, as it comes.
    pub fn is_endless(&self) -> bool {
        matches!(self, Self::Messages(_)) || self.is_read_once()
    }

    /// Bytes it takes on the disk, where that says how long reading takes.
    pub fn bytes(&self) -> Option<u64> {
        match self {
            Self::File(path) => Some(std::fs::metadata(path).ok()?.len()),
            Self::Recording(directory) => {
                let files = std::fs::read_dir(directory).ok()?.filter_map(std::result::Result::ok);
                Some(files.filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum())
            }
            Self::Several(files) => files.iter().map(|file| Some(std::fs::metadata(file).ok()?.len())).sum(),
            Self::Server(_)
            | Self::Messages(_)
            | Self::Stdin
            | Self::Git(_)
            | Self::Copies(_)
            | Self::Demo(_)
            | Self::Watched(_) => None,
        }
    }

    /// Where a recording made of this source is kept unless the user says otherwise; `None` for a recording.
    pub fn default_recording(&self) -> Option<PathBuf> {
        match self {
            Self::Recording(_) | Self::Server(_) => None,
            Self::File(path) | Self::Copies(path) | Self::Git(GitFile { path, .. }) => {
                Some(PathBuf::from(format!("{}.asof", stem(path))))
            }
            Self::Several(files) => files.first().map(|file| format!("{}.asof", stem(file)).into()),
            Self::Messages(source) => Some(format!("{}.asof", source.name()).into()),
            Self::Stdin => Some("stdin.asof".into()),
            Self::Watched(watched) => Some(format!("{}.asof", stem(Path::new(&watched.title()))).into()),
            Self::Demo(name) => Some(format!("{}.asof", if name.is_empty() { "demo" } else { name }).into()),
        }
    }

    /// The same, or with the first number that makes it free: a new recording needs a directory that is not there, or empty.
    pub fn free_recording(&self) -> Option<PathBuf> {
        let first = self.default_recording()?;
        let is_free = |path: &PathBuf| std::fs::read_dir(path).map_or(!path.exists(), |mut held| held.next().is_none());
        let stem = first.with_extension("");
        let numbered = (2..100).map(|number| PathBuf::from(format!("{}-{number}.asof", stem.display())));
        std::iter::once(first.clone()).chain(numbered).find(is_free).or(Some(first))
    }

    /// Whether it is a recording: one that can be written to.
    pub fn is_recording(&self) -> bool {
        matches!(self, Self::Recording(_) | Self::Server(_))
    }

    /// Whether a file is what it is read from, or one of the copies: written over, a part of the history is gone.
    pub fn is_read_from(&self, file: &Path) -> bool {
        if let Self::Several(files) = self {
            return files.iter().any(|one| Self::File(one.clone()).is_read_from(file));
        }
        let (Self::File(path) | Self::Copies(path)) = self else { return false };
        let (Ok(file), Ok(path)) = (file.canonicalize(), path.canonicalize()) else { return false };
        let is_copy = |name| file.parent() == Some(&path) && import::is_copy(&path, name).unwrap_or(false);
        file == path || matches!(self, Self::Copies(_)) && file.file_name().is_some_and(is_copy)
    }

    /// What to press, for a demo.
    pub fn narration(&self) -> Vec<NarrationStep> {
        match self {
            Self::Demo(name) => demo::narration(name),
            _ => Vec::new(),
        }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// The file's name without its endings: `catalog` of `catalog.jsonl.zst`.
fn stem(path: &Path) -> String {
    let name = file_name(path);
    name.split('.').find(|part| !part.is_empty()).unwrap_or("recording").to_owned()
}

/// The folder for index segments of logs that are only read: `$XDG_CACHE_HOME/asof/index`, below `~/.cache` where that
/// is not set.
pub fn index_folder() -> Option<PathBuf> {
    Some(cache_folder()?.join("index"))
}

fn cache_folder() -> Option<PathBuf> {
    let set = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = set.or_else(|| Some(std::env::home_dir()?.join(".cache")))?;
    Some(folder.join("asof"))
}

/// Connects to a recording on a server, by its address: one that is there, or one that the first append makes.
///
/// # Errors
/// When no server is there, or does not let the user in.
pub(crate) fn connect(address: &str) -> Result<Recording> {
    server::open(&server::address(address)?)
}

/// Opens a source without reading it: a recording, or an empty one in memory to be filled by [`read`]. Index segments are
/// written to the user's cache folder only.
///
/// # Errors
/// When it cannot be opened.
pub fn open(address: &Address) -> Result<Arc<Recording>> {
    open_with(address, WriteSegments::InCache)
}

/// The same; index segments of a recording are written where `segments` says.
///
/// # Errors
/// When it cannot be opened.
pub(crate) fn open_with(address: &Address, segments: WriteSegments) -> Result<Arc<Recording>> {
    match address {
        Address::Recording(directory) => {
            let segments = Segments::new(index_folder(), segments);
            Recording::open(directory).map(|recording| Arc::new(recording.with_segments(segments)))
        }
        Address::Server(address) => {
            let segments = Segments::new(index_folder(), segments).with_copies(cache::folder());
            server::open(address).map(|recording| Arc::new(recording.with_segments(segments)))
        }
        Address::Demo(name) => {
            let recording = Recording::memory();
            Ok(Arc::new(match demo::end(name) {
                Some(end) => recording.with_clock_from(end),
                None => recording,
            }))
        }
        _ => Ok(Arc::new(Recording::memory())),
    }
}

/// Opens a recording to be folded from all of its records; empty, in memory, for any other source.
///
/// # Errors
/// When it cannot be opened.
pub(crate) fn open_without_segments(address: &Address) -> Result<Recording> {
    Ok(match address {
        Address::Recording(directory) => Recording::open(directory)?,
        Address::Server(address) => server::open(address)?,
        _ => Recording::memory(),
    }
    .with_segments(Segments::none()))
}

/// Reads the source to its end into `recording`, telling of progress and problems. Blocking: run it on a thread.
///
/// What a file or a repository was read into is kept in the user's cache folder (`$XDG_CACHE_HOME/asof/imports`, at most
/// `$ASOF_CACHE_LIMIT` bytes), so that the next one into an empty recording in memory reads what came since.
///
/// # Errors
/// When nothing (more) can be read.
pub fn read(address: &Address, options: &Options, recording: &Recording, tell: &mut Tell<'_>) -> Result<()> {
    if address.is_recording() {
        return load(recording, options, tell);
    }
    if let Address::Demo(name) = address {
        return demo::fill(name, recording, tell);
    }
    if let Address::Watched(watched) = address {
        return live::watch(watched, options, recording, tell);
    }
    if let Address::Messages(source) = address
        && options.goes_on
    {
        return live::watch_messages(source, options, recording, tell);
    }
    let how = ReadingManner::new(address, options, tell)?;
    match Cache::of_user(address, &how)?.filter(|_| recording.is_unused()) {
        Some(cache) => cache.read(recording, tell).map(drop),
        None => import_from(address, &how, None, recording, tell).map(drop),
    }?;
    how.remember(address);
    Ok(())
}

/// Reads what comes in a stream to its end, stamped on arrival until something has a time of its own.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_stream(
    name: &str,
    stream: impl std::io::Read + Send + 'static,
    options: &Options,
    recording: &Recording,
    tell: &mut Tell<'_>,
) -> Result<()> {
    let how = ReadingManner::new(&Address::Stdin, options, tell)?;
    let tenant = default_tenant(options, recording)?;
    let mut feed = Feed::new(recording, options, Stamping::UntilTimed, tell);
    let input = ImportInput::new(name, stream)?.for_tenant(tenant);
    import::read_as(input, &how.read_as(), &mut |item| feed.take(item))?;
    feed.finish().map(drop)
}

/// How a foreign source is read: what was said, now or the last time, and the recipes there are.
struct ReadingManner {
    options: Options,
    book: RecipeBook,
    /// What was said, with the whole path of a recipe that was named by its file.
    said: Mapping,
}

impl ReadingManner {
    /// Tells where what was said the last time counts.
    fn new(address: &Address, options: &Options, tell: &mut Tell<'_>) -> Result<Self> {
        let mut options = options.clone();
        if options.format.is_some() && options.mapping.is_empty() {
            remembered::forget(address);
        }
        if options.format.is_none()
            && options.mapping.is_empty()
            && let Some(mapping) = remembered::of(address)
        {
            let _asked_later = tell(Event::Remembered(mapping.to_string()));
            *options.mapping = mapping;
        }
        if let Address::Messages(source) = address
            && source.is_bucket()
            && options.format.is_none()
            && options.mapping.is_empty()
        {
            options.mapping.recipe = Some(messages::BUCKET_RECIPE.to_owned());
        }
        let said = recipes::findable_anywhere(&options.mapping);
        let (book, options) = recipes::with_named(&options)?;
        Ok(Self { options, book, said })
    }

    fn read_as(&self) -> ReadAs<'_> {
        ReadAs { format: self.options.format.as_deref(), mapping: &self.options.mapping, book: &self.book }
    }

    /// What all of it comes to, in short: what is read depends on nothing else.
    fn digest(&self) -> Result<String> {
        let recipe = self.read_as().recipe()?;
        // One of the person's own may read it unasked.
        let own = self.book.files().iter().filter(|file| file.file.is_some() && file.text.contains("ask"));
        let read = recipe.iter().map(|recipe| &recipe.text).chain(own.map(|file| &file.text));
        let texts: String = read.map(crate::value::Text::as_str).collect();
        Ok(if texts.is_empty() { texts } else { sha256_digits(texts.as_bytes(), 32) })
    }

    fn remember(&self, address: &Address) {
        if !self.options.fresh {
            remembered::keep(address, &self.said);
        }
    }
}

/// Imports a foreign source, a file from a point on where one is given.
fn import_from(
    address: &Address,
    how: &ReadingManner,
    from: Option<&ResumePoint>,
    recording: &Recording,
    tell: &mut Tell<'_>,
) -> Result<Fed> {
    let options = &how.options;
    let tenant = default_tenant(options, recording)?;
    let mut feed = Feed::new(recording, options, stamping(address), tell);
    let mut sink = |item: ImportItem| feed.take(item);
    let how = &how.read_as();
    let open = |path| from.map_or_else(|| ImportInput::open(path), |from| ImportInput::open_at(path, from));
    match address {
        Address::File(path) => {
            let input = open(path)?.for_tenant(tenant);
            match address.bytes() {
                Some(bytes) if bytes >= LARGE => read_ahead(|sink| import::read_as(input, how, sink), &mut sink),
                // A pipe is read as it comes.
                _ => import::read_as(input, how, &mut sink),
            }
        }
        Address::Stdin => import::read_as(ImportInput::stdin()?.for_tenant(tenant), how, &mut sink),
        Address::Git(file) => import::read_git(file, &tenant, &mut sink),
        Address::Messages(source) => {
            let read =
                |sink: &mut import::ItemSink<'_>| messages::read(source, messages::ReadUntil::Now, &tenant, how, sink);
            read_ahead(read, &mut sink)
        }
        Address::Several(files) => several::read(files, &tenant, how, &mut sink),
        Address::Copies(directory) => import::read_copies(directory, &tenant, how, &mut sink),
        Address::Demo(_) | Address::Recording(_) | Address::Server(_) | Address::Watched(_) => Ok(()),
    }?;
    feed.finish()
}

/// The tenant of entries that name none: the one asked for, else the only one there is.
fn default_tenant(options: &Options, recording: &Recording) -> Result<TenantId> {
    if let Some(asked) = &options.tenant {
        let asked = TenantId(asked.as_str().into());
        return recording.tenant_or_new(&asked).map(|tenant| tenant.id().clone());
    }
    let only = <[TenantId; 1]>::try_from(recording.tenants()?);
    Ok(only.map_or_else(|_| TenantId(DEFAULT_TENANT.into()), |[only]| only))
}

/// What is made while it is read gets the time of its arrival: what comes by a pipe. A file on standard input does not.
fn stamping(address: &Address) -> Stamping {
    let is_stream = *address == Address::Stdin && std::fs::metadata("/dev/stdin").is_ok_and(|stdin| !stdin.is_file());
    if is_stream { Stamping::UntilTimed } else { Stamping::Never }
}

/// Every tenant of a recording, the asked one first.
fn load(recording: &Recording, options: &Options, tell: &mut Tell<'_>) -> Result<()> {
    let mut tenants = match (recording.tenants(), &options.tenant) {
        // Who names one need not be allowed to list all.
        (Err(Error::ServerRefused { .. }), Some(asked)) => vec![TenantId::from(asked.as_str())],
        (listed, _) => listed?,
    };
    tenants.sort_by_key(|tenant| Some(tenant.0.as_str()) != options.tenant.as_deref());
    let weights = weights(recording, &tenants);
    let (mut before, mut versions) = (0.0, 0);
    for (at, id) in tenants.iter().enumerate() {
        let weight = weights.as_ref().map(|weights| weights[at]);
        let mut flow = ControlFlow::Continue(());
        let tenant = recording.tenant_or_new(id)?;
        tenant.load(&mut |progress| {
            let share = progress.share.zip(weight).map(|(share, weight)| before + weight * share);
            flow = tell(Event::Progress(Progress { share, versions: versions + progress.versions }));
            flow
        })?;
        if flow.is_break() {
            break;
        }
        before += weight.unwrap_or_default();
        versions += tenant.history().newest().0;
    }
    Ok(())
}

/// What part of the whole each tenant is, by the bytes of its log. Nobody knows how much there is of several on a server.
#[expect(clippy::cast_precision_loss, reason = "a share for a progress bar")]
fn weights(recording: &Recording, tenants: &[TenantId]) -> Option<Vec<f64>> {
    if tenants.len() == 1 {
        return Some(vec![1.0]);
    }
    let length = |id| Some(std::fs::metadata(recording.file(id)?).map_or(0, |about| about.len()));
    let lengths: Vec<u64> = tenants.iter().map(length).collect::<Option<_>>()?;
    let all = lengths.iter().sum::<u64>().max(1) as f64;
    Some(lengths.into_iter().map(|length| length as f64 / all).collect())
}

#[cfg(test)]
mod tests;
