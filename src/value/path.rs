//! Paths into a value: `.cart.items[0].qty`, or the JSON Pointer `/cart/items/0/qty` (RFC 6901).

use super::{Text, Value, write};
use crate::error::{Error, Place, Result};
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

    /// Reads `.a.b[0]`, `."odd key"`, `.` or a JSON Pointer (`/a/b/0`, resolved against `value` to tell keys from
    /// indexes). `.items[sku=A7]` is the first element of that array in `value` whose `sku` is the string `A7`, or the
    /// scalar written so; where there is none, an index that no array has. O(elements) for each such step.
    ///
    /// # Errors
    /// A sentence with the byte at which the text stops being a path.
    pub fn parse(text: &str, value: &Value) -> Result<Self> {
        match text {
            "" | "." => Ok(Self::default()),
            pointer if pointer.starts_with('/') => Ok(Pointer::parse(pointer)?.to_path(value)),
            dotted => parse_steps(dotted, value),
        }
    }
}

fn parse_steps(text: &str, value: &Value) -> Result<Path> {
    let mut steps = Vec::new();
    let (mut rest, mut here) = (text, Some(value));
    while !rest.is_empty() {
        let (step, after) = parse_step(rest, here).ok_or_else(|| not_a_path(text, rest))?;
        let written = &rest[..rest.len() - after.len()];
        if let Some(others) = also_named(written, here, &step) {
            return Err(ambiguous(text, rest, written, &others));
        }
        here = here.and_then(|value| value.child(&step));
        steps.push(step);
        rest = after;
    }
    Ok(Path(steps))
}

fn not_a_path(text: &str, rest: &str) -> Error {
    let place = Place { byte: (text.len() - rest.len()) as u64, ..Place::default() };
    let why = format!("not a path: \"{text}\"; write .cart.items[0].qty, .\"odd key\" or /cart/items/0");
    Error::Syntax { place, why }
}

/// Indexes of the first elements that a step in brackets names, where it names more than the one it leads to.
fn also_named(written: &str, here: Option<&Value>, step: &Step) -> Option<[usize; 2]> {
    let (Some(Value::Array(array)), Step::Index(first)) = (here, step) else { return None };
    let (field, _) = parse_name(written.trim_start_matches('.').strip_prefix('[')?, &['=', ']'])?;
    let (Name::Quoted(field) | Name::Bare(field)) = field;
    let field = Step::Key(field);
    let name = array.get(*first)?.child(&field).filter(|_| written.contains('='))?;
    let second = array.iter_from(first + 1).position(|element| element.child(&field) == Some(name))?;
    Some([*first, first + 1 + second])
}

fn ambiguous(text: &str, rest: &str, written: &str, [first, second]: &[usize; 2]) -> Error {
    let place = Place { byte: (text.len() - rest.len()) as u64, ..Place::default() };
    let why = format!("{written} names several elements; write the index of one, such as [{first}] or [{second}]");
    Error::Syntax { place, why }
}

fn parse_step<'a>(text: &'a str, here: Option<&Value>) -> Option<(Step, &'a str)> {
    // jq writes both .["a"] and .a["a"].
    let text = if text.starts_with(".[") { &text[1..] } else { text };
    if let Some(inside) = text.strip_prefix('[') {
        return parse_bracket(inside, here);
    }
    let key = text.strip_prefix('.')?;
    if key.starts_with('"') {
        return quoted(key).map(|(key, rest)| (Step::Key(key), rest));
    }
    let end = key.find(['.', '[', ']']).unwrap_or(key.len());
    (end > 0).then(|| (Step::Key(key[..end].into()), &key[end..]))
}

/// What is between brackets: an index, a quoted key, or the name of an element as `FIELD=NAME`.
fn parse_bracket<'a>(inside: &'a str, here: Option<&Value>) -> Option<(Step, &'a str)> {
    let (name, rest) = parse_name(inside, &['=', ']'])?;
    let (step, rest) = match (rest.strip_prefix('='), name) {
        (Some(rest), Name::Quoted(field) | Name::Bare(field)) => {
            let (wanted, rest) = parse_name(rest, &[']'])?;
            (Step::Index(element(here, &field, &wanted)), rest)
        }
        (None, Name::Quoted(key)) => (Step::Key(key), rest),
        (None, Name::Bare(digits)) => (Step::Index(digits.parse().ok()?), rest),
    };
    Some((step, rest.strip_prefix(']')?))
}

/// A name between brackets.
enum Name {
    /// Written as a JSON string.
    Quoted(Text),
    /// Written as it is.
    Bare(Text),
}

fn parse_name<'a>(text: &'a str, ends: &[char]) -> Option<(Name, &'a str)> {
    if text.starts_with('"') {
        return quoted(text).map(|(name, rest)| (Name::Quoted(name), rest));
    }
    let end = text.find(ends)?;
    (end > 0).then(|| (Name::Bare(text[..end].into()), &text[end..]))
}

/// The first element with that name in an array; where there is none, an index that no array has. A bare name is a
/// scalar where there is one written so, otherwise a string.
fn element(array: Option<&Value>, field: &str, wanted: &Name) -> usize {
    let Some(Value::Array(array)) = array else { return usize::MAX };
    let field = Step::Key(field.into());
    let position = |named: Value| array.iter().position(|element| element.child(&field) == Some(&named));
    let found = match wanted {
        Name::Quoted(name) => position(name.clone().into()),
        Name::Bare(name) => {
            let scalar = super::parse(name.as_bytes()).ok().filter(|scalar| !scalar.is_container());
            scalar.and_then(position).or_else(|| position(name.clone().into()))
        }
    };
    found.unwrap_or(usize::MAX)
}

/// A JSON string at the start of `text`, and what comes after it.
fn quoted(text: &str) -> Option<(Text, &str)> {
    let mut strings = serde_json::Deserializer::from_str(text).into_iter::<String>();
    let key = strings.next()?.ok()?;
    Some((key.into(), &text[strings.byte_offset()..]))
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
        if let Some(at) = stray_tilde(text) {
            return Err(bad_pointer(text, at, "in a JSON Pointer \"~\" is written \"~0\" and \"/\" is written \"~1\""));
        }
        Ok(Self(tokens.split('/').map(unescaped).collect()))
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
        place: Place { byte: byte as u64, ..Place::default() },
        why: format!("not a JSON Pointer: \"{text}\"; {rule}"),
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
