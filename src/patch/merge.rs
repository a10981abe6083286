//! RFC 7396 JSON Merge Patch.

use crate::value::{Object, Text, Value};

/// `target` with `patch` merged in, by RFC 7396, section 2. O(size of the patch · log n); what the patch does not name stays
/// shared. As deep as the patch, which no value is beyond 128.
pub fn merged(target: &Value, patch: &Value) -> Value {
    let Value::Object(patch) = patch else { return patch.clone() };
    let object = target.as_object().cloned().unwrap_or_else(|| std::iter::empty().collect());
    Value::Object(patch.iter().fold(object, |object, (key, change)| with_member(&object, key, change)))
}

fn with_member(object: &Object, key: &Text, change: &Value) -> Object {
    match change {
        Value::Null => object.without(key),
        change => object.with(key.clone(), merged(object.get(key).unwrap_or(&Value::Null), change)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::value::parse;

    fn check(target: &str, patch: &str, expected: &str) {
        let merged = merged(&parse(target.as_bytes()).unwrap(), &parse(patch.as_bytes()).unwrap());
        assert_eq!(merged.to_json(), parse(expected.as_bytes()).unwrap().to_json(), "{target} with {patch}");
    }

    #[test]
    fn merging_follows_the_rfc() {
        check(
            r#"{"a":"b","c":{"d":1,"e":2}}"#,
            r#"{"a":null,"c":{"e":null,"f":[null]}}"#,
            r#"{"c":{"d":1,"f":[null]}}"#,
        );
        check("[1,2]", r#"{"a":{"b":null}}"#, r#"{"a":{}}"#);
        check(r#"{"a":1}"#, "[1]", "[1]");
        check(r#"{"a":1}"#, "null", "null");
    }
}
