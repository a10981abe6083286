//! The patch that leads from one value to another.
use super::Patch;
use crate::value::Value;

/// A patch that makes `right` of `left` (exactly: numbers with their digits), along the alignment of [`crate::diff`].
/// O(what differs) where the two share memory.
pub fn between(left: &Value, right: &Value) -> Patch { todo!() }
