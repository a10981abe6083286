//! Boxes on small screens: every line can be reached, the line being typed is in view, and more is announced.

use super::harness::{GUIDE, Harness, recorded};
use crate::Error;
use crate::history::Revision;
use crate::log::Damage;
use crate::record::{self, TenantId, Version};
use crate::recording::{Recording, SnapshotRequest};
use crate::source::Address;
use crate::tui::app::Boxed;
use crate::tui::dialog::leaving::Leaving;
use crate::tui::dialog::{Dialog, rows::DialogRow};
use crate::tui::job::Report;
use crate::tui::owner::Owner;
use crate::value::parse;
use crate::view::text::SafeText;
use crossterm::event::MouseEventKind;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use std::path::PathBuf;
use std::sync::Arc;

const SIZES: [(u16, u16); 5] = [(120, 36), (80, 24), (60, 16), (40, 12), (30, 9)];

/// A guarded tenant with a long name, long snapshot names, variants, and states that differ in much.
fn shop() -> Harness {
    let recording = Arc::new(Recording::memory().with_clock(super::harness::noon));
    let name = format!("acme  corp {}", "é→ ".repeat(40).trim());
    let tenant = recording.tenant_or_new(&TenantId::from(&*name)).unwrap();
    for n in 0..8 {
        let keys: Vec<String> = (0..40).map(|key| format!("\"key {key} of many\":{}", key * n)).collect();
        let state = format!("{{{},\"text\":\"{}\"}}", keys.join(","), format!("word{n} ").repeat(300));
        tenant.set("step", parse(state.as_bytes()).unwrap()).unwrap();
    }
    for (at, version) in [2, 3, 4].into_iter().enumerate() {
        let name = Some(format!("before the {at} change of {}", "everything ".repeat(6)).trim().into());
        let tags = if at == 0 { vec!["prod".into()] } else { Vec::new() };
        tenant
            .snapshot(&SnapshotRequest { name, version: Some(Version(version)), tags, ..Default::default() })
            .unwrap();
    }
    tenant.variant("bold", format!("before the 1 change of {}", "everything ".repeat(6)).trim()).unwrap();
    Harness::of(Address::Demo("guide".into()), recording, 120, 36)
}

fn reading() -> Harness {
    Harness::reading(Address::File("shop.jsonl".into()), recorded(GUIDE).0, 120, 36)
}

/// Every kind of box, open.
fn boxes() -> Vec<(&'static str, Harness)> {
    let by_keys = [
        ("rollback", "g g R"),
        ("rollback, unnamed", "g g R y Enter y"),
        ("promotion", ": p r o m o t e Space b o l d Enter y"),
        ("deletion", "3 D y"),
        ("edit", "3 r"),
        ("snapshot", "s"),
        ("go to", "g i"),
        ("go to a time", "g t"),
        ("percentage", "g p"),
        ("whole text", ": p a t h Space . t e x t Enter z w"),
        ("options", ": s e t Enter"),
        ("all keys", ": k e y s Space a l l Enter"),
        ("messages", ": n o n s e n s e Enter Esc : m e s s a g e s Enter"),
    ];
    let mut all: Vec<_> = by_keys
        .into_iter()
        .map(|(name, keys)| {
            let mut screen = shop();
            screen.keys(keys);
            (name, screen)
        })
        .collect();
    let long = "once upon a time ".repeat(60);
    let mut unread = reading();
    unread.report(Report::Read(Err(Error::Usage(long.clone()))));
    let mut bug = reading();
    bug.report(Report::Panicked(long));
    let mut keep = Harness::states(GUIDE, 120, 36);
    keep.keys("g g R y");
    all.extend([("unreadable", unread), ("bug", bug), ("save", keep)]);
    let damage: Vec<_> = (0..30)
        .map(|at| Damage {
            file: PathBuf::from(format!("{}.jsonl", "f".repeat(30))),
            offset: at * 1000,
            length: 10,
            after: record::Position(0),
            why: format!("line {at} is not a record"),
            torn: false,
        })
        .collect();
    for (name, dialog) in [
        ("damaged", Dialog::damaged(&damage, &reading().app.open_source())),
        ("quit with tasks", Dialog::Leaving(Leaving::Tasks)),
        ("quit while stopping", Dialog::Leaving(Leaving::Stopping)),
        ("quit unsaved", Dialog::Leaving(Leaving::Unsaved(12_345))),
    ] {
        let mut screen = shop();
        screen.app.dialog = Some(Boxed::new(dialog, Owner::Program, Revision::default()));
        all.push((name, screen));
    }
    let mut start = Harness::start(Vec::new(), 120, 36);
    start.keys("o");
    let home = tempfile::tempdir().unwrap();
    let disk = Arc::new(Recording::create(&home.path().join("shop.asof")).unwrap());
    let tenant = disk.tenant_or_new(&TenantId::from("shop")).unwrap();
    GUIDE.iter().for_each(|state| _ = tenant.set("x", parse(state.as_bytes()).unwrap()).unwrap());
    let mut compact = Harness::of(Address::Recording("shop.asof".into()), disk, 120, 36);
    compact.keys(": c o m p a c t Space 3 Enter");
    all.extend([("open", start), ("compact", compact)]);
    all
}

/// What a box says on this screen: the words of its rows, title and footer.
fn words(screen: &Harness) -> Vec<String> {
    let boxed = screen.app.dialog.as_ref().unwrap();
    let sheet = boxed.dialog.sheet(&screen.app.around_box(), screen.area).unwrap();
    let texts = sheet.rows.into_iter().chain(sheet.foot).flat_map(|row| match row {
        DialogRow::Text(text, _) | DialogRow::Chosen(text) => vec![text],
        DialogRow::Named(line, _) => vec![line.name, line.says],
        DialogRow::Keys(keys) => keys,
        DialogRow::Input(input) => vec![input.label.into()],
        DialogRow::Choice(choice) => vec![choice.left, choice.text, choice.right],
    });
    let all: Vec<SafeText> = texts.chain([sheet.title, sheet.footer]).collect();
    all.iter().flat_map(|text| text.unmarked().split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// All that the box shows from its first line to its last.
fn scrolled(screen: &mut Harness, up: &str, down: &str) -> String {
    let mut seen = String::new();
    for (key, keeps) in [(up, false), (down, true)] {
        let mut before = String::new();
        loop {
            let now = shown(screen);
            if now == before {
                break;
            }
            if keeps {
                seen += &now;
            }
            before = now;
            screen.keys(key);
        }
    }
    seen
}

/// The box alone, as it is painted over nothing.
fn shown(screen: &Harness) -> String {
    let mut buffer = Buffer::empty(screen.area);
    let boxed = screen.app.dialog.as_ref().unwrap();
    boxed.dialog.paint(&screen.app.around_box(), boxed.scroll, screen.area, &mut buffer);
    screen.app.setup.look.glyphs.translate(None, &mut buffer);
    crate::tui::draw::text_of(&buffer)
}

#[test]
fn every_line_of_every_box_can_be_reached() {
    for (name, mut screen) in boxes() {
        assert!(screen.app.dialog.is_some(), "{name} is open:\n{}", screen.screen());
        for glyphs in ["blocks", "ascii"] {
            screen.app.setup.look.glyphs = crate::tui::glyphs::Glyphs::named(glyphs).unwrap();
            for (width, height) in SIZES {
                screen.resize(width, height);
                let lines = screen.app.dialog.as_ref().unwrap().extent.unwrap().lines;
                for (up, down) in [("Up", "Down"), ("PageUp", "PageDown")] {
                    // A press a line would take long where there are hundreds.
                    if down == "Down" && lines > 60 {
                        continue;
                    }
                    let words = words(&screen);
                    let seen = scrolled(&mut screen, up, down);
                    for word in words.iter().filter(|word| word.is_ascii() && word.len() + 12 < usize::from(width)) {
                        assert!(seen.contains(&**word), "{name}, {glyphs}, {width}x{height}, {down}: {word}\n{seen}");
                    }
                }
            }
        }
    }
}

/// Each row of a list to choose from comes into view as the cursor goes down, and again as it goes up.
#[test]
fn every_row_of_every_list_to_choose_from_can_be_reached() {
    for (name, keys, inputs) in [("keys", "?", ["Down", "Up"]), ("commands", ":", ["Down", "Up"])] {
        for (width, height) in [(120, 36), (80, 24), (60, 16)] {
            let mut screen = long_list(width, height);
            screen.keys(keys);
            let Some(Dialog::Chooser(chooser)) = screen.app.dialog.as_ref().map(|boxed| &boxed.dialog) else {
                panic!("{name} is a list:\n{}", screen.screen())
            };
            let rows: Vec<String> = chooser.shown_rows().map(|left| left.unmarked().into_owned()).collect();
            assert!(!rows.is_empty(), "{name}");
            for key in inputs {
                let mut seen = shown(&screen);
                for _ in 0..rows.len() {
                    screen.keys(key);
                    seen += &shown(&screen);
                }
                for row in &rows {
                    let start: String = row.chars().take(8).collect();
                    assert!(seen.contains(start.trim_end()), "{name}, {width}x{height}, {key}: {row}");
                }
            }
        }
    }
}

fn long_list(width: u16, height: u16) -> Harness {
    let fields: Vec<String> = (0..40).map(|at| format!("\"field{at}\":1")).collect();
    let item = |name: &str| format!("{{\"id\":\"{name}\",{}}}", fields.join(","));
    let state = format!("{{\"list\":[{},{}]}}", item("a"), item("b"));
    Harness::states(&[&state, &state.replace("\"b\"", "\"c\""), "{}", &state], width, height)
}

/// What is cut off below in a pane of lines is counted there.
#[test]
fn lines_that_do_not_fit_are_counted() {
    use crate::tui::pane::text::put;
    use crate::view::table::RowTone;
    let screen = shop();
    let lines: Vec<(RowTone, SafeText)> = (0..9).map(|at| (RowTone::Plain, format!("line {at}").into())).collect();
    for (height, last) in [(9, "line 8"), (8, "… 2 more lines"), (2, "… 8 more lines"), (1, "… 9 more lines")] {
        let area = ratatui::layout::Rect::new(0, 0, 30, height);
        let mut buffer = Buffer::empty(area);
        put(&lines, &screen.app.setup.look, area, &mut buffer);
        let text = crate::tui::draw::text_of(&buffer);
        assert_eq!(text.lines().last().map(str::trim), Some(last), "{text}");
    }
}

#[test]
fn a_box_that_goes_on_says_so_and_what_fits_does_not() {
    for (name, mut screen) in boxes() {
        for (width, height) in SIZES.into_iter().chain([(120, 36), (200, 100)]) {
            screen.resize(width, height);
            scrolled(&mut screen, "PageDown", "PageUp");
            let boxed = screen.app.dialog.as_ref().unwrap();
            let shown = shown(&screen);
            assert_eq!(shown.contains("↓ 1 to "), boxed.is_cut(), "{name}, {width}x{height}:\n{shown}");
            assert!(!shown.contains('↑'), "{name}, {width}x{height}:\n{shown}");
        }
    }
}

#[test]
fn the_line_being_typed_is_in_view() {
    for (name, keys, fields) in [("snapshot", "s", 3), ("edit", "3 r", 3), ("rollback", "g g R y", 1)] {
        let mut screen = shop();
        screen.keys(keys).resize(30, 9);
        for _ in 0..fields {
            screen.keys("PageUp PageUp PageDown PageUp").text("qxz");
            assert!(shown(&screen).contains("qxz"), "{name}:\n{}", shown(&screen));
            screen.keys("Backspace Backspace Backspace Tab");
        }
    }
}

/// The wheel scrolls as the keys do.
#[test]
fn the_wheel_scrolls_every_box_that_goes_on() {
    for (name, mut screen) in boxes() {
        screen.resize(40, 12);
        if !screen.app.dialog.as_ref().unwrap().is_cut() {
            continue;
        }
        scrolled(&mut screen, "PageDown", "PageUp");
        let first = shown(&screen);
        for _ in 0..3 {
            screen.mouse(MouseEventKind::ScrollDown, Position::new(20, 6));
        }
        assert_ne!(shown(&screen), first, "{name}");
        for _ in 0..3 {
            screen.mouse(MouseEventKind::ScrollUp, Position::new(20, 6));
        }
        assert_eq!(shown(&screen), first, "{name}");
    }
}

/// What the pane beside a list has no room for is in a box, at every size, to its last line.
#[test]
fn all_details_of_a_row_are_in_a_box() {
    for (width, height) in [(120, 36), (80, 24), (60, 16)] {
        let (recording, tenant) = recorded(&["{\"n\":1}", "{\"n\":2}", "{\"n\":3}"]);
        let long = format!("{} the-last-word", "a rather long description ".repeat(30));
        let wanted = SnapshotRequest { description: long.into(), ..SnapshotRequest::named("before") };
        tenant.snapshot(&wanted).unwrap();
        let mut screen = Harness::of(Address::File("shop.jsonl".into()), recording, width, height);
        screen.keys("3 z w");
        let reached = (0..40).any(|_| {
            let shown = screen.screen().contains("the-last-word");
            screen.keys("PgDn");
            shown
        });
        assert!(reached, "{width}x{height}\n{}", screen.screen());
        for view in ["history .n", "find .n > 1"] {
            screen.keys("Esc Esc").command(view).keys("z w");
            let text = screen.screen();
            assert!(text.contains("Esc close"), "{view}\n{text}");
        }
    }
}
