//! Two values and all that is worked out once about how they differ, for the panes that show it. Cheap to clone.
//!
//! Working it out may take long, so it is for a thread of its own; the panes then only make the rows they show.

use super::marks::Marks;
use super::path::Keys;
use crate::diff::{Diff, diff_until};
use crate::value::Value;
use std::sync::Arc;

/// Two values and what differs.
#[derive(Debug, Clone, Default)]
pub struct Compared {
    /// The older one.
    pub left: Value,
    /// The newer one.
    pub right: Value,
    /// What differs.
    pub diff: Arc<Diff>,
    /// The same, by place.
    pub marks: Arc<Marks>,
    /// How the elements of arrays are named.
    pub keys: Arc<Keys>,
}

impl Compared {
    /// Works it out; `None` when `stop` said so in between. O(what differs) where the values share memory.
    pub fn new(left: Value, right: Value, stop: &dyn Fn() -> bool) -> Option<Self> {
        let diff = diff_until(&left, &right, stop)?;
        let marks = Arc::new(Marks::new(&left, &right, &diff));
        let keys = Arc::new(Keys::new(&diff));
        Some(Self { left, right, diff: Arc::new(diff), marks, keys })
    }

    /// Worked out at once.
    #[cfg(test)]
    #[allow(clippy::unwrap_used)]
    pub fn at_once(left: &Value, right: &Value) -> Self {
        Self::new(left.clone(), right.clone(), &|| false).unwrap()
    }
}
