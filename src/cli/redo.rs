//! `asof redo`: does again what `asof undo` took back last.

use super::Console;
use super::exit::Outcome;
use super::undo::{Turn, Way};
use crate::export::json::object;
use crate::recording::Tenant;

/// Do again what undo took back last, unless something else was written since
#[derive(clap::Args)]
#[command(after_help = "Example:\n  asof undo shop.asof && asof redo shop.asof")]
pub struct Redo {
    #[command(flatten)]
    turn: Turn,
}

impl Redo {
    /// Does one write again; nothing to do again is a negative answer.
    pub fn run(&self, console: &mut Console) -> Outcome {
        self.turn.run(&REDO, console)
    }
}

const REDO: Way = Way {
    what: Tenant::redoable,
    turn: Tenant::redo,
    nothing: "nothing to redo: undo took nothing back, or the debugger has written since,",
    done: "redid",
    would: "would redo",
    json: |what, back_to| {
        let undid = format!("undo of {what}");
        object([("redid", what.into()), ("undid", undid.as_str().into()), ("back_to", back_to)])
    },
};
