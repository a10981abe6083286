//! The two values that are compared, or the parts of them at one path.

use crate::cli::exit::{Outcome, usage};
use crate::cli::state::path;
use crate::diff::{Change, ChangeKind, Diff, diff};
use crate::patch::{Patch, between};
use crate::value::{Path, Value};
use crate::view::summary::Summary;

/// Two values and what differs. A part may be missing on one side, not on both.
#[derive(Debug)]
pub struct Sides {
    left: Option<Value>,
    right: Option<Value>,
    /// What differs; paths are those in the whole values.
    pub differences: Diff,
}

impl Sides {
    /// Compares two values, or the parts at a path; `None` when nothing is there on either side.
    pub fn new(left: &Value, right: &Value, part: Option<&str>) -> Outcome<Option<Self>> {
        let Some(text) = part else {
            return Ok(Some(Self {
                left: Some(left.clone()),
                right: Some(right.clone()),
                differences: diff(left, right),
            }));
        };
        // A JSON Pointer is read against the value: the side that has something there tells keys from indexes.
        let on_right = path(text, right)?;
        let at = if right.at(&on_right).is_some() { on_right } else { path(text, left)? };
        let (left, right) = (left.at(&at).cloned(), right.at(&at).cloned());
        Ok(differences(left.as_ref(), right.as_ref(), &at).map(|differences| Self { left, right, differences }))
    }

    /// The patch that makes the right of the left.
    pub fn patch(&self) -> Outcome<Patch> {
        match (&self.left, &self.right) {
            (Some(left), Some(right)) => Ok(between(left, right)),
            _ => Err(usage("a patch needs something at --path on both sides; leave --path out, or name its parent")),
        }
    }

    /// What it comes to.
    pub fn summary(&self) -> Summary {
        let or_null = |side: &Option<Value>| side.clone().unwrap_or_default();
        Summary::new(&self.differences, &or_null(&self.left), &or_null(&self.right))
    }
}

fn differences(left: Option<&Value>, right: Option<&Value>, at: &Path) -> Option<Diff> {
    let only = |kind| Diff { changes: vec![Change { path: at.clone(), kind }], ..Diff::default() };
    match (left, right) {
        (Some(left), Some(right)) => Some(below(diff(left, right), at)),
        (None, Some(new)) => Some(only(ChangeKind::Added { new: new.clone() })),
        (Some(old), None) => Some(only(ChangeKind::Removed { old: old.clone() })),
        (None, None) => None,
    }
}

/// The same differences, with paths that start at the whole value.
fn below(mut differences: Diff, at: &Path) -> Diff {
    let whole = |path: &mut Path| path.0 = at.0.iter().chain(&path.0).cloned().collect();
    for change in &mut differences.changes {
        whole(&mut change.path);
        if let ChangeKind::Moved { from, .. } = &mut change.kind {
            whole(from);
        }
    }
    differences.sizes.iter_mut().for_each(|size| whole(&mut size.path));
    differences.arrays.iter_mut().for_each(|(path, _)| whole(path));
    differences
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::value::parse;

    /// Differences as `+.a ~.b[0]`, or `nothing`.
    fn check(left: &str, right: &str, part: &str, expected: &str) {
        let value = |text: &str| parse(text.as_bytes()).unwrap();
        let sides = Sides::new(&value(left), &value(right), Some(part)).unwrap();
        let sign = |kind: &ChangeKind| crate::view::Sign::from(kind).char();
        let words = |sides: Sides| {
            sides
                .differences
                .changes
                .iter()
                .map(|c| format!("{}{}", sign(&c.kind), c.path))
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(sides.map_or("nothing".into(), words), expected, "{left} {right} {part}");
    }

    #[test]
    fn only_what_is_below_the_path() {
        let (left, right) =
            (r#"{"a":{"x":1,"y":2},"b":[1,2],"gone":3}"#, r#"{"a":{"x":5,"y":2,"z":0},"b":[1,2],"new":{"k":1}}"#);
        check(left, right, ".a", "~.a.x +.a.z");
        check(left, right, "/a/x", "~.a.x");
        check(left, right, ".b", "");
        check(left, right, ".gone", "-.gone");
        check(left, right, "/gone", "-.gone");
        check(left, right, ".new.k", "+.new.k");
        check(left, right, ".nowhere", "nothing");
        check(left, right, "/b/7", "nothing");
    }

    #[test]
    fn a_patch_of_parts_makes_one_of_the_other() {
        let value = |text: &str| parse(text.as_bytes()).unwrap();
        let (left, right) = (value(r#"{"a":{"x":1},"b":0}"#), value(r#"{"a":{"x":2,"y":[1]},"b":9}"#));
        let sides = Sides::new(&left, &right, Some(".a")).unwrap().unwrap();
        assert_eq!(sides.patch().unwrap().apply(&value(r#"{"x":1}"#)).unwrap(), value(r#"{"x":2,"y":[1]}"#));
        let one_sided = Sides::new(&left, &right, Some(".a.y")).unwrap().unwrap();
        assert!(one_sided.patch().is_err());
    }
}
