//! The guide's timeline, walked and rolled back by keys.

use super::harness::Harness;

#[test]
fn one_key_moves_every_pane_in_one_frame() {
    let mut screen = Harness::guide(120, 36);
    screen.sees("#6/6").sees("sessions: 100 → 150 (+50)");
    screen.keys(", ,").sees("#4/6").sees("A #3 → B #4").sees("\"1.5.0\"").lacks("sessions: 100 → 150");
    assert_eq!(screen.cursor(), 4);
    screen.keys(".").sees("#5/6");
}

#[test]
fn steps_stop_at_the_ends_and_say_so() {
    let mut screen = Harness::guide(120, 36);
    screen.keys(".").sees("#6 is the newest version");
    screen.keys("g g").sees("#1/6").keys(",").sees("#0/6").keys(",").sees("#0 is the first version");
    screen.keys("G").sees("#6/6").keys("S-Left").sees("#0/6").keys("S-Right").sees("#6/6");
}

#[test]
fn snapshots_and_targets_are_reached_by_name() {
    let mut screen = Harness::guide(120, 36);
    screen.keys("<").sees("#5/6").keys("<").sees("#3/6").keys("[ s").sees("#1/6").keys(">").sees("#3/6");
    screen.command("goto v2.0.0").sees("#5/6");
    screen.command("2").sees("#2/6").command("50%").sees("#3/6").command("head").sees("#6/6");
    screen.command("nonsense-here").sees("neither a command nor a moment");
    assert_eq!(screen.cursor(), 6, "nothing was done");
}

#[test]
fn jumps_can_be_taken_back() {
    let mut screen = Harness::guide(120, 36);
    screen.command("1").command("4").keys("' '").sees("#1/6").keys("' '").sees("#4/6");
    screen.keys("Ctrl-o").sees("#1/6").keys("Ctrl-o").sees("#6/6").keys("Alt-Right").sees("#1/6");
}

#[test]
fn ends_stay_where_they_are_put() {
    let mut screen = Harness::guide(120, 36);
    screen.command("1").keys("a").keys("G").sees("A #1 → B #6").sees("sessions: 0 → 150 (+150)");
    screen.keys("x").sees("A #6 → B #1").keys("Esc").sees("stay pinned").keys("Esc").sees("A #5 → B #6");
    screen
        .command("2")
        .keys("b G")
        .sees("A #1 → B #2")
        .keys("A")
        .sees("#1/6")
        .keys("g b")
        .sees("#2/6")
        .keys("b")
        .sees("A #1 → B #2");
}

#[test]
fn the_tree_stays_open_over_time_and_views() {
    let mut screen = Harness::guide(120, 36);
    screen.keys("z R").sees("beta").keys(", 2 1 .").sees("beta");
}

#[test]
fn search_finds_and_walks() {
    let mut screen = Harness::guide(120, 36);
    screen.keys("z M /").text("beta").keys("Enter").sees("\"beta\": n next");
    assert_eq!(screen.app.session().unwrap().tree.path().to_string(), ".features.beta");
    screen.command("search nothing-like-it").sees("not found");
}

#[test]
fn the_rollback_question_commits_on_y_alone() {
    let mut screen = Harness::guide(120, 36);
    screen
        .command("rollback v2.0.0")
        .sees("Roll back")
        .sees("Nothing is deleted: 1 version up to #6 is kept as main~1");
    screen
        .sees("sessions: 150 → 100 (-50)")
        .keys("Enter")
        .sees("Nothing is deleted")
        .keys("R")
        .sees("Nothing is deleted");
    screen.keys("Esc").lacks("Nothing is deleted");
    assert_eq!(screen.tenant().head().0, 6);
    screen.command("rollback v2.0.0").keys("y").sees("#7/7").sees("Rolled back: #7 is the new head, equal to #5");
    let tenant = screen.tenant();
    let value = tenant.value_at(tenant.head()).unwrap();
    assert_eq!(value.to_json(), r#"{"features":{"beta":false,"new_ui":true},"sessions":100,"version":"2.0.0"}"#);
    screen.keys("u").sees("Would undo the rollback to #5 (u again does it): #8 becomes the head, equal to #6");
    screen.keys("u").sees("Undid the rollback to #5");
    assert_eq!(tenant.value_at(tenant.head()).unwrap(), tenant.value_at(crate::record::Version(6)).unwrap());
}

#[test]
fn what_was_said_is_never_cut() {
    let mut screen = Harness::guide(80, 24);
    let words =
        "Begun long ago, and said at such a length that one row of a small screen has no room for it; this ends it.";
    screen.app.messages.note(words);
    screen.sees("Begun long ago").sees("this ends it.");
    screen.resize(200, 40).sees(words);
}

#[test]
fn ones_own_rollback_is_not_news() {
    let mut screen = Harness::guide(120, 36);
    screen.command("rollback v2.0.0").keys("y 2 1").sees("#7/7").lacks("PAUSED");
}

#[test]
fn the_full_diff_can_be_looked_at_before_deciding() {
    let mut screen = Harness::guide(120, 36);
    screen.command("rollback v2.0.0").keys("d").sees("[2 Diff]").sees("A #6").sees("sessions: 150 → 100");
    screen.keys("q").sees("Nothing is deleted").keys("n").sees("#6/6");
    assert_eq!(screen.tenant().head().0, 6);
}

#[test]
fn the_message_of_a_rollback_can_be_edited() {
    let mut screen = Harness::guide(120, 36);
    screen.keys("<").keys("R Tab").text(" y").sees("roll back to v2.0.0 y").keys("Enter").sees("Nothing is deleted");
    assert_eq!(screen.tenant().head().0, 6, "a y in the message is a letter");
    screen.keys("y");
    assert_eq!(screen.tenant().head().0, 7);
}

#[test]
fn rolling_back_to_the_head_is_no_question() {
    let mut screen = Harness::guide(120, 36);
    screen.keys("R").sees("#6 is already the head. Step back first, then R");
}
