//! What somebody stumbled over who had never seen the screen: each a rule for its kind.

use super::harness::{Harness, Held, recorded};
use crate::history::Strategy;
use crate::record::Version;
use crate::recording::SnapshotRequest;
use crate::source::{Address, Recent};
use crate::tui::job::Job;
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
fn hits_are_bars_whether_they_are_many_or_few() {
    let states: Vec<String> = (0..300).map(|n| format!("{{\"n\":{},\"rare\":{}}}", n, n / 200)).collect();
    let states: Vec<&str> = states.iter().map(String::as_str).collect();
    for (path, has) in [(".n", "▃▄"), (".rare", " ▂")] {
        let mut screen = Harness::states(&states, 120, 36);
        screen.command(&format!("history {path}"));
        let shown = screen.screen();
        let row = shown.lines().nth(4).unwrap_or_default();
        assert!(row.contains(has) && !row.contains(['\'', '2', '#']), "{path}: {row}\n{shown}");
    }
}

/// Two tasks answer: which comes first is left to chance.
#[test]
fn what_nobody_asked_for_does_not_displace_the_outcome_of_a_key() {
    for outcome_comes_first in [true, false] {
        let (recording, _) = recorded(&["{\"a\":1}", "{\"b\":1}", "{\"a\":2}"]);
        let mut screen = Harness::of(Address::Demo("x".into()), recording, 120, 36);
        screen.command("path .a").hold_all().keys(",").let_come();
        screen.command("snapshot v1");
        let is_write = |held: &Held| matches!(held, Held::Waiting(task) if matches!(task.job, Job::Write { .. }));
        let is_scan = |held: &Held| matches!(held, Held::Waiting(task) if matches!(task.job, Job::Scan { .. }));
        assert!(screen.held.iter().any(is_write) && screen.held.iter().any(is_scan));
        screen.held.sort_by_key(|held| is_write(held) != outcome_comes_first);
        screen.let_all_come();
        let said = screen.app.messages.line().unwrap().text.unmarked().into_owned();
        assert!(said.starts_with("Snapshot \"v1\" marks #2"), "{said}");
        screen.command("messages").sees("v1").sees(".a is not in #2: removed at #2");
    }
}

#[test]
fn a_question_says_that_a_place_to_save_in_is_asked_for_next() {
    let next = "Not on the disk yet: where to save it is asked next.";
    for (width, height) in [(120, 36), (80, 24)] {
        for keys in [": r o l l b a c k Space 1 Enter", "s"] {
            let (recording, _) = recorded(&["1", "2"]);
            Harness::of(Address::File("shop.jsonl".into()), recording, width, height).keys(keys).sees(next);
            Harness::guide(width, height).keys(keys).lacks(next);
        }
    }
}

#[test]
fn a_stray_escape_unpins_nothing() {
    let mut screen = Harness::guide(120, 36);
    screen.command("diff 2 4").sees("[2 Diff]").keys("Esc").sees("[1 Debug]").sees("A #2 → B #4");
    screen.keys("Esc").sees("A and B stay pinned at #2 and #4 (Esc again unpins)").sees("A #2 → B #4");
    screen.keys("j Esc").sees("stay pinned").keys("Esc").sees(":diff 2 4 pins as before").lacks("A #2 → B #4");
    // The diff of a rollback leads back to where they were.
    screen.command("diff 2 4").keys("R d").sees("A #6").keys("Esc n").sees("A #2").sees("[B] #4");
}

#[test]
fn the_row_of_which_a_word_is_typed_comes_first_and_is_run() {
    let mut screen = Harness::guide(120, 36);
    screen.keys(":").text("report").sees("copy-report").keys("Enter").lacks("no such command");
    assert!(screen.outside.last().is_some_and(|effect| effect.starts_with("copy # ")), "{:?}", screen.outside);
    let named =
        SnapshotRequest { name: Some("error comes in".into()), version: Some(Version(2)), ..Default::default() };
    screen.tenant().snapshot(&named).unwrap();
    screen.keys(":").text("comes").sees("snapshot: go to #2").keys("Enter").sees("#2/6");
    // What writes is run only where it is written out, or begun.
    screen.keys(":").text("back").keys("Enter").lacks("Roll back");
}

#[test]
fn what_is_written_in_memory_is_asked_about_before_the_end() {
    let quits = |screen: &Harness| screen.outside.iter().any(|effect| effect.starts_with("quit"));
    let mut screen = Harness::guide(120, 36);
    screen.command("snapshot v9").keys("q").sees("1 write of yours is in memory only");
    assert!(!quits(&screen));
    screen.keys("n q y");
    assert!(quits(&screen));
    let mut undone = Harness::guide(120, 36);
    undone.command("rollback 2").keys("y u u q");
    assert!(quits(&undone), "nothing is lost: {}", undone.screen());
}

#[test]
fn every_size_says_that_nothing_is_on_the_disk() {
    for (width, height) in [(160, 48), (120, 36), (80, 24), (60, 16)] {
        for keys in ["1", "2", "3", "4", "5", "6", "7", "c"] {
            let mut screen = Harness::guide(width, height);
            let header = screen.keys(keys).screen().lines().next().unwrap_or_default().to_owned();
            assert!(header.contains(" mem"), "{width} {keys}: {header}");
        }
    }
}

#[test]
fn a_search_between_a_and_b_that_finds_nothing_leads_to_all_versions() {
    let mut screen = Harness::states(&["1", "2", "3", "4", "5"], 120, 36);
    screen.command("diff 2 4").command("find . == 5").sees("Nothing found in 3 versions, #2 to #4 (A to B)");
    screen.sees("Enter looks in all versions").keys("Enter").sees("all versions of main").sees("1 of 1");
}

/// Parts of the answer come one by one, the newest first.
#[test]
fn a_history_opens_at_the_version_of_the_cursor() {
    let states: Vec<String> = (1..=400).map(|n| n.to_string()).collect();
    let states: Vec<&str> = states.iter().map(String::as_str).collect();
    let mut screen = Harness::states(&states, 120, 36);
    screen.command("goto 100").command("history .").sees("301 of 400");
    let history = screen.app.session().unwrap().asked.history.as_ref().unwrap();
    assert_eq!(history.selected().map(|change| change.version), Some(Version(100)));
    let mut moved = Harness::states(&states, 120, 36);
    moved.command("goto 100").hold_all().command("history .").keys("j").let_all_come().lacks("301 of 400");
}

#[test]
fn a_history_of_an_object_counts_as_transitions_do() {
    let states = [r#"{"a":{"b":{"x":1,"y":1}},"n":1}"#, r#"{"a":{"b":{"x":2,"y":2,"z":3}},"n":1}"#];
    let mut screen = Harness::states(&states, 120, 36);
    screen.sees("+1 ~2").command("history .").sees("+1 ~2").lacks("~1");
}

#[test]
fn a_version_of_another_branch_says_that_the_branch_is_another() {
    let mut screen = Harness::guide(120, 36);
    screen
        .command("rollback 2")
        .keys("y")
        .command("5")
        .sees("#5 is on main~1, which is shown now; :switch main goes back");
    screen.keys("G").sees("#6/7").sees("#6 is the newest of main~1; #7 is on main");
    screen
        .command("7")
        .sees("#7 is on main, which")
        .command("2")
        .lacks("is on main~1")
        .keys("G")
        .lacks("the newest of");
}
