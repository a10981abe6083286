//! Deltas of jsondiffpatch: `[new]`, `[old, new]`, `[old, 0, 0]`, `["", to, 3]`, `[text patch, 0, 2]`, and objects of them.

mod text;

use crate::error::counted;
use crate::value::{Array, Object, Value};

/// `target` after a delta, or why that does not apply. O(log n) a change beside its depth; text patches O(text).
///
/// # Errors
/// At which key, and what was expected there.
pub fn delta(target: &Value, delta: &Value) -> Result<Value, String> {
    match changed(Some(target), delta)? {
        Some(value) => Ok(value),
        None => Err("the delta deletes the whole value".into()),
    }
}

/// `None` where the value is deleted.
fn changed(target: Option<&Value>, delta: &Value) -> Result<Option<Value>, String> {
    match delta {
        // No difference.
        Value::Null => Ok(target.cloned()),
        Value::Array(change) => scalar(target, change),
        Value::Object(changes) if is_of_array(changes) => match target {
            Some(Value::Array(array)) => Ok(Some(Value::Array(in_array(array, changes)?))),
            other => Err(format!("it changes an array, but there is {}", kind(other))),
        },
        Value::Object(changes) => match target {
            Some(Value::Object(object)) => Ok(Some(Value::Object(in_object(object, changes)?))),
            other => Err(format!("it changes an object, but there is {}", kind(other))),
        },
        other => Err(format!("{other} is not a delta")),
    }
}

fn kind(value: Option<&Value>) -> &'static str {
    value.map_or("nothing", Value::type_name)
}

fn is_of_array(changes: &Object) -> bool {
    matches!(changes.get("_t"), Some(Value::String(kind)) if kind == "a")
}

/// A change of one value as a whole.
fn scalar(target: Option<&Value>, change: &Array) -> Result<Option<Value>, String> {
    let parts: Vec<&Value> = change.iter().collect();
    match parts.as_slice() {
        [new] => Ok(Some((*new).clone())),
        [old, new] if target == Some(*old) => Ok(Some((*new).clone())),
        [_, _] => Err("the old value is a different one".into()),
        [_, _, Value::Number(magic)] => match (magic.as_i64(), target, parts[0]) {
            (Some(0), Some(_), _) => Ok(None),
            (Some(0), None, _) => Err("there is nothing to delete".into()),
            (Some(2), Some(Value::String(old)), Value::String(patch)) => {
                text::patched(old, patch).map(|text| Some(Value::String(text)))
            }
            (Some(2), other, _) => Err(format!("it changes a string, but there is {}", kind(other))),
            _ => Err(format!("{} is not a delta", Value::Array(change.clone()))),
        },
        _ => Err(format!("{} is not a delta", Value::Array(change.clone()))),
    }
}

fn in_object(object: &Object, changes: &Object) -> Result<Object, String> {
    let mut object = object.clone();
    for (key, change) in changes.iter() {
        object = match changed(object.get(key), change).map_err(|why| behind(key, &why))? {
            Some(value) => object.with(key.clone(), value),
            None => object.without(key),
        };
    }
    Ok(object)
}

/// The path grows from the inside to the outside.
fn behind(key: &str, why: &str) -> String {
    match why.strip_prefix("at ") {
        Some(rest) => format!("at {key}.{rest}"),
        None => format!("at {key}: {why}"),
    }
}

/// What happens to an array: elements leave it by their old index, others come by their new one, what stays is changed.
#[derive(Default)]
struct ArrayChange<'d> {
    /// Old index, and where it moves to.
    removed: Vec<(usize, Option<usize>)>,
    inserted: Vec<(usize, Value)>,
    changed: Vec<(usize, &'d Value)>,
}

fn in_array(array: &Array, changes: &Object) -> Result<Array, String> {
    let ArrayChange { mut removed, mut inserted, changed: inside } = of_array(changes)?;
    let mut array = array.clone();
    removed.sort_unstable();
    for (index, to) in removed.into_iter().rev() {
        let Some(value) = array.get(index).cloned() else {
            return Err(format!("at _{index}: there is no such element"));
        };
        array = array.removed(index);
        inserted.extend(to.map(|to| (to, value)));
    }
    inserted.sort_by_key(|(index, _)| *index);
    for (index, value) in inserted {
        if index > array.len() {
            return Err(format!("at {index}: the array has {}", counted(array.len() as u64, "element")));
        }
        array = array.inserted(index, value);
    }
    for (index, change) in inside {
        let new = changed(array.get(index), change).map_err(|why| behind(&index.to_string(), &why))?;
        let Some(new) = new.filter(|_| index < array.len()) else {
            return Err(format!("at {index}: there is no such element"));
        };
        array = array.with(index, new);
    }
    Ok(array)
}

fn of_array(changes: &Object) -> Result<ArrayChange<'_>, String> {
    let mut all = ArrayChange::default();
    for (key, change) in changes.iter().filter(|(key, _)| *key != "_t") {
        let wrong = || format!("at {key}: {change} is not a change of an array");
        let (old, digits) = key.strip_prefix('_').map_or((false, key.as_str()), |digits| (true, digits));
        let index: usize = digits.parse().map_err(|_| wrong())?;
        let parts: Vec<&Value> = change.as_array().into_iter().flat_map(Array::iter).collect();
        match (old, parts.as_slice()) {
            (true, [_, to, Value::Number(magic)]) if magic.as_i64() == Some(3) => {
                let to = if let Value::Number(to) = to { to.as_i64() } else { None };
                let to = to.and_then(|to| usize::try_from(to).ok()).ok_or_else(wrong)?;
                all.removed.push((index, Some(to)));
            }
            (true, [_, _, Value::Number(magic)]) if magic.is_zero() => all.removed.push((index, None)),
            (true, _) => return Err(wrong()),
            (false, [new]) => all.inserted.push((index, (*new).clone())),
            (false, _) => all.changed.push((index, change)),
        }
    }
    Ok(all)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::value::parse;

    fn applied(target: &str, change: &str) -> Result<String, String> {
        delta(&parse(target.as_bytes()).unwrap(), &parse(change.as_bytes()).unwrap()).map(|value| value.to_json())
    }

    #[test]
    fn deltas_do_what_jsondiffpatch_does() {
        for (target, change, expected) in [
            (r#"{"a":1}"#, r#"{"a":[1,2]}"#, r#"{"a":2}"#),
            (r#"{"a":1}"#, r#"{"a":[1,0,0],"b":[{"c":1}]}"#, r#"{"b":{"c":1}}"#),
            (r#"{"a":{"b":1}}"#, r#"{"a":{"b":[1.0,"x"]}}"#, r#"{"a":{"b":"x"}}"#),
            ("[1,2,3]", r#"{"_t":"a","_0":[1,0,0]}"#, "[2,3]"),
            ("[1,2,3]", r#"{"_t":"a","_0":["",2,3]}"#, "[2,3,1]"),
            ("[1,2,3]", r#"{"_t":"a","0":[9],"_2":[3,0,0]}"#, "[9,1,2]"),
            (r#"[{"a":1},5]"#, r#"{"_t":"a","0":[0],"1":{"a":[1,2]}}"#, r#"[0,{"a":2},5]"#),
            (r#"[5,{"a":1}]"#, r#"{"_t":"a","_1":["",0,3],"0":{"a":[1,2]}}"#, r#"[{"a":2},5]"#),
            ("5", "[5,[1,2]]", "[1,2]"),
            ("{}", "null", "{}"),
            (r#"{"_t":"a"}"#, r#"{"_t":["a","b"]}"#, r#"{"_t":"b"}"#),
        ] {
            assert_eq!(applied(target, change).as_deref(), Ok(expected), "{target} with {change}");
        }
    }

    #[test]
    fn what_does_not_apply_is_said() {
        for (target, change, why) in [
            (r#"{"a":1}"#, r#"{"a":[7,2]}"#, "at a: the old value is a different one"),
            (r#"{"a":{"b":1}}"#, r#"{"a":{"b":[7,2]}}"#, "at a.b: the old value"),
            ("{}", r#"{"a":[1,0,0]}"#, "at a: there is nothing to delete"),
            ("{}", r#"{"_t":"a"}"#, "it changes an array, but there is object"),
            ("[]", r#"{"a":[1]}"#, "it changes an object, but there is array"),
            ("[]", r#"{"_t":"a","_0":[1,0,0]}"#, "at _0: there is no such element"),
            ("[]", r#"{"_t":"a","5":[1]}"#, "at 5: the array has 0"),
            ("[]", r#"{"_t":"a","x":[1]}"#, "at x: [1] is not a change"),
            ("[1]", r#"{"_t":"a","_0":["",-1,3]}"#, "at _0: [\"\",-1,3] is not a change"),
            ("1", "[1,0,0]", "the delta deletes"),
            ("1", "[]", "[] is not a delta"),
            ("1", "5", "5 is not a delta"),
            ("1", "[1,2,3,4]", "[1,2,3,4] is not a delta"),
        ] {
            let found = applied(target, change).unwrap_err();
            assert!(found.starts_with(why), "{target} with {change}: {found}");
        }
    }
}
