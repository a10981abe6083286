//! Writing to a recording, and what to say about it.

use super::{After, Report, Write, Written};
use crate::history::Strategy;
use crate::recording::{Compacted, Recording, RolledBack, Tenant, Turned};
use crate::tui::action::Action;
use crate::tui::task::Cancel;
use crate::view::text::{counted, number, size};
use crate::{Error, Result};
use std::path::PathBuf;

/// Keeps the recording somewhere first, if asked; then writes. Overtaken by someone else, it catches up and writes nothing.
pub(super) fn write_kept(
    recording: &Recording,
    tenant: &Tenant,
    write: Write,
    keep: Option<PathBuf>,
    (cancel, tell): (&Cancel, &mut dyn FnMut(Report)),
) -> Report {
    let keep = keep.map(|directory| {
        let kept = recording.keep_at_telling(&directory, &mut |share| {
            tell(Report::Share(share));
            cancel.flow()
        });
        kept.map(|()| directory)
    });
    let kept_at = match keep {
        Some(Err(error)) => return Report::Written(Err(error)),
        Some(Ok(directory)) => Some(directory),
        None => None,
    };
    let known = tenant.history().position();
    match write_to(tenant, write, tell) {
        Ok(written) => Report::Written(Ok(Written { kept_at, ..written })),
        Err(Error::Conflict { .. }) => match tenant.catch_up() {
            Ok(_) => Report::Overtaken(tenant.history().position().0 - known.0),
            Err(error) => Report::Written(Err(error)),
        },
        Err(error) => Report::Written(Err(error)),
    }
}

fn write_to(tenant: &Tenant, write: Write, tell: &mut dyn FnMut(Report)) -> Result<Written> {
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
            ("edit-snapshot", format!("Snapshot \"{name}\" saved"), After::Snapshot(id))
        }
        Write::Delete(id) => {
            tenant.delete_snapshot(id)?;
            ("delete-snapshot", "Snapshot deleted; its version stays".to_owned(), After::Stay)
        }
        Write::Fork { name, from } => {
            let made = tenant.fork(&name, from)?;
            let what =
                format!("Branch \"{name}\" starts at {}; applications write to it by its name", number(made.base));
            ("fork", what, After::Branch(made.name))
        }
        Write::Compact { before } => {
            let done = tenant.compact_telling(before, &mut |share| tell(Report::Share(share)))?;
            ("compact", compacted(&done), After::Stay)
        }
        Write::Nothing => {
            let what = "Saved".to_owned();
            ("save", what, After::Stay)
        }
        Write::Undo => {
            let undone = tenant.undo()?;
            ("undo", format!("Undone: {}", undone.what), turned(tenant, &undone))
        }
        Write::Redo => {
            let redone = tenant.redo()?;
            ("redo", format!("Done again: {}", redone.what), turned(tenant, &redone))
        }
    };
    let back = match action {
        "undo" => Some(Action::Redo),
        "save" | "compact" => None,
        _ => Some(Action::Undo),
    };
    Ok(Written { action, what, back, after, kept_at: None })
}

fn rolled_back(done: &RolledBack) -> String {
    let kept = done.kept.as_ref().map(|name| format!(", {name} kept")).unwrap_or_default();
    let (head, equal) = (number(done.version), number(done.to));
    format!("Rolled back: {head} is the new head, equal to {equal}{kept}")
}

fn promoted(variant: &str, done: &RolledBack) -> String {
    let kept = done.kept.as_ref().map(|name| format!(", {name} kept")).unwrap_or_default();
    let (head, equal) = (number(done.version), number(done.to));
    format!("Promoted {variant}: {head} is the new head of main, equal to {equal}{kept}")
}

fn compacted(done: &Compacted) -> String {
    let snapshots = match done.plan.snapshots.len() {
        0 => String::new(),
        many => format!(" and {}", counted(many, "snapshot")),
    };
    let versions = counted(done.plan.versions, "version");
    let (first, freed) = (number(done.plan.before), size(done.freed));
    format!("Cut off {versions}{snapshots}: {first} is the oldest version now; the log is {freed} shorter")
}

/// To the version that an undo or redo made, if it made one.
fn turned(tenant: &Tenant, done: &Turned) -> After {
    if done.back_to.is_some() { After::Version(tenant.head()) } else { After::Stay }
}
