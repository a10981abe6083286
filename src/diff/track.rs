//! A part of a value followed from version to version: elements of arrays by what names them.

use super::keyed::{name_in, only_named};
use super::{ArrayKey, DiffRules, Differ, Pair};
use crate::value::{Path, Step, Text, Value};

/// Follows the part of a value at a path through other values. An element is followed by the field of its array; one without
/// it, or with the name of another, by the alignment of the comparison; an array without such a field as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    steps: Vec<TrackedStep>,
    here: Option<Path>,
}

#[derive(Debug, Clone, PartialEq)]
enum TrackedStep {
    /// The same key or index in every value.
    Fixed(Step),
    /// The element with this name, last seen at this index.
    Named { field: Text, name: Value, at: usize },
    /// The element that comparing matched, last at this index; `None` where it had no match.
    Aligned(Option<usize>),
}

impl Track {
    /// Of a path into a value. Ends at the first array that has no field to name its elements by.
    pub fn new(path: &Path, value: &Value, keys: &DiffRules) -> Self {
        let (mut steps, mut here, mut way) = (Vec::new(), Some(value), Path::default());
        for step in &path.0 {
            let element = here.and_then(|value| value.child(step));
            let tracked = match (step, keys.of(&way.0)) {
                (Step::Index(at), Some(ArrayKey::Field(field))) => {
                    let array = here.and_then(Value::as_array);
                    let is_alone = |name: &&Value| array.and_then(|array| only_named(array, &field, name)) == Some(*at);
                    match element.and_then(|element| name_in(element, &field)).filter(is_alone) {
                        Some(name) => TrackedStep::Named { field: field.clone(), name: name.clone(), at: *at },
                        None => TrackedStep::Aligned(element.map(|_| *at)),
                    }
                }
                (Step::Index(_), None | Some(ArrayKey::Content)) => break,
                (step, _) => TrackedStep::Fixed(step.clone()),
            };
            steps.push(tracked);
            way.0.push(step.clone());
            here = element;
        }
        Self { steps, here: Some(way) }
    }

    /// Where it is in the value come to; `None` where an element on the way is not there.
    pub fn path(&self) -> Option<&Path> {
        self.here.as_ref()
    }

    /// Where it is, or the array that its element is missing from.
    pub fn nearest(&self) -> Path {
        self.here.clone().unwrap_or_else(|| {
            let lasting = self
                .steps
                .iter()
                .map_while(|step| if let TrackedStep::Fixed(step) = step { Some(step.clone()) } else { None });
            Path(lasting.collect())
        })
    }

    /// Whether every element on the way is followed by its name.
    #[cfg(test)]
    pub fn is_named(&self) -> bool {
        self.steps.iter().all(|step| !matches!(step, TrackedStep::Aligned(_) | TrackedStep::Fixed(Step::Index(_))))
    }

    /// What is there in the value come to.
    pub fn value<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        value.at(self.here.as_ref()?)
    }

    /// Goes from the value come to on to another one, in either direction of time. O(steps) where the arrays on the way are
    /// the same, else O(elements).
    pub fn advance(&mut self, from: &Value, to: &Value, how: Differ<'_>) {
        let (mut old, mut new) = (Some(from), Some(to));
        let mut way = Path::default();
        let mut found = true;
        let was_found = self.here.is_some();
        for step in &mut self.steps {
            let before = step.step();
            let after = match step {
                TrackedStep::Fixed(step) => Some(step.clone()),
                TrackedStep::Named { field, name, at } => {
                    let is_same = was_found && found && old.zip(new).is_some_and(|(old, new)| old.same(new));
                    let index = match new.and_then(Value::as_array) {
                        Some(_) if is_same => Some(*at),
                        array => array.and_then(|array| only_named(array, field, name)),
                    };
                    *at = index.unwrap_or(*at);
                    index.map(Step::Index)
                }
                TrackedStep::Aligned(at) => {
                    let sides = old.zip(new).filter(|_| found && was_found);
                    *at = at.zip(sides).and_then(|(at, (old, new))| aligned(&way, at, old, new, how));
                    at.map(Step::Index)
                }
            };
            found &= after.is_some();
            old = before.and_then(|step| old?.child(&step));
            new = after.as_ref().and_then(|step| new?.child(step));
            way.0.extend(after);
        }
        self.here = found.then_some(way);
    }
}

impl TrackedStep {
    fn step(&self) -> Option<Step> {
        match self {
            Self::Fixed(step) => Some(step.clone()),
            Self::Named { at, .. } => Some(Step::Index(*at)),
            Self::Aligned(at) => at.map(Step::Index),
        }
    }
}

fn aligned(path: &Path, at: usize, old: &Value, new: &Value, how: Differ<'_>) -> Option<usize> {
    if old.same(new) {
        return Some(at);
    }
    let (rows, _) = how.align(&path.0, old, new)?;
    rows.into_iter().find_map(|row| match row {
        Pair::Both(Step::Index(left), Step::Index(right)) | Pair::Moved(Step::Index(left), Step::Index(right)) => {
            (left == at).then_some(right)
        }
        _ => None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::value::parse;

    /// Where the element at `at` of the first array is in each of the others, by `id`.
    #[track_caller]
    fn check(at: usize, arrays: &[&str], expected: &[Option<usize>]) {
        let values: Vec<Value> = arrays.iter().map(|array| parse(array.as_bytes()).unwrap()).collect();
        let mut keys = DiffRules::default();
        keys.choose(&[], Some(ArrayKey::Field("id".into())));
        let mut track = Track::new(&Path(vec![Step::Index(at)]), &values[0], &keys);
        let index = |track: &Track| track.path().map(|path| path.0[0].clone());
        let found: Vec<_> = values
            .windows(2)
            .map(|pair| {
                track.advance(&pair[0], &pair[1], Differ::by(&keys));
                index(&track)
            })
            .collect();
        let expected: Vec<_> = expected.iter().map(|at| at.map(Step::Index)).collect();
        assert_eq!(found, expected, "{at} of {arrays:?}");
    }

    #[test]
    fn a_name_that_is_there_twice_names_nothing() {
        let (one, two) = (r#"[{"id":"a","v":1},{"id":"b","v":2}]"#, r#"[{"id":"a","v":1},{"id":"a","v":2}]"#);
        check(0, &[one, two, one], &[None, Some(0)]);
        check(0, &[one, two, r#"[{"id":"b"},{"id":"a"}]"#], &[None, Some(1)]);
        check(1, &[one, two, one], &[None, Some(1)]);
        // Two of one name are followed as those without any: by what they hold.
        check(1, &[two, r#"[{"id":"c"},{"id":"a","v":1},{"id":"a","v":2}]"#], &[Some(2)]);
        check(0, &[two, r#"[{"id":"a","v":2},{"id":"a","v":1}]"#], &[Some(1)]);
    }

    #[test]
    fn what_is_no_text_or_number_names_nothing() {
        check(0, &[r#"[{"id":null,"v":1},{"id":"b"}]"#, r#"[{"id":"b"},{"id":null,"v":1}]"#], &[Some(1)]);
        check(0, &[r#"[{"id":true,"v":1},{"id":"b"}]"#, r#"[{"id":"b"},{"id":true,"v":1}]"#], &[Some(1)]);
        check(0, &[r#"[{"id":1.0},{"id":"b"}]"#, r#"[{"id":"b"},{"id":1}]"#], &[Some(1)]);
    }
}
