//! A value in few words.

use super::text::{self, SafeText, joined};
use crate::diff::Matching;
use crate::value::Value;

/// `{5}`, `[2] by sku`, or a scalar as a literal.
pub fn value_words(value: &Value, matching: Option<&Matching>) -> SafeText {
    let len = text::thousands(value.len() as u64);
    match value {
        Value::Object(_) => joined!["{", len, "}"],
        Value::Array(_) => match matching {
            Some(Matching::Key(field)) => joined!["[", len, "] by ", SafeText::written(&text::key(field))],
            Some(Matching::Index) => joined!["[", len, "] by index (too large)"],
            Some(Matching::Place) => joined!["[", len, "] by index"],
            Some(Matching::Lcs) | None => joined!["[", len, "]"],
        },
        scalar => text::scalar(scalar),
    }
}
