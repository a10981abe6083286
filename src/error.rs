//! The one error of the library. Every variant is a sentence with the place in it: file, line, byte, path or version.
//!
//! Must not know: any other module. Exit codes are the command line's business (`cli`).

use std::path::PathBuf;

/// What a fallible operation of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Where in an input something is: file name, line (from 1) and byte offset (from 0), as far as known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// File name or address as the user wrote it; empty for text that came from no file.
    pub file: String,
    /// Line, counted from 1; 0 when not known.
    pub line: u64,
    /// Byte offset from the start of the (uncompressed) input.
    pub byte: u64,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let file = if self.file.is_empty() { "input" } else { &self.file };
        match self.line {
            0 => write!(f, "{file}, byte {}", self.byte),
            line => write!(f, "{file}, line {line}, byte {}", self.byte),
        }
    }
}

/// Everything that can go wrong, in words a user can act on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused a read, write, lock or rename.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// The verb: `open`, `read`, `write`, `sync`, `lock`.
        doing: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Text that is not JSON, or JSON that is not what was expected there.
    #[error("{place}: {why}")]
    Syntax {
        /// Where it starts to be wrong.
        place: Place,
        /// What is wrong, and what to do.
        why: String,
    },
    /// An input whose format is not known, or is more than one.
    #[error("{file}: {why}")]
    Format {
        /// The input's name.
        file: String,
        /// Why, and which option decides.
        why: String,
    },
    /// A record whose checksum, position or shape is wrong.
    #[error("{}, byte {offset}: damaged record: {why}", file.display())]
    Damaged {
        /// The tenant's log file.
        file: PathBuf,
        /// Byte offset of the damaged record.
        offset: u64,
        /// What is wrong with it.
        why: String,
    },
    /// A log written by a newer asof. It is left untouched.
    #[error("{} is in log format {found}; this asof reads up to {known}. Nothing was changed; use a newer asof", file.display())]
    NewerFormat {
        /// The tenant's log file.
        file: PathBuf,
        /// The version it names.
        found: u64,
        /// The newest version known here.
        known: u64,
    },
    /// Someone else appended first.
    #[error(
        "the position moved: expected to append after {expected}, but the log is at {actual}. Catch up and try again"
    )]
    Conflict {
        /// The position the caller had seen.
        expected: u64,
        /// The position the log is at.
        actual: u64,
    },
    /// Nothing of that name in this tenant.
    #[error("{what} not found in tenant {tenant}{}", crate::error::nearest_words(nearest))]
    NotFound {
        /// The kind and name asked for, as in `snapshot "beta_test"`.
        what: String,
        /// The tenant asked.
        tenant: String,
        /// Names that look like it, nearest first; empty when there is none.
        nearest: Vec<String>,
    },
    /// A target (`#42`, `@12:30`, `head~3`) that names no moment here.
    #[error("\"{target}\": {why}")]
    Target {
        /// The text as given.
        target: String,
        /// Why it names nothing, and what would.
        why: String,
    },
    /// An RFC 6902 operation that cannot be done; nothing of its patch was applied.
    #[error("patch operation {index} ({op} {path}): {why}")]
    Patch {
        /// Which operation, from 0.
        index: usize,
        /// `add`, `remove`, `replace`, `move`, `copy` or `test`.
        op: &'static str,
        /// The JSON Pointer.
        path: String,
        /// Why.
        why: String,
    },
    /// A value nested deeper than the limit.
    #[error("the value is nested deeper than {limit} levels")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// A value larger than the limit when written out.
    #[error("the value would take {size} bytes written out; the limit is {limit} (--max-size sets it)")]
    TooLarge {
        /// Bytes as compact JSON.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// A request that makes no sense as asked.
    #[error("{0}")]
    Usage(String),
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
}

impl Error {
    /// A short name that stays the same from version to version, to search for and to act on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "E-IO",
            Self::Syntax { .. } => "E-SYNTAX",
            Self::Format { .. } => "E-FORMAT",
            Self::Damaged { .. } => "E-LOG-DAMAGED",
            Self::NewerFormat { .. } => "E-LOG-NEWER",
            Self::Conflict { .. } => "E-MOVED",
            Self::NotFound { .. } => "E-NOT-FOUND",
            Self::Target { .. } => "E-TARGET",
            Self::Patch { .. } => "E-PATCH",
            Self::TooDeep { .. } => "E-TOO-DEEP",
            Self::TooLarge { .. } => "E-TOO-LARGE",
            Self::Usage(_) => "E-USAGE",
            Self::Interrupted => "E-INTERRUPTED",
        }
    }

    /// An input-output error with its verb and file.
    pub fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { doing, path, source }
    }
}

fn nearest_words(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        names => format!("; nearest: {}", names.join(", ")),
    }
}
