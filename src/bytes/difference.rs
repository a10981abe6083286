//! What makes one value of another, as bytes: only what differs, so that a series of values that are much alike takes little.

use super::values::{BEHIND, FIRST, decode_value, encode_value};
use super::{Binary, ByteReader};
use crate::value::{Array, Object, ObjectDiff, Text, Value};

/// The value stays.
const SAME: u8 = 0;
/// A key of the older object is not in the newer one.
const GONE: u8 = 1;
const _: () = assert!(GONE < FIRST);
/// Keys of an object that differ.
const IN_OBJECT: u8 = BEHIND;
/// Runs of elements of an array that differ.
const IN_ARRAY: u8 = BEHIND + 1;

/// Keys of a large object from one node to the next.
const NODE: usize = 32;

/// About how many instructions it took to make a difference, and takes to change what an older value holds: copying one node of it,
const NODE_WORK: u64 = 1_000;
/// comparing a key where nodes that both hold are passed over,
const TREE_WORK: u64 = 600;
/// or one by one,
const KEY_WORK: u64 = 100;
/// and passing over a leaf of an array.
const LEAF_WORK: u64 = 100;
/// How many it takes to change a key of an object,
const MEMBER_WORK: u64 = 1_000;
/// and one leaf of an array, into which so many elements are put at once.
const SPLICE_WORK: u64 = 4_000;
const SPLICED: usize = 16;

/// About how many instructions a difference takes, beside those for each of its bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Effort {
    /// To make it, copies that are made because the older value is kept among them.
    pub made: u64,
    /// To apply it.
    pub applied: u64,
}

impl std::ops::AddAssign for Effort {
    fn add_assign(&mut self, more: Self) {
        self.made = self.made.saturating_add(more.made);
        self.applied = self.applied.saturating_add(more.applied);
    }
}

/// Appends what makes `newer` of `older`, which about so many changes lie between. O(what is not shared), of arrays O(leaves), of
/// objects that have few more keys than there are changes O(keys).
pub(crate) fn encode_difference(older: &Value, newer: &Value, changes: usize, out: &mut Vec<u8>) -> Effort {
    match (older, newer) {
        _ if older.same(newer) => {
            out.push(SAME);
            Effort::default()
        }
        (Value::Object(older), Value::Object(newer)) => encode_members(older, newer, changes, out),
        (Value::Array(older), Value::Array(newer)) => encode_elements(older, newer, changes, out),
        _ => {
            encode_value(newer, out);
            Effort::default()
        }
    }
}

fn encode_members(older: &Object, newer: &Object, changes: usize, out: &mut Vec<u8>) -> Effort {
    let walks = newer.len() / NODE <= changes;
    let differences: Vec<_> = match walks {
        true => older.differences_by_key(newer),
        false => older.differences(newer).collect(),
    };
    out.push(IN_OBJECT);
    differences.len().encode(out);
    let nodes = differences.len().min(newer.len() / NODE + 1);
    let compared = if walks { newer.len() as u64 * KEY_WORK } else { (nodes * NODE) as u64 * TREE_WORK };
    let applied = differences.len() as u64 * MEMBER_WORK;
    let mut effort = Effort { made: compared + nodes as u64 * NODE_WORK, applied };
    for difference in differences {
        match difference {
            ObjectDiff::Added(key, value) => {
                key.encode(out);
                encode_value(value, out);
            }
            ObjectDiff::Removed(key, _) => {
                key.encode(out);
                out.push(GONE);
            }
            ObjectDiff::Both(key, older, newer) => {
                key.encode(out);
                effort += encode_difference(older, newer, changes, out);
            }
        }
    }
    effort
}

fn encode_elements(older: &Array, newer: &Array, changes: usize, out: &mut Vec<u8>) -> Effort {
    let found = older.splices(newer);
    out.push(IN_ARRAY);
    found.splices.len().encode(out);
    let made = found.leaves as u64 * NODE_WORK + found.passed as u64 * LEAF_WORK;
    let (mut end, mut effort) = (0, Effort { made, applied: 0 });
    for splice in found.splices {
        let (gone, put) = (splice.older.len(), splice.newer.len());
        (splice.newer.start - end, gone, put).encode(out);
        end = splice.newer.end;
        effort.applied += (1 + (gone + put) / SPLICED) as u64 * SPLICE_WORK;
        let new = newer.iter_from(splice.newer.start).take(put);
        if gone == put {
            for (old, new) in older.iter_from(splice.older.start).zip(new) {
                effort += encode_difference(old, new, changes, out);
            }
        } else {
            new.for_each(|new| encode_value(new, out));
        }
    }
    effort
}

/// Makes the newer value of the older one, in its own memory where nobody else holds that. `None` where the bytes are no
/// difference of this value, which may have changed then.
pub(crate) fn apply_difference(value: &mut Value, from: &mut ByteReader<'_>) -> Option<()> {
    apply(u8::decode(from)?, value, from, 0)
}

/// Recursion is bounded by the depth of the value.
fn apply(tag: u8, value: &mut Value, from: &mut ByteReader<'_>, depth: usize) -> Option<()> {
    match (tag, value) {
        (SAME, _) => {}
        (IN_OBJECT, Value::Object(object)) => {
            for _ in 0..from.count()? {
                apply_to_member(object, from, depth + 1)?;
            }
        }
        (IN_ARRAY, Value::Array(array)) => {
            let mut at = 0_usize;
            for _ in 0..from.count()? {
                apply_splice(array, &mut at, from, depth + 1)?;
            }
        }
        (tag, value) => *value = decode_value(tag, from, depth)?,
    }
    Some(())
}

fn apply_to_member(object: &mut Object, from: &mut ByteReader<'_>, depth: usize) -> Option<()> {
    let key = Text::decode(from)?;
    match u8::decode(from)? {
        GONE => object.take(&key),
        tag @ FIRST..BEHIND => object.put(key, decode_value(tag, from, depth)?),
        tag => {
            let done = object.edit_child(&key, &mut |child| apply(tag, child, from, depth).is_some());
            return done.then_some(());
        }
    }
    Some(())
}

fn apply_splice(array: &mut Array, at: &mut usize, from: &mut ByteReader<'_>, depth: usize) -> Option<()> {
    let (skipped, gone, put): (usize, usize, usize) = Binary::decode(from)?;
    let start = at.checked_add(skipped).filter(|start| *start <= array.len())?;
    if put > from.left() || gone > array.len() - start {
        return None;
    }
    *at = start + put;
    if gone == put {
        for index in start..*at {
            let tag = u8::decode(from)?;
            let done = array.edit_child(index, &mut |child| apply(tag, child, from, depth).is_some());
            done.then_some(())?;
        }
        return Some(());
    }
    let mut new = Vec::with_capacity(put.min(1024));
    for _ in 0..put {
        new.push(decode_value(u8::decode(from)?, from, depth)?);
    }
    array.splice(start, gone, &new);
    Some(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::patch::Patch;
    use crate::value::parse;
    use proptest::prelude::*;

    fn difference(older: &Value, newer: &Value) -> Vec<u8> {
        let [few, many] = [0, 1_000].map(|changes| {
            let mut out = Vec::new();
            encode_difference(older, newer, changes, &mut out);
            assert!(applied(older, &out).is_some_and(|made| made.identical(newer)), "{older} to {newer}");
            out
        });
        if few.len() < many.len() { few } else { many }
    }

    fn applied(older: &Value, bytes: &[u8]) -> Option<Value> {
        let (mut value, mut from) = (older.clone(), ByteReader::new(bytes));
        apply_difference(&mut value, &mut from).filter(|()| from.is_at_end()).map(|()| value)
    }

    fn check(older: &Value, newer: &Value) -> usize {
        let bytes = difference(older, newer);
        let made = applied(older, &bytes).unwrap();
        assert!(made.identical(newer), "{older} to {newer}: {made}");
        assert_eq!((made.size(), made.depth()), (newer.size(), newer.depth()));
        bytes.len()
    }

    #[test]
    fn what_differs_is_told_and_nothing_else() {
        for (older, newer, most) in [
            ("null", "{\"a\":1}", 8),
            ("{\"a\":1}", "{\"a\":1}", 2),
            ("{\"a\":1,\"b\":2}", "{\"b\":3,\"c\":1.0}", 18),
            ("{\"a\":{\"b\":[1,2,{\"c\":0}]}}", "{\"a\":{\"b\":[1,2,{\"c\":1e3}]}}", 22),
            ("[1,2,3]", "[2,3]", 5),
            ("[1,2,3]", "[1,true,false,\"x\",2,3]", 12),
            ("[]", "[[],{}]", 10),
            ("{\"a\":1}", "[1]", 4),
            ("[1,2]", "[1.0,2]", 10),
        ] {
            let [older, newer] = [older, newer].map(|json| parse(json.as_bytes()).unwrap());
            let bytes = check(&older, &newer);
            assert!(bytes <= most, "{older} to {newer}: {bytes}");
        }
    }

    /// A text of letters that is typed at some places.
    #[test]
    fn edits_of_a_long_array_take_their_length() {
        let letter = |n: usize| Value::from(char::from(b'a' + u8::try_from(n % 26).unwrap()).to_string().as_str());
        let mut array: Array = (0..20_000).map(letter).collect();
        for round in 0..40_usize {
            let older = Value::Array(array.clone());
            for place in [900 * round % array.len(), 19_000, 3] {
                (0..60).for_each(|n| array.insert(place + n, letter(n * n + round)));
                (0..30).for_each(|_| array.take(place + 5));
            }
            let bytes = check(&older, &Value::Array(array.clone()));
            assert!(bytes < 3 * 60 * 3 + 600, "{bytes}");
        }
        let long: Array = (0..1_000).map(letter).collect();
        check(&Value::Array(array.clone()), &Value::Array(long.clone()));
        check(&Value::Array(long), &Value::Array(array));
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[a-c]{0,3}".prop_map(|text| Value::from(text.as_str())),
            prop::sample::select(vec!["1.0", "1e3", "-0", "123456789012345678901234567890"])
                .prop_map(|digits| parse(digits.as_bytes()).unwrap()),
        ];
        scalar.prop_recursive(4, 300, 70, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..140).prop_map(|all| all.into_iter().collect()),
                prop::collection::vec(("[a-h]{1,2}", inner), 0..70)
                    .prop_map(|all| all.into_iter().map(|(key, value)| (Text::from(key), value)).collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_two_values_lead_to_each_other(older in any_value(), newer in any_value()) {
            check(&older, &newer);
            check(&older, &newer.clone().sharing(&older));
            let patch: Patch = crate::patch::between(&older, &newer);
            check(&older, &patch.apply(&older).unwrap());
        }

        #[test]
        fn bytes_that_were_changed_are_refused_or_make_something(
            older in any_value(),
            newer in any_value(),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        ) {
            let mut bytes = difference(&older, &newer);
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if let Some(value) = applied(&older, &bytes) {
                prop_assert!(value.depth() <= crate::value::MAX_DEPTH);
            }
        }
    }
}
