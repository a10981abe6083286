//! The files of a repository that may be opened, with how many versions of each it holds.

use super::child::{ChildOutput, PATIENCE, RunningGit, git};
use super::commits::next_field;
use super::tracked::{GitFile, Tracked};
use super::whole;
use crate::Result;
use crate::import::notation::Notation;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file that a repository keeps versions of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackedFile {
    /// From the directory that was asked about.
    pub path: PathBuf,
    /// The commits that changed it, under the names it had: the versions that opening it shows, but for what a merge has
    /// thrown away.
    pub versions: u64,
}

/// The files of one value (JSON, JSON5, YAML, TOML) at and below a directory that the commit checked out holds, most versions first. Empty where there is no
/// repository. `stop` is asked between two answers of git. O(files that its commits touched).
///
/// # Errors
/// When git cannot be run or does not answer.
pub fn tracked_files(directory: &Path, stop: &dyn Fn() -> bool) -> io::Result<Vec<TrackedFile>> {
    let mut now = BTreeSet::new();
    each(asked(directory, &["ls-tree", "-r", "-z", "--name-only", "HEAD"]), stop, |path| {
        // A pattern of git's trees knows no wildcard.
        if Notation::is_named(Path::new(&path)) {
            now.insert(path);
        }
    })?;
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut log = asked(directory, &["log", "-z", "--topo-order", "-c", "--find-renames", "-l1000", "--relative"]);
    log.args(["--format=", "--name-status", "--no-show-signature", "--no-notes", "--no-color", "HEAD", "--"]);
    log.args(Notation::patterns());
    // The name today of a file that was renamed since, by its name then.
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    let mut names = StatusNames::default();
    each(log, stop, |field| {
        let Some((before, path)) = names.next(field.trim_start_matches('\n')) else { return };
        let today = renamed.get(&path).cloned().unwrap_or(path);
        *counts.entry(today.clone()).or_default() += 1;
        if let Some(before) = before {
            renamed.insert(before, today);
        }
    })?;
    let known = counts.into_iter().filter(|(path, _)| now.contains(path));
    let mut files: Vec<_> = known.map(|(path, versions)| TrackedFile { path: path.into(), versions }).collect();
    files.sort_by(|a, b| b.versions.cmp(&a.versions).then_with(|| a.path.cmp(&b.path)));
    Ok(files)
}

/// How many versions of a file its repository holds; `None` where it is in none, or no commit has touched it.
///
/// # Errors
/// When git is missing, fails or does not answer.
pub fn versions_in_git(path: &Path) -> Result<Option<u64>> {
    let file = Tracked::find(&GitFile::from(path.to_owned()))?;
    let count = whole::read(&file)?.line.0.len() as u64;
    Ok(Some(count).filter(|count| *count > 0))
}

/// Names of files as `git log --name-status` tells them: a status, and one name, or of a rename the old and the new one.
#[derive(Default)]
struct StatusNames {
    status: Option<String>,
    before: Option<String>,
}

impl StatusNames {
    /// The name of a file and what it was renamed from, once the field ends one.
    fn next(&mut self, field: &str) -> Option<(Option<String>, String)> {
        let Some(status) = &self.status else {
            self.status = Some(field.to_owned()).filter(|status| !status.is_empty());
            return None;
        };
        // Of a merge there is one name, whatever became of it.
        let is_pair = status.starts_with(['R', 'C']) && status.bytes().skip(1).all(|byte| byte.is_ascii_digit());
        if is_pair && self.before.is_none() {
            self.before = Some(field.to_owned());
            return None;
        }
        let is_rename = status.starts_with('R');
        self.status = None;
        Some((self.before.take().filter(|_| is_rename), field.to_owned()))
    }
}

fn asked(directory: &Path, words: &[&str]) -> Command {
    let mut command = git(directory);
    command.args(words);
    command
}

/// Takes each field that a command prints. One that fails has none: a directory that is in no repository.
fn each(command: Command, stop: &dyn Fn() -> bool, mut take: impl FnMut(String)) -> io::Result<()> {
    let mut running = RunningGit::start(command, PATIENCE)?;
    let out: &mut ChildOutput = &mut running.out;
    while let Some(field) = next_field(out)? {
        if stop() {
            return Ok(());
        }
        take(field);
    }
    running.finish().map(drop)
}
