//! Reads well-formed JSON from left to right, in one pass and with one allocation a container or long text.
//!
//! It knows no errors: what it does not read (a mistake, a key twice, too deep a value) is `None`, and the slower reader in
//! `json` says what is wrong with it. Must not name: files.

use super::array::ArrayBuilder;
use super::plain::plain_length;
use super::{Number, Object, Text, Value, Weight};
use rustc_hash::FxHashSet;

/// Digits of an integer that fits an `i64` whatever they are.
const INTEGER_DIGITS: usize = 18;

/// A place in a JSON text, and what is read so far of the containers round it.
pub(crate) struct JsonCursor<'t> {
    text: &'t str,
    at: usize,
    /// Containers that a value may be nested in.
    deepest: usize,
    /// Members of the objects that are open, the innermost last.
    members: Vec<(Text, Value)>,
    /// Elements of the arrays that are open, the innermost last.
    elements: Vec<Value>,
    /// Keys too long to be inline, so that equal ones share memory.
    long_keys: FxHashSet<Text>,
}

/// A value and what it weighs, so that no text in it is counted again.
type Weighed = (Value, Weight);

impl<'t> JsonCursor<'t> {
    /// At the start of a text whose values may be nested so deep.
    pub fn new(text: &'t str, deepest: usize) -> Self {
        let (members, elements, long_keys) = Default::default();
        Self { text, at: 0, deepest, members, elements, long_keys }
    }

    /// Whether all of the text is read.
    pub fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// The byte it is at.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Goes to a byte, which must be the first of a character.
    pub fn go_to(&mut self, at: usize) {
        self.at = at.min(self.text.len());
    }

    /// Whether `wanted` stands here.
    #[inline]
    pub fn is_at(&self, wanted: &str) -> bool {
        self.rest().starts_with(wanted.as_bytes())
    }

    /// Passes `wanted`, if it stands here.
    #[inline]
    pub fn eat(&mut self, wanted: &str) -> bool {
        let found = self.is_at(wanted);
        if found {
            self.at += wanted.len();
        }
        found
    }

    /// As [`eat`](Self::eat), of a text whose length is known when this is compiled, so that comparing it takes no call.
    #[inline]
    pub fn eat_known<const LENGTH: usize>(&mut self, wanted: &[u8; LENGTH]) -> bool {
        let found = self.rest().first_chunk() == Some(wanted);
        self.at += if found { LENGTH } else { 0 };
        found
    }

    /// Passes one byte of ASCII, if it stands here.
    #[inline]
    pub fn eat_byte(&mut self, wanted: u8) -> bool {
        let found = self.byte() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    /// Passes white space.
    #[inline]
    pub fn blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.byte() {
            self.at += 1;
        }
    }

    /// Passes so many bytes of ASCII, and returns them.
    pub fn ascii(&mut self, count: usize) -> Option<&'t str> {
        let passed = self.text.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(passed)
    }

    /// A whole number without sign, fraction or exponent, of at most 18 digits.
    #[inline]
    pub fn count(&mut self) -> Option<u64> {
        let rest = self.rest();
        let (mut number, mut length) = (0, 0);
        for byte in rest {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                if matches!(byte, b'.' | b'e' | b'E') {
                    return None;
                }
                break;
            }
            if length == INTEGER_DIGITS {
                return None;
            }
            (number, length) = (number * 10 + u64::from(digit), length + 1);
        }
        let canonical = length == 1 || length > 1 && rest.first() != Some(&b'0');
        canonical.then(|| {
            self.at += length;
            number
        })
    }

    /// A string without escapes.
    #[inline]
    pub fn plain_text(&mut self) -> Option<&'t str> {
        let (inside, plain) = self.string()?;
        plain.then_some(inside)
    }

    /// A string.
    pub fn text(&mut self) -> Option<Text> {
        let (inside, plain) = self.string()?;
        if plain { Some(inside.into()) } else { unescaped(inside) }
    }

    pub fn value(&mut self) -> Option<Value> {
        self.value_within(0)
    }

    /// A value with so many containers round it that are passed by other means.
    pub fn value_within(&mut self, containers: usize) -> Option<Value> {
        self.weighed(containers).map(|(value, _)| value)
    }

    /// The inside of a key as it is written, when a colon and a value may follow, which is next.
    pub fn key_before_value(&mut self) -> Option<&'t str> {
        let (key, _) = self.string()?;
        self.blanks();
        let found = self.eat_byte(b':');
        self.blanks();
        found.then_some(key)
    }

    /// Passes a value of a text that is known to be well formed.
    pub fn skip_value(&mut self) -> Option<()> {
        let mut open = 0_usize;
        loop {
            match self.rest().first()? {
                b'"' => drop(self.string()?),
                b'{' | b'[' => {
                    (open, self.at) = (open + 1, self.at + 1);
                    continue;
                }
                b'}' | b']' => (open, self.at) = (open.checked_sub(1)?, self.at + 1),
                b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' if open > 0 => {
                    self.at += 1;
                    continue;
                }
                _ => self.skip_word()?,
            }
            if open == 0 {
                return Some(());
            }
        }
    }

    /// Passes a number, or `true` and the like.
    fn skip_word(&mut self) -> Option<()> {
        let part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let length = self.rest().iter().take_while(part).count();
        self.at += length;
        (length > 0).then_some(())
    }

    /// What the inside of a string says.
    pub fn unescaped(inside: &str) -> Option<Text> {
        if inside.contains('\\') { unescaped(inside) } else { Some(inside.into()) }
    }

    #[inline]
    fn rest(&self) -> &'t [u8] {
        &self.text.as_bytes()[self.at..]
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// What is between the quotes of a string, and whether that has no escapes.
    #[inline]
    fn string(&mut self) -> Option<(&'t str, bool)> {
        let inside = self.rest().strip_prefix(b"\"")?;
        let start = self.at + 1;
        let (mut length, mut plain) = (plain_length(inside), true);
        loop {
            match inside.get(length)? {
                b'"' => break,
                b'\\' => {
                    plain = false;
                    // What is escaped is never the end; whether it is right is seen when it is read.
                    length += 2;
                    length += plain_length(inside.get(length..)?);
                }
                _ => return None,
            }
        }
        self.at = start + length + 1;
        Some((self.text.get(start..start + length)?, plain))
    }

    /// The value here, inside of so many containers.
    fn weighed(&mut self, depth: usize) -> Option<Weighed> {
        match self.byte()? {
            b'"' => self.string_value(),
            b'{' => self.object(depth + 1),
            b'[' => self.array(depth + 1),
            b't' => self.word("true", true.into()),
            b'f' => self.word("false", false.into()),
            b'n' => self.word("null", Value::Null),
            _ => self.number_value(),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Weighed> {
        self.eat(word).then_some((value, Weight { bytes: word.len() as u64, depth: 0 }))
    }

    fn string_value(&mut self) -> Option<Weighed> {
        let (inside, plain) = self.string()?;
        if plain {
            let weight = Weight { bytes: inside.len() as u64 + 2, depth: 0 };
            return Some((Value::String(inside.into()), weight));
        }
        let value = Value::String(unescaped(inside)?);
        let weight = Weight::of(&value);
        Some((value, weight))
    }

    fn number_value(&mut self) -> Option<Weighed> {
        let rest = self.rest();
        let part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
        let length = rest.iter().take_while(part).count();
        let token = &self.text[self.at..self.at + length];
        self.at += length;
        Some((Value::Number(integer(token.as_bytes()).or_else(|| Number::parse(token))?), weight_of_token(length)))
    }

    fn array(&mut self, depth: usize) -> Option<Weighed> {
        if depth > self.deepest {
            return None;
        }
        self.at += 1;
        self.blanks();
        let mut array = ArrayBuilder::new(self.elements.len());
        let mut is_first = true;
        while !self.closes(b']', &mut is_first)? {
            let (element, weight) = self.weighed(depth)?;
            self.blanks();
            self.elements.push(element);
            array.pushed(&mut self.elements, weight);
        }
        let array = array.finish(&mut self.elements);
        let weight =
            Weight { bytes: array.weight().written(array.len()), depth: array.weight().depth.saturating_add(1) };
        Some((Value::Array(array), weight))
    }

    fn object(&mut self, depth: usize) -> Option<Weighed> {
        if depth > self.deepest {
            return None;
        }
        self.at += 1;
        self.blanks();
        let (mark, mut inside, mut is_first) = (self.members.len(), Weight::default(), true);
        while !self.closes(b'}', &mut is_first)? {
            let (key, key_bytes) = self.key()?;
            self.blanks();
            if !self.eat_byte(b':') {
                return None;
            }
            self.blanks();
            let (value, weight) = self.weighed(depth)?;
            self.blanks();
            inside = inside.and(Weight { bytes: key_bytes + 1 + weight.bytes, ..weight });
            self.members.push((key, value));
        }
        let members = &mut self.members[mark..];
        if !members.is_sorted_by(|left, right| left.0 < right.0) {
            members.sort_by(|left, right| left.0.cmp(&right.0));
            if members.windows(2).any(|pair| pair[0].0 == pair[1].0) {
                return None;
            }
        }
        let object = Object::from_weighed(self.members.drain(mark..), inside);
        let weight = Weight { bytes: object.weight().written(object.len()), depth: inside.depth.saturating_add(1) };
        Some((Value::Object(object), weight))
    }

    /// Passes what stands before the next part of a container: nothing before the first, a comma before the others; whether
    /// it ends here instead.
    #[inline]
    fn closes(&mut self, end: u8, is_first: &mut bool) -> Option<bool> {
        if self.eat_byte(end) {
            return Some(true);
        }
        if !std::mem::take(is_first) {
            if !self.eat_byte(b',') {
                return None;
            }
            self.blanks();
        }
        Some(false)
    }

    /// A key, and the bytes it takes as JSON.
    fn key(&mut self) -> Option<(Text, u64)> {
        let (inside, plain) = self.string()?;
        if !plain {
            let key = unescaped(inside)?;
            let bytes = super::write::written_len(&key);
            return Some((key, bytes));
        }
        let bytes = inside.len() as u64 + 2;
        if inside.len() <= Text::INLINE_LIMIT {
            return Some((inside.into(), bytes));
        }
        if let Some(key) = self.long_keys.get(inside) {
            return Some((key.clone(), bytes));
        }
        let key = Text::from(inside);
        self.long_keys.insert(key.clone());
        Some((key, bytes))
    }
}

fn weight_of_token(length: usize) -> Weight {
    Weight { bytes: length as u64, depth: 0 }
}

/// What a token says that is a plain integer, and short enough.
fn integer(token: &[u8]) -> Option<Number> {
    let digits = token.strip_prefix(b"-").unwrap_or(token);
    let canonical = match digits {
        [b'0'] => digits.len() == token.len(), // -0 keeps its sign
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if !canonical || digits.len() > INTEGER_DIGITS {
        return None;
    }
    let absolute = number(digits).cast_signed();
    Some(Number::from(if digits.len() == token.len() { absolute } else { -absolute }))
}

/// At most 18 digits as a number.
fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
}

/// What the inside of a string with escapes says.
fn unescaped(inside: &str) -> Option<Text> {
    let quoted = ["\"", inside, "\""].concat();
    serde_json::from_str::<String>(&quoted).ok().map(Text::from)
}

#[cfg(test)]
mod tests;
