//! The abilities of the engine on the command line: branches, variants, promotion, pruning, undo and redo.

use super::sandbox::Sandbox;
use asof::Recording;
use assert_cmd::cargo::cargo_bin;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// Three variants of `baseline` at #1, scored as in the guide.
fn variants() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.ok("snapshot shop.asof baseline --at 1");
    sandbox.ok("score shop.asof baseline score=80 p95=40ms:lower errors=0:zero");
    for (name, figures) in
        [("A", "85 p95=30ms errors=0"), ("B", "92 p95=20.5ms errors=0"), ("C", "78 p95=41ms errors=3")]
    {
        sandbox.ok(&format!("fork shop.asof {name} --baseline baseline"));
        sandbox.ok(&format!("score shop.asof {name} score={figures}"));
    }
    sandbox
}

pub fn column(lines: &[Value], field: &str) -> Vec<Value> {
    lines.iter().map(|line| line[field].clone()).collect()
}

#[test]
fn variants_are_compared_and_the_winner_is_promoted() {
    let sandbox = variants();
    let told = sandbox.json("variants shop.asof --baseline baseline --json");
    assert_eq!(column(&told, "variant"), ["A", "B", "C", "baseline"]);
    assert_eq!(column(&told, "score"), [json!(85), json!(92), json!(78), json!(80)]);
    assert_eq!(column(&told, "verdict"), ["beats baseline", "winner", "disqualified: errors", "reference"]);
    let p95 = &told[1]["metrics"]["p95"];
    assert_eq!([&p95["value"], &p95["unit"], &p95["mark"]], [&json!(20.5), &json!("ms"), &json!("better")]);
    let table = sandbox.ok("variants shop.asof");
    for part in ["p95", "20.5 ms -48.8% +", "3 +3 !", "WINNER", "disqualified: errors"] {
        assert!(table.contains(part), "no {part} in {table}");
    }
    let done = &sandbox.json("promote shop.asof B --reason best --yes --json")[0];
    assert_eq!(
        done,
        &json!({"version": 5, "to": 1, "kept": "main~1", "tenant": "main", "to_at": "2026-10-09T10:00:00Z"})
    );
    assert_eq!(sandbox.json("log shop.asof --from head --json")[0]["kind"], "promote");
    assert_eq!(sandbox.json("variants shop.asof --json")[1]["promoted"], 5);
    for (words, refused) in [
        ("promote shop.asof main", "asof: main cannot be promoted: name a variant or another branch\n"),
        ("promote shop.asof main~1", "asof: growing branch \"main~1\" not found in tenant main\n"),
        ("promote shop.asof D", "asof: branch \"D\" not found in tenant main"),
    ] {
        let ended = sandbox.run(&format!("{words} --reason best --yes"), "");
        assert!(ended.code == 1 && ended.err.starts_with(refused), "{words}: {ended:?}");
    }
    sandbox.check("undo shop.asof --dry-run", 0, "would undo the promotion of B: ", "");
    sandbox.check("undo shop.asof", 0, "undid the promotion of B: ", "");
    assert_eq!(sandbox.ok("state shop.asof"), sandbox.ok("state shop.asof --at 4"));
    let redone = &sandbox.json("redo shop.asof --json")[0];
    assert_eq!([&redone["redid"], &redone["undid"]], ["promote B", "undo of promote B"]);
    assert_eq!(sandbox.ok("state shop.asof"), sandbox.ok("state shop.asof --at 1"));
    sandbox.check("redo shop.asof", 1, "", "nothing to redo");
}

/// A sentence names the write by a noun; `--json` keeps the words it had.
#[test]
fn undo_and_redo_say_in_words_what_they_turn_round() {
    let check = |sandbox: &Sandbox, write: &str, noun: &str, told: &str| {
        sandbox.ok(write);
        for (verb, done) in [("undo", "undid"), ("redo", "redid")] {
            sandbox.check(&format!("{verb} shop.asof --dry-run"), 0, &format!("would {verb} {noun}"), "");
            let json = &sandbox.json(&format!("{verb} shop.asof --dry-run --json"))[0];
            assert_eq!(json[done], *told, "{write}");
            sandbox.check(&format!("{verb} shop.asof"), 0, &format!("{done} {noun}"), "");
        }
    };
    let sandbox = variants();
    sandbox.ok("fork shop.asof two-words --at 2");
    for (write, noun, told) in [
        ("rollback shop.asof 2 --yes", "the rollback to #2: ", "rollback to #2"),
        ("promote shop.asof C --reason best --yes", "the promotion of C: ", "promote C"),
        ("promote shop.asof two-words --reason best --yes", "the promotion of two-words: ", "promote two-words"),
        ("snapshot shop.asof v2", "the creation of snapshot \"v2\"", "snapshot \"v2\""),
        ("snapshot shop.asof --delete v2", "the deletion of snapshot \"v2\"", "deletion of snapshot \"v2\""),
        ("settings shop.asof keep-auto=20", "the change of settings", "change of settings"),
    ] {
        check(&sandbox, write, noun, told);
    }
    // What an application wrote since is left behind: the refusal names the write too.
    sandbox.ok("rollback shop.asof 3 --yes");
    sandbox.run("record - -o shop.asof", "{\"n\":9}\n");
    sandbox.check("undo shop.asof", 4, "", "undo of the rollback to #3 would leave behind 1 newer version");
    sandbox.ok("undo shop.asof --force");
    sandbox.ok("promote shop.asof C --reason best --yes");
    sandbox.run("record - -o shop.asof", "{\"n\":9}\n");
    sandbox.check("undo shop.asof", 4, "", "undo of the promotion of C would leave behind 1 newer version");
}

#[test]
fn a_fork_is_a_branch_and_main_stays() {
    let sandbox = variants();
    let made = &sandbox.json("fork shop.asof try-it --at head~1 --json")[0];
    assert_eq!([&made["name"], &made["head"], &made["base"]], [&json!("try-it"), &json!(3), &json!(3)]);
    let all = sandbox.json("branches shop.asof --json");
    assert_eq!(column(&all, "name"), ["main", "A", "B", "C", "try-it"]);
    assert_eq!(
        column(&all, "baseline"),
        [Value::Null, "baseline".into(), "baseline".into(), "baseline".into(), Value::Null]
    );
    assert_eq!(all[0]["head"], 4);
}

/// A snapshot and a fork of a version that may be wrong say so, as every list does.
#[test]
fn what_is_made_of_a_doubtful_version_says_its_problem() {
    for (log, is_doubtful) in [("v1-flipped-state", true), ("v2-flipped-state", true), ("v2-plain-good", false)] {
        let sandbox = Sandbox::new();
        let (from, to) = (
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/logs").join(log),
            sandbox.path("r.asof"),
        );
        std::fs::create_dir(&to).unwrap();
        for file in std::fs::read_dir(from).unwrap().map(Result::unwrap).filter(|file| file.path().is_file()) {
            std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
        let problem = |words: &str| {
            let run = sandbox.run(words, "");
            let made: Value = serde_json::from_str(run.out.lines().next().unwrap_or_default()).unwrap();
            made["problem"].is_string()
        };
        let four = "--at 4 --json";
        let doubtful = [
            problem(&format!("snapshot r.asof here {four}")),
            problem(&format!("fork r.asof there {four}")),
            problem("snapshot r.asof first --at 1 --json"),
        ];
        assert_eq!(doubtful, [is_doubtful, is_doubtful, false], "{log}");
    }
}

#[test]
fn what_cannot_be_is_told() {
    let sandbox = variants();
    for (words, code, err) in [
        ("fork shop.asof B", 1, "branch \"B\" already exists"),
        ("fork shop.asof x~1", 2, "is not a valid branch name"),
        ("fork shop.asof D --baseline nosuch", 1, "snapshot \"nosuch\" not found"),
        ("fork shop.asof D --at 99", 1, "99"),
        ("fork shop.jsonl D", 2, "asof record shop.jsonl -o NAME.asof"),
        ("score shop.asof B fast", 2, "metric \"fast\": expected NAME=VALUE"),
        ("score shop.asof B p95=1ms:best", 2, "unknown goal \"best\""),
        ("score shop.asof nosuch score=1", 1, "branch \"nosuch\" not found"),
        ("variants shop.asof --baseline nosuch", 1, "snapshot \"nosuch\" not found"),
        ("variants shop.jsonl", 1, "has no variants"),
        ("promote shop.asof main --reason x --yes", 1, "main cannot be promoted"),
        ("promote shop.asof B --reason x", 2, "--yes"),
        ("prune shop.asof", 2, "--keep"),
        ("prune shop.asof --keep 0", 2, "--yes"),
        ("prune shop.asof --older-than soon", 2, "not a duration"),
        ("snapshots shop.asof --kind auto", 1, "has no auto snapshots"),
    ] {
        sandbox.check(words, code, "", err);
    }
}

#[test]
fn pruned_snapshots_come_back_by_undo() {
    let sandbox = Sandbox::new();
    ["a", "b", "c"].iter().for_each(|name| drop(sandbox.ok(&format!("snapshot shop.asof {name} --at 1"))));
    sandbox.check("prune shop.asof --keep 1 --dry-run", 0, "a", "nothing was changed");
    let gone = &sandbox.json("prune shop.asof --kind named --keep 1 --yes --json")[0]["deleted"];
    assert_eq!(column(gone.as_array().unwrap(), "name"), ["a", "b"]);
    assert_eq!(column(&sandbox.json("snapshots shop.asof --json --kind named"), "name"), ["c"]);
    sandbox.check("prune shop.asof --keep 1 --yes", 0, "", "nothing to prune");
    sandbox.ok("undo shop.asof");
    assert_eq!(sandbox.json("snapshots shop.asof --json").len(), 3);
}

#[test]
fn transactions_are_told_with_every_way_back() {
    let sandbox = Sandbox::new();
    let told = sandbox.json("transactions demo:transaction --json");
    assert_eq!(column(&told, "id"), ["tx-1", "tx-2", "tx-3"]);
    assert_eq!(column(&told, "result"), ["committed", "failed", "failed"]);
    let last = &told[2];
    assert_eq!(column(last["steps"].as_array().unwrap(), "result"), ["ok", "ok", "ok", "failed"]);
    assert_eq!(last["checkpoints"], json!(["tx-3/session_created", "tx-3/config_set", "tx-3/features_enabled"]));
    assert_eq!([&last["error"]["step"], &last["error"]["name"]], [&json!(4), &json!("notify users")]);
    assert_eq!(told[1]["steps"][0]["result"], "undone");
    assert_eq!(
        [&told[0]["undone"], &told[1]["undone"], &told[2]["undone"]],
        [false, true, false],
        "failed is not undone"
    );
    sandbox.check("transactions demo:transaction", 0, "3 of 4 steps", "");
    let back = "back to: tx-3/features_enabled, tx-3/config_set, tx-3/session_created, #5 (all of it)";
    sandbox.check("transactions demo:transaction --id tx-3", 0, back, "");
    // The same ways, with the versions that the snapshots of these names mark.
    let marks = sandbox.json("snapshots demo:transaction --json");
    let marked = |name: &Value| marks.iter().find(|mark| mark["name"] == *name).map(|mark| mark["version"].clone());
    let ways = last["ways_back"].as_array().unwrap();
    assert!(ways.iter().all(|way| way["stands"] == true && way["checkpoint"].is_null()
        || marked(&way["checkpoint"]) == Some(way["to"].clone())));
    assert_eq!(column(ways, "undoes"), [json!([]), json!([3]), json!([2, 3]), json!([1, 2, 3])]);
    let all = json!({"to": last["base"], "checkpoint": null, "stands": true, "undoes": [1, 2, 3], "restores": [], "others": 0});
    assert_eq!(ways[3], all);
    sandbox.check("transactions demo:transaction --id tx-9", 1, "", "no transaction tx-9");
    sandbox.check("transactions shop.asof", 1, "", "no transactions");
}

#[test]
fn a_transaction_without_its_writer_is_told_and_closed() {
    let sandbox = Sandbox::new();
    let recording = Recording::open(&sandbox.path("shop.asof")).unwrap();
    let app = recording.tenant(&"main".into()).unwrap();
    let id = asof::TransactionId(1);
    let begin = asof::Body::Begin { name: "sign up".into(), steps: vec!["create".into(), "notify".into()] };
    let place = Some(asof::InTransaction::new(id, 0));
    let mut entry = asof::Entry::new(begin);
    entry.step = place.map(Box::new);
    app.append(entry).unwrap();
    // As long as the application is there, it may be in it.
    assert_eq!(sandbox.json("transactions shop.asof --json")[0]["orphaned"], false);
    sandbox.check("transactions shop.asof --abandon tx-1", 4, "", "tx-1 not abandoned");
    drop((app, recording));
    let told = sandbox.run("transactions shop.asof --json", "");
    assert!(told.err.contains("its writer is gone: close it with --abandon tx-1"), "{told:#?}");
    assert!(told.out.contains(r#""orphaned":true"#), "{told:#?}");
    sandbox.check("transactions shop.asof --abandon tx-9", 1, "", "no transaction tx-9");
    sandbox.check("transactions shop.asof --force", 2, "", "--abandon");
    sandbox.check("transactions demo:transaction --abandon tx-3", 2, "", "not a recording");
    sandbox.check("transactions shop.asof --abandon tx-1", 0, "tx-1 sign up closed as failed", "");
    let closed = &sandbox.json("transactions shop.asof --json")[0];
    assert_eq!(column(std::slice::from_ref(closed), "result"), ["failed"]);
    assert_eq!((&closed["closed"], &closed["orphaned"]), (&json!(true), &json!(false)));
    sandbox.check("transactions shop.asof --abandon tx-1", 2, "", "tx-1 is already closed (failed)");
}

#[test]
fn settings_are_shown_changed_and_taken_back() {
    let sandbox = Sandbox::new();
    let before = sandbox.ok("settings shop.asof --json");
    let words = "settings shop.asof keep-auto=20 keep-named=none max-age=30d auto-before=deploy auto-before=a,b --json";
    let after = &sandbox.json(words)[0];
    let got = ["keep-auto", "keep-named", "max-age", "auto-before"].map(|key| after[key].clone());
    assert_eq!(got, [json!(20), Value::Null, json!(2_592_000), json!(["deploy", "a,b"])]);
    sandbox.check("settings shop.asof", 0, "keep-auto               20", "");
    sandbox.check("undo shop.asof", 0, "undid the change of settings", "");
    assert_eq!(sandbox.ok("settings shop.asof --json"), before);
    sandbox.check("settings shop.asof nosuch=1", 2, "", "no setting \"nosuch\"; settings: keep-auto");
    sandbox.check("settings shop.asof keep-auto=many", 2, "", "keep-auto: expected a whole number or none");
    sandbox.check("settings shop.jsonl keep-auto=1", 2, "", "asof record shop.jsonl -o NAME.asof");
}

/// Starts `asof watch` and waits until it says that it does.
pub fn watching(sandbox: &Sandbox, words: &str) -> (std::process::Child, BufReader<std::process::ChildStdout>) {
    let mut child = Command::new(cargo_bin!("asof"))
        .args(words.split(' '))
        .current_dir(sandbox.0.path())
        .envs(sandbox.homes())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut started = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut started).unwrap();
    assert!(started.contains("watching main, now at #"), "{started}");
    let out = BufReader::new(child.stdout.take().unwrap());
    (child, out)
}

/// Each head is read before the next is made, so one that is held back is never read: then `--for` ends the line.
#[test]
fn each_new_head_is_told_as_it_comes() {
    let sandbox = Sandbox::new();
    let (mut child, mut out) = watching(&sandbox, "watch shop.asof --json --path .sessions --count 22 --for 60s");
    let mut next = || {
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap_or_default();
        (told["version"].clone(), told["kind"].clone(), told["value"].clone())
    };
    sandbox.ok("rollback shop.asof 1 --yes");
    assert_eq!(next(), (json!(5), json!("rollback"), json!(100.0)));
    sandbox.ok("undo shop.asof");
    assert_eq!(next(), (json!(6), json!("undo"), json!(150)));
    let recording = Recording::open(&sandbox.0.path().join("shop.asof")).unwrap();
    let app = recording.tenant(&"main".into()).unwrap();
    for n in 7..=26 {
        app.apply("step", |draft| draft.set(".sessions", &n)).unwrap();
        assert_eq!(next(), (json!(n), json!("transition"), json!(n)));
    }
    assert_eq!(child.wait().unwrap().code(), Some(0));
    sandbox.check("watch shop.asof --count 1 --for 1s", 1, "", "watching");
    sandbox.check("watch shop.asof --for 1s", 0, "", "watching");
}

#[test]
fn ctrl_c_ends_watching_with_130() {
    let sandbox = Sandbox::new();
    let (mut child, _out) = watching(&sandbox, "watch shop.asof");
    assert!(Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
}
