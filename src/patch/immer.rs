//! Patches of Immer and Mutative: operations whose path is an array of keys and indices.

use crate::escape::in_quotes;
use crate::value::{Array, Number, Object, Text, Value};

/// `target` after all operations, or why one of them does not apply. O(log n) an operation beside its depth.
///
/// # Errors
/// Which operation, and what it lacks.
pub fn immer(target: &Value, patches: &Value) -> Result<Value, String> {
    let Value::Array(patches) = patches else {
        return Err(format!("patches are an array of operations, not {}", patches.type_name()));
    };
    let mut value = target.clone();
    for (at, patch) in patches.iter().enumerate() {
        value = one(&value, patch).map_err(|why| format!("operation {}: {why}", at + 1))?;
    }
    Ok(value)
}

/// What one operation does at its path.
enum PathEdit<'p> {
    Add(&'p Value),
    Replace(&'p Value),
    Remove,
}

fn one(target: &Value, patch: &Value) -> Result<Value, String> {
    let member = |key: &str| patch.as_object().and_then(|patch| patch.get(key));
    let Some(Value::Array(path)) = member("path") else { return Err("its path is not an array".into()) };
    let new = || member("value").unwrap_or(&Value::Null);
    let edit = match member("op") {
        Some(Value::String(op)) if op == "add" => PathEdit::Add(new()),
        Some(Value::String(op)) if op == "replace" => PathEdit::Replace(new()),
        Some(Value::String(op)) if op == "remove" => PathEdit::Remove,
        _ => return Err("its op is not add, replace or remove".into()),
    };
    let path: Vec<&Value> = path.iter().collect();
    edited(target, &path, &edit)
}

fn edited(target: &Value, path: &[&Value], edit: &PathEdit<'_>) -> Result<Value, String> {
    match (path, target) {
        ([], _) => match edit {
            PathEdit::Add(value) | PathEdit::Replace(value) => Ok((*value).clone()),
            PathEdit::Remove => Err("the root cannot be removed".into()),
        },
        ([key, rest @ ..], Value::Object(object)) => Ok(Value::Object(in_object(object, &name(key)?, rest, edit)?)),
        ([key, rest @ ..], Value::Array(array)) => Ok(Value::Array(in_array(array, key, rest, edit)?)),
        ([key, ..], other) => Err(format!("nothing is at {key}: its parent is {}", other.type_name())),
    }
}

fn in_object(object: &Object, key: &Text, rest: &[&Value], edit: &PathEdit<'_>) -> Result<Object, String> {
    if !rest.is_empty() {
        let child = object.get(key).ok_or_else(|| format!("there is no {}", in_quotes(key)))?;
        return Ok(object.with(key.clone(), edited(child, rest, edit)?));
    }
    match edit {
        PathEdit::Add(value) | PathEdit::Replace(value) => Ok(object.with(key.clone(), (*value).clone())),
        PathEdit::Remove if object.get(key).is_some() => Ok(object.without(key)),
        PathEdit::Remove => Err(format!("there is no {} to remove", in_quotes(key))),
    }
}

fn in_array(array: &Array, key: &Value, rest: &[&Value], edit: &PathEdit<'_>) -> Result<Array, String> {
    let length = array.len();
    if let ([], PathEdit::Replace(Value::Number(new))) = (rest, edit)
        && matches!(key, Value::String(key) if key == "length")
    {
        return shortened(array, new);
    }
    let is_end = matches!(key, Value::String(key) if key == "-");
    let index = if is_end { Some(length) } else { index(key) };
    let Some(index) = index else { return Err(format!("{key} is not an array index")) };
    let beyond = || format!("index {index} is outside the array of {length}");
    if !rest.is_empty() {
        let child = array.get(index).ok_or_else(beyond)?;
        return Ok(array.with(index, edited(child, rest, edit)?));
    }
    match edit {
        PathEdit::Add(value) if index <= length => Ok(array.inserted(index, (*value).clone())),
        PathEdit::Replace(value) if index == length => Ok(array.inserted(index, (*value).clone())),
        PathEdit::Replace(value) if index < length => Ok(array.with(index, (*value).clone())),
        PathEdit::Remove if index < length => Ok(array.removed(index)),
        _ => Err(beyond()),
    }
}

fn shortened(array: &Array, length: &Number) -> Result<Array, String> {
    let new = length.as_i64().and_then(|new| usize::try_from(new).ok()).filter(|new| *new <= array.len());
    let Some(new) = new else {
        return Err(format!(
            "an array of {} cannot be cut to a length of {}",
            array.len(),
            Value::Number(length.clone())
        ));
    };
    Ok((new..array.len()).rev().fold(array.clone(), |array, index| array.removed(index)))
}

/// A key of an object: a number stands for its digits.
fn name(key: &Value) -> Result<Text, String> {
    match key {
        Value::String(key) => Ok(key.clone()),
        Value::Number(_) => Ok(key.to_json().as_str().into()),
        other => Err(format!("{other} is not a key")),
    }
}

fn index(key: &Value) -> Option<usize> {
    match key {
        Value::Number(number) => usize::try_from(number.as_i64()?).ok(),
        Value::String(text) if text == "0" || !text.starts_with('0') => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::value::parse;

    fn applied(target: &str, patches: &str) -> Result<String, String> {
        immer(&parse(target.as_bytes()).unwrap(), &parse(patches.as_bytes()).unwrap()).map(|value| value.to_json())
    }

    #[test]
    fn operations_do_what_immer_does() {
        for (target, patches, expected) in [
            (r#"{"a":1}"#, r#"[{"op":"replace","path":["a"],"value":2}]"#, r#"{"a":2}"#),
            (r#"{"a":1}"#, r#"[{"op":"replace","path":["b"],"value":2}]"#, r#"{"a":1,"b":2}"#),
            (r#"{"a":[1,2,3]}"#, r#"[{"op":"replace","path":["a","length"],"value":1}]"#, r#"{"a":[1]}"#),
            (r#"{"a":[1,3]}"#, r#"[{"op":"add","path":["a",1],"value":2}]"#, r#"{"a":[1,2,3]}"#),
            (r#"{"a":[1]}"#, r#"[{"op":"add","path":["a","-"],"value":2}]"#, r#"{"a":[1,2]}"#),
            (r#"{"a":[1]}"#, r#"[{"op":"replace","path":["a",1],"value":2}]"#, r#"{"a":[1,2]}"#),
            (r#"{"a":[1,2]}"#, r#"[{"op":"remove","path":["a",0]}]"#, r#"{"a":[2]}"#),
            (r#"{"a":{"b":1}}"#, r#"[{"op":"remove","path":["a","b"]}]"#, r#"{"a":{}}"#),
            (r#"{"1":0}"#, r#"[{"op":"replace","path":[1],"value":5}]"#, r#"{"1":5}"#),
            (r#"{"length":1}"#, r#"[{"op":"replace","path":["length"],"value":0}]"#, r#"{"length":0}"#),
            (
                "null",
                r#"[{"op":"replace","path":[],"value":{"a":1}},{"op":"add","path":["b"],"value":2}]"#,
                r#"{"a":1,"b":2}"#,
            ),
            ("5", "[]", "5"),
        ] {
            assert_eq!(applied(target, patches).as_deref(), Ok(expected), "{target} with {patches}");
        }
    }

    #[test]
    fn what_does_not_apply_is_said() {
        for (target, patches, why) in [
            ("{}", r#"[{"op":"replace","path":["a","b"],"value":1}]"#, "operation 1: there is no \"a\""),
            (r#"{"a":[]}"#, r#"[{"op":"add","path":["a",1],"value":1}]"#, "operation 1: index 1 is outside"),
            (r#"{"a":[]}"#, r#"[{"op":"replace","path":["a","length"],"value":9}]"#, "operation 1: an array of 0"),
            ("{}", r#"[{"op":"remove","path":["a"]}]"#, "operation 1: there is no \"a\" to remove"),
            ("{}", r#"[{"op":"move","path":["a"]}]"#, "operation 1: its op is not"),
            ("{}", r#"[{"op":"add","path":"/a"}]"#, "operation 1: its path is not an array"),
            ("{}", "[5]", "operation 1: its path"),
            ("{}", "{}", "patches are an array"),
            ("[1]", r#"[{"op":"add","path":[{}],"value":1}]"#, "operation 1: {} is not an array index"),
            ("{}", r#"[{"op":"remove","path":[]}]"#, "operation 1: the root"),
        ] {
            let found = applied(target, patches).unwrap_err();
            assert!(found.starts_with(why), "{target} with {patches}: {found}");
        }
    }
}
