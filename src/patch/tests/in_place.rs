//! Operations in the memory of a value against those on a copy.

use crate::patch::{Op, Patch};
use crate::value::{Limits, Pointer, Value, parse};
use proptest::prelude::*;

/// A state with an array of three levels, a large and a small object, and arrays in an array.
fn state() -> Value {
    let numbers = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let members = |count: usize| (0..count).map(|n| format!("\"k{n}\":{{\"n\":{n}}}")).collect::<Vec<_>>().join(",");
    let text = format!(
        r#"{{"list":[{}],"short":[1],"none":[],"large":{{{}}},"small":{{{}}},"deep":[[[1,"two"],{{}}],null]}}"#,
        numbers(3_000),
        members(60),
        members(31),
    );
    parse(text.as_bytes()).unwrap()
}

/// What every part says it weighs is what its text does.
fn check_weights(value: &Value) {
    assert_eq!(value.size(), value.to_json().len() as u64);
    let parts: Vec<&Value> = match value {
        Value::Array(array) => array.iter().collect(),
        Value::Object(object) => object.iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    };
    parts.iter().for_each(|part| check_weights(part));
    let deepest = parts.iter().map(|part| part.depth()).max();
    assert_eq!(value.depth(), usize::from(value.is_container()) + deepest.unwrap_or(0));
}

fn path() -> impl Strategy<Value = String> {
    let index = || {
        prop_oneof![
            Just("-".to_owned()),
            Just("0".to_owned()),
            (0usize..3_100).prop_map(|n| n.to_string()),
            Just("01".to_owned())
        ]
    };
    let key = || (0usize..64).prop_map(|n| format!("k{n}"));
    prop_oneof![
        6 => index().prop_map(|index| format!("/list/{index}")),
        2 => (0usize..3).prop_map(|n| format!("/short/{n}")),
        1 => index().prop_map(|index| format!("/none/{index}")),
        3 => key().prop_map(|key| format!("/large/{key}")),
        3 => key().prop_map(|key| format!("/large/{key}/n")),
        3 => key().prop_map(|key| format!("/small/{key}")),
        2 => key().prop_map(|key| format!("/small/{key}/\"é")),
        2 => (0usize..3, 0usize..3, 0usize..3).prop_map(|(a, b, c)| format!("/deep/{a}/{b}/{c}")),
        1 => "(/[a-z0-9]{0,2}){0,3}",
    ]
}

fn op() -> impl Strategy<Value = Op> {
    let value = prop_oneof![Just("7"), Just("\"a \\\"text\\\"\""), Just("{\"n\":[[1]]}"), Just("[]"), Just("null")];
    (0usize..5, path(), path(), value).prop_map(|(kind, path, from, value)| {
        let [path, from] = [path, from].map(|path| Pointer::parse(&path).unwrap());
        let value = parse(value.as_bytes()).unwrap();
        match kind {
            0 | 1 => Op::Add { path, value },
            2 => Op::Replace { path, value },
            3 => Op::Remove { path },
            _ => Op::Move { from, path },
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn in_place_is_what_a_copy_is_and_nobody_else_sees_it(
        ops in prop::collection::vec((op(), 0usize..4), 1..200),
        limits in prop_oneof![3 => Just(Limits::default()), 1 => Just(Limits { depth: 4, size: 16_000 })],
    ) {
        let (mut value, mut held) = (state(), Vec::new());
        for (op, hold) in ops {
            let patch = Patch(vec![op]);
            if hold == 0 {
                held.push((value.clone(), value.to_json()));
            }
            let applied = patch.apply_with_inverse(&value).and_then(|(made, _)| made.within(limits));
            let before = value.to_json();
            match (patch.apply_in_place(&mut value, limits), applied) {
                (true, Ok(made)) => prop_assert!(value.identical(&made), "{:?}: {} and not {}", patch, value, made),
                (true, Err(why)) => prop_assert!(false, "{:?}: {}", patch, why),
                (false, made) => {
                    prop_assert_eq!(value.to_json(), before, "{:?}", patch);
                    value = made.unwrap_or(value);
                }
            }
        }
        check_weights(&value);
        for (held, json) in held {
            prop_assert_eq!(held.to_json(), json);
            check_weights(&held);
        }
    }
}

/// What most records change is done in place.
#[test]
fn single_leaves_and_elements_are_changed_in_place() {
    for (op, path) in [
        ("replace", "/list/2999"),
        ("add", "/list/-"),
        ("add", "/list/0"),
        ("remove", "/list/1500"),
        ("replace", "/large/k7/n"),
        ("add", "/large/k7/m"),
        ("add", "/large/new"),
        ("remove", "/large/k7"),
        ("replace", "/small/k3/n"),
        ("replace", "/deep/0/0/1"),
    ] {
        let patch = parse(format!(r#"[{{"op":"{op}","path":"{path}","value":5}}]"#).as_bytes()).unwrap();
        let patch = Patch::from_value(&patch).unwrap();
        let (mut value, before) = (state(), state());
        assert!(patch.apply_in_place(&mut value, Limits::default()), "{op} {path}");
        assert!(value.identical(&patch.apply_with_inverse(&before).unwrap().0), "{op} {path}");
    }
}
