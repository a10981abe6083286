//! What is asked of versions: what is known of one, and its value.

use crate::diff::Counts;
use crate::history::parts::History;
use crate::history::timeline::VersionInfo;
use crate::history::values::seek::ValueReplay;
#[cfg(feature = "query")]
use crate::history::values::seek::ValueSource;
#[cfg(feature = "query")]
use crate::record::Position;
use crate::record::{RecordSource, Version};
use crate::value::{Text, Value};
use crate::{Error, Result};

/// Bytes that are parsed while a record is read and replayed.
#[cfg(feature = "query")]
const REPLAYED: u64 = 256;

#[cfg(feature = "query")]
impl History {
    /// What the value of a version is made of. O(log n).
    pub(crate) fn value_source(&self, version: Version) -> ValueSource {
        ValueSource::of(version, &self.timeline, &self.lineage)
    }

    /// The newest version up to this one that the same branch made and whose value is kept, in memory or in a segment.
    /// O(log n).
    pub(crate) fn kept_up_to(&self, version: Version) -> Option<Version> {
        let owner = self.lineage.tree.owner(version);
        if version == self.lineage.branches.head_of(owner) {
            return Some(version);
        }
        self.values.keyframes.last_up_to(version).filter(|kept| self.lineage.tree.owner(*kept) == owner)
    }

    /// What making the value of a version costs, in bytes that are parsed: those of a kept value, and what it takes to replay
    /// the versions since. Nothing where it is in memory. O(log n).
    pub(crate) fn replay_cost(&self, version: Version) -> u64 {
        let is_head = version == self.lineage.branches.head_of(self.lineage.tree.owner(version));
        if is_head || self.values.keyframes.get(version).is_some() {
            return 0;
        }
        let size = self.info(version).map_or(0, |info| info.size);
        let steps = version.0 - self.kept_up_to(version).map_or(0, |kept| kept.0);
        size.saturating_add(steps.saturating_mul(REPLAYED))
    }

    /// The record that made a version. O(log n).
    pub(crate) fn made_at(&self, version: Version) -> Option<Position> {
        self.timeline.position(version)
    }
}

impl History {
    /// What is known of a version; `None` for one that does not exist. `#0` exists. O(log n).
    pub fn info(&self, version: Version) -> Option<VersionInfo> {
        let mut info = self.timeline.info(version, self.lineage.parent(version).unwrap_or_default())?;
        if let Some(why) = self.doubts().of(version) {
            info.doubtful = true;
            info.problem.get_or_insert(why);
        }
        Some(info)
    }

    /// Who made a version, where that is known, and its label. O(1).
    pub fn author_and_label(&self, version: Version) -> Option<(Option<Text>, Text)> {
        self.timeline.author_and_label(version)
    }

    /// Keys that a version changed against the version before it in the log. O(1).
    pub fn counts(&self, version: Version) -> Option<Counts> {
        self.timeline.counts(version)
    }

    /// The value at a version: O(1) where it is kept, else a replay from the nearest keyframe, remembered in a window.
    ///
    /// # Errors
    /// When there is no such version or `records` cannot be read.
    pub fn value(&self, version: Version, records: &dyn RecordSource) -> Result<Value> {
        self.existing(version)?;
        let (values, lineage, timeline) = (&self.values, &self.lineage, &self.timeline);
        ValueReplay { values, lineage, timeline, records }.value(version)
    }

    /// Whether compaction has cut off a version and left nothing of it.
    pub(in crate::history) fn is_cut(&self, version: Version) -> bool {
        version.0 > 0 && version < self.first() && self.values.keyframes.get(version).is_none()
    }

    /// One step back on a version's line: the version it was made from. `None` from `#0`, and where compaction has cut
    /// that off. O(log runs).
    pub fn step_back(&self, version: Version) -> Option<Version> {
        self.lineage.parent(version).filter(|before| before.0 == 0 || *before >= self.first())
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
}
