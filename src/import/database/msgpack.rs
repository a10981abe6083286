//! `MessagePack` as values. Nothing that it describes is constructed: what its extension types stand for is shown as data.

use crate::error::counted;
use crate::value::{Number, Object, Text, Value};
use rmpv::ValueRef;

/// Containers within each other, extensions included; a value has no more.
const DEEPEST: usize = 128;

/// The member that says what type an object was of.
const TYPE: &str = "$type";

/// Reads one value, which is all of the bytes.
///
/// # Errors
/// Why they are none.
pub(super) fn value(bytes: &[u8]) -> Result<Value, String> {
    nested(bytes, DEEPEST)
}

fn nested(bytes: &[u8], depth: usize) -> Result<Value, String> {
    let mut rest = bytes;
    let read = rmpv::decode::read_value_ref_with_max_depth(&mut rest, depth)
        .map_err(|error| format!("not MessagePack: {error}"))?;
    if !rest.is_empty() {
        return Err(format!("not MessagePack: {} after its end", counted(rest.len() as u64, "byte")));
    }
    converted(&read, depth)
}

fn converted(read: &ValueRef<'_>, depth: usize) -> Result<Value, String> {
    let depth = depth.checked_sub(1).ok_or("nested too deeply")?;
    Ok(match read {
        ValueRef::Nil => Value::Null,
        ValueRef::Boolean(is) => Value::Bool(*is),
        ValueRef::Integer(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Value::Number(number.into()),
            (None, number) => Value::Number(number.unwrap_or_default().into()),
        },
        ValueRef::F32(float) => from_float(f64::from(*float)),
        ValueRef::F64(float) => from_float(*float),
        ValueRef::String(text) => String::from_utf8_lossy(text.as_bytes()).as_ref().into(),
        ValueRef::Binary(bytes) => typed("bytes", super::base64(bytes).as_str().into()),
        ValueRef::Array(elements) => {
            Value::Array(elements.iter().map(|one| converted(one, depth)).collect::<Result<_, _>>()?)
        }
        ValueRef::Map(members) => {
            let member =
                |(key, value): &(ValueRef<'_>, ValueRef<'_>)| Ok((key_of(key, depth)?, converted(value, depth)?));
            Value::Object(members.iter().map(member).collect::<Result<_, String>>()?)
        }
        ValueRef::Ext(code, bytes) => extension(*code, bytes, depth)?,
    })
}

/// JSON has no infinite numbers; they become `null`, as in a text.
fn from_float(float: f64) -> Value {
    Number::from_f64(float).map_or(Value::Null, Value::Number)
}

/// Keys that are no texts are written as JSON.
fn key_of(key: &ValueRef<'_>, depth: usize) -> Result<Text, String> {
    Ok(match converted(key, depth)? {
        Value::String(text) => text,
        other => other.to_json().as_str().into(),
    })
}

fn typed(name: &str, value: Value) -> Value {
    Value::Object([(TYPE.into(), name.into()), ("value".into(), value)].into_iter().collect())
}

/// The extensions that `LangGraph` writes: a constructor or method of Python with its arguments (0 to 5), an array of numpy
/// (6), the value of a delta channel (7).
fn extension(code: i8, bytes: &[u8], depth: usize) -> Result<Value, String> {
    if !(0..=7).contains(&code) {
        return Ok(typed(&format!("msgpack extension {code}"), super::base64(bytes).as_str().into()));
    }
    let held = nested(bytes, depth)?;
    if code == 7 {
        return Ok(held);
    }
    let parts = match &held {
        Value::Array(parts) if parts.len() >= 3 => parts,
        _ => return Ok(typed(&format!("msgpack extension {code}"), held)),
    };
    let part = |at: usize| parts.get(at).cloned().unwrap_or(Value::Null);
    if code == 6 {
        let [dtype, shape, order, data] = [0, 1, 2, 3].map(part);
        let members = [("dtype", dtype), ("shape", shape), ("order", order), ("data", data)];
        return Ok(object("numpy.ndarray", members.map(|(key, value)| (key.into(), value))));
    }
    let (module, class, arguments) = (part(0), part(1), part(2));
    let (Some(module), Some(class)) = (module.as_str(), class.as_str()) else {
        return Ok(typed(&format!("msgpack extension {code}"), held));
    };
    Ok(plain(module, class, &arguments).unwrap_or_else(|| match arguments {
        Value::Object(fields) => {
            object(&format!("{module}.{class}"), fields.iter().map(|(key, value)| (key.clone(), value.clone())))
        }
        other => typed(&format!("{module}.{class}"), other),
    }))
}

fn object(name: &str, members: impl IntoIterator<Item = (Text, Value)>) -> Value {
    let own = members.into_iter().filter(|(key, _)| key != TYPE);
    Value::Object(own.chain([(TYPE.into(), name.into())]).collect::<Object>())
}

/// What JSON has a way of its own to say.
fn plain(module: &str, class: &str, argument: &Value) -> Option<Value> {
    match (module, class, argument) {
        ("builtins", "set" | "frozenset", Value::Array(_)) | ("collections", "deque", Value::Array(_)) => {
            Some(argument.clone())
        }
        ("uuid" | "decimal" | "ipaddress" | "zoneinfo" | "datetime", _, Value::String(_)) => Some(argument.clone()),
        ("datetime", "date", Value::Array(parts)) if parts.len() == 3 => {
            let part = |at: usize| match parts.get(at) {
                Some(Value::Number(number)) => number.as_i64(),
                _ => None,
            };
            let (year, month, day) = (part(0)?, part(1)?, part(2)?);
            Some(format!("{year:04}-{month:02}-{day:02}").as_str().into())
        }
        (module, _, Value::Array(parts)) if module == "pathlib" || module.starts_with("pathlib.") => {
            let parts: Vec<&str> = parts.iter().filter_map(Value::as_str).collect();
            Some(parts.join("/").replacen("//", "/", 1).as_str().into())
        }
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rmpv::Value as Packed;

    fn packed(value: &Packed) -> Vec<u8> {
        let mut bytes = Vec::new();
        rmpv::encode::write_value(&mut bytes, value).unwrap();
        bytes
    }

    fn extended(code: i8, parts: Vec<Packed>) -> Packed {
        Packed::Ext(code, packed(&Packed::Array(parts)))
    }

    fn fields(all: &[(&str, Packed)]) -> Packed {
        Packed::Map(all.iter().map(|(key, value)| ((*key).into(), value.clone())).collect())
    }

    #[test]
    fn extension_types_are_shown_as_data() {
        let message = fields(&[("content", "hi".into()), ("type", "human".into())]);
        for (read, expected) in [
            (
                extended(5, vec!["m.n".into(), "Human".into(), message, "model_validate_json".into()]),
                r#"{"$type":"m.n.Human","content":"hi","type":"human"}"#,
            ),
            (extended(0, vec!["uuid".into(), "UUID".into(), "ab12".into()]), r#""ab12""#),
            (extended(0, vec!["builtins".into(), "set".into(), Packed::Array(vec![1.into(), 2.into()])]), "[1,2]"),
            (extended(0, vec!["os".into(), "system".into(), "true".into()]), r#"{"$type":"os.system","value":"true"}"#),
            (
                extended(
                    3,
                    vec![
                        "datetime".into(),
                        "datetime".into(),
                        "2026-01-01T00:00:00+00:00".into(),
                        "fromisoformat".into(),
                    ],
                ),
                r#""2026-01-01T00:00:00+00:00""#,
            ),
            (
                extended(
                    1,
                    vec!["datetime".into(), "date".into(), Packed::Array(vec![2026.into(), 1.into(), 2.into()])],
                ),
                r#""2026-01-02""#,
            ),
            (
                extended(
                    1,
                    vec!["pathlib".into(), "PosixPath".into(), Packed::Array(vec!["/".into(), "a".into(), "b".into()])],
                ),
                r#""/a/b""#,
            ),
            (Packed::Ext(7, packed(&Packed::Array(vec!["a".into()]))), r#"["a"]"#),
            (
                extended(
                    6,
                    vec!["<i4".into(), Packed::Array(vec![1.into()]), "C".into(), Packed::Binary(vec![1, 0, 0, 0])],
                ),
                r#"{"$type":"numpy.ndarray","data":{"$type":"bytes","value":"AQAAAA=="},"dtype":"<i4","order":"C","shape":[1]}"#,
            ),
            (Packed::Ext(42, vec![1, 2]), r#"{"$type":"msgpack extension 42","value":"AQI="}"#),
            (Packed::Ext(0, packed(&5.into())), r#"{"$type":"msgpack extension 0","value":5}"#),
            (Packed::F64(f64::NAN), "null"),
            (Packed::from(u64::MAX), "18446744073709551615"),
            (Packed::Map(vec![(1.into(), 2.into())]), r#"{"1":2}"#),
        ] {
            assert_eq!(value(&packed(&read)).unwrap().to_json(), expected, "{read}");
        }
    }

    #[test]
    fn what_is_no_messagepack_is_told() {
        let mut deep = vec![0x91; 300];
        deep.push(0xC0);
        let nested = (0..300).fold(packed(&Packed::Nil), |inner, _| packed(&Packed::Ext(7, inner)));
        for bytes in [&b""[..], b"\x92\x01", b"\x01\x02", &deep, &nested, b"\xDD\xFF\xFF\xFF\xFF"] {
            assert!(value(bytes).is_err(), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _either = value(&bytes);
        }
    }
}
