//! The screen when nothing is open, and sources that cannot be opened.

use super::harness::{Harness, recorded};
use super::views::check;
use crate::Error;
use crate::recording::Recording;
use crate::source::{Address, Reading, Recent, Recents};
use crate::tui::job::Report;
use chrono::Duration;
use std::fs;
use std::path::{Path, PathBuf};

fn recent(source: &str, versions: u64, minutes: i64) -> Recent {
    Recent { source: source.into(), versions, age: Duration::minutes(minutes) }
}

fn two() -> Vec<Recent> {
    vec![recent("/logs/orders.asof", 1_204_377, 12), recent("git:/logs/package.json", 80_115, 1500)]
}

#[test]
fn start_screens() {
    for (width, height) in [(120, 36), (80, 24)] {
        check(&format!("start-{width}x{height}"), &Harness::start(two(), width, height));
    }
    check("start-nothing-recent-80x24", &Harness::start(Vec::new(), 80, 24));
}

#[test]
fn q_quits_and_the_rest_says_that_nothing_is_open() {
    let mut screen = Harness::start(two(), 120, 36);
    screen.keys("R").sees("nothing has been read yet").keys("d Tab Esc ?").sees("Keys for Start").keys("Esc");
    screen.sees("No recording is open").sees("asof open FILE").keys("q");
    assert_eq!(screen.outside, ["quit Nothing"]);
    assert!(screen.app.unopened.is_none());
}

#[test]
fn every_size_is_fine() {
    for height in 1..40 {
        for width in [1, 20, 59, 60, 80, 300] {
            let many = (0..20).map(|n| recent(&format!("/a/{n}.asof"), n, 5)).collect();
            let mut screen = Harness::start(many, width, height);
            let lines = screen.keys("j j j").screen();
            assert!(lines.lines().all(|line| crate::view::text::width(line) <= usize::from(width)), "{width}x{height}");
        }
    }
}

/// A file with two states.
fn states(home: &Path) -> PathBuf {
    let file = home.join("two.jsonl");
    fs::write(&file, "{\"a\":1}\n{\"a\":2}\n").unwrap();
    file
}

#[test]
fn enter_opens_the_selected_one_o_any_and_d_the_demo() {
    let home = tempfile::tempdir().unwrap();
    let file = states(home.path());
    let text = file.to_str().unwrap();
    let mut screen = Harness::start(vec![recent("/none", 1, 1), recent(text, 2, 1)], 120, 36);
    screen.keys("j").sees(text).keys("Enter").sees("#2/2").sees("2 versions read");
    screen.command("open /none").sees("a source is already open: quit first");
    let mut screen = Harness::start(two(), 120, 36);
    screen.keys("o").sees("git:PATH").text(text).keys("Enter").sees("#2/2");
    Harness::start(two(), 120, 36).keys("D").sees("1/5").sees("#7/7");
}

#[test]
fn what_cannot_be_opened_is_told_and_something_else_can_be() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = Harness::start(Vec::new(), 120, 36);
    screen.command("open /no/such/file").sees("Not opened").sees("/no/such/file").sees("E-IO").keys("Esc");
    screen.sees("No recording is open");
    let broken = home.path().join("broken.jsonl");
    fs::write(&broken, [0_u8, 1, 2, 3]).unwrap();
    screen.command(&format!("open {}", broken.display()));
    screen.sees("broken.jsonl could not be opened").sees("E-FORMAT").sees("r     try again");
    assert!(screen.app.unopened.is_some(), "the exit code says so, should nothing else be opened");
    states(home.path());
    fs::rename(home.path().join("two.jsonl"), &broken).unwrap();
    screen.keys("r").sees("#2/2");
    assert!(screen.app.unopened.is_none());
}

/// What looks like events is opened as what somebody says it is.
#[test]
fn what_looks_like_events_can_be_opened_by_a_recipe_or_as_it_stands() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("immer.jsonl");
    fs::write(&file, include_str!("../../../tests/data/recipes/immer.jsonl")).unwrap();
    let mut screen = Harness::start(Vec::new(), 120, 36);
    screen.command(&format!("open {}", file.display()));
    screen
        .sees("Open immer.jsonl as")
        .sees("recipe immer")
        .sees("each JSON text is a state")
        .sees("it fits the recipe");
    assert!(screen.app.unopened.is_some());
    screen.keys("Esc").sees("No recording is open");
    screen
        .command(&format!("open {}", file.display()))
        .keys("Enter")
        .lacks("Open immer.jsonl as")
        .sees("! 3 versions read");
    assert_eq!(screen.app.workspace.reading, Some(Reading::Recipe("immer".into())));
    let other = home.path().join("other.jsonl");
    fs::copy(&file, &other).unwrap();
    let mut screen = Harness::start(Vec::new(), 80, 24);
    screen.command(&format!("open {}", other.display())).keys("Down Enter").sees("3 versions read");
    assert_eq!(screen.app.workspace.reading, Some(Reading::Format("states".into())));
    assert!(screen.app.unopened.is_none());
}

/// What is committed stays as it is: of a file in git that is no value, the files are offered that can be opened.
#[test]
fn a_repository_offers_what_it_can_open_in_place_of_a_retry() {
    let home = tempfile::tempdir().unwrap();
    let git = |words: &[&str]| {
        let who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"];
        let done = std::process::Command::new("git").current_dir(&home).args(who).args(words).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    };
    git(&["init", "-q"]);
    for n in 1..=3 {
        fs::create_dir_all(home.path().join("docs")).unwrap();
        fs::write(home.path().join("docs/README.md"), format!("# {n}")).unwrap();
        fs::write(home.path().join("limits.json"), format!("{{\"n\":{n}}}")).unwrap();
        git(&["add", "-A"]);
        git(&["commit", "-qm", "more"]);
    }
    for name in ["docs/README.md", "docs", "docs/none.json"] {
        let mut screen = Harness::start(vec![recent("/none", 1, 1)], 120, 36);
        screen.app.setup.asks_git = true;
        screen.command(&format!("open git:{}", home.path().join(name).display()));
        screen.sees("could not be opened").lacks("try again").sees("choose one of the files").keys("r Esc");
        screen.sees("In this repository").sees("limits.json").sees("3 versions").keys("Enter").sees("#3/3");
    }
}

#[test]
fn every_error_has_a_box_of_its_own() {
    let io = || Error::io("read", "/x")(std::io::ErrorKind::PermissionDenied.into());
    for (error, code) in [(io(), "E-IO"), (Error::NewerFormat { file: "/x".into(), found: 9, known: 1 }, "E-LOG-NEWER")]
    {
        let (recording, _) = recorded(&[]);
        let mut screen = Harness::reading(Address::File("none.jsonl".into()), recording, 80, 24);
        screen.report(Report::Read(Err(error)));
        screen.sees("none.jsonl could not be opened").sees(code).sees("Nothing was written").keys("Esc");
        screen.sees("No recording is open").keys("q");
        assert!(screen.app.unopened.is_some());
    }
}

/// A recording of three versions, the last of them cut off in the middle.
fn torn(home: &Path) -> PathBuf {
    let directory = home.join("cut.asof");
    let tenant = Recording::create(&directory).unwrap().tenant_or_new(&"shop".into()).unwrap();
    for n in 1..=3 {
        tenant.record("step", &serde_json::json!({ "n": n })).unwrap();
    }
    let recording = Recording::open(&directory).unwrap();
    let file = recording.file(&"shop".into()).unwrap();
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() - 9]).unwrap();
    directory
}

#[test]
fn a_torn_recording_opens_with_a_notice_and_its_state_is_readable() {
    let home = tempfile::tempdir().unwrap();
    let directory = torn(home.path());
    let mut screen = Harness::start(Vec::new(), 120, 36);
    screen.command(&format!("open {}", directory.display()));
    screen.sees("Log is incomplete").sees("Everything up to #2 is intact and open").sees("E-LOG-TRUNCATED · offset");
    screen.keys("Esc").sees("#2/2").sees("n").lacks("E-LOG").sees("1 problem: see :messages");
    screen.command("messages").sees("bytes:").keys("Esc q");
    assert_eq!(screen.outside, ["mouse Captured", "follow", "quit Nothing"]);
    assert!(screen.app.unopened.is_none());
}

#[test]
fn what_was_opened_is_remembered() {
    let home = tempfile::tempdir().unwrap();
    let recents = Recents::at(&home.path().join("state/recent.jsonl"), || chrono::DateTime::UNIX_EPOCH);
    let file = states(home.path());
    let mut screen = Harness::start(Vec::new(), 120, 36);
    screen.app.setup.recents = Some(recents.clone());
    screen.command(&format!("open {}", file.display()));
    let list = recents.list();
    assert_eq!((list.len(), list[0].source.as_str(), list[0].versions), (1, file.to_str().unwrap(), 2));
    let mut screen = Harness::start(Vec::new(), 120, 36);
    screen.app.setup.recents = Some(recents.clone());
    screen.keys("D");
    assert_eq!(recents.list().len(), 1, "a demo is not remembered");
}

/// What was written is in the recording alone: everything that leads back leads there.
#[test]
fn what_was_saved_is_what_is_open_remembered_and_copied() {
    let home = tempfile::tempdir().unwrap();
    let recents = Recents::at(&home.path().join("state/recent.jsonl"), || chrono::DateTime::UNIX_EPOCH);
    let (file, kept) = (states(home.path()), home.path().join("kept.asof"));
    let mut screen = Harness::start(Vec::new(), 120, 36);
    screen.app.setup.recents = Some(recents.clone());
    screen.command(&format!("open {}", file.display())).keys("y c");
    assert!(screen.outside.last().unwrap().contains(file.to_str().unwrap()), "{:?}", screen.outside);
    screen.keys("s").text("good").keys("Enter").sees("Save the recording");
    screen.keys("Ctrl-u").text(kept.to_str().unwrap()).keys("Enter").sees("now saved in").sees("kept.asof › main");
    let list = recents.list();
    let sources: Vec<&str> = list.iter().map(|recent| recent.source.as_str()).collect();
    assert_eq!(sources, [kept.to_str().unwrap(), file.to_str().unwrap()]);
    assert_eq!(list[0].versions, 2);
    screen.keys("y c");
    assert!(screen.outside.last().unwrap().contains(kept.to_str().unwrap()), "{:?}", screen.outside);
}
