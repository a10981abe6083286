//! What is told of a version, and what a history is asked about its versions.

use crate::diff::Counts;
use crate::history::History;
use crate::history::chunked::Chunked;
use crate::record::{Origin, Position, Time, TimeSource, Version};
use crate::value::Text;

/// What made a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The application changed its state.
    Transition,
    /// Someone rolled back.
    Rollback,
    /// A variant won.
    Promote,
    /// Someone took a rollback or promotion back.
    Undo,
    /// The source had something broken here.
    Invalid,
    /// The source was deleted here.
    Deleted,
    /// It was cut off by compaction: only its number is known.
    Cut,
}

impl Kind {
    /// The word in `--json`: `transition`, `rollback`, `promote`, `undo`, `invalid`, `deleted`, `cut`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Transition => "transition",
            Self::Rollback => "rollback",
            Self::Promote => "promote",
            Self::Undo => "undo",
            Self::Invalid => "invalid",
            Self::Deleted => "deleted",
            Self::Cut => "cut",
        }
    }
}

/// One version, without its value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VersionInfo {
    /// `#n`.
    pub version: Version,
    /// The record that made it.
    pub position: Position,
    /// When.
    pub at: Option<Time>,
    /// What kind of time that is; `None` where there is none.
    pub time_source: Option<TimeSource>,
    /// The label; otherwise `rollback to #k`, `promote NAME`, `undo of #k`, `redo of #k`.
    pub label: Text,
    /// Author.
    pub by: Option<Text>,
    /// Which side wrote it.
    pub origin: Origin,
    /// What made it.
    pub kind: Kind,
    /// The version whose value it started from: the one before on its branch; for a rollback
    /// its target, for a promotion the variant's head.
    pub parent: Version,
    /// Keys changed against the version before it in the log (what the application saw change).
    pub counts: Counts,
    /// Bytes of its value as compact JSON.
    pub size: u64,
    /// What is wrong: an invalid version's reason, or why it is doubtful.
    pub problem: Option<Text>,
    /// Whether its value or its number may be another, because records are missing.
    pub doubtful: bool,
    /// The last of the missing versions that this is the first of; else the version itself.
    pub through: Version,
}

impl History {
    /// What is known of a version; `None` for one that does not exist. `#0` exists. O(log n).
    pub fn info(&self, version: Version) -> Option<VersionInfo> {
        let mut info = self.versions.info(version, self.parent(version).unwrap_or_default())?;
        if let Some(why) = self.doubt(version) {
            info.doubtful = true;
            info.problem.get_or_insert(why);
        }
        Some(info)
    }

    /// Why the value of a version may be another than was recorded, or its number: records are missing. O(log n).
    pub fn doubt(&self, version: Version) -> Option<Text> {
        self.versions.doubt(version).or_else(|| self.gaps.number_doubt(version)).cloned()
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
        self.versions.recorded_from(version)
    }

    /// The version listed after one in log order: of missing versions that follow each other only the first is listed.
    /// O(log n).
    pub fn listed_after(&self, version: Version) -> Option<Version> {
        let last = self.versions.missing_run(version).map_or(version, |(_, last)| last);
        (last < self.newest()).then(|| Version(last.0 + 1))
    }

    /// The last version in log order whose time is at or before `at`, though times may go back or be equal. Versions
    /// without a time count as the one before them. O(log n).
    pub fn at_time(&self, at: Time) -> Option<Version> {
        self.versions.at_time(at)
    }

    /// Versions made by a rollback, promotion or undo, in order, with the version they equal.
    pub fn rollbacks(&self) -> &Chunked<(Version, Version)> {
        self.versions.returns()
    }

    /// The oldest version that can be opened, apart from `#0`: `#1`, or the first behind those that compaction cut off.
    pub fn first(&self) -> Version {
        Version(self.versions.through().0 + 1)
    }

    /// Versions that are invalid or deleted, or after a gap, in order.
    pub fn broken(&self) -> &Chunked<Version> {
        self.versions.broken()
    }
}
