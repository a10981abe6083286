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
            assert!(ended.err.contains("cannot name a"), "{command:?}: {ended:?}");
        }
    }
    assert!(sandbox.run("snapshots shop.asof", "").out.is_empty());
    for tenant in ["", " ", "a\u{7}", "a "] {
        let ended = sandbox.run_words(&["record", "-", "-o", "new.asof", "--tenant", tenant], "1\n");
        assert!(ended.code == 2 && ended.err.contains("cannot name a tenant"), "{ended:?}");
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
            assert!(made.code == 0 && made.err.contains("looks like another name"), "{made:?}");
        }
        let json = sandbox.run_words(&["snapshot", "shop.asof", &format!("{new}{new}"), "--at", "2", "--json"], "");
        let json: Value = serde_json::from_str(&json.out).unwrap();
        assert_eq!(json["look_alikes"], serde_json::json!([]));
    }
}
