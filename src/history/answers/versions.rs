//! What is asked of versions: what is known of one, and its value.

use crate::history::chunked::Chunked;
use crate::history::parts::History;
use crate::history::timeline::VersionInfo;
use crate::history::values::seek::Replay;
use crate::record::{Position, Records, Time, Version};
use crate::value::{Text, Value};
use crate::{Error, Result};

impl History {
    /// What is known of a version; `None` for one that does not exist. `#0` exists. O(log n).
    pub fn info(&self, version: Version) -> Option<VersionInfo> {
        let mut info = self.timeline.info(version, self.parent(version).unwrap_or_default())?;
        if let Some(why) = self.doubt(version) {
            info.doubtful = true;
            info.problem.get_or_insert(why);
        }
        Some(info)
    }

    /// Why the value of a version may be another than was recorded, or its number: records are missing. O(log n).
    pub fn doubt(&self, version: Version) -> Option<Text> {
        self.timeline.doubt(version).or_else(|| self.gaps.number_doubt(version)).cloned()
    }

    /// Why a version that was asked for may be another than was recorded: [`doubt`](Self::doubt), and, for the head of a
    /// branch, that later records may be missing. O(branches).
    pub fn doubt_when_asked(&self, version: Version) -> Option<Text> {
        let head =
            || self.branches().into_iter().filter(|branch| branch.head == version).find_map(|branch| branch.doubt);
        self.doubt(version).or_else(head)
    }

    /// The first version from this one on whose record is there, and where that is. O(log n).
    pub fn recorded_from(&self, version: Version) -> Option<(Version, Position)> {
        self.timeline.recorded_from(version)
    }

    /// The version listed after one in log order: of missing versions that follow each other only the first is listed.
    /// O(log n).
    pub fn listed_after(&self, version: Version) -> Option<Version> {
        let last = self.timeline.missing_run(version).map_or(version, |(_, last)| last);
        (last < self.newest()).then(|| Version(last.0 + 1))
    }

    /// The last version in log order whose time is at or before `at`, though times may go back or be equal. Versions
    /// without a time count as the one before them. O(log n).
    pub fn at_time(&self, at: Time) -> Option<Version> {
        self.timeline.at_time(at)
    }

    /// Versions made by a rollback, promotion or undo, in order, with the version they equal.
    pub fn rollbacks(&self) -> &Chunked<(Version, Version)> {
        self.timeline.returns()
    }

    /// The oldest version that can be opened, apart from `#0`: `#1`, or the first behind those that compaction cut off.
    pub fn first(&self) -> Version {
        Version(self.timeline.through().0 + 1)
    }

    /// Versions that are invalid or deleted, or after a gap, in order.
    pub fn broken(&self) -> &Chunked<Version> {
        self.timeline.broken()
    }

    /// The value at a version: O(1) where it is kept, else a replay from the nearest keyframe, remembered in a window.
    ///
    /// # Errors
    /// When there is no such version or `records` cannot be read.
    pub fn value(&self, version: Version, records: &dyn Records) -> Result<Value> {
        self.existing(version)?;
        let (values, lineage, timeline) = (&self.values, &self.lineage, &self.timeline);
        Replay { values, lineage, timeline, records }.value(version)
    }

    /// Whether compaction has cut off a version and left nothing of it.
    pub(in crate::history) fn is_cut(&self, version: Version) -> bool {
        version.0 > 0 && version < self.first() && self.values.keyframes.get(version).is_none()
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
}
