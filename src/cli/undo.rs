//! `asof undo`: takes back the debugger's last write, by a new record.

use super::Console;
use super::exit::{Exit, Outcome};
use super::opened::{Author, Opened, RecordingArgs};
use super::out::note;
use crate::export::json::{object, optional};

/// Take back the last rollback, snapshot or deletion of a snapshot
#[derive(clap::Args)]
#[command(after_help = "Example:\n  asof undo shop.asof\n\nThe application's own transitions are never undone.")]
pub struct Undo {
    #[command(flatten)]
    recording: RecordingArgs,
    #[command(flatten)]
    author: Author,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

impl Undo {
    /// Undoes one write; nothing to undo is a negative answer.
    pub fn run(&self, console: &mut Console) -> Outcome {
        let tenant = self.author.of(&Opened::to_write(&self.recording)?.tenant(console)?);
        if tenant.undoable().is_none() {
            note(format!("nothing to undo in tenant {}: no rollback or snapshot was made here", tenant.id()));
            return Ok(Exit::Negative);
        }
        let done = tenant.undo()?;
        if self.json {
            let back_to = optional(done.back_to.map(|version| version.0));
            console.out.json(&object([("undid", done.what.as_str().into()), ("back_to", back_to)]))?;
        } else {
            console.out.line(&format!("undid {}", done.what))?;
        }
        Ok(Exit::Done)
    }
}
