//! `asof undo`: takes back the debugger's last write, by a new record. What `redo` shares with it is here too.

use super::Console;
use super::exit::{Exit, Outcome};
use super::opened::{Author, Opened, RecordingArgs};
use super::out::note;
use crate::export::json::{Json, object, optional};
use crate::history::Undoable;
use crate::recording::{Tenant, Turned};

/// Take back the last rollback, promotion, snapshot, edit, deletion or change of settings
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof undo shop.asof --dry-run\n  asof undo shop.asof\n\nThe application's own transitions are never undone, \
                  nor what it did by itself. `asof redo` does again what was taken back."
)]
pub struct Undo {
    #[command(flatten)]
    turn: Turn,
}

/// What undo and redo are given.
#[derive(clap::Args)]
pub struct Turn {
    #[command(flatten)]
    recording: RecordingArgs,
    #[command(flatten)]
    author: Author,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// One of the two ways.
pub struct Way {
    /// What there is to turn.
    pub what: fn(&Tenant) -> Option<Undoable>,
    /// Turns it.
    pub turn: fn(&Tenant) -> crate::Result<Turned>,
    /// What to say when there is nothing.
    pub nothing: &'static str,
    /// What was done, in words.
    pub done: &'static str,
    /// And what would be.
    pub would: &'static str,
    /// For machines.
    pub json: fn(&str, Json) -> Json,
}

impl Undo {
    /// Undoes one write; nothing to undo is a negative answer.
    pub fn run(&self, console: &mut Console) -> Outcome {
        self.turn.run(&UNDO, console)
    }
}

const UNDO: Way = Way {
    what: Tenant::undoable,
    turn: Tenant::undo,
    nothing: "nothing to undo: the debugger has written nothing that stands",
    done: "undid",
    would: "would undo",
    json: |what, back_to| object([("undid", what.into()), ("back_to", back_to)]),
};

impl Turn {
    /// Turns one write, one way or the other.
    pub fn run(&self, way: &Way, console: &mut Console) -> Outcome {
        let tenant = self.author.of(&Opened::to_write(&self.recording)?.tenant(console)?);
        let Some(found) = (way.what)(&tenant) else {
            note(format!("{} in tenant {}", way.nothing, tenant.id()));
            return Ok(Exit::Negative);
        };
        let (what, back_to, words) = if self.dry_run {
            (found.what, found.back_to, way.would)
        } else {
            let turned = (way.turn)(&tenant)?;
            (turned.what, turned.back_to, way.done)
        };
        if self.json {
            console.out.json(&(way.json)(&what, optional(back_to.map(|version| version.0))))?;
        } else {
            let equals = back_to.map(|to| format!("; the head equals {to} then")).unwrap_or_default();
            console.out.line(&format!("{words} {what}{equals}"))?;
        }
        Ok(Exit::Done)
    }
}
