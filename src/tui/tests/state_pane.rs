//! The state pane: hits of a search, whole texts.

use super::harness::Harness;

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
