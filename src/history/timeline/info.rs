//! What is told of a version, and what a history is asked about its versions.

use crate::bytes::binary_struct;
use crate::diff::Counts;
use crate::record::{Origin, Position, Provenance, Time, TimeSource, Version};
use crate::value::Text;

/// What made a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VersionKind {
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

/// How the label of a rollback begins; the number of its target follows.
pub(in crate::history) const ROLLED_BACK: &str = "rollback to #";

/// How the label of a promotion begins; the variant's name follows.
pub(in crate::history) const PROMOTED: &str = "promote ";

impl VersionKind {
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
    /// When it happened; `None` where the source has no time.
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
    pub kind: VersionKind,
    /// The version whose value it started from: the one before on its branch; for a rollback
    /// its target, for a promotion the variant's head.
    pub parent: Version,
    /// Keys changed against the version before it in the log (what the application saw change).
    pub counts: Counts,
    /// Bytes of its value as compact JSON.
    pub size: u64,
    /// What is wrong: an invalid version's reason, or why it is doubtful.
    pub problem: Option<Text>,
    /// What its source says of it.
    pub from: SourceFacts,
    /// Whether its value or its number may be another, because records are missing.
    pub doubtful: bool,
    /// The last of the missing versions that this is the first of; else the version itself.
    pub through: Version,
}

impl VersionInfo {
    /// What was done, in a word for people: that of its kind, but `redo` of an undo that does something again.
    pub fn act(&self) -> &'static str {
        let is_redo = self.kind == VersionKind::Undo && self.label.split(' ').next() == Some(REDO);
        if is_redo { REDO } else { self.kind.word() }
    }
}

/// How the label of a redo begins.
pub(in crate::history) const REDO: &str = "redo";

/// What the source of a version says of it: of the record's provenance what can be asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceFacts {
    /// Its id there: the hash of a commit, the id of an event.
    pub id: Option<Text>,
    /// What made it happen: often the id of another version.
    pub cause: Option<Text>,
}
binary_struct!(SourceFacts { id, cause });

/// Digits of a hash that are shown.
const SHORT_HASH: usize = 10;

impl SourceFacts {
    /// Without any.
    pub(in crate::history) const NONE: Self = Self { id: None, cause: None };

    /// The first digits of the hash of a commit; `None` for other ids.
    pub fn short_hash(&self) -> Option<&str> {
        let is_hash = |id: &&str| matches!(id.len(), 40 | 64) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        self.id.as_deref().filter(is_hash).and_then(|id| id.get(..SHORT_HASH))
    }

    /// Those of a record.
    pub(in crate::history) fn of(from: Option<&Provenance>) -> Self {
        from.map(|from| Self { id: from.source_id.clone(), cause: from.cause.clone() }).unwrap_or_default()
    }
}
