//! The field that names the elements of an array, settled once for each place at the first value with two objects there.

use super::keyed;
#[cfg(feature = "tui")]
use super::rules::{ArrayKey, DiffRules, Differ};
use super::rules::{Settled, place};
use crate::value::{Array, ObjectDiff, Path, Step, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Takes the values of a history in order and settles the field of each array when it is first seen with two objects.
#[derive(Debug, Clone, Default)]
pub struct Settler {
    settled: Arc<Settled>,
    last: Value,
}

impl Settler {
    /// One that has settled this so far, and took this value last.
    pub fn going_on(settled: Arc<Settled>, last: Value) -> Self {
        Self { settled, last }
    }

    /// The value it took last.
    pub fn last(&self) -> &Value {
        &self.last
    }

    /// What is settled so far.
    pub fn settled(&self) -> &Arc<Settled> {
        &self.settled
    }

    /// Takes the next value. O(what differs from the one before, where they share memory).
    pub fn take(&mut self, value: &Value) {
        let mut found = Settled::new();
        each_array(&self.last, value, &mut Path::default(), &mut |path, array| {
            if !self.settled.contains_key(path) && !found.contains_key(path) && keyed::has_two_objects(array) {
                found.insert(path.clone(), keyed::settled(array));
            }
        });
        if !found.is_empty() {
            Arc::make_mut(&mut self.settled).append(&mut found);
        }
        self.last = value.clone();
    }

    /// The arrays in which two values differ, and those on the ways of somebody.
    pub fn between(left: &Value, right: &Value, along: &[Path]) -> ArrayPlaces {
        let mut places = ArrayPlaces::default();
        for (old, new) in [(left, right), (right, left)] {
            each_array(old, new, &mut Path::default(), &mut |path, array| places.add(path, array));
            for path in along {
                for depth in indexed(path) {
                    let array = new.at(&Path(path.0[..depth].to_vec())).and_then(Value::as_array);
                    array.iter().for_each(|array| places.add(&place(&path.0[..depth]), array));
                }
            }
        }
        places.lone.retain(|place| !places.named.contains(place));
        places
    }

    /// Places of the arrays along a path, whatever a value has there.
    pub fn along(path: &Path) -> BTreeSet<Path> {
        indexed(path).map(|depth| place(&path.0[..depth])).collect()
    }
}

/// Places of arrays in two values.
#[derive(Debug, Default)]
pub struct ArrayPlaces {
    /// With two objects in either value: the versions up to those of the values settle what names their elements.
    pub named: BTreeSet<Path>,
    /// With fewer in both: whether another version settled it, and was read by now, is not asked.
    pub lone: BTreeSet<Path>,
}

impl ArrayPlaces {
    fn add(&mut self, place: &Path, array: &Array) {
        if !self.named.contains(place) {
            let places = if keyed::has_two_objects(array) { &mut self.named } else { &mut self.lone };
            places.insert(place.clone());
        }
    }
}

/// How many steps lead to each array on a path.
fn indexed(path: &Path) -> impl Iterator<Item = usize> + '_ {
    let steps = path.0.iter().enumerate();
    steps.filter(|(_, step)| matches!(step, Step::Index(_))).map(|(depth, _)| depth)
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
        for value in values {
            settler.take(&parse(value.as_bytes()).unwrap());
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
