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
        "problem": null, "displaced": "head", "displaced_version": 4, "displaced_value": null});
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

/// What a history is read from is not written over with one of its versions.
#[test]
fn the_source_itself_is_not_written() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("dated")).unwrap();
    std::os::unix::fs::symlink("dated/a-2.json", sandbox.path("link.json")).unwrap();
    for (file, text) in [
        ("dated/a-1.json", "{\"n\":1}"),
        ("dated/a-2.json", "{\"n\":2}"),
        ("dated/a.json", "{}"),
        ("one.jsonl", "{\"n\":1}"),
    ] {
        sandbox.write(file, text);
    }
    for (words, code, err) in [
        ("dated dated/a-2.json --at 1", 2, "a-2.json is what dated is read from: name another file"),
        ("dated link.json --at 1", 2, "is what dated is read from"),
        ("one.jsonl ./one.jsonl", 2, "one.jsonl is what one.jsonl is read from"),
        (
            "shop.asof shop.asof/asof.json",
            2,
            "shop.asof/asof.json is in the directory of a recording: name a file elsewhere",
        ),
        ("shop.asof shop.asof/new.json", 2, "is in the directory of a recording"),
        ("dated dated/a.json --at 1", 0, ""),
    ] {
        let ended = sandbox.run(&format!("restore {words} --yes"), "");
        assert_eq!(ended.code, code, "{words}: {ended:?}");
        assert!(ended.err.contains(err), "{words}: {ended:?}");
    }
    assert_eq!(fs::read_to_string(sandbox.path("dated/a-2.json")).unwrap(), "{\"n\":2}");
    assert_eq!(fs::read_to_string(sandbox.path("dated/a.json")).unwrap(), "{\"n\":1}");
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
