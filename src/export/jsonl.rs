//! JSON Lines: one object a version from the oldest there is, with its whole state.

use super::Sink;
use super::json::{Json, moment, object, optional};
use crate::Result;
use crate::history::VersionInfo;
use crate::record::Version;
use crate::recording::Tenant;
use crate::value::{Text, Value};

/// Writes a tenant's history, oldest version first. Holds one state at a time.
pub fn write(tenant: &Tenant, sink: &mut Sink<'_>) -> Result<()> {
    let (first, newest) = (tenant.history().first(), tenant.history().newest());
    // Of missing versions that follow each other only the first is written.
    let mut next = Some(first).filter(|first| *first <= newest);
    while let Some(version) = next {
        next = tenant.history().timeline().listed_after(version).filter(|version| *version <= newest);
        if let Some((info, branch)) = described(tenant, version) {
            let state = tenant.value_at(version)?;
            if sink(&line(info, branch, state).line()).is_break() {
                break;
            }
        }
    }
    Ok(())
}

fn described(tenant: &Tenant, version: Version) -> Option<(VersionInfo, Text)> {
    let history = tenant.history();
    Some((history.info(version)?, history.lineage().branch_of(version)))
}

fn line(info: VersionInfo, branch: Text, state: Value) -> Json {
    object([
        ("version", info.version.0.into()),
        ("at", optional(info.at.map(moment))),
        ("label", info.label.into()),
        ("by", optional(info.by)),
        ("branch", branch.into()),
        ("kind", info.kind.word().into()),
        ("problem", optional(info.problem)),
        ("state", state.into()),
    ])
}
