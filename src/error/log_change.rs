//! What happened to a log behind the back of its reader.

/// What became of a log that was read before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogChange {
    /// There is no file of its name any more.
    Deleted,
    /// Something else than a regular file has its name.
    NoFile,
    /// The file has no finished header any more.
    Emptied,
    /// It ends before a record that was read from it.
    Shortened {
        /// The position of its last record now.
        last: u64,
        /// The position of the last record read before.
        known: u64,
    },
    /// It is the log of another recording: its seed is another one.
    Replaced,
    /// A record that was read from it is damaged now, or is another one.
    Rewritten {
        /// The position of that record.
        position: u64,
    },
}

impl std::fmt::Display for LogChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Deleted => f.write_str("the log was deleted"),
            Self::NoFile => f.write_str("the log is no longer a regular file"),
            Self::Emptied => f.write_str("the log was emptied"),
            Self::Shortened { last, known } => {
                write!(f, "the log was truncated: it ends at position {last}, was at {known}")
            }
            Self::Replaced => f.write_str("the log was replaced by the log of another recording"),
            Self::Rewritten { position } => {
                write!(f, "the log was rewritten: the record at position {position} has changed")
            }
        }?;
        f.write_str(". Writing has stopped; reopen the recording")
    }
}
