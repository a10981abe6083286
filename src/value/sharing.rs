//! How much of one value lies in the memory of another: counted by where each part is, not by what it says.

use super::{Text, Value};
use rustc_hash::FxHashSet;

/// Bytes of a text that fit where the text itself is.
const INLINE: usize = 15;

/// What one value has in common with another in memory. Texts of keys count with the value that they name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sharing {
    /// Values in it, at every depth, without the outermost.
    pub values: u64,
    /// Those that are the very ones of the other.
    pub shared: u64,
    /// Bytes that all of them take, with their keys.
    pub bytes: u64,
    /// Bytes that both have in common.
    pub shared_bytes: u64,
}

impl Value {
    /// How much of this value is the memory of `older`. Memory between the values, of the trees that hold them, is not
    /// counted. O(both values).
    pub fn shared_with(&self, older: &Self) -> Sharing {
        let mut held = FxHashSet::default();
        older.each_part(&mut |part| {
            held.insert(part.at);
        });
        let mut sharing = Sharing::default();
        self.each_part(&mut |part| {
            let is_shared = held.contains(&part.at);
            let count = u64::from(part.is_value);
            sharing.values += count;
            sharing.bytes += part.bytes;
            if is_shared {
                sharing.shared += count;
                sharing.shared_bytes += part.bytes;
            }
        });
        sharing
    }

    /// Every piece of memory below this value.
    fn each_part(&self, tell: &mut impl FnMut(Part)) {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) => {}
            Self::String(text) => tell_text(text, tell),
            Self::Array(array) => array.iter().for_each(|element| {
                tell(Part::value(element, 0));
                element.each_part(tell);
            }),
            Self::Object(object) => object.iter().for_each(|(key, value)| {
                tell(Part::value(value, size_of::<Text>()));
                tell_text(key, tell);
                value.each_part(tell);
            }),
        }
    }
}

/// One piece of memory.
struct Part {
    at: usize,
    bytes: u64,
    is_value: bool,
}

impl Part {
    fn value(value: &Value, key: usize) -> Self {
        let at = std::ptr::from_ref(value).addr();
        Self { at, bytes: (size_of::<Value>() + key) as u64, is_value: true }
    }
}

/// A long text lies in a place of its own.
fn tell_text(text: &Text, tell: &mut impl FnMut(Part)) {
    if text.len() > INLINE {
        tell(Part { at: text.as_ptr().addr(), bytes: text.len() as u64, is_value: false });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::value::parse;

    fn check(older: &Value, newer: &Value, [values, shared]: [u64; 2]) {
        let sharing = newer.shared_with(older);
        assert_eq!([sharing.values, sharing.shared], [values, shared], "{}", newer.to_json());
        assert!(sharing.shared_bytes <= sharing.bytes);
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
        let old = read(r#"{"a":{"x":[1,2,3],"y":"a text that is longer than what fits"},"b":1}"#);
        check(&old, &old.clone(), [7, 7]);
        check(&old, &read(&old.to_json()), [7, 0]);
        // The two entries of the outer object are new, all below `a` is as it was.
        check(&old, &with(&old, "b", Value::from(2_i64)), [7, 5]);
        check(&old, &with(&old, "c", Value::from(2_i64)), [8, 5]);
        check(&Value::Null, &old, [7, 0]);
        check(&old, &Value::Null, [0, 0]);
        check(&old, &Value::from("one"), [0, 0]);
    }

    #[test]
    fn one_changed_key_of_many_leaves_most_of_them_where_they_are() {
        for keys in [100_u64, 1_000, 50_000] {
            let entries = (0..keys).map(|at| (Text::from(format!("key_{at}")), Value::from(at)));
            let old: Value = entries.collect();
            let sharing = with(&old, "key_7", Value::from("NEW!")).shared_with(&old);
            assert_eq!(sharing.values, keys);
            // The tree has leaves of at most 64 keys.
            assert!(sharing.values - sharing.shared <= 64, "{keys}: {sharing:?}");
            assert!(sharing.shared < keys);
        }
    }

    #[test]
    fn an_array_that_one_element_was_put_into_shares_the_others() {
        let old: Value = (0..10_000_u64).map(Value::from).collect();
        let Value::Array(array) = &old else { return };
        let new = Value::Array(array.inserted(5_000, Value::from(7_i64)));
        let sharing = new.shared_with(&old);
        assert_eq!(sharing.values, 10_001);
        assert!(sharing.values - sharing.shared <= 65, "{sharing:?}");
    }
}
