//! JSON Lines: one object a version from the oldest there is, with its whole state.

use super::Sink;
use super::VersionRow;
use super::json::Json;
use crate::Result;
use crate::recording::Tenant;

/// Writes a tenant's history, oldest version first. Holds one state at a time.
pub fn write(tenant: &Tenant, sink: &mut Sink<'_>) -> Result<()> {
    let (first, newest) = (tenant.history().first(), tenant.history().newest());
    // Of missing versions that follow each other only the first is written.
    let mut next = Some(first).filter(|first| *first <= newest);
    while let Some(version) = next {
        next = tenant.history().timeline().listed_after(version).filter(|version| *version <= newest);
        let row = VersionRow::of(&tenant.history(), version);
        if let Some(row) = row {
            let state = tenant.value_at(version)?;
            let mut line = row.fields(&["version", "at", "label", "by", "branch", "kind", "problem"]);
            line.push(("state", state.into()));
            if sink(&Json::Fields(line).line()).is_break() {
                break;
            }
        }
    }
    Ok(())
}
