//! On every screen all of what is selected can be read: the box of `zw` leaves out nothing, however small the screen.

use super::harness::Harness;
use super::lists::everything;
use crate::history::Strategy;
use crate::record::Version;
use crate::source::Address;

const SIZES: [(u16, u16); 3] = [(60, 16), (80, 24), (120, 36)];

/// A text without blanks that no row holds.
fn long(seed: u32) -> String {
    (0..50).map(|n| format!("{:07}", (n * 7919 + seed) % 9_999_991)).collect()
}

/// Two long texts, a snapshot of the first, and a branch with a third.
fn texts(width: u16, height: u16) -> Harness {
    let state = |seed| format!(r#"{{"a":1,"text":"{}","z":{seed}}}"#, long(seed));
    let screen = Harness::states(&[&state(1), &state(2), &state(3)], width, height);
    let tenant = screen.tenant();
    let first = crate::recording::SnapshotRequest { version: Some(Version(1)), ..Default::default() };
    tenant.snapshot(&first).unwrap();
    tenant.rollback(&Strategy::Version(Version(1)), "").unwrap();
    screen
}

/// All that the open box says, without blanks.
fn read_all(screen: &mut Harness) -> String {
    let mut read = String::new();
    for _ in 0..60 {
        let inside = |row: &str| row.split('│').max_by_key(|part| part.len()).unwrap_or_default().to_owned();
        let page: String = screen.screen().lines().map(inside).collect();
        let page: String = page.chars().filter(|letter| !letter.is_whitespace()).collect();
        if !read.ends_with(&page) {
            read.push_str(&page);
        }
        screen.keys("Down");
    }
    read
}

#[test]
fn all_of_what_is_selected_can_be_read_on_every_screen() {
    let (old, new) = (long(1), long(2));
    for (width, height) in SIZES {
        for (command, keys, wanted) in [
            // The transition, the changes, the value, the diff.
            ("goto 2", "S-Tab S-Tab", &new),
            ("goto 2", "Tab", &old),
            ("path .text", "", &new),
            ("diff", "", &old),
            ("snapshots", "", &new),
            ("find .z == 2", "", &new),
            ("path .text", "c", &old),
            ("branches", "j", &old),
        ] {
            let mut screen = texts(width, height);
            screen
                .command("goto 2")
                .command(command)
                .keys(keys)
                .keys("z w")
                .lacks("No row here")
                .lacks("No value here");
            assert!(screen.app.dialog.is_some(), "{width}x{height} {command} {keys}:\n{}", screen.screen());
            let read = read_all(&mut screen);
            let whole = (0..wanted.len() - 20).step_by(20).all(|at| read.contains(&wanted[at..at + 20]));
            assert!(whole, "{width}x{height} {command} {keys} {wanted}:\n{read}\n{}", screen.screen());
        }
    }
}

#[test]
fn every_list_tells_its_selected_row() {
    for keys in ["3", "4 t r u e Enter", "5", "6", "7"] {
        let mut screen = Harness::of(Address::Demo("fixture".into()), everything(), 80, 24);
        screen.keys(keys).keys("z w").lacks("No row here");
        assert!(screen.app.dialog.is_some(), "{keys}:\n{}", screen.screen());
    }
    Harness::guide(80, 24).keys("4 . v e r s i o n Enter Tab").sees("zw shows all");
}

#[test]
fn a_box_is_read_from_its_beginning_to_its_end_by_key() {
    let lines: String = (1..400).map(|n| format!("line {n}\\n")).collect();
    let mut screen = Harness::states(&[&format!(r#"{{"text":"{lines}"}}"#)], 80, 24);
    screen.command("path .text").keys("z w").sees("line 1").sees("1 to ");
    for (keys, seen) in [("G", "line 399"), ("g g", "line 1 "), ("End", "line 399"), ("Home", "line 1 ")] {
        screen.keys(keys).sees(seen);
    }
    screen.keys("PgDn").lacks("line 1 ").keys("ctrl+u").keys("Esc").lacks("1 to ");
    assert_eq!(screen.cursor(), 1);
}

#[test]
fn of_a_text_that_is_too_long_the_title_says_how_much_is_shown() {
    let long = "word ".repeat(200_000);
    let states = [format!(r#"{{"text":"{long}"}}"#), format!(r#"{{"text":"{long}!"}}"#)];
    let mut screen = Harness::states(&[&states[0], &states[1]], 80, 24);
    screen
        .command("path .text")
        .keys("z w")
        .sees("first 200,000 chars")
        .sees("1,000,001 chars, cut: e opens all of it");
    screen.keys("Esc 2 z w").sees("first 200,000 chars").sees("A: 1,000,000 chars, cut: e");
}

/// What a box shows is spelled as in the state, each escape once and in one piece.
#[test]
fn escapes_are_spelled_once_and_never_broken() {
    let control = r"tab\t esc\u001b rtl\u202e \u200dfamily 👩\u200d👧 and flag 🇩🇪";
    let long = control.repeat(9);
    let state = |n: usize| format!(r#"{{"list":["{control}",{n}],"short":"{control}{n}","text":"{long}{n}"}}"#);
    for width in [60, 71, 80, 93, 120] {
        for keys in ["z w", "2 z w", ", Tab Tab Tab z w", "", "2", "2 z i", "S-Tab S-Tab Enter", "S-Tab"] {
            for path in [".text", ".list", ".short"] {
                let mut screen = Harness::states(&[&state(1), &state(2)], width, 36);
                screen.command(&format!("path {path}")).keys(keys);
                let shown = screen.screen();
                let escapes = [r"\t", r"\u{1b}", r"\u{202e}", r"\u{200d}"];
                let rest = escapes.iter().fold(shown.clone(), |rest, escape| rest.replace(escape, ""));
                assert!(!rest.contains('\\'), "{width} {keys} {path}:\n{shown}");
                assert!(!shown.contains("👩👧"), "{width} {keys} {path}:\n{shown}");
            }
        }
    }
}

/// What changed in a long value is in the box of its transition, between brackets.
#[test]
fn the_box_of_a_transition_shows_what_changed_in_long_values() {
    let long = |end: &str| format!(r#"{{"text":"{}{end}"}}"#, "word ".repeat(2_000));
    for (width, height) in SIZES {
        let mut screen = Harness::states(&[&long("draft"), &long("final")], width, height);
        screen.keys("S-Tab S-Tab Enter");
        let read = read_all(&mut screen);
        assert!(read.contains("[-draft-]") && read.contains("{+final+}"), "{width}x{height}:\n{read}");
        assert!(read.contains("10,005"), "{read}");
    }
}

/// The keys that copy and open work in the open box, on what it shows, and leave it open.
#[test]
fn what_a_box_shows_is_copied_and_opened_while_it_is_open() {
    for (width, height) in SIZES {
        let mut screen = Harness::states(&[r#"{"n":1,"text":"one two"}"#, r#"{"n":2,"text":"three"}"#], width, height);
        screen.command("path .text").keys("z w").sees(" three").sees("editor");
        for (keys, taken) in [
            ("y y", "copy \"three\""),
            ("y v", "copy \"three\""),
            ("y s", "copy three"),
            ("e", "edit state.json \"three\"\n"),
        ] {
            screen.keys(keys);
            assert_eq!(screen.outside.pop().as_deref(), Some(taken), "{keys}");
            assert!(screen.app.dialog.is_some(), "{keys}");
        }
        screen.keys("y y").sees("Copied 7 B to the clipboard: the value at .text");
        // Of both sides of the diff the new one is copied, and both are opened.
        screen.keys("Esc 2 z w y v");
        assert_eq!(screen.outside.pop().as_deref(), Some("copy 2"));
        screen.keys("e");
        let both = "edit values.txt of A at .n:\n1\n\nof B at .n:\n2\n";
        assert_eq!(screen.outside.pop().as_deref(), Some(both));
        // What is no value is copied as it stands there.
        screen.keys("Esc 1 S-Tab S-Tab Enter y y");
        assert!(screen.outside.pop().unwrap_or_default().contains("copy label"), "{:?}", screen.outside);
        screen.keys("y v").sees("this box shows no value (yy copies its text)");
        screen.keys("e");
        assert!(screen.outside.pop().unwrap_or_default().starts_with("edit text.txt label"), "{:?}", screen.outside);
    }
}
