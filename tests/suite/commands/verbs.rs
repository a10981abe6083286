//! What verbs refuse, ask for, leave behind and drop, as the command line tells it.

use super::engine::column;
use super::sandbox::Sandbox;
use serde_json::{Value, json};

/// The application goes on: so many versions more.
fn goes_on(sandbox: &Sandbox, versions: u64) {
    if versions == 0 {
        return;
    }
    let states: String = (0..versions).map(|n| format!("{{\"on\":{n}}}\n")).collect();
    let ended = sandbox.run("record - -o shop.asof --format states", &states);
    assert_eq!(ended.code, 0, "{ended:?}");
}

fn versions(sandbox: &Sandbox) -> usize {
    sandbox.json("log shop.asof --json").len()
}

#[test]
fn a_rollback_that_would_change_nothing_is_refused() {
    for (before, target, says) in [
        (&[][..], "head", "#4 is already the head"),
        (&[], "4", "#4 is already the head"),
        (&[], "#4", "#4 is already the head"),
        (&["snapshot shop.asof s"], "s", "#4 is already the head"),
        (&["snapshot shop.asof s"], "latest", "#4 is already the head"),
        (&["snapshot shop.asof s"], "index:0", "#4 is already the head"),
        (&[], "100%", "#4 is already the head"),
        (&["rollback shop.asof 2 --yes"], "2", "the head (#5) already equals #2"),
        (&["rollback shop.asof 2 --yes"], "head", "#5 is already the head"),
        (&["rollback shop.asof 2 --yes", "undo shop.asof"], "4", "the head (#6) already equals #4"),
    ] {
        let sandbox = Sandbox::new();
        before.iter().for_each(|words| drop(sandbox.ok(words)));
        let there = versions(&sandbox);
        for options in ["--yes", "--yes --json", "", "--confirm main"] {
            sandbox.check(&format!("rollback shop.asof {target} {options}"), 1, "", says);
        }
        assert_eq!(versions(&sandbox), there, "{target}: nothing was written");
    }
}

#[test]
fn an_undo_says_what_it_leaves_behind_and_leaves_others_only_when_forced() {
    for (verb, first) in
        [("undo", &["rollback shop.asof 1 --yes"][..]), ("redo", &["rollback shop.asof 1 --yes", "undo shop.asof"])]
    {
        for others in [0, 1, 3] {
            let sandbox = Sandbox::new();
            first.iter().for_each(|words| drop(sandbox.ok(words)));
            goes_on(&sandbox, others);
            let (there, head) = (versions(&sandbox), sandbox.ok("state shop.asof"));
            let told = sandbox.run(&format!("{verb} shop.asof --dry-run --json"), "");
            let plan: Value = serde_json::from_str(&told.out).unwrap();
            assert_eq!((told.code, &plan["others"]), (0, &json!(others)), "{verb} {others}: {told:?}");
            assert_eq!(told.err.contains("--force"), others > 0, "{told:?}");
            if others > 0 {
                let many = format!("{others} newer version{}", if others == 1 { "" } else { "s" });
                sandbox.check(&format!("{verb} shop.asof"), 4, "", &many);
                sandbox.check(&format!("{verb} shop.asof --json"), 4, "", "--force");
                sandbox.check(&format!("{verb} shop.asof --dry-run"), 0, &many, "");
                assert_eq!(versions(&sandbox), there, "nothing was written");
            }
            let done = &sandbox.json(&format!("{verb} shop.asof --force --json"))[0];
            assert_eq!(done, &plan, "what was done is what was foretold");
            let kept = done["kept"].as_str().unwrap();
            assert_eq!(sandbox.ok(&format!("state shop.asof --at branch:{kept}")), head, "{verb} {others}");
        }
    }
}

#[test]
fn a_guarded_tenant_asks_for_its_name_whatever_guards_it() {
    let tag: &[&str] = &["snapshot shop.asof p --at 2 --tag prod"];
    let guards: &[&[&str]] = &[
        tag,
        &["settings shop.asof guarded=true"],
        &["snapshot shop.asof p --at 2 --tag prod", "snapshot shop.asof p --delete"],
        &["snapshot shop.asof p --at 2 --tag prod", "undo shop.asof"],
        &["snapshot shop.asof p --at 2", "snapshot shop.asof p --edit --tag prod"],
        &["snapshot shop.asof p --at 2 --tag prod", "settings shop.asof keep-auto=3"],
    ];
    for guard in guards {
        let sandbox = Sandbox::new();
        guard.iter().for_each(|words| drop(sandbox.run(words, "")));
        for options in ["--yes", "--yes --json"] {
            sandbox.check(&format!("rollback shop.asof 1 {options}"), 2, "", "--confirm");
        }
        assert_eq!(versions(&sandbox), 4, "{guard:?}");
        sandbox.ok("rollback shop.asof 1 --confirm main");
    }
}

#[test]
fn whatever_moves_a_head_or_takes_away_is_guarded() {
    let prepare =
        ["snapshot shop.asof base --at 1", "fork shop.asof B --baseline base", "snapshot shop.asof more --at 2"];
    for (first, verb) in [
        (&[][..], "rollback shop.asof 1"),
        (&["rollback shop.asof 1 --yes"], "undo shop.asof"),
        (&["rollback shop.asof 1 --yes", "undo shop.asof"], "redo shop.asof"),
        (&[], "promote shop.asof B --reason best"),
        (&[], "compact shop.asof --before 3"),
        (&[], "prune shop.asof --keep 0"),
        (&[], "settings shop.asof guarded=false"),
    ] {
        let sandbox = Sandbox::new();
        prepare.iter().chain(first).for_each(|words| drop(sandbox.ok(words)));
        // By the application, so that there is still something of the debugger's to turn round.
        let recording = asof::Recording::open(&sandbox.path("shop.asof")).unwrap();
        let app = recording.tenant(&"main".into()).unwrap();
        app.reconfigure(|settings| settings.guarded = Some(true)).unwrap();
        let there = versions(&sandbox);
        let asks =
            verb.starts_with("rollback") || ["promote", "compact", "prune"].iter().any(|asks| verb.starts_with(asks));
        let yes = if asks { " --yes" } else { "" };
        sandbox.check(&format!("{verb}{yes}"), 2, "", "--confirm");
        sandbox.check(&format!("{verb}{yes} --confirm Main"), 2, "", "does not match tenant main");
        sandbox.check(&format!("{verb}{yes} --confirm ␣"), 2, "", "does not match tenant main");
        assert_eq!(versions(&sandbox), there, "{verb}");
        assert_eq!(sandbox.json("settings shop.asof --json")[0]["guarded"], true, "{verb}");
        sandbox.ok(&format!("{verb} --confirm main"));
    }
}

#[test]
fn what_retention_drops_is_told() {
    for (keep, dropped) in [(5, &[][..]), (4, &["s1"]), (2, &["s1", "s2", "s3"]), (1, &["s1", "s2", "s3", "s4"])] {
        let sandbox = Sandbox::new();
        (1..=4).for_each(|n| drop(sandbox.ok(&format!("snapshot shop.asof s{n} --at {n}"))));
        let set = sandbox.run(&format!("settings shop.asof keep-named={keep}"), "");
        assert_eq!((set.code, set.err.contains("over the retention limit")), (0, keep < 4), "{set:?}");
        let over = &sandbox.json("settings shop.asof --json")[0]["over_limit"];
        assert_eq!(over.as_array().unwrap().len(), 4_usize.saturating_sub(keep), "{over}");
        let ended = sandbox.run("snapshot shop.asof new --json", "");
        let made: Value = serde_json::from_str(&ended.out).unwrap();
        assert_eq!(column(made["dropped"].as_array().unwrap(), "name"), dropped, "keep {keep}");
        sandbox.ok("undo shop.asof");
        let ended = sandbox.run("snapshot shop.asof again", "");
        assert_eq!(ended.err.contains("retention dropped"), !dropped.is_empty(), "{ended:?}");
        assert!(dropped.iter().all(|name| ended.err.contains(&format!("\"{name}\""))), "{ended:?}");
    }
}

#[test]
fn snapshots_that_something_refers_to_are_kept_and_do_not_count() {
    let sandbox = Sandbox::new();
    sandbox.ok("snapshot shop.asof base --at 1");
    sandbox.ok("fork shop.asof B --baseline base");
    sandbox.ok("settings shop.asof keep-named=2");
    for n in 1..=4 {
        sandbox.run(&format!("snapshot shop.asof s{n} --at {n}"), "");
    }
    assert_eq!(column(&sandbox.json("snapshots shop.asof --json"), "name"), ["base", "s3", "s4"]);
    sandbox.ok("score shop.asof base score=1");
    sandbox.ok("prune shop.asof --keep 0 --yes");
    assert_eq!(column(&sandbox.json("snapshots shop.asof --json"), "name"), ["base"]);
}

#[test]
fn the_steps_of_a_transaction_stand_or_not_whoever_took_them_back() {
    // The rollbacks, then the results of the steps of tx-3, and how it stands.
    for (rollbacks, results, stands) in [
        (&[][..], ["ok", "ok", "ok", "failed"], "failed"),
        (&["rollback tr.asof tx-3/config_set --yes"], ["ok", "ok", "undone", "failed"], "failed"),
        (&["rollback tr.asof 6 --yes"], ["ok", "undone", "undone", "failed"], "failed"),
        (&["rollback tr.asof 5 --yes"], ["undone", "undone", "undone", "failed"], "failed"),
        (&["rollback tr.asof 5 --yes", "undo tr.asof"], ["ok", "ok", "ok", "failed"], "failed"),
        (&["rollback tr.asof 1 --yes", "rollback tr.asof 7 --yes"], ["ok", "ok", "undone", "failed"], "failed"),
    ] {
        let sandbox = Sandbox::new();
        sandbox.ok("record demo:transaction -o tr.asof");
        rollbacks.iter().for_each(|words| drop(sandbox.ok(words)));
        let told = &sandbox.json("transactions tr.asof --id tx-3 --json")[0];
        assert_eq!(column(told["steps"].as_array().unwrap(), "result"), results, "{rollbacks:?}: {told}");
        assert_eq!(told["result"], stands, "{rollbacks:?}");
        let shown = sandbox.ok("transactions tr.asof --id tx-3");
        assert!(results.iter().all(|word| shown.contains(word)), "{shown}");
    }
}

#[test]
fn a_negative_answer_is_not_wrong_usage() {
    let sandbox = Sandbox::new();
    for (words, code, err) in [
        ("undo shop.asof", 1, "nothing to undo"),
        ("undo shop.asof --dry-run", 1, "nothing to undo"),
        ("undo shop.asof --json", 1, "nothing to undo"),
        ("redo shop.asof", 1, "nothing to redo"),
        ("compact shop.asof --before 1 --yes", 1, "nothing to compact"),
        ("compact shop.asof --before #0 --yes", 1, "#0"),
        ("compact shop.asof --before 1 --dry-run", 1, "nothing to compact"),
        ("compact shop.asof --before 9 --yes", 1, "9"),
        ("rollback shop.asof nosuch --yes", 1, "nosuch"),
        ("rollback shop.asof 9 --yes", 1, "9"),
        ("snapshot shop.asof nosuch --delete", 1, "nosuch"),
        ("snapshot shop.asof id:99 --delete", 1, "id:99"),
        ("snapshot shop.asof nosuch --edit --rename x", 1, "nosuch"),
        ("promote shop.asof nosuch --reason x --yes", 1, "nosuch"),
        ("promote shop.asof main --reason x --yes", 1, "main"),
        ("score shop.asof nosuch score=1", 1, "nosuch"),
        ("fork shop.asof B --baseline nosuch", 1, "nosuch"),
        ("rollback shop.asof 1", 2, "not a terminal: pass --yes"),
        ("snapshot shop.asof ␣", 2, "name"),
        ("fork shop.asof main", 1, "main"),
    ] {
        sandbox.check(words, code, "", err);
    }
    sandbox.ok("snapshot shop.asof s");
    sandbox.ok("fork shop.asof B --at 1");
    for words in [
        "snapshot shop.asof s",
        "fork shop.asof B",
        "snapshot shop.asof s --edit --rename s2",
        "snapshot shop.asof s2 --edit --rename s2",
    ] {
        let ended = sandbox.run(words, "");
        assert!(matches!(ended.code, 0 | 1), "{words}: {ended:?}");
    }
    sandbox.check("snapshot shop.asof s2", 1, "", "choose another name");
    sandbox.check("fork shop.asof B", 1, "", "choose another name");
}

/// A recording of `{"n":1,"k":0}` and changes of `n`, with a snapshot `mark` of the last of them but one; a record in
/// the middle is lost, so that all behind it may be other values.
fn with_a_lost_record(sandbox: &Sandbox, versions: u64, lost: u64) {
    let path = sandbox.path("run.asof");
    let app = asof::Recording::create(&path).unwrap().tenant_or_new(&"main".into()).unwrap();
    let text = "a long text, so that a change is written as a patch and not as a whole state";
    app.record("open", &json!({"n": 1, "k": text})).unwrap();
    for n in 2..=versions {
        app.apply("step", |draft| draft.set(".n", &n)).unwrap();
    }
    let mut file = std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path());
    let file = file.find(|path| path.extension().is_some_and(|end| end == "jsonl")).unwrap();
    let lines = std::fs::read_to_string(&file).unwrap();
    let kept: String =
        lines.split_inclusive('\n').enumerate().filter(|(n, _)| *n as u64 != lost).map(|(_, l)| l).collect();
    std::fs::write(&file, kept).unwrap();
}

#[test]
fn going_back_to_a_doubtful_version_has_to_be_allowed() {
    // How many versions, which of them is lost, where to go back, and whether that is doubtful.
    for (versions, lost, to, doubtful) in
        [(6, 3, 5, true), (6, 3, 4, true), (6, 3, 2, false), (6, 3, 1, false), (9, 5, 8, true), (9, 5, 4, false)]
    {
        let sandbox = Sandbox::new();
        with_a_lost_record(&sandbox, versions, lost);
        let head = |sandbox: &Sandbox| sandbox.run("tenants run.asof --json", "").out;
        let before = head(&sandbox);
        let words = format!("rollback run.asof {to}");
        if doubtful {
            for words in [&words, &format!("restore run.asof out.json --at {to}")] {
                let refused = sandbox.run(&format!("{words} --yes"), "");
                assert_eq!(refused.code, 2, "{refused:?}");
                let is_said = refused.err.contains(&format!("#{to} is doubtful"));
                assert!(is_said && refused.err.contains("pass --doubtful to use it anyway"), "{refused:?}");
            }
            assert!(!sandbox.path("out.json").exists());
            assert_eq!(head(&sandbox), before, "nothing was written");
        }
        let option = if doubtful { " --doubtful" } else { "" };
        let done = sandbox.run(&format!("{words} --yes --json{option}"), "");
        let told: Value = serde_json::from_str(&done.out).unwrap();
        assert_eq!((told["to"].clone(), told["doubtful"].is_string()), (json!(to), doubtful), "{done:?}");
    }
}

/// Methods that write; what reads under the same name is called on a history.
const WRITING: [&str; 13] = [
    ".rollback(",
    ".undo()",
    ".redo()",
    ".promote(",
    ".prune(",
    ".compact(",
    ".compact_telling(",
    ".make_snapshot(",
    ".delete_snapshot(",
    ".edit_snapshot(",
    ".measure(",
    ".redefine(",
    ".reconfigure(",
];

#[test]
fn the_surfaces_write_through_the_verbs_only() {
    let mut folders =
        ["src/cli", "src/tui"].map(|folder| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).to_vec();
    let mut looked_at = 0;
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.extend((path.file_name() != Some("tests".as_ref())).then_some(path));
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("mod tests {").next().unwrap();
            looked_at += 1;
            for line in code.lines().map(str::trim).filter(|line| !line.starts_with("//") && !line.starts_with('"')) {
                let found = WRITING.iter().find(|writes| line.contains(*writes));
                assert!(found.is_none(), "{}: {line}", path.display());
            }
        }
    }
    assert!(looked_at > 100, "the sources are there");
}

#[test]
fn the_reason_of_a_way_back_is_read_where_versions_are_listed() {
    let sandbox = Sandbox::new();
    sandbox.run("record - -o r.asof", "{\"n\":1}\n{\"n\":2}\n");
    sandbox.run("snapshot r.asof base --at 1", "");
    sandbox.run("fork r.asof B --baseline base", "");
    sandbox.run("record - -o r.asof --branch B", "{\"n\":9}\n");
    sandbox.run("rollback r.asof 1 --yes --reason slow", "");
    sandbox.run("promote r.asof B --yes --reason fastest", "");
    sandbox.run("rollback r.asof 2 --yes", "");
    let reasons: Vec<_> = sandbox.json("log r.asof --json").iter().map(|line| line["reason"].clone()).collect();
    let none = serde_json::Value::Null;
    assert_eq!(reasons, [none.clone(), none.clone(), none.clone(), "slow".into(), "fastest".into(), none]);
    let lines = sandbox.run("log r.asof", "").out;
    assert!(lines.lines().any(|line| line.contains("rollback to #1") && line.ends_with("slow")), "{lines}");
    assert!(lines.lines().any(|line| line.contains("promote B") && line.ends_with("fastest")), "{lines}");
}
