//! Random keys, mouse events, pastes and sizes on three recordings: no panic, and every frame can be painted.
//!
//! The events follow from a seed, so that a run that fails can be repeated: the message names the recording and the
//! events that led there. No files are touched. `ASOF_RANDOM_EVENTS` runs more or fewer.

use super::harness::{Files, GUIDE, Harness, recorded};
use super::lists::everything_in;
use crate::dice::Dice;
use crate::record::{TenantId, Version};
use crate::recording::{Recording, SnapshotRequest};
use crate::source::Address;
use crate::tui::action::ACTIONS;
use crate::tui::key::Key;
use crate::value::parse;
use crossterm::event::{Event, MouseButton, MouseEventKind};
use ratatui::layout::Position;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// Events for all recordings together. What CI runs (`.ci/run`) are 200,000.
const EVENTS: usize = 60_000;

/// Every so many events a frame is painted: more often than a person could look.
const FRAME_EVERY: usize = 4;

/// One thing that happens.
#[derive(Debug, Clone)]
enum Happening {
    Key(Key),
    Paste(String),
    Mouse(MouseEventKind, Position),
    Resize(u16, u16),
    Wait(u64),
    Write,
    Cut,
}

const PASTES: &[&str] = &["", "goto 3", "head\r\nq", "\u{1b}[31m\u{0}", "ö😀\u{202e}x", ".features", "R y"];

fn happening(dice: &mut Dice, keys: &[Key]) -> Happening {
    let mouse = [
        MouseEventKind::Down(MouseButton::Left),
        MouseEventKind::Down(MouseButton::Right),
        MouseEventKind::Drag(MouseButton::Left),
        MouseEventKind::Up(MouseButton::Left),
        MouseEventKind::ScrollUp,
        MouseEventKind::ScrollDown,
        MouseEventKind::Moved,
    ];
    match dice.index(100) {
        0..70 => Happening::Key(*dice.pick(keys)),
        70..73 => Happening::Paste((*dice.pick(PASTES)).to_owned()),
        73..90 => {
            let at = Position::new(dice.index(130) as u16, dice.index(40) as u16);
            Happening::Mouse(*dice.pick(&mouse), at)
        }
        90..91 => Happening::Resize(1 + dice.index(200) as u16, 1 + dice.index(60) as u16),
        91..93 => {
            let (width, height) = *dice.pick(&[(120, 36), (120, 36), (80, 24), (70, 20), (200, 60)]);
            Happening::Resize(width, height)
        }
        93..94 => Happening::Write,
        94 if dice.index(20) == 0 => Happening::Cut,
        _ => Happening::Wait(dice.index(700) as u64),
    }
}

/// All keys that mean something, letters, and a few that mean nothing.
pub fn keys() -> Vec<Key> {
    let bound = ACTIONS.iter().flat_map(|spec| spec.keys).flat_map(|keys| Key::parse_sequence(keys).unwrap());
    let letters = ('!'..='~').map(|letter| Key::parse(&letter.to_string()).unwrap());
    let others =
        ["Space", "Backspace", "Delete", "Ctrl-a", "Ctrl-w", "Alt-x", "F9"].map(|key| Key::parse(key).unwrap());
    bound.chain(letters).chain(others).collect()
}

fn happen(screen: &mut Harness, happening: &Happening) {
    match happening {
        Happening::Key(key) => {
            let effects = screen.app.key(*key).unwrap_or_default();
            screen.perform(effects);
        }
        Happening::Paste(text) => {
            screen.event(&Event::Paste(text.clone()));
        }
        Happening::Mouse(kind, at) => {
            screen.mouse(*kind, *at);
        }
        Happening::Resize(width, height) => {
            screen.event(&Event::Resize(*width, *height));
        }
        Happening::Wait(ms) => {
            screen.wait(Duration::from_millis(*ms));
        }
        Happening::Write => {
            let tenant = screen.tenant();
            let n = tenant.history().newest().0;
            // Histories that never end would make the test slower and find nothing new.
            if n < 3000 {
                tenant.set("more", parse(format!("{{\"n\":{n},\"list\":[{n},1]}}").as_bytes()).unwrap()).unwrap();
            }
        }
        Happening::Cut => {
            // What is in memory cannot be cut; that is an answer too.
            let tenant = screen.tenant();
            let middle = Version(u64::midpoint(tenant.history().first().0, tenant.history().newest().0));
            let _ = tenant.compact(middle);
        }
    }
    screen.outside.clear();
    screen.kept.clear();
}

/// What must be true whatever happened.
fn holds(screen: &mut Harness) {
    screen.draw();
    let area = screen.area;
    let text = screen.screen();
    assert!(text.lines().count() <= usize::from(area.height).max(1));
    let session = screen.app.session().unwrap();
    let newest = session.history().newest();
    assert!(session.cursor <= newest && session.ends().a <= newest && session.ends().b <= newest);
}

fn run(name: &str, mut screen: Harness, seed: u64) {
    let wanted = std::env::var("ASOF_RANDOM_EVENTS").ok().and_then(|count| count.parse().ok());
    let events = wanted.unwrap_or(EVENTS) / 3;
    screen.files = Files::Refused;
    let (mut dice, keys) = (Dice(seed), keys());
    let mut last: Vec<Happening> = Vec::new();
    for number in 0..events {
        let next = happening(&mut dice, &keys);
        if last.len() > 30 {
            last.remove(0);
        }
        last.push(next.clone());
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            happen(&mut screen, &next);
            if number % FRAME_EVERY == 0 {
                holds(&mut screen);
            }
        }));
        assert!(outcome.is_ok(), "{name}, seed {seed}, event {number}; the last ones: {last:#?}");
    }
}

/// Transactions, variants, snapshots and a rollback, on the disk, where history is cut off now and then.
fn everything(home: &std::path::Path) -> Harness {
    let recording = everything_in(Recording::create(&home.join("run.asof")).unwrap());
    Harness::of(Address::Recording("run.asof".into()), recording, 120, 36)
}

/// Two tenants, one rolled back twice, strange names and deep states.
fn tenants() -> Harness {
    let (recording, first) = recorded(GUIDE);
    let second = recording.handle(&TenantId::from("b\u{202e}\u{1b}[31m"));
    let deep = format!("{}1{}", "[".repeat(60), "]".repeat(60));
    for state in ["null", "{\"\":{\"a|b\":\"x\\u001b\"}}", &deep, "[1,2,3]", "\"only a text\"", "{}"] {
        second.set("\u{1b}]0;x\u{7}", parse(state.as_bytes()).unwrap()).unwrap();
    }
    for target in ["2", "head~2"] {
        let to = first.resolve(target, &crate::history::TargetContext::default()).unwrap();
        first.rollback(&crate::history::Strategy::Version(to), "again").unwrap();
    }
    Harness::of(Address::Demo("two".into()), recording, 120, 36)
}

/// Many versions of a wide state.
fn wide() -> Harness {
    let states: Vec<String> = (0..600)
        .map(|n| {
            let items: Vec<String> =
                (0..40).map(|i| format!("{{\"id\":{i},\"qty\":{},\"note\":\"n{}\"}}", (n * i) % 7, n / 50)).collect();
            format!("{{\"n\":{n},\"items\":[{}]}}", items.join(","))
        })
        .collect();
    let (recording, tenant) = recorded(&states.iter().map(String::as_str).collect::<Vec<_>>());
    for at in (10..600).step_by(37) {
        let request = SnapshotRequest {
            name: Some(format!("s{at}").as_str().into()),
            version: Some(Version(at)),
            ..Default::default()
        };
        tenant.snapshot(&request).unwrap();
    }
    Harness::of(Address::Demo("wide".into()), recording, 120, 36)
}

#[test]
fn random_events_on_everything_while_it_is_cut() {
    let home = tempfile::tempdir().unwrap();
    run("everything", everything(home.path()), 0x5eed);
}

#[test]
fn random_events_on_hostile_tenants() {
    run("tenants", tenants(), 0xace);
}

#[test]
fn random_events_on_a_wide_state() {
    run("wide", wide(), 0xbee);
}
