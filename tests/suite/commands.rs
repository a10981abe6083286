//! The command line from outside: exit codes, words, `--json` fields. One sandbox a test, no terminal.

mod arrays;
mod assertions;
mod changes;
mod copies;
mod engine;
mod experiments;
mod files;
mod ignored;
mod indexes;
mod inputs;
mod machines;
mod moments;
mod names;
mod pipes;
mod questions;
mod recipes;
mod restoring;
mod running;
pub mod sandbox;
mod terminals;
mod times;
mod verbs;

pub(super) use sandbox::Sandbox;
use sandbox::{Ended, SHOP};
use serde_json::{Value, json};

#[test]
fn help_and_version_are_data() {
    let sandbox = Sandbox::new();
    sandbox.check("--version", 0, "asof 0.", "");
    sandbox.check("--help", 0, "rollback", "");
    sandbox.check("help diff", 0, "RFC 6902", "");
    sandbox.check("man", 0, ".SH NAME", "");
    sandbox.check("man diff", 0, "asof\\-diff", "");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        sandbox.check(&format!("completions {shell}"), 0, "rollback", "");
    }
    for command in [
        "open",
        "demo",
        "record",
        "probe",
        "recipes",
        "recipe test",
        "tenants",
        "log",
        "state",
        "diff",
        "history",
        "blame",
        "find",
        "trace",
        "bisect",
        "assert",
        "index",
        "snapshots",
        "snapshot",
        "rollback",
        "restore",
        "undo",
        "redo",
        "branches",
        "fork",
        "variants",
        "score",
        "promote",
        "prune",
        "transactions",
        "settings",
        "watch",
        "verify",
        "export",
    ] {
        sandbox.check(&format!("{command} --help"), 0, "Example", "");
    }
}

#[test]
fn the_walkthroughs_are_listed() {
    let sandbox = Sandbox::new();
    let told = sandbox.json("demo --list --json");
    let names: Vec<&str> = told.iter().map(|line| line["name"].as_str().unwrap()).collect();
    assert_eq!((names[0], names.len()), ("release", 11));
    let list = sandbox.ok("demo --list");
    for (row, line) in list.lines().zip(&told) {
        let (name, about) = (line["name"].as_str().unwrap(), line["about"].as_str().unwrap());
        assert!(row.starts_with(name) && row.ends_with(about) && !about.is_empty(), "{row}");
        if name != "performance" {
            sandbox.ok(&format!("tenants demo:{name}"));
        }
    }
    let costs = sandbox.json("demo performance --json");
    assert_eq!((costs.len(), &costs[0]["state"], &costs[6]["state"]), (16, &json!("copied"), &json!("shared")));
    let memory = &costs[15];
    assert_eq!((&memory["task"], &memory["promised_percent"]), (&json!("memory"), &json!(15)));
    // Where the system does not say how large the process is, nodes are counted.
    let version = memory["measured_bytes"].as_f64().or(memory["counted_bytes"].as_f64()).unwrap();
    assert!(
        version > 0.0 && version * 100.0 < memory["state_bytes"].as_f64().unwrap(),
        "one of 100,000 keys: {memory}"
    );
    assert_eq!(list.lines().count(), told.len());
    sandbox.check("demo release --list", 2, "", "cannot be used with");
    sandbox.check("demo --json", 2, "", "--list");
}

#[test]
fn wrong_usage_is_2_and_says_what_is_right() {
    let sandbox = Sandbox::new();
    for (words, err) in [
        ("", "no source given"),
        ("", "Usage: asof"),
        ("log", "SOURCE"),
        ("--bogus", "--bogus"),
        ("completions cobol", "cobol"),
        ("man bogus", "no such command: bogus"),
        ("diff shop.asof 1", "B"),
        ("diff shop.asof 1 2 --patch --json", "cannot be used with"),
        ("export shop.asof --format pdf", "jsonl"),
        ("shop.asof", "not a terminal"),
        ("open shop.jsonl", "asof log"),
        ("demo", "not a terminal"),
        ("demo nosuch", "unknown demo \"nosuch\"; known: release"),
        ("log demo:nosuch", "unknown demo \"nosuch\""),
        ("state shop.asof --at @25:99", "@25:99"),
        ("state shop.asof --path a..b", "asof: not a path: \"a..b\""),
        ("state shop.asof --path .a..b", "asof: byte 2: not a path: \".a..b\""),
        ("rollback shop.asof 1", "--yes"),
        ("rollback shop.jsonl 1 --yes", "asof record shop.jsonl -o NAME.asof"),
        ("snapshot shop.jsonl v1", "asof record shop.jsonl -o NAME.asof"),
        ("snapshot demo:release v1", "asof record demo:release -o NAME.asof"),
        ("undo shop.jsonl", "asof record shop.jsonl -o NAME.asof"),
        ("verify shop.jsonl", "not a recording"),
        ("record shop.asof -o other.asof", "already a recording"),
        ("log shop.jsonl --format bogus", "bogus"),
    ] {
        sandbox.check(words, 2, "", err);
    }
}

#[test]
fn a_negative_answer_is_1() {
    let sandbox = Sandbox::new();
    for (words, err) in [
        ("state shop.asof --at #99", "99"),
        ("state shop.asof --at nosuch", "nosuch"),
        ("state shop.asof --path .features.nosuch", "no value at .features.nosuch in #4"),
        ("state shop.asof --path /features/nosuch", "no value at /features/nosuch"),
        ("diff shop.asof 1 2 --path .nosuch", "no value at .nosuch in #1 or #2"),
        ("diff shop.asof 1 2 --exit-code", ""),
        ("diff shop.asof 1 nosuch", "nosuch"),
        ("log shop.asof --label nosuch", ""),
        ("log shop.asof --tenant nosuch", "no tenant \"nosuch\" in"),
        ("snapshots shop.asof", ""),
        ("snapshot shop.asof nosuch --delete", "nosuch"),
        ("rollback shop.asof nosuch --yes", "nosuch"),
        ("undo shop.asof", "nothing to undo"),
    ] {
        sandbox.check(words, 1, "", err);
    }
    sandbox.check("diff shop.asof 2 2 --exit-code", 0, "", "");
}

#[test]
fn text_for_people() {
    let sandbox = Sandbox::new();
    for (words, out) in [
        ("log shop.asof", "#1  2026-10-09T10:00:00Z      ~1  ann  open"),
        ("log shop.asof --from 2 --to head~1", "grow"),
        ("log shop.asof --label deploy", "bob"),
        ("log shop.jsonl", "deploy 2.0"),
        ("state shop.asof --at 1 --path .sessions", "100.0\n"),
        ("state shop.asof --at @11:30 --path /sessions", "150\n"),
        ("state shop.asof --at -2h --path .sessions", "150\n"),
        ("state shop.asof --pretty", "{\n  \"features\": {\n"),
        ("diff shop.asof 1 2", "~  .sessions  100.0 → 150 (+50)"),
        ("diff shop.asof 2 3", "+  .features.new_ui  true"),
        ("diff shop.asof 3 2", "-  .features.new_ui  true"),
        ("diff shop.asof 1 head --path .features", ".features.beta"),
        ("diff shop.asof -3 head --summary", "sessions: 100 → 150 (+50)"),
        ("tenants shop.asof", "main  4 versions  0 snapshots  head #4"),
        ("branches shop.asof", "*  main  head #4"),
        ("verify shop.asof", "4 good records, 0 damaged places"),
        ("probe shop.jsonl", "states"),
        ("probe shop.asof", "recording"),
        ("log demo:release", "#"),
    ] {
        let text = sandbox.ok(words);
        assert!(text.contains(out), "asof {words}: no {out:?} in {text}");
    }
}

#[test]
fn a_patch_from_the_command_line_makes_the_one_of_the_other() {
    let sandbox = Sandbox::new();
    let patch: json_patch::Patch =
        serde_json::from_value(sandbox.json("diff shop.asof 1 4 --patch").remove(0)).unwrap();
    let mut state = sandbox.json("state shop.asof --at 1").remove(0);
    json_patch::patch(&mut state, &patch).unwrap();
    assert_eq!(state, sandbox.json("state shop.asof --at 4").remove(0));
}

/// The `--json` table of the design: at least these fields, on every line.
#[test]
fn json_has_the_promised_fields() {
    let sandbox = Sandbox::new();
    sandbox.ok("snapshot shop.asof v1 --at 1 --tag a --tag b --description first --by ann");
    sandbox.ok("rollback shop.asof v1 --yes --reason test");
    for (words, lines, fields) in [
        ("probe shop.jsonl --json", 1, "format candidates"),
        ("tenants shop.asof --json", 1, "tenant versions snapshots head file"),
        ("log shop.asof --json", 5, "version at label by kind branch parent added changed removed"),
        ("log shop.jsonl --json", 4, "version at label by kind branch parent added changed removed"),
        ("diff shop.asof 1 4 --json", 1, "from to added_keys changed_keys removed_keys moved_keys sizes changes"),
        ("snapshots shop.asof --json", 1, "id index name kind version at by description tags"),
        ("branches shop.asof --json", 2, "name head base versions current kept_by baseline"),
        ("verify shop.asof --json", 1, "records damage"),
        ("export shop.asof --format jsonl", 5, "version at label by branch kind state"),
        ("snapshot shop.asof v2 --json", 1, "id index name kind version at by description tags"),
        ("rollback shop.asof 2 --yes --json", 1, "version to kept"),
        ("undo shop.asof --json", 1, "undid"),
        ("record shop.jsonl -o new.asof --json", 1, "tenants versions problems"),
    ] {
        let found = sandbox.json(words);
        assert_eq!(found.len(), lines, "asof {words}: {found:#?}");
        for (line, field) in found.iter().flat_map(|line| fields.split(' ').map(move |field| (line, field))) {
            assert!(line.get(field).is_some(), "asof {words}: no {field} in {line}");
        }
    }
}

#[test]
fn json_says_what_is_so() {
    let sandbox = Sandbox::new();
    let first = &sandbox.json("log shop.asof --json")[0];
    let told = |line: &Value, field: &str| line[field].clone();
    assert_eq!(told(first, "at"), "2026-10-09T10:00:00Z");
    assert_eq!(
        [told(first, "version"), told(first, "by"), told(first, "kind"), told(first, "branch")],
        [1.into(), "ann".into(), "transition".into(), Value::from("main")]
    );
    let diff = &sandbox.json("diff shop.asof 1 3 --json")[0];
    assert_eq!(told(diff, "added_keys"), json!([".features.new_ui"]));
    assert_eq!(told(diff, "changed_keys"), json!([".sessions", ".version"]));
    let sessions = diff["changes"].as_array().unwrap().iter().find(|change| change["path"] == ".sessions").unwrap();
    assert_eq!(sessions["delta"], 50);
    assert_eq!((&sessions["kind"], &sessions["pointer"]), (&"changed".into(), &"/sessions".into()));
    assert_eq!(diff["sizes"][0], json!({"path": ".features", "old": 1, "new": 2, "delta": 1}));
}

#[test]
fn what_was_recorded_is_what_went_in() {
    let sandbox = Sandbox::new();
    let states: Vec<Value> =
        SHOP.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["state"].clone()).collect();
    for (i, state) in states.iter().enumerate() {
        for source in ["shop.asof", "shop.jsonl"] {
            assert_eq!(&sandbox.json(&format!("state {source} --at {}", i + 1))[0], state, "{source} #{}", i + 1);
        }
    }
    sandbox.write("again.jsonl", sandbox.ok("export shop.asof --format jsonl"));
    sandbox.ok("record again.jsonl -o again.asof");
    assert_eq!(sandbox.ok("export again.asof --format jsonl"), sandbox.ok("export shop.asof --format jsonl"));
    let digits = sandbox.ok("state again.asof --at 1");
    assert!(digits.contains("\"sessions\":100.0"), "{digits}");
}

/// What a version has beside its state: where it comes from, why it is not valid.
#[test]
fn an_export_keeps_where_versions_come_from() {
    let sandbox = Sandbox::new();
    let commit = |id: &str, cause: &str| format!(r#"{{"n":1,"id":"{id}","why":"{cause}"}}"#);
    sandbox.write("recipe.toml", "about = \"Events with ids\"\nfold = '{n: $event.n}'\nid = \"id\"\ncause = \"why\"\n");
    let lines = [
        commit("a-1", "").replace(r#","why":"""#, ""),
        commit("a-2", "a-1"),
        "{\"n\":".to_owned(),
        commit("a-3", "a-2"),
    ];
    sandbox.write("events.jsonl", lines.join("\n"));
    let first = sandbox.run("export events.jsonl --recipe recipe.toml --format jsonl", "").out;
    sandbox.write("once.jsonl", &first);
    assert_eq!(sandbox.run("export once.jsonl --format jsonl", "").out, first);
    let told: Vec<Value> = first.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let facts = |name: &str| told.iter().map(|line| line[name].as_str().unwrap_or("-")).collect::<Vec<_>>();
    assert_eq!(facts("source_id"), ["a-1", "a-2", "-", "a-3"]);
    assert_eq!(facts("cause"), ["-", "a-1", "-", "a-2"]);
    assert_eq!(facts("raw"), ["-", "-", "{\"n\":", "-"]);
}

#[test]
fn standard_input_is_a_source_and_a_recording_is_appended_to() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run("state - --at 1 --path .features", SHOP).out, "{\"beta\":false}\n");
    let ended = sandbox.run("record -o shop.asof --json", "{\"at\":\"2026-10-09T14:00:00Z\",\"state\":{\"v\":3}}\n");
    assert_eq!(
        (ended.code, ended.out.as_str()),
        (0, "{\"tenants\":[\"main\"],\"versions\":1,\"again\":0,\"problems\":[],\"notes\":[],\"look_alikes\":[]}\n")
    );
    assert_eq!(sandbox.ok("state shop.asof"), "{\"v\":3}\n");
    assert_eq!(sandbox.ok("state shop.asof --at 4 --path .version"), "\"2.0\"\n");
}

/// Each line twice, a file that has grown, one that begins alike, one of other values: `(file, versions, of these again)`.
#[test]
fn what_is_recorded_again_is_said() {
    let states = |values: &[u32]| values.iter().map(|n| format!("{{\"n\":{n}}}\n")).collect::<String>();
    let first = [11, 12, 13, 14, 15];
    for (later, again) in [
        (&[11, 12, 13, 14, 15][..], 5),
        (&[11, 12, 13, 14, 15, 16, 17], 5),
        (&[13, 14, 15], 3),
        (&[15], 0),
        (&[14, 15], 0),
        (&[11, 12, 99], 0),
        (&[21, 22, 23, 24, 25], 0),
        (&[15, 14, 13], 0),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("first.jsonl", states(&first));
        sandbox.write("later.jsonl", states(later));
        sandbox.ok("record first.jsonl -o again.asof");
        let told = sandbox.run("record later.jsonl -o again.asof --json", "").out;
        let told: Value = serde_json::from_str(&told).unwrap();
        assert_eq!((&told["versions"], &told["again"]), (&json!(later.len()), &json!(again)), "{later:?}");
        sandbox.ok("record first.jsonl -o words.asof");
        let words = sandbox.run("record later.jsonl -o words.asof", "").err;
        assert_eq!(words.contains("there already"), again > 0, "{later:?}: {words}");
    }
    // Two versions that are of the same times are the same.
    let sandbox = Sandbox::new();
    let dated = SHOP.lines().rev().take(2).collect::<Vec<_>>();
    let told = sandbox.run("record - -o shop.asof --json", &format!("{}\n{}\n", dated[1], dated[0])).out;
    assert!(told.contains("\"versions\":2,\"again\":2"), "{told}");
}

#[test]
fn a_rollback_and_its_undo_lose_nothing() {
    let sandbox = Sandbox::new();
    let before = sandbox.ok("state shop.asof");
    sandbox.ok("snapshot shop.asof v1.0 --at 1");
    assert_eq!(
        sandbox.json("rollback shop.asof v1.0 --yes --json")[0],
        json!({"version": 5, "to": 1, "kept": "main~1", "tenant": "main", "to_at": "2026-10-09T10:00:00Z"})
    );
    assert_eq!(sandbox.ok("state shop.asof"), sandbox.ok("state shop.asof --at 1"));
    assert_eq!(sandbox.ok("state shop.asof --at branch:main~1"), before);
    let last = sandbox.json("log shop.asof --json --from head").remove(0);
    assert_eq!([&last["kind"], &last["by"], &last["parent"]], [&"rollback".into(), &"tester".into(), &Value::from(1)]);
    sandbox.check("undo shop.asof", 0, "undid the rollback to #1: ", "");
    assert_eq!(sandbox.ok("state shop.asof"), before);
    sandbox.check("undo shop.asof", 0, "undid the creation of snapshot \"v1.0\"", "");
    sandbox.check("snapshots shop.asof", 1, "", "");
    assert_eq!(sandbox.json("log shop.asof --json").len(), 6, "every version is still there");
}

#[test]
fn a_deleted_snapshot_comes_back_by_undo() {
    let sandbox = Sandbox::new();
    sandbox.ok("snapshot shop.asof v1 --at 1");
    sandbox.ok("snapshot shop.asof v2 --at 3");
    assert_eq!(sandbox.json("snapshot shop.asof v1 --delete --json")[0]["name"], "v1");
    assert_eq!(sandbox.json("snapshots shop.asof --json").len(), 1);
    sandbox.ok("undo shop.asof");
    let names: Vec<Value> =
        sandbox.json("snapshots shop.asof --json").iter().map(|line| line["name"].clone()).collect();
    assert_eq!(names, ["v1", "v2"]);
}

/// The picture of the guide: a snapshot of one tenant is not found in another, in the words of one that does not exist.
#[test]
fn a_tenant_can_name_nothing_of_another() {
    let sandbox = Sandbox::new();
    for tenant in ["acme_corp", "widgets_r_us"] {
        sandbox.ok(&format!("record shop.jsonl -o both.asof --tenant {tenant}"));
    }
    sandbox.ok("snapshot both.asof beta_test --tenant widgets_r_us");
    sandbox.check("log both.asof", 2, "", "--tenant NAME: acme_corp, widgets_r_us");
    for target in ["beta_test", "no_such_test"] {
        let ended = sandbox.run(&format!("rollback both.asof snap:{target} --yes --tenant acme_corp"), "");
        assert_eq!(
            (ended.code, ended.err),
            (1, format!("asof: snapshot \"{target}\" not found in tenant acme_corp\n"))
        );
    }
    assert_eq!(sandbox.json("tenants both.asof --json").len(), 2);
}

#[test]
fn data_never_reaches_a_terminal_as_it_is() {
    let sandbox = Sandbox::new();
    let hostile = "\u{1b}[31m\u{7}\u{9b}2J\u{202e}\u{200b}\u{feff}\u{7f}\u{e0041}";
    let line = json!({"label": hostile, "by": hostile, "state": {hostile: hostile}});
    sandbox.write("hostile.jsonl", format!("{line}\n"));
    sandbox.ok("record hostile.jsonl -o hostile.asof");
    sandbox.run_words(
        &["snapshot", "hostile.asof", hostile, "--tag", hostile, "--description", hostile, "--by", hostile],
        "",
    );
    let mut outputs: Vec<Ended> = [
        "log",
        "log --json",
        "state",
        "state --pretty",
        "snapshots",
        "snapshots --json",
        "export --format jsonl",
        "diff 0 1",
        "diff 0 1 --json",
        "diff 0 1 --patch",
    ]
    .iter()
    .map(|words| {
        let (command, rest) = words.split_once(' ').unwrap_or((words, ""));
        sandbox.run(&format!("{command} hostile.asof {rest}"), "")
    })
    .collect();
    for words in [["log", hostile], ["state", hostile], [hostile, hostile]] {
        outputs.push(sandbox.run_words(&words, ""));
    }
    outputs.push(sandbox.run_words(&["state", "hostile.asof", "--at", hostile], ""));
    outputs.push(sandbox.run_words(&["log", "hostile.asof", "--tenant", hostile], ""));
    for ended in outputs {
        let both = format!("{}{}", ended.out, ended.err);
        let acted_on = |c: &char| hostile.contains(*c) && !c.is_ascii_graphic();
        assert_eq!(both.chars().find(acted_on), None, "{ended:#?}");
    }
}

#[test]
fn compaction_says_what_goes_and_keeps_the_rest() {
    let shop = Sandbox::new();
    shop.ok("snapshot shop.asof old --at #1");
    let refused = shop.run("compact shop.asof --before #3", "");
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("--yes"), "{refused:?}");
    let plan = shop.ok("compact shop.asof --before #3 --dry-run");
    assert_eq!(plan, "would delete 2 versions, 2 records, 1 snapshot; the oldest version is #3\n");
    let before = shop.ok("state shop.asof --at #3");
    let done: serde_json::Value = serde_json::from_str(&shop.ok("compact shop.asof --before #3 --yes --json")).unwrap();
    assert_eq!((&done["deleted"], &done["snapshots"]), (&2.into(), &1.into()), "{done}");
    assert_eq!(shop.ok("state shop.asof --at #3"), before);
    assert_eq!(shop.ok("log shop.asof --json").lines().count(), 2);
    assert_eq!(shop.ok("export shop.asof --format jsonl").lines().count(), 2);
    assert!(shop.run("state shop.asof --at #1", "").err.contains("removed by compaction"));
    shop.ok("verify shop.asof");
    shop.ok("rollback shop.asof #3 --yes");
}

#[test]
fn snapshots_are_edited_by_name_and_by_id() {
    let shop = Sandbox::new();
    shop.ok("snapshot shop.asof v1 --at #1 --tag rel");
    let auto = shop.json("snapshot shop.asof --kind auto --at #2 --json").remove(0);
    assert_eq!((&auto["kind"], &auto["name"]), (&"auto".into(), &Value::Null));
    let edited = shop.json("snapshot shop.asof v1 --edit --rename v1.0 --description first --json").remove(0);
    assert_eq!([&edited["name"], &edited["description"]], [&Value::from("v1.0"), &"first".into()]);
    assert_eq!(edited["tags"], json!(["rel"]), "what is not given stays");
    let id = auto["id"].as_u64().unwrap();
    shop.ok(&format!("snapshot shop.asof id:{id} --edit --tag kept"));
    shop.ok(&format!("snapshot shop.asof id:{id} --delete"));
    assert_eq!(shop.json("snapshots shop.asof --json").len(), 1);
    shop.check("snapshot shop.asof nothing --edit --tag x", 1, "", "snapshot \"nothing\" not found");
    shop.check("snapshot shop.asof --delete", 2, "", "required");
}

#[test]
fn a_branch_is_recorded_onto_and_listed_alone() {
    let shop = Sandbox::new();
    shop.ok("fork shop.asof x --at #2");
    let more = "{\"version\":\"x\"}\n{\"version\":\"y\"}\n";
    let done = shop.run("record - -o shop.asof --branch x", more);
    assert_eq!(done.code, 0, "{done:?}");
    shop.check("state shop.asof --at branch:x --path .version", 0, "\"y\"", "");
    shop.check("state shop.asof --path .version", 0, "\"2.0\"", "");
    let versions = |words: &str| shop.json(words).iter().map(|line| line["version"].clone()).collect::<Vec<_>>();
    assert_eq!(versions("log shop.asof --branch x --json"), [1, 2, 5, 6]);
    assert_eq!(versions("log shop.asof --branch main --json"), [1, 2, 3, 4]);
    shop.check("log shop.asof --branch y", 1, "", "branch \"y\" not found");
    assert_eq!(shop.run("record - -o shop.asof --branch nowhere", more).code, 1);
}
