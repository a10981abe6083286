//! Logs that change under a running command, and names that lead elsewhere.

use super::sandbox::Sandbox;
use assert_cmd::cargo::cargo_bin;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The log of the only tenant of a recording.
fn log_of(recording: &Path) -> PathBuf {
    let mut logs = fs::read_dir(recording).unwrap().map(|entry| entry.unwrap().path());
    logs.find(|path| path.extension().is_some_and(|extension| extension == "jsonl")).unwrap()
}

fn start(sandbox: &Sandbox, words: &str) -> Child {
    let mut command = Command::new(cargo_bin!("asof"));
    command.args(words.split(' ')).current_dir(sandbox.0.path()).env("ASOF_AUTHOR", "tester").envs(sandbox.homes());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn within_a_minute(what: &str, mut done: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_mins(1);
    while !done() {
        assert!(Instant::now() < end, "waited too long: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

type Happening = fn(&Sandbox, &Path);

#[test]
fn who_watches_is_told_what_became_of_the_log() {
    let happenings: [(&str, Happening); 6] = [
        ("the log was deleted", |sandbox, _| fs::remove_dir_all(sandbox.path("shop.asof")).unwrap()),
        ("the log was deleted", |_, log| fs::remove_file(log).unwrap()),
        ("the log was emptied", |_, log| fs::write(log, "").unwrap()),
        ("the log was truncated", |_, log| {
            let bytes = fs::read(log).unwrap();
            fs::write(log, &bytes[..bytes.len() - 9]).unwrap();
        }),
        ("the log of another recording", |sandbox, log| {
            sandbox.ok("record shop.jsonl -o other.asof");
            fs::rename(log_of(&sandbox.path("other.asof")), log).unwrap();
        }),
        // Seen before it is made anew, or after that.
        ("the log was ", |sandbox, _| {
            fs::remove_dir_all(sandbox.path("shop.asof")).unwrap();
            sandbox.ok("record shop.jsonl -o shop.asof");
        }),
    ];
    for (words, happen) in happenings {
        let sandbox = Sandbox::new();
        let mut watch = start(&sandbox, "watch shop.asof --json");
        let mut told = BufReader::new(watch.stderr.take().unwrap());
        let mut line = String::new();
        told.read_line(&mut line).unwrap();
        assert!(line.contains("watching"), "{line}");
        happen(&sandbox, &log_of(&sandbox.path("shop.asof")));
        let mut code = None;
        within_a_minute(words, || {
            code = watch.try_wait().unwrap();
            code.is_some()
        });
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut told, &mut rest).unwrap();
        assert_eq!(code.unwrap().code(), Some(4), "{words}: {rest}");
        assert!(rest.contains(words) && rest.contains("reopen the recording"), "{words}: {rest}");
    }
}

/// What a recorder that goes on sees of others' hands on its file, between two of its lines.
#[test]
fn what_a_recorder_acknowledged_is_in_the_log_its_name_leads_to() {
    let happenings: [Happening; 5] = [
        // A backup by hard links, and a compaction that parts the two.
        |sandbox, log| {
            fs::create_dir(sandbox.path("backup")).unwrap();
            fs::hard_link(log, sandbox.path("backup/log.jsonl")).unwrap();
            sandbox.ok("compact live.asof --before 6 --yes --json");
        },
        |_, log| {
            fs::copy(log, log.with_extension("copy")).unwrap();
            fs::rename(log, log.with_extension("old")).unwrap();
            fs::rename(log.with_extension("copy"), log).unwrap();
        },
        |_, log| {
            fs::rename(log, log.with_extension("old")).unwrap();
            fs::rename(log.with_extension("old"), log).unwrap();
        },
        |sandbox, _| {
            sandbox.ok("compact live.asof --before 3 --yes --json");
            sandbox.ok("compact live.asof --before 5 --yes --json");
        },
        |_, _| {},
    ];
    for (number, happen) in happenings.into_iter().enumerate() {
        let sandbox = Sandbox::new();
        let mut record = start(&sandbox, "record - -o live.asof --json");
        let mut input = record.stdin.take().unwrap();
        let head = |sandbox: &Sandbox| sandbox.run("state live.asof", "").out;
        (1..=8).for_each(|n| writeln!(input, "{{\"n\":{n}}}").unwrap());
        within_a_minute("the first states", || {
            head(&sandbox).contains("\"n\": 8") || head(&sandbox).contains("{\"n\":8}")
        });
        let log = log_of(&sandbox.path("live.asof"));
        happen(&sandbox, &log);
        let others: Vec<PathBuf> = ["backup/log.jsonl", "live.asof"]
            .iter()
            .map(|name| sandbox.path(name))
            .chain([log.with_extension("old")])
            .filter(|path| path.is_file())
            .collect();
        let before: Vec<_> = others.iter().map(|path| fs::read(path).unwrap()).collect();
        (100..=102).for_each(|n| writeln!(input, "{{\"n\":{n}}}").unwrap());
        drop(input);
        let ended = record.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ended.stdout).into_owned() + &String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{number}: {said}");
        assert!(head(&sandbox).contains("102"), "{number}: {said}, {}", head(&sandbox));
        let after: Vec<_> = others.iter().map(|path| fs::read(path).unwrap()).collect();
        assert!(before == after, "{number}: a file that the recording's name does not lead to was written");
        sandbox.check("verify live.asof", 0, "0 damaged places", "");
    }
}

#[test]
fn no_command_writes_through_a_link() {
    let commands = [
        ("snapshot shop.asof x", ".jsonl .lock"),
        ("rollback shop.asof 2 --yes", ".jsonl .lock"),
        ("fork shop.asof v --at 2", ".jsonl .lock"),
        ("record more.jsonl -o shop.asof", ".jsonl .lock"),
        ("settings shop.asof keep-auto=5", ".jsonl .lock"),
        ("compact shop.asof --before 3 --yes", ".jsonl .lock .jsonl.new"),
        ("state shop.asof", ".jsonl"),
        ("log shop.asof", ".jsonl"),
    ];
    for (command, refused_for) in commands {
        for name in [".jsonl", ".lock", ".jsonl.new", "asof.json", "asof.json.new", "asof.live"] {
            let sandbox = Sandbox::new();
            sandbox.write("more.jsonl", "{\"at\":\"2026-10-09T14:00:00Z\",\"state\":{\"n\":1}}\n");
            sandbox.write("victim", "mine");
            let log = log_of(&sandbox.path("shop.asof"));
            let planted = match name.strip_prefix('.') {
                Some(extension) => log.with_extension(extension),
                None => log.with_file_name(name),
            };
            let _ = fs::remove_file(&planted);
            symlink("../victim", &planted).unwrap();
            let ended = sandbox.run(command, "");
            assert_eq!(fs::read(sandbox.path("victim")).unwrap(), b"mine", "{command}, {name}");
            assert!(planted.is_symlink(), "{command}, {name}");
            if refused_for.split(' ').any(|refused| refused == name) {
                assert_eq!(ended.code, 3, "{command}, {name}: {ended:?}");
                assert!(ended.err.contains("a symbolic link"), "{command}, {name}: {ended:?}");
            } else {
                assert!(ended.code == 0, "{command}, {name}: {ended:?}");
            }
            sandbox.check("verify shop.asof", 1, "a symbolic link", "");
        }
    }
    for name in ["asof.json", "asof.json.new"] {
        let sandbox = Sandbox::new();
        sandbox.write("victim", "mine");
        fs::create_dir(sandbox.path("new.asof")).unwrap();
        symlink("../victim", sandbox.path("new.asof").join(name)).unwrap();
        let ended = sandbox.run("record shop.jsonl -o new.asof", "");
        assert_ne!(ended.code, 0, "{name}: {ended:?}");
        assert_eq!(fs::read(sandbox.path("victim")).unwrap(), b"mine", "{name}");
    }
}

#[test]
fn verify_tells_what_is_no_log_and_what_has_more_names() {
    let sandbox = Sandbox::new();
    let log = log_of(&sandbox.path("shop.asof"));
    fs::hard_link(&log, sandbox.path("backup")).unwrap();
    fs::write(log.with_extension("jsonl.new"), "{\"cr").unwrap();
    sandbox.check("verify shop.asof", 0, "1 other name (hard links)", "");
    sandbox.check("verify shop.asof", 0, "an unfinished file that nothing reads", "");
    let report = sandbox.json("verify shop.asof --json");
    assert_eq!(report[0]["notes"].as_array().unwrap().len(), 2);
    fs::remove_file(&log).unwrap();
    fs::create_dir(&log).unwrap();
    sandbox.check("verify shop.asof", 1, "it is a directory, not a regular file", "");
    sandbox.check("state shop.asof", 3, "", "it is a directory, not a regular file");
}
