//! Who wrote each row of the state last: what a plain walk says, in whatever order answers come; a rollback is named; Esc ends
//! it.

use super::harness::{Harness, recorded};
use super::path_histories::{STATES, walked};
use crate::history::Strategy;
use crate::record::Version;
use crate::source::Address;
use crate::view::tree::Twist;

/// The rows of the state on the screen, by their paths in words, and what is beside them.
fn rows(screen: &Harness) -> Vec<(String, String)> {
    let session = screen.app.session().unwrap();
    let writers = session.asked.writers.as_ref().unwrap();
    let (keys, value) = (&session.shown.state.compared.keys, session.shown.value());
    let rows = session.tree.rows(30).into_iter().filter(|row| row.twist != Twist::Fold);
    rows.map(|row| {
        (
            keys.words(&row.path, value),
            writers.writer(&row.path).map(|writer| writer.words(80).unmarked().into_owned()).unwrap_or_default(),
        )
    })
    .collect()
}

/// The same by a plain walk up to a version.
fn expected(screen: &Harness, at: usize) -> Vec<(String, String)> {
    let writer = |path: &str| format!("#{}", walked(&STATES[..at], path)[0].0);
    rows(screen).into_iter().map(|(path, _)| (path.clone(), writer(&path))).collect()
}

#[test]
fn each_row_names_the_version_that_a_plain_walk_finds() {
    for at in 1..=STATES.len() {
        let mut screen = Harness::states(&STATES, 120, 36);
        screen.command(&format!("goto {at}")).command("open-all").command("blame");
        assert_eq!(rows(&screen), expected(&screen, at), "#{at}");
        assert!(rows(&screen).len() > 5, "#{at}");
    }
}

#[test]
fn answers_about_versions_left_meanwhile_are_dropped() {
    let mut random = 11_usize;
    for round in 0..30 {
        let mut screen = Harness::states(&STATES, 120, 36);
        screen.command("open-all").command("blame");
        screen.hold_all();
        for _ in 0..3 {
            screen.keys(",");
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407 + round);
            if !screen.held.is_empty() {
                screen.release((random >> 33) % screen.held.len());
            }
        }
        while !screen.held.is_empty() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407 + round);
            screen.release((random >> 33) % screen.held.len());
        }
        assert_eq!(screen.cursor(), 4);
        assert_eq!(rows(&screen), expected(&screen, 4), "round {round}");
    }
}

#[test]
fn what_a_rollback_brought_back_is_of_who_wrote_it_first_and_names_the_rollback() {
    let states = [r#"{"a":1,"b":1,"c":0}"#, r#"{"a":2,"b":1,"c":0}"#, r#"{"a":2,"b":5,"c":0}"#];
    let (recording, tenant) = recorded(&states);
    tenant.rollback(&Strategy::Version(Version(1)), "").unwrap();
    let mut screen = Harness::of(Address::File("shop.jsonl".into()), recording, 120, 36);
    screen.command("path .a").keys("B");
    let found: Vec<_> = rows(&screen).into_iter().skip(1).map(|(_, words)| words).collect();
    assert_eq!(found, ["#1 ⟲ #4", "#1 ⟲ #4", "#1"]);
}

#[test]
fn it_is_switched_off_by_its_key_and_stopped_by_esc() {
    let mut screen = Harness::states(&STATES, 120, 36);
    screen.command("blame").sees("#7").command("blame");
    assert!(screen.app.session().unwrap().asked.writers.is_none());
    screen.hold_all().command("blame").keys("Esc").sees("Stopping").let_all_come();
    screen.sees("Stopped").lacks("Stopping");
    assert!(screen.app.session().unwrap().asked.writers.is_none());
}

#[test]
fn writers_look_as_they_should_at_every_size() {
    for (width, height) in [(120, 36), (80, 24), (60, 16)] {
        let mut screen = Harness::states(&STATES, width, height);
        screen.command("open-all").command("blame");
        insta::assert_snapshot!(format!("blame_{width}x{height}"), screen.screen());
    }
}
