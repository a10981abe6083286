//! JSON Lines: one object a version from the oldest there is, with its whole state.

use super::LineSink;
use super::VersionRow;
use super::json::JsonOutput;
use crate::Result;
use crate::recording::Tenant;
use crate::value::Value;

/// Writes a tenant's history, oldest version first. Holds one state at a time.
pub fn write(tenant: &Tenant, sink: &mut LineSink<'_>) -> Result<()> {
    let (first, newest) = (tenant.history().first(), tenant.history().newest());
    // Of missing versions that follow each other only the first is written.
    let mut next = Some(first).filter(|first| *first <= newest);
    while let Some(version) = next {
        next = tenant.history().timeline().listed_after(version).filter(|version| *version <= newest);
        let row = VersionRow::of(&tenant.history(), version);
        if let Some(row) = row {
            let line = line(tenant, row)?;
            if sink(&JsonOutput::Fields(line).line()).is_break() {
                break;
            }
        }
    }
    Ok(())
}

/// Every line has these; the others where there is something to say.
const ALWAYS: [&str; 7] = ["version", "at", "label", "by", "branch", "kind", "problem"];
const WHERE_KNOWN: [&str; 5] = ["time_source", "source_id", "cause", "message", "reason"];

fn line(tenant: &Tenant, mut row: VersionRow) -> Result<Vec<(&'static str, JsonOutput)>> {
    let version = row.info.version;
    row.message = tenant.message_of(&row.info);
    row.reason = tenant.reason_of(version);
    let mut line = row.fields(&ALWAYS);
    line.extend(
        row.fields(&WHERE_KNOWN).into_iter().filter(|(_, json)| !matches!(json, JsonOutput::Value(Value::Null))),
    );
    line.extend(tenant.invalid_text_of(&row.info).map(|raw| ("raw", raw.into())));
    line.push(("state", tenant.value_at(version)?.into()));
    Ok(line)
}
