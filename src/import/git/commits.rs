//! The commits that touched a file, and which blob each left in its place, through `git log --raw`.
//!
//! That a file is gone is read from the trees, not from a blob that cannot be found.

use super::child::{Ended, Output, PATIENCE, Running, git};
use super::{Tracked, in_words};
use crate::Result;
use crate::record::Time;
use std::io::{self, BufRead};

/// Fields of a commit, each ended by NUL: hash, author, commit time in seconds, subject.
const FORMAT: &str = "--format=%H%x00%an%x00%ct%x00%s";

/// Bytes of one field that are kept.
const FIELD: usize = 64 * 1024;

/// Bytes that a field may have.
const HOPELESS: usize = 1 << 30;

/// One commit that touched the file.
#[derive(Debug)]
pub(super) struct Commit {
    pub hash: String,
    pub author: String,
    pub at: Option<Time>,
    pub subject: String,
    pub content: Content,
}

/// What a commit left in the place of the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Nothing.
    Missing,
    /// A file with the content of this blob.
    Blob(String),
    /// Something else, as a person calls it.
    Other(&'static str),
}

/// The commits that touched a file, newest first.
pub(super) struct Commits {
    pub commits: Vec<Commit>,
    /// Why there are no older ones, where git could not go on.
    pub broken_off: Option<String>,
}

/// Asks git for the commits.
///
/// # Errors
/// When git answers nothing but an error.
pub(super) fn read(file: &Tracked) -> Result<Commits> {
    let mut log = git(&file.directory);
    log.args(["log", "-z", "--first-parent", "-m", "--no-follow", "--no-show-signature", "--no-notes", "--no-color"]);
    log.arg("--no-mailmap");
    log.args(["--no-decorate", "--no-ext-diff", "--no-textconv", "--no-renames", "--raw", "-t", "--no-abbrev"]);
    // From the top, whatever directory git runs in.
    log.args(["--encoding=UTF-8", FORMAT, "HEAD", "--"]).arg(format!(":(top,literal){}", file.in_repository));
    let mut commits = Vec::new();
    let ended = Running::start(log, PATIENCE).and_then(|mut running| {
        commits = parse(&mut running.out, &file.in_repository)?;
        running.finish()
    });
    let Ended { status, stderr } = ended.map_err(|e| file.not_run("log", &e))?;
    let broken_off = (!status.success()).then(|| in_words(&stderr));
    match broken_off {
        Some(why) if commits.is_empty() => Err(file.refusal(&why)),
        broken_off => Ok(Commits { commits, broken_off }),
    }
}

/// Reads the fields of commits, and behind each its changes: `:OLDMODE NEWMODE OLDID NEWID STATUS`, and the path.
fn parse(log: &mut Output, path: &str) -> io::Result<Vec<Commit>> {
    let mut commits: Vec<Commit> = Vec::new();
    while let Some(field) = next_field(log)? {
        let change = field.trim_start_matches('\n');
        if let Some(change) = change.strip_prefix(':') {
            let changed = next_field(log)?;
            if let Some(commit) = commits.last_mut().filter(|_| changed.as_deref() == Some(path)) {
                commit.take(change);
            }
            continue;
        }
        let [Some(author), Some(seconds), Some(subject)] = [next_field(log)?, next_field(log)?, next_field(log)?]
        else {
            break;
        };
        if !is_hash(&field) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "unexpected output"));
        }
        let at = seconds.parse().ok().and_then(|s| Time::from_timestamp(s, 0));
        commits.push(Commit { hash: field, author, at, subject, content: Content::Missing });
    }
    Ok(commits)
}

fn is_hash(field: &str) -> bool {
    field.len() >= 40 && field.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl Commit {
    /// Takes in a change of the file itself. Where a file gives way to a directory there are two; what is there now counts.
    fn take(&mut self, change: &str) {
        let mut words = change.split(' ').skip(1);
        let (mode, id) = (words.next().unwrap_or_default(), words.nth(1).unwrap_or_default());
        match mode.get(..2) {
            Some("00") | None => {}
            Some("10") => self.content = Content::Blob(id.to_owned()),
            Some("04") => self.content = Content::Other("directory"),
            Some("12") => self.content = Content::Other("symbolic link"),
            Some("16") => self.content = Content::Other("submodule"),
            Some(_) => self.content = Content::Other("thing unknown to asof"),
        }
    }
}

/// The next field that ends with NUL, its first part where it is very long; `None` at the end, and for one that is cut off.
pub(super) fn next_field(log: &mut Output) -> io::Result<Option<String>> {
    let (mut field, mut length) = (Vec::new(), 0);
    while length < HOPELESS {
        let waiting = log.fill_buf()?;
        if waiting.is_empty() {
            return Ok(None);
        }
        let end = memchr::memchr(0, waiting);
        let part = &waiting[..end.unwrap_or(waiting.len())];
        field.extend_from_slice(&part[..part.len().min(FIELD - field.len())]);
        let passed = part.len() + usize::from(end.is_some());
        log.consume(passed);
        length += passed;
        if end.is_some() {
            return Ok(Some(String::from_utf8_lossy(&field).into_owned()));
        }
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, "its answer is incomplete"))
}
