//! A byte audit of the screen: what a terminal would obey or hide, in every place where data is shown, is shown as an
//! escape, in every view and box.

use super::harness::{Harness, noon};
use crate::record::{Body, Entry, Metric, NewSnapshot, SnapshotKind, TenantId, Version};
use crate::recording::Recording;
use crate::source::Address;
use crate::tui::draw::paint;
use crate::value::{Object, Value, parse};
use ratatui::buffer::Buffer;
use std::sync::Arc;

/// Control characters, whole and unfinished sequences, bidi, zero-width and other invisible ones.
const HOSTILE: [&str; 18] = [
    "\x1b[31mred",
    "\x1b]0;title\x07",
    "\x1b]52;c;QQ==\x1b\\",
    "\x1b",
    "\x1bP",
    "\u{9b}2J",
    "\u{9d}0;t",
    "\r\n",
    "\t",
    "\0",
    "\x08\x7f",
    "\u{85}",
    "\u{202e}rtl",
    "\u{2066}\u{2069}",
    "\u{200b}\u{200d}",
    "\u{feff}",
    "\u{2028}",
    "\u{ad}\u{e0041}",
];

/// Keys that lead through all views, their lists, and the boxes that show data.
const PLACES: [&str; 14] = [
    "z R",
    "2",
    "3",
    "5",
    "6",
    "7",
    "1 Tab Tab O O",
    "g g R",
    "Esc t",
    "Esc : f i l t e r Space",
    "Esc ?",
    "Esc 3 r",
    "Esc 6 P",
    "Esc : m e s s a g e s Enter",
];

/// Hostile text in every place that data comes to: names, labels, authors, tags, descriptions, keys, strings, branches,
/// transactions and why they failed, metrics, reasons.
fn recorded(text: &str) -> Arc<Recording> {
    let recording = Arc::new(Recording::memory().with_clock(noon));
    let name = format!("n{text}x");
    let tenant = recording.handle(&TenantId::from(name.as_str())).by(&name);
    let state = |n: i64| {
        let entries = [(name.as_str(), Value::from(name.as_str())), ("n", Value::from(n))];
        let entries = entries.into_iter().map(|(key, value)| (key.into(), value));
        Value::Object(entries.collect::<Object>())
    };
    tenant.set(&name, state(1)).unwrap();
    // As older versions of the program wrote it: today such names are refused.
    let mark = NewSnapshot {
        version: Version(1),
        name: Some(name.as_str().into()),
        kind: SnapshotKind::Named,
        description: name.as_str().into(),
        tags: vec![name.as_str().into()],
        drops: Vec::new(),
        created: Some(noon()),
    };
    tenant.append_all(vec![Entry::new(Body::Snapshot(Box::new(mark)))]).unwrap();
    tenant.set(&name, state(2)).unwrap();
    let failing = tenant.transaction(&name).step(&name, |draft| Ok(draft.set(".m", &1)?)).checkpoint(&name);
    let why = name.clone();
    failing.step(&name, move |_| Err(why.clone().into())).run().unwrap_err();
    let (from, baseline) = (Version(1), tenant.history().marks().listed().first().map(|snapshot| snapshot.id));
    tenant.append_all(vec![Entry::new(Body::Fork { name: name.as_str().into(), from, baseline })]).unwrap();
    tenant.on(&name).unwrap().set(&name, state(3)).unwrap();
    let metric =
        Metric { name: name.as_str().into(), unit: name.as_str().into(), ..Metric::parse("p=1:lower").unwrap() };
    tenant.measure(&name, &[metric]).unwrap();
    tenant.set(&name, parse(b"{\"last\":1}").unwrap()).unwrap();
    recording
}

fn is_safe(letter: char) -> bool {
    let hidden = ['\u{ad}', '\u{feff}', '\u{2028}', '\u{e0041}'].contains(&letter);
    !letter.is_control()
        && !hidden
        && !('\u{200b}'..='\u{200f}').contains(&letter)
        && !('\u{202a}'..='\u{202e}').contains(&letter)
        && !('\u{2060}'..='\u{206f}').contains(&letter)
}

#[test]
fn no_text_reaches_the_terminal_as_anything_but_text() {
    for text in HOSTILE {
        let source = Address::File(format!("f{text}.jsonl").into());
        for (width, height) in [(120, 36), (60, 20)] {
            let mut screen = Harness::of(source.clone(), recorded(text), width, height);
            for keys in PLACES {
                screen.keys(keys);
                let mut buffer = Buffer::empty(screen.area);
                paint(&screen.app, screen.area, &mut buffer);
                let odd = buffer.content.iter().find(|cell| !cell.symbol().chars().all(is_safe));
                assert!(odd.is_none(), "{text:?} at {keys}: {odd:?}");
            }
            screen.keys("Esc").command(&format!("goto {text}"));
            let said = screen.app.messages.all().iter().all(|message| message.text.unmarked().chars().all(is_safe));
            assert!(said, "{text:?}: {:?}", screen.app.messages.all());
        }
    }
}

#[test]
fn what_is_escaped_is_seen() {
    let mut screen = Harness::of(Address::File("f.jsonl".into()), recorded("\u{202e}"), 120, 36);
    for keys in ["g g z R", "3", "5", "6", "7"] {
        screen.keys(keys).sees("n\\u{202e}x");
    }
}
