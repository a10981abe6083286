//! The two values that are compared, or the parts of them at one path.

use crate::cli::exit::{CommandResult, usage};
use crate::cli::state::path;
use crate::diff::{Change, ChangeKind, Diff, DiffRules, Differ, Track};
use crate::patch::{Patch, between};
use crate::value::{Path, Value};
use crate::view::summary::DiffSummary;

/// Two values and what differs. A part may be missing on one side, not on both.
#[derive(Debug)]
pub struct DiffSides {
    pub left: Option<Value>,
    pub right: Option<Value>,
    /// Both without what is ignored.
    pruned: (Option<Value>, Option<Value>),
    /// What differs; paths are those in the whole values.
    pub differences: Diff,
}

impl DiffSides {
    /// Compares two values, or the parts at a path, elements of arrays by `keys`; `None` when nothing is there on either side.
    pub fn new(left: &Value, right: &Value, part: Option<&str>, keys: &DiffRules) -> CommandResult<Option<Self>> {
        let how = Differ::by(keys);
        let (at_left, at_right) = match part {
            Some(text) => ends(text, (left, right), keys)?,
            None => (Some(Path::default()), Some(Path::default())),
        };
        let part = |value: &Value, at: &Option<Path>| at.as_ref().and_then(|at| value.at(at)).cloned();
        let (left, right) = (part(left, &at_left), part(right, &at_right));
        let only = |at: Path, kind| match keys.ignored().covers(&at.0) {
            true => Diff { ignored: 1, ..Diff::default() },
            false => Diff { changes: vec![Change { path: at, kind }], ..Diff::default() },
        };
        let differences = match (at_left.as_ref().zip(left.as_ref()), at_right.as_ref().zip(right.as_ref())) {
            (Some((old_at, old)), Some((new_at, new))) => how.diff_at((old_at, old), (new_at, new)).unwrap_or_default(),
            (None, Some((at, new))) => only(at.clone(), ChangeKind::Added { new: new.clone() }),
            (Some((at, old)), None) => only(at.clone(), ChangeKind::Removed { old: old.clone() }),
            (None, None) => return Ok(None),
        };
        let pruned = |at: Option<Path>, side: &Option<Value>| Some(keys.ignored().part_without(&at?, side.as_ref()?));
        let pruned = (pruned(at_left, &left), pruned(at_right, &right));
        Ok(Some(Self { left, right, pruned, differences }))
    }

    /// The patch that makes the right of the left.
    pub fn patch(&self) -> CommandResult<Patch> {
        match &self.pruned {
            (Some(left), Some(right)) => Ok(between(left, right)),
            _ => Err(usage("--patch needs a value at --path in both versions; omit --path, or use its parent")),
        }
    }

    /// What it comes to.
    pub fn summary(&self) -> DiffSummary {
        let or_null = |side: &Option<Value>| side.clone().unwrap_or_default();
        DiffSummary::new(&self.differences, &or_null(&self.left), &or_null(&self.right))
    }
}

/// Where the part at a path is on the left and on the right: the same element, where its array names its elements.
fn ends(text: &str, (left, right): (&Value, &Value), keys: &DiffRules) -> CommandResult<(Option<Path>, Option<Path>)> {
    // A JSON Pointer is read against the value: the side that has something there tells keys from indexes.
    let (on_left, on_right) = (path(text, left)?, path(text, right)?);
    let followed = |at: &Path, from: &Value, to: &Value| {
        let mut track = Track::new(at, from, keys);
        let whole = track.path() == Some(at);
        track.advance(from, to, Differ::by(keys));
        if whole { track.path().cloned() } else { Some(at.clone()) }
    };
    Ok(if right.at(&on_right).is_some() {
        (followed(&on_right, right, left), Some(on_right))
    } else {
        let on_right = followed(&on_left, left, right);
        (Some(on_left), on_right)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::value::parse;

    /// Differences as `+.a ~.b[0]`, or `nothing`.
    fn check(left: &str, right: &str, part: &str, expected: &str) {
        let value = |text: &str| parse(text.as_bytes()).unwrap();
        let sides = DiffSides::new(&value(left), &value(right), Some(part), &DiffRules::default()).unwrap();
        let sign = |kind: &ChangeKind| crate::view::Sign::from(kind).word();
        let words = |sides: DiffSides| {
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
        let sides = DiffSides::new(&left, &right, Some(".a"), &DiffRules::default()).unwrap().unwrap();
        assert_eq!(sides.patch().unwrap().apply(&value(r#"{"x":1}"#)).unwrap(), value(r#"{"x":2,"y":[1]}"#));
        let one_sided = DiffSides::new(&left, &right, Some(".a.y"), &DiffRules::default()).unwrap().unwrap();
        assert!(one_sided.patch().is_err());
    }
}
