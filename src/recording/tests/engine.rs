//! What an application may ask of a tenant beyond recording: transactions, variants, retention, following.

use super::{at, everywhere, json, on_disk, states};
use crate::error::Error;
use crate::history::{TransactionState, Verdict};
use crate::record::{AutoRules, Goal, Metric, Retention, Settings, SnapshotId, SnapshotKind, SnapshotNote, Version};
use crate::recording::{Prune, Recording, SnapshotRequest, StepError, Tenant};
use crate::value::{Number, Value};

fn tenant(recording: &Recording) -> Tenant {
    recording.tenant_or_new(&"t".into()).unwrap()
}

fn named(name: &str) -> SnapshotRequest {
    SnapshotRequest::named(name)
}

fn kinds(tenant: &Tenant) -> Vec<String> {
    let history = tenant.history();
    let label = |n| history.info(Version(n)).map(|info| format!("{} {}", info.kind.word(), info.label)).unwrap();
    (1..=history.newest().0).map(label).collect()
}

#[test]
fn edits_happen_all_or_not_at_all() {
    everywhere(|recording| {
        let shop = tenant(recording);
        shop.set("open", json(r#"{"cart":[{"sku":"a","qty":1}],"user":{"name":"ann","age":30}}"#)).unwrap();
        shop.apply("edit", |draft| {
            draft.set(".cart[0].qty", &2)?;
            draft.push("/cart", &serde_json::json!({"sku": "b"}))?;
            draft.remove(".user.age")?;
            draft.merge(".user", &serde_json::json!({"name": null, "mail": "x"}))?;
            assert_eq!(draft.get(".cart[1].sku")?.and_then(Value::as_str), Some("b"));
            Ok::<_, crate::Error>(())
        })
        .unwrap();
        let after = r#"{"cart":[{"qty":2,"sku":"a"},{"sku":"b"}],"user":{"mail":"x"}}"#;
        assert_eq!(shop.value().to_json(), after);
        let bad: [fn(&mut super::super::Draft) -> crate::Result<()>; 5] = [
            |draft| draft.set(".nowhere.deep", &1),
            |draft| draft.push(".user", &1),
            |draft| draft.remove(".cart[9]"),
            |draft| draft.merge(".nothing", &1),
            |draft| draft.set("no path", &1),
        ];
        for edit in bad {
            let edit = |draft: &mut super::super::Draft| {
                draft.set(".cart", &0)?;
                edit(draft)
            };
            assert!(shop.apply("bad", edit).is_err());
            assert_eq!((shop.value().to_json().as_str(), shop.head()), (after, Version(2)));
        }
    });
}

fn run(shop: &Tenant, fails_at: usize) -> Result<(), String> {
    let step = |n: usize| {
        move |draft: &mut super::super::Draft| -> Result<(), StepError> {
            if n == fails_at {
                return Err(format!("step {n} broke").into());
            }
            Ok(draft.set(&format!(".s{n}"), &n)?)
        }
    };
    let mut transaction = shop
        .transaction("sign up")
        .step("create session", step(1))
        .checkpoint("session_created")
        .step("set config", step(2))
        .checkpoint("config_set")
        .step("enable features", step(3))
        .checkpoint("features_enabled")
        .step("notify users", step(4));
    transaction.run().map(drop).map_err(|error| error.to_string())
}

#[test]
fn a_transaction_that_fails_stops_and_is_on_record() {
    everywhere(|recording| {
        let shop = tenant(recording);
        shop.set("open", json("{}")).unwrap();
        let error = run(&shop, 4).unwrap_err();
        assert_eq!(error, "transaction tx-1 \"sign up\" failed at step 4 of 4, \"notify users\": step 4 broke");
        let history = shop.history();
        let transaction = &history.transactions().all()[0];
        assert_eq!((transaction.state, transaction.base), (TransactionState::Failed, Version(1)));
        assert_eq!(
            transaction.failure().map(|(step, name, why)| (step, name.as_str(), why.as_str())),
            Some((4, "notify users", "step 4 broke"))
        );
        assert_eq!(transaction.checkpoints().len(), 3);
        assert_eq!(history.marks().listed().iter().filter(|mark| mark.kind == SnapshotKind::Checkpoint).count(), 3);
        assert_eq!(history.marks().listed()[0].name.as_deref(), Some("tx-1/session_created"));
    });
}

#[test]
fn every_way_on_from_a_failure() {
    for (to, expected) in [
        (Some("features_enabled"), r#"{"s1":1,"s2":2,"s3":3}"#),
        (Some("config_set"), r#"{"s1":1,"s2":2}"#),
        (Some("session_created"), r#"{"s1":1}"#),
        (None, "{}"),
    ] {
        everywhere(|recording| {
            let shop = tenant(recording);
            shop.set("open", json("{}")).unwrap();
            let broken = std::cell::Cell::new(true);
            let step = |n: usize| {
                let broken = &broken;
                move |draft: &mut super::super::Draft| -> Result<(), StepError> {
                    if n == 4 && broken.get() {
                        return Err("no mail server".into());
                    }
                    Ok(draft.set(&format!(".s{n}"), &n)?)
                }
            };
            let names = ["session_created", "config_set", "features_enabled"];
            let builder = names
                .iter()
                .zip(1..)
                .fold(shop.transaction("sign up"), |builder, (name, n)| builder.step(name, step(n)).checkpoint(name));
            let mut steps = builder.step("notify", step(4));
            let failed = steps.run().unwrap_err();
            assert_eq!((failed.step, failed.checkpoints(), failed.can_roll_back()), (4, names.to_vec(), true));
            match to {
                Some(name) => failed.roll_back_to(name).unwrap(),
                None => failed.roll_back_all().unwrap(),
            };
            assert_eq!(shop.value().to_json(), expected);
            let state = shop.history().transactions().all()[0].state;
            assert_eq!(state, if to.is_none() { TransactionState::Undone } else { TransactionState::Failed });
            broken.set(false);
            let Some(name) = to else { return };
            steps.resume_from(name).unwrap();
            assert_eq!(shop.value().to_json(), r#"{"s1":1,"s2":2,"s3":3,"s4":4}"#);
            assert_eq!(shop.history().transactions().all()[0].state, TransactionState::Committed);
        });
    }
}

#[test]
fn an_atomic_transaction_that_fails_leaves_the_state() {
    everywhere(|recording| {
        let shop = tenant(recording);
        shop.set("open", json("{}")).unwrap();
        let failed = shop
            .transaction("move")
            .step("take", |draft| Ok(draft.set(".a", &1)?))
            .checkpoint("taken")
            .step("give", |draft| Ok(draft.remove(".b")?))
            .run_atomic()
            .unwrap_err();
        assert_eq!((failed.step, failed.can_roll_back(), failed.checkpoints().len()), (2, false, 0));
        assert_eq!((shop.head(), shop.value().to_json().as_str()), (Version(1), "{}"));
        assert_eq!(shop.history().transactions().all()[0].state, TransactionState::Failed);
        let done =
            shop.transaction("move").step("a", |draft| Ok(draft.set(".a", &1)?)).checkpoint("a").run_atomic().unwrap();
        assert_eq!((done.version, done.id.to_string().as_str()), (Version(2), "tx-2"));
        assert_eq!(shop.history().transactions().all()[1].state, TransactionState::Committed);
    });
}

fn broken(metric: &str) -> crate::history::FailedGuardrail {
    crate::history::FailedGuardrail { metric: metric.into(), why: crate::history::GuardrailFailure::Broken }
}

fn score(value: &str) -> Metric {
    Metric { name: "score".into(), value: Number::parse(value).unwrap(), unit: "".into(), goal: None }
}

#[test]
fn the_best_variant_wins_and_is_promoted() {
    everywhere(|recording| {
        let app = tenant(recording);
        app.set("open", json(r#"{"ui":"classic","algorithm":"v1"}"#)).unwrap();
        app.snapshot(&named("baseline")).unwrap();
        for (name, points) in [("A", "85"), ("B", "92"), ("C", "78")] {
            app.variant(name, "baseline").unwrap();
            let variant = app.on(name).unwrap();
            variant.apply("change", |draft| draft.set(".algorithm", name)).unwrap();
            app.measure(name, &[score(points)]).unwrap();
        }
        app.apply("meanwhile", |draft| draft.set(".ui", "busy")).unwrap();
        let comparison = app.history().variants().comparison(app.history().variants().baselines()[0]).unwrap();
        let verdicts: Vec<_> =
            comparison.variants.iter().map(|v| (v.branch.name.to_string(), comparison.verdict_words(v))).collect();
        assert_eq!(
            verdicts,
            [("A", "not the best"), ("B", "winner"), ("C", "not the best")].map(|(a, b)| (a.to_owned(), b.to_owned()))
        );
        let done = app.promote("B", "best score").unwrap();
        assert_eq!(app.value().to_json(), r#"{"algorithm":"B","ui":"classic"}"#);
        assert_eq!(done.kept.as_deref(), Some("main~1"));
        assert_eq!(app.history().info(done.version).unwrap().kind.word(), "promote");
        let comparison = app.history().variants().comparison(comparison.baseline.id).unwrap();
        assert_eq!(comparison.variants[1].promoted, Some(done.version));
        app.undo().unwrap();
        assert_eq!(app.value().to_json(), r#"{"algorithm":"v1","ui":"busy"}"#);
        assert_eq!(app.history().variants().comparison(comparison.baseline.id).unwrap().variants[1].promoted, None);
        assert!(
            app.promote("main", "").is_err() && app.promote("D", "").is_err() && app.promote("main~1", "").is_err()
        );
        assert!(app.variant("A", "baseline").is_err() && app.fork("x~1", Version(1)).is_err());
    });
}

#[test]
fn a_broken_guardrail_disqualifies() {
    everywhere(|recording| {
        let app = tenant(recording);
        app.set("open", json("{}")).unwrap();
        app.snapshot(&named("baseline")).unwrap();
        let metric = |name: &str, value: &str, goal| Metric {
            name: name.into(),
            value: Number::parse(value).unwrap(),
            unit: "".into(),
            goal: Some(goal),
        };
        app.measure("baseline", &[metric("p95", "40", Goal::Lower), metric("errors", "0", Goal::Zero)]).unwrap();
        for (name, p95, errors) in [("A", "30", "0"), ("B", "10", "3"), ("C", "41", "0")] {
            app.variant(name, "baseline").unwrap();
            app.measure(name, &[metric("p95", p95, Goal::Lower), metric("errors", errors, Goal::Zero)]).unwrap();
        }
        let id = app.history().variants().baselines()[0];
        let comparison = app.history().variants().comparison(id).unwrap();
        let verdict = |n: usize| comparison.variants[n].verdict.clone();
        assert_eq!(
            [verdict(0), verdict(1), verdict(2)],
            [Verdict::Winner, Verdict::Disqualified(vec![broken("errors")]), Verdict::NoBetter]
        );
        assert_eq!((comparison.reference.score, comparison.variants[0].column.score), (Some(0.5), Some(0.625)));
    });
}

#[test]
fn the_eleventh_auto_snapshot_drops_the_first() {
    everywhere(|recording| {
        let app = tenant(recording);
        for n in 1..=11_i64 {
            app.set("step", Value::from(n)).unwrap();
            app.snapshot(&SnapshotRequest::default()).unwrap();
        }
        let marked =
            |app: &Tenant| app.history().marks().listed().iter().map(|mark| mark.version.0).collect::<Vec<_>>();
        assert_eq!(marked(&app), (2..=11).collect::<Vec<_>>());
        assert_eq!(app.value_at(Version(1)).unwrap(), Value::from(1_i64), "its version stays");
        app.undo().unwrap();
        assert_eq!(marked(&app), (1..=10).collect::<Vec<_>>(), "with the snapshot what it dropped is taken back");
        let retention = Retention { auto: Some(3), named: None, ..Retention::default() };
        app.configure(&Settings { retention, ..Settings::default() }).unwrap();
        app.snapshot(&SnapshotRequest::default()).unwrap();
        assert_eq!(marked(&app), [9, 10, 11]);
        assert_eq!(app.prune(&Prune { keep: Some(1), ..Prune::default() }).unwrap().len(), 2);
        assert_eq!(marked(&app), [11]);
        app.undo().unwrap();
        assert_eq!(marked(&app), [9, 10, 11]);
    });
}

#[test]
fn rules_make_snapshots() {
    everywhere(|recording| {
        let app = tenant(recording);
        let auto = AutoRules { every: Some(3), after: None, before: vec!["deploy".into()] };
        app.configure(&Settings { auto, ..Settings::default() }).unwrap();
        for label in ["a", "b", "c", "d", "deploy", "e", "f", "g", "deploy"] {
            app.set(label, label.into()).unwrap();
        }
        let marks: Vec<_> =
            app.history().marks().listed().iter().map(|m| (m.version.0, m.description.to_string())).collect();
        let expected =
            [(3, "every 3 transitions"), (4, "before deploy"), (7, "every 3 transitions"), (8, "before deploy")];
        assert_eq!(marks, expected.map(|(version, why)| (version, why.to_owned())));
    });
}

#[test]
fn a_snapshot_comes_before_the_transition() {
    everywhere(|recording| {
        let app = tenant(recording);
        app.set("stable", json(r#"{"version":"1.9.5"}"#)).unwrap();
        let (mark, version) =
            app.apply_with_snapshot("deploy", &named("pre_v2_deploy"), |draft| draft.set(".version", "2.0.0")).unwrap();
        assert_eq!((mark.version, version), (Version(1), Version(2)));
        assert!(app.apply_with_snapshot("deploy", &named("pre_v2_deploy"), |_| Ok::<_, crate::Error>(())).is_err());
        assert!(app.apply_with_snapshot("deploy", &named("x"), |draft| draft.remove(".nothing")).is_err());
        assert_eq!((app.head(), app.history().marks().listed().len()), (Version(2), 1));
    });
}

#[test]
fn snapshots_are_edited_and_taken_back() {
    everywhere(|recording| {
        let app = tenant(recording);
        app.set("a", json("1")).unwrap();
        let id = app.snapshot(&named("one")).unwrap().id;
        app.snapshot(&named("two")).unwrap();
        let note = SnapshotNote { name: Some("uno".into()), description: "first".into(), tags: vec!["rel".into()] };
        app.edit_snapshot(id, &note).unwrap();
        assert_eq!(app.history().marks().get(id).unwrap().tags, ["rel"]);
        for name in [Some("two"), Some(" "), None] {
            let note = SnapshotNote { name: name.map(Into::into), ..SnapshotNote::default() };
            assert!(app.edit_snapshot(id, &note).is_err(), "{name:?}");
        }
        assert!(app.edit_snapshot(SnapshotId(crate::record::Position(1)), &note).is_err());
        app.undo().unwrap();
        assert_eq!(app.history().marks().get(id).unwrap().name.as_deref(), Some("one"));
        app.redo().unwrap();
        assert_eq!(app.history().marks().get(id).unwrap().name.as_deref(), Some("uno"));
        app.delete_named_snapshot("uno").unwrap();
        assert_eq!(app.history().marks().listed().len(), 1);
        assert!(app.delete_named_snapshot("uno").is_err());
    });
}

#[test]
fn each_side_takes_back_its_own_writes() {
    everywhere(|recording| {
        let app = tenant(recording);
        for n in 1..=3_i64 {
            app.set("step", Value::from(n)).unwrap();
        }
        let debugger = app.as_debugger();
        debugger.rollback(&crate::history::Strategy::Version(Version(1)), "").unwrap();
        app.snapshot(&named("mine")).unwrap();
        assert_eq!(debugger.undo().unwrap().what.to_string(), "rollback to #1");
        assert!(debugger.undo().is_err());
        assert_eq!(app.undo().unwrap().what.to_string(), "snapshot \"mine\"");
        assert_eq!(debugger.redo().unwrap().what.to_string(), "rollback to #1");
        assert_eq!(states(&app), ["null", "1", "2", "3", "1", "3", "1"]);
        assert_eq!(kinds(&app)[3..], ["rollback rollback to #1", "undo undo of #4", "undo redo of #5"]);
    });
}

#[test]
fn a_rollback_is_not_overwritten_unseen() {
    let (home, recording) = on_disk();
    let app = tenant(&recording);
    let mut heads = app.subscribe();
    for n in 1..=3_i64 {
        app.set("step", Value::from(n)).unwrap();
    }
    assert_eq!(
        std::iter::from_fn(|| heads.try_next().unwrap()).map(|head| head.info.version.0).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    let other = Recording::open(&home.path().join("run.asof")).unwrap().with_clock(|| at(1));
    let debugger = other.tenant(&"t".into()).unwrap().as_debugger();
    debugger.rollback(&crate::history::Strategy::Version(Version(1)), "").unwrap();
    // Another thread of the application folds it; the one that records has not been told.
    let watcher = recording.tenant(&"t".into()).unwrap();
    assert_eq!(watcher.head(), Version(4));
    assert!(matches!(app.set("step", Value::from(4_i64)), Err(Error::Conflict { expected: 3, actual: 4 })));
    // Edits start from the head, whoever made it.
    let told = heads.next_within(std::time::Duration::from_secs(5)).unwrap().unwrap();
    assert_eq!((told.info.version, told.was_set_back(), told.value.to_json().as_str()), (Version(4), true, "1"));
    assert_eq!(app.current::<i64>().unwrap(), 1);
    assert_eq!(app.set("step", Value::from(2_i64)).unwrap(), Version(5));
    assert_eq!(heads.try_next().unwrap().unwrap().info.version, Version(5));
    assert!(heads.try_next().unwrap().is_none());
}

#[test]
fn an_application_is_seen_while_it_writes() {
    let (home, recording) = on_disk();
    let other = Recording::open(&home.path().join("run.asof")).unwrap();
    assert_eq!((recording.is_live(), Recording::memory().is_live()), (Some(false), None));
    tenant(&recording).set("a", json("1")).unwrap();
    assert_eq!(other.is_live(), Some(true));
    let debugger = other.tenant(&"t".into()).unwrap().as_debugger();
    debugger.snapshot(&named("x")).unwrap();
    drop(recording);
    assert_eq!(other.is_live(), Some(false), "a debugger is no application");
}

#[test]
fn a_full_tenant_leaves_the_others_working() {
    everywhere(|recording| {
        let full = tenant(recording);
        let mut settings = Settings::default();
        settings.limits.versions = Some(2);
        (settings.limits.value_bytes, settings.limits.depth) = (20, 2);
        full.configure(&settings).unwrap();
        full.set("a", json("[[1]]")).unwrap();
        assert!(matches!(full.set("deep", json("[[[1]]]")), Err(Error::TooDeep { limit: 2 })));
        assert!(matches!(
            full.apply("big", |d| d.push(".", "12345678901234567890")),
            Err(Error::TooLarge { limit: 20, .. })
        ));
        full.set("b", json("2")).unwrap();
        let words = full.set("c", json("3")).unwrap_err().to_string();
        assert!(words.contains("tenant t is full: 2 of at most 2 versions"), "{words}");
        full.rollback(&crate::history::Strategy::Version(Version(1)), "").unwrap();
        recording.tenant_or_new(&"other".into()).unwrap().set("a", json("[[[[1]]]]")).unwrap();
    });
}

/// The metric is looked at where the figures are written, so that no caller can leave it out.
#[test]
fn figures_cannot_turn_a_metric_around() {
    everywhere(|recording| {
        let app = tenant(recording);
        app.set("open", json("{}")).unwrap();
        app.snapshot(&named("baseline")).unwrap();
        app.variant("A", "baseline").unwrap();
        let figures = |text: &str| text.split(' ').map(|text| Metric::parse(text).unwrap()).collect::<Vec<_>>();
        app.measure("baseline", &figures("p95=20ms:lower score=70")).unwrap();
        for (text, change) in [
            ("p95=10s", "p95 is measured in ms, not in s"),
            ("p95=10:higher", "the goal of p95 is lower, not higher"),
            ("score=80:lower", "the goal of score is higher, not lower"),
            ("new=1ms new=2s", "new is measured in ms, not in s"),
            ("new=1 new=2:lower new=3:higher", "the goal of new is lower, not higher"),
        ] {
            let refused = app.measure("A", &figures(text)).unwrap_err();
            assert_eq!((refused.code(), refused.to_string().as_str()), ("E-METRIC-CHANGED", change), "{text}");
            assert_eq!(app.history().ledger().measurements().len(), 1, "{text}");
        }
        app.measure("A", &figures("p95=10 p95=11ms p95=12:lower score=80:higher")).unwrap();
        app.redefine("A", &figures("p95=10s:higher")).unwrap();
        assert_eq!(app.history().variants().metric("A", "p95").unwrap().unit, "s");
    });
}
