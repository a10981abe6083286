//! `asof restore` as a person and a script use it: which file, which words, which exit code, and what stands there then.

use super::sandbox::Sandbox;
use serde_json::json;
use std::fs;

const HEAD: &str = r#"{"version":"2.0","sessions":150,"features":{"beta":true,"new_ui":true}}"#;

#[test]
fn a_file_is_written_as_a_version_holds_it() {
    let sandbox = Sandbox::new();
    sandbox.write("app.json", HEAD);
    let told = sandbox.run("restore shop.asof app.json --at head~2 --dry-run", "");
    let lines: Vec<_> = told.out.lines().collect();
    assert_eq!(lines[0], "would write #2 to app.json, which holds #4, the head");
    assert_eq!(lines.len(), 4, "{told:?}");
    assert!(told.out.contains("\"2.0\" → \"1.0\"") && told.out.contains("true → false"), "{told:?}");
    assert_eq!(fs::read_to_string(sandbox.path("app.json")).unwrap(), HEAD);
    sandbox.check("restore shop.asof app.json --at 2", 2, "", "not a terminal: pass --yes to write the file");
    assert_eq!(fs::read_to_string(sandbox.path("app.json")).unwrap(), HEAD);
    let [done] = sandbox.json("restore shop.asof app.json --at 2 --yes --json").try_into().unwrap();
    let expected = json!({"file": "app.json", "tenant": "main", "version": 2, "changed": true, "changes": 3,
        "displaced": "head", "displaced_version": 4, "displaced_value": null});
    assert_eq!(done, expected);
    let text = fs::read_to_string(sandbox.path("app.json")).unwrap();
    assert_eq!(text, r#"{"version":"1.0","sessions":150,"features":{"beta":false}}"#);
    sandbox.check("restore shop.asof app.json --at 2 --yes", 0, "app.json already equals #2: nothing was written", "");
    sandbox.write("app.json", r#"{"mine":1}"#);
    let [done] = sandbox.json("restore shop.asof app.json --path .sessions --yes --json").try_into().unwrap();
    assert_eq!((&done["displaced"], &done["displaced_value"]), (&json!("unrecorded"), &json!({"mine": 1})));
    assert_eq!(fs::read_to_string(sandbox.path("app.json")).unwrap(), r#"{"mine":1,"sessions":150}"#);
    assert_eq!(sandbox.json("log shop.asof --json").len(), 4, "the recording is not written to");
}

#[test]
fn what_is_refused_is_said_in_one_sentence() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("folder")).unwrap();
    sandbox.write("a.yaml", "a: 1\n");
    for (words, code, err) in [
        ("folder", 2, "folder is a directory: name the file to write"),
        ("a.yaml", 2, "a.yaml is YAML, which asof reads but does not write: pass --as json"),
        ("no/a.json", 2, "Create it first"),
        ("shop.jsonl", 2, "shop.jsonl holds several values, as a log does"),
        ("new.json --at 9", 1, "no such version"),
        ("new.json --at 0", 2, "#0 holds nothing"),
        ("new.json --path .sessions", 2, "a part needs a file that can be read"),
        ("new.json --as yaml", 2, "invalid value 'yaml'"),
    ] {
        let ended = sandbox.run(&format!("restore shop.asof {words} --yes"), "");
        assert_eq!(ended.code, code, "{words}: {ended:?}");
        assert!(ended.err.contains(err) && ended.out.is_empty(), "{words}: {ended:?}");
        assert!(!sandbox.path("new.json").exists(), "{words}");
    }
}

#[test]
fn of_several_recorded_files_the_one_of_this_name_is_restored() {
    let sandbox = Sandbox::new();
    for (tenant, state) in [("one.json", r#"{"n":1}"#), ("sub/two.json", r#"{"n":2}"#), ("x/one.json", r#"{"n":3}"#)] {
        let ended = sandbox.run(&format!("record - -o files.asof --format states --tenant {tenant}"), state);
        assert_eq!(ended.code, 0, "{ended:?}");
    }
    fs::create_dir_all(sandbox.path("conf/sub")).unwrap();
    fs::create_dir_all(sandbox.path("x")).unwrap();
    for (file, n) in [
        ("one.json", Some(1)),
        ("conf/sub/two.json", Some(2)),
        ("conf/one.json", Some(1)),
        ("x/one.json", Some(3)),
        ("other.json", None),
    ] {
        let ended = sandbox.run(&format!("restore files.asof {file} --yes"), "");
        let written = fs::read_to_string(sandbox.path(file)).ok();
        let expected = n.map(|n| format!("{{\n  \"n\": {n}\n}}\n"));
        assert_eq!((ended.code, &written), (if n.is_some() { 0 } else { 2 }, &expected), "{file}: {ended:?}");
        assert_eq!(ended.err.contains("choose with --tenant NAME"), n.is_none(), "{ended:?}");
    }
}
