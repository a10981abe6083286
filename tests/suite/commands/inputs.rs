//! Sources that are broken: a sentence with file, line and byte, the good part shown, never a panic.

use super::sandbox::Sandbox;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

#[test]
fn a_source_that_cannot_be_read_is_3_with_file_line_and_byte() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("folder")).unwrap();
    sandbox.write("empty", "");
    sandbox.write("binary", (0..=255u8).cycle().take(4096).collect::<Vec<_>>());
    sandbox.write("zeros", [0u8; 4096]);
    sandbox.write("deep", format!("{}{}\n", "[".repeat(100_000), "]".repeat(100_000)));
    sandbox.write("half", r#"{"a":1"#);
    sandbox.write("utf16", b"\xff\xfe{\0}\0\n\0");
    for (name, err) in [
        ("missing.jsonl", "missing.jsonl"),
        ("folder", "folder"),
        ("empty", "empty"),
        ("binary", "binary"),
        ("zeros", "zeros"),
        ("deep", "deep, line 1, byte"),
        ("half", "half, line 1, byte"),
        ("utf16", "utf16"),
    ] {
        for command in ["log", "state", "snapshots", "tenants", "branches"] {
            sandbox.check(&format!("{command} {name}"), 3, "", err);
        }
        let ended = sandbox.run(&format!("record {name} -o {name}.asof"), "");
        assert_eq!(ended.code, 3, "record {name}: {ended:#?}");
    }
    sandbox.check("probe missing.jsonl", 3, "", "missing.jsonl");
    sandbox.check("verify missing.asof", 3, "", "missing.asof");
}

#[test]
fn the_good_lines_are_shown_and_the_bad_ones_told() {
    let sandbox = Sandbox::new();
    sandbox.write("bad.jsonl", "{\"a\":1}\n{\"a\":\n{\"a\":3}\n\u{1b}[31m\n{\"a\":5}");
    let ended = sandbox.run("log bad.jsonl --json", "");
    assert_eq!(ended.code, 3, "{ended:#?}");
    assert!(ended.out.lines().count() >= 3, "{ended:#?}");
    assert!(
        ended.err.contains("bad.jsonl, line 2, byte") && ended.err.contains("bad.jsonl, line 4, byte"),
        "{ended:#?}"
    );
    assert_eq!(sandbox.run("state bad.jsonl", "").out, "{\"a\":5}\n");
    let strict = sandbox.run("log bad.jsonl --strict", "");
    assert_eq!((strict.code, strict.err.lines().count()), (3, 1), "{strict:#?}");
    let recorded = sandbox.run("record bad.jsonl -o bad.asof --json", "");
    let summary: Value = serde_json::from_str(&recorded.out).unwrap();
    assert_eq!((recorded.code, &summary["problems"][0]["line"]), (3, &2.into()), "{summary}");
}

/// A mistake in a document is told in one sentence, and a comma that was skipped by its line, not by the newest version.
#[test]
fn a_mistake_in_a_document_is_told_by_its_place() {
    let sandbox = Sandbox::new();
    sandbox.write("config.json", "{\n  \"a\": 1,\n  \"b\":2,,\n}\n");
    let said = "asof: config.json, line 3, byte 20: expected a key in quotes (found `,`); correct this JSON document\n";
    let ended = sandbox.run("log config.json", "");
    assert_eq!((ended.code, ended.err.as_str()), (3, said));
    let probed = sandbox.run("probe config.json", "");
    assert_eq!((probed.code, probed.err.as_str()), (1, said));
    sandbox.write("comma.json", "{\n\"a\":1\n}\n{\n\"a\":2,\n}\n{\n\"a\":3\n}\n");
    let ended = sandbox.run("log comma.json", "");
    assert_eq!(ended.err, "asof: 1 note: comma.json, line 5, byte 17: skipped 1 comma after a value\n");
}

/// The last of equal keys is taken; that is told once, and nothing is wrong.
#[test]
fn keys_that_occur_twice_are_noted() {
    let sandbox = Sandbox::new();
    sandbox.write("twice.jsonl", "{\"a\":1}\n{\"a\":1,\"a\":2}\n{\"a\":3,\"b\":4,\"b\":5}\n");
    let ended = sandbox.run("log twice.jsonl --json", "");
    assert_eq!((ended.code, ended.out.lines().count(), ended.err.lines().count()), (0, 3, 1), "{ended:#?}");
    assert!(ended.err.contains("2 notes") && ended.err.contains("twice.jsonl, line 2, byte 8, #2"), "{ended:#?}");
    let notes: Vec<usize> = ended.out.lines().map(|line| json(line)["notes"].as_array().unwrap().len()).collect();
    assert_eq!(notes, [0, 1, 1], "{ended:#?}");
    let recorded = sandbox.run("record twice.jsonl -o twice.asof --json", "");
    let summary = json(&recorded.out);
    assert_eq!((recorded.code, &summary["notes"][1]["line"], &summary["problems"]), (0, &3.into(), &json("[]")));
    sandbox.check("state twice.jsonl --at 2 --strict", 0, "{\"a\":2}", "notes");
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// What is no JSON text and no row of JSON texts is refused by name, or shown with a note of what was passed over; what is
/// one is shown. `i_` files may go either way.
#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn json_test_suite_as_inputs() {
    let files = fs::read_dir(crate::real_data::data("conformance/JSONTestSuite/test_parsing")).unwrap();
    let sandbox = Sandbox::new();
    for path in files.map(|file| file.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let expected: &[i32] = match name.as_bytes()[0] {
            b'i' => &[0, 3],
            _ if is_row_of_texts(&fs::read(&path).unwrap()) => &[0],
            _ => &[3],
        };
        let ended = sandbox.run_words(&["state".as_ref(), path.as_os_str()], "");
        let said = ["skipped ", "not JSON, but JSON5"];
        let mended = ended.code == 0 && said.iter().any(|said| ended.err.contains(said));
        assert!(expected.contains(&ended.code) || mended, "{name}: {ended:#?}");
        assert!(ended.code == 0 || ended.err.contains(&name), "{name} is not named: {ended:#?}");
    }
}

fn is_row_of_texts(bytes: &[u8]) -> bool {
    let mut texts = serde_json::Deserializer::from_slice(bytes).into_iter::<serde::de::IgnoredAny>().peekable();
    texts.peek().is_some() && texts.all(|text| text.is_ok())
}

#[test]
fn damage_is_told_and_what_is_good_is_shown() {
    let sandbox = Sandbox::new();
    sandbox.ok("snapshot shop.asof v1 --at 1");
    sandbox.ok("snapshot shop.asof v2 --at 2");
    let file = PathBuf::from(sandbox.json("tenants shop.asof --json")[0]["file"].as_str().unwrap());
    let file = sandbox.0.path().join(file);
    let sound = fs::read(&file).unwrap();
    fs::write(&file, &sound[..sound.len() - 5]).unwrap();
    let torn = sandbox.run("log shop.asof --json", "");
    assert_eq!((torn.code, torn.out.lines().count()), (0, 4), "{torn:#?}");
    assert!(torn.err.contains("byte") && torn.err.lines().count() == 1, "{torn:#?}");
    assert_eq!(sandbox.run("snapshots shop.asof --json", "").out.lines().count(), 1);
    sandbox.check("verify shop.asof --json", 1, "\"torn\":true", "");
    let mut flipped = sound.clone();
    let middle = String::from_utf8_lossy(&sound).find("\"v1\"").unwrap() + 1;
    flipped[middle] ^= 1;
    fs::write(&file, flipped).unwrap();
    let damaged = sandbox.run("log shop.asof --json", "");
    assert_eq!((damaged.code, damaged.out.lines().count()), (3, 4), "{damaged:#?}");
    assert!(damaged.err.contains("asof verify"), "{damaged:#?}");
    sandbox.check("verify shop.asof", 1, "byte", "");
    fs::write(&file, sound).unwrap();
    sandbox.check("verify shop.asof", 0, "0 damaged places", "");
}

#[test]
fn an_empty_input_leaves_no_recording_behind() {
    let sandbox = Sandbox::new();
    sandbox.write("empty.jsonl", "");
    sandbox.write("blank.jsonl", "\n\n  \n");
    std::fs::create_dir(sandbox.path("nothing")).unwrap();
    for (source, stdin) in
        [("-", ""), ("-", "\n \n"), ("empty.jsonl", ""), ("blank.jsonl", ""), ("nothing", ""), ("none.jsonl", "")]
    {
        for there in [false, true] {
            if there {
                std::fs::create_dir(sandbox.path("e.asof")).unwrap();
            }
            let ended = sandbox.run(&format!("record {source} -o e.asof"), stdin);
            assert!(ended.code != 0 && !ended.err.is_empty(), "{source}: {ended:?}");
            assert_eq!(sandbox.path("e.asof").exists(), there, "{source}: {ended:?}");
            if there {
                // What was there stays, as empty as it was.
                std::fs::remove_dir(sandbox.path("e.asof")).unwrap();
            }
        }
    }
    let before = sandbox.ok("log shop.asof");
    assert_ne!(sandbox.run("record - -o shop.asof", "").code, 0);
    assert_eq!(sandbox.ok("log shop.asof"), before);
}

#[test]
fn the_only_tenant_is_the_default_of_what_is_appended_too() {
    let sandbox = Sandbox::new();
    for only in ["checkout", "42", "a b"] {
        let name = format!("{}.asof", only.len());
        let record = |tenant: Option<&str>| {
            let mut words = vec!["record", "-", "-o", &name];
            words.extend(tenant.into_iter().flat_map(|tenant| ["--tenant", tenant]));
            sandbox.run_words(&words, "1\n")
        };
        assert_eq!(record(Some(only)).code, 0);
        assert_eq!(record(None).code, 0);
        let tenants = sandbox.json(&format!("tenants {name} --json"));
        assert_eq!(tenants.len(), 1, "{tenants:?}");
        assert_eq!((&tenants[0]["tenant"], &tenants[0]["versions"]), (&only.into(), &2.into()));
        assert_eq!(record(Some("other")).code, 0);
        assert_eq!(sandbox.json(&format!("tenants {name} --json")).len(), 2);
    }
}

/// What looks like events is not shown as states unless the user says so.
#[test]
fn event_logs_are_asked_about() {
    let sandbox = Sandbox::new();
    let lines = [
        ("wal", "{\"action\":\"I\",\"table\":\"t\"}\n{\"action\":\"D\",\"table\":\"t\"}\n{\"action\":\"C\"}\n", 3),
        ("chat", "{\"type\":\"user\",\"uuid\":\"1\"}\n{\"type\":\"assistant\",\"uuid\":\"2\"}\n", 2),
        (
            "agent",
            "{\"type\":\"STATE_SNAPSHOT\",\"snapshot\":{},\"timestamp\":1}\n{\"type\":\"STATE_DELTA\",\"delta\":[]}\n{\"type\":\"END\"}\n",
            3,
        ),
        ("wrapped", "{\"events\":[{\"eventId\":\"1\"},{\"eventId\":\"2\"},{\"eventId\":\"3\"}]}\n", 1),
    ];
    for (name, text, versions) in lines {
        sandbox.write(name, text);
        for command in ["log", "state", "tenants"] {
            sandbox.check(&format!("{command} {name}"), 2, "", "--format states");
        }
        let probed = sandbox.run(&format!("probe {name} --json"), "");
        let json: Value = serde_json::from_str(&probed.out).unwrap();
        assert!(probed.code == 1 && json["format"].is_null() && json["doubt"].is_string(), "{probed:#?}");
        let read = sandbox.run(&format!("log {name} --format bare-states --json"), "");
        assert_eq!((read.code, read.out.lines().count()), (0, versions), "{name}: {read:#?}");
    }
}

/// What stands between the states is no state: its text labels the next one.
#[test]
fn text_between_json_lines_labels_the_next_version_and_is_counted() {
    let sandbox = Sandbox::new();
    sandbox.write("log", "10:00 INFO starting\n{\"n\":1}\n[WARN] low\nretry\n{\"n\":2}\n{\"n\":3}\nbye bye\n");
    let ended = sandbox.run("log log --json", "");
    assert_eq!(ended.code, 0, "{ended:#?}");
    let rows: Vec<Value> = ended.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let labels: Vec<&str> = rows.iter().map(|row| row["label"].as_str().unwrap_or_default()).collect();
    assert_eq!(labels, ["10:00 INFO starting", "[WARN] low · retry", ""]);
    assert!(ended.err.contains("not JSON: 4 lines") && ended.err.contains("bye bye"), "{ended:#?}");
}

/// Dirt round a state costs a note, wherever in the file it stands, and no version.
#[test]
fn dirt_round_states_costs_a_note_and_no_version() {
    let sandbox = Sandbox::new();
    let gap = |count: usize| "\0".repeat(count);
    let good = "{\"n\":1}\n{\"n\":2}\n";
    for (name, text, note) in [
        ("commas", "{\"n\":1},\n{\"n\":2},\n".to_owned(), "2 commas"),
        ("separators", "\x1e{\"n\":1}\n\x1e{\"n\":2}\n".to_owned(), "2 record separators"),
        ("in-front", format!("{}{good}", gap(4096)), "4096 NUL bytes"),
        ("far-in-front", format!("{}{good}", gap(300_000)), "300000 NUL bytes"),
        ("between", format!("{{\"n\":1}}\n{}{{\"n\":2}}\n", gap(16)), "16 NUL bytes"),
        ("behind", format!("{good}{}", gap(16)), "16 NUL bytes"),
        ("numbers", "{\"n\":1,\"x\":NaN}\n{\"n\":2,\"x\":-Infinity}\n".to_owned(), "2 numbers that JSON lacks"),
        ("marks", "{\"n\":1}\n\u{feff}{\"n\":2}\n".to_owned(), "1 byte order mark"),
    ] {
        sandbox.write(name, text);
        let ended = sandbox.run(&format!("log {name} --json"), "");
        assert_eq!((ended.code, ended.out.lines().count()), (0, 2), "{name}: {ended:#?}");
        assert!(ended.err.contains(note), "{name}: {ended:#?}");
        assert_eq!(sandbox.run(&format!("probe {name}"), "").code, 0, "{name}");
        assert!(sandbox.run(&format!("state {name} --path .n"), "").out.starts_with('2'), "{name}");
    }
    sandbox.write("latin", b"{\"n\":1,\"s\":\"\xe4\"}\n{\"n\":2}\n");
    let ended = sandbox.run("log latin --json", "");
    assert!(ended.code == 0 && ended.err.contains("1 broken UTF-8 character"), "{ended:#?}");
}

#[test]
fn what_the_system_refuses_is_said_without_its_number() {
    let sandbox = Sandbox::new();
    sandbox.write("state.jsonl", "{\"a\":1}\n");
    sandbox.write("file", "");
    std::os::unix::fs::symlink("loop", sandbox.path("loop")).unwrap();
    for (words, said) in [
        ("record state.jsonl -o file", "it is a file, not a directory"),
        ("record state.jsonl -o file/y", "file is a file, not a directory"),
        ("record state.jsonl -o file/y/z", "file is a file, not a directory"),
        ("record state.jsonl -o file/y.asof --tenant t", "file is a file, not a directory"),
        ("run -o file/y -- true", "file is a file, not a directory"),
        ("record --watch state.jsonl -o file/y", "file is a file, not a directory"),
        ("record state.jsonl -o no/such/place", "does not exist"),
        ("record state.jsonl -o loop", "loop"),
        ("log file/y", "file is a file, not a directory"),
        ("state file/y/z", "file is a file, not a directory"),
        ("log loop", "too many levels of symbolic links"),
        ("assert state.jsonl --file missing", "no such file or directory"),
        ("recipe test missing.toml state.jsonl", "missing.toml"),
        ("log state.jsonl --recipe ./missing.toml", "missing.toml"),
        ("run -o new.asof -- ./not-there", "no such file or directory"),
    ] {
        let ended = sandbox.run(words, "");
        assert_ne!(ended.code, 0, "{words}: {ended:?}");
        assert!(ended.err.contains(said) && !ended.err.contains("os error"), "{words}: {ended:?}");
        assert!(!sandbox.path("file").is_dir() && !sandbox.path("no").exists(), "{words}: nothing is made");
    }
}

#[test]
fn what_recording_a_demo_counts_is_what_the_recording_holds() {
    let sandbox = Sandbox::new();
    let demos: Vec<String> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/demo"))
        .unwrap()
        .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert!(demos.len() > 5, "{demos:?}");
    for demo in demos {
        let told = sandbox.ok(&format!("record demo:{demo} -o {demo}.asof"));
        let tenants = sandbox.json(&format!("tenants {demo}.asof --json"));
        let versions: usize = tenants
            .iter()
            .map(|tenant| {
                let name = tenant["tenant"].as_str().unwrap();
                sandbox.json(&format!("log {demo}.asof --tenant {name} --json")).len()
            })
            .sum();
        let of = if tenants.len() == 1 { "1 tenant".to_owned() } else { format!("{} tenants", tenants.len()) };
        assert!(told.starts_with(&format!("recorded {versions} versions of {of} in ")), "{demo}: {versions}: {told}");
    }
}

/// A version that the source had no state for has the one before: who is shown it, or goes back to it, is told.
#[test]
fn a_version_without_a_state_of_its_own_is_told_wherever_it_is_answered() {
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", "{\"n\":1}\n{\"n\":\n{\"n\":3}\n");
    sandbox.run("record log.jsonl -o log.asof", "");
    let told = "#2 is invalid (the text ends in the middle of a value): its state is that of #1";
    for words in [
        "state log.asof --at N",
        "state log.asof --at N --path .n",
        "diff log.asof N 3",
        "diff log.asof 3 N --json",
        "blame log.asof --at N",
        "restore log.asof out.json --at N --dry-run",
        "restore log.asof out.json --at N --yes --json",
        "rollback log.asof N --dry-run",
        "rollback log.asof N --dry-run --json",
        "rollback log.asof N --yes",
    ] {
        for (n, is_told) in [("2", true), ("1", false)] {
            let ended = sandbox.run(&words.replace('N', n), "");
            assert_eq!(ended.err.matches(told).count(), usize::from(is_told), "{words} {n}: {ended:#?}");
        }
    }
    let restored = sandbox.json("restore log.asof new.json --at 1 --yes --json");
    assert!(restored[0]["problem"].is_null());
}
