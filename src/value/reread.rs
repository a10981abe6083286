//! Texts that differ from the one before in one place: only what differs is parsed, and all else is the value before.
//!
//! A container's children before the first difference and behind the last one are the same text in the same place of the
//! grammar, so they are the same values. What stands between is parsed as children of that container. Must not name: files.

use super::json::{Parsed, parse_with};
use super::{JsonCursor, Limits, Text, Value};
use crate::Result;
use std::ops::Range;

/// Reads texts one after another.
#[derive(Debug, Default)]
pub struct TextReader {
    last: Option<Last>,
}

/// The text read last.
#[derive(Debug)]
struct Last {
    text: String,
    value: Value,
    /// Whether each of its keys occurs once, so that every child of its text is in the value.
    is_exact: bool,
}

impl TextReader {
    /// Reads a text as [`parse_with`]. O(bytes); what it shares with the text before is compared, not parsed.
    ///
    /// # Errors
    /// As [`parse_with`].
    pub fn read(&mut self, text: &str, limits: Limits) -> Result<Parsed> {
        let known = self.last.as_ref().and_then(|last| last.reread(text, limits.depth));
        let parsed = match known {
            Some(value) => Parsed { value: value.within(limits)?, duplicates: Vec::new() },
            None => parse_with(text.as_bytes(), limits)?,
        };
        self.remember(text, &parsed);
        Ok(parsed)
    }

    fn remember(&mut self, text: &str, parsed: &Parsed) {
        let (value, is_exact) = (parsed.value.clone(), parsed.duplicates.is_empty());
        match &mut self.last {
            Some(last) if last.text == text => last.value = value,
            Some(last) => {
                text.clone_into(&mut last.text);
                (last.value, last.is_exact) = (value, is_exact);
            }
            None => self.last = Some(Last { text: text.to_owned(), value, is_exact }),
        }
    }
}

impl Last {
    fn reread(&self, text: &str, deepest: usize) -> Option<Value> {
        if self.text == text {
            return Some(self.value.clone());
        }
        let difference = Difference::of(&self.text, text).filter(|_| self.is_exact)?;
        let (way, children) = difference.locate()?;
        let new = children.parse(&difference, way.len() + 1, deepest)?;
        let mut value = self.value.clone();
        let mut new = Some(new);
        let done =
            value.edit_at(&way, &mut |container| new.take().is_some_and(|new| exchange(container, &children, new)));
        done.then_some(value)
    }
}

/// Where two texts differ.
struct Difference<'t> {
    old: &'t str,
    new: &'t str,
    /// The first byte that differs.
    from: usize,
    /// Behind the last byte of the old text that differs.
    until: usize,
}

impl<'t> Difference<'t> {
    /// `None` where it is most of either text.
    fn of(old: &'t str, new: &'t str) -> Option<Self> {
        let (a, b) = (old.as_bytes(), new.as_bytes());
        let shorter = a.len().min(b.len());
        let from = common_prefix(a, b, shorter);
        let behind = common_suffix(a, b, shorter - from);
        let until = a.len() - behind;
        let differs = (until - from).max(b.len() - behind - from);
        (differs <= shorter / 2).then_some(Self { old, new, from, until })
    }

    /// A place behind the difference, in the new text.
    fn in_new(&self, at: usize) -> usize {
        at + self.new.len() - self.old.len()
    }

    /// The innermost container that holds all of it and has children, as the way there, and those of its children that it
    /// touches. O(bytes of the old text up to its end).
    fn locate(&self) -> Option<(Vec<Text>, TouchedChildren<'t>)> {
        let mut cursor = JsonCursor::new(self.old, 0);
        let mut open: Vec<TouchedChildren<'t>> = Vec::new();
        cursor.blanks();
        loop {
            // At a value.
            if cursor.position() < self.from && (cursor.is_at("{") || cursor.is_at("[")) {
                let mut inside = TouchedChildren::of(cursor.is_at("{"), cursor.position() + 1);
                cursor.go_to(inside.range.start);
                cursor.blanks();
                if !inside.closes(&mut cursor) {
                    inside.begin_child(&mut cursor)?;
                    open.push(inside);
                    continue;
                }
            } else {
                cursor.skip_value()?;
            }
            // Behind a value, which may end all containers that it is the last in.
            loop {
                let around = open.last_mut()?;
                around.end_child(cursor.position(), self.from);
                cursor.blanks();
                if around.hold(&cursor, self.until) {
                    let found = open.pop()?;
                    let way = open.iter().map(TouchedChildren::token).collect::<Option<_>>()?;
                    return Some((way, found));
                }
                if cursor.eat(",") {
                    cursor.blanks();
                    around.begin_child(&mut cursor)?;
                    break;
                }
                if !around.closes(&mut cursor) {
                    return None;
                }
                open.pop();
            }
        }
    }
}

/// Some children of a container, one after another: those that a difference touches.
struct TouchedChildren<'t> {
    is_object: bool,
    /// How many stand before them.
    before: usize,
    /// Where they stand in the old text, the comma before them included.
    range: Range<usize>,
    /// Whether none stands behind them.
    is_last: bool,
    /// Their keys as they are written, between quotes; `None` in an array.
    keys: Vec<Option<&'t str>>,
    /// The key of the child that was begun last.
    key: Option<&'t str>,
    /// Where the child before them begins, the comma before it included.
    previous: usize,
}

impl<'t> TouchedChildren<'t> {
    /// Of a container whose inside starts at a byte.
    fn of(is_object: bool, start: usize) -> Self {
        let (before, is_last, keys, key) = (0, false, Vec::new(), None);
        Self { is_object, before, range: start..start, is_last, keys, key, previous: start }
    }

    fn begin_child(&mut self, cursor: &mut JsonCursor<'t>) -> Option<()> {
        if self.is_object {
            self.key = Some(cursor.key_before_value()?);
        }
        Some(())
    }

    /// Takes in that a child ends at a byte: as one before the difference, which starts at `from`, or as one in it.
    fn end_child(&mut self, end: usize, from: usize) {
        // What follows a number tells where it ends, and has to be the same.
        if end < from {
            self.before += 1;
            self.previous = self.range.start;
            self.range = end..end;
        } else {
            self.keys.push(self.key);
            self.range.end = end;
        }
    }

    /// Whether the children so far hold the difference, which ends at `until`. `cursor` is behind the white space that
    /// follows the last of them.
    fn hold(&mut self, cursor: &JsonCursor<'t>, until: usize) -> bool {
        self.is_last = !cursor.is_at(",");
        if !self.keys.is_empty() && self.range.end >= until {
            return true;
        }
        let is_found = self.is_last && cursor.position() >= until;
        if is_found && self.keys.is_empty() {
            // It is behind the last child: what is exchanged begins with that one.
            (self.before, self.range.start) = (self.before - 1, self.previous);
            self.keys.push(self.key);
        }
        if is_found {
            self.range.end = cursor.position();
        }
        is_found
    }

    /// Passes the bracket that closes the container, if it is next.
    fn closes(&self, cursor: &mut JsonCursor<'t>) -> bool {
        cursor.eat(if self.is_object { "}" } else { "]" })
    }

    /// The token of the child that was begun last, where none is in the difference yet.
    fn token(&self) -> Option<Text> {
        match self.key {
            Some(key) => JsonCursor::unescaped(key),
            None => Some(ecow::eco_format!("{}", self.before)),
        }
    }

    /// What the new text has in their place.
    fn parse(&self, difference: &Difference<'_>, depth: usize, deepest: usize) -> Option<New> {
        if depth > deepest {
            return None;
        }
        let text = difference.new.get(self.range.start..difference.in_new(self.range.end))?;
        let mut cursor = JsonCursor::new(text, deepest);
        cursor.blanks();
        let is_empty = cursor.is_at_end();
        if is_empty && !(self.before == 0 && self.is_last) {
            return None;
        }
        if self.before > 0 && !cursor.eat(",") {
            return None;
        }
        let (mut members, mut elements) = (Vec::new(), Vec::new());
        if !is_empty {
            loop {
                cursor.blanks();
                if self.is_object {
                    let key = JsonCursor::unescaped(cursor.key_before_value()?)?;
                    members.push((key, cursor.value_within(depth)?));
                } else {
                    elements.push(cursor.value_within(depth)?);
                }
                cursor.blanks();
                if cursor.is_at_end() {
                    break;
                }
                if !cursor.eat(",") {
                    return None;
                }
            }
        }
        Some(if self.is_object { New::Members(members) } else { New::Elements(elements) })
    }
}

/// What stands in the place of children.
enum New {
    Members(Vec<(Text, Value)>),
    Elements(Vec<Value>),
}

/// Puts new children in the place of old ones; `false` where a key would occur twice.
fn exchange(container: &mut Value, old: &TouchedChildren<'_>, new: New) -> bool {
    match (container, new) {
        (Value::Object(object), New::Members(members)) => {
            for key in &old.keys {
                let Some(key) = key.and_then(JsonCursor::unescaped) else { return false };
                object.take(&key);
            }
            members.into_iter().all(|(key, value)| {
                let is_new = object.get(&key).is_none();
                object.put(key, value);
                is_new
            })
        }
        (Value::Array(array), New::Elements(elements)) => {
            old.keys.iter().for_each(|_| array.take(old.before));
            (old.before..).zip(elements).for_each(|(at, element)| array.insert(at, element));
            true
        }
        _ => false,
    }
}

/// Bytes compared at once.
const BLOCK: usize = 1024;

fn common_prefix(a: &[u8], b: &[u8], most: usize) -> usize {
    let blocks = a[..most].chunks(BLOCK).zip(b[..most].chunks(BLOCK));
    let same = blocks.take_while(|(a, b)| a == b).map(|(a, _)| a.len()).sum::<usize>();
    same + a[same..most].iter().zip(&b[same..most]).take_while(|(a, b)| a == b).count()
}

fn common_suffix(a: &[u8], b: &[u8], most: usize) -> usize {
    let (a, b) = (&a[a.len() - most..], &b[b.len() - most..]);
    let blocks = a.rchunks(BLOCK).zip(b.rchunks(BLOCK));
    let same = blocks.take_while(|(a, b)| a == b).map(|(a, _)| a.len()).sum::<usize>();
    same + a[..most - same].iter().rev().zip(b[..most - same].iter().rev()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests;
