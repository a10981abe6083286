//! Comparisons that take a while: keys go on, the wait is told, and can be ended.

use super::harness::Harness;
use crate::view::text::thousands;
use std::collections::VecDeque;
use std::time::Duration;

/// Two large states that share nothing, and comparisons that end when the test says so.
fn slow() -> Harness {
    let state = |n: usize| {
        let members: Vec<_> = (0..3_000).map(|at| format!(r#""k{at:04}":{}"#, at * n)).collect();
        format!("{{{}}}", members.join(","))
    };
    let states: Vec<_> = (1..=4).map(state).collect();
    let mut screen = Harness::states(&states.iter().map(String::as_str).collect::<Vec<_>>(), 120, 36);
    screen.slow = Some(VecDeque::new());
    screen
}

#[test]
fn a_wait_is_told_and_its_end_too() {
    let mut screen = slow();
    screen.keys(",").sees("#3/4").sees("at #4 …").wait(Duration::from_millis(99)).lacks("Comparing");
    screen.wait(Duration::from_millis(2)).sees("Comparing #2 with #3 … Esc stops");
    screen.compares().sees("Compared").sees("at B").sees(&format!("changed_keys: {}", thousands(2_999)));
}

#[test]
fn a_short_one_is_not() {
    let mut screen = slow();
    screen.keys(",").compares().lacks("Compar").sees("at B").wait(Duration::from_secs(1)).lacks("Compar");
}

#[test]
fn escape_ends_it_and_leaves_what_was_shown() {
    let mut screen = slow();
    screen.keys(",").wait(Duration::from_millis(200)).keys("Escape").sees("Stopped comparing").compares();
    screen.sees("at #4 …").sees("Changes A #3 → B #4 …").sees("Stopped comparing");
    assert!(screen.slow.as_ref().is_some_and(VecDeque::is_empty), "it is not begun again");
    // Keys of the panes work, and the next step is compared.
    screen.keys("j j k ,").sees("#2/4").compares().sees("at B").sees("Changes A #1 → B #2");
}

#[test]
fn escape_before_that_does_what_it_always_does() {
    let mut screen = slow();
    screen.keys("a").compares().keys(", Escape").sees("A and B follow the cursor again").lacks("Stopped");
}

#[test]
fn the_newest_place_wins() {
    let mut screen = slow();
    screen.keys(", ,");
    assert_eq!(screen.slow.as_ref().map(VecDeque::len), Some(1), "one at a time");
    // What takes long and is not wanted any more is ended; its answer is none.
    screen.wait(Duration::from_millis(300)).keys(",").compares().sees("at #4 …").compares().sees("at B").sees("#1/4");
}
