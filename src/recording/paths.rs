//! The path index of a tenant: made when something is asked over time, kept in memory, and gone on with as the log grows.

use super::identity::kept_array_keys;
use super::tenant::{Shared, TenantRecords};
use super::{Progress, Tenant};
use crate::Result;
use crate::index::PathIndex;
use crate::record::Version;
use std::ops::ControlFlow;
use std::sync::{Arc, PoisonError};

/// Versions that are indexed before others that ask have their turn.
const TURN: usize = 256;

impl Tenant {
    /// Which versions touched each path, as far as the log was read. `tell` is asked now and then; `Break` stops, and what
    /// was indexed stays. O(versions not indexed yet).
    ///
    /// # Errors
    /// `Interrupted` when it was stopped; when thousands of versions in a row cannot be read.
    pub fn paths(&self, tell: &mut dyn FnMut(Progress) -> ControlFlow<()>) -> Result<Arc<PathIndex>> {
        self.shared.sound()?;
        let newest = self.folded().newest();
        loop {
            let reached = match self.index_some(newest)? {
                Ok(whole) => {
                    self.adopt_settled(&whole);
                    return Ok(whole);
                }
                Err(reached) => reached,
            };
            if tell(progress(reached, newest)).is_break() {
                return Err(crate::Error::Interrupted);
            }
        }
    }

    /// Indexes some more versions; answers the index where those up to `newest` are in it, else how far it is.
    fn index_some(&self, newest: Version) -> Result<std::result::Result<Arc<PathIndex>, Version>> {
        let history = self.folded();
        let mut known = self.shared.paths.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = kept_array_keys(history.settings());
        let index = known.take().filter(|index| *index.kept() == kept);
        let mut index = index.unwrap_or_else(|| Arc::new(PathIndex::new(kept)));
        if index.newest().is_some_and(|reached| reached >= newest) || newest.0 == 0 {
            return Ok(Ok(Arc::clone(known.insert(index))));
        }
        let extended = Arc::make_mut(&mut index).extend(&history, &TenantRecords(&self.shared), TURN);
        let reached = index.newest().unwrap_or_default();
        let index = Arc::clone(known.insert(index));
        Ok(if extended? { Ok(index) } else { Err(reached) })
    }
}

impl Shared {
    /// Lets go of the path index: the history was made anew.
    pub(super) fn forget_paths(&self) {
        *self.paths.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share is shown, not computed with")]
fn progress(reached: Version, newest: Version) -> Progress {
    Progress { share: reached.0 as f64 / newest.0.max(1) as f64, versions: reached.0 }
}
