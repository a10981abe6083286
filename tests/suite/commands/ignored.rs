//! Paths that are ignored: what is left out by `--ignore` and by the setting, in every command, and how that is told.

use super::engine::watching;
use super::sandbox::Sandbox;
use serde_json::{Value, json};
use std::io::BufRead;

/// A shop whose clock runs with every version, and whose price changes at #3 only.
fn shop() -> Sandbox {
    let sandbox = Sandbox::new();
    let line = |n: u64| {
        let price = if n < 3 { 1 } else { 2 };
        let items = json!([{"id": "a", "price": price, "etag": n}, {"id": "b", "price": 1, "etag": n}]);
        format!("{}\n", json!({"label": format!("l{n}"), "state": {"clock": n, "items": items, "meta": {"seenAt": n}}}))
    };
    sandbox.write("clock.jsonl", (1..=5).map(line).collect::<String>());
    sandbox.ok("record clock.jsonl -o clock.asof");
    sandbox
}

const FLAGS: &str = "--ignore .clock --ignore .items[*].etag --ignore .**.seenAt";
const SETTING: &str = "settings clock.asof ignore=.clock ignore=.items[*].etag ignore=.**.seenAt --json";

/// What a command prints for machines; what it says beside does not matter here.
fn lines(sandbox: &Sandbox, words: &str) -> (i32, Vec<Value>) {
    let ended = sandbox.run(words, "");
    (ended.code, ended.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn what_is_ignored_leaves_every_command_by_flag_and_by_setting() {
    let by_setting = shop();
    let kept = by_setting.json(SETTING);
    assert_eq!(kept[0]["ignored-paths"], json!([".clock", ".items[*].etag", ".**.seenAt"]));
    let by_flag = shop();
    for (sandbox, flags) in [(&by_flag, FLAGS), (&by_setting, "")] {
        let diff = lines(sandbox, &format!("diff clock.asof 1 5 {flags} --json")).1.remove(0);
        assert_eq!((&diff["changed_keys"], &diff["ignored"]), (&json!([".items[0].price"]), &json!(4)));
        assert_eq!(diff["ignored_paths"], kept[0]["ignored-paths"]);
        let summary = lines(sandbox, &format!("diff clock.asof 3 5 {flags} --summary --json")).1.remove(0);
        assert_eq!((&summary["equal"], &summary["ignored"], &summary["changed"]), (&json!(true), &json!(4), &json!(0)));
        sandbox.check(
            &format!("diff clock.asof 3 5 {flags} --exit-code"),
            0,
            "A and B are equal, 4 paths ignored",
            "3 paths ignored: .clock, ",
        );
        sandbox.check(&format!("diff clock.asof 2 3 {flags} --exit-code"), 1, "4 paths ignored", "");
        let patch = lines(sandbox, &format!("diff clock.asof 1 5 {flags} --patch")).1.remove(0);
        assert_eq!(patch.as_array().unwrap().len(), 1, "{patch}");
        assert_eq!(patch[0]["path"], "/items/0/price");
        let log = lines(sandbox, &format!("log clock.asof {flags} --json")).1;
        let counts: Vec<_> =
            log.iter().skip(1).map(|line| (line["changed"].as_u64(), line["ignored"].as_u64())).collect();
        assert_eq!(counts, [(Some(0), Some(4)), (Some(1), Some(4)), (Some(0), Some(4)), (Some(0), Some(4))]);
        sandbox.check(&format!("log clock.asof {flags}"), 0, "4 ignored", "3 paths ignored");
        for (path, versions) in [(".", vec![1, 3]), (".items", vec![1, 3]), (".clock", vec![]), (".meta", vec![1])] {
            for command in [format!("history clock.asof {path}"), format!("log clock.asof --path {path}")] {
                let rows = lines(sandbox, &format!("{command} {flags} --json")).1;
                let found: Vec<_> = rows.iter().map(|row| row["version"].as_u64().unwrap()).collect();
                assert_eq!(found, versions, "{command}");
            }
        }
        let blamed = lines(sandbox, &format!("blame clock.asof {flags} --json")).1;
        let paths: Vec<_> = blamed.iter().map(|row| row["path"].as_str().unwrap()).collect();
        assert_eq!(paths, [".items[0].id", ".items[0].price", ".items[1].id", ".items[1].price"]);
        assert_eq!(lines(sandbox, &format!("blame clock.asof .clock {flags} --json")), (1, vec![]));
        let assert = |text: &str| lines(sandbox, &format!("assert clock.asof {text} {flags} --json"));
        assert_eq!(
            (assert("never(changed(.meta))").0, assert("never(changed(.))").1[0]["version"].as_u64()),
            (0, Some(3))
        );
        assert_eq!(assert("always(.clock␣>␣0)").0, 0, "filters see all of it");
        let changes = assert("never(changed(.))").1[0]["changes"].as_array().unwrap().len();
        assert_eq!(changes, 1);
    }
    for command in [
        "diff clock.asof 3 5 --exit-code",
        "history clock.asof .meta --from 2",
        "assert clock.asof never(changed(.meta))",
    ] {
        let negative = i32::from(!command.starts_with("history"));
        assert_eq!(by_setting.run(&format!("{command} --no-ignore"), "").code, negative, "{command}");
        assert_eq!(by_setting.run(command, "").code, 1 - negative, "{command}");
    }
}

/// Whether a pattern ends on the way to a path: the plain walk.
fn covers(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern, path) {
        ([], _) => true,
        (["**", rest @ ..], path) => covers(rest, path) || (!path.is_empty() && covers(pattern, &path[1..])),
        ([_, ..], []) => false,
        ([part, rest @ ..], [step, below @ ..]) => (*part == "*" || part == step) && covers(rest, below),
    }
}

fn split(path: &str) -> Vec<&str> {
    path.split(['.', '[', ']']).filter(|part| !part.is_empty()).collect()
}

/// A value without what is ignored.
fn pruned(value: &Value, path: &[&str], patterns: &[Vec<&str>]) -> Option<Value> {
    if !path.is_empty() && patterns.iter().any(|pattern| covers(pattern, path)) {
        return None;
    }
    let below = |step: &str, inner: &Value| pruned(inner, &[path, &[step]].concat(), patterns);
    Some(match value {
        Value::Object(members) => {
            members.iter().filter_map(|(key, inner)| Some((key.clone(), below(key, inner)?))).collect()
        }
        Value::Array(elements) => {
            let each = elements.iter().enumerate();
            each.map(|(at, inner)| below(&at.to_string(), inner).unwrap_or_default()).collect()
        }
        scalar => scalar.clone(),
    })
}

/// Whoever asks for a path that is ignored is told no change of it, by any command, and told why.
#[test]
fn an_ignored_path_never_counts_as_changed() {
    let sandbox = Sandbox::new();
    let state = |n: u64| {
        let rows = json!([{"id": "a", "v": n / 2, "t": n}, {"id": "b", "v": 0, "t": n / 3}]);
        json!({"x": n, "y": n / 2, "a": {"x": n / 3, "b": {"x": n, "z": n / 4}}, "rows": rows})
    };
    let states: Vec<Value> = (0..6).map(state).collect();
    sandbox.write("s.jsonl", states.iter().map(|state| format!("{state}\n")).collect::<String>());
    let paths = [".x", ".a", ".a.x", ".a.b", ".a.b.x", ".rows", ".rows[0]", ".rows[0].t", ".rows[1].v", ".gone"];
    let sets =
        [&[".x"][..], &[".*"], &[".**.x"], &[".a.*"], &[".rows[*].t"], &[".rows[0]"], &[".a.b", ".rows"], &[".**.b.*"]];
    for set in sets {
        let patterns: Vec<Vec<&str>> = set.iter().map(|pattern| split(pattern)).collect();
        let flags: String = set.iter().map(|pattern| format!(" --ignore {pattern}")).collect();
        for path in paths {
            let steps = split(path);
            let part = |state: &Value| {
                let here = state.pointer(&format!("/{}", steps.join("/")))?;
                patterns.iter().all(|pattern| !covers(pattern, &steps)).then(|| pruned(here, &steps, &patterns))?
            };
            let parts: Vec<Option<Value>> = states.iter().map(part).collect();
            let before = |at: usize| at.checked_sub(1).and_then(|before| parts[before].as_ref());
            let changed: Vec<u64> =
                (0..parts.len()).filter(|at| parts[*at].as_ref() != before(*at)).map(|at| at as u64 + 1).collect();
            for command in ["history s.jsonl", "log s.jsonl --path", "find s.jsonl --changed"] {
                let words = format!("{command} {path}{flags} --json");
                let (code, rows) = lines(&sandbox, &words);
                let found: Vec<u64> = rows.iter().map(|row| row["version"].as_u64().unwrap()).collect();
                assert_eq!((&found, code), (&changed, i32::from(changed.is_empty())), "{words}");
                if patterns.iter().any(|pattern| covers(pattern, &steps)) {
                    let why = format!("{path} is ignored: its changes are shown without that --ignore");
                    sandbox.check(&words, 1, "", &why);
                }
            }
            let words = format!("diff s.jsonl 5 6 --path {path}{flags} --exit-code --json");
            assert_eq!(sandbox.run(&words, "").code, i32::from(path == ".gone" || changed.contains(&6)), "{words}");
            let words = format!("assert s.jsonl after(.y␣>=␣0)␣never(changed({path})) {flags}");
            let holds = changed.iter().all(|version| *version == 1);
            // Elements that are left out are null for a filter.
            assert_eq!(sandbox.run(&words, "").code, i32::from(!holds), "{words}");
        }
        let log = lines(&sandbox, &format!("log s.jsonl{flags} --json")).1;
        for at in 1..states.len() {
            let changes = pruned(&states[at], &[], &patterns) != pruned(&states[at - 1], &[], &patterns);
            assert_eq!(log[at]["changed"].as_u64().unwrap() > 0, changes, "#{} {flags}", at + 1);
        }
    }
    for pattern in ["**", ".**", "."] {
        let words = format!("find s.jsonl --changed .x --ignore {pattern}");
        sandbox.check(&words, 2, "", "that is the whole value; name a part of it, such as .updatedAt");
    }
}

#[test]
fn without_ignored_paths_counts_are_those_of_the_log() {
    let sandbox = shop();
    let fields = ["version", "added", "changed", "removed", "moved"];
    let of = |words: &str| -> Vec<Value> {
        lines(&sandbox, words).1.iter().map(|row| fields.iter().map(|field| row[field].clone()).collect()).collect()
    };
    assert_eq!(of("log clock.asof --json"), of("log clock.asof --ignore .nothing --json"));
}

#[test]
fn the_setting_is_changed_shown_and_undone() {
    let sandbox = shop();
    sandbox.ok(SETTING);
    sandbox.check("settings clock.asof", 0, ".**.seenAt", "");
    assert_eq!(
        sandbox.json("settings clock.asof ignore=.clock ignore=.clock --json")[0]["ignored-paths"],
        json!([".clock"])
    );
    assert_eq!(sandbox.json("settings clock.asof keep-auto=3 --json")[0]["ignored-paths"], json!([".clock"]));
    assert_eq!(sandbox.json("settings clock.asof ignore=none --json")[0]["ignored-paths"], json!([]));
    sandbox.ok("undo clock.asof");
    assert_eq!(sandbox.json("settings clock.asof --json")[0]["ignored-paths"], json!([".clock"]));
    for wrong in ["ignore=.", "ignore=**", "ignore=.a[", "ignore=.a..b", "ignore="] {
        sandbox.check(&format!("settings clock.asof {wrong}"), 2, "", "not a path to ignore");
    }
    for command in ["diff clock.asof 1 2", "log clock.asof", "history clock.asof .", "assert clock.asof always(.)"] {
        sandbox.check(&format!("{command} --ignore .a["), 2, "", "not a path to ignore");
    }
}

#[test]
fn watching_passes_over_heads_that_change_ignored_paths_only() {
    let sandbox = shop();
    let (mut child, out) = watching(&sandbox, "watch clock.asof --json --count 1 --for 60s --ignore .clock");
    let tenant = asof::Recording::open(&sandbox.path("clock.asof")).unwrap().tenant(&"main".into()).unwrap();
    tenant.apply("tick", |draft| draft.set(".clock", &6)).unwrap();
    tenant.apply("price", |draft| draft.set(".items[0].price", &7)).unwrap();
    let heads: Vec<Value> = out.lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
    assert!(child.wait().unwrap().success());
    assert_eq!((heads.len(), &heads[0]["label"]), (1, &json!("price")));
}

#[test]
fn watching_ends_when_a_filter_becomes_true() {
    let sandbox = shop();
    let until = |words: &str| sandbox.run(&format!("watch clock.asof {words}"), "");
    let already = until("--until .clock␣>␣2 --json");
    assert!(already.code == 0 && already.err.contains(".clock > 2 is true already, at #5"), "{already:?}");
    let line: Value = serde_json::from_str(&already.out).unwrap();
    assert_eq!((&line["version"], &line["label"], &line["until"]), (&json!(5), &json!("l5"), &json!(".clock > 2")));
    assert_eq!(line["changes"][0]["path"], ".clock");
    let never = until("--until .clock␣>␣100 --for 1s");
    assert!(never.code == 1 && never.err.contains("was not true for any head"), "{never:?}");
    let failing = until("--until .clock.x --for 1s");
    assert!(failing.code == 1 && failing.err.contains("counts as false, first at #5"), "{failing:?}");
    assert_eq!(until("--until .clock␣&& --for 1s").code, 2);
    let (mut child, out) = watching(&sandbox, "watch clock.asof --json --for 60s --until .clock==8 --path .clock");
    let tenant = asof::Recording::open(&sandbox.path("clock.asof")).unwrap().tenant(&"main".into()).unwrap();
    for n in 6..=9 {
        tenant.by("ann").apply("tick", |draft| draft.set(".clock", &n)).unwrap();
    }
    let heads: Vec<Value> = out.lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
    assert!(child.wait().unwrap().success());
    let told: Vec<_> = heads.iter().map(|head| json!([head["version"], head["value"]])).collect();
    assert_eq!(told, [json!([6, 6]), json!([7, 7]), json!([8, 8])]);
    let last = &heads[2];
    assert_eq!(
        (&last["by"], &last["changes"][0]["old"], &last["changes"][0]["new"]),
        (&json!("ann"), &json!(7), &json!(8))
    );
}

#[test]
fn the_log_of_a_path_has_what_was_there_before_and_since() {
    let sandbox = shop();
    let rows = sandbox.json("log clock.asof --path .items[id=a].price --json");
    let told: Vec<_> =
        rows.iter().map(|row| json!([row["version"], row["change"], row["old"], row["new"], row["label"]])).collect();
    assert_eq!(told, [json!([1, "added", null, 1, "l1"]), json!([3, "changed", 1, 2, "l3"])]);
    sandbox.check("log clock.asof --path .items[id=a].price", 0, "1  →  2", "");
    sandbox.check("log clock.asof --path .nowhere", 1, "", "nothing changed at .nowhere");
    sandbox.check("log clock.asof --path .a[", 2, "", ".a[");
    assert_eq!(sandbox.json("log clock.asof --path .clock --from 2 --to 4 --json").len(), 3);
    assert_eq!(sandbox.json("log clock.asof --path .clock --label l4 --json").len(), 1);
    sandbox.ok("rollback clock.asof 1 --yes");
    let back = sandbox.json("log clock.asof --path .items[id=a].price --json").pop().unwrap();
    assert_eq!((&back["kind"], &back["old"], &back["new"]), (&json!("rollback"), &json!(2), &json!(1)));
    // Elements are followed by the field that is chosen.
    sandbox.write("rows.jsonl", "[{\"k\":1,\"id\":1,\"v\":1},{\"k\":2,\"id\":2,\"v\":1}]\n[{\"k\":2,\"id\":1,\"v\":1},{\"k\":1,\"id\":2,\"v\":1}]\n");
    assert_eq!(sandbox.json("log rows.jsonl --path [0].id --json").len(), 1);
    assert_eq!(sandbox.json("log rows.jsonl --path [0].id --array-key .=k --json").len(), 2);
    assert_eq!(sandbox.json("history rows.jsonl [0].id --array-key .=k --json").len(), 2);
}
