//! Verdicts on variants that the figures bear out: samples, ties, guardrails, stale figures, goals that change, ranks.

use super::sandbox::Sandbox;
use serde_json::{Value, json};

/// A recording with a snapshot `baseline` at #1 and variants of it.
fn experiment(variants: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.ok("snapshot shop.asof baseline --at 1");
    variants.iter().for_each(|name| drop(sandbox.ok(&format!("fork shop.asof {name} --baseline baseline"))));
    sandbox
}

fn scored(scores: &[(&str, &str)]) -> Sandbox {
    let mut variants: Vec<&str> = scores.iter().map(|(name, _)| *name).filter(|name| name.len() == 1).collect();
    variants.dedup();
    let sandbox = experiment(&variants);
    scores.iter().for_each(|(of, figures)| drop(sandbox.ok(&format!("score shop.asof {of} {figures}"))));
    sandbox
}

/// `A winner, B tie`, the baseline left out.
fn verdicts(sandbox: &Sandbox) -> String {
    let told = sandbox.json("variants shop.asof --json");
    let variants = told.iter().filter(|line| line["kind"] == "variant");
    let words =
        variants.map(|line| format!("{} {}", line["variant"].as_str().unwrap(), line["verdict"].as_str().unwrap()));
    words.collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn check(scores: &[(&str, &str)], expected: &str) {
    assert_eq!(verdicts(&scored(scores)), expected, "{scores:?}");
}

/// A normal-looking sample round a mean, as `score` takes it.
fn sample(metric: &str, mean: f64) -> String {
    let offsets = [-1.2, 0.4, 0.9, -0.3, 0.1, -0.8, 1.1, 0.2, -0.5, 0.6, -0.1, 0.3];
    offsets.iter().map(|offset| format!("{metric}={:.2}", mean + offset)).collect::<Vec<_>>().join(" ")
}

#[test]
fn equal_scores_are_a_tie_and_nobody_wins() {
    check(&[("A", "score=92"), ("B", "score=92.0")], "A tie, B tie");
    check(&[("A", "score=92"), ("B", "score=92"), ("C", "score=91")], "A tie, B tie, C not the best");
    check(&[("baseline", "score=80"), ("A", "score=92"), ("B", "score=9.2e1")], "A tie, B tie");
    check(&[("baseline", "score=92"), ("A", "score=92")], "A no better");
    check(
        &[("baseline", "p95=20ms"), ("A", "score=92 p95=30ms:lower"), ("B", "score=92 p95=3ms:lower")],
        "A tie, B tie",
    );
    check(&[("baseline", "p95=20:lower"), ("A", "p95=10"), ("B", "p95=10")], "A tie, B tie");
}

#[test]
fn a_guardrail_that_was_not_measured_disqualifies() {
    check(
        &[("A", "score=90"), ("B", "score=95 err=2:zero")],
        "A disqualified: err (not measured), B disqualified: err",
    );
    check(
        &[("A", "score=90 mem=80:<=90"), ("B", "score=95"), ("C", "score=85 mem=91")],
        "A nothing to compare with, B disqualified: mem (not measured), C disqualified: mem",
    );
    check(
        &[("baseline", "score=1"), ("A", "score=90 rows=5:equal"), ("B", "score=95 rows=5")],
        "A disqualified: rows (baseline not measured), B disqualified: rows (baseline not measured)",
    );
    // One bad figure among several breaks it.
    check(&[("baseline", "score=1"), ("A", "score=2 err=0:zero err=1")], "A disqualified: err");
}

#[test]
fn no_baseline_figure_no_word_about_the_baseline() {
    check(&[("A", "score=85"), ("B", "score=92"), ("C", "score=78")], "A not the best, B winner, C not the best");
    check(&[("A", "score=85")], "A nothing to compare with");
    check(
        &[("baseline", "score=80"), ("A", "score=85"), ("B", "score=92"), ("C", "score=78")],
        "A beats baseline, B winner, C no better",
    );
    check(&[("baseline", "p95=20"), ("A", "p95=5")], "A not scored");
}

#[test]
fn figures_are_of_their_version_and_stale_when_the_variant_moved_on() {
    let sandbox = scored(&[("baseline", "score=80 err=0:zero"), ("A", "score=90 err=0"), ("B", "score=85 err=0")]);
    assert_eq!(verdicts(&sandbox), "A winner, B beats baseline");
    let moved = sandbox.run("record - -o shop.asof --branch A", "{\"version\":\"A2\"}\n");
    assert_eq!(moved.code, 0, "{moved:?}");
    assert_eq!(verdicts(&sandbox), "A stale, B winner");
    let told = &sandbox.json("variants shop.asof --json")[0];
    assert_eq!([&told["score"], &told["scored"]["version"], &told["head"]], [&json!(90), &json!(1), &json!(5)]);
    assert_eq!([&told["scored"]["stale"], &told["metrics"]["err"]["mark"]], [&json!(true), &json!("stale")]);
    let table = sandbox.ok("variants shop.asof");
    assert!(table.contains("of #1 ?") && table.contains("? measured at an older version"), "{table}");
    sandbox.ok("score shop.asof A score=70");
    assert_eq!(
        verdicts(&sandbox),
        "A disqualified: err (not measured), B winner",
        "its guardrail is of an older version"
    );
    sandbox.ok("score shop.asof A err=0");
    assert_eq!(verdicts(&sandbox), "A no better, B winner");
}

#[test]
fn a_goal_does_not_change_in_silence() {
    let sandbox = scored(&[("baseline", "p95=20ms:lower mem=5%:<=90"), ("A", "p95=10ms score=5"), ("B", "mem=6%")]);
    for (figures, why) in [
        ("p95=30ms:higher", "the goal of p95 is lower, not higher"),
        ("mem=95:<=99", "the goal of mem is <=90, not <=99"),
        ("score=1:lower", "the goal of score is higher, not lower"),
        ("p95=0.03s", "p95 is measured in ms, not in s"),
        ("new=1:lower new=2:higher", "the goal of new is lower, not higher"),
    ] {
        sandbox.check(&format!("score shop.asof B {figures}"), 2, "", why);
    }
    assert_eq!(sandbox.json("variants shop.asof --json")[1]["metrics"]["p95"], Value::Null, "nothing was recorded");
    sandbox.ok("score shop.asof B p95=30:lower mem=7%:<=90 score=1:higher");
    sandbox.ok("score shop.asof B p95=30ms:higher --redefine");
    let told = &sandbox.json("variants shop.asof --json")[0]["metrics"]["p95"];
    assert_eq!([&told["goal"], &told["goal_before"]], ["higher", "lower"]);
    sandbox.check("variants shop.asof", 0, "the goal of p95 is higher; it was lower", "");
    sandbox.check("score shop.asof A p95=1:higher --json", 0, "\"goal_before\":\"lower\"", "");
    let same = scored(&[("baseline", "p95=20ms:lower"), ("A", "p95=10ms:lower")]);
    assert_eq!(same.json("variants shop.asof --json")[0]["metrics"]["p95"]["goal_before"], Value::Null);
    assert!(!same.ok("variants shop.asof").contains("it was"));
}

/// The goal of a score is told as any other's, be it said or the usual one.
#[test]
fn a_score_does_not_turn_around_in_silence() {
    for first in ["score=70:higher", "score=70"] {
        for of in ["A", "baseline"] {
            let sandbox = scored(&[("baseline", first), ("A", "score=90")]);
            sandbox.check(
                &format!("score shop.asof {of} score=80:lower"),
                2,
                "",
                "the goal of score is higher, not lower",
            );
            sandbox.ok(&format!("score shop.asof {of} score=80:lower --redefine"));
            let told = &sandbox.json("variants shop.asof --json")[0]["scored"];
            assert_eq!([&told["goal"], &told["goal_before"]], ["lower", "higher"], "{first} {of}");
            sandbox.check("variants shop.asof", 0, "the goal of score is lower; it was higher", "");
        }
    }
    let main = scored(&[("main", "score=70:higher")]);
    main.ok("score shop.asof main score=80:lower --redefine");
    main.check("variants shop.asof", 0, "the goal of score is lower; it was higher", "");
}

/// No figure is ever told in another unit than it was recorded in.
#[test]
fn a_figure_keeps_its_unit() {
    for (name, before, now, said, sentence) in [
        (
            "p95",
            "20ms:lower",
            "10s",
            "p95 is measured in ms, not in s",
            "p95 is measured in s; figures in ms do not count",
        ),
        ("p95", "20", "10s", "p95 is measured without a unit, not in s", "figures without a unit do not count"),
        ("score", "20ms", "10%", "score is measured in ms, not in %", "figures in ms do not count"),
        ("score", "20", "10%", "score is measured without a unit, not in %", "figures without a unit do not count"),
    ] {
        let sandbox = scored(&[("baseline", &format!("{name}={before}")), ("A", &format!("{name}=30"))]);
        sandbox.check(&format!("score shop.asof A {name}={now}"), 2, "", said);
        sandbox.ok(&format!("score shop.asof A {name}={now} --redefine"));
        let told = sandbox.json("variants shop.asof --json");
        let of = |at: usize| {
            if name == "score" { told[at]["scored"].clone() } else { told[at]["metrics"][name].clone() }
        };
        assert_eq!([&of(0)["samples"], &of(0)["delta"]], [&json!([10]), &Value::Null], "{name}={before} {now}");
        assert_eq!(of(of_baseline(&told)), Value::Null, "{name}={before} {now}");
        sandbox.check("variants shop.asof", 0, sentence, "");
        // In the unit it had at first, the old figures count again.
        if before == "20ms:lower" {
            sandbox.ok(&format!("score shop.asof A {name}=25ms --redefine"));
            let again = sandbox.json("variants shop.asof --json");
            assert_eq!(again[0]["metrics"][name]["samples"], json!([30, 25]));
            assert_eq!(again[1]["metrics"][name]["samples"], json!([20]));
        }
    }
}

fn of_baseline(told: &[Value]) -> usize {
    told.iter().position(|line| line["kind"] == "baseline").unwrap()
}

#[test]
fn several_figures_are_samples() {
    let sandbox = scored(&[("A", "p95=22ms:lower p95=24ms"), ("A", "p95=26ms")]);
    let told = &sandbox.json("variants shop.asof --json")[0]["metrics"]["p95"];
    assert_eq!([&told["n"], &told["mean"], &told["samples"]], [&json!(3), &json!(24.0), &json!([22, 24, 26])]);
    assert_eq!([&told["spread"], &told["version"]], [&json!(2.0), &json!(1)]);
    sandbox.check("variants shop.asof", 0, "24.0 ms (n=3)", "");
}

/// What `.ms` was in each version after the fork, and before the baseline, is a sample.
#[test]
fn figures_are_read_from_a_column_of_the_recording() {
    let sandbox = Sandbox::new();
    let lines = |from: u32, base: f64| -> String {
        let line = |n: u32| {
            let (kind, ms) =
                if n % 4 == 3 { ("tick", json!("none")) } else { ("request", json!(base + f64::from(n % 5))) };
            format!("{}\n", json!({"label": kind, "state": {"n": n, "ms": ms}}))
        };
        (from..from + 40).map(line).collect()
    };
    sandbox.write("main.jsonl", lines(0, 40.0));
    sandbox.ok("record main.jsonl -o ab.asof");
    sandbox.ok("snapshot ab.asof baseline");
    sandbox.ok("fork ab.asof A --baseline baseline");
    sandbox.write("a.jsonl", lines(1, 30.0));
    sandbox.ok("record a.jsonl -o ab.asof --branch A");
    let expected = |from: u32, base: f64| -> Vec<f64> {
        (from..from + 40).filter(|n| n % 4 != 3).map(|n| base + f64::from(n % 5)).collect()
    };
    sandbox.check(
        "score ab.asof baseline p95=.ms␣ms:lower",
        0,
        "30 figures recorded for baseline",
        "10 versions without a number",
    );
    sandbox.check("score ab.asof A p95=.ms --label request", 0, "30 figures recorded for A", "");
    let told = sandbox.json("variants ab.asof --json");
    for (line, wanted) in [(&told[0], expected(1, 30.0)), (&told[1], expected(0, 40.0))] {
        let samples: Vec<f64> =
            line["metrics"]["p95"]["samples"].as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).collect();
        assert_eq!((samples, line["metrics"]["p95"]["unit"].as_str()), (wanted, Some("ms")), "{line}");
    }
    assert_eq!([&told[0]["verdict"], &told[0]["metrics"]["p95"]["basis"]], ["winner", "welch"]);
    for (words, code, err) in [
        ("score ab.asof A p95=.ms", 1, "A already has figures of p95 at #80"),
        ("score ab.asof A q=.nothing", 1, ".nothing is a number at no version of A"),
        ("score ab.asof A q=.ms[", 2, ""),
        ("score ab.asof A =.ms", 2, "no name before the ="),
        ("score ab.asof nosuch q=.ms", 1, "nosuch"),
    ] {
        sandbox.check(words, code, "", err);
    }
    sandbox.check("score ab.asof A n=.n:higher --from 77", 0, "4 figures recorded for A", "");
}

#[test]
fn means_are_tested_before_anything_is_said() {
    let both = |base: f64, own: f64| {
        let sandbox = scored(&[("baseline", &sample("score", base)), ("A", &sample("score", own))]);
        let told = sandbox.json("variants shop.asof --json").remove(0);
        (
            told["verdict"].as_str().unwrap().to_owned(),
            told["basis"].as_str().unwrap().to_owned(),
            told["p"].as_f64().unwrap(),
        )
    };
    let (verdict, basis, p) = both(80.0, 90.0);
    assert!(verdict == "winner" && basis == "welch" && p < 0.001, "{verdict} {basis} {p}");
    let (verdict, _, p) = both(80.0, 80.1);
    assert!(verdict == "inconclusive" && p > 0.05, "{verdict} {p}");
    let (verdict, _, p) = both(80.0, 70.0);
    assert!(verdict == "worse" && p < 0.001, "{verdict} {p}");
    // Few of them by resampling; two a side are never enough; one against several is not either.
    let few = "score=80.1 score=80.4 score=79.8 score=80.0 score=79.9";
    let sandbox = scored(&[("baseline", few), ("A", "score=91 score=90.5 score=90.2 score=91.1 score=90.8")]);
    let told = &sandbox.json("variants shop.asof --json")[0];
    assert_eq!([&told["verdict"], &told["basis"]], ["winner", "bootstrap"]);
    check(&[("baseline", "score=80 score=80.1"), ("A", "score=900 score=901")], "A inconclusive");
    check(&[("baseline", "score=80"), ("A", "score=900 score=901")], "A inconclusive");
    // No spread at all is no chance.
    check(&[("baseline", "score=80 score=80"), ("A", "score=81 score=81")], "A winner");
    // Two that chance may explain: both beat the baseline, neither wins.
    let close = [("baseline", sample("score", 80.0)), ("A", sample("score", 90.0)), ("B", sample("score", 90.1))];
    check(&close.each_ref().map(|(of, figures)| (*of, figures.as_str())), "A beats baseline, B beats baseline");
    // Without a score the goals decide, as far as they differ by more than chance.
    let goals = |own: f64| {
        let base = sample("p95", 40.0).replacen(' ', ":lower ", 1);
        verdicts(&scored(&[("baseline", &base), ("A", &sample("p95", own))]))
    };
    assert_eq!([goals(30.0), goals(40.05), goals(50.0)], ["A winner", "A inconclusive", "A worse"]);
}

#[test]
fn one_figure_each_is_marked_as_such() {
    let sandbox = scored(&[("baseline", "score=80"), ("A", "score=85")]);
    let told = &sandbox.json("variants shop.asof --json")[0];
    assert_eq!(
        [&told["verdict"], &told["basis"], &told["p"]],
        [&json!("winner"), &json!("single figure"), &Value::Null]
    );
    sandbox.check("variants shop.asof", 0, "single figure", "");
}

#[test]
fn any_number_of_variants_is_ranked() {
    let names: Vec<String> = (0..15).map(|n| format!("v{n}")).collect();
    let sandbox = experiment(&names.iter().map(String::as_str).collect::<Vec<_>>());
    for (at, name) in names.iter().enumerate() {
        sandbox.ok(&format!("score shop.asof {name} score={}", (at * 7) % 15 / 2));
    }
    let told = sandbox.json("variants shop.asof --json");
    for line in told.iter().filter(|line| line["kind"] == "variant") {
        let ahead = told.iter().filter(|other| other["score"].as_u64() > line["score"].as_u64()).count();
        assert_eq!(line["rank"], json!(ahead + 1), "{line}");
    }
    // Less is better where that was said.
    let lower = scored(&[("A", "score=3:lower"), ("B", "score=1"), ("C", "score=2")]);
    assert_eq!(verdicts(&lower), "A not the best, B winner, C not the best");
    let ranks: Vec<Value> = lower.json("variants shop.asof --json").iter().map(|line| line["rank"].clone()).collect();
    assert_eq!(ranks[..3], [json!(3), json!(1), json!(2)]);
}

#[test]
fn a_variant_is_compared_with_another() {
    let sandbox = scored(&[("baseline", "p95=40:lower"), ("A", "p95=30"), ("B", "p95=20"), ("C", "p95=36")]);
    let told = sandbox.json("variants shop.asof --against A --json");
    let words: Vec<&str> = told.iter().map(|line| line["variant"].as_str().unwrap()).collect();
    assert_eq!(words, ["B", "C", "A"]);
    assert_eq!([&told[0]["metrics"]["p95"]["delta"], &told[1]["metrics"]["p95"]["delta"]], [&json!(-10), &json!(6)]);
    assert_eq!([&told[0]["verdict"], &told[1]["verdict"], &told[2]["verdict"]], ["winner", "no better", "reference"]);
    sandbox.check("variants shop.asof --against A", 0, "-33.3% +", "");
    sandbox.check("variants shop.asof --against nobody", 2, "", "no variant \"nobody\"; variants: A, B, C");
}

#[test]
fn the_baseline_has_a_line_and_scores_keep_their_digits() {
    let sandbox = scored(&[("baseline", "score=80.50 p95=40ms"), ("A", "score=85 p95=30ms:lower"), ("B", "score=1e2")]);
    let told = sandbox.json("variants shop.asof --json");
    let line = told.iter().find(|line| line["kind"] == "baseline").unwrap();
    assert_eq!(
        [&line["variant"], &line["verdict"], &line["head"]],
        [&json!("baseline"), &json!("reference"), &json!(1)]
    );
    assert_eq!(line["metrics"]["p95"]["value"], json!(40));
    let out = sandbox.ok("variants shop.asof --json");
    for digits in ["\"score\":85,", "\"score\":80.50,", "\"score\":1e2,"] {
        assert!(out.contains(digits), "{out}");
    }
}

/// The panel of the guide's deployment: what was measured on main, and its limits.
#[test]
fn metrics_of_main_are_listed() {
    let sandbox = Sandbox::new();
    sandbox.check("variants shop.asof", 1, "", "no variants");
    sandbox.ok("score shop.asof main response_time=120ms error_rate=0.1%:<=1 memory=95%:<=90");
    let table = sandbox.ok("variants shop.asof");
    for part in ["measured on main, now at #4", "response_time", "120 ms", "✓ ok", "95%", "✗ HIGH!"] {
        assert!(table.contains(part), "no {part} in {table}");
    }
    let told = sandbox.json("variants shop.asof --json").remove(0);
    assert_eq!([&told["variant"], &told["kind"], &told["head"]], [&json!("main"), &json!("branch"), &json!(4)]);
    assert_eq!(told["verdict"], "breaks its guardrail: memory");
    assert_eq!(told["metrics"]["memory"]["value"], json!(95));
    sandbox.ok("rollback shop.asof 1 --yes");
    let told = sandbox.json("variants shop.asof --json").remove(0);
    assert_eq!(
        [&told["verdict"], &told["metrics"]["memory"]["version"]],
        [&json!("stale: error_rate, memory"), &json!(4)]
    );
}

/// What is compared with is named for what it is, in the table and for machines.
#[test]
fn another_variant_is_never_called_the_baseline() {
    for (figures, own, expected) in [
        ([("baseline", "score=1"), ("A", "score=5"), ("B", "score=9"), ("C", "score=7")], "C", "beats A"),
        ([("baseline", "score=9"), ("A", "score=5"), ("B", "score=9"), ("C", "score=3")], "C", "no better"),
        (
            [("baseline", "score=1 n=1:equal"), ("A", "score=5"), ("B", "score=9 n=1"), ("C", "score=7 n=1")],
            "B",
            "disqualified: n (A not measured)",
        ),
    ] {
        let sandbox = scored(&figures);
        let told = sandbox.json("variants shop.asof --against A --json");
        let line = told.iter().find(|line| line["variant"] == own).unwrap();
        assert_eq!(line["verdict"], expected, "{figures:?}");
        let table = sandbox.ok("variants shop.asof --against A");
        let (first, rest) = table.split_once('\n').unwrap();
        assert!(first.contains("baseline") && rest.contains(expected) && !rest.contains("baseline"), "{table}");
    }
}

#[test]
fn a_mean_has_the_digits_that_its_spread_justifies() {
    for (figures, text, exact) in [
        ("p95=22ms p95=24ms p95=20ms p95=23ms p95=21ms p95=23ms", "22.2 ms (n=6)", "22.1666666666667"),
        ("p95=1 p95=2 p95=2", "1.67 (n=3)", "1.66666666666667"),
        ("p95=1000 p95=2000 p95=2000", "1,667 (n=3)", "1666.66666666667"),
        ("p95=0.0011 p95=0.0012 p95=0.0012", "0.001167 (n=3)", "0.00116666666666667"),
        ("p95=0.5 p95=0.5", "0.5 (n=2)", "0.5"),
        ("p95=1.23456789", "1.23456789", "1.23456789"),
        ("p95=-5 p95=-6 p95=-6", "-5.67 (n=3)", "-5.66666666666667"),
    ] {
        let sandbox = scored(&[("A", figures)]);
        let table = sandbox.ok("variants shop.asof");
        assert!(table.lines().any(|line| line.ends_with(&format!(" {text}"))), "{figures}: {table}");
        let json = sandbox.ok("variants shop.asof --json");
        assert!(json.contains(&format!("\"mean\":{exact},")), "{figures}: {json}");
    }
}

#[test]
fn variants_are_sorted_by_any_metric() {
    let sandbox = scored(&[
        ("baseline", "p95=40:lower rps=10:higher"),
        ("A", "p95=30 rps=5 score=1"),
        ("B", "p95=20 score=3"),
        ("C", "rps=7 score=2"),
        ("D", "p95=9e1 rps=70"),
    ]);
    let sorted = |metric: &str| {
        let told = sandbox.json(&format!("variants shop.asof --sort {metric} --json"));
        let variants = told.iter().filter(|line| line["kind"] == "variant");
        variants.map(|line| line["variant"].as_str().unwrap().to_owned()).collect::<String>()
    };
    for (metric, expected) in [("p95", "BADC"), ("rps", "DCAB"), ("score", "BCAD")] {
        assert_eq!(sorted(metric), expected, "{metric}");
        let table = sandbox.ok(&format!("variants shop.asof --sort {metric}"));
        let heads = table.lines().nth(1).unwrap().split_whitespace().skip(2).collect::<String>();
        assert_eq!(heads, expected, "{table}");
    }
    // Without recorded scores by the derived ones.
    let derived = scored(&[("baseline", "p95=40:lower"), ("A", "p95=30"), ("B", "p95=20"), ("C", "p95=36")]);
    let told = derived.json("variants shop.asof --sort score --json");
    assert_eq!(told.iter().map(|line| line["variant"].as_str().unwrap()).collect::<Vec<_>>()[..3], ["B", "A", "C"]);
    sandbox.check("variants shop.asof --sort nosuch", 2, "", "no metric \"nosuch\"; metrics: p95, rps, score");
}

#[test]
fn the_course_of_a_metric_is_told_version_by_version() {
    let sandbox = scored(&[("baseline", "p95=40ms:lower"), ("A", "p95=30ms p95=32ms"), ("B", "p95=20ms")]);
    assert_eq!(sandbox.run("record - -o shop.asof --branch A", "{\"version\":\"A2\"}\n").code, 0);
    sandbox.ok("score shop.asof A p95=25ms");
    sandbox.ok("score shop.asof main p95=50ms");
    let told = sandbox.json("variants shop.asof --course p95 --json");
    let points: Vec<Value> = told
        .iter()
        .map(|line| {
            let figures = &line["figures"];
            json!([line["variant"], figures["version"], figures["n"], figures["value"], figures["samples"]])
        })
        .collect();
    assert_eq!(
        points,
        [
            json!(["baseline", 1, 1, 40, [40]]),
            json!(["A", 1, 2, 31.0, [30, 32]]),
            json!(["A", 5, 1, 25, [25]]),
            json!(["B", 1, 1, 20, [20]]),
            json!(["main", 4, 1, 50, [50]]),
        ]
    );
    assert!(told.iter().all(|line| line["metric"] == "p95" && line["unit"] == "ms"), "{told:?}");
    let lines = sandbox.ok("variants shop.asof --course p95");
    assert_eq!(lines.lines().count(), 5, "{lines}");
    assert!(lines.contains("31.0 ms") && lines.contains("n=2") && lines.contains("25 ms"), "{lines}");
    let whole = &sandbox.json("variants shop.asof --json")[0]["metrics"]["p95"]["course"];
    assert_eq!([&whole[0]["value"], &whole[1]["value"]], [&json!(31.0), &json!(25)]);
    sandbox.check("variants shop.asof --course nosuch", 2, "", "no metric \"nosuch\"; metrics: p95");
}

/// Two processes that measure at the same time lose nothing, and neither is refused.
#[test]
fn measuring_from_two_processes_loses_nothing() {
    const TIMES: u64 = 12;
    let sandbox = scored(&[("baseline", "p95=1:lower")]);
    sandbox.ok("fork shop.asof A --baseline baseline");
    std::thread::scope(|scope| {
        for process in 0..2 {
            let sandbox = &sandbox;
            scope.spawn(move || {
                for n in 0..TIMES {
                    sandbox.ok(&format!("score shop.asof A p95={} own{process}={n}", process * 1000 + n));
                }
            });
        }
    });
    let told = &sandbox.json("variants shop.asof --json")[0]["metrics"];
    let sorted = |samples: &Value| {
        let mut samples: Vec<u64> = samples.as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
        samples.sort_unstable();
        samples
    };
    assert_eq!(sorted(&told["p95"]["samples"]), (0..TIMES).chain(1000..1000 + TIMES).collect::<Vec<_>>());
    for process in ["own0", "own1"] {
        assert_eq!(sorted(&told[process]["samples"]), (0..TIMES).collect::<Vec<_>>(), "in its own order too");
    }
    sandbox.check("verify shop.asof", 0, "", "");
}
