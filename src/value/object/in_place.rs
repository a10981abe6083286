//! Changes of an object's values in memory that nobody else holds.

use super::{Exact, Large, Object, ObjectRepr, find};
use crate::value::own::{EditInPlace, unshared};
use crate::value::{Text, Value, Weight};
use std::sync::Arc;
use triomphe::ThinArc;

impl Object {
    /// Changes the value of a key; whether it is there and was changed. O(log n), or O(keys) up to 32.
    pub(crate) fn edit_child(&mut self, key: &str, edit: &mut EditInPlace<'_>) -> bool {
        match &mut self.0 {
            ObjectRepr::Small(small) => edit_small(small, key, edit),
            ObjectRepr::Large(large) => Arc::make_mut(large).edit_child(key, edit),
        }
    }

    /// Puts `value` at `key`. O(log n) where nobody else holds the object.
    pub(crate) fn put(&mut self, key: Text, value: Value) {
        match &mut self.0 {
            ObjectRepr::Large(large) => Arc::make_mut(large).put(key, value),
            ObjectRepr::Small(small) => {
                let replaced = edit_small(small, &key, &mut |old| {
                    old.clone_from(&value);
                    true
                });
                if !replaced {
                    *self = self.with(key, value);
                }
            }
        }
    }

    /// Takes `key` out. O(log n) where nobody else holds the object.
    pub(crate) fn take(&mut self, key: &str) {
        *self = self.without(key);
    }
}

fn edit_small(small: &mut ThinArc<Weight, (Text, Value)>, key: &str, edit: &mut EditInPlace<'_>) -> bool {
    let Ok(at) = find(&small.slice, key) else { return false };
    let edited = unshared(small, |own| {
        let child = &mut own.slice_mut()[at].1;
        let before = Weight::of(child);
        let done = edit(child);
        let after = Weight::of(child);
        if before.depth != after.depth {
            own.header_mut().depth = Weight::deepest(own.slice().iter().map(|(_, value)| value));
        }
        let weight = own.header_mut();
        weight.bytes = weight.bytes - before.bytes + after.bytes;
        done
    });
    edited.unwrap_or(false)
}

impl Large {
    fn edit_child(&mut self, key: &str, edit: &mut EditInPlace<'_>) -> bool {
        let Some(Exact(child)) = self.map.get_mut(key) else { return false };
        let before = Weight::of(child);
        let done = edit(child);
        let after = Weight::of(child);
        if before.depth != after.depth {
            self.depths.remove(before.depth);
            self.depths.add(after.depth);
        }
        self.bytes = self.bytes - before.bytes + after.bytes;
        done
    }
}
