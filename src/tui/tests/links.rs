//! Links and startup commands: what a link was copied from is what it opens.

use super::harness::Harness;
use crate::source::{Address, Link};
use crate::tui::StartSpot;
use crate::tui::config::{Config, Sources};

fn demo() -> Address {
    Address::Demo("release".into())
}

/// What the last copy put on the clipboard.
fn copied(screen: &mut Harness, keys: &str) -> String {
    let text = screen.keys(keys).outside.pop().unwrap();
    text.strip_prefix("copy ").unwrap().to_owned()
}

#[track_caller]
fn check(commands: &[&str]) {
    let mut screen = Harness::led(demo(), StartSpot::default(), Config::default());
    for command in commands {
        match command.strip_prefix("keys ") {
            Some(keys) => screen.keys(keys),
            None => screen.command(command),
        };
    }
    let text = copied(&mut screen, "y l");
    let link = Link::parse(&text).unwrap().unwrap();
    assert_eq!(link.source, "demo:release");
    let mut opened = Harness::led(Address::parse(&link.source).unwrap(), StartSpot::of_link(&link), Config::default());
    assert_eq!(copied(&mut opened, "y l"), text);
    assert_eq!(opened.screen(), screen.screen(), "{link}");
}

#[test]
fn a_link_opens_what_it_was_copied_from() {
    check(&[]);
    check(&["goto 3"]);
    check(&["goto 5", "goto-path .features.new_ui"]);
    check(&["goto 5", "end-a 2", "lane .sessions", "lane .sessions > 100", "goto-path .version"]);
    check(&["column .version", "column .sessions | tostring; .", "goto 4"]);
    check(&["end-a 1", "end-b 4", "diff-view"]);
    check(&["snapshots"]);
    check(&["branches"]);
    // What was found, which of it is selected, and where it was limited to.
    check(&["find .sessions > 0"]);
    check(&["find .sessions != 100", "keys j"]);
    check(&["find-text 2.0", "debug", "goto 4"]);
    check(&["reverse-find", "find .version != \"1\"", "goto 2", "lane .sessions"]);
    check(&["end-a 2", "end-b 5", "find .sessions >= 0"]);
    check(&["end-a 2", "find .sessions >= 0", "end-a 2"]);
    check(&["end-a 2", "find .sessions >= 0", "end-a 3", "diff-view"]);
    check(&["find .sessions >= 0", "diff 2 4"]);
}

#[test]
fn what_a_link_says_counts_instead_of_what_was_pinned() {
    let link = Link::parse("asof://demo:release#v=4&lane=.version&later=1").unwrap().unwrap();
    let startup = Config::load(&Sources {
        directory: None,
        variable: &|name| (name == "ASOF_STARTUP").then(|| "lane .sessions".to_owned()),
        flags: Vec::new(),
    });
    let mut screen = Harness::led(demo(), StartSpot::of_link(&link), startup);
    screen.sees("this version of asof does not know").sees("later=1");
    let lanes: Vec<_> = screen.strip().lanes.into_iter().map(|lane| lane.name.unmarked().into_owned()).collect();
    assert_eq!(lanes.len(), 1, "{lanes:?}");
    assert!(lanes[0].contains("version"), "{lanes:?}");
}

#[test]
fn startup_commands_run_on_every_source_and_say_what_is_wrong() {
    let with = |text: &str| {
        let text = text.to_owned();
        let variable = move |name: &str| (name == "ASOF_STARTUP").then(|| text.clone());
        Config::load(&Sources { directory: None, variable: &variable, flags: Vec::new() })
    };
    let mut screen = Harness::led(demo(), StartSpot::default(), with("goto 3\nlane .sessions"));
    assert_eq!((screen.cursor(), screen.app.pinned()), (3, 1));
    screen.open(Address::Demo("diff".into()));
    screen.wait_often();
    assert_eq!((screen.cursor(), screen.app.pinned()), (3, 1));
    // Where somebody asked to begin counts, wherever the commands lead.
    let spot = StartSpot { at: Some("5".into()), path: Some(".features.new_ui".into()), ..StartSpot::default() };
    let mut screen = Harness::led(demo(), spot, with("goto 3\npath .sessions\nlane .sessions"));
    screen.wait_often();
    assert_eq!((screen.cursor(), screen.app.pinned()), (5, 1));
    screen.sees(".features.new_ui");
    let mut screen = Harness::led(demo(), StartSpot::default(), with("goto 3\npause soon"));
    screen.command("messages").sees("startup cannot be run: line 2: not a pause");
    assert_eq!(screen.cursor(), 7);
}

#[test]
fn standard_input_has_no_link() {
    let (recording, _) = super::harness::recorded(&["{}"]);
    Harness::of(Address::Stdin, recording, 120, 36).keys("y l").sees("cannot be opened again from a link");
}
