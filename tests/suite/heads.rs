//! Whose head a change from outside meets: the recording's, whoever moved it and whatever the importer read before.

use super::commands::Sandbox;
use asof::{Recording, SourceAddress, SourceEvent, SourceOptions, Strategy, Version};
use std::fs;
use std::ops::ControlFlow;

/// Feeds patches in two runs to one recording: what stands in the log counts, not what the second run has read itself.
#[test]
fn patches_that_are_appended_apply_to_the_head_of_the_recording() {
    let first = r#"[{"op":"add","path":"","value":{"a":1,"list":[1]}}]"#;
    for (second, state, code) in [
        (r#"[{"op":"replace","path":"/a","value":2}]"#, r#"{"a":2,"list":[1]}"#, 0),
        (r#"{"op":"replace","path":"/a","value":2}"#, r#"{"a":2,"list":[1]}"#, 0),
        (r#"{"seq":2,"label":"x","patch":[{"op":"add","path":"/list/-","value":2}]}"#, r#"{"a":1,"list":[1,2]}"#, 0),
        (
            r#"[{"op":"move","from":"/a","path":"/b"},{"op":"test","path":"/b","value":1.0}]"#,
            r#"{"b":1,"list":[1]}"#,
            0,
        ),
        (
            "[{\"op\":\"remove\",\"path\":\"/list/0\"}]\n[{\"op\":\"add\",\"path\":\"/list/0\",\"value\":7}]",
            r#"{"a":1,"list":[7]}"#,
            0,
        ),
        (r#"[{"op":"remove","path":"/none"}]"#, r#"{"a":1,"list":[1]}"#, 3),
        (r#"[{"op":"test","path":"/a","value":5}]"#, r#"{"a":1,"list":[1]}"#, 3),
    ] {
        for start in [first, r#"{"seq":1,"state":{"a":1,"list":[1]}}"#] {
            let sandbox = Sandbox::new();
            sandbox.run("record - -o r.asof", &format!("{start}\n"));
            let ended = sandbox.run("record - -o r.asof --format json-patch --json", &format!("{second}\n"));
            assert_eq!(ended.code, code, "{second}: {ended:?}");
            let told: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
            assert_eq!(told["problems"].as_array().unwrap().len(), usize::from(code == 3), "{second}: {ended:?}");
            assert_eq!(sandbox.run("state r.asof", "").out.trim(), state, "{second}");
            sandbox.check("verify r.asof", 0, "0 damaged", "");
        }
    }
}

/// A patch that does not apply is told with its line; a strict reader takes nothing from there on.
#[test]
fn a_patch_that_does_not_apply_is_a_problem_with_its_place() {
    let lines = [
        r#"[{"op":"add","path":"","value":{"n":1}}]"#,
        r#"[{"op":"replace","path":"/n","value":2}]"#,
        r#"[{"op":"remove","path":"/gone"}]"#,
        r#"[{"op":"replace","path":"/n","value":3}]"#,
    ];
    for before in [0, 1, 300] {
        let sandbox = Sandbox::new();
        let blank = r#"[{"op":"test","path":"/n","value":2}]"#;
        let mut all: Vec<&str> = lines[..2].to_vec();
        all.extend(std::iter::repeat_n(blank, before));
        all.extend(&lines[2..]);
        sandbox.write("p.jsonl", all.join("\n"));
        let place = format!(
            "p.jsonl, line {}, byte {}",
            before + 3,
            all[..before + 2].iter().map(|l| l.len() + 1).sum::<usize>()
        );
        let ended = sandbox.run("record p.jsonl -o r.asof --json", "");
        let told: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
        assert_eq!((ended.code, told["versions"].as_u64()), (3, Some(before as u64 + 4)), "{ended:?}");
        assert!(ended.err.contains(&place) && ended.err.contains("/gone"), "{place}: {ended:?}");
        assert_eq!(sandbox.run("state r.asof", "").out.trim(), r#"{"n":3}"#);
        let kinds = sandbox.json("log r.asof --json");
        let invalid = &kinds[before + 2];
        assert_eq!(invalid["kind"], "invalid");
        assert!(invalid["problem"].as_str().unwrap().contains("/gone"), "{invalid}");
        let ended = sandbox.run("record p.jsonl -o strict.asof --strict", "");
        assert_eq!(ended.code, 3, "{ended:?}");
        assert!(ended.err.contains(&place), "{place}: {ended:?}");
        assert_eq!(sandbox.run("state strict.asof", "").out.trim(), r#"{"n":2}"#);
        assert_eq!(sandbox.json("log strict.asof --json").len(), before + 2, "nothing from the bad one on");
    }
}

/// Someone goes back between two patches of one stream: the next applies to the head there is then.
#[test]
fn a_rollback_in_the_middle_of_a_patch_stream_is_honoured() {
    for back_to in [1, 2] {
        let home = tempfile::tempdir().unwrap();
        let (fifo, directory) = (home.path().join("stream"), home.path().join("r.asof"));
        assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let recording = Recording::create(&directory).unwrap();
        let (tell_took, took) = std::sync::mpsc::channel();
        let reader = {
            let fifo = fifo.clone();
            std::thread::spawn(move || {
                let mut problems = Vec::new();
                let mut tell = |event: SourceEvent| {
                    match event {
                        SourceEvent::Took(_, versions) => tell_took.send(versions).unwrap(),
                        SourceEvent::Problem(problem) => problems.push(problem),
                        _ => {}
                    }
                    ControlFlow::Continue(())
                };
                let mut options = SourceOptions::default();
                options.format = Some("json-patch".into());
                asof::read_source(&SourceAddress::File(fifo), &options, &recording, &mut tell).unwrap();
                problems
            })
        };
        let mut stream = fs::OpenOptions::new().write(true).open(&fifo).unwrap();
        let mut write = |line: &str| std::io::Write::write_all(&mut stream, format!("{line}\n").as_bytes()).unwrap();
        write(r#"[{"op":"add","path":"","value":{"list":[1]}}]"#);
        write(r#"[{"op":"add","path":"/list/-","value":2}]"#);
        write(r#"[{"op":"add","path":"/list/-","value":3}]"#);
        let mut there = 0;
        while there < 3 {
            there += took.recv().unwrap();
        }
        let debugger = Recording::open(&directory).unwrap().tenant(&"main".into()).unwrap().as_debugger();
        debugger.rollback(&Strategy::Version(Version(back_to)), "").unwrap();
        write(r#"[{"op":"add","path":"/list/-","value":9}]"#);
        drop(stream);
        let problems = reader.join().unwrap();
        assert!(problems.is_empty(), "{problems:?}");
        debugger.catch_up().unwrap();
        let mut expected: Vec<u64> = (1..=back_to).collect();
        expected.push(9);
        assert_eq!(debugger.head_value().to_json(), serde_json::json!({"list": expected}).to_string());
        assert_eq!(debugger.head(), Version(5));
    }
}

/// Bytes of a recording's log.
fn bytes(sandbox: &Sandbox, name: &str) -> u64 {
    let files = fs::read_dir(sandbox.path(name)).unwrap().map(|file| file.unwrap());
    files
        .filter(|file| file.path().extension().is_some_and(|end| end == "jsonl"))
        .map(|f| f.metadata().unwrap().len())
        .sum()
}

/// Many processes that each record one changed leaf of a large state write about what one process writes.
#[test]
fn a_new_process_writes_what_changed_and_not_the_whole_state() {
    let state = |n: usize| {
        let leaves: Vec<String> =
            (0..1_000).map(|k| format!("\"key{k}\":\"value {}\"", if k == 7 { n } else { k })).collect();
        format!("{{{}}}", leaves.join(","))
    };
    let sandbox = Sandbox::new();
    let all: Vec<String> = (0..20).map(|n| state(n + 5_000)).collect();
    sandbox.write("all.jsonl", all.join("\n"));
    sandbox.ok("record all.jsonl -o one.asof");
    for one in &all {
        sandbox.write("st.json", one);
        sandbox.ok("record st.json -o many.asof");
    }
    let (one, many) = (bytes(&sandbox, "one.asof"), bytes(&sandbox, "many.asof"));
    assert!(many <= one + one / 10, "{many} bytes by many processes, {one} by one");
    assert_eq!(sandbox.ok("state many.asof"), sandbox.ok("state one.asof"));
}

/// A whole state comes again after patches that outweigh it, also when each is written by a process of its own.
#[test]
fn whole_states_come_again_however_many_processes_write() {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("r.asof");
    drop(Recording::create(&directory).unwrap());
    let whole = || {
        let files = fs::read_dir(&directory).unwrap().map(|file| file.unwrap().path());
        let log = files.into_iter().find(|path| path.extension().is_some_and(|end| end == "jsonl")).unwrap();
        fs::read_to_string(log).unwrap().lines().filter(|line| line.contains("\"state\":")).count()
    };
    for n in 0..60 {
        let recording = Recording::open(&directory).unwrap();
        let tenant = recording.tenant_or_new(&"main".into()).unwrap();
        tenant.catch_up().unwrap();
        let long = format!("{n}").repeat(4_000);
        tenant.record("step", &serde_json::json!({"long": long, "rest": "x".repeat(8_000)})).unwrap();
    }
    assert!((2..=8).contains(&whole()), "{} whole states", whole());
}
