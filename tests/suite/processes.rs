//! Several processes on one recording, through the library: this test binary starts itself.
//!
//! `ASOF_APPENDS=1000` and `ASOF_KILLS=200` do more.

use crate::dice::{Dice, from_env, quick_directory};
use asof::{
    Recording, Segments, SnapshotRequest, SourceAddress, SourceOptions, Tenant, Version, WriteSegments, verify,
};
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Child, Command, Stdio};

const ROLE: &str = "ASOF_SUITE_ROLE";
const DIRECTORY: &str = "ASOF_SUITE_DIRECTORY";

/// The command that starts one, by way of `through`.
fn command(mut through: Command, role: &str, directory: &Path) -> Command {
    through.arg(std::env::current_exe().unwrap());
    through.args(["--exact", "processes::a_child", "--nocapture", "--test-threads=1"]);
    through.env(ROLE, role).env(DIRECTORY, directory).stdout(Stdio::piped());
    through
}

fn child(role: &str, directory: &Path) -> Child {
    command(Command::new("env"), role, directory).spawn().unwrap()
}

fn tenant(directory: &Path) -> Tenant {
    Recording::open(directory).unwrap().tenant_or_new(&"main".into()).unwrap()
}

/// What a process started by these tests does; as a test of its own it does nothing.
#[test]
fn a_child() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let directory = std::path::PathBuf::from(std::env::var(DIRECTORY).unwrap());
    match role.as_str() {
        "index" => loop {
            begun();
            indexing(&directory).index(&"main".into()).unwrap();
            indexing(&directory).index_paths(&"main".into(), &mut |_| ControlFlow::Continue(())).unwrap();
            remove_indexes(&directory);
        },
        "import" => loop {
            begun();
            drop(imported(&directory, false));
            std::fs::OpenOptions::new().append(true).open(directory.join(SOURCE)).unwrap().write_all(b"5\n").unwrap();
        },
        "compare" => {
            for _ in 0..2 {
                assert_eq!(answers(&imported(&directory, false)), answers(&imported(&directory, true)));
            }
            return;
        }
        _ => {}
    }
    let app = tenant(&directory);
    match role.split_once(' ').unwrap() {
        ("append", who) => {
            for n in 0..from_env("ASOF_APPENDS", 150) {
                app.apply(&format!("{who} {n}"), |draft| draft.set(".", &n)).unwrap();
            }
        }
        ("group", _) => std::thread::scope(|scope| {
            app.catch_up().unwrap();
            for n in 0..WRITERS {
                let app = &app;
                scope.spawn(move || app.snapshot(&SnapshotRequest::named(&format!("mark {n}"))).unwrap());
            }
        }),
        ("transaction", _) => {
            let steps =
                app.transaction("sign up").step("create", |draft| Ok(draft.set(".", &1)?)).checkpoint("created");
            let waits = |_: &mut asof::Draft| -> Result<(), asof::StepError> {
                std::io::stdout().lock().write_all(b"\nwaiting\n")?;
                std::thread::sleep(std::time::Duration::from_mins(10));
                Ok(())
            };
            drop(steps.step("notify", waits).run());
        }
        (how, who) => endless(&app, how, who),
    }
}

/// Says that what may be interrupted begins. Nobody may be left to hear it the second time.
fn begun() {
    let _ = std::io::stdout().lock().write_all(b"\nbegun\n");
}

/// Writes until it is killed; prints each number after it was acknowledged. With `sync`, by what is synced.
fn endless(app: &Tenant, how: &str, who: &str) {
    for n in 0_u64.. {
        let text = format!("{who} {n} {}", std::process::id());
        match how {
            "flush" => drop(app.apply(&text, |draft| draft.set(".", &n)).unwrap()),
            _ => drop(app.apply_with_snapshot(&text, &SnapshotRequest::default(), |draft| draft.set(".", &n)).unwrap()),
        }
        // One write, so that a kill leaves no half line.
        let _ = std::io::stdout().lock().write_all(format!("\nacknowledged {text}\n").as_bytes());
    }
}

const WRITERS: usize = 32;

#[test]
#[cfg(target_os = "linux")]
fn writers_that_sync_at_once_share_the_wait() {
    let works = Command::new("strace").args(["-f", "-e", "inject=fdatasync:delay_enter=1", "true"]).output();
    if !works.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: strace does not work on this machine");
        return;
    }
    let scratch = quick_directory();
    let (path, calls) = (scratch.path().join("run.asof"), scratch.path().join("calls"));
    Recording::create(&path).unwrap().tenant_or_new(&"main".into()).unwrap().record("open", &0).unwrap();
    // A disk that takes a while.
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-e", "trace=fdatasync", "-e", "inject=fdatasync:delay_enter=30000", "-o"]).arg(&calls);
    assert!(command(strace, "group snapshots", &path).output().unwrap().status.success());
    let calls = std::fs::read_to_string(calls).unwrap();
    let count = calls.lines().filter(|line| line.contains("fdatasync(")).count();
    let app = tenant(&path);
    app.catch_up().unwrap();
    assert_eq!(app.history().marks().listed().len(), WRITERS);
    assert!((1..=WRITERS / 2).contains(&count), "{count} syncs for {WRITERS} writers");
}

fn labels(app: &Tenant) -> Vec<String> {
    app.catch_up().unwrap();
    let history = app.history();
    (1..=history.newest().0).map(|n| history.info(Version(n)).unwrap().label.to_string()).collect()
}

#[test]
fn eight_processes_append_and_nothing_is_lost() {
    let scratch = quick_directory();
    let path = scratch.path().join("run.asof");
    Recording::create(&path).unwrap().tenant_or_new(&"main".into()).unwrap().record("open", &0).unwrap();
    let children: Vec<_> = (0..8).map(|who| child(&format!("append {who}"), &path)).collect();
    for child in children {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    let appends = from_env("ASOF_APPENDS", 150);
    let labels = labels(&tenant(&path));
    assert_eq!(labels.len() as u64, 8 * appends + 1);
    for who in 0..8 {
        let own: Vec<_> = labels.iter().filter(|label| label.starts_with(&format!("{who} "))).cloned().collect();
        assert_eq!(own, (0..appends).map(|n| format!("{who} {n}")).collect::<Vec<_>>());
    }
    let report = verify(&path).unwrap();
    assert_eq!((report.records, report.damage), (8 * appends + 1, vec![]));
}

/// A process that is within the second step of a transaction.
fn in_a_transaction(path: &Path) -> Child {
    let mut child = child("transaction 0", path);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.by_ref().map_while(Result::ok).any(|line| line == "waiting"));
    // Its pipe stays open as long as it lives.
    std::thread::spawn(move || lines.for_each(drop));
    child
}

#[test]
fn a_transaction_whose_process_died_is_found_and_closed() {
    let scratch = quick_directory();
    let path = scratch.path().join("run.asof");
    Recording::create(&path).unwrap().tenant_or_new(&"main".into()).unwrap().record("open", &0).unwrap();
    for (n, writes) in (1..).zip([false, true]) {
        let mut child = in_a_transaction(&path);
        let app = tenant(&path);
        app.catch_up().unwrap();
        if writes {
            // The application that was started again: its own presence hides nobody else's, and nobody's absence.
            app.record("started again", &0).unwrap();
        }
        let id = asof::TransactionId(n);
        assert!(app.orphaned_transactions().unwrap().is_empty(), "its process lives");
        let refused = app.abandon_transaction(id, false);
        assert!(matches!(refused, Err(asof::Error::TransactionInUse { .. })), "{refused:?}");
        child.kill().unwrap();
        child.wait().unwrap();
        let orphaned: Vec<_> = app.orphaned_transactions().unwrap().into_iter().map(|left| left.id).collect();
        assert_eq!(orphaned, [id]);
        assert_eq!(app.history().transactions().held_checkpoints().len(), 1);
        let closed = app.abandon_transaction(id, false).unwrap();
        assert!(closed.closed && closed.failure().unwrap().2.contains("abandoned"));
        assert!(
            app.history().transactions().held_checkpoints().is_empty()
                && app.orphaned_transactions().unwrap().is_empty()
        );
    }
    assert!(verify(&path).unwrap().damage.is_empty());
}

#[test]
fn killed_at_any_moment_they_lose_nothing_acknowledged() {
    let mut dice = Dice(4);
    let kills = from_env("ASOF_KILLS", 12);
    for round in 0..kills.div_ceil(4) {
        let scratch = quick_directory();
        let path = scratch.path().join("run.asof");
        Recording::create(&path).unwrap().tenant_or_new(&"main".into()).unwrap().record("open", &0).unwrap();
        let how = if round % 2 == 0 { "flush" } else { "sync" };
        let mut children: Vec<_> = (0..4).map(|who| child(&format!("{how} {who}"), &path)).collect();
        let mut printed = BTreeSet::new();
        std::thread::sleep(std::time::Duration::from_millis(40));
        for child in &mut children {
            std::thread::sleep(std::time::Duration::from_micros(dice.below(40_000) as u64));
            child.kill().unwrap();
            let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
            printed.extend(lines.filter_map(|line| line.strip_prefix("acknowledged ").map(str::to_owned)));
            child.wait().unwrap();
            let there: BTreeSet<String> = labels(&tenant(&path)).into_iter().collect();
            assert_eq!(printed.difference(&there).next(), None, "round {round}, {how}");
        }
        // Nothing is to be unlocked: the next one just writes.
        tenant(&path).apply("next", |draft| draft.set(".", &1)).unwrap();
        assert!(verify(&path).unwrap().damage.iter().all(|damage| damage.torn));
    }
}

const SOURCE: &str = "source.jsonl";

/// What a recording says of each version, its value too.
fn answers(recording: &Recording) -> Vec<String> {
    let tenant = recording.tenant(&"main".into()).unwrap();
    let history = tenant.history();
    let of = |n| format!("{:?} {}", history.info(Version(n)), tenant.value_at(Version(n)).unwrap().to_json());
    (0..=history.newest().0).map(of).collect()
}

/// A recording that writes its index segments beside its logs.
fn indexing(directory: &Path) -> Recording {
    Recording::open(directory).unwrap().with_segments(Segments::new(None, WriteSegments::Beside))
}

fn remove_indexes(directory: &Path) {
    let files = std::fs::read_dir(directory).unwrap().map(|file| file.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|end| end == "index" || end == "paths")).for_each(|file| {
        let _others_may_have = std::fs::remove_file(file);
    });
}

/// What the source in a directory is read into: from the cache, or as it is.
fn imported(directory: &Path, fresh: bool) -> std::sync::Arc<Recording> {
    let address = SourceAddress::File(directory.join(SOURCE));
    let recording = asof::open_source(&address).unwrap();
    let mut options = SourceOptions::default();
    options.fresh = fresh;
    asof::read_source(&address, &options, &recording, &mut |_| ControlFlow::Continue(())).unwrap();
    recording
}

/// Kills a process after a while, again and again; `check` looks at what it left.
fn kill_at_random(role: &str, directory: &Path, longest: usize, mut check: impl FnMut()) {
    let mut dice = Dice(11);
    for _ in 0..from_env("ASOF_KILLS", 12) {
        let mut through = Command::new("env");
        through.env("XDG_CACHE_HOME", directory.join("cache"));
        let mut child = command(through, role, directory).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap() == "begun"));
        std::thread::sleep(std::time::Duration::from_micros(dice.below(longest) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        check();
    }
}

#[test]
fn killed_while_it_writes_an_index_nothing_answers_otherwise() {
    let scratch = quick_directory();
    let path = scratch.path().join("run.asof");
    let app = Recording::create(&path).unwrap().tenant_or_new(&"main".into()).unwrap();
    app.record("open", &0).unwrap();
    for n in 0..400_i64 {
        app.apply("tick", |draft| draft.set(".", &n)).unwrap();
    }
    let plain = || Recording::open(&path).unwrap().with_segments(Segments::none());
    kill_at_random("index", &path, 60_000, || {
        app.apply("later", |draft| draft.set(".", &"x")).unwrap();
        // Compares what the kill left with the log, the versions that touched each path as well.
        let mut check = Command::new(env!("CARGO_BIN_EXE_asof"));
        assert!(check.args(["index", "--check"]).arg(&path).output().unwrap().status.success());
        assert_eq!(answers(&Recording::open(&path).unwrap()), answers(&plain()));
    });
    assert!(indexing(&path).index(&"main".into()).unwrap().file.is_some());
    assert_eq!(answers(&Recording::open(&path).unwrap()), answers(&plain()));
    assert!(verify(&path).unwrap().damage.is_empty());
}

#[test]
fn killed_while_it_keeps_an_import_nothing_answers_otherwise() {
    let scratch = quick_directory();
    let line = |n: u32| format!("{{\"label\":\"s{n}\",\"state\":{{\"n\":{n},\"text\":\"{}\"}}}}\n", "x".repeat(700));
    std::fs::write(scratch.path().join(SOURCE), (0..1_600).map(line).collect::<String>()).unwrap();
    kill_at_random("import", scratch.path(), 900_000, || {
        let mut through = Command::new("env");
        through.env("XDG_CACHE_HOME", scratch.path().join("cache"));
        assert!(command(through, "compare", scratch.path()).output().unwrap().status.success());
    });
    let copies = std::fs::read_dir(scratch.path().join("cache/asof/imports")).unwrap();
    assert!(copies.count() > 0);
}
