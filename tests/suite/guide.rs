//! Every picture of the guide, through the library as an application uses it. The last one, a table of times, is a
//! benchmark.

use asof::{
    Counts, Draft, Error, Metric, Number, Recording, Result, SnapshotKind, SnapshotRequest, StepError, Strategy,
    Tenant, Time, TransactionState, Value, Verdict, Version, diff,
};
use serde_json::json;
use std::cell::Cell;

thread_local! {
    static NOW: Cell<Time> = const { Cell::new(Time::MIN_UTC) };
}

fn clock() -> Time {
    NOW.get()
}

/// Makes it this time of the day.
fn now(time: &str) {
    NOW.set(at(time));
}

fn at(time: &str) -> Time {
    format!("2026-10-09T{time}:00Z").parse().unwrap()
}

fn tenant(name: &str) -> Tenant {
    now("09:00");
    Recording::memory().with_clock(clock).tenant_or_new(&name.into()).unwrap()
}

fn named(name: &str) -> SnapshotRequest {
    SnapshotRequest::named(name)
}

fn names(tenant: &Tenant) -> Vec<String> {
    tenant.history().marks().listed().iter().filter_map(|mark| mark.name.as_deref().map(str::to_owned)).collect()
}

/// A state and a snapshot at each of the times.
fn marked(times: &[(&str, &str)]) -> Tenant {
    let app = tenant("main");
    for (time, name) in times {
        now(time);
        app.record("work", &json!({ "state": name })).unwrap();
        app.snapshot(&named(name)).unwrap();
    }
    app
}

#[test]
fn state_evolution_timeline() {
    let app = tenant("main");
    let states = ["initial", "S1", "sessions", "S3", "features", "S5", "current"];
    for (n, state) in states.iter().enumerate() {
        app.record(state, &json!({ "S": n })).unwrap();
        match n {
            1 => app.snapshot(&named("v1.0.0")).map(drop).unwrap(),
            3 => app.snapshot(&SnapshotRequest::default()).map(drop).unwrap(),
            5 => app.snapshot(&named("v2.0.0")).map(drop).unwrap(),
            _ => {}
        }
    }
    let history = app.history();
    let marks: Vec<_> =
        history.marks().listed().iter().map(|mark| (mark.version.0, mark.kind, mark.name.as_deref())).collect();
    let (named, auto) = (SnapshotKind::Named, SnapshotKind::Auto);
    assert_eq!(marks, [(2, named, Some("v1.0.0")), (4, auto, None), (6, named, Some("v2.0.0"))]);
    let labels: Vec<_> = (1..=7).map(|n| history.info(Version(n)).unwrap().label.to_string()).collect();
    assert_eq!((labels, history.head()), (states.map(str::to_owned).to_vec(), Version(7)));
}

#[test]
fn scenario_1_named_snapshot_rollback() {
    let app = tenant("main");
    let restored = json!({"version": "2.0.0", "features": {"new_ui": true, "beta": false}, "sessions": 100});
    let current = json!({"version": "2.5.0", "features": {"new_ui": true, "beta": true}, "sessions": 150});
    app.record("S4", &restored).unwrap();
    app.snapshot(&named("v2.0.0")).unwrap();
    app.record("S5", &json!({"version": "2.4.0"})).unwrap();
    app.record("S6", &current).unwrap();
    let back = app.rollback_to_named_snapshot("v2.0.0").unwrap();
    assert_eq!(app.current::<serde_json::Value>().unwrap(), restored);
    assert_eq!(back.kept.as_deref(), Some("main~1"), "what is left behind stays");
    let kept = app.history().branch("main~1").unwrap();
    assert_eq!(app.value_at(kept.head).unwrap(), asof::to_value(&current).unwrap());
}

#[test]
fn scenario_2_time_travel_debugging() {
    let app =
        marked(&[("10:00", "snap0"), ("11:00", "snap1"), ("12:00", "snap2"), ("13:00", "snap3"), ("14:00", "snap4")]);
    let back = app.rollback_to_time(at("12:30")).unwrap();
    assert_eq!(app.history().named_snapshot("snap2").unwrap().version, back.to);
    assert_eq!(app.value().to_json(), r#"{"state":"snap2"}"#);
    assert_eq!(names(&app).len(), 5);
    assert!(app.rollback_to_time(at("09:59")).is_err(), "there is none before the first");
}

#[test]
fn structural_sharing() {
    let app = tenant("main");
    let state: Value = (1..=100)
        .map(|n| (format!("key_{n}").as_str().into(), asof::to_value(&json!({ "value": n })).unwrap()))
        .collect();
    app.set("S0", state).unwrap();
    let snapshot = app.snapshot(&named("v1.0")).unwrap();
    let marked = app.value_at(snapshot.version).unwrap();
    assert!(marked.same(&app.value()), "a snapshot is the very state");
    app.apply("S1", |draft| draft.set(".key_1", &json!({"value": "NEW!"}))).unwrap();
    let (old, new) = (app.value_at(snapshot.version).unwrap(), app.value());
    let (old, new) = (old.as_object().unwrap(), new.as_object().unwrap());
    let shared = old.iter().filter(|(key, value)| new.get(key).is_some_and(|new| new.same(value))).count();
    assert_eq!((shared, new.len()), (99, 100));
    assert_eq!(old.get("key_1").unwrap().to_json(), r#"{"value":1}"#, "the original is preserved");
    // A value that is written anew shares as well.
    let again = app.current::<serde_json::Value>().unwrap();
    app.record("S2", &again).unwrap();
    let whole = app.value();
    assert_eq!(new.iter().filter(|(key, value)| whole.as_object().unwrap().get(key).unwrap().same(value)).count(), 100);
}

/// The guide's four steps; the last one fails.
fn sign_up(app: &Tenant) -> Box<asof::TransactionError> {
    let step = |key: &'static str| move |draft: &mut Draft| -> Result<(), StepError> { Ok(draft.set(key, &true)?) };
    app.transaction("complex operation")
        .step("Create Session", step(".session"))
        .checkpoint("session_created")
        .step("Set Config", step(".config"))
        .checkpoint("config_set")
        .step("Enable Features", step(".features"))
        .checkpoint("features_enabled")
        .step("Notify Users", |_| Err("no mail server".into()))
        .run()
        .unwrap_err()
}

#[test]
fn transaction_builder_with_checkpoints() {
    for (to, expected) in [
        (Some("features_enabled"), r#"{"config":true,"features":true,"session":true}"#),
        (Some("config_set"), r#"{"config":true,"session":true}"#),
        (Some("session_created"), r#"{"session":true}"#),
        (None, "{}"),
    ] {
        let app = tenant("main");
        app.record("initial", &json!({})).unwrap();
        let failed = sign_up(&app);
        assert_eq!((failed.step, failed.step_name.as_str(), failed.can_roll_back()), (4, "Notify Users", true));
        assert_eq!(failed.cause.to_string(), "no mail server");
        assert_eq!(failed.last_checkpoint.as_deref(), Some("features_enabled"));
        assert_eq!(failed.checkpoints(), ["session_created", "config_set", "features_enabled"]);
        match to {
            Some(checkpoint) => failed.roll_back_to(checkpoint).unwrap(),
            None => failed.roll_back_all().unwrap(),
        };
        assert_eq!(app.value().to_json(), expected, "{to:?}");
        let state = app.history().transactions().all()[0].state;
        assert_eq!(state, if to.is_some() { TransactionState::Failed } else { TransactionState::Undone });
    }
}

#[test]
fn tenant_isolation() {
    now("09:00");
    let recording = Recording::memory().with_clock(clock);
    let make = |name: &str, state: serde_json::Value, snapshots: [&str; 2]| {
        let tenant = recording.tenant_or_new(&name.into()).unwrap();
        tenant.record("state", &state).unwrap();
        snapshots.iter().for_each(|snapshot| drop(tenant.snapshot(&named(snapshot)).unwrap()));
        tenant.snapshot(&SnapshotRequest::default()).unwrap();
        tenant
    };
    let acme = make("acme_corp", json!({"sessions": 50, "version": "3.0"}), ["prod_deploy", "v3.0_release"]);
    let widgets = make("widgets_r_us", json!({"sessions": 30, "version": "2.5"}), ["beta_test", "v2.5_stable"]);
    let refused = acme.rollback_to_named_snapshot("beta_test").unwrap_err();
    assert!(matches!(refused, Error::NotFound { .. }));
    assert_eq!(refused.to_string(), "snapshot \"beta_test\" not found in tenant acme_corp");
    let nowhere = acme.rollback_to_named_snapshot("beta_tesT").unwrap_err();
    assert_eq!(
        nowhere.to_string(),
        "snapshot \"beta_tesT\" not found in tenant acme_corp",
        "the same words either way"
    );
    assert_eq!(names(&acme), ["prod_deploy", "v3.0_release"]);
    assert_eq!(acme.value().to_json(), r#"{"sessions":50,"version":"3.0"}"#);
    widgets.record("go on", &json!({"sessions": 31, "version": "2.6"})).unwrap();
    widgets.rollback_to_named_snapshot("beta_test").unwrap();
    assert_eq!((acme.head(), widgets.head()), (Version(1), Version(3)));
}

#[test]
fn snapshot_retention_policy() {
    let app = tenant("main");
    let autos = |app: &Tenant| {
        let history = app.history();
        history
            .marks()
            .listed()
            .iter()
            .filter(|mark| mark.kind == SnapshotKind::Auto)
            .map(|mark| mark.version.0)
            .collect::<Vec<_>>()
    };
    for n in 1..=10 {
        app.record("work", &n).unwrap();
        app.snapshot(&SnapshotRequest::default()).unwrap();
    }
    assert_eq!(autos(&app), (1..=10).collect::<Vec<_>>());
    app.record("work", &11).unwrap();
    app.snapshot(&SnapshotRequest::default()).unwrap();
    assert_eq!(autos(&app), (2..=11).collect::<Vec<_>>());
    assert_eq!(app.value_at(Version(1)).unwrap(), Value::from(1_i64), "dropping a snapshot drops no version");
    for n in 1..=51 {
        app.snapshot(&named(&format!("v{n}"))).unwrap();
    }
    let expected: Vec<_> = (2..=51).map(|n| format!("v{n}")).collect();
    assert_eq!((names(&app), autos(&app).len()), (expected, 10), "each kind has room of its own");
}

#[test]
fn state_diff_visualization() {
    let entries =
        |count: usize| (0..count).map(|n| (format!("entry_{n}"), json!(n))).collect::<serde_json::Map<_, _>>();
    let old = json!({"sessions": 100, "app_data": {"theme": "light", "lang": "en"}, "cache": entries(50)});
    let new = json!({"sessions": 150, "app_data": {"theme": "dark", "lang": "en", "beta": true}, "cache": entries(75)});
    let found = diff(&asof::to_value(&old).unwrap(), &asof::to_value(&new).unwrap());
    let shown = |word: &str| {
        let of = found.changes.iter().filter(|change| change.kind.word() == word).map(|change| change.path.to_string());
        of.filter(|path| !path.starts_with(".cache")).collect::<Vec<_>>()
    };
    assert_eq!(
        (shown("added"), shown("changed")),
        (vec![".app_data.beta".to_owned()], vec![".app_data.theme".to_owned(), ".sessions".to_owned()])
    );
    let sizes: Vec<_> = found.sizes.iter().map(|size| (size.path.to_string(), size.old, size.new)).collect();
    assert_eq!(sizes, [(".cache".to_owned(), 50, 75), (".app_data".to_owned(), 2, 3)]);
    assert_eq!(found.counts(), Counts { added: 26, changed: 2, removed: 0, moved: 0 });
}

fn metric(name: &str, value: &str, unit: &str) -> Metric {
    Metric::new(name, Number::parse(value).unwrap()).unit(unit)
}

#[test]
fn safe_deployment() {
    let app = tenant("main");
    let stable = json!({"version": "1.9.5", "features": [], "data": {"schema": 1}});
    app.record("stable", &stable).unwrap();
    app.snapshot(&named("pre_v2_deploy")).unwrap();
    app.apply("deploy_v2_0_0", |draft| {
        draft.set(".version", "2.0.0")?;
        draft.push(".features", "new_ui")?;
        draft.merge(".data", &json!({"schema": 2, "migrated": true}))
    })
    .unwrap();
    assert_eq!(app.history().newest(), Version(2), "several changes are one transition");
    let figures =
        [metric("response time", "120", "ms"), metric("error rate", "0.1", "%"), metric("memory usage", "95", "%")];
    app.measure("main", &figures).unwrap();
    let measured = app.history().ledger().measurements()[0].clone();
    assert_eq!((measured.version, measured.metrics.len()), (Version(2), 3));
    let memory = measured.metrics.iter().find(|metric| metric.name == "memory usage").unwrap();
    assert!(memory.value > Number::parse("90").unwrap());
    let back = app.rollback(&Strategy::Named("pre_v2_deploy".into()), "memory usage 95 %").unwrap();
    assert_eq!((back.to, app.current::<serde_json::Value>().unwrap()), (Version(1), stable));
    // The deployment is still there to be looked into.
    let failed = app.value_at(app.history().branch("main~1").unwrap().head).unwrap();
    assert_eq!(failed.to_json(), r#"{"data":{"migrated":true,"schema":2},"features":["new_ui"],"version":"2.0.0"}"#);
}

#[test]
fn ab_testing_with_snapshots() {
    let app = tenant("main");
    app.record("open", &json!({"ui": "classic", "algorithm": "v1", "features": "standard"})).unwrap();
    app.snapshot(&named("baseline")).unwrap();
    for (name, score) in [("A", "85"), ("B", "92"), ("C", "78")] {
        app.variant(name, "baseline").unwrap();
        app.on(name).unwrap().apply("changes", |draft| draft.set(".algorithm", name)).unwrap();
        app.measure(name, &[metric("score", score, "")]).unwrap();
    }
    assert_eq!(
        app.value().to_json(),
        r#"{"algorithm":"v1","features":"standard","ui":"classic"}"#,
        "main does not move"
    );
    let baseline = app.history().named_snapshot("baseline").unwrap().id;
    let comparison = app.history().variants().comparison(baseline).unwrap();
    let scored: Vec<_> = comparison
        .variants
        .iter()
        .map(|v| (v.branch.name.as_str(), v.column.score, v.verdict == Verdict::Winner))
        .collect();
    assert_eq!(scored, [("A", Some(85.0), false), ("B", Some(92.0), true), ("C", Some(78.0), false)]);
    app.promote("B", "best score").unwrap();
    assert_eq!(app.value().to_json(), r#"{"algorithm":"B","features":"standard","ui":"classic"}"#);
}

#[test]
fn debug_session_with_time_travel() {
    let app =
        marked(&[("14:00", "snap1"), ("14:15", "snap2"), ("14:30", "snap3"), ("14:45", "snap4"), ("15:00", "snap5")]);
    now("15:05");
    let present = app.value();
    let crash = app.resolve("before:@\"2:30 PM\"", &asof::TargetContext::default()).unwrap();
    let debugger = app.as_debugger();
    let back = debugger.rollback_to_time(at("14:30")).unwrap();
    assert_eq!((back.to, app.value().to_json().as_str()), (crash, r#"{"state":"snap3"}"#));
    debugger.apply("reproduce", |draft| draft.set(".state", "crashed")).unwrap();
    debugger.rollback_to_latest_snapshot().unwrap();
    assert_eq!(app.value(), present);
    app.apply("apply fix", |draft| draft.set(".fixed", &true)).unwrap();
    assert_eq!(app.value().to_json(), r#"{"fixed":true,"state":"snap5"}"#);
    // Nothing is lost: every state that ever was, the reproduction too.
    let states: Vec<_> = (1..=app.history().newest().0).map(|n| app.value_at(Version(n)).unwrap().to_json()).collect();
    let state = |name: &str| format!("{{\"state\":\"{name}\"}}");
    let expected = ["snap1", "snap2", "snap3", "snap4", "snap5", "snap3", "crashed", "snap5"].map(state);
    assert_eq!((&states[..8], names(&app).len()), (&expected[..], 5));
}
