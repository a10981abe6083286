//! Under which name a file was kept before a commit that renamed it.

use super::Tracked;
use super::child::{PATIENCE, RunningGit, git};
use super::commits::next_field;
use crate::Result;
use std::io;

/// Files of a commit that are compared with each other at most; beyond them only equal contents are a rename.
const MOST_COMPARED: &str = "-l1000";

/// The name before a commit that renamed the file: with at least half of its content, as git tells it.
///
/// # Errors
/// When git cannot be run.
pub(super) fn renamed_from(file: &Tracked, hash: &str, path: &str) -> Result<Option<String>> {
    let mut log = git(&file.directory);
    log.args(["log", "-1", "-z", "--diff-merges=first-parent", "--find-renames", MOST_COMPARED, "--name-status"]);
    log.args([
        "--diff-filter=R",
        "--no-follow",
        "--no-mailmap",
        "--no-show-signature",
        "--no-notes",
        "--no-ext-diff",
        "--format=",
        hash,
    ]);
    let found = RunningGit::start(log, PATIENCE).and_then(|mut running| {
        let mut field = || io::Result::Ok(next_field(&mut running.out)?.map(|text| text.trim_start().to_owned()));
        while let (Some(_), Some(before), Some(after)) = (field()?, field()?, field()?) {
            if after == path {
                return Ok(Some(before).filter(|before| !before.contains('\n')));
            }
        }
        Ok(None)
    });
    found.map_err(|error| file.not_run("log", &error))
}
