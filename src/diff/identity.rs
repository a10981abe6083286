//! The field that names the elements of an array, settled once for each place at the first value with two objects there.

use super::keyed;
use super::rules::Settled;
#[cfg(feature = "tui")]
use super::rules::{ArrayKey, DiffRules, Differ};
use crate::value::{Array, ObjectDiff, Path, Pointer, Step, Value};

/// Settles the field of each array when a value first has two objects there. Values come in the order of a history.
#[derive(Debug, Clone, Default)]
pub struct Settler {
    settled: Settled,
}

impl Settler {
    /// One that has settled this so far.
    pub fn going_on(settled: Settled) -> Self {
        Self { settled }
    }

    /// What is settled so far.
    pub fn settled(&self) -> &Settled {
        &self.settled
    }

    /// Takes the next value, `before` being one that was taken. Answers the places it settled. O(what differs, where the
    /// two share memory).
    pub fn take(&mut self, before: &Value, value: &Value) -> Vec<Path> {
        let mut found = Vec::new();
        each_array(before, value, &mut Path::default(), &mut |path, array| self.look_at(path, array, &mut found));
        found
    }

    /// As [`take`](Self::take), of a value that differs from one taken by what was put there alone. O(what was put).
    pub fn take_put(&mut self, at: &Pointer, value: &Value) -> Vec<Path> {
        let (mut found, mut path, mut here) = (Vec::new(), Path::default(), value);
        for (depth, token) in at.0.iter().enumerate() {
            let (step, below) = match here {
                Value::Object(object) => (Step::Key(token.clone()), object.get(token)),
                Value::Array(array) => {
                    let below = Pointer::index(token)
                        .map_or_else(|| array.get(array.len().checked_sub(1)?), |index| array.get(index));
                    if depth + 1 == at.0.len() && below.is_some_and(|below| below.as_object().is_some()) {
                        self.look_at(&path, array, &mut found);
                    }
                    (Step::Index(0), below)
                }
                _ => return found,
            };
            let Some(below) = below else { return found };
            path.0.push(step);
            here = below;
        }
        each_array(&Value::Null, here, &mut path, &mut |path, array| self.look_at(path, array, &mut found));
        found
    }

    fn look_at(&mut self, path: &Path, array: &Array, found: &mut Vec<Path>) {
        if !self.settled.contains_key(path) && keyed::has_two_objects(array) {
            self.settled.insert(path.clone(), keyed::settled(array));
            found.push(path.clone());
        }
    }
}

/// Whether an array of a value, compared by itself, would be matched by another field than these rules say. Arrays that are
/// the same in a value before it do not count. O(what differs).
#[cfg(feature = "tui")]
pub fn is_named_otherwise(rules: &DiffRules, before: &Value, value: &Value) -> bool {
    let mut otherwise = false;
    each_array(before, value, &mut Path::default(), &mut |path, array| {
        if otherwise || !keyed::has_two_objects(array) {
            return;
        }
        let said = match rules.of(&path.0) {
            Some(ArrayKey::Field(field)) => Some(field),
            Some(ArrayKey::Content | ArrayKey::Index) | None => None,
        };
        let elements: Vec<&Value> = array.iter().collect();
        let found = keyed::partners(&elements, &elements, None, Differ::default()).map(|matched| matched.field);
        otherwise = said != found;
    });
    otherwise
}

/// Every array on the right that is not the same on the left, with its place. Recursion is bounded by the depth limit.
fn each_array(left: &Value, right: &Value, path: &mut Path, found: &mut impl FnMut(&Path, &Array)) {
    if left.same(right) {
        return;
    }
    match (left, right) {
        (Value::Object(old), Value::Object(new)) => {
            for difference in old.differences(new) {
                let (key, old, new) = match difference {
                    ObjectDiff::Added(key, new) => (key, &Value::Null, new),
                    ObjectDiff::Both(key, old, new) => (key, old, new),
                    ObjectDiff::Removed(..) => continue,
                };
                below(Step::Key(key.clone()), old, new, path, found);
            }
        }
        (_, Value::Object(new)) => {
            new.iter().for_each(|(key, new)| below(Step::Key(key.clone()), &Value::Null, new, path, found));
        }
        (old, Value::Array(new)) => {
            found(path, new);
            let (front, back) = old.as_array().map_or((0, 0), |old| old.common_ends(new));
            let middle = new.iter_from(front).take(new.len() - front - back);
            for (at, new) in middle.enumerate().filter(|(_, new)| new.is_container()) {
                let old = old.as_array().and_then(|old| old.get(front + at)).unwrap_or(&Value::Null);
                below(Step::Index(0), old, new, path, found);
            }
        }
        _ => {}
    }
}

fn below(step: Step, left: &Value, right: &Value, path: &mut Path, found: &mut impl FnMut(&Path, &Array)) {
    if right.is_container() {
        path.0.push(step);
        each_array(left, right, path, found);
        path.0.pop();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::value::parse;

    #[track_caller]
    fn check(values: &[&str], expected: &str) {
        let mut settler = Settler::default();
        let mut before = Value::Null;
        for value in values {
            let value = parse(value.as_bytes()).unwrap();
            settler.take(&before, &value);
            before = value;
        }
        let words =
            |(path, field): (&Path, &Option<crate::value::Text>)| format!("{path} {}", field.as_deref().unwrap_or("-"));
        assert_eq!(settler.settled().iter().map(words).collect::<Vec<_>>().join("; "), expected, "{values:?}");
    }

    #[test]
    fn the_first_value_with_two_objects_settles_the_field() {
        check(&[r#"{"a":[]}"#, r#"{"a":[{"id":1}]}"#], "");
        check(
            &[r#"{"a":[{"id":1}]}"#, r#"{"a":[{"name":"x"},{"name":"y"}]}"#, r#"{"a":[{"id":1},{"id":2}]}"#],
            ".a name",
        );
        check(&[r#"[{"id":1,"l":[{"k":1}]},{"id":2,"l":[{"key":1},{"key":2}]}]"#], ". id; .[0].l key");
        check(&[r#"[{"v":1},{"v":2}]"#, r#"[{"id":1},{"id":2}]"#], ". -");
        check(&[r#"[{"id":1},{"id":1},{"id":2}]"#], ". -");
        check(&[r#"[{"id":"a"},{"x":1},{"id":"b"},7]"#], ". id");
        check(&[r#"[{"userId":1,"n":1},{"userId":2,"n":2}]"#], ". userId");
        check(&[r#"[{"state":"up"},{"state":"down"}]"#], ". -");
        check(&[r#"[{"code":"A1","n":1},{"code":"B2","n":1}]"#], ". code");
    }
}
