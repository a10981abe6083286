//! A value as the JSON text of a file, in the layout that the file has: what did not change stays as it is written, keys stay
//! in their order, and new lines are indented like the others.

use crate::value::{Object, Value, parse};
use rustc_hash::FxHashMap;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The text of a new file.
pub(super) fn fresh(value: &Value) -> String {
    value.to_json_pretty() + "\n"
}

/// The text that makes `new` of a file that holds `old`. Where that is JSON5 and no JSON, its comments are lost.
pub(super) fn rewritten(text: &str, old: &Value, new: &Value) -> String {
    let (mark, body) = match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(body) => (BYTE_ORDER_MARK, body),
        None => ("", text),
    };
    let layout = FileLayout::of(body);
    let known = serde_json::from_str::<&RawValue>(body).ok().map(|raw| KnownPart { text: raw.get(), value: old });
    let mut written = String::new();
    layout.write(&mut written, known, new, 0);
    let is_json = known.is_some() || body.trim_start().starts_with(['{', '[']);
    // What is to be written is read back: a layout is never worth a digit.
    if !is_json || !parse(written.as_bytes()).is_ok_and(|value| value.identical(new)) {
        written = new.to_json_pretty();
    }
    let before = &body[..body.len() - body.trim_start().len()];
    let behind = &body[body.trim_end().len()..];
    [mark, before, &written, behind].concat()
}

/// Whether a file is JSON as it stands, so that nothing but its changes is written anew.
pub(super) fn is_kept(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text.trim_start_matches(BYTE_ORDER_MARK)).is_ok()
}

/// A part of the file as it is written.
#[derive(Clone, Copy)]
struct KnownPart<'a> {
    text: &'a str,
    value: &'a Value,
}

/// How a file is laid out.
struct FileLayout {
    /// What a line begins with for each level; `None` where all of it stands on one line.
    indent: Option<String>,
    line_end: &'static str,
    colon: &'static str,
    comma: &'static str,
}

/// A container that is written.
struct WrittenFrame {
    brackets: [char; 2],
    is_inline: bool,
    level: usize,
}

impl FileLayout {
    fn of(text: &str) -> Self {
        let first_line = text.trim_start().split_once('\n');
        let indent = first_line.map(|(_, rest)| {
            let line = rest.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            line[..line.len() - line.trim_start().len()].to_owned()
        });
        let indent = indent.filter(|indent| !indent.is_empty());
        let is_spaced = indent.is_some() || text.contains("\": ") || text.contains("\", ");
        Self {
            line_end: if text.contains("\r\n") { "\r\n" } else { "\n" },
            colon: if is_spaced { ": " } else { ":" },
            comma: if is_spaced { ", " } else { "," },
            indent,
        }
    }

    fn write(&self, out: &mut String, known: Option<KnownPart<'_>>, new: &Value, level: usize) {
        match known {
            Some(known) if known.value.identical(new) => return out.push_str(known.text.trim()),
            _ if new.is_empty() => return out.push_str(&new.to_json()),
            _ => {}
        }
        let is_inline = known.map_or(self.indent.is_none(), |known| is_on_one_line(&known, self.indent.is_none()));
        match new {
            Value::Object(object) => {
                let frame = WrittenFrame { brackets: ['{', '}'], is_inline, level };
                let parts = members(known, object);
                self.frame(out, &frame, &parts, |out, (key, known, value)| {
                    out.push_str(&Value::from(*key).to_json());
                    out.push_str(self.colon);
                    self.write(out, *known, value, level + 1);
                });
            }
            Value::Array(array) => {
                let frame = WrittenFrame { brackets: ['[', ']'], is_inline, level };
                let before = elements(known);
                let parts: Vec<_> = array.iter().enumerate().collect();
                self.frame(out, &frame, &parts, |out, (at, value)| {
                    self.write(out, before.get(*at).copied(), value, level + 1);
                });
            }
            other => out.push_str(&other.to_json()),
        }
    }

    fn frame<T>(&self, out: &mut String, frame: &WrittenFrame, parts: &[T], mut write: impl FnMut(&mut String, &T)) {
        let line = |out: &mut String, level: usize| {
            if let Some(indent) = self.indent.as_ref().filter(|_| !frame.is_inline) {
                out.push_str(self.line_end);
                (0..level).for_each(|_| out.push_str(indent));
            }
        };
        out.push(frame.brackets[0]);
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                out.push_str(if frame.is_inline { self.comma } else { "," });
            }
            line(out, frame.level + 1);
            write(out, part);
        }
        line(out, frame.level);
        out.push(frame.brackets[1]);
    }
}

/// Whether a container stands on one line of the file, and not because there was nothing in it.
fn is_on_one_line(known: &KnownPart<'_>, otherwise: bool) -> bool {
    if known.value.is_container() && !known.value.is_empty() { !known.text.contains('\n') } else { otherwise }
}

/// The keys of an object in the order of the file, then those that are new; each with what the file has there.
fn members<'a>(known: Option<KnownPart<'a>>, new: &'a Object) -> Vec<(&'a str, Option<KnownPart<'a>>, &'a Value)> {
    let old = known.and_then(|known| match known.value {
        Value::Object(object) => Some((serde_json::from_str::<FileMembers<'a>>(known.text).ok()?.0, object)),
        _ => None,
    });
    let Some((texts, old)) = old else {
        return new.iter().map(|(key, value)| (key.as_str(), None, value)).collect();
    };
    // Of a key that is there several times the last counts.
    let last: FxHashMap<&str, usize> = texts.iter().enumerate().map(|(at, (key, _))| (key.as_str(), at)).collect();
    let mut parts = Vec::with_capacity(new.len());
    for (at, (key, raw)) in texts.iter().enumerate() {
        if let Some((key, value)) = new.iter_from(key).next().filter(|(found, _)| found.as_str() == key)
            && last.get(key.as_str()) == Some(&at)
        {
            parts.push((key.as_str(), old.get(key).map(|value| KnownPart { text: raw.get(), value }), value));
        }
    }
    let added = new.iter().filter(|(key, _)| !last.contains_key(key.as_str()));
    parts.extend(added.map(|(key, value)| (key.as_str(), None, value)));
    parts
}

fn elements<'a>(known: Option<KnownPart<'a>>) -> Vec<KnownPart<'a>> {
    let old = known.and_then(|known| match known.value {
        Value::Array(array) => Some((serde_json::from_str::<Vec<&'a RawValue>>(known.text).ok()?, array)),
        _ => None,
    });
    old.into_iter()
        .flat_map(|(texts, array)| texts.into_iter().zip(array.iter()))
        .map(|(raw, value)| KnownPart { text: raw.get(), value })
        .collect()
}

struct FileMembers<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for FileMembers<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = FileMembers<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(FileMembers(members))
            }
        }
        from.deserialize_map(Reader)
    }
}
