//! The content of blobs, one after the other, through `git cat-file --batch`.
//!
//! A blob that cannot be read is told with git's reason; it is never the same as a file that was not there.

use super::child::{Ended, PATIENCE, Running, git};
use crate::import::texts::KEPT;
use crate::value::Limits;
use std::io::{self, BufRead, Read, Write};
use std::path::Path;
use std::process::{ChildStdin, Stdio};
use std::time::Duration;

/// How many unreadable blobs git is asked a second time about, for its reason: each costs a process.
const REASONS: u32 = 64;

/// How long git is waited for at least, however often it did not answer.
const LEAST_PATIENCE: Duration = Duration::from_secs(5);

/// How long a line of an answer may be.
const HEADER: u64 = 1024;

/// The content of one blob.
pub(super) enum Blob {
    /// Its bytes, and its length, which is more when it is beyond the limit.
    Text(Vec<u8>, u64),
    /// It is in the tree but cannot be read, and why.
    Unreadable(String),
}

/// Reads blobs of one repository.
pub(super) struct Blobs<'a> {
    directory: &'a Path,
    batch: Option<Batch>,
    reasons: u32,
    /// How long the next answer is waited for: less after each that did not come.
    patience: Duration,
    /// Whether the repository leaves objects to another one; asked when the first is missing.
    partial: Option<bool>,
}

struct Batch {
    ask: ChildStdin,
    running: Running,
}

impl<'a> Blobs<'a> {
    pub fn of(directory: &'a Path) -> Self {
        Self { directory, batch: None, reasons: 0, patience: PATIENCE, partial: None }
    }

    /// The content of a blob.
    ///
    /// # Errors
    /// When git cannot be started. A blob that cannot be read is no error, nor is one that git does not answer for.
    pub fn read(&mut self, id: &str) -> io::Result<Blob> {
        let mut batch = match self.batch.take() {
            Some(batch) => batch,
            None => Batch::start(self.directory, self.patience)?,
        };
        match batch.ask(id) {
            Ok(Some((text, length))) => {
                self.batch = Some(batch);
                Ok(Blob::Text(text, length))
            }
            Ok(None) => {
                self.batch = Some(batch);
                self.reason(id).map(Blob::Unreadable)
            }
            // It is ended, and another one is asked for the rest.
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                self.patience = (self.patience / 4).max(LEAST_PATIENCE.min(self.patience));
                Ok(Blob::Unreadable(format!("the content of this version cannot be read: object {id}: git: {error}")))
            }
            // Git ended in the middle of its answer, as it does for a blob that is damaged behind its header.
            Err(_) => self.reason(id).map(Blob::Unreadable),
        }
    }

    /// Why a blob cannot be read, in git's words.
    fn reason(&mut self, id: &str) -> io::Result<String> {
        self.reasons += 1;
        let mut why = format!("the content of this version cannot be read: object {id} is missing or damaged");
        if self.reasons <= REASONS {
            let stderr = said(self.directory, &["cat-file", "blob", id])?.stderr;
            why += &stderr.lines().next().map(|said| format!(" (git says: {said})")).unwrap_or_default();
        }
        if self.is_partial()? {
            why += "; the clone is partial, and asof fetches nothing (git fetch --refetch fetches what is missing)";
        }
        Ok(why)
    }

    fn is_partial(&mut self) -> io::Result<bool> {
        if self.partial.is_none() {
            self.partial =
                Some(said(self.directory, &["config", "--get", "extensions.partialClone"])?.status.success());
        }
        Ok(self.partial == Some(true))
    }
}

/// How a command ends whose output nobody needs.
fn said(directory: &Path, words: &[&str]) -> io::Result<Ended> {
    let mut command = git(directory);
    command.args(words);
    let mut running = Running::start(command, PATIENCE)?;
    io::copy(&mut running.out, &mut io::sink())?;
    running.finish()
}

impl Batch {
    fn start(directory: &Path, patience: Duration) -> io::Result<Self> {
        let mut command = git(directory);
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped());
        let mut running = Running::start(command, patience)?;
        let ask = running.take_stdin().ok_or_else(|| io::Error::other("git was started without its pipes"))?;
        Ok(Self { ask, running })
    }

    /// The start and the length of a blob; `None` when git does not have it, or has something else under its id.
    fn ask(&mut self, id: &str) -> io::Result<Option<(Vec<u8>, u64)>> {
        writeln!(self.ask, "{id}")?;
        self.ask.flush()?;
        let mut header = String::new();
        (&mut self.running.out).take(HEADER).read_line(&mut header)?;
        if header.ends_with(" missing\n") {
            return Ok(None);
        }
        let mut words = header.split_ascii_whitespace().skip(1);
        let (kind, length) = (words.next(), words.next().and_then(|n| n.parse().ok()));
        let length = length.ok_or_else(|| io::Error::other(format!("unexpected answer {:?}", header.trim_end())))?;
        let text = self.content(length)?;
        Ok((kind == Some("blob")).then_some((text, length)))
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

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::process::Command;

    fn git_in(directory: &Path, words: &[&str]) -> String {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=a", "-c", "user.email=a@b"]).args(words).current_dir(directory);
        String::from_utf8(command.output().unwrap().stdout).unwrap().trim().to_owned()
    }

    /// What git waits for without end in place of an object; the others are read all the same.
    #[test]
    fn a_blob_that_git_does_not_answer_for_is_unreadable_and_no_end_of_the_others() {
        let home = tempfile::tempdir().unwrap();
        git_in(home.path(), &["init", "-q"]);
        let blob = |text: &str| {
            std::fs::write(home.path().join("file"), text).unwrap();
            git_in(home.path(), &["hash-object", "-w", "file"])
        };
        let ids = ["one", "two", "three", "four"].map(blob);
        for id in [&ids[1], &ids[2]] {
            let object = home.path().join(".git/objects").join(&id[..2]).join(&id[2..]);
            std::fs::remove_file(&object).unwrap();
            assert!(Command::new("mkfifo").arg(&object).status().unwrap().success());
        }
        let mut blobs = Blobs { patience: Duration::from_millis(300), ..Blobs::of(home.path()) };
        let mut read = |id: &str| match blobs.read(id).unwrap() {
            Blob::Text(text, _) => String::from_utf8(text).unwrap(),
            Blob::Unreadable(why) => why,
        };
        let found = ids.each_ref().map(|id| read(id));
        assert_eq!((found[0].as_str(), found[3].as_str()), ("one", "four"));
        for slow in &found[1..3] {
            assert!(slow.contains("did not answer") && slow.contains("cannot be read"), "{slow}");
        }
    }
}
