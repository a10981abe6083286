//! A part of a value followed from version to version: elements of arrays by what names them.

use super::{ArrayKey, ArrayKeys, Differ, Pair};
use crate::value::{Array, Path, Step, Text, Value};

/// Follows the part of a value at a path through other values. An element is followed by the field of its array; one without
/// it by the alignment of the comparison; an array without such a field as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    steps: Vec<Tracked>,
    here: Option<Path>,
}

/// One step.
#[derive(Debug, Clone, PartialEq)]
enum Tracked {
    /// The same key or index in every value.
    Fixed(Step),
    /// The element with this name, last seen at this index.
    Named { field: Text, name: Value, at: usize },
    /// The element that comparing matched, last at this index; `None` where it had no match.
    Aligned(Option<usize>),
}

impl Track {
    /// Of a path into a value. Ends at the first array that has no field to name its elements by.
    pub fn new(path: &Path, value: &Value, keys: &ArrayKeys) -> Self {
        let (mut steps, mut here, mut way) = (Vec::new(), Some(value), Path::default());
        for step in &path.0 {
            let element = here.and_then(|value| value.child(step));
            let tracked = match (step, keys.of(&way.0)) {
                (Step::Index(at), Some(ArrayKey::Field(field))) => {
                    let name = element.and_then(|element| element.child(&Step::Key(field.clone())));
                    match name.filter(|name| !name.is_container()) {
                        Some(name) => Tracked::Named { field: field.clone(), name: name.clone(), at: *at },
                        None => Tracked::Aligned(element.map(|_| *at)),
                    }
                }
                (Step::Index(_), None | Some(ArrayKey::Content)) => break,
                (step, _) => Tracked::Fixed(step.clone()),
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
                .map_while(|step| if let Tracked::Fixed(step) = step { Some(step.clone()) } else { None });
            Path(lasting.collect())
        })
    }

    /// What is there in the value come to.
    pub fn value<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        value.at(self.here.as_ref()?)
    }

    /// Goes from the value come to on to another one, in either direction of time. O(steps) where the arrays on the way are
    /// the same or the element stays in place, else O(elements).
    pub fn advance(&mut self, from: &Value, to: &Value, how: Differ<'_>) {
        let (mut old, mut new) = (Some(from), Some(to));
        let mut way = Path::default();
        let mut found = true;
        let was_found = self.here.is_some();
        for step in &mut self.steps {
            let before = step.step();
            let after = match step {
                Tracked::Fixed(step) => Some(step.clone()),
                Tracked::Named { field, name, at } => {
                    let index = new.and_then(Value::as_array).and_then(|array| named(array, field, name, *at));
                    *at = index.unwrap_or(*at);
                    index.map(Step::Index)
                }
                Tracked::Aligned(at) => {
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

impl Tracked {
    fn step(&self) -> Option<Step> {
        match self {
            Self::Fixed(step) => Some(step.clone()),
            Self::Named { at, .. } => Some(Step::Index(*at)),
            Self::Aligned(at) => at.map(Step::Index),
        }
    }
}

/// The index of the first element with that name; looks near where it was first.
fn named(array: &Array, field: &str, name: &Value, at: usize) -> Option<usize> {
    let field = Step::Key(field.into());
    let is = |element: &Value| element.child(&field) == Some(name);
    let near = array.get(at).is_some_and(is);
    if near { Some(at) } else { array.iter().position(is) }
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
