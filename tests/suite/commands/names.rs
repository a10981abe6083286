//! Names of snapshots, branches and tenants: exact, made and found by one rule.

use super::sandbox::Sandbox;
use serde_json::Value;

/// Written into a log as older versions of the program wrote it.
#[test]
fn a_name_that_a_moment_reads_otherwise_is_refused_when_made() {
    let sandbox = Sandbox::new();
    for name in [
        "42",
        "head",
        "latest",
        "50%",
        "@12:30",
        "#2",
        "-5m",
        "head~3",
        "index:2",
        "snap:x",
        "branch:main",
        "before:@12:30",
        "",
        " ",
        "v9 ",
        " v9",
        "a\nb",
        "a\u{7}",
    ] {
        for command in
            [vec!["snapshot", "shop.asof", "--at=1", "--", name], vec!["fork", "shop.asof", "--at=1", "--", name]]
        {
            let ended = sandbox.run_words(&command, "");
            assert_eq!(ended.code, 2, "{command:?}: {ended:?}");
            assert!(ended.err.contains("is not a valid"), "{command:?}: {ended:?}");
        }
    }
    assert!(sandbox.run("snapshots shop.asof", "").out.is_empty());
    for tenant in ["", " ", "a\u{7}", "a "] {
        let ended = sandbox.run_words(&["record", "-", "-o", "new.asof", "--tenant", tenant], "1\n");
        assert!(ended.code == 2 && ended.err.contains("is not a valid tenant name"), "{ended:?}");
    }
    let ended = sandbox.run_words(&["record", "-", "-o", "new.asof", "--tenant", "42"], "1\n");
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[test]
fn no_blank_is_taken_off_a_name_that_is_looked_for() {
    let sandbox = Sandbox::new();
    sandbox.ok("snapshot shop.asof v9 --at 1");
    for name in ["v9 ", " v9", "snap:v9 ", "\u{a0}v9", "2 ", "head "] {
        let ended = sandbox.run_words(&["rollback", "shop.asof", name, "--yes"], "");
        assert!(ended.code == 1 && ended.err.contains("not found"), "{name:?}: {ended:?}");
    }
    sandbox.ok("rollback shop.asof v9 --yes");
}

#[test]
fn names_that_look_alike_are_warned_of_and_told_apart() {
    for (there, new) in
        [("é", "e\u{301}"), ("a b", "a\u{a0}b"), ("v1", "V1"), ("v1", "v\u{200b}1"), ("latest", "Latest")]
    {
        let sandbox = Sandbox::new();
        if there != "latest" {
            let made = sandbox.run_words(&["snapshot", "shop.asof", there, "--at", "1"], "");
            assert!(made.code == 0 && !made.err.contains("looks like"), "{made:?}");
        }
        let missing = sandbox.run_words(&["state", "shop.asof", "--at", new], "");
        assert!(missing.code == 1 && missing.err.contains(&format!("{there} (spelled ")), "{missing:?}");
        for command in ["snapshot", "fork"] {
            let made = sandbox.run_words(&[command, "shop.asof", new, "--at", "2"], "");
            assert!(made.code == 0 && made.err.contains("looks like the existing name"), "{made:?}");
        }
        // A new name is one however it is given.
        sandbox.ok("snapshot shop.asof other --at 3");
        let renamed = |from: &str, to: &str, more: &[&str]| {
            let words = [&["snapshot", "shop.asof", from, "--edit", "--rename", to], more].concat();
            sandbox.run_words(&words, "")
        };
        sandbox.run_words(&["snapshot", "shop.asof", new, "--delete"], "");
        let told = renamed("other", new, &[]);
        assert!(told.code == 0 && told.err.contains("looks like the existing name"), "{told:?}");
        let kept = renamed(new, new, &["--description", "the same name"]);
        assert!(kept.code == 0 && !kept.err.contains("looks like"), "{kept:?}");
        let plain = renamed(new, "plain", &["--json"]);
        let plain: Value = serde_json::from_str(&plain.out).unwrap();
        assert_eq!(plain["look_alikes"], serde_json::json!([]));
        let json: Value = serde_json::from_str(&renamed("plain", new, &["--json"]).out).unwrap();
        assert!(json["look_alikes"].as_array().unwrap().iter().any(|name| *name == there), "{json}");
        let json = sandbox.run_words(&["snapshot", "shop.asof", &format!("{new}{new}"), "--at", "2", "--json"], "");
        let json: Value = serde_json::from_str(&json.out).unwrap();
        assert_eq!(json["look_alikes"], serde_json::json!([]));
    }
}

/// So is the name of a tenant that a recording brings.
#[test]
fn a_new_tenant_that_looks_like_another_is_warned_of() {
    for (there, new, alike) in
        [("é", "e\u{301}", true), ("a b", "a\u{a0}b", true), ("shop", "Shop", true), ("shop", "store", false)]
    {
        let sandbox = Sandbox::new();
        let record = |tenant: &str, more: &[&str]| {
            sandbox.run_words(&[&["record", "-", "-o", "t.asof", "--tenant", tenant], more].concat(), "{\"n\":1}\n")
        };
        let first = record(there, &[]);
        assert!(first.code == 0 && !first.err.contains("looks like"), "{first:?}");
        let second = record(new, &["--json"]);
        assert!(second.code == 0 && second.err.contains("looks like the existing name") == alike, "{second:?}");
        let json: Value = serde_json::from_str(&second.out).unwrap();
        assert_eq!(json["look_alikes"], if alike { serde_json::json!([there]) } else { serde_json::json!([]) });
        let third = record(new, &[]);
        assert!(third.code == 0 && !third.err.contains("looks like"), "it is there by now: {third:?}");
    }
}

/// Keys that only such a character tells apart look different in what is printed.
#[test]
fn invisible_characters_are_escaped_for_machines_too() {
    for invisible in [
        '\u{34f}',
        '\u{200b}',
        '\u{2060}',
        '\u{feff}',
        '\u{202e}',
        '\u{e0041}',
        '\u{fe0f}',
        '\u{115f}',
        '\u{3164}',
        '\u{ffa0}',
        '\u{2800}',
    ] {
        let sandbox = Sandbox::new();
        let state = serde_json::json!({ "a": 1, format!("a{invisible}"): 2 });
        sandbox.write("i.jsonl", state.to_string());
        for command in
            ["state i.jsonl", "export i.jsonl --format jsonl", "diff i.jsonl 0 1 --json", "state i.jsonl --pretty"]
        {
            let out = sandbox.ok(command);
            assert!(!out.contains(invisible), "{command}: {out:?}");
        }
        assert_eq!(sandbox.json("state i.jsonl")[0], state);
    }
}

#[test]
fn a_variant_that_main_has_already_is_nothing_to_promote() {
    let sandbox = Sandbox::new();
    sandbox.ok("fork shop.asof same --at head");
    sandbox.check("promote shop.asof same --reason r --yes", 1, "", "nothing to promote: the head of same (#4)");
}

/// Anybody can set `$USER`.
#[test]
fn the_author_is_the_account_whatever_user_says() {
    let sandbox = Sandbox::new();
    let by = |name: &str, environment: &[(&str, &str)], arguments: &[&str]| {
        let mut command = sandbox.command();
        command.env_remove("ASOF_AUTHOR").envs(environment.iter().copied());
        command.args(["snapshot", "shop.asof", name, "--json"]).args(arguments);
        let told: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
        told["by"].as_str().unwrap().to_owned()
    };
    let account = by("one", &[], &[]);
    assert_eq!(by("two", &[("USER", "somebody"), ("LOGNAME", "else")], &[]), account);
    assert_eq!(by("three", &[("ASOF_AUTHOR", "ann")], &[]), "ann");
    assert_eq!(by("four", &[("ASOF_AUTHOR", "ann")], &["--by", "bob"]), "bob");
    let id = std::process::Command::new("id").arg("-un").output().unwrap();
    assert_eq!(String::from_utf8(id.stdout).unwrap().trim(), account);
}

/// Names of every kind, in every list of people; the whole name is in `--json`.
#[test]
fn long_names_are_shortened_in_every_list() {
    let sandbox = Sandbox::new();
    let long = |first: char| format!("{first}{}", "long ".repeat(200) + "end");
    let [base, variant, metric, tag, by, tenant] = ['s', 'v', 'm', 't', 'b', 'n'].map(long);
    let run = |words: &[&str]| {
        let ended = sandbox.run_words(words, "{\"n\":1}\n");
        assert_eq!(ended.code, 0, "{words:?}: {ended:?}");
        ended.out
    };
    run(&["snapshot", "shop.asof", &base, "--at", "1", "--tag", &tag, "--by", &by]);
    run(&["fork", "shop.asof", &variant, "--baseline", &base]);
    run(&["score", "shop.asof", &variant, &format!("{metric}=1ms:lower")]);
    run(&["score", "shop.asof", "main", &format!("{metric}=2ms")]);
    run(&["record", "-", "-o", "shop.asof", "--branch", &variant]);
    run(&["rollback", "shop.asof", "1", "--yes", "--by", &by]);
    run(&["record", "-", "-o", "other.asof", "--tenant", &tenant]);
    for (list, whole) in [
        ("snapshots shop.asof", vec![&base, &tag, &by]),
        ("branches shop.asof", vec![&base, &variant]),
        ("variants shop.asof", vec![&base, &variant, &metric]),
        ("log shop.asof", vec![&variant, &by]),
        ("history shop.asof .", vec![&by]),
        ("tenants other.asof", vec![&tenant]),
    ] {
        let printed = sandbox.ok(list);
        let longest = printed.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(longest < 450 && printed.contains('…'), "{list}: {longest} columns\n{printed}");
        let json = sandbox.ok(&format!("{list} --json"));
        for name in whole {
            assert!(json.contains(name.as_str()), "{list} --json: {name}");
        }
    }
}

/// Wherever a name is typed, `NAME` stands for it.
const TYPED: &[&str] = &[
    "state shop.asof --at NAME",
    "state shop.asof --at snap:NAME",
    "state shop.asof --at branch:NAME",
    "state shop.asof --path NAME",
    "state NAME",
    "log shop.asof --tenant NAME",
    "log shop.asof --path NAME",
    "diff shop.asof NAME head",
    "diff shop.asof 1 head --array-key NAME",
    "rollback shop.asof NAME --yes",
    "snapshot shop.asof --at NAME x",
    "fork shop.asof x --at NAME",
    "promote shop.asof NAME --yes",
    "find shop.asof --where NAME",
    "history shop.asof NAME",
    "trace shop.asof NAME",
    "assert shop.asof NAME",
    "score shop.asof NAME p95=22ms",
    "score shop.asof main NAME",
    "settings shop.asof NAME=1",
    "settings shop.asof array-keys=NAME",
    "record NAME -o new.asof",
    "record shop.jsonl -o shop.asof/log/NAME",
    "record shop.jsonl --format NAME -o new.asof",
    "record shop.jsonl --recipe NAME -o new.asof",
    "recipe test NAME shop.jsonl",
    "watch shop.asof --until NAME",
    "prune shop.asof --older-than NAME",
    "compact shop.asof --before NAME",
    "export shop.asof --format NAME",
    "open shop.asof --plain --theme NAME",
    "demo NAME",
    "log shop.asof --NAME",
    "log shop.asof NAME",
    "log shop.asof --last NAME",
    "open shop.asof --plain --glyphs NAME",
    "NAME shop.asof",
];

#[test]
fn a_typed_escape_and_what_it_names_make_different_messages() {
    let sandbox = Sandbox::new();
    let mut told = 0;
    for words in TYPED {
        let said = |name: &str| {
            let words: Vec<String> = words.split(' ').map(|word| word.replace("NAME", name)).collect();
            let ended = sandbox.run_words(&words, "");
            assert_ne!(ended.code, 0, "{words:?}: {ended:#?}");
            ended.err
        };
        // `run_words` sees to it that no escape character is printed.
        let (escape, spelled) = (said("x\u{1b}[7my"), said("x\\u{1b}[7my"));
        // Some messages name what is wrong with it instead.
        let named = escape.contains("[7m") && spelled.contains("[7m");
        assert!(!named || escape != spelled, "{words}: both say {escape}");
        told += usize::from(named);
    }
    assert!(told * 5 > TYPED.len() * 4, "{told} of {} messages name it", TYPED.len());
}
