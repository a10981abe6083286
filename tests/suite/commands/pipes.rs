//! Pipes: a reader that goes away, a disk that is full, a stream that is recorded as it comes.

use super::sandbox::{Ended, Sandbox};
use assert_cmd::cargo::cargo_bin;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A recording with enough versions to fill any pipe.
fn long() -> Sandbox {
    let sandbox = Sandbox::new();
    let line = |n| format!("{{\"label\":\"step {n}\",\"state\":{{\"n\":{n}}}}}\n");
    sandbox.write("long.jsonl", (0..20_000).map(line).collect::<Vec<_>>().concat());
    sandbox
}

#[test]
fn a_reader_that_goes_away_is_nothing_to_talk_about() {
    let sandbox = long();
    for words in ["log long.jsonl", "log long.jsonl --json", "export long.jsonl --format jsonl"] {
        let mut child = Command::new(cargo_bin!("asof"))
            .args(words.split(' '))
            .current_dir(sandbox.0.path())
            .envs(sandbox.homes())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::with_capacity(64, child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""), "asof {words}");
        assert!(first.contains('1'), "{first}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let sandbox = long();
    for words in [
        "log long.jsonl",
        "state shop.asof",
        "state shop.asof --json",
        "snapshots shop.asof --help",
        "verify shop.asof",
        "export shop.asof --format jsonl",
    ] {
        let output = Command::new(cargo_bin!("asof"))
            .args(words.split(' '))
            .current_dir(sandbox.0.path())
            .envs(sandbox.homes())
            .stdout(File::options().write(true).open("/dev/full").unwrap())
            .output()
            .unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(3), "asof {words}: {err}");
        assert!(err.starts_with("asof: cannot write standard output: no space left"), "asof {words}: {err}");
    }
}

/// `asof record -o live.asof` with its standard input held open.
struct Live {
    child: Child,
    stdin: std::process::ChildStdin,
}

impl Live {
    fn start(sandbox: &Sandbox) -> Self {
        let mut child = Command::new(cargo_bin!("asof"))
            .args(["record", "-o", "live.asof"])
            .current_dir(sandbox.0.path())
            .envs(sandbox.homes())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
        Self { child, stdin }
    }

    /// Writes a line and waits until another process finds it in the recording.
    #[track_caller]
    fn records(&mut self, n: u64, sandbox: &Sandbox) {
        writeln!(self.stdin, "{{\"n\":{n}}}").unwrap();
        let deadline = Instant::now() + Duration::from_mins(1);
        while sandbox.run("state live.asof --path .n", "").out != format!("{n}\n") {
            assert!(Instant::now() < deadline, "line {n} was not recorded while the stream was open");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    fn ends(self) -> (Option<i32>, String) {
        drop(self.stdin);
        let output = self.child.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    }
}

#[test]
fn a_stream_is_recorded_as_it_comes() {
    let sandbox = Sandbox::new();
    let mut live = Live::start(&sandbox);
    (1..=3).for_each(|n| live.records(n, &sandbox));
    assert_eq!(live.ends(), (Some(0), "recorded 3 versions of 1 tenant in live.asof, 0 problems\n".to_owned()));
}

#[test]
fn ctrl_c_ends_a_recording_with_what_came() {
    let sandbox = Sandbox::new();
    let mut live = Live::start(&sandbox);
    (1..=2).for_each(|n| live.records(n, &sandbox));
    let id = live.child.id().to_string();
    assert!(Command::new("kill").args(["-s", "INT", &id]).status().unwrap().success());
    let Live { child, stdin: _held_open } = live;
    let output = child.wait_with_output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), out.as_str()),
        (Some(130), "recorded 2 versions of 1 tenant in live.asof, 0 problems\n")
    );
    assert_eq!(sandbox.ok("verify live.asof"), "2 good records, 0 damaged places\n");
}

#[test]
fn a_recording_is_read_line_by_line_without_a_screen() {
    let sandbox = Sandbox::new();
    let Ended { code, out, err } = sandbox.run("open shop.asof --plain", "goto 1\nstate\nquit\n");
    assert!(code == 0 && out.contains("#1 of 4"), "{code} {out} {err}");
}
