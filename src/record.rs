//! The currency between the layers: everything that can be replayed is a [`Record`].
//!
//! Must not name: `log`, `history`, `view`, clocks.

mod base;
mod binary;
mod metric;
mod settings;

pub use base::{Base, BaseHead, BaseTurn, BaseWrite};
pub use metric::{Goal, Metric};
pub use settings::{AutoRules, GUARD_TAG, Retention, Settings, TenantLimits, guards};

use crate::diff::Counts;
use crate::patch::Patch;
use crate::value::{Text, Value};
use std::num::NonZeroU64;

/// A moment, UTC.
pub type Time = chrono::DateTime<chrono::Utc>;

/// A tenant's name: exact bytes, no normal form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantId(pub Text);

/// The tenant where an input names none.
pub const DEFAULT_TENANT: &str = "main";

/// Version `#n`: the value after the n-th version-making record; `#0` is `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Version(pub u64);

/// Place of a record in its tenant's log, from 1, strictly increasing; 0 is before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Position(pub u64);

/// A snapshot's id: the position of the record that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SnapshotId(pub Position);

/// One stored entry: the only thing a log holds; all else is derived.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Where it stands.
    pub position: Position,
    /// Its own id, so that an append whose answer was lost can be recognised.
    pub id: Text,
    /// What it says.
    pub entry: Entry,
}

impl Record {
    /// Whether it says something unknown here.
    pub fn is_unknown(&self) -> bool {
        matches!(self.entry.body, Body::Unknown { .. })
    }
}

/// What someone appends: when, by whom, where, what.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// When it happened; `None` where the source does not say.
    pub at: Option<Time>,
    /// Author.
    pub by: Option<Text>,
    /// Which side of the recording wrote it.
    pub origin: Origin,
    /// The branch it continues, for what makes a version; `None` is `main`.
    pub branch: Option<Text>,
    /// The transaction it belongs to, and which step of it.
    pub step: Option<Box<InTransaction>>,
    /// The version it makes, as its writer says; filled in when it is written. `None` in records of version 1.
    pub makes: Option<Makes>,
    /// Where it comes from; `None` where nothing of that is known.
    pub provenance: Option<Box<Provenance>>,
    /// What the record says.
    pub body: Body,
}

impl Entry {
    /// An entry of an application on `main`, without time, author or transaction.
    pub fn new(body: Body) -> Self {
        let (origin, makes, provenance) = (Origin::Application, None, None);
        Self { at: None, by: None, origin, branch: None, step: None, makes, provenance, body }
    }
}

/// What a record says of the version it makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Makes {
    /// The version that the record makes.
    pub version: Version,
    /// Keys changed against what the application saw before it.
    pub counts: Option<Counts>,
    /// Bytes of its value as compact JSON.
    pub size: Option<NonZeroU64>,
    /// The number in the name of the branch that keeps what it leaves behind: 2 for `main~2`.
    pub kept: Option<NonZeroU64>,
}

/// Where a record comes from. All of it is optional.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Provenance {
    /// What kind of time [`Entry::at`] is.
    pub time_source: Option<TimeSource>,
    /// What made it happen, in the source's words: a request, another event.
    pub cause: Option<Text>,
    /// The place in the program or the file it was read from.
    pub src: Option<Text>,
    /// Its id in the source: the hash of a commit, the id of an event.
    pub source_id: Option<Text>,
    /// The full text of which the label is only the first line: the message of a commit.
    pub message: Option<Text>,
}

/// What kind of time a record has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeSource {
    /// The source recorded it.
    Recorded,
    /// It is when the change arrived at the recorder.
    Arrived,
}

impl TimeSource {
    /// Its word: `recorded`, `arrived`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Arrived => "arrived",
        }
    }

    /// The one of this word.
    pub fn named(word: &str) -> Option<Self> {
        [Self::Recorded, Self::Arrived].into_iter().find(|source| source.word() == word)
    }
}

/// Which side of a recording wrote something: each takes back its own writes only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Origin {
    /// The recorded application, or an importer in its place.
    #[default]
    Application,
    /// Someone who looks at the recording: the screen, or a command.
    Debugger,
}

/// A transaction of a tenant: the how-manyth that was begun, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TransactionId(pub u64);

/// Where in a transaction a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct InTransaction {
    /// The transaction that the record belongs to.
    pub id: TransactionId,
    /// Its step, from 1; 0 for what belongs to none of them (the beginning, the end, a way back to the beginning).
    pub step: u32,
    /// For a transition that takes back what the transaction changed since a version, and nothing of what others did:
    /// that version. The step is the one after which it stands.
    pub back_to: Option<Version>,
}

impl InTransaction {
    /// In a step of a transaction; step 0 is none of them.
    pub fn new(id: TransactionId, step: u32) -> Self {
        Self { id, step, back_to: None }
    }
}

/// What a record says.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Body {
    /// One change of the application's state: makes a version.
    Transition {
        /// What the application calls it; empty where the source does not say.
        label: Text,
        /// What became of the value.
        change: StateChange,
    },
    /// Makes a version equal to an older one; the line left behind stays as a kept branch.
    Rollback {
        /// The version it equals.
        to: Version,
        /// Why, in the author's words; may be empty.
        reason: Text,
    },
    /// Makes a version of `main` equal to a variant's head: back to the baseline, and the variant's change on it.
    Promote {
        /// The branch whose head is promoted.
        variant: Text,
        /// Why, in the author's words; may be empty.
        reason: Text,
    },
    /// Takes back the write at a position; where that is itself an undo, does again what it took back. Makes a version
    /// when a version was made by what is taken back.
    Undo {
        /// The record taken back.
        of: Position,
    },
    /// Marks a version.
    Snapshot(Box<NewSnapshot>),
    /// Gives a snapshot another name, description and tags.
    EditSnapshot {
        /// The snapshot that is changed.
        id: SnapshotId,
        /// What it says from now on.
        note: Box<SnapshotNote>,
    },
    /// Takes snapshots out of the list; their versions stay.
    DeleteSnapshots {
        /// The snapshots that leave the list.
        ids: Vec<SnapshotId>,
    },
    /// Starts a branch at a version.
    Fork {
        /// The name of the new branch.
        name: Text,
        /// Where it starts.
        from: Version,
        /// The snapshot it is measured against, which makes it a variant.
        baseline: Option<SnapshotId>,
    },
    /// What was measured on a branch, or on the baseline of variants under its snapshot's name.
    Metrics {
        /// Whose: a branch, or a baseline's snapshot.
        of: Text,
        /// The version it was measured at.
        version: Version,
        /// The figures; a later one of the same name replaces an earlier one.
        metrics: Vec<Metric>,
    },
    /// Begins a transaction.
    Begin {
        /// The name of the transaction.
        name: Text,
        /// The names of its steps, in order.
        steps: Vec<Text>,
    },
    /// A step of a transaction failed: it stops there.
    Fail {
        /// The step's name.
        name: Text,
        /// What went wrong, in the application's words.
        why: Text,
        /// Whether nobody is left to go on with the transaction or take it back: its checkpoints need not be kept.
        closed: bool,
    },
    /// All steps of a transaction are done.
    Commit,
    /// How this tenant is kept from now on.
    Settings(Box<Settings>),
    /// Everything before was cut off by compaction; this is what is left of it. Always the first record of its log.
    Base(Box<Base>),
    /// A record with a right checksum that says something unknown here: of a newer version of this program, or broken.
    /// It keeps its position and is copied as it is.
    Unknown {
        /// Its `type`; empty where it has none.
        kind: Text,
        /// Its text behind position and count, up to the end of its line.
        raw: Text,
        /// Why it cannot be read, as the end of a sentence.
        why: Text,
    },
}

/// What became of the value in a transition.
#[derive(Debug, Clone, PartialEq)]
pub enum StateChange {
    /// These operations on the parent's value.
    Patch(Patch),
    /// This whole value.
    State(Value),
    /// The source had something broken here: the value stays as before.
    Invalid {
        /// The broken text (at most 64 KiB of it).
        raw: Text,
        /// What is wrong with it.
        why: Text,
    },
    /// The source was deleted here: the value is `null`.
    Deleted,
}

/// A mark on a version.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewSnapshot {
    /// The version marked.
    pub version: Version,
    /// Its name; auto snapshots may have none.
    pub name: Option<Text>,
    /// Named, auto or checkpoint.
    pub kind: SnapshotKind,
    /// Free text.
    pub description: Text,
    /// Tags to find it by.
    pub tags: Vec<Text>,
    /// Older snapshots that leave the list for it, because of the tenant's retention.
    pub drops: Vec<SnapshotId>,
    /// When it was made; `None` in records of version 1, where the record's own time says so.
    pub created: Option<Time>,
}

/// What can be said of a snapshot afterwards.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SnapshotNote {
    /// Its name; auto snapshots may have none.
    pub name: Option<Text>,
    /// Free text.
    pub description: Text,
    /// The tags that replace the old ones.
    pub tags: Vec<Text>,
}

/// Who asked for a snapshot, which decides how long it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SnapshotKind {
    /// By a person or program, with a name.
    Named,
    /// By a rule.
    Auto,
    /// Between the steps of a transaction.
    Checkpoint,
}

impl SnapshotKind {
    /// Its word: `named`, `auto`, `checkpoint`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::Auto => "auto",
            Self::Checkpoint => "checkpoint",
        }
    }
}

/// Where records can be read again: what a fold needs to seek.
pub trait RecordSource: Send + Sync {
    /// The record at a position.
    ///
    /// # Errors
    /// When it cannot be read, or is damaged.
    fn record(&self, position: Position) -> crate::Result<std::sync::Arc<Record>>;
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.0)
    }
}
impl std::fmt::Display for TransactionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "tx-{}", self.0)
    }
}
impl std::fmt::Display for TenantId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl From<&str> for TenantId {
    fn from(s: &str) -> Self {
        Self(s.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A log in memory holds a record for each version, and a base record very many of the others.
    #[test]
    fn records_and_what_they_hold_are_small() {
        for (name, size, most) in [
            ("Record", size_of::<Record>(), 208),
            ("Entry", size_of::<Entry>(), 184),
            ("Body", size_of::<Body>(), 56),
            ("Change", size_of::<StateChange>(), 40),
            ("Makes", size_of::<Option<Makes>>(), 48),
            ("BaseHead", size_of::<BaseHead>(), 88),
            ("BaseWrite", size_of::<BaseWrite>(), 88),
        ] {
            assert!(size <= most, "{name}: {size} B");
        }
    }
}
