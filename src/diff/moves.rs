//! Moves across the tree: a value gone in one place and new in another becomes one move.
//!
//! Must not name: `walk`, `array`.

use super::content::HashedValue;
use super::{Change, ChangeKind, Differ};
use crate::value::{Path, Step, Value};
use std::collections::{HashMap, VecDeque};

/// A scalar of fewer bytes (as JSON: `"SPRING"` has 8) is never called moved: that it is equal may be chance.
pub const MOVABLE: u64 = 8;

pub(super) fn is_movable(value: &Value) -> bool {
    if value.is_container() { !value.is_empty() } else { value.size() >= MOVABLE }
}

/// The changes with every removed value that was added elsewhere as one move, at the place of the addition. Of
/// several equal values those in the same container belong together first (a renamed key), then in order.
pub(super) fn joined(changes: Vec<Change>, how: Differ<'_>) -> Vec<Change> {
    let mut fates = HashMap::new();
    for (removed, added) in pairs(&changes, how) {
        fates.insert(removed, MoveFate::Gone);
        fates.insert(added, MoveFate::From(changes[removed].path.clone()));
    }
    let joined = changes.into_iter().enumerate().filter_map(|(index, change)| match fates.remove(&index) {
        None => Some(change),
        Some(MoveFate::Gone) => None,
        Some(MoveFate::From(from)) => Some(moved(change, from)),
    });
    joined.collect()
}

/// What becomes of a change that is one end of a move.
enum MoveFate {
    Gone,
    From(Path),
}

fn moved(change: Change, from: Path) -> Change {
    let kind = match change.kind {
        ChangeKind::Added { new: value } => ChangeKind::Moved { from, value },
        kind => kind,
    };
    Change { path: change.path, kind }
}

/// Indexes of removals and additions of one equal value.
#[derive(Default)]
struct MoveEnds {
    removed: Vec<usize>,
    added: Vec<usize>,
}

/// The indexes of the removal and the addition of each move.
fn pairs(changes: &[Change], how: Differ<'_>) -> Vec<(usize, usize)> {
    let removal = |change: &Change| matches!(change.kind, ChangeKind::Removed { .. });
    let addition = |change: &Change| matches!(change.kind, ChangeKind::Added { .. });
    if !changes.iter().any(removal) || !changes.iter().any(addition) {
        return Vec::new();
    }
    let mut groups: HashMap<HashedValue<'_>, MoveEnds> = HashMap::new();
    for (index, change) in changes.iter().enumerate().take_while(|_| !how.is_stopped()) {
        match &change.kind {
            ChangeKind::Removed { old: value } if is_movable(value) => {
                groups.entry(value.into()).or_default().removed.push(index);
            }
            ChangeKind::Added { new: value } if is_movable(value) => {
                groups.entry(value.into()).or_default().added.push(index);
            }
            _ => {}
        }
    }
    groups.into_values().flat_map(|ends| paired(ends, changes)).collect()
}

fn paired(mut ends: MoveEnds, changes: &[Change]) -> Vec<(usize, usize)> {
    let mut pairs = at_home(&mut ends, changes);
    pairs.extend(ends.removed.into_iter().zip(ends.added));
    pairs
}

/// Pairs the ends that are in the same container, and leaves the others.
fn at_home(ends: &mut MoveEnds, changes: &[Change]) -> Vec<(usize, usize)> {
    let mut homes: HashMap<&[Step], VecDeque<usize>> = HashMap::new();
    for &removed in &ends.removed {
        homes.entry(home(&changes[removed])).or_default().push_back(removed);
    }
    let mut pairs = Vec::new();
    ends.added.retain(|&added| {
        let removed = homes.get_mut(home(&changes[added])).and_then(VecDeque::pop_front);
        pairs.extend(removed.map(|removed| (removed, added)));
        removed.is_none()
    });
    ends.removed = homes.into_values().flatten().collect();
    ends.removed.sort_unstable();
    pairs
}

fn home(change: &Change) -> &[Step] {
    change.path.0.split_last().map_or(&[], |(_, home)| home)
}
