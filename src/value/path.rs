//! Paths into a value: `.cart.items[0].qty`, or the JSON Pointer `/cart/items/0/qty` (RFC 6901).
use super::Text;

/// One step down.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Into an object.
    Key(Text),
    /// Into an array.
    Index(usize),
}

/// Where in a value. Displayed as `.cart.items[0].qty`; the whole value is `.`; keys that are not plain words are
/// quoted as JSON strings: `."odd key"`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// The path with one more step.
    pub fn join(&self, step: Step) -> Self { todo!() }
    /// The path without its last step; `None` for the whole value.
    pub fn parent(&self) -> Option<Self> { todo!() }
    /// Whether `self` is `other` or leads to it.
    pub fn contains(&self, other: &Self) -> bool { todo!() }
    /// As a JSON Pointer.
    pub fn to_pointer(&self) -> Pointer { todo!() }
    /// Reads `.a.b[0]`, `."odd key"`, `.` or a JSON Pointer (`/a/b/0`, resolved against `value` to tell keys from indexes).
    ///
    /// # Errors
    /// A sentence with the byte at which the text stops being a path.
    pub fn parse(text: &str, value: &super::Value) -> crate::Result<Self> { todo!() }
}
impl std::fmt::Display for Path { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { todo!() } }

/// A JSON Pointer: unescaped reference tokens, the way RFC 6901 splits them. Displayed escaped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Pointer(pub Vec<Text>);

impl Pointer {
    /// Reads a JSON Pointer string.
    ///
    /// # Errors
    /// When it is neither empty nor starts with `/`, or holds a `~` that is not `~0` or `~1`.
    pub fn parse(text: &str) -> crate::Result<Self> { todo!() }
    /// The array index a token names: digits without leading zeros.
    pub fn index(token: &str) -> Option<usize> { todo!() }
    /// As a path within `value`, which tells keys from indexes; tokens below what exists are taken as keys.
    pub fn to_path(&self, value: &super::Value) -> Path { todo!() }
}
impl std::fmt::Display for Pointer { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { todo!() } }
