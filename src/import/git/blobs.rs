//! The content of blobs, through `git cat-file --batch`, which is asked ahead of what it answers.
//!
//! The pipes bound how far ahead: who writes requests is a thread of its own, so neither side waits for the other in a
//! circle. A blob that cannot be read is told with git's reason; it is never the same as a file that was not there.

use super::child::{Ended, PATIENCE, RunningGit, git};
use crate::import::texts::KEPT;
use crate::value::Limits;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::io::{self, BufRead, BufWriter, Read, Write};
use std::path::Path;
use std::process::{ChildStdin, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

/// How many unreadable blobs git is asked a second time about, for its reason: each costs a process.
const REASONS: u32 = 64;

/// How long git is waited for at least, however often it did not answer.
const LEAST_PATIENCE: Duration = Duration::from_secs(5);

/// How long a line of an answer may be.
const HEADER: u64 = 1024;

/// Requests that git has not answered for, at most; beyond half of them no more are made.
const WINDOW: usize = 1024;

/// Bytes of blobs that are kept because they are read again.
const KEPT_BYTES: usize = 16 << 20;

/// The content of one blob.
#[derive(Clone)]
pub(super) enum GitBlob {
    /// Its bytes, and its length, which is more when it is beyond the limit.
    Text(Arc<[u8]>, u64),
    /// It is in the tree but cannot be read, and why.
    Unreadable(Arc<str>),
}

/// Reads blobs of one repository.
pub(super) struct Blobs<'a> {
    directory: &'a Path,
    /// Reads of each id that are still to come.
    reads: FxHashMap<&'a str, u32>,
    /// The ids that git was not asked for yet, in the order of their first read.
    planned: VecDeque<&'a str>,
    /// Is asked for those, a window ahead of what is read.
    ahead: Option<GitBatch<&'a str>>,
    /// Is asked for one blob at a time, out of that order.
    single: Option<GitBatch<()>>,
    kept: FxHashMap<String, GitBlob>,
    kept_bytes: usize,
    reasons: u32,
    /// How long the next answer is waited for: less after each that did not come.
    patience: Duration,
    /// Whether the repository leaves objects to another one; asked when the first is missing.
    partial: Option<bool>,
}

impl<'a> Blobs<'a> {
    /// `reads` are the ids that will be read, in that order.
    pub fn of(directory: &'a Path, reads: impl Iterator<Item = &'a str>) -> Self {
        let mut blobs = Self {
            directory,
            reads: FxHashMap::default(),
            planned: VecDeque::new(),
            ahead: None,
            single: None,
            kept: FxHashMap::default(),
            kept_bytes: 0,
            reasons: 0,
            patience: PATIENCE,
            partial: None,
        };
        for id in reads {
            let count = blobs.reads.entry(id).or_default();
            *count += 1;
            if *count == 1 {
                blobs.planned.push_back(id);
            }
        }
        blobs
    }

    /// The content of a blob before its turn.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn peek(&mut self, id: &str) -> io::Result<GitBlob> {
        if let Some(known) = self.kept.get(id) {
            return Ok(known.clone());
        }
        let blob = self.ask_single(id)?;
        self.keep(id, &blob);
        Ok(blob)
    }

    /// The content of the next blob of the plan.
    ///
    /// # Errors
    /// When git cannot be started. A blob that cannot be read is no error, nor is one that git does not answer for.
    pub fn read(&mut self, id: &str) -> io::Result<GitBlob> {
        let more = self.reads.get_mut(id).map_or(0, |reads| {
            *reads = reads.saturating_sub(1);
            *reads
        });
        if self.is_next(id)? {
            let blob = self.answered(id)?;
            if more > 0 {
                self.keep(id, &blob);
            }
            return Ok(blob);
        }
        match self.kept.get(id).cloned() {
            Some(known) => {
                if more == 0 {
                    self.forget(id);
                }
                Ok(known)
            }
            None => self.ask_single(id),
        }
    }

    /// Whether git was asked ahead for a blob, and answers for it now.
    fn is_next(&mut self, id: &str) -> io::Result<bool> {
        let waiting = self.ahead.as_ref().map_or(0, |ahead| ahead.asked.len());
        if waiting <= WINDOW / 2 && !self.planned.is_empty() {
            let mut ahead = match self.ahead.take() {
                Some(ahead) => ahead,
                None => GitBatch::start(self.directory, self.patience)?,
            };
            while ahead.asked.len() < WINDOW
                && let Some(id) = self.planned.pop_front()
            {
                if !self.kept.contains_key(id) {
                    ahead.ask(id, id);
                }
            }
            self.ahead = Some(ahead);
        }
        Ok(self.ahead.as_ref().is_some_and(|ahead| ahead.asked.front() == Some(&id)))
    }

    fn answered(&mut self, id: &str) -> io::Result<GitBlob> {
        let Some(ahead) = &mut self.ahead else { return self.ask_single(id) };
        match ahead.answer() {
            Ok(Some(blob)) => Ok(blob),
            Ok(None) => self.reason(id),
            Err(error) => {
                // Another git is asked for what this one does not answer any more.
                let rest = self.ahead.take().map(|ahead| ahead.asked).unwrap_or_default();
                rest.into_iter().rev().for_each(|id| self.planned.push_front(id));
                self.unanswered(id, &error)
            }
        }
    }

    fn ask_single(&mut self, id: &str) -> io::Result<GitBlob> {
        let mut single = match self.single.take() {
            Some(single) => single,
            None => GitBatch::start(self.directory, self.patience)?,
        };
        single.ask(id, ());
        let answer = single.answer();
        match answer {
            Ok(answer) => {
                self.single = Some(single);
                answer.map_or_else(|| self.reason(id), Ok)
            }
            Err(error) => {
                drop(single);
                self.unanswered(id, &error)
            }
        }
    }

    /// A blob in whose place git did not answer, or ended.
    fn unanswered(&mut self, id: &str, error: &io::Error) -> io::Result<GitBlob> {
        if error.kind() != io::ErrorKind::TimedOut {
            // As it does for a blob that is damaged behind its header.
            return self.reason(id);
        }
        self.patience = (self.patience / 4).max(LEAST_PATIENCE.min(self.patience));
        let why = format!("the content of this version cannot be read: object {id}: git: {error}");
        Ok(GitBlob::Unreadable(why.into()))
    }

    /// Keeps what is read again, as far as there is room.
    fn keep(&mut self, id: &str, blob: &GitBlob) {
        if self.kept_bytes + blob.bytes() <= KEPT_BYTES {
            self.kept_bytes += blob.bytes();
            self.kept.insert(id.to_owned(), blob.clone());
        }
    }

    fn forget(&mut self, id: &str) {
        self.kept_bytes -= self.kept.remove(id).map_or(0, |blob| blob.bytes());
    }

    /// Why a blob cannot be read, in git's words.
    fn reason(&mut self, id: &str) -> io::Result<GitBlob> {
        self.reasons += 1;
        let mut why = format!("the content of this version cannot be read: object {id} is missing or damaged");
        if self.reasons <= REASONS {
            let stderr = run_quietly(self.directory, &["cat-file", "blob", id])?.stderr;
            why += &stderr.lines().next().map(|said| format!(" (git says: {said})")).unwrap_or_default();
        }
        if self.is_partial()? {
            why += "; the clone is partial, and asof fetches nothing (git fetch --refetch fetches what is missing)";
        }
        Ok(GitBlob::Unreadable(why.into()))
    }

    fn is_partial(&mut self) -> io::Result<bool> {
        if self.partial.is_none() {
            self.partial =
                Some(run_quietly(self.directory, &["config", "--get", "extensions.partialClone"])?.status.success());
        }
        Ok(self.partial == Some(true))
    }
}

impl GitBlob {
    fn bytes(&self) -> usize {
        match self {
            Self::Text(text, _) => text.len(),
            Self::Unreadable(why) => why.len(),
        }
    }
}

/// How a command ends whose output nobody needs.
fn run_quietly(directory: &Path, words: &[&str]) -> io::Result<Ended> {
    let mut command = git(directory);
    command.args(words);
    let mut running = RunningGit::start(command, PATIENCE)?;
    io::copy(&mut running.out, &mut io::sink())?;
    running.finish()
}

/// A git that answers for the ids it was asked for, in their order; `T` is what is known of each.
struct GitBatch<T> {
    requests: Sender<String>,
    /// Those it has not answered for.
    asked: VecDeque<T>,
    running: RunningGit,
}

impl<T> GitBatch<T> {
    fn start(directory: &Path, patience: Duration) -> io::Result<Self> {
        let mut command = git(directory);
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped());
        let mut running = RunningGit::start(command, patience)?;
        let pipe = running.take_stdin().ok_or_else(|| io::Error::other("git was started without its pipes"))?;
        let (requests, to_write) = channel();
        thread::spawn(move || write_requests(pipe, &to_write));
        Ok(Self { requests, asked: VecDeque::new(), running })
    }

    fn ask(&mut self, id: &str, known: T) {
        // The thread that writes ends early only where git has ended, which its answer tells.
        let _git_has_ended = self.requests.send(id.to_owned());
        self.asked.push_back(known);
    }

    /// The next answer; `None` when git does not have the blob, or has something else under its id.
    fn answer(&mut self) -> io::Result<Option<GitBlob>> {
        self.asked.pop_front();
        let mut header = String::new();
        (&mut self.running.out).take(HEADER).read_line(&mut header)?;
        if header.ends_with(" missing\n") {
            return Ok(None);
        }
        let mut words = header.split_ascii_whitespace().skip(1);
        let (kind, length) = (words.next(), words.next().and_then(|n| n.parse().ok()));
        let length = length.ok_or_else(|| io::Error::other(format!("unexpected answer {:?}", header.trim_end())))?;
        let text = self.content(length)?;
        Ok((kind == Some("blob")).then(|| GitBlob::Text(text.into(), length)))
    }

    /// Reads what the header announced and the line end behind it; of content beyond the limit only the first part.
    fn content(&mut self, length: u64) -> io::Result<Vec<u8>> {
        let held = if length > Limits::default().size { KEPT as u64 } else { length };
        let mut text = Vec::new();
        (&mut self.running.out).take(held).read_to_end(&mut text)?;
        let passed = io::copy(&mut (&mut self.running.out).take(length - held + 1), &mut io::sink())?;
        if text.len() as u64 == held && passed == length - held + 1 {
            return Ok(text);
        }
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

/// Writes one request a line, until no more are made or git has ended.
fn write_requests(pipe: ChildStdin, requests: &Receiver<String>) {
    let mut pipe = BufWriter::new(pipe);
    while let Ok(first) = requests.recv() {
        let waiting = std::iter::from_fn(|| requests.try_recv().ok());
        let written = std::iter::once(first).chain(waiting).try_for_each(|id| writeln!(pipe, "{id}"));
        if written.and_then(|()| pipe.flush()).is_err() {
            return;
        }
    }
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::fs;
    use std::process::Command;

    struct Repository(tempfile::TempDir);

    impl Repository {
        fn new() -> Self {
            let repository = Self(tempfile::tempdir().unwrap());
            repository.git(&["init", "-q"]);
            repository
        }

        fn git(&self, words: &[&str]) -> String {
            let out = Command::new("git").args(words).current_dir(self.0.path()).output().unwrap();
            String::from_utf8(out.stdout).unwrap().trim().to_owned()
        }

        /// Blobs of these texts, each a file of its own.
        fn blobs(&self, texts: impl Iterator<Item = String>) -> Vec<String> {
            let write = |(at, text): (usize, String)| {
                let name = format!("f{at}");
                fs::write(self.0.path().join(&name), text).unwrap();
                name
            };
            let names: Vec<_> = texts.enumerate().map(write).collect();
            let mut words = vec!["hash-object", "-w"];
            words.extend(names.iter().map(String::as_str));
            self.git(&words).lines().map(str::to_owned).collect()
        }

        fn object(&self, id: &str) -> std::path::PathBuf {
            self.0.path().join(".git/objects").join(&id[..2]).join(&id[2..])
        }

        fn plan<'a>(&'a self, ids: &'a [String]) -> Blobs<'a> {
            Blobs::of(self.0.path(), ids.iter().map(String::as_str))
        }
    }

    fn describe(blob: GitBlob) -> String {
        match blob {
            GitBlob::Text(text, _) => String::from_utf8(text.to_vec()).unwrap(),
            GitBlob::Unreadable(why) => why.to_string(),
        }
    }

    /// What git waits for without end in place of an object; the others are read all the same.
    #[test]
    fn a_blob_that_git_does_not_answer_for_is_unreadable_and_no_end_of_the_others() {
        let home = Repository::new();
        let ids = home.blobs(["one", "two", "three", "four"].into_iter().map(str::to_owned));
        for id in [&ids[1], &ids[2]] {
            fs::remove_file(home.object(id)).unwrap();
            assert!(Command::new("mkfifo").arg(home.object(id)).status().unwrap().success());
        }
        let mut blobs = Blobs { patience: Duration::from_millis(300), ..home.plan(&ids) };
        let found: Vec<_> = ids.iter().map(|id| describe(blobs.read(id).unwrap())).collect();
        assert_eq!((found[0].as_str(), found[3].as_str()), ("one", "four"));
        for slow in &found[1..3] {
            assert!(slow.contains("did not answer") && slow.contains("cannot be read"), "{slow}");
        }
    }

    /// Many more requests and answers than the pipes hold, some of them for what git ends at.
    #[test]
    fn requests_ahead_are_answered_in_their_order_whatever_becomes_of_some() {
        let home = Repository::new();
        let text = |at: usize| format!("{at} {}", "x".repeat(if at.is_multiple_of(50) { 300_000 } else { at }));
        let ids = home.blobs((0..2 * WINDOW + 100).map(text));
        let mut plan = ids.clone();
        plan.push("1234567890123456789012345678901234567890".to_owned());
        plan.extend_from_within(7..9);
        // Behind its header such a blob ends git in the middle of the answer.
        let damaged = [40, 41, WINDOW, 2 * WINDOW];
        for at in damaged {
            let object = home.object(&ids[at]);
            let bytes = fs::read(&object).unwrap();
            fs::remove_file(&object).unwrap();
            fs::write(&object, &bytes[..bytes.len() / 2]).unwrap();
        }
        let mut blobs = home.plan(&plan);
        for (at, id) in plan.iter().enumerate() {
            let found = describe(blobs.read(id).unwrap());
            match at {
                at if damaged.contains(&at) => assert!(found.contains("is missing or damaged"), "{at}: {found}"),
                at if at < ids.len() => assert!(found == text(at), "{at}"),
                at if at == ids.len() => assert!(found.contains("1234567890 is missing or damaged"), "{found}"),
                at => assert!(found == text(at - ids.len() - 1 + 7), "{at}"),
            }
        }
        assert!(blobs.kept.is_empty() && blobs.kept_bytes == 0);
    }

    #[test]
    fn no_blob_is_asked_for_twice() {
        let home = Repository::new();
        let ids = home.blobs(["one", "two", "three"].into_iter().map(str::to_owned));
        let plan: Vec<_> = [0, 1, 0, 2, 1, 0].map(|at: usize| ids[at].clone()).into();
        let mut blobs = home.plan(&plan);
        assert_eq!(describe(blobs.peek(&ids[2]).unwrap()), "three");
        fs::remove_file(home.object(&ids[2])).unwrap();
        let mut found = Vec::new();
        for (at, id) in plan.iter().enumerate() {
            found.push(describe(blobs.read(id).unwrap()));
            if at == 1 {
                ids[..2].iter().for_each(|id| fs::remove_file(home.object(id)).unwrap());
            }
        }
        assert_eq!(found, ["one", "two", "one", "three", "two", "one"]);
        assert!(blobs.kept.is_empty() && blobs.kept_bytes == 0);
    }
}
