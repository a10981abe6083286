//! The one error of the library. Every variant is a sentence with the place in it: file, line, byte, path or version.
//!
//! Exit codes are the command line's business (`cli`).

mod sentences;

use sentences::sentences;
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

/// An error of someone else: an application's own, or one of a library it uses.
pub type OtherError = Box<dyn std::error::Error + Send + Sync>;

/// A path that both a transaction and someone else changed, and who the other one was.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Overlap {
    /// The path that the transaction changed.
    pub path: String,
    /// The version in which someone else changed it, what is in it or what it is in.
    pub version: u64,
    /// Who made that version, where it says.
    pub by: Option<String>,
}

impl Overlap {
    /// A path that was also changed in `version`.
    pub fn new(path: String, version: u64, by: Option<String>) -> Self {
        Self { path, version, by }
    }
}

impl std::fmt::Display for Overlap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} was also changed in #{}", self.path, self.version)?;
        self.by.as_ref().map_or(Ok(()), |by| write!(f, " by {by}"))
    }
}

sentences! {
/// Everything that can go wrong, in words a user can act on.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused a read, write, lock or rename.
    #[error("cannot {operation} {}: {source}", path.display())]
    Io {
        /// The verb: `open`, `read`, `write`, `sync`, `lock`.
        operation: &'static str,
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
    /// An input whose content is of no format known, or of more than one; a format that is named reads it.
    #[error("{file}: {why}")]
    UndecidedFormat {
        /// The input's name.
        file: String,
        /// Why, with the formats there are.
        why: String,
    },
    /// A file or directory that is not what it is read as.
    #[error("{file}: {why}")]
    Format {
        /// The input's name.
        file: String,
        /// Why, and how to decide.
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
    #[error("append rejected: expected position {expected}, log is at {actual}")]
    Conflict {
        /// The position the caller had seen.
        expected: u64,
        /// The position the log is at.
        actual: u64,
    },
    /// An append whose answer was lost: it may be in the log, or not, or arrive later. Nothing was folded of it.
    #[error(
        "append to tenant {tenant} not answered: {why}. It may be in the log or not: read the log again before the write is repeated"
    )]
    Unknown {
        /// The tenant.
        tenant: String,
        /// Why there is no answer.
        why: String,
    },
    /// A tenant's log is not the one that was read from before. Nothing is read from it or written to it until the
    /// recording is opened again, or the log is there again as it was.
    #[error("{}: {change}", file.display())]
    LogChanged {
        /// The tenant's log file.
        file: PathBuf,
        /// What became of it.
        change: LogChange,
    },
    /// An append that the disk refused to make durable, with an outcome that a crash of the machine decides.
    #[error(
        "cannot sync {}: {source}. {}",
        file.display(),
        if *withdrawn { "The write was taken back, but a crash of the machine may bring it back" }
        else { "The write is in the log and others see it, but a crash of the machine may take it away" }
    )]
    Unsynced {
        /// The tenant's log file.
        file: PathBuf,
        /// The position of the append's last record.
        position: u64,
        /// Whether it was cut off the log again. Otherwise it is in the log.
        withdrawn: bool,
        /// What the system said.
        source: std::io::Error,
    },
    /// No tenant of that name.
    #[error("no tenant \"{tenant}\" in this recording")]
    UnknownTenant {
        /// The name asked for.
        tenant: String,
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
    /// A format or demo that this asof does not have.
    #[error("unknown {kind} \"{name}\"; known: {}", known.join(", "))]
    UnknownName {
        /// What kind of name: `format`, `demo`.
        kind: &'static str,
        /// The name asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A target (`#42`, `@12:30`, `head~3`) that names no moment here.
    #[error("\"{target}\": {why}")]
    Target {
        /// The text as given.
        target: String,
        /// Why it names nothing, and what would.
        why: String,
    },
    /// A name that a snapshot or branch has already.
    #[error("{kind} \"{name}\" already exists, at #{version}: choose another name")]
    NameTaken {
        /// `snapshot` or `branch`.
        kind: &'static str,
        /// The name.
        name: String,
        /// The version of the one that has it.
        version: u64,
    },
    /// A name that no snapshot or branch can have.
    #[error("\"{name}\" cannot name a {kind}: {why}")]
    InvalidName {
        /// `snapshot` or `branch`.
        kind: &'static str,
        /// The name.
        name: String,
        /// The rule it breaks.
        why: String,
    },
    /// A setting that no reader would bear.
    #[error("settings not changed: {why}")]
    InvalidSetting {
        /// Which, and its bound.
        why: String,
    },
    /// The tenant has as many versions as it may have.
    #[error("tenant {tenant} is full: it has {versions} versions, its limit is {limit}")]
    TenantFull {
        /// The tenant.
        tenant: String,
        /// Versions it has, those cut off by compaction left out.
        versions: u64,
        /// Versions it may have.
        limit: u64,
    },
    /// The tenant's retention keeps no snapshots of the kind asked for.
    #[error("tenant {tenant} keeps no snapshots of that kind ({kind}): its retention for them is 0")]
    SnapshotsOff {
        /// The tenant.
        tenant: String,
        /// `named`, `auto` or `checkpoint`.
        kind: &'static str,
    },
    /// Nothing of this side is left to take back.
    #[error("nothing to undo in tenant {tenant}")]
    NothingToUndo {
        /// The tenant.
        tenant: String,
    },
    /// This side has taken nothing back that it could do again.
    #[error("nothing to redo in tenant {tenant}")]
    NothingToRedo {
        /// The tenant.
        tenant: String,
    },
    /// Nothing is before the version at which a log was to be cut.
    #[error("nothing to compact before #{before}: the oldest version is #{oldest}")]
    NothingToCompact {
        /// The version asked for.
        before: u64,
        /// The oldest version there is.
        oldest: u64,
    },
    /// A write from inside an edit of the same tenant: from the closure of `apply`, a transaction's step, a change of
    /// settings, or a report of progress. Nothing was written.
    #[error(
        "write rejected: this thread is editing tenant {tenant}. Write through the draft, or after the edit has returned"
    )]
    NestedWrite {
        /// The tenant.
        tenant: String,
    },
    /// An edit that others overtook each time it ran, as where it waits for a write of another thread. Nothing of it was
    /// written.
    #[error(
        "write rejected: tenant {tenant} was written to during the edit, {tries} times in a row. An edit must not wait for another thread that writes to the same tenant: write through the draft, or after the edit has returned"
    )]
    Overtaken {
        /// The tenant.
        tenant: String,
        /// How often the edit ran.
        tries: u32,
    },
    /// A write by a thread that still reads the history it would change. Nothing was written.
    #[error("write rejected: this thread still reads the history of tenant {tenant}. Drop the `HistoryGuard` first")]
    WriteWhileReading {
        /// The tenant.
        tenant: String,
    },
    /// Nothing of a transaction stands that could be taken back.
    #[error("nothing of {transaction} stands: there is nothing to roll back")]
    NothingToRollBack {
        /// The transaction's id.
        transaction: String,
    },
    /// A transaction cannot be taken back by itself, because others changed what it changed.
    #[error("{transaction} not rolled back: {}", crate::error::overlap_words(overlaps))]
    Overlapping {
        /// The transaction's id.
        transaction: String,
        /// What both changed, at most one entry a path.
        overlaps: Vec<Overlap>,
    },
    /// A step of a transaction failed.
    #[error("transaction {transaction} \"{name}\" failed at step {step}, \"{step_name}\": {source}")]
    Transaction {
        /// The transaction's id.
        transaction: String,
        /// Its name.
        name: String,
        /// The step that failed, from 1.
        step: usize,
        /// That step's name.
        step_name: String,
        /// What the step answered.
        source: OtherError,
    },
    /// A transaction that ended: no step and no way back follows.
    #[error("{transaction} is closed ({state}): nothing can be added to it")]
    TransactionClosed {
        /// The transaction's id.
        transaction: String,
        /// How it ended: `committed`, `failed`, `undone`.
        state: &'static str,
    },
    /// A transaction that cannot be abandoned, because its application may still be running it.
    #[error("{transaction} not abandoned: an application has this recording open for writing and may still be in it")]
    TransactionInUse {
        /// The transaction's id.
        transaction: String,
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
    /// An edit of a draft that cannot be done; the draft is as before.
    #[error("cannot {operation} {path}: {why}")]
    Edit {
        /// `push to` or `merge into`.
        operation: &'static str,
        /// The path.
        path: String,
        /// Why.
        why: &'static str,
    },
    /// A value of the application that JSON cannot hold.
    #[error("{} is not a JSON value: {why}", crate::error::path_words(path))]
    NotJson {
        /// Where in the value; empty for all of it.
        path: String,
        /// What is there instead.
        why: String,
    },
    /// A state that does not fit the type it was to be read as.
    #[error("the state at #{version} does not fit: {source}")]
    Misfit {
        /// Its version.
        version: u64,
        /// What does not fit.
        source: OtherError,
    },
    /// A text that is no metric.
    #[error("the metric \"{text}\" {why}")]
    InvalidMetric {
        /// The text.
        text: String,
        /// The end of a sentence about it.
        why: String,
    },
    /// A figure that cannot be compared with others.
    #[error("{metric}={value} is out of range: figures are compared as doubles (up to 1.8e308)")]
    MetricOutOfRange {
        /// The metric's name.
        metric: String,
        /// Its figure.
        value: String,
    },
    /// A figure with another goal or unit than its metric has.
    #[error("{change}")]
    MetricChanged {
        /// What the metric is and what the figure says.
        change: String,
    },
    /// A value nested deeper than the limit.
    #[error("the value is nested deeper than {limit} levels")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// A value larger than the limit when written out.
    #[error("the value takes {size} bytes as JSON; the limit is {limit}")]
    TooLarge {
        /// Bytes as compact JSON.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// A new recording where something else is.
    #[error("{} {}: a new recording needs a directory that is new or empty", path.display(), crate::error::taken_words(*recording))]
    DirectoryTaken {
        /// The directory.
        path: PathBuf,
        /// Whether it is a recording.
        recording: bool,
    },
    /// A new recording in a directory that does not exist.
    #[error("cannot create {}: {} does not exist. Make it first", path.display(), parent.display())]
    NoParent {
        /// The directory to be made.
        path: PathBuf,
        /// The one it was to be made in.
        parent: PathBuf,
    },
    /// An operation that only a recording in files has.
    #[error("cannot {operation} a recording that is in no files: keep it in a directory first")]
    InMemory {
        /// The verb.
        operation: &'static str,
    },
    /// A record that only the program itself writes was handed over to be appended.
    #[error("append rejected: a record of type \"{kind}\" is not an application's to write")]
    NotAppendable {
        /// Its type.
        kind: &'static str,
    },
    /// Folding a tenant's records failed in a way that should not be possible; its handle is of no more use.
    #[error(
        "the history of tenant {tenant} cannot be used any more: folding its records failed ({why}). Open the recording again; its log is as it was"
    )]
    Poisoned {
        /// The tenant.
        tenant: String,
        /// What the fold panicked with.
        why: String,
    },
    /// A recording with missing records cannot be copied record by record.
    #[error("tenant {tenant} has missing records: copy the directory of its recording instead")]
    Gaps {
        /// The tenant.
        tenant: String,
    },
    /// Input was to come from standard input, which is a terminal.
    #[error("standard input is a terminal: pipe a log into it, or name a file")]
    InteractiveInput,
    /// Going back to what the head is already: it would change nothing, and the next undo would take back just that.
    #[error("nothing to go back to: {}", same_words(*target, *head))]
    AlreadyHead {
        /// The version asked for.
        target: u64,
        /// The head, which is that version or equals it.
        head: u64,
    },
    /// A variant whose head the head of `main` is, or equals, already.
    #[error("nothing to promote: the head of {variant}, #{version}, has the value that main has at its head, #{head}")]
    NothingToPromote {
        /// The variant.
        variant: String,
        /// Its head.
        version: u64,
        /// The head of `main`.
        head: u64,
    },
    /// The value to go back to may be wrong.
    #[error("#{version} is doubtful: {why}")]
    Doubtful {
        /// The version asked for.
        version: u64,
        /// What may be wrong with it.
        why: String,
    },
    /// Newer versions of other writers would leave the branch.
    #[error(
        "{what} would leave behind {others} newer {} of other writers, kept as {kept}",
        if *others == 1 { "version" } else { "versions" }
    )]
    LeavesOthers {
        /// What was asked for: `undo of rollback to #2`.
        what: String,
        /// Versions of other writers that are newer than what would be taken back.
        others: u64,
        /// The branch that would keep them.
        kept: String,
    },
    /// The tenant is guarded, and its name was not given.
    #[error("tenant {tenant} is guarded: its name must be given")]
    Guarded {
        /// The tenant.
        tenant: String,
    },
    /// The `asof` program was asked something that makes no sense. Functions of the library have variants of their own.
    #[error("{text}")]
    Usage(text: String),
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
}
}

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
            Self::NoFile => f.write_str("the log was replaced by something that is not a regular file"),
            Self::Emptied => f.write_str("the log was emptied"),
            Self::Shortened { last, known } => {
                write!(f, "the log was shortened: it ends at position {last}, and had {known} before")
            }
            Self::Replaced => f.write_str("the log was replaced by the log of another recording"),
            Self::Rewritten { position } => {
                write!(f, "the log was rewritten: the record at position {position} is not the one read before")
            }
        }?;
        f.write_str(". Nothing is written to it; open the recording again")
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } | Self::Unsynced { source, .. } => Some(source),
            Self::Transaction { source, .. } | Self::Misfit { source, .. } => Some(&**source),
            _ => None,
        }
    }
}

impl Error {
    /// A short name that stays the same from version to version, to search for and to act on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "E-IO",
            Self::Syntax { .. } => "E-SYNTAX",
            Self::Format { .. } => "E-FORMAT",
            Self::UndecidedFormat { .. } => "E-FORMAT-UNDECIDED",
            Self::Damaged { .. } => "E-LOG-DAMAGED",
            Self::NewerFormat { .. } => "E-LOG-NEWER",
            Self::Conflict { .. } => "E-MOVED",
            Self::Unknown { .. } => "E-UNKNOWN",
            Self::LogChanged { .. } => "E-LOG-CHANGED",
            Self::Unsynced { .. } => "E-UNSYNCED",
            Self::UnknownTenant { .. } => "E-NO-TENANT",
            Self::NotFound { .. } => "E-NOT-FOUND",
            Self::UnknownName { .. } => "E-UNKNOWN-NAME",
            Self::Target { .. } => "E-TARGET",
            Self::NameTaken { .. } => "E-NAME-TAKEN",
            Self::InvalidName { .. } => "E-INVALID-NAME",
            Self::InvalidSetting { .. } => "E-SETTING",
            Self::TenantFull { .. } => "E-FULL",
            Self::SnapshotsOff { .. } => "E-SNAPSHOTS-OFF",
            Self::NothingToUndo { .. } => "E-NO-UNDO",
            Self::NothingToRedo { .. } => "E-NO-REDO",
            Self::NothingToCompact { .. } => "E-NO-COMPACT",
            Self::NestedWrite { .. } => "E-NESTED",
            Self::Overtaken { .. } => "E-OVERTAKEN",
            Self::WriteWhileReading { .. } => "E-READING",
            Self::NothingToRollBack { .. } => "E-NO-ROLLBACK",
            Self::Overlapping { .. } => "E-OVERLAP",
            Self::Transaction { .. } => "E-TRANSACTION",
            Self::TransactionClosed { .. } => "E-TRANSACTION-CLOSED",
            Self::TransactionInUse { .. } => "E-TRANSACTION-IN-USE",
            Self::Patch { .. } => "E-PATCH",
            Self::Edit { .. } => "E-EDIT",
            Self::NotJson { .. } => "E-NOT-JSON",
            Self::Misfit { .. } => "E-MISFIT",
            Self::InvalidMetric { .. } => "E-INVALID-METRIC",
            Self::MetricOutOfRange { .. } => "E-METRIC",
            Self::MetricChanged { .. } => "E-METRIC-CHANGED",
            Self::TooDeep { .. } => "E-TOO-DEEP",
            Self::TooLarge { .. } => "E-TOO-LARGE",
            Self::DirectoryTaken { .. } => "E-DIRECTORY-TAKEN",
            Self::NoParent { .. } => "E-NO-PARENT",
            Self::InMemory { .. } => "E-IN-MEMORY",
            Self::NotAppendable { .. } => "E-NOT-APPENDABLE",
            Self::Poisoned { .. } => "E-POISONED",
            Self::Gaps { .. } => "E-GAPS",
            Self::InteractiveInput => "E-INTERACTIVE-INPUT",
            Self::AlreadyHead { .. } => "E-ALREADY-HEAD",
            Self::NothingToPromote { .. } => "E-NOTHING-TO-PROMOTE",
            Self::Doubtful { .. } => "E-DOUBTFUL",
            Self::LeavesOthers { .. } => "E-LEAVES-OTHERS",
            Self::Guarded { .. } => "E-GUARDED",
            Self::Usage(_) => "E-USAGE",
            Self::Interrupted => "E-INTERRUPTED",
        }
    }

    /// An input-output error with its verb and file.
    pub fn io(operation: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { operation, path, source }
    }
}

fn overlap_words(overlaps: &[Overlap]) -> String {
    overlaps.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn path_words(path: &str) -> &str {
    if path.is_empty() { "the value" } else { path }
}

fn taken_words(recording: bool) -> &'static str {
    if recording { "is a recording already" } else { "is not empty" }
}

fn same_words(target: u64, head: u64) -> String {
    if target == head {
        format!("#{head} is the head already")
    } else {
        format!("the head, #{head}, equals #{target} already")
    }
}

fn nearest_words(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        names => format!("; nearest: {}", names.join(", ")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::error::Error as _;

    fn system() -> std::io::Error {
        std::io::Error::other("disk on fire")
    }

    #[test]
    fn errors_cross_threads_and_go_into_boxes() {
        fn crosses<E: std::error::Error + Send + Sync + 'static>() {}
        crosses::<Error>();
        let boxed: OtherError = Error::Interrupted.into();
        assert!(boxed.downcast_ref::<Error>().is_some());
    }

    #[test]
    fn what_an_error_came_from_is_its_source() {
        let failed = |source| Error::Transaction {
            transaction: "tx-1".into(),
            name: "n".into(),
            step: 1,
            step_name: "s".into(),
            source,
        };
        let from = [
            Error::io("open", "x")(system()),
            Error::Misfit { version: 1, source: system().into() },
            failed(system().into()),
        ];
        for error in from {
            assert!(error.source().unwrap().to_string().contains("fire"), "{error}");
        }
        let deep = failed(Error::io("open", "x")(system()).into());
        assert!(deep.source().unwrap().source().unwrap().to_string().contains("fire"));
        assert!(Error::Interrupted.source().is_none());
    }

    #[test]
    fn no_sentence_of_the_engine_names_an_option() {
        let overlaps = vec![Overlap::new(".a".into(), 4, Some("ann".into())), Overlap::new(".b".into(), 5, None)];
        let errors = [
            (Error::TooLarge { size: 5, limit: 4 }, "the value takes 5 bytes as JSON; the limit is 4"),
            (Error::Conflict { expected: 3, actual: 5 }, "append rejected: expected position 3, log is at 5"),
            (
                Error::Overlapping { transaction: "tx-2".into(), overlaps },
                "tx-2 not rolled back: .a was also changed in #4 by ann; .b was also changed in #5",
            ),
            (Error::NotJson { path: String::new(), why: "NaN".into() }, "the value is not a JSON value: NaN"),
        ];
        for (error, words) in errors {
            assert_eq!(error.to_string(), words);
        }
        let source = include_str!("error.rs");
        let sentences = source.lines().filter(|line| line.trim_start().starts_with("#[error("));
        let options: Vec<_> = sentences.filter(|line| line.contains(" --") || line.contains("(--")).collect();
        assert!(options.is_empty(), "{options:?}");
    }
}
