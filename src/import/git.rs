//! The history of one JSON file in a git repository, through the user's own `git`: label = subject, author, commit
//! time.
//!
//! First parents only, oldest first, names not followed through renames. Git is run without a shell and only reads.

use super::Sink;
use super::emit::Emitter;
use super::envelope::{Draft, Fault, Payload};
use super::texts::{KEPT, Text};
use crate::record::{TenantId, Time};
use crate::value::Limits;
use crate::{Error, Result};
use std::io::{BufRead, BufReader, Read, Write};
use std::ops::ControlFlow;
use std::path::{Component, Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Fields of a commit, each ended by NUL: hash, author, commit time in seconds, subject.
const FORMAT: &str = "--format=%H%x00%an%x00%ct%x00%s";
const FIELDS: usize = 4;

/// Variables that would point git at another repository than the file's.
const REPOSITORY_VARIABLES: &[&str] = &["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"];

/// Reads every version of the file at `path`, oldest first, into one tenant. The file need not exist any more.
///
/// Versions where it was deleted or is not JSON appear as such. Of merges, only what they changed on the first parent's
/// line is a version.
///
/// # Errors
/// When git is missing or fails, `path` is in no repository, or no commit ever held it.
pub fn read_git(path: &Path, tenant: &TenantId, sink: &mut Sink<'_>) -> Result<()> {
    let file = Tracked::find(path)?;
    let commits = file.commits()?;
    if commits.is_empty() {
        return Err(file.refusal("no commit on this branch ever held it (not added yet, or on another branch?)"));
    }
    let mut emitter = Emitter::new(&file.name, tenant.clone(), Limits::default(), sink);
    if file.shallow && emitter.problem_at(0, 0, SHALLOW.to_owned()).is_break() {
        return Ok(());
    }
    let mut blobs = Blobs::start(&file)?;
    let total = commits.len() as u64;
    for (done, commit) in (1..).zip(&commits) {
        let version =
            blobs.version(commit, &file.in_repository).map_err(|e| file.refusal(&format!("git cat-file: {e}")))?;
        emitter.rename(format!("{}@{:.12}", file.name, commit.hash));
        if emit(&mut emitter, commit, &version).is_break() || emitter.progress(done, Some(total)).is_break() {
            break;
        }
    }
    Ok(())
}

const SHALLOW: &str =
    "the repository is a shallow clone: older versions are not here (git fetch --unshallow brings them)";

/// A file and the repository it is in.
struct Tracked {
    /// As the user wrote it.
    name: String,
    /// A directory inside the repository.
    directory: PathBuf,
    /// The file, from the repository's top, with `/`.
    in_repository: String,
    shallow: bool,
}

/// One commit that touched the file.
struct Commit {
    hash: String,
    author: String,
    at: Option<Time>,
    subject: String,
}

/// The file as it was in one commit.
enum Version {
    /// Its text, and its length, which is more when it is beyond the limit.
    Text(Vec<u8>, u64),
    /// It was not there.
    Missing,
    /// Something of that name was there, but no file.
    NoFile(String),
}

impl Tracked {
    /// Finds the repository, from the nearest directory above the file that exists.
    fn find(path: &Path) -> Result<Self> {
        let name = format!("git:{}", path.display());
        let refuse = |why: &str| Error::Format { file: name.clone(), why: why.to_owned() };
        let whole = std::path::absolute(path).map_err(Error::io("find", path))?;
        if whole.is_dir() {
            return Err(refuse("is a directory; name one JSON file in a repository"));
        }
        let directory = whole.ancestors().skip(1).find(|d| d.is_dir()).unwrap_or(Path::new("/")).to_owned();
        let below = slashed(whole.strip_prefix(&directory).unwrap_or(&whole));
        let below =
            below.ok_or_else(|| refuse("has a name git cannot be asked for (not UTF-8, or with a line break)"))?;
        let answer = output(&name, git(&directory).args(["rev-parse", "--is-shallow-repository", "--show-prefix"]))?;
        let (shallow, prefix) = answer.split_once('\n').unwrap_or((&answer, ""));
        let in_repository = format!("{}{below}", prefix.trim_end_matches('\n'));
        let shallow = shallow == "true";
        Ok(Self { name, directory, in_repository, shallow })
    }

    fn commits(&self) -> Result<Vec<Commit>> {
        let mut log = git(&self.directory);
        log.args(["log", "-z", "--first-parent", "--reverse", "--no-follow", "--no-show-signature", "--no-patch"]);
        // From the top, whatever directory git runs in.
        log.args(["--no-color", "--encoding=UTF-8", FORMAT, "HEAD", "--"])
            .arg(format!(":(top,literal){}", self.in_repository));
        let text = output(&self.name, &mut log)?;
        let fields: Vec<&str> = text.split('\0').collect();
        Ok(fields.chunks_exact(FIELDS).map(Commit::read).collect())
    }

    fn refusal(&self, why: &str) -> Error {
        Error::Format { file: self.name.clone(), why: why.to_owned() }
    }
}

impl Commit {
    fn read(fields: &[&str]) -> Self {
        let [hash, author, seconds, subject] = [0, 1, 2, 3].map(|i| fields[i].to_owned());
        let at = seconds.parse().ok().and_then(|s| Time::from_timestamp(s, 0));
        Self { hash, author, at, subject }
    }
}

/// `git cat-file --batch`, asked for one version after the other.
struct Blobs {
    child: Child,
    ask: ChildStdin,
    answer: BufReader<ChildStdout>,
}

impl Blobs {
    fn start(file: &Tracked) -> Result<Self> {
        let mut command = git(&file.directory);
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|e| not_run(&file.name, &e))?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(ask), Some(out)) => Ok(Self { child, ask, answer: BufReader::with_capacity(128 * 1024, out) }),
            _ => Err(file.refusal("git was started without its pipes")),
        }
    }

    fn version(&mut self, commit: &Commit, path: &str) -> std::io::Result<Version> {
        writeln!(self.ask, "{}:{path}", commit.hash)?;
        self.ask.flush()?;
        let mut header = String::new();
        self.answer.read_line(&mut header)?;
        if header.ends_with(" missing\n") {
            return Ok(Version::Missing);
        }
        let mut words = header.split_ascii_whitespace().skip(1);
        let (kind, length) = (words.next().unwrap_or_default(), words.next().and_then(|n| n.parse().ok()));
        let length =
            length.ok_or_else(|| std::io::Error::other(format!("unexpected answer {:?}", header.trim_end())))?;
        let text = self.content(length)?;
        Ok(if kind == "blob" { Version::Text(text, length) } else { Version::NoFile(kind.to_owned()) })
    }

    /// Reads what the header announced and the line end behind it; of content beyond the limit only the first part.
    fn content(&mut self, length: u64) -> std::io::Result<Vec<u8>> {
        let held = if length > Limits::default().size { KEPT as u64 } else { length };
        let mut text = Vec::with_capacity(usize::try_from(held).unwrap_or(KEPT));
        (&mut self.answer).take(held).read_to_end(&mut text)?;
        std::io::copy(&mut (&mut self.answer).take(length - held + 1), &mut std::io::sink())?;
        Ok(text)
    }
}

impl Drop for Blobs {
    /// Never leaves git behind, also when the reader stopped half way.
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

fn emit(emitter: &mut Emitter<'_, '_>, commit: &Commit, version: &Version) -> ControlFlow<()> {
    let signed = |payload| Draft {
        at: commit.at,
        by: Some(commit.author.as_str().into()),
        label: commit.subject.as_str().into(),
        ..Draft::bare(payload)
    };
    let (bytes, length) = match version {
        Version::Text(bytes, length) => (bytes.as_slice(), *length),
        _ => (&[][..], 0),
    };
    let mark = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
    let text = Text { line: 1, byte: mark as u64, bytes: &bytes[mark..], length: length - mark as u64 };
    emitter.take(&text, signed(payload(version, &text)))
}

fn payload<'a>(version: &Version, text: &Text<'a>) -> Payload<'a> {
    match version {
        Version::Missing => Payload::Deleted,
        Version::NoFile(kind) => {
            Payload::Fault(Fault::whole(format!("of this name there was a {kind} here, not a file")))
        }
        Version::Text(..) => text.checked().map_or_else(Payload::Fault, Payload::State),
    }
}

/// A path below a directory as git writes it; `None` when git cannot be asked for it.
fn slashed(below: &Path) -> Option<String> {
    let mut parts = Vec::new();
    for component in below.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str().filter(|p| !p.contains('\n'))?),
            Component::ParentDir => drop(parts.pop()),
            _ => {}
        }
    }
    Some(parts.join("/"))
}

/// What git prints, once it has succeeded.
fn output(name: &str, command: &mut Command) -> Result<String> {
    let Output { status, stdout, stderr } = command.output().map_err(|e| not_run(name, &e))?;
    if status.success() {
        return Ok(String::from_utf8_lossy(&stdout).into_owned());
    }
    Err(Error::Format { file: name.to_owned(), why: in_words(String::from_utf8_lossy(&stderr).trim()) })
}

fn in_words(stderr: &str) -> String {
    if stderr.contains("not a git repository") {
        return "is in no git repository".to_owned();
    }
    if stderr.contains("does not have any commits yet") || stderr.contains("bad revision 'HEAD'") {
        return "the repository has no commits yet".to_owned();
    }
    format!("git says: {stderr}")
}

fn not_run(name: &str, error: &std::io::Error) -> Error {
    let why = match error.kind() {
        std::io::ErrorKind::NotFound => "needs the program git, which is not on the PATH".to_owned(),
        _ => format!("git cannot be run: {error}"),
    };
    Error::Format { file: name.to_owned(), why }
}

fn git(directory: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(directory)
        .arg("--no-pager")
        .env("LC_ALL", "C")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::null());
    for variable in REPOSITORY_VARIABLES {
        command.env_remove(variable);
    }
    command
}
