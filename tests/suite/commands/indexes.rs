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
    sandbox.check("index shop.jsonl", 2, "", "not a recording");
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
