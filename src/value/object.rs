//! Objects: sorted slices up to 32 keys, `im` trees above.
use super::{Text, Value};

/// An immutable object. Clone is O(1); get, with, without are O(log n).
#[derive(Clone)]
pub struct Object(());

/// How one key differs between two objects.
pub enum ObjectDiff<'a> {
    /// Only on the right.
    Added(&'a Text, &'a Value),
    /// Only on the left.
    Removed(&'a Text, &'a Value),
    /// On both sides and not the same memory; may still be equal.
    Both(&'a Text, &'a Value, &'a Value),
}

impl Object {
    /// Keys.
    pub fn len(&self) -> usize { todo!() }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool { self.len() == 0 }
    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Value> { todo!() }
    /// With `key` set to `value`.
    pub fn with(&self, key: Text, value: Value) -> Self { todo!() }
    /// Without `key`.
    pub fn without(&self, key: &str) -> Self { todo!() }
    /// Keys and values, sorted by key (bytes).
    pub fn iter(&self) -> impl Iterator<Item = (&Text, &Value)> + '_ { std::iter::empty() }
    /// Keys and values from the first key `>= key` on. O(log n) to start.
    pub fn iter_from<'a>(&'a self, key: &str) -> impl Iterator<Item = (&'a Text, &'a Value)> + 'a { std::iter::empty() }
    /// How many keys sort before `key`. O(log n) for small objects, O(n) for large ones.
    pub fn rank(&self, key: &str) -> usize { todo!() }
    /// Whether both are the same memory. O(1).
    pub fn same(&self, other: &Self) -> bool { todo!() }
    /// The keys that differ, sorted; shared parts are skipped by pointer, so the cost follows what changed.
    pub fn differences<'a>(&'a self, newer: &'a Self) -> impl Iterator<Item = ObjectDiff<'a>> + 'a { std::iter::empty() }
}
/// The last of equal keys wins.
impl FromIterator<(Text, Value)> for Object { fn from_iter<I: IntoIterator<Item = (Text, Value)>>(i: I) -> Self { todo!() } }
