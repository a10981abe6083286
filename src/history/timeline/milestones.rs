//! Versions earlier than all versions after them: among them is the last one at or before any time.

use crate::bytes::binary_struct;
use crate::history::chunked::Chunked;
use crate::record::Version;

/// Such versions, oldest first, as runs of versions that follow each other: where times only rise there is one run.
#[derive(Debug, Default, Clone)]
pub(super) struct Milestones {
    /// The first and the last of each.
    runs: Chunked<(u64, u64)>,
}

binary_struct!(Milestones { runs });

impl Milestones {
    /// Whether they are runs in order, behind `through` and up to `newest`.
    pub fn are_within(&self, through: u64, newest: u64) -> bool {
        let mut before = through;
        self.runs.iter().all(|(first, last)| {
            let follows = *first > before && first <= last && *last <= newest;
            before = *last;
            follows
        })
    }

    pub fn first(&self) -> Option<Version> {
        self.runs.first().map(|(first, _)| Version(*first))
    }

    pub fn last(&self) -> Option<Version> {
        self.runs.last().map(|(_, last)| Version(*last))
    }

    /// Adds one behind all others.
    pub fn push(&mut self, version: Version) {
        let follows = |(_, last): &(u64, u64)| last.checked_add(1) == Some(version.0);
        match self.runs.last().is_some_and(follows) {
            true => self.runs.last_mut().into_iter().for_each(|(_, last)| *last = version.0),
            false => self.runs.push((version.0, version.0)),
        }
    }

    /// Takes out the last.
    pub fn pop(&mut self) {
        match self.runs.last_mut().filter(|(first, last)| first < last) {
            Some((_, last)) => *last -= 1,
            None => drop(self.runs.pop()),
        }
    }

    /// The last of those that `holds` is true of, which must be true of all before it. O(log n) calls.
    pub fn last_that(&self, holds: impl Fn(Version) -> bool) -> Option<Version> {
        let runs = self.runs.partition_point(|(first, _)| holds(Version(*first)));
        let (mut first, last) = *self.runs.get(runs.checked_sub(1)?)?;
        let mut end = last;
        while first < end {
            // Above `first`, so that the loop ends.
            let middle = end - (end - first) / 2;
            match holds(Version(middle)) {
                true => first = middle,
                false => end = middle - 1,
            }
        }
        Some(Version(first))
    }

    /// The first from a version on. O(log n).
    pub fn from(&self, version: Version) -> Option<Version> {
        let before = self.runs.partition_point(|(_, last)| *last < version.0);
        self.runs.get(before).map(|(first, _)| Version(version.0.max(*first)))
    }

    /// Runs: what memory grows with.
    #[cfg(test)]
    pub fn runs(&self) -> usize {
        self.runs.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Each step takes out some, then adds one a few versions on.
        #[test]
        fn milestones_are_what_a_plain_list_holds(steps in prop::collection::vec((0usize..3, 1u64..3), 0..60)) {
            let (mut milestones, mut plain, mut version) = (Milestones::default(), Vec::new(), 0);
            for (popped, ahead) in steps {
                version += ahead;
                (0..popped).for_each(|_| { milestones.pop(); plain.pop(); });
                milestones.push(Version(version));
                plain.push(Version(version));
            }
            prop_assert_eq!((milestones.first(), milestones.last()), (plain.first().copied(), plain.last().copied()));
            for n in 0..version + 2 {
                let up_to = plain.iter().rfind(|milestone| milestone.0 <= n).copied();
                prop_assert_eq!(milestones.last_that(|milestone| milestone.0 <= n), up_to);
                prop_assert_eq!(milestones.from(Version(n)), plain.iter().find(|milestone| milestone.0 >= n).copied());
            }
        }
    }

    #[test]
    fn rising_times_take_one_run() {
        let mut milestones = Milestones::default();
        (1..=100_000).for_each(|n| milestones.push(Version(n)));
        assert_eq!(milestones.runs(), 1);
    }
}
