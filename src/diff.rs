//! What differs between two values, skipping what they share.
//!
//! Count rule: a key is counted at the highest node that is new or gone; a changed leaf once; a move once, as
//! neither added nor removed. Must not know: history, time, screens.

mod array;
mod moves;
mod summary;

use crate::value::{Number, Path, Step, Value};

/// One difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Its path on the right (for `Removed`: on the left).
    pub path: Path,
    /// What happened there.
    pub kind: ChangeKind,
}

/// What happened at a path.
#[derive(Debug, Clone, PartialEq)]
pub enum ChangeKind {
    /// New on the right.
    Added {
        /// The new value.
        new: Value,
    },
    /// Gone from the left.
    Removed {
        /// The old value.
        old: Value,
    },
    /// A leaf, or a container that became something else.
    Changed {
        /// The old value.
        old: Value,
        /// The new value.
        new: Value,
        /// `new - old` when both are numbers.
        delta: Option<Number>,
    },
    /// The same value, over 8 bytes or a container, gone from `from` and new at the change's path.
    Moved {
        /// Its path on the left.
        from: Path,
        /// The value.
        value: Value,
    },
}

/// How the elements of an array were matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matching {
    /// By the value of this field, unique on both sides.
    Key(crate::value::Text),
    /// By longest common subsequence.
    Lcs,
    /// Index by index: too large for a subsequence.
    Index,
}

/// A container whose number of children changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SizeChange {
    /// Its path on the right.
    pub path: Path,
    /// Children on the left.
    pub old: usize,
    /// Children on the right.
    pub new: usize,
}

/// All differences between a left and a right value.
#[derive(Debug, Clone, Default)]
pub struct Diff {
    /// In the order of the right value, sorted keys; removals where they stood.
    pub changes: Vec<Change>,
    /// Containers on both sides whose size changed, largest change first.
    pub sizes: Vec<SizeChange>,
    /// Arrays (path on the right) whose elements had to be matched, and how.
    pub arrays: Vec<(Path, Matching)>,
}

/// Keys counted by the rule of this module.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// New keys.
    pub added: u32,
    /// Changed leaves.
    pub changed: u32,
    /// Keys that are gone.
    pub removed: u32,
    /// Moved values.
    pub moved: u32,
}

/// Compares two values. O(what differs) where they share memory.
pub fn diff(left: &Value, right: &Value) -> Diff { todo!() }

impl Diff {
    /// Whether both values are equal.
    pub fn is_empty(&self) -> bool { self.changes.is_empty() }
    /// The counts.
    pub fn counts(&self) -> Counts { todo!() }
}

/// One row of the aligned children of two arrays or two objects, for side-by-side views. `S` is how a child is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pair<S = Step> {
    /// The same child on both sides, in the common order (steps on the left and on the right).
    Both(S, S),
    /// The same array element on both sides, out of the common order: it moved.
    Moved(S, S),
    /// Only on the left.
    Left(S),
    /// Only on the right.
    Right(S),
}

/// How the children of two containers of one kind line up, in the order of the right side with removals where they
/// stood. The same alignment that [`diff`] uses. Empty when either is a scalar or the kinds differ. O(children).
pub fn align(left: &Value, right: &Value) -> (Vec<Pair>, Option<Matching>) { todo!() }
