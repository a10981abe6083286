//! The order in which commits become versions: the first parents' line in one piece, and before each merge what it brings.

use super::commits::Commit;
use crate::recipe::Follows;
use rustc_hash::FxHashMap;

/// A commit as a version.
pub(super) struct CommitStep {
    pub commit: Commit,
    pub follows: Follows,
    /// The steps before it that a merge on the first parents' line brings to it.
    pub brings: usize,
}

/// The commits of a file, oldest first.
pub(super) struct CommitLine(pub Vec<CommitStep>);

/// A commit that waits for those before it.
struct WaitingCommit {
    at: usize,
    /// How many of its parents have been gone to.
    gone_to: usize,
    /// Steps there were when the line of its first parent was done.
    before: usize,
}

impl CommitLine {
    /// Orders commits that were told newest first. O(commits).
    pub fn of(commits: Vec<Commit>) -> Self {
        let at: FxHashMap<String, usize> = (0..).zip(&commits).map(|(at, commit)| (commit.hash.clone(), at)).collect();
        let parents: Vec<Vec<usize>> = commits
            .iter()
            .map(|commit| commit.parents.iter().filter_map(|hash| at.get(hash).copied()).collect())
            .collect();
        let order = order(&parents);
        let mut commits: Vec<Option<Commit>> = commits.into_iter().map(Some).collect();
        let hashes: Vec<String> = commits.iter().flatten().map(|commit| commit.hash.clone()).collect();
        let step = |(at, brings): (usize, usize)| {
            let before = parents[at].first();
            let follows = before.map_or(Follows::Nothing, |first| Follows::Event(hashes[*first].as_str().into()));
            Some(CommitStep { commit: commits[at].take()?, follows, brings })
        };
        Self(order.into_iter().filter_map(step).collect())
    }
}

/// Each commit behind its parents, and how many of those right before it its other parents have brought.
fn order(parents: &[Vec<usize>]) -> Vec<(usize, usize)> {
    let mut order: Vec<(usize, usize)> = Vec::with_capacity(parents.len());
    let mut is_met = vec![false; parents.len()];
    let mut waiting: Vec<WaitingCommit> = Vec::new();
    for newest in 0..parents.len() {
        if !std::mem::replace(&mut is_met[newest], true) {
            waiting.push(WaitingCommit { at: newest, gone_to: 0, before: order.len() });
        }
        while let Some(last) = waiting.last_mut() {
            let next = parents[last.at].get(last.gone_to).copied();
            last.before = if last.gone_to <= 1 { order.len() } else { last.before };
            last.gone_to += 1;
            match next {
                Some(parent) if std::mem::replace(&mut is_met[parent], true) => {}
                Some(parent) => waiting.push(WaitingCommit { at: parent, gone_to: 0, before: 0 }),
                None => {
                    let is_merge = parents[last.at].len() > 1;
                    order.push((last.at, if is_merge { order.len() - last.before } else { 0 }));
                    waiting.pop();
                }
            }
        }
    }
    order
}
