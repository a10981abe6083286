//! All commits that changed a file, under each name it had: from one log to the next where a commit renamed it.

use super::commits::{self, Commit};
use super::graph::CommitLine;
use super::{Tracked, renames};
use crate::Result;
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Renames that are followed.
const MOST_RENAMES: usize = 100;

/// The commits that changed a file.
pub(super) struct Commits {
    pub line: CommitLine,
    /// Why there are no older ones, where git could not go on.
    pub broken_off: Option<String>,
}

/// Asks git for the commits.
///
/// # Errors
/// When git answers nothing but an error.
pub(super) fn read(file: &Tracked) -> Result<Commits> {
    let mut all: Vec<Commit> = Vec::new();
    let mut known: FxHashSet<String> = FxHashSet::default();
    let mut asked = vec![(file.start.clone(), Arc::<str>::from(file.in_repository.as_str()), None)];
    let (mut broken_off, mut renames) = (None, 0);
    while let Some((start, path, child)) = asked.pop() {
        let (found, broken) = commits::log(file, &start, &path)?;
        if let (Some(child), Some(newest)) = (child, found.first()) {
            let child: &mut Commit = &mut all[child];
            child.parents.push(newest.hash.clone());
        }
        broken_off = broken_off.or(broken);
        for commit in found.into_iter().filter(|commit| known.insert(commit.hash.clone())) {
            if commit.parents.is_empty()
                && renames < MOST_RENAMES
                && let Some(before) = renames::renamed_from(file, &commit.hash, &path)?
            {
                renames += 1;
                asked.push((format!("{}^", commit.hash), before.into(), Some(all.len())));
            }
            all.push(commit);
        }
    }
    match broken_off {
        Some(why) if all.is_empty() => Err(file.refusal(&why)),
        broken_off => Ok(Commits { line: CommitLine::of(all), broken_off }),
    }
}
