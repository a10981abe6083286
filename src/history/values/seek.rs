//! The value at any version: kept, lately replayed, or replayed now from the nearest one that is.

use super::keyframes::ReplayedValues;
use super::{Values, step};
use crate::history::lineage::Lineage;
use crate::history::lineage::tree::BranchId;
use crate::history::timeline::{Timeline, VersionKind};
use crate::record::{Body, RecordSource, Version};
use crate::value::Value;
use crate::{Error, Result};

/// Of the versions that are replayed, the last so many are remembered, so that a step back costs nothing,
const EVERY_ONE: usize = 256;
/// and of those before them one in so many, so that going on back costs as many patches: what is kept nowhere is changed in its
/// own memory.
const APART: usize = 256;

/// What values are replayed from.
pub(in crate::history) struct ValueReplay<'a> {
    pub values: &'a Values,
    pub lineage: &'a Lineage,
    pub timeline: &'a Timeline,
    pub records: &'a dyn RecordSource,
}

/// What the value of a version is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueSource {
    /// Its own record, which says all of it, or what it changes in that of the version it was made from.
    Record {
        /// Whether it says all of it.
        is_whole: bool,
    },
    /// It is that of another version.
    Version(Version),
    /// It is `null`.
    Nothing,
}

impl ValueSource {
    /// Of a version. O(log n).
    pub fn of(version: Version, timeline: &Timeline, lineage: &Lineage) -> Self {
        match timeline.kind(version) {
            Some(VersionKind::Transition) => Self::Record { is_whole: timeline.is_whole(version) },
            Some(VersionKind::Deleted | VersionKind::Cut) | None => Self::Nothing,
            Some(VersionKind::Rollback | VersionKind::Promote | VersionKind::Undo | VersionKind::Invalid) => {
                lineage.tree.parent(version).map_or(Self::Nothing, Self::Version)
            }
        }
    }
}

impl ValueReplay<'_> {
    /// The value at a version that there is: O(1) where it is kept, else a replay from the nearest keyframe, remembered in
    /// a window.
    ///
    /// # Errors
    /// When `records` cannot be read.
    pub fn value(&self, version: Version) -> Result<Value> {
        let (mut value, steps) = self.nearest(version);
        let mut unshared = 0_u64;
        for (left, step) in steps.into_iter().enumerate().rev() {
            unshared = unshared.saturating_add(self.replay(step, &mut value)?);
            if left < EVERY_ONE || left.is_multiple_of(APART) {
                self.values.window.window().put(step, &value, std::mem::take(&mut unshared));
            }
        }
        Ok(value)
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
                    let head = self.values.heads[BranchId::default()].value.in_memory();
                    return (head.cloned().unwrap_or_default(), steps);
                }
                Some(parent) => at = parent,
                None => return (Value::Null, steps),
            }
        }
    }

    fn in_memory<'a>(&'a self, version: Version, window: &'a ReplayedValues) -> Option<&'a Value> {
        let maker = self.lineage.tree.owner(version);
        if version == self.lineage.branches.head_of(maker) {
            return Some(self.values.heads[maker].value.get());
        }
        self.values.keyframes.get(version).or_else(|| window.get(version))
    }

    /// Makes the value at `version` of its parent's; answers about how many bytes it does not share with that.
    fn replay(&self, version: Version, value: &mut Value) -> Result<u64> {
        match ValueSource::of(version, self.timeline, self.lineage) {
            ValueSource::Record { .. } => return self.replay_record(version, value),
            ValueSource::Version(_) => {}
            ValueSource::Nothing => *value = Value::Null,
        }
        Ok(0)
    }

    fn replay_record(&self, version: Version, value: &mut Value) -> Result<u64> {
        let position = self.timeline.position(version).unwrap_or_default();
        let record = self.records.record(position)?;
        let Body::Transition { change, .. } = &record.entry.body else {
            let why = format!("record {} was a transition when it was read first, and is not any more", position.0);
            return Err(Error::Target { target: version.to_string(), why });
        };
        step::apply_onto(change, value, self.values.limits)?;
        Ok(step::change_bytes(change))
    }
}
