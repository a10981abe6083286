//! The line of `/`: at the bottom of the screen, effective while it is typed, put back by Esc.

use super::harness::{GUIDE, Harness};

const NEEDLES: [&str; 1] = [r#"{"a":"hay","b":{"c":"a needle","d":"hay"},"e":"Needles","needle":1}"#];

#[test]
fn a_search_is_on_while_it_is_typed_and_esc_puts_back_what_was_there() {
    for (width, height) in [(120, 36), (80, 24), (60, 16)] {
        let mut screen = Harness::states(&NEEDLES, width, height);
        screen.keys("Tab");
        let before = screen.screen();
        screen.keys("/").sees("keys and values").text("nee").sees("hit 3/3");
        let path = screen.app.session().unwrap().tree.path().to_string();
        assert_eq!(path, ".needle", "a key before the texts");
        screen.text("dles").sees("hit 1/1").keys("Backspace").sees("hit 3/3").text("x").sees("no hits");
        screen.keys("Esc");
        assert_eq!(screen.screen(), before);
        screen.keys("/").text("needle").keys("Enter n").sees("hit 1/3").lacks("/ needle").keys("Esc").lacks("hit");
    }
}

#[test]
fn what_is_searched_for_is_marked_and_in_view() {
    // Other keys leave no rows in which the text could go on.
    let others: String = (10..50).map(|n| format!(r#","k{n}":{n}"#)).collect();
    let long = format!(r#"{{"a":"{}needle{}"{others}}}"#, "hay ".repeat(60), " hay".repeat(60));
    let mut screen = Harness::states(&[&long], 120, 36);
    screen.lacks("needle").keys("/").text("needle").sees("needle hay").keys("Enter");
    screen.keys("Esc").lacks("needle");
}

/// In the Diff view `/` searches both sides, in what is folded too, and stays there.
#[test]
fn in_the_diff_both_sides_are_searched() {
    let others: String = (0..9).map(|n| format!(r#""k{n}":{n},"#)).collect();
    let state = |more: &str, n: u32| format!(r#"{{"deep":{{{others}"x":{{"text":"a needle"}}}},{more}"n":{n}}}"#);
    let (old, new) = (state(r#""gone":"NEEDLES","#, 1), state(r#""needle":7,"#, 2));
    for (width, height) in [(120, 36), (80, 24), (60, 16)] {
        let mut screen = Harness::states(&[&old, &new], width, height);
        screen.keys("2");
        let before = screen.screen();
        screen.keys("/").sees("keys and values of A and B").text("needle").sees("hit 3/3");
        screen.keys("Esc");
        assert_eq!(screen.screen(), before);
        screen.keys("/").text("needle").keys("Enter").sees("hit 3/3").sees("difference");
        screen.keys("n").sees("hit 1/3").sees("a needle").keys("n").sees("hit 2/3").keys("N N").sees("hit 3/3");
        screen.keys("Esc").lacks("hit ").sees("difference");
        screen.command("search nowhere").sees("not found in A or B").sees("difference").keys("Esc").lacks("no hits");
        // Each view has a search of its own.
        screen.command("search needle").keys("1").lacks("hit ").keys("2").sees("hit ");
    }
}

/// However far behind the beginning of a text it stands.
#[test]
fn what_is_found_in_a_very_long_text_is_in_view() {
    for (before, needle, after) in
        [(300, "needle", 300), (9_000, "NEEDLE", 0), (101, "needle ä", 9_000), (99, "hay needle", 1)]
    {
        let long = format!(r#"{{"a":"{}{needle}{}"}}"#, "hay ".repeat(before), " hay".repeat(after));
        for size in [(60, 16), (80, 24), (120, 36)] {
            let mut screen = Harness::states(&[&long], size.0, size.1);
            screen.keys("/").text("needle").sees("hit 1/1");
            let shown = screen.screen();
            assert!(shown.to_lowercase().matches("needle").count() > 1, "{before} {size:?}:\n{shown}");
        }
    }
}

#[test]
fn a_filter_is_on_while_it_is_typed() {
    // With their numbers, as in the list: the timeline has names too.
    let mut screen = Harness::states(GUIDE, 80, 24);
    screen.keys("S-Tab S-Tab").sees("5 step 5").keys("/").text("step 2").lacks("5 step 5").sees("1 of 6 shown");
    screen.keys("Esc").sees("5 step 5").keys("/").text("step 2").keys("Enter").lacks("5 step 5").sees("1 of 6 shown");
    // What is there already is the beginning of the line.
    screen
        .keys("/ Backspace")
        .text("3")
        .sees("3 step 3")
        .lacks("2 step 2")
        .keys("Esc")
        .sees("2 step 2")
        .keys("Esc")
        .sees("5 step 5");
}

#[test]
fn the_help_begins_with_what_everybody_needs() {
    let mut screen = Harness::guide(120, 36);
    screen.keys("?");
    let shown = screen.screen();
    let rows: Vec<&str> = shown.lines().skip_while(|line| !line.contains("Most used")).skip(1).take(11).collect();
    let item = |part: &&str| part.starts_with("   ") && !part.trim().is_empty();
    let keys: Vec<&str> = rows.iter().filter_map(|row| row.split('│').find(item)?.split_whitespace().next()).collect();
    assert_eq!(keys[..10], [",", ".", "]c", "c", "d", "f", "/", "Tab", "R", "u"], "{shown}");
    assert!(rows[10].contains("This pane"), "{shown}");
    // Where a key means something else, it is that.
    screen.keys("Esc S-Tab S-Tab ?").lacks("search keys and values");
}
