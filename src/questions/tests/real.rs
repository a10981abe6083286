//! Real histories, with rollbacks, moves in arrays and a fork put in: answers from the index are those of the plain walk.

use super::super::*;
use super::leaves;
use super::plain::{self, Change};
use crate::dice::Dice;
use crate::diff::DiffRules;
use crate::history::Strategy;
use crate::query::{Query, QueryBudget};
use crate::record::Version;
use crate::recording::{Recording, Tenant};
use crate::value::{Path, Step, Value, parse};
use std::ops::ControlFlow;
use std::sync::Arc;

/// A recording of the states of a file, in which somebody goes back at times, moves elements, and works on a fork.
fn recorded(name: &str, most: usize, dice: &mut Dice) -> Tenant {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/git-histories").join(name);
    let text = zstd::decode_all(std::fs::read(&path).unwrap().as_slice()).unwrap();
    let tenant = Recording::memory().with_budget(crate::Budget::new(4 << 20)).tenant_or_new(&"real".into()).unwrap();
    let state = |line: &[u8]| parse(line).unwrap().at(&Path(vec![Step::Key("state".into())])).cloned();
    let states = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).filter_map(state);
    for (n, state) in states.take(most).enumerate() {
        tenant.set("state", state).unwrap();
        let newest = tenant.history().newest().0;
        match dice.index(40) {
            0 => drop(tenant.rollback(&Strategy::Version(Version(1 + dice.index(newest as usize) as u64)), "back")),
            1 => drop(tenant.undo()),
            2 => _ = tenant.set("moved", moved(&tenant.value(), dice)),
            3 if n > 50 => {
                tenant.snapshot(&crate::SnapshotRequest::named(&format!("s{n}"))).unwrap();
                tenant.variant(&format!("v{n}"), &format!("s{n}")).unwrap();
                let fork = tenant.on(&format!("v{n}")).unwrap();
                let other = tenant.value_at(Version(1 + dice.index(newest as usize) as u64)).unwrap();
                fork.set("elsewhere", other).unwrap();
            }
            _ => {}
        }
    }
    tenant
}

/// The value with two elements of each of its first arrays exchanged.
fn moved(value: &Value, dice: &mut Dice) -> Value {
    match value {
        Value::Array(array) => {
            let mut all: Vec<Value> = array.iter().cloned().collect();
            let (a, b) = (dice.index(all.len()), dice.index(all.len()));
            if !all.is_empty() {
                all.swap(a, b);
            }
            Value::Array(all.into_iter().collect())
        }
        Value::Object(object) => {
            Value::Object(object.iter().map(|(key, inner)| (key.clone(), moved(inner, dice))).collect())
        }
        other => other.clone(),
    }
}

fn part(value: &Value, dice: &mut Dice) -> Path {
    let mut all = Vec::new();
    leaves(value, &Path::default(), &mut all);
    let mut path = all.swap_remove(dice.index(all.len()));
    path.0.truncate(path.0.len().saturating_sub([0, 0, 0, 1, 2][dice.index(5)]));
    path
}

fn found(nearest: Nearest) -> Option<Change> {
    match nearest {
        Nearest::Changed(change) => Some((change.version, change.old, change.new)),
        _ => None,
    }
}

fn check_pair(tenant: &Tenant, dice: &mut Dice) {
    let newest = tenant.history().newest().0;
    let version = Version(1 + dice.index(newest as usize) as u64);
    let value = tenant.value_at(version).unwrap();
    let path = part(&value, dice);
    let keys = DiffRules::default();
    let names = format!("{path} at {version}");
    let part = tenant.part_at(version, &path).unwrap();
    assert_eq!(part.map(|part| part.to_json()), value.at(&path).map(Value::to_json), "{names}");
    for (way, of) in [
        (TimeDirection::Back, Aspect::Value),
        (TimeDirection::Forward, Aspect::Value),
        (TimeDirection::Back, Aspect::Presence),
        (TimeDirection::Forward, Aspect::Presence),
    ] {
        let nearest = change_near(tenant, (&path, &keys), version, (way, of), &|| false).unwrap();
        assert_eq!(found(nearest), plain::nearest(tenant, &path, version, (way, of)), "{way:?} {of:?} of {names}");
    }
    let branch = tenant.history().lineage().made_by(version).to_owned();
    let on = tenant.on(&branch).unwrap();
    let course = Course::new(&on, Version(newest / 3)..=version);
    if course.last().is_some() {
        let mut changes = Vec::new();
        let each = |change: PathChange| {
            changes.push((change.version, change.old, change.new));
            ControlFlow::Continue(())
        };
        changes_of(&course, &path, &keys, each).unwrap();
        assert_eq!(changes, plain::changes(&course, &path), "changes of {names}");
    }
    let parts = blame_of(tenant, version, std::slice::from_ref(&path), &keys, &|| false).unwrap().unwrap();
    let (writer, brought_back_by) = plain::blame(tenant, version, &path);
    assert_eq!(parts[0].version, writer, "writer of {names}");
    if plain::is_named(tenant, version, &path) {
        assert_eq!(parts[0].brought_back_by, brought_back_by, "return of {names}");
    }
}

/// A predicate about a part that some version has.
fn predicate(tenant: &Tenant, dice: &mut Dice) -> String {
    let value = tenant.value_at(Version(1 + dice.index(tenant.history().newest().0 as usize) as u64)).unwrap();
    let path = part(&value, dice);
    let step = |step: &Step| match step {
        Step::Key(key) => format!("[{}]", Value::String(key.clone()).to_json()),
        Step::Index(at) => format!("[{at}]"),
    };
    let way: String = std::iter::once(".".to_owned()).chain(path.0.iter().map(step)).collect();
    let json = value.at(&path).unwrap().to_json();
    let up: String =
        std::iter::once(".".to_owned()).chain(path.0[..path.0.len().saturating_sub(1)].iter().map(step)).collect();
    match dice.index(6) {
        0 if json.len() < 200 => format!("{way} == {json}"),
        1 => format!("{way} != null"),
        2 => format!("{way} | length > 3"),
        3 => format!("[{up}[]?] | length > 2"),
        4 if json.len() < 200 => format!("{up} | any(. == {json})"),
        _ => format!("{way} | type == \"string\""),
    }
}

fn check_predicate(tenant: &Tenant, dice: &mut Dice) {
    let text = predicate(tenant, dice);
    let query = Query::compile(&text).unwrap_or_else(|wrong| panic!("{text}: {wrong}"));
    let newest = tenant.history().newest().0 as usize;
    let (a, b) = (Version(dice.index(newest) as u64), Version(dice.index(newest) as u64));
    let course = Course::new(tenant, a.min(b)..=a.max(b));
    let budget = QueryBudget::default();
    let truths =
        course.forward().map(|version| (version, query.truth(&tenant.value_at(version).unwrap(), &budget).holds()));
    let truths: Vec<_> = truths.collect();
    let mut spans: Vec<Span> = Vec::new();
    for (at, (version, _)) in truths.iter().enumerate().filter(|(_, (_, holds))| *holds) {
        match spans.last_mut().filter(|_| at > 0 && truths[at - 1].1) {
            Some(span) => (span.to, span.versions) = (*version, span.versions + 1),
            None => spans.push(Span { from: *version, to: *version, versions: 1 }),
        }
    }
    let condition = FindCondition::Holds(Arc::new(query));
    let search = FindSearch { course: &course, condition: &condition, budget: &budget };
    let all = |direction| {
        let mut found = Vec::new();
        let stats = search.spans(direction, |span| {
            found.push(span);
            ControlFlow::Continue(())
        });
        assert_eq!(stats.versions, truths.len() as u64, "{text}");
        assert!(stats.evaluated <= stats.versions, "{text}");
        found
    };
    assert_eq!(all(Direction::Forth), spans, "{text}");
    assert_eq!(all(Direction::Back).into_iter().rev().collect::<Vec<_>>(), spans, "{text}");
    assert_eq!(search.first(Direction::Forth).0, spans.first().map(|span| span.from), "{text}");
    assert_eq!(search.first(Direction::Back).0, spans.last().map(|span| span.to), "{text}");
}

/// `ASOF_QUESTIONS_RUNS=340` makes a thousand pairs and two hundred predicates of it.
#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn answers_about_real_histories_are_those_of_the_plain_walk() {
    let runs = super::cases();
    let histories = [("scoop-mise", 400), ("nur-repos", 700), ("android-override", 500), ("catalog", 200)];
    for (seed, (name, most)) in histories.into_iter().enumerate() {
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15 + seed as u64);
        let tenant = recorded(&format!("{name}.jsonl.zst"), most, &mut dice);
        (0..runs).for_each(|_| check_pair(&tenant, &mut dice));
        (0..runs.div_ceil(5)).for_each(|_| check_predicate(&tenant, &mut dice));
    }
}
