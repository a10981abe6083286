//! `asof diff` of two files, JSON inside of strings, and changes that are looked for by their values.

use super::sandbox::Sandbox;
use serde_json::{Value, json};

fn two() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("a.json", r#"{"n":123456789012345678901234567890,"t":1,"rows":[{"id":"p","v":1},{"id":"q","v":1}],"body":"{\"user\":{\"age\":41.50,\"x\":[1]}}"}"#);
    sandbox.write("b.json", r#"{"n":123456789012345678901234567891,"t":2,"rows":[{"id":"q","v":2},{"id":"p","v":1}],"body":"{\"user\":{\"x\":[1],\"age\":42.50}}"}"#);
    sandbox
}

#[test]
fn two_files_are_compared_in_every_form() {
    let sandbox = two();
    let diff = sandbox.json("diff a.json b.json --json").remove(0);
    assert_eq!((&diff["from"], &diff["to"], &diff["from_at"]), (&json!("a.json"), &json!("b.json"), &json!(null)));
    assert_eq!(diff["changed_keys"], json!([".body", ".n", ".rows[0].v", ".t"]));
    assert_eq!(diff["moved_keys"], json!([".rows[0]"]));
    assert!(sandbox.ok("diff a.json b.json --json").contains("\"delta\":1,"), "exact");
    let text = sandbox.ok("diff a.json b.json");
    let names = r#"changed_keys: ["body", "n", "v"]"#;
    assert!(text.starts_with("a.json → b.json\n") && text.contains(names), "{text}");
    assert!(sandbox.ok("diff a.json b.json --summary").contains(names));
    assert_eq!(sandbox.json("diff a.json b.json --summary --json")[0]["moved"], 1);
    assert_eq!(sandbox.json("diff a.json b.json --patch --path .t")[0][0]["value"], 2);
    sandbox.check("diff a.json a.json --exit-code", 0, "equal", "");
    sandbox.check("diff a.json b.json --exit-code", 1, ".n", "");
    sandbox.check("diff a.json b.json --path .nowhere", 1, "", "no value at .nowhere in a.json or b.json");
    sandbox.check("diff a.json b.json --path .t --exit-code --ignore .n", 1, ".t", "1 path ignored");
    sandbox.check("diff a.json b.json --ignore .* --exit-code", 0, "4 paths ignored", "");
    let piped = sandbox.run("diff - b.json --path .t --json", "{\"t\":7}");
    assert_eq!(serde_json::from_str::<Value>(&piped.out).unwrap()["changes"][0]["old"], 7, "{piped:?}");
    let piped = sandbox.run("diff a.json - --path .t --json", "{\"t\":7}");
    assert_eq!(serde_json::from_str::<Value>(&piped.out).unwrap()["to"], "-", "{piped:?}");
    sandbox.write("wrong.json", "{\"a\":\n");
    sandbox.write("lines.json", "{}\n{}\n");
    sandbox.write("empty.json", "");
    for (words, code, said) in [
        ("diff a.json missing.json", 2, "missing.json is not a file"),
        ("diff shop.asof 1", 2, "asof diff SOURCE A B"),
        ("diff - -", 2, "both sides"),
        ("diff a.json wrong.json", 3, "wrong.json"),
        ("diff lines.json a.json", 3, "lines.json"),
        ("diff empty.json a.json", 3, "empty.json"),
    ] {
        sandbox.check(words, code, "", said);
    }
}

#[test]
fn json_in_strings_is_compared_as_a_tree_when_asked() {
    let sandbox = two();
    let diff = sandbox.ok("diff a.json b.json --embedded --path .body --json");
    assert!(
        diff.contains(r#""path":".body.user.age","pointer":"/body/user/age","old":41.50,"new":42.50,"delta":1"#),
        "{diff}"
    );
    assert_eq!(sandbox.json("diff a.json b.json --embedded --path .body.user.x --json")[0]["changes"], json!([]));
    let line = |state: &str| format!("{{\"label\":\"x\",\"state\":{state}}}\n");
    let states = ["a.json", "b.json"].map(|name| line(&std::fs::read_to_string(sandbox.path(name)).unwrap()));
    sandbox.write("s.jsonl", states.concat());
    assert_eq!(sandbox.ok("state s.jsonl --embedded --path .body.user.age --at 1"), "41.50\n");
    assert_eq!(sandbox.ok("state s.jsonl --embedded --path .body --at 2"), "{\"user\":{\"age\":42.50,\"x\":[1]}}\n");
    sandbox.check("state s.jsonl --path .body.user", 1, "", "no value at");
    let changed = sandbox.json("diff s.jsonl 1 2 --embedded --json").remove(0);
    assert_eq!(changed["changed_keys"][0], ".body.user.age");
    // What is no JSON, or a scalar, stays a string.
    sandbox.write("p.json", r#"{"a":"{x","b":"12","c":"[1"}"#);
    assert_eq!(sandbox.json("diff p.json p.json --embedded --json")[0]["changes"], json!([]));
}

#[test]
fn changes_are_found_by_their_values() {
    let sandbox = Sandbox::new();
    let states =
        ["new", "paid", "new", "paid", "paid", "1"].map(|status| json!({"status": status, "t": 1}).to_string());
    sandbox.write("o.jsonl", states.join("\n"));
    let versions = |rest: &str| -> Vec<u64> {
        let rows = sandbox.json(&format!("find o.jsonl --changed .status {rest} --json"));
        rows.iter().map(|row| row["version"].as_u64().unwrap()).collect()
    };
    assert_eq!(versions(""), [1, 2, 3, 4, 6]);
    assert_eq!(versions("--old new --new paid"), [2, 4]);
    assert_eq!(versions("--old \"new\" --back"), [4, 2]);
    assert_eq!((versions("--new paid --first"), versions("--new paid --last")), (vec![2], vec![4]));
    assert_eq!(versions("--new \"1\""), [6]);
    assert_eq!(versions("--from 3 --to 4"), [3, 4]);
    sandbox.check("find o.jsonl --changed .status --new 1", 1, "", "no such change at .status");
    sandbox.check("find o.jsonl --changed .status --ignore .t --first", 0, "#1", "1 path ignored: .t");
    sandbox.check("find o.jsonl --text x --old 1", 2, "", "--changed");
    sandbox.check("find o.jsonl --changed .a[", 2, "", ".a[");
}

#[test]
fn what_two_versions_share_is_counted_from_their_values() {
    let sandbox = two();
    let shared = sandbox.json("diff demo:sharing 1 2 --sharing --json").remove(0);
    assert_eq!((&shared["from"], &shared["to"], &shared["values"]), (&json!(1), &json!(2), &json!(100)));
    let count = |field: &str| shared[field].as_u64().unwrap();
    assert!(count("shared_values") == 99 && count("nodes") - count("shared_nodes") <= 2, "{shared}");
    assert!(count("shared_bytes") * 10 > count("bytes") * 8 && count("shared_bytes") < count("bytes"), "{shared}");
    let text = sandbox.ok("diff demo:sharing 1 2 --sharing");
    assert!(text.starts_with("#2 beside #1: 99 of 100 values shared; new: "), "{text}");
    // What is counted depends on the values alone: equal files share all that versions of one history would.
    let equal = sandbox.json("diff a.json a.json --sharing --json").remove(0);
    assert!(equal["shared_values"] == equal["values"] && equal["values"] != 0, "{equal}");
}
