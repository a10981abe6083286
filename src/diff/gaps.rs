//! What is left between equal array elements: pairs up the elements that changed in place.

use super::Differ;
use super::lcs::Ids;
use super::moves::is_movable;
use super::order::Partners;
use crate::value::Value;
use std::collections::HashSet;

/// Most comparisons in one gap with unequal counts; above, its elements stay unpaired.
const MAX_COMPARED: usize = 4_096;

/// The partners with those of the gaps. As many on both sides pair up in order; else those that are alike do. An
/// element that is on the other side somewhere else is left alone: it moved.
pub(super) fn paired((left, right): (&[&Value], &[&Value]), ids: &Ids, common: Partners, how: Differ<'_>) -> Partners {
    let moving = moving(left, ids, &common);
    let mut partners = common;
    let mut ends: Vec<(usize, usize)> =
        partners.iter().enumerate().filter_map(|(to, at)| at.map(|at| (at, to))).collect();
    ends.push((left.len(), right.len()));
    let (mut at, mut to) = (0, 0);
    for (end_at, end_to) in ends.into_iter().take_while(|_| !how.is_stopped()) {
        let old: Vec<usize> = (at..end_at).filter(|&at| !moving[ids.left[at]]).collect();
        let new: Vec<usize> = (to..end_to).filter(|&to| !moving[ids.right[to]]).collect();
        for (at, to) in in_gap(&old, &new, |at, to| is_alike(left[at], right[to])) {
            partners[to] = Some(at);
        }
        (at, to) = (end_at + 1, end_to + 1);
    }
    partners
}

/// Per id, whether unmatched elements of it are on both sides and large enough to count as moved.
fn moving(left: &[&Value], ids: &Ids, common: &[Option<usize>]) -> Vec<bool> {
    let mut gone = vec![false; ids.len()];
    let mut new = vec![false; ids.len()];
    let matched: HashSet<usize> = common.iter().copied().flatten().collect();
    for (at, value) in left.iter().enumerate().filter(|(at, _)| !matched.contains(at)) {
        gone[ids.left[at]] = is_movable(value);
    }
    for (to, _) in common.iter().enumerate().filter(|(_, at)| at.is_none()) {
        new[ids.right[to]] = true;
    }
    gone.into_iter().zip(new).map(|(gone, new)| gone && new).collect()
}

fn in_gap(old: &[usize], new: &[usize], alike: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
    if old.len() == new.len() {
        return old.iter().copied().zip(new.iter().copied()).collect();
    }
    if old.len() * new.len() > MAX_COMPARED {
        return Vec::new();
    }
    let mut rest = old;
    let mut pairs = Vec::new();
    for &to in new {
        if let Some(offset) = rest.iter().position(|&at| alike(at, to)) {
            pairs.push((rest[offset], to));
            rest = &rest[offset + 1..];
        }
    }
    pairs
}

/// Whether one could have become the other: at least half of the larger is in both. Looks one level down only.
fn is_alike(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Object(old), Value::Object(new)) => {
            let kept = old.iter().filter(|(key, old)| new.get(key).is_some_and(|new| is_kept(old, new))).count();
            kept * 2 >= old.len().max(new.len())
        }
        (Value::Array(old), Value::Array(new)) => {
            let (prefix, suffix) = old.common_ends(new);
            (prefix + suffix) * 2 >= old.len().max(new.len())
        }
        _ => false,
    }
}

fn is_kept(left: &Value, right: &Value) -> bool {
    left.same(right) || (left.is_container() && left.type_name() == right.type_name()) || left == right
}
