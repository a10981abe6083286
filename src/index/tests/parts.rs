//! Parts made of the records that touched them alone, against whole values.

use super::*;
use crate::value::Value;

/// The keys that lead through objects to each part of a value, containers too.
fn parts(value: &Value, at: &mut Vec<Text>, found: &mut BTreeSet<Vec<Text>>) {
    let Some(object) = value.as_object() else { return };
    for (key, inner) in object.iter() {
        at.push(key.clone());
        found.insert(at.clone());
        parts(inner, at, found);
        at.pop();
    }
}

fn below<'v>(value: &'v Value, keys: &[Text]) -> Option<&'v Value> {
    keys.iter().try_fold(value, |here, key| here.as_object()?.get(key))
}

/// Each part that any version has, at each version; answers how many were told, and how many were asked for.
fn check_parts(index: &PathIndex, log: &IndexedLog, name: &str) -> (usize, usize) {
    let versions = (0..=log.history.newest().0).map(Version);
    let values: Vec<_> = versions.filter_map(|version| Some((version, log.value(version)?))).collect();
    let mut all = BTreeSet::from([vec!["nothing".into()], vec!["a".into(), "0".into()]]);
    values.iter().for_each(|(_, value)| parts(value, &mut Vec::new(), &mut all));
    let (mut told, mut asked) = (0, 0);
    for (version, value) in values.iter().filter(|(version, _)| version.0 > 0) {
        for keys in &all {
            asked += 1;
            let Some(part) = index.part(keys, *version, (&log.history, &log.records)) else { continue };
            let expected = below(value, keys);
            let same = match (&part, expected) {
                (Some(part), Some(expected)) => part.identical(expected),
                (part, expected) => part.is_none() && expected.is_none(),
            };
            assert!(same, "{keys:?} at {version} of {name}: {part:?}, not {expected:?}");
            told += 1;
        }
    }
    (told, asked)
}

/// `ASOF_INDEX_RUNS=1000` runs more; a failure names its model.
#[test]
fn a_part_replayed_by_itself_is_the_part_of_the_whole_value() {
    let runs: u64 = std::env::var("ASOF_INDEX_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(60);
    let (mut told, mut asked) = (0, 0);
    for seed in 1..=runs {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let (mut log, mut index) = (IndexedLog::within([0, 0, 2_000][dice.index(3)]), PathIndex::new(keys()));
        (0..50).for_each(|_| happen(&mut log, &mut dice));
        extend(&mut index, &log, &mut dice);
        let of_all = check_parts(&index, &log, &format!("model {seed}"));
        // Where records are missing, nothing is told.
        if log.history.doubts().is_none() {
            (told, asked) = (told + of_all.0, asked + of_all.1);
        }
    }
    assert!(told * 10 > asked * 9, "{told} of {asked} parts told");
}

/// Each kind of operation, on the part, round it, below it and beside it.
#[test]
fn every_kind_of_operation_leaves_in_a_part_what_it_leaves_there_in_the_whole() {
    let patches = [
        r#"[{"op":"add","path":"/o/l/-","value":3}]"#,
        r#"[{"op":"add","path":"/o/l/0","value":{"k":1}},{"op":"remove","path":"/o/l/2"}]"#,
        r#"[{"op":"move","from":"/o/l/0","path":"/o/l/1"}]"#,
        r#"[{"op":"copy","from":"/o/l/1","path":"/o/x"},{"op":"test","path":"/o/x","value":{"k":1}}]"#,
        r#"[{"op":"move","from":"/o/x","path":"/p/x"}]"#,
        r#"[{"op":"replace","path":"/o","value":{"l":[7],"d":{"e":1}}}]"#,
        r#"[{"op":"add","path":"/o/d/f","value":null},{"op":"add","path":"/o/d/","value":"empty"}]"#,
        r#"[{"op":"remove","path":"/o/d/e"}]"#,
        r#"[{"op":"move","from":"/o","path":"/q"}]"#,
        r#"[{"op":"add","path":"","value":{"o":{"0":{"1":2}}}}]"#,
        r#"[{"op":"replace","path":"/o/0/1","value":[]},{"op":"add","path":"/o/0/1/0","value":5}]"#,
        r#"[{"op":"replace","path":"/o/0","value":[]},{"op":"add","path":"/o/0/0","value":5}]"#,
        r#"[{"op":"remove","path":""}]"#,
    ];
    let (mut log, mut index) = (IndexedLog::within(0), PathIndex::new(DiffRules::default()));
    let change = |change| Body::Transition { label: Text::new(), change };
    log.push(None, change(StateChange::State(parse(br#"{"o":{"l":[1,2]},"p":{}}"#).unwrap())));
    for patch in patches {
        let patch = Patch::from_value(&parse(patch.as_bytes()).unwrap()).unwrap();
        log.push(None, change(StateChange::Patch(patch)));
    }
    assert_eq!(log.history.newest(), Version(patches.len() as u64 + 1));
    index.extend_to(log.history.newest(), &log.history, &log.records, usize::MAX).unwrap();
    let (told, asked) = check_parts(&index, &log, "all operations");
    assert!(told * 10 > asked * 8, "{told} of {asked} parts told");
}
