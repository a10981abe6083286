//! RFC 6902 JSON Patch over immutable values: all or nothing per patch, with inverse; and the patch between two values.
//!
//! Must not name: `history`, files, screens.

mod apply;
mod between;
mod codec;
#[cfg(feature = "query")]
mod delta;
#[cfg(feature = "query")]
mod immer;
mod merge;

pub use between::between;
pub(crate) use between::between_members;
#[cfg(feature = "query")]
pub(crate) use delta::delta;
#[cfg(feature = "query")]
pub(crate) use immer::immer;
pub use merge::merged;

use crate::value::{JsonCursor, Limits, Pointer, Value};

/// One operation.
#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    /// Puts `value` at `path`; before an array element, or over an object's key.
    Add {
        /// Where; `-` as last token of an array's pointer means after its last element.
        path: Pointer,
        /// The value that is added.
        value: Value,
    },
    /// Takes away what is at `path`; taking away the whole value leaves `null`.
    Remove {
        /// The place of the value that is removed.
        path: Pointer,
    },
    /// Puts `value` in the place of what is at `path`.
    Replace {
        /// The place of the value that is replaced.
        path: Pointer,
        /// The new value.
        value: Value,
    },
    /// Takes what is at `from` to `path`.
    Move {
        /// The place that the value is taken from.
        from: Pointer,
        /// Where to, once it is taken away from `from`.
        path: Pointer,
    },
    /// Puts what is at `from` at `path` too.
    Copy {
        /// The place of the value that is copied.
        from: Pointer,
        /// The place of the copy.
        path: Pointer,
    },
    /// Fails the patch unless `value` is at `path`, numbers compared by numeric value.
    Test {
        /// The place of the value that is tested.
        path: Pointer,
        /// The value that must be there.
        value: Value,
    },
}

impl Op {
    /// Its name in RFC 6902: `add`, `remove`, `replace`, `move`, `copy` or `test`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Add { .. } => "add",
            Self::Remove { .. } => "remove",
            Self::Replace { .. } => "replace",
            Self::Move { .. } => "move",
            Self::Copy { .. } => "copy",
            Self::Test { .. } => "test",
        }
    }

    /// Reads the object of the operation that stands at `index` of a patch.
    ///
    /// # Errors
    /// As [`Patch::from_value`].
    pub(crate) fn from_value(index: usize, json: &Value) -> crate::Result<Self> {
        codec::read_op(index, json)
    }

    /// The operation that stands at a cursor; `None` where it is not one with just its own members, each once.
    #[cfg(feature = "import")]
    pub(crate) fn read_at(cursor: &mut JsonCursor<'_>) -> Option<Self> {
        codec::read_op_at(cursor)
    }

    fn below(self, under: &Pointer) -> Self {
        let below = |pointer: Pointer| Pointer(under.0.iter().cloned().chain(pointer.0).collect());
        match self {
            Self::Add { path, value } => Self::Add { path: below(path), value },
            Self::Remove { path } => Self::Remove { path: below(path) },
            Self::Replace { path, value } => Self::Replace { path: below(path), value },
            Self::Move { from, path } => Self::Move { from: below(from), path: below(path) },
            Self::Copy { from, path } => Self::Copy { from: below(from), path: below(path) },
            Self::Test { path, value } => Self::Test { path: below(path), value },
        }
    }

    /// Where it works; for `move` and `copy` where to.
    pub fn path(&self) -> &Pointer {
        match self {
            Self::Add { path, .. }
            | Self::Remove { path }
            | Self::Replace { path, .. }
            | Self::Move { path, .. }
            | Self::Copy { path, .. }
            | Self::Test { path, .. } => path,
        }
    }
}

/// A list of operations that apply together or not at all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patch(pub Vec<Op>);

impl Patch {
    /// The patched value; `to` is untouched. O(log n) per operation beside the depth and size of its arguments.
    ///
    /// # Errors
    /// [`Error::Patch`](crate::Error::Patch) naming the operation; `TooDeep`, `TooLarge`.
    pub fn apply(&self, to: &Value) -> crate::Result<Value> {
        self.apply_within(to, Limits::default())
    }

    /// As [`apply`](Self::apply) with other limits, which hold after every single operation.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn apply_within(&self, to: &Value, limits: Limits) -> crate::Result<Value> {
        apply::apply(self, to, limits)
    }

    /// Does a patch of one operation in the memory of `value`, as far as nobody else holds that; whether it did. Nothing
    /// has changed where it did not, though it may apply.
    pub(crate) fn apply_in_place(&self, value: &mut Value, limits: Limits) -> bool {
        matches!(self.0.as_slice(), [op] if apply::apply_in_place(op, value, limits))
    }

    /// Does its only operation in the memory of `value` where that puts a scalar in the place of a scalar, with no array on the
    /// way but the one it may be an element of. Answers whether it is another one, by its value; `None` where nothing was done.
    pub(crate) fn replace_scalar(&self, value: &mut Value, limits: Limits) -> Option<bool> {
        match self.0.as_slice() {
            [op] => apply::replace_scalar(op, value, limits),
            _ => None,
        }
    }

    /// The patched value and the patch that leads back from it to exactly `to`, digits included.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn apply_with_inverse(&self, to: &Value) -> crate::Result<(Value, Self)> {
        apply::apply_with_inverse(self, to, Limits::default())
    }

    /// The same operations on the part of a value that is at `path`.
    #[must_use]
    pub fn below(self, path: &Pointer) -> Self {
        Self(self.0.into_iter().map(|op| op.below(path)).collect())
    }

    /// Reads the JSON form: an array of operation objects, or a single one. Unknown members are ignored (RFC 6902,
    /// section 4).
    ///
    /// # Errors
    /// [`Error::Patch`](crate::Error::Patch) naming the operation and what it lacks.
    pub fn from_value(json: &Value) -> crate::Result<Self> {
        codec::read(json)
    }

    /// The array of operations that stands at a cursor, without making values of them first; `None` where one of them is
    /// not an operation with just its own members, each once.
    pub(crate) fn read_at(cursor: &mut JsonCursor<'_>) -> Option<Self> {
        codec::read_at(cursor)
    }

    /// Compact JSON text: what [`to_value`](Self::to_value) has.
    pub(crate) fn to_json(&self) -> String {
        let mut out = String::with_capacity(usize::try_from(self.size()).unwrap_or(0));
        codec::write_json(self, &mut out);
        out
    }

    /// Bytes of the JSON form when it is written compactly. O(operations and the text in them).
    pub fn size(&self) -> u64 {
        codec::size(self)
    }

    /// The JSON form: an array of operation objects.
    pub fn to_value(&self) -> Value {
        codec::write(self)
    }
}

#[cfg(test)]
mod tests;
