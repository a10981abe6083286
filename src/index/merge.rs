//! Several lists of versions as one, without doubles.

use super::postings::Postings;
use crate::record::Version;
use std::iter::Peekable;
use std::ops::RangeInclusive;

/// Which end of time comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MergeOrder {
    Rising,
    Falling,
}

type Versions<'a> = Peekable<Box<dyn Iterator<Item = Version> + 'a>>;

/// The versions within a range that are in any of the lists. O(lists) a version.
pub(super) fn merged<'a, L: Iterator<Item = &'a Postings>>(
    lists: L,
    range: RangeInclusive<Version>,
    order: MergeOrder,
) -> impl Iterator<Item = Version> + use<'a, L> {
    let open = |list: &'a Postings| -> Versions<'a> {
        let within = list.within(range.clone());
        let each: Box<dyn Iterator<Item = Version>> = match order {
            MergeOrder::Rising => Box::new(within),
            MergeOrder::Falling => Box::new(within.rev()),
        };
        each.peekable()
    };
    let mut lists: Vec<Versions<'a>> = lists.filter(|list| list.len() > 0).map(open).collect();
    std::iter::from_fn(move || {
        let heads = lists.iter_mut().filter_map(|list| list.peek().copied());
        let next = match order {
            MergeOrder::Rising => heads.min(),
            MergeOrder::Falling => heads.max(),
        }?;
        lists.iter_mut().for_each(|list| _ = list.next_if_eq(&next));
        Some(next)
    })
}
