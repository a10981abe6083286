//! Values against `serde_json`, `BTreeMap` and `Vec` as models.

mod types;
mod weights;

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn value(text: &str) -> Value {
    parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn text_is_kept_but_for_order_and_blanks() {
    for (text, written) in [
        ("null", "null"),
        (" true ", "true"),
        ("[]", "[]"),
        ("{}", "{}"),
        ("[1, 2.50, -0, 1e2, 100.0]", "[1,2.50,-0,1e2,100.0]"),
        ("1e400", "1e400"),
        ("[1e400,0.1,-1E-999]", "[1e400,0.1,-1E-999]"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("18446744073709551615", "18446744073709551615"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("3.14159265358979323846264338327950288", "3.14159265358979323846264338327950288"),
        (r#"{"b":1,"a":2}"#, r#"{"a":2,"b":1}"#),
        (r#"{"b":1,"a":2,"b":3}"#, r#"{"a":2,"b":3}"#),
        (r#"{"$serde_json::private::Number":"1"}"#, r#"{"$serde_json::private::Number":"1"}"#),
        (r#"{"$serde_json::private::RawValue":"x"}"#, r#"{"$serde_json::private::RawValue":"x"}"#),
        (r#""a\u0000b\"\\\/\n1e5""#, r#""a\u0000b\"\\/\n1e5""#),
        (r#"["1e9 \" 2.0",1.0]"#, r#"["1e9 \" 2.0",1.0]"#),
    ] {
        let read = value(text);
        assert_eq!(read.to_json(), written, "{text}");
        assert_eq!(read.size(), written.len() as u64, "size of {text}");
        assert_eq!(serde_json::to_string(&read).unwrap(), written, "{text} through serde");
        assert!(value(&read.to_json_pretty()).identical(&read), "pretty {text}");
    }
}

#[test]
fn bad_text_is_refused_with_its_place() {
    for (text, line, byte) in [
        ("", 1, 0),
        ("{\"a\":1,\n\"b\":x}", 2, 12),
        ("[1,2", 1, 3),
        ("1 2", 1, 2),
        ("01", 1, 1),
        ("[1e]", 1, 3),
        ("nul", 1, 2),
        ("\u{feff}{}", 1, 0),
    ] {
        match parse(text.as_bytes()) {
            Err(Error::Syntax { place, .. }) => {
                assert_eq!(place.line, line, "{text:?}");
                assert!(place.byte.abs_diff(byte) <= 1, "{text:?}: byte {} for {byte}", place.byte);
            }
            other => panic!("{text:?}: {other:?}"),
        }
    }
}

#[test]
fn depth_is_limited_at_the_same_level_for_arrays_and_objects() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let nested = |levels: usize| format!("{}1{}", open.repeat(levels), close.repeat(levels));
        let deepest = value(&nested(MAX_DEPTH));
        assert_eq!(deepest.depth(), MAX_DEPTH);
        assert_eq!(value(&deepest.to_json()), deepest, "what is accepted can be read back");
        assert!(parse(nested(MAX_DEPTH + 1).as_bytes()).is_err());
        assert!(parse(open.repeat(100_000).as_bytes()).is_err());
    }
}

#[test]
fn duplicate_keys_are_reported_with_their_path() {
    let parsed = parse_with(br#"{"a":[0,{"x":1,"y":0,"x":2,"x":3}],"a":{"k":1}}"#, Limits::default()).unwrap();
    let found: Vec<_> = parsed.duplicates.iter().map(|found| (found.path.to_string(), found.count)).collect();
    assert_eq!(found, [(".a[1].x".to_owned(), 3), (".a".to_owned(), 2)]);
    assert_eq!(parsed.value.to_json(), r#"{"a":{"k":1}}"#);
}

#[test]
fn numbers_compare_by_value() {
    use std::cmp::Ordering::{Equal, Greater, Less};
    for (left, right, order) in [
        ("1", "1.0", Equal),
        ("100", "1e2", Equal),
        ("0", "-0", Equal),
        ("0.0", "-0.0", Equal),
        ("0e999999999999999999999", "0", Equal),
        ("1e400", "10e399", Equal),
        ("1e400", "1e401", Less),
        ("-1e400", "1", Less),
        ("0.1", "0.10", Equal),
        ("9007199254740993", "9007199254740992.0", Greater),
        ("1.00000000000000000000001", "1", Greater),
        ("-2", "-10", Greater),
        ("99", "100", Less),
        ("1e-400", "0", Greater),
    ] {
        let (one, other) = (Number::parse(left).unwrap(), Number::parse(right).unwrap());
        assert_eq!(one.cmp(&other), order, "{left} against {right}");
        assert_eq!(other.cmp(&one), order.reverse(), "{right} against {left}");
        if order == Equal {
            assert_eq!(Value::Number(one).hash64(), Value::Number(other).hash64(), "{left} and {right}");
        }
    }
}

#[test]
fn differences_of_numbers_are_exact_or_absent() {
    for (new, old, delta) in [
        ("150", "100", Some("50")),
        ("168.50", "118.50", Some("50")),
        ("0.3", "0.1", Some("0.2")),
        ("1", "2.25", Some("-1.25")),
        ("-1", "1", Some("-2")),
        ("0", "0.001", Some("-0.001")),
        ("1e-7", "0", Some("0.0000001")),
        ("9223372036854775807", "-9223372036854775808", Some("18446744073709551615")),
        ("123456789012345678901234567891", "123456789012345678901234567890", Some("1")),
        ("9999999999999999999999999999999999999999999999", "-1", Some("1e46")),
        (
            "0.1234567890123456789012345678901234567891",
            "0.1234567890123456789012345678901234567890",
            Some("0.0000000000000000000000000000000000000001"),
        ),
        ("1e3", "1", Some("999")),
        ("5", "5.0", Some("0")),
        ("-0", "0.0", Some("0")),
        ("1e400", "0", Some("1e400")),
        ("1e401", "1e400", Some("9e400")),
        ("-1e401", "1.5e400", Some("-1.15e401")),
        ("1e-400", "3e-400", Some("-2e-400")),
        ("1", "1e400", None),
        ("1e400", "1", None),
        ("1e100", "1e-100", None),
        ("1e999999999999", "1e-999999999999", None),
        ("1e99999999999999999999", "0", None),
        ("1e99999999999999999999", "2e99999999999999999999", None),
    ] {
        let delta_of = Number::parse(new).unwrap().minus(&Number::parse(old).unwrap());
        assert_eq!(delta_of.map(|delta| delta.to_string()).as_deref(), delta, "{new} - {old}");
    }
    let long = |last: &str| Number::parse(&format!("{}{last}", "7".repeat(2_000))).unwrap();
    assert_eq!(long("4").minus(&long("1")).unwrap().to_string(), "3");
    assert_eq!(long("4").minus(&Number::from(1i64)), None);
    let endless = Number::parse(&"9".repeat(1_000_000)).unwrap();
    assert_eq!(endless.minus(&Number::from(1i64)), None);
}

#[test]
fn shares_of_numbers_are_right_at_every_size() {
    for (part, whole, share) in [
        ("50", "-100", Some(0.5)),
        ("-3", "4", Some(-0.75)),
        ("0", "7", Some(0.0)),
        ("1", "0", None),
        ("1e400", "4e400", Some(0.25)),
        ("1e-324", "8e-324", Some(0.125)),
        ("-1e-400", "1e-402", Some(-100.0)),
        ("1e400", "1", None),
        ("1", "1e400", Some(0.0)),
        ("123456789012345678901234567890", "123456789012345678901234567890", Some(1.0)),
    ] {
        let found = Number::parse(part).unwrap().share_of(&Number::parse(whole).unwrap());
        assert_eq!(found, share, "{part} of {whole}");
    }
}

proptest::proptest! {
    /// Against whole numbers of 128 bits: a number is `mantissa * 10^exponent`.
    #[test]
    fn a_difference_is_that_of_whole_numbers(left in -1_000_000_000_000i128..1_000_000_000_000, right in -1_000_000_000_000i128..1_000_000_000_000, lifted in 0u32..20, lowered in 0usize..20) {
        let new = Number::parse(&format!("{left}e{}", i64::from(lifted) - lowered as i64)).unwrap();
        let old = Number::parse(&format!("{right}e-{lowered}")).unwrap();
        let wanted = Number::parse(&format!("{}e-{lowered}", left * 10i128.pow(lifted) - right)).unwrap();
        let found = new.minus(&old).unwrap();
        proptest::prop_assert_eq!(&found, &wanted);
        proptest::prop_assert_eq!(found.cmp(&Number::from(0i64)), new.cmp(&old));
        proptest::prop_assert!(!found.to_string().contains("--") && Number::parse(&found.to_string()).is_some());
    }
}

#[test]
fn only_the_grammar_of_json_numbers_is_taken() {
    for text in
        ["", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x1", "1_0", "NaN", "Infinity", "１", "--1", "1.2.3", "1e5e5"]
    {
        assert!(Number::parse(text).is_none(), "{text}");
    }
}

#[test]
fn paths_are_read_and_written() {
    let state = value(r#"{"cart":{"items":[{"qty":1}]},"odd key":[[7]],"0":{"~/":1}}"#);
    for (text, written, pointer, found) in [
        (".", ".", "", None),
        (".cart.items[0].qty", ".cart.items[0].qty", "/cart/items/0/qty", Some("1")),
        ("/cart/items/0/qty", ".cart.items[0].qty", "/cart/items/0/qty", Some("1")),
        (".\"odd key\"[0][0]", ".\"odd key\"[0][0]", "/odd key/0/0", Some("7")),
        (".[\"odd key\"][0]", ".\"odd key\"[0]", "/odd key/0", Some("[7]")),
        ("/0/~0~1", ".0.\"~/\"", "/0/~0~1", Some("1")),
        (".cart.nothing", ".cart.nothing", "/cart/nothing", Some("")),
    ] {
        let path = Path::parse(text, &state).unwrap();
        assert_eq!(path.to_string(), written);
        assert_eq!(path.to_pointer().to_string(), pointer);
        assert_eq!(Path::parse(&path.to_string(), &state).unwrap(), path, "{text} read back");
        if let Some(found) = found {
            assert_eq!(state.at(&path).map(Value::to_json).unwrap_or_default(), found);
        }
    }
    for text in ["cart", ".a..b", ".a[", ".a[x]", ".a]", "/a~2", "/~"] {
        assert!(Path::parse(text, &state).is_err(), "{text}");
    }
}

/// Any value, small alphabets so that parts repeat.
fn any_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        (-3i64..3).prop_map(Into::into),
        any::<f64>().prop_filter("finite", |float| float.is_finite()).prop_map(Into::into),
        "[a-c\u{7f}\n\"é]{0,3}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 200, 40, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..90).prop_map(Into::into),
            prop::collection::btree_map("[a-d]{0,3}", inner, 0..45)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn reading_and_writing_agree_with_serde_json(model in any_value()) {
        let text = model.to_string();
        let read = value(&text);
        // Read by serde_json too: its fast reading of doubles is off by one bit now and then.
        let of = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        prop_assert_eq!(of(&read.to_json()), of(&text));
        prop_assert_eq!(read.size(), read.to_json().len() as u64);
    }

    #[test]
    fn sharing_changes_nothing_but_memory(old in any_value(), new in any_value()) {
        let (old, new) = (value(&old.to_string()), value(&new.to_string()));
        let shared = new.clone().sharing(&old);
        prop_assert!(shared.identical(&new));
        prop_assert_eq!(shared.size(), new.size());
        prop_assert_eq!(shared.depth(), new.depth());
        prop_assert!(old.clone().sharing(&old).same(&old));
        prop_assert!(value(&old.to_json()).sharing(&old).same(&old) || !old.is_container());
        prop_assert_eq!(old == new, old.to_json() == new.to_json() || old.hash64() == new.hash64() && old == new);
    }

    #[test]
    fn an_array_is_a_list(ops in prop::collection::vec((0u8..4, any::<prop::sample::Index>(), 0i64..50), 0..400), start in 0usize..300) {
        let mut model: Vec<i64> = (0..start as i64).collect();
        let mut array: Array = model.iter().map(|&n| Value::from(n)).collect();
        let mut kept = vec![(array.clone(), model.clone())];
        for (kind, index, n) in ops {
            match kind {
                0 | 1 => { let at = index.index(model.len() + 1); array = array.inserted(at, n.into()); model.insert(at, n); }
                2 if !model.is_empty() => { let at = index.index(model.len()); array = array.removed(at); model.remove(at); }
                3 if !model.is_empty() => { let at = index.index(model.len()); array = array.with(at, n.into()); model[at] = n; }
                _ => {}
            }
            if n == 0 { kept.push((array.clone(), model.clone())); }
        }
        kept.push((array, model));
        for (array, model) in &kept {
            prop_assert_eq!(array.iter().map(|v| v.as_number().and_then(Number::as_i64).unwrap()).collect::<Vec<_>>(), model.clone());
            prop_assert_eq!(Value::Array(array.clone()).size(), serde_json::to_string(model).unwrap().len() as u64);
            let from = model.len() / 3;
            prop_assert_eq!(array.iter_from(from).count(), model.len() - from);
        }
        for window in kept.windows(2) {
            let [(one, left), (other, right)] = window else { unreachable!() };
            let front = left.iter().zip(right).take_while(|(l, r)| l == r).count();
            let limit = left.len().min(right.len()) - front;
            let back = left.iter().rev().zip(right.iter().rev()).take(limit).take_while(|(l, r)| l == r).count();
            prop_assert_eq!(one.common_ends(other), (front, back));
            prop_assert_eq!(one == other, left == right);
        }
    }

    #[test]
    fn an_object_is_a_sorted_map(ops in prop::collection::vec((any::<bool>(), 0u32..80, 0i64..4), 0..300)) {
        let mut model = BTreeMap::new();
        let mut object = Object::from_iter([]);
        let mut kept = vec![(object.clone(), model.clone())];
        for (put, key, n) in ops {
            let key = format!("k{key}");
            let nested = if n == 3 { value("[[1]]") } else { n.into() };
            if put { object = object.with(key.as_str().into(), nested.clone()); model.insert(key, nested); }
            else { object = object.without(&key); model.remove(&key); }
            if n == 0 { kept.push((object.clone(), model.clone())); }
        }
        kept.push((object, model));
        for (object, model) in &kept {
            prop_assert!(object.iter().map(|(k, v)| (k.to_string(), v.clone())).eq(model.clone()));
            prop_assert_eq!(Value::Object(object.clone()).size(), serde_json::to_string(model).unwrap().len() as u64);
            prop_assert_eq!(Value::Object(object.clone()).depth(), 1 + model.values().map(Value::depth).max().unwrap_or(0));
            prop_assert_eq!(object.iter_from("k5").count(), model.range("k5".to_owned()..).count());
            prop_assert_eq!(object.rank("k5"), model.range(.."k5".to_owned()).count());
        }
        for window in kept.windows(2) {
            let [(one, left), (other, right)] = window else { unreachable!() };
            let mut found = BTreeMap::new();
            for item in one.differences(other) {
                let (key, sides) = match item {
                    ObjectDiff::Added(key, new) => (key, (None, Some(new.clone()))),
                    ObjectDiff::Removed(key, old) => (key, (Some(old.clone()), None)),
                    ObjectDiff::Both(key, old, new) if old != new => (key, (Some(old.clone()), Some(new.clone()))),
                    ObjectDiff::Both(..) => continue,
                };
                found.insert(key.to_string(), sides);
            }
            let keys = left.keys().chain(right.keys());
            let expected: BTreeMap<_, _> = keys.map(|key| (key.clone(), (left.get(key).cloned(), right.get(key).cloned()))).filter(|(_, (l, r))| l != r).collect();
            prop_assert_eq!(found, expected);
            prop_assert_eq!(one == other, left == right);
        }
    }
}
