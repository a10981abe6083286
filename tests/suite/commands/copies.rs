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
