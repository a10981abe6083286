//! Versions made by one operation that puts, changes or removes a scalar: what they touch is read off the operation,
//! without comparing values.

use super::PathIndex;
use super::paths::{PathId, ROOT, StepName, TouchKind};
use crate::diff::ArrayKey;
use crate::history::History;
use crate::patch::{Op, Patch};
use crate::record::{Body, RecordSource, StateChange, Version};
use crate::value::{Limits, Pointer, Step, Value};

/// What an operation touches.
struct OperationTarget<'v> {
    /// How each container on the way is touched, and what the next step is called.
    steps: Vec<(TouchKind<'v>, StepName)>,
    /// How what these lead to is touched: the scalar, or an array that answers for it.
    end: TouchKind<'v>,
    is_changed: bool,
}

impl PathIndex {
    /// Indexes a version, if it is one of those and the value before it is at hand; whether it did. O(steps).
    pub(super) fn add_quickly(&mut self, version: Version, history: &History, records: &dyn RecordSource) -> bool {
        let Some(position) = history.patched(version) else { return false };
        let Some(before) = history.lineage().seen_before(version) else { return false };
        let Some((known, mut value)) = self.values.remove(history.lineage().made_by(version)) else { return false };
        let record = records.record(position).ok().filter(|_| known == before);
        let patch = record.as_ref().and_then(|record| match &record.entry.body {
            Body::Transition { change: StateChange::Patch(patch), .. } => Some(patch),
            _ => None,
        });
        let touched = patch.is_some_and(|patch| self.take_patch(patch, &mut value, version));
        let now = if touched { version } else { known };
        self.values.insert(history.lineage().made_by(version).into(), (now, value));
        touched
    }

    fn take_patch(&mut self, patch: &Patch, value: &mut Value, version: Version) -> bool {
        let [op] = patch.0.as_slice() else { return false };
        let Some(way) = self.way(op, value) else { return false };
        if !patch.apply_in_place(value, Limits::default()) {
            return false;
        }
        if way.is_changed {
            self.touch(way, version);
        }
        true
    }

    fn touch(&mut self, way: OperationTarget<'_>, version: Version) {
        let mut id: Option<PathId> = Some(ROOT);
        for (how, name) in way.steps {
            let Some(above) = id else { return };
            self.paths.touch(above, version, how);
            id = self.paths.get_or_add(above, name);
        }
        if let Some(id) = id {
            self.paths.touch(id, version, way.end);
        }
    }

    /// `None` where more than the operation has to be looked at. O(steps), and O(elements) for arrays whose elements have
    /// names.
    fn way<'v>(&self, op: &'v Op, value: &Value) -> Option<OperationTarget<'v>> {
        let new = match op {
            Op::Add { value, .. } | Op::Replace { value, .. } => Some(value),
            Op::Remove { .. } => None,
            Op::Move { .. } | Op::Copy { .. } | Op::Test { .. } => return None,
        };
        let path = &op.path().0;
        let (last, above) = path.split_last()?;
        let (mut steps, mut at, mut here) = (Vec::new(), Vec::new(), value);
        let mut is_answered = false;
        for (depth, token) in above.iter().enumerate() {
            match here {
                Value::Object(_) => {
                    steps.extend((!is_answered).then(|| (TouchKind::Object, StepName::Key(token.clone()))));
                    at.push(Step::Key(token.clone()));
                }
                Value::Array(array) => {
                    let index = Pointer::index(token)?;
                    if let (false, Some(ArrayKey::Field(field))) = (is_answered, self.keys.of(&at)) {
                        let renames = path.len() == depth + 2 && *last == field;
                        let name = super::touched::name_of(array, index, &field).filter(|_| !renames);
                        // Another name may make that of other elements its own, or not.
                        steps.push((TouchKind::Array, name?));
                    } else {
                        is_answered = true;
                    }
                    at.push(Step::Index(index));
                }
                _ => return None,
            }
            here = here.token(token)?;
        }
        let inserts = here.as_array().is_some() && matches!(op, Op::Add { .. });
        let old = if inserts { None } else { here.token(last) };
        if !here.is_container() || old.into_iter().chain(new).any(Value::is_container) {
            return None;
        }
        let is_changed = inserts || !super::touched::is_identical(old, new);
        let is_key = here.as_object().is_some() && !is_answered;
        steps.extend(is_key.then(|| (TouchKind::Object, StepName::Key(last.clone()))));
        // A scalar in an array has no name.
        Some(OperationTarget { steps, end: if is_key { TouchKind::Whole(new) } else { TouchKind::Array }, is_changed })
    }
}
