//! `asof assert`: what is reported, in every form, and what ends it.

use super::sandbox::Sandbox;
use serde_json::{Value, json};

/// An order that is paid at #3 and changed behind that, and a balance that is negative once.
fn orders() -> Sandbox {
    let sandbox = Sandbox::new();
    let line = |(n, (label, state)): (usize, &(&str, Value))| {
        let by = if n % 2 == 0 { "ann" } else { "bob" };
        let line = json!({"at": format!("2026-10-09T10:{n:02}:00Z"), "label": label, "by": by, "state": state});
        format!("{line}\n")
    };
    let steps = [
        ("open", json!({"balance": 5, "status": "new", "total": 1})),
        ("fill", json!({"balance": 5, "status": "new", "total": 2})),
        ("pay", json!({"balance": 3, "status": "paid", "total": 3})),
        ("draw <&\"'>", json!({"balance": -1, "status": "paid", "total": 3})),
        ("discount", json!({"balance": 4, "status": "paid", "total": 2})),
    ];
    sandbox.write("orders.jsonl", steps.iter().enumerate().map(line).collect::<String>());
    sandbox.ok("record orders.jsonl -o orders.asof");
    sandbox
}

/// What came out for each assertion, with the exit code.
fn judged(sandbox: &Sandbox, words: &[&str]) -> (i32, Vec<Value>) {
    let all = [&["assert", "orders.asof", "--json"][..], words].concat();
    let ended = sandbox.run_words(&all, "");
    let lines = ended.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (ended.code, lines)
}

const PAID: &str = "after(.status == \"paid\") never(changed(.total))";

#[test]
fn every_assertion_is_reported_with_its_first_counterexample() {
    let sandbox = orders();
    let (code, rows) = judged(&sandbox, &["always(.balance >= 0)", "no names: never(has(\"name\"))", PAID]);
    assert_eq!((code, rows.len()), (1, 3));
    let told = |row: &Value| json!([row["holds"], row["version"], row["by"], row["label"], row["since"]]);
    assert_eq!(told(&rows[0]), json!([false, 4, "bob", "draw <&\"'>", null]));
    assert_eq!(told(&rows[1]), json!([true, null, null, null, null]));
    assert_eq!(rows[1]["name"], "no names");
    assert_eq!(told(&rows[2]), json!([false, 5, "ann", "discount", 3]));
    let change = &rows[2]["changes"][0];
    assert_eq!((&change["path"], &change["old"], &change["new"]), (&json!(".total"), &json!(3), &json!(2)));
    assert_eq!((rows[2]["change_count"].as_u64(), rows[2]["at"].as_str()), (Some(1), Some("2026-10-09T10:04:00Z")));
    for (words, code) in [
        (vec!["always(.balance >= 0)", "--to", "3"], 0),
        (vec!["always(.balance >= 0)", "--from", "5"], 0),
        (vec!["always(.balance >= 0)", "--from", "4"], 1),
        (vec![PAID, "--to", "4"], 0),
        (vec!["eventually(.status == \"sent\")"], 1),
        (vec!["eventually(.status == \"paid\")"], 0),
        (vec!["always(.balance >= 0)", "--tenant", "nosuch"], 1),
        (vec!["always(.balance >= 0)", "--branch", "nosuch"], 1),
        (vec!["always(.balance"], 2),
        (vec![], 2),
    ] {
        let all = [&["assert", "orders.asof"][..], &words].concat();
        let ended = sandbox.run_words(&all, "");
        assert_eq!(ended.code, code, "{words:?}: {ended:?}");
    }
    let text = sandbox.run_words(&["assert", "orders.asof", PAID, "always(.total)"], "");
    assert!(text.out.contains("#5, since #3: changed(.total) is true"), "{text:?}");
    assert!(text.out.contains("~  .total  3 → 2 (-1)") && text.out.contains("holds  always(.total)"), "{text:?}");
    assert!(text.err.contains("1 of 2 assertions failed"), "{text:?}");
}

/// In jq `null` is below every number: what fails because something is missing says so, in every form.
#[test]
fn what_is_broken_by_comparing_null_says_so() {
    let (sandbox, says) = (orders(), "comparing null with a number");
    for (assertion, version, by_null) in [
        ("always(.missing >= 0)", 1, true),
        ("never(.missing < 0)", 1, true),
        ("after(.status == \"paid\") always(.refund <= 5 and .refund >= 0)", 3, true),
        ("always(.balance >= 0)", 4, false),
        ("always(.missing == 0)", 1, false),
        ("always(.missing == null or .missing >= 0) ", 0, false),
    ] {
        let (_, rows) = judged(&sandbox, &[assertion]);
        assert_eq!(rows[0]["version"].as_u64().unwrap_or(0), version, "{assertion}");
        assert_eq!(rows[0]["compares_null"], json!(by_null), "{assertion}");
        for form in [&[][..], &["--json"], &["--junit", "-"], &["--markdown", "-"]] {
            let all = [&["assert", "orders.asof", assertion], form].concat();
            let ended = sandbox.run_words(&all, "");
            assert_eq!(ended.out.contains(says), by_null, "{assertion} {form:?}: {ended:?}");
            assert_eq!(ended.err.contains("jq has null below every number"), by_null, "{assertion} {form:?}");
        }
    }
}

#[test]
fn what_a_rollback_left_behind_was_so() {
    let sandbox = orders();
    sandbox.ok("rollback orders.asof 3 --yes");
    let (code, rows) = judged(&sandbox, &["always(.balance >= 0)", "never(changed(.status))", "--from", "4"]);
    assert_eq!((code, &rows[0]["version"], &rows[1]["holds"]), (1, &json!(4), &json!(true)));
    let (_, rows) = judged(&sandbox, &["never(.balance == 3)", "--from", "4"]);
    assert_eq!((&rows[0]["version"], &rows[0]["kind"]), (&json!(6), &json!("rollback")));
    sandbox.ok("fork orders.asof try --at 1");
    let (code, _) = judged(&sandbox, &["eventually(.balance == -1)", "--branch", "try"]);
    assert_eq!(code, 1);
}

#[test]
fn assertions_come_from_files_and_standard_input() {
    let sandbox = orders();
    sandbox.write("a.txt", "# money\nno debts: always(.balance >= 0)\n\ntotal:\n  # it is final\n  always(.total)\n");
    sandbox.write("empty.txt", "# nothing\n");
    sandbox.write("wrong.txt", "always(.a)\n\nnever(lenght)\n");
    sandbox.write("bytes.txt", b"always(\xff)");
    let (code, rows) = judged(&sandbox, &["never(.x)", "--file", "a.txt"]);
    let names: Vec<_> = rows.iter().map(|row| row["name"].clone()).collect();
    assert_eq!((code, names), (1, vec![json!(null), json!("no debts"), json!("total")]));
    let ended = sandbox.run("assert orders.asof --file -", "always(.total)\nalways(.nothing)");
    assert!(ended.code == 1 && ended.out.contains("FAILS  always(.nothing)"), "{ended:?}");
    for (words, code, said) in [
        ("assert orders.asof --file empty.txt", 2, "no assertion in it"),
        ("assert orders.asof --file wrong.txt", 2, "wrong.txt, line 3, byte 6"),
        ("assert orders.asof --file bytes.txt", 2, "not UTF-8 at byte 7"),
        ("assert orders.asof --file missing.txt", 3, "missing.txt"),
        ("assert - --file -", 2, "both the source and the assertions"),
        ("assert orders.asof always(.) --json --junit -", 2, "standard output"),
        ("assert orders.asof always(.) --junit nowhere/x", 3, "nowhere/x"),
    ] {
        sandbox.check(words, code, "", said);
    }
}

#[test]
fn an_error_counts_as_false_and_an_idle_assertion_is_told() {
    let sandbox = orders();
    for (text, code, said) in [
        (
            "never(.status.x)",
            0,
            "never(.status.x): a filter ended in an error 5 times and counts as false, first at #1",
        ),
        ("always(.status.x)", 1, "ended in an error 1 time and"),
        ("idle: after(.nothing) never(true)", 0, "idle: holds because after(...) was never true"),
        ("eventually([repeat(1)])", 1, "it takes too long"),
    ] {
        let words = ["assert", "orders.asof", text, "--to", if text.contains("repeat") { "1" } else { "head" }];
        let ended = sandbox.run_words(&words, "");
        assert!(ended.code == code && ended.err.contains(said), "{ended:?}");
    }
}

/// The names of the elements of an XML document in order, attributes and texts checked for what may not stand there.
fn elements(text: &str) -> Vec<String> {
    let (mut open, mut names) = (Vec::new(), Vec::new());
    let is_sound = |text: &str| {
        let entity = |rest: &str| ["amp;", "lt;", "gt;", "quot;", "apos;"].iter().any(|known| rest.starts_with(known));
        text.split('&').skip(1).all(entity) && !text.contains(['<', '>']) && !text.chars().any(|c| c < ' ' && c != '\n')
    };
    let mut rest = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>").unwrap();
    while let Some(start) = rest.find('<') {
        assert!(is_sound(&rest[..start]), "{}", &rest[..start]);
        let end = start + rest[start..].find('>').unwrap();
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
            continue;
        }
        let (name, attributes) = tag.trim_end_matches('/').split_once(' ').unwrap();
        let parts: Vec<_> = attributes.split('"').collect();
        assert!(parts.len() % 2 == 1 && parts.iter().skip(1).step_by(2).all(|value| is_sound(value)), "{tag}");
        assert!(parts.iter().step_by(2).all(|name| name.trim().is_empty() || name.ends_with('=')), "{tag}");
        names.push(name.to_owned());
        open.extend((!tag.ends_with('/')).then(|| name.to_owned()));
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?} {rest}");
    names
}

#[test]
fn reports_for_build_servers_are_whole_whatever_the_data() {
    let sandbox = orders();
    let odd = "<odd> & \"quoted\" | `x` \u{1b}\u{1}: always(.balance >= 0 and \"<&>]]>\" != \"|`\u{1}\")";
    let words =
        ["assert", "orders.asof", odd, "always(.total)", PAID, "--junit", "report.xml", "--markdown", "report.md"];
    let ended = sandbox.run_words(&words, "");
    assert_eq!(ended.code, 1, "{ended:?}");
    let report = std::fs::read_to_string(sandbox.path("report.xml")).unwrap();
    assert_eq!(
        elements(&report),
        ["testsuites", "testsuite", "testcase", "failure", "testcase", "testcase", "failure"]
    );
    assert!(report.contains("tests=\"3\" failures=\"2\""), "{report}");
    assert!(report.contains("&lt;odd&gt; &amp; &quot;quoted&quot;") && report.contains("draw &lt;&amp;"), "{report}");
    let page = std::fs::read_to_string(sandbox.path("report.md")).unwrap();
    let rows: Vec<_> = page.lines().filter(|line| line.starts_with('|')).collect();
    let bars = |line: &str| line.replace("\\|", "").matches('|').count();
    assert!(rows.len() == 5 && rows.iter().all(|row| bars(row) == 5), "{page}");
    assert!(page.contains("**2 of 3 failed.**") && page.contains("    ~  .total"), "{page}");
    assert!(!page.contains("<odd>") && !page.contains('\u{1b}') && !page.contains('\u{1}'), "{page}");
    let ended = sandbox.run_words(&["assert", "orders.asof", "always(.total)", "--junit", "-"], "");
    assert_eq!((ended.code, elements(&ended.out).len()), (0, 3));
    let ended = sandbox.run_words(&["assert", "orders.asof", "always(.total)", "--markdown", "-"], "");
    assert!(ended.out.contains("All 1 hold."), "{ended:?}");
}

#[test]
fn odd_sources_are_judged_too() {
    let sandbox = orders();
    sandbox.write("one.jsonl", "{\"a\":1}\n");
    sandbox.write("odd.jsonl", "{\"a b\":1,\"\":2,\"é\":[1]}\n{\"a b\":2,\"\":2,\"é\":[1]}\n");
    for (words, code) in [
        (vec!["one.jsonl", "never(changed(.))"], 0),
        (vec!["one.jsonl", "always(.a == 1)", "--from", "1", "--to", "1"], 0),
        (vec!["odd.jsonl", "never(changed(.[\"\"], .\"é\"))"], 0),
        (vec!["odd.jsonl", "never(changed(.\"a b\"))"], 1),
        (vec!["missing.jsonl", "always(.)"], 3),
        (vec!["odd.jsonl", "eventually(true)", "--from", "2", "--to", "1"], 1),
        (vec!["odd.jsonl", "always(false)", "--from", "2", "--to", "1"], 0),
    ] {
        let ended = sandbox.run_words(&[&["assert"][..], &words].concat(), "");
        assert_eq!(ended.code, code, "{words:?}: {ended:?}");
        let is_empty = words.ends_with(&["--from", "2", "--to", "1"]);
        assert_eq!(ended.err.contains("nothing was checked"), is_empty, "{words:?}: {ended:?}");
    }
}
