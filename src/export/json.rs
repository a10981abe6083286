//! JSON text for machines: fields in the order given, one line, and nothing in it that a terminal would act on.
//!
//! Must not name: `history`, `recording`.

use crate::escape::is_invisible;
use crate::record::Time;
use crate::value::{Text, Value};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::fmt::Write;

/// JSON to be written: values as they are, objects with their fields in the order given.
#[derive(Debug, Clone)]
pub enum JsonOutput {
    /// A value with its digits.
    Value(Value),
    /// An array.
    List(Vec<JsonOutput>),
    /// An object.
    Fields(Vec<(&'static str, JsonOutput)>),
}

/// An object with these fields, in this order.
pub fn object<const N: usize>(fields: [(&'static str, JsonOutput); N]) -> JsonOutput {
    JsonOutput::Fields(fields.into())
}

/// `null`, or what is inside.
pub fn optional<T: Into<JsonOutput>>(inner: Option<T>) -> JsonOutput {
    inner.map_or(JsonOutput::Value(Value::Null), Into::into)
}

/// An array.
pub fn list<T: Into<JsonOutput>>(items: impl IntoIterator<Item = T>) -> JsonOutput {
    JsonOutput::List(items.into_iter().map(Into::into).collect())
}

/// A moment as RFC 3339 in UTC, with a fraction only where there is one.
pub fn moment(at: Time) -> Text {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true).into()
}

/// The same JSON with invisible, control and direction-changing characters as `\u` escapes. Such characters occur only
/// inside the strings of a JSON text, so the value stays the same.
pub fn inert(json: String) -> String {
    // Outside of strings, line feeds are part of how a text is laid out.
    let acts = |c: char| c >= '\u{7f}' && is_invisible(c);
    if !json.bytes().any(|b| b >= 0x7f) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 16);
    json.chars().for_each(|c| if acts(c) { escape(c, &mut out) } else { out.push(c) });
    out
}

fn escape(c: char, out: &mut String) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        // Writing to a String cannot fail.
        let _ = write!(out, "\\u{unit:04x}");
    }
}

impl JsonOutput {
    /// One line of JSON.
    pub fn line(&self) -> String {
        let mut out = String::new();
        self.push_to(&mut out);
        inert(out)
    }

    fn push_to(&self, out: &mut String) {
        match self {
            Self::Value(value) => out.push_str(&value.to_json()),
            Self::List(items) => enclosed(out, ['[', ']'], items, Self::push_to),
            Self::Fields(fields) => enclosed(out, ['{', '}'], fields, |(name, inner), out| {
                // Names are plain words of this crate: nothing in them needs an escape.
                let _ = write!(out, "\"{name}\":");
                inner.push_to(out);
            }),
        }
    }
}

fn enclosed<T>(out: &mut String, [open, close]: [char; 2], items: &[T], mut push: impl FnMut(&T, &mut String)) {
    out.push(open);
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        push(item, out);
    }
    out.push(close);
}

impl Serialize for JsonOutput {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::List(items) => items.serialize(serializer),
            Self::Fields(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                fields.iter().try_for_each(|(name, inner)| map.serialize_entry(name, inner))?;
                map.end()
            }
        }
    }
}

impl<T: Into<Value>> From<T> for JsonOutput {
    fn from(inner: T) -> Self {
        Self::Value(inner.into())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::value::parse;

    #[test]
    fn fields_keep_their_order_and_numbers_their_digits() {
        let number = parse(b"100.0").unwrap();
        let line = object([
            ("z", number.into()),
            ("a", optional(None::<u64>)),
            ("list", list(["x", "y"])),
            ("inner", object([("b", true.into()), ("a", 1u64.into())])),
            ("none", JsonOutput::List(vec![])),
        ]);
        assert_eq!(line.line(), r#"{"z":100.0,"a":null,"list":["x","y"],"inner":{"b":true,"a":1},"none":[]}"#);
    }

    #[test]
    fn a_moment_has_a_fraction_only_where_there_is_one() {
        for (text, expected) in [
            ("2026-10-09T12:00:00Z", "2026-10-09T12:00:00Z"),
            ("2026-10-09T14:00:00.25+02:00", "2026-10-09T12:00:00.250Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ] {
            let at: Time = chrono::DateTime::parse_from_rfc3339(text).unwrap().into();
            assert_eq!(moment(at), expected);
        }
    }

    /// What a strict reader of JSON makes of the line is what went in, and nothing in the line is acted on.
    fn check(text: &str) {
        let line = JsonOutput::from(text).line();
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
        assert!(!line.chars().any(is_invisible), "{line:?}");
    }

    #[test]
    fn nothing_a_terminal_acts_on_is_written_as_it_is() {
        for hostile in [
            "\u{1b}[2J",
            "\u{7f}",
            "\u{9b}31m",
            "\u{202e}gpj",
            "\u{200b}\u{200f}",
            "\u{2028}",
            "\u{feff}",
            "\u{e0041}",
            "\u{ad}",
        ] {
            check(hostile);
            check(&format!("é{hostile}日本"));
        }
        check("plain");
        check("");
        assert_eq!(JsonOutput::from("\u{e0041}é").line(), r#""\udb40\udc41é""#);
    }

    proptest::proptest! {
        #[test]
        fn any_text_comes_back(text in ".*") { check(&text); }
    }
}
