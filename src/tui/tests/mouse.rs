//! The mouse: what is under the pointer decides.

use super::harness::Harness;
use crate::record::Version;
use crate::recording::SnapshotRequest;
use crossterm::event::{Event, MouseButton, MouseEventKind};
use ratatui::layout::Position;
use std::time::Duration;

const DOWN: MouseEventKind = MouseEventKind::Down(MouseButton::Left);
const DRAG: MouseEventKind = MouseEventKind::Drag(MouseButton::Left);
const UP: MouseEventKind = MouseEventKind::Up(MouseButton::Left);

/// The row of the density: the one with the bars.
fn density(screen: &Harness) -> u16 {
    screen.place("█").y
}

fn at(x: u16, y: u16) -> Position {
    Position::new(x, y)
}

#[test]
fn the_density_is_scrubbed() {
    let mut screen = Harness::guide(120, 36);
    let row = density(&screen);
    screen.mouse(DOWN, at(2, row)).sees("#1/6").mouse(DRAG, at(50, row)).sees("#3/6");
    // A drag may leave the strip: the column counts.
    screen.mouse(DRAG, at(119, row + 9)).sees("#6/6").mouse(UP, at(119, row + 9)).mouse(DRAG, at(2, row)).sees("#6/6");
    screen.mouse(DOWN, at(50, row)).mouse(DRAG, at(2, row)).mouse(UP, at(2, row));
    screen.keys("Ctrl-o").sees("#6/6");
}

#[test]
fn a_drag_on_the_marks_puts_both_ends() {
    for (from, to) in [(2, 50), (50, 2)] {
        let mut screen = Harness::guide(120, 36);
        let row = screen.mark_place("◆").y;
        screen.mouse(DOWN, at(from, row)).sees("#6/6").mouse(DRAG, at(30, row)).mouse(DRAG, at(to, row));
        screen.sees("A #1 → B #3").mouse(UP, at(to, row)).mouse(DRAG, at(99, row)).sees("A #1 → B #3");
    }
}

#[test]
fn a_click_on_a_mark_goes_there_and_names_it() {
    let mut screen = Harness::guide(120, 36);
    let first = screen.mark_place("◆");
    screen.mouse(DOWN, first).sees("#6/6").mouse(UP, first).sees("#1/6").sees("#1 · ◆ v1.0.0").sees("[Timeline]");
    screen.keys("Ctrl-o").sees("#6/6");
    // Zoomed out, the mark counts and not the column.
    let states: Vec<String> = (0..3_000).map(|n| n.to_string()).collect();
    let mut many = Harness::states(&states.iter().map(String::as_str).collect::<Vec<_>>(), 120, 36);
    let request = SnapshotRequest { version: Some(Version(1_234)), ..SnapshotRequest::named("here") };
    many.tenant().snapshot(&request).unwrap();
    let mark = many.keys("z z").mark_place("◆");
    many.mouse(DOWN, mark).mouse(UP, mark).sees("#1,234/3,000").sees("◆ here");
}

#[test]
fn clicks_choose_views_tabs_panes_and_hints() {
    let mut screen = Harness::guide(120, 36);
    screen.click("2 Diff").sees("[2 Diff]").click("1 Debug").sees("[1 Debug]");
    screen.click("Transitions").sees("[Transitions]").click("Changes").sees("[Changes]");
    screen.click(", . step").sees("#5/6").click(". step").sees("#6/6").click("? keys").sees("Keys for Changes");
    let mut narrow = Harness::guide(80, 24);
    narrow.sees("[State]").click("Changes").sees("[Changes]").click("Snaps").sees("[Snaps]");
}

#[test]
fn a_click_on_a_row_goes_there_and_a_second_one_enters() {
    let mut screen = Harness::guide(120, 36);
    screen.click("2 step 2").sees("[Transitions]").sees("#2/6").keys("Ctrl-o").sees("#6/6");
    screen.click("v1.0.0   1").sees("#6/6").click("v1.0.0   1").sees("#1/6");
    screen.click("v2.0.0   5").wait(Duration::from_millis(500)).click("v2.0.0   5").sees("#1/6");
    screen.keys("G").click("sessions  ").sees("─ .sessions ─");
}

#[test]
fn a_click_below_the_rule_of_a_table_chooses_the_row_there() {
    let mut screen = Harness::guide(120, 36);
    let tenant = screen.tenant();
    tenant.snapshot(&SnapshotRequest::named("base")).unwrap();
    tenant.variant("bold", "base").unwrap();
    for of in ["base", "bold"] {
        let metrics = ["errors=1:lower", "score=1"].map(|figure| crate::record::Metric::parse(figure).unwrap());
        tenant.measure(of, &metrics).unwrap();
    }
    screen.keys("6");
    let row = |screen: &Harness| screen.app.session().unwrap().lists.variants.metrics.selected(3);
    for (text, at) in [("verdict", 2), ("score  ", 1), ("errors", 0)] {
        screen.click(text);
        assert_eq!(row(&screen), Some(at), "{text}\n{}", screen.screen());
    }
}

#[test]
fn a_click_on_the_sign_folds() {
    let mut screen = Harness::guide(120, 36);
    screen.keys("z R").click("▾ features").lacks("▾ features").click("▸ features").sees("▾ features");
}

#[test]
fn the_wheel_moves_what_is_under_it_and_not_the_cursor() {
    let many: Vec<String> = (0..200).map(|n| format!("{{\"n\":{n}}}")).collect();
    let mut screen = Harness::states(&many.iter().map(String::as_str).collect::<Vec<_>>(), 120, 36);
    let list = screen.place("step 200");
    screen.mouse(MouseEventKind::ScrollUp, list).sees("#200/200").lacks("step 200").sees("[State]");
    (0..100).for_each(|_| {
        screen.mouse(MouseEventKind::ScrollUp, list);
    });
    screen.sees("step 1 ").sees("#200/200").mouse(MouseEventKind::ScrollDown, list).lacks("step 1 ");
    screen.keys(",").sees("▶ 199").sees("#199/200");
    let strip = at(60, density(&screen));
    screen
        .mouse(MouseEventKind::ScrollUp, strip)
        .sees("zoom 1/")
        .mouse(MouseEventKind::ScrollDown, strip)
        .lacks("zoom ");
    let left = at(3, strip.y);
    screen.mouse(MouseEventKind::ScrollUp, left).sees("│#3 ").sees("#199/200").keys(",").sees("│#101 ");
}

#[test]
fn boxes_keep_the_mouse_to_themselves() {
    let mut screen = Harness::guide(120, 36);
    let row = density(&screen);
    screen.keys(", R").mouse(DOWN, at(2, row)).sees("Nothing is deleted").sees("#5/6");
    screen.keys("Esc :").text("goto v").click("goto v1.0.0").sees("Command").click("goto v1.0.0").sees("#1/6");
}

#[test]
fn the_mouse_is_given_back_and_taken() {
    let mut screen = Harness::guide(120, 36);
    screen.keys("F2").sees("Mouse off: select text as usual").keys("F2").sees("Mouse on: click");
    assert_eq!(screen.outside, ["mouse Free", "mouse Captured"]);
}

#[test]
fn nothing_under_the_pointer_is_nothing_done() {
    let mut screen = Harness::guide(120, 36);
    for event in [Event::FocusGained, Event::FocusLost] {
        screen.event(&event);
    }
    let before = screen.screen();
    screen.mouse(DOWN, at(500, 500)).mouse(DRAG, at(119, 35)).mouse(MouseEventKind::Moved, at(3, 20));
    assert_eq!(screen.screen(), before);
}

#[test]
fn the_transitions_below_a_short_diff_are_clicked_and_scrolled_as_a_list_of_their_own() {
    let states: Vec<String> = (0..200).map(|n| format!("{{\"n\":{n},\"fixed\":true}}")).collect();
    let mut screen = Harness::states(&states.iter().map(String::as_str).collect::<Vec<_>>(), 120, 36);
    screen.keys("2").sees("Transitions").sees("[2 Diff]");
    let row = screen.place("│▶");
    let above = at(row.x + 4, row.y - 2);
    screen.mouse(DOWN, above).mouse(UP, above).sees("#198/200").sees("[2 Diff]").sees("[B] #198");
    screen.mouse(MouseEventKind::ScrollUp, above).lacks("step 200").sees("#198/200").sees("difference 1 of 1");
    // A diff that needs the room has all of it.
    let wide: Vec<String> = (0..3).map(|n| format!("{:?}", (0..40).map(|at| at * n).collect::<Vec<_>>())).collect();
    Harness::states(&wide.iter().map(String::as_str).collect::<Vec<_>>(), 120, 36).keys("2").lacks("Transitions");
}
