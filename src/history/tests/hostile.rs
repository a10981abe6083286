//! Records with valid checksums and absurd content: the fold takes them all, and every question is answered.

use super::fixture::LogFixture;
use crate::history::{Budget, History, Strategy as Choice, Target, TargetContext};
use crate::patch::{Op, Patch};
use crate::record::{
    Base, BaseHead, BaseTurn, BaseWrite, Body, Entry, Goal, InTransaction, Makes, Metric, NewSnapshot, Origin,
    Position, Record, RecordSource, Settings, SnapshotId, SnapshotKind, SnapshotNote, StateChange, TransactionId,
    Version,
};
use crate::value::{Number, Pointer, Text, Value};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use std::num::NonZeroU64;
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

fn change() -> impl Strategy<Value = StateChange> {
    prop_oneof![
        4 => number().prop_map(|n| StateChange::State(Value::from(n))),
        1 => Just(StateChange::Deleted),
        1 => Just(StateChange::Invalid { raw: "{".into(), why: "cut".into() }),
        1 => name().prop_map(|key| StateChange::Patch(Patch(vec![Op::Remove { path: Pointer(vec![key]) }]))),
    ]
}

fn kind() -> impl Strategy<Value = SnapshotKind> {
    prop::sample::select(vec![SnapshotKind::Named, SnapshotKind::Auto, SnapshotKind::Checkpoint])
}

fn snapshot() -> impl Strategy<Value = NewSnapshot> {
    let drops = prop::collection::vec(id(), 0..4);
    (number(), prop::option::of(name()), kind(), drops).prop_map(|(version, name, kind, drops)| NewSnapshot {
        version: Version(version),
        name,
        kind,
        description: Text::new(),
        tags: Vec::new(),
        drops,
        created: None,
    })
}

fn turn() -> impl Strategy<Value = BaseTurn> {
    prop_oneof![
        3 => (name(), number(), number(), prop::option::of(name())).prop_map(|(branch, made, left, suspect)| {
            BaseTurn::Back { branch, made: Version(made), left: Version(left), suspect }
        }),
        1 => settings().prop_map(|settings| BaseTurn::Settings(Box::new(settings))),
        1 => Just(BaseTurn::Nothing),
    ]
}

/// What compaction left, or says it left: most of them are refused when they are read, so all are tried here.
fn base() -> impl Strategy<Value = Base> {
    let head = (name(), number(), number(), prop::option::of(id()), prop::option::of(name()), number());
    let head = head.prop_map(|(name, base, head, baseline, suspect, left)| BaseHead {
        name,
        base: Version(base),
        head: Version(head),
        baseline,
        suspect,
        left,
    });
    let write =
        (number(), number(), any::<bool>(), any::<bool>(), turn()).prop_map(|(at, first, app, stands, turns)| {
            let origin = if app { Origin::Application } else { Origin::Debugger };
            BaseWrite { at: Position(at), first: Position(first), origin, stands, turns }
        });
    let kept = prop_oneof![
        settings().prop_map(|settings| Body::Settings(Box::new(settings))),
        snapshot().prop_map(|new| Body::Snapshot(Box::new(new))),
        Just(Body::Commit),
        Just(Body::Unknown { kind: "dance".into(), raw: "}".into(), why: "new".into() }),
    ];
    let kept = (number(), kept).prop_map(|(position, body)| Record {
        position: Position(position),
        id: Text::new(),
        entry: Entry::new(body),
    });
    let values = prop::collection::vec(number().prop_map(|n| (Version(n), Value::from(n))), 0..6);
    let suspect = prop::collection::vec((number().prop_map(Version), name()), 0..3);
    let missing = prop::collection::vec((number().prop_map(Position), number().prop_map(Position)), 0..3);
    let lists = (prop::collection::vec(head, 0..4), values, suspect, missing);
    let rest =
        (prop::option::of(name()), number(), prop::collection::vec(write, 0..4), prop::collection::vec(kept, 0..4));
    (number(), lists, rest, any::<bool>()).prop_map(
        |(through, (heads, values, suspect, missing), (numbering, transactions, writes, kept), sound)| {
            let through = Version(through);
            let base = Base { through, heads, values, suspect, numbering, missing, transactions, writes, kept };
            if sound { made_sound(base) } else { base }
        },
    )
}

/// As much of a base as does not contradict itself, so that the fold is tried on more than the empty one.
fn made_sound(mut base: Base) -> Base {
    base.through = Version(base.through.0 % 12);
    let through = base.through;
    base.transactions %= 1 << 53;
    for head in &mut base.heads {
        head.head = head.head.min(through);
        head.base = head.base.min(head.head);
        head.baseline = None;
    }
    let main =
        BaseHead { name: "main".into(), base: Version(0), head: through, baseline: None, suspect: None, left: 0 };
    base.heads.iter_mut().for_each(|head| head.left %= 1 << 53);
    base.heads.insert(0, main);
    let mut names = std::collections::BTreeSet::new();
    base.heads.retain(|head| names.insert(head.name.clone()));
    base.values = base.heads.iter().map(|head| (head.head, Value::from(head.head.0))).collect();
    base.values.sort_by_key(|(version, _)| *version);
    base.values.dedup_by_key(|(version, _)| *version);
    base.suspect.retain(|(version, _)| *version <= through);
    (base.missing, base.kept) = (Vec::new(), Vec::new());
    base.writes.retain(|write| write.first.0 > 0 && write.first <= write.at && write.at.0 <= 20);
    base.writes.retain(|write| match &write.turns {
        BaseTurn::Back { branch, made, left, .. } => names.contains(branch) && *made.max(left) <= through,
        BaseTurn::Settings(_) | BaseTurn::Nothing => true,
    });
    let mut places = std::collections::BTreeSet::new();
    base.writes.retain(|write| places.insert(write.at));
    base
}

/// Every body there is, by number; a new one does not compile before it has a number here.
fn of_number(kind: usize) -> BoxedStrategy<Body> {
    match kind {
        0 => (name(), change()).prop_map(|(label, change)| Body::Transition { label, change }).boxed(),
        1 => (number(), name()).prop_map(|(to, reason)| Body::Rollback { to: Version(to), reason }).boxed(),
        2 => (name(), name()).prop_map(|(variant, reason)| Body::Promote { variant, reason }).boxed(),
        3 => number().prop_map(|of| Body::Undo { of: Position(of) }).boxed(),
        4 => snapshot().prop_map(|new| Body::Snapshot(Box::new(new))).boxed(),
        5 => (id(), prop::option::of(name()))
            .prop_map(|(id, name)| Body::EditSnapshot {
                id,
                note: Box::new(SnapshotNote { name, ..SnapshotNote::default() }),
            })
            .boxed(),
        6 => prop::collection::vec(id(), 0..4).prop_map(|ids| Body::DeleteSnapshots { ids }).boxed(),
        7 => (name(), number(), prop::option::of(id()))
            .prop_map(|(name, from, baseline)| Body::Fork { name, from: Version(from), baseline })
            .boxed(),
        8 => (name(), number(), prop::collection::vec(metric(), 0..4))
            .prop_map(|(of, version, metrics)| Body::Metrics { of, version: Version(version), metrics })
            .boxed(),
        9 => {
            (name(), prop::collection::vec(name(), 0..3)).prop_map(|(name, steps)| Body::Begin { name, steps }).boxed()
        }
        10 => (name(), name(), any::<bool>()).prop_map(|(name, why, closed)| Body::Fail { name, why, closed }).boxed(),
        11 => Just(Body::Commit).boxed(),
        12 => settings().prop_map(|settings| Body::Settings(Box::new(settings))).boxed(),
        13 => base().prop_map(|base| Body::Base(Box::new(base))).boxed(),
        _ => {
            let kinds = ["", "dance", "transition", "rollback", "undo", "fork", "snapshot", "base"];
            let unknown = |kind: &str| Body::Unknown { kind: kind.into(), raw: ",\"id\":1}".into(), why: "why".into() };
            prop::sample::select(kinds.to_vec()).prop_map(unknown).boxed()
        }
    }
}

/// The number of a body in [`of_number`], and how often it is made.
fn number_of(body: &Body) -> (usize, u32) {
    match body {
        Body::Transition { .. } => (0, 6),
        Body::Rollback { .. } => (1, 3),
        Body::Promote { .. } => (2, 2),
        Body::Undo { .. } => (3, 4),
        Body::Snapshot(_) => (4, 3),
        Body::EditSnapshot { .. } => (5, 1),
        Body::DeleteSnapshots { .. } => (6, 1),
        Body::Fork { .. } => (7, 3),
        Body::Metrics { .. } => (8, 2),
        Body::Begin { .. } => (9, 1),
        Body::Fail { .. } => (10, 1),
        Body::Commit => (11, 1),
        Body::Settings(_) => (12, 1),
        Body::Base(_) => (13, 1),
        Body::Unknown { .. } => (14, 2),
    }
}

/// How many there are.
const BODIES: usize = 15;

fn body() -> impl Strategy<Value = Body> {
    let often = |kind: usize| {
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        number_of(&of_number(kind).new_tree(&mut runner).unwrap().current()).1
    };
    prop::strategy::Union::new_weighted((0..BODIES).map(|kind| (often(kind), of_number(kind))).collect())
}

#[test]
fn every_body_is_made() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for kind in 0..BODIES {
        let made = of_number(kind).new_tree(&mut runner).unwrap().current();
        assert_eq!(number_of(&made).0, kind, "{made:?}");
    }
}

/// One record: its entry, how many positions are lost before it, and whether that is told.
pub(super) fn entry() -> impl Strategy<Value = (Entry, u64, bool)> {
    let step = (number(), prop_oneof![0u32..4, Just(u32::MAX)], prop::option::of(number()));
    let step =
        step.prop_map(|(id, step, back)| InTransaction { id: TransactionId(id), step, back_to: back.map(Version) });
    let at = prop::option::of(prop_oneof![Just(i64::MIN), Just(i64::MAX), Just(0)]);
    let makes = prop_oneof![
        3 => Just(None),
        1 => (number(), prop::option::of(number())).prop_map(|(version, kept)| {
            Some(Makes { version: Version(version), counts: None, size: None, kept: kept.and_then(NonZeroU64::new) })
        }),
    ];
    let lost = prop_oneof![12 => Just(0u64), 2 => 1u64..4, 1 => Just(1 << 50)];
    (body(), prop::option::of(name()), prop::option::of(step), at, any::<bool>(), makes, lost, any::<bool>()).prop_map(
        |(body, branch, step, at, debugger, makes, lost, told)| {
            let step = step.map(Box::new);
            let at = at.map(|at| match at {
                0 => chrono::DateTime::UNIX_EPOCH,
                at if at < 0 => chrono::DateTime::<chrono::Utc>::MIN_UTC,
                _ => chrono::DateTime::<chrono::Utc>::MAX_UTC,
            });
            let origin = if debugger { Origin::Debugger } else { Origin::Application };
            (Entry { at, origin, branch, step, makes, ..Entry::new(body) }, lost, told || lost > 0)
        },
    )
}

/// Records by position, however far apart they are.
#[derive(Default)]
pub(super) struct Sparse(pub std::collections::BTreeMap<Position, Arc<Record>>);

impl RecordSource for Sparse {
    fn record(&self, position: Position) -> crate::Result<Arc<Record>> {
        let missing = || crate::Error::Gaps { tenant: "test".into() };
        self.0.get(&position).cloned().ok_or_else(missing)
    }
}

/// Folds entries as they would be read from a log: written to lines and read again, so that only what can be read gets
/// this far.
fn folded(entries: Vec<(Entry, u64, bool)>) -> (History, Sparse) {
    let (mut history, mut stored) = (History::new("acme".into(), Budget::new(4096)), Sparse::default());
    fold(&mut history, &mut stored, entries);
    (history, stored)
}

/// Folds more entries.
pub(super) fn fold(history: &mut History, stored: &mut Sparse, entries: Vec<(Entry, u64, bool)>) {
    let mut position = history.position().0;
    for (entry, lost, told) in entries {
        // One beyond the last position that there can be is left out, whoever folds and from where.
        let Some(next) = Some(position + lost + 1).filter(|next| *next < 1 << 53) else { continue };
        position = next;
        let record = Arc::new(read_again(Record { position: Position(position), id: Text::new(), entry }));
        stored.0.insert(record.position, Arc::clone(&record));
        history.begin_records(None);
        if told {
            history.note_gap("records lost".into());
        }
        history.push(&record, stored).unwrap();
    }
}

/// What a reader makes of a record: one that contradicts itself is unknown.
fn read_again(record: Record) -> Record {
    let unknown = |why: String| Body::Unknown { kind: "base".into(), raw: "}".into(), why: why.into() };
    let makes = record.entry.makes.filter(|makes| (1..1 << 53).contains(&makes.version.0));
    let body = match record.entry.body {
        Body::Base(base) => match base.check(record.position) {
            Ok(()) => Body::Base(base),
            Err(why) => unknown(why),
        },
        body => body,
    };
    Record { entry: Entry { makes, body, ..record.entry }, ..record }
}

/// Asks everything that can be asked; what is true of each history that was folded is so.
fn ask(history: &History, records: &Sparse) {
    for version in listed(history) {
        assert_eq!(history.value(version, records).is_ok(), history.existing(version).is_ok(), "{version}");
    }
    let branches = history.branches();
    let names: std::collections::BTreeSet<_> = branches.iter().map(|branch| &branch.name).collect();
    assert_eq!(names.len(), branches.len(), "each branch has a name of its own");
    for branch in &branches {
        assert_eq!(history.branch(&branch.name).as_ref(), Some(branch));
        assert_eq!(history.growing(Some(&branch.name)).is_some(), branch.kept_by.is_none());
    }
    ask_all(history, records);
}

fn listed(history: &History) -> Vec<Version> {
    let newest = history.newest().0;
    let listed = std::iter::successors(Some(Version(0)), |version| history.timeline().listed_after(*version));
    listed.take(200).chain([newest, newest.saturating_add(1), u64::MAX].map(Version)).collect()
}

/// Asks everything that can be asked.
pub(super) fn ask_all(history: &History, records: &Sparse) {
    let newest = history.newest().0;
    for version in listed(history) {
        assert!(history.existing(version).is_err() || version.0 <= newest);
        let _ = (
            history.value(version, records).is_ok(),
            history.lineage().seen_before(version),
            history.lineage().seen_after(version),
        );
        let _ = (
            history.info(version),
            history.lineage().parent(version),
            history.transactions().of(version).map(|tx| tx.id),
        );
        let _ = (
            history.lineage().line(version),
            history.lineage().first_of(version),
            history.plan_rollback(None, version).is_ok(),
        );
        if version.0 <= newest {
            let _ = (history.lineage().branch_of(version), history.lineage().made_by(version));
        }
    }
    for id in history.variants().baselines() {
        let _ = history
            .variants()
            .comparison(id)
            .map(|found| found.variants.iter().map(|v| found.verdict_words(v)).collect::<Vec<_>>());
    }
    for tx in history.transactions().all() {
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
        let _ = Target::parse(text).map(|target| history.resolve(&target, &TargetContext::default()).is_ok());
    }
    for strategy in [Choice::Latest, Choice::Index(usize::MAX), Choice::Time(chrono::DateTime::UNIX_EPOCH)] {
        let _ = history.choose(&strategy).is_ok();
    }
    let _ = (
        history.activity(0..u64::MAX),
        history.transactions().held_checkpoints(),
        history.ledger().settings().to_value(),
    );
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

/// Folds very many: `ASOF_HOSTILE_RECORDS=1000000 cargo test --release --lib hostile -- --nocapture`.
#[test]
fn so_many_hostile_records_neither_panic_nor_take_more_memory_than_they_are_long() {
    let wanted: usize = std::env::var("ASOF_HOSTILE_RECORDS").map_or(4_000, |count| count.parse().unwrap());
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (logs, started) = (prop::collection::vec(entry(), 1..200), std::time::Instant::now());
    let (mut records, mut most, mut versions) = (0, 0, 0);
    while records < wanted {
        let entries = logs.new_tree(&mut runner).unwrap().current();
        records += entries.len();
        let (history, stored) = folded(entries);
        ask(&history, &stored);
        let entries = history.timeline.entries() + history.gaps.missing().len() + history.branches().len();
        most = most.max(entries.div_ceil(stored.0.len()));
        versions += u128::from(history.newest().0);
    }
    // Entries of all lists for each record; bytes are counted in tests/memory.
    assert!(most <= 12, "{most} entries for each record");
    println!("{records} hostile records in {:?}, {versions} versions, {most} entries a record", started.elapsed());
}

/// Folds many of one thing. What is quadratic would not end in a test's time.
fn many(count: u64, make: impl Fn(u64) -> Body) -> LogFixture {
    let mut log = LogFixture::default();
    log.play("a, b");
    for n in 0..count {
        log.push(make(n));
    }
    log
}

const MANY: u64 = 100_000;

fn marked(n: u64, kind: SnapshotKind) -> Body {
    let name = Some(ecow::eco_format!("s{n}"));
    Body::Snapshot(Box::new(NewSnapshot {
        version: Version(1),
        name,
        kind,
        description: Text::new(),
        tags: vec![],
        drops: vec![],
        created: None,
    }))
}

#[test]
fn very_many_forks_are_folded_and_found() {
    let fork =
        |n| Body::Fork { name: ecow::eco_format!("f{n}"), from: Version(1), baseline: Some(SnapshotId(Position(n))) };
    let log = many(MANY, fork);
    assert_eq!(log.history.branches().len() as u64, MANY + 1);
    assert_eq!(log.history.branch("f77777").unwrap().head, Version(1));
    assert_eq!(log.history.variants().baselines().len() as u64, MANY);
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
    assert_eq!(log.history.marks().listed().len() as u64, MANY);
    ask_little(&log);
    let log = many(MANY, |n| {
        if n % 2 == 0 { Body::Begin { name: "x".into(), steps: vec![] } } else { marked(n, SnapshotKind::Checkpoint) }
    });
    assert_eq!(log.history.transactions().all().len() as u64, MANY / 2);
    assert_eq!(log.history.transactions().held_checkpoints().len(), 0);
}

fn ask_little(log: &LogFixture) {
    let newest = log.history.newest();
    let _ = (
        log.history.lineage().branch_of(Version(1)),
        log.history.activity(0..newest.0),
        log.history.plan_rollback(None, Version(0)),
    );
    assert!(log.history.problems().is_empty());
}

#[test]
fn a_fork_that_took_a_kept_branch_s_name_keeps_it() {
    let mut log = LogFixture::default();
    log.play("a, b, fork main~1 a, rewind a, c, rewind a");
    let names: Vec<_> = log.history.branches().iter().map(|branch| branch.name.to_string()).collect();
    assert_eq!(names, ["main", "main~1", "main~2", "main~3"]);
}
