//! RFC 6902 JSON Patch over immutable values: all or nothing per patch, with inverse; and the patch between two values.
//!
//! Must not know: history, files, screens.

mod apply;
mod between;
mod codec;

pub use between::between;

use crate::value::{Limits, Pointer, Value};

/// One operation.
#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    /// Puts `value` at `path`; before an array element, or over an object's key.
    Add { /// Where.
        path: Pointer, /// What.
        value: Value },
    /// Takes away what is at `path`.
    Remove { /// Where.
        path: Pointer },
    /// Puts `value` in the place of what is at `path`.
    Replace { /// Where.
        path: Pointer, /// What.
        value: Value },
    /// Takes what is at `from` to `path`.
    Move { /// From where.
        from: Pointer, /// Where to.
        path: Pointer },
    /// Puts what is at `from` at `path` too.
    Copy { /// From where.
        from: Pointer, /// Where to.
        path: Pointer },
    /// Fails the patch unless `value` is at `path`.
    Test { /// Where.
        path: Pointer, /// What.
        value: Value },
}

/// A list of operations that apply together or not at all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patch(pub Vec<Op>);

impl Patch {
    /// The patched value; `to` is untouched.
    ///
    /// # Errors
    /// [`Error::Patch`](crate::Error::Patch) naming the operation; `TooDeep`, `TooLarge`.
    pub fn apply(&self, to: &Value) -> crate::Result<Value> { self.apply_within(to, Limits::default()) }
    /// As [`apply`](Self::apply) with other limits.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn apply_within(&self, to: &Value, limits: Limits) -> crate::Result<Value> { todo!() }
    /// The patched value and the patch that leads back from it.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn apply_with_inverse(&self, to: &Value) -> crate::Result<(Value, Self)> { todo!() }
    /// Reads the JSON form: an array of operation objects. Unknown members are ignored (RFC 6902, section 4).
    ///
    /// # Errors
    /// A sentence naming the operation and what it lacks.
    pub fn from_value(json: &Value) -> crate::Result<Self> { todo!() }
    /// The JSON form.
    pub fn to_value(&self) -> Value { todo!() }
}
