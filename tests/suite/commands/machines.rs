//! What is printed for machines is read back: every line of every command with `--json`, on a recording with every kind
//! of record, odd numbers and odd names.

use super::engine::watching;
use super::sandbox::Sandbox;
use asof::{Draft, Recording, SnapshotRequest, StepError};
use serde::de::IgnoredAny;
use std::collections::BTreeSet;
use std::io::BufRead;

/// Texts that break careless writers of JSON, terminals, and readers of names.
const ODD: &str = "\u{1b}[31m\"\\\u{7}\u{202e}\u{200b}\n\t\u{e0041}'{}[]=:,é日本\u{301}";

/// Number text that no double holds, beside some that one does.
const NUMBERS: [&str; 14] = [
    "1e400",
    "1e401",
    "-1e400",
    "1e-400",
    "1",
    "123456789012345678901234567890",
    "123456789012345678901234567891",
    "0.1",
    "0.3",
    "-0",
    "100.0",
    "1E+2",
    "1e99999999999999999999",
    "9007199254740993",
];

/// Lines whose numbers go from each odd one to the next, with odd labels and keys, something invalid, and a deletion.
fn lines() -> String {
    let odd = serde_json::json!(ODD);
    let line = |(at, number): (usize, &&str)| {
        format!(
            "{{\"ts\":\"2026-10-09T10:{at:02}:00Z\",\"label\":{odd},\"by\":{odd},\"state\":{{\"n\":{number},{odd}:[{number},{{{odd}:{at}}}],\"rows\":[{{\"id\":{at}}},{{\"id\":{odd}}}]}}}}\n"
        )
    };
    let mut text: String = NUMBERS.iter().enumerate().map(line).collect();
    text.push_str(&[r#"{"ts":"no time","label":"#, &odd.to_string(), ",\"state\":1}\n"].concat());
    text += "{\"state\":{\"n\":tru}}\n";
    text += "{\"seq\":1,\"deleted\":true}\n";
    text += "{\"seq\":1,\"invalid\":\"why\",\"raw\":\"{\\n\"}\n";
    text + "{\"state\":{\"n\":1,\"n\":2}}\n"
}

/// A recording `odd.asof` with every kind of record in it.
fn odd_recording() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("odd.jsonl", lines());
    sandbox.run("record odd.jsonl -o odd.asof", "");
    let tenant = Recording::open(&sandbox.path("odd.asof")).unwrap().tenant(&"main".into()).unwrap();
    tenant.snapshot(&SnapshotRequest::named("baseline")).unwrap();
    tenant.snapshot(&SnapshotRequest::default()).unwrap();
    let failed = tenant
        .transaction(ODD)
        .step(ODD, |draft: &mut Draft| -> Result<(), StepError> { Ok(draft.set(".step", &1)?) })
        .checkpoint("c1")
        .step(ODD, |_: &mut Draft| -> Result<(), StepError> { Err(ODD.into()) })
        .run()
        .unwrap_err();
    failed.roll_back_to("c1").unwrap();
    tenant
        .transaction("committed")
        .step("one", |draft: &mut Draft| -> Result<(), StepError> { Ok(draft.set(".step", &2)?) })
        .run()
        .unwrap();
    sandbox
}

/// Words of a command line; `ODD` stands for the odd text, `ODD-NAME` for what of it may be in a name.
const WALK: &[&str] = &[
    "recipes --json",
    "tenants odd.asof --json",
    "log odd.asof --json",
    "log odd.jsonl --json",
    "history odd.asof .n --json",
    "history odd.jsonl . --json",
    "log odd.asof --path .n --json",
    "find odd.asof --changed .n --json",
    "state odd.asof --embedded --json",
    "diff odd.asof 1 2 --embedded --json",
    "log odd.asof --ignore .n --json",
    "history odd.asof . --ignore .n --array-key .rows=id --json",
    "blame odd.asof --json",
    "blame odd.jsonl --at 1 --json",
    "find odd.asof --where . --json",
    "find odd.asof --where .n/0 --stats --json",
    "find odd.jsonl --where .n --first --json",
    "trace odd.asof . .n keys? --json",
    "bisect odd.asof --run true --json",
    "bisect odd.asof --plan --skip 2 --json",
    "log odd.asof --count 3 --json",
    "state odd.asof --keys --json",
    "state odd.asof --keys --path .n --json",
    "rollback odd.asof 1 --dry-run --json",
    "assert odd.asof never(changed(.)) NAME:always(.n) never(error) --json",
    "index odd.asof --json",
    "index odd.asof --check --json",
    "state odd.asof --json",
    "state odd.asof --at 1 --json",
    "state odd.asof --at 1 --path .n --json",
    "snapshot odd.asof ODD-NAME --at 2 --tag ODD --description ODD --by ODD --json",
    "snapshot odd.asof plain --at 3 --json",
    "snapshot odd.asof plain --edit --rename ODD-NAME --json",
    "snapshot odd.asof plain --delete --json",
    "snapshots odd.asof --json",
    "snapshots odd.asof --kind auto --json",
    "rollback odd.asof 1 --yes --reason ODD --json",
    "undo odd.asof --dry-run --json",
    "undo odd.asof --json",
    "redo odd.asof --json",
    "fork odd.asof ODD --at 2 --json",
    "fork odd.asof A --baseline baseline --json",
    "fork odd.asof B --baseline baseline --by ODD --json",
    "branches odd.asof --json",
    "score odd.asof A ODD=1e300 score=85 p95=0.1ms:lower --json",
    "score odd.asof A score=1e400 --json",
    "score odd.asof B score=1e-300 p95=1e300 p95=2e300 p95=123456789012345678901234567890 --json",
    "score odd.asof baseline p95=1e-320 p95=-1e300 score=0 --json",
    "score odd.asof main memory=95%:<=90 --by ODD --json",
    "score odd.asof ODD score=1 --json",
    "variants odd.asof --json",
    "variants odd.asof --baseline baseline --json",
    "variants odd.asof --course p95 --json",
    "variants odd.asof --course memory --json",
    "variants odd.asof --against A --sort p95 --json",
    "variants demo:ab --json",
    "promote odd.asof B --reason ODD --yes --json",
    "transactions odd.asof --json",
    "transactions demo:transaction --id tx-3 --json",
    "settings odd.asof --json",
    "settings odd.asof keep-auto=3 auto-before=ODD --json",
    "verify odd.asof --json",
    "probe odd.jsonl --json",
    "probe shop.jsonl --json",
    "record odd.jsonl -o more.asof --tenant ODD-NAME --json",
    "run -o ran.asof --watch odd.json --json -- cp odd.jsonl odd.json",
    "run -o ran.asof --json -- true",
    "tenants more.asof --json",
    "export odd.asof --format jsonl",
    "export more.asof --format jsonl",
    "demo --list --json",
    "doctor --json",
    "prune odd.asof --keep 1 --dry-run --json",
    "prune odd.asof --keep 0 --yes --json",
    "compact odd.asof --before 3 --dry-run --json",
    "compact odd.asof --before 3 --yes --json",
    "log odd.asof --json",
    "restore odd.asof out.json --yes --json",
];

/// How one `diff` is asked for.
const DIFFS: [&str; 4] = ["--json", "--summary --json", "--patch", "--path .n --json"];

#[test]
fn every_line_for_machines_is_json() {
    let sandbox = odd_recording();
    let mut walked = BTreeSet::new();
    for words in WALK {
        let count = parsed(&sandbox, words);
        if count > 0 {
            walked.insert(words.split_whitespace().next().unwrap().to_owned());
        }
    }
    for at in 0..NUMBERS.len() {
        for form in DIFFS {
            assert!(parsed(&sandbox, &format!("diff odd.jsonl {at} {} {form}", at + 1)) > 0);
            walked.insert("diff".into());
        }
    }
    let (mut child, out) = watching(&sandbox, "watch odd.asof --json --count 2 --for 60s");
    sandbox.ok("rollback odd.asof 5 --yes");
    sandbox.ok("undo odd.asof");
    let heads: Vec<String> = out.lines().map(Result::unwrap).collect();
    assert!(child.wait().unwrap().success() && heads.len() == 2 && heads.iter().all(|line| is_json(line)), "{heads:?}");
    walked.insert("watch".into());
    for command in commands(&sandbox) {
        let takes_json = sandbox.ok(&format!("{command} --help")).contains("--json");
        assert!(!takes_json || walked.contains(&command), "asof {command} --json is not tried, or printed nothing");
    }
}

/// Runs the words, reads every line of standard output, and says how many there were.
#[track_caller]
fn parsed(sandbox: &Sandbox, words: &str) -> usize {
    let name: String = ODD.chars().filter(|char| !char.is_control()).collect();
    let words: Vec<String> =
        words.split_whitespace().map(|word| word.replace("ODD-NAME", &name).replace("ODD", ODD)).collect();
    let ended = sandbox.command().env("ASOF_TIME_ZONE", ZONE).args(&words).output().unwrap();
    let out = String::from_utf8(ended.stdout).unwrap();
    for line in out.lines() {
        assert!(is_json(line), "asof {words:?}: {line}");
        assert!(!line.contains(ZONE), "a moment that is not in UTC: asof {words:?}: {line}");
    }
    out.lines().count()
}

/// The zone of whoever runs the walk, of no other use: machines are told UTC.
const ZONE: &str = "-03:17";

/// Not as a tree of doubles: 1e400 is good JSON.
fn is_json(line: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(line).is_ok()
}

/// The names of all commands, as `asof --help` lists them.
fn commands(sandbox: &Sandbox) -> Vec<String> {
    let help = sandbox.ok("--help");
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = list.filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')));
    let names: Vec<String> = names.map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    assert!(names.len() > 20, "{names:?}");
    names.into_iter().filter(|name| name != "help").collect()
}

/// What a delta says is the difference exactly; where it cannot be said in a few digits it is null, and not on the screen.
#[test]
fn a_delta_is_exact_or_absent() {
    let sandbox = Sandbox::new();
    for (old, new, delta) in [
        ("1e400", "1e401", "9e400"),
        ("1e400", "1", "null"),
        ("1", "1e400", "null"),
        ("1e400", "-1e400", "-2e400"),
        ("1e-400", "3e-400", "2e-400"),
        ("0.1", "0.3", "0.2"),
        ("9007199254740993", "9007199254740992", "-1"),
        ("123456789012345678901234567890", "123456789012345678901234567891", "1"),
        ("1e99999999999999999999", "1", "null"),
        ("1.7976931348623157e308", "-1.7976931348623157e308", "-3.5953862697246314e308"),
    ] {
        sandbox.write("n.jsonl", format!("{{\"c\":{old}}}\n{{\"c\":{new}}}\n"));
        let line = sandbox.ok("diff n.jsonl 1 2 --json");
        assert!(line.contains(&format!("\"old\":{old},\"new\":{new},\"delta\":{delta},")), "{line}");
        let sign = if delta.starts_with('-') { "" } else { "+" };
        let words =
            if delta == "null" { format!("{old} → {new}\n") } else { format!("{old} → {new} ({sign}{delta})\n") };
        assert!(sandbox.ok("diff n.jsonl 1 2").ends_with(&words), "{words}");
    }
}

#[test]
fn a_summary_for_machines_counts_and_names() {
    let sandbox = Sandbox::new();
    let told = sandbox.json("diff shop.asof 1 3 --summary --json").remove(0);
    let counts = ["added", "changed", "removed", "moved"].map(|count| told[count].as_u64().unwrap());
    assert_eq!(counts, [1, 2, 0, 0]);
    assert_eq!(told["added_keys"], serde_json::json!([".features.new_ui"]));
    assert_eq!(told["counted"][0], serde_json::json!({"path": ".sessions", "old": 100, "new": 150, "delta": 50}));
    assert_eq!((&told["equal"], told.get("changes")), (&false.into(), None));
    assert_eq!(sandbox.json("diff shop.asof 3 3 --summary --json")[0]["equal"], true);
}

/// Each path that `asof diff` prints, given back to `--path`, leads to that change.
#[test]
fn a_printed_path_leads_back() {
    let sandbox = Sandbox::new();
    for key in [
        "plain",
        "odd key",
        "a.b",
        "",
        "[0]",
        "\u{1b}[2J",
        "\u{202e}x",
        "\u{3164}",
        "\u{301}",
        "\"",
        "\\u{1b}",
        "a\u{200d}b",
        "日本",
    ] {
        let state = |value: u8| serde_json::json!({ key: { key: [0, { key: value }] } });
        sandbox.write("k.jsonl", format!("{}\n{}\n", state(1), state(2)));
        let printed = sandbox.ok("diff k.jsonl 1 2");
        let row = printed.lines().nth(2).unwrap();
        let path = row.strip_prefix("~  ").unwrap().rsplit_once("  1 → 2").unwrap().0;
        let found = sandbox.run_words(&["state", "k.jsonl", "--path", path], "");
        assert_eq!((found.code, found.out.as_str()), (0, "2\n"), "{key:?} as {path}: {found:?}");
    }
}
