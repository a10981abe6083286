//! Moments on the command line: what they count from, the zone they are read in, and that the answer tells which they are.

use super::sandbox::Sandbox;
use serde_json::{Value, json};

/// A recording of three hours on a day, with a snapshot of the first and the last.
fn recorded(sandbox: &Sandbox, day: &str) {
    let line = |hour: u8, n: u8| json!({"ts": format!("{day}T{hour}:00:00Z"), "label": "x", "state": n}).to_string();
    sandbox.write("m.jsonl", [line(12, 1), line(13, 2), line(14, 3)].join("\n"));
    sandbox.ok("record m.jsonl -o m.asof");
    sandbox.ok("snapshot m.asof noon --at 1");
    sandbox.ok("snapshot m.asof two --at 3");
}

/// Days before and after the one on which this test runs.
#[test]
fn writes_of_the_debugger_change_no_moments_meaning() {
    for day in ["2026-10-09", "2001-01-01", "2199-05-05"] {
        let sandbox = Sandbox::new();
        recorded(&sandbox, day);
        for round in 0..2 {
            for (at, state) in [("@12:30", "1\n"), ("-90m", "1\n"), ("-60m", "2\n"), ("@13:59:59", "2\n")] {
                sandbox.check(&format!("state m.asof --at={at}"), 0, state, "Z");
            }
            sandbox.check("state m.asof --at @11:59", 1, "", "nothing is recorded at or before");
            let told = sandbox.run("rollback m.asof before:@12:30 --yes --json", "");
            let told: Value = serde_json::from_str(&told.out).unwrap();
            assert_eq!(told["to"], 1, "{day}, round {round}");
            assert_eq!(told["to_at"], format!("{day}T12:00:00Z"));
            sandbox.ok("undo m.asof");
        }
    }
}

#[test]
fn answers_to_relative_moments_tell_version_date_time_and_zone() {
    let sandbox = Sandbox::new();
    recorded(&sandbox, "2026-10-09");
    sandbox.ok("snapshot m.asof one --at 2");
    for (at, words) in [
        ("@12:30", "@12:30 (2026-10-09 12:30:00Z) is #1, 2026-10-09 12:00:00Z"),
        ("-90m", "-1h30m (2026-10-09 12:30:00Z) is #1, 2026-10-09 12:00:00Z"),
        ("before:@13:30", "before:@13:30 (2026-10-09 13:30:00Z) is #2, 2026-10-09 13:00:00Z"),
        ("latest", "latest is #3, 2026-10-09 14:00:00Z; no version follows it"),
        ("index:0", "index:0 is #1, 2026-10-09 12:00:00Z"),
        ("head~2", "head~2 is #1, 2026-10-09 12:00:00Z"),
        ("50%", "50% is #2, 2026-10-09 13:00:00Z"),
        ("-1", "-1 is #2, 2026-10-09 13:00:00Z"),
    ] {
        for command in ["state m.asof --at=", "log m.asof --json --from="] {
            let told = sandbox.run(&format!("{command}{at}"), "");
            assert_eq!((told.code, told.err.trim_end()), (0, format!("asof: {words}").as_str()), "{at}: {told:?}");
        }
    }
    for at in ["2", "#2", "head", "noon", "snap:noon", "branch:main"] {
        sandbox.ok(&format!("state m.asof --at {at}"));
    }
    let told = sandbox.run("diff m.asof @12:30 head --json", "");
    let told: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!((&told["from_at"], &told["to_at"]), (&json!("2026-10-09T12:00:00Z"), &json!("2026-10-09T14:00:00Z")));
}

#[test]
fn the_zone_is_the_local_one_or_the_one_asked_for() {
    let sandbox = Sandbox::new();
    recorded(&sandbox, "2026-10-09");
    let state = |zone: Option<&str>, variable: Option<&str>, tz: &str, at: &str| {
        let mut command = sandbox.command();
        command.args(["state", "m.asof", "--at", at]).env("TZ", tz);
        command.args(zone.map(|zone| format!("--time-zone={zone}")));
        command.envs(variable.map(|zone| ("ASOF_TIME_ZONE", zone)));
        let output = command.output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    for (zone, variable, tz, at, expected, shown) in [
        (None, None, "America/New_York", "@08:01", "1\n", "2026-10-09 08:00:00-04:00"),
        (None, None, "Europe/Paris", "@15:30", "2\n", "2026-10-09 15:00:00+02:00"),
        (Some("Asia/Kolkata"), None, "Europe/Paris", "@17:30", "1\n", "2026-10-09 17:30:00+05:30"),
        (Some("UTC"), Some("Asia/Tokyo"), "Europe/Paris", "@12:30", "1\n", "2026-10-09 12:00:00Z"),
        (None, Some("Asia/Tokyo"), "Europe/Paris", "@22:59", "2\n", "2026-10-09 22:00:00+09:00"),
    ] {
        let (out, err) = state(zone, variable, tz, at);
        assert_eq!(out, expected, "{zone:?} {variable:?} {tz} {at}: {err}");
        assert!(err.contains(shown), "{err}");
    }
    assert!(state(Some("Europe/Pariss"), None, "UTC", "head").1.contains("nearest: Europe/Paris"));
    let log = sandbox.ok("log m.asof --time-zone America/New_York");
    assert!(log.contains("2026-10-09T08:00:00-04:00"), "{log}");
    let log = sandbox.json("log m.asof --json --time-zone America/New_York");
    assert_eq!(log[0]["at"], "2026-10-09T12:00:00Z");
}

#[test]
fn a_snapshots_creation_is_its_own() {
    let sandbox = Sandbox::new();
    recorded(&sandbox, "2026-10-09");
    for snapshot in sandbox.json("snapshots m.asof --json") {
        let (at, created) = (snapshot["at"].as_str().unwrap(), snapshot["created"].as_str().unwrap());
        assert!(at.starts_with("2026-10-09") && created > "2026-11", "{snapshot}");
    }
    assert!(sandbox.ok("snapshots m.asof").contains("created 2"));
}

/// A diff as text says between which moments it is, each with its date and zone.
#[test]
fn a_diff_says_both_moments_in_full() {
    let sandbox = Sandbox::new();
    let lines = [("2026-10-09T23:30:00Z", 1), ("2026-10-10T00:15:00.250Z", 2)]
        .map(|(time, n)| format!("{{\"time\":\"{time}\",\"state\":{{\"n\":{n}}}}}\n"));
    sandbox.write("t.jsonl", lines.concat());
    for (ends, zone, title) in [
        ("1 2", "UTC", "#1, 2026-10-09 23:30:00Z → #2, 2026-10-10 00:15:00.250Z"),
        ("2 1 --path .n", "UTC", "#2, 2026-10-10 00:15:00.250Z → #1, 2026-10-09 23:30:00Z"),
        ("head~1 head", "+02:00", "#1, 2026-10-10 01:30:00+02:00 → #2, 2026-10-10 02:15:00.250+02:00"),
        ("0 1", "UTC", "#0, no time → #1, 2026-10-09 23:30:00Z"),
    ] {
        let printed = sandbox.ok(&format!("diff t.jsonl {ends} --time-zone {zone}"));
        assert_eq!(printed.lines().next(), Some(title), "{ends}");
    }
}
