//! The value at any version: kept, lately replayed, or replayed now from the nearest one that is.

use super::keyframes::ReplayedValues;
use super::{Values, step};
use crate::history::lineage::Lineage;
use crate::history::lineage::tree::BranchId;
use crate::history::timeline::{Timeline, VersionKind};
use crate::record::{Body, Records, Version};
use crate::value::Value;
use crate::{Error, Result};

/// What values are replayed from.
pub(in crate::history) struct Replay<'a> {
    pub values: &'a Values,
    pub lineage: &'a Lineage,
    pub timeline: &'a Timeline,
    pub records: &'a dyn Records,
}

impl Replay<'_> {
    /// The value at a version that there is: O(1) where it is kept, else a replay from the nearest keyframe, remembered in
    /// a window.
    ///
    /// # Errors
    /// When `records` cannot be read.
    pub fn value(&self, version: Version) -> Result<Value> {
        let (from, steps) = self.nearest(version);
        steps.into_iter().rev().try_fold(from, |value, step| self.replay(step, value))
    }

    /// The closest value in memory on the way back from `version`, and the versions to replay on it, newest first.
    fn nearest(&self, version: Version) -> (Value, Vec<Version>) {
        let window = self.values.window.window();
        let mut steps = Vec::new();
        let mut at = version;
        loop {
            if let Some(value) = self.in_memory(at, &window) {
                return (value.clone(), steps);
            }
            if let Some(value) = self.values.keyframes.read(at) {
                drop(window);
                self.values.window.window().put(at, &value, u64::MAX);
                return (value, steps);
            }
            if let Some((first, _)) = self.timeline.missing_run(at) {
                // The value stayed, however many are missing.
                at = self.lineage.tree.parent(first).unwrap_or_default();
                continue;
            }
            steps.push(at);
            match self.lineage.tree.parent(at) {
                // Its record says all: any value will do to start from, and the head's is the one to share with.
                _ if self.timeline.is_whole(at) => {
                    return (self.values.heads[BranchId::default()].value.clone(), steps);
                }
                Some(parent) => at = parent,
                None => return (Value::Null, steps),
            }
        }
    }

    fn in_memory<'a>(&'a self, version: Version, window: &'a ReplayedValues) -> Option<&'a Value> {
        let maker = self.lineage.tree.owner(version);
        if version == self.lineage.branches.head_of(maker) {
            return Some(&self.values.heads[maker].value);
        }
        self.values.keyframes.get(version).or_else(|| window.get(version))
    }

    /// The value at `version`, whose parent's value is `before`.
    fn replay(&self, version: Version, before: Value) -> Result<Value> {
        let value = match self.timeline.kind(version) {
            Some(VersionKind::Transition) => return self.replay_record(version, &before),
            Some(VersionKind::Deleted | VersionKind::Cut) | None => Value::Null,
            Some(VersionKind::Rollback | VersionKind::Promote | VersionKind::Undo | VersionKind::Invalid) => before,
        };
        self.values.window.window().put(version, &value, 0);
        Ok(value)
    }

    fn replay_record(&self, version: Version, before: &Value) -> Result<Value> {
        let position = self.timeline.position(version).unwrap_or_default();
        let record = self.records.record(position)?;
        let Body::Transition { change, .. } = &record.entry.body else {
            let why = format!("record {} was a transition when it was read first, and is not any more", position.0);
            return Err(Error::Target { target: version.to_string(), why });
        };
        let value = step::apply(change, before, self.values.limits)?;
        self.values.window.window().put(version, &value, step::change_bytes(change));
        Ok(value)
    }
}
