//! How the elements of two arrays line up: what is equal in place stands; the rest is matched by a key field, else by
//! longest common subsequence, else by index. The one alignment behind [`super::diff`], [`super::align`] and
//! `patch::between`.

use super::order::{Partners, RowOrder};
use super::{ArrayKey, Differ, Matching, Pair, gaps, keyed, lcs};
use crate::value::{Array, Value};
use std::ops::Range;

/// Two arrays lined up.
pub(super) struct AlignedArrays {
    /// Where they differ, in digits or more, in order. Between the blocks, elements are identical one by one.
    blocks: Vec<ArrayBlock>,
    /// How the elements of the blocks were matched; `None` where nothing had to be matched.
    pub(super) matching: Option<Matching>,
    /// Elements on the left and on the right.
    lengths: (usize, usize),
}

/// A range on the left, the range on the right that stands in its place, and the rows between them.
struct ArrayBlock {
    left: Range<usize>,
    right: Range<usize>,
    rows: Vec<Pair<usize>>,
}

impl AlignedArrays {
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

/// Lines up two arrays, by `key` where that was chosen and tells elements apart. O(elements between the equal ends), with a small factor where they are equal in place.
pub(super) fn align(left: &Array, right: &Array, key: Option<&ArrayKey>, how: Differ<'_>) -> AlignedArrays {
    let mut blocks = blocks(left, right, key, how);
    let old = BlockSide::of(left, blocks.iter().map(|block| &block.left));
    let new = BlockSide::of(right, blocks.iter().map(|block| &block.right));
    let ranges = picked(&blocks);
    let (partners, matching) = matched((&old, &new), &ranges, key, how);
    let mut order = RowOrder::new(old.elements.len(), &partners);
    for (block, (left, right)) in blocks.iter_mut().zip(ranges) {
        let rows = order.rows(left, right).into_iter();
        block.rows = rows.map(|row| row.map_sides(|at| old.places[at], |to| new.places[to])).collect();
    }
    AlignedArrays { blocks, matching, lengths: (left.len(), right.len()) }
}

/// The elements of all blocks on one side, without those between the blocks.
struct BlockSide<'a> {
    elements: Vec<&'a Value>,
    /// Their indexes in the array.
    places: Vec<usize>,
}

impl<'a> BlockSide<'a> {
    fn of<'r>(array: &'a Array, ranges: impl Iterator<Item = &'r Range<usize>> + Clone) -> Self {
        Self {
            elements: ranges.clone().flat_map(|range| array.iter_from(range.start).take(range.len())).collect(),
            places: ranges.flat_map(Range::clone).collect(),
        }
    }

    fn pick(&self, at: &[usize]) -> Vec<&'a Value> {
        at.iter().map(|at| self.elements[*at]).collect()
    }
}

/// The ranges of the blocks among the elements of all blocks, on both sides.
fn picked(blocks: &[ArrayBlock]) -> Vec<(Range<usize>, Range<usize>)> {
    let (mut at, mut to) = (0, 0);
    let ranges = blocks.iter().map(|block| {
        let start = (at, to);
        (at, to) = (at + block.left.len(), to + block.right.len());
        (start.0..at, start.1..to)
    });
    ranges.collect()
}

/// Where two arrays differ: in place if nearly all elements are identical there, else all between the equal ends.
fn blocks(left: &Array, right: &Array, key: Option<&ArrayKey>, how: Differ<'_>) -> Vec<ArrayBlock> {
    let (front, back) = left.common_ends(right);
    // Equal ends of arrays of different length have other indexes.
    let back = if key == Some(&ArrayKey::Index) && left.len() != right.len() { 0 } else { back };
    let (old, new) = (front..left.len() - back, front..right.len() - back);
    if old.len() == new.len()
        && let Some(ranges) = different_in_place(left, right, &old, how)
    {
        let block = |range: Range<usize>| ArrayBlock { left: range.clone(), right: range, rows: Vec::new() };
        return ranges.into_iter().map(block).collect();
    }
    vec![ArrayBlock { left: old, right: new, rows: Vec::new() }]
}

/// The ranges of elements that are not identical; `None` when they are more than an eighth, which says that elements shifted.
fn different_in_place(
    left: &Array,
    right: &Array,
    within: &Range<usize>,
    how: Differ<'_>,
) -> Option<Vec<Range<usize>>> {
    let mut budget = within.len() / 8;
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (index, (old, new)) in within.clone().zip(left.iter_from(within.start).zip(right.iter_from(within.start))) {
        if how.is_stopped() {
            return None;
        }
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
fn matched(
    (old, new): (&BlockSide<'_>, &BlockSide<'_>),
    ranges: &[(Range<usize>, Range<usize>)],
    key: Option<&ArrayKey>,
    how: Differ<'_>,
) -> (Partners, Option<Matching>) {
    if old.elements == new.elements {
        return ((0..new.elements.len()).map(Some).collect(), None);
    }
    if how.is_stopped() || key == Some(&ArrayKey::Index) {
        return (by_place(ranges), Some(Matching::Place));
    }
    let chosen = if let Some(ArrayKey::Field(field)) = key { Some(field) } else { None };
    let by_field = || keyed::partners(&old.elements, &new.elements, chosen, how);
    if let Some(found) = (key != Some(&ArrayKey::Content)).then(by_field).flatten() {
        return (with_nameless((old, new), found.partners, found.nameless, how), Some(Matching::Key(found.field)));
    }
    let mut partners = Partners::with_capacity(new.elements.len());
    let mut matching = None;
    for (left, right) in ranges {
        let (local, how) = matched_in_order(&old.elements[left.clone()], &new.elements[right.clone()], how);
        partners.extend(local.into_iter().map(|partner| partner.map(|partner| partner + left.start)));
        matching = if matching == Some(Matching::Index) { matching } else { how.or(matching) };
    }
    (partners, matching)
}

/// The partners by name, with those of the elements without one: by content, then by position.
fn with_nameless(
    (old, new): (&BlockSide<'_>, &BlockSide<'_>),
    mut partners: Partners,
    (left, right): (Vec<usize>, Vec<usize>),
    how: Differ<'_>,
) -> Partners {
    let (local, _) = matched_in_order(&old.pick(&left), &new.pick(&right), how);
    for (to, at) in right.into_iter().zip(local) {
        partners[to] = at.map(|at| left[at]);
    }
    partners
}

fn matched_in_order(left: &[&Value], right: &[&Value], how: Differ<'_>) -> (Partners, Option<Matching>) {
    if left.is_empty() || right.is_empty() {
        return (vec![None; right.len()], None);
    }
    if left.len() == 1 && right.len() == 1 {
        return (vec![Some(0)], None);
    }
    let ids = lcs::Ids::of(left, right, how);
    let common = ids.as_ref().and_then(|ids| lcs::partners(ids, how));
    match ids.zip(common) {
        Some((ids, common)) => (gaps::paired((left, right), &ids, common, how), Some(Matching::Lcs)),
        None => (by_index(left.len(), right.len()), Some(Matching::Index)),
    }
}

/// The first of each range with the first of the other.
fn by_place(ranges: &[(Range<usize>, Range<usize>)]) -> Partners {
    let of = |(left, right): &(Range<usize>, Range<usize>)| {
        let start = left.start;
        by_index(left.len(), right.len()).into_iter().map(move |at| at.map(|at| at + start))
    };
    ranges.iter().flat_map(of).collect()
}

fn by_index(left: usize, right: usize) -> Partners {
    (0..right).map(|at| (at < left).then_some(at)).collect()
}
