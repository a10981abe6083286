//! A value as a key of hash maps, by content: numbers by numeric value, hashed once.

use crate::value::Value;
use std::hash::{Hash, Hasher};

/// A value with its hash beside it.
#[derive(Clone, Copy)]
pub(super) struct Content<'a> {
    hash: u64,
    value: &'a Value,
}

impl<'a> From<&'a Value> for Content<'a> {
    fn from(value: &'a Value) -> Self {
        Self { hash: value.hash64(), value }
    }
}

impl PartialEq for Content<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.value == other.value
    }
}

impl Eq for Content<'_> {}

impl Hash for Content<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}
