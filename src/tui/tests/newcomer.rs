//! What somebody stumbled over who had never seen the screen: each a rule for its kind.

use super::harness::{Harness, recorded};
use crate::history::Strategy;
use crate::record::Version;
use crate::source::{Address, Recent};
use chrono::Duration;

/// The last line with something on it.
fn hints(screen: &Harness) -> String {
    screen.screen().lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().to_owned()
}

#[test]
fn the_hints_name_the_keys_that_matter_in_a_view() {
    for (width, keys, has, lacks) in [
        (80, "", &["c history", "f find"][..], &[][..]),
        (80, "2", &["n N next", "c history"], &["d diff"]),
        (120, "2", &["n N difference", "yy copy", "c history", "f find"], &["d diff"]),
    ] {
        let mut screen = Harness::guide(width, 24);
        let shown = hints(screen.keys(keys));
        assert!(has.iter().all(|hint| shown.contains(hint)), "{width} {keys}: {shown}");
        assert!(lacks.iter().all(|hint| !shown.contains(hint)), "{width} {keys}: {shown}");
    }
}

#[test]
fn a_message_of_several_rows_leaves_every_border_whole() {
    for (width, height) in [(80, 24), (120, 36), (60, 16)] {
        for keys in ["", "2", "3", "4", "5", "O"] {
            let mut screen = Harness::guide(width, height);
            screen.keys(keys).app.messages.note("word ".repeat(30));
            screen.resize(width, height).sees("word word");
            let shown = screen.screen();
            let count = |sign: char| shown.matches(sign).count();
            assert_eq!((count('┌'), count('┐')), (count('└'), count('┘')), "{width}x{height} {keys}:\n{shown}");
        }
    }
}

#[test]
fn versions_that_an_undo_brought_back_are_said_to_be_on_main() {
    let mut screen = Harness::guide(120, 36);
    screen.command("rollback v1.0.0").keys("y 7 j").sees("main~1").sees("not on main");
    screen.keys("1 u u 7").sees("main~1").sees("on main again").lacks("not on main");
}

#[test]
fn two_versions_that_are_named_are_compared_at_the_second() {
    let mut screen = Harness::guide(120, 36);
    screen.command("diff 2 4").sees("#4/6").sees("[B] #4").keys("1").sees("#4/6").sees("at B");
    screen.keys("ctrl+o").sees("#6/6");
}

#[test]
fn a_list_that_shows_a_part_of_the_sources_says_so() {
    let many = (0..20).map(|n| Recent { source: format!("/a/{n}.asof"), versions: n, age: Duration::minutes(5) });
    Harness::start(many.collect(), 80, 24).sees("Recent · 8 of 20");
    let few = vec![Recent { source: "/a/1.asof".into(), versions: 1, age: Duration::minutes(5) }];
    Harness::start(few, 80, 24).sees("Recent").lacks(" of 1");
}

#[test]
fn what_commands_do_stands_in_one_column() {
    for (width, height) in [(120, 36), (80, 24)] {
        let mut screen = Harness::guide(width, height);
        let shown = screen.keys(":").screen();
        let column = |does: &str| {
            let line = shown.lines().find(|line| line.contains(does)).unwrap_or_else(|| panic!("{does}:\n{shown}"));
            line.find(does).map(|at| line[..at].chars().count())
        };
        let columns =
            ["one transition back", "one transition forward", "previous transaction", "compare A and B"].map(column);
        assert!(columns.iter().all(|column| *column == columns[0]), "{columns:?}:\n{shown}");
    }
}

#[test]
fn a_word_of_the_legend_is_there_once() {
    let (recording, tenant) = recorded(&["1", "2", "3", "4"]);
    tenant.set("add", crate::value::parse(b"5").unwrap()).unwrap();
    for to in [1, 2, 3] {
        tenant.rollback(&Strategy::Version(Version(to)), "").unwrap();
    }
    let mut screen = Harness::of(Address::File("shop.jsonl".into()), recording, 120, 36);
    let edge = screen.sees("⟲ rollback").screen().lines().nth(1).unwrap_or_default().to_owned();
    assert_eq!(edge.matches("rollback").count(), 1, "{edge}");
}

#[test]
fn hits_in_most_columns_are_bars_and_a_few_are_counted() {
    let states: Vec<String> = (0..300).map(|n| format!("{{\"n\":{},\"rare\":{}}}", n, n / 200)).collect();
    let states: Vec<&str> = states.iter().map(String::as_str).collect();
    for (path, has, lacks) in [(".n", "▂▃", "2"), (".rare", " '", "▂")] {
        let mut screen = Harness::states(&states, 120, 36);
        screen.command(&format!("history {path}"));
        let shown = screen.screen();
        let row = shown.lines().nth(4).unwrap_or_default();
        assert!(row.contains(has) && !row.contains(lacks), "{path}: {row}\n{shown}");
    }
}
