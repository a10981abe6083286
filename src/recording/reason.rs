//! What a record says of its version beside what the history keeps.

use super::Tenant;
use super::tenant::TenantRecords;
use crate::history::VersionInfo;
use crate::record::{Body, RecordSource, StateChange, Version};
use crate::value::Text;

impl Tenant {
    /// The full text of which a version's label is only the first line: the message of a commit. `None` where the label is
    /// all, or the record cannot be read. Reads one record, of what has an id in its source only.
    pub fn message_of(&self, info: &VersionInfo) -> Option<Text> {
        info.from.id.as_ref()?;
        let record = TenantRecords(&self.shared).record(info.position).ok()?;
        record.entry.provenance.as_ref()?.message.clone()
    }

    /// The text that was not valid in the source, of an invalid version; `None` of another, or where the record cannot be
    /// read. Reads one record.
    pub fn invalid_text_of(&self, info: &VersionInfo) -> Option<Text> {
        if info.kind != crate::history::VersionKind::Invalid {
            return None;
        }
        let record = TenantRecords(&self.shared).record(info.position).ok()?;
        match &record.entry.body {
            Body::Transition { change: StateChange::Invalid { raw, .. }, .. } => Some(raw.clone()),
            _ => None,
        }
    }

    /// Why somebody rolled back to an older version or promoted a variant with this one, as its record says; `None` where
    /// no reason was given, or the record cannot be read. Reads one record.
    pub fn reason_of(&self, version: Version) -> Option<Text> {
        use crate::history::VersionKind::{Promote, Rollback};
        let info = self.history().info(version).filter(|info| matches!(info.kind, Rollback | Promote))?;
        let record = TenantRecords(&self.shared).record(info.position).ok()?;
        match &record.entry.body {
            Body::Rollback { reason, .. } | Body::Promote { reason, .. } if !reason.is_empty() => Some(reason.clone()),
            _ => None,
        }
    }
}
