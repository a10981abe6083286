//! How a command ends: exit codes, and the one place where an error becomes a code.

use crate::Error;

/// The exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    Done = 0,
    /// A negative answer: nothing found, differences with `--exit-code`, damage found by `verify`, `n` at a question.
    Negative = 1,
    /// Wrong usage.
    Usage = 2,
    /// An unreadable or damaged source, or one that could only be read in part; output that could not be written.
    Unreadable = 3,
    /// Someone else appended first, what they appended would be left behind, the log is not the one that was read any
    /// more, or a server was lost.
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
pub type CommandResult<T = Exit> = Result<T, Stop>;

/// Wrong usage, in a sentence.
pub fn usage(words: impl Into<String>) -> Stop {
    Stop::Failed(Exit::Usage, Error::Usage(words.into()))
}

/// What an error means where nothing else was decided.
impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(exit_of(&error), error)
    }
}

/// Every variant is named, so that a new one is decided here before it compiles.
fn exit_of(error: &Error) -> Exit {
    match error {
        Error::NotFound { .. }
        | Error::Target { .. }
        | Error::NameTaken { .. }
        | Error::AlreadyHead { .. }
        | Error::NothingToPromote { .. }
        | Error::NothingToUndo { .. }
        | Error::NothingToRedo { .. }
        | Error::NothingToCompact { .. }
        | Error::NothingToRollBack { .. } => Exit::Negative,
        Error::Usage(_)
        | Error::NotStates { .. }
        | Error::UnknownTenant { .. }
        | Error::UnknownName { .. }
        | Error::InvalidName { .. }
        | Error::InvalidSetting { .. }
        | Error::TenantFull { .. }
        | Error::SnapshotsOff { .. }
        | Error::Doubtful { .. }
        | Error::Guarded { .. }
        | Error::NestedWrite { .. }
        | Error::TransactionClosed { .. }
        | Error::Edit { .. }
        | Error::NotJson { .. }
        | Error::Misfit { .. }
        | Error::InvalidMetric { .. }
        | Error::MetricOutOfRange { .. }
        | Error::MetricChanged { .. }
        | Error::DirectoryTaken { .. }
        | Error::NoParent { .. }
        | Error::InMemory { .. }
        | Error::Gaps { .. }
        | Error::NotAppendable { .. }
        | Error::InteractiveInput => Exit::Usage,
        Error::Conflict { .. }
        | Error::Unknown { .. }
        | Error::ServerLost { .. }
        | Error::Overtaken { .. }
        | Error::LeavesOthers { .. }
        | Error::LogChanged { .. }
        | Error::Overlapping { .. }
        | Error::FileChanged { .. }
        | Error::TransactionInUse { .. } => Exit::Moved,
        Error::Io { .. }
        | Error::Syntax { .. }
        | Error::Format { .. }
        | Error::UndecidedFormat { .. }
        | Error::Damaged { .. }
        | Error::NewerFormat { .. }
        | Error::ServerRefused { .. }
        | Error::Removed { .. }
        | Error::Poisoned { .. }
        | Error::Unsynced { .. }
        | Error::Transaction { .. }
        | Error::Patch { .. }
        | Error::TooDeep { .. }
        | Error::TooLarge { .. } => Exit::Unreadable,
        Error::Interrupted => Exit::Interrupted,
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
