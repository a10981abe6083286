//! One transition: what a change makes of a value, which keys that changed, and how much memory it took.
//!
//! The fold and the replay both go through here, so a version has one value however it is reached.

use super::keyframes::{PATH_COPY, whole_bytes, written};
use crate::Result;
use crate::diff::{Counts, counted};
use crate::patch::{Op, Patch};
use crate::record::StateChange;
use crate::value::{Limits, Pointer, Value};

/// The value after a change of `from`.
///
/// # Errors
/// When a patch does not apply, or the value would be beyond the limits.
pub(in crate::history) fn apply(change: &StateChange, from: &Value, limits: Limits) -> Result<Value> {
    match change {
        StateChange::Patch(patch) => patch.apply_within(from, limits),
        StateChange::State(value) => Ok(value.clone().within(limits)?.sharing(from)),
        StateChange::Invalid { .. } => Ok(from.clone()),
        StateChange::Deleted => Ok(Value::Null),
    }
}

/// As [`apply`], to the value itself, in its own memory where that is nobody else's. It is as it was after an error.
///
/// # Errors
/// As [`apply`].
pub(in crate::history) fn apply_onto(change: &StateChange, value: &mut Value, limits: Limits) -> Result<()> {
    if !matches!(change, StateChange::Patch(patch) if patch.apply_in_place(value, limits)) {
        *value = apply(change, value, limits)?;
    }
    Ok(())
}

/// As [`apply`], to the value itself: in its own memory where one operation says what changed, so that a version that is
/// kept nowhere costs no copy. The value is as it was after an error.
///
/// # Errors
/// As [`apply`].
pub(in crate::history) fn advance(change: &StateChange, value: &mut Value, limits: Limits) -> Result<Growth> {
    // Counted on the way: what most transitions do.
    if let StateChange::Patch(patch) = change
        && let Some(is_other) = patch.replace_scalar(value, limits)
    {
        let counts = Counts { changed: u32::from(is_other), ..Counts::default() };
        return Ok(Growth { counts, bytes: change_bytes(change) });
    }
    if let StateChange::Patch(patch) = change
        && let Some(counts) = counts_of_one(change, value)
        && patch.apply_in_place(value, limits)
    {
        return Ok(Growth { counts, bytes: change_bytes(change) });
    }
    let new = apply(change, value, limits)?;
    let growth = growth_by(change, value, &new);
    *value = new;
    Ok(growth)
}

/// How one version differs from another.
pub(in crate::history) struct Growth {
    /// In keys.
    pub counts: Counts,
    /// In bytes of memory that are not shared (estimated).
    pub bytes: u64,
}

/// How `new` differs from `old`.
pub(in crate::history) fn growth(old: &Value, new: &Value) -> Growth {
    if old.same(new) {
        return Growth { counts: Counts::default(), bytes: 0 };
    }
    let found = counted(old, new);
    let changes = found.counts.all();
    Growth { counts: found.counts, bytes: PATH_COPY.saturating_mul(changes).saturating_add(written(found.new_bytes)) }
}

/// As [`growth`] where `change` made `new` of `old`; without comparing where the change says it all.
pub(in crate::history) fn growth_by(change: &StateChange, old: &Value, new: &Value) -> Growth {
    let quick = counts_of_one(change, old).map(|counts| Growth { counts, bytes: change_bytes(change) });
    quick.unwrap_or_else(|| growth(old, new))
}

/// What a change of `old` counts, where its one operation on an object says it all.
pub(in crate::history) fn quick_counts(change: &StateChange, old: &Value) -> Option<Counts> {
    only_op(change).and_then(|op| counts_of(op, old))
}

/// The same for operations on elements of an array, too.
fn counts_of_one(change: &StateChange, old: &Value) -> Option<Counts> {
    only_op(change).and_then(|op| counts_of(op, old).or_else(|| counts_in_array(op, old)))
}

fn only_op(change: &StateChange) -> Option<&Op> {
    match change {
        StateChange::Patch(Patch(ops)) => match ops.as_slice() {
            [op] => Some(op),
            _ => None,
        },
        _ => None,
    }
}

/// What one operation on an element counts, where no other array is on the way: between the elements that stay, one is new
/// or gone, or a scalar stands for a scalar.
fn counts_in_array(op: &Op, old: &Value) -> Option<Counts> {
    let none = Counts::default();
    let (last, way) = op.path().0.split_last()?;
    let array = way.iter().try_fold(old, |node, key| node.as_object()?.get(key))?.as_array()?;
    let there = || array.get(Pointer::index(last)?);
    match op {
        Op::Add { .. } => Some(Counts { added: 1, ..none }),
        Op::Remove { .. } => there().map(|_| Counts { removed: 1, ..none }),
        Op::Replace { value: new, .. } => {
            let old = there().filter(|old| !old.is_container() && !new.is_container())?;
            Some(Counts { changed: u32::from(old != new), ..none })
        }
        Op::Move { .. } | Op::Copy { .. } | Op::Test { .. } => None,
    }
}

/// What one operation on an object's key counts, where `diff` could not count anything else: no array is on the way
/// (its elements might be matched another way), and nothing is both gone and new (it might have moved).
fn counts_of(op: &Op, old: &Value) -> Option<Counts> {
    let (path, new) = match op {
        Op::Add { path, value } | Op::Replace { path, value } => (path, Some(value)),
        Op::Remove { path } => (path, None),
        Op::Move { .. } | Op::Copy { .. } | Op::Test { .. } => return None,
    };
    let (key, way) = path.0.split_last()?;
    let object = way.iter().try_fold(old, |node, key| node.as_object()?.get(key))?.as_object()?;
    let none = Counts::default();
    match (object.get(key), new) {
        (None, Some(_)) => Some(Counts { added: 1, ..none }),
        (Some(_), None) => Some(Counts { removed: 1, ..none }),
        (Some(old), Some(new)) if !old.is_container() && !new.is_container() => {
            Some(Counts { changed: u32::from(old != new), ..none })
        }
        _ => None,
    }
}

/// About how many bytes a change made that the value before does not share.
pub(in crate::history) fn change_bytes(change: &StateChange) -> u64 {
    match change {
        StateChange::Patch(Patch(ops)) => ops.iter().map(op_bytes).fold(0, u64::saturating_add),
        StateChange::State(value) => whole_bytes(value),
        StateChange::Invalid { .. } | StateChange::Deleted => 0,
    }
}

fn op_bytes(op: &Op) -> u64 {
    match op {
        Op::Add { value, .. } | Op::Replace { value, .. } => PATH_COPY.saturating_add(whole_bytes(value)),
        Op::Move { .. } => 2 * PATH_COPY,
        Op::Remove { .. } | Op::Copy { .. } => PATH_COPY,
        Op::Test { .. } => 0,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::value::parse;
    use proptest::prelude::*;

    fn change(patch: &str) -> StateChange {
        StateChange::Patch(Patch::from_value(&parse(patch.as_bytes()).unwrap()).unwrap())
    }

    /// The quick count, if there is one, and the count by comparing.
    fn counted(old: &str, op: &str) -> (Option<Counts>, Counts) {
        let old = parse(old.as_bytes()).unwrap();
        let change = change(&format!("[{op}]"));
        let new = apply(&change, &old, Limits::default()).unwrap();
        let StateChange::Patch(Patch(ops)) = &change else { unreachable!() };
        let (mut value, counts) = (old.clone(), growth(&old, &new).counts);
        assert_eq!(advance(&change, &mut value, Limits::default()).unwrap().counts, counts, "{op}");
        assert!(value.identical(&new), "{op}");
        (counts_of(&ops[0], &old), counts)
    }

    #[test]
    fn one_operation_counts_as_the_difference_does() {
        let old = r#"{"a":{"b":1,"c":[1,2]},"d":"x","e":{}}"#;
        for (op, quick) in [
            (r#"{"op":"replace","path":"/a/b","value":2}"#, true),
            (r#"{"op":"replace","path":"/a/b","value":1.0}"#, true),
            (r#"{"op":"replace","path":"/d","value":null}"#, true),
            (r#"{"op":"add","path":"/a/b","value":"y"}"#, true),
            (r#"{"op":"add","path":"/f","value":{"g":[1,2,3]}}"#, true),
            (r#"{"op":"add","path":"/e/","value":0}"#, true),
            (r#"{"op":"remove","path":"/a"}"#, true),
            (r#"{"op":"remove","path":"/a/c"}"#, true),
            (r#"{"op":"replace","path":"/a/c/0","value":7}"#, false),
            (r#"{"op":"add","path":"/a/c/-","value":7}"#, false),
            (r#"{"op":"replace","path":"/a","value":1}"#, false),
            (r#"{"op":"replace","path":"","value":1}"#, false),
            (r#"{"op":"move","from":"/a/b","path":"/b"}"#, false),
            (r#"{"op":"copy","from":"/a","path":"/b"}"#, false),
            (r#"{"op":"test","path":"/d","value":"x"}"#, false),
        ] {
            let (one, whole) = counted(old, op);
            assert_eq!(one.is_some(), quick, "{op}");
            assert_eq!(one.unwrap_or(whole), whole, "{op}");
        }
    }

    #[test]
    fn changes_apply_as_they_say() {
        let from = parse(br#"{"a":1}"#).unwrap();
        let invalid = StateChange::Invalid { raw: "{".into(), why: "cut off".into() };
        for (change, expected) in [
            (change(r#"[{"op":"remove","path":"/a"}]"#), "{}"),
            (StateChange::State(parse(b"[1]").unwrap()), "[1]"),
            (invalid, r#"{"a":1}"#),
            (StateChange::Deleted, "null"),
        ] {
            assert_eq!(apply(&change, &from, Limits::default()).unwrap().to_json(), expected);
        }
        let tight = Limits { depth: 1, size: 8 };
        for refused in [
            change(r#"[{"op":"remove","path":"/b"}]"#),
            StateChange::State(parse(b"[[1]]").unwrap()),
            StateChange::State("long enough".into()),
        ] {
            assert!(apply(&refused, &from, tight).is_err());
        }
    }

    proptest! {
        #[test]
        fn quick_counts_are_the_difference_s(key in "[a-d]", inner in "[a-d]", value in prop_oneof!["[0-3]", Just("{}".to_owned()), Just("\"text text\"".to_owned())], remove: bool) {
            let old = r#"{"a":{"a":1,"b":"text text","c":{"a":1}},"b":0,"c":"text text"}"#;
            for path in [format!("/{key}"), format!("/{key}/{inner}")] {
                let pointer = crate::value::Pointer::parse(&path).unwrap();
                let there = parse(old.as_bytes()).unwrap().pointer(&pointer).is_some();
                let op = match remove {
                    true if there => format!(r#"{{"op":"remove","path":"{path}"}}"#),
                    true => continue,
                    false if path.len() > 2 && key != "a" => continue,
                    false => format!(r#"{{"op":"add","path":"{path}","value":{value}}}"#),
                };
                let (one, whole) = counted(old, &op);
                prop_assert_eq!(one.unwrap_or(whole), whole, "{}", op);
            }
        }
    }

    proptest! {
        /// One operation on an element of any array counts as comparing does, and makes the same value in place.
        #[test]
        fn operations_on_elements_count_as_the_difference_does(
            elements in prop::collection::vec(prop_oneof![
                4 => "[0-2]", 1 => Just("1.0".to_owned()), 2 => Just("\"x\"".to_owned()), 2 => Just("null".to_owned()),
                3 => "[a-c]".prop_map(|id| format!(r#"{{"id":"{id}","n":1}}"#)), 1 => Just("[1,[2]]".to_owned()),
            ], 0..70),
            at: prop::sample::Index,
            kind in 0usize..4,
            new in prop_oneof![Just("1"), Just("1.0"), Just("\"y\""), Just(r#"{"id":"b","n":1}"#), Just("[1,[2]]")],
        ) {
            let old = parse(format!(r#"{{"a":{{"list":[{}]}}}}"#, elements.join(",")).as_bytes()).unwrap();
            let index = at.index(elements.len() + 1);
            let op = match kind {
                0 => format!(r#"{{"op":"add","path":"/a/list/{index}","value":{new}}}"#),
                1 => format!(r#"{{"op":"add","path":"/a/list/-","value":{new}}}"#),
                2 => format!(r#"{{"op":"remove","path":"/a/list/{index}"}}"#),
                _ => format!(r#"{{"op":"replace","path":"/a/list/{index}","value":{new}}}"#),
            };
            let change = change(&format!("[{op}]"));
            let mut value = old.clone();
            match (apply(&change, &old, Limits::default()), advance(&change, &mut value, Limits::default())) {
                (Ok(new), Ok(found)) => {
                    prop_assert!(value.identical(&new), "{}", op);
                    prop_assert_eq!(found.counts, growth(&old, &new).counts, "{} of {}", op, old);
                }
                (applied, found) => {
                    prop_assert!(applied.is_err() && found.is_err() && value.identical(&old), "{}", op);
                }
            }
        }
    }
}
