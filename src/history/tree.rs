//! Which version follows which, as linear runs: a version's parent is the one before it, except for the first of a run.
//!
//! A run starts where a rollback or undo goes back, so the tree costs nothing per version and every question costs the
//! number of runs on a line at most. Must not know: values, records, names of branches.

use crate::record::Version;
use std::ops::Range;

/// A stretch of versions, each the parent of the next.
#[derive(Debug)]
struct Run {
    /// Its first version.
    first: u64,
    /// The parent of `first`: always in an earlier run. Means nothing for the run that starts at `#0`.
    parent: u64,
    /// Steps from `#0` to `first` along its line.
    depth: u64,
}

/// All versions by descent. `#0` is always there.
#[derive(Debug)]
pub(super) struct Tree {
    /// By `first`; the first run starts at `#0`.
    runs: Vec<Run>,
    newest: u64,
}

impl Tree {
    pub fn new() -> Self {
        Self { runs: vec![Run { first: 0, parent: 0, depth: 0 }], newest: 0 }
    }

    /// The newest version, which is the head of the current branch: every new version moves it.
    pub fn newest(&self) -> Version {
        Version(self.newest)
    }

    /// Makes the next version, a child of `parent` (which must exist).
    pub fn grow(&mut self, parent: Version) -> Version {
        let depth = self.depth(parent) + 1;
        let goes_back = parent.0 != self.newest;
        self.newest += 1;
        if goes_back {
            self.runs.push(Run { first: self.newest, parent: parent.0, depth });
        }
        self.newest()
    }

    /// The version before on its own line; `None` for `#0`.
    pub fn parent(&self, version: Version) -> Option<Version> {
        let run = &self.runs[self.run_of(version)];
        if version.0 == 0 {
            None
        } else if version.0 == run.first {
            Some(Version(run.parent))
        } else {
            Some(Version(version.0 - 1))
        }
    }

    /// Steps from `#0` along the version's line. O(log runs).
    pub fn depth(&self, version: Version) -> u64 {
        let run = &self.runs[self.run_of(version)];
        run.depth + (version.0 - run.first)
    }

    /// The version `steps` before `version` on its line; `None` beyond `#0`.
    pub fn ancestor(&self, version: Version, steps: u64) -> Option<Version> {
        let mut left = steps;
        for stretch in self.back(version) {
            let length = stretch.end - stretch.start;
            if left < length {
                return Some(Version(stretch.end - 1 - left));
            }
            left -= length;
        }
        None
    }

    /// The newest version that is on the lines of both.
    pub fn meeting(&self, a: Version, b: Version) -> Version {
        let (mut older, mut newer) = (a.min(b), a.max(b));
        loop {
            let run = self.run_of(newer);
            if run == self.run_of(older) {
                return older;
            }
            // The run of `newer` starts after `older`, so what they share is at or before that run's parent.
            let parent = Version(self.runs[run].parent);
            (older, newer) = (older.min(parent), older.max(parent));
        }
    }

    /// Whether `version` is on the line that ends at `head`.
    pub fn on_line(&self, version: Version, head: Version) -> bool {
        self.back(head).find(|stretch| stretch.start <= version.0).is_some_and(|stretch| stretch.contains(&version.0))
    }

    /// The version after `version` on the line that ends at `head`.
    pub fn child_towards(&self, version: Version, head: Version) -> Option<Version> {
        let mut after = None;
        for stretch in self.back(head) {
            if stretch.contains(&version.0) {
                let next = version.0 + 1;
                return if next < stretch.end { Some(Version(next)) } else { after };
            }
            after = Some(Version(stretch.start));
        }
        None
    }

    /// The stretches of the line that ends at `head`, newest first, down to `#0`.
    pub fn back(&self, head: Version) -> impl Iterator<Item = Range<u64>> + '_ {
        let mut at = Some(head.0);
        std::iter::from_fn(move || {
            let end = at? + 1;
            let run = &self.runs[self.run_of(Version(end - 1))];
            at = (run.first > 0).then_some(run.parent);
            Some(run.first..end)
        })
    }

    /// Where its run is. The first run starts at `#0`, so there always is one.
    fn run_of(&self, version: Version) -> usize {
        self.runs.partition_point(|run| run.first <= version.0) - 1
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Grows a tree; a parent beyond the newest version wraps round, so that any list of numbers is a tree.
    fn tree(parents: &[u64]) -> (Tree, Vec<u64>) {
        let (mut tree, mut model) = (Tree::new(), vec![0]);
        for parent in parents {
            let parent = parent % model.len() as u64;
            tree.grow(Version(parent));
            model.push(parent);
        }
        (tree, model)
    }

    /// The line to `head`, oldest first, by walking parents one by one.
    fn walked(model: &[u64], head: u64) -> Vec<u64> {
        let mut line = vec![head];
        while let Some(&last) = line.last().filter(|&&last| last > 0) {
            line.push(model[usize::try_from(last).unwrap()]);
        }
        line.reverse();
        line
    }

    fn check(parents: &[u64]) {
        let (tree, model) = tree(parents);
        let lines: Vec<_> = (0..model.len() as u64).map(|head| walked(&model, head)).collect();
        for (head, line) in (0u64..).zip(&lines) {
            let head = Version(head);
            assert_eq!(tree.parent(head), (head.0 > 0).then(|| Version(model[usize::try_from(head.0).unwrap()])));
            assert_eq!(tree.depth(head), line.len() as u64 - 1);
            let mut stretches: Vec<_> = tree.back(head).collect();
            stretches.reverse();
            assert_eq!(&stretches.into_iter().flatten().collect::<Vec<_>>(), line);
            for steps in 0..line.len() + 2 {
                let expected = line.len().checked_sub(steps + 1).map(|at| Version(line[at]));
                assert_eq!(tree.ancestor(head, steps as u64), expected, "{head} back {steps}");
            }
            for (other, other_line) in (0u64..).zip(&lines) {
                let at = line.iter().position(|&version| version == other);
                assert_eq!(tree.on_line(Version(other), head), at.is_some());
                let next = at.and_then(|at| line.get(at + 1)).map(|&version| Version(version));
                assert_eq!(tree.child_towards(Version(other), head), next, "after #{other} towards {head}");
                let shared = line.iter().zip(other_line).take_while(|(a, b)| a == b).last().map(|(a, _)| Version(*a));
                assert_eq!(Some(tree.meeting(head, Version(other))), shared);
            }
        }
    }

    #[test]
    fn small_trees_answer_like_a_walk() {
        for parents in [&[][..], &[0], &[0, 0], &[0, 1, 2, 1], &[0, 1, 2, 3, 1, 5, 3, 7, 0], &[0, 1, 1, 1, 4, 2]] {
            check(parents);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
        #[test]
        fn random_trees_answer_like_a_walk(parents in prop::collection::vec(0u64..40, 0..40)) {
            check(&parents);
        }

        #[test]
        fn long_runs_with_few_turns_answer_like_a_walk(turns in prop::collection::vec((1usize..12, 0u64..90), 0..8)) {
            let mut parents = Vec::new();
            for (length, back) in turns {
                let from = parents.len() as u64;
                parents.extend(from..from + length as u64);
                let newest = parents.len() as u64;
                parents.push(back % (newest + 1));
            }
            check(&parents);
        }
    }

    #[test]
    fn a_straight_line_is_one_run() {
        let (tree, _) = tree(&(0..10_000).collect::<Vec<_>>());
        assert_eq!(tree.runs.len(), 1);
        assert_eq!(tree.ancestor(Version(10_000), 9_999), Some(Version(1)));
    }
}
