//! How the elements of two arrays line up: what is equal in place stands; the rest is matched by a key field, else by
//! longest common subsequence, else by index. The one alignment behind [`super::diff`], [`super::align`] and
//! `patch::between`.
//!
//! Must not know: paths, changes.

use super::order::{Order, Partners};
use super::{Matching, Pair, gaps, keyed, lcs};
use crate::value::{Array, Value};
use std::ops::Range;

/// Two arrays lined up.
pub(super) struct Aligned {
    /// Where they differ, in digits or more, in order. Between the blocks, elements are identical one by one.
    blocks: Vec<Block>,
    /// How the elements of the blocks were matched; `None` where nothing had to be matched.
    pub(super) matching: Option<Matching>,
    /// Elements on the left and on the right.
    lengths: (usize, usize),
}

/// A range on the left, the range on the right that stands in its place, and the rows between them.
struct Block {
    left: Range<usize>,
    right: Range<usize>,
    rows: Vec<Pair<usize>>,
}

impl Aligned {
    /// The rows of what differs, in the order of the right side.
    pub(super) fn rows(&self) -> impl Iterator<Item = Pair<usize>> + '_ {
        self.blocks.iter().flat_map(|block| block.rows.iter().copied())
    }

    /// The rows of all elements.
    pub(super) fn all_rows(&self) -> Vec<Pair<usize>> {
        let equal = |left: Range<usize>, right: Range<usize>| left.zip(right).map(|(at, to)| Pair::Both(at, to));
        let mut rows = Vec::with_capacity(self.lengths.0.max(self.lengths.1));
        let (mut at, mut to) = (0, 0);
        for block in &self.blocks {
            rows.extend(equal(at..block.left.start, to..block.right.start));
            rows.extend(&block.rows);
            (at, to) = (block.left.end, block.right.end);
        }
        rows.extend(equal(at..self.lengths.0, to..self.lengths.1));
        rows
    }
}

/// Lines up two arrays. O(elements between the equal ends), with a small factor where they are equal in place.
pub(super) fn align(left: &Array, right: &Array) -> Aligned {
    let mut blocks = blocks(left, right);
    let old = Side::of(left, blocks.iter().map(|block| &block.left));
    let new = Side::of(right, blocks.iter().map(|block| &block.right));
    let ranges = picked(&blocks);
    let (partners, matching) = matched(&old, &new, &ranges);
    let mut order = Order::new(old.elements.len(), &partners);
    for (block, (left, right)) in blocks.iter_mut().zip(ranges) {
        let rows = order.rows(left, right).into_iter();
        block.rows = rows.map(|row| row.map_sides(|at| old.places[at], |to| new.places[to])).collect();
    }
    Aligned { blocks, matching, lengths: (left.len(), right.len()) }
}

/// The elements of all blocks on one side, without those between the blocks.
struct Side<'a> {
    elements: Vec<&'a Value>,
    /// Their indexes in the array.
    places: Vec<usize>,
}

impl<'a> Side<'a> {
    fn of<'r>(array: &'a Array, ranges: impl Iterator<Item = &'r Range<usize>> + Clone) -> Self {
        Self {
            elements: ranges.clone().flat_map(|range| array.iter_from(range.start).take(range.len())).collect(),
            places: ranges.flat_map(Range::clone).collect(),
        }
    }
}

/// The ranges of the blocks among the elements of all blocks, on both sides.
fn picked(blocks: &[Block]) -> Vec<(Range<usize>, Range<usize>)> {
    let (mut at, mut to) = (0, 0);
    let ranges = blocks.iter().map(|block| {
        let start = (at, to);
        (at, to) = (at + block.left.len(), to + block.right.len());
        (start.0..at, start.1..to)
    });
    ranges.collect()
}

/// Where two arrays differ: in place if nearly all elements are identical there, else all between the equal ends.
fn blocks(left: &Array, right: &Array) -> Vec<Block> {
    let (front, back) = left.common_ends(right);
    let (old, new) = (front..left.len() - back, front..right.len() - back);
    if old.len() == new.len()
        && let Some(ranges) = different_in_place(left, right, &old)
    {
        let block = |range: Range<usize>| Block { left: range.clone(), right: range, rows: Vec::new() };
        return ranges.into_iter().map(block).collect();
    }
    vec![Block { left: old, right: new, rows: Vec::new() }]
}

/// The ranges of elements that are not identical; `None` when they are more than an eighth, which says that elements shifted.
fn different_in_place(left: &Array, right: &Array, within: &Range<usize>) -> Option<Vec<Range<usize>>> {
    let mut budget = within.len() / 8;
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (index, (old, new)) in within.clone().zip(left.iter_from(within.start).zip(right.iter_from(within.start))) {
        if old.identical(new) {
            continue;
        }
        budget = budget.checked_sub(1)?;
        match ranges.last_mut() {
            Some(range) if range.end == index => range.end += 1,
            _ => ranges.push(index..index + 1),
        }
    }
    Some(ranges)
}

/// The partners among the elements of all blocks: by key from any block to any other, else within each block. Elements
/// that differ in digits only are equal, and need no matching.
fn matched(old: &Side<'_>, new: &Side<'_>, ranges: &[(Range<usize>, Range<usize>)]) -> (Partners, Option<Matching>) {
    if old.elements == new.elements {
        return ((0..new.elements.len()).map(Some).collect(), None);
    }
    if let Some((field, partners)) = keyed::partners(&old.elements, &new.elements) {
        return (partners, Some(Matching::Key(field)));
    }
    let mut partners = Partners::with_capacity(new.elements.len());
    let mut matching = None;
    for (left, right) in ranges {
        let (local, how) = matched_in_order(&old.elements[left.clone()], &new.elements[right.clone()]);
        partners.extend(local.into_iter().map(|partner| partner.map(|partner| partner + left.start)));
        matching = if matching == Some(Matching::Index) { matching } else { how.or(matching) };
    }
    (partners, matching)
}

fn matched_in_order(left: &[&Value], right: &[&Value]) -> (Partners, Option<Matching>) {
    if left.is_empty() || right.is_empty() {
        return (vec![None; right.len()], None);
    }
    if left.len() == 1 && right.len() == 1 {
        return (vec![Some(0)], None);
    }
    let ids = lcs::Ids::of(left, right);
    match lcs::partners(&ids) {
        Some(common) => (gaps::paired(left, right, &ids, common), Some(Matching::Lcs)),
        None => (by_index(left.len(), right.len()), Some(Matching::Index)),
    }
}

fn by_index(left: usize, right: usize) -> Partners {
    (0..right).map(|at| (at < left).then_some(at)).collect()
}
