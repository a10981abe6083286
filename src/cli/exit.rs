//! How a command ends: exit codes, and the one place where an error becomes a sentence and a code.

use super::out::note;
use crate::Error;

/// The exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// A negative answer: nothing found, differences with `--exit-code`, damage found by `verify`, `n` at a question.
    Negative = 1,
    /// Wrong usage.
    Usage = 2,
    /// An unreadable or damaged source, or one that could only be read in part; output that could not be written.
    Unreadable = 3,
    /// Someone else appended first.
    Moved = 4,
    /// Ctrl-C.
    Interrupted = 130,
}

/// Why a command stopped early.
#[derive(Debug)]
pub enum Stop {
    /// With this error, which means this code here.
    Failed(Exit, Error),
    /// Whoever read the output has gone (`| head -1`): nothing is wrong and nothing is to be said.
    ReaderGone,
}

/// How a command ended.
pub type Outcome<T = Exit> = Result<T, Stop>;

/// Wrong usage, in a sentence.
pub fn usage(words: impl Into<String>) -> Stop {
    Stop::Failed(Exit::Usage, Error::Usage(words.into()))
}

/// What an error means where nothing else was decided.
impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        let exit = match &error {
            Error::Usage(_) => Exit::Usage,
            Error::NotFound { .. } | Error::Target { .. } => Exit::Negative,
            Error::Conflict { .. } => Exit::Moved,
            Error::Interrupted => Exit::Interrupted,
            _ => Exit::Unreadable,
        };
        Self::Failed(exit, error)
    }
}

/// Says on standard error why a command stopped, if there is anything to say.
pub fn report(outcome: Outcome) -> Exit {
    match outcome {
        Ok(exit) => exit,
        Err(Stop::ReaderGone) => Exit::Done,
        Err(Stop::Failed(exit, error)) => {
            note(&error);
            exit
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
