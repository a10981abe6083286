//! A file in a repository: how it is named, and where it is found.

use super::child::{Ended, PATIENCE, RunningGit, git};
use super::in_words;
use crate::error::of_system;
use crate::escape::in_quotes;
use crate::{Error, Result};
use std::fmt;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// Most bytes of an answer of `git rev-parse`.
const ANSWER: u64 = 64 * 1024;

/// What is named behind `git:`: a file, perhaps of a revision. A bare repository stands in its path like a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitFile {
    /// A branch, a tag or a commit; `None` is what is checked out, and the working tree.
    pub rev: Option<String>,
    /// The file; it need not exist any more.
    pub path: PathBuf,
}

impl GitFile {
    /// Reads `PATH`, `REV:PATH`, `REPOSITORY:PATH` or `REPOSITORY:REV:PATH`. A path that exists is never cut at its colons.
    pub fn parse(text: &str) -> Self {
        let is_there = std::fs::symlink_metadata(text).is_ok();
        match text.split_once(':').filter(|(before, behind)| !is_there && !before.is_empty() && !behind.is_empty()) {
            None => Path::new(text).to_owned().into(),
            Some((directory, behind)) if Path::new(directory).is_dir() => {
                let below = |path: &str| Path::new(directory).join(path);
                match behind.split_once(':').filter(|(rev, path)| !rev.is_empty() && !path.is_empty()) {
                    Some((rev, path)) => Self { rev: Some(rev.to_owned()), path: below(path) },
                    None => below(behind).into(),
                }
            }
            Some((rev, path)) => Self { rev: Some(rev.to_owned()), path: path.into() },
        }
    }

    /// The same file of the same revision by another path.
    #[must_use]
    pub fn at(&self, path: PathBuf) -> Self {
        Self { rev: self.rev.clone(), path }
    }
}

impl From<PathBuf> for GitFile {
    fn from(path: PathBuf) -> Self {
        Self { rev: None, path }
    }
}

impl fmt::Display for GitFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rev.iter().try_for_each(|rev| write!(f, "{rev}:"))?;
        write!(f, "{}", self.path.display())
    }
}

/// A file and the repository it is in.
pub(super) struct Tracked {
    /// As the user wrote it.
    pub name: String,
    /// A directory inside the repository.
    pub directory: PathBuf,
    /// The file, from the repository's top, with `/`.
    pub in_repository: String,
    /// Where its history is read from: `HEAD`, or the hash of a commit.
    pub start: String,
    /// The file in the working tree; `None` for a revision, and in a bare repository.
    pub working: Option<PathBuf>,
    pub shallow: bool,
}

impl Tracked {
    /// Finds the repository, from the nearest directory above the file that exists.
    pub fn find(named: &GitFile) -> Result<Self> {
        let mut file = Self {
            name: format!("git:{named}"),
            directory: PathBuf::from("/"),
            in_repository: String::new(),
            start: "HEAD".to_owned(),
            working: None,
            shallow: false,
        };
        let whole = std::path::absolute(&named.path).map_err(Error::io("find", &named.path))?;
        let directory = whole.ancestors().skip(1).find(|d| d.is_dir());
        file.directory = directory.map_or_else(|| PathBuf::from("/"), Path::to_path_buf);
        let words =
            ["rev-parse", "--is-shallow-repository", "--is-bare-repository", "--absolute-git-dir", "--show-prefix"];
        if named.rev.is_none() && whole.is_dir() {
            return Err(file.refusal("is a directory; name one file in a repository"));
        }
        let unasked = "has a name that git cannot look up (not UTF-8, or with a line break)";
        let below = |from: &Path| slashed(whole.strip_prefix(from).unwrap_or(&whole));
        let beside = below(&file.directory).ok_or_else(|| file.refusal(unasked))?;
        let answer = file.ask(&words)?;
        let mut lines = answer.splitn(4, '\n');
        let mut next = || lines.next().unwrap_or_default();
        let (is_shallow, is_bare, git_directory, prefix) = (next() == "true", next() == "true", next(), next());
        file.shallow = is_shallow;
        file.in_repository = if is_bare {
            below_bare(&whole, Path::new(git_directory)).ok_or_else(|| file.refusal(unasked))?
        } else {
            format!("{}{beside}", prefix.trim_end_matches('\n'))
        };
        file.working = (!is_bare && named.rev.is_none()).then_some(whole);
        if let Some(rev) = &named.rev {
            file.start = file.commit_of(rev)?;
        }
        Ok(file)
    }

    /// The hash of the commit that a revision names.
    fn commit_of(&self, rev: &str) -> Result<String> {
        let unknown = || self.refusal(&format!("{} is not a branch, tag or commit of the repository", in_quotes(rev)));
        if rev.starts_with('-') {
            return Err(unknown());
        }
        let answer = self.ask(&["rev-parse", "--verify", "--quiet", &format!("{rev}^{{commit}}")]);
        answer.map_err(|_| unknown()).map(|hash| hash.trim_end().to_owned())
    }

    /// What git prints, once it has succeeded.
    pub fn ask(&self, words: &[&str]) -> Result<String> {
        let mut command = git(&self.directory);
        command.args(words);
        let mut text = Vec::new();
        let ended = RunningGit::start(command, PATIENCE).and_then(|mut running| {
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

    pub fn refusal(&self, why: &str) -> Error {
        Error::Format { file: self.name.clone(), why: why.to_owned() }
    }

    pub fn not_run(&self, what: &str, error: &io::Error) -> Error {
        match error.kind() {
            io::ErrorKind::NotFound => self.refusal("needs the program git, which is not on the PATH"),
            _ => self.refusal(&format!("git {what}: {}", of_system(error))),
        }
    }
}

/// A path below a bare repository, whose directories are none of the tree's.
fn below_bare(whole: &Path, repository: &Path) -> Option<String> {
    let repository = repository.canonicalize().ok()?;
    let top = whole.ancestors().find(|above| above.canonicalize().is_ok_and(|above| above == repository))?;
    slashed(whole.strip_prefix(top).ok()?)
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
