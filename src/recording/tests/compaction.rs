//! Cutting off old history: what stays is as it was, and nothing behind the cut notices.

use super::{at, json, on_disk, states};
use crate::error::Error;
use crate::history::Strategy;
use crate::log::verify;
use crate::record::{Settings, Version};
use crate::recording::{Recording, SnapshotRequest, Tenant};
use crate::value::Value;
use proptest::prelude::*;
use proptest::strategy::Strategy as _;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

fn value(tenant: &Tenant, version: u64) -> String {
    tenant.value_at(Version(version)).unwrap().to_json()
}

#[test]
fn what_is_behind_the_cut_stays_as_it_was() {
    let (home, recording) = on_disk();
    let app = recording.tenant_or_new(&"t".into()).unwrap();
    for n in 1..=10_i64 {
        app.set("step", Value::from(n)).unwrap();
    }
    app.snapshot(&SnapshotRequest { version: Some(Version(3)), ..SnapshotRequest::named("old") }).unwrap();
    app.snapshot(&SnapshotRequest { version: Some(Version(8)), ..SnapshotRequest::named("new") }).unwrap();
    app.rollback(&Strategy::Version(Version(2)), "far back").unwrap();
    app.set("after", json("\"x\"")).unwrap();
    let before = states(&app);
    let plan = app.compact_plan(Version(6)).unwrap();
    assert_eq!((plan.versions, plan.snapshots.len(), plan.branches.len()), (5, 1, 0));
    let done = app.compact(Version(6)).unwrap();
    assert!(done.freed > 0 && done.plan == plan);
    for (version, expected) in (6..).zip(&before[6..]) {
        assert_eq!(value(&app, version), *expected, "#{version}");
    }
    // What was rolled back to is still there; the rest is not.
    assert_eq!(value(&app, 2), "2");
    let gone = app.value_at(Version(3)).unwrap_err().to_string();
    assert_eq!(gone, "\"#3\": removed by compaction; versions are #6 to #12");
    assert_eq!(app.history().marks().listed().iter().map(|mark| mark.version.0).collect::<Vec<_>>(), [8]);
    assert_eq!(app.set("on", json("\"y\"")).unwrap(), Version(13));
    let again = Recording::open(&home.path().join("run.asof")).unwrap();
    let reopened = again.tenant(&"t".into()).unwrap();
    assert_eq!(
        (6..=13).map(|v| value(&reopened, v)).collect::<Vec<_>>(),
        (6..=13).map(|v| value(&app, v)).collect::<Vec<_>>()
    );
    assert!(reopened.damage().is_empty() && reopened.history().problems().is_empty());
    let report = verify(&home.path().join("run.asof")).unwrap();
    assert!(report.damage.is_empty(), "{:?}", report.damage);
    assert!(app.compact_plan(Version(6)).is_err() && app.compact_plan(Version(99)).is_err());
    assert!(Recording::memory().tenant_or_new(&"t".into()).unwrap().compact(Version(1)).is_err());
}

#[test]
fn other_writers_go_on() {
    let (home, recording) = on_disk();
    let app = recording.tenant_or_new(&"t".into()).unwrap();
    for n in 1..=9_i64 {
        app.set("step", Value::from(n)).unwrap();
    }
    let other = Recording::open(&home.path().join("run.asof")).unwrap();
    let (ahead, behind) = (other.tenant(&"t".into()).unwrap(), Recording::open(&home.path().join("run.asof")).unwrap());
    let behind = behind.tenant_or_new(&"t".into()).unwrap();
    let late = app.compact(Version(5)).unwrap();
    assert_eq!(late.plan.versions, 4);
    assert_eq!(ahead.set("ten", Value::from(10_i64)).unwrap(), Version(10));
    assert_eq!(value(&ahead, 2), "2", "who has it keeps it");
    assert!(matches!(app.set("ten", Value::from(10_i64)), Err(Error::Conflict { .. })));
    app.catch_up().unwrap();
    behind.catch_up().unwrap();
    assert_eq!((value(&app, 10), value(&behind, 10), value(&behind, 5)), ("10".into(), "10".into(), "5".into()));
    assert_eq!(app.compact(Version(8)).unwrap().plan.versions, 3, "cut again");
    assert_eq!((8..=10).map(|v| value(&app, v)).collect::<Vec<_>>(), ["8", "9", "10"]);
}

#[test]
fn variants_and_settings_outlive_the_cut() {
    let (home, recording) = on_disk();
    let app = recording.tenant_or_new(&"t".into()).unwrap();
    let mut settings = Settings::default();
    settings.retention.auto = Some(3);
    app.configure(&settings).unwrap();
    app.set("open", json(r#"{"a":1}"#)).unwrap();
    app.snapshot(&SnapshotRequest::named("baseline")).unwrap();
    app.variant("B", "baseline").unwrap();
    let b = app.on("B").unwrap();
    b.apply("try", |draft| draft.set(".a", &2)).unwrap();
    let score = crate::record::Metric {
        name: "score".into(),
        value: crate::value::Number::parse("9").unwrap(),
        unit: "".into(),
        goal: None,
    };
    app.measure("B", &[score]).unwrap();
    let failed = app.transaction("t").step("a", |draft| Ok(draft.set(".t", &1)?)).checkpoint("a").run();
    failed.unwrap();
    for n in 1..=5_i64 {
        app.apply("main", |draft| draft.set(".n", &n)).unwrap();
    }
    app.compact(Version(5)).unwrap();
    let reopened = Recording::open(&home.path().join("run.asof")).unwrap().tenant(&"t".into()).unwrap();
    for tenant in [&app, &reopened] {
        let history = tenant.history();
        assert_eq!(history.ledger().settings().retention.auto, Some(3));
        let comparison = history.variants().comparison(history.variants().baselines()[0]).unwrap();
        assert_eq!(
            (comparison.baseline.name.as_deref(), comparison.variants[0].column.score),
            (Some("baseline"), Some(9.0))
        );
        assert_eq!(history.transactions().next_id().0, 2);
        assert!(history.transactions().all().is_empty());
    }
    app.promote("B", "").unwrap();
    assert_eq!(app.value().to_json(), r#"{"a":2}"#);
    app.undo().unwrap();
    assert_eq!(app.value().to_json(), r#"{"a":1,"n":5,"t":1}"#);
}

fn grow(app: &Tenant, by: u64) {
    let newest = app.history().newest().0;
    (newest + 1..=newest + by).for_each(|n| _ = app.set("set", Value::from(n)).unwrap());
}

/// A minute later each time.
fn ticking() -> crate::record::Time {
    static MINUTES: AtomicU32 = AtomicU32::new(0);
    at(MINUTES.fetch_add(1, Ordering::Relaxed))
}

#[test]
fn a_variant_that_starts_behind_the_cut_keeps_the_baseline_before_it() {
    for before in [2, 3, 4, 5, 6] {
        let (home, recording) = on_disk();
        let recording = recording.with_clock(ticking);
        let app = recording.tenant_or_new(&"t".into()).unwrap();
        grow(&app, 2);
        let base = app.snapshot(&SnapshotRequest::named("base")).unwrap();
        assert_ne!(base.at, base.created, "the time of the version is told from that of the mark");
        app.measure("base", &[crate::record::Metric::parse("score=1").unwrap()]).unwrap();
        grow(&app, 3);
        app.variant("v", "base").unwrap();
        app.measure("v", &[crate::record::Metric::parse("score=2").unwrap()]).unwrap();
        grow(&app, 3);
        let facts = |tenant: &Tenant| {
            let history = tenant.history();
            let comparison = history.variants().comparison(history.variants().baselines()[0]).unwrap();
            format!("{:?} {:?}", comparison.baseline, comparison.variants[0].column.score)
        };
        let expected = facts(&app);
        let planned = app.compact(Version(before)).unwrap().plan.snapshots;
        assert_eq!(planned, [], "before #{before}");
        let reopened = Recording::open(&home.path().join("run.asof")).unwrap().tenant(&"t".into()).unwrap();
        for tenant in [&app, &reopened] {
            assert_eq!(facts(tenant), expected, "before #{before}");
        }
    }
}

/// Undo goes on to what can still be taken back, where compaction took along what was written last.
#[test]
fn an_undo_passes_over_what_went_with_a_cut() {
    type Write = fn(&Tenant);
    let mark: Write = |tenant| drop(tenant.snapshot(&SnapshotRequest::named("m").at(Version(1))).unwrap());
    let edit: Write = |tenant| {
        mark_of(tenant, "m", 1);
        let id = tenant.history().named_snapshot("m").unwrap().id;
        let note = crate::record::SnapshotNote { name: Some("n".into()), ..Default::default() };
        tenant.edit_snapshot(id, &note).unwrap();
    };
    let delete: Write = |tenant| {
        mark_of(tenant, "m", 1);
        tenant.delete_named_snapshot("m").unwrap();
    };
    let unmark: Write = |tenant| {
        mark_of(tenant, "m", 1);
        tenant.undo().unwrap();
    };
    for (name, write) in [("snapshot", mark), ("edit", edit), ("deletion", delete), ("undone snapshot", unmark)] {
        for moved in [true, false] {
            let (home, recording) = on_disk();
            let app = recording.tenant_or_new(&"t".into()).unwrap();
            grow(&app, 4);
            let debugger = app.as_debugger();
            if moved {
                debugger.rollback(&Strategy::Version(Version(3)), "").unwrap();
            }
            write(&debugger);
            app.compact(Version(4)).unwrap();
            let reopened = Recording::open(&home.path().join("run.asof")).unwrap().tenant(&"t".into()).unwrap();
            assert!(reopened.as_debugger().redoable().is_none(), "{name}");
            for tenant in [debugger, reopened.as_debugger()] {
                let position = tenant.history().position();
                match tenant.undo() {
                    Ok(turned) => assert_eq!((moved, turned.back_to), (true, Some(Version(4))), "{name}"),
                    Err(Error::NothingToUndo { .. }) => {
                        assert!(!moved || tenant.history().newest() > Version(5), "{name}");
                        assert_eq!(tenant.history().position(), position, "{name}");
                    }
                    Err(error) => panic!("{name}: {error}"),
                }
                reopened.catch_up().unwrap();
            }
        }
    }
}

fn mark_of(tenant: &Tenant, name: &str, version: u64) {
    tenant.snapshot(&SnapshotRequest::named(name).at(Version(version))).unwrap();
}

#[derive(Debug, Clone)]
enum Op {
    Set(i64),
    Rollback(u64),
    Undo,
    Redo,
    Mark(u64),
    Fork(u64),
    OnFork(i64),
    Promote,
    Named(u64),
    Variant,
}

fn ops() -> impl proptest::strategy::Strategy<Value = Vec<Op>> {
    let op = prop_oneof![
        6 => any::<i64>().prop_map(Op::Set),
        2 => any::<u64>().prop_map(Op::Rollback),
        2 => Just(Op::Undo),
        1 => Just(Op::Redo),
        1 => any::<u64>().prop_map(Op::Mark),
        1 => any::<u64>().prop_map(Op::Fork),
        2 => any::<i64>().prop_map(Op::OnFork),
        1 => Just(Op::Promote),
        1 => any::<u64>().prop_map(Op::Named),
        1 => Just(Op::Variant),
    ];
    prop::collection::vec(op, 2..40)
}

/// What cannot be done now is refused, and that is fine.
fn play(app: &Tenant, op: &Op) {
    let newest = app.history().newest().0;
    match op {
        Op::Set(n) => drop(app.set("set", Value::from(*n))),
        Op::Rollback(to) => drop(app.rollback(&Strategy::Version(Version(to % (newest + 1))), "")),
        Op::Undo => drop(app.undo()),
        Op::Redo => drop(app.redo()),
        Op::Mark(of) => {
            drop(app.snapshot(&SnapshotRequest { version: Some(Version(of % (newest + 1))), ..Default::default() }));
        }
        Op::Fork(from) => drop(app.fork("x", Version(from % (newest + 1)))),
        Op::OnFork(n) => drop(app.on("x").and_then(|fork| fork.set("fork", Value::from(*n)))),
        Op::Promote => drop(app.promote("x", "")),
        Op::Named(of) => drop(app.snapshot(&SnapshotRequest::named("s").at(Version(of % (newest + 1))))),
        Op::Variant => drop(app.variant("v", "s")),
    }
}

/// Plays short histories, every one of them, cuts each everywhere, and compares what was planned with what went.
fn check_all_cuts(ops: &[Op], length: usize) -> usize {
    let (mut cuts, mut unfinished) = (0, vec![Vec::new()]);
    while let Some(played) = unfinished.pop() {
        let Some(newest) = check_cuts(&played) else { continue };
        cuts += usize::try_from(newest).unwrap().saturating_sub(1);
        if played.len() < length {
            unfinished.extend(ops.iter().map(|op| [played.clone(), vec![op.clone()]].concat()));
        }
    }
    cuts
}

/// `None` when the last of the operations is refused: what would follow it is played without.
fn check_cuts(ops: &[Op]) -> Option<u64> {
    let played = |ops: &[Op]| {
        let (home, recording) = in_memory_files();
        let app = recording.tenant_or_new(&"t".into()).unwrap();
        let before_last = ops.len().saturating_sub(1);
        ops[..before_last].iter().for_each(|op| play(&app, op));
        let position = app.history().position();
        ops[before_last..].iter().for_each(|op| play(&app, op));
        let changed = ops.is_empty() || app.history().position() > position;
        (home, app, changed)
    };
    let (_home, whole, changed) = played(ops);
    let newest = whole.history().newest().0;
    for before in (2..=newest).filter(|_| changed) {
        let (_home, app, _) = played(ops);
        let names = |tenant: &Tenant| -> BTreeSet<_> {
            tenant.history().branches().into_iter().map(|branch| branch.name).collect()
        };
        let there = names(&app);
        let plan = app.compact(Version(before)).unwrap().plan;
        let gone: BTreeSet<_> = there.difference(&names(&app)).cloned().collect();
        assert_eq!(plan.branches.into_iter().collect::<BTreeSet<_>>(), gone, "{ops:?} before #{before}");
        assert!(names(&app).is_subset(&there), "{ops:?} before #{before}");
        for version in before..=newest {
            assert_eq!(value(&app, version), value(&whole, version), "{ops:?} before #{before}");
        }
    }
    changed.then_some(newest)
}

/// A recording where a sync costs nothing.
fn in_memory_files() -> (tempfile::TempDir, Recording) {
    let memory = std::path::Path::new("/dev/shm");
    let home = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    let recording = Recording::create(&home.path().join("run.asof")).unwrap();
    (home, recording)
}

/// `ASOF_CUT_LENGTH=6` plays longer ones.
#[test]
fn what_a_cut_takes_is_what_its_plan_says_of_every_short_history() {
    let length = std::env::var("ASOF_CUT_LENGTH").map_or(4, |length| length.parse().unwrap());
    let ops =
        [Op::Set(1), Op::Rollback(0), Op::Rollback(1), Op::Undo, Op::Fork(0), Op::OnFork(2), Op::Promote, Op::Redo];
    let cuts = check_all_cuts(&ops, length);
    println!("{cuts} cuts");
    assert!(cuts > 200, "{cuts}");
    for ops in [
        vec![Op::Fork(0), Op::Set(1), Op::OnFork(2), Op::Promote, Op::OnFork(3), Op::OnFork(4)],
        vec![Op::Set(1), Op::Fork(1), Op::Set(2), Op::OnFork(3), Op::OnFork(4), Op::Promote, Op::Set(5)],
        vec![Op::Fork(0), Op::OnFork(1), Op::Set(2), Op::Rollback(1), Op::Set(3), Op::Promote, Op::Rollback(2)],
        vec![Op::Set(1), Op::Set(2), Op::Rollback(1), Op::Fork(2), Op::OnFork(3), Op::Promote, Op::Undo, Op::Set(4)],
    ] {
        check_cuts(&ops);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn a_cut_anywhere_changes_nothing_behind_it(first in ops(), then in ops(), at in any::<u64>()) {
        let (home, recording) = on_disk();
        let app = recording.tenant_or_new(&"t".into()).unwrap();
        first.iter().for_each(|op| play(&app, op));
        let newest = app.history().newest().0;
        prop_assume!(newest >= 2);
        let before = 2 + at % (newest - 1);
        let expected: Vec<String> = (before..=newest).map(|v| value(&app, v)).collect();
        let head = (app.head(), app.value());
        let lists = |tenant: &Tenant| {
            let history = tenant.history();
            let snapshots: BTreeSet<_> = history.marks().listed().iter().map(|one| one.id).collect();
            (snapshots, history.variants().baselines())
        };
        let (snapshots, baselines) = lists(&app);
        let plan = app.compact_plan(Version(before)).unwrap();
        prop_assert_eq!(&app.compact(Version(before)).unwrap().plan, &plan);
        let reopened = Recording::open(&home.path().join("run.asof")).unwrap().tenant(&"t".into()).unwrap();
        for tenant in [&app, &reopened] {
            prop_assert_eq!(&(before..=newest).map(|v| value(tenant, v)).collect::<Vec<_>>(), &expected);
            prop_assert_eq!((tenant.head(), tenant.value()), head.clone());
            prop_assert!(tenant.history().problems().is_empty(), "{:?}", tenant.history().problems());
            let (snapshots_left, baselines_left) = lists(tenant);
            let gone: BTreeSet<_> = snapshots.difference(&snapshots_left).copied().collect();
            prop_assert_eq!(gone, plan.snapshots.iter().map(|one| one.id).collect());
            prop_assert_eq!(&baselines_left, &baselines);
            prop_assert!(baselines.iter().all(|id| tenant.history().marks().listed().iter().any(|one| one.id == *id)
                || !snapshots.contains(id)));
            for branch in tenant.history().branches() {
                prop_assert!(tenant.value_at(branch.head).is_ok());
            }
        }
        then.iter().for_each(|op| play(&app, op));
        let again = Recording::open(&home.path().join("run.asof")).unwrap().tenant(&"t".into()).unwrap();
        let now = app.history().newest().0;
        prop_assert_eq!(
            (before..=now).map(|v| value(&again, v)).collect::<Vec<_>>(),
            (before..=now).map(|v| value(&app, v)).collect::<Vec<_>>()
        );
    }
}
