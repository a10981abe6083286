//! What runs in the background: nothing that must finish is lost when the program ends, a task that meets a bug is over
//! alone, and no key waits for work.

use super::harness::{Harness, Held, Holds, recorded};
use crate::record::{Position, Version};
use crate::recording::{Progress, Recording};
use crate::source::Address;
use crate::tui::app::Workspace;
use crate::tui::job::{Job, Report, TaskMessage};
use crate::tui::task::TaskId;
use crate::value::parse;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

fn states(count: u64) -> Vec<String> {
    (1..=count).map(|n| format!(r#"{{"n":{n},"list":[{n},1,2]}}"#)).collect()
}

fn on_disk(directory: &Path, count: u64) -> Harness {
    let recording = Arc::new(Recording::create(directory).unwrap());
    let tenant = recording.tenant_or_new(&"shop".into()).unwrap();
    states(count).iter().for_each(|state| _ = tenant.set("step", parse(state.as_bytes()).unwrap()).unwrap());
    Harness::of(Address::Recording(directory.to_owned()), recording, 120, 36)
}

fn in_memory(count: u64) -> Harness {
    let states = states(count);
    let (recording, _) = recorded(&states.iter().map(String::as_str).collect::<Vec<_>>());
    Harness::of(Address::File("shop.jsonl".into()), recording, 120, 36)
}

fn quits(screen: &Harness) -> bool {
    screen.outside.iter().any(|effect| effect.starts_with("quit"))
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn lines(path: &Path) -> usize {
    fs::read_to_string(path).map_or(0, |text| text.lines().count())
}

/// What must finish: how it is begun, and whether it is done (of a recording of 40 versions that has been opened there).
type MustFinish = (&'static str, fn(&Path, &Harness) -> bool);

const EXPORTS: [MustFinish; 3] = [
    ("export HOME/out.jsonl", |home, _| lines(&home.join("out.jsonl")) == 40),
    ("export HOME/out.md", |home, _| lines(&home.join("out.md")) > 3),
    ("export HOME/out.json", |home, _| lines(&home.join("out.json")) > 0),
];

const WRITES: [MustFinish; 4] = [
    ("snapshot before", |_, screen| screen.tenant().history().named_snapshot("before").is_ok()),
    ("fork other", |_, screen| screen.tenant().history().branch("other").is_some()),
    ("rollback 3", |_, screen| screen.tenant().head() == Version(41)),
    ("compact 30", |_, screen| screen.tenant().history().first() == Version(30)),
];

/// Begins it; it has not been done yet when this returns.
fn begun(home: &Path, command: &str) -> Harness {
    let mut screen = on_disk(&home.join("shop.asof"), 40);
    screen.hold_all().command(&command.replace("HOME", &home.display().to_string()));
    let asks = screen.app.dialog.is_some();
    if asks {
        screen.let_come().keys("y");
    }
    screen
}

#[test]
fn whoever_quits_is_asked_about_what_must_finish_and_nothing_of_it_is_lost() {
    for (command, done) in EXPORTS.into_iter().chain(WRITES) {
        for quit in ["q", "Q", "Ctrl-c", ": q u i t Enter"] {
            let home = tempfile::tempdir().unwrap();
            let mut screen = begun(home.path(), command);
            screen.keys(quit).sees("Not finished yet");
            assert!(!quits(&screen), "{command}, {quit}");
            screen.let_all_come();
            assert!(quits(&screen), "{command}, {quit}: it ends when it is done\n{}", screen.screen());
            assert!(done(home.path(), &screen), "{command}, {quit}");
        }
    }
}

#[test]
fn whoever_stays_stays_when_it_is_done() {
    for (command, done) in EXPORTS.into_iter().chain(WRITES) {
        let home = tempfile::tempdir().unwrap();
        let mut screen = begun(home.path(), command);
        screen.keys("q").sees("Not finished yet").keys("Esc").lacks("Not finished yet").let_all_come();
        assert!(!quits(&screen) && done(home.path(), &screen), "{command}");
        screen.keys("q");
        assert!(quits(&screen), "{command}: nothing is left to ask about");
    }
}

#[test]
fn no_part_of_a_file_is_left_by_whoever_does_not_wait() {
    for (command, _) in EXPORTS {
        for (keys, quits_at_once) in [("q c", false), ("q q", true), ("Ctrl-c Ctrl-c", true), ("Q c", false)] {
            let home = tempfile::tempdir().unwrap();
            let mut screen = begun(home.path(), command);
            screen.keys(keys);
            assert_eq!(quits(&screen), quits_at_once, "{command}, {keys}");
            // The loop stops what is left before it ends.
            screen.app.tasks.all().for_each(|(_, task)| task.cancel.cancel());
            screen.let_all_come();
            assert!(quits(&screen), "{command}, {keys}");
            assert_eq!(names(home.path()), ["shop.asof"], "{command}, {keys}");
        }
    }
}

#[test]
fn what_fails_is_seen_before_the_program_ends() {
    let home = tempfile::tempdir().unwrap();
    for name in ["out.jsonl", "out.md", "out.json"] {
        let path = home.path().join(name);
        let mut screen = on_disk(&home.path().join(format!("{name}.asof")), 40);
        screen.hold_all().command(&format!("export {}", path.display()));
        fs::write(&path, "theirs").unwrap();
        screen.keys("q").let_all_come().sees("Not written").lacks("Not finished yet");
        assert!(!quits(&screen) && fs::read_to_string(&path).unwrap() == "theirs", "{name}");
    }
}

#[test]
fn how_far_it_is_stands_in_the_question() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = on_disk(&home.path().join("shop.asof"), 3000);
    screen.hold_all().command(&format!("export {}", home.path().join("out.jsonl").display())).keys("q");
    let export =
        screen.held.iter().position(|held| matches!(held, Held::Waiting(task) if is_export(&task.job))).unwrap();
    screen.held.swap(0, export);
    screen.sees("Export to").lacks(": 33 %").release(0);
    let last = screen.held.len() - 1;
    screen.held.swap(0, last);
    screen.release(0);
    screen.sees(": 33 %").let_all_come();
    assert!(quits(&screen));
}

fn is_export(job: &Job) -> bool {
    matches!(job, Job::WriteFile { .. })
}

/// A bug in one task: what else runs goes on, and only what waited for that task goes on without.
#[test]
fn a_task_that_meets_a_bug_is_over_alone() {
    for kind in ["show", "detail", "plan", "scan", "lane", "text", "export", "write"] {
        let mut screen = in_memory(20);
        screen.app.workspace.address = Some(Address::Demo("guide".into()));
        screen.hold_all();
        screen.keys("g g").command("path .n").command("change-forward .n").command("lane .n").command("copy path");
        screen.command("export /nowhere/at/all.jsonl").command("snapshot one").keys("7").command("rollback 3");
        let is_it = |held: &Held| matches!(held, Held::Waiting(task) if name(&task.job) == kind);
        let at = screen.held.iter().position(is_it).unwrap_or_else(|| panic!("{kind} should run"));
        let Held::Waiting(task) = screen.held.remove(at) else { unreachable!() };
        let others: Vec<TaskId> = screen.app.tasks.all().map(|(id, _)| id).filter(|id| *id != task.id).collect();
        screen.message(TaskMessage { task: task.id, report: Report::Panicked("index out of bounds".into()) });
        let running: Vec<TaskId> = screen.app.tasks.all().map(|(id, _)| id).collect();
        assert!(!running.contains(&task.id), "{kind} is over");
        assert!(others.iter().all(|other| running.contains(other)), "{kind}: nothing else is");
        let writes = |workspace: &Workspace| screen.app.tasks.writing(workspace.id).is_some();
        assert_eq!(writes(&screen.app.workspace), kind != "write", "{kind}: a write that runs is still known");
        screen.keys("Esc").let_all_come().keys("Esc Esc Esc 1 ,");
        let snapshots = screen.tenant().history().marks().listed().len();
        assert_eq!(snapshots, usize::from(kind != "write"), "{kind}\n{}", screen.screen());
    }
}

fn name(job: &Job) -> &'static str {
    match job {
        Job::Show { .. } => "show",
        Job::Aside { .. } => "detail",
        Job::Plan { .. } | Job::PlanCut { .. } => "plan",
        Job::Scan { .. } => "scan",
        Job::Inquire { .. } => "lane",
        Job::Text(..) => "text",
        Job::WriteFile { .. } => "export",
        Job::Write { .. } => "write",
        _ => "other",
    }
}

#[test]
fn a_reader_that_meets_a_bug_has_stopped_reading() {
    for states in [&[][..], &["1"], &["1", "2", "3"]] {
        let (recording, tenant) = recorded(states);
        let mut screen = Harness::reading(Address::File("big.jsonl".into()), recording, 120, 36);
        screen.report(Report::Progress(Progress { share: Some(0.3), versions: states.len() as u64 }));
        screen.report(Report::Panicked("index out of bounds".into()));
        screen.sees("A bug in asof").keys("Esc").lacks("Reading ");
        if states.len() > 1 {
            screen.app.workspace.address = Some(Address::Demo("guide".into()));
            screen.keys(", s x Enter").lacks("not while reading");
            assert_eq!(tenant.history().marks().listed().len(), 1);
        }
    }
}

/// While a recording is copied to the disk, frames are painted, keys are taken, and others write.
#[test]
fn no_key_waits_for_a_recording_that_is_being_saved() {
    for begin in ["save HOME/kept.asof", "snapshot first"] {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("kept.asof");
        let mut screen = in_memory(9000);
        let tenant = screen.tenant();
        screen.hold_all().command(&begin.replace("HOME", &home.path().display().to_string()));
        if !begin.starts_with("save") {
            screen.sees("Save the recording").keys("Ctrl-u").text(&directory.display().to_string()).keys("Enter");
        }
        let at = screen.held.iter().position(|held| matches!(held, Held::Waiting(task) if name(&task.job) == "write"));
        let Held::Waiting(task) = screen.held.remove(at.unwrap()) else { unreachable!() };
        screen.holds = Holds::Nothing;
        let mut told = 0;
        task.run(&mut |message| {
            let is_share = matches!(message.report, Report::Share(_));
            screen.message(message);
            if is_share && told < 2 {
                told += 1;
                screen.keys(",").sees(&format!("/{}", thousands(8999 + told))).sees("RW");
                tenant.set("meanwhile", parse(b"{}").unwrap()).unwrap();
            }
        });
        assert_eq!(told, 2, "{begin}: it is told as it goes");
        screen.let_all_come().sees("kept.asof").lacks("in memory");
        let kept = Recording::open(&directory).unwrap().tenant(&"shop".into()).unwrap();
        assert_eq!(kept.history().newest(), tenant.history().newest(), "{begin}: what was written meanwhile is there");
        assert_eq!(kept.history().newest(), Version(9002));
    }
}

fn thousands(number: u64) -> String {
    crate::view::text::thousands(number)
}

/// A write that waits for another process's lock is given up by Esc: it writes nothing, then or later.
#[test]
fn a_write_that_waits_for_a_lock_can_be_given_up() {
    for command in ["snapshot before", "fork other", "rollback 3", "compact 5"] {
        let home = tempfile::tempdir().unwrap();
        let mut screen = begun(home.path(), command);
        let is_write = |held: &Held| matches!(held, Held::Waiting(task) if name(&task.job) == "write");
        let at = screen.held.iter().position(is_write).unwrap();
        let Held::Waiting(task) = screen.held.remove(at) else { unreachable!() };
        let log = screen.app.workspace.recording.clone().unwrap().file(screen.tenant().id()).unwrap();
        let lock = fs::OpenOptions::new().write(true).open(log.with_extension("lock")).unwrap();
        lock.lock().unwrap();
        let (before, length) = (screen.tenant().history().position(), fs::metadata(&log).unwrap().len());
        let writes = std::thread::spawn(move || {
            let mut messages = Vec::new();
            task.run(&mut |message| messages.push(message));
            messages
        });
        screen.wait(Duration::from_millis(200)).sees("Waiting for the log");
        std::thread::sleep(Duration::from_millis(50));
        assert!(!writes.is_finished(), "{command} waits");
        screen.keys("Esc").lacks("Waiting for the log");
        let messages = writes.join().unwrap();
        messages.into_iter().for_each(|message| screen.message(message));
        screen.sees("Nothing was written: interrupted");
        lock.unlock().unwrap();
        assert_eq!(screen.tenant().history().position(), before, "{command}");
        assert_eq!(fs::metadata(&log).unwrap().len(), length, "{command}");
        screen.holds = Holds::Nothing;
        screen.command("snapshot after").let_all_come().sees("after");
        assert!(screen.tenant().history().position() > before, "{command}: the next write is made");
    }
}

#[test]
fn a_save_that_is_stopped_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("kept.asof");
    let mut screen = in_memory(9000);
    screen.hold_all().command(&format!("save {}", directory.display())).keys("q").sees("Save the recording").keys("c");
    screen.let_all_come();
    assert!(quits(&screen));
    assert!(!directory.exists(), "nothing of it is left");
    assert!(screen.app.workspace.is_in_memory(), "{}", screen.screen());
    assert_eq!(screen.tenant().history().position(), Position(9000));
}

/// A name in a directory, a long copy, a checksum: asked for by a key, worked out elsewhere.
#[test]
fn no_key_makes_a_long_text_or_lists_a_directory() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("demo.txt"), "goto 2\n").unwrap();
    fs::create_dir(home.path().join("more")).unwrap();
    let typed = format!("source {}/", home.path().display());
    for (keys, is_it, then) in [
        ("y y", (|job| matches!(job, Job::Text(..))) as fn(&Job) -> bool, "copy"),
        ("y v", |job| matches!(job, Job::Text(..)), "copy"),
        ("y d", |job| matches!(job, Job::Text(..)), "copy"),
        ("y P", |job| matches!(job, Job::Text(..)), "print"),
        ("e", |job| matches!(job, Job::Text(..)), "edit"),
        (": h a s h Enter", |job| matches!(job, Job::Text(..)), ""),
        (":", |job| matches!(job, Job::ListFiles(_)), ""),
    ] {
        let mut screen = in_memory(5);
        screen.hold_all().keys(keys);
        if keys == ":" {
            screen.text(&typed).lacks("demo.txt");
        }
        assert!(screen.outside.is_empty(), "{keys}: not yet");
        let runs = screen.held.iter().any(|held| matches!(held, Held::Waiting(task) if is_it(&task.job)));
        assert!(runs, "{keys}");
        screen.let_all_come();
        assert!(screen.outside.iter().any(|effect| effect.starts_with(then)) || then.is_empty(), "{keys}");
        if keys == ":" {
            screen.sees("demo.txt").sees("more/");
        }
    }
}
