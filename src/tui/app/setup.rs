//! What the screen is started with.
//!
//! Must not name: files, the environment, `crossterm`.

use super::script::ScriptStep;
use crate::diff::DiffRules;
use crate::source::{self, Address, Recent, Recents};
use crate::tui::clipboard::Clipboard;
use crate::tui::config::Config;
use crate::tui::look::{Look, Surroundings};
use crate::tui::store::StoredState;
use crate::tui::terminal::Mouse;

/// What the screen is started with.
#[derive(Debug, Clone)]
pub struct Setup {
    /// What is open or being opened; `None` on the start screen.
    pub address: Option<Address>,
    pub options: source::Options,
    /// Whether nothing may be written.
    pub access: Access,
    /// How everything looks.
    pub look: Look,
    /// The name that writes carry.
    pub author: Option<String>,
    /// Where recent ones are remembered; `None` where nothing is.
    pub recents: Option<Recents>,
    /// What was opened lately, newest first.
    pub recent: Vec<Recent>,
    /// Whether git is asked what it holds: of the working directory, and of a file that is opened.
    pub asks_git: bool,
    /// Where to begin.
    pub spot: StartSpot,
    /// Whose the mouse is at first.
    pub mouse: Mouse,
    /// How texts get to the clipboard.
    pub clipboard: Clipboard,
    /// What earlier runs left.
    pub kept: StoredState,
    /// What the person has set.
    pub config: Config,
    /// What is known of the terminal.
    pub here: Surroundings,
}

/// Where the screen begins, once the source has been read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StartSpot {
    /// A moment.
    pub at: Option<String>,
    /// A path in the state.
    pub path: Option<String>,
    /// What is done once both are there.
    pub steps: Vec<ScriptStep>,
    /// How one got there: done again behind what is run on every source, which may lead elsewhere.
    pub way: Vec<ScriptStep>,
    /// By what arrays are matched, where somebody chose.
    pub array_keys: DiffRules,
}

/// Whether the screen may write to the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It may, when asked to.
    ReadWrite,
    /// It may not.
    ReadOnly,
}
