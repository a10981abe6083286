//! Whether an input of JSON is one of states at all: lines that are events, one document round a long array.
//!
//! A question, not a verdict: whoever names a format has answered it.

use super::scanner::{Scanner, TextLayout};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Members that say what happened, in event logs; histories of states hardly have one in every line.
const EVENT_KEYS: [&str; 12] = [
    "type",
    "action",
    "op",
    "event",
    "kind",
    "eventType",
    "verb",
    "event_type",
    "eventName",
    "event_name",
    "ev",
    "evt",
];

/// Members that say when.
const TIME_KEYS: [&str; 10] =
    ["time", "timestamp", "ts", "at", "date", "eventTime", "created_at", "createdAt", "@timestamp", "start_ts"];

/// What arrays of what happened are called.
const HISTORY_KEYS: [&str; 16] = [
    "events",
    "history",
    "steps",
    "actions",
    "transitions",
    "versions",
    "log",
    "entries",
    "records",
    "checkpoints",
    "changes",
    "timeline",
    "states",
    "snapshots",
    "frames",
    "runs",
];

/// Values of the event member that are named.
const NAMED: usize = 3;

/// Elements that make an array long.
const LONG: usize = 3;

/// Why an input should not be taken for states as it is; `None` where nothing speaks against it.
/// `texts` are the first of them that are whole; `is_framed` says whether most are states in envelopes, which may well say
/// what happened.
pub(super) fn doubt(start: &[u8], layout: TextLayout, texts: &[Value], is_framed: bool) -> Option<String> {
    let events = || events(texts).filter(|_| !is_framed);
    match layout {
        TextLayout::Lines | TextLayout::Prefixed => events().or_else(|| wrapper(start)),
        TextLayout::Documents => wrapper(start).or_else(events),
    }
}

/// Texts that are events: one of the keys in nine of ten, with two values at least.
fn events(texts: &[Value]) -> Option<String> {
    let (key, named) = event_key(texts)?;
    Some(format!("its JSON texts look like events ({key} is {named}), not states"))
}

/// The member that tells the kinds of events apart, and some of its values.
fn event_key(texts: &[Value]) -> Option<(&'static str, String)> {
    let objects: Vec<&Map<String, Value>> = texts.iter().filter_map(Value::as_object).collect();
    if objects.len() < 2 || objects.len() * 10 < texts.len() * 9 {
        return None;
    }
    let of = |key: &'static str| {
        let values: Vec<&str> = objects.iter().filter_map(|object| object.get(key)?.as_str()).collect();
        let distinct: BTreeSet<&str> = values.iter().copied().collect();
        let is_one = values.len() * 10 > objects.len() * 9 && distinct.len() >= 2 && is_word(&distinct);
        is_one.then(|| (key, named(&distinct)))
    };
    EVENT_KEYS.into_iter().find_map(of)
}

/// Kinds have names, not sentences.
fn is_word(values: &BTreeSet<&str>) -> bool {
    values.iter().all(|value| value.len() <= 80)
}

fn named(values: &BTreeSet<&str>) -> String {
    let shown: Vec<&str> = values.iter().take(NAMED).copied().collect();
    let rest = if values.len() > NAMED { ", …" } else { "" };
    format!("{}{rest}", shown.join(", "))
}

/// One document, most of which is an array of what looks like steps.
fn wrapper(start: &[u8]) -> Option<String> {
    let document = DocumentOutline::of(start)?;
    let array = document.arrays.iter().max_by_key(|array| array.bytes)?;
    let most = array.bytes * 10 >= document.values * 8;
    let long = array.elements.len() >= LONG || (document.is_cut && !array.elements.is_empty());
    if !most || !long {
        return None;
    }
    let texts: Vec<Value> = array.elements.iter().filter_map(|json| serde_json::from_slice(json).ok()).collect();
    let is_dated = || {
        let dated = |text: &&Value| TIME_KEYS.iter().any(|key| text.get(key).is_some());
        texts.iter().filter(dated).count() * 10 > texts.len() * 9
    };
    let are_containers = texts.iter().all(|text| text.is_object() || text.is_array());
    let listed = array.key.is_some_and(|key| HISTORY_KEYS.contains(&key)) && are_containers;
    let kinds = event_key(&texts).filter(|_| array.key.is_none() || is_dated());
    let dated_list = array.key.is_none() && is_dated() && are_containers && texts.len() >= LONG;
    if !(listed || kinds.is_some() || dated_list) {
        return None;
    }
    let count = if document.is_cut { "many".to_owned() } else { array.elements.len().to_string() };
    let of = kinds.map_or_else(String::new, |(key, named)| format!(" ({key} is {named})"));
    Some(match array.key {
        Some(key) => format!("it is one document around an array of {count}, {key}{of}: a history, not a state"),
        None => format!("it is one array of {count}{of}: a history, not a state"),
    })
}

/// The arrays at the top of one document.
struct DocumentOutline<'a> {
    arrays: Vec<List<'a>>,
    /// Bytes of all values.
    values: usize,
    is_cut: bool,
}

struct List<'a> {
    key: Option<&'a str>,
    elements: Vec<&'a [u8]>,
    bytes: usize,
}

impl<'a> DocumentOutline<'a> {
    /// Of a document that may be cut off; `None` where there is more than one, or none that has arrays.
    fn of(start: &'a [u8]) -> Option<Self> {
        let mut walk = DocumentWalk { all: start, at: 0, values: 0 };
        walk.blanks();
        let arrays = match walk.peek()? {
            b'[' => vec![walk.list(None)],
            b'{' => walk.members(),
            _ => return None,
        };
        walk.blanks();
        let is_cut = walk.at >= start.len() && serde_json::from_slice::<serde::de::IgnoredAny>(start).is_err();
        (walk.at >= start.len()).then_some(Self { arrays, values: walk.values, is_cut })
    }
}

/// Walks over one document that may end anywhere.
struct DocumentWalk<'a> {
    all: &'a [u8],
    at: usize,
    /// Bytes of the values at the top.
    values: usize,
}

impl<'a> DocumentWalk<'a> {
    fn peek(&self) -> Option<u8> {
        self.all.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// The arrays among the members of the object that begins here.
    fn members(&mut self) -> Vec<List<'a>> {
        let mut arrays = Vec::new();
        self.at += 1;
        loop {
            self.blanks();
            match self.peek() {
                Some(b'"') => {}
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                Some(b'}') => {
                    self.at += 1;
                    return arrays;
                }
                _ => return arrays,
            }
            let Some(key) = self.value() else { return arrays };
            self.blanks();
            if self.peek() != Some(b':') {
                return arrays;
            }
            self.at += 1;
            self.blanks();
            let from = self.at;
            let is_whole = if self.peek() == Some(b'[') {
                let key = std::str::from_utf8(key).unwrap_or_default().trim_matches('"');
                arrays.push(self.list(Some(key)));
                true
            } else {
                self.value().is_some()
            };
            self.values += self.at - from;
            if !is_whole {
                return arrays;
            }
        }
    }

    /// The array that begins here.
    fn list(&mut self, key: Option<&'a str>) -> List<'a> {
        let from = self.at;
        let mut elements = Vec::new();
        self.at += 1;
        loop {
            self.blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                _ => match self.value() {
                    Some(element) => elements.push(element),
                    None => break,
                },
            }
        }
        List { key, elements, bytes: self.at - from }
    }

    /// The value that begins here, if all of it is there; else all is walked over.
    fn value(&mut self) -> Option<&'a [u8]> {
        let rest = &self.all[self.at..];
        let length = match rest.first()? {
            b'{' | b'[' | b'"' => Scanner::new(TextLayout::Documents).end(rest),
            _ => rest.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b'}' | b']')),
        };
        let length = length.filter(|length| *length > 0);
        self.at += length.unwrap_or(rest.len());
        length.map(|length| &rest[..length])
    }
}

#[cfg(test)]
mod tests {
    fn asked(start: &str) -> Option<String> {
        super::super::probe(start.as_bytes()).doubt
    }

    #[test]
    fn events_and_wrapped_arrays_are_asked_about() {
        for (start, words) in [
            (
                "{\"action\":\"I\",\"table\":\"t\"}\n{\"action\":\"D\",\"table\":\"t\"}\n{\"action\":\"C\"}\n",
                "(action is C, D, I)",
            ),
            ("{\"ev\":\"up\",\"n\":1}\n{\"ev\":\"down\",\"n\":1}\n", "(ev is down, up)"),
            ("{\"eventName\":\"Put\"}\n{\"eventName\":\"Get\"}\n", "(eventName is Get, Put)"),
            (
                "{\"type\":\"user\",\"uuid\":\"1\"}\n{\"type\":\"assistant\",\"uuid\":\"2\"}\n",
                "(type is assistant, user)",
            ),
            (
                "{\"type\":\"STATE_SNAPSHOT\",\"snapshot\":{},\"timestamp\":1700000000}\n{\"type\":\"STATE_DELTA\",\"delta\":[]}\n{\"type\":\"RUN_FINISHED\"}\n",
                "(type is RUN_FINISHED",
            ),
            ("{\"events\":[{\"eventId\":\"1\"},{\"eventId\":\"2\"},{\"eventId\":\"3\"}]}", "an array of 3, events"),
            ("{\n \"steps\": [\n  [{}],\n  [{}],\n  [{}]\n ]\n}\n", "an array of 3, steps"),
            ("[{\"type\":\"A\"},{\"type\":\"B\"},{\"type\":\"A\"}]", "one array of 3 (type is A, B)"),
            ("{\"events\":[{\"eventId\":\"1\",\"a\":1},{\"eventId\":\"2", "an array of many, events"),
        ] {
            let found = asked(start).unwrap_or_default();
            assert!(found.contains(words), "{start}: {found}");
        }
    }

    #[test]
    fn states_are_not_asked_about() {
        for start in [
            "{\"a\":1}\n{\"a\":2}\n",
            "{\"type\":\"app\",\"n\":1}\n{\"type\":\"app\",\"n\":2}\n",
            "{\"ts\":1700000000,\"event\":\"add\",\"state\":{}}\n{\"ts\":1700000001,\"event\":\"del\",\"state\":{}}\n",
            "{\"type\":\"only one\"}\n",
            "[1,2]\n[2,3]\n",
            "[{\"id\":1},{\"id\":2},{\"id\":3}]",
            "{\"version\":4,\"resources\":[{\"type\":\"a\",\"mode\":\"m\"},{\"type\":\"b\",\"mode\":\"m\"},{\"type\":\"c\"}]}",
            "{\"schemas\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"}]}",
            "{\"cart\":{\"items\":[1,2,3]},\"total\":9}",
            "5\n",
        ] {
            assert_eq!(asked(start), None, "{start}");
        }
    }
}
