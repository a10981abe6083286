//! Histories as an application sees them: the guide's scenarios, tenants that do not know of each other, and a thousand
//! rollbacks on disk that lose nothing.

use asof::{
    Body, Entry, Error, Recording, SnapshotRequest, Strategy, TargetContext, Tenant, Text, Time, Value, Version,
};
use std::sync::atomic::{AtomicU64, Ordering};

fn tenant(recording: &Recording, name: &str) -> Tenant {
    recording.tenant_or_new(&name.into()).unwrap()
}

fn json(text: &str) -> Value {
    asof::parse(text.as_bytes()).unwrap()
}

fn mark(tenant: &Tenant, name: &str) {
    tenant.snapshot(&SnapshotRequest::named(name)).unwrap();
}

/// `name: base..head (versions)` of each branch.
fn branches(tenant: &Tenant) -> Vec<String> {
    let list = tenant.history().branches();
    list.iter()
        .map(|branch| format!("{}: {}..{} ({})", branch.name, branch.base, branch.head, branch.versions))
        .collect()
}

#[test]
fn a_named_snapshot_is_rolled_back_to_and_the_rollback_is_undone() {
    let recording = Recording::memory();
    let app = tenant(&recording, "app");
    for (version, sessions) in [("1.0.0", 10), ("2.0.0", 100), ("2.5.0", 150)] {
        app.set("release", json(&format!("{{\"version\":\"{version}\",\"sessions\":{sessions}}}"))).unwrap();
        if version != "2.5.0" {
            mark(&app, &format!("v{version}"));
        }
    }
    let done = app.rollback_to_named_snapshot("v2.0.0").unwrap();
    assert_eq!((done.version, done.to, done.kept.as_deref()), (Version(4), Version(2), Some("main~1")));
    assert_eq!(app.head_value(), json(r#"{"version":"2.0.0","sessions":100}"#));
    assert_eq!(branches(&app), ["main: #0..#4 (3)", "main~1: #2..#3 (1)"]);
    // What was left is still there, and comes back.
    assert_eq!(app.value_at(Version(3)).unwrap(), json(r#"{"version":"2.5.0","sessions":150}"#));
    let undone = app.undo().unwrap();
    assert_eq!((undone.what.to_string().as_str(), undone.back_to), ("rollback to #2", Some(Version(3))));
    assert_eq!(app.head_value(), json(r#"{"version":"2.5.0","sessions":150}"#));
    assert_eq!(branches(&app), ["main: #0..#5 (4)", "main~1: #2..#3 (1)", "main~2: #2..#4 (1)"]);
    // The next undo takes back the snapshot before, and changes no value.
    assert_eq!(app.undo().unwrap().what.to_string(), "snapshot \"v2.0.0\"");
    assert_eq!((app.head(), app.history().marks().listed().len()), (Version(5), 1));
}

/// The hour of the clock of `the_four_strategies_choose_their_snapshot`.
static HOUR: AtomicU64 = AtomicU64::new(0);

#[test]
fn the_four_strategies_choose_their_snapshot() {
    let clock = || format!("2026-10-09T{}:00:00Z", HOUR.load(Ordering::Relaxed)).parse::<Time>().unwrap();
    let recording = Recording::memory().with_clock(clock);
    let app = tenant(&recording, "app");
    for hour in 10..15 {
        HOUR.store(hour, Ordering::Relaxed);
        app.set("tick", Value::from(hour)).unwrap();
        mark(&app, &format!("snap{}", hour - 10));
    }
    let half_past_twelve = "2026-10-09T12:30:00Z".parse().unwrap();
    for (strategy, expected) in [
        (Strategy::Time(half_past_twelve), 12u64),
        (Strategy::Named("snap1".into()), 11),
        (Strategy::Index(0), 10),
        (Strategy::Latest, 14),
        (Strategy::Version(Version(4)), 13),
    ] {
        app.rollback(&strategy, "looking for the bug").unwrap();
        assert_eq!(app.head_value(), Value::from(expected), "{strategy:?}");
    }
    let too_early = app.rollback(&Strategy::Time("2026-10-09T09:59:59Z".parse().unwrap()), "").unwrap_err();
    assert!(matches!(too_early, Error::NotFound { .. }), "{too_early}");
    assert_eq!(app.head(), Version(10));
}

#[test]
fn tenants_cannot_name_each_others_snapshots() {
    let recording = Recording::memory();
    let (acme, widgets) = (tenant(&recording, "acme_corp"), tenant(&recording, "widgets_r_us"));
    for (app, names) in [(&acme, ["prod_deploy", "v3.0_release"]), (&widgets, ["beta_test", "v2.5_stable"])] {
        app.set("start", Value::from(1u64)).unwrap();
        for name in names {
            mark(app, name);
        }
    }
    let refused = |app: &Tenant, name: &str| app.rollback_to_named_snapshot(name).unwrap_err().to_string();
    let said = refused(&acme, "beta_test");
    assert_eq!(said, "snapshot \"beta_test\" not found in tenant acme_corp");
    // The same words as for what exists nowhere, and for a target.
    assert_eq!(refused(&acme, "gamma_test"), said.replace("beta", "gamma"));
    assert_eq!(acme.resolve("beta_test", &TargetContext::default()).unwrap_err().to_string(), said);
    assert_eq!((acme.head(), widgets.head()), (Version(1), Version(1)));
    widgets.set("go on", Value::from(2u64)).unwrap();
    assert!(widgets.rollback_to_named_snapshot("beta_test").is_ok());
    assert_eq!(acme.head(), Version(1));
}

/// Numbers that look random and are the same each time.
fn numbers() -> impl Iterator<Item = u64> {
    std::iter::successors(Some(88_172_645_463_325_252_u64), |n| {
        let n = n ^ (n << 13);
        let n = n ^ (n >> 7);
        Some(n ^ (n << 17))
    })
}

#[test]
fn a_thousand_rollbacks_on_disk_lose_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let recording = Recording::create(&directory.path().join("recording")).unwrap();
    let app = tenant(&recording, "app");
    let mut values = vec![Value::Null];
    for (n, random) in numbers().take(2_000).enumerate() {
        if n % 2 == 0 {
            let counts: Vec<_> = (0..20).map(|k| format!("\"counter {k}\":{}", (random >> k) % 5)).collect();
            values.push(json(&format!("{{{}}}", counts.join(","))));
            app.set("count", values[values.len() - 1].clone()).unwrap();
        } else {
            let to = usize::try_from(random % values.len() as u64).unwrap();
            values.push(values[to].clone());
            let body = Body::Rollback { to: Version(to as u64), reason: Text::new() };
            app.append(Entry::new(body)).unwrap();
        }
    }
    drop((app, recording));
    let recording = Recording::open(&directory.path().join("recording")).unwrap();
    let app = recording.tenant(&"app".into()).unwrap();
    assert_eq!(app.head(), Version(2_000));
    for (version, value) in values.iter().enumerate() {
        assert_eq!(&app.value_at(Version(version as u64)).unwrap(), value, "#{version}");
    }
    let history = app.history();
    let mut reachable: Vec<u64> =
        history.branches().iter().flat_map(|branch| history.lineage().line(branch.head)).flatten().collect();
    reachable.sort_unstable();
    reachable.dedup();
    assert_eq!(reachable.len(), values.len());
    assert_eq!(history.timeline().rollbacks().len(), 1_000);
}
