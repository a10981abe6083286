//! Finding in time: what is found is what a plain walk finds, from both ends, between A and B, while others write, in
//! whatever order answers come; the line tells what is wrong with a filter; the keys go there.

use super::harness::{Harness, recorded};
use crate::history::Strategy;
use crate::query::{Query, QueryBudget};
use crate::record::Version;
use crate::recording::{Recording, Tenant};
use crate::source::Address;
use crate::tui::job::{Life, Report};
use crate::view::find::FindHit;
use std::sync::Arc;

/// A recording whose states are the numbers that a function gives for 1, 2, 3 …
fn numbers(count: i64, state: impl Fn(i64) -> serde_json::Value) -> (Arc<Recording>, Tenant) {
    let recording = Arc::new(Recording::memory().with_clock(super::harness::noon));
    let tenant = recording.tenant_or_new(&"shop".into()).unwrap();
    (1..=count).for_each(|n| _ = tenant.record("count", &state(n)).unwrap());
    (recording, tenant)
}

fn screen(recording: Arc<Recording>, width: u16, height: u16) -> Harness {
    Harness::of(Address::File("shop.jsonl".into()), recording, width, height)
}

/// First, last and number of versions of each run on the screen, oldest first.
fn found(screen: &Harness) -> Vec<(u64, u64, u64)> {
    let hits = screen.app.session().unwrap().asked.finding.found.hits();
    let span = |hit: &FindHit| (hit.span.from.0, hit.span.to.0, hit.span.versions);
    hits.iter().map(span).collect()
}

/// The same by asking every version of main within a range.
fn walked(tenant: &Tenant, filter: &str, range: std::ops::RangeInclusive<u64>) -> Vec<(u64, u64, u64)> {
    let (query, budget) = (Query::compile(filter).unwrap(), QueryBudget::default());
    let mut runs: Vec<(u64, u64, u64)> = Vec::new();
    let mut was = false;
    for version in
        range.filter(|version| *version > 0 && tenant.history().lineage().made_by(Version(*version)) == "main")
    {
        let holds = query.truth(&tenant.value_at(Version(version)).unwrap(), &budget).holds();
        match (was, holds, runs.last_mut()) {
            (true, true, Some(run)) => (run.1, run.2) = (version, run.2 + 1),
            (_, true, _) => runs.push((version, version, 1)),
            _ => {}
        }
        was = holds;
    }
    runs
}

const FILTERS: [&str; 7] = [".n % 700 > 400", ".n % 3 == 0", ".n > 450", ".n < 510", ".m == 1", ".n == 777", "true"];

#[test]
fn what_is_found_is_what_a_plain_walk_finds_from_both_ends() {
    let (recording, tenant) = numbers(1300, |n| serde_json::json!({"n": n, "m": n / 100 % 2}));
    tenant.rollback(&Strategy::Version(Version(300)), "").unwrap();
    tenant.record("after", &serde_json::json!({"n": 777, "m": 1})).unwrap();
    let mut screen = screen(recording, 120, 36);
    for filter in FILTERS {
        let expected = walked(&tenant, filter, 1..=1302);
        screen.command(&format!("find {filter}"));
        assert_eq!(found(&screen), expected, "{filter}");
        screen.keys("r");
        assert_eq!(found(&screen), expected, "{filter}, newest first");
        let selected = screen.app.session().unwrap().asked.finding.found.selected().map(|hit| hit.span.from.0);
        assert_eq!(selected, expected.last().map(|run| run.0), "{filter}: the newest on top");
        screen.keys("r");
    }
}

#[test]
fn a_and_b_limit_it() {
    let (recording, tenant) = numbers(1000, |n| serde_json::json!({"n": n}));
    let mut screen = screen(recording, 120, 36);
    for (keys, range) in [("a", 600..=1000), ("b", 1..=600), ("a g g b", 1..=600), ("a G b", 600..=1000)] {
        screen.keys("1 Esc Esc Esc Esc").command("goto 600").keys(keys).command("find .n % 700 > 400");
        assert_eq!(found(&screen), walked(&tenant, ".n % 700 > 400", range), "{keys}");
    }
}

#[test]
fn new_versions_are_looked_at_too_and_a_run_goes_on_in_them() {
    for back in ["", "r"] {
        let (recording, tenant) = numbers(20, |n| serde_json::json!({"n": n}));
        let mut screen = screen(recording, 120, 36);
        screen.command("find .n > 15 or .n == 3").keys(back);
        assert_eq!(found(&screen), [(3, 3, 1), (16, 20, 5)]);
        for (n, expected) in [(30, (16, 21, 6)), (0, (16, 21, 6)), (99, (23, 23, 1))] {
            tenant.record("later", &serde_json::json!({"n": n})).unwrap();
            screen.report(Report::Followed(Life::Live));
            assert_eq!(found(&screen).last(), Some(&expected), "{n} {back}");
        }
        assert_eq!(found(&screen).len(), 3);
    }
}

#[test]
fn answers_in_whatever_order_come_to_the_same() {
    let (recording, tenant) = numbers(900, |n| serde_json::json!({"n": n}));
    let mut random = 11_u64;
    for round in 0..12 {
        let mut screen = screen(Arc::clone(&recording), 120, 36);
        screen.hold_all().command("find .n == 3").command("find .n % 700 > 400").keys("Up Down");
        while !screen.held.is_empty() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let which = usize::try_from(random >> 33).unwrap() % screen.held.len();
            screen.release(which);
        }
        assert_eq!(found(&screen), walked(&tenant, ".n % 700 > 400", 1..=900), "round {round}");
    }
}

/// An account that is negative in 49 of 10,000 versions. The version that made it so changed another one, too.
#[test]
fn the_version_at_which_an_account_went_negative_is_three_keys_away() {
    let state = |n: i64| {
        let balance = if (6321..6370).contains(&n) { -5 } else { 700 };
        serde_json::json!({"accounts": {"a01": {"balance": n}, "a07": {"balance": balance}, "a09": {"balance": 7 * n}}})
    };
    let (recording, _) = numbers(10_000, state);
    let mut screen = screen(recording, 120, 36);
    screen.keys("4").text(".accounts | any(.balance < 0)").keys("Enter Enter");
    assert_eq!(screen.cursor(), 6_321);
    screen.sees("[1 Debug]").sees(".accounts.a07.balance  700 → -5 and 2 more changes").sees("for 49 versions");
    screen.sees("▶       balance  -5");
}

/// Of several places that changed the one is named without which it would not be true.
#[test]
fn what_made_it_true_is_named_among_what_changed_with_it() {
    let states = [r#"{"a":1,"b":1,"c":[1,2],"d":{"x":0}}"#, r#"{"a":2,"b":-1,"c":[3,-4,5],"d":{"x":1,"y":0}}"#];
    for (filter, place) in [
        ("any(.a, .b; . < 0)", ".b"),
        (".a > 1 and .b < 1", ".b"),
        (".a > 5 or .b < 0 or .d.x == 1", ".b"),
        (".d.x == 1 or .a == 9", ".d.x"),
        (".c[1] < 0 and .c[0] > 0 and .a > 0", ".c[1]"),
        ("any(.c[]; . > 4)", ".c[2]"),
        (".d | has(\"y\")", ".d.y"),
        (".a + .b == 1", ".b"),
    ] {
        let mut screen = screen(recorded(&states).0, 120, 36);
        screen.command(&format!("find {filter}"));
        let hits = screen.app.session().unwrap().asked.finding.found.hits();
        assert_eq!(hits[0].cause.as_ref().unwrap().path.to_string(), place, "{filter}");
    }
}

/// What made it true is among the changes, and is told once.
#[test]
fn a_change_that_was_found_is_told_once() {
    for (other, times) in [("", 1), (r#","other":[1]"#, 1)] {
        let states = [r#"{"balance":12}"#.to_owned(), format!(r#"{{"balance":-3{other}}}"#)];
        let states: Vec<&str> = states.iter().map(String::as_str).collect();
        for (width, height) in [(80, 24), (120, 36), (160, 50)] {
            let mut screen = screen(recorded(&states).0, width, height);
            let shown = screen.command("find .balance < 0").screen();
            let detail = shown.split_once("What #2 changed").map_or("", |(_, detail)| detail);
            assert_eq!(detail.matches("12 → -3").count(), times, "{other} {width}x{height}\n{shown}");
        }
    }
}

#[test]
fn n_goes_through_what_was_found_until_esc() {
    let (recording, _) = numbers(100, |n| serde_json::json!({"n": n % 30}));
    let mut screen = screen(recording, 120, 36);
    screen.command("find .n > 27").keys("Enter");
    assert_eq!(screen.cursor(), 28);
    for (key, at) in [("n", 58), ("n", 88), ("n", 28), ("N", 88), ("N", 58), ("N", 28)] {
        screen.keys(key);
        assert_eq!(screen.cursor(), at, "{key}");
    }
    screen.keys("Esc").sees("n and N go to differences again").keys("n");
    assert_eq!(screen.cursor(), 28);
    screen.keys("4 N");
    assert_eq!(screen.cursor(), 88);
}

/// Behind the last hit the first one follows, and where there is no other, that is said.
#[test]
fn hits_are_gone_through_in_a_circle() {
    let (recording, _) = numbers(20, |n| serde_json::json!({"n": n}));
    let mut screen = screen(recording, 120, 36);
    screen.command("find .n % 8 == 0").keys("1 g g");
    for (keys, at, says) in [
        ("n", 8, "for 1 version"),
        ("n", 16, "for 1 version"),
        ("n", 8, "wrapped to the first hit"),
        ("N", 16, "wrapped to the last hit"),
        ("N", 8, "for 1 version"),
    ] {
        screen.keys(keys).sees(says);
        assert_eq!(screen.cursor(), at, "{keys}: {says}");
    }
    screen.command("find .n == 5").keys("n").lacks("only hit").keys("n").sees("only hit").keys("N").sees("only hit");
    screen.command("find .n == 99").keys("n").sees("Nothing found after #5");
}

#[test]
fn a_wrong_filter_says_where_and_what_was_meant_while_it_is_typed() {
    let line = |text: &str| {
        let mut screen = screen(recorded(&["1"]).0, 120, 36);
        screen.keys("4").text(text);
        screen
    };
    for (text, words) in [
        (".a && .b", "write `and`"),
        (".a = 1", "write == to compare"),
        (".a == 'x'", "strings are written in double quotes"),
        (".a | lenght", "did you mean length?"),
        ("(.a", "is not closed"),
        (".a >", "found the end"),
    ] {
        // Enter leaves it open.
        line(text).sees(words).sees("^").keys("Enter").sees(words).sees("[Find in time]");
    }
    line(".a == 1").lacks("^").keys("Esc").sees("[1 Debug]").keys("4").sees("where  .a == 1");
}

#[test]
fn versions_at_which_a_filter_errs_are_counted_and_told() {
    let (recording, _) = recorded(&["1", "{}", "\"x\"", "2"]);
    let mut screen = screen(recording, 120, 36);
    screen.command("find (. + 1) > 1").sees("error at 2 versions, counted as false; first #2");
    assert_eq!(found(&screen), [(1, 1, 1), (4, 4, 1)]);
}

#[test]
fn esc_stops_and_says_how_far_it_came() {
    let (recording, _) = numbers(30, |n| serde_json::json!({"n": n}));
    let mut screen = screen(recording, 120, 36);
    screen.hold_all().command("find .n > 100").sees("nothing found yet …").keys("Esc").sees("Stopping").let_all_come();
    screen.sees("Stopped before any version was looked at");
}

#[test]
fn a_text_a_label_an_author_and_a_tag_are_found() {
    let (recording, tenant) = recorded(&[r#"{"a":"one"}"#, r#"{"a":"two","b":42}"#, r#"{"a":"two"}"#]);
    tenant.by("ana").record("last", &serde_json::json!({"key": null})).unwrap();
    tenant
        .snapshot(&crate::recording::SnapshotRequest {
            name: Some("s".into()),
            version: Some(Version(2)),
            tags: vec!["rel".into()],
            ..Default::default()
        })
        .unwrap();
    let mut screen = screen(recording, 120, 36);
    for (command, expected) in [
        ("find-text tw", vec![(2, 3, 2)]),
        ("find-text 42", vec![(2, 2, 1)]),
        ("find-text key", vec![(4, 4, 1)]),
        ("find-label step 3", vec![(3, 3, 1)]),
        ("find-author ana", vec![(4, 4, 1)]),
        ("find-tag rel", vec![(2, 2, 1)]),
    ] {
        screen.command(command);
        assert_eq!(found(&screen), expected, "{command}");
    }
    screen.keys("f").text("nowhere").keys("Enter").sees("Nothing found in 4 versions");
    screen.keys("4 / Tab").sees("label").keys("Up").sees("nowhere").keys("Up").sees("rel").keys("Esc");
}

#[test]
fn keys_of_the_line_are_letters_and_a_paste_goes_into_it() {
    let (recording, _) = recorded(&["1", "2"]);
    let mut screen = screen(recording, 120, 36);
    screen.keys("4").text("1q?n").sees("where  1q?n");
    screen.event(&crossterm::event::Event::Paste(" + 2\n".into())).sees("1q?n + 2").keys("Esc").sees("[1 Debug]");
}

/// The key that leads to the view opens its line there: what is typed then are letters, never keys.
#[test]
fn the_key_of_the_view_opens_its_line_again() {
    let (recording, _) = numbers(300, |n| serde_json::json!({"n": n}));
    let mut screen = screen(recording, 120, 36);
    screen.keys("4").text(".n > 250").keys("Enter");
    for letters in [".n < 9", "sR", "ab"] {
        let (cursor, snapshots) = (screen.cursor(), screen.tenant().history().marks().listed().len());
        screen.keys("4 Ctrl-u").text(letters).sees(letters).keys("Esc");
        assert_eq!(
            (screen.cursor(), screen.tenant().history().marks().listed().len()),
            (cursor, snapshots),
            "{letters}"
        );
        screen.lacks("Roll back").lacks("New snapshot");
    }
    screen.keys("4").text(" and .n < 260").keys("Enter");
    assert_eq!(found(&screen), [(251, 259, 9)], "it stands there to be changed");
}

#[test]
fn the_view_looks_as_it_should_at_every_size() {
    let (recording, _) = numbers(300, |n| serde_json::json!({"n": n, "m": {"k": n % 90}}));
    for (width, height) in [(120, 36), (80, 24), (60, 16)] {
        let mut screen = screen(Arc::clone(&recording), width, height);
        screen.keys("4").text(".m.k > 60 && true");
        insta::assert_snapshot!(format!("wrong_{width}x{height}"), screen.screen());
        screen.keys("Esc").command("find .m.k > 60");
        insta::assert_snapshot!(format!("find_{width}x{height}"), screen.screen());
        screen.keys("Enter n");
        insta::assert_snapshot!(format!("found_{width}x{height}"), screen.screen());
    }
}
