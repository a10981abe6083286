//! The persistent maps and sets, by the operations that histories use, against those of the standard library.

use im::{OrdMap, OrdSet};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What is done to a map.
#[derive(Debug, Clone)]
enum PersistentStep {
    Insert(u16, u32),
    Remove(u16),
    Change(u16, u32),
    Entry(u16, u32),
    Many(u16, u16),
    /// Holds a clone from here on.
    Hold,
}

fn step() -> impl Strategy<Value = PersistentStep> {
    // Few keys, so that they meet; and many, so that there are several levels of nodes.
    let key = || prop_oneof![0u16..40, 0u16..5_000];
    prop_oneof![
        3 => (key(), any::<u32>()).prop_map(|(key, value)| PersistentStep::Insert(key, value)),
        3 => key().prop_map(PersistentStep::Remove),
        2 => (key(), any::<u32>()).prop_map(|(key, value)| PersistentStep::Change(key, value)),
        2 => (key(), any::<u32>()).prop_map(|(key, value)| PersistentStep::Entry(key, value)),
        2 => (key(), 0u16..600).prop_map(|(from, count)| PersistentStep::Many(from, count)),
        1 => Just(PersistentStep::Hold),
    ]
}

/// Takes a step with both; their answers are the same.
fn take(step: &PersistentStep, map: &mut OrdMap<u16, u32>, plain: &mut BTreeMap<u16, u32>) {
    match *step {
        PersistentStep::Insert(key, value) => assert_eq!(map.insert(key, value), plain.insert(key, value)),
        PersistentStep::Remove(key) => assert_eq!(map.remove(&key), plain.remove(&key)),
        PersistentStep::Change(key, value) => {
            assert_eq!(map.get_mut(&key).is_some(), plain.contains_key(&key));
            map.get_mut(&key).into_iter().for_each(|there| *there = value);
            plain.get_mut(&key).into_iter().for_each(|there| *there = value);
        }
        PersistentStep::Entry(key, value) => {
            *map.entry(key).or_default() ^= value;
            *plain.entry(key).or_default() ^= value;
        }
        PersistentStep::Many(from, count) => {
            map.extend((from..from + count).map(|key| (key, 7_u32)));
            plain.extend((from..from + count).map(|key| (key, 7_u32)));
        }
        PersistentStep::Hold => {}
    }
}

fn assert_same(map: &OrdMap<u16, u32>, plain: &BTreeMap<u16, u32>) {
    assert_eq!((map.len(), map.is_empty(), map.values().len()), (plain.len(), plain.is_empty(), plain.len()));
    assert!(map.iter().eq(plain) && map.values().eq(plain.values()));
    assert!(map.iter().rev().eq(plain.iter().rev()) && map.values().rev().eq(plain.values().rev()));
    let key = |key: u16| map.get(&key) == plain.get(&key) && map.contains_key(&key) == plain.contains_key(&key);
    assert!((0..5_700).step_by(7).chain(plain.keys().copied()).all(key));
    assert!(plain.keys().all(|key| map[key] == plain[key]));
    assert_eq!(&plain.iter().map(|(key, value)| (*key, *value)).collect::<OrdMap<_, _>>(), map);
    let values = plain.values().copied().collect::<Vec<_>>();
    assert!(map.clone().into_iter().map(|(_, value)| value).eq(values));
}

fn assert_same_sets(set: &OrdSet<u16>, plain: &BTreeSet<u16>, ends: [u16; 2]) {
    assert_eq!((set.len(), set.is_empty()), (plain.len(), plain.is_empty()));
    assert!(set.iter().eq(plain) && set.iter().rev().eq(plain.iter().rev()));
    assert!((0..5_700).step_by(7).all(|key| set.contains(&key) == plain.contains(&key)));
    let (from, to) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
    assert!(set.range(from..to).eq(plain.range(from..to)) && set.range(from..to).rev().eq(plain.range(from..to).rev()));
    assert!(set.range(..=to).eq(plain.range(..=to)) && set.range(from..).eq(plain.range(from..)));
    assert!(set.range(..=to).rev().take(9).eq(plain.range(..=to).rev().take(9)));
    assert_eq!(set.range(from..to).next_back(), plain.range(from..to).next_back());
    assert_eq!(set.range(..=to).next_back(), plain.range(..=to).next_back());
    // From both ends, until they meet.
    let (mut own, mut other) = (set.range(from..), plain.range(from..));
    for n in 0..plain.len() + 2 {
        match n % 3 {
            0 => assert_eq!(own.next_back(), other.next_back()),
            _ => assert_eq!(own.next(), other.next()),
        }
    }
    assert_eq!(&plain.iter().copied().collect::<OrdSet<_>>(), set);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]
    #[test]
    fn maps_and_their_clones_are_what_plain_maps_hold(steps in prop::collection::vec(step(), 0..80)) {
        let (mut map, mut plain) = (OrdMap::new(), BTreeMap::new());
        let mut held = vec![(OrdMap::unit(3, 4), BTreeMap::from([(3, 4)]))];
        for step in &steps {
            take(step, &mut map, &mut plain);
            if matches!(step, PersistentStep::Hold) {
                held.push((map.clone(), plain.clone()));
            }
        }
        held.push((map, plain));
        held.iter().for_each(|(map, plain)| assert_same(map, plain));
    }

    #[test]
    fn sets_and_their_clones_are_what_plain_sets_hold(
        steps in prop::collection::vec(step(), 0..80),
        ends in [0u16..5_600, 0u16..5_600],
    ) {
        let (mut set, mut plain, mut held) = (OrdSet::new(), BTreeSet::new(), Vec::new());
        for step in &steps {
            match *step {
                PersistentStep::Insert(key, _) | PersistentStep::Change(key, _) | PersistentStep::Entry(key, _) => {
                    assert_eq!(set.insert(key).is_none(), plain.insert(key));
                }
                PersistentStep::Remove(key) => assert_eq!(set.remove(&key).is_some(), plain.remove(&key)),
                PersistentStep::Many(from, count) => {
                    set.extend(from..from + count);
                    plain.extend(from..from + count);
                }
                PersistentStep::Hold => held.push((set.clone(), plain.clone())),
            }
        }
        held.push((set, plain));
        held.iter().for_each(|(set, plain)| assert_same_sets(set, plain, ends));
    }
}
