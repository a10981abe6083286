//! Comparing in the background: a key press waits for nothing, the newest wish wins, Esc stops.

use super::harness::{GUIDE, Harness};
use crate::record::Version;
use std::time::Duration;

const SLOW: Duration = Duration::from_millis(150);

/// A screen on the last of the guide's states whose values take their time from now on.
fn slow() -> Harness {
    let mut screen = Harness::states(GUIDE, 120, 36);
    screen.sees("2.5.0").hold();
    screen
}

#[test]
fn the_picture_stays_until_the_next_one_is_there() {
    let mut screen = slow();
    screen.keys(",").sees("2.5.0").lacks("Comparing");
    screen.wait(SLOW).sees("Comparing #4 with #5 … Esc stops").sees("2.5.0").sees("at #6 …");
    screen.let_come().lacks("Comparing").sees("2.0.0").sees("at B");
}

#[test]
fn the_newest_wish_wins() {
    let mut screen = slow();
    screen.keys(", , ,");
    assert_eq!(screen.held.len(), 1, "one at a time");
    screen.let_come().sees("at #5 …");
    assert_eq!(screen.held.len(), 1, "what is wanted by now");
    screen.let_come().sees("at B").sees("1.5.0");
    assert!(screen.held.is_empty(), "what nobody wants any more is not fetched");
}

#[test]
fn what_is_slow_is_given_up_for_what_is_wanted_by_now() {
    let mut screen = slow();
    screen.keys(",").wait(SLOW).keys(", ,");
    screen.let_come().sees("at #6 …");
    screen.let_come().sees("at B").sees("1.5.0").sees("~").lacks("stopped");
}

#[test]
fn esc_stops_and_the_state_can_be_read() {
    let mut screen = slow();
    screen.keys(",").wait(SLOW).keys("Escape").sees("Comparing #4 with #5");
    screen.let_come().sees("Comparison stopped: changes are not shown (ctrl+l compares again)");
    screen.sees("2.0.0").sees("not compared: stopped").keys("d").sees("not compared");
    assert!(screen.held.is_empty(), "not at once again");
    screen.keys("Ctrl-l").let_come().lacks("not compared").sees("difference 1 of 1");
    screen.keys("q , .").let_come().let_come().lacks("not compared");
}

#[test]
fn a_pinned_diff_is_not_compared_again_at_each_step() {
    let mut screen = Harness::states(GUIDE, 120, 36);
    screen.command("end-a 1").command("end-b 3").hold();
    let ends = |screen: &Harness| std::sync::Arc::as_ptr(&screen.app.session().unwrap().shown.ends);
    let before = ends(&screen);
    screen.keys(",").let_come();
    assert_eq!(ends(&screen), before);
    screen.command("end-b 4").let_come();
    assert_ne!(ends(&screen), before);
}

/// On one line that is the number of steps; on two, where they part and what each has made since.
#[test]
fn a_diff_of_branches_says_where_they_part() {
    let mut screen = Harness::states(GUIDE, 120, 36);
    screen.command("diff 2 5").sees("3 transitions apart").command("diff 5 2").sees("3 transitions apart");
    let tenant = screen.tenant();
    tenant.rollback(&crate::history::Strategy::Version(Version(2)), "").unwrap();
    tenant.set("on", 7u64.into()).unwrap();
    screen.report(crate::tui::job::Report::Followed(crate::tui::job::Life::Live));
    screen.keys("7 j d").sees("main and main~1 part at #2: 2 and 4 versions since").lacks("transitions apart");
}
