//! Several processes on one recording: this test binary starts itself.

use super::conformance::append_at_last;
use super::*;
use crate::log::verify;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

/// What the test started as a child should do, and where.
const ROLE: &str = "ASOF_TEST_ROLE";
const DIRECTORY: &str = "ASOF_TEST_DIRECTORY";

/// Does something when this process was started for it; as a test of its own it does nothing.
pub fn in_child(role: &str, act: impl FnOnce(&Path)) {
    if std::env::var(ROLE).is_ok_and(|wanted| wanted == role) {
        act(Path::new(&std::env::var(DIRECTORY).unwrap()));
    }
}

/// The command that runs one test of this file's module in a process of its own, by way of `through`.
pub fn child(mut through: Command, test: &str, role: &str, directory: &Path) -> Command {
    through.arg(std::env::current_exe().unwrap());
    through.args(["--exact", &format!("log::tests::{test}"), "--nocapture", "--test-threads=1"]);
    through.env(ROLE, role).env(DIRECTORY, directory);
    through
}

fn writer(role: &str, directory: &Path) -> Command {
    child(Command::new("env"), "processes::a_writer_child", role, directory)
}

/// Appends, and prints each number only after its append was acknowledged.
#[test]
fn a_writer_child() {
    for role in ["0", "1", "2", "3"] {
        in_child(role, |directory| {
            let log = FileLog::open(directory).unwrap();
            for number in 0..200 {
                append_at_last(&log, &main(), &format!("{role}-{number}"));
            }
        });
    }
    in_child("endless", |directory| {
        let log = FileLog::open(directory).unwrap();
        for number in log.last(&main()).unwrap().0.. {
            let group = entries(&[(); 3].map(|()| format!("{number} {}", "x".repeat(300))));
            let last = log.last(&main()).unwrap();
            println!("\nacknowledged {}", log.put(&main(), last, &group).unwrap().0);
        }
    });
}

#[test]
#[cfg(unix)]
fn processes_that_append_neither_mix_nor_lose() {
    let (scratch, log) = Scratch::new();
    let roles = ["0", "1", "2", "3"];
    let children = roles.map(|role| writer(role, &scratch.path).stdout(Stdio::null()).spawn().unwrap());
    // A reader while they write: no damage, nothing twice, nothing out of order.
    let mut seen = Vec::new();
    while seen.len() < 800 {
        let after = Position(seen.len() as u64);
        let batch = log.read(&main(), after, 100).unwrap();
        assert_eq!(batch.damage, []);
        for record in batch.records {
            assert_eq!(record.position.0, seen.len() as u64 + 1);
            seen.push(words(&record));
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    for child in children {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    for role in roles {
        let own: Vec<_> = seen.iter().filter(|words| words.starts_with(&format!("{role}-"))).cloned().collect();
        assert_eq!(own, (0..200).map(|number| format!("{role}-{number}")).collect::<Vec<_>>());
    }
    let report = verify(&scratch.path).unwrap();
    assert_eq!((report.records, report.damage), (800, vec![]));
}

#[test]
#[cfg(unix)]
fn a_killed_writer_loses_nothing_and_leaves_nothing_to_unlock() {
    let (scratch, log) = Scratch::new();
    for round in 0..20u64 {
        let mut child = writer("endless", &scratch.path).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut numbers =
            lines.by_ref().filter_map(|line| line.unwrap().strip_prefix("acknowledged ").map(str::to_owned));
        let first = numbers.next().unwrap();
        std::thread::sleep(std::time::Duration::from_micros(round * 173));
        child.kill().unwrap();
        child.wait().unwrap();
        let acknowledged: u64 = numbers.last().unwrap_or(first).parse().unwrap();
        let last = log.last(&main()).unwrap();
        assert!(last.0 >= acknowledged, "round {round}: {acknowledged} acknowledged, {} there", last.0);
        assert_eq!(log.put(&main(), last, &[entry("next")]).unwrap().0, last.0 + 1);
    }
    let (records, damage) = read_all(&log, &main(), 1000);
    assert_eq!((records.len() as u64, damage), (log.last(&main()).unwrap().0, vec![]));
}
