//! The counts of a comparison without its paths: a pair of parts that occurs in many places is compared once.
//!
//! Patches can copy a part into itself again and again: a value of a few nodes then stands for millions, and going through
//! all places where it differs would take as many steps. Must not name: `summary`.

use super::walk::rows_of;
use super::{Counts, Differ, Pair, diff};
use crate::value::{Array, Object, ObjectDiff, Value};
use rustc_hash::FxHashMap;

/// How many times as many changes as pairs there may be before the places are not gone through one by one.
const REPEATED: u64 = 8;

/// As many changes are gone through one by one in any case.
const FEW: u64 = 10_000;

/// What a comparison counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ComparisonCounts {
    /// By the rule of [`Counts`]; where very many changes repeat the same few, a value that moved counts as one removed
    /// and one added.
    pub counts: Counts,
    /// Bytes of what they put there, as compact JSON.
    pub new_bytes: u64,
}

/// Counts what differs. O(pairs of different parts), however often each pair occurs; where parts may have moved, what
/// [`diff`] takes.
pub fn counted(left: &Value, right: &Value) -> ComparisonCounts {
    let mut count = CountingWalk::default();
    let found = count.compare(left, right);
    let may_have_moved = found.counts.added > 0 && found.counts.removed > 0;
    if may_have_moved && found.counts.all() <= FEW.max(count.steps.saturating_mul(REPEATED)) {
        return ComparisonCounts::of(&diff(left, right));
    }
    found
}

impl ComparisonCounts {
    fn of(diff: &super::Diff) -> Self {
        let new = diff.changes.iter().filter_map(|change| match &change.kind {
            super::ChangeKind::Added { new } | super::ChangeKind::Changed { new, .. } => Some(new.size()),
            super::ChangeKind::Removed { .. } | super::ChangeKind::Moved { .. } => None,
        });
        Self { counts: diff.counts(), new_bytes: new.fold(0, u64::saturating_add) }
    }

    fn added(value: &Value) -> Self {
        Self { counts: Counts { added: 1, ..Counts::default() }, new_bytes: value.size() }
    }

    fn changed(value: &Value) -> Self {
        Self { counts: Counts { changed: 1, ..Counts::default() }, new_bytes: value.size() }
    }

    fn removed() -> Self {
        Self { counts: Counts { removed: 1, ..Counts::default() }, ..Self::default() }
    }

    fn moved() -> Self {
        Self { counts: Counts { moved: 1, ..Counts::default() }, ..Self::default() }
    }

    fn and(self, other: Self) -> Self {
        let (a, b) = (self.counts, other.counts);
        Self {
            counts: Counts {
                added: a.added.saturating_add(b.added),
                changed: a.changed.saturating_add(b.changed),
                removed: a.removed.saturating_add(b.removed),
                moved: a.moved.saturating_add(b.moved),
            },
            new_bytes: self.new_bytes.saturating_add(other.new_bytes),
        }
    }
}

/// A comparison on its way. Both values outlive it, so an address stands for one part.
#[derive(Default)]
struct CountingWalk {
    known: FxHashMap<(usize, usize), ComparisonCounts>,
    /// Children compared.
    steps: u64,
}

impl CountingWalk {
    fn compare(&mut self, left: &Value, right: &Value) -> ComparisonCounts {
        let pair = match (left, right) {
            _ if left.same(right) => return ComparisonCounts::default(),
            (Value::Object(old), Value::Object(new)) => (old.address(), new.address()),
            (Value::Array(old), Value::Array(new)) => (old.address(), new.address()),
            _ if left == right => return ComparisonCounts::default(),
            _ => return ComparisonCounts::changed(right),
        };
        if let Some(known) = self.known.get(&pair) {
            return *known;
        }
        let found = match (left, right) {
            (Value::Object(old), Value::Object(new)) => self.objects(old, new),
            (Value::Array(old), Value::Array(new)) => self.arrays(old, new),
            _ => ComparisonCounts::default(),
        };
        self.known.insert(pair, found);
        found
    }

    fn objects(&mut self, left: &Object, right: &Object) -> ComparisonCounts {
        left.differences(right).fold(ComparisonCounts::default(), |sum, difference| {
            self.steps += 1;
            sum.and(match difference {
                ObjectDiff::Added(_, new) => ComparisonCounts::added(new),
                ObjectDiff::Removed(..) => ComparisonCounts::removed(),
                ObjectDiff::Both(_, old, new) => self.compare(old, new),
            })
        })
    }

    fn arrays(&mut self, left: &Array, right: &Array) -> ComparisonCounts {
        rows_of(left, right, Differ::default()).into_iter().fold(ComparisonCounts::default(), |sum, row| {
            self.steps += 1;
            let mut both = |old, new| match (left.get(old), right.get(new)) {
                (Some(old), Some(new)) => self.compare(old, new),
                _ => ComparisonCounts::default(),
            };
            sum.and(match row {
                Pair::Both(old, new) => both(old, new),
                Pair::Moved(old, new) => ComparisonCounts::moved().and(both(old, new)),
                Pair::Left(_) => ComparisonCounts::removed(),
                Pair::Right(new) => right.get(new).map(ComparisonCounts::added).unwrap_or_default(),
            })
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::patch::Patch;
    use crate::value::parse;
    use proptest::prelude::*;

    fn json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof!["[0-2]", Just("\"long enough\"".to_owned()), Just("null".to_owned())];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(|all| format!("[{}]", all.join(","))),
                prop::collection::vec(inner, 0..4).prop_map(|all| {
                    let members = all.iter().zip("abcd".chars()).map(|(value, key)| format!("\"{key}\":{value}"));
                    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn counts_are_those_of_the_changes_listed_one_by_one(left in json(), right in json()) {
            let (left, right) = (parse(left.as_bytes()).unwrap(), parse(right.as_bytes()).unwrap());
            prop_assert_eq!(counted(&left, &right), ComparisonCounts::of(&diff(&left, &right)));
            let shared = right.clone().sharing(&left);
            prop_assert_eq!(counted(&left, &shared).counts, diff(&left, &right).counts());
        }
    }

    /// The values that the same operations make again and again of a small one, as far as the limits allow.
    fn multiplied(start: &str, ops: &str) -> Vec<Value> {
        let (mut all, patch) =
            (vec![parse(start.as_bytes()).unwrap()], Patch::from_value(&parse(ops.as_bytes()).unwrap()).unwrap());
        while let Ok(next) = patch.apply(&all[all.len() - 1]) {
            all.push(next);
            if all.len() > 60 {
                break;
            }
        }
        all
    }

    /// What a value stands for doubles with each patch; the steps of counting what a patch changed must not.
    #[test]
    fn values_that_multiply_are_counted_in_steps_that_do_not() {
        for (what, start, ops) in [
            (
                "two copies in an object",
                r#"{"a":{"x":1}}"#,
                r#"[{"op":"copy","from":"/a","path":"/a/b"},{"op":"copy","from":"/a","path":"/a/c"}]"#,
            ),
            (
                "three copies",
                r#"{"a":{"x":1}}"#,
                r#"[{"op":"copy","from":"/a","path":"/a/b"},{"op":"copy","from":"/a","path":"/a/c"},{"op":"copy","from":"/a","path":"/a/d"}]"#,
            ),
            (
                "the whole value",
                r#"{"a":1}"#,
                r#"[{"op":"copy","from":"","path":"/b"},{"op":"copy","from":"","path":"/c"}]"#,
            ),
            (
                "below an array",
                r#"{"a":[{"x":1}]}"#,
                r#"[{"op":"copy","from":"/a","path":"/a/0/b"},{"op":"copy","from":"/a","path":"/a/0/c"}]"#,
            ),
            (
                "into an array",
                r#"{"a":[1]}"#,
                r#"[{"op":"copy","from":"/a","path":"/a/-"},{"op":"copy","from":"/a","path":"/a/0"}]"#,
            ),
            (
                "moved and copied",
                r#"{"a":{"x":1},"z":0}"#,
                r#"[{"op":"copy","from":"/a","path":"/y"},{"op":"move","from":"/a","path":"/y/b"},{"op":"copy","from":"/y","path":"/a"},{"op":"move","from":"/y","path":"/a/c"}]"#,
            ),
        ] {
            let values = multiplied(start, ops);
            assert!(values.len() > 5, "{what}");
            let steps = |pair: &[Value]| {
                let mut count = CountingWalk::default();
                count.compare(&pair[0], &pair[1]);
                count.steps
            };
            let all: Vec<u64> = values.windows(2).map(steps).collect();
            let most = all.iter().max().unwrap();
            assert!(*most <= 20 * values.len() as u64, "{what}: {all:?}");
        }
    }
}
