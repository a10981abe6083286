mod blocks;
mod changing;
mod order;
mod plain;
mod real;

use super::*;
use crate::diff::DiffRules;
use crate::history::Strategy;
use crate::query::{Query, QueryBudget};
use crate::record::Version;
use crate::recording::{Recording, Tenant};
use crate::value::{self, Path, Step, Value};
use proptest::prelude::*;
use std::ops::ControlFlow;
use std::sync::Arc;

/// One thing that happens to the tenant.
#[derive(Debug, Clone)]
enum Event {
    Set(&'static str, i64),
    Whole(i64),
    Insert(usize, i64),
    Remove(usize),
    Swap(usize, usize),
    Quantity(usize, i64),
    Back(usize),
    Undo,
    Elsewhere(i64),
}

fn events() -> impl Strategy_<Value = Vec<Event>> {
    let path = prop_oneof![Just(".a"), Just(".b.c"), Just(".b.d"), Just(".e")];
    let event = prop_oneof![
        4 => (path, 0..4_i64).prop_map(|(path, value)| Event::Set(path, value)),
        1 => (0..4_i64).prop_map(Event::Whole),
        2 => (any::<usize>(), 0..3_i64).prop_map(|(at, quantity)| Event::Insert(at, quantity)),
        1 => any::<usize>().prop_map(Event::Remove),
        1 => (any::<usize>(), any::<usize>()).prop_map(|(a, b)| Event::Swap(a, b)),
        3 => (any::<usize>(), 0..3_i64).prop_map(|(at, quantity)| Event::Quantity(at, quantity)),
        2 => any::<usize>().prop_map(Event::Back),
        1 => Just(Event::Undo),
        1 => (0..4_i64).prop_map(Event::Elsewhere),
    ];
    prop::collection::vec(event, 1..40)
}

use proptest::strategy::Strategy as Strategy_;

/// A tenant to which all that happened; names of elements are never used twice.
fn happened(events: &[Event]) -> Tenant {
    let tenant = Recording::memory().tenant_or_new(&"shop".into()).unwrap();
    let mut next = 0;
    let start = r#"{"a":0,"b":{"c":0,"d":0},"items":[{"id":"x1","qty":1},{"id":"x2","qty":1}]}"#;
    tenant.record("open", &value::parse(start.as_bytes()).unwrap()).unwrap();
    for event in events {
        happen(&tenant, event, &mut next);
    }
    tenant
}

fn items(tenant: &Tenant) -> Vec<Value> {
    match tenant.value().at(&Path(vec![Step::Key("items".into())])) {
        Some(Value::Array(array)) => array.iter().cloned().collect(),
        _ => Vec::new(),
    }
}

fn happen(tenant: &Tenant, event: &Event, next: &mut u64) {
    let mut list = items(tenant);
    let put = |list: Vec<Value>| {
        let list = Value::Array(list.into_iter().collect());
        tenant.apply("items", |draft| draft.set(".items", &list)).map(drop).unwrap();
    };
    match event {
        Event::Set(path, value) => drop(tenant.apply(path, |draft| draft.set(path, value))),
        Event::Whole(value) => {
            let whole =
                format!(r#"{{"a":{value},"b":{{"c":{value}}},"items":{}}}"#, Value::Array(list.into_iter().collect()));
            tenant.record("whole", &value::parse(whole.as_bytes()).unwrap()).unwrap();
        }
        Event::Insert(at, quantity) => {
            *next += 1;
            let item = format!(r#"{{"id":"i{next}","qty":{quantity}}}"#);
            list.insert(at % (list.len() + 1), value::parse(item.as_bytes()).unwrap());
            put(list);
        }
        Event::Remove(at) if list.len() > 2 => {
            list.remove(at % list.len());
            put(list);
        }
        Event::Swap(a, b) if list.len() > 1 => {
            let (a, b) = (a % list.len(), b % list.len());
            list.swap(a, b);
            put(list);
        }
        Event::Quantity(at, quantity) if !list.is_empty() => {
            let path = format!(".items[{}].qty", at % list.len());
            drop(tenant.apply("quantity", |draft| draft.set(&path, quantity)));
        }
        Event::Back(to) => {
            let to = Version(1 + *to as u64 % tenant.history().newest().0);
            drop(tenant.rollback(&Strategy::Version(to), "back"));
        }
        Event::Undo => drop(tenant.undo()),
        Event::Elsewhere(value) => {
            let snapshot = format!("s{next}");
            *next += 1;
            tenant.snapshot(&crate::SnapshotRequest::named(&snapshot)).unwrap();
            tenant.variant(&format!("v{next}"), &snapshot).unwrap();
            tenant
                .on(&format!("v{next}"))
                .unwrap()
                .apply("elsewhere", |draft| draft.set(".a", value))
                .map(drop)
                .unwrap();
        }
        Event::Remove(_) | Event::Swap(..) | Event::Quantity(..) => {}
    }
}

/// What main was, in order, told by walking all versions.
fn heads(tenant: &Tenant) -> Vec<(Version, Value)> {
    let all = (1..=tenant.history().newest().0).map(Version);
    let main = all.filter(|version| tenant.history().lineage().made_by(*version) == "main");
    main.map(|version| (version, tenant.value_at(version).unwrap())).collect()
}

/// A path with elements by name, followed by looking for the name.
#[derive(Clone)]
enum Name {
    Key(String),
    Id(String),
}

fn by_name<'v>(value: &'v Value, names: &[Name]) -> Option<&'v Value> {
    names.iter().try_fold(value, |here, name| match (here, name) {
        (Value::Object(object), Name::Key(key)) => object.get(key),
        (Value::Array(array), Name::Id(id)) => {
            let id = Value::from(id.as_str());
            array.iter().find(|item| item.child(&Step::Key("id".into())) == Some(&id))
        }
        _ => None,
    })
}

fn names(path: &Path, value: &Value) -> Vec<Name> {
    let mut here = Some(value);
    let mut names = Vec::new();
    for step in &path.0 {
        here = here.and_then(|here| here.child(step));
        names.push(match step {
            Step::Key(key) => Name::Key(key.to_string()),
            Step::Index(_) => match here.and_then(|item| item.child(&Step::Key("id".into()))) {
                Some(Value::String(id)) => Name::Id(id.to_string()),
                _ => return Vec::new(),
            },
        });
    }
    names
}

fn leaves(value: &Value, here: &Path, to: &mut Vec<Path>) {
    match value {
        Value::Array(array) if !array.is_empty() => {
            array.iter().enumerate().for_each(|(at, inner)| leaves(inner, &here.join(Step::Index(at)), to));
        }
        Value::Object(object) if !object.is_empty() => {
            object.iter().for_each(|(key, inner)| leaves(inner, &here.join(Step::Key(key.clone())), to));
        }
        _ => to.push(here.clone()),
    }
}

fn course(tenant: &Tenant) -> Course<'_> {
    Course::new(tenant, Version(0)..=tenant.history().newest())
}

const PREDICATES: [&str; 10] = [
    ".a > 1",
    ".b.c == .b.d",
    ".items | any(.qty == 0)",
    ".items | length > 2",
    "[.items[].qty] | add > 3",
    ".e",
    ".items[0].id == \"x1\"",
    ".b | has(\"d\") | not",
    "(.a + .b.c) % 2 == 0",
    ".a | error",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::questions::tests::cases(), ..ProptestConfig::default() })]

    #[test]
    fn changes_of_a_path_are_those_of_a_plain_walk(events in events(), pick in any::<prop::sample::Index>()) {
        let tenant = happened(&events);
        let heads = heads(&tenant);
        let last = &heads.last().unwrap().1;
        let mut paths = vec![Path::default(), Path(vec![Step::Key("b".into())]), Path(vec![Step::Key("items".into())])];
        leaves(last, &Path::default(), &mut paths);
        let path = pick.get(&paths);
        let names = names(path, last);
        let mut expected = Vec::new();
        let mut before = None;
        for (version, value) in &heads {
            let now = by_name(value, &names).cloned();
            if before != now {
                expected.push((*version, before.clone(), now.clone()));
            }
            before = now;
        }
        let mut found = Vec::new();
        changes_of(&course(&tenant), path, &DiffRules::default(), |change| {
            found.push((change.version, change.old, change.new));
            ControlFlow::Continue(())
        }).unwrap();
        found.reverse();
        prop_assert_eq!(found, expected, "{}", path);
    }

    #[test]
    fn every_leaf_is_blamed_on_who_a_plain_walk_finds(events in events()) {
        let tenant = happened(&events);
        let head = tenant.head();
        let value = tenant.value();
        for leaf in blame(&tenant, head, &Path::default(), &DiffRules::default()).unwrap() {
            let names = names(&leaf.path, &value);
            let mut writer = head;
            while let Some(parent) = tenant.history().lineage().parent(writer).filter(|parent| parent.0 > 0) {
                let (before, now) = (tenant.value_at(parent).unwrap(), tenant.value_at(writer).unwrap());
                if by_name(&before, &names) != by_name(&now, &names) {
                    break;
                }
                writer = parent;
            }
            prop_assert_eq!(leaf.version, Some(writer), "{}", &leaf.path);
        }
    }

    #[test]
    fn parts_are_blamed_on_who_changed_anything_in_them_last(events in events()) {
        let tenant = happened(&events);
        let (head, value, keys) = (tenant.head(), tenant.value(), DiffRules::default());
        let mut paths = Vec::new();
        leaves(&value, &Path::default(), &mut paths);
        let all = blame(&tenant, head, &Path::default(), &keys).unwrap();
        prop_assert_eq!(blame_of(&tenant, head, &paths, &keys, &|| false).unwrap(), Some(all));
        prop_assert_eq!(blame_of(&tenant, head, &paths, &keys, &|| true).unwrap(), None);
        let whole = ["b", "items", "nothing"].map(|key| Path(vec![Step::Key(key.into())]));
        let there = whole.iter().filter(|path| value.at(path).is_some()).cloned().collect::<Vec<_>>();
        let blamed = blame_of(&tenant, head, &whole, &keys, &|| false).unwrap().unwrap();
        prop_assert_eq!(blamed.iter().map(|part| part.path.clone()).collect::<Vec<_>>(), there);
        for part in blamed {
            let mut writer = head;
            while let Some(parent) = tenant.history().lineage().parent(writer).filter(|parent| parent.0 > 0) {
                if tenant.value_at(parent).unwrap().at(&part.path) != value.at(&part.path) {
                    break;
                }
                writer = parent;
            }
            prop_assert_eq!(part.version, Some(writer), "{}", &part.path);
        }
    }

    #[test]
    fn what_is_found_is_what_a_linear_evaluation_finds(events in events(), which in 0..PREDICATES.len(), range in (0..60_u64, 0..60_u64)) {
        let tenant = happened(&events);
        let query = Query::compile(PREDICATES[which]).unwrap();
        let budget = QueryBudget::default();
        let truths: Vec<_> = heads(&tenant)
            .into_iter()
            .filter(|(version, _)| range.0 <= version.0 && version.0 <= range.1)
            .map(|(version, value)| (version, query.truth(&value, &budget).holds()))
            .collect();
        let mut spans: Vec<Span> = Vec::new();
        let mut was = false;
        for (version, holds) in &truths {
            match (was, holds) {
                (true, true) => {
                    let span = spans.last_mut().unwrap();
                    (span.to, span.versions) = (*version, span.versions + 1);
                }
                (false, true) => spans.push(Span { from: *version, to: *version, versions: 1 }),
                _ => {}
            }
            was = *holds;
        }
        let condition = FindCondition::Holds(Arc::new(query));
        let course = Course::new(&tenant, Version(range.0)..=Version(range.1));
        let search = FindSearch { course: &course, condition: &condition, budget: &budget };
        for direction in [Direction::Forth, Direction::Back] {
            let mut found = Vec::new();
            let stats = search.spans(direction, |span| {
                found.push(span);
                ControlFlow::Continue(())
            });
            if direction == Direction::Back {
                found.reverse();
            }
            prop_assert_eq!(&found, &spans);
            prop_assert_eq!(stats.versions, truths.len() as u64);
            prop_assert!(stats.evaluated <= stats.versions);
            let first = search.first(direction).0;
            let expected = match direction {
                Direction::Forth => truths.iter().find(|(_, holds)| *holds),
                Direction::Back => truths.iter().rfind(|(_, holds)| *holds),
            };
            prop_assert_eq!(first, expected.map(|(version, _)| *version));
        }
    }

    #[test]
    fn traced_values_are_those_of_each_version(events in events()) {
        let tenant = happened(&events);
        let expressions: Vec<_> = PREDICATES.iter().map(|text| Query::compile(text).unwrap()).collect();
        let (budget, mut rows) = (QueryBudget::default(), Vec::new());
        Trace { course: &course(&tenant), expressions: &expressions, budget: &budget }.rows(|row| {
            rows.push(row);
            ControlFlow::Continue(())
        }).unwrap();
        let heads = heads(&tenant);
        prop_assert_eq!(rows.len(), heads.len());
        for (row, (version, value)) in rows.iter().zip(&heads) {
            prop_assert_eq!(row.version, *version);
            for (found, query) in row.values.iter().zip(&expressions) {
                let expected = query.outputs(value, &budget).map(|mut outputs| outputs.pop().unwrap_or_default());
                prop_assert_eq!(found, &expected, "{} at {}", query.text(), version);
            }
        }
    }

    #[test]
    fn bisecting_finds_the_first_bad_version_in_few_tries(
        versions in 2..300_u64, first in 0..300_u64, skipped in prop::collection::btree_set(0..300_u64, 0..5), check in 0..20_u64,
    ) {
        let tenant = Recording::memory().tenant_or_new(&"shop".into()).unwrap();
        (0..versions).for_each(|n| _ = tenant.record("count", &n).unwrap());
        let (good, bad) = (Version(1), Version(versions));
        let first = Version(2 + first % (versions - 1));
        let mut tried = std::collections::BTreeSet::new();
        let bisection = Bisection::between(&tenant, good, bad).unwrap();
        let bisected = bisection.run(check, |version| {
            assert!(good <= version && version <= bad && tried.insert(version), "{version} again, or outside");
            Ok::<_, ()>(if skipped.contains(&version.0) { BisectVerdict::Skipped } else if version >= first { BisectVerdict::Bad } else { BisectVerdict::Good })
        }).unwrap();
        let found = bisected.found.unwrap();
        prop_assert_eq!(bisected.runs, tried.len() as u64);
        prop_assert!(bisected.contradictions.is_empty());
        prop_assert!(found.first <= first && first <= found.last);
        if skipped.is_empty() {
            prop_assert_eq!((found.first, found.good), (first, Version(first.0 - 1)));
            let limit = u64::from(versions.next_power_of_two().ilog2()) + 1;
            prop_assert!(bisected.runs <= limit + check, "{} tries for {}", bisected.runs, versions);
            prop_assert!(bisected.runs >= check.min(versions), "{} of {} checked", bisected.runs, check);
            // What the answer rests on was tried.
            prop_assert!(tried.contains(&found.first) && tried.contains(&found.good));
        }
    }
}

/// An end is tried where the answer rests on it: what is good everywhere has no first bad version.
#[test]
fn an_end_that_is_not_what_it_was_taken_for_is_no_answer() {
    for versions in [2, 3, 4, 5, 50, 64, 65] {
        let tenant = Recording::memory().tenant_or_new(&"shop".into()).unwrap();
        (0..versions).for_each(|n| _ = tenant.record("count", &n).unwrap());
        let bisection = Bisection::between(&tenant, Version(1), Version(versions)).unwrap();
        for (always, end) in [(BisectVerdict::Good, versions), (BisectVerdict::Bad, 1)] {
            let bisected = bisection.run(9, |_| Ok::<_, ()>(always)).unwrap();
            let told: Vec<_> = bisected.contradictions.iter().map(|told| (told.version.0, told.tried)).collect();
            assert_eq!((bisected.found, told), (None, vec![(end, always)]), "{versions}");
            assert!(bisected.runs <= u64::from(versions.next_power_of_two().ilog2()) + 1, "{versions}: {bisected:?}");
        }
        assert!(bisection.run(0, |_| Ok::<_, ()>(BisectVerdict::Skipped)).unwrap().found.is_some());
    }
}

/// Random cases; more by hand, with `ASOF_QUESTIONS_RUNS`.
pub(super) fn cases() -> u32 {
    std::env::var("ASOF_QUESTIONS_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(96)
}

#[test]
fn a_filter_is_asked_again_only_where_it_reads_something_new() {
    for (filter, evaluated) in [
        (".a | type", 1 + 10),
        (".b | has(\"c\")", 1 + 10),
        (".items[].qty == 5", 1 + 10),
        (".items | map(.qty) | add", 1 + 10),
        (".items | length", 1 + 10),
        ("[.a, .b.c] | add", 1 + 20),
        (".b", 1 + 20),
        (".b | keys", 1 + 20),
        ("if .a > 2 then .b.c else .b.d end", 1 + 30),
        (".x.y.z // .a", 1 + 10),
        (".b | .c, .d", 1 + 20),
        ("{n: .items[0].qty}", 1 + 10),
        (".a == 7", 1 + 10),
        (".b.c == 1", 1 + 10),
        (".b == null", 1 + 20),
        (".items[0].qty > 5", 1 + 10),
        (".items | any(.qty > 5)", 1 + 10),
        (".nothing", 1),
        ("1 == 1", 1),
        (".", 1 + 40),
        (".a > 3 and .b.d < 2", 1 + 20),
    ] {
        let tenant = Recording::memory().tenant_or_new(&"shop".into()).unwrap();
        let start = r#"{"a":-1,"b":{"c":-1,"d":-1},"items":[{"id":"x","qty":-1}]}"#;
        tenant.record("open", &value::parse(start.as_bytes()).unwrap()).unwrap();
        for n in 0..10_i64 {
            for path in [".a", ".b.c", ".b.d", ".items[0].qty"] {
                tenant.apply("set", |draft| draft.set(path, &n)).unwrap();
            }
        }
        let (condition, budget) =
            (FindCondition::Holds(Arc::new(Query::compile(filter).unwrap())), QueryBudget::default());
        let course = course(&tenant);
        let search = FindSearch { course: &course, condition: &condition, budget: &budget };
        for direction in [Direction::Forth, Direction::Back] {
            let stats = search.spans(direction, |_| ControlFlow::Continue(()));
            assert_eq!((stats.versions, stats.evaluated), (41, evaluated), "{filter}");
        }
    }
}

#[test]
fn a_course_ends_where_it_is_stopped() {
    let tenant = Recording::memory().tenant_or_new(&"shop".into()).unwrap();
    (0..100_u64).for_each(|n| _ = tenant.record("count", &n).unwrap());
    let flag = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let course = course(&tenant).stopped_by(&flag);
    let walks: [Box<dyn Iterator<Item = Version>>; 2] = [Box::new(course.forward()), Box::new(course.backward())];
    for mut walk in walks {
        flag.store(false, std::sync::atomic::Ordering::Relaxed);
        assert_eq!((walk.next().is_some(), walk.next().is_some()), (true, true));
        flag.store(true, std::sync::atomic::Ordering::Relaxed);
        assert_eq!((walk.next(), course.is_stopped()), (None, true));
    }
}

#[test]
fn what_a_rollback_brought_back_is_blamed_on_who_wrote_it_first() {
    let tenant = Recording::memory().tenant_or_new(&"shop".into()).unwrap();
    for (label, state) in [("one", r#"{"a":1,"b":1}"#), ("two", r#"{"a":2,"b":1}"#), ("three", r#"{"a":3,"b":1}"#)] {
        tenant.by(label).record(label, &value::parse(state.as_bytes()).unwrap()).unwrap();
    }
    tenant.rollback(&Strategy::Version(Version(1)), "bad").unwrap();
    tenant.record("five", &value::parse(br#"{"a":1,"b":5}"#).unwrap()).unwrap();
    let leaves = blame(&tenant, tenant.head(), &Path::default(), &DiffRules::default()).unwrap();
    let told: Vec<_> = leaves.iter().map(|leaf| (leaf.path.to_string(), leaf.version, leaf.brought_back_by)).collect();
    assert_eq!(
        told,
        [(".a".to_owned(), Some(Version(1)), Some(Version(4))), (".b".to_owned(), Some(Version(5)), None)]
    );
}

#[test]
fn a_contradiction_is_found_by_checking_more() {
    let tenant = Recording::memory().tenant_or_new(&"shop".into()).unwrap();
    (0..100_u64).for_each(|n| _ = tenant.record("count", &n).unwrap());
    let bisection = Bisection::between(&tenant, Version(1), Version(100)).unwrap();
    // Bad for a while, good again, bad at the end.
    let is_bad = |version: Version| (20..40).contains(&version.0) || version.0 >= 80;
    let run = |check| {
        let tried = |version| Ok::<_, ()>(if is_bad(version) { BisectVerdict::Bad } else { BisectVerdict::Good });
        bisection.run(check, tried).unwrap()
    };
    let first = |bisected: &Bisected| bisected.found.map(|found| found.first);
    assert_eq!((first(&run(0)), run(0).contradictions.len()), (Some(Version(80)), 0));
    let checked = run(20);
    assert_eq!(first(&checked), Some(Version(80)));
    assert!(!checked.contradictions.is_empty());
    assert!(
        checked
            .contradictions
            .iter()
            .all(|found| (20..40).contains(&found.version.0) && found.tried == BisectVerdict::Bad)
    );
}

/// Changes inside of strings are what comparing the opened values of every version says.
#[test]
fn changes_inside_of_strings_are_those_of_opened_values() {
    use crate::diff::opened;
    let held = |n: usize| format!(r#"{{"a": {}, "b": {{"c": "[{}]"}}}}"#, n / 3, n / 4);
    let spaced = |n: usize| format!(r#"{{ "b":{{"c":"[ {} ]"}},"a":{} }}"#, n / 4, n / 3);
    let state = |n: usize| match n {
        9 => "{}".to_owned(),
        10 => r#"{"s":"text"}"#.to_owned(),
        _ => format!(r#"{{"s":{}}}"#, Value::from(&*if n.is_multiple_of(2) { held(n) } else { spaced(n) }).to_json()),
    };
    let recording = crate::recording::Recording::memory();
    let tenant = recording.tenant_or_new(&"t".into()).unwrap();
    let states: Vec<Value> = (0..20).map(|n| crate::value::parse(state(n).as_bytes()).unwrap()).collect();
    states.iter().for_each(|state| _ = tenant.record("", state).unwrap());
    let count = states.len() as u64;
    for text in [".s", ".s.a", ".s.b", ".s.b.c", ".s.b.c[0]", ".s.gone"] {
        let path = crate::value::Path::parse(text, &Value::Null).unwrap();
        let part = |n: usize| opened(&states[n]).at(&path).cloned();
        let mut expected: Vec<u64> =
            (1..states.len()).filter(|n| part(*n) != part(n - 1)).map(|n| n as u64 + 1).collect();
        expected.splice(0..0, part(0).map(|_| 1));
        let course = Course::new(&tenant, crate::record::Version(1)..=crate::record::Version(count));
        let place = EmbeddedPath::new(&states[states.len() - 1], &path);
        let mut found = Vec::new();
        embedded_changes_of(&course, &place, &DiffRules::default(), |change| {
            found.insert(0, change.version.0);
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(found, expected, "{text}");
    }
}
