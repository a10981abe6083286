//! The state pane: hits of a search, whole texts.

use super::harness::Harness;
use crate::dice::Dice;
use crossterm::event::{MouseButton, MouseEventKind};

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
    screen.keys("2").sees("[-draft-]").keys("Enter").sees("A: 306 chars").sees("draft").sees("B: 306");
    screen.keys("Esc z w").sees("A: 306 chars");
}

/// Whatever is pressed, the selected row is among the painted ones, in the state as in the diff.
#[test]
fn the_selected_row_is_in_view_whatever_is_pressed() {
    const KEYS: [&str; 22] = [
        ",", ".", "j", "k", "PgDn", "PgUp", "ctrl+d", "ctrl+u", "G", "l", "h", "L", "H", "J", "K", "z z", "z t", "z b",
        "] c", "[ c", "z u", "g g",
    ];
    let table = |name: &str, keys: usize, n: usize| {
        let keys: Vec<String> = (0..keys).map(|key| format!("\"{name} {key:03}\":{}", (key * n) % 7)).collect();
        format!("\"{name}\":{{{}}}", keys.join(","))
    };
    let state = |n: usize| format!("{{{},{},{}}}", table("a", 30, 1), table("b", 60 + n % 3, n / 4), table("c", 25, n));
    let states: Vec<String> = (0..12).map(state).collect();
    let states: Vec<&str> = states.iter().map(String::as_str).collect();
    for (at, (width, height)) in [(60, 16), (80, 24), (120, 36), (160, 50), (250, 70)].into_iter().enumerate() {
        let mut dice = Dice(at as u64 + 0x9e37_79b9);
        let mut screen = Harness::states(&states, width, height);
        let mut pressed = Vec::new();
        for _ in 0..150 {
            let keys = *dice.pick(&KEYS);
            pressed.push(keys);
            screen.keys(keys);
            let (heights, session) = (screen.app.map.heights, screen.app.session().unwrap());
            let rows = session.tree.rows(heights.state);
            let shown = rows.iter().filter(|row| row.selected).count();
            assert_eq!(shown, 1, "{width}x{height} {pressed:?}\n{}", screen.screen());
            assert!(rows.len() <= heights.state.max(1), "{width}x{height} {pressed:?}");
        }
    }
}

/// Lines that no row needs go to what is cut; a click on any of them is one on the row.
#[test]
fn values_go_on_in_lines_that_no_row_needs() {
    let text = |word: &str| format!("{}end-of-{word}", "words and more ".repeat(12));
    let (a, b) = (text("a"), text("b"));
    let long = format!(
        r#"{{"a":"{a}","b":"{b}","list":[{}],"n":7}}"#,
        (0..12).map(|n| format!("{}000001", n + 1)).collect::<Vec<_>>().join(",")
    );
    for (width, height) in [(60, 16), (80, 24), (120, 36), (160, 50), (250, 70)] {
        let mut screen = Harness::states(&[&long], width, height);
        screen.command("path .n");
        if height > 24 {
            screen.sees("end-of-a\"").sees("end-of-b\"").sees("12000001");
            screen.command("path .b").sees("end-of-b\"");
        }
    }
    let mut screen = Harness::states(&[&long], 160, 50);
    screen.command("path .n");
    let second = screen.place("end-of-b");
    screen.mouse(MouseEventKind::Down(MouseButton::Left), second).mouse(MouseEventKind::Up(MouseButton::Left), second);
    assert_eq!(screen.app.session().unwrap().tree.path().to_string(), ".b");
}

/// No row of the state or of its changes moves as the selection does, and a click selects the row under the pointer without moving it.
#[test]
fn rows_stay_where_they_are_as_the_selection_moves() {
    let text = |word: &str| format!("{word} {}", "words and more ".repeat(14));
    let state = |n: usize| {
        let members = (0..8).map(|at| format!(r#""k{at}":"{}""#, text(&format!("value-{}", at * n))));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    };
    for (width, height) in [(80, 24), (100, 28), (120, 36), (160, 50)] {
        let mut screen = Harness::states(&[&state(1), &state(2)], width, height);
        screen.command("path .k0");
        let places = |screen: &Harness| (0..8).map(|at| screen.place(&format!(" k{at} "))).collect::<Vec<_>>();
        let before = places(&screen);
        for key in ["j", "j", "G", "k", "k"] {
            assert_eq!(places(screen.keys(key)), before, "{key} {width}x{height}\n{}", screen.screen());
        }
        for at in [6, 1, 4] {
            screen.mouse(MouseEventKind::Down(MouseButton::Left), before[at]);
            assert_eq!(places(&screen), before, "{width}x{height}");
            assert_eq!(screen.app.session().unwrap().tree.path().to_string(), format!(".k{at}"));
        }
    }
}

/// In the diff no value is cut while there are lines that no row needs, in one column as in two; a click on any line is one on its row.
#[test]
fn the_diff_has_values_whole_where_lines_are_free() {
    let end = "for-x86_64-windows-and-others-of-its-kind.zip";
    let state =
        |n| format!(r#"{{"a":{{"url":"https://example.org/some/long/path/download/v{n}/tool-v{n}-{end}"}},"n":{n}}}"#);
    for (width, height) in [(80, 24), (120, 36), (160, 50), (250, 70)] {
        for keys in ["2", "2 z i"] {
            let mut screen = Harness::states(&[&state(1), &state(2)], width, height);
            let shown = screen.keys(keys).screen();
            assert!(!shown.lines().any(|line| line.contains("url") && line.contains('…')), "{keys}\n{shown}");
            screen.sees(".zip\"");
            let last = screen.place(".zip\"");
            screen.mouse(MouseEventKind::Down(MouseButton::Left), last);
            assert_eq!(screen.app.session().unwrap().difftree.path().to_string(), ".a.url", "{keys} {width}x{height}");
        }
    }
}

/// A hash that no line holds is not broken into pieces to show what an unchanged container begins with.
#[test]
fn hashes_are_not_broken_in_previews() {
    let repo = |n: u64| {
        format!(r#"{{"rev":"{:040x}","sha256":"{:052x}","url":"https://example.org/{n}"}}"#, n * 7919, n * 104_729)
    };
    let state = |n: u64| format!(r#"{{"one":{},"two":{}}}"#, repo(1), repo(n));
    let mut screen = Harness::states(&[&state(2), &state(3)], 120, 36);
    let shown = screen.command("path .two").screen();
    let row = shown.lines().position(|row| row.contains("▸ one")).unwrap_or_default();
    let below = shown.lines().nth(row + 1).unwrap_or_default();
    assert!(below.contains("▾ two") || below.contains("▸ two"), "{shown}");
}

/// A key and its value stand in one line of a preview, where a line has room for both.
#[test]
fn a_key_and_its_value_stay_together_in_previews() {
    let state = r#"{"release":{"date":"2026-03-30","name":"43.100.1 of many"},"zz":1}"#;
    let mut screen = Harness::states(&[state, state], 120, 36);
    screen.command("path .zz").sees("date \"2026-03-30\"").sees("name \"43.100.1 of many\"");
}

/// Where what is missing has no room to be told whole, its name is cut in its middle and when it went is told.
#[test]
fn what_is_missing_says_since_when_in_little_room() {
    let long = r#"{"settings":{"notifications":{"by-electronic-mail":{"enabled":true}}}}"#;
    let states: Vec<&str> = std::iter::repeat_n(long, 5).chain(["{}"]).collect();
    for (width, height) in [(60, 16), (80, 24), (120, 36), (160, 50)] {
        let mut screen = Harness::states(&states, width, height);
        screen.command("goto 3").command("path .settings.notifications.by-electronic-mail.enabled").command("goto 6");
        screen.sees("enabled").sees("removed at #6 ─");
    }
}
