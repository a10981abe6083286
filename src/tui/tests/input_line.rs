//! The `:` line and keys: what is run is what was named or moved to, and no key is without an answer.

use super::harness::{Harness, recorded};
use crate::record::Version;
use crate::source::Address;
use crate::tui::action::{ACTIONS, Group};
use crate::tui::key::Key;
use crate::value::parse;
use crossterm::event::{Event, MouseEventKind};
use ratatui::layout::Position;
use std::collections::BTreeSet;

#[test]
fn a_line_that_names_nothing_runs_nothing() {
    for (line, says) in [
        ("sort", "no such command: sort"),
        ("s", "s begins several commands: save, "),
        ("zoom-", "zoom- begins several commands: zoom-all, zoom-ends, zoom-in, zoom-out"),
        ("cop", "cop begins several commands: copy, copy-command, copy-comparison"),
        ("wirte", "no such command: wirte; nearest: write"),
        ("vim", "vim"),
        ("hlep", "no such command: hlep; nearest: help"),
        ("step 3", "step takes no argument"),
    ] {
        let mut screen = Harness::guide(120, 36);
        screen.command(line).sees(says).sees("#6/6");
        assert!(screen.outside.is_empty(), "{line}: {:?}", screen.outside);
        assert!(screen.app.dialog.is_none(), "{line}: no box is open");
    }
}

/// Neither by a line, nor by a script, does anything happen with an argument that cannot be read.
#[test]
fn a_wrong_argument_is_refused_with_what_would_be_right() {
    for (line, says) in [
        ("mark 7", "Not a mark: \"7\"; use a to z or A to Z"),
        ("go-mark ab", "Not a mark"),
        ("speed 0", "Not a speed: \"0\"; use 0.1 to 1024"),
        ("zoom al", "Not \"al\": write in, out, all or ends; nearest: all"),
        ("axis tim", "axis must be auto, version or time, not \"tim\"; nearest: time"),
        ("keys every", "Not \"every\": write all"),
        ("fork", "fork needs NAME: start a branch at this version"),
        ("switch", "switch needs BRANCH: go to the head of a branch"),
        ("export", "export needs FILE"),
        ("column", "column needs EXPR|off"),
        ("goto @25:00", "25:00"),
        ("goto-time noon", "@noon"),
        ("goto-percent much", "Not a percentage: \"much\"; use 0 to 100"),
        ("end-a 12x%", "12x%"),
        ("rollback @25:00", "25:00"),
        ("diff 1 2 3", "At most two moments: quote a name that has blanks"),
        ("diff \"1 2", "unclosed quotation mark in \"1 2"),
        ("path version[", "not a path: \"version[\"; write .cart.items[0].qty"),
        ("history .a[", "not a path: \".a[\""),
        ("find .a <", "the filter .a < is wrong at character"),
        ("lane .a |", "the filter .a | is wrong at character"),
        ("column )", "the filter ) is wrong at character"),
        ("break .a ==", "the filter .a == is wrong at character"),
        ("set glyhps ascii", "no option \"glyhps\"; nearest: glyphs"),
        ("set glyphs=asci", "glyphs must be auto, blocks, braille or ascii, not \"asci\"; nearest: ascii"),
    ] {
        let mut screen = Harness::guide(120, 36);
        screen.command("mark a").command(line).sees(says).sees("#6/6");
        assert!(screen.app.dialog.is_none() && screen.outside.is_empty(), "{line}: {:?}", screen.outside);
        let refused = screen.app.command(line);
        assert!(refused.is_ok_and(|effects| effects.is_empty()), "{line}");
    }
}

/// What may stand behind a name is offered there, and nothing else.
#[test]
fn an_argument_is_completed_by_what_it_is() {
    for (typed, offers, never) in [
        ("glyphs ", "glyphs braille", "glyphs shop"),
        ("theme ", "theme high-contrast", "theme shop"),
        ("fork ", "start a branch", "fork shop"),
        ("switch ", "switch main", "switch shop"),
        ("zoom ", "zoom ends", "zoom zoom"),
        ("copy ", "copy pointer", "copy comparison"),
        ("lane ", "lane off", "lane EXPR|off "),
    ] {
        let mut screen = Harness::guide(120, 36);
        screen.keys(":").text(typed).sees(offers);
        assert!(!screen.screen().contains(never), "{typed} does not offer {never}");
    }
}

#[test]
fn the_foot_of_a_list_says_what_enter_does_there() {
    let mut screen = Harness::guide(120, 36);
    screen.keys(":").lacks("Enter run").keys("Down").sees("Enter run");
    screen.keys("Esc ?").lacks("Enter run").keys("Down").sees("Enter run").keys("Esc");
    for (typed, does) in [("head~2", "Enter go there"), ("switch", "type its argument"), ("undo", "Esc close")] {
        screen.keys(":").text(typed).sees(does);
        assert_eq!(
            typed == "undo",
            !screen.screen().contains("· Enter "),
            "{typed}: what cannot be done is not offered"
        );
        screen.keys("Esc");
    }
    for begun in ["switc", "for", "colum", "goto-ti"] {
        screen.keys(":").text(begun).keys("Down Up Enter");
        assert!(screen.app.dialog.is_some(), "{begun}: the line is kept for the argument");
        screen.keys("Esc");
    }
}

#[test]
fn names_beginnings_and_other_programs_names_are_known() {
    for (line, says) in [
        ("h", "Keys for State"),
        ("help", "Keys for State"),
        ("hel", "Keys for State"),
        ("wr", "Save the recording"),
        ("keys", "Keys for State"),
        ("w", "Save the recording"),
        ("write", "Save the recording"),
        ("save", "Save the recording"),
        ("wq", "Save the recording"),
        ("rollb v2.0.0", "Nothing is deleted"),
        ("mess", "Messages"),
        ("goto-t 12:30", "#6/6"),
        ("transactions", "[5 Tx]"),
        ("snapshots", "[3 Snaps]"),
    ] {
        let mut screen = Harness::guide(120, 36);
        screen.command(line).sees(says);
    }
    for line in ["q", "q!", "qa", "quit", "force-quit"] {
        let mut screen = Harness::guide(120, 36);
        screen.command(line);
        assert_eq!(screen.outside.last().map(String::as_str), Some("quit Nothing"), "{line}");
    }
}

#[test]
fn a_moment_comes_before_a_command_that_only_begins_so() {
    let mut screen = Harness::guide(120, 36);
    screen.command("2").keys("s").text("rollb").keys("Enter").command("6").sees("#6/6");
    screen.command("rollb").sees("#2/6");
}

#[test]
fn the_row_that_was_moved_to_is_run() {
    let mut screen = Harness::guide(120, 36);
    screen.keys(":").text("marke").sees("0 of ").keys("Enter").sees("no such command");
    screen.keys(":").text("message").sees("1 of ").keys("Esc");
    screen.keys(":").text("problems and").keys("Down").sees("1 of ").keys("Enter").sees("Messages");
    screen.keys("Esc ?").text("swap A and").keys("Enter").lacks("Keys for").sees("A #6");
    screen.keys("?").text("version").keys("Enter").sees("keys match \"version\": move to one first");
    screen.keys("?").text("version").keys("Down Enter").lacks("Keys for");
    screen.keys(": Enter").lacks("─ Command ─");
}

#[test]
fn the_wheel_scrolls_and_changes_neither_line_nor_choice() {
    for kind in [MouseEventKind::ScrollUp, MouseEventKind::ScrollDown] {
        for (opens, text) in [(":", "goto 1"), (":", ""), (":", "zoom-"), ("?", "zoom"), (": Up", "")] {
            let mut screen = Harness::guide(120, 36);
            screen.command("goto 3").keys(opens).text(text);
            let line = |screen: &mut Harness| match &mut screen.app.dialog.as_mut().unwrap().dialog {
                crate::tui::dialog::Dialog::Chooser(chooser) => chooser.line.text().to_owned(),
                _ => panic!("a list is open"),
            };
            let before = line(&mut screen);
            for _ in 0..9 {
                screen.mouse(kind, Position::new(60, 18));
            }
            assert_eq!(line(&mut screen), before, "{opens} {text}");
            if text == "goto 1" {
                screen.keys("Enter").sees("#1/6");
            }
        }
    }
}

#[test]
fn a_long_paste_is_cut_and_that_is_told() {
    for (paste, says) in [
        ("x".repeat(100_000), "Line too long: 95,904 characters were dropped"),
        ("x".repeat(4_097), "Line too long: 1 character was dropped"),
        ("é".repeat(2_049), "Line too long: 1 character was dropped"),
    ] {
        for opens in [":", "?", "s", "/", "g i"] {
            let mut screen = Harness::guide(120, 36);
            screen.keys(opens).event(&Event::Paste(paste.clone())).sees(says);
        }
    }
}

#[test]
fn slash_filters_transitions_by_label_and_author() {
    let (recording, tenant) = recorded(&[]);
    for n in 0..120 {
        let by = if n % 40 == 7 { "ana" } else { "bob" };
        let label = if n % 60 == 5 { "Pay invoice" } else { "step" };
        tenant.by(by).set(label, parse(n.to_string().as_bytes()).unwrap()).unwrap();
    }
    for (words, shown, up) in [("pay", 2, 66), ("ANA", 3, 88), ("step bob", 115, 119), ("pay bob", 2, 66)] {
        let mut screen = Harness::of(Address::File("a.jsonl".into()), recording.clone(), 120, 36);
        screen.keys("S-Tab S-Tab").sees("[Transitions]").keys("/").sees("label or author").text(words).keys("Enter");
        screen.sees(&format!("{shown} of 120 shown with \"{words}\"")).sees(&format!("{shown} of 120 shown"));
        screen.keys("k").sees(&format!("#{up}/120")).keys("Esc").sees("All transitions are shown").lacks("120 shown");
    }
    let mut screen = Harness::of(Address::File("a.jsonl".into()), recording, 120, 36);
    screen.keys("S-Tab S-Tab / n o n e Enter").sees("No label or author contains \"none\"").sees("0 of 120 shown");
    screen.keys("k").sees("No more transitions with \"none\" in this direction");
    // What comes later is looked at when it comes.
    tenant.set("none yet", parse(b"{}").unwrap()).unwrap();
    screen.keys(".").sees("1 of 121 shown").keys("k j").sees("#121/121");
}

#[test]
fn a_filter_follows_the_cursors_line() {
    let mut screen = Harness::guide(120, 36);
    screen.command("rollback 2").keys("y").keys("S-Tab S-Tab").command("filter step");
    screen.sees("2 of 7 shown").command("switch main~1").sees("6 of 7 shown");
    assert_eq!(screen.app.session().unwrap().cursor, Version(6));
}

#[test]
fn slash_is_never_mute() {
    for (keys, says) in [
        ("S-Tab", "kind of snapshots"),
        ("S-Tab S-Tab", "author of transitions"),
        ("S-Tab S-Tab S-Tab", "keys and values of this state"),
        ("Tab", "keys and values of this state"),
        ("", "keys and values of this state"),
        ("2", "keys and values of A and B"),
        ("3", "kind of snapshots"),
        ("5", "keys and values of this state"),
        ("6", "keys and values of this state"),
        ("7", "keys and values of this state"),
    ] {
        Harness::guide(120, 36).keys(&format!("{keys} /")).sees(says);
    }
}

/// Every key of the table and every letter, in every pane and view: it changes what is on the screen, or something is said.
#[test]
fn no_key_is_mute() {
    let letters = ('!'..='~').map(String::from).filter(|key| !"gz[]ym'<".contains(key.as_str()));
    let bound = ACTIONS.iter().filter(|spec| spec.group != Group::Dialog).flat_map(|spec| spec.keys);
    let bound = bound.map(|keys| keys.replace("<letter>", "q"));
    let keys: BTreeSet<String> =
        letters.chain(bound).chain(["z q", "g q", "F5", "Ctrl-f", "Ctrl-r"].map(str::to_owned)).collect();
    for place in ["", "Tab", "Tab Tab", "S-Tab", "S-Tab S-Tab", "2", "3", "4 Esc", "5", "6", "7", "c"] {
        let there = || {
            let mut screen = Harness::guide(80, 24);
            screen.keys(place).keys(", ,");
            screen.app.messages.settle();
            screen.draw();
            screen
        };
        // Screens of one history are the same: one of them tells how all looked before.
        let before = there().screen();
        for key in &keys {
            let mut screen = there();
            let Some(_) = Key::parse_sequence(key) else { panic!("{key}") };
            screen.keys(key).draw();
            let told = || screen.app.messages.line().is_some() || !screen.outside.is_empty();
            assert!(told() || screen.screen() != before, "{place:?} then {key:?} says nothing\n{before}");
        }
    }
}

/// A key that works here, but has nothing to do: however often it is pressed, and not what only comes back to where it was.
#[test]
fn a_key_that_changes_nothing_says_so() {
    for (before, key, says) in [
        ("", "z z", "zz has no effect here: "),
        ("", "z t", "zt has no effect here: "),
        ("g g Up Up Up Up", "Up", "Up has no effect here: row above"),
        ("", "1", "1 has no effect here: "),
        ("5", "{", "transaction-back: no transaction is listed"),
        ("5", "Down", "Down has no effect here: row below"),
        ("6", "] v", "]v has no effect here: head of the next variant"),
        ("Tab Tab", "K", "K has no effect here: stop playing"),
    ] {
        for times in 1..4 {
            let mut screen = Harness::guide(120, 36);
            screen.keys(before);
            screen.app.messages.settle();
            screen.draw();
            for _ in 0..times {
                screen.keys(key).draw();
            }
            let said = screen.app.messages.line().map(|said| said.text.unmarked().into_owned()).unwrap_or_default();
            assert!(said.starts_with(says), "{key} {times}: {said}\n{}", screen.screen());
        }
    }
    // There and back is no standing still, be the way there told or not.
    for keys in [", .", ". ,", "] c ,", "] s ,", "2 1", "Down Up", "z a z a"] {
        let mut screen = Harness::guide(120, 36);
        screen.keys(", ,").draw();
        screen.app.messages.settle();
        screen.draw();
        for key in Key::parse_sequence(keys).unwrap() {
            screen.keys(&key.to_string()).draw();
        }
        let said = screen.app.messages.line().map(|said| said.text.unmarked().into_owned()).unwrap_or_default();
        assert!(!said.contains("no effect"), "{keys}: {said}");
    }
}

#[test]
fn a_key_without_meaning_names_where_it_works() {
    for (keys, says) in [
        ("p", "p does nothing here; ? lists the keys that work"),
        ("8", "8 does nothing here; ? lists the keys that work"),
        ("z q", "zq does nothing here; ? lists the keys that work"),
        ("Tab L", "L does nothing in Changes; it works in Timeline, State"),
        ("S-Tab L", "L does nothing in Snapshots; it works in Timeline, State"),
        ("Tab Tab z o", "zo does nothing in Timeline; it works in State"),
        ("G G", "Already at #6"),
        ("2 Tab", "Only one pane has keys here; zw shows all of what is selected"),
        ("3 O", "Only one pane has keys here"),
        ("Esc", "Nothing to cancel; q closes"),
        (", R x", "x does nothing in this box"),
        ("0", "The timeline shows everything"),
        ("g +", "#6 is the last version that was written"),
    ] {
        Harness::guide(120, 36).keys(keys).sees(says);
    }
}
