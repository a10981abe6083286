//! How much of one value lies in the memory of another: counted by where each part is, not by what it says.

use super::{Object, Text, Value};
use rustc_hash::FxHashSet;
use std::sync::atomic::{AtomicBool, Ordering};

/// Bytes of a text that fit where the text itself is.
const INLINE: usize = 15;

/// What one value has in common with another in memory.
///
/// A node is one allocation: a run of elements or entries (at most 64 and 32), or a text longer than 15 bytes. What
/// leads to them in the trees of large containers is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sharing {
    /// Values in it, at every depth, without the outermost.
    pub values: u64,
    /// Those that lie in a node of the other, or whose own node is one.
    pub shared: u64,
    /// Nodes of all of them.
    pub nodes: u64,
    /// Those that both have.
    pub shared_nodes: u64,
    /// Bytes in use in all nodes, keys included.
    pub bytes: u64,
    /// Bytes in use in those that both have.
    pub shared_bytes: u64,
}

impl Value {
    /// How much of this value is the memory of `older`; `None` once `stop` is set. O(both values).
    pub fn shared_with(&self, older: &Self, stop: &AtomicBool) -> Option<Sharing> {
        let mut held = FxHashSet::default();
        older.each_part(stop, &mut |part| match part {
            ValuePart::Node { at, .. } | ValuePart::Value { own: Some(at), .. } => _ = held.insert(at),
            ValuePart::Value { own: None, .. } => {}
        });
        let mut sharing = Sharing::default();
        self.each_part(stop, &mut |part| sharing.add(&part, &held));
        (!stop.load(Ordering::Relaxed)).then_some(sharing)
    }

    /// How much of this value is the memory of `older` once it is made of that, as a state that is recorded behind another:
    /// depends on what the two say, not on how each came to be where it is. `None` once `stop` is set. O(both values), and
    /// as much memory.
    pub fn shareable_with(&self, older: &Self, stop: &AtomicBool) -> Option<Sharing> {
        let mut keys = FxHashSet::default();
        let older = older.laid_out(&mut keys, stop)?;
        self.laid_out(&mut keys, stop)?.sharing(&older).shared_with(&older, stop)
    }

    /// The same value in memory of its own, laid out as if it had been read, but for long keys that are in `keys`.
    fn laid_out(&self, keys: &mut FxHashSet<Text>, stop: &AtomicBool) -> Option<Self> {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        Some(match self {
            Self::Null | Self::Bool(_) | Self::Number(_) => self.clone(),
            Self::String(text) => Self::String(Text::from(text.as_str())),
            Self::Array(array) => array.iter().map(|element| element.laid_out(keys, stop)).collect::<Option<_>>()?,
            Self::Object(object) => {
                let mut own = |key: &Text| {
                    keys.get(key).cloned().unwrap_or_else(|| {
                        let own = Text::from(key.as_str());
                        keys.insert(own.clone());
                        own
                    })
                };
                let names: Vec<Text> = object.iter().map(|(key, _)| own(key)).collect();
                let values = object.iter().map(|(_, value)| value.laid_out(keys, stop));
                let entries = names.into_iter().zip(values).map(|(key, value)| Some((key, value?)));
                Self::Object(Object::from_sorted(entries.collect::<Option<_>>()?))
            }
        })
    }

    /// Whether this value and another, each a part of something larger, are in one place. O(1).
    #[cfg(any(test, feature = "tui"))]
    pub(crate) fn is_one_with(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || self.own_address().is_some_and(|at| other.own_address() == Some(at))
    }

    /// Where what it holds lies; `None` for what fits where the value itself is.
    fn own_address(&self) -> Option<usize> {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) => None,
            Self::String(text) => (text.len() > INLINE).then(|| text.as_ptr().addr()),
            Self::Array(array) => Some(array.address()),
            Self::Object(object) => Some(object.address()),
        }
    }

    /// Every node below this value, and every value, each behind the node that it lies in.
    fn each_part(&self, stop: &AtomicBool, tell: &mut impl FnMut(ValuePart)) {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) => {}
            Self::String(text) => visit_text(text, tell),
            Self::Array(array) => {
                let mut nodes = Nodes::default();
                for element in array.iter() {
                    nodes.place(std::ptr::from_ref(element).addr(), size_of::<Self>(), tell);
                    nodes.visit(element, tell);
                    element.each_part(stop, tell);
                }
            }
            Self::Object(object) => {
                let mut nodes = Nodes::default();
                for (key, value) in object.iter() {
                    nodes.place(std::ptr::from_ref(value).addr(), size_of::<(Text, Self)>(), tell);
                    nodes.visit(value, tell);
                    visit_text(key, tell);
                    value.each_part(stop, tell);
                }
            }
        }
    }
}

impl Sharing {
    fn add(&mut self, part: &ValuePart, held: &FxHashSet<usize>) {
        match *part {
            ValuePart::Node { at, bytes, is_new } => {
                let is_shared = held.contains(&at);
                self.nodes += u64::from(is_new);
                self.shared_nodes += u64::from(is_new && is_shared);
                self.bytes += bytes;
                self.shared_bytes += if is_shared { bytes } else { 0 };
            }
            ValuePart::Value { node, own } => {
                self.values += 1;
                self.shared += u64::from(held.contains(&node) || own.is_some_and(|own| held.contains(&own)));
            }
        }
    }
}

/// What a value is made of.
enum ValuePart {
    /// So many bytes more of a node.
    Node { at: usize, bytes: u64, is_new: bool },
    /// A value: the node that it lies in, and where what it holds lies.
    Value { node: usize, own: Option<usize> },
}

/// The nodes of one container. Neighbours lie side by side in one node, and those of two nodes never do: each allocation
/// begins with its counts.
#[derive(Default)]
struct Nodes {
    at: usize,
    next: usize,
}

impl Nodes {
    /// The next value of the container is here.
    fn place(&mut self, at: usize, bytes: usize, tell: &mut impl FnMut(ValuePart)) {
        let is_new = at != self.next;
        if is_new {
            self.at = at;
        }
        self.next = at + bytes;
        tell(ValuePart::Node { at: self.at, bytes: bytes as u64, is_new });
    }

    fn visit(&self, value: &Value, tell: &mut impl FnMut(ValuePart)) {
        tell(ValuePart::Value { node: self.at, own: value.own_address() });
    }
}

/// A long text lies in a place of its own.
fn visit_text(text: &Text, tell: &mut impl FnMut(ValuePart)) {
    if text.len() > INLINE {
        tell(ValuePart::Node { at: text.as_ptr().addr(), bytes: text.len() as u64, is_new: true });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::value::parse;

    static NEVER: AtomicBool = AtomicBool::new(false);

    fn between(older: &Value, newer: &Value) -> Sharing {
        let sharing = newer.shared_with(older, &NEVER).unwrap();
        assert!(sharing.shared_bytes <= sharing.bytes && sharing.shared_nodes <= sharing.nodes, "{sharing:?}");
        sharing
    }

    fn check(older: &Value, newer: &Value, [values, shared, nodes, shared_nodes]: [u64; 4]) {
        let found = between(older, newer);
        let counts = [found.values, found.shared, found.nodes, found.shared_nodes];
        assert_eq!(counts, [values, shared, nodes, shared_nodes], "{}", newer.to_json());
    }

    fn read(json: &str) -> Value {
        parse(json.as_bytes()).unwrap()
    }

    fn with(value: &Value, key: &str, new: Value) -> Value {
        let Value::Object(object) = value else { return Value::Null };
        Value::Object(object.with(key.into(), new))
    }

    #[test]
    fn what_is_equal_is_not_shared_and_what_is_shared_is_the_same_memory() {
        // Four nodes: the two objects, the array and the text.
        let old = read(r#"{"a":{"x":[1,2,3],"y":"a text that is longer than what fits"},"b":1}"#);
        check(&old, &old.clone(), [7, 7, 4, 4]);
        check(&old, &read(&old.to_json()), [7, 0, 4, 0]);
        // The outer object is new, and `b` in it; all of `a` is what it was.
        check(&old, &with(&old, "b", Value::from(2_i64)), [7, 6, 4, 3]);
        check(&old, &with(&old, "c", Value::from(2_i64)), [8, 6, 4, 3]);
        check(&Value::Null, &old, [7, 0, 4, 0]);
        check(&old, &Value::Null, [0; 4]);
        check(&old, &Value::from("one"), [0; 4]);
        assert_eq!(old.shared_with(&old, &AtomicBool::new(true)), None, "stopped");
    }

    /// A value that is made of other steps lies otherwise in memory, and shares other parts by chance.
    #[test]
    fn what_can_be_shared_depends_on_what_the_values_say() {
        let key = |at: u64| Text::from(format!("key_{at}"));
        let old: Value =
            (0..1_000).map(|at| (key(at), Value::from(format!("the value of key {at}").as_str()))).collect();
        let new = with(&with(&old, "key_7", Value::from("NEW!")), "list", (0..500_u64).map(Value::from).collect());
        let found = new.shareable_with(&old, &NEVER).unwrap();
        assert_eq!((found.values, found.shared), (1_501, 999), "{found:?}");
        let backwards: Value = {
            let Value::Object(object) = &new else { return };
            let members: Vec<_> = object.iter().collect();
            let one_by_one = members
                .into_iter()
                .rev()
                .fold(Object::from_sorted(Vec::new()), |object, (key, value)| object.with(key.clone(), value.clone()));
            Value::Object(one_by_one)
        };
        let Some(Value::Array(list)) = new.at(&read_path("list")) else { return };
        let moved = with(&new, "list", Value::Array(list.inserted(250, Value::Null).removed(250)));
        for again in [read(&new.to_json()), backwards, moved] {
            assert_eq!(again, new);
            assert_eq!(again.shareable_with(&old, &NEVER), Some(found));
            assert_eq!(again.shareable_with(&read(&old.to_json()), &NEVER), Some(found));
        }
        assert_eq!(new.shareable_with(&old, &AtomicBool::new(true)), None, "stopped");
    }

    #[test]
    fn one_changed_key_of_many_is_one_new_value_in_one_new_node() {
        for keys in [100_u64, 1_000, 50_000] {
            let text = |at| Value::from(format!("the value of key {at}").as_str());
            let old: Value = (0..keys).map(|at| (Text::from(format!("key_{at}")), text(at))).collect();
            let new = with(&old, "key_7", Value::from("NEW!"));
            let sharing = between(&old, &new);
            assert_eq!((sharing.values, sharing.shared), (keys, keys - 1), "all others are the texts they were");
            assert_eq!(sharing.nodes - sharing.shared_nodes, 1, "the entries beside it: {sharing:?}");
            assert!(sharing.bytes - sharing.shared_bytes <= 32 * 32, "{sharing:?}");
            let part = |value: &'_ Value, key: &str| value.at(&read_path(key)).cloned().unwrap();
            assert!(part(&old, "key_8").is_one_with(&part(&new, "key_8")));
            assert!(!part(&old, "key_7").is_one_with(&part(&new, "key_7")));
        }
    }

    fn read_path(key: &str) -> crate::value::Path {
        crate::value::Path(vec![crate::value::Step::Key(key.into())])
    }

    #[test]
    fn an_array_that_one_element_was_put_into_shares_the_others() {
        let old: Value = (0..10_000_u64).map(Value::from).collect();
        let Value::Array(array) = &old else { return };
        let sharing = between(&old, &Value::Array(array.inserted(5_000, Value::from(7_i64))));
        assert_eq!(sharing.values, 10_001);
        // A number lies in its node: those beside the new one lie in a new node too.
        assert!(sharing.values - sharing.shared <= 65, "{sharing:?}");
        assert!((1..=2).contains(&(sharing.nodes - sharing.shared_nodes)), "{sharing:?}");
    }
}
