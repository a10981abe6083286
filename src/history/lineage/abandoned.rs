//! Which versions rollbacks left behind: those that are on the line of no branch that grows.
//!
//! Must not name: values.

use crate::record::Version;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The versions that rollbacks left behind, as stretches, and counting without them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AbandonedVersions {
    /// In order; they do not touch.
    stretches: Vec<Range<u64>>,
    /// Versions in the stretches before each, and in all of them.
    before: Vec<u64>,
}

impl AbandonedVersions {
    pub(super) fn new(stretches: Vec<Range<u64>>) -> Self {
        let mut before = vec![0];
        let mut sum = 0;
        for stretch in &stretches {
            sum += stretch.end - stretch.start;
            before.push(sum);
        }
        Self { stretches, before }
    }

    /// The stretches, in order.
    pub fn stretches(&self) -> &[Range<u64>] {
        &self.stretches
    }

    /// How many versions before `version` were left behind. O(log n).
    pub fn before(&self, version: u64) -> u64 {
        let begun = self.stretches.partition_point(|stretch| stretch.start < version);
        let Some(last) = begun.checked_sub(1) else { return 0 };
        let stretch = &self.stretches[last];
        self.before[last] + version.min(stretch.end) - stretch.start
    }

    /// How many versions of `range` were left behind. O(log n).
    pub fn within(&self, range: &Range<u64>) -> u64 {
        self.before(range.end).saturating_sub(self.before(range.start))
    }

    /// The version that has `earlier` others before it that were not left behind, `#0` among them. O(log n).
    pub fn nth(&self, earlier: u64) -> Version {
        let (mut passed, mut ahead) = (0, self.stretches.len());
        while passed < ahead {
            let middle = passed + (ahead - passed) / 2;
            let others = self.stretches[middle].start - self.before[middle];
            if others <= earlier { passed = middle + 1 } else { ahead = middle }
        }
        Version(earlier + self.before.get(passed).copied().unwrap_or(0))
    }

    /// The parts of `range` that were not left behind, in order. O(log n + parts).
    pub fn others(&self, range: Range<u64>) -> impl Iterator<Item = Range<u64>> + '_ {
        let next = self.stretches.partition_point(|stretch| stretch.end <= range.start);
        let gaps = self.stretches[next..].iter().take_while(move |stretch| stretch.start < range.end);
        let ends = gaps.clone().map(|stretch| stretch.start).chain([range.end]);
        let starts = std::iter::once(range.start).chain(gaps.map(|stretch| stretch.end));
        starts.zip(ends).map(|(start, end)| start..end).filter(|part| part.start < part.end)
    }
}

/// What was left behind when so many branches were kept. A clone knows what is known, and learns by itself.
#[derive(Default)]
pub(super) struct AbandonedCache(Mutex<(usize, Arc<AbandonedVersions>)>);

impl AbandonedCache {
    /// What is left behind after so many branches were kept, worked out where that is not known.
    pub fn after(&self, kept: usize, find: impl FnOnce() -> AbandonedVersions) -> Arc<AbandonedVersions> {
        let mut known = self.lock();
        if known.0 != kept {
            *known = (kept, Arc::new(find()));
        }
        Arc::clone(&known.1)
    }

    fn lock(&self) -> MutexGuard<'_, (usize, Arc<AbandonedVersions>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for AbandonedCache {
    fn clone(&self) -> Self {
        Self(Mutex::new(self.lock().clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn counting_agrees_with_a_list(flags in prop::collection::vec(any::<bool>(), 0..60), start in 0u64..64, length in 0u64..64) {
            let left = |version: u64| version > 0 && flags.get(usize::try_from(version).unwrap_or(0) - 1) == Some(&true);
            let all: Vec<u64> = (0..80).collect();
            let mut stretches: Vec<Range<u64>> = Vec::new();
            for version in all.iter().copied().filter(|version| left(*version)) {
                match stretches.last_mut() {
                    Some(last) if last.end == version => last.end += 1,
                    _ => stretches.push(version..version + 1),
                }
            }
            let found = AbandonedVersions::new(stretches);
            let range = start..start + length;
            prop_assert_eq!(found.within(&range), range.clone().filter(|version| left(*version)).count() as u64);
            let others: Vec<u64> = found.others(range.clone()).flatten().collect();
            prop_assert_eq!(others, range.filter(|version| !left(*version)).collect::<Vec<_>>());
            for (earlier, version) in (0..).zip(all.into_iter().filter(|version| !left(*version))) {
                prop_assert_eq!(found.nth(earlier), Version(version));
                prop_assert_eq!(version - found.before(version), earlier);
            }
        }
    }
}
