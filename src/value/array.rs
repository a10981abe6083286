//! Arrays as counted trees: leaves of up to 64 elements, branches of up to 32 children.
use super::Value;

/// An immutable array. Clone is O(1); get, with, insert, remove are O(log n).
#[derive(Clone)]
pub struct Array(());

impl Array {
    /// Elements.
    pub fn len(&self) -> usize { todo!() }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool { self.len() == 0 }
    /// The element at `index`.
    pub fn get(&self, index: usize) -> Option<&Value> { todo!() }
    /// With the element at `index` replaced; `index < len`.
    pub fn with(&self, index: usize, value: Value) -> Self { todo!() }
    /// With `value` put before `index`; `index <= len`.
    pub fn inserted(&self, index: usize, value: Value) -> Self { todo!() }
    /// Without the element at `index`; `index < len`.
    pub fn removed(&self, index: usize) -> Self { todo!() }
    /// The elements in order.
    pub fn iter(&self) -> impl Iterator<Item = &Value> + '_ { std::iter::empty() }
    /// The elements from `start` on, without walking the ones before. O(log n) to start.
    pub fn iter_from(&self, start: usize) -> impl Iterator<Item = &Value> + '_ { std::iter::empty() }
    /// Whether both are the same memory. O(1).
    pub fn same(&self, other: &Self) -> bool { todo!() }
    /// Longest common prefix and suffix (not overlapping), in elements, whole shared subtrees skipped by pointer,
    /// other elements compared by value.
    pub fn common_ends(&self, other: &Self) -> (usize, usize) { todo!() }
}
impl FromIterator<Value> for Array { fn from_iter<I: IntoIterator<Item = Value>>(i: I) -> Self { todo!() } }
