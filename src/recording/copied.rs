//! A tenant's copy in the cache: found when it is opened, begun while it is read.

use super::known_index::is_much;
use super::log_copy::{CopyInProgress, CopyPlace};
use super::read;
use super::tenant::{FOLDED_AT_ONCE, Tenant, TenantShared};
use crate::log::{Log, LogBatch};
use crate::record::Position;

impl TenantShared {
    /// Where copies of its log are, where there may be any.
    pub(super) fn copies(&self) -> Option<CopyPlace> {
        let mirror = read(&self.place).mirror.clone().filter(|mirror| mirror.local().is_none())?;
        Some(CopyPlace { mirror, folder: self.segments.copies()?, tenant: self.id.clone() })
    }

    /// Reads records from a copy from now on, where there is one of the log as it is now.
    pub(super) fn find_copy(&self) {
        if let Some(copies) = self.copies() {
            copies.find();
        }
    }

    /// Reads records from the log itself again.
    pub(super) fn leave_copy(&self) {
        if let Some(mirror) = &read(&self.place).mirror {
            mirror.set_copy(&self.id, None);
        }
    }

    /// How far its copy goes; 0 where there is none.
    fn copied_through(&self) -> Position {
        let copy = read(&self.place).mirror.as_ref().and_then(|mirror| mirror.copy(&self.id));
        copy.map_or(Position(0), |copy| copy.runs.last())
    }
}

impl Tenant {
    /// A copy that begins with this batch, where the log goes on for so long behind the copy there is that one is worth it.
    pub(super) fn copy_from(&self, batch: &LogBatch, log: &dyn Log) -> Option<CopyInProgress> {
        let shared = &self.shared;
        let copied = shared.copied_through();
        let is_next = batch.records.len() == FOLDED_AT_ONCE && self.folded().position() == copied;
        let copies = shared.copies().filter(|_| is_next && shared.segments.writes())?;
        let last = log.last(&shared.id).ok()?.0;
        is_much(last.saturating_sub(copied.0), last).then(|| CopyInProgress::begin(copies).ok()).flatten()
    }
}
