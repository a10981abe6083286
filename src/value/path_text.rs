//! The text of a path, read: `.cart.items[0]`, `.items[sku=A7]`, `/cart/items/0`.

use super::{Path, Pointer, Step, Text, Value, parse};
use crate::error::{Error, InputPlace, Result};
use crate::escape::in_quotes;

impl Path {
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

impl Path {
    /// The keys that a path begins with, whatever value it is read against: those before the first step that may lead into
    /// an array. None where it is no path.
    #[cfg(feature = "tui")]
    pub(crate) fn first_keys(text: &str) -> Vec<Text> {
        if text.starts_with('/') {
            let is_key = |token: &Text| Pointer::index(token).is_none() && token != "-";
            return Pointer::parse(text)
                .map_or_else(|_| Vec::new(), |all| all.0.into_iter().take_while(is_key).collect());
        }
        let (mut keys, mut rest) = (Vec::new(), text);
        while let Some((Step::Key(key), after)) = Self::first_step(rest) {
            keys.push(key);
            rest = after;
        }
        keys
    }

    /// The step at the start of a text, and what comes after it; `None` where no step stands there.
    pub(crate) fn first_step(text: &str) -> Option<(Step, &str)> {
        parse_step(text, None).filter(|(step, _)| *step != Step::Index(usize::MAX))
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
    let place = InputPlace { byte: (text.len() - rest.len()) as u64, ..InputPlace::default() };
    let why = format!("not a path: {}; write .cart.items[0].qty, .\"odd key\" or /cart/items/0", in_quotes(text));
    Error::Syntax { place, why }
}

/// Indexes of the first elements that a step in brackets names, where it names more than the one it leads to.
fn also_named(written: &str, here: Option<&Value>, step: &Step) -> Option<[usize; 2]> {
    let (Some(Value::Array(array)), Step::Index(first)) = (here, step) else { return None };
    let (field, _) = parse_name(written.trim_start_matches('.').strip_prefix('[')?, &['=', ']'])?;
    let (BracketName::Quoted(field) | BracketName::Bare(field)) = field;
    let field = Step::Key(field);
    let name = array.get(*first)?.child(&field).filter(|_| written.contains('='))?;
    let second = array.iter_from(first + 1).position(|element| element.child(&field) == Some(name))?;
    Some([*first, first + 1 + second])
}

fn ambiguous(text: &str, rest: &str, written: &str, [first, second]: &[usize; 2]) -> Error {
    let place = InputPlace { byte: (text.len() - rest.len()) as u64, ..InputPlace::default() };
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
        (Some(rest), BracketName::Quoted(field) | BracketName::Bare(field)) => {
            let (wanted, rest) = parse_name(rest, &[']'])?;
            (Step::Index(element(here, &field, &wanted)), rest)
        }
        (None, BracketName::Quoted(key)) => (Step::Key(key), rest),
        (None, BracketName::Bare(digits)) => (Step::Index(digits.parse().ok()?), rest),
    };
    Some((step, rest.strip_prefix(']')?))
}

/// A name between brackets.
enum BracketName {
    /// Written as a JSON string.
    Quoted(Text),
    /// Written as it is.
    Bare(Text),
}

fn parse_name<'a>(text: &'a str, ends: &[char]) -> Option<(BracketName, &'a str)> {
    if text.starts_with('"') {
        return quoted(text).map(|(name, rest)| (BracketName::Quoted(name), rest));
    }
    let end = text.find(ends)?;
    (end > 0).then(|| (BracketName::Bare(text[..end].into()), &text[end..]))
}

/// The first element with that name in an array; where there is none, an index that no array has. A bare name is a
/// scalar where there is one written so, otherwise a string.
fn element(array: Option<&Value>, field: &str, wanted: &BracketName) -> usize {
    let Some(Value::Array(array)) = array else { return usize::MAX };
    let field = Step::Key(field.into());
    let position = |named: Value| array.iter().position(|element| element.child(&field) == Some(&named));
    let found = match wanted {
        BracketName::Quoted(name) => position(name.clone().into()),
        BracketName::Bare(name) => {
            let scalar = parse(name.as_bytes()).ok().filter(|scalar| !scalar.is_container());
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
