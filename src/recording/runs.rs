//! The runs of an edit, which is run again on the head that another writer made meanwhile.
//!
//! Must not name: `log`, `value`.

use super::Tenant;
use crate::error::{Error, Result};
use crate::record::Version;

/// How often in a row an edit may be overtaken while it runs. One that waits for a write of another thread always is.
const OVERTAKEN: u32 = 100;

/// The runs of one edit, until it is written.
#[derive(Default)]
pub(super) struct EditRuns {
    ran: bool,
    overtaken: u32,
}

impl EditRuns {
    /// Notes that the edit ran once more, on a head.
    ///
    /// # Errors
    /// `Overtaken` when the head has moved meanwhile too often in a row; when the log cannot be read.
    pub fn ended(&mut self, tenant: &Tenant, head: Version) -> Result<()> {
        // Another handle of the recording, or another process, may be the one that writes.
        if std::mem::replace(&mut self.ran, true) {
            tenant.look_up()?;
        }
        let moved = tenant.head_and_value().0 != head;
        self.overtaken = if moved { self.overtaken + 1 } else { 0 };
        if self.overtaken < OVERTAKEN {
            return Ok(());
        }
        Err(Error::Overtaken { tenant: tenant.id().to_string(), tries: self.overtaken })
    }
}
