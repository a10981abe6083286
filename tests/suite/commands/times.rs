//! When versions are from: the names and forms of times that sources have, and what is said of those that cannot be read.

use super::sandbox::Sandbox;
use serde_json::{Value, json};

/// The times of all versions, as `asof log` tells them.
fn times(sandbox: &Sandbox, lines: &str) -> Vec<Value> {
    sandbox.write("t.jsonl", lines);
    let ended = sandbox.run("log t.jsonl --json", "");
    let told = ended.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["at"].clone());
    told.collect()
}

#[test]
fn a_time_is_known_by_its_usual_names() {
    let sandbox = Sandbox::new();
    for name in [
        "time",
        "ts",
        "timestamp",
        "at",
        "date",
        "@timestamp",
        "created_at",
        "createdAt",
        "Timestamp",
        "TIME",
        "event_time",
        "eventTime",
        "occurred-at",
        "logged_at",
        "recordedAt",
        "datetime",
        "updated_at",
        "asctime",
        "_time",
        "@t_s",
        "ts_ms",
    ] {
        let line = json!({ name: "2024-06-25 14:54:28,123", "state": {"n": 1} });
        assert_eq!(times(&sandbox, &format!("{line}\n{line}\n")), ["2024-06-25T14:54:28.123Z"; 2], "{name}");
    }
}

#[test]
fn a_time_is_known_in_its_usual_forms() {
    let sandbox = Sandbox::new();
    for time in [
        json!("2024-06-25 14:54:28,000"),
        json!("2024-06-25T16:54:28+02:00[Europe/Paris]"),
        json!({"$date": "2024-06-25T14:54:28Z"}),
        json!({"$date": {"$numberLong": "1719327268000"}}),
        json!({"$date": 1_719_327_268_000_i64}),
        json!("Tue, 25 Jun 2024 16:54:28 +0200"),
        json!("20240625T145428Z"),
        json!(1_719_327_268),
    ] {
        let line = json!({"ts": time, "label": "x", "state": {"n": 1}});
        assert_eq!(times(&sandbox, &format!("{line}\n")), ["2024-06-25T14:54:28Z"], "{time}");
    }
    let line = json!({"at": "2024-06-25T14:54Z", "state": {"n": 1}});
    assert_eq!(times(&sandbox, &format!("{line}\n")), ["2024-06-25T14:54:00Z"]);
}

/// A state that is in no envelope is whole, and from when its own stamp says.
#[test]
fn a_bare_state_is_dated_by_its_stamp() {
    let sandbox = Sandbox::new();
    for (line, at) in [
        (json!({"ts": "2024-06-25 14:54:28", "n": 1}), json!("2024-06-25T14:54:28Z")),
        (json!({"@timestamp": "2024-06-25T14:54:28Z", "n": {"ts": 5}}), json!("2024-06-25T14:54:28Z")),
        (json!({"timestamp": {"$date": 1_719_327_268_000_i64}, "n": 1}), json!("2024-06-25T14:54:28Z")),
        (json!({"ts": 5, "n": 1}), Value::Null),
        (json!({"ts": "soon", "n": 1}), Value::Null),
        (json!({"date": "2024-06-25", "n": 1}), Value::Null),
        (json!({"n": {"ts": "2024-06-25 14:54:28"}}), Value::Null),
    ] {
        assert_eq!(times(&sandbox, &format!("{line}\n")), [at], "{line}");
        assert_eq!(sandbox.json("state t.jsonl")[0], line);
    }
}

/// A time that is not read because of its name is told once for each name, and is no problem.
#[test]
fn a_time_under_an_unknown_name_is_noted() {
    let sandbox = Sandbox::new();
    for name in ["zeit", "moment of it", "t"] {
        let line =
            |second: u8| json!({name: format!("2024-06-25 14:54:{second}"), "label": "x", "state": {"n": second}});
        let noted = sandbox.run("record - -o noted.asof --json", &format!("{}\n{}\n", line(10), line(11)));
        let told: Value = serde_json::from_str(&noted.out).unwrap();
        let notes = told["notes"].as_array().unwrap();
        assert_eq!((noted.code, notes.len(), told["problems"].as_array().unwrap().len()), (0, 1, 0), "{told}");
        assert!(notes[0]["why"].as_str().unwrap().starts_with(&format!("`{name}` looks like a time")), "{told}");
    }
    let quiet = json!({"ts": 1_719_327_268, "until": "2024-06-25 14:54:10", "label": "x", "state": {"n": 1}});
    sandbox.write("quiet.jsonl", quiet.to_string());
    sandbox.ok("log quiet.jsonl");
}

#[test]
fn times_in_no_known_form_are_counted_and_told_once() {
    let sandbox = Sandbox::new();
    for (bad, words) in [
        (1, "1 version without a time of its own"),
        (2, "2 versions without a time of their own"),
        (3000, "3000 versions without a time of their own"),
    ] {
        let line = |at: &str, n: usize| format!("{{\"ts\":\"{at}\",\"label\":\"x\",\"state\":{{\"n\":{n}}}}}\n");
        let mut lines = line("2024-06-25T14:54Z", 0);
        for n in 0..bad {
            lines += &line(&format!("25.06.2024 14h{n}"), n);
            lines += &line("2024-06-25T14:55Z", n);
        }
        sandbox.write("bad.jsonl", &lines);
        let told = sandbox.run(&format!("record bad.jsonl -o bad{bad}.asof --json"), "");
        let told: Value = serde_json::from_str(&told.out).unwrap();
        let problems = told["problems"].as_array().unwrap();
        assert_eq!((problems.len(), &problems[0]["line"]), (1, &2.into()), "{problems:?}");
        let why = problems[0]["why"].as_str().unwrap();
        assert!(why.contains(words) && why.contains("25.06.2024 14h0"), "{why}");
        let log = sandbox.run("log bad.jsonl", "");
        assert_eq!((log.code, log.err.matches("unknown time format").count()), (3, 1), "{log:?}");
        let piped = sandbox.run("record - -o piped.asof --json", &lines);
        let piped: Value = serde_json::from_str(&piped.out).unwrap();
        assert!(piped["problems"].to_string().contains("unknown time format"), "{piped}");
    }
}

/// What has no time of its own gets that of its arrival, where it is read as it is made.
#[test]
fn a_stream_without_times_is_stamped_on_arrival() {
    let sandbox = Sandbox::new();
    for (round, (lines, sources)) in [
        ("{\"n\":1}\n{\"n\":2}\n", ["arrived", "arrived"]),
        ("{\"label\":\"a\",\"state\":1}\n{\"label\":\"b\",\"state\":2}\n", ["arrived", "arrived"]),
        (
            "{\"ts\":1719327268,\"label\":\"a\",\"state\":1}\n{\"ts\":1719327269,\"label\":\"b\",\"state\":2}\n",
            ["recorded"; 2],
        ),
        ("{\"ts\":1719327268,\"label\":\"a\",\"state\":1}\n{\"label\":\"b\",\"state\":2}\n", ["recorded", "null"]),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("s{round}.asof");
        let before = chrono::Utc::now();
        assert_eq!(sandbox.run(&format!("record - -o {name}"), lines).code, 0);
        let log = sandbox.json(&format!("log {name} --json"));
        let told: Vec<&str> = log.iter().map(|line| line["time_source"].as_str().unwrap_or("null")).collect();
        assert_eq!(told, sources, "{lines}");
        for line in log.iter().filter(|line| line["time_source"] == "arrived") {
            let at: chrono::DateTime<chrono::Utc> = line["at"].as_str().unwrap().parse().unwrap();
            assert!(at >= before && at <= chrono::Utc::now(), "{line}");
        }
    }
    // Read back, and counted from.
    assert!(sandbox.run("state s0.asof --at=-0s", "").out.contains("\"n\":2"));
    sandbox.write("file.jsonl", "{\"n\":1}\n");
    assert_eq!(sandbox.json("log file.jsonl --json")[0]["at"], Value::Null);
    let file = std::process::Command::new(assert_cmd::cargo::cargo_bin!("asof"))
        .args(["log", "-", "--json"])
        .current_dir(sandbox.0.path())
        .envs(sandbox.homes())
        .stdin(std::fs::File::open(sandbox.path("file.jsonl")).unwrap())
        .output()
        .unwrap();
    assert!(String::from_utf8(file.stdout).unwrap().contains("\"at\":null"));
}

#[test]
fn a_snapshot_of_a_version_without_a_time_has_none_either() {
    let sandbox = Sandbox::new();
    sandbox.write("plain.jsonl", "{\"n\":1}\n{\"n\":2}\n");
    sandbox.ok("record plain.jsonl -o plain.asof");
    sandbox.ok("snapshot plain.asof s --at 1");
    sandbox.ok("snapshot shop.asof s --at 1");
    let of = |source: &str| sandbox.json(&format!("snapshots {source} --json")).remove(0);
    let (plain, shop) = (of("plain.asof"), of("shop.asof"));
    assert_eq!((&plain["at"], &shop["at"]), (&Value::Null, &json!("2026-10-09T10:00:00Z")));
    assert!(plain["created"].is_string() && shop["created"].is_string(), "{plain} {shop}");
    // It is found by the time it was made at all the same.
    let made = plain["created"].as_str().unwrap();
    sandbox.check(&format!("state plain.asof --at before:@{made}"), 0, "1", "");
}

/// Whatever moment is asked for and not found, no time of the answer is in another zone.
#[test]
fn an_answer_tells_times_in_the_zone_that_was_asked_for() {
    let sandbox = Sandbox::new();
    sandbox.ok("snapshot shop.asof v1 --at 2");
    for words in [
        "state shop.asof --at before:@08:00",
        "state shop.asof --at before:@2020-01-01T00:00:00Z",
        "diff shop.asof before:@08:00 head",
        "rollback shop.asof before:@2020-01-01 --yes",
        "snapshot shop.asof other --at before:@08:00",
        "state shop.asof --at @08:00",
        "state shop.asof --at @2020-01-01T00:00:00+05:00",
        "log shop.asof --from @08:00",
        "state shop.asof --at -9d",
        "state shop.asof --at -30m",
        "state shop.asof --at before:@15:00",
        "find shop.asof --where . --to @08:00",
    ] {
        for (zone, offset) in [("+02:00", "+02:00"), ("America/Bogota", "-05:00")] {
            let ended = sandbox.run(&format!("{words} --time-zone {zone}"), "");
            let told: Vec<&str> = ended
                .err
                .split([' ', ';', ',', '\n', '"'])
                .filter(|word| word.contains("T0") || word.contains("T1") || word.contains("T2"))
                .collect();
            let asked = |word: &&str| words.contains(word.trim_start_matches("before:").trim_end_matches(':'));
            let other = told.iter().find(|word| !word.trim_end_matches(':').ends_with(offset) && !asked(word));
            assert_eq!(other, None, "{words} --time-zone {zone}: {ended:#?}");
            assert!(!ended.err.contains(" at or before ") || ended.err.contains(offset), "{words}: {ended:#?}");
        }
    }
}
