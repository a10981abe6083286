//! Longest common subsequence of array elements over exact ids: Myers' greedy search within a fixed budget of steps and
//! memory, so that the same input has the same answer on every machine.

use super::Differ;
use super::content::HashedValue;
use super::order::{Partners, longest_increasing};
use crate::value::Value;
use std::collections::{HashMap, HashSet};

/// Most elements left out on both sides together. The search remembers half its square in words: 16 MB.
const MAX_EDITS: usize = 2_000;

/// Most steps of one search; a fraction of a second.
const MAX_STEPS: usize = 20_000_000;

/// A number for each element, the same for equal elements only; numbers are dense from 0.
pub(super) struct Ids {
    pub(super) left: Vec<usize>,
    pub(super) right: Vec<usize>,
    /// Per id, how often it occurs on the left and on the right.
    counts: Vec<(usize, usize)>,
}

impl Ids {
    /// Numbers the elements. O(their content). `None` when it was stopped.
    pub(super) fn of(left: &[&Value], right: &[&Value], how: Differ<'_>) -> Option<Self> {
        let mut known = HashMap::new();
        let (left, right) = (numbered(left, &mut known, how)?, numbered(right, &mut known, how)?);
        let mut counts = vec![(0, 0); known.len()];
        for &id in &left {
            counts[id].0 += 1;
        }
        for &id in &right {
            counts[id].1 += 1;
        }
        Some(Self { left, right, counts })
    }

    /// How many ids there are.
    pub(super) fn len(&self) -> usize {
        self.counts.len()
    }

    fn is_shared(&self, id: usize) -> bool {
        self.counts[id].0 > 0 && self.counts[id].1 > 0
    }

    /// Whether no element that is on both sides occurs twice on one.
    fn is_permutation(&self) -> bool {
        self.counts.iter().all(|&(left, right)| left.min(right) == 0 || left.max(right) == 1)
    }
}

fn numbered<'a>(
    values: &[&'a Value],
    known: &mut HashMap<HashedValue<'a>, usize>,
    how: Differ<'_>,
) -> Option<Vec<usize>> {
    let number = |value: &&'a Value| {
        let next = known.len();
        (!how.is_stopped()).then(|| *known.entry(HashedValue::from(*value)).or_insert(next))
    };
    values.iter().map(number).collect()
}

/// For each element on the right its equal on the left along a longest common subsequence; `None` when the search
/// would go over its budget, or was stopped. Never for elements that occur once: there it is a sort.
pub(super) fn partners(ids: &Ids, how: Differ<'_>) -> Option<Partners> {
    if ids.is_permutation() { Some(by_order(ids)) } else { by_search(ids, how) }
}

fn by_order(ids: &Ids) -> Partners {
    let mut places = vec![None; ids.len()];
    for (at, &id) in ids.left.iter().enumerate() {
        places[id] = Some(at);
    }
    let partners: Partners = ids.right.iter().map(|&id| places[id]).collect();
    let kept: HashSet<usize> = longest_increasing(partners.iter().copied()).into_iter().collect();
    partners.into_iter().map(|at| at.filter(|at| kept.contains(at))).collect()
}

/// Elements that are on one side only cannot match, and are left out of the search.
fn by_search(ids: &Ids, how: Differ<'_>) -> Option<Partners> {
    let shared = |side: &[usize]| (0..side.len()).filter(|&at| ids.is_shared(side[at])).collect::<Vec<_>>();
    let (left, right) = (shared(&ids.left), shared(&ids.right));
    let picked = |side: &[usize], places: &[usize]| places.iter().map(|&at| side[at]).collect::<Vec<_>>();
    let mut partners = vec![None; ids.right.len()];
    for (at, to) in common(&picked(&ids.left, &left), &picked(&ids.right, &right), how)? {
        partners[right[to]] = Some(left[at]);
    }
    Some(partners)
}

/// The index pairs of a longest common subsequence, last first.
fn common(left: &[usize], right: &[usize], how: Differ<'_>) -> Option<Vec<(usize, usize)>> {
    let rows = search(left, right, how)?;
    let mut pairs = Vec::new();
    let mut lane = rows.last()?.len() - 1;
    let mut x = left.len();
    for edits in (0..rows.len()).rev() {
        let (start, from) = origin(rows[..edits].last(), lane);
        for at in (start..x).rev() {
            pairs.push((at, at + edits - 2 * lane));
        }
        x = if from < lane { start - 1 } else { start };
        lane = from;
    }
    Some(pairs)
}

/// Row `d` holds how far on the left one comes with `d` edits, for each diagonal: `row[lane]` is on the diagonal
/// where left minus right is `2 * lane - d`. The last lane of the last row ends at the end of both sides.
fn search(left: &[usize], right: &[usize], how: Differ<'_>) -> Option<Vec<Vec<usize>>> {
    let mut steps = MAX_STEPS;
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for edits in (0..=MAX_EDITS).take_while(|_| !how.is_stopped()) {
        let mut row = Vec::with_capacity(edits + 1);
        for lane in 0..=edits {
            let (start, _) = origin(rows.last(), lane);
            let y = start + edits - 2 * lane;
            let run = equal_run(left, right, start, y);
            steps = steps.checked_sub(run + 1)?;
            row.push(start + run);
            if (start + run, y + run) == (left.len(), right.len()) {
                rows.push(row);
                return Some(rows);
            }
        }
        rows.push(row);
    }
    None
}

/// Where `lane` starts, and the lane of the row before that it came from: the lane below by leaving out an element on
/// the left, the same lane by leaving out one on the right.
fn origin(before: Option<&Vec<usize>>, lane: usize) -> (usize, usize) {
    let Some(row) = before else { return (0, lane) };
    let below = lane.checked_sub(1).map(|lane| (row[lane] + 1, lane));
    let same = row.get(lane).map(|&x| (x, lane));
    below.max(same).unwrap_or((0, lane))
}

fn equal_run(left: &[usize], right: &[usize], x: usize, y: usize) -> usize {
    let (left, right) = (left.get(x..).unwrap_or(&[]), right.get(y..).unwrap_or(&[]));
    left.iter().zip(right).take_while(|(left, right)| left == right).count()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Length of a longest common subsequence by the textbook table.
    fn length(left: &[usize], right: &[usize]) -> usize {
        let mut row = vec![0; right.len() + 1];
        for a in left {
            let mut diagonal = 0;
            for (j, b) in right.iter().enumerate() {
                let above = row[j + 1];
                row[j + 1] = if a == b { diagonal + 1 } else { above.max(row[j]) };
                diagonal = above;
            }
        }
        row[right.len()]
    }

    fn ids(left: &[usize], right: &[usize]) -> Ids {
        let values = |side: &[usize]| side.iter().map(|&n| Value::from(n as u64)).collect::<Vec<_>>();
        let (left, right) = (values(left), values(right));
        let how = Differ::default();
        Ids::of(&left.iter().collect::<Vec<_>>(), &right.iter().collect::<Vec<_>>(), how).unwrap()
    }

    fn check(left: &[usize], right: &[usize]) {
        let found = partners(&ids(left, right), Differ::default()).unwrap();
        let matched: Vec<usize> = found.iter().copied().flatten().collect();
        assert!(matched.is_sorted_by(|a, b| a < b), "{left:?} {right:?}: crossing {found:?}");
        for (to, at) in found.iter().enumerate() {
            assert!(at.is_none_or(|at| left[at] == right[to]), "{left:?} {right:?}: unequal {found:?}");
        }
        assert_eq!(matched.len(), length(left, right), "{left:?} {right:?}: {found:?}");
    }

    #[test]
    fn finds_longest_subsequences() {
        check(&[], &[]);
        check(&[1], &[]);
        check(&[1, 2, 3, 1, 2, 2, 1], &[3, 2, 1, 2, 1, 3]);
        check(&[1, 1, 1], &[1]);
        check(&[5, 4, 3, 2, 1], &[1, 2, 3, 4, 5]);
        check(&[1, 2, 9, 3], &[8, 1, 3, 2, 7]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn is_as_long_as_the_table_says(
            left in prop::collection::vec(0..6_usize, 0..24),
            right in prop::collection::vec(0..6_usize, 0..24),
        ) {
            check(&left, &right);
        }
    }

    #[test]
    fn gives_up_on_large_tangles_but_not_on_large_shuffles() {
        let n = 10_000;
        let tangled: Vec<usize> = (0..n).map(|i| i * i % 101 % 5).collect();
        let other: Vec<usize> = (0..n).map(|i| i * 7 % 103 % 5).collect();
        assert!(partners(&ids(&tangled, &other), Differ::default()).is_none());
        let ascending: Vec<usize> = (0..n).collect();
        let descending: Vec<usize> = (0..n).rev().collect();
        assert_eq!(partners(&ids(&ascending, &descending), Differ::default()).unwrap().iter().flatten().count(), 1);
    }
}
