//! Values to JSON text: keys sorted, numbers with the digits they came with.
//!
//! Recursion is safe: no value is nested deeper than `MAX_DEPTH`.

use super::plain::plain_length;
use super::{Number, Value};
use serde::ser::{Error as _, SerializeMap, SerializeSeq};
use serde_json::value::RawValue;
use std::fmt;

#[cfg(test)]
thread_local! {
    /// Bytes of text whose written length was counted on this thread.
    pub(super) static WEIGHED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Bytes of `text` as a JSON string.
pub fn written_len(text: &str) -> u64 {
    #[cfg(test)]
    WEIGHED.set(WEIGHED.get() + text.len());
    let extra = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 1,
        0..0x20 => 5,
        _ => 0,
    };
    let (plain, rest) = text.as_bytes().split_at(plain_length(text.as_bytes()));
    plain.len() as u64 + rest.iter().map(|byte| 1 + extra(*byte)).sum::<u64>() + 2
}

/// Appends `text` as a JSON string.
pub fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    loop {
        let at = plain_length(rest.as_bytes());
        out.push_str(&rest[..at]);
        let Some(special) = rest.as_bytes().get(at) else { break };
        match *special {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x8 => out.push_str("\\b"),
            0xc => out.push_str("\\f"),
            control => out.push_str(&ecow::eco_format!("\\u{control:04x}")),
        }
        rest = &rest[at + 1..];
    }
    out.push('"');
}

/// Appends a text as a string literal.
pub type StringWriter = fn(&str, &mut String);

/// Where line breaks and blanks go.
#[derive(Clone, Copy)]
enum JsonLayout {
    Compact,
    /// With the level of the container being written.
    Pretty(usize),
}

impl JsonLayout {
    fn inner(self) -> Self {
        match self {
            Self::Compact => Self::Compact,
            Self::Pretty(level) => Self::Pretty(level + 1),
        }
    }

    fn line(self, out: &mut String) {
        if let Self::Pretty(level) = self {
            out.push('\n');
            out.extend(std::iter::repeat_n("  ", level));
        }
    }

    fn colon(self) -> &'static str {
        match self {
            Self::Compact => ":",
            Self::Pretty(_) => ": ",
        }
    }
}

impl Value {
    /// Compact JSON text. O(bytes).
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(usize::try_from(self.size()).unwrap_or(0));
        self.write_json(&mut out);
        out
    }

    /// JSON text over several lines, two spaces a level. O(bytes).
    pub fn to_json_pretty(&self) -> String {
        self.to_json_pretty_by(write_string)
    }

    /// The same with strings and keys as `string` appends them, for people to read. O(bytes).
    pub fn to_json_pretty_by(&self, string: StringWriter) -> String {
        let mut out = String::new();
        self.write(&mut out, JsonLayout::Pretty(0), string);
        out
    }

    /// On one line, with strings and keys as `string` appends them, for people to read. O(bytes).
    pub fn to_json_by(&self, string: StringWriter) -> String {
        let mut out = String::new();
        self.write(&mut out, JsonLayout::Compact, string);
        out
    }

    /// Appends compact JSON text. O(bytes).
    pub fn write_json(&self, out: &mut String) {
        self.write(out, JsonLayout::Compact, write_string);
    }

    fn write(&self, out: &mut String, layout: JsonLayout, string: StringWriter) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(bool) => out.push_str(if *bool { "true" } else { "false" }),
            Self::Number(number) => out.push_str(&number.to_string()),
            Self::String(text) => string(text, out),
            Self::Array(array) => {
                let element = |value: &Self, out: &mut String, inner| value.write(out, inner, string);
                write_all(['[', ']'], array.iter(), out, layout, element);
            }
            Self::Object(object) => write_all(['{', '}'], object.iter(), out, layout, |(key, value), out, inner| {
                string(key, out);
                out.push_str(inner.colon());
                value.write(out, inner, string);
            }),
        }
    }
}

fn write_all<T>(
    [open, close]: [char; 2],
    parts: impl Iterator<Item = T>,
    out: &mut String,
    layout: JsonLayout,
    mut write: impl FnMut(T, &mut String, JsonLayout),
) {
    let inner = layout.inner();
    out.push(open);
    let start = out.len();
    for part in parts {
        if out.len() > start {
            out.push(',');
        }
        inner.line(out);
        write(part, out, inner);
    }
    if out.len() > start {
        layout.line(out);
    }
    out.push(close);
}

/// Compact JSON.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_json())
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_json())
    }
}

/// Through `serde_json` numbers keep their digits.
impl serde::Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(bool) => serializer.serialize_bool(*bool),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(array) => {
                let mut sequence = serializer.serialize_seq(Some(array.len()))?;
                array.iter().try_for_each(|element| sequence.serialize_element(element))?;
                sequence.end()
            }
            Self::Object(object) => {
                let mut map = serializer.serialize_map(Some(object.len()))?;
                object.iter().try_for_each(|(key, value)| map.serialize_entry(key.as_str(), value))?;
                map.end()
            }
        }
    }
}

/// Through `serde_json` the digits are kept.
impl serde::Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.to_string()).map_err(S::Error::custom)?.serialize(serializer)
    }
}
