//! Versions made by one operation that puts, changes or removes a scalar: what they touch is read off the operation,
//! without comparing values.

use super::PathIndex;
use super::paths::{Name, PathId, ROOT, Touched};
use crate::diff::ArrayKey;
use crate::history::History;
use crate::patch::{Op, Patch};
use crate::record::{Body, Change, Records, Version};
use crate::value::{Limits, Step, Text, Value};

/// Where an operation comes to, and what it does there.
struct Place<'v> {
    /// The keys of the objects on the way.
    keys: &'v [Text],
    /// Whether an array is behind them, whose elements have no names: that answers for all below.
    is_array: bool,
    is_changed: bool,
}

impl PathIndex {
    /// Indexes a version, if it is one of those and the value before it is at hand; whether it did. O(steps).
    pub(super) fn add_quickly(&mut self, version: Version, history: &History, records: &dyn Records) -> bool {
        let Some(position) = history.patched(version) else { return false };
        let Some(before) = history.seen_before(version) else { return false };
        let Some((known, mut value)) = self.values.remove(history.made_by(version)) else { return false };
        let record = records.record(position).ok().filter(|_| known == before);
        let patch = record.as_ref().and_then(|record| match &record.entry.body {
            Body::Transition { change: Change::Patch(patch), .. } => Some(patch),
            _ => None,
        });
        let touched = patch.is_some_and(|patch| self.take_patch(patch, &mut value, version));
        let now = if touched { version } else { known };
        self.values.insert(history.made_by(version).into(), (now, value));
        touched
    }

    fn take_patch(&mut self, patch: &Patch, value: &mut Value, version: Version) -> bool {
        let [op] = patch.0.as_slice() else { return false };
        let Some(place) = self.place(op, value) else { return false };
        let (keys, is_array, is_changed) = (place.keys.len(), place.is_array, place.is_changed);
        if !patch.apply_in_place(value, Limits::default()) {
            return false;
        }
        if is_changed {
            self.touch(&op.path().0[..keys], is_array, version);
        }
        true
    }

    /// Touches a scalar by the keys to it, or an array.
    fn touch(&mut self, keys: &[Text], is_array: bool, version: Version) {
        let mut id: Option<PathId> = Some(ROOT);
        for key in keys {
            let Some(above) = id else { return };
            self.paths.touch(above, version, Touched::Object);
            id = self.paths.get_or_add(above, Name::Key(key.clone()));
        }
        if let Some(id) = id {
            self.paths.touch(id, version, if is_array { Touched::Array } else { Touched::Whole });
        }
    }

    /// `None` where more than that has to be known.
    fn place<'o>(&self, op: &'o Op, value: &Value) -> Option<Place<'o>> {
        let new = match op {
            Op::Add { value, .. } | Op::Replace { value, .. } => Some(value),
            Op::Remove { .. } => None,
            Op::Move { .. } | Op::Copy { .. } | Op::Test { .. } => return None,
        };
        let path = &op.path().0;
        let (last, way) = path.split_last()?;
        let mut here = value;
        let mut array = None;
        for (depth, token) in way.iter().enumerate() {
            if here.as_array().is_some() {
                array.get_or_insert(depth);
            }
            here = here.token(token)?;
        }
        let inserts = match here {
            Value::Array(_) => {
                array.get_or_insert(way.len());
                matches!(op, Op::Add { .. })
            }
            Value::Object(_) => false,
            _ => return None,
        };
        let old = if inserts { None } else { here.token(last) };
        if old.into_iter().chain(new).any(Value::is_container) {
            return None;
        }
        let is_changed = inserts || !super::touched::is_identical(old, new);
        let keys = match array {
            Some(depth) => self.is_nameless(&path[..depth]).then_some(&path[..depth])?,
            None => path,
        };
        Some(Place { keys, is_array: array.is_some(), is_changed })
    }

    /// Whether the elements of an array below objects have no names.
    fn is_nameless(&self, keys: &[Text]) -> bool {
        let steps: Vec<Step> = keys.iter().cloned().map(Step::Key).collect();
        !matches!(self.keys.of(&steps), Some(ArrayKey::Field(_)))
    }
}
