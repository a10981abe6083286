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
fn a_folder_without_copies_is_refused() {
    let sandbox = Sandbox::new();
    folder(&sandbox, "others", &[("a.json", "1"), ("b.json", "2"), ("c1.txt", ""), ("c2.txt", "")]);
    sandbox.check("log others", 3, "", "is a directory, but not a recording, nor a folder of copies of a file");
}
