//! The immutable value: null, bool, number, string, array, object, with structural sharing.
//!
//! Cloning costs one reference count, changing one leaf copies the way down to it. Objects up to 32 keys are
//! sorted slices, larger ones `im` trees; arrays are counted trees of 64-element leaves. Every container knows its
//! written-out size and depth, so limits cost nothing to check. This is the only module that names `im`.
//! Must not know: files, clocks, or any other module but `error`.

mod array;
mod json;
mod number;
mod object;
mod path;

pub use array::Array;
pub use json::{Duplicate, Parsed, parse, parse_with};
pub use number::Number;
pub use object::Object;
pub use path::{Path, Pointer, Step};

/// A string, and the key of an object: 16 bytes, up to 15 bytes inline, shared above.
pub use ecow::EcoString as Text;

/// Deepest nesting of any value: a scalar is 0, `[]` is 1.
pub const MAX_DEPTH: usize = 128;

/// Largest value by default, in bytes of compact JSON.
pub const MAX_SIZE: u64 = 64 * 1024 * 1024;

/// One immutable JSON-like state, or a part of one.
#[derive(Clone, Default)]
pub enum Value {
    /// `null`; also the value of version `#0`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number with the digits it came with.
    Number(Number),
    /// A string.
    String(Text),
    /// An array.
    Array(Array),
    /// An object; keys in sorted order.
    Object(Object),
}

impl Value {
    /// Bytes as compact JSON, shared parts counted each time they occur. O(1).
    pub fn size(&self) -> u64 { todo!() }
    /// Nesting: 0 for a scalar, 1 for `[]` and `{}`. O(1); exact.
    pub fn depth(&self) -> usize { todo!() }
    /// The word for its type: `null`, `bool`, `number`, `string`, `array`, `object`.
    pub fn type_name(&self) -> &'static str { todo!() }
    /// Whether it is an array or an object.
    pub fn is_container(&self) -> bool { todo!() }
    /// Direct children of a container, 0 for a scalar.
    pub fn len(&self) -> usize { todo!() }
    /// Whether it has no direct children.
    pub fn is_empty(&self) -> bool { self.len() == 0 }
    /// Whether both are the same memory (containers, long strings) or equal scalars. O(1). `true` implies `==`.
    pub fn same(&self, other: &Self) -> bool { todo!() }
    /// The child that `step` names.
    pub fn child(&self, step: &Step) -> Option<&Self> { todo!() }
    /// The part at `path`.
    pub fn at(&self, path: &Path) -> Option<&Self> { todo!() }
    /// The part a JSON Pointer names (RFC 6901).
    pub fn pointer(&self, pointer: &Pointer) -> Option<&Self> { todo!() }
    /// An equal value that keeps the nodes of `older` wherever a part is equal, so that the two share memory.
    pub fn sharing(self, older: &Self) -> Self { todo!() }
    /// A 64-bit hash; equal values (numbers by numeric value) have equal hashes. O(value).
    pub fn hash64(&self) -> u64 { todo!() }
    /// The string inside, if it is one.
    pub fn as_str(&self) -> Option<&str> { todo!() }
    /// The object inside, if it is one.
    pub fn as_object(&self) -> Option<&Object> { todo!() }
    /// The array inside, if it is one.
    pub fn as_array(&self) -> Option<&Array> { todo!() }
    /// Compact JSON text, keys sorted, numbers with the digits they came with.
    pub fn to_json(&self) -> String { todo!() }
    /// JSON text over several lines, two spaces a level.
    pub fn to_json_pretty(&self) -> String { todo!() }
    /// Refuses a value beyond the depth or size limits.
    ///
    /// # Errors
    /// [`Error::TooDeep`](crate::Error::TooDeep), [`Error::TooLarge`](crate::Error::TooLarge).
    pub fn within(self, limits: Limits) -> crate::Result<Self> { todo!() }
}

/// What a value may grow to.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Deepest nesting.
    pub depth: usize,
    /// Bytes as compact JSON.
    pub size: u64,
}

impl Default for Limits {
    fn default() -> Self { Self { depth: MAX_DEPTH, size: MAX_SIZE } }
}

impl PartialEq for Value { fn eq(&self, _: &Self) -> bool { todo!() } }
impl Eq for Value {}
impl std::fmt::Debug for Value { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { todo!() } }
/// Compact JSON.
impl std::fmt::Display for Value { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { todo!() } }
impl From<bool> for Value { fn from(b: bool) -> Self { Self::Bool(b) } }
impl From<i64> for Value { fn from(n: i64) -> Self { todo!() } }
impl From<u64> for Value { fn from(n: u64) -> Self { todo!() } }
impl From<f64> for Value { fn from(n: f64) -> Self { todo!() } }
impl From<&str> for Value { fn from(s: &str) -> Self { Self::String(s.into()) } }
impl From<Text> for Value { fn from(s: Text) -> Self { Self::String(s) } }
impl FromIterator<Value> for Value { fn from_iter<I: IntoIterator<Item = Value>>(i: I) -> Self { Self::Array(i.into_iter().collect()) } }
impl FromIterator<(Text, Value)> for Value { fn from_iter<I: IntoIterator<Item = (Text, Value)>>(i: I) -> Self { Self::Object(i.into_iter().collect()) } }
/// Writes JSON through any serde serializer (used for `--json` output and the log).
impl serde::Serialize for Value { fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> { todo!() } }
