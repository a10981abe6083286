//! A recording that an application goes on writing to.

use super::harness::{Harness, recorded};
use crate::recording::{Recording, Tenant};
use crate::source::Address;
use crate::tui::job::{Life, Report};
use crate::value::Value;

fn live() -> (Harness, Tenant) {
    let (recording, tenant) = recorded(&["1", "2", "3"]);
    let mut screen = Harness::of(Address::Recording("shop.asof".into()), recording, 120, 36);
    screen.report(Report::Followed(Life::Live));
    (screen, tenant)
}

fn grow(screen: &mut Harness, tenant: &Tenant, by: i64) {
    (0..by).for_each(|n| _ = tenant.set("tick", Value::from(n)).unwrap());
    screen.report(Report::Followed(Life::Live));
}

#[test]
fn the_cursor_goes_with_the_head_and_holds_still_elsewhere() {
    let (mut screen, tenant) = live();
    screen.sees("● LIVE").sees("#3/3");
    grow(&mut screen, &tenant, 2);
    screen.sees("#5/5").sees("● LIVE").keys(",").sees("#4/5").sees("‖ PAUSED +0 since");
    grow(&mut screen, &tenant, 312);
    screen.sees("#4/317").sees("‖ PAUSED +312 since").keys("F").sees("#317/317").sees("● LIVE").lacks("PAUSED");
    // Stepping onto the head follows too.
    screen.keys(", .").sees("● LIVE");
    screen.resize(80, 24).sees("● LIVE").keys(",").sees("PAUSED +0 since");
}

#[test]
fn looking_at_the_state_is_no_move_and_pauses_nothing() {
    let (mut screen, tenant) = live();
    screen.keys("j W Tab 2 1 a a");
    grow(&mut screen, &tenant, 2);
    screen.sees("#5/5").sees("● LIVE").lacks("PAUSED");
}

#[test]
fn an_applications_end_is_seen_and_leaves_all_readable() {
    let (mut screen, _) = live();
    screen.report(Report::Followed(Life::Ended));
    screen.sees("✓ ENDED").sees("The application has ended").keys("g g").sees("#1/3").keys("F").sees("#3/3");
}

#[test]
fn nothing_is_said_where_nobody_writes() {
    let (recording, tenant) = recorded(&["1", "2"]);
    let mut screen = Harness::of(Address::Recording("shop.asof".into()), recording, 120, 36);
    screen.keys(",").lacks("PAUSED").lacks("LIVE");
    // A command of someone else, not an application.
    tenant.set("tick", Value::from(9_i64)).unwrap();
    screen.report(Report::Followed(Life::Still));
    screen.sees("‖ PAUSED +1 since").keys("F").lacks("PAUSED");
}

#[test]
fn a_recording_on_the_disk_is_followed_once_it_is_read() {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("shop.asof");
    let recording = std::sync::Arc::new(Recording::create(&directory).unwrap());
    recording.tenant_or_new(&"shop".into()).unwrap().set("open", Value::from(1_i64)).unwrap();
    let screen = Harness::of(Address::Recording(directory), recording, 120, 36);
    assert_eq!(screen.outside, ["follow"]);
    let (recording, _) = recorded(&["1"]);
    assert!(Harness::of(Address::File("a.jsonl".into()), recording, 120, 36).outside.is_empty());
}

#[test]
fn an_open_question_says_what_holds_now() {
    let (mut screen, tenant) = live();
    screen.keys("g g R").sees("Head now    #3").sees("2 versions up to #3 are kept as main~1");
    grow(&mut screen, &tenant, 4);
    screen.sees("Head now    #7").sees("6 versions up to #7 are kept as main~1");
}

/// What became of the file and that it goes on are told by two tasks: which comes first is left to chance.
#[test]
fn what_nobody_asked_for_does_not_displace_a_failure_that_nobody_has_read() {
    let truncated = || Report::Failed("app.jsonl was truncated after 16 bytes had been read".to_owned());
    for growing_comes_first in [true, false] {
        let (recording, _) = recorded(&["1", "2", "3"]);
        let mut screen = Harness::of(Address::Recording("shop.asof".into()), recording, 120, 36);
        let mut reports = vec![Report::Followed(Life::Live), truncated()];
        if !growing_comes_first {
            reports.reverse();
        }
        reports.into_iter().for_each(|report| screen.report(report));
        screen.sees("app.jsonl was truncated after 16 bytes had been read").lacks("An application is writing");
        screen.command("messages").sees("An application is writing").sees("app.jsonl was truncated");
    }
}

/// The banner names what happened, and nothing is written from then on; when the log is there again, it goes.
#[test]
fn what_became_of_the_log_is_said_and_nothing_is_written() {
    for change in ["deleted", "emptied", "replaced by the log of another recording"] {
        let (mut screen, _) = live();
        let why = format!("the log was {change}. Nothing is written to it; open the recording again");
        let tenant = screen.app.session().unwrap().tenant.id().clone();
        screen.sees("RW");
        screen.report(Report::Refused(tenant.clone(), Some(why.clone())));
        screen.report(Report::Failed(format!("shop.jsonl: {why}")));
        screen.sees("RO").lacks("RW").sees(&format!("the log was {change}"));
        screen.keys("Esc s").sees("RO").sees(&format!("the log was {change}")).lacks("Someone else");
        screen.report(Report::Refused(tenant, None));
        screen.keys("Esc").sees("RW").lacks("RO");
    }
}
