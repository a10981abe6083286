//! The state pane: watched values, hits of a search, whole texts.

use super::harness::Harness;

/// A queue that grows and shrinks, and a list beside it.
fn queue(width: u16, height: u16) -> Harness {
    let depth = |at: usize| [1, 2, 4, 8, 16, 32, 64, 128, 64, 32][at % 10];
    let state = |at: usize| {
        let jobs: Vec<_> = (0..at % 5).map(|job| job.to_string()).collect();
        format!(r#"{{"jobs":[{}],"queue":{{"depth":{}}}}}"#, jobs.join(","), depth(at))
    };
    let states: Vec<_> = (0..20).map(state).collect();
    Harness::states(&states.iter().map(String::as_str).collect::<Vec<_>>(), width, height)
}

fn check(name: &str, screen: &Harness) {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "screens" }, {
        insta::assert_snapshot!(name, screen.screen());
    });
}

#[test]
fn watched_values_stand_above_the_state_with_their_run() {
    for (width, height) in [(120, 36), (80, 24)] {
        let mut screen = queue(width, height);
        screen.command("watch .queue.depth").command("watch .jobs");
        check(&format!("watch-{width}x{height}"), &screen);
    }
}

#[test]
fn a_watch_shows_the_value_at_the_cursor_and_ends_by_the_same_key() {
    let mut screen = queue(120, 36);
    screen.command("path .queue.depth");
    screen.keys("W").sees("watch .queue.depth").sees("max 128").sees("Watching .queue.depth");
    screen.keys(", ,").sees("watch .queue.depth  128");
    screen.keys("W").lacks("watch .queue.depth").sees("No longer watching .queue.depth");
    for at in 0..6 {
        screen.command(&format!("watch .jobs[{at}]"));
    }
    screen.sees("Already watching 5 paths");
    screen.command("watch .[").lacks("watch .[");
}

#[test]
fn a_search_says_which_hit_of_how_many() {
    let items: Vec<_> = (0..41).map(|at| format!(r#"{{"name":"needle {at}"}}"#)).collect();
    let mut screen = Harness::states(&[&format!(r#"{{"items":[{}],"other":"hay"}}"#, items.join(","))], 120, 36);
    screen.command("search needle").sees("hit 1/41");
    screen.keys("n n").sees("hit 3/41").keys("N").sees("hit 2/41").keys("N N").sees("hit 41/41");
    screen.command("path .other").sees("41 hits").keys("n").sees("hit 1/41");
    screen.command("search hay").sees("hit 1/1").keys("Esc").lacks("hit 1/1");
}

#[test]
fn hits_in_a_large_state_are_counted_between_keys() {
    let many: Vec<_> = (0..60_000).map(|at| if at % 100 == 0 { r#""needle""# } else { "0" }).collect();
    let mut screen = Harness::states(&[&format!("[{}]", many.join(","))], 120, 36);
    screen.command("search needle").sees("hit 1/500+");
    screen.wait(std::time::Duration::ZERO).sees("hit 1/600").lacks("600+");
}

#[test]
fn a_long_text_is_read_whole() {
    let long = |end: &str| format!(r#"{{"note":"{} {end}"}}"#, "word ".repeat(60));
    let mut screen = Harness::states(&[&long("draft"), &long("final")], 120, 36);
    screen.command("path .note").keys("Enter").sees("306 chars").sees("final").keys("Esc").lacks("306 chars");
    screen.keys("2").sees("306 chars").keys("Enter").sees("A: 306 chars").sees("draft").sees("B: 306");
    screen.keys("Esc z w").sees("A: 306 chars");
}
