//! Orders of rows: the longest part that stays in order, removals where they stood, keys of two objects merged.

use super::Pair;
use crate::value::{Object, Text};
use std::cmp::Ordering;

/// For each element on the right the index of its partner on the left. No left index occurs twice.
pub(super) type Partners = Vec<Option<usize>>;

/// Rows for `left` elements and the partners of the right ones: a longest increasing run of partners stays in place,
/// other partners moved; what is only on the left follows the element it stood after.
pub(super) fn rows(left: usize, partners: &[Option<usize>]) -> Vec<Pair<usize>> {
    let mut fates = vec![Fate::Gone; left];
    for &at in partners.iter().flatten() {
        fates[at] = Fate::Moved;
    }
    for at in longest_increasing(partners) {
        fates[at] = Fate::Stays;
    }
    let mut rows = Vec::with_capacity(left.max(partners.len()));
    rows.extend(gone_from(0, &fates));
    for (to, partner) in partners.iter().enumerate() {
        match *partner {
            None => rows.push(Pair::Right(to)),
            Some(at) if fates[at] == Fate::Moved => rows.push(Pair::Moved(at, to)),
            Some(at) => {
                rows.push(Pair::Both(at, to));
                rows.extend(gone_from(at + 1, &fates));
            }
        }
    }
    rows
}

/// What became of an element on the left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Gone,
    Moved,
    Stays,
}

/// The elements from `start` on that are gone, up to the next that stays.
fn gone_from(start: usize, fates: &[Fate]) -> impl Iterator<Item = Pair<usize>> {
    let run = fates[start..].iter().take_while(|fate| **fate != Fate::Stays).enumerate();
    run.filter(|(_, fate)| **fate == Fate::Gone).map(move |(offset, _)| Pair::Left(start + offset))
}

/// The values of a longest increasing subsequence, from the largest down. O(n log n).
pub(super) fn longest_increasing(values: &[Option<usize>]) -> Vec<usize> {
    // ends[k]: the smallest value that ends an increasing run of length k + 1, with its entry in `links`.
    let mut ends: Vec<(usize, usize)> = Vec::new();
    let mut links: Vec<(usize, Option<usize>)> = Vec::new();
    for &value in values.iter().flatten() {
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
