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
        let mut value = self.value.clone();
        let (mut way, mut start) = (Vec::new(), self.text.len() - self.text.trim_ascii_start().len());
        // The innermost container that holds all of the difference and has children of its own.
        let mut children = difference.children(start)?;
        while let Some((token, inner)) = children.only_container() {
            let Some(inside) = difference.children(inner) else { break };
            way.push(token);
            (children, start) = (inside, inner);
        }
        let is_object = self.text.as_bytes().get(start) == Some(&b'{');
        let new = children.parse(&difference, is_object, way.len() + 1, deepest)?;
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

    /// The children, of the container that starts at a byte, which the difference is in; `None` where it is no container,
    /// has no children, or does not hold all of the difference.
    fn children(&self, start: usize) -> Option<Children<'t>> {
        let object = match self.old.as_bytes()[..self.from].get(start)? {
            b'{' => true,
            b'[' => false,
            _ => return None,
        };
        let mut cursor = JsonCursor::new(self.old, 0);
        cursor.go_to(start + 1);
        let mut found = Children { before: 0, range: start + 1..start + 1, is_last: false, children: Vec::new() };
        loop {
            cursor.blanks();
            let key = if object { Some(cursor.key_before_value()?) } else { None };
            let value_at = cursor.position();
            cursor.skip_value()?;
            let child = Child { key, value: value_at..cursor.position() };
            let (end, is_before) = (child.value.end, child.value.end < self.from);
            cursor.blanks();
            let is_last = !cursor.eat(",");
            if is_before && !is_last {
                (found.before, found.range) = (found.before + 1, end..end);
                continue;
            }
            found.children.push(child);
            found.range.end = end;
            if is_last {
                // White space before the bracket may differ, too.
                (found.range.end, found.is_last) = (cursor.position(), true);
            }
            if found.range.end >= self.until {
                return Some(found);
            }
            if is_last {
                return None;
            }
        }
    }
}

/// Some children of a container, one after another.
struct Children<'t> {
    /// How many stand before them.
    before: usize,
    /// Where they stand in the old text, the comma before them included.
    range: Range<usize>,
    /// Whether none stands behind them.
    is_last: bool,
    children: Vec<Child<'t>>,
}

struct Child<'t> {
    /// As it is written, between its quotes; `None` in an array.
    key: Option<&'t str>,
    value: Range<usize>,
}

/// What stands in the place of children.
enum New {
    Members(Vec<(Text, Value)>),
    Elements(Vec<Value>),
}

impl Children<'_> {
    /// The only one of them, if its value may hold all of the difference: its token, and where its value starts.
    fn only_container(&self) -> Option<(Text, usize)> {
        let [child] = self.children.as_slice() else { return None };
        let token = match child.key {
            Some(key) => JsonCursor::unescaped(key)?,
            None => ecow::eco_format!("{}", self.before),
        };
        Some((token, child.value.start))
    }

    /// What the new text has in their place.
    fn parse(&self, difference: &Difference<'_>, is_object: bool, depth: usize, deepest: usize) -> Option<New> {
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
        while !is_empty {
            cursor.blanks();
            if is_object {
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
        Some(if is_object { New::Members(members) } else { New::Elements(elements) })
    }
}

/// Puts new children in the place of old ones; `false` where a key would occur twice.
fn exchange(container: &mut Value, old: &Children<'_>, new: New) -> bool {
    match (container, new) {
        (Value::Object(object), New::Members(members)) => {
            for child in &old.children {
                let Some(key) = child.key.and_then(JsonCursor::unescaped) else { return false };
                object.take(&key);
            }
            members.into_iter().all(|(key, value)| {
                let is_new = object.get(&key).is_none();
                object.put(key, value);
                is_new
            })
        }
        (Value::Array(array), New::Elements(elements)) => {
            old.children.iter().for_each(|_| array.take(old.before));
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
