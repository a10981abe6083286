//! What containers know of their length and depth against counting it, and that texts beside a change are not counted
//! again.

use super::super::write::WEIGHED;
use super::*;

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(array) => 1 + array.iter().map(depth).max().unwrap_or(0),
        Value::Object(object) => 1 + object.iter().map(|(_, value)| depth(value)).max().unwrap_or(0),
        _ => 0,
    }
}

/// Every container in a value knows its length and depth.
fn check(value: &Value) {
    assert_eq!((value.size(), value.depth()), (value.to_json().len() as u64, depth(value)), "{}", value.to_json());
    match value {
        Value::Array(array) => array.iter().for_each(check),
        Value::Object(object) => object.iter().for_each(|(_, value)| check(value)),
        _ => {}
    }
}

fn part() -> impl Strategy<Value = Value> {
    let texts = prop_oneof![r#"[a"\\\n\u{1}é😀]{0,9}"#, "[ -~]{20,60}"].prop_map(|text| Value::from(text.as_str()));
    let plain = ["null", "false", "1.50", "-7", "[]", "{}", r#"{"a":[{"b":[1]}]}"#, r#"[[["x"]],"\u0007"]"#];
    prop_oneof![texts, prop::sample::select(plain.to_vec()).prop_map(value)]
}

proptest! {
    /// Each step sets, puts in or takes out one child of an object and of an array, both beyond what one slice holds.
    #[test]
    fn weights_are_what_counting_finds(
        start in 0usize..70,
        steps in prop::collection::vec((0u8..3, 0usize..80, part()), 1..90),
    ) {
        let mut object: Object = (0..start).map(|n| (format!("k\"{n}").as_str().into(), Value::from("text"))).collect();
        let mut array: Array = (0..start).map(|_| Value::from("text")).collect();
        for (what, which, part) in steps {
            let key: Text = format!("k\"{which}").as_str().into();
            let at = which % (array.len() + 1);
            (object, array) = match what {
                0 => (object.without(&key), if at < array.len() { array.removed(at) } else { array }),
                1 if at < array.len() => (object.with(key, part.clone()), array.with(at, part)),
                _ => (object.with(key, part.clone()), array.inserted(at, part)),
            };
        }
        check(&Value::Object(object));
        check(&Value::Array(array));
    }
}

/// A counter beside large texts: as siblings, in arrays, deep below and in elements of a list.
#[test]
fn changing_a_leaf_counts_no_text_beside_it() {
    let long = "x".repeat(100_000);
    let many: Vec<String> = (0..30).map(|n| format!(r#""t{n}":"{long}""#)).collect();
    for (name, state, path) in [
        ("beside it", format!(r#"{{"n":0,"text":"{long}"}}"#), "/n"),
        ("many beside it", format!(r#"{{"n":0,{}}}"#, many.join(",")), "/n"),
        ("in an array", format!(r#"[0,"{long}","{long}"]"#), "/0"),
        ("beside an element", format!(r#"{{"list":["{long}",{{"n":0}}],"text":"{long}"}}"#), "/list/1/n"),
        (
            "on each level",
            format!(r#"{{"t":"{long}","a":{{"t":"{long}","b":[{{"t":"{long}","n":0}},"{long}"]}}}}"#),
            "/a/b/0/n",
        ),
        ("under a long key", format!(r#"{{"{long}":1,"n":0}}"#), "/n"),
    ] {
        for op in [
            format!(r#"[{{"op":"replace","path":"{path}","value":12345}}]"#),
            format!(r#"[{{"op":"remove","path":"{path}"}}]"#),
            format!(r#"[{{"op":"add","path":"{path}","value":[1]}}]"#),
        ] {
            let patch = crate::patch::Patch::from_value(&value(&op)).unwrap();
            let before = value(&state);
            WEIGHED.set(0);
            let after = patch.apply_within(&before, Limits::default()).unwrap();
            assert!(WEIGHED.get() < 100, "{name}, {op}: {} bytes counted", WEIGHED.get());
            check(&after);
        }
    }
}
