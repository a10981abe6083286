//! From child to child of a value, one step at a time: O(log n) each, so that a tree of a million children scrolls.

use crate::value::{Step, Value};

/// The first child.
pub fn first(value: &Value) -> Option<Step> {
    match value {
        Value::Object(object) => object.iter().next().map(|(key, _)| Step::Key(key.clone())),
        Value::Array(array) if !array.is_empty() => Some(Step::Index(0)),
        _ => None,
    }
}

/// The last child.
pub fn last(value: &Value) -> Option<Step> {
    match value {
        Value::Object(object) => object.iter().next_back().map(|(key, _)| Step::Key(key.clone())),
        Value::Array(array) => array.len().checked_sub(1).map(Step::Index),
        _ => None,
    }
}

/// The child after `step`, which need not exist itself.
pub fn after(value: &Value, step: &Step) -> Option<Step> {
    match (value, step) {
        (Value::Object(object), Step::Key(key)) => {
            let mut rest = object.iter_from(key).map(|(key, _)| key);
            rest.find(|next| *next != key).map(|next| Step::Key(next.clone()))
        }
        (Value::Array(array), Step::Index(index)) => (index + 1 < array.len()).then_some(Step::Index(index + 1)),
        _ => None,
    }
}

/// The child before `step`, which need not exist itself.
pub fn before(value: &Value, step: &Step) -> Option<Step> {
    match (value, step) {
        (Value::Object(object), Step::Key(key)) => object.before(key).map(|(key, _)| Step::Key(key.clone())),
        (Value::Array(array), Step::Index(index)) => (*index).min(array.len()).checked_sub(1).map(Step::Index),
        _ => None,
    }
}

/// Children from one to another; no more than `most` are counted. One walk along the keys: O(log n) to begin, then a few
/// nanoseconds each.
pub fn count(value: &Value, first: &Step, last: &Step, most: usize) -> usize {
    match (value, first, last) {
        (Value::Object(object), Step::Key(first), Step::Key(last)) => {
            object.iter_from(first).take_while(|(key, _)| *key <= last).take(most).count()
        }
        (Value::Array(array), Step::Index(first), Step::Index(last)) => {
            (last + 1).min(array.len()).saturating_sub(*first).min(most)
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::parse;

    #[test]
    #[expect(clippy::unwrap_used, reason = "a test")]
    fn a_walk_in_either_direction_meets_every_child() {
        let wide: Vec<String> = (0..100).map(|n| format!("\"k{n:03}\":{n}")).collect();
        for (text, len) in [
            ("{}", 0),
            ("[]", 0),
            ("7", 0),
            (r#"{"b":1,"a":2}"#, 2),
            ("[1,2,3]", 3),
            (&*format!("{{{}}}", wide.join(",")), 100),
        ] {
            let value = parse(text.as_bytes()).unwrap();
            let down: Vec<_> = std::iter::successors(first(&value), |step| after(&value, step)).collect();
            let mut up: Vec<_> = std::iter::successors(last(&value), |step| before(&value, step)).collect();
            up.reverse();
            assert_eq!(down.len(), len, "{text}");
            for (at, step) in down.iter().enumerate() {
                assert_eq!(count(&value, &down[0], step, 60), (at + 1).min(60), "{text} to {step:?}");
                assert_eq!(count(&value, step, &down[len - 1], usize::MAX), len - at, "{text} from {step:?}");
            }
            assert_eq!(down, up, "{text}");
        }
    }
}
