//! Writing to a recording, and what to say about it.

use super::{After, Report, Write, Written};
use crate::history::{Strategy, Undoable};
use crate::recording::{Recording, RolledBack, Tenant};
use crate::view::text::number;
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
    let (action, what, after) = match write {
        Write::RollBack { to, reason } => {
            let done = tenant.rollback(&Strategy::Version(to), &reason)?;
            ("rollback", rolled_back(&done), After::Version(done.version))
        }
        Write::Promote { variant, reason } => {
            let done = tenant.promote(&variant, &reason)?;
            ("promote", promoted(&variant, &done), After::Version(done.version))
        }
        Write::Snapshot(request) => {
            let made = tenant.snapshot(&request)?;
            let name = made.name.as_deref().unwrap_or("auto");
            ("snapshot", format!("Snapshot \"{name}\" marks {}", number(made.version)), After::Snapshot(made.id))
        }
        Write::Edit { id, note } => {
            tenant.edit_snapshot(id, &note)?;
            let name = note.name.as_deref().unwrap_or("auto");
            ("edit-snapshot", format!("Snapshot \"{name}\" saved. u takes it back"), After::Snapshot(id))
        }
        Write::Delete(id) => {
            tenant.delete_snapshot(id)?;
            ("delete-snapshot", "Snapshot deleted; its version stays. u takes it back".to_owned(), After::Stay)
        }
        Write::Fork { name, from } => {
            let made = tenant.fork(&name, from)?;
            let what =
                format!("Branch \"{name}\" starts at {}; applications write to it by its name", number(made.base));
            ("fork", what, After::Branch(made.name))
        }
        Write::Nothing => {
            let what = "Saved".to_owned();
            ("save", what, After::Stay)
        }
        Write::Undo => {
            let undone = tenant.undo()?;
            ("undo", format!("Undone: {}. U does it again", undone.what), turned(tenant, &undone))
        }
        Write::Redo => {
            let redone = tenant.redo()?;
            ("redo", format!("Done again: {}. u takes it back", redone.what), turned(tenant, &redone))
        }
    };
    Ok(Written { action, what, after, kept_at: None })
}

fn rolled_back(done: &RolledBack) -> String {
    let kept = done.kept.as_ref().map(|name| format!(", {name} kept")).unwrap_or_default();
    let (head, equal) = (number(done.version), number(done.to));
    format!("Rolled back: {head} is the new head, equal to {equal}{kept}. u takes it back")
}

fn promoted(variant: &str, done: &RolledBack) -> String {
    let kept = done.kept.as_ref().map(|name| format!(", {name} kept")).unwrap_or_default();
    let (head, equal) = (number(done.version), number(done.to));
    format!("Promoted {variant}: {head} is the new head of main, equal to {equal}{kept}. u takes it back")
}

/// To the version that an undo or redo made, if it made one.
fn turned(tenant: &Tenant, done: &Undoable) -> After {
    if done.back_to.is_some() { After::Version(tenant.head()) } else { After::Stay }
}
