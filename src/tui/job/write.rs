//! Writing to a recording, and what to say about it.

use super::{Report, Write, Written};
use crate::history::Strategy;
use crate::recording::{Recording, Tenant};
use crate::{Error, Result};
use std::path::PathBuf;
use std::sync::Arc;

/// Keeps the recording somewhere first, if asked; then writes. Overtaken by someone else, it catches up and writes nothing.
pub(super) fn write_kept(tenant: &Tenant, write: Write, keep: Option<(Arc<Recording>, PathBuf)>) -> Report {
    let kept_at = match keep.map(|(recording, directory)| recording.keep_at(&directory).map(|()| directory)) {
        Some(Err(error)) => return Report::Written(Err(error)),
        Some(Ok(directory)) => Some(directory),
        None => None,
    };
    match write_to(tenant, write) {
        Ok(written) => Report::Written(Ok(Written { kept_at, ..written })),
        Err(Error::Conflict { .. }) => tenant.catch_up().map_or_else(|e| Report::Written(Err(e)), Report::Overtaken),
        Err(error) => Report::Written(Err(error)),
    }
}

fn write_to(tenant: &Tenant, write: Write) -> Result<Written> {
    match write {
        Write::RollBack { to, reason } => {
            let done = tenant.rollback(&Strategy::Version(to), &reason)?;
            let kept = done.kept.map(|name| format!(", {name} kept")).unwrap_or_default();
            let what =
                format!("Rolled back: {} is the new head, equal to {}{kept}. u takes it back", done.version, done.to);
            Ok(Written { action: "rollback", what, version: Some(done.version), kept_at: None })
        }
        Write::Snapshot(request) => {
            let made = tenant.snapshot(&request)?;
            let name = made.name.as_deref().unwrap_or("auto");
            Ok(Written {
                action: "snapshot",
                what: format!("Snapshot \"{name}\" marks {}", made.version),
                version: None,
                kept_at: None,
            })
        }
        Write::Nothing => {
            let what = "Saved".to_owned();
            Ok(Written { action: "save", what, version: None, kept_at: None })
        }
        Write::Undo => {
            let undone = tenant.undo()?;
            let version = undone.back_to.map(|_| tenant.head());
            Ok(Written { action: "undo", what: format!("Undone: {}", undone.what), version, kept_at: None })
        }
    }
}
