//! `asof redo`: does again what `asof undo` took back last.

use super::Console;
use super::exit::CommandResult;
use super::undo::TurnArgs;
use crate::ops::Verb;

/// Redo what was undone last, unless something else was written since
#[derive(clap::Args)]
#[command(after_help = "Example:\n  asof undo shop.asof && asof redo shop.asof")]
pub struct RedoArgs {
    #[command(flatten)]
    turn: TurnArgs,
}

impl RedoArgs {
    /// Does one write again; nothing to do again is a negative answer.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        self.turn.run(&Verb::Redo, console)
    }
}
