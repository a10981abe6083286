//! Records with valid checksums and absurd content: the fold takes them all, and every question is answered.

use super::fixture::{Log, Stored};
use crate::history::{Budget, Context, History, Strategy as Choice, Target};
use crate::patch::{Op, Patch};
use crate::record::{
    Body, Change, Entry, Goal, InTransaction, Metric, NewSnapshot, Origin, Position, Record, Settings, SnapshotId,
    SnapshotKind, SnapshotNote, TransactionId, Version,
};
use crate::value::{Number, Pointer, Text, Value};
use proptest::prelude::*;
use std::sync::Arc;

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![6 => 0u64..12, 1 => Just(u64::MAX), 1 => Just(u64::MAX - 1), 1 => any::<u64>()]
}

fn name() -> impl Strategy<Value = Text> {
    let names = ["main", "a", "b", "main~1", "main~2", "a~1", "", "score", "~", "#3", "\u{0}", "head"];
    prop::sample::select(names.to_vec()).prop_map(Text::from)
}

fn id() -> impl Strategy<Value = SnapshotId> {
    number().prop_map(|n| SnapshotId(Position(n)))
}

fn metric() -> impl Strategy<Value = Metric> {
    let figures = ["0", "-0.0", "1e400", "-1e400", "1e-999999999", "1e999999999999999999", "0.1", "92"];
    let figure = || prop::sample::select(figures.to_vec()).prop_map(|text| Number::parse(text).unwrap());
    let goal = prop_oneof![
        Just(Goal::Higher),
        Just(Goal::Lower),
        Just(Goal::Zero),
        Just(Goal::Equal),
        figure().prop_map(Goal::AtMost),
        figure().prop_map(Goal::AtLeast),
    ];
    (name(), figure(), prop::option::of(goal)).prop_map(|(name, value, goal)| Metric {
        name,
        value,
        unit: "".into(),
        goal,
    })
}

fn settings() -> impl Strategy<Value = Settings> {
    prop::collection::vec(prop::option::of(number()), Settings::fields().len()).prop_map(|numbers| {
        let mut settings = Settings::default();
        Settings::fields().iter().zip(numbers).for_each(|(field, number)| settings.set(field, number));
        settings
    })
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => number().prop_map(|n| Change::State(Value::from(n))),
        1 => Just(Change::Deleted),
        1 => Just(Change::Invalid { raw: "{".into(), why: "cut".into() }),
        1 => name().prop_map(|key| Change::Patch(Patch(vec![Op::Remove { path: Pointer(vec![key]) }]))),
    ]
}

fn body() -> impl Strategy<Value = Body> {
    let kinds = vec![SnapshotKind::Named, SnapshotKind::Auto, SnapshotKind::Checkpoint];
    let snapshot = (number(), prop::option::of(name()), prop::sample::select(kinds), prop::collection::vec(id(), 0..4));
    prop_oneof![
        6 => (name(), change()).prop_map(|(label, change)| Body::Transition { label, change }),
        3 => (number(), name()).prop_map(|(to, reason)| Body::Rollback { to: Version(to), reason }),
        2 => (name(), name()).prop_map(|(variant, reason)| Body::Promote { variant, reason }),
        4 => number().prop_map(|of| Body::Undo { of: Position(of) }),
        3 => snapshot.prop_map(|(version, name, kind, drops)| Body::Snapshot(NewSnapshot {
            version: Version(version), name, kind, description: Text::new(), tags: Vec::new(), drops, created: None,
        })),
        1 => (id(), prop::option::of(name())).prop_map(|(id, name)| Body::EditSnapshot {
            id, note: SnapshotNote { name, ..SnapshotNote::default() },
        }),
        1 => prop::collection::vec(id(), 0..4).prop_map(|ids| Body::DeleteSnapshots { ids }),
        3 => (name(), number(), prop::option::of(id()))
            .prop_map(|(name, from, baseline)| Body::Fork { name, from: Version(from), baseline }),
        2 => (name(), number(), prop::collection::vec(metric(), 0..4))
            .prop_map(|(of, version, metrics)| Body::Metrics { of, version: Version(version), metrics }),
        1 => (name(), prop::collection::vec(name(), 0..3)).prop_map(|(name, steps)| Body::Begin { name, steps }),
        1 => (name(), name(), any::<bool>()).prop_map(|(name, why, closed)| Body::Fail { name, why, closed }),
        1 => Just(Body::Commit),
        1 => settings().prop_map(Body::Settings),
    ]
}

fn entry() -> impl Strategy<Value = Entry> {
    let step = (number(), prop_oneof![0u32..4, Just(u32::MAX)], prop::option::of(number()));
    let step =
        step.prop_map(|(id, step, back)| InTransaction { id: TransactionId(id), step, back_to: back.map(Version) });
    let at = prop::option::of(prop_oneof![Just(i64::MIN), Just(i64::MAX), Just(0)]);
    (body(), prop::option::of(name()), prop::option::of(step), at, any::<bool>()).prop_map(
        |(body, branch, step, at, debugger)| {
            let at = at.map(|at| match at {
                0 => chrono::DateTime::UNIX_EPOCH,
                at if at < 0 => chrono::DateTime::<chrono::Utc>::MIN_UTC,
                _ => chrono::DateTime::<chrono::Utc>::MAX_UTC,
            });
            let origin = if debugger { Origin::Debugger } else { Origin::Application };
            Entry { at, origin, branch, step, ..Entry::new(body) }
        },
    )
}

fn folded(entries: Vec<Entry>) -> (History, Stored) {
    let (mut history, mut stored) = (History::new("acme".into(), Budget::new(4096)), Stored::default());
    for entry in entries {
        let position = Position(stored.all.len() as u64 + 1);
        let record = Arc::new(Record { position, id: Text::new(), entry });
        stored.all.push(Arc::clone(&record));
        history.push(&record, &stored).unwrap();
    }
    (history, stored)
}

/// Asks everything that can be asked.
fn ask(history: &History, records: &Stored) {
    let newest = history.newest().0;
    for version in (0..=newest + 1).chain([u64::MAX]).map(Version) {
        assert_eq!(history.value(version, records).is_ok(), version.0 <= newest);
        let _ = (history.info(version), history.parent(version), history.transaction_of(version).map(|tx| tx.id));
        let _ = (history.line(version), history.first_of(version), history.plan_rollback(version).is_ok());
        if version.0 <= newest {
            let _ = (history.branch_of(version), history.made_by(version));
        }
    }
    let branches = history.branches();
    let mut names: Vec<_> = branches.iter().map(|branch| branch.name.clone()).collect();
    for branch in &branches {
        assert_eq!(history.branch(&branch.name).as_ref(), Some(branch));
        assert_eq!(history.growing(Some(&branch.name)).is_some(), branch.kept_by.is_none());
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), branches.len(), "each branch has a name of its own");
    for id in history.baselines() {
        let _ =
            history.comparison(id).map(|found| found.variants.iter().map(|v| v.verdict.words()).collect::<Vec<_>>());
    }
    for tx in history.transactions() {
        let _ = (tx.checkpoints(), tx.failure(), tx.last(), tx.checkpoint_of(u32::MAX), tx.versions().count());
    }
    for text in [
        "head",
        "head~9",
        "-5m",
        "50%",
        "@12:30",
        "@2026-10-09",
        "main~1",
        "a#1",
        "index:0",
        "latest",
        "snap:a",
        "before:@12:30",
    ] {
        let _ = Target::parse(text).map(|target| history.resolve(&target, &Context::default()).is_ok());
    }
    for strategy in [Choice::Latest, Choice::Index(usize::MAX), Choice::Time(chrono::DateTime::UNIX_EPOCH)] {
        let _ = history.choose(&strategy).is_ok();
    }
    let _ = (history.activity(0..u64::MAX), history.held_checkpoints(), history.settings().to_value());
    for origin in [Origin::Application, Origin::Debugger] {
        let _ = (history.undoable(origin), history.redoable(origin));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]
    #[test]
    fn whatever_the_records_say_every_question_is_answered(entries in prop::collection::vec(entry(), 0..40)) {
        let (history, records) = folded(entries);
        ask(&history, &records);
    }
}

/// Folds many of one thing. What is quadratic would not end in a test's time.
fn many(count: u64, make: impl Fn(u64) -> Body) -> Log {
    let mut log = Log::default();
    log.play("a, b");
    for n in 0..count {
        log.push(make(n));
    }
    log
}

const MANY: u64 = 100_000;

fn marked(n: u64, kind: SnapshotKind) -> Body {
    let name = Some(ecow::eco_format!("s{n}"));
    Body::Snapshot(NewSnapshot {
        version: Version(1),
        name,
        kind,
        description: Text::new(),
        tags: vec![],
        drops: vec![],
        created: None,
    })
}

#[test]
fn very_many_forks_are_folded_and_found() {
    let fork =
        |n| Body::Fork { name: ecow::eco_format!("f{n}"), from: Version(1), baseline: Some(SnapshotId(Position(n))) };
    let log = many(MANY, fork);
    assert_eq!(log.history.branches().len() as u64, MANY + 1);
    assert_eq!(log.history.branch("f77777").unwrap().head, Version(1));
    assert_eq!(log.history.baselines().len() as u64, MANY);
}

#[test]
fn very_many_rollbacks_and_undos_are_folded() {
    let mut log = many(MANY, |n| Body::Rollback { to: Version(n % 2 + 1), reason: Text::new() });
    // The oldest first, by the other side's leave.
    for n in 0..MANY {
        log.push(Body::Undo { of: Position(n + 3) });
    }
    assert_eq!(log.history.newest().0, 2 * MANY + 2);
    assert_eq!(log.history.undoable(Origin::Application), None);
    ask_little(&log);
}

#[test]
fn very_many_snapshots_and_transactions_are_folded() {
    let log = many(MANY, |n| marked(n, SnapshotKind::Named));
    assert_eq!(log.history.snapshots().len() as u64, MANY);
    ask_little(&log);
    let log = many(MANY, |n| {
        if n % 2 == 0 { Body::Begin { name: "x".into(), steps: vec![] } } else { marked(n, SnapshotKind::Checkpoint) }
    });
    assert_eq!(log.history.transactions().len() as u64, MANY / 2);
    assert_eq!(log.history.held_checkpoints().len(), 0);
}

fn ask_little(log: &Log) {
    let newest = log.history.newest();
    let _ =
        (log.history.branch_of(Version(1)), log.history.activity(0..newest.0), log.history.plan_rollback(Version(0)));
    assert!(log.history.problems().is_empty());
}

#[test]
fn a_fork_that_took_a_kept_branch_s_name_keeps_it() {
    let mut log = Log::default();
    log.play("a, b, fork main~1 a, rewind a, c, rewind a");
    let names: Vec<_> = log.history.branches().iter().map(|branch| branch.name.to_string()).collect();
    assert_eq!(names, ["main", "main~1", "main~2", "main~3"]);
}
