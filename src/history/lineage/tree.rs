//! Which version follows which, as linear runs: a version's parent is the one before it, except for the first of a run.
//!
//! A run starts where a rollback goes back or another branch goes on, so the tree costs nothing per version. Every
//! question costs the logarithm of the number of runs: each run knows one far ancestor beside its parent (the
//! skew-binary jump pointers of Myers, "An applicative random-access stack", 1983). Must not name: values.

mod stored;

use crate::history::chunked::Chunked;
use crate::record::Version;
use im::OrdMap;
use std::ops::{Range, RangeInclusive};

/// A branch that grows: 0 is `main`, the others in the order they were forked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub(in crate::history) struct BranchId(pub u32);

/// A stretch of versions of one branch, each the parent of the next.
#[derive(Debug, Clone)]
struct BranchRun {
    /// Its first version.
    first: u64,
    /// The parent of `first`: always in an earlier run. Means nothing for the run that starts at `#0`.
    parent: u64,
    /// Steps from `#0` to `first` along its line.
    depth: u64,
    /// The branch that made its versions.
    owner: BranchId,
    /// The run that `parent` is in.
    below: u32,
    /// Runs from the first one to here along the line.
    height: u32,
    /// An earlier run on the line.
    jump: u32,
    /// The run that the same branch made before.
    before: Option<u32>,
}

/// All versions by descent. `#0` is always there.
#[derive(Debug, Clone)]
pub(in crate::history) struct VersionTree {
    /// By `first`; the first run starts at `#0`.
    runs: Chunked<BranchRun>,
    newest: u64,
    /// The newest run of each branch.
    last: OrdMap<BranchId, u32>,
}

impl VersionTree {
    pub fn new() -> Self {
        let origin = BranchRun {
            first: 0,
            parent: 0,
            depth: 0,
            owner: BranchId::default(),
            below: 0,
            height: 0,
            jump: 0,
            before: None,
        };
        Self { runs: [origin].into_iter().collect(), newest: 0, last: OrdMap::unit(BranchId::default(), 0) }
    }

    /// A tree whose versions up to `through` are known only by number: as if each followed the one before it on `main`.
    pub fn cut(through: Version) -> Self {
        Self { newest: through.0, ..Self::new() }
    }

    /// The branches that made its runs.
    pub fn owners(&self) -> impl Iterator<Item = BranchId> + '_ {
        self.runs.iter().map(|run| run.owner)
    }

    /// The newest version in log order.
    pub fn newest(&self) -> Version {
        Version(self.newest)
    }

    /// Makes the next so many versions, each a child of the one before, the first of `parent`; answers the last one. O(log
    /// runs).
    pub fn grow(&mut self, parent: Version, owner: BranchId, count: u64) -> Version {
        let below = self.run_of(parent);
        let goes_on = parent.0 == self.newest && self.runs[below].owner == owner;
        let first = self.newest + 1;
        self.newest += count;
        if !goes_on {
            let depth = self.runs[below].depth + (parent.0 - self.runs[below].first) + 1;
            let (height, jump) = (self.runs[below].height + 1, self.jump_above(below));
            let below = u32::try_from(below).unwrap_or(u32::MAX);
            let before = self.last.insert(owner, u32::try_from(self.runs.len()).unwrap_or(u32::MAX));
            self.runs.push(BranchRun { first, parent: parent.0, depth, owner, below, height, jump, before });
        }
        self.newest()
    }

    /// Where the run above `below` jumps to: as far again as the two jumps below it, when those are equally long.
    fn jump_above(&self, below: usize) -> u32 {
        let run = &self.runs[below];
        let middle = &self.runs[run.jump as usize];
        let far = &self.runs[middle.jump as usize];
        let equal = run.height - middle.height == middle.height - far.height;
        if equal { middle.jump } else { u32::try_from(below).unwrap_or(u32::MAX) }
    }

    /// The branch that made a version.
    pub fn owner(&self, version: Version) -> BranchId {
        self.runs[self.run_of(version)].owner
    }

    /// The newest version before this one that the same branch made, or the one it was forked from. O(log runs).
    pub fn made_before(&self, version: Version) -> Option<Version> {
        let run = self.run_of(version);
        if version.0 > self.runs[run].first {
            return Some(Version(version.0 - 1));
        }
        match self.runs[run].before {
            Some(earlier) => Some(Version(self.runs[earlier as usize + 1].first - 1)),
            None => self.parent(version),
        }
    }

    /// The first version after this one that the same branch made. O(log runs), and the runs of other branches in between.
    pub fn made_after(&self, version: Version) -> Option<Version> {
        let run = self.run_of(version);
        let mut later = self.runs.range(run + 1..self.runs.len());
        let end = self.runs.get(run + 1).map_or(self.newest + 1, |next| next.first);
        if version.0 + 1 < end {
            return Some(Version(version.0 + 1));
        }
        later.find(|later| later.owner == self.runs[run].owner).map(|later| Version(later.first))
    }

    /// The versions within a range that a branch made, as stretches in order. O(runs of the branch).
    pub fn made_within(&self, owner: BranchId, range: &RangeInclusive<Version>) -> Vec<RangeInclusive<u64>> {
        let newest = self.last.get(&owner).map(|run| *run as usize);
        let earlier = |run: &usize| self.runs[*run].before.map(|run| run as usize);
        let mut stretches: Vec<_> = std::iter::successors(newest, earlier)
            .map(|run| self.runs[run].first..=self.runs.get(run + 1).map_or(self.newest, |next| next.first - 1))
            .take_while(|run| *run.end() >= range.start().0)
            .map(|run| (*run.start()).max(range.start().0)..=(*run.end()).min(range.end().0))
            .filter(|run| !run.is_empty())
            .collect();
        stretches.reverse();
        stretches
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

    /// The version `steps` before `version` on its line; `None` beyond `#0`. O(log runs).
    pub fn ancestor(&self, version: Version, steps: u64) -> Option<Version> {
        self.depth(version).checked_sub(steps).map(|depth| self.at_depth(version, depth))
    }

    /// The version at a depth on the line to `head`, which must be at least as deep.
    fn at_depth(&self, head: Version, depth: u64) -> Version {
        let mut run = &self.runs[self.run_of(head)];
        while run.depth > depth {
            let far = &self.runs[run.jump as usize];
            run = if far.depth > depth { far } else { &self.runs[run.below as usize] };
        }
        Version(run.first + (depth - run.depth))
    }

    /// The newest version that is on the lines of both. O(log runs).
    pub fn lowest_common_ancestor(&self, a: Version, b: Version) -> Version {
        let height = self.runs[self.run_of(a)].height.min(self.runs[self.run_of(b)].height);
        let ((mut left, a), (mut right, b)) = (self.at_height(a, height), self.at_height(b, height));
        if left == right {
            return a.min(b);
        }
        // Runs of one height jump equally far, so both stay level; where they jump to one run, they may meet before it.
        loop {
            let (l, r) = (&self.runs[left as usize], &self.runs[right as usize]);
            if l.below == r.below {
                return Version(l.parent.min(r.parent));
            }
            (left, right) = if l.jump == r.jump { (l.below, r.below) } else { (l.jump, r.jump) };
        }
    }

    /// The run of a height on the line that ends at `head`, and the last version of it there.
    fn at_height(&self, head: Version, height: u32) -> (u32, Version) {
        let mut at = u32::try_from(self.run_of(head)).unwrap_or(u32::MAX);
        let mut last = head;
        while self.runs[at as usize].height > height {
            let run = &self.runs[at as usize];
            let far = self.runs[run.jump as usize].height > height;
            // A jump passes over where the line leaves the run it leads to; only steps to the run below tell.
            at = if far { run.jump } else { run.below };
            last = Version(run.parent);
        }
        (at, last)
    }

    /// Whether `version` is on the line that ends at `head`. O(log runs).
    pub fn on_line(&self, version: Version, head: Version) -> bool {
        if self.run_of(version) == self.run_of(head) {
            return version <= head;
        }
        let depth = self.depth(version);
        depth <= self.depth(head) && self.at_depth(head, depth) == version
    }

    /// The version after `version` on the line that ends at `head`. O(log runs).
    pub fn child_towards(&self, version: Version, head: Version) -> Option<Version> {
        let inside = version != head && self.on_line(version, head);
        inside.then(|| self.at_depth(head, self.depth(version) + 1))
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
        // The newest run is asked for most.
        if self.runs.last().is_some_and(|run| run.first <= version.0) {
            return self.runs.len() - 1;
        }
        self.runs.partition_point(|run| run.first <= version.0) - 1
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Grows a tree; a parent beyond the newest version wraps round, so that any list of numbers is a tree.
    fn tree(parents: &[u64]) -> (VersionTree, Vec<u64>) {
        let (mut tree, mut model) = (VersionTree::new(), vec![0]);
        for parent in parents {
            let owner = BranchId(u32::try_from(parent % 3).unwrap());
            let parent = parent % model.len() as u64;
            let made = tree.grow(Version(parent), owner, 1);
            assert_eq!(tree.owner(made), owner);
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
                assert_eq!(Some(tree.lowest_common_ancestor(head, Version(other))), shared);
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
    fn the_versions_before_and_after_are_those_of_the_same_branch() {
        let mut tree = VersionTree::new();
        // #1 #2 on main; #3 on a fork of #1; #4 on main; #5 back to #1 on main; #6 on the fork.
        for (parent, owner) in [(0, 0), (1, 0), (1, 1), (2, 0), (1, 0), (3, 1)] {
            tree.grow(Version(parent), BranchId(owner), 1);
        }
        let before: Vec<_> = (1..=6).map(|version| tree.made_before(Version(version)).unwrap().0).collect();
        assert_eq!(before, [0, 1, 1, 2, 4, 3]);
        assert_eq!(tree.made_before(Version(0)), None);
        let after: Vec<_> = (0..=6).map(|version| tree.made_after(Version(version)).map(|after| after.0)).collect();
        assert_eq!(after, [Some(1), Some(2), Some(4), Some(6), Some(5), None, None]);
    }

    #[test]
    fn two_branches_in_turns_are_walked_in_few_jumps() {
        let mut tree = VersionTree::new();
        (0..20_000u64)
            .for_each(|n| _ = tree.grow(Version(n.saturating_sub(1)), BranchId(u32::try_from(n % 2).unwrap()), 1));
        assert_eq!(tree.runs.len(), 20_000);
        for (steps, expected) in [(0, 20_000), (1, 19_998), (9_000, 2_000)] {
            assert_eq!(tree.ancestor(Version(20_000), steps), Some(Version(expected)));
        }
        let (mut run, mut jumps) = (tree.runs.last().unwrap(), 0);
        while run.depth > 1 {
            let far = &tree.runs[run.jump as usize];
            run = if far.depth > 1 { far } else { &tree.runs[tree.run_of(Version(run.parent))] };
            jumps += 1;
        }
        assert!(jumps <= 40, "{jumps}");
    }

    #[test]
    fn a_straight_line_is_one_run() {
        let mut tree = VersionTree::new();
        (0..10_000).for_each(|parent| _ = tree.grow(Version(parent), BranchId::default(), 1));
        assert_eq!(tree.runs.len(), 1);
        assert_eq!(tree.ancestor(Version(10_000), 9_999), Some(Version(1)));
    }
}
