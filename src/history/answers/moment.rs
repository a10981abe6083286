//! What a target means in one history, in full: a person who names a moment by its relation to others is told which it is.

use crate::Result;
use crate::history::{History, Target, TargetContext};
use crate::record::{Time, Version};

/// The answer to a target.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Moment {
    /// What was asked for.
    pub target: Target,
    /// The version it names.
    pub version: Version,
    /// That version's own time.
    pub at: Option<Time>,
    /// The full time that was meant, where the target is a time.
    pub meant: Option<Time>,
    /// Versions behind it, in log order.
    pub followed_by: u64,
    /// How a snapshot or branch is reached that has the text of the target as its name, which does not name it.
    pub shadowed: Option<String>,
}

impl Moment {
    /// Whether the target names its version by something that may mean another one tomorrow, or elsewhere: a time, a
    /// share, a number of steps, the newest snapshot or an index among them.
    pub fn is_relative(&self) -> bool {
        match self.target {
            Target::Head(steps) => steps > 0,
            Target::Relative(_)
            | Target::Percent(_)
            | Target::At(_)
            | Target::Ago(_)
            | Target::Index(_)
            | Target::Latest
            | Target::Before(_) => true,
            Target::Version(_)
            | Target::Name(_)
            | Target::Snapshot(_)
            | Target::Branch(_)
            | Target::Id(_)
            | Target::Endpoint(_) => false,
        }
    }
}

impl History {
    /// What a target means, with its time. O(log n + snapshots in the list).
    ///
    /// # Errors
    /// As [`resolve`](Self::resolve).
    pub fn moment(&self, target: &Target, context: &TargetContext) -> Result<Moment> {
        let version = self.resolve(target, context)?;
        let (at, meant) = (self.timeline.own_time(version), self.time_of(target, context)?);
        let followed_by = self.newest().0.saturating_sub(version.0);
        let shadowed = self.shadowed(target);
        Ok(Moment { target: target.clone(), version, at, meant, followed_by, shadowed })
    }

    /// How a snapshot or branch of an older recording is reached whose name is the text of a target that means something
    /// else: today no such name is made.
    pub(in crate::history) fn shadowed(&self, target: &Target) -> Option<String> {
        let texts = match target {
            Target::Name(_) | Target::Snapshot(_) | Target::Branch(_) | Target::Endpoint(_) => return None,
            Target::Version(version) => vec![version.0.to_string(), version.to_string()],
            other => vec![other.to_string()],
        };
        let snapshot = texts.iter().find(|text| self.marks.named(text).is_some());
        let branch = || texts.iter().find(|text| self.lineage.branches.head(text).is_some());
        snapshot.map(|name| format!("snap:{name}")).or_else(|| branch().map(|name| format!("branch:{name}")))
    }
}
