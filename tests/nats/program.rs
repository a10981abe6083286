//! The program on a server: recording, every way of reading, writing from two sides, and login as NATS users have it.

use crate::server::Server;
use crate::single::request;
use assert_cmd::Command;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

/// Runs the program; answers its output, its words and its exit code.
pub fn asof(home: &std::path::Path, arguments: &[&str], input: &str) -> (String, String, i32) {
    let mut command = Command::cargo_bin("asof").unwrap();
    command.env_clear().env("HOME", home).env("XDG_CONFIG_HOME", home.join("config")).env("ASOF_AUTHOR", "ann");
    let output = command.args(arguments).write_stdin(input).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

pub fn done(home: &std::path::Path, arguments: &[&str]) -> String {
    let (out, words, code) = asof(home, arguments, "");
    assert_eq!(code, 0, "{arguments:?}: {out}{words}");
    out
}

const STATES: &str = "{\"n\":1}\n{\"n\":2,\"k\":\"a\"}\n{\"n\":3,\"k\":\"b\"}\n";

#[test]
fn every_command_reads_and_writes_a_recording_on_a_server() {
    let (home, server) = (tempfile::tempdir().unwrap(), Server::new(""));
    server.wait();
    let (home, place) = (home.path(), server.address("shop"));
    let (out, words, code) = asof(home, &["record", "-", "-o", &place, "--tenant", "acme"], STATES);
    assert_eq!((out.trim(), code), (&*format!("recorded 3 versions of 1 tenant in {place}, 0 problems"), 0), "{words}");
    assert!(words.contains("sync_interval: always"), "lazy sync is told: {words}");
    assert_eq!(done(home, &["log", &place, "--json"]).lines().count(), 3);
    assert_eq!(done(home, &["state", &place, "--tenant", "acme", "--at", "2", "--path", ".k"]).trim(), "\"a\"");
    assert!(done(home, &["diff", &place, "1", "3"]).contains(".k"));
    assert!(done(home, &["history", &place, ".n"]).contains('2'));
    assert!(done(home, &["blame", &place]).contains(".n"));
    assert!(done(home, &["find", &place, "--where", ".n == 2"]).contains('2'));
    assert!(done(home, &["tenants", &place, "--json"]).contains("acme"));
    done(home, &["snapshot", &place, "good", "--at", "1"]);
    assert!(done(home, &["snapshots", &place]).contains("good"));
    done(home, &["rollback", &place, "good", "--yes", "--reason", "too many"]);
    assert_eq!(done(home, &["state", &place, "--path", ".n"]).trim(), "1");
    done(home, &["undo", &place]);
    assert_eq!(done(home, &["state", &place, "--path", ".n"]).trim(), "3");
    let (_, words, code) = asof(home, &["compact", &place, "--before", "2", "--yes"], "");
    assert!(code == 2 && words.contains("not in files"), "{words}");
    let (_, words, code) = asof(home, &["state", &place, "--tenant", "nobody"], "");
    assert!(code == 2 && words.contains("no tenant \"nobody\"") && !words.contains("acme"), "{words}");
    // Recorded again: behind what is there.
    let (out, ..) = asof(home, &["record", "-", "-o", &place, "--tenant", "acme"], "{\"n\":9}\n");
    assert!(out.contains("recorded 1 version of 1 tenant"), "{out}");
}

#[test]
fn watch_prints_what_another_program_records() {
    let (home, server) = (tempfile::tempdir().unwrap(), Server::new(""));
    server.wait();
    let (home, place) = (home.path(), server.address("shop"));
    asof(home, &["record", "-", "-o", &place], "{\"n\":1}\n");
    let mut watch = std::process::Command::new(assert_cmd::cargo::cargo_bin("asof"))
        .args(["watch", &place, "--json"])
        .env("HOME", home)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines();
    let (sent, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || lines.try_for_each(|line| sent.send(line.unwrap())));
    let wait = std::time::Duration::from_secs(20);
    std::thread::sleep(std::time::Duration::from_millis(500));
    for number in 2..5 {
        asof(home, &["record", "-", "-o", &place], &format!("{{\"n\":{number}}}\n"));
        let line = loop {
            let line = told.recv_timeout(wait).unwrap();
            if line.contains(&format!("\"version\":{number}")) {
                break line;
            }
        };
        assert!(line.contains(&format!("\"n\":{number}")), "{line}");
    }
    watch.kill().unwrap();
    watch.wait().unwrap();
}

#[test]
fn one_logs_in_as_the_programs_of_nats_do() {
    let home = tempfile::tempdir().unwrap();
    let server = Server::new("authorization { user: ann, password: s3cret }");
    server.wait();
    let (home, place) = (home.path(), server.address("shop"));
    let (_, words, code) = asof(home, &["log", &place], "");
    assert!(code == 3 && words.contains("login rejected"), "{code} {words}");
    let contexts = home.join("config/nats/context");
    std::fs::create_dir_all(&contexts).unwrap();
    let url = format!("nats://127.0.0.1:{}", server.port);
    let context = serde_json::json!({ "url": url, "user": "ann", "password": "s3cret" });
    std::fs::write(contexts.join("shop.json"), context.to_string()).unwrap();
    let (_, words, code) = asof(home, &["record", "-", "-o", &place, "--nats-context", "shop"], STATES);
    assert_eq!(code, 0, "{words}");
    assert_eq!(done(home, &["log", "nats:///shop", "--nats-context", "shop", "--json"]).lines().count(), 3);
    let (_, words, code) = asof(home, &["log", &place, "--nats-context", "none"], "");
    assert!(code == 3 && words.contains("none.json"), "{code} {words}");
}

/// What commands print of a recording from its beginning, and from its copy in the cache.
fn answers(home: &std::path::Path, place: &str) -> Vec<String> {
    let commands: [&[&str]; 7] = [
        &["log", "--json"],
        &["state", "--at", "50%"],
        &["state"],
        &["branches", "--json"],
        &["history", ".n", "--json"],
        &["find", "--where", ".n > 100", "--json"],
        &["blame", "--json"],
    ];
    let with_place = |command: &[&str]| -> Vec<String> {
        [&command[..1], &[place], &command[1..]].concat().iter().map(ToString::to_string).collect()
    };
    let run = |command: &&[&str]| {
        let command = with_place(command);
        done(home, &command.iter().map(String::as_str).collect::<Vec<_>>())
    };
    commands.iter().map(run).collect()
}

#[test]
fn a_stream_is_opened_from_its_copy_while_it_is_the_one_that_was_copied() {
    let (home, other, server) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), Server::new(""));
    server.wait();
    let place = server.address("shop");
    let record = |home: &std::path::Path, states: std::ops::Range<u64>, name: &str| {
        let large = "x".repeat(2 << 20);
        let state = |n: u64| match n % 100 {
            // One in several messages: behind it positions are left out.
            50 => format!("{{\"n\":{n},\"{name}\":\"{large}\"}}\n"),
            _ => format!("{{\"n\":{n},\"{name}\":1}}\n"),
        };
        let states: String = states.map(state).collect();
        let (_, words, code) = asof(home, &["record", "-", "-o", &place, "--tenant", "acme"], &states);
        assert_eq!(code, 0, "{words}");
    };
    let folded = || {
        let cache = other.path().join(".cache");
        let _none_yet = std::fs::remove_dir_all(cache);
        answers(other.path(), &place)
    };
    let index =
        || -> serde_json::Value { serde_json::from_str(&done(home.path(), &["index", &place, "--json"])).unwrap() };
    record(home.path(), 0..300, "first");
    let made = index();
    assert!(made["fresh"] == false && made["records"].as_u64() > Some(300), "{made}");
    assert!(std::path::Path::new(made["file"].as_str().unwrap()).starts_with(home.path().join(".cache")));
    assert!(index()["fresh"] == true);
    assert_eq!(answers(home.path(), &place), folded());
    // What a path index of the copy answers is compared too.
    done(home.path(), &["index", &place, "--check"]);
    record(home.path(), 300..320, "first");
    assert_eq!(answers(home.path(), &place), folded());
    done(home.path(), &["rollback", &place, "7", "--yes"]);
    assert_eq!(answers(home.path(), &place), folded());
    index();
    assert!(index()["fresh"] == true);
    done(home.path(), &["index", &place, "--check"]);

    // Retention takes the beginning.
    request(&server, "STREAM.PURGE.shop=acme", r#"{"seq":200}"#);
    let (from_copy, from_log) = (asof(home.path(), &["log", &place], ""), asof(other.path(), &["log", &place], ""));
    assert!(from_copy.1.contains("history before position 200 was removed"), "{}", from_copy.1);
    assert_eq!(from_copy, from_log);

    // It is made anew, as long as before.
    request(&server, "STREAM.DELETE.shop=acme", "");
    record(other.path(), 0..300, "second");
    let found = answers(home.path(), &place);
    assert_eq!(found, folded());
    assert!(found[2].contains("second"), "{}", found[2]);
    index();
    assert!(index()["fresh"] == true);
    assert_eq!(answers(home.path(), &place), folded());
}
