//! Programs that are run and recorded, and files that are recorded while others write them.

use super::sandbox::Sandbox;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};

fn states(sandbox: &Sandbox, recording: &str, tenant: &str) -> Vec<String> {
    let words = ["export", recording, "--format", "jsonl", "--tenant", tenant];
    let out = sandbox.run_words(&words, "").out;
    let state = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["state"].to_string();
    out.lines().map(state).collect()
}

#[test]
fn the_exit_code_of_a_program_is_passed_on() {
    let sandbox = Sandbox::new();
    for (script, code) in [("exit 0", 0), ("exit 1", 1), ("exit 42", 42), ("kill -9 $$", 137), ("kill -TERM $$", 143)] {
        for watch in [vec![], vec!["--watch", "none.json"]] {
            let words = [&["run", "-o", "r.asof"][..], &watch, &["--", "sh", "-c", script]].concat();
            assert_eq!(sandbox.run_words(&words, "").code, code, "{script} {watch:?}");
        }
    }
    let missing = sandbox.run("run -o r.asof -- ./no-such-program", "");
    assert_eq!(missing.code, 127);
    assert!(missing.err.contains("cannot start ./no-such-program"), "{}", missing.err);
    assert_eq!(sandbox.run("run -o r.asof", "").code, 2);
}

#[test]
fn a_program_that_gives_nothing_leaves_no_recording() {
    let sandbox = Sandbox::new();
    for (command, code) in [("./no-such-program", 127), ("true", 0), ("false", 1)] {
        let ended = sandbox.run(&format!("run -o empty.asof -- {command}"), "");
        assert_eq!(ended.code, code);
        assert!(ended.err.contains("nothing was recorded: empty.asof was not created"), "{}", ended.err);
        assert!(!sandbox.0.path().join("empty.asof").exists(), "{command}");
    }
    // What was there stays.
    std::fs::create_dir(sandbox.0.path().join("there.asof")).unwrap();
    sandbox.run("run -o there.asof -- true", "");
    assert_eq!(std::fs::read_dir(sandbox.0.path().join("there.asof")).unwrap().count(), 0);
}

#[test]
fn what_a_program_prints_is_passed_through_and_recorded() {
    let sandbox = Sandbox::new();
    let script = "echo starting; for n in 1 2 3; do echo \"{\\\"n\\\":$n}\"; done; echo words >&2; cat";
    let ended = sandbox.run_words(&["run", "-o", "r.asof", "--", "sh", "-c", script], "{\"from\":\"stdin\"}\n");
    assert_eq!(ended.out, "starting\n{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n{\"from\":\"stdin\"}\n");
    assert!(ended.err.contains("words\n") && ended.err.contains("recorded 4 versions of 1 tenant"), "{}", ended.err);
    assert_eq!(states(&sandbox, "r.asof", "main"), ["{\"n\":1}", "{\"n\":2}", "{\"n\":3}", "{\"from\":\"stdin\"}"]);
}

#[test]
fn what_a_program_writes_to_files_is_recorded_with_its_name() {
    let sandbox = Sandbox::new();
    sandbox.write("a.json", "{\"n\":0}");
    let script =
        "for n in 1 2 3; do echo \"{\\\"n\\\":$n}\" > a.tmp; mv a.tmp a.json; sleep 0.3; done; echo '[1]' > b.json";
    let ended = sandbox.run_words(&["run", "-o", "r.asof", "--watch", "?.json", "--", "sh", "-c", script], "");
    assert_eq!((ended.code, ended.out.as_str()), (0, ""), "{}", ended.err);
    let found = states(&sandbox, "r.asof", "a.json");
    assert_eq!(
        (found.first().map(String::as_str), found.last().map(String::as_str)),
        (Some("{\"n\":0}"), Some("{\"n\":3}"))
    );
    assert_eq!(states(&sandbox, "r.asof", "b.json"), ["[1]"], "what was written last counts");
    let log = sandbox.run("log r.asof --tenant a.json --json", "").out;
    let by: Vec<_> =
        log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["by"].clone()).collect();
    assert!(by[0].is_null() && by[1..].iter().all(|by| by == "sh"), "{log}");
}

#[test]
fn signals_are_passed_on_to_the_program() {
    let sandbox = Sandbox::new();
    for (signal, name) in [("TERM", "TERM"), ("INT", "INT"), ("HUP", "HUP"), ("USR1", "USR1")] {
        let script = format!("trap 'echo got {name}; exit 7' {name}; echo ready; while :; do sleep 0.05; done");
        let mut program = Command::new(assert_cmd::cargo::cargo_bin("asof"))
            .current_dir(sandbox.0.path())
            .envs(sandbox.homes())
            .args(["run", "-o", "s.asof", "--", "sh", "-c", &script])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        assert_eq!(lines.next().unwrap().unwrap(), "ready");
        let sent = Command::new("kill").args([format!("-{signal}"), program.id().to_string()]).status().unwrap();
        assert!(sent.success());
        assert_eq!(lines.next().unwrap().unwrap(), format!("got {name}"));
        let status = program.wait().unwrap();
        assert_eq!((status.code(), status.signal()), (Some(7), None), "{signal}");
    }
}

#[test]
fn a_watched_file_is_recorded_until_the_interrupt() {
    let sandbox = Sandbox::new();
    let mut recorder = Command::new(assert_cmd::cargo::cargo_bin("asof"))
        .current_dir(sandbox.0.path())
        .envs(sandbox.homes())
        .args(["record", "--watch", "state.json", "--watch", "log.jsonl", "-o", "w.asof", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let wait_for = |tenant: &str, count: usize| {
        while states(&sandbox, "w.asof", tenant).len() < count {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    sandbox.write("state.json", "{\"n\":1}");
    wait_for("state.json", 1);
    sandbox.write("log.jsonl", "{\"n\":1}\n{\"n\":2}\n");
    wait_for("log.jsonl", 2);
    let mut log = std::fs::OpenOptions::new().append(true).open(sandbox.0.path().join("log.jsonl")).unwrap();
    log.write_all(b"{\"n\":3}\n").unwrap();
    wait_for("log.jsonl", 3);
    sandbox.write("state.json", "{\"n\":9}");
    Command::new("kill").args(["-INT", &recorder.id().to_string()]).status().unwrap();
    let mut said = String::new();
    std::io::Read::read_to_string(&mut recorder.stdout.take().unwrap(), &mut said).unwrap();
    assert_eq!(recorder.wait().unwrap().code(), Some(130));
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["versions"], 5, "{said}");
    assert_eq!(states(&sandbox, "w.asof", "state.json"), ["{\"n\":1}", "{\"n\":9}"]);
    let several = sandbox.run("record --watch *.json --tenant x -o y.asof", "");
    assert!(several.code == 2 && several.err.contains("--tenant names the tenant of one file"), "{}", several.err);
}
