//! JSON text to values: `serde_json` reads, numbers keep their digits, duplicate keys are reported, depth is limited.
use super::{Limits, Path, Value};

/// A value and what was odd about its text.
pub struct Parsed {
    /// The value.
    pub value: Value,
    /// Keys that occurred more than once in one object; the last occurrence won.
    pub duplicates: Vec<Duplicate>,
}

/// A key that occurred more than once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The path of the value that won.
    pub path: Path,
    /// How often the key occurred.
    pub count: usize,
}

/// Reads one JSON text (UTF-8, nothing but white space round it) within the default limits.
///
/// # Errors
/// `Error::Syntax` whose place has line and byte within `text`; `TooDeep`, `TooLarge`.
pub fn parse(text: &[u8]) -> crate::Result<Value> { parse_with(text, Limits::default(), None).map(|p| p.value) }

/// Reads one JSON text; parts equal to the same place in `older` keep its nodes.
///
/// # Errors
/// As [`parse`].
pub fn parse_with(text: &[u8], limits: Limits, older: Option<&Value>) -> crate::Result<Parsed> { todo!() }
