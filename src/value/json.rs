//! JSON text to values: `serde_json` reads; numbers keep their digits, duplicate keys are reported, depth is limited.

use super::numbers_in_text;
use super::{JsonCursor, Limits, Number, Object, Path, Step, Text, Value};
use crate::error::{Error, InputPlace, Result};
use rustc_hash::FxHashSet;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use std::cell::{Cell, RefCell};
use std::fmt;

/// A value and what was odd about its text.
#[derive(Debug)]
pub struct Parsed {
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

/// Reads one JSON text (UTF-8, nothing but white space round it) within the default limits. O(bytes).
///
/// # Errors
/// [`Error::Syntax`] whose place has line and byte within `text`; [`Error::TooLarge`].
pub fn parse(text: &[u8]) -> Result<Value> {
    parse_with(text, Limits::default()).map(|parsed| parsed.value)
}

/// Reads one JSON text, with the keys that occur more than once. O(bytes).
///
/// # Errors
/// As [`parse`].
pub fn parse_with(text: &[u8], limits: Limits) -> Result<Parsed> {
    match well_formed(text, limits.depth) {
        Some(value) => Ok(Parsed { value: value.within(limits)?, duplicates: Vec::new() }),
        None => parse_slowly(text, limits),
    }
}

/// The value of a text without mistakes and repeated keys.
pub(super) fn well_formed(text: &[u8], deepest: usize) -> Option<Value> {
    let mut cursor = JsonCursor::new(std::str::from_utf8(text).ok()?, deepest);
    cursor.blanks();
    let value = cursor.value()?;
    cursor.blanks();
    cursor.is_at_end().then_some(value)
}

/// As [`parse_with`]; says what is wrong, and which keys are repeated.
pub(super) fn parse_slowly(text: &[u8], limits: Limits) -> Result<Parsed> {
    let readable = numbers_in_text::readable(text);
    let reader = JsonReader::new(text, limits);
    let mut json = serde_json::Deserializer::from_slice(&readable);
    json.disable_recursion_limit();
    let seed = JsonSeed { reader: &reader, depth: 0 };
    let value = seed.deserialize(&mut json).and_then(|value| json.end().map(|()| value));
    let value = value.map_err(|error| syntax(text, &error))?.within(limits)?;
    Ok(Parsed { value, duplicates: reader.duplicates() })
}

fn syntax(text: &[u8], error: &serde_json::Error) -> Error {
    let line_start = match error.line() {
        0 | 1 => 0,
        line => memchr::memchr_iter(b'\n', text).nth(line - 2).map_or(0, |newline| newline + 1),
    };
    // No column: the line end before was read, and is what is wrong unless nothing follows.
    let is_line_end = error.column() == 0 && (1..text.len()).contains(&line_start);
    let at = if is_line_end { line_start - 1 } else { line_start + error.column().saturating_sub(1) };
    let (byte, line) = (at.min(text.len()) as u64, error.line() as u64 - u64::from(is_line_end));
    let place = InputPlace { line, byte, ..InputPlace::default() };
    let why = plain_words(without_position(&error.to_string()), text, usize::try_from(byte).unwrap_or(usize::MAX));
    Error::Syntax { place, why }
}

/// Characters shown of what stands where JSON was expected.
const FOUND: usize = 20;

/// What `serde_json` says of text that is no JSON, in words that show the text.
fn plain_words(message: &str, text: &[u8], at: usize) -> String {
    let found = text.get(at).copied();
    let what = match message {
        "expected value" | "expected ident" => "not JSON",
        "trailing characters" => "extra text after the JSON value",
        "key must be a string" => "expected a key in quotes",
        "expected `:`" | "expected `,` or `}`" | "expected `,` or `]`" => message,
        "EOF while parsing an object" => return "the text ends in the middle of an object: `}` is missing".to_owned(),
        "EOF while parsing a list" => return "the text ends in the middle of a list: `]` is missing".to_owned(),
        _ if message.starts_with("control character") && matches!(found, Some(b'\n' | b'\r')) => {
            return "the line ends in the middle of a text: a quote is missing".to_owned();
        }
        other => return other.replace("EOF while parsing", "the text ends in the middle of"),
    };
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80;
    let before = text[..at.min(text.len())].iter().rev().take_while(|byte| is_word(byte)).count();
    let found = &text[at.min(text.len()) - before..];
    let quote = usize::from(found.first() == Some(&b'"'));
    let length = quote + found[quote..].iter().take_while(|byte| is_word(byte)).count();
    let closed = usize::from(quote > 0 && found.get(length) == Some(&b'"'));
    let length = (length + closed).max(1).min(found.len());
    let found: String = String::from_utf8_lossy(&found[..length]).chars().take(FOUND).collect();
    if found.trim().is_empty() { what.to_owned() } else { format!("{what} (found `{found}`)") }
}

/// `serde_json` ends its sentences with a line and column of its own count.
fn without_position(message: &str) -> &str {
    message.rsplit_once(" at line ").map_or(message, |(sentence, _)| sentence)
}

/// What one parse carries along.
struct JsonReader<'t> {
    text: &'t [u8],
    /// Where in the text the search for the next double goes on.
    next_double: Cell<usize>,
    deepest: usize,
    /// Keys too long to be inline, so that equal ones share memory.
    long_keys: RefCell<FxHashSet<Text>>,
    /// Paths are written from their end, each level of the parse adding its step.
    duplicates: RefCell<Vec<(Vec<Step>, usize)>>,
}

impl<'t> JsonReader<'t> {
    fn new(text: &'t [u8], limits: Limits) -> Self {
        Self {
            text,
            next_double: Cell::new(0),
            deepest: limits.depth,
            long_keys: RefCell::default(),
            duplicates: RefCell::default(),
        }
    }

    fn double(&self) -> Option<Number> {
        let (token, end) = numbers_in_text::next_double(self.text, self.next_double.get())?;
        self.next_double.set(end);
        Number::parse(token)
    }

    fn key(&self, text: &str) -> Text {
        if text.len() <= Text::INLINE_LIMIT {
            return text.into();
        }
        let mut known = self.long_keys.borrow_mut();
        if let Some(key) = known.get(text) {
            return key.clone();
        }
        let key = Text::from(text);
        known.insert(key.clone());
        key
    }

    fn mark(&self) -> usize {
        self.duplicates.borrow().len()
    }

    /// Says that duplicates found since `mark` lie below `step`.
    fn below(&self, mark: usize, step: impl Fn() -> Step) {
        self.duplicates.borrow_mut()[mark..].iter_mut().for_each(|(steps, _)| steps.push(step()));
    }

    fn duplicates(self) -> Vec<Duplicate> {
        let found = self.duplicates.into_inner().into_iter();
        found.map(|(steps, count)| Duplicate { path: Path(steps.into_iter().rev().collect()), count }).collect()
    }

    /// Sorts entries by key; of repeated keys the last stays.
    fn sorted(&self, mut entries: Vec<(Text, Value)>) -> Object {
        if !entries.is_sorted_by(|left, right| left.0 < right.0) {
            entries.reverse();
            entries.sort_by(|left, right| left.0.cmp(&right.0));
            self.note_repeats(&entries);
            entries.dedup_by(|earlier, last| earlier.0 == last.0);
        }
        Object::from_sorted(entries)
    }

    fn note_repeats(&self, sorted: &[(Text, Value)]) {
        for same_key in sorted.chunk_by(|left, right| left.0 == right.0).filter(|run| run.len() > 1) {
            let step = Step::Key(same_key[0].0.clone());
            self.duplicates.borrow_mut().push((vec![step], same_key.len()));
        }
    }
}

#[derive(Clone, Copy)]
struct JsonSeed<'r> {
    reader: &'r JsonReader<'r>,
    /// Containers round the value about to be read.
    depth: usize,
}

impl JsonSeed<'_> {
    fn inner<E: serde::de::Error>(self) -> Result<Self, E> {
        let depth = self.depth + 1;
        if depth > self.reader.deepest {
            return Err(E::custom(format_args!("nested deeper than {} levels", self.reader.deepest)));
        }
        Ok(Self { depth, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for JsonSeed<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for JsonSeed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, bool: bool) -> Result<Value, E> {
        Ok(bool.into())
    }

    fn visit_i64<E>(self, int: i64) -> Result<Value, E> {
        Ok(int.into())
    }

    fn visit_u64<E>(self, int: u64) -> Result<Value, E> {
        Ok(int.into())
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Value, E> {
        self.reader.double().map(Value::Number).ok_or_else(|| E::custom("invalid number"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let (mut failed, mut index) = (None, 0);
        let read = std::iter::from_fn(|| {
            let mark = self.reader.mark();
            let element = elements.next_element_seed(inner).unwrap_or_else(|error| {
                failed = Some(error);
                None
            });
            self.reader.below(mark, || Step::Index(index));
            index += 1;
            element
        });
        // Leaf by leaf: the elements are never all held beside the array.
        let array = read.fuse().collect();
        failed.map_or(Ok(array), Err)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut read = Vec::new();
        while let Some(key) = entries.next_key_seed(KeySeed(self.reader))? {
            let mark = self.reader.mark();
            let value = entries.next_value_seed(inner)?;
            self.reader.below(mark, || Step::Key(key.clone()));
            read.push((key, value));
        }
        Ok(Value::Object(self.reader.sorted(read)))
    }
}

struct KeySeed<'r>(&'r JsonReader<'r>);

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = Text;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Text, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Text, E> {
        Ok(self.0.key(key))
    }
}
