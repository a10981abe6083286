//! How far the versions of a tenant were looked through for what names the elements of arrays.
//!
//! Must not name: `tenant`, `log`.

use crate::diff::Settler;
use crate::history::History;
use crate::record::{Position, Version};

/// Versions in a row that cannot be read; nothing behind them settles anything.
const UNREAD: u32 = 10_000;

/// What was settled by the versions before `next`.
#[derive(Default)]
pub(super) struct Settling {
    pub settler: Settler,
    /// The first version that was not looked at.
    pub next: Version,
    /// Versions before it, in a row, that could not be read.
    pub unread: u32,
    /// The history that was looked through: its first version, and the record behind what was looked at.
    seen: Option<(Version, Seen)>,
}

/// The last version looked at, and the record that made it or the next that was there by then.
type Seen = (Version, Option<(Version, Position)>);

impl Settling {
    /// Begins again where a history is not the one looked through: it was compacted, or its versions were counted again.
    pub fn follow(&mut self, history: &History) {
        let goes_on = self.seen.is_none_or(|(first, (last, made_by))| {
            first == history.first() && history.timeline().recorded_from(last) == made_by
        });
        if !goes_on {
            *self = Self::default();
        }
    }

    /// The next version to look at; `None` where there is none, or no hope.
    pub fn next_of(&self, history: &History) -> Option<Version> {
        let version = history.first().max(self.next);
        (version <= history.newest() && self.unread < UNREAD).then_some(version)
    }

    /// Goes on behind a version.
    pub fn passed(&mut self, version: Version, history: &History) {
        // Of missing versions, whose number a record may only claim, the first stands for all.
        let behind = Version(history.newest().0.saturating_add(1));
        self.next = history.timeline().listed_after(version).unwrap_or(behind);
        self.seen = Some((history.first(), (version, history.timeline().recorded_from(version))));
    }

    /// Takes over what an index of a history settled.
    pub fn adopt(&mut self, settler: &Settler, newest: Version, history: &History) {
        if self.next <= newest {
            self.settler = settler.clone();
            self.unread = 0;
            self.passed(newest, history);
        }
    }
}
