//! Plain types of Rust in and out of values, against `serde_json` and its text.

use crate::error::Error;
use crate::value::{MAX_DEPTH, Value, from_value, parse, to_value};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Shape {
    Nothing,
    One(u8),
    Two(i8, String),
    Named { side: f32, label: Option<String> },
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Id(u32);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Colour {
    Red,
    Blue,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Everything {
    unit: (),
    flag: bool,
    character: char,
    bytes: Vec<u8>,
    least: i64,
    most: u64,
    wide: i128,
    double: f64,
    single: f32,
    text: String,
    none: Option<u8>,
    some: Option<u8>,
    pair: (u8, String),
    shapes: Vec<Shape>,
    by_name: BTreeMap<String, f64>,
    by_number: BTreeMap<i32, Colour>,
    by_id: HashMap<Id, u8>,
    by_flag: BTreeMap<bool, u8>,
    by_colour: BTreeMap<Colour, u8>,
    #[serde(flatten)]
    more: BTreeMap<String, serde_json::Value>,
}

fn everything() -> Everything {
    Everything {
        unit: (),
        flag: true,
        character: 'ß',
        bytes: vec![0, 255],
        least: i64::MIN,
        most: u64::MAX,
        wide: i128::MIN,
        double: 1.5e300,
        single: 0.1,
        text: "a \"b\" \u{1f600}".into(),
        none: None,
        some: Some(7),
        pair: (1, "x".into()),
        shapes: vec![
            Shape::Nothing,
            Shape::One(1),
            Shape::Two(-2, "two".into()),
            Shape::Named { side: 2.5, label: None },
        ],
        by_name: [("a name that is longer than fifteen bytes".into(), 100.0), ("b".into(), -0.0)].into(),
        by_number: [(-7, Colour::Red), (10, Colour::Blue), (9, Colour::Red)].into(),
        by_id: [(Id(4), 4)].into(),
        by_flag: [(true, 1)].into(),
        by_colour: [(Colour::Blue, 1)].into(),
        more: [("left_over".into(), serde_json::json!({"deep": [1, 2.5, null]}))].into(),
    }
}

fn same_as_through_text<T: Serialize + DeserializeOwned + PartialEq + Debug>(of: &T) {
    let value = to_value(of).unwrap();
    let text = serde_json::to_string(of).unwrap();
    assert_eq!(value.to_json(), parse(text.as_bytes()).unwrap().to_json(), "{text}");
    assert_eq!(&from_value::<T>(&value).unwrap(), of);
    assert_eq!(&serde_json::from_str::<T>(&value.to_json()).unwrap(), of);
}

#[test]
fn types_go_in_and_out_as_through_text() {
    same_as_through_text(&everything());
    everything().shapes.iter().for_each(same_as_through_text);
    for double in [0.0, -0.0, 1.0, 0.1, 1e16, 1.0e-7, 123_456_789_012_345_680.0, f64::MAX, f64::MIN_POSITIVE] {
        same_as_through_text(&double);
        #[expect(clippy::cast_possible_truncation, reason = "any single will do")]
        let single = (double as f32).clamp(f32::MIN, f32::MAX);
        same_as_through_text(&single);
    }
    same_as_through_text(&u128::MAX);
    same_as_through_text(&Some(Some(1)));
    same_as_through_text(&[[(); 3]; 2]);
    same_as_through_text(&String::new());
}

#[test]
fn what_does_not_fit_a_type_is_told_with_its_path() {
    fn told<T: DeserializeOwned>(json: &str) -> String {
        from_value::<T>(&parse(json.as_bytes()).unwrap()).err().map(|fault| fault.to_string()).unwrap_or_default()
    }
    assert!(told::<Vec<u8>>("[1,2,300]").starts_with("at .[2]: "));
    assert!(told::<BTreeMap<String, Vec<u8>>>(r#"{"a":[1],"b":[1,"x"]}"#).starts_with("at .b[1]: "));
    assert!(told::<Shape>(r#"{"Two":[1,2]}"#).starts_with("at .Two[1]: "));
    assert!(told::<f64>("1e400").contains("1e400 is out of range"));
    assert!(told::<(u8, u8)>("[1,2,3]").contains("length"));
    for refused in ["null", "{}", r#"{"Nothing":1}"#, r#""One""#, r#"{"One":1,"Two":2}"#, "3"] {
        assert!(!told::<Shape>(refused).is_empty(), "{refused}");
        assert!(serde_json::from_str::<Shape>(refused).is_err(), "{refused}");
    }
}

#[derive(Serialize)]
struct Meter {
    readings: Vec<(u8, f64)>,
    single: f32,
}

#[test]
fn what_json_cannot_hold_is_refused_with_its_path() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let meter = |reading, single| to_value(&Meter { readings: vec![(1, 0.5), (2, reading)], single });
        #[expect(clippy::cast_possible_truncation, reason = "neither is a number")]
        let single = bad as f32;
        for (refused, expected) in [
            (to_value(&bad), ""),
            (to_value(&[1.0, bad]), ".[1]"),
            (to_value(&Some(bad)), ""),
            (meter(bad, 0.0), ".readings[1][1]"),
            (meter(0.0, single), ".single"),
            (to_value(&BTreeMap::from([("a b", bad)])), ".\"a b\""),
            (to_value(&Shape::Named { side: single, label: None }), ".Named.side"),
            (Value::try_from(bad), ""),
        ] {
            let Err(Error::NotJson { path, why }) = refused else { panic!("{refused:?}") };
            assert_eq!(path, expected);
            assert!(why.contains(&bad.to_string()), "{why}");
        }
        assert!(meter(0.0, 1.0).is_ok());
    }
    let keys = BTreeMap::from([(vec![1], 2)]);
    assert!(matches!(to_value(&keys), Err(Error::NotJson { why, .. }) if why.contains("key")));
}

#[test]
fn digits_come_through_raw_text() {
    for text in ["1e400", "100.0", "123456789012345678901234567890", "-0", r#"{"a":[1.50]}"#] {
        let value = parse(text.as_bytes()).unwrap();
        assert_eq!(to_value(&value).unwrap().to_json(), text);
        let raw: Box<serde_json::value::RawValue> = from_value(&value).unwrap();
        assert_eq!((raw.get(), to_value(&raw).unwrap().to_json().as_str()), (text, text));
    }
}

/// Lists in lists.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Nested(Vec<Nested>);

fn nested(depth: usize) -> Nested {
    Nested(if depth > 1 { vec![nested(depth - 1)] } else { Vec::new() })
}

#[test]
fn a_value_at_the_deepest_level_is_read_back() {
    for depth in [1, 126, 127, MAX_DEPTH] {
        let value = to_value(&nested(depth)).unwrap();
        assert_eq!(value.depth(), depth);
        assert_eq!(from_value::<Nested>(&value).unwrap(), nested(depth));
    }
    let too_deep = to_value(&nested(MAX_DEPTH + 1));
    assert!(matches!(too_deep, Err(Error::TooDeep { limit: MAX_DEPTH })), "{too_deep:?}");
    let raw = serde_json::value::RawValue::from_string("[".repeat(128) + &"]".repeat(128)).unwrap();
    assert!(to_value(&raw).is_ok());
    assert!(matches!(to_value(&[raw]), Err(Error::TooDeep { .. })));
}
