//! Values from and to the plain types of Rust.

use super::fault::Fault;
use super::ser::Builder;
use super::{Limits, MAX_DEPTH, Number, Text, Value};
use crate::error::{Error, Result};
use std::cell::RefCell;

/// What `of` looks like as JSON. O(size).
///
/// # Errors
/// `NotJson` with the path of what JSON cannot hold: an infinity, not-a-number, a key that is no scalar, or what `of`
/// itself refuses; `TooDeep`, `TooLarge`.
pub fn to_value<S: serde::Serialize + ?Sized>(of: &S) -> Result<Value> {
    let value = of.serialize(Builder::new(&RefCell::default())).map_err(|fault| match fault {
        Fault::TooDeep => Error::TooDeep { limit: MAX_DEPTH },
        Fault::At { ref steps, ref why } => {
            let path = if steps.is_empty() { String::new() } else { fault.path().to_string() };
            Error::NotJson { path, why: why.clone() }
        }
    })?;
    value.within(Limits::default())
}

/// A value as a plain type of Rust. O(size).
///
/// # Errors
/// A [`Fault`] with the path of what does not fit.
pub fn from_value<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, Fault> {
    T::deserialize(value)
}

impl Value {
    /// The string inside, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The object inside, if it is one.
    pub fn as_object(&self) -> Option<&super::Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The array inside, if it is one.
    pub fn as_array(&self) -> Option<&super::Array> {
        match self {
            Self::Array(array) => Some(array),
            _ => None,
        }
    }

    /// The number inside, if it is one.
    pub fn as_number(&self) -> Option<&Number> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }
}

impl From<bool> for Value {
    fn from(bool: bool) -> Self {
        Self::Bool(bool)
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

/// Refuses what JSON cannot hold: infinities and not-a-number.
impl TryFrom<f64> for Value {
    type Error = Error;

    fn try_from(number: f64) -> Result<Self> {
        let not_json = || Error::NotJson { path: String::new(), why: format!("{number} is not a JSON number") };
        Number::from_f64(number).map(Self::Number).ok_or_else(not_json)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::String(text)
    }
}

impl FromIterator<Value> for Value {
    fn from_iter<I: IntoIterator<Item = Value>>(elements: I) -> Self {
        Self::Array(elements.into_iter().collect())
    }
}

impl FromIterator<(Text, Value)> for Value {
    fn from_iter<I: IntoIterator<Item = (Text, Value)>>(entries: I) -> Self {
        Self::Object(entries.into_iter().collect())
    }
}
