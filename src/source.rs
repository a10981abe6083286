//! Opening anything a user can name: a recording, a foreign file, standard input, `git:PATH`, a demo.

use crate::import::Problem;
use crate::recording::{Progress, Recording, Tenant};
use crate::Result;
use std::sync::Arc;

/// What a user names on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A recording's directory.
    Recording(std::path::PathBuf),
    /// A foreign file.
    File(std::path::PathBuf),
    /// `-`.
    Stdin,
    /// `git:PATH`: every version of one file in a repository.
    Git(std::path::PathBuf),
    /// `demo:NAME`: a built-in walkthrough.
    Demo(String),
}

/// How to open.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The format's name where the content does not tell (`--format`).
    pub format: Option<String>,
    /// The tenant for inputs that name none.
    pub tenant: Option<String>,
}

/// What is reported while a source is read.
pub enum Event {
    /// How far.
    Progress(Progress),
    /// Something that could not be taken as it is.
    Problem(Problem),
}

impl Address {
    /// Reads a SOURCE argument.
    ///
    /// # Errors
    /// When nothing is there: a sentence saying what was looked for.
    pub fn parse(text: &str) -> Result<Self> { todo!() }
    /// A short name for titles.
    pub fn title(&self) -> String { todo!() }
}

/// Opens a source without reading it: an opened recording, or an empty one in memory to be filled by [`read`].
///
/// # Errors
/// When it cannot be opened.
pub fn open(address: &Address) -> Result<Arc<Recording>> { todo!() }

/// Reads the source to its end into `recording` (a recording's tenants: all of them, the asked one first), telling of
/// progress and problems. Blocking: run it on a thread. `Break` stops and keeps what is there.
///
/// # Errors
/// When nothing (more) can be read.
pub fn read(address: &Address, options: &Options, recording: &Arc<Recording>, tell: &mut dyn FnMut(Event) -> std::ops::ControlFlow<()>) -> Result<()> { todo!() }
