//! Paths into a value: `.cart.items[0].qty`, or the JSON Pointer `/cart/items/0/qty` (RFC 6901).

use super::{Text, Value, write};
use crate::error::{Error, InputPlace, Result};
use crate::escape::in_quotes;
use std::fmt;

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
    #[must_use]
    pub fn join(&self, step: Step) -> Self {
        Self(self.0.iter().cloned().chain([step]).collect())
    }

    /// The path without its last step; `None` for the whole value.
    pub fn parent(&self) -> Option<Self> {
        self.0.split_last().map(|(_, parent)| Self(parent.to_vec()))
    }

    /// Whether `self` is `other` or leads to it.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// As a JSON Pointer.
    pub fn to_pointer(&self) -> Pointer {
        let token = |step: &Step| match step {
            Step::Key(key) => key.clone(),
            Step::Index(index) => ecow::eco_format!("{index}"),
        };
        Pointer(self.0.iter().map(token).collect())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str(".");
        }
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if is_plain(key) => write!(f, ".{key}")?,
                Step::Key(key) => write!(f, ".{}", quote(key))?,
                Step::Index(index) if at == 0 => write!(f, ".[{index}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

fn quote(key: &str) -> String {
    let mut out = String::new();
    write::write_string(key, &mut out);
    out
}

/// Plain enough to stand unquoted: what reads back as the same one step.
fn is_plain(key: &str) -> bool {
    let plain = |char: char| char.is_alphanumeric() || matches!(char, '_' | '-' | '$' | '@');
    !key.is_empty() && key.chars().all(plain)
}

/// A JSON Pointer: unescaped reference tokens, the way RFC 6901 splits them. Displayed escaped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Pointer(pub Vec<Text>);

impl Pointer {
    /// Reads a JSON Pointer string (RFC 6901, section 3).
    ///
    /// # Errors
    /// When it is neither empty nor starts with `/`, or holds a `~` that is not `~0` or `~1`.
    pub fn parse(text: &str) -> Result<Self> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let Some(tokens) = text.strip_prefix('/') else {
            return Err(bad_pointer(text, 0, "a JSON Pointer is empty or starts with \"/\""));
        };
        let others = tokens.bytes().filter(|byte| *byte == b'/').count();
        let (mut found, mut start) = (Vec::with_capacity(others + 1), 0);
        for (end, byte) in tokens.bytes().enumerate() {
            match byte {
                b'/' => {
                    found.push(tokens[start..end].into());
                    start = end + 1;
                }
                b'~' => return Self::parse_escaped(text),
                _ => {}
            }
        }
        found.push(tokens[start..].into());
        Ok(Self(found))
    }

    /// Of a text that begins with `/`, and in which something is escaped.
    fn parse_escaped(text: &str) -> Result<Self> {
        match stray_tilde(text) {
            None => Ok(Self(text.split('/').skip(1).map(unescaped).collect())),
            Some(at) => {
                Err(bad_pointer(text, at, "in a JSON Pointer \"~\" is written \"~0\" and \"/\" is written \"~1\""))
            }
        }
    }

    /// The array index a token names: digits without leading zeros.
    pub fn index(token: &str) -> Option<usize> {
        let digits = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
        (digits && (token == "0" || !token.starts_with('0'))).then(|| token.parse().ok())?
    }

    /// As a path within `value`, which tells keys from indexes; tokens below what exists are taken as keys.
    pub fn to_path(&self, value: &Value) -> Path {
        let mut here = Some(value);
        let step = |token: &Text| {
            let step = match (here, Self::index(token)) {
                (Some(Value::Array(_)), Some(index)) => Step::Index(index),
                _ => Step::Key(token.clone()),
            };
            here = here.and_then(|value| value.child(&step));
            step
        };
        Path(self.0.iter().map(step).collect())
    }
}

fn bad_pointer(text: &str, byte: usize, rule: &str) -> Error {
    Error::Syntax {
        place: InputPlace { byte: byte as u64, ..InputPlace::default() },
        why: format!("not a JSON Pointer: {}; {rule}", in_quotes(text)),
    }
}

fn stray_tilde(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'~', bytes).find(|at| !matches!(bytes.get(at + 1), Some(b'0' | b'1')))
}

fn unescaped(token: &str) -> Text {
    // ~1 first: ~01 stands for ~1, not for /.
    if token.contains('~') { token.replace("~1", "/").replace("~0", "~").into() } else { token.into() }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|token| write!(f, "/{}", token.replace("~", "~0").replace("/", "~1")))
    }
}
