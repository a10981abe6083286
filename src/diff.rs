//! What differs between two values, skipping what they share.
//!
//! Count rule: a key is counted at the highest node that is new or gone; a changed leaf once; a move once, as neither
//! added nor removed. Must not name: `history`, clocks, screens.

mod array;
mod content;
mod count;
#[cfg(feature = "tui")]
mod embedded;
mod gaps;
mod identity;
mod ignored;
mod keyed;
mod lcs;
mod moves;
mod order;
mod rules;
mod sign;
mod summary;
mod track;
mod walk;

use crate::value::{Array, Number, Path, Step, Text, Value};

pub(crate) use count::counted;
#[cfg(feature = "tui")]
pub use embedded::{opened, rules_between};
pub use identity::Settler;
#[cfg(feature = "tui")]
pub use identity::is_named_otherwise;
pub use ignored::IgnoredPaths;
pub(crate) use keyed::only_named;
#[cfg(feature = "tui")]
pub use keyed::repeated_names;
pub use keyed::{key_candidates, name_in};
pub use moves::MOVABLE;
pub use rules::{ArrayKey, DiffRules, Differ, Settled, place};
#[cfg(feature = "tui")]
pub use sign::Sign;
pub use track::Track;

/// One difference.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
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
        /// `new - old`, exactly, when both are numbers and that takes at most 64 digits.
        delta: Option<Number>,
    },
    /// The same value, a container with children or at least [`MOVABLE`] bytes, gone from `from` and new at the
    /// change's path; or an array element whose key stands in another order. An element that changed as well has
    /// its inner changes after this one.
    Moved {
        /// Its path on the left.
        from: Path,
        /// The value on the right.
        value: Value,
    },
}

/// How those elements of an array were matched that are not equal in place or at the ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matching {
    /// By the value of this field, unique on both sides among the elements to be matched.
    Key(Text),
    /// By longest common subsequence.
    Lcs,
    /// Index by index: too large for a subsequence.
    Index,
    /// Index by index: somebody chose so.
    Place,
}

/// A container whose number of children changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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
#[non_exhaustive]
pub struct Diff {
    /// In the order of the right value, sorted keys; removals where they stood.
    pub changes: Vec<Change>,
    /// Containers on both sides whose size changed, largest change first.
    pub sizes: Vec<SizeChange>,
    /// Arrays (path on the right) whose elements had to be matched, and how.
    pub arrays: Vec<(Path, Matching)>,
    /// Differences that were left out: of paths that are ignored, each counted at the highest.
    pub ignored: usize,
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

/// Compares two values. O(what differs) where they share memory, O(both) where they do not.
pub fn diff(left: &Value, right: &Value) -> Diff {
    differences(left, right, Differ::default())
}

fn differences(left: &Value, right: &Value, how: Differ<'_>) -> Diff {
    let whole = Path::default();
    differences_at((&whole, left), (&whole, right), how)
}

fn differences_at(left: (&Path, &Value), right: (&Path, &Value), how: Differ<'_>) -> Diff {
    let mut found = walk::differences(left, right, how);
    found.changes = moves::joined(found.changes, how);
    summary::sort_sizes(&mut found.sizes);
    found
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

impl<S> Pair<S> {
    /// The same row with its children named another way.
    pub fn map<T>(self, name: impl Fn(S) -> T) -> Pair<T> {
        self.map_sides(&name, &name)
    }

    /// The same row with its child named another way on each side.
    pub fn map_sides<T>(self, left: impl FnOnce(S) -> T, right: impl FnOnce(S) -> T) -> Pair<T> {
        match self {
            Self::Both(at, to) => Pair::Both(left(at), right(to)),
            Self::Moved(at, to) => Pair::Moved(left(at), right(to)),
            Self::Left(at) => Pair::Left(left(at)),
            Self::Right(to) => Pair::Right(right(to)),
        }
    }
}

/// How the children of two containers of one kind line up, in the order of the right side with removals where they
/// stood. The same alignment that [`diff`] uses. Empty when either is a scalar or the kinds differ. O(children), and
/// for arrays what [`diff`] takes for their elements.
pub fn align(left: &Value, right: &Value) -> (Vec<Pair>, Option<Matching>) {
    aligned(&[], left, right, Differ::default())
}

fn aligned(path: &[Step], left: &Value, right: &Value, how: Differ<'_>) -> (Vec<Pair>, Option<Matching>) {
    match (left, right) {
        (Value::Array(left), Value::Array(right)) => {
            let aligned = array::align(left, right, how.key_at(path).as_ref(), how);
            let rows = aligned.all_rows().into_iter().map(|row| row.map(Step::Index)).collect();
            (rows, aligned.matching)
        }
        (Value::Object(left), Value::Object(right)) => {
            let rows = order::merged_keys(left, right).into_iter();
            (rows.map(|row| row.map(|key| Step::Key(key.clone()))).collect(), None)
        }
        _ => (Vec::new(), None),
    }
}

/// The rows of two arrays where they differ, elements named by index: [`align`] for `patch::between`.
pub(crate) fn align_elements(left: &Array, right: &Array) -> Vec<Pair<usize>> {
    array::align(left, right, None, Differ::default()).rows().collect()
}

#[cfg(test)]
mod tests;
