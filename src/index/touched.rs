//! Which paths differ between two versions, each put down with every container above it.

use super::paths::{PathId, Paths, StepName, TouchKind};
use crate::diff::{ArrayKey, DiffRules, name_in, only_named};
use crate::record::Version;
use crate::value::{Array, ObjectDiff, Step, Text, Value};
use rustc_hash::FxHashMap;

/// Puts down what one version changed.
pub(super) struct TouchRecorder<'a> {
    pub paths: &'a mut Paths,
    pub keys: &'a DiffRules,
    pub version: Version,
    /// Where the walk stands, elements by index.
    pub steps: Vec<Step>,
}

/// An element of an array, and what it is called.
struct Element<'a> {
    name: StepName,
    index: usize,
    value: &'a Value,
}

impl TouchRecorder<'_> {
    /// Puts down a path whose value changed, and whatever changed below it. O(what differs), and for arrays whose elements
    /// have a field to be known by O(elements). Recursion is bounded by the depth limit of values.
    pub fn changed(&mut self, id: PathId, old: Option<&Value>, new: Option<&Value>) {
        let how = match (old, new) {
            (Some(Value::Object(_)), Some(Value::Object(_))) => TouchKind::Object,
            (Some(Value::Array(_)), Some(Value::Array(_))) => TouchKind::Array,
            _ => TouchKind::Whole(new),
        };
        self.paths.touch(id, self.version, how);
        match (old, new) {
            (Some(Value::Object(old)), Some(Value::Object(new))) => {
                old.differences(new).for_each(|difference| self.entry(id, &difference));
            }
            (Some(Value::Array(old)), Some(Value::Array(new))) => self.elements(id, old, new),
            (old, new) => {
                old.into_iter().for_each(|old| self.all_below(id, old, |old| (Some(old), None)));
                new.into_iter().for_each(|new| self.all_below(id, new, |new| (None, Some(new))));
            }
        }
    }

    fn entry(&mut self, id: PathId, difference: &ObjectDiff<'_>) {
        match *difference {
            ObjectDiff::Added(key, new) => self.key(id, key, (None, Some(new))),
            ObjectDiff::Removed(key, old) => self.key(id, key, (Some(old), None)),
            ObjectDiff::Both(key, old, new) => self.key(id, key, (Some(old), Some(new))),
        }
    }

    fn key(&mut self, id: PathId, key: &Text, sides: (Option<&Value>, Option<&Value>)) {
        self.below(id, StepName::Key(key.clone()), Step::Key(key.clone()), sides);
    }

    /// One step further down, where the two sides differ.
    fn below(&mut self, id: PathId, name: StepName, step: Step, (old, new): (Option<&Value>, Option<&Value>)) {
        if is_identical(old, new) {
            return;
        }
        if let Some(id) = self.paths.get_or_add(id, name) {
            self.steps.push(step);
            self.changed(id, old, new);
            self.steps.pop();
        }
    }

    /// Everything below a value that stands on one side only.
    fn all_below(&mut self, id: PathId, value: &Value, sides: impl Fn(&Value) -> (Option<&Value>, Option<&Value>)) {
        match value {
            Value::Object(object) => object.iter().for_each(|(key, value)| self.key(id, key, sides(value))),
            Value::Array(array) => {
                for element in identified(array, &self.steps, self.keys) {
                    self.below(id, element.name, Step::Index(element.index), sides(element.value));
                }
            }
            _ => {}
        }
    }

    fn elements(&mut self, id: PathId, old: &Array, new: &Array) {
        let before = identified(old, &self.steps, self.keys);
        let mut before: FxHashMap<StepName, (usize, &Value)> =
            before.into_iter().map(|element| (element.name, (element.index, element.value))).collect();
        for element in identified(new, &self.steps, self.keys) {
            let old = before.remove(&element.name).map(|(_, old)| old);
            self.below(id, element.name, Step::Index(element.index), (old, Some(element.value)));
        }
        for (name, (index, old)) in before {
            self.below(id, name, Step::Index(index), (Some(old), None));
        }
    }
}

/// Whether both are written the same: a digit more is a change.
pub(super) fn is_identical(old: Option<&Value>, new: Option<&Value>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => old.identical(new),
        (old, new) => old.is_none() && new.is_none(),
    }
}

/// The elements of an array that have a name of their own: those with a string or number in the field that is theirs
/// alone. None where the array's elements are not matched by a field.
fn identified<'a>(array: &'a Array, path: &[Step], keys: &DiffRules) -> Vec<Element<'a>> {
    let Some(ArrayKey::Field(field)) = keys.of(path) else { return Vec::new() };
    let element =
        |((index, value), name): ((usize, &'a Value), Option<StepName>)| Some(Element { name: name?, index, value });
    array.iter().enumerate().zip(names(array, &field)).filter_map(element).collect()
}

/// What a field calls each element; `None` for one that has no name of its own. O(elements).
pub(super) fn names(array: &Array, field: &str) -> Vec<Option<StepName>> {
    let names: Vec<Option<StepName>> = array.iter().map(|element| name_by(element, field)).collect();
    let mut times: FxHashMap<&StepName, usize> = FxHashMap::default();
    for name in names.iter().flatten() {
        *times.entry(name).or_default() += 1;
    }
    let alone: Vec<bool> = names.iter().map(|name| name.as_ref().is_some_and(|name| times[name] == 1)).collect();
    names.into_iter().zip(alone).map(|(name, alone)| name.filter(|_| alone)).collect()
}

fn name_by(element: &Value, field: &str) -> Option<StepName> {
    name_in(element, field).map(|name| StepName::Element(name.clone()))
}

/// What a field calls the element at an index; `None` when it has no name of its own. O(elements).
pub(super) fn name_of(array: &Array, index: usize, field: &str) -> Option<StepName> {
    let name = name_in(array.get(index)?, field)?;
    let is_alone = only_named(array, field, name) == Some(index);
    is_alone.then(|| StepName::Element(name.clone()))
}
