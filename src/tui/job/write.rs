//! Writing to a recording, and where the screen goes afterwards. What to say is made of the outcome.

use super::{AfterWrite, NotKept, Report, Write, Written};
use crate::log::wait_until;
use crate::ops::{Outcome, Turn};
use crate::recording::{Recording, Tenant};
use crate::tui::action::Action;
use crate::tui::task::Cancel;
use crate::view::verbs::{SCREEN, sentence};
use crate::{Error, Result};
use std::path::PathBuf;

/// Keeps the recording somewhere first, if asked; then writes. Overtaken by someone else, it catches up and writes nothing.
pub(super) fn write_kept(
    recording: &Recording,
    tenant: &Tenant,
    write: &Write,
    keep: Option<PathBuf>,
    (cancel, tell): (&Cancel, &mut dyn FnMut(Report)),
) -> Report {
    let kept_at = keep.clone();
    let kept = keep.map_or(Ok(()), |directory| {
        recording.keep_at_telling(&directory, &mut |share| {
            tell(Report::Share(share));
            cancel.flow()
        })
    });
    match (kept, &kept_at) {
        (Ok(()), _) => {}
        (Err(error), Some(directory)) if !matches!(error, Error::Interrupted) => {
            let (write, directory) = (write.clone(), directory.clone());
            return Report::NotKept(Box::new(NotKept { error, write, directory }));
        }
        (Err(error), _) => return Report::Written(Err(error)),
    }
    let known = tenant.records_read();
    match wait_until(cancel.flag(), || write_to(tenant, write, tell)) {
        Err(Error::Io { operation: "lock", .. }) if cancel.is_cancelled() => Report::Written(Err(Error::Interrupted)),
        Ok(written) => Report::Written(Ok(Written { kept_at, ..written })),
        Err(Error::Conflict { .. }) => match tenant.catch_up() {
            Ok(_) => Report::Overtaken(tenant.records_read() - known),
            Err(error) => Report::Written(Err(error)),
        },
        Err(error) => Report::Written(Err(error)),
    }
}

fn write_to(tenant: &Tenant, write: &Write, tell: &mut dyn FnMut(Report)) -> Result<Written> {
    match write {
        Write::Nothing => {
            let what = "Saved".into();
            Ok(Written { action: "save", what, back: None, after: AfterWrite::Stay, kept_at: None })
        }
        Write::Do(verb, allow) => {
            let outcome = verb.act(&tenant.allowing(allow.clone()), &mut |share| tell(Report::Share(share)))?;
            Ok(written(&outcome))
        }
    }
}

fn written(outcome: &Outcome) -> Written {
    let what = sentence(&outcome.words(&SCREEN));
    let (action, after) = match outcome {
        Outcome::RolledBack(moved) => ("rollback", AfterWrite::Version(moved.version)),
        Outcome::Promoted(promoted) => ("promote", AfterWrite::Version(promoted.moved.version)),
        Outcome::Turned(turned) => {
            let action = if turned.turn == Turn::Undo { "undo" } else { "redo" };
            (action, turned.moved.as_ref().map_or(AfterWrite::Stay, |moved| AfterWrite::Version(moved.version)))
        }
        Outcome::Made(made) => ("snapshot", AfterWrite::Snapshot(made.snapshot.id)),
        Outcome::Edited(edited) => ("edit-snapshot", AfterWrite::Snapshot(edited.snapshot.id)),
        Outcome::Deleted(_) | Outcome::Pruned(_) => ("delete-snapshot", AfterWrite::Stay),
        Outcome::Forked(forked) => ("fork", AfterWrite::Branch(forked.row.branch.name.clone())),
        Outcome::Scored(_) => ("score", AfterWrite::Stay),
        Outcome::Compacted(_) => ("compact", AfterWrite::Stay),
        Outcome::MatchedBy(_) => ("array-key", AfterWrite::Stay),
    };
    let back = match action {
        "undo" => Some(Action::Redo),
        "compact" | "score" => None,
        _ => Some(Action::Undo),
    };
    Written { action, what, back, after, kept_at: None }
}
