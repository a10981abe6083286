//! Orders of rows: the longest part that stays in order, removals where they stood, keys of two objects merged.

use super::Pair;
use crate::value::{Object, Text};
use std::cmp::Ordering;
use std::ops::Range;

/// For each element on the right the index of its partner on the left. No left index occurs twice.
pub(super) type Partners = Vec<Option<usize>>;

/// Turns partners into rows, a range after the other.
pub(super) struct RowOrder<'a> {
    partners: &'a [Option<usize>],
    /// Per element on the left.
    fates: Vec<ElementFate>,
}

/// What became of an element on the left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ElementFate {
    Gone,
    Moved,
    Stays,
}

impl<'a> RowOrder<'a> {
    /// For so many elements on the left, and the partners of those on the right.
    pub(super) fn new(left: usize, partners: &'a [Option<usize>]) -> Self {
        let mut fates = vec![ElementFate::Gone; left];
        for &at in partners.iter().flatten() {
            fates[at] = ElementFate::Moved;
        }
        Self { partners, fates }
    }

    /// The rows of a range on the right and of the range on the left whose place it takes. A longest increasing run
    /// of partners stays, all others moved; what is only on the left follows the element it stood after.
    pub(super) fn rows(&mut self, left: Range<usize>, right: Range<usize>) -> Vec<Pair<usize>> {
        let here = self.partners[right.clone()].iter().map(|at| at.filter(|at| left.contains(at)));
        for at in longest_increasing(here) {
            self.fates[at] = ElementFate::Stays;
        }
        let mut rows = Vec::with_capacity(left.len().max(right.len()));
        rows.extend(self.gone(left.clone()));
        for to in right {
            match self.partners[to] {
                None => rows.push(Pair::Right(to)),
                Some(at) if self.fates[at] == ElementFate::Moved || !left.contains(&at) => {
                    rows.push(Pair::Moved(at, to));
                }
                Some(at) => {
                    rows.push(Pair::Both(at, to));
                    rows.extend(self.gone(at + 1..left.end));
                }
            }
        }
        rows
    }

    /// The elements of a range on the left that are gone, up to the next that stays.
    fn gone(&self, range: Range<usize>) -> impl Iterator<Item = Pair<usize>> + '_ {
        let run = range.take_while(|&at| self.fates[at] != ElementFate::Stays);
        run.filter(|&at| self.fates[at] == ElementFate::Gone).map(Pair::Left)
    }
}

/// The values of a longest increasing subsequence, from the largest down. O(n log n).
pub(super) fn longest_increasing(values: impl Iterator<Item = Option<usize>>) -> Vec<usize> {
    // ends[k]: the smallest value that ends an increasing run of length k + 1, with its entry in `links`.
    let mut ends: Vec<(usize, usize)> = Vec::new();
    let mut links: Vec<(usize, Option<usize>)> = Vec::new();
    for value in values.flatten() {
        let length = ends.partition_point(|&(end, _)| end < value);
        let before = length.checked_sub(1).map(|shorter| ends[shorter].1);
        let entry = (value, links.len());
        links.push((value, before));
        match ends.get_mut(length) {
            Some(end) => *end = entry,
            None => ends.push(entry),
        }
    }
    let last = ends.last().map(|&(_, link)| link);
    std::iter::successors(last, |&link| links[link].1).map(|link| links[link].0).collect()
}

/// The keys of both objects in sorted order.
pub(super) fn merged_keys<'a>(left: &'a Object, right: &'a Object) -> Vec<Pair<&'a Text>> {
    let mut rows = Vec::with_capacity(left.len().max(right.len()));
    let (mut olds, mut news) = (left.iter().peekable(), right.iter().peekable());
    loop {
        let order = match (olds.peek(), news.peek()) {
            (Some((old, _)), Some((new, _))) => old.as_bytes().cmp(new.as_bytes()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return rows,
        };
        rows.extend(match order {
            Ordering::Less => olds.next().map(|(key, _)| Pair::Left(key)),
            Ordering::Greater => news.next().map(|(key, _)| Pair::Right(key)),
            Ordering::Equal => news.next().and(olds.next()).map(|(key, _)| Pair::Both(key, key)),
        });
    }
}
