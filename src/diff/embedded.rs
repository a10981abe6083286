//! JSON inside of strings, opened as a tree.

use super::{DiffRules, Settler};
use crate::value::{Limits, MAX_DEPTH, Value, parse_with};

/// The value with every string that holds an object or an array in JSON as that object or array, inner ones too. Other strings
/// stay as they are, also those with a key twice or that would nest too deep: nothing is lost. Numbers keep their digits.
/// O(the value).
pub fn opened(value: &Value) -> Value {
    below(value, MAX_DEPTH)
}

/// The rules for two values whose arrays no version has shown, such as those in strings: with the fields that name their
/// elements, the left value first. O(the values).
pub fn rules_between(rules: &DiffRules, left: &Value, right: &Value) -> DiffRules {
    let mut settler = Settler::default();
    settler.take(&Value::Null, left);
    settler.take(left, right);
    rules.on(rules, settler.settled())
}

/// Opened, nested at most so deep.
fn below(value: &Value, room: usize) -> Value {
    match value {
        Value::String(text) => tree(text, room).unwrap_or_else(|| value.clone()),
        Value::Array(array) => array.iter().map(|inner| below(inner, room.saturating_sub(1))).collect(),
        Value::Object(object) => {
            let member =
                |(key, inner): (&crate::value::Text, &Value)| (key.clone(), below(inner, room.saturating_sub(1)));
            object.iter().map(member).collect()
        }
        _ => value.clone(),
    }
}

fn tree(text: &str, room: usize) -> Option<Value> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let parsed = parse_with(text.as_bytes(), Limits { depth: room, ..Limits::default() }).ok()?;
    parsed.duplicates.is_empty().then(|| below(&parsed.value, room))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::value::parse;

    #[test]
    fn only_containers_written_in_strings_are_opened() {
        for (text, expected) in [
            (r#"{"a":"{\"b\":1.50}"}"#, r#"{"a":{"b":1.50}}"#),
            (r#"["[1e400, 123456789012345678901234567890]"]"#, "[[1e400,123456789012345678901234567890]]"),
            (r#""{\"a\":\"[\\\"x\\\"]\"}""#, r#"{"a":["x"]}"#),
            (r#"{"a":" {} "}"#, r#"{"a":{}}"#),
            (
                r#"["1","true","null","\"x\"","{","{a}","[1]x",""]"#,
                r#"["1","true","null","\"x\"","{","{a}","[1]x",""]"#,
            ),
            (r#"{"a":"{\"b\":1,\"b\":2}"}"#, r#"{"a":"{\"b\":1,\"b\":2}"}"#),
        ] {
            assert_eq!(opened(&parse(text.as_bytes()).unwrap()).to_json(), expected, "{text}");
        }
    }

    #[test]
    fn what_would_nest_too_deep_stays_a_string() {
        let mut value = Value::from("x");
        for _ in 0..20 {
            value = [Value::String(format!("{}{}{}", "[".repeat(10), value.to_json(), "]".repeat(10)).into())]
                .into_iter()
                .collect();
        }
        assert!(opened(&value).depth() <= MAX_DEPTH);
        let deep = format!("{}1{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
        let inside: Value = [Value::String(deep.into())].into_iter().collect();
        assert_eq!(opened(&inside), inside);
    }
}
