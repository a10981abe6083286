//! Nothing is cut while its row has room: no `…` at a word in a row of a pane that has eight blank cells beside each other.

use super::harness::{Harness, recorded};
use super::lists::everything;
use crate::record::Version;
use crate::recording::{Recording, SnapshotRequest};
use crate::source::Address;
use crate::value::parse;
use crossterm::event::{MouseButton, MouseEventKind};
use ratatui::layout::Position;
use std::sync::Arc;
use std::time::Duration;

/// Blank cells that would have held more of what was cut.
const UNUSED: usize = 8;

const SIZES: [(u16, u16); 5] = [(60, 16), (80, 24), (120, 36), (160, 50), (250, 70)];

const VIEWS: [&str; 13] = [
    ", ,",
    ", , Tab",
    ", , S-Tab",
    "2",
    "3 j",
    "5 {",
    "6",
    "7 G",
    ", c",
    ", , ,",
    "Tab Tab Tab Enter",
    "?",
    "f t o t a l Enter",
];

/// States with long keys, addresses and sentences, deep and wide.
fn long() -> Arc<Recording> {
    let state = |n: usize| {
        format!(
            r#"{{"id":"{n:064x}","url":"https://example.org/releases/download/v1.{n}.0/tool-v1.{n}.0-x86_64-linux.tar.gz",
            "description":"A sentence that says at some length what this tool is for, in its version {n}",
            "a-key-that-is-much-longer-than-all-of-the-others-beside-it":{n},
            "nested":{{"of":{{"a":{{"path":{{"that":{{"leads":{{"far":"down {n} steps and then some more of them"}}}}}}}}}}}},
            "list":[{n},"two words","https://example.org/{n}"],"n":{n}}}"#
        )
    };
    let states: Vec<String> = (1..30).map(state).collect();
    let (recording, tenant) = recorded(&[]);
    for (n, state) in states.iter().enumerate() {
        let label = match n % 3 {
            0 => String::new(),
            _ => format!("tools: update the one with the long name to version 1.{n}.0"),
        };
        tenant.set(&label, parse(state.as_bytes()).unwrap()).unwrap();
    }
    let name = Some("a-snapshot-with-a-rather-long-name-of-its-own".into());
    let tags = vec!["nightly".into(), "verified".into()];
    tenant.snapshot(&SnapshotRequest { name, version: Some(Version(9)), tags, ..Default::default() }).unwrap();
    recording
}

/// The parts of a row between borders in which something is cut and blank cells are left.
fn wasteful(row: &str) -> impl Iterator<Item = &str> {
    row.split(['│', '┃']).filter(|part| {
        // The sign of a row and what it is indented by are no room; a row of what is folded begins with `…`.
        let text = part.trim_start_matches([' ', '+', '-', '~', '>']).trim_start_matches('…');
        // `#1 … newest` is from where to where.
        let text = text.replace("… newest", "").replace("… #", "#");
        text.contains('…') && text.contains(&" ".repeat(UNUSED))
    })
}

#[test]
fn nothing_is_cut_in_a_row_that_has_room() {
    let mut found = Vec::new();
    for (name, recording) in [("everything", everything()), ("long", long())] {
        for (width, height) in SIZES {
            for keys in VIEWS {
                let mut screen = Harness::of(Address::Demo("fixture".into()), Arc::clone(&recording), width, height);
                screen.keys(keys).wait(Duration::from_secs(1));
                let shown = screen.screen();
                // The names of single versions are in columns of their own.
                let is_edge = |line: &&str| line.starts_with('└') || line.starts_with('─');
                let panes = match shown.lines().nth(1).is_some_and(|line| line.contains("Timeline")) {
                    true => shown.lines().skip(1).skip_while(|line| !is_edge(line)).collect::<Vec<_>>(),
                    false => shown.lines().collect(),
                };
                // A name is cut alike on both sides of the diff, for the one that has less room.
                let is_alike = |row: &&str| row.matches("-others-beside-it").count() == 2;
                let rows = panes.into_iter().filter(|row| !is_alike(row)).flat_map(wasteful);
                found.extend(rows.map(|row| format!("{name} {width}x{height} {keys:<12} {row}")));
            }
        }
    }
    assert!(found.is_empty(), "{} rows:\n{}", found.len(), found.join("\n"));
}

#[test]
fn the_rule_knows_a_cut_from_what_is_left_out() {
    for (row, wasteful_parts) in [
        ("│ https://exa…          │", 1),
        ("│ … 98 unchanged          │", 0),
        ("│ {5} qty 1, …          │ a…        │", 2),
        ("│          deep in the tr…│", 0),
        ("│~         deep in the tr…│", 0),
        ("│ name…  value │", 0),
    ] {
        assert_eq!(wasteful(row).count(), wasteful_parts, "{row}");
    }
}

/// Few leaves with long values: in the diff they go on in rows that are free, and what changed in them is seen.
#[test]
fn in_the_diff_values_go_on_in_rows_that_are_free() {
    let long = "lorem ipsum dolor sit amet consectetur ".repeat(8);
    let state = |flag: &str, token: &str, url: &str| {
        format!(
            r#"{{"flag":"{flag}","one":"{long}{token} {long}","two":"{token}{}","url":"https://example.org/{url}"}}"#,
            url.repeat(20)
        )
    };
    let (old, new) = (state("🇩🇪", "before", "v1/"), state("🇫🇷", "after", "v2/"));
    for (width, height) in [(80, 60), (120, 36), (160, 50)] {
        for keys in ["2", "2 z i"] {
            let mut screen = Harness::states(&[&old, &new], width, height);
            screen.keys(keys).sees("[-before-]").sees("{+after+}").sees("🇫🇷");
            let shown = screen.screen();
            assert!(!shown.lines().any(|row| row.starts_with('│') && row.contains('…')), "{shown}");
        }
    }
    // Where not all has room, what changed is in view all the same.
    for (width, height) in [(60, 16), (80, 24), (100, 16)] {
        let mut screen = Harness::states(&[&old, &new], width, height);
        screen.keys("2").sees("before-]").sees("{+after+}");
        let blank = |row: &&str| row.trim_matches(['│', ' ']).is_empty();
        assert!(screen.screen().lines().filter(blank).count() < 3, "{}", screen.screen());
    }
}

/// A name that has no room is cut alike on both sides of the diff, whatever its values are.
#[test]
fn a_name_is_cut_alike_on_both_sides_of_the_diff() {
    let key = "a-name-of-a-field-that-is-much-longer-than-half-of-what-there-is-for-it-on-a-side";
    let state = |value: &str| format!(r#"{{"{key}":"{value}","b":1}}"#);
    let (old, new) = (state("x"), state(&"a long value ".repeat(9)));
    for width in 100..=140 {
        let mut screen = Harness::states(&[&old, &new], width, 24);
        let shown = screen.keys("2").screen();
        let row = shown.lines().find(|row| row.starts_with('│') && row.contains("a-name")).unwrap();
        let names: Vec<&str> = row.split_whitespace().filter(|word| word.starts_with("a-name")).collect();
        assert!(names.len() == 2 && names[0] == names[1], "{width}: {names:?}\n{shown}");
    }
}

/// Of labels that begin alike the part that tells them apart is shown, however narrow the list.
#[test]
fn labels_that_begin_alike_show_where_they_differ() {
    for (width, height) in SIZES {
        let mut screen = Harness::of(Address::Demo("fixture".into()), long(), width, height);
        screen.keys("S-Tab S-Tab").sees("1.28.0").sees("1.26.0");
    }
}

#[test]
fn a_transition_without_a_label_is_called_by_its_change() {
    let (recording, tenant) = recorded(&[]);
    for state in [r#"{"status":"starting"}"#, r#"{"status":"ready"}"#, r#"{"queue":[1],"status":"ready"}"#] {
        tenant.set("", parse(state.as_bytes()).unwrap()).unwrap();
    }
    let mut screen = Harness::of(Address::Demo("fixture".into()), recording, 160, 40);
    screen.keys(",").sees(".status \"starting\" → \"ready\"").sees("+ .queue [1]");
}

/// Numbers with long differences, in every width of the panes: what stands there is the number and its difference, or a cut
/// that says so; never part of one that reads as another.
#[test]
fn no_part_of_a_number_reads_as_another_one() {
    let states = [
        r#"{"reward":865.8464999999999,"steps":[1,2],"n":-7}"#,
        r#"{"reward":2167.3005,"steps":[1,2,3],"n":123456789}"#,
    ];
    let mut screen = Harness::states(&states, 120, 36);
    let whole = ["865.8464999999999", "2167.3005", "1301.4540000000001", "123456789", "123456796", "150.3"];
    for view in ["1", "2", "2 z i"] {
        screen.keys(view);
        for width in 60..=200 {
            let shown = screen.resize(width, 36).screen();
            let numbers = shown.split(|letter: char| !(letter.is_ascii_digit() || matches!(letter, '.' | '…')));
            for number in numbers.filter(|number| number.len() > 5) {
                let is_cut = number.contains('…');
                let part = whole.iter().any(|whole| whole.starts_with(number) && *whole != number);
                assert!(is_cut || !part, "{view} at {width}: {number} is part of a number\n{shown}");
            }
        }
    }
}

/// In one column an old and a new value that have no room beside each other stand below each other, also where rows are left out
/// for that. The selected row is there, and a click is one on its row.
#[test]
fn in_one_column_old_and_new_stand_below_each_other() {
    let state = |word: &str| {
        let field =
            |n: usize| format!(r#""k{n}":"{word} {n} of them, said at a length that no row has room for twice""#);
        format!("{{{}}}", (10..40).map(field).collect::<Vec<_>>().join(","))
    };
    for (width, height) in [(80, 24), (80, 60), (60, 16)] {
        let mut screen = Harness::states(&[&state("before"), &state("after")], width, height);
        screen.keys("2");
        for keys in ["", "j j j", "ctrl+End", "k k k k k k k k k", "n"] {
            let shown = screen.keys(keys).screen();
            let rows: Vec<&str> = shown.lines().collect();
            let changed: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].contains(" - \"")).collect();
            assert!(changed.len() > usize::from(height) / 6, "{width}x{height} {keys}:\n{shown}");
            for at in changed {
                assert!(rows[at].contains("before") && rows[at + 1].contains(" + \""), "{width} {keys}:\n{shown}");
                assert!(rows[at + 1].contains("after"), "{width} {keys}:\n{shown}");
            }
            let (path, row) = (screen.app.session().unwrap().difftree.path(), screen.app.map.row);
            let named = path.to_string();
            let named = if named == "." { "state" } else { named.trim_start_matches('.') };
            assert!(rows[usize::from(row.y)].contains(named), "{width} {keys} {named}:\n{shown}");
        }
        let place = screen.keys("ctrl+End k").place(" k38 ");
        screen.mouse(MouseEventKind::Down(MouseButton::Left), Position { y: place.y + 1, ..place });
        assert_eq!(screen.app.session().unwrap().difftree.path().to_string(), ".k38", "{}", screen.screen());
    }
}
