//! Random histories with every kind of record, against comparing the values of each two versions in a row.

#[cfg(feature = "query")]
mod parts;
mod random;

use super::column::LeftValue;
use super::find::IndexedPath;
use super::left::LeftAt;
use super::*;
use crate::dice::Dice;
use crate::diff::ArrayKey;
use crate::history::Budget;
use crate::patch::{Op, Patch};
use crate::record::{Body, Entry, NewSnapshot, Record, SnapshotId, SnapshotKind, StateChange};
use crate::value::{Pointer, Step, Text, parse};
use crate::{Error, Result};
use random::{IndexedLog, happen};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How long the paths of arrays are that have a field to be known by.
const DEEPEST: usize = 5;

/// A step as the brute force sees it: a key, or the text of an element's id, numbers in one spelling.
type Place = Vec<String>;

/// Whether [`keys`] chooses fields below that step: a patch may make keys of other names.
fn is_known(step: &str) -> bool {
    step.starts_with('[') || [".list", ".a", ".b", ".", ".v", ".id"].contains(&step)
}

/// Every place in a value with its value, containers too.
fn places(value: &Value, at: &mut Place, is_keyed: bool, found: &mut BTreeMap<Place, Value>) {
    found.insert(at.clone(), value.clone());
    let mut children: Vec<(String, &Value, bool)> = Vec::new();
    match value {
        Value::Object(object) => {
            children.extend(object.iter().map(|(key, value)| {
                (format!(".{key}"), value, key == "list" && at.len() < DEEPEST && at.iter().all(|step| is_known(step)))
            }));
        }
        Value::Array(array) if is_keyed => {
            let id = |element: &Value| {
                let text = element.as_object()?.get("id")?.to_json();
                let number = text.parse::<f64>().ok().map(|number| format!("[{number}]"));
                number.or_else(|| text.starts_with('"').then(|| format!("[{text}]")))
            };
            let ids: Vec<Option<String>> = array.iter().map(id).collect();
            for (element, id) in array.iter().zip(&ids) {
                if let Some(name) = id.clone().filter(|_| ids.iter().filter(|other| *other == id).count() == 1) {
                    children.push((name, element, false));
                }
            }
        }
        _ => {}
    }
    for (name, value, is_keyed) in children {
        at.push(name);
        places(value, at, is_keyed, found);
        at.pop();
    }
}

/// The keys of the lists of the values above, as far down as they are looked for.
fn keys() -> DiffRules {
    let mut keys = DiffRules::default();
    let steps: Vec<Step> =
        [Step::Key("list".into()), Step::Key("a".into()), Step::Key("b".into()), Step::Key("".into())]
            .into_iter()
            .chain([Step::Key("v".into()), Step::Key("id".into()), Step::Index(0)])
            .collect();
    let mut level = vec![Vec::<Step>::new()];
    for _ in 0..DEEPEST {
        let next: Vec<Vec<Step>> = level
            .iter()
            .flat_map(|path| steps.iter().map(|step| path.iter().cloned().chain([step.clone()]).collect()))
            .collect();
        for path in next.iter().filter(|path| path.last() == steps.first()) {
            keys.choose(path, Some(ArrayKey::Field("id".into())));
        }
        level = next.into_iter().filter(|path: &Vec<Step>| path.len() < DEEPEST).collect();
    }
    keys
}

/// The place as a path into a value that has it.
fn path_of(place: &[String], value: &Value) -> Path {
    let (mut path, mut here) = (Path::default(), value.clone());
    for name in place {
        let step = match (&here, name.strip_prefix('.')) {
            (Value::Array(array), None) => {
                let is_it = |element: &Value| {
                    let text = element.as_object().and_then(|object| object.get("id")).map(Value::to_json);
                    text.is_some_and(|text| match text.parse::<f64>() {
                        Ok(number) => *name == format!("[{number}]"),
                        Err(_) => *name == format!("[{text}]"),
                    })
                };
                Step::Index(array.iter().position(is_it).unwrap())
            }
            (_, key) => Step::Key(key.unwrap().into()),
        };
        here = here.child(&step).unwrap().clone();
        path.0.push(step);
    }
    path
}

/// Each place that any version has, with a version that has it, and the versions that touched it: those whose value there is
/// not written as in what their branch had before, or where that is not known.
fn brute_force(log: &IndexedLog) -> (BTreeMap<Place, (Value, Vec<Version>)>, Values) {
    let mut all: BTreeMap<Place, (Value, Vec<Version>)> = BTreeMap::new();
    let listed = || {
        std::iter::successors(log.history.timeline().listed_after(before_all(log)), |v| {
            log.history.timeline().listed_after(*v)
        })
    };
    let mut places_of = Values::new();
    for version in (0..=log.history.newest().0).map(Version) {
        let Some(value) = log.value(version) else { continue };
        let mut now = BTreeMap::new();
        places(&value, &mut Vec::new(), false, &mut now);
        for place in now.keys() {
            all.entry(place.clone()).or_insert_with(|| (value.clone(), Vec::new()));
        }
        places_of.insert(version, now);
    }
    let nothing = BTreeMap::new();
    for version in listed() {
        let before = log.history.lineage().seen_before(version).unwrap();
        let before = if before.0 == 0 { Some(&nothing) } else { places_of.get(&before) };
        for (place, (_, touched)) in &mut all {
            let sides = before.zip(places_of.get(&version));
            let is_touched = sides.is_none_or(|(before, now)| match (before.get(place), now.get(place)) {
                (Some(before), Some(now)) => !before.identical(now),
                (before, now) => before.is_some() != now.is_some(),
            });
            if is_touched {
                touched.push(version);
            }
        }
    }
    (all, places_of)
}

/// By version, what is at each place.
type Values = BTreeMap<Version, BTreeMap<Place, Value>>;

/// What is told without the log is what is there at the version that touched the place last; how often it is told.
fn check_left(index: &PathIndex, path: &IndexedPath, (place, values): (&Place, &Values), dice: &mut Dice) -> usize {
    let mut forward = LeftAt::new(index, path.clone());
    let check = |left: Option<(Version, LeftValue)>, version: Version| {
        assert_eq!(left.as_ref().map(|(last, _)| *last), index.last_up_to(path, version), "{place:?} at {version}");
        let Some((last, left)) = left else { return 0 };
        let there = || values[&last].get(place);
        match left {
            LeftValue::Untold => return 0,
            LeftValue::Nothing => assert_eq!(there(), None, "{place:?} left by {last}"),
            LeftValue::Scalar(value) => {
                assert!(there().unwrap().identical(&value), "{place:?} left by {last}: {value:?}");
            }
        }
        1
    };
    let mut told = values.keys().map(|version| check(forward.at(*version), *version)).sum();
    for _ in 0..4 {
        let version = Version(dice.below(values.len() as u64 + 2));
        told += check(forward.at(version), version);
    }
    told
}

fn before_all(log: &IndexedLog) -> Version {
    Version(log.history.first().0 - 1)
}

fn check((index, keys): (&PathIndex, &DiffRules), log: &IndexedLog, dice: &mut Dice, seed: u64) -> usize {
    let newest = log.history.newest();
    let (all_places, values) = brute_force(log);
    let mut told = 0;
    for (place, (value, expected)) in all_places {
        let path = index.find(&path_of(&place, &value), &value, keys);
        assert!(path.is_exact(newest), "{place:?} of model {seed}");
        let all = Version(0)..=newest;
        assert_eq!(index.forward(&path, &all).collect::<Vec<_>>(), expected, "{place:?} of model {seed}");
        assert_eq!(index.count(&path), expected.len());
        let (a, b) = (Version(dice.below(newest.0 + 2)), Version(dice.below(newest.0 + 2)));
        let within: Vec<Version> = expected.iter().copied().filter(|version| (a..=b).contains(version)).collect();
        assert_eq!(index.forward(&path, &(a..=b)).collect::<Vec<_>>(), within);
        assert_eq!(index.backward(&path, &(a..=b)).collect::<Vec<_>>(), within.into_iter().rev().collect::<Vec<_>>());
        let up_to = expected.iter().copied().rfind(|version| *version <= a);
        assert_eq!(index.last_up_to(&path, a), up_to, "{place:?} up to {a} of model {seed}");
        let from = expected.iter().copied().find(|version| *version >= a);
        assert_eq!(index.first_from(&path, a), from, "{place:?} from {a} of model {seed}");
        told += check_left(index, &path, (&place, &values), dice);
    }
    told
}

/// What each growing branch went through: the listed versions that it made.
fn check_courses(log: &IndexedLog, dice: &mut Dice) {
    let newest = log.history.newest();
    let listed = || {
        std::iter::successors(log.history.timeline().listed_after(before_all(log)), |v| {
            log.history.timeline().listed_after(*v)
        })
    };
    for branch in log.history.branches().into_iter().filter(|branch| branch.kept_by.is_none()) {
        let (a, b) = (dice.below(newest.0 + 2), dice.below(newest.0 + 2));
        let expected = listed().filter(|version| log.history.lineage().made_by(*version) == branch.name);
        let expected: Vec<u64> =
            expected.map(|version| version.0).filter(|version| (a..=b).contains(version)).collect();
        let found = log.history.course(Some(&branch.name), Version(a)..=Version(b));
        assert_eq!(found.into_iter().flatten().collect::<Vec<_>>(), expected, "{} from {a} to {b}", branch.name);
    }
}

fn extend(index: &mut PathIndex, log: &IndexedLog, dice: &mut Dice) {
    while !index.extend_to(log.history.newest(), &log.history, &log.records, 1 + dice.index(9)).unwrap() {}
    if dice.below(3) == 0 {
        let bytes = index.store();
        *index = PathIndex::restore(index.kept().clone(), bytes.clone(), log.history.newest()).unwrap();
        assert_eq!(index.store().len(), bytes.len());
    }
}

/// Answers how often a value was told without the log.
fn model(seed: u64, keys: &DiffRules) -> usize {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let budget = [0, 20_000, u64::MAX][dice.index(3)];
    let (mut log, mut index) = (IndexedLog::within(budget), PathIndex::new(keys.clone()));
    for n in 0..60 {
        happen(&mut log, &mut dice);
        if n % 20 == 7 {
            extend(&mut index, &log, &mut dice);
            _ = check((&index, keys), &log, &mut dice, seed);
            check_courses(&log, &mut dice);
        }
        if n == 40 && dice.below(3) == 0 {
            log = log.compacted(budget);
        }
    }
    extend(&mut index, &log, &mut dice);
    check((&index, keys), &log, &mut dice, seed)
}

/// `ASOF_INDEX_RUNS=1000` runs more; a failure names its model.
#[test]
fn each_path_was_touched_by_the_versions_whose_values_differ_there() {
    let runs = std::env::var("ASOF_INDEX_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(60);
    let keys = keys();
    let told: usize = (1..=runs).map(|seed| model(seed, &keys)).sum();
    assert!(told > 20 * runs as usize, "{told} values told in {runs} models");
}

/// Beneath the checksums: bytes that are others are refused, or what they say is answered.
#[test]
fn every_flipped_byte_of_an_index_is_refused_or_answers_something() {
    let states = [
        r#"{"a":1,"l":[{"id":1,"n":1},{"id":2,"n":0.5}],"p":[1]}"#,
        r#"{"a":2,"l":[{"id":2,"n":"x"},{"id":1,"n":1}],"p":[1,2]}"#,
        r#"{"a":null,"l":[{"id":2,"n":"y"}],"b":{"c":true}}"#,
        r#"{"a":-70000,"l":[],"b":{"c":false}}"#,
    ];
    let (mut log, index) = indexed(&states, keys());
    let bytes = index.store();
    log.push(None, Body::Transition { label: Text::new(), change: StateChange::Deleted });
    let value = log.value(Version(1)).unwrap();
    let paths = [".a", ".l[0].n", ".l", ".p[0]", ".b.c", ".b", "."].map(|path| Path::parse(path, &value).unwrap());
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        let Some(mut other) = PathIndex::restore(keys(), flipped, log.history.newest()) else { continue };
        for path in &paths {
            let found = other.find(path, &value, &keys());
            let all = Version(0)..=Version(u64::MAX);
            let _ = (other.forward(&found, &all).take(50).count(), other.backward(&found, &all).take(50).count());
            let _ = (other.last_up_to(&found, Version(3)), other.first_from(&found, Version(2)), other.count(&found));
            let mut left = LeftAt::new(&other, found);
            (0..6).for_each(|version| drop(left.at(Version(version))));
        }
        if other.continues(&log.history) {
            let _ = other.extend_to(log.history.newest(), &log.history, &log.records, usize::MAX);
        }
    }
}

fn indexed(states: &[&str], keys: DiffRules) -> (IndexedLog, PathIndex) {
    let (mut log, mut index) = (IndexedLog::within(u64::MAX), PathIndex::new(keys));
    for state in states {
        let change = StateChange::State(parse(state.as_bytes()).unwrap());
        log.push(None, Body::Transition { label: Text::new(), change });
    }
    index.extend_to(log.history.newest(), &log.history, &log.records, usize::MAX).unwrap();
    (log, index)
}

fn touched(index: &PathIndex, log: &IndexedLog, path: &str) -> (bool, Vec<u64>) {
    let value = log.history.head_value();
    let keys = DiffRules::default().on(index.kept(), index.settled());
    let found = index.find(&Path::parse(path, value).unwrap(), value, &keys);
    let versions = index.forward(&found, &(Version(0)..=log.history.newest())).map(|version| version.0);
    (found.is_exact(Version(1)), versions.collect())
}

#[test]
fn elements_are_followed_by_their_field_and_by_their_array_without_one() {
    let states = [
        r#"{"cart":[{"id":1,"n":1},{"id":2,"n":1}],"text":["a"]}"#,
        r#"{"cart":[{"id":2,"n":1},{"id":1,"n":1}],"text":["a"]}"#,
        r#"{"cart":[{"id":3,"n":1},{"id":2.0,"n":7},{"id":1,"n":1}],"text":["a","b"]}"#,
    ];
    let (log, index) = indexed(&states, DiffRules::default());
    for (path, expected) in [
        (".", (true, vec![1, 2, 3])),
        (".cart", (true, vec![1, 2, 3])),
        (".cart[0]", (true, vec![3])),
        (".cart[1].n", (true, vec![1, 3])),
        (".cart[1].id", (true, vec![1, 3])),
        (".cart[2]", (true, vec![1])),
        (".cart[9]", (false, vec![1, 2, 3])),
        (".text[1]", (false, vec![1, 3])),
        (".nothing", (true, vec![])),
    ] {
        assert_eq!(touched(&index, &log, path), expected, "{path}");
    }
    let mut by_content = DiffRules::default();
    by_content.choose(&[Step::Key("cart".into())], Some(ArrayKey::Content));
    let (log, index) = indexed(&states, by_content);
    assert_eq!(touched(&index, &log, ".cart[1].n"), (false, vec![1, 2, 3]));
}

/// Where a question matches the elements of an array by something else, the array answers for them.
#[test]
fn other_choices_than_those_indexed_are_answered_by_the_array() {
    let states = [r#"{"cart":[{"id":1,"n":1},{"id":2,"n":1}]}"#, r#"{"cart":[{"id":1,"n":1},{"id":2,"n":2}]}"#];
    let (log, index) = indexed(&states, DiffRules::default());
    let path = Path::parse(".cart[0].n", log.history.head_value()).unwrap();
    for (choice, expected) in
        [(None, 1), (Some(ArrayKey::Field("n".into())), 2), (Some(ArrayKey::Index), 2), (Some(ArrayKey::Content), 2)]
    {
        let mut chosen = DiffRules::default();
        chosen.choose(&path.0[..1], choice.clone());
        let keys = chosen.on(index.kept(), index.settled());
        let found = index.find(&path, log.history.head_value(), &keys);
        assert_eq!(index.count(&found), expected, "{choice:?}");
        assert_eq!(found.is_exact(Version(2)), choice.is_none());
    }
}

/// Before a version with two elements tells what names them, the array answers.
#[test]
fn elements_are_followed_from_the_version_on_that_settles_their_field() {
    let states = [
        r#"{"l":[{"id":1,"n":1}],"o":[{"id":7,"l":[{"key":1}]}]}"#,
        r#"{"l":[{"id":1,"n":2}],"o":[{"id":7,"l":[{"key":2}]}]}"#,
        r#"{"l":[{"id":2,"n":0},{"id":1,"n":2}],"o":[{"id":7,"l":[{"key":2},{"key":3}]}]}"#,
        r#"{"l":[{"id":2,"n":5},{"id":1,"n":2}],"o":[{"id":7,"l":[{"key":2},{"key":3}]},{"id":8}]}"#,
        r#"{"l":[{"id":2,"n":5},{"id":1,"n":3}],"o":[{"id":7,"l":[{"key":2,"x":1},{"key":3}]},{"id":8}]}"#,
    ];
    let (log, index) = indexed(&states, DiffRules::default());
    for (path, expected) in [
        (".l[1].n", (false, vec![1, 2, 5])),
        (".l[0].n", (false, vec![1, 2, 3, 4])),
        // The outer array names its elements from the fourth version on.
        (".o[0].l[1].key", (false, vec![1, 2, 3])),
        (".o[0].l[0]", (false, vec![1, 2, 3, 5])),
    ] {
        assert_eq!(touched(&index, &log, path), expected, "{path}");
    }
}

#[test]
fn another_history_is_indexed_anew() {
    let (_, mut index) = indexed(&[r#"{"a":1}"#, r#"{"a":2}"#, r#"{"a":3}"#], DiffRules::default());
    let (log, _) = indexed(&[r#"{"b":1}"#, r#"{"b":2}"#], DiffRules::default());
    index.extend_to(log.history.newest(), &log.history, &log.records, usize::MAX).unwrap();
    assert_eq!(touched(&index, &log, ".a"), (true, vec![]));
    assert_eq!(touched(&index, &log, ".b"), (true, vec![1, 2]));
}

#[test]
fn a_run_of_missing_versions_costs_one() {
    let (mut log, mut index) = indexed(&[r#"{"a":1}"#], DiffRules::default());
    (0..1_000).for_each(|_| log.lose());
    let change = StateChange::State(parse(br#"{"a":2}"#).unwrap());
    log.push(None, Body::Transition { label: Text::new(), change });
    assert!(index.extend_to(log.history.newest(), &log.history, &log.records, 3).unwrap());
    assert_eq!(touched(&index, &log, ".a"), (true, vec![1, log.history.newest().0]));
}

/// What is said of a filter's reads is what comparing them says.
#[cfg(feature = "query")]
#[test]
fn versions_that_touch_what_a_filter_reads_are_those_where_it_differs() {
    let states = [
        r#"{"a":{"b":1},"c":[1],"d":1}"#,
        r#"{"a":{"b":1,"x":0},"c":[1,2],"d":1}"#,
        r#"{"a":{"b":1.0},"c":[1,2],"d":1}"#,
        r#"{"a":7,"c":[1,2],"d":1}"#,
        r#"{"a":8,"c":[1,2],"d":2}"#,
        r#"{"a":[1],"c":[1,2],"d":2}"#,
        r#"{"a":[2],"c":[1,2],"d":2}"#,
        r#"{"c":[1,2],"d":2}"#,
        r#"{"a":{},"c":[3,2],"d":2}"#,
        "5",
    ];
    let (log, index) = indexed(&states, DiffRules::default());
    let all = Version(0)..=log.history.newest();
    for (filter, expected, is_exact) in [
        (".a.b", vec![1, 3, 4, 5, 6, 7, 8, 9, 10], true),
        (".d == 1", vec![1, 5, 10], true),
        (".c[1]", vec![1, 2, 9, 10], false),
        ("1", vec![], true),
        (".", (1..=10).collect(), true),
        (".nothing.at.all", vec![1, 10], true),
    ] {
        let query = crate::query::Query::compile(filter).unwrap();
        let reads = index.reads(query.reads());
        let found: Vec<u64> = reads.forward(&all).map(|version| version.0).collect();
        assert_eq!((&found, reads.is_exact()), (&expected, is_exact), "{filter}");
        let back: Vec<u64> = reads.backward(&all).map(|version| version.0).collect();
        assert_eq!(back, expected.into_iter().rev().collect::<Vec<_>>(), "{filter}");
    }
}
