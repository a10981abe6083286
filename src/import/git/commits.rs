//! The commits that changed a file, and which blob each left in its place, through `git log --raw`.
//!
//! As `git log PATH` tells it: a merge that took the file over from one of its sides is left out, and that side's commits
//! are there. That a file is gone is read from the trees, not from a blob that cannot be found.

use super::child::{Ended, PATIENCE, RunningGit, git};
use super::{Tracked, in_words};
use crate::Result;
use crate::record::Time;
use std::io::{self, BufRead};
use std::sync::Arc;

/// Fields of a commit, each ended by NUL: hash, parents of those that changed the file, author, commit time in seconds,
/// subject, message.
const FORMAT: &str = "--format=%H%x00%P%x00%an%x00%ct%x00%s%x00%B";

/// Bytes of one field that are kept.
const FIELD: usize = 64 * 1024;

/// Bytes that a field may have.
const HOPELESS: usize = 1 << 30;

/// One commit that changed the file.
#[derive(Debug)]
pub(super) struct Commit {
    pub hash: String,
    /// The commits before it that changed the file, the first parent's first.
    pub parents: Vec<String>,
    pub author: String,
    pub at: Option<Time>,
    pub subject: String,
    /// Where it says more than the subject.
    pub message: Option<String>,
    /// The file's name then, from the repository's top.
    pub path: Arc<str>,
    pub content: CommitContent,
}

/// What a commit left in the place of the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum CommitContent {
    /// Nothing.
    Missing,
    /// A file with the content of this blob.
    Blob(String),
    /// Something else, as a person calls it.
    Other(&'static str),
}

impl CommitContent {
    /// How git is asked for the content.
    pub fn blob(&self) -> Option<&str> {
        match self {
            Self::Blob(id) => Some(id),
            Self::Missing | Self::Other(_) => None,
        }
    }
}

/// The commits up to one that changed the file of a name, newest first, and why there are no more.
///
/// # Errors
/// When git cannot be run.
pub(super) fn log(file: &Tracked, start: &str, path: &Arc<str>) -> Result<(Vec<Commit>, Option<String>)> {
    let mut log = git(&file.directory);
    log.args(["log", "-z", "--topo-order", "--parents", "-c", "--no-follow", "--no-show-signature", "--no-notes"]);
    log.args(["--no-mailmap", "--no-color", "--no-decorate", "--no-ext-diff", "--no-textconv", "--no-renames"]);
    // From the top, whatever directory git runs in.
    log.args(["--raw", "-t", "--no-abbrev", "--encoding=UTF-8", FORMAT, start, "--"]);
    log.arg(format!(":(top,literal){path}"));
    let mut commits = Vec::new();
    let ended = RunningGit::start(log, PATIENCE).and_then(|mut running| {
        commits = parse(&mut running.out, path)?;
        running.finish()
    });
    let Ended { status, stderr } = ended.map_err(|e| file.not_run("log", &e))?;
    Ok((commits, (!status.success()).then(|| in_words(&stderr))))
}

/// Reads the fields of commits, and behind each its changes: a colon, a mode and an id for each parent, the mode, the id
/// and the status, and the path.
fn parse(log: &mut impl BufRead, path: &Arc<str>) -> io::Result<Vec<Commit>> {
    let mut commits: Vec<Commit> = Vec::new();
    let mut is_told = true;
    while let Some(field) = next_field(log)? {
        let change = field.trim_start_matches('\n');
        // Before the changes of a merge.
        if change.is_empty() && !commits.is_empty() {
            continue;
        }
        if change.starts_with(':') {
            let changed = next_field(log)?;
            if let Some(commit) = commits.last_mut().filter(|_| changed.as_deref() == Some(path)) {
                commit.take(change);
                is_told = true;
            }
            continue;
        }
        let mut next = || next_field(log);
        let [Some(parents), Some(author), Some(seconds), Some(subject), Some(message)] =
            [next()?, next()?, next()?, next()?, next()?]
        else {
            break;
        };
        if !is_hash(&field) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "unexpected output"));
        }
        ask_later(commits.last_mut().filter(|_| !is_told));
        is_told = false;
        commits.push(Commit {
            hash: field,
            parents: parents.split(' ').filter(|parent| !parent.is_empty()).map(str::to_owned).collect(),
            author,
            at: seconds.parse().ok().and_then(|s| Time::from_timestamp(s, 0)),
            message: Some(message.trim_end()).filter(|message| *message != subject).map(str::to_owned),
            subject,
            path: Arc::clone(path),
            content: CommitContent::Missing,
        });
    }
    ask_later(commits.last_mut().filter(|_| !is_told));
    Ok(commits)
}

/// Of a merge of which git tells no change, the file is asked for by its name.
fn ask_later(commit: Option<&mut Commit>) {
    if let Some(commit) = commit.filter(|commit| commit.parents.len() > 1) {
        commit.content = CommitContent::Blob(format!("{}:{}", commit.hash, commit.path));
    }
}

fn is_hash(field: &str) -> bool {
    field.len() >= 40 && field.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl Commit {
    /// Takes in a change of the file itself. Where a file gives way to a directory there are two; what is there now counts.
    fn take(&mut self, change: &str) {
        let parents = change.bytes().take_while(|byte| *byte == b':').count();
        let mut words = change.split(' ').skip(parents);
        let (mode, id) = (words.next().unwrap_or_default(), words.nth(parents).unwrap_or_default());
        match mode.get(..2) {
            Some("00") | None => {}
            Some("10") => self.content = CommitContent::Blob(id.to_owned()),
            Some("04") => self.content = CommitContent::Other("directory"),
            Some("12") => self.content = CommitContent::Other("symbolic link"),
            Some("16") => self.content = CommitContent::Other("submodule"),
            Some(_) => self.content = CommitContent::Other("object of a type unknown to asof"),
        }
    }
}

/// The next field that ends with NUL, its first part where it is very long; `None` at the end, and for one that is cut off.
pub(super) fn next_field(log: &mut impl BufRead) -> io::Result<Option<String>> {
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HASH: [&str; 2] = ["1234567890123456789012345678901234567890", "abcdefabcdefabcdefabcdefabcdefabcdefabcd"];

    fn parsed(log: &[u8]) -> io::Result<Vec<Commit>> {
        parse(&mut io::BufReader::with_capacity(7, log), &"a/b.json".into())
    }

    fn change(mode: &str, name: &str) -> String {
        format!("\n:100644 {mode} {} {} M\0{name}\0", HASH[1], HASH[0])
    }

    fn commit(hash: &str, parents: &str, changes: &str) -> String {
        format!("{hash}\0{parents}\0Ann\x001700000000\0Subject\0Subject\n\nBody\n\0{changes}")
    }

    #[test]
    fn a_log_of_git_is_its_commits() {
        let merge = format!("{} {}", HASH[0], HASH[1]);
        let asked = format!("{}:a/b.json", HASH[1]);
        for (parents, changes, content) in [
            (HASH[0], change("100644", "a/b.json"), CommitContent::Blob(HASH[0].to_owned())),
            (HASH[0], change("000000", "a/b.json"), CommitContent::Missing),
            (HASH[0], change("040000", "a/b.json"), CommitContent::Other("directory")),
            (HASH[0], change("120000", "a/b.json"), CommitContent::Other("symbolic link")),
            (HASH[0], change("160000", "a/b.json"), CommitContent::Other("submodule")),
            (HASH[0], change("777777", "a/b.json"), CommitContent::Other("object of a type unknown to asof")),
            (HASH[0], change("100644", "a"), CommitContent::Missing),
            (HASH[0], String::new(), CommitContent::Missing),
            (&merge, String::new(), CommitContent::Blob(asked)),
        ] {
            let found = parsed(commit(HASH[1], parents, &changes).as_bytes()).unwrap();
            let [found] = found.as_slice() else { panic!("{found:?}") };
            assert_eq!((found.hash.as_str(), &found.content), (HASH[1], &content), "{changes}");
            assert_eq!((found.subject.as_str(), found.message.as_deref()), ("Subject", Some("Subject\n\nBody")));
            assert_eq!(found.at.unwrap().timestamp(), 1_700_000_000);
        }
    }

    proptest! {
        /// Whatever git prints: commits with hashes, or a sentence.
        #[test]
        fn no_output_of_git_is_taken_for_what_it_is_not(
            edits in prop::collection::vec((any::<prop::sample::Index>(), any::<Option<u8>>(), 0_usize..40), 1..6),
            bare in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let two = commit(HASH[1], HASH[0], &change("100644", "a/b.json")) + &commit(HASH[0], "", &change("100644", "a/b.json"));
            let mut log = two.into_bytes();
            for (at, byte, cut) in edits {
                let at = at.index(log.len().max(1));
                match byte {
                    Some(byte) => log.insert(at.min(log.len()), byte),
                    None => drop(log.drain(at.min(log.len())..(at + cut).min(log.len()))),
                }
            }
            for log in [log, bare] {
                for commit in parsed(&log).unwrap_or_default() {
                    prop_assert!(is_hash(&commit.hash), "{commit:?}");
                }
            }
        }
    }
}
