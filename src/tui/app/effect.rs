//! What [`super::App`] asks the loop to do.
//!
//! Must not name: threads, files.

use crate::tui::dialog::leaving::Leave;
use crate::tui::job::Task;
use crate::tui::store::StoreWrite;
use crate::tui::terminal::Mouse;

/// What the loop should do.
pub enum Effect {
    /// Run a task on a thread of its own.
    Start(Task),
    /// Give the terminal to the shell and stop until continued.
    Suspend,
    /// Draw every cell anew.
    Repaint,
    /// Put a text on the clipboard; what it is, for the message.
    Copy(String, String),
    /// Print a text on the shell's screen.
    Print(String),
    /// Open a copy in the editor.
    Edit(ProgramDocument),
    /// Send a text through the pager, through a command first where there is one.
    Pipe(ProgramDocument, Option<String>),
    /// Keep something for the next run.
    Keep(StoreWrite),
    /// Take the mouse, or leave it.
    Mouse(Mouse),
    /// End.
    Quit(Leave),
}

/// A text for a program, with a file name that tells its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramDocument {
    /// `state.json`, `diff.md`.
    pub name: &'static str,
    /// All of it.
    pub text: String,
}
