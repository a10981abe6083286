//! What names the elements of arrays: settled while records are folded, equal to a look through every value in order.

use super::fixture::LogFixture;
use super::stored::restored;
use crate::diff::{Settled, Settler};
use crate::history::History;
use crate::patch::{Op, Patch};
use crate::record::{Body, StateChange, Version};
use crate::value::{Pointer, Text, Value, parse};
use proptest::prelude::*;

/// A write, by small numbers.
#[derive(Debug, Clone)]
enum Write {
    State(String),
    Ops(Vec<(u8, usize, usize, String)>),
    Back(u64),
    Fork(u64),
    Branch(bool),
}

/// Where operations work: objects, arrays, elements, arrays below elements.
const PLACES: [&str; 9] = ["", "/a", "/a/0", "/a/-", "/a/1", "/a/0/l", "/a/0/l/-", "/b", "/b/0"];

fn part() -> impl Strategy<Value = String> {
    let field = prop_oneof![Just("id"), Just("code"), Just("v")];
    let leaf = prop_oneof![Just("1".to_owned()), Just("2".to_owned()), Just("\"x\"".to_owned())];
    leaf.prop_recursive(3, 12, 3, move |inner| {
        let members =
            prop::collection::btree_map(prop_oneof![field.clone(), Just("l"), Just("a")], inner.clone(), 0..3);
        let object = members.prop_map(|members| {
            let members: Vec<_> = members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
            format!("{{{}}}", members.join(","))
        });
        prop_oneof![
            2 => object,
            2 => prop::collection::vec(inner, 0..4).prop_map(|elements| format!("[{}]", elements.join(","))),
        ]
    })
}

fn write() -> impl Strategy<Value = Write> {
    let op = (0..6_u8, 0..PLACES.len(), 0..PLACES.len(), part());
    prop_oneof![
        2 => part().prop_map(|a| Write::State(format!(r#"{{"a":{a}}}"#))),
        8 => prop::collection::vec(op, 1..4).prop_map(Write::Ops),
        1 => (0..20_u64).prop_map(Write::Back),
        1 => (0..20_u64).prop_map(Write::Fork),
        1 => any::<bool>().prop_map(Write::Branch),
    ]
}

fn op((kind, at, to, value): (u8, usize, usize, String)) -> Op {
    let pointer = |at: usize| Pointer::parse(PLACES[at]).unwrap();
    let (path, value) = (pointer(at), parse(value.as_bytes()).unwrap());
    match kind {
        0 | 1 => Op::Add { path, value },
        2 => Op::Replace { path, value },
        3 => Op::Remove { path },
        4 => Op::Move { from: path, path: pointer(to) },
        _ => Op::Copy { from: path, path: pointer(to) },
    }
}

fn take(log: &mut LogFixture, write: Write) {
    let newest = log.history.newest().0;
    let any = |number: u64| Version(number % (newest + 1));
    match write {
        Write::State(json) => {
            log.transition("", StateChange::State(parse(json.as_bytes()).unwrap()));
        }
        Write::Ops(ops) => {
            log.transition("", StateChange::Patch(Patch(ops.into_iter().map(op).collect())));
        }
        Write::Back(to) => drop(log.push(Body::Rollback { to: any(to), reason: Text::new() })),
        Write::Fork(from) => drop(log.push(Body::Fork { name: "x".into(), from: any(from), baseline: None })),
        Write::Branch(is_main) => log.branch = (!is_main).then(|| "x".into()),
    }
}

/// Every value in order, each looked at as if nothing were known of it.
fn looked_through(history: &History, log: &LogFixture) -> Settled {
    let mut settler = Settler::default();
    for version in 1..=history.newest().0 {
        settler.take(&Value::Null, &history.value(Version(version), &log.records).unwrap());
    }
    settler.settled().clone()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn what_is_settled_equals_a_look_through_every_value(
        writes in prop::collection::vec(write(), 1..24),
        half in any::<prop::sample::Index>(),
    ) {
        let mut log = LogFixture::default();
        let half = half.index(writes.len());
        let mut again = None;
        for (index, write) in writes.into_iter().enumerate() {
            if index == half {
                again = log.history.store(1 << 20).ok().and_then(restored);
            }
            let known = log.records.all.len();
            take(&mut log, write);
            for record in &log.records.all[known..] {
                again.as_mut().map(|again| again.push(record, &log.records).unwrap());
            }
        }
        prop_assert_eq!(log.history.array_names().settled(), &looked_through(&log.history, &log));
        if let Some(again) = again {
            prop_assert_eq!(log.history.first_difference(&again), None);
        }
        for (index, (place, _)) in log.history.array_names().before(Version(u64::MAX)).enumerate() {
            let (since, ..) = log.history.array_names().nth(index).unwrap();
            let before = (1..since.0).map(|version| log.history.value(Version(version), &log.records).unwrap());
            let mut settler = Settler::default();
            before.for_each(|value| drop(settler.take(&Value::Null, &value)));
            prop_assert!(!settler.settled().contains_key(place), "{place} was settled before {since}");
        }
    }
}
