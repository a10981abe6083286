//! Whole states become the patch from the state before where that is smaller, so that a log of full states stays small.
//!
//! Now and then a whole state is written all the same: after damage, states are exact again from there on.

use crate::error::Result;
use crate::patch::{self, Patch};
use crate::record::{Body, Change, Entry};
use crate::value::{MAX_SIZE, Value};

/// A whole state is due when the patches since the last one outweigh it this often ...
const PATCHES_PER_STATE: u64 = 8;
/// ... and this much more, so that small states are not written again and again.
const SPARE: u64 = 64 * 1024;

/// Bytes of patches written since the last whole state.
#[derive(Debug, Clone, Copy)]
pub(super) struct SinceState(u64);

impl Default for SinceState {
    /// A log begins with a whole state.
    fn default() -> Self {
        Self(u64::MAX)
    }
}

/// The entries with whole states as patches against what comes before them, `head` before the first.
///
/// # Errors
/// When a state or patch is beyond the limits.
pub(super) fn compact(entries: Vec<Entry>, head: &Value, since: &mut SinceState) -> Result<Vec<Entry>> {
    let mut before = head.clone();
    entries.into_iter().map(|entry| compact_one(entry, &mut before, since)).collect()
}

fn compact_one(entry: Entry, before: &mut Value, since: &mut SinceState) -> Result<Entry> {
    let Body::Transition { label, change } = entry.body else { return Ok(entry) };
    let change = match change {
        Change::State(state) => state_or_patch(state, before, since)?,
        Change::Patch(patch) => {
            // One that does not apply becomes an invalid version in the fold: the value stays.
            *before = patch.apply(before).unwrap_or_else(|_| before.clone());
            Change::Patch(patch)
        }
        Change::Deleted => {
            *before = Value::Null;
            Change::Deleted
        }
        invalid @ Change::Invalid { .. } => invalid,
    };
    Ok(Entry { body: Body::Transition { label, change }, ..entry })
}

fn state_or_patch(state: Value, before: &mut Value, since: &mut SinceState) -> Result<Change> {
    let state = state.within(crate::value::Limits::default())?.sharing(before);
    let patch = patch::between(before, &state);
    let (patch_size, state_size) = (patch.to_value().size(), state.size());
    *before = state.clone();
    let due = since.0 > state_size.saturating_mul(PATCHES_PER_STATE).saturating_add(SPARE);
    if due || patch_size >= state_size {
        *since = SinceState(0);
        return Ok(Change::State(state));
    }
    *since = SinceState(since.0.saturating_add(patch_size).min(MAX_SIZE * PATCHES_PER_STATE * 2));
    Ok(Change::Patch(patch))
}

/// Whether any entry has a whole state.
pub(super) fn has_state(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| matches!(entry.body, Body::Transition { change: Change::State(_), .. }))
}

/// A transition by patch.
pub(super) fn transition(label: &str, patch: Patch) -> Body {
    Body::Transition { label: label.into(), change: Change::Patch(patch) }
}
