//! Files written back: which text comes out, what is refused, and that a refusal leaves everything as it was.

use super::*;
use crate::ops::words::{PLAIN, restored, would_restore};
use crate::recording::Recording;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path as File;

/// What happens to a file between the look and the write.
type Meanwhile<'a> = &'a dyn Fn();

/// A tenant with these states as versions 1, 2, …
fn recorded(states: &[&str]) -> Tenant {
    let tenant = Recording::memory().tenant_or_new(&"app".into()).unwrap();
    for state in states {
        tenant.set("write", parse(state.as_bytes()).unwrap()).unwrap();
    }
    tenant
}

fn restore(file: &File, version: u64) -> Restore {
    Restore { file: file.to_owned(), version: Version(version), part: None, as_json: false, doubtful: false }
}

/// Writes version 1 over a file of `text`: the text it has then.
fn written(name: &str, text: Option<&str>, state: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(name);
    text.into_iter().for_each(|text| fs::write(&file, text).unwrap());
    restore(&file, 1).plan(&recorded(&[state])).unwrap().act().unwrap();
    let names: Vec<_> = fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, [name], "nothing is left beside it");
    fs::read_to_string(&file).unwrap()
}

#[test]
fn a_file_keeps_its_layout_and_what_did_not_change_its_text() {
    for (before, state, after) in [
        ("{\"b\":1,\"a\":2}", r#"{"a":3,"b":1}"#, "{\"b\":1,\"a\":3}"),
        ("{\"b\": 1, \"a\": 2}\n", r#"{"a":3,"b":1,"c":[1,2]}"#, "{\"b\": 1, \"a\": 3, \"c\": [1, 2]}\n"),
        ("{\n  \"b\": 1.50,\n  \"a\": 2\n}\n", r#"{"a":3,"b":1.50}"#, "{\n  \"b\": 1.50,\n  \"a\": 3\n}\n"),
        (
            "{\n\t\"a\": {\"x\": 1, \"y\": [1, 2]}\n}",
            r#"{"a":{"x":2,"y":[1,2]}}"#,
            "{\n\t\"a\": {\"x\": 2, \"y\": [1, 2]}\n}",
        ),
        (
            "{\r\n    \"a\": [\r\n        1\r\n    ]\r\n}\r\n",
            r#"{"a":[1,{"k":[]}]}"#,
            "{\r\n    \"a\": [\r\n        1,\r\n        {\r\n            \"k\": []\r\n        }\r\n    ]\r\n}\r\n",
        ),
        ("\u{feff}[1,2,3]", "[1,3]", "\u{feff}[1,3]"),
        // Of a key that is there twice the last counts; it is written once.
        ("{\"a\":1,\"b\":2,\"a\":3}", r#"{"a":4,"b":2}"#, "{\"b\":2,\"a\":4}"),
        (
            "{\n  \"a\": \"caf\\u00e9\",\n  \"b\": 1\n}",
            "{\"a\":\"café\",\"b\":2}",
            "{\n  \"a\": \"caf\\u00e9\",\n  \"b\": 2\n}",
        ),
        ("17", r#""text""#, r#""text""#),
        ("{\n  \"a\": 1\n}\n", "{}", "{}\n"),
        ("{}\n", r#"{"a":1}"#, "{\"a\":1}\n"),
        ("{\n  // why\n  a: 1,\n}\n", r#"{"a":2}"#, "{\n  \"a\": 2\n}\n"),
        ("not a value {", r#"{"a":[1]}"#, "{\n  \"a\": [\n    1\n  ]\n}\n"),
    ] {
        assert_eq!(written("app.json", Some(before), state), after, "{before}");
    }
    for name in ["new.json", &"n".repeat(255)] {
        assert_eq!(written(name, None, r#"{"a":1}"#), "{\n  \"a\": 1\n}\n");
    }
}

fn random_value(next: &mut dyn FnMut(u64) -> u64, depth: u64) -> Value {
    let text = match next(if depth == 0 { 4 } else { 7 }) {
        0 => ["null", "true", "1e400", "-0.0", "12345678901234567890123"][next(5) as usize].to_owned(),
        1 => format!("{}.{}0", next(100), next(10)),
        2 => Value::from(["", "a\"b", "\u{1}\n", "é\u{202e}", "\": "][next(5) as usize]).to_json(),
        3 => next(1000).to_string(),
        4 => return (0..next(4)).map(|_| random_value(next, depth - 1)).collect(),
        _ => {
            let keys = ["a", "b", "k\n", "", "\": ", "é"];
            let mut members = Vec::new();
            for key in keys {
                if next(2) == 0 {
                    members.push(format!("{}:{}", Value::from(key).to_json(), random_value(next, depth - 1).to_json()));
                }
            }
            format!("{{{}}}", members.join(","))
        }
    };
    parse(text.as_bytes()).unwrap()
}

/// Whatever the file holds and whatever is written, reading it gives the state, to the digit.
#[test]
fn what_is_written_is_read_as_the_state() {
    let mut dice = 7_u64;
    let mut next = |most: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % most
    };
    for round in 0..2000 {
        let (old, new) = (random_value(&mut next, 4), random_value(&mut next, 4));
        let before = if round % 2 == 0 { old.to_json() } else { old.to_json_pretty() };
        let after = text::rewritten(&before, &old, &new);
        assert!(parse(after.as_bytes()).unwrap().identical(&new), "{before} {after}");
        assert_eq!(text::rewritten(&before, &old, &old), before);
    }
}

#[test]
fn what_cannot_be_written_is_refused_and_stays() {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name);
    let write = |name: &str, text: &str| fs::write(path(name), text).unwrap();
    for (name, text) in [
        ("a.yaml", "a: 1\n"),
        ("a.toml", "a = 1\n"),
        ("log.json", "{\"n\":1}\n{\"n\":2}\n"),
        ("locked.json", "1"),
        ("one.json", "1"),
        ("a.json.gz", "{}"),
    ] {
        write(name, text);
    }
    fs::set_permissions(path("locked.json"), fs::Permissions::from_mode(0o444)).unwrap();
    fs::hard_link(path("one.json"), path("two.json")).unwrap();
    std::os::unix::fs::symlink("nowhere.json", path("dangling.json")).unwrap();
    fs::create_dir(path("folder")).unwrap();
    fs::write(path("packed.json"), [0x1F, 0x8B, 8]).unwrap();
    Recording::create(&path("rec.asof"))
        .unwrap()
        .tenant_or_new(&"app".into())
        .unwrap()
        .set("write", Value::from(1_u64))
        .unwrap();
    std::os::unix::fs::symlink("rec.asof", path("link.asof")).unwrap();
    let tenant = recorded(&[r#"{"a":1}"#, "null"]);
    for (name, version, why) in [
        ("a.yaml", 1, "is YAML, which asof reads but does not write: pass --as json"),
        ("a.toml", 1, "is TOML, which asof reads but does not write: pass --as json"),
        ("log.json", 1, "holds several values"),
        ("a.json.gz", 1, "is the name of a compressed file"),
        ("new.json.zst", 1, "is the name of a compressed file"),
        ("packed.json", 1, "packed.json is compressed"),
        ("rec.asof/asof.json", 1, "is in the directory of a recording"),
        ("link.asof/new.json", 1, "is in the directory of a recording"),
        ("locked.json", 1, "is read-only"),
        ("one.json", 1, "has 2 hard links"),
        ("dangling.json", 1, "symbolic link to a file that does not exist"),
        ("folder", 1, "is a directory"),
        ("none/app.json", 1, "none does not exist"),
        ("new.json", 2, "#2 holds nothing"),
        ("new.json", 0, "#0 holds nothing"),
    ] {
        let before = fs::read(path(name)).ok();
        let refused = restore(&path(name), version).plan(&tenant).err().map(|error| error.to_string());
        assert!(refused.as_ref().is_some_and(|refused| refused.contains(why)), "{name}: {refused:?}");
        assert_eq!(fs::read(path(name)).ok(), before, "{name}");
    }
    let as_json = Restore { as_json: true, ..restore(&path("a.yaml"), 1) };
    as_json.plan(&recorded(&[r#"{"a":2}"#])).unwrap().act().unwrap();
    assert_eq!(fs::read_to_string(path("a.yaml")).unwrap(), "{\n  \"a\": 2\n}\n");
}

#[test]
fn a_file_that_was_changed_meanwhile_stays_as_it_is_then() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("app.json");
    let other = home.path().join("other.json");
    let tenant = recorded(&[r#"{"a":1}"#]);
    let changes: [(&str, Option<&str>, Meanwhile<'_>); 6] = [
        ("written", Some("{\"a\":2}"), &|| fs::write(&file, "{\"a\":3}").unwrap()),
        ("written with as many bytes", Some("{\"a\":2}"), &|| fs::write(&file, "{\"a\":7}").unwrap()),
        ("replaced", Some("{\"a\":2}"), &|| {
            fs::write(&other, "{\"a\":2}").unwrap();
            fs::rename(&other, &file).unwrap();
        }),
        ("removed", Some("{\"a\":2}"), &|| fs::remove_file(&file).unwrap()),
        ("created", None, &|| fs::write(&file, "{}").unwrap()),
        ("made a link", Some("{\"a\":2}"), &|| {
            fs::rename(&file, &other).unwrap();
            std::os::unix::fs::symlink(&other, &file).unwrap();
        }),
    ];
    for (what, before, change) in changes {
        for path in [&file, &other] {
            let _ = fs::remove_file(path);
        }
        before.into_iter().for_each(|text| fs::write(&file, text).unwrap());
        let plan = restore(&file, 1).plan(&tenant).unwrap();
        change();
        let changed = fs::read(&file).ok();
        let refused = plan.act().err();
        assert!(matches!(refused, Some(Error::FileChanged { .. })), "{what}: {refused:?}");
        assert_eq!(fs::read(&file).ok(), changed, "{what}");
        let left = fs::read_dir(home.path())
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
        assert_eq!(left.count(), 0, "{what}");
    }
}

#[test]
fn mode_and_link_stay() {
    let home = tempfile::tempdir().unwrap();
    let (file, link) = (home.path().join("real.json"), home.path().join("link.json"));
    fs::write(&file, "{\"a\":2}").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("real.json", &link).unwrap();
    restore(&link, 1).plan(&recorded(&[r#"{"a":1}"#])).unwrap().act().unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), "{\"a\":1}");
    assert_eq!(fs::read_link(&link).unwrap(), File::new("real.json"));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o640);
}

#[test]
fn it_says_what_it_would_do_and_what_was_displaced() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("app.json");
    let name = file.display().to_string();
    let tenant = recorded(&[r#"{"a":1}"#, r#"{"a":2}"#]);
    for (before, would, did, displaced) in [
        (None, "would create F from #1", "F created from #1", "nothing"),
        (
            Some("{\"a\":2}"),
            "would write #1 to F, which holds #2, the head",
            "F restored to #1; it held #2, the head",
            "head",
        ),
        (
            Some("{\"a\":9}"),
            "would write #1 to F, which holds changes that the head does not",
            "F restored to #1; it held changes that the head does not",
            "unrecorded",
        ),
        (
            Some("{a:2 /* why */}"),
            "would write #1 to F, which holds #2, the head; its comments and layout will be lost",
            "F restored to #1; it held #2, the head; its comments and layout were lost",
            "head",
        ),
        (Some("{\"a\":1}"), "F already equals #1", "F already equals #1: nothing was written", "unrecorded"),
        (
            Some("{\"a\":"),
            "would write #1 to F, which holds no value (",
            "F restored to #1; it held no value",
            "unreadable",
        ),
    ] {
        let _ = fs::remove_file(&file);
        before.into_iter().for_each(|text| fs::write(&file, text).unwrap());
        let plan = restore(&file, 1).plan(&tenant).unwrap();
        let said = would_restore(&plan.restored, &PLAIN).replace(&name, "F");
        assert!(said.starts_with(would), "{before:?}: {said}");
        let done = plan.act().unwrap();
        assert_eq!(restored(&done, &PLAIN).replace(&name, "F"), did, "{before:?}");
        let json = done.json().line();
        assert!(json.contains(&format!("\"displaced\":\"{displaced}\"")), "{json}");
    }
}

#[test]
fn a_part_is_written_and_the_rest_of_the_file_stays() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("app.json");
    let tenant = recorded(&[r#"{"a":{"x":1},"b":[1,2],"only":1,"list":[{"k":1,"v":1},{"k":2,"v":2},{"k":3,"v":3}]}"#]);
    let held = r#"{"z":0,"a":{"x":5,"y":6},"mine":[{"k":1}]}"#;
    let list = r#"{"list":[{"k":2},{"k":1},{"k":4}]}"#;
    for (held, part, after) in [
        // A named element is looked for on each side.
        (list, ".list[k=1]", Ok(r#"{"list":[{"k":2},{"k":1,"v":1},{"k":4}]}"#)),
        (list, ".list[k=2].v", Ok(r#"{"list":[{"k":2,"v":2},{"k":1},{"k":4}]}"#)),
        (list, ".list[k=3]", Ok(r#"{"list":[{"k":2},{"k":1},{"k":4},{"k":3,"v":3}]}"#)),
        (list, ".list[k=4]", Ok(r#"{"list":[{"k":2},{"k":1}]}"#)),
        (list, ".list[k=3].v", Err("nothing to hold that part")),
        (list, ".list[k=9]", Err(".list[k=9]: no value there, neither in #1 nor in the file")),
        (list, ".list[0]", Ok(r#"{"list":[{"k":1,"v":1},{"k":1},{"k":4}]}"#)),
        (r#"{"list":[{"k":1},{"k":1}]}"#, ".list[k=1]", Err("names several elements")),
        (held, ".a", Ok(r#"{"z":0,"a":{"x":1},"mine":[{"k":1}]}"#)),
        (held, ".a.x", Ok(r#"{"z":0,"a":{"x":1,"y":6},"mine":[{"k":1}]}"#)),
        (held, ".a.y", Ok(r#"{"z":0,"a":{"x":5},"mine":[{"k":1}]}"#)),
        (held, ".only", Ok(r#"{"z":0,"a":{"x":5,"y":6},"mine":[{"k":1}],"only":1}"#)),
        (held, ".b[0]", Err("nothing to hold that part")),
        (held, ".nowhere", Err("no value there, neither in #1 nor in the file")),
    ] {
        fs::write(&file, held).unwrap();
        let plan = Restore { part: Some(part.to_owned()), ..restore(&file, 1) }.plan(&tenant);
        match after {
            Ok(text) => {
                plan.unwrap().act().unwrap();
                assert_eq!(fs::read_to_string(&file).unwrap(), text, "{part}");
            }
            Err(why) => assert!(plan.err().unwrap().to_string().contains(why), "{part}"),
        }
    }
}
