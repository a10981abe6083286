//! Going back in a bucket of NATS: its keys are put as they were, each only if nobody has put it since.

use super::RollbackArgs;
use crate::cli::Console;
use crate::cli::cells::{CellWidths, Ink, RowCell};
use crate::cli::diff::brief;
use crate::cli::exit::{CommandResult, Exit, usage};
use crate::cli::import::{Mapped, ReadingArgs, SourceChoiceArgs};
use crate::cli::opened::{Opened, SourceArgs, moment};
use crate::cli::out::{can_ask, confirmed, note, note_lines};
use crate::diff::Sign;
use crate::error::Error;
use crate::log::NatsSource;
use crate::ops::words::{not_known, put_back, would_put_back};
use crate::ops::{KeyPut, PutBack, PutBackTold};

impl RollbackArgs {
    /// Puts keys back, if that is what is wanted and allowed.
    pub fn run_bucket(&self, bucket: NatsSource, console: &mut Console) -> CommandResult {
        if !bucket.is_bucket() {
            return Err(usage(format!(
                "{bucket} is a stream, which cannot be written to: record it, and go back there"
            )));
        }
        let to = self.revision(console)?;
        let plan = PutBack { bucket, to, keys: self.keys.clone() }.plan()?;
        if self.dry_run {
            self.print(&would_put_back(&plan.told), &plan.told, true, console)?;
            return Ok(Exit::Done);
        }
        if plan.told.keys.is_empty() {
            return self.print(&put_back(&plan.told), &plan.told, false, console).map(|()| Exit::Done);
        }
        if !self.allow_write {
            return Err(usage(format!(
                "{}: pass --allow-write to put them, --dry-run to see them",
                would_put_back(&plan.told)
            )));
        }
        let is_asked = !self.consent.is_given();
        if is_asked && !consents(&plan.told)? {
            note("nothing was changed");
            return Ok(Exit::Negative);
        }
        let done = plan.act()?;
        self.print(&put_back(&done), &done, !is_asked, console)?;
        Ok(if done.overtaken.is_some() { Exit::Moved } else { Exit::Done })
    }

    /// The revision that was the newest one at the version that is named.
    fn revision(&self, console: &mut Console) -> CommandResult<u64> {
        let which = SourceChoiceArgs { tenant: self.recording.tenant.clone(), format: None, mapped: Mapped::default() };
        let reading = ReadingArgs { which, strict: false };
        let tenant =
            Opened::new(&SourceArgs { source: self.recording.source.clone(), reading }, console)?.tenant(console)?;
        let version = moment(&tenant, &self.target)?;
        let id = tenant.history().info(version).and_then(|info| info.from.id);
        let revision = id.and_then(|id| id.parse().ok());
        revision.ok_or_else(|| Error::Usage(format!("{version} is not a revision of the bucket")).into())
    }

    fn print(
        &self,
        sentence: &str,
        told: &PutBackTold,
        with_changes: bool,
        console: &mut Console,
    ) -> CommandResult<()> {
        if self.json {
            return console.out.json(&told.json());
        }
        console.out.line(sentence)?;
        if with_changes {
            console.out.table(&told.keys.iter().map(row).collect::<Vec<_>>())?;
        }
        not_known(told).into_iter().for_each(note);
        Ok(())
    }
}

fn row(put: &KeyPut) -> Vec<RowCell> {
    let sign = Sign::between(put.old.as_ref(), put.new.as_ref());
    let text = |value: &Option<crate::Value>| value.as_ref().map(brief).unwrap_or_default();
    let arrow = if sign == Sign::Changed { "\u{2192}" } else { "" };
    vec![
        RowCell::sign(sign),
        RowCell::name(&put.key),
        RowCell::new(text(&put.old)).ink(Ink::Dim),
        RowCell::new(arrow).ink(Ink::Dim),
        RowCell::new(text(&put.new)),
    ]
}

/// Shows the keys and asks.
fn consents(told: &PutBackTold) -> CommandResult<bool> {
    if !can_ask() {
        return Err(usage("not a terminal: pass --yes to put the keys, or --dry-run to see them"));
    }
    note(would_put_back(told));
    let rows: Vec<_> = told.keys.iter().map(row).collect();
    let columns = CellWidths::of(&rows);
    rows.iter().for_each(|row| note_lines(&columns.line(row, false)));
    not_known(told).into_iter().for_each(note);
    Ok(confirmed("Put these keys?")?)
}
