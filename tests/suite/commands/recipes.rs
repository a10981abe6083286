//! Folds, fields and recipes on the command line.

use super::Sandbox;

const EVENTS: &str = "{\"type\":\"add\",\"n\":1,\"who\":{\"name\":\"ann\"}}\n{\"type\":\"noop\"}\n{\"type\":\"add\",\"n\":5}\n{\"type\":\"bad\"}\n";
const FOLD: &str = "if␣$event.type==\"add\"␣then␣.sum+=$event.n␣elif␣$event.type==\"noop\"␣then␣empty␣else␣error(\"no␣such␣event\")␣end";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("events.jsonl", EVENTS);
    sandbox.write("data.jsonl", "{\"a\":{\"when\":\"2026-01-01 10:00:00,5\"},\"what\":\"x\",\"data\":{\"n\":1},\"shop\":\"s\"}\n{\"a\":{\"when\":\"soon\"},\"what\":\"y\",\"data\":{\"n\":2},\"shop\":\"s\"}\n");
    sandbox
}

#[test]
fn events_are_asked_about_and_a_fold_answers() {
    let sandbox = sandbox();
    sandbox.check("log events.jsonl", 2, "", "pass --fold or --recipe");
    sandbox.check("probe events.jsonl", 1, "states", "(type is add, bad, noop)");
    let told = sandbox.run(
        &format!("log events.jsonl --json --fold {FOLD} --initial {{\"sum\":0}} --label-field type --by who.name"),
        "",
    );
    assert_eq!(told.code, 3, "{told:?}");
    assert!(told.err.contains("events.jsonl, line 4, byte ") && told.err.contains(": no such event"), "{told:?}");
    let lines: Vec<serde_json::Value> = told.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let labels: Vec<&str> = lines.iter().map(|line| line["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["add", "add · noop", "bad"]);
    assert_eq!((&lines[0]["by"], &lines[2]["kind"]), (&"ann".into(), &"invalid".into()));
    let state = sandbox.run(&format!("state events.jsonl --fold {FOLD} --initial {{\"sum\":0}}"), "");
    assert_eq!(state.out.trim(), "{\"sum\":6}");
}

/// What an event names as its cause is kept in a recording, and told again from there.
#[test]
fn causes_are_kept_and_told() {
    let sandbox = Sandbox::new();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/recipes/temporal.json");
    let source: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(sample).unwrap()).unwrap();
    let ended = sandbox.run_words(&["record", sample, "--recipe", "temporal", "-o", "t.asof"], "");
    assert_eq!(ended.code, 0, "{ended:?}");
    let lines = sandbox.json("log t.asof --json");
    let events = source["events"].as_array().unwrap();
    assert_eq!(lines.len(), events.len());
    let mut named = 0;
    for (line, event) in lines.iter().zip(events) {
        let attributes =
            event.as_object().unwrap().iter().find(|(name, _)| name.ends_with("EventAttributes")).unwrap().1;
        let names = ["workflowTaskCompletedEventId", "startedEventId", "scheduledEventId", "initiatedEventId"];
        let cause = names.iter().map(|name| &attributes[*name]).find(|id| !id.is_null());
        named += usize::from(cause.is_some());
        assert_eq!((&line["source_id"], &line["cause"]), (&event["eventId"], cause.unwrap_or(&().into())), "{line}");
    }
    assert!(named >= 4, "{named}");
}

/// A gap is told whether or not events have ids; a restart only by them.
#[test]
fn what_a_recipe_says_is_lost_is_a_gap() {
    let sandbox = Sandbox::new();
    let recipe = "about = \"x\"\nfold = \"$event.v\"\nid = \".id\"\nlost = \".lost\"\nrestarts = \".again\"\n";
    sandbox.write("lost.toml", recipe);
    for (events, expected) in [
        (
            "{\"v\":1}\n{\"lost\":\"q\"}\n{\"v\":2}",
            "the source lost events (q): what happened before this event is missing",
        ),
        (
            "{\"v\":1,\"id\":1}\n{\"lost\":\"q\"}\n{\"v\":2}",
            "(q): what happened between 1 and an unknown one is missing",
        ),
        (
            "{\"v\":1}\n{\"lost\":\"q\"}\n{\"v\":2,\"id\":2}",
            "(q): what happened between an unknown one and 2 is missing",
        ),
        ("{\"v\":1,\"id\":1}\n{\"lost\":\"q\"}\n{\"v\":1,\"id\":1}", ""),
        ("{\"lost\":\"q\"}\n{\"v\":1}\n{\"v\":2}", ""),
        ("{\"v\":1}\n{\"v\":2,\"again\":true}", ""),
        (
            "{\"v\":1,\"id\":1}\n{\"v\":2,\"id\":2,\"again\":true}",
            "the source began again: what happened between 1 and 2 is missing",
        ),
    ] {
        sandbox.write("events.jsonl", events);
        let ended = sandbox.run("log events.jsonl --recipe ./lost.toml", "");
        let gaps: Vec<_> = ended.out.lines().filter(|line| line.contains("gap")).collect();
        assert_eq!(gaps.len(), usize::from(!expected.is_empty()), "{events}: {ended:?}");
        assert!(gaps.iter().all(|gap| gap.contains(expected)), "{events}: {ended:?}");
    }
}

#[test]
fn fields_are_found_where_they_are_said_to_be() {
    let sandbox = sandbox();
    let told =
        sandbox.run("log data.jsonl --json --time a.when --state data --label-field what --tenant-field shop", "");
    let lines: Vec<serde_json::Value> = told.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["at"], &lines[0]["label"]), (&"2026-01-01T10:00:00.500Z".into(), &"x".into()), "{told:?}");
    assert!(lines[1]["at"].is_null() && told.err.contains("unknown time format: \"soon\""), "{told:?}");
    let tenants = sandbox.run("tenants data.jsonl --json", "");
    assert!(tenants.out.contains("\"tenant\":\"s\""), "what was said is remembered: {tenants:?}");
    // Where the text shows where the state is, that stays so.
    sandbox.write("framed.jsonl", "{\"time\":\"2026-01-01T00:00:00Z\",\"why\":\"because\",\"state\":{\"n\":1}}\n");
    let told = sandbox.run("log framed.jsonl --json --label-field why", "");
    assert!(told.out.contains("\"label\":\"because\"") && told.out.contains("2026-01-01T00:00:00"), "{told:?}");
    assert_eq!(sandbox.run("state framed.jsonl", "").out.trim(), "{\"n\":1}");
    // A short name means what it meant before where it is taken.
    sandbox.check("log shop.asof --label beta", 0, "beta on", "");
    sandbox.check("state data.jsonl --state nowhere", 3, "", "no state at the given path in 2 events");
}

#[test]
fn what_was_said_is_remembered_until_something_else_is_said() {
    let sandbox = sandbox();
    sandbox.check("state data.jsonl --state data", 0, "{\"n\":2}", "");
    sandbox.check("state data.jsonl", 0, "{\"n\":2}", "read as last time: --state-field data");
    sandbox.check("state data.jsonl --state a", 0, "{\"when\":\"soon\"}", "");
    sandbox.check("state data.jsonl", 0, "{\"when\":\"soon\"}", "--state-field a");
    sandbox.check("state data.jsonl --format states", 0, "\"what\":\"y\"", "");
    sandbox.check("state data.jsonl", 0, "\"what\":\"y\"", "");
    // A recipe in a file is found again, from any folder.
    sandbox.write("mine.toml", "about = \"what lies in data\"\nfold = \"$event.data\"\n");
    let by_recipe = sandbox.run("state data.jsonl --recipe mine.toml", "");
    let below = sandbox.path("below");
    std::fs::create_dir(&below).unwrap();
    let again = sandbox.command().current_dir(&below).args(["state", "../data.jsonl"]).output().unwrap();
    assert_eq!((by_recipe.code, by_recipe.out.trim()), (0, "{\"n\":2}"), "{by_recipe:?}");
    assert_eq!(String::from_utf8_lossy(&again.stdout), by_recipe.out, "{again:?}");
    sandbox.check("state data.jsonl --format states", 0, "\"what\":\"y\"", "");
    // A command is never run unasked.
    sandbox.check("state data.jsonl --reducer cat", 0, "\"action\"", "");
    let again = sandbox.run("state data.jsonl", "");
    assert!(again.out.contains("\"what\":\"y\"") && !again.err.contains("read as last time"), "{again:?}");
}

#[test]
fn a_reducer_in_any_language_makes_the_states() {
    let sandbox = sandbox();
    let script = "while read -r line; do n=$((n+1)); echo \"{\\\"seen\\\":$n}\"; done";
    let run = |script: &str| sandbox.run_words(&["state", "events.jsonl", "--reducer", script], "");
    assert_eq!(run(script).out.trim(), "{\"seen\":4}");
    let dies = run("read -r line; echo '{\"seen\":1}'; read -r line; echo 'out of memory' >&2; exit 7");
    assert_eq!((dies.code, dies.out.trim()), (3, "{\"seen\":1}"), "{dies:?}");
    assert!(
        dies.err.contains("line 2") && dies.err.contains("(exit status: 7)") && dies.err.contains("out of memory"),
        "{dies:?}"
    );
    let wrong = run("while read -r line; do echo oops; done");
    assert!(wrong.code == 3 && wrong.err.contains("the reducer's answer is not JSON"), "{wrong:?}");
}

#[test]
fn recipes_are_listed_tested_and_used() {
    let sandbox = sandbox();
    let run = |words: &[&str]| {
        let output = sandbox.command().env("XDG_CONFIG_HOME", sandbox.path("config")).args(words).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    let mine = "about = \"adds\"\ninitial = '{\"sum\":0}'\nfold = 'if $event.type == \"add\" then .sum += $event.n else empty end'\nlabel = 'type'\n[[detect]]\nis = { type = [\"add\", \"noop\", \"bad\"] }\n";
    sandbox.write("adds.toml", mine);
    let (code, out, err) = run(&["recipe", "test", "adds.toml", "events.jsonl"]);
    assert!(
        code == 0
            && out.contains("{\"sum\":6}")
            && err.contains("adds is for events.jsonl: 4 of 4 JSON texts: type is add"),
        "{out}{err}"
    );
    let (_, out, _) = run(&["state", "events.jsonl", "--recipe", "./adds.toml"]);
    assert_eq!(out.trim(), "{\"sum\":6}");
    run(&["state", "events.jsonl", "--format", "states"]);
    std::fs::create_dir_all(sandbox.path("config/asof/recipes")).unwrap();
    sandbox.write("config/asof/recipes/adds.toml", mine);
    let (code, out, err) = run(&["probe", "events.jsonl"]);
    assert!(
        code == 0 && out.contains("adds") && err.contains("pass --recipe adds to turn them into states"),
        "{code} {out}{err}"
    );
    let (code, _, err) = run(&["log", "events.jsonl"]);
    assert!(code == 2 && err.contains("pass --recipe adds"), "{code} {err}");
    let (_, out, _) = run(&["recipes", "--json"]);
    let all: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(all.iter().any(|recipe| recipe["name"] == "adds" && recipe["problem"].is_null()));
    assert!(all.iter().any(|recipe| recipe["name"] == "immer" && recipe["file"].is_null()));
    sandbox.write("broken.toml", "about = \"x\"\nfolds = \".\"\n");
    for words in
        [["recipe", "test", "broken.toml", "events.jsonl"], ["log", "events.jsonl", "--recipe", "./broken.toml"]]
    {
        let (code, _, err) = run(&words);
        assert!(code == 2 && err.contains("broken.toml:2: there is no key \"folds\""), "{code} {err}");
    }
    let (code, _, err) = run(&["log", "events.jsonl", "--recipe", "nope"]);
    assert!(code == 2 && err.contains("unknown recipe \"nope\""), "{code} {err}");
}
