//! Numbers that keep the digits they came with; equality by numeric value.

/// A JSON number. 16 bytes.
#[derive(Clone)]
pub struct Number(());

impl Number {
    /// From JSON number text; `None` when it is not one by RFC 8259's grammar.
    pub fn parse(text: &str) -> Option<Self> { todo!() }
    /// The nearest double; infinite beyond its range.
    pub fn as_f64(&self) -> f64 { todo!() }
    /// The integer, if it is one in range, however it is written (`100.0` is 100).
    pub fn as_i64(&self) -> Option<i64> { todo!() }
    /// `self - other`, exact where 38 decimal digits suffice.
    pub fn minus(&self, other: &Self) -> Self { todo!() }
}
impl PartialEq for Number { fn eq(&self, _: &Self) -> bool { todo!() } }
impl Eq for Number {}
/// By numeric value.
impl PartialOrd for Number { fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> { todo!() } }
impl std::fmt::Debug for Number { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { todo!() } }
/// The digits it came with.
impl std::fmt::Display for Number { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { todo!() } }
impl From<i64> for Number { fn from(n: i64) -> Self { todo!() } }
impl From<u64> for Number { fn from(n: u64) -> Self { todo!() } }
