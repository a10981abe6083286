//! Writing: where a recording in memory is kept, who may write, what happens when someone else was faster.

use super::harness::Harness;
use crate::recording::Recording;
use crate::source::Address;
use std::sync::Arc;

const STATES: &[&str] = &[r#"{"n":1}"#, r#"{"n":2}"#, r#"{"n":3}"#];

#[test]
fn a_foreign_source_is_kept_only_when_it_is_written_to() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("kept.asof");
    let mut screen = Harness::states(STATES, 120, 36);
    screen.keys(", s").text("before").keys("Enter").sees("Save the recording").sees("shop.asof");
    screen.keys("Ctrl-u").text(&directory.display().to_string()).keys("Enter").sees("now saved in");
    let kept = Recording::open(&directory).unwrap();
    let tenant = kept.tenant(&kept.tenants().unwrap()[0]).unwrap();
    assert_eq!(tenant.history().marks().listed()[0].name.as_deref(), Some("before"));
    assert_eq!(tenant.history().newest().0, 3);
    screen.keys(", R y").sees("Rolled back").lacks("Save the recording");
}

/// The box comes between a wish and its write: it says that the write follows.
#[test]
fn the_box_that_saves_a_recording_says_what_is_done_then() {
    let words = |screen: &Harness| {
        let shown = screen.screen();
        let lines: Vec<Vec<char>> = shown.lines().map(|line| line.chars().collect()).collect();
        let title: Vec<char> = "─ Save the".chars().collect();
        let title = lines.iter().find_map(|line| line.windows(title.len()).position(|part| part == title)).unwrap();
        let inside =
            |line: &Vec<char>| line.iter().skip(title).take_while(|letter| **letter != '│').collect::<String>();
        let inside = lines.iter().map(inside).collect::<Vec<_>>().join(" ");
        inside.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ")
    };
    for (width, height) in [(120, 36), (80, 24), (60, 16)] {
        for (keys, says) in [
            (
                ", s b e f o r e Enter",
                "Save it to a new directory first. asof will then create snapshot \"before\" of #2.",
            ),
            (", s Enter", "Save it to a new directory first. asof will then create an auto snapshot of #2."),
            (", R y", "Save it to a new directory first. asof will then roll back to #2."),
            (": f o r k Space x Enter", "Save it to a new directory first. asof will then create branch \"x\"."),
            (": w Enter", "This recording is only in memory. Save it to a new directory. The source is not changed."),
        ] {
            let mut screen = Harness::states(STATES, width, height);
            screen.keys(keys).sees("Save the recording");
            assert!(words(&screen).contains(says), "{keys}: {says}\n{}", screen.screen());
        }
    }
}

#[test]
fn leaving_the_question_writes_nothing() {
    let mut screen = Harness::states(STATES, 120, 36);
    screen.keys(", R y").sees("Save the recording").keys("Esc").lacks("Save the recording");
    assert_eq!(screen.tenant().head().0, 3);
}

#[test]
fn read_only_says_so_and_opens_no_question() {
    let mut screen = Harness::guide(120, 36).read_only();
    screen.keys(", R").sees("read-only").lacks("Nothing is deleted").sees("RO");
    screen.keys("s").sees("read-only").keys("u").sees("read-only");
}

#[test]
fn someone_elses_write_is_taken_up_and_the_person_decides_again() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("shop.asof");
    let id = crate::record::TenantId::from("shop");
    let ours = Arc::new(Recording::create(&directory).unwrap());
    let tenant = ours.tenant_or_new(&id).unwrap();
    for state in STATES {
        tenant.set("step", crate::value::parse(state.as_bytes()).unwrap()).unwrap();
    }
    let mut screen = Harness::of(Address::Recording(directory.clone()), ours, 120, 36);
    screen.keys(", R");
    let theirs = Recording::open(&directory).unwrap().tenant(&id).unwrap();
    theirs.rollback(&crate::Strategy::Version(crate::Version(1)), "").unwrap();
    screen.keys("y").sees("Another writer was first: 1 new record loaded, your change was not written").sees("#2/4");
    assert_eq!(screen.tenant().head().0, 4, "their rollback, and not ours");
    screen.keys("R");
    theirs.set("theirs", crate::value::parse(b"{}").unwrap()).unwrap();
    screen.keys("y").sees("Rolled back: #6");
    assert_eq!(screen.tenant().history().branch("main~2").unwrap().head.0, 5, "what was recorded meanwhile is kept");
}

#[test]
fn undo_without_a_write_says_so() {
    let mut screen = Harness::states(STATES, 120, 36);
    screen.keys("u").sees("nothing to undo");
}

#[test]
fn copies_carry_the_value_under_the_cursor() {
    let mut screen = Harness::states(STATES, 120, 36);
    screen.keys("z R j y v").sees("OSC 52").keys("y p").keys("y o").keys("y k");
    assert_eq!(screen.outside, ["copy 3", "copy .n", "copy /n", "copy n"]);
}

/// A directory that is refused costs nothing of what was asked for: another one can be typed in its place.
#[test]
fn a_place_that_cannot_be_kept_in_is_asked_for_again() {
    let home = tempfile::tempdir().unwrap();
    let taken = home.path().join("taken");
    std::fs::create_dir(&taken).unwrap();
    std::fs::write(taken.join("other"), "x").unwrap();
    let mut screen = Harness::states(STATES, 120, 36);
    screen.keys(", s").text("before").keys("Enter").sees("Save the recording");
    screen.keys("Ctrl-u").text(&taken.display().to_string()).keys("Enter");
    screen.sees("Nothing was written").sees("is not empty").sees("Save the recording").sees("taken");
    screen.text("-not").keys("Enter").lacks("Save the recording").sees("saved in");
    assert!(home.path().join("taken-not").join("asof.json").exists());
}

#[test]
fn tenants_keep_their_own_cursor() {
    let recording = Arc::new(Recording::memory());
    for name in ["acme_corp", "widgets_r_us"] {
        let tenant = recording.tenant_or_new(&crate::record::TenantId::from(name)).unwrap();
        for state in STATES {
            tenant.set("step", crate::value::parse(state.as_bytes()).unwrap()).unwrap();
        }
    }
    let mut screen = Harness::of(Address::File("two.jsonl".into()), recording, 120, 36);
    screen.sees("acme_corp").keys(", ,").sees("#1/3");
    screen.keys("t").text("widg").keys("Enter").sees("widgets_r_us").sees("#3/3").lacks("acme_corp");
    screen.command("tenant acme_corp").sees("acme_corp").sees("#1/3");
    // What was asked of one is asked of the other.
    screen.keys("c").sees("always 1 key");
    screen
        .keys("t")
        .text("widg")
        .keys("Enter")
        .sees("widgets_r_us")
        .sees("always 1 key")
        .keys("Esc")
        .lacks("always 1 key");
}
