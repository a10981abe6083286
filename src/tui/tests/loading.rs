//! While a source is read: what is there can be used, keys come first, and Esc keeps what has been read.

use super::harness::{Harness, recorded};
use super::views::check;
use crate::Error;
use crate::error::InputPlace;
use crate::import::ImportProblem;
use crate::record::Version;
use crate::recording::SnapshotRequest;
use crate::recording::{Progress, Tenant};
use crate::source::Address;
use crate::tui::app::Effect;
use crate::tui::job::{Footprint, Odd, Report};
use crate::tui::key::Key;
use crate::value::parse;
use std::time::Duration;

/// A screen that has read two states of more.
fn begun() -> (Harness, Tenant) {
    let (recording, tenant) = recorded(&[r#"{"n":1}"#, r#"{"n":2}"#]);
    let mut screen = Harness::reading(Address::File("big.jsonl".into()), recording, 120, 36);
    screen.report(Report::Progress(Progress { share: Some(0.2), versions: 2 }));
    (screen, tenant)
}

fn grow(screen: &mut Harness, tenant: &Tenant, n: u64) {
    tenant.set("more", parse(format!("{{\"n\":{n}}}").as_bytes()).unwrap()).unwrap();
    screen.report(Report::Progress(Progress { share: Some(0.5), versions: n }));
}

#[test]
fn the_cursor_goes_with_the_reading_until_it_is_moved() {
    let (mut screen, tenant) = begun();
    screen.sees("2 of about 10 transitions").sees("20%").sees("20% usable now").lacks("State");
    grow(&mut screen, &tenant, 3);
    // Pinning a value is no move.
    screen.sees("#3").keys("b W");
    grow(&mut screen, &tenant, 4);
    screen.sees("#4/4").keys(", ,").sees("#2/4").sees("Reading").sees("50%");
    grow(&mut screen, &tenant, 5);
    screen.sees("#2/5").keys("G").sees("#5/5");
    grow(&mut screen, &tenant, 6);
    screen.sees("#6/6");
    screen.report(Report::Read(Ok(())));
    screen.sees("#6/6").sees("6 versions read");
}

#[test]
fn a_place_that_has_not_been_read_yet_is_gone_to_in_the_end() {
    for (then, at_last) in [("", "#4/6"), (":goto 2", "#2/6"), (":goto 99", "#6/6")] {
        let (mut screen, tenant) = begun();
        screen.command("goto 4").sees("4 is not loaded yet; will go there when loading finishes").sees("#2");
        (3..=6).for_each(|n| grow(&mut screen, &tenant, n));
        if let Some(command) = then.strip_prefix(':') {
            screen.command(command);
        }
        screen.report(Report::Read(Ok(())));
        screen.sees(at_last);
    }
}

#[test]
fn what_has_been_read_is_shown_when_it_is_asked_for() {
    let (mut screen, _) = begun();
    screen.sees("b continue in the background").keys("b").sees("#2/2").sees("State").sees("Esc stop");
    screen.keys("b").sees("B");
    let (mut screen, _) = begun();
    screen.keys("2").sees("#2/2").lacks("usable now");
}

#[test]
fn a_stream_without_an_end_is_shown_at_once() {
    let (recording, _) = recorded(&[r#"{"n":1}"#]);
    let mut screen = Harness::reading(Address::Stdin, recording, 120, 36);
    screen.report(Report::Progress(Progress { share: None, versions: 1 }));
    screen.sees("#1/1").sees("State");
}

/// A packed file does not say how much comes: nothing is estimated from what has been read of it.
#[test]
fn a_source_of_unknown_length_has_no_share_and_no_expected_number() {
    for versions in [0, 1, 578] {
        let (recording, tenant) = recorded(if versions == 0 { &[] } else { &["0"] });
        let mut screen = Harness::reading(Address::File("a.jsonl.zst".into()), recording, 120, 36);
        for n in 1..versions {
            tenant.set("more", parse(n.to_string().as_bytes()).unwrap()).unwrap();
        }
        screen.report(Report::Progress(Progress { share: None, versions }));
        let counted = if versions == 1 { "1 version".to_owned() } else { format!("{versions} versions") };
        screen.sees("Reading").lacks("%").lacks("about").lacks("usable");
        screen.sees(if versions == 0 { "how much there is shows at its end" } else { &counted });
    }
}

#[test]
fn the_opening_screen() {
    for (width, height) in [(120, 36), (80, 24)] {
        let states: Vec<String> = (1..=38).map(|n| format!("{{\"n\":{n}}}")).collect();
        let (recording, tenant) = recorded(&states.iter().map(String::as_str).collect::<Vec<_>>());
        tenant.snapshot(&SnapshotRequest { version: Some(Version(9)), ..Default::default() }).unwrap();
        let mut screen = Harness::reading(Address::File("orders.jsonl".into()), recording, width, height);
        screen.report(Report::Size(1_200_000_000));
        screen.report(Report::Footprint(Footprint { used: 212_000_000, total: 2_000_000_000 }));
        screen.report(Report::Progress(Progress { share: Some(0.38), versions: 38 }));
        check(&format!("opening-{width}x{height}"), &screen);
    }
}

#[test]
fn esc_stops_and_keeps_what_is_there() {
    let (mut screen, _) = begun();
    screen.keys("R").sees("not while reading");
    screen.keys("Esc");
    assert!(screen.app.tasks.all().any(|(_, task)| task.cancel.is_cancelled()));
    screen.report(Report::Read(Err(Error::Interrupted)));
    screen.sees("Stopped after 2 versions").keys(",").sees("#1/2");
}

#[test]
fn an_error_at_the_end_leaves_the_rest_usable() {
    let (mut screen, _) = begun();
    let place = InputPlace { file: "big.jsonl".into(), line: 3, byte: 17 };
    screen.report(Report::Read(Err(Error::Syntax { place, why: "not \u{1b}[31mJSON".into() })));
    screen.sees("big.jsonl, line 3, byte 17").sees("\\u{1b}[31mJSON").sees("The 2 versions before that are open");
    screen.keys("Esc , ").sees("#1/2");
}

#[test]
fn problems_are_counted_and_listed() {
    let (mut screen, _) = begun();
    for line in 1..=3 {
        let place = InputPlace { file: "big.jsonl".into(), line, byte: 0 };
        let mut odd = Odd::default();
        odd.problem(ImportProblem { place, why: "no JSON".into() });
        screen.report(Report::Odd(odd));
    }
    screen.report(Report::Read(Ok(())));
    screen.sees("3 problems: see :messages").command("messages").sees("big.jsonl, line 2, byte 0: no JSON");
}

#[test]
fn keys_held_down_ask_for_the_newest_place_only() {
    let (mut screen, _) = begun();
    screen.report(Report::Read(Ok(())));
    let press = |screen: &mut Harness| screen.app.key(Key::parse(",").unwrap()).unwrap();
    let first = press(&mut screen);
    assert!(matches!(first.as_slice(), [Effect::Start(_)]));
    assert!(press(&mut screen).is_empty(), "one request at a time");
    screen.sees("#0/2").sees("at #2 …");
    screen.perform(first);
    screen.sees("#0/2").lacks(" … ");
    assert_eq!(screen.app.session().unwrap().shown.versions.cursor.0, 0);
}

#[test]
fn a_job_that_meets_a_bug_is_told_and_the_screen_goes_on() {
    let (mut screen, _) = begun();
    screen.report(Report::Panicked("index out of bounds".into()));
    screen.sees("A bug in asof").sees("index out of bounds").keys("Esc ,").sees("#1/2");
}

#[test]
fn which_key_opens_after_a_moment_and_esc_leaves_without_a_move() {
    let (mut screen, _) = begun();
    screen.keys("b g").lacks("first version").wait(Duration::from_millis(299)).lacks("first version");
    screen.wait(Duration::from_millis(1)).sees("first version").keys("Esc").lacks("first version").sees("#2/2");
}
