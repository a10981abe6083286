//! Questions over time: `find`, `history`, `blame`, `trace`, `bisect`.

use super::sandbox::Sandbox;
use serde_json::{Value, json};

/// A ledger that is negative now and then, and an array whose elements move.
fn ledger() -> Sandbox {
    let sandbox = Sandbox::new();
    let line = |n: i64| {
        let balance = if n % 10 == 7 { -n } else { n };
        let mut items = vec![json!({"id": "a", "qty": n / 5}), json!({"id": "b", "qty": 1})];
        if n >= 10 {
            items.insert(0, json!({"id": "c", "qty": 2}));
        }
        let by = if n % 2 == 0 { "ann" } else { "bob" };
        let state = json!({"balance": balance, "items": items, "note": format!("n{n}")});
        json!({"at": format!("2026-10-09T10:{n:02}:00Z"), "label": format!("step {n}"), "by": by, "state": state})
    };
    let lines: String = (1..=40).map(|n| format!("{}\n", line(n))).collect();
    sandbox.write("ledger.jsonl", lines);
    sandbox.ok("record ledger.jsonl -o ledger.asof");
    sandbox
}

fn fields(rows: &[Value], names: &[&str]) -> Vec<Value> {
    rows.iter().map(|row| Value::Array(names.iter().map(|name| row[name].clone()).collect())).collect()
}

#[test]
fn a_predicate_is_found_forth_and_back_in_files_and_recordings() {
    let sandbox = ledger();
    for source in ["ledger.jsonl", "ledger.asof"] {
        let find = |rest: &str| sandbox.json(&format!("find {source} --where .balance␣<␣0 --json {rest}"));
        let spans = fields(&find(""), &["from", "to", "by", "label"]);
        assert_eq!(spans, [7, 17, 27, 37].map(|n| json!([n, n, "bob", format!("step {n}")])));
        let mut back = fields(&find("--back"), &["from"]);
        back.reverse();
        assert_eq!(back, fields(&find("--spans"), &["from"]));
        assert_eq!(fields(&find("--first"), &["version"]), [json!([7])]);
        assert_eq!(fields(&find("--last"), &["version"]), [json!([37])]);
        assert_eq!(fields(&find("--from 8 --to 30"), &["version"]), [json!([17]), json!([27])]);
        assert_eq!(fields(&find("--from 8 --to 30 --last"), &["version"]), [json!([27])]);
        let spans = sandbox.json(&format!("find {source} --where .items|length==3 --json"));
        assert_eq!(fields(&spans, &["from", "to", "versions"]), [json!([10, 40, 31])]);
        sandbox.check(&format!("find {source} --where .balance␣>␣1000"), 1, "", "true for none of 40 versions");
        sandbox.check(
            &format!("find {source} --where .balance␣<␣0 --stats"),
            0,
            "#37",
            "40 versions passed, 40 evaluated",
        );
        sandbox.check(&format!("find {source} --where .nothing --stats"), 1, "", "40 versions passed, 1 evaluated");
    }
    assert_eq!(fields(&sandbox.json("find ledger.asof --label step␣33 --json"), &["version"]), [json!([33])]);
    assert_eq!(fields(&sandbox.json("find ledger.asof --text -17 --json"), &["version"]), [json!([17])]);
    let below = sandbox.json("find ledger.asof --changed .balance --old 16 --new -17 --json");
    assert_eq!(fields(&below, &["version"]), [json!([17])]);
    assert_eq!(sandbox.json("find ledger.asof --by ann --json").len(), 20);
    assert_eq!(fields(&sandbox.json("find ledger.asof --text n12 --json"), &["version"]), [json!([12])]);
    sandbox.ok("snapshot ledger.asof s --at 5 --tag good");
    assert_eq!(fields(&sandbox.json("find ledger.asof --tag good --json"), &["version"]), [json!([5])]);
}

#[test]
fn a_wrong_filter_says_where_and_a_failing_one_counts_as_false() {
    let sandbox = ledger();
    for (filter, words) in [
        (".a␣&&␣.b", "wrong at character 4"),
        (".a␣==␣'x'", "double quotes"),
        ("lenght", "did you mean length?"),
        ("", "it is empty"),
        ("env", "outside of the value"),
    ] {
        sandbox.check(
            &format!("trace ledger.asof {filter} ."),
            if filter.is_empty() { 0 } else { 2 },
            "",
            if filter.is_empty() { "" } else { words },
        );
        let ended = sandbox.run_words(&["find", "ledger.asof", "--where", &filter.replace('␣', " ")], "");
        assert!(ended.code == 2 && ended.err.contains(words), "{filter}: {ended:?}");
    }
    let ended = sandbox.run_words(&["find", "ledger.asof", "--where", ".balance.x == 1"], "");
    assert!(ended.code == 1 && ended.err.contains("ended in an error at 40 versions; the first is #1"), "{ended:?}");
    let ended = sandbox.run_words(&["find", "ledger.asof", "--where", "[repeat(1)]", "--to", "2"], "");
    assert!(ended.code == 1 && ended.err.contains("it takes too long"), "{ended:?}");
    for missing in
        ["find ledger.asof", "find ledger.asof --where . --text x", "find ledger.asof --where . --first --last"]
    {
        assert_eq!(sandbox.run(missing, "").code, 2, "{missing}");
    }
}

#[test]
fn the_history_of_a_path_follows_its_element() {
    let sandbox = ledger();
    let rows = sandbox.json("history ledger.asof .items[1].qty --json --to 12");
    let expected = [json!([1, "added", null, 0]), json!([5, "changed", 0, 1]), json!([10, "changed", 1, 2])];
    assert_eq!(fields(&rows, &["version", "change", "old", "new"]), expected);
    assert_eq!(fields(&rows, &["path"])[2], json!([".items[1].qty"]));
    assert_eq!(fields(&rows, &["path"])[1], json!([".items[0].qty"]));
    let rows = sandbox.json("history ledger.asof .items[id=c] --json");
    assert_eq!(fields(&rows, &["version", "change"]), [json!([10, "added"])]);
    assert_eq!(sandbox.json("history ledger.asof .balance --json --count 3").len(), 3);
    assert_eq!(sandbox.json("history ledger.asof . --json").len(), 40);
    sandbox.check("history ledger.asof .nowhere", 1, "", "nothing changed at .nowhere");
    sandbox.check("history ledger.asof .a[", 2, "", ".a[");
}

#[test]
fn blame_names_the_writer_and_what_brought_a_value_back() {
    let sandbox = ledger();
    sandbox.ok("rollback ledger.asof 9 --yes");
    let rows = sandbox.json("blame ledger.asof --json");
    let expected = [
        json!([".balance", 9, "bob", 41]),
        json!([".items[0].id", 1, "bob", null]),
        json!([".items[0].qty", 5, "bob", 41]),
        json!([".items[1].id", 1, "bob", null]),
        json!([".items[1].qty", 1, "bob", null]),
        json!([".note", 9, "bob", 41]),
    ];
    let found = fields(&rows, &["path", "version", "by", "brought_back_by"]);
    assert_eq!((&found[0], &found[5]), (&expected[0], &expected[5]));
    assert_eq!(
        fields(&rows, &["path", "version", "by"]),
        fields(
            &expected.iter().map(|row| json!({"path": row[0], "version": row[1], "by": row[2]})).collect::<Vec<_>>(),
            &["path", "version", "by"],
        )
    );
    assert_eq!(sandbox.json("blame ledger.asof .items[0] --at 8 --json").len(), 2);
    sandbox.check("blame ledger.asof .nowhere", 1, "", "nothing at .nowhere");
    sandbox.check("blame ledger.asof --at 0", 1, "", "nothing at . in #0");
    sandbox.check("history ledger.asof .balance --count 0", 2, "", "zero");
    sandbox.check("blame ledger.asof", 0, "restored by #41", "");
}

#[test]
fn expressions_are_traced_as_rows_and_as_csv() {
    let sandbox = ledger();
    let rows = sandbox.json("trace ledger.asof .balance .items|length --json");
    assert_eq!(rows.len(), 40);
    assert_eq!(rows[16]["values"], json!([-17, 3]));
    let changed = sandbox.json("trace ledger.asof .items|length --changes --json");
    assert_eq!(fields(&changed, &["version", "values"]), [json!([1, [2]]), json!([10, [3]])]);
    let csv = sandbox.ok("trace ledger.asof .note [.balance,1]|tojson --csv --to 2");
    assert_eq!(
        csv,
        "version,at,label,.note,\"[.balance,1]|tojson\",errors\n1,2026-10-09T10:01:00Z,step 1,n1,\"[1,1]\",\n\
         2,2026-10-09T10:02:00Z,step 2,n2,\"[2,1]\",\n"
    );
    sandbox.check("trace ledger.asof .balance.x --to 2", 0, "error", "2 evaluations ended in an error");
}

/// What assigns where a comparison was meant is wrong usage of every command that takes a filter.
#[test]
fn an_assignment_for_a_comparison_is_wrong_usage() {
    let sandbox = ledger();
    for command in ["trace ledger.asof .balance=1", "watch ledger.asof --until .balance=1"] {
        sandbox.check(command, 2, "", "write == to compare");
    }
    for (command, advice) in [
        ("trace ledger.asof .balance=1|. --to 2", "write == to compare"),
        ("watch ledger.asof --until [.balance␣=␣3]", "write == to compare"),
        ("score ledger.asof main x=.balance␣=␣1", "write x=.balance for its number at each version"),
        ("score ledger.asof main x=.balance|[.␣=␣1]", "write x=.path for its number at each version"),
    ] {
        sandbox.check(command, 2, "", advice);
    }
}

/// An error is told from `null` in every form, and counted.
#[test]
fn an_error_of_a_filter_is_told_from_null() {
    let sandbox = Sandbox::new();
    sandbox.write("n.jsonl", "{\"n\":1,\"d\":1}\n{\"n\":1,\"d\":0}\n{\"n\":1,\"d\":null}\n{\"n\":1,\"d\":2}\n");
    for (filter, wrong) in
        [(".n/.d", vec![2, 3]), (".n%.d", vec![2, 3]), (".d|fromjson", vec![1, 2, 3, 4]), (".d", vec![])]
    {
        let rows = sandbox.run_words(&["trace", "n.jsonl", filter, "--json"], "");
        let rows: Vec<Value> = rows.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let erring = rows.iter().filter(|row| !row["errors"][0].is_null()).map(|row| row["version"].as_u64().unwrap());
        assert_eq!(erring.collect::<Vec<_>>(), wrong, "{filter}");
        let csv = sandbox.run_words(&["trace", "n.jsonl", filter, "--csv"], "").out;
        let told = csv.lines().skip(1).filter(|line| !line.ends_with(',')).count();
        assert_eq!(told, wrong.len(), "{csv}");
        let shown = sandbox.run_words(&["trace", "n.jsonl", filter], "");
        assert_eq!(shown.out.lines().filter(|line| line.contains("error")).count(), wrong.len(), "{shown:?}");
        let found = sandbox.run_words(&["find", "n.jsonl", "--where", filter, "--stats", "--json"], "");
        let stats: Value = serde_json::from_str(found.out.lines().last().unwrap()).unwrap();
        assert_eq!(stats["stats"]["errors"], json!(wrong.len()), "{found:?}");
        assert_eq!(stats["stats"]["first_error"]["version"].as_u64(), wrong.first().copied(), "{found:?}");
        let counted = if wrong.len() == 1 { "1 error".to_owned() } else { format!("{} errors", wrong.len()) };
        let found = sandbox.run_words(&["find", "n.jsonl", "--where", filter, "--stats"], "");
        assert!(found.err.contains(&format!("4 versions passed, 4 evaluated, {counted}")), "{found:?}");
    }
    sandbox.check("find n.jsonl --where -.n␣<␣0 --first", 0, "#1", "");
}

/// How many outputs a filter has depends on what it looks through, though it looks into none of that.
#[test]
fn a_filter_that_counts_parts_is_asked_where_their_number_changes() {
    let sandbox = Sandbox::new();
    sandbox
        .write("r.jsonl", "{\"rows\":[]}\n{\"rows\":[1]}\n{\"rows\":[1,2,3]}\n{\"rows\":{\"a\":1}}\n{\"rows\":[]}\n");
    for (filter, found) in [
        ("[.rows[]␣|␣1]␣|␣length␣>␣2", "#3"),
        (".rows␣|␣map(1)␣|␣add␣>␣2", "#3"),
        (".rows␣|␣any(true)", "#2"),
        (".rows␣|␣all(false)␣|␣not", "#2"),
        ("any(.rows[];␣true)", "#2"),
        (".rows[]␣|␣true", "#2"),
        ("[.rows[]?␣|␣select(true)␣|␣0]␣==␣[0,0,0]", "#3"),
        (".rows.a␣|␣true", "#4"),
    ] {
        sandbox.check(&format!("find r.jsonl --where {filter} --first"), 0, found, "");
    }
}

#[test]
fn bisect_finds_the_first_bad_version_in_few_runs() {
    let sandbox = ledger();
    for first in [2, 3, 20, 39, 40] {
        let run = format!("test $ASOF_VERSION -lt {first}");
        let ended = sandbox.run_words(&["bisect", "ledger.asof", "--run", &run, "--json"], "");
        assert_eq!(ended.code, 0, "{ended:?}");
        let found: Value = serde_json::from_str(&ended.out).unwrap();
        assert_eq!((&found["version"], &found["good"]), (&json!(first), &json!(first - 1)));
        assert!(found["runs"].as_u64().unwrap() <= 7, "{found}");
    }
    // The state is on standard input; a command that reads none of it is none the worse for that.
    let words = ["bisect", "ledger.asof", "--to-nothing"];
    assert_eq!(sandbox.run_words(&words, "").code, 2);
    let by_state = ["bisect", "ledger.asof", "--run", "grep -q '\"note\":\"n[1-9]\"'", "--json"];
    let ended = sandbox.run_words(&by_state, "");
    assert_eq!(serde_json::from_str::<Value>(&ended.out).unwrap()["version"], json!(10), "{ended:?}");
    let contradicted = [
        "bisect",
        "ledger.asof",
        "--run",
        "test $ASOF_VERSION -lt 9 || test $ASOF_VERSION -gt 12 && test $ASOF_VERSION -lt 30",
        "--check",
        "38",
        "--json",
    ];
    let ended = sandbox.run_words(&contradicted, "");
    let found: Value = serde_json::from_str(&ended.out).unwrap();
    assert!(!found["contradictions"].as_array().unwrap().is_empty(), "{found}");
    assert!(ended.err.contains("contradicts the answer"), "{ended:?}");
    for (words, said) in [
        (["--good", "5", "--bad", "3"], "5 is not an ancestor of #3"),
        (["--good", "3", "--bad", "3"], "is not an ancestor of"),
    ] {
        let all = [&["bisect", "ledger.asof", "--run", "true"][..], &words].concat();
        let ended = sandbox.run_words(&all, "");
        assert!(ended.code == 2 && ended.err.contains(said), "{ended:?}");
    }
    let ended = sandbox.run_words(&["bisect", "ledger.asof", "--run", "kill -9 $$"], "");
    assert!(
        ended.code == 2 && ended.err.contains("ended with signal 9 (SIGKILL): good is 0, bad 1 to 124"),
        "{ended:?}"
    );
}

/// What is ignored is left out wherever values are compared or looked through, and named in each answer.
#[test]
fn a_part_of_what_a_string_holds_has_its_own_history() {
    let sandbox = Sandbox::new();
    let held = |n: i64| json!({"user": {"name": if n < 3 { "ann" } else { "bob" }}, "seen": n}).to_string();
    let lines: String = (1..=5).map(|n| format!("{}\n", json!({"body": held(n), "n": n}))).collect();
    sandbox.write("s.jsonl", lines);
    for (path, versions) in [
        (".body.user.name", vec![json!([1]), json!([3])]),
        ("/body/user", vec![json!([1]), json!([3])]),
        (".body.seen", (1..=5).map(|n| json!([n])).collect()),
        (".n", (1..=5).map(|n| json!([n])).collect()),
    ] {
        let found = sandbox.json(&format!("history s.jsonl {path} --embedded --json"));
        assert_eq!(fields(&found, &["version"]), versions, "{path}");
    }
    let found = sandbox.json("history s.jsonl .body.user.name --embedded --json");
    assert_eq!(fields(&found, &["path", "old", "new"])[1], json!([".body.user.name", "ann", "bob"]));
    sandbox.check("history s.jsonl .body.user.name", 1, "", "nothing changed");
}

#[test]
fn answers_over_time_say_what_they_ignore() {
    let sandbox = Sandbox::new();
    let states = (1..=6).map(|n| format!("{{\"a\":{},\"seen\":\"x{n}\"}}\n", n / 3)).collect::<String>();
    sandbox.write("s.jsonl", states);
    let source = "s.jsonl";
    let lines = |arguments: &str| -> Vec<Value> {
        sandbox.run(arguments, "").out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    for (arguments, count) in [
        (format!("history {source} . --ignore .seen --json"), 3),
        (format!("history {source} . --json"), 6),
        (format!("blame {source} --ignore .seen --json"), 2),
        (format!("find {source} --changed . --ignore .seen --json"), 3),
        (format!("find {source} --text x4 --json"), 1),
        (format!("find {source} --text x4 --ignore .seen --json"), 0),
        (format!("find {source} --text x4 --ignore .s* --json"), 0),
        (format!("assert {source} never(changed(.)) --ignore .seen --json"), 1),
    ] {
        let found = lines(&arguments);
        if !arguments.contains("blame") {
            assert_eq!(found.len(), count, "{arguments}");
        }
        let expected = match arguments.split_once("--ignore ") {
            Some((_, rest)) => json!([rest.split(' ').next().unwrap()]),
            None => json!([]),
        };
        assert!(found.iter().all(|line| line["ignored_paths"] == expected), "{arguments}: {found:?}");
    }
    sandbox.check(&format!("find {source} --where .a --ignore .seen"), 2, "", "--ignore needs");
}

/// What a shell answers where it finds no command says nothing of a state.
#[test]
fn a_command_that_cannot_be_run_is_no_verdict() {
    let sandbox = Sandbox::new();
    sandbox.run("record - -o r.asof", "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
    sandbox.write("data.txt", "no program");
    for run in ["nosuchcommand", "./nosuch.sh", "./data.txt", "exit 127", "exit 126", "jqq -e .n"] {
        let ended = sandbox.run_words(&["bisect", "r.asof", "--run", run], "");
        assert_eq!(ended.code, 2, "{run}: {ended:?}");
        assert!(ended.out.is_empty() && ended.err.contains("could not be run"), "{run}: {ended:?}");
    }
}

/// Both ends are taken for what they are said to be until the answer rests on one: then it is run.
#[test]
fn what_is_good_or_bad_everywhere_has_no_first_bad_version() {
    let sandbox = ledger();
    for (run, said, version) in [
        ("true", "#40 is good, but the search took it for bad: no first bad version", 40),
        ("exit 124", "#1 is bad, but the search took it for good: no first bad version", 1),
    ] {
        let ended = sandbox.run_words(&["bisect", "ledger.asof", "--run", run, "--check", "5", "--json"], "");
        assert!(ended.code == 1 && ended.err.contains(said), "{ended:?}");
        let found: Value = serde_json::from_str(&ended.out).unwrap();
        assert_eq!((&found["version"], &found["contradictions"][0]["version"]), (&json!(null), &json!(version)));
        assert!(found["runs"].as_u64().unwrap() <= 7, "{found}");
        assert!(sandbox.run_words(&["bisect", "ledger.asof", "--run", run], "").out.is_empty());
    }
    for check in [0, 1, 3, 10, 38, 500] {
        let all =
            ["bisect", "ledger.asof", "--run", "test $ASOF_VERSION -lt 20", "--check", &check.to_string(), "--json"];
        let found: Value = serde_json::from_str(&sandbox.run_words(&all, "").out).unwrap();
        let searched =
            serde_json::from_str::<Value>(&sandbox.run_words(&[&all[..4], &["--json"]].concat(), "").out).unwrap();
        let searched = searched["runs"].as_u64().unwrap();
        assert_eq!(found["runs"], json!((searched + check).min(40)), "{check} more than {searched}, of 40 versions");
    }
}

#[test]
fn that_a_filter_is_true_of_what_is_missing_is_told() {
    let sandbox = Sandbox::new();
    sandbox.write("gap.jsonl", "{\"n\":5}\n{\"n\":null}\n{\"n\":-1}\n");
    for (filter, told) in [(".n < 0", "at #2 null was compared"), (".n | numbers < 0", ""), (".n < 6", "")] {
        for way in ["--first", "--spans", "--first --json"] {
            let words = filter.replace(' ', "␣");
            let ended = sandbox.run(&format!("find gap.jsonl --where {words} {way}"), "");
            assert_eq!(ended.code, 0, "{filter}: {ended:?}");
            assert_eq!(ended.err.contains("null was compared"), !told.is_empty(), "{filter} {way}: {ended:?}");
            assert!(ended.err.contains(told), "{filter} {way}: {ended:?}");
        }
    }
}
