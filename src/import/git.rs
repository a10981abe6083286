//! The history of one file in a git repository, through the user's own `git`: label = subject, author, commit
//! time.
//!
//! First parents only, oldest first, names not followed through renames. Git is run by `child`, which leaves it no power
//! but to read.

mod blobs;
pub(super) mod child;
mod commits;
mod kept;

use super::document::{Whole, emit_document, is_value};
use super::emit::Emitter;
use super::envelope::{Draft, Fault, Payload};
use super::notation::Notation;
use super::texts::Text;
use super::{End, Sink};
use crate::record::{Provenance, TenantId};
use crate::value::Limits;
use crate::{Error, Result};
use blobs::{Blob, Blobs};
use child::{Ended, PATIENCE, Running, git};
use commits::{Commit, Content};
pub use kept::{TrackedFile, tracked_files, versions_in_git};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Component, Path, PathBuf};

/// Most bytes of an answer of `git rev-parse`.
const ANSWER: u64 = 64 * 1024;

/// Reads every version of the file at `path`, oldest first, into one tenant. The file need not exist any more.
///
/// It may be JSON, JSON5, YAML or TOML, as its name says. Versions where it was deleted or is none of them appear as such; one whose content git cannot read is invalid, with git's
/// reason. Nothing is fetched, and nothing that the repository names is run. Of merges, only what they changed on the
/// first parent's line is a version.
///
/// # Errors
/// When git is missing, fails or does not answer, `path` is in no repository, or no commit ever held it.
pub fn read_git(path: &Path, tenant: &TenantId, sink: &mut Sink<'_>) -> Result<()> {
    let file = Tracked::find(path)?;
    let found = commits::read(&file)?;
    if found.commits.is_empty() {
        return Err(file.refusal("no commit on this branch contains it (not added, or on another branch?)"));
    }
    let mut emitter = Emitter::new(&file.name, tenant.clone(), Limits::default(), sink);
    let shallow = file.shallow.then(|| SHALLOW.to_owned());
    let missing = found.broken_off.map(|why| format!("older versions cannot be read: {why}"));
    let mut repeatable = shallow.is_none() && missing.is_none();
    for problem in shallow.into_iter().chain(missing) {
        if emitter.problem_at(0, 0, problem).is_break() {
            return Ok(());
        }
    }
    let mut blobs = Blobs::of(&file.directory);
    let notation = Notation::of(Path::new(&file.in_repository));
    refuse_other(&file, notation, &found.commits, &mut blobs)?;
    let total = found.commits.len() as u64;
    for (done, commit) in (1..).zip(found.commits.iter().rev()) {
        let version = version(&mut blobs, &commit.content).map_err(|e| file.not_run("cat-file", &e))?;
        repeatable &= !matches!((&version, &commit.content), (Version::Unknown(_), Content::Blob(_)));
        emitter.rename(format!("{}@{:.12}", file.name, commit.hash));
        if emit(&mut emitter, (&file.name, notation), commit, &version).is_break()
            || emitter.progress(done, Some(total)).is_break()
        {
            return Ok(());
        }
    }
    let _at_the_end_anyway = emitter.end(End { repeatable, resume: None });
    Ok(())
}

/// Versions of which one has to be readable, spread over the whole history.
const LOOKED_AT: usize = 8;

/// Refuses a file of which no version looked at is a value: hundreds of invalid versions would say no more.
fn refuse_other(file: &Tracked, notation: Notation, commits: &[Commit], blobs: &mut Blobs<'_>) -> Result<()> {
    let mut first = None;
    for commit in commits.iter().step_by(commits.len().div_ceil(LOOKED_AT).max(1)) {
        match version(blobs, &commit.content).map_err(|e| file.not_run("cat-file", &e))? {
            Version::Text(bytes, length) if bytes.len() as u64 == length => match is_value(&bytes, notation) {
                Ok(()) => return Ok(()),
                Err(fault) => _ = first.get_or_insert(fault),
            },
            Version::Text(..) | Version::Unknown(_) => return Ok(()),
            Version::Missing => {}
        }
    }
    match first {
        None => Ok(()),
        Some(Fault { why, .. }) => Err(file.refusal(&format!(
            "none of its versions is {}: {why}. Name a file of JSON, JSON5, YAML or TOML",
            notation.word()
        ))),
    }
}

/// What determines the history of a file in a repository: where the file is in it, the commit that is checked out, and
/// what stands for other objects. `None` where that is not known, or older versions are elsewhere. Runs two short
/// commands of git.
pub(crate) fn git_state(path: &Path) -> Option<String> {
    let file = Tracked::find(path).ok().filter(|file| !file.shallow)?;
    let words = ["rev-parse", "HEAD", "--git-path", "info/grafts", "--glob=refs/replace/"];
    let answer = file.ask(&words).ok()?;
    let grafts = Path::new(answer.lines().nth(1)?);
    let is_grafted = file.directory.join(grafts).exists();
    (!is_grafted).then(|| format!("{}\n{answer}", file.in_repository))
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

/// The file as it was in one commit.
enum Version {
    /// Its text, and its length, which is more when it is beyond the limit.
    Text(Vec<u8>, u64),
    /// It was not there.
    Missing,
    /// It cannot be told what was there, and why.
    Unknown(String),
}

impl Tracked {
    /// Finds the repository, from the nearest directory above the file that exists.
    fn find(path: &Path) -> Result<Self> {
        let name = format!("git:{}", path.display());
        let mut file = Self { name, directory: PathBuf::from("/"), in_repository: String::new(), shallow: false };
        let whole = std::path::absolute(path).map_err(Error::io("find", path))?;
        if whole.is_dir() {
            return Err(file.refusal("is a directory; name one file in a repository"));
        }
        let directory = whole.ancestors().skip(1).find(|d| d.is_dir());
        file.directory = directory.map_or_else(|| PathBuf::from("/"), Path::to_path_buf);
        let below = slashed(whole.strip_prefix(&file.directory).unwrap_or(&whole));
        let below = below
            .ok_or_else(|| file.refusal("has a name that git cannot be asked for (not UTF-8, or has a line break)"))?;
        let answer = file.ask(&["rev-parse", "--is-shallow-repository", "--show-prefix"])?;
        let (shallow, prefix) = answer.split_once('\n').unwrap_or((&answer, ""));
        file.in_repository = format!("{}{below}", prefix.trim_end_matches('\n'));
        file.shallow = shallow == "true";
        Ok(file)
    }

    /// What git prints, once it has succeeded.
    fn ask(&self, words: &[&str]) -> Result<String> {
        let mut command = git(&self.directory);
        command.args(words);
        let mut text = Vec::new();
        let ended = Running::start(command, PATIENCE).and_then(|mut running| {
            if (&mut running.out).take(ANSWER).read_to_end(&mut text)? as u64 == ANSWER {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "unexpected output"));
            }
            running.finish()
        });
        let Ended { status, stderr } = ended.map_err(|e| self.not_run(words[0], &e))?;
        match status.success() {
            true => Ok(String::from_utf8_lossy(&text).into_owned()),
            false => Err(self.refusal(&in_words(&stderr))),
        }
    }

    fn refusal(&self, why: &str) -> Error {
        Error::Format { file: self.name.clone(), why: why.to_owned() }
    }

    fn not_run(&self, what: &str, error: &io::Error) -> Error {
        match error.kind() {
            io::ErrorKind::NotFound => self.refusal("needs the program git, which is not on the PATH"),
            _ => self.refusal(&format!("git {what}: {error}")),
        }
    }
}

fn version(blobs: &mut Blobs<'_>, content: &Content) -> io::Result<Version> {
    Ok(match content {
        Content::Missing => Version::Missing,
        Content::Other(kind) => Version::Unknown(format!("was a {kind} in this commit, not a file")),
        Content::Blob(id) => match blobs.read(id)? {
            Blob::Text(text, length) => Version::Text(text, length),
            Blob::Unreadable(why) => Version::Unknown(why),
        },
    })
}

/// One version of `source`, the file as the user wrote it.
fn emit(
    emitter: &mut Emitter<'_, '_>,
    (source, notation): (&str, Notation),
    commit: &Commit,
    version: &Version,
) -> ControlFlow<()> {
    let signed = Draft {
        at: commit.at,
        by: Some(commit.author.as_str().into()),
        label: commit.subject.as_str().into(),
        provenance: Some(Provenance {
            src: Some(source.into()),
            source_id: Some(commit.hash.as_str().into()),
            ..Provenance::default()
        }),
        ..Draft::bare(Payload::Deleted)
    };
    let payload = match version {
        Version::Text(bytes, length) => {
            return emit_document(emitter, Whole { bytes, length: *length, notation, named: notation }, signed);
        }
        Version::Missing => Payload::Deleted,
        Version::Unknown(why) => Payload::Fault(Fault::whole(why.as_str())),
    };
    emitter.take(&Text { line: 1, byte: 0, bytes: &[], length: 0, limit: u64::MAX }, Draft { payload, ..signed })
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

fn in_words(stderr: &str) -> String {
    if stderr.contains("not a git repository") {
        return "is not in a git repository".to_owned();
    }
    if stderr.contains("does not have any commits yet") || stderr.contains("bad revision 'HEAD'") {
        return "the repository has no commits yet".to_owned();
    }
    format!("git says: {stderr}")
}
