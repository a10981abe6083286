//! Elements of arrays by what names them, on the command line.

use super::sandbox::Sandbox;
use std::fs;

/// `x` comes before `a` and `b`; later one has no id, the other's changes.
const LINES: &str = r#"{"items":[{"id":"a","sku":"k1","v":1},{"id":"b c","sku":"k2","v":2}]}
{"items":[{"id":"x","v":0},{"id":"a","sku":"k1","v":1},{"id":"b c","sku":"k2","v":2}]}
{"items":[{"v":9},{"id":"x","v":0},{"id":"b c","sku":"k1","v":3}]}
"#;

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("items.jsonl"), LINES).unwrap();
    sandbox
}

fn said(sandbox: &Sandbox, words: &[&str]) -> String {
    sandbox.run_words(words, "").out
}

#[test]
fn a_path_by_name_leads_to_the_element_in_each_version() {
    let sandbox = sandbox();
    for (at, path, expected) in [
        ("1", ".items[id=a].v", "1"),
        ("2", ".items[id=a].v", "1"),
        ("1", r#".items[id="b c"].v"#, "2"),
        ("3", r#".items[id="b c"].v"#, "3"),
        ("2", ".items[v=0].id", "\"x\""),
    ] {
        let out = said(&sandbox, &["state", "items.jsonl", "--at", at, "--path", path]);
        assert_eq!(out.trim(), expected, "{path} at {at}");
    }
}

#[test]
fn a_diff_below_a_path_compares_the_same_element() {
    let sandbox = sandbox();
    for (from, to, path, expected) in [
        ("1", "2", ".items[id=a]", ""),
        ("1", "2", ".items[1]", ""),
        ("2", "3", r#".items[id="b c"].v"#, "2 → 3"),
        ("2", "3", ".items[id=a]", "-"),
    ] {
        let out = said(&sandbox, &["diff", "items.jsonl", from, to, "--path", path]);
        assert!(
            if expected.is_empty() { !out.contains('~') && !out.contains('+') } else { out.contains(expected) },
            "{path}: {out}"
        );
    }
}

#[test]
fn an_array_key_is_for_one_diff_or_kept_in_the_recording() {
    let sandbox = sandbox();
    sandbox.ok("record items.jsonl -o items.asof");
    let changes = |words: &str| sandbox.json(words).remove(0)["changes"].clone();
    let by_id = changes("diff items.asof 1 3 --json");
    let by_sku = changes("diff items.asof 1 3 --json --array-key .items=sku");
    assert_ne!(by_id, by_sku);
    sandbox.ok("settings items.asof array-key=.items=sku");
    assert_eq!(changes("diff items.asof 1 3 --json"), by_sku);
    sandbox.ok("settings items.asof array-key=.items=none");
    assert_eq!(changes("diff items.asof 1 3 --json"), by_id);
}

/// What `log` counts of each version, and what `diff` counts between it and the one before.
#[track_caller]
fn check_counts(sandbox: &Sandbox, source: &str, flags: &str) {
    let of = |line: &serde_json::Value| ["added", "changed", "removed", "moved"].map(|name| line[name].clone());
    let lines = |words: String| -> Vec<serde_json::Value> {
        sandbox.run(&words, "").out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let log = lines(format!("log {source} --json {flags}"));
    assert!(log.len() > 2, "{source} {flags}");
    for pair in log.windows(2) {
        let (from, to) = (&pair[0]["version"], &pair[1]["version"]);
        let diff = lines(format!("diff {source} {from} {to} --summary --json {flags}"));
        assert_eq!(of(&pair[1]), of(&diff[0]), "{source} {flags}: #{from} to #{to}");
    }
}

/// The name that the first version has is given up later, or the elements get another one.
const RENAMED: &str = r#"{"items":[{"name":"a","v":1},{"name":"b","v":2},{"name":"c","v":3}]}
{"items":[{"id":1,"name":"a","v":1},{"id":2,"name":"b","v":2},{"id":3,"name":"c","v":3}]}
{"items":[{"id":1,"name":"x","v":1},{"id":2,"name":"b","v":9},{"id":3,"name":"c","v":3}]}
{"items":[{"id":3,"name":"c","v":3},{"id":1,"name":"y","v":1},{"id":4,"name":"b","v":9}]}
"#;

#[test]
fn counts_are_those_of_diff_however_elements_are_matched() {
    let sandbox = sandbox();
    fs::write(sandbox.path("renamed.jsonl"), RENAMED).unwrap();
    for source in ["items.jsonl", "renamed.jsonl"] {
        for flags in ["", "--array-key .items=v", "--array-key .items=sku", "--array-key .items=id"] {
            check_counts(&sandbox, source, flags);
        }
        let recording = source.replace(".jsonl", ".asof");
        sandbox.ok(&format!("record {source} -o {recording}"));
        for setting in ["array-key=.items=v", "array-key=.items=sku", "ignore=.items[*].v", "array-key=.items=none"] {
            sandbox.ok(&format!("settings {recording} {setting}"));
            check_counts(&sandbox, &recording, "");
        }
    }
}
