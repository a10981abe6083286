//! The currency between the layers: everything that can be replayed is a [`Record`].
//!
//! Must not know: how records are stored, folded or shown; nor any clock: times arrive inside entries.

use crate::patch::Patch;
use crate::value::{Text, Value};

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

/// What someone appends: when, by whom, what.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// When it happened; `None` where the source does not say.
    pub at: Option<Time>,
    /// Author.
    pub by: Option<Text>,
    /// What happened.
    pub body: Body,
}

/// What a record says.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// One change of the application's state: makes a version.
    Transition {
        /// What the application calls it; empty where the source does not say.
        label: Text,
        /// What became of the value.
        change: Change,
    },
    /// Makes a version equal to an older one; the line left behind stays as a kept branch.
    Rollback {
        /// The version it equals.
        to: Version,
        /// Why, in the author's words; may be empty.
        reason: Text,
    },
    /// Takes back the debugger's write at a position. Makes a version when that was a rollback.
    Undo {
        /// The record taken back.
        of: Position,
    },
    /// Marks a version.
    Snapshot(NewSnapshot),
    /// Takes a snapshot out of the list; the version stays.
    DeleteSnapshot {
        /// Which.
        id: SnapshotId,
    },
}

/// What became of the value in a transition.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
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
pub struct NewSnapshot {
    /// The version marked.
    pub version: Version,
    /// Its name; auto snapshots may have none.
    pub name: Option<Text>,
    /// Named, auto or checkpoint.
    pub kind: SnapshotKind,
    /// Free text.
    pub description: Text,
    /// Tags.
    pub tags: Vec<Text>,
}

/// Who asked for a snapshot, which decides how long it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SnapshotKind {
    /// By a person or program, with a name.
    Named,
    /// By a rule.
    Auto,
    /// Between the steps of a transaction.
    Checkpoint,
}

/// Where records can be read again: what a fold needs to seek.
pub trait Records: Send + Sync {
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
