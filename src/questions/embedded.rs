//! Changes of a part of the JSON that a string holds.

use super::PathChange;
use super::changes::{changes_of, differs};
use super::course::Course;
use super::nearest::{Aspect, Nearest, TimeDirection, change_near};
use crate::Result;
use crate::diff::{DiffRules, opened};
use crate::record::Version;
use crate::recording::Tenant;
use crate::value::{Path, Value};
use std::ops::ControlFlow;

/// A path that leads through a string that holds JSON; or one that does not, with nothing inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddedPath {
    /// The path of the string.
    pub string: Path,
    /// The path inside of what it holds.
    pub inside: Path,
}

impl EmbeddedPath {
    /// Splits a path at the first string of a value that it leads through. O(its length).
    pub fn new(value: &Value, path: &Path) -> Self {
        let mut at = Some(value);
        for (depth, step) in path.0.iter().enumerate() {
            if let Some(Value::String(_)) = at {
                let (string, inside) = path.0.split_at(depth);
                return Self { string: Path(string.to_vec()), inside: Path(inside.to_vec()) };
            }
            at = at.and_then(|value| value.child(step));
        }
        Self { string: path.clone(), inside: Path::default() }
    }

    /// A change of the string as a change of the part inside; `None` where that is the same.
    pub fn change(&self, change: PathChange, rules: &DiffRules) -> Option<PathChange> {
        let part = |value: Option<&Value>| value.map(opened).and_then(|value| value.at(&self.inside).cloned());
        let (old, new) = (part(change.old.as_ref()), part(change.new.as_ref()));
        let path = Path([change.path.0, self.inside.0.clone()].concat());
        let change = PathChange { path, old, new, ..change };
        differs(&change, rules).then_some(change)
    }
}

/// As [`changes_of`], with the JSON in strings opened: the place may be inside of it, and a string that says the same in other
/// letters has not changed. Elements of arrays inside of strings are followed by their place.
///
/// # Errors
/// When the log cannot be read.
pub fn embedded_changes_of(
    course: &Course<'_>,
    place: &EmbeddedPath,
    rules: &DiffRules,
    mut each: impl FnMut(PathChange) -> ControlFlow<()>,
) -> Result<()> {
    changes_of(course, &place.string, rules, |change| {
        place.change(change, rules).map_or(ControlFlow::Continue(()), &mut each)
    })
}

/// As [`change_near`], with the JSON in strings opened.
///
/// # Errors
/// When the log cannot be read.
pub fn embedded_change_near(
    tenant: &Tenant,
    (path, rules): (&Path, &DiffRules),
    from: Version,
    way: TimeDirection,
    stop: &dyn Fn() -> bool,
) -> Result<Nearest> {
    let EmbeddedPath { mut string, inside } = EmbeddedPath::new(&tenant.value_at(from)?, path);
    let mut at = from;
    loop {
        let change = match change_near(tenant, (&string, rules), at, (way, Aspect::Value), stop)? {
            Nearest::Changed(change) => change,
            other => return Ok(other),
        };
        at = change.version;
        let place = EmbeddedPath { string: string.clone(), inside: inside.clone() };
        string.clone_from(&change.path);
        if let Some(change) = place.change(change, rules) {
            return Ok(Nearest::Changed(change));
        }
    }
}
