//! About how much memory it takes to have appended something, for as long as the recording is open.
//!
//! Values in the budget of keyframes are not counted: they make room by themselves. Must not name: `history`, `log`, clocks.

use crate::patch::{Op, Patch};
use crate::record::{Body, Entry, Record, StateChange};
use crate::value::Value;
use std::sync::Arc;

/// What a history keeps of each record, beside its texts: a row as bytes, its part of the pyramid, and what is rare.
const ROW: u64 = 40;

/// What a log in memory keeps of each record, beside its values and texts: the record and what counts it, its place by
/// position, its author, and room to grow.
const RECORD: u64 = size_of::<Record>() as u64 + 168;

/// Bytes of records in memory from which on all but the newest are packed. More than what is held while an import leaves its
/// records to its copy.
pub(super) const UNPACKED: u64 = 40 << 20;

/// What an operation of a patch takes beside its value.
const OPERATION: u64 = 160;

/// What a container takes beside its children, and a child beside its text and its own children.
const CONTAINER: u64 = 40;
const CHILD: u64 = 40;

/// Texts up to so many bytes stand in the place that points to longer ones.
const INLINE: usize = 15;

/// What a tenant takes beside its records.
#[cfg(feature = "import")]
pub(super) const TENANT: u64 = 16 * 1024;

/// Bytes that an appended entry takes in the history.
pub(super) fn bytes_in_history(entry: &Entry) -> u64 {
    let Body::Transition { label, change } = &entry.body else { return ROW };
    let texts = label.len() as u64 + if let StateChange::Invalid { why, .. } = change { why.len() as u64 } else { 0 };
    ROW + texts
}

/// Bytes that it takes in a log in memory.
pub(super) fn bytes_in_log(entry: &Entry) -> u64 {
    let Body::Transition { change, .. } = &entry.body else { return RECORD };
    bytes_of_change(change).saturating_add(RECORD)
}

/// Bytes that records take in a log in memory, unpacked.
pub(super) fn of_records(records: &[Arc<Record>]) -> u64 {
    records.iter().map(|record| bytes_in_log(&record.entry)).fold(0, u64::saturating_add)
}

fn bytes_of_change(change: &StateChange) -> u64 {
    match change {
        StateChange::State(value) => bytes_of_value(value),
        StateChange::Patch(Patch(ops)) => ops.iter().map(bytes_of_op).fold(0, u64::saturating_add),
        StateChange::Invalid { raw, why } => (raw.len() + why.len()) as u64,
        StateChange::Deleted => 0,
    }
}

fn bytes_of_op(op: &Op) -> u64 {
    match op {
        Op::Add { value, .. } | Op::Replace { value, .. } | Op::Test { value, .. } => {
            bytes_of_value(value).saturating_add(OPERATION)
        }
        Op::Remove { .. } | Op::Move { .. } | Op::Copy { .. } => OPERATION,
    }
}

/// Recursion is bounded by the depth of values. O(value).
fn bytes_of_value(value: &Value) -> u64 {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => bytes_of_text(text),
        Value::Array(array) => {
            array.iter().map(|element| CHILD + bytes_of_value(element)).fold(CONTAINER, u64::saturating_add)
        }
        Value::Object(object) => {
            let members = object.iter().map(|(key, value)| CHILD + bytes_of_text(key) + bytes_of_value(value));
            members.fold(CONTAINER, u64::saturating_add)
        }
    }
}

fn bytes_of_text(text: &str) -> u64 {
    if text.len() <= INLINE { 0 } else { text.len() as u64 + CONTAINER }
}
