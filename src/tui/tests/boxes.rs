//! Boxes: what stands in them is so, and nothing that nobody asked for takes their place.

use super::harness::{GUIDE, Harness, recorded};
use crate::Error;
use crate::history::Strategy;
use crate::record::{Body, Entry, Provenance, SnapshotId, SnapshotNote, StateChange, TenantId, Version};
use crate::recording::{Progress, Recording, SnapshotRequest, Tenant};
use crate::source::Address;
use crate::tui::frame_map::Pane;
use crate::tui::job::{Life, Report};
use crate::value::parse;
use crossterm::event::{Event, MouseEventKind};
use ratatui::layout::Position;
use std::fs;
use std::sync::Arc;

fn set(tenant: &Tenant, state: &str) {
    tenant.set("theirs", parse(state.as_bytes()).unwrap()).unwrap();
}

fn guide() -> (Harness, Tenant) {
    let screen = Harness::guide(120, 36);
    let tenant = screen.tenant();
    (screen, tenant)
}

type Write = (&'static str, fn(&Tenant));

/// What others may do while a box is open.
const WRITES: [Write; 4] = [
    ("a state", |tenant| set(tenant, "{}")),
    ("two states", |tenant| {
        set(tenant, "{}");
        set(tenant, "[]");
    }),
    ("a rollback", |tenant| _ = tenant.rollback(&Strategy::Version(Version(1)), "").unwrap()),
    ("a snapshot", |tenant| _ = tenant.snapshot(&SnapshotRequest::default()).unwrap()),
];

#[test]
fn a_question_that_comes_back_says_what_holds_now() {
    for (what, write) in WRITES {
        for leave in ["d", "d 1", "d Tab 7 2"] {
            for notice in [true, false] {
                let (mut screen, tenant) = guide();
                screen.command("goto 4").keys("R").keys(leave);
                write(&tenant);
                if notice {
                    screen.report(Report::Followed(Life::Live));
                }
                screen.keys("Esc");
                same_as_fresh(&mut screen, &format!("{what}, {leave}"));
            }
        }
    }
}

#[test]
fn a_question_that_stays_open_says_what_holds_now() {
    // A cut adds no record: the newest one stays where it is.
    let cuts: [Write; 2] = [
        ("a cut before the head", |tenant| _ = tenant.compact(tenant.head()).unwrap()),
        ("a cut before what is asked about", |tenant| _ = tenant.compact(Version(3)).unwrap()),
    ];
    for (what, write) in WRITES.into_iter().chain(cuts) {
        for question in ["R", "D", ": c o m p a c t Space 3 Enter"] {
            let home = tempfile::tempdir().unwrap();
            let recording = Arc::new(Recording::create(&home.path().join("shop.asof")).unwrap());
            let tenant = recording.tenant_or_new(&TenantId::from("shop")).unwrap();
            GUIDE.iter().for_each(|state| set(&tenant, state));
            tenant
                .snapshot(&SnapshotRequest { name: Some("v1".into()), version: Some(Version(2)), ..Default::default() })
                .unwrap();
            let mut screen = Harness::of(Address::Recording("shop.asof".into()), recording, 120, 36);
            screen.command("goto 4").keys("3").keys(question);
            assert!(screen.app.dialog.is_some(), "{question}");
            write(&tenant);
            screen.report(Report::Followed(Life::Live));
            same_as_fresh(&mut screen, &format!("{what}, {question}"));
        }
    }
}

/// The open question is what the same question, asked now, would be.
#[track_caller]
fn same_as_fresh(screen: &mut Harness, what: &str) {
    let (kept, fresh) = (screen.screen(), screen.fresh_box());
    assert_eq!(kept, fresh, "{what}");
}

/// The guide's own way to a false box: its own rollback, made while the first question was put aside.
#[test]
fn a_question_asked_anew_takes_the_place_of_the_one_put_aside() {
    let (mut screen, tenant) = guide();
    screen.command("goto 2").keys("R d").command("goto 3").keys("R y").sees("Rolled back: #7");
    screen.keys("Esc").lacks("Roll back ").keys("y");
    assert_eq!(tenant.head(), Version(7));
}

fn first(tenant: &Tenant) -> SnapshotId {
    tenant.history().marks().listed()[0].id
}

#[test]
fn a_question_that_makes_no_sense_any_more_is_closed_with_a_word() {
    type Case = (&'static str, fn(&Tenant), &'static str);
    let cases: [Case; 4] = [
        ("R", |tenant| _ = tenant.fork("x", Version(6)).unwrap(), ""),
        ("3 D", |tenant| tenant.delete_snapshot(first(tenant)).unwrap(), "no longer in the list"),
        ("3 r", |tenant| tenant.delete_snapshot(first(tenant)).unwrap(), "no longer in the list"),
        (
            "3 D",
            |tenant| {
                let note = SnapshotNote { name: Some("renamed".into()), ..Default::default() };
                tenant.edit_snapshot(first(tenant), &note).unwrap();
            },
            "renamed",
        ),
    ];
    for (keys, write, words) in cases {
        let (recording, tenant) = recorded(GUIDE);
        tenant
            .snapshot(&SnapshotRequest { name: Some("v1".into()), version: Some(Version(2)), ..Default::default() })
            .unwrap();
        let mut screen = Harness::of(Address::Demo("guide".into()), recording, 120, 36);
        screen.command("goto 4").keys(keys);
        assert!(screen.app.dialog.is_some(), "{keys}");
        write(&tenant);
        screen.report(Report::Followed(Life::Live));
        screen.sees(words);
    }
}

/// What nobody asked for waits until the open box closes; what was typed is still there.
#[test]
fn a_report_never_takes_the_place_of_an_open_box() {
    type Case = (&'static str, fn() -> Report);
    let reports: [Case; 3] = [
        ("A bug in asof", || Report::Panicked("index out of bounds".into())),
        ("Could not read to the end", || Report::Read(Err(Error::Usage("the disk went away".into())))),
        ("could not be opened", || Report::Read(Err(Error::Usage("the disk went away".into())))),
    ];
    for (title, report) in reports {
        for (keys, typed) in [(":", "goto 1"), ("/", "abc"), ("?", "undo"), ("g t", "12:30")] {
            let empty = title == "could not be opened";
            let states: &[&str] = if empty { &[] } else { &["1", "2"] };
            let (recording, _) = recorded(states);
            let mut screen = Harness::reading(Address::File("big.jsonl".into()), recording, 120, 36);
            screen.report(Report::Progress(Progress { share: Some(0.2), versions: states.len() as u64 }));
            if empty && keys != ":" {
                continue;
            }
            screen.keys(keys).text(typed).sees(typed);
            screen.report(report());
            screen.sees(typed).lacks(title).keys("Backspace").lacks(title);
            screen.keys("Esc").sees(title).keys("Esc").lacks(title);
        }
    }
}

#[test]
fn notices_come_one_after_the_other() {
    let (recording, _) = recorded(&["1", "2"]);
    let mut screen = Harness::reading(Address::File("big.jsonl".into()), recording, 120, 36);
    screen.keys("b :").text("goto");
    screen.report(Report::Panicked("first".into()));
    screen.keys("Esc").sees("first").keys("Esc").lacks("A bug");
}

/// Trying again opens the source anew, with everything that belongs to it.
#[test]
fn a_source_that_is_opened_again_is_followed_again() {
    type Case = (&'static str, fn(&mut Vec<u8>));
    let spoil: [Case; 2] = [
        ("cut", |bytes| bytes.truncate(bytes.len() - 9)),
        ("damaged", |bytes| {
            let middle = bytes.len() / 2;
            bytes[middle..middle + 4].copy_from_slice(b"\x01\x02\x03\x04");
        }),
    ];
    for (how, spoil) in spoil {
        for again in ["r", "open"] {
            let home = tempfile::tempdir().unwrap();
            let directory = home.path().join("shop.asof");
            let tenant = Recording::create(&directory).unwrap().tenant_or_new(&"shop".into()).unwrap();
            (1..=8).for_each(|n| set(&tenant, &format!("{{\"n\":{n}}}")));
            let file = Recording::open(&directory).unwrap().file(&"shop".into()).unwrap();
            let mut bytes = fs::read(&file).unwrap();
            spoil(&mut bytes);
            fs::write(&file, &bytes).unwrap();
            let mut screen = Harness::opened(Address::Recording(directory.clone()), 120, 36);
            screen.sees("✗ Log is").keys("j k");
            match again {
                "r" => screen.keys("r"),
                _ => screen.keys("Esc").open(Address::Recording(directory.clone())),
            };
            let follows = screen.outside.iter().filter(|effect| *effect == "follow").count();
            assert_eq!(follows, 2, "{how}, {again}: the second opening is followed too");
            let newest = screen.tenant().history().newest().0;
            let app = screen.app.workspace.recording.clone().unwrap().tenant(&"shop".into()).unwrap();
            set(&app, "{}");
            screen.report(Report::Followed(Life::Live));
            screen.keys("Esc").sees(&format!("#{}/{}", newest + 1, newest + 1)).sees("● LIVE");
        }
    }
}

/// Nothing that belonged to one source is left when another one is open.
#[test]
fn another_source_begins_with_nothing_of_the_one_before() {
    for before in ["R d", "g g p", "d b", "2", "3 / x Enter", "u", "m a", ": c o m p a c t Space 3 Enter Esc"] {
        let home = tempfile::tempdir().unwrap();
        let next = home.path().join("next.jsonl");
        fs::write(&next, "{\"n\":1}\n{\"n\":2}\n").unwrap();
        let (mut screen, _) = guide();
        screen.command("goto 4").keys(before).keys("Esc Esc Esc");
        screen.open(Address::File(next.clone())).sees("#2/2").sees("[1 Debug]").lacks("LIVE");
        let mut fresh = Harness::opened(Address::File(next.clone()), 120, 36);
        fresh.app.focus = screen.app.focus;
        fresh.app.maximised = screen.app.maximised;
        screen.app.messages.settle();
        fresh.app.messages.settle();
        assert_eq!(screen.screen(), fresh.screen(), "{before}");
    }
}

#[test]
fn the_wheel_moves_in_a_list_and_changes_nothing_that_is_typed() {
    for typed in ["goto 1", "", "set the"] {
        for notches in [1, 2, 30] {
            let (mut screen, _) = guide();
            screen.command("set axis").keys(":").text(typed);
            let before = screen.screen();
            for kind in [MouseEventKind::ScrollDown, MouseEventKind::ScrollUp] {
                (0..notches).for_each(|_| _ = screen.mouse(kind, Position::new(60, 15)));
            }
            screen.mouse(MouseEventKind::ScrollUp, Position::new(60, 15));
            assert_eq!(screen.screen(), before, "{typed}, {notches}");
        }
    }
}

#[test]
fn a_line_takes_as_much_as_anyone_types() {
    for (opener, paste) in [(":", "x".repeat(100_000)), ("s", "ö".repeat(100_000)), ("/", "a\nb".repeat(50_000))] {
        let (mut screen, _) = guide();
        screen.keys(opener);
        screen.event(&Event::Paste(paste)).keys("Backspace Backspace Backspace Backspace Backspace");
        screen.keys("Ctrl-u").text("abc").sees("abc").event(&Event::Paste("de".into())).sees("abcde");
        screen.keys("Home").event(&Event::Paste("X\tY\u{1b}".into())).sees("X Yabcde");
    }
}

/// A tenant's name is exact bytes: one that begins or ends with a blank can be typed where it is asked for.
#[test]
fn a_name_with_blanks_at_an_end_can_be_typed() {
    for name in ["shop ", " shop", " s h ", "shop"] {
        let recording = Arc::new(Recording::memory());
        let tenant = recording.handle(&TenantId::from(name));
        (1..=3).for_each(|n| set(&tenant, &n.to_string()));
        tenant
            .snapshot(&SnapshotRequest { tags: vec!["prod".into()], name: Some("x".into()), ..Default::default() })
            .unwrap();
        let other = recording.tenant_or_new(&TenantId::from("aaa")).unwrap();
        set(&other, "0");
        let mut screen = Harness::of(Address::Demo("guide".into()), recording, 120, 36);
        screen.command("tenant aaa").command(&format!("tenant {name}")).sees("#3/3");
        screen.keys(", R y").sees("type its name").text(name).keys("Enter y").lacks("type its name");
        assert!(screen.app.dialog.is_none(), "{name:?} was taken for the name");
    }
}

#[test]
fn a_pace_below_one_a_second_is_not_told() {
    let (recording, _) = recorded(&["1", "2"]);
    let mut screen = Harness::reading(Address::File("big.jsonl".into()), recording, 120, 36);
    screen.report(Report::Progress(Progress { share: Some(0.2), versions: 2 }));
    screen.wait(std::time::Duration::from_secs(9));
    screen.report(Report::Read(Ok(())));
    screen.sees("2 versions read").lacks("per second");
}

#[test]
fn every_line_of_a_long_box_can_be_reached() {
    let words: Vec<String> = (0..80).map(|number| format!("word{number:03}{}", " and more".repeat(9))).collect();
    for (width, height) in [(120, 36), (80, 24), (60, 16)] {
        for (down, up) in [("j", "k"), ("PageDown", "PageUp")] {
            let address = Address::File("shop.jsonl".into());
            let mut screen = Harness::reading(address, recorded(&["{}"]).0, width, height);
            screen.report(Report::Read(Err(Error::Usage(words.join(" ")))));
            let first = screen.sees("could not be read to its end").screen();
            let mut seen = first.clone();
            for _ in 0..200 {
                seen += &screen.keys(down).screen();
            }
            for word in words.iter().map(|word| &word[..7]) {
                assert!(seen.contains(word), "{width}x{height}: {word} cannot be reached with {down}");
            }
            // At the end one press turns back: none was kept for lines that are not there.
            let last = screen.screen();
            assert_ne!(screen.keys(up).screen(), last, "{width}x{height}: {up} at the end");
            for _ in 0..200 {
                screen.keys(up);
            }
            assert_eq!(screen.screen(), first, "{width}x{height}: {up} to the beginning");
        }
    }
}

#[test]
fn keys_of_fields_are_hinted_at_where_there_are_several_fields() {
    let mut screen = Harness::states(&["1", "2"], 120, 36);
    for (keys, several) in [("g p", false), ("g t", false), ("/", false), ("s", true)] {
        let shown = screen.keys(keys).screen();
        assert_eq!(shown.contains("next field"), several, "{keys}\n{shown}");
        screen.keys("Esc");
    }
}

/// What made a version happen, by its id in the source, is among what is known of it.
#[cfg(feature = "sqlite")]
#[test]
fn the_cause_of_a_transition_is_read_in_a_box() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("home.db");
    let rows = "CREATE TABLE states (state_id INTEGER PRIMARY KEY, entity_id TEXT, state TEXT, attributes TEXT, last_changed TEXT,
          last_updated TEXT, context_id TEXT, context_user_id TEXT, context_parent_id TEXT);
        INSERT INTO states VALUES
          (1, 'light.hall', 'off', '{}', NULL, '2023-11-14 22:13:20.5', 'c-off', NULL, NULL),
          (2, 'light.hall', 'on', '{}', NULL, '2023-11-14 22:13:22', 'c-on', NULL, 'c-door');";
    rusqlite::Connection::open(&path).unwrap().execute_batch(rows).unwrap();
    let mut screen = Harness::opened(Address::File(path), 120, 36);
    screen.app.focus = Pane::Transitions;
    screen.keys("Enter").sees("Transition #2");
    let shown = screen.screen();
    let says = |name: &str, fact: &str| shown.lines().any(|line| line.contains(name) && line.contains(fact));
    assert!(says("source id", "c-on") && says("cause", "c-door"), "{shown}");
}

/// The label is the first line of what was said; all of the rest is there, its paragraphs joined, escaped.
#[test]
fn the_full_message_of_a_transition_is_read_in_a_box() {
    for (message, lines) in [
        (
            "change it\n\nBecause it was\n  slow.\n\nRefs: #12\n",
            &["message    Because it was", "slow.", "Refs: #12"][..],
        ),
        ("change it\r\n\r\nbehind\r\n", &["message    behind"]),
        (
            "change it\n\nBecause it\nwas slow.\n- one\n- two\n\nRefs: #12\nSigned-off-by: ann\n",
            &["message    Because it was slow.", " - one ", " - two ", " Refs: #12 ", " Signed-off-by: ann "],
        ),
        ("change it\n\u{1b}[31mred", &["message    \\u{1b}[31mred"]),
        ("change it", &[]),
        ("change it\n\n\n", &[]),
        ("", &[]),
    ] {
        let (recording, tenant) = recorded(&["1"]);
        let change = StateChange::State(2_i64.into());
        let from =
            Provenance { message: Some(message.into()), source_id: Some("c0ffee".into()), ..Provenance::default() };
        let body = Body::Transition { label: "change it".into(), change };
        tenant.append(Entry { provenance: Some(from.into()), ..Entry::new(body) }).unwrap();
        let mut screen = Harness::of(Address::File("a.json".into()), recording, 80, 24);
        screen.app.focus = Pane::Transitions;
        let shown = screen.keys("G Enter").sees("Transition #2").sees("c0ffee").screen();
        assert_eq!(shown.contains("message"), !lines.is_empty(), "{message:?}\n{shown}");
        lines.iter().for_each(|line| assert!(shown.contains(line), "{line}\n{shown}"));
    }
}

/// A reason is longer than any line: it is read in a box, with whatever else is known of the version.
#[test]
fn all_of_a_transition_is_read_in_a_box() {
    let long = "the checkout of the northern region failed for everybody since nine o'clock, and nobody knew why until \
                ann looked at the journal → of payments";
    for (width, height) in [(120, 36), (80, 24)] {
        for reason in ["too slow", long, ""] {
            let (recording, tenant) = recorded(super::harness::GUIDE);
            tenant.by("ann").rollback(&crate::Strategy::Version(Version(2)), reason).unwrap();
            let mut screen = Harness::of(Address::File("shop.jsonl".into()), recording, width, height);
            for keys in ["Enter", "z w"] {
                screen.app.focus = Pane::Transitions;
                screen.keys(keys).sees("Transition #7").sees("author    ann").sees("rollback, equal to #2");
                screen.sees("kept      4 versions on main~1");
                let words: Vec<&str> = reason.split(' ').filter(|word| !word.is_empty()).collect();
                words.into_iter().for_each(|word| _ = screen.sees(word));
                assert_eq!(screen.screen().contains("reason  "), !reason.is_empty());
                screen.keys("Esc");
            }
        }
        let mut screen = Harness::guide(width, height);
        screen.app.focus = Pane::Transitions;
        screen.command("goto 0").keys("Enter").sees("#0 is the state before anything was recorded");
    }
}
