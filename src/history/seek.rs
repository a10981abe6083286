//! The value at any version: kept, lately replayed, or replayed now from the nearest one that is.

use super::keyframes::Window;
use super::{History, Kind, step};
use crate::record::{Body, Records, Version};
use crate::value::Value;
use crate::{Error, Result};
use std::sync::MutexGuard;

impl History {
    /// The value at a version: O(1) where it is kept, else a replay from the nearest keyframe, remembered in a window.
    ///
    /// # Errors
    /// When there is no such version or `records` cannot be read.
    pub fn value(&self, version: Version, records: &dyn Records) -> Result<Value> {
        self.existing(version)?;
        let (from, steps) = self.nearest(version);
        steps.into_iter().rev().try_fold(from, |value, step| self.replay(step, value, records))
    }

    /// Whether compaction has cut off a version and left nothing of it.
    pub(super) fn is_cut(&self, version: Version) -> bool {
        version.0 > 0 && version < self.first() && self.keyframes.get(version).is_none()
    }

    /// One step back on a version's line: the version it was made from. `None` from `#0`, and where compaction has cut
    /// that off. O(log runs).
    pub fn step_back(&self, version: Version) -> Option<Version> {
        self.parent(version).filter(|before| before.0 == 0 || *before >= self.first())
    }

    /// `version`, if there is such a version and compaction has left it. O(log n).
    ///
    /// # Errors
    /// `Target` saying which versions there are.
    pub fn existing(&self, version: Version) -> Result<Version> {
        if version <= self.newest() && !self.is_cut(version) {
            return Ok(version);
        }
        let why = match self.is_cut(version) {
            true => format!("removed by compaction; versions are {} to {}", self.first(), self.newest()),
            false => format!("no such version; versions are #0 to {}", self.newest()),
        };
        Err(Error::Target { target: version.to_string(), why })
    }

    /// The closest value in memory on the way back from `version`, and the versions to replay on it, newest first.
    fn nearest(&self, version: Version) -> (Value, Vec<Version>) {
        let window = self.window();
        let mut steps = Vec::new();
        let mut at = version;
        loop {
            if let Some(value) = self.in_memory(at, &window) {
                return (value.clone(), steps);
            }
            if let Some(value) = self.keyframes.read(at) {
                drop(window);
                self.window().put(at, &value, u64::MAX);
                return (value, steps);
            }
            if let Some((first, _)) = self.versions.missing_run(at) {
                // The value stayed, however many are missing.
                at = self.tree.parent(first).unwrap_or_default();
                continue;
            }
            steps.push(at);
            match self.tree.parent(at) {
                // Its record says all: any value will do to start from, and the head's is the one to share with.
                _ if self.versions.is_whole(at) => return (self.head_value().clone(), steps),
                Some(parent) => at = parent,
                None => return (Value::Null, steps),
            }
        }
    }

    fn in_memory<'a>(&'a self, version: Version, window: &'a Window) -> Option<&'a Value> {
        let maker = self.tree.owner(version);
        if version == self.branches.head_of(maker) {
            return Some(&self.heads[maker].value);
        }
        self.keyframes.get(version).or_else(|| window.get(version))
    }

    /// The value at `version`, whose parent's value is `before`.
    fn replay(&self, version: Version, before: Value, records: &dyn Records) -> Result<Value> {
        let value = match self.versions.kind(version) {
            Some(Kind::Transition) => return self.replay_record(version, &before, records),
            Some(Kind::Deleted | Kind::Cut) | None => Value::Null,
            Some(Kind::Rollback | Kind::Promote | Kind::Undo | Kind::Invalid) => before,
        };
        self.window().put(version, &value, 0);
        Ok(value)
    }

    fn replay_record(&self, version: Version, before: &Value, records: &dyn Records) -> Result<Value> {
        let position = self.versions.position(version).unwrap_or_default();
        let record = records.record(position)?;
        let Body::Transition { change, .. } = &record.entry.body else {
            let why = format!("record {} was a transition when it was read first, and is not any more", position.0);
            return Err(Error::Target { target: version.to_string(), why });
        };
        let value = step::apply(change, before, self.limits)?;
        self.window().put(version, &value, step::change_bytes(change));
        Ok(value)
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.window()
    }
}
