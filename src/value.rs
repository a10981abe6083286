//! The immutable value: null, bool, number, string, array, object, with structural sharing.
//!
//! Cloning costs one reference count, changing one leaf copies the way down to it. Objects up to 32 keys are sorted
//! slices, larger ones `im` trees; arrays are counted trees of leaves of up to 64 elements. Every container knows its
//! written-out size and its depth, so limits cost nothing to check. This is the only module that names `im`. Must not
//! name: files, clocks.

mod array;
mod convert;
mod de;
mod edit;
mod fault;
mod json;
#[cfg_attr(not(feature = "import"), allow(dead_code))]
mod json_cursor;
mod number;
mod numbers_in_text;
mod object;
mod own;
mod path;
mod path_text;
mod plain;
#[cfg(feature = "import")]
mod reread;
mod ser;
mod sharing;
mod write;

pub use array::Array;
pub use convert::{from_value, to_value};
pub use fault::Fault;
#[cfg(feature = "import")]
pub use json::{Duplicate, Parsed};
pub use json::{parse, parse_with};
pub(crate) use json_cursor::JsonCursor;
pub use number::Number;
pub use object::{Object, ObjectDiff};
pub use path::{Path, Pointer, Step};
#[cfg(feature = "import")]
pub use reread::TextReader;
#[cfg_attr(not(feature = "tui"), allow(unused_imports))]
pub use sharing::Sharing;
pub(crate) use write::{write_string, written_len};

/// A string, and the key of an object: 16 bytes, up to 15 bytes inline, shared above.
pub use ecow::EcoString as Text;

use crate::error::{Error, Result};
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Deepest nesting of any value: a scalar is 0, `[]` is 1.
pub const MAX_DEPTH: usize = 128;

/// Largest value by default, in bytes of compact JSON.
pub const MAX_SIZE: u64 = 64 * 1024 * 1024;

/// One immutable JSON-like state, or a part of one. 24 bytes.
#[derive(Clone, Default)]
pub enum Value {
    /// `null`; also the value of version `#0`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number with the digits it came with.
    Number(Number),
    /// A JSON string.
    String(Text),
    /// A JSON array.
    Array(Array),
    /// An object; keys in sorted order.
    Object(Object),
}

const _: () = assert!(size_of::<Value>() == 24, "a value is three words");

/// What a container carries about everything in it.
#[derive(Debug, Clone, Copy, Default)]
struct Weight {
    /// Bytes of the children as compact JSON, keys included, commas and brackets not.
    bytes: u64,
    /// Depth of the deepest child.
    depth: u8,
}

impl Weight {
    fn of(value: &Value) -> Self {
        Self { bytes: value.size(), depth: depth_of(value) }
    }

    /// The depth of the deepest of some children. O(1) for each.
    fn deepest<'a>(children: impl Iterator<Item = &'a Value>) -> u8 {
        children.map(depth_of).max().unwrap_or(0)
    }

    fn and(self, other: Self) -> Self {
        Self { bytes: self.bytes + other.bytes, depth: self.depth.max(other.depth) }
    }

    /// Size as compact JSON of a container with `len` children: brackets and commas added.
    fn written(self, len: usize) -> u64 {
        self.bytes + 2 + (len as u64).saturating_sub(1)
    }
}

/// A depth beyond `MAX_DEPTH` is refused wherever values are made, well before it could not be counted.
fn depth_of(value: &Value) -> u8 {
    u8::try_from(value.depth()).unwrap_or(u8::MAX)
}

/// Whether both have one text. O(1) where they share it.
fn same_text(left: &Text, right: &Text) -> bool {
    left.len() == right.len() && (std::ptr::eq(left.as_ptr(), right.as_ptr()) || left == right)
}

/// What a value may grow to.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Limits {
    /// Deepest nesting.
    pub depth: usize,
    /// Bytes as compact JSON.
    pub size: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: MAX_DEPTH, size: MAX_SIZE }
    }
}

impl Value {
    /// Bytes as compact JSON, shared parts counted each time they occur. O(1), for a string O(its length).
    pub fn size(&self) -> u64 {
        match self {
            Self::Null | Self::Bool(true) => 4,
            Self::Bool(false) => 5,
            Self::Number(number) => number.written_len(),
            Self::String(text) => write::written_len(text),
            Self::Array(array) => array.weight().written(array.len()),
            Self::Object(object) => object.weight().written(object.len()),
        }
    }

    /// Nesting: 0 for a scalar, 1 for `[]` and `{}`. O(1).
    pub fn depth(&self) -> usize {
        match self {
            Self::Array(array) => 1 + usize::from(array.weight().depth),
            Self::Object(object) => 1 + usize::from(object.weight().depth),
            _ => 0,
        }
    }

    /// The word for its type: `null`, `bool`, `number`, `string`, `array`, `object`.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::Array(_) => "array",
            Self::Object(_) => "object",
        }
    }

    /// Whether it is an array or an object.
    pub fn is_container(&self) -> bool {
        matches!(self, Self::Array(_) | Self::Object(_))
    }

    /// Direct children of a container, 0 for a scalar. O(1).
    pub fn len(&self) -> usize {
        match self {
            Self::Array(array) => array.len(),
            Self::Object(object) => object.len(),
            _ => 0,
        }
    }

    /// Whether it has no direct children.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether both are the same container in memory, or scalars written the same. O(1) but for texts not shared. `true`
    /// implies [`identical`](Self::identical).
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Array(left), Self::Array(right)) => left.same(right),
            (Self::Object(left), Self::Object(right)) => left.same(right),
            (Self::Array(_) | Self::Object(_), _) | (_, Self::Array(_) | Self::Object(_)) => false,
            (Self::Number(left), Self::Number(right)) => left.same_digits(right),
            (Self::String(left), Self::String(right)) => same_text(left, right),
            _ => self == other,
        }
    }

    /// Whether both are written with the same JSON text: as `==`, but `100` and `100.0` are not identical. Shared
    /// parts are skipped. O(what is not shared).
    pub fn identical(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Array(left), Self::Array(right)) => left.identical(right),
            (Self::Object(left), Self::Object(right)) => left.identical(right),
            _ => self.same(other),
        }
    }

    /// The child that `step` names. O(log n).
    pub fn child(&self, step: &Step) -> Option<&Self> {
        match (self, step) {
            (Self::Object(object), Step::Key(key)) => object.get(key),
            (Self::Array(array), Step::Index(index)) => array.get(*index),
            _ => None,
        }
    }

    /// The part at `path`. O(steps · log n).
    pub fn at(&self, path: &Path) -> Option<&Self> {
        path.0.iter().try_fold(self, |value, step| value.child(step))
    }

    /// The child a JSON Pointer's token names, which an object takes as a key and an array as an index.
    pub fn token(&self, token: &str) -> Option<&Self> {
        match self {
            Self::Object(object) => object.get(token),
            Self::Array(array) => array.get(Pointer::index(token)?),
            _ => None,
        }
    }

    /// The part a JSON Pointer names (RFC 6901). O(tokens · log n).
    pub fn pointer(&self, pointer: &Pointer) -> Option<&Self> {
        pointer.0.iter().try_fold(self, |value, token| value.token(token))
    }

    /// An identical value that keeps the nodes of `older` wherever a part is identical to the same part there (arrays:
    /// at either end, or anywhere in between by content), so that the two share memory. O(value).
    #[must_use]
    pub fn sharing(self, older: &Self) -> Self {
        match (self, older) {
            (Self::Array(new), Self::Array(old)) => Self::Array(new.sharing(old)),
            (Self::Object(new), Self::Object(old)) => Self::Object(new.sharing(old)),
            (new, old) if new.same(old) => old.clone(),
            (new, _) => new,
        }
    }

    /// A 64-bit hash; equal values (numbers by numeric value) have equal hashes. O(value).
    pub fn hash64(&self) -> u64 {
        let mut hasher = FxHasher::default();
        self.hash_into(&mut hasher);
        hasher.finish()
    }

    fn hash_into(&self, hasher: &mut FxHasher) {
        match self {
            Self::Null => hasher.write_u8(0),
            Self::Bool(bool) => hasher.write_u8(1 + u8::from(*bool)),
            Self::Number(number) => hasher.write_u64(number.hash_bits()),
            Self::String(text) => hash_text(text, hasher),
            Self::Array(array) => {
                hasher.write_usize(array.len());
                array.iter().for_each(|element| element.hash_into(hasher));
            }
            Self::Object(object) => {
                hasher.write_usize(!object.len());
                for (key, value) in object.iter() {
                    hash_text(key, hasher);
                    value.hash_into(hasher);
                }
            }
        }
    }

    /// Refuses a value beyond the depth or size limits. O(1).
    ///
    /// # Errors
    /// [`Error::TooDeep`], [`Error::TooLarge`].
    pub fn within(self, limits: Limits) -> Result<Self> {
        let (depth, size) = (self.depth(), self.size());
        if depth > limits.depth {
            return Err(Error::TooDeep { limit: limits.depth });
        }
        if size > limits.size {
            return Err(Error::TooLarge { size, limit: limits.size });
        }
        Ok(self)
    }
}

fn hash_text(text: &str, hasher: &mut FxHasher) {
    hasher.write(text.as_bytes());
    hasher.write_u8(0xff);
}

/// Numbers by numeric value; objects whatever the order their keys were written in. Shared parts compare by pointer.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(left), Self::Bool(right)) => left == right,
            (Self::Number(left), Self::Number(right)) => left == right,
            (Self::String(left), Self::String(right)) => left == right,
            (Self::Array(left), Self::Array(right)) => left == right,
            (Self::Object(left), Self::Object(right)) => left == right,
            _ => false,
        }
    }
}

impl Eq for Value {}

#[cfg(test)]
mod tests;
