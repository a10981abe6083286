//! What a target means in one history, in full: a person who names a moment by its relation to others is told which it is.

use super::{Context, History, Target};
use crate::Result;
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
            Target::Version(_) | Target::Name(_) | Target::Snapshot(_) | Target::Branch(_) | Target::Endpoint(_) => {
                false
            }
        }
    }
}

impl History {
    /// What a target means, with its time. O(log n + snapshots in the list).
    ///
    /// # Errors
    /// As [`resolve`](Self::resolve).
    pub fn moment(&self, target: &Target, context: &Context) -> Result<Moment> {
        let version = self.resolve(target, context)?;
        let (at, meant) = (self.versions.own_time(version), self.time_of(target, context)?);
        let followed_by = self.newest().0.saturating_sub(version.0);
        Ok(Moment { target: target.clone(), version, at, meant, followed_by })
    }
}
