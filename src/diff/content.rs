//! A value as a key of hash maps, by content: numbers by numeric value, hashed once.

use crate::value::Value;
use std::hash::{Hash, Hasher};

/// A value with its hash beside it.
#[derive(Clone, Copy)]
pub(super) struct HashedValue<'a> {
    hash: u64,
    value: &'a Value,
}

impl<'a> From<&'a Value> for HashedValue<'a> {
    fn from(value: &'a Value) -> Self {
        Self { hash: value.hash64(), value }
    }
}

impl PartialEq for HashedValue<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.value == other.value
    }
}

impl Eq for HashedValue<'_> {}

impl Hash for HashedValue<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}
