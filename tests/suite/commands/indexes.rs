//! `asof index`: made, checked, never believed when it is not what was written, and not missed where it cannot be.

use super::sandbox::Sandbox;
use serde_json::{Value, json};
use std::path::PathBuf;

/// A recording of some hundred versions with a rollback and snapshots in it.
fn long() -> Sandbox {
    let sandbox = Sandbox::new();
    let line = |n: u64| format!("{{\"label\":\"step {n}\",\"state\":{{\"n\":{n},\"of\":{{\"k{}\":{n}}}}}}}\n", n % 50);
    sandbox.write("long.jsonl", (1..=600).map(line).collect::<String>());
    sandbox.ok("record long.jsonl -o long.asof");
    sandbox.ok("snapshot long.asof good --at 200");
    sandbox.ok("rollback long.asof 300 --yes");
    sandbox
}

fn index_file(sandbox: &Sandbox) -> PathBuf {
    let files = std::fs::read_dir(sandbox.path("long.asof")).unwrap().map(|entry| entry.unwrap().path());
    files.into_iter().find(|path| path.extension().is_some_and(|end| end == "index")).expect("an index was made")
}

fn answers(sandbox: &Sandbox) -> Vec<String> {
    [
        "log long.asof --json",
        "state long.asof",
        "state long.asof --at 50%",
        "snapshots long.asof --json",
        "branches long.asof --json",
        "diff long.asof 10 590 --json",
    ]
    .map(|words| sandbox.ok(words))
    .into()
}

#[test]
fn an_index_changes_no_answer_whatever_becomes_of_it() {
    let sandbox = long();
    let expected = answers(&sandbox);
    let made = sandbox.json("index long.asof --json").remove(0);
    assert_eq!((&made["records"], &made["tenant"]), (&json!(602), &json!("main")));
    assert!(made["bytes"].as_u64().unwrap() > 0 && made["fresh"] == json!(false), "{made}");
    assert_eq!(sandbox.json("index long.asof --json").remove(0)["fresh"], json!(true));
    let checked = sandbox.json("index long.asof --check --json").remove(0);
    assert_eq!((&checked["right"], &checked["difference"]), (&json!(true), &Value::Null));
    assert_eq!(answers(&sandbox), expected);
    let file = index_file(&sandbox);
    let bytes = std::fs::read(&file).unwrap();
    for (change, at) in
        [("flip", 9), ("flip", bytes.len() / 2), ("flip", bytes.len() - 3), ("cut", bytes.len() / 3), ("cut", 0)]
    {
        let mut other = bytes.clone();
        match change {
            "flip" => other[at] ^= 1,
            _ => other.truncate(at),
        }
        std::fs::write(&file, &other).unwrap();
        assert_eq!(answers(&sandbox), expected, "{change} at {at}");
        let verified = sandbox.run("verify long.asof", "");
        assert!(verified.code == 0 && verified.out.contains("the index is not used"), "{verified:?}");
    }
    // What was appended meanwhile is there, whether the index is old or new.
    std::fs::write(&file, &bytes).unwrap();
    sandbox.ok("snapshot long.asof later");
    sandbox.ok("undo long.asof");
    sandbox.ok("undo long.asof --force");
    let grown = answers(&sandbox);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(answers(&sandbox), grown);
    assert!(sandbox.json("log long.asof --json").len() > 601);
}

#[test]
fn an_index_of_another_log_is_not_taken() {
    let sandbox = long();
    sandbox.ok("index long.asof");
    let file = index_file(&sandbox);
    let bytes = std::fs::read(&file).unwrap();
    std::fs::remove_dir_all(sandbox.path("long.asof")).unwrap();
    sandbox.ok("record shop.jsonl -o long.asof --tenant main");
    let expected = answers_of_few(&sandbox);
    std::fs::write(&file, bytes).unwrap();
    assert_eq!(answers_of_few(&sandbox), expected);
}

fn answers_of_few(sandbox: &Sandbox) -> Vec<String> {
    ["log long.asof --json", "state long.asof"].map(|words| sandbox.ok(words)).into()
}

#[test]
fn what_has_no_index_says_why() {
    let sandbox = Sandbox::new();
    let log = std::fs::read_dir(sandbox.path("shop.asof")).unwrap().map(|entry| entry.unwrap().path());
    let log = log.into_iter().find(|path| path.extension().is_some_and(|end| end == "jsonl")).unwrap();
    let mut bytes = std::fs::read(&log).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&log, bytes).unwrap();
    let ended = sandbox.run("index shop.asof --json", "");
    let report: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((ended.code, &report["file"]), (3, &Value::Null), "{ended:?}");
    assert!(report["why"].as_str().is_some_and(|why| !why.is_empty()), "{report}");
}

/// A source that takes long enough to be kept, with every kind of trouble in it.
fn troubled(count: u64) -> String {
    let line = |n: u64| match n % 500 {
        7 => format!("{{\"a\":{n},\n"),
        13 => format!("{{\"label\":\"twice\",\"state\":{{\"a\":1,\"a\":{n}}}}}\n"),
        19 => format!("{{\"at\":\"soon\",\"label\":\"timeless\",\"state\":{{\"n\":{n}}}}}\n"),
        29 => "{\"label\":\"nowhere\",\"patch\":[{\"op\":\"remove\",\"path\":\"/none\"}]}\n".to_owned(),
        31 => "{\"label\":\"broken\",\"invalid\":\"why\",\"raw\":\"x\"}\n".to_owned(),
        37 => "{\"label\":\"gone\",\"deleted\":true}\n".to_owned(),
        _ => format!(
            "{{\"at\":\"2026-10-09T12:{:02}:{:02}Z\",\"label\":\"s{n}\",\"by\":\"ann\",\"state\":{{\"n\":{n},\"k{}\":\"{}\"}}}}\n",
            n / 60 % 60,
            n % 60,
            n % 9,
            "x".repeat(40)
        ),
    };
    (0..count).map(line).collect()
}

/// Every reading command, on a source without a copy, and on its copy: the same bytes on both outputs, the same exit code.
#[test]
fn a_command_says_the_same_of_a_source_from_the_cache() {
    let sandbox = Sandbox::new();
    sandbox.write("long.jsonl", troubled(9_000));
    let packed = zstd::encode_all(troubled(9_000).as_bytes(), 1).unwrap();
    sandbox.write("long.jsonl.zst", packed);
    let commands = [
        "log SOURCE",
        "log SOURCE --json",
        "log SOURCE --label gone",
        "state SOURCE",
        "state SOURCE --at 50% --path .n",
        "state SOURCE --at 99999",
        "state SOURCE --raw",
        "diff SOURCE 10 90%",
        "diff SOURCE 10 90% --json",
        "history SOURCE .k3 --json",
        "blame SOURCE --json",
        "find SOURCE --where .n==4321 --json",
        "find SOURCE --where .none --first",
        "trace SOURCE .n --from 8990 --json",
        "tenants SOURCE --json",
        "tenants SOURCE",
        "snapshots SOURCE --json",
        "branches SOURCE --json",
        "transactions SOURCE --json",
        "variants SOURCE",
        "settings SOURCE --json",
        "export SOURCE --format jsonl",
        "log SOURCE --strict",
        "state SOURCE --tenant none",
        "state SOURCE --tenant shop",
        "log SOURCE --format bare-states",
        "log SOURCE --format json-patch",
        "snapshot SOURCE x",
        "verify SOURCE",
    ];
    let run = |words: &str, cached: bool| {
        let words: Vec<&str> = words.split_whitespace().collect();
        let mut command = sandbox.command();
        if !cached {
            command.env("ASOF_CACHE_LIMIT", "0").env("XDG_CACHE_HOME", sandbox.path("none"));
        }
        let output = command.args(words).output().unwrap();
        (output.status.code(), output.stdout, output.stderr)
    };
    for source in ["long.jsonl", "long.jsonl.zst", "./long.jsonl"] {
        for command in commands {
            let words = command.replace("SOURCE", source);
            let plain = run(&words, false);
            assert_eq!(run(&words, true), plain, "{words}, for the first time");
            assert!(run(&words, true) == plain, "{words}, from the cache");
        }
    }
    assert!(!sandbox.path("none").exists());
    let copies = std::fs::read_dir(sandbox.path(".cache/asof/imports")).unwrap().count();
    assert!(copies >= 2, "{copies}");
    let report = sandbox.run("index long.jsonl --json", "");
    let report: Value = serde_json::from_str(&report.out).unwrap();
    assert_eq!((&report["records"], &report["fresh"]), (&json!(9_000), &json!(true)), "{report}");
}

#[test]
fn a_source_of_any_kind_is_indexed_and_checked() {
    let sandbox = Sandbox::new();
    sandbox.write("small.jsonl", troubled(600));
    let index = |words: &str| {
        let ended = sandbox.run(words, "");
        (ended.code, serde_json::from_str::<Value>(&ended.out).unwrap())
    };
    let (code, made) = index("index small.jsonl --json");
    assert_eq!((code, &made["fresh"], &made["records"], &made["why"]), (3, &json!(false), &json!(600), &Value::Null));
    let (_, again) = index("index small.jsonl --json --check");
    assert_eq!((&again["fresh"], &again["right"], &again["file"]), (&json!(true), &json!(true), &made["file"]));
    let log = std::fs::read_dir(made["file"].as_str().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let log = log.into_iter().find(|path| path.extension().is_some_and(|end| end == "jsonl")).unwrap();
    let mut bytes = std::fs::read(&log).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&log, bytes).unwrap();
    let (_, mended) = index("index small.jsonl --json --check");
    assert_eq!(
        (&mended["fresh"], &mended["right"], &mended["why"]),
        (&json!(false), &json!(true), &json!("it was damaged"))
    );
    sandbox.check("index shop.jsonl", 0, "4 records", "");
    sandbox.check("index shop.jsonl", 0, "fresh", "");
    sandbox.check("index none.jsonl", 3, "", "none.jsonl");
    sandbox.check("index -", 2, "", "not a recording");
}

#[test]
fn a_wrong_limit_of_the_cache_is_told_once_and_shown_by_doctor() {
    let sandbox = Sandbox::new();
    let run = |limit: &str, words: &str| {
        let output = sandbox.command().env("ASOF_CACHE_LIMIT", limit).args(words.split_whitespace()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    for (limit, wrong) in [("lots", true), ("5 apples", true), ("-1", true), ("2G", false), ("0", false), ("", false)] {
        let (code, _, err) = run(limit, "log shop.jsonl");
        assert_eq!((code, err.matches("ASOF_CACHE_LIMIT").count()), (0, usize::from(wrong)), "{limit}: {err}");
        let (code, out, err) = run(limit, "doctor --json");
        let told: serde_json::Value = serde_json::from_str(&out).unwrap();
        let problems = told["problems"].to_string();
        assert_eq!((code, problems.contains("ASOF_CACHE_LIMIT")), (i32::from(wrong), wrong), "{limit}: {told} {err}");
        assert!(told["cache"]["value"].as_str().unwrap().ends_with("asof/imports"), "{told}");
    }
    assert!(run("0", "doctor").1.contains("nothing is kept"));
    assert!(run("2G", "doctor").1.contains("at most, can be written"));
}

/// Patches of leaves, of elements and of whole parts, a version that is broken, a rollback and an undo.
fn patched() -> Sandbox {
    let sandbox = Sandbox::new();
    let state = r#"[{"op":"add","path":"","value":{"o":{"n":0,"deep":{"x":1}},"items":[{"id":"a","q":0},{"id":"b","q":0}],"tags":["t"],"7":{"k":1}}}]"#;
    let patch = |n: u64| match n % 11 {
        0 => format!(r#"[{{"op":"add","path":"/tags/-","value":"t{n}"}}]"#),
        1 => format!(r#"[{{"op":"replace","path":"/items/{}/q","value":{n}}}]"#, n % 2),
        2 => r#"[{"op":"move","from":"/items/0","path":"/items/1"}]"#.into(),
        3 => format!(r#"[{{"op":"replace","path":"/7/k","value":{n}.0}}]"#),
        4 => format!(r#"[{{"op":"replace","path":"/o/deep","value":{{"x":{n},"y":[{n},{{"z":1}}]}}}}]"#),
        5 => r#"[{"op":"copy","from":"/o/deep","path":"/o/twin"}]"#.into(),
        6 => format!(
            r#"[{{"op":"add","path":"/o/{n}","value":null}},{{"op":"add","path":"/o/s","value":"long {}"}}]"#,
            "text ".repeat(20)
        ),
        7 => r#"[{"op":"remove","path":"/o/twin"}]"#.into(),
        8 => r#"[{"op":"remove","path":"/nowhere"}]"#.into(),
        _ => format!(r#"[{{"op":"replace","path":"/o/n","value":{n}}}]"#),
    };
    let lines: Vec<String> = std::iter::once(state.to_owned()).chain((1..=400).map(patch)).collect();
    sandbox.write("patches.jsonl", lines.join("\n") + "\n");
    sandbox.run("record patches.jsonl -o parts.asof --format json-patch", "");
    sandbox.ok("rollback parts.asof 150 --yes");
    sandbox.ok("undo parts.asof");
    sandbox
}

#[test]
fn parts_are_told_the_same_with_an_index_and_without() {
    let sandbox = patched();
    let paths = [
        ".o.n",
        "/o/n",
        ".o",
        ".o.deep",
        ".o.deep.y[1].z",
        "/o/deep/y/0",
        ".o.twin",
        ".o.twin.x",
        ".o.s",
        ".o.6",
        ".items",
        ".items[0].q",
        ".items[id=b].q",
        "/items/1",
        ".items[9]",
        ".tags",
        ".tags[0]",
        "/tags/3",
        ".7.k",
        "/7/k",
        ".nowhere",
        ".",
        ".o[",
        "/o/~2",
    ];
    let answers = || -> Vec<_> {
        let at = ["2", "37", "149", "150", "151", "300", "#402", "head~1", "head"];
        let states = paths.iter().flat_map(|path| at.map(|at| format!("state parts.asof --path {path} --at {at}")));
        let between = [("2", "head"), ("149", "300"), ("300", "37"), ("402", "403")];
        let forms = ["--json", "--patch", "--summary", ""];
        let differences = paths.iter().flat_map(|path| {
            between.iter().zip(forms).map(move |((a, b), form)| format!("diff parts.asof {a} {b} --path {path} {form}"))
        });
        states
            .chain(differences)
            .map(|words| (sandbox.run(&words, ""), words))
            .map(|told| format!("{told:?}"))
            .collect()
    };
    let expected = answers();
    sandbox.ok("index parts.asof");
    let found = answers();
    expected.iter().zip(&found).for_each(|(expected, found)| assert_eq!(found, expected));
}
