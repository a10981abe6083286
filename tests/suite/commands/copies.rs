//! A folder of dated copies as one history.

use super::sandbox::Sandbox;
use serde_json::{Value, json};
use std::fs;

fn folder(sandbox: &Sandbox, name: &str, files: &[(&str, &str)]) {
    fs::create_dir_all(sandbox.path(name)).unwrap();
    for (file, text) in files {
        sandbox.write(&format!("{name}/{file}"), text);
    }
}

#[test]
fn copies_of_a_file_are_its_versions_in_the_order_of_their_names() {
    let sandbox = Sandbox::new();
    let dated = [
        ("app-2026-02-01T10-00.json", "{\"n\":3}"),
        ("app-2026-01-09T23-59.json", "{\"n\":1}"),
        ("app-2026-01-31T00-00.json", "{\"n\":"),
        ("app-2026-10-01T00-00.json", "// last\n{n:4}"),
        ("README.md", "# no value"),
        (".app-2025-01-01.json", "{\"n\":0}"),
        ("alone-7.json", "{}"),
    ];
    folder(&sandbox, "dated", &dated);
    let told = sandbox.run("log dated --json", "");
    assert_eq!(told.code, 3, "one is broken: {told:?}");
    let lines: Vec<Value> = told.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let field = |name: &str| lines.iter().map(|line| line[name].clone()).collect::<Vec<_>>();
    assert_eq!(field("label"), [1, 2, 0, 3].map(|at| json!(dated[at].0)));
    assert_eq!(field("kind"), ["transition", "invalid", "transition", "transition"]);
    assert_eq!(field("at")[0], "2026-01-09T23:59:00Z");
    assert_eq!(sandbox.run("state dated", "").out, "{\"n\":4}\n");
    assert_eq!(sandbox.run("state dated --at 2", "").out, "{\"n\":1}\n");
    sandbox.check("probe dated", 0, "copies", "");
}

#[test]
fn numbers_are_ordered_as_numbers_and_several_files_are_tenants() {
    let sandbox = Sandbox::new();
    let files = [
        ("a.2.yaml", "n: 2"),
        ("a.10.yaml", "n: 10"),
        ("a.9.yaml", "n: 9"),
        ("b1.toml", "x = 1"),
        ("b02.toml", "x = 2"),
    ];
    folder(&sandbox, "many", &files);
    let tenants: Vec<Value> = sandbox.json("tenants many --json").iter().map(|line| line["tenant"].clone()).collect();
    assert_eq!(tenants, ["a.*.yaml", "b*.toml"]);
    let states = sandbox.ok("export many --tenant a.*.yaml --format jsonl");
    let numbers: Vec<Value> =
        states.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["state"]["n"].clone()).collect();
    assert_eq!(numbers, [2, 9, 10]);
    assert_eq!(sandbox.ok("state many --tenant b*.toml"), "{\"x\":2}\n");
    sandbox.ok("record many -o many.asof");
    assert_eq!(sandbox.json("log many.asof --tenant a.*.yaml --json").len(), 3);
    // A letter that differs is another file.
    folder(&sandbox, "hosts", &[("h1a1.json", "1"), ("h1a2.json", "2"), ("h1b1.json", "3"), ("h1b2.json", "4")]);
    let tenants: Vec<Value> = sandbox.json("tenants hosts --json").iter().map(|line| line["tenant"].clone()).collect();
    assert_eq!(tenants, ["h*a*.json", "h*b*.json"]);
}

#[test]
fn a_copy_that_is_no_value_is_an_invalid_version() {
    let sandbox = Sandbox::new();
    let deep = "[".repeat(200) + &"]".repeat(200);
    let broken = [
        ("a-1.json", "", "the file is empty"),
        ("a-2.json", "text", "not JSON (found `text`)"),
        ("a-3.json", deep.as_str(), "nested deeper than 128 levels"),
        ("a-4.json", "", "67108865 bytes, more than the limit of 67108864 for one state"),
    ];
    folder(&sandbox, "odd", &broken.map(|(file, text, _)| (file, text)));
    sandbox.write("odd/a-5.json", "\u{feff}{\"n\":5}\r\n");
    fs::File::create(sandbox.path("odd/a-4.json")).unwrap().set_len((64 << 20) + 1).unwrap();
    fs::create_dir(sandbox.path("odd/a-6.json")).unwrap();
    std::os::unix::fs::symlink("a-7.json", sandbox.path("odd/a-7.json")).unwrap();
    let told = sandbox.run("log odd", "");
    assert_eq!((told.code, told.out.lines().count()), (3, 5), "{told:?}");
    for (line, (file, _, why)) in told.out.lines().zip(broken) {
        assert!(line.contains("invalid") && line.contains(file) && line.ends_with(why), "{line}");
    }
    assert_eq!(sandbox.run("state odd", "").out, "{\"n\":5}\n");
}

#[test]
fn a_folder_without_copies_is_refused() {
    let sandbox = Sandbox::new();
    folder(&sandbox, "others", &[("a.json", "1"), ("b.json", "2"), ("c1.txt", ""), ("c2.txt", "")]);
    sandbox.check("log others", 3, "", "is a directory, but not a recording, nor a folder of copies of a file");
}

/// Fields of the lines of a log.
fn fields(sandbox: &Sandbox, recording: &str, name: &str) -> Vec<Value> {
    sandbox.json(&format!("log {recording} --json")).iter().map(|line| line[name].clone()).collect()
}

#[test]
fn several_files_follow_one_another_as_they_are_named() {
    let sandbox = Sandbox::new();
    sandbox.write("b.json", "{\"n\":1}");
    sandbox.write("a.yaml", "n: 2\n");
    sandbox.write("c.toml", "n = 3\n");
    sandbox.write("d.json", "{\"at\":\"2026-03-01T00:00:00Z\",\"label\":\"mine\",\"state\":{\"n\":4}}\n");
    let told = sandbox.json("record b.json a.yaml c.toml d.json -o one.asof --json");
    assert_eq!((&told[0]["versions"], &told[0]["problems"]), (&json!(4), &json!([])));
    assert_eq!(fields(&sandbox, "one.asof", "label"), ["b.json", "a.yaml", "c.toml", "mine"]);
    assert_eq!(fields(&sandbox, "one.asof", "at")[3], "2026-03-01T00:00:00Z");
    assert!(fields(&sandbox, "one.asof", "at").iter().all(Value::is_string));
    for n in 1..=4 {
        assert_eq!(sandbox.ok(&format!("state one.asof --at {n}")), format!("{{\"n\":{n}}}\n"));
    }
    // Again behind it.
    sandbox.ok("record c.toml b.json -o one.asof");
    assert_eq!(sandbox.ok("state one.asof"), "{\"n\":1}\n");
}

/// A log in pieces, plain and packed, is the log.
#[test]
fn pieces_of_a_log_are_the_log() {
    let sandbox = Sandbox::new();
    let line = |n: u64| {
        let tenant = if n.is_multiple_of(3) { "x" } else { "y" };
        format!("{{\"tenant\":\"{tenant}\",\"at\":{},\"label\":\"l{n}\",\"state\":{{\"n\":{n}}}}}\n", 1_790_000_000 + n)
    };
    let lines: Vec<String> = (0..5000).map(line).collect();
    sandbox.write("whole.jsonl", lines.concat());
    sandbox.write("app.log.2", lines[..1].concat());
    sandbox.write("app.log.1.zst", zstd::encode_all(lines[1..4000].concat().as_bytes(), 1).unwrap());
    sandbox.write("app.log", lines[4000..].concat());
    sandbox.write("app.log.0", "");
    sandbox.ok("record whole.jsonl -o whole.asof");
    sandbox.ok("record app.log.2 app.log.1.zst app.log -o pieces.asof");
    for tenant in ["x", "y"] {
        let of = |recording: &str| sandbox.ok(&format!("export {recording} --tenant {tenant} --format jsonl"));
        assert_eq!(of("pieces.asof"), of("whole.asof"));
    }
}

#[test]
fn a_file_among_several_that_cannot_be_read_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write("good.jsonl", "{\"n\":1}\n{\"n\":2}\n");
    sandbox.write("bad.jsonl", "{\"n\":3}\n{\"n\":\n{\"n\":4}\n");
    sandbox.write(
        "events.jsonl",
        "{\"type\":\"add\",\"payload\":1}\n{\"type\":\"add\",\"payload\":2}\n{\"type\":\"drop\",\"payload\":1}\n",
    );
    sandbox.ok("record good.jsonl -o kept.asof");
    for (words, code, said) in [
        ("record good.jsonl none.jsonl -o new.asof", 3, "none.jsonl"),
        ("record good.jsonl kept.asof -o new.asof", 3, "kept.asof: cannot be read together"),
        ("record good.jsonl - -o new.asof", 3, "-: cannot be read together"),
        ("record good.jsonl git:good.jsonl -o new.asof", 3, "git:good.jsonl: cannot be read together"),
        ("open --plain good.jsonl demo:", 3, "demo:: cannot be read together"),
        ("record good.jsonl events.jsonl -o events.asof", 2, "events.jsonl"),
        ("record good.jsonl bad.jsonl -o bad.asof", 3, "bad.jsonl, line 2"),
    ] {
        sandbox.check(words, code, "", said);
    }
    assert!(!sandbox.path("new.asof").exists() && !sandbox.path("events.asof").exists());
    assert_eq!(
        fields(&sandbox, "bad.asof", "kind"),
        ["transition", "transition", "transition", "invalid", "transition"]
    );
    assert_eq!(sandbox.ok("state bad.asof"), "{\"n\":4}\n");
}
