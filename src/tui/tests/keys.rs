//! Keys and commands in a table: what is pressed, and what the screen then shows.

use super::harness::{GUIDE, Harness, recorded};
use crate::record::Version;
use crate::source::Address;
use crate::tui::store::{StoreWrite, StoredState};
use crate::view::search::Searched;
use crossterm::event::Event;
use std::time::Duration;

/// On the guide's timeline, each key or `:command` in turn; then every text must be there.
#[track_caller]
fn check(steps: &[&str], shown: &[&str]) {
    let mut screen = Harness::guide(120, 36);
    for step in steps {
        match step.strip_prefix(':') {
            Some(command) if !command.starts_with(' ') => screen.command(command),
            _ => screen.keys(step),
        };
    }
    for text in shown {
        screen.sees(text);
    }
}

#[test]
fn marks_are_set_and_gone_to() {
    check(&[", , m a"], &["Mark a set at #4; 'a goes there", "▲ #4", "'a"]);
    check(&[", , m a G ' a"], &["#4/6"]);
    check(&[", , m a G m a"], &["Mark a set at #6 (was #4)"]);
    check(&["m a m a"], &["Mark a removed from #6"]);
    check(&["m b , , m a G [ m"], &["#4/6"]);
    check(&["m b , , m a g g ] m ] m"], &["#6/6"]);
    check(&["' x"], &["no marks yet"]);
    check(&["m a ' x"], &["No mark x: mx sets it"]);
    check(&[":mark q", ",", ":go-mark q"], &["#6/6"]);
    check(&[":mark 12"], &["Not a mark"]);
    check(&[":mark"], &["Mark this version"]);
    check(&["m 1"], &["m1 does nothing here"]);
    check(&[", , m a G m b", ":marks"], &["Marks", "a  #4", "b  #6"]);
    check(&[", , m a G m b", ":marks", "Enter"], &["#4/6"]);
}

#[test]
fn marks_are_kept_for_the_next_run() {
    let mut screen = Harness::guide(120, 36);
    screen.keys(", , m a m b m b");
    let kept = |letters: &str| StoreWrite::Marks {
        source: "demo:guide".into(),
        tenant: "shop".into(),
        marks: letters.chars().map(|letter| (letter, Version(4))).collect(),
    };
    assert_eq!(screen.kept, [kept("a"), kept("ab"), kept("a")]);
    let Some(StoreWrite::Marks { source, tenant, marks }) = screen.kept.pop() else { panic!("marks were kept") };
    let kept = StoredState { marks: [(source, [(tenant, marks)].into())].into(), ..StoredState::default() };
    let (recording, _) = recorded(GUIDE);
    Harness::remembering(Address::Demo("guide".into()), recording, kept.clone()).keys("' a").sees("#4/6");
    let (shorter, _) = recorded(&GUIDE[..2]);
    Harness::remembering(Address::Demo("guide".into()), shorter, kept).keys("' a").sees("No mark a: ma sets it");
}

#[test]
fn every_jump_of_more_than_a_step_can_be_taken_back() {
    check(&["g g Ctrl-o"], &["#6/6"]);
    check(&["S-Left Alt-Left"], &["#6/6"]);
    check(&["g g Ctrl-o Ctrl-i"], &["#1/6"]);
    check(&["g g Ctrl-o Alt-Right"], &["#1/6"]);
    check(&[", , Ctrl-o"], &["#4/6", "no jumps yet"]);
    check(&["g g ' ' ' '"], &["#1/6"]);
    check(&["g g", ":3", ":5", ":jumps"], &["Jumps", "-1  #3", "-2  #1", "-3  #6"]);
    check(&["g g", ":3", ":5", "Ctrl-o", ":jumps"], &["+1  #5", "-1  #1"]);
    check(&["g g", ":3", ":5", ":jumps", "Down Enter"], &["#1/6"]);
}

#[test]
fn two_orders_of_walking_differ_after_a_rollback() {
    let rolled = [":rollback v2.0.0", "y"];
    check(&rolled, &["#7/7"]);
    let then = |keys| [&rolled[..], &[keys]].concat();
    check(&then(","), &["#5/7"]);
    check(&then("g -"), &["#6/7", "main~1"]);
    check(&then("g - ."), &["#6 is the last version of main~1, left behind by #7"]);
    check(&then("g - g +"), &["#7/7"]);
    check(&then("g - , ."), &["#7/7"]);
    check(&[&rolled[..], &[":switch main~1"]].concat(), &["#6/7", "main~1"]);
    check(&[":switch nowhere"], &["not found"]);
}

#[test]
fn commands_are_found_completed_and_refused() {
    check(&[": r o l l"], &["rollback [TARGET]", "make a past state the new head"]);
    check(&[": r o l l Tab"], &["> rollback"]);
    check(&[": r o l l Tab v Tab"], &["> rollback v2.0.0"]);
    check(&[": g o t o Space v"], &["goto v1.0.0", "goto v2.0.0"]);
    check(&[": p a t h Space . f Tab Enter"], &["─ .features"]);
    check(&[": p a t h Space . f e a t u r e s . Tab Enter"], &["─ .features.beta"]);
    check(&[":path .no.such"], &[".no.such is not in this state"]);
    check(&[":rolbakc"], &["no such command: rolbakc; nearest: rollback", "#6/6"]);
    check(&[":step 3"], &["step takes no argument", "#6/6"]);
    check(&[":diff 2 5"], &["[2 Diff]", "A #2", "[B] #5"]);
    check(&[":diff 2"], &["[2 Diff]", "A #2", "[B] #6"]);
    check(&[":diff 2 nowhere"], &["[1 Debug]", "not found"]);
    check(&[": d i f f Space 2 Space v 1"], &["diff 2 v1.0.0"]);
    check(&[":zzzzzz"], &["neither a command nor a moment", "#6/6"]);
    check(&[": q u i t"], &["ctrl+c"]);
}

#[test]
fn earlier_commands_come_back_also_those_of_earlier_runs() {
    check(&[":goto 3", ":goto 4", ": Up"], &["> goto 4"]);
    check(&[":goto 3", ":goto 4", ": Up Up"], &["> goto 3"]);
    let (recording, _) = recorded(GUIDE);
    let kept = StoredState { commands: vec!["goto 2".into()], ..StoredState::default() };
    let mut screen = Harness::remembering(Address::Demo("guide".into()), recording, kept);
    screen.keys(": Up").sees("> goto 2").keys("Enter").sees("#2/6");
    assert_eq!(screen.kept, [StoreWrite::Command("goto 2".into())]);
}

#[test]
fn help_runs_and_says_what_cannot_be_done() {
    check(&["?"], &["Keys for State", "This pane"]);
    check(&["? t e n a n t"], &["choose a tenant (there is only one tenant)"]);
    check(&["? t e n a n t Enter"], &["tenant: there is only one tenant"]);
    check(&["F1"], &["Keys for State"]);
    check(&["? u n f o l d Space a l l Enter"], &["beta"]);
    check(&["Tab Tab ?"], &["Keys for Timeline", "play backwards"]);
}

#[test]
fn escape_leaves_one_thing_at_a_time_and_never_the_program() {
    let mut screen = Harness::guide(120, 36);
    screen.keys("/").text("beta").keys("Enter a , :").sees("Command");
    screen.keys("Esc").lacks("Command").sees("A #6");
    screen.keys("Esc");
    assert!(screen.app.session().unwrap().tree.needle().is_none(), "first the search");
    assert!(screen.app.session().unwrap().pin_a.is_some());
    screen.keys("Esc").sees("A stays pinned at #6 (Esc again unpins)");
    assert!(screen.app.session().unwrap().pin_a.is_some(), "only when asked twice");
    screen
        .keys(". Esc")
        .sees("A stays pinned at #6")
        .keys("Esc")
        .sees("A and B follow the cursor again")
        .keys("Esc Esc Esc");
    assert!(screen.outside.iter().all(|effect| !effect.starts_with("quit")));
    screen.keys("2 q").sees("[1 Debug]").keys("q");
    assert_eq!(screen.outside.last().unwrap(), "quit Nothing");
}

#[test]
fn a_paste_is_text_or_nothing() {
    let mut screen = Harness::guide(120, 36);
    screen.event(&Event::Paste("gg R y q :quit\r".into())).sees("Pasted text ignored (15 characters)").sees("#6/6");
    assert!(screen.outside.is_empty());
    screen.keys("g").event(&Event::Paste("g".into())).keys("g").sees("#6/6");
    screen.keys("Esc :").event(&Event::Paste("goto 2\r\n".into())).sees("> goto 2").keys("Enter").sees("#2/6");
    screen.keys("G , R").event(&Event::Paste("y".into())).sees("Nothing is deleted");
    assert_eq!(screen.tenant().head().0, 6);
}

#[test]
fn playing_goes_by_the_clock_and_stops() {
    let mut screen = Harness::guide(120, 36);
    let second = Duration::from_secs(1);
    screen.keys("g g Tab Tab").sees("[Timeline]").keys("Space").sees("playing 1x");
    // The clock of this recording stands still: steps are as close as they are ever played.
    screen.wait(Duration::ZERO).sees("#2/6").wait(Duration::from_millis(5)).sees("#2/6");
    screen.keys("K").sees("Paused at #2").wait(second).sees("#2/6");
    screen.keys("L L").sees("playing 2x").wait(Duration::ZERO).sees("#3/6");
    screen.wait(Duration::from_millis(33)).wait(second).sees("Playback reached the newest version");
    screen
        .wait(second)
        .keys("J")
        .sees("playing back 1x")
        .wait(Duration::ZERO)
        .sees("#5/6")
        .keys("Esc")
        .sees("Paused at #5");
    screen.keys("J ,").lacks("playing").wait(second).sees("#4/6");
    screen
        .command("speed 4")
        .sees("Speed 4x")
        .command("play")
        .sees("playing 4x")
        .command("speed x")
        .sees("Not a speed");
    check(&["Tab Tab L"], &["Playback reached the newest version"]);
}

#[test]
fn scripts_run_with_their_pauses_and_esc_stops_them() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("tour.asofscript");
    std::fs::write(&file, "# a tour\ngoto 1\npause 2s\nkeys . .\nsay look\npause 1s\ngoto 9\ngoto 2\n").unwrap();
    let mut screen = Harness::guide(120, 36);
    let tick = |screen: &mut Harness, ms| {
        screen.wait(Duration::from_millis(ms));
    };
    screen.command(&format!("source {}", file.display())).sees("#6/6");
    tick(&mut screen, 0);
    screen.sees("#1/6");
    tick(&mut screen, 0);
    tick(&mut screen, 1999);
    screen.sees("#1/6");
    (0..4).for_each(|_| tick(&mut screen, 120));
    screen.sees("#3/6");
    tick(&mut screen, 120);
    screen.sees("look");
    (0..4).for_each(|_| tick(&mut screen, 1000));
    screen.sees("no such version").sees("#3/6");
    screen.command(&format!("source {}", file.display()));
    tick(&mut screen, 0);
    screen.keys("Esc").sees("Script stopped").sees("#1/6");
    screen.command("source /no/such").sees("Not run");
}

#[test]
fn keys_are_shown_to_an_audience_when_asked() {
    let mut screen = Harness::guide(120, 36);
    screen.command("keycast").keys(", ] c").sees(" , ] c").command("keycast").lacks(" ] c");
}

#[test]
fn copies_take_what_their_key_says() {
    let mut screen = Harness::guide(120, 36);
    screen.keys("z R").command("path .version");
    screen
        .keys("y y")
        .sees("Copied 7 B to the clipboard: the value at .version, through the terminal (OSC 52, not confirmed)")
        .keys("y v y k y p y q y s");
    assert_eq!(
        screen.outside,
        ["\"2.5.0\"", "\"2.5.0\"", "version", ".version", ".version", "2.5.0"].map(|t| format!("copy {t}"))
    );
    screen.outside.clear();
    screen.keys("y c").keys("y l").keys("y P");
    let open = "copy asof open demo:guide --tenant shop --at 6 --path .version";
    let link = "copy asof://demo:guide#tenant=shop&v=6&path=.version";
    assert_eq!(screen.outside, [open, link, "print \"2.5.0\""]);
    screen.outside.clear();
    screen.keys("y d y r");
    assert!(screen.outside[0].contains("\"op\": \"replace\""), "{:?}", screen.outside);
    for part in ["# demo guide: #5 → #6", "- tenant: `shop`", "| `~` | `.sessions` | `100` → `150` (+50) |", "--at 6`"]
    {
        assert!(screen.outside[1].contains(part), "{part}: {}", screen.outside[1]);
    }
    screen.command("path .features").keys("y s").sees("Not a string");
}

#[test]
fn what_is_too_long_for_the_terminal_says_so() {
    let long = format!("[\"{}\"]", "x".repeat(80_000));
    let mut screen = Harness::states(&[&long], 120, 36);
    screen.keys("y y").sees("too large for the terminal's clipboard (74 KB)");
    assert!(screen.outside.is_empty());
}

#[test]
fn other_programs_get_the_value_or_the_diff() {
    let mut screen = Harness::guide(120, 36);
    screen.command("path .version").keys("e").keys("|").command("pipe jq .");
    assert_eq!(screen.outside, ["edit state.json \"2.5.0\"\n", "pipe state.json ", "pipe state.json jq ."]);
    screen.outside.clear();
    screen.keys("2 e");
    assert!(screen.outside[0].starts_with("edit diff.md # demo guide"));
    screen.command("hash").sees("#6 is ");
}

#[test]
fn files_are_written_once_and_a_demo_is_saved_when_told_where() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).display().to_string();
    let mut screen = Harness::guide(120, 36);
    screen.command(&format!("export {}", path("all.jsonl"))).sees("6 versions written to");
    screen.command(&format!("export {}", path("all.jsonl"))).sees("Not written");
    assert_eq!(std::fs::read_to_string(path("all.jsonl")).unwrap().lines().count(), 6);
    screen.command(&format!("export {}", path("diff.json"))).command(&format!("export {}", path("diff.md")));
    assert!(std::fs::read_to_string(path("diff.json")).unwrap().starts_with("[\n"));
    screen.command("export diff.xyz").sees("diff.xyz names no format");
    screen.command(&format!("save {}", path("kept.asof"))).sees("Saved · now saved in");
    screen.command("save").sees("already");
    assert_eq!(crate::recording::Recording::open(&place.path().join("kept.asof")).unwrap().tenants().unwrap().len(), 1);
}

#[test]
fn words_do_what_keys_do() {
    let mut screen = Harness::guide(120, 36);
    screen.command("path .version").command("copy string").command("copy key").command("copy").command("copy x");
    screen.sees("Not \"x\": write value, line, key, path");
    assert_eq!(screen.outside, ["copy 2.5.0", "copy version", "copy \"2.5.0\""]);
    screen
        .command("zoom sideways")
        .sees("Not \"sideways\": write in, out, all or ends")
        .command("zoom all")
        .keys(": c o p y Space")
        .sees("copy report");
}

#[test]
fn a_long_list_of_choices_does_not_run_into_what_it_means() {
    let mut screen = Harness::guide(80, 24);
    screen.keys(": d e n s i t y").sees("latency|errors]  timeline: what b…").sees("by time: versions  ");
    // The chosen row is there as a whole.
    screen.sees("density [auto|keys|bytes|count|latency|errors]  timeline: what bar").sees("height shows; auto: keys");
}
