//! The files of a repository that may be opened, with how many versions of each it holds.

use super::Tracked;
use super::child::{Output, PATIENCE, Running, git};
use super::commits::next_field;
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
    /// The commits on the first parents' line that touched it: the versions that opening it shows.
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
    let mut log = asked(directory, &["log", "-z", "--first-parent", "-m", "--no-renames", "--relative", "--format="]);
    log.args(["--name-only", "--no-show-signature", "--no-notes", "--no-color", "HEAD", "--"]);
    log.args(Notation::patterns());
    each(log, stop, |path| *counts.entry(path.trim_start_matches('\n').to_owned()).or_default() += 1)?;
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
    let file = Tracked::find(path)?;
    let top = format!(":(top,literal){}", file.in_repository);
    let answer = file.ask(&["rev-list", "--count", "--first-parent", "HEAD", "--", &top])?;
    Ok(answer.trim().parse().ok().filter(|count| *count > 0))
}

fn asked(directory: &Path, words: &[&str]) -> Command {
    let mut command = git(directory);
    command.args(words);
    command
}

/// Takes each field that a command prints. One that fails has none: a directory that is in no repository.
fn each(command: Command, stop: &dyn Fn() -> bool, mut take: impl FnMut(String)) -> io::Result<()> {
    let mut running = Running::start(command, PATIENCE)?;
    let out: &mut Output = &mut running.out;
    while let Some(field) = next_field(out)? {
        if stop() {
            return Ok(());
        }
        take(field);
    }
    running.finish().map(drop)
}
