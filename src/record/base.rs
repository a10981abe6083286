//! What compaction leaves of a history whose beginning is cut off.
//!
//! A base is read from files that anyone may have written, so it is checked as a whole before anything is made of it.
//! Must not name: `history`, `log`, files.

use super::{Body, Origin, Position, Record, Settings, SnapshotId, Version};
use crate::error::counted;
use crate::escape::in_quotes;
use crate::value::{Text, Value};
use std::collections::BTreeSet;

/// Versions and positions are below this, so that every JSON reader holds them exactly.
const LIMIT: u64 = 1 << 53;
/// Numbers of what a branch left behind stay below this: a record may say those below 2^52, and counting goes on from
/// there.
const LEFT_LIMIT: u64 = 3 << 51;

/// The branch that every history has.
const MAIN: &str = "main";

/// What is left of a history whose beginning was cut off.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Base {
    /// The newest version cut off; numbers go on behind it.
    pub through: Version,
    /// The branches that grow, `main` first.
    pub heads: Vec<BaseHead>,
    /// Values of cut versions that are still needed: heads, baselines, and what later records go back to.
    pub values: Vec<(Version, Value)>,
    /// Which of them may be wrong, and why: records were missing.
    pub suspect: Vec<(Version, Text)>,
    /// Why versions may have other numbers: it is not known how many versions missing records made.
    pub numbering: Option<Text>,
    /// Positions up to here whose records are missing: from, to.
    pub missing: Vec<(Position, Position)>,
    /// How many transactions had begun.
    pub transactions: u64,
    /// Writes that later records take back or do again.
    pub writes: Vec<BaseWrite>,
    /// Records from before that still say something: settings, baselines, figures.
    pub kept: Vec<Record>,
}

/// A write that was cut off and is turned round later.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BaseWrite {
    /// The record that made it, or took it back.
    pub at: Position,
    /// The record that made it first.
    pub first: Position,
    /// Whose it is.
    pub origin: Origin,
    /// Whether it stands, or was taken back.
    pub stands: bool,
    /// What turning it round does.
    pub turns: BaseTurn,
}

/// What turning round a write does that was cut off.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum BaseTurn {
    /// A branch goes back to a version.
    Back {
        /// The branch that the write was on.
        branch: Text,
        /// The version it made.
        made: Version,
        /// The version to go back to.
        left: Version,
        /// Why that may not be what the branch had then.
        suspect: Option<Text>,
    },
    /// These settings hold.
    Settings(Box<Settings>),
    /// Only the list of snapshots changes, by those that were cut off.
    Nothing,
}

/// A branch that grows, where a history was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BaseHead {
    /// The branch's name.
    pub name: Text,
    /// The version it was forked from.
    pub base: Version,
    /// Its newest version.
    pub head: Version,
    /// The snapshot it is measured against.
    pub baseline: Option<SnapshotId>,
    /// Why its value may be wrong: records are missing before it.
    pub suspect: Option<Text>,
    /// The highest number of what it has left behind.
    pub left: u64,
}

impl Base {
    /// Checks that it is a history that can be gone on from, for the base record at `position`. O(its size · log).
    ///
    /// # Errors
    /// The end of a sentence about it: what contradicts what.
    pub fn check(&self, position: Position) -> Result<(), String> {
        let numbers = self.transactions < LIMIT && (1..LIMIT).contains(&position.0);
        require(numbers, || "has a number that is not below 2^53".to_owned())?;
        // Each version took a record of its own.
        require(self.through.0 <= position.0, || {
            format!("says versions through {}, of {}", self.through, counted(position.0, "record"))
        })?;
        self.check_heads(position)?;
        self.check_values()?;
        self.check_writes(position)?;
        self.check_missing(position)?;
        let mut snapshots = BTreeSet::new();
        self.kept.iter().try_for_each(|record| self.check_kept(record, position, &mut snapshots))
    }

    fn check_heads(&self, position: Position) -> Result<(), String> {
        require(self.heads.first().is_some_and(|head| head.name == MAIN), || {
            "has no \"main\" as its first head".to_owned()
        })?;
        let mut names = BTreeSet::new();
        self.heads.iter().try_for_each(|head| {
            require(names.insert(&head.name), || format!("has two heads {}", in_quotes(&head.name)))?;
            let order = head.base <= head.head && head.head <= self.through;
            require(order, || {
                format!("has a head {} that is not between its base and \"through\"", in_quotes(&head.name))
            })?;
            require(head.left < LEFT_LIMIT, || {
                format!("has a head {} that left {} behind", in_quotes(&head.name), counted(head.left, "branch"))
            })?;
            let baseline = head.baseline.is_none_or(|id| (1..=position.0).contains(&id.0.0));
            require(baseline, || format!("has a head {} with a baseline after the cut", in_quotes(&head.name)))
        })
    }

    /// Each head has its value, and each value is of a version that was cut off.
    fn check_values(&self) -> Result<(), String> {
        let mut versions = BTreeSet::new();
        self.values.iter().try_for_each(|(version, _)| {
            require(*version <= self.through, || format!("has a value of {version}, which is after \"through\""))?;
            require(versions.insert(*version), || format!("has two values of {version}"))
        })?;
        let valued = |head: &BaseHead| head.head.0 == 0 || versions.contains(&head.head);
        let bare = self.heads.iter().find(|head| !valued(head));
        bare.map_or(Ok(()), |head| Err(format!("has no value of the head {}", in_quotes(&head.name))))?;
        let behind = self.suspect.iter().find(|(version, _)| *version > self.through);
        behind.map_or(Ok(()), |(version, _)| Err(format!("suspects {version}, which is after \"through\"")))
    }

    fn check_writes(&self, position: Position) -> Result<(), String> {
        let mut places = BTreeSet::new();
        self.writes.iter().try_for_each(|write| {
            let order = (1..=write.at.0).contains(&write.first.0) && write.at <= position;
            require(order, || format!("has a write at {} that is not before the cut", write.at.0))?;
            require(places.insert(write.at), || format!("has two writes at {}", write.at.0))?;
            let BaseTurn::Back { branch, made, left, .. } = &write.turns else { return Ok(()) };
            let known = self.heads.iter().any(|head| head.name == *branch);
            require(known, || format!("has a write on a branch {} without a head", in_quotes(branch)))?;
            require(*made.max(left) <= self.through, || format!("has a write of {made} that is after \"through\""))
        })
    }

    fn check_missing(&self, position: Position) -> Result<(), String> {
        let mut after = Position(0);
        self.missing.iter().try_for_each(|(from, to)| {
            let order = after < *from && from <= to && *to <= position;
            after = *to;
            require(order, || format!("misses positions {} to {} out of order", from.0, to.0))
        })
    }

    fn check_kept(
        &self,
        record: &Record,
        position: Position,
        snapshots: &mut BTreeSet<Position>,
    ) -> Result<(), String> {
        let at = record.position;
        require(at <= position, || format!("keeps a record of position {}, after the cut", at.0))?;
        match &record.entry.body {
            Body::Settings(_) | Body::Unknown { .. } => Ok(()),
            Body::Metrics { version, .. } => {
                require(*version <= self.through, || format!("keeps figures of {version}, after \"through\""))
            }
            Body::Snapshot(snapshot) => {
                let version = snapshot.version;
                require(version <= self.through, || format!("keeps a snapshot of {version}, after \"through\""))?;
                require(at.0 > 0 && snapshots.insert(at), || format!("keeps two snapshots of position {}", at.0))
            }
            Body::Transition { .. }
            | Body::Rollback { .. }
            | Body::Promote { .. }
            | Body::Undo { .. }
            | Body::EditSnapshot { .. }
            | Body::DeleteSnapshots { .. }
            | Body::Fork { .. }
            | Body::Begin { .. }
            | Body::Fail { .. }
            | Body::Commit
            | Body::Base(_) => Err("keeps a record that has no effect after the cut".to_owned()),
        }
    }
}

fn require(holds: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why()) }
}
