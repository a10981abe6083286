//! Every change of a path: what a plain walk finds, in whatever order answers come; Esc stops; the cursor goes there.

use super::harness::{Harness, recorded};
use crate::record::Version;
use crate::source::Address;
use crate::value::{Path, Value, parse};

/// Rows of the history on the screen: version, before, after.
fn rows(screen: &Harness) -> Vec<(u64, String, String)> {
    let history = screen.app.session().unwrap().asked.history.as_ref().unwrap();
    history
        .rows()
        .map(|row| (row.version.0, row.before.unmarked().into_owned(), row.after.unmarked().into_owned()))
        .collect()
}

/// The same by a plain walk over these states, newest first.
pub(super) fn walked(states: &[&str], path: &str) -> Vec<(u64, String, String)> {
    let words = |value: Option<&Value>| {
        value.map(|value| crate::view::found::brief(value).unmarked().into_owned()).unwrap_or_default()
    };
    let mut before: Option<Value> = None;
    let mut changes = Vec::new();
    for (at, state) in states.iter().enumerate() {
        let state = parse(state.as_bytes()).unwrap();
        let now = Path::parse(path, &state).ok().and_then(|path| state.at(&path).cloned());
        if before != now {
            changes.push((at as u64 + 1, words(before.as_ref()), words(now.as_ref())));
        }
        before = now;
    }
    changes.reverse();
    changes
}

pub(super) const STATES: [&str; 7] = [
    r#"{"items":[{"id":"a","v":1},{"id":"b","v":2}],"n":1}"#,
    r#"{"items":[{"id":"x","v":0},{"id":"a","v":1},{"id":"b","v":2}],"n":1}"#,
    r#"{"items":[{"id":"x","v":0},{"id":"a","v":1},{"id":"b","v":3}],"n":2}"#,
    r#"{"items":[{"id":"b","v":3},{"id":"a","v":1}],"n":2,"m":{"k":1}}"#,
    r#"{"items":[{"id":"a","v":5}],"n":7,"m":{"k":2}}"#,
    r#"{"items":[{"id":"b","v":4},{"id":"a","v":5}],"n":7}"#,
    r#"{"items":[{"id":"a","v":5},{"id":"c","v":4}],"n":1}"#,
];

#[test]
fn the_changes_of_a_path_are_those_of_a_plain_walk_from_any_version() {
    for path in [".n", ".m", ".m.k", ".items[id=a].v", ".items[id=b].v", ".items[id=b]", ".items[id=c].v", "."] {
        let walk = walked(&STATES, path);
        for at in 1..=STATES.len() {
            let state = parse(STATES[at - 1].as_bytes()).unwrap();
            if Path::parse(path, &state).ok().and_then(|path| state.at(&path).cloned()).is_none() {
                continue;
            }
            let mut screen = Harness::states(&STATES, 120, 36);
            screen.command(&format!("goto {at}")).command(&format!("history {path}"));
            assert_eq!(rows(&screen), walk, "{path} from #{at}");
        }
    }
}

#[test]
fn answers_in_parts_and_out_of_order_come_to_the_same() {
    let mut random = 7_usize;
    for round in 0..30 {
        let mut screen = Harness::states(&STATES, 120, 36);
        screen.hold_all().command("history .n").command("history .items");
        while !screen.held.is_empty() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407 + round);
            let which = (random >> 33) % screen.held.len();
            screen.release(which);
        }
        assert_eq!(rows(&screen), walked(&STATES, ".items"), "round {round}");
    }
}

#[test]
fn what_is_written_meanwhile_comes_on_top_and_the_cursor_stays_on_its_change() {
    let (recording, tenant) = recorded(&STATES);
    let mut screen = Harness::of(Address::File("shop.jsonl".into()), recording, 120, 36);
    screen.command("history .n").keys("j");
    let selected =
        |screen: &Harness| screen.app.session().unwrap().asked.history.as_ref().unwrap().selected().unwrap().version;
    assert_eq!(selected(&screen), Version(5));
    let late = r#"{"items":[],"n":9}"#;
    tenant.set("late", parse(late.as_bytes()).unwrap()).unwrap();
    screen.report(crate::tui::job::Report::Followed(crate::tui::job::Life::Live));
    let all: Vec<&str> = STATES.into_iter().chain([late]).collect();
    assert_eq!((rows(&screen), selected(&screen)), (walked(&all, ".n"), Version(5)));
}

/// Who changed a value is asked as often as when.
#[test]
fn a_change_that_is_gone_to_says_who_made_it() {
    let (recording, tenant) = recorded(&[r#"{"n":1,"m":1}"#]);
    for (author, state) in
        [("kim", r#"{"n":2,"m":1}"#), ("Zoë \u{1b}[1m", r#"{"n":3,"m":1}"#), ("", r#"{"n":3,"m":2}"#)]
    {
        let writer = if author.is_empty() { tenant.clone() } else { tenant.by(author) };
        writer.set("step", parse(state.as_bytes()).unwrap()).unwrap();
    }
    for (width, height) in [(120, 36), (80, 24), (60, 16)] {
        for (path, keys, says) in [
            (".n", "[ c", ".n  2 → 3  at #3 by Zoë \\u{1b}[1m"),
            (".n", "[ c [ c", ".n  1 → 2  at #2 by kim"),
            (".m", "g g ] c", ".m  1 → 2  at #4"),
            (".n", "c j Enter", ".n  1 → 2  at #2 by kim"),
        ] {
            let mut screen = Harness::of(Address::File("shop.jsonl".into()), recording.clone(), width, height);
            screen.command(&format!("path {path}")).keys(keys).sees(says);
            assert!(path != ".m" || !screen.screen().contains("#4 by"), "{}", screen.screen());
        }
    }
}

#[test]
fn enter_goes_to_the_version_and_back_to_where_it_was_asked_for() {
    let mut screen = Harness::states(&STATES, 120, 36);
    screen.command("path .n").keys("c").sees("[History] of .n").sees("2       7");
    screen.keys("j Enter").sees("[1 Debug]").sees(".n  2 → 7  at #5");
    assert_eq!(screen.cursor(), 5);
    screen.keys("2 c").sees("[History] of").keys("Esc").sees("[2 Diff]");
    screen.keys("c q").sees("[2 Diff]");
}

#[test]
fn n_goes_through_the_changes_without_leaving_them() {
    let mut screen = Harness::states(&STATES, 120, 36);
    screen.command("path .n").keys("c n");
    assert_eq!(screen.cursor(), 5);
    screen.keys("n").sees("[History]");
    assert_eq!(screen.cursor(), 3);
    screen.keys("N");
    assert_eq!(screen.cursor(), 5);
}

#[test]
fn esc_stops_and_says_how_far_it_came() {
    let mut screen = Harness::states(&STATES, 120, 36);
    screen.hold_all().command("history .n").sees("Looking for changes …").keys("Esc").sees("Stopping").let_all_come();
    screen.sees("stopped at #7").sees("Stopped").lacks("Stopping");
}

#[test]
fn a_history_looks_as_it_should_at_every_size() {
    for (width, height) in [(120, 36), (80, 24), (60, 16)] {
        let mut screen = Harness::states(&STATES, width, height);
        screen.command("history .n");
        insta::assert_snapshot!(format!("history_{width}x{height}"), screen.screen());
    }
}
