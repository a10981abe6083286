//! The one error of the library. Every variant is a sentence with the place in it: file, line, byte, path or version.
//!
//! Exit codes are the command line's business (`cli`).

mod code;
mod log_change;
mod overlap;
mod place;
mod sentences;
#[cfg(test)]
mod tests;
mod words;

pub use log_change::LogChange;
pub use overlap::Overlap;
pub use place::InputPlace;
#[cfg(feature = "import")]
pub(crate) use words::{agreeing, noun};
pub(crate) use words::{counted, of_system};

use crate::escape::{self, in_quotes, named};
use sentences::sentences;
use std::path::PathBuf;

/// What a fallible operation of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of someone else: an application's own, or one of a library it uses.
pub type OtherError = Box<dyn std::error::Error + Send + Sync>;

sentences! {
/// Everything that can go wrong, in words a user can act on.
#[derive(Debug)]
#[non_exhaustive]
#[allow(missing_docs, reason = "fields that their name describes; every variant has its doc")]
pub enum Error {
    /// The operating system refused a read, write, lock or rename.
    #[error("cannot {operation} {}: {}", escape::file(path), words::of_system(source))]
    Io {
        /// The verb: `open`, `read`, `write`, `sync`, `lock`.
        operation: &'static str,
        path: PathBuf,
        source: std::io::Error,
    },
    /// Text that is not JSON, or JSON that is not what was expected there.
    #[error("{}", words::at_place(place, why))]
    Syntax { place: InputPlace, why: String },
    /// An input whose content is of no format known, or of more than one; a format that is named reads it.
    #[error("{}", words::of_file(file, why))]
    UndecidedFormat {
        file: String,
        /// Why, with the formats there are.
        why: String,
    },
    /// An input that could be read as states, but looks like a log of events: whoever reads it has to say what it is.
    #[error("{}", words::of_file(file, why))]
    NotStates {
        file: String,
        why: String,
        /// The recipes that are for it.
        recipes: Vec<String>,
    },
    /// A file or directory that is not what it is read as.
    #[error("{}", words::of_file(file, why))]
    Format { file: String, why: String },
    /// A record whose checksum, position or shape is wrong.
    #[error("{}, byte {offset}: damaged record: {why}", escape::file(file))]
    Damaged { file: PathBuf, offset: u64, why: String },
    /// A log written by a newer asof. It is left untouched.
    #[error("{}: log format {found} is newer than this asof reads (up to {known}). Nothing was changed; use a newer asof", escape::file(file))]
    NewerFormat { file: PathBuf, found: u64, known: u64 },
    /// Someone else appended first.
    #[error("append rejected: expected position {expected}, log is at {actual}")]
    Conflict {
        /// The position the caller had seen.
        expected: u64,
        actual: u64,
    },
    /// An append whose answer was lost: it may be in the log, or not, or arrive later. Nothing was folded of it.
    #[error("append to tenant {} not answered: {why}. The record may be in the log: check before retrying", named(tenant))]
    Unknown { tenant: String, why: String },
    /// A server that is not there, or does not answer any more.
    #[error("{}: no connection: {why}", named(server))]
    ServerLost { server: String, why: String },
    /// A server that does not do what it is asked: it does not let the user in, or is too old.
    #[error("{}: refused: {why}", named(server))]
    ServerRefused { server: String, why: String },
    /// A record that a server has removed, since it keeps only so much.
    #[error("position {position} of tenant {} was removed by the stream's retention: its records begin at {first}", named(tenant))]
    Removed {
        tenant: String,
        position: u64,
        /// The first position that is there.
        first: u64,
    },
    /// A tenant's log is not the one that was read from before. Nothing is read from it or written to it until the
    /// recording is opened again, or the log is there again as it was.
    #[error("{}: {change}", escape::file(file))]
    LogChanged { file: PathBuf, change: LogChange },
    /// An append that the disk refused to make durable, with an outcome that a crash of the machine decides.
    #[error(
        "cannot sync {}: {}. {}",
        escape::file(file),
        words::of_system(source),
        if *withdrawn { "The write was withdrawn, but may reappear after a crash of the machine" }
        else { "The write is in the log and visible to others, but a crash of the machine may lose it" }
    )]
    Unsynced {
        file: PathBuf,
        /// The position of the append's last record.
        position: u64,
        /// Whether it was cut off the log again. Otherwise it is in the log.
        withdrawn: bool,
        source: std::io::Error,
    },
    /// No tenant of that name.
    #[error("no tenant {} in this recording", in_quotes(tenant))]
    UnknownTenant { tenant: String },
    /// Nothing of that name in this tenant.
    #[error("{what} not found in tenant {}{}", named(tenant), words::nearest_words(nearest))]
    NotFound {
        /// The kind and name asked for, as in `snapshot "beta_test"`.
        what: String,
        tenant: String,
        /// Names that look like it, nearest first; empty when there is none.
        nearest: Vec<String>,
    },
    /// A format or demo that this asof does not have.
    #[error("unknown {kind} {}; known: {}", in_quotes(name), known.join(", "))]
    UnknownName {
        /// What kind of name: `format`, `demo`.
        kind: &'static str,
        name: String,
        known: Vec<String>,
    },
    /// A target (`#42`, `@12:30`, `head~3`) that names no moment here.
    #[error("{}: {why}", in_quotes(target))]
    Target { target: String, why: String },
    /// A name that a snapshot or branch has already.
    #[error("{kind} {} already exists, at #{version}: choose another name", in_quotes(name))]
    NameTaken {
        /// `snapshot` or `branch`.
        kind: &'static str,
        name: String,
        version: u64,
    },
    /// A name that no snapshot or branch can have.
    #[error("{} is not a valid {kind} name: {why}", in_quotes(name))]
    InvalidName {
        /// `snapshot` or `branch`.
        kind: &'static str,
        name: String,
        why: String,
    },
    /// A setting that no reader would bear.
    #[error("settings not changed: {why}")]
    InvalidSetting {
        /// Which, and its bound.
        why: String,
    },
    /// The tenant has as many versions as it may have.
    #[error("tenant {} is full: {versions} of at most {limit} versions", named(tenant))]
    TenantFull {
        tenant: String,
        /// Versions it has, those cut off by compaction left out.
        versions: u64,
        limit: u64,
    },
    /// The tenant's retention keeps no snapshots of the kind asked for.
    #[error("tenant {} keeps no {kind} snapshots: their retention limit is 0", named(tenant))]
    SnapshotsOff {
        tenant: String,
        /// `named`, `auto` or `checkpoint`.
        kind: &'static str,
    },
    /// Nothing of this side is left to take back.
    #[error("nothing to undo in tenant {}", named(tenant))]
    NothingToUndo { tenant: String },
    /// This side has taken nothing back that it could do again.
    #[error("nothing to redo in tenant {}", named(tenant))]
    NothingToRedo { tenant: String },
    /// Nothing is before the version at which a log was to be cut.
    #[error("nothing to compact before #{before}: the oldest version is #{oldest}")]
    NothingToCompact { before: u64, oldest: u64 },
    /// A write from inside an edit of the same tenant: from the closure of `apply`, a transaction's step, a change of
    /// settings, or a report of progress. Nothing was written.
    #[error(
        "write rejected: this thread is editing tenant {}. Write through the draft, or after the edit has returned",
        named(tenant)
    )]
    NestedWrite { tenant: String },
    /// An edit that others overtook each time it ran, as where it waits for a write of another thread. Nothing of it was
    /// written.
    #[error(
        "edit rejected: another writer of tenant {} was first, {tries} times in a row. Inside an edit, do not wait for a thread that writes to the same tenant",
        named(tenant)
    )]
    Overtaken { tenant: String, tries: u32 },
    /// Nothing of a transaction stands that could be taken back.
    #[error("nothing to roll back: {transaction} has no changes in effect")]
    NothingToRollBack { transaction: String },
    /// A transaction cannot be taken back by itself, because others changed what it changed.
    #[error("{transaction} not rolled back: {}", words::overlap_words(overlaps))]
    Overlapping { transaction: String, overlaps: Vec<Overlap> },
    /// A step of a transaction failed.
    #[error("transaction {transaction} {} failed at step {step}, {}: {source}", in_quotes(name), in_quotes(step_name))]
    Transaction {
        transaction: String,
        name: String,
        /// The step that failed, from 1.
        step: usize,
        step_name: String,
        /// What the step answered.
        source: OtherError,
    },
    /// A transaction that ended: no step and no way back follows.
    #[error("{transaction} is already closed ({state})")]
    TransactionClosed {
        transaction: String,
        /// How it ended: `committed`, `failed`, `undone`.
        state: &'static str,
    },
    /// A transaction that cannot be abandoned, because its application may still be running it.
    #[error(
        "{transaction} not abandoned: an application has this recording open for writing and may still be running it"
    )]
    TransactionInUse { transaction: String },
    /// An RFC 6902 operation that cannot be done; nothing of its patch was applied.
    #[error("patch operation {index} ({op} {path}): {why}")]
    Patch {
        /// Which operation, from 0.
        index: usize,
        /// `add`, `remove`, `replace`, `move`, `copy` or `test`.
        op: &'static str,
        path: String,
        why: String,
    },
    /// An edit of a draft that cannot be done; the draft is as before.
    #[error("cannot {operation} {path}: {why}")]
    Edit {
        /// `push to` or `merge into`.
        operation: &'static str,
        path: String,
        why: &'static str,
    },
    /// A value of the application that JSON cannot hold.
    #[error("{} cannot be stored as JSON: {why}", words::path_words(path))]
    NotJson {
        /// Where in the value; empty for all of it.
        path: String,
        why: String,
    },
    /// A state that does not fit the type it was to be read as.
    #[error("the state at #{version} does not fit the type: {source}")]
    Misfit { version: u64, source: OtherError },
    /// A text that is no metric.
    #[error("metric {}: {why}", in_quotes(text))]
    InvalidMetric { text: String, why: String },
    /// A figure that cannot be compared with others.
    #[error("{}={} is out of range: at most 1.8e308", named(metric), named(value))]
    MetricOutOfRange { metric: String, value: String },
    /// A figure with another goal or unit than its metric has.
    #[error("{change}")]
    MetricChanged { change: String },
    /// A value nested deeper than the limit.
    #[error("the value is nested deeper than {limit} levels")]
    TooDeep { limit: usize },
    /// A value larger than the limit when written out.
    #[error("the value takes {size} bytes as JSON; the limit is {limit}")]
    TooLarge {
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// A new recording where something else is.
    #[error("{} {}: a new recording needs a directory that is new or empty", escape::file(path), words::taken_words(*recording))]
    DirectoryTaken { path: PathBuf, recording: bool },
    /// A file that was to be replaced is not what it was when it was looked at.
    #[error("{} was changed meanwhile: nothing was written. Look at it again", file.display())]
    FileChanged { file: PathBuf },
    /// A new recording in a directory that does not exist.
    #[error("cannot create {}: {} does not exist. Create it first", escape::file(path), escape::file(parent))]
    NoParent { path: PathBuf, parent: PathBuf },
    /// An operation that only a recording in files has.
    #[error("cannot {operation} a recording that is not in files: save it to a directory first")]
    InMemory { operation: &'static str },
    /// A record that only the program itself writes was handed over to be appended.
    #[error("append rejected: records of type \"{kind}\" are written by asof only")]
    NotAppendable { kind: &'static str },
    /// Folding a tenant's records failed in a way that should not be possible; its handle is of no more use.
    #[error(
        "tenant {} is unusable: replaying its log failed ({why}). Reopen the recording; the log is unchanged",
        named(tenant)
    )]
    Poisoned { tenant: String, why: String },
    /// A recording with missing records cannot be copied record by record.
    #[error(
        "tenant {} has missing records and cannot be copied one by one. Copy the recording's directory instead",
        named(tenant)
    )]
    Gaps { tenant: String },
    /// Input was to come from standard input, which is a terminal.
    #[error("standard input is a terminal: pipe a log into it, or name a file")]
    InteractiveInput,
    /// Going back to what the head is already: it would change nothing, and the next undo would take back just that.
    #[error("nothing to roll back: {}", words::same_words(*target, *head))]
    AlreadyHead { target: u64, head: u64 },
    /// A variant whose head the head of `main` is, or equals, already.
    #[error("{}", words::nothing_to_promote(variant, *version, *head))]
    NothingToPromote { variant: String, version: u64, head: u64 },
    /// The value to go back to may be wrong.
    #[error("#{version} is doubtful: {why}")]
    Doubtful { version: u64, why: String },
    /// Newer versions of other writers would leave the branch.
    #[error(
        "{what} would leave behind {others} newer {} by other writers, kept as {}",
        words::noun(*others, "version"),
        named(kept)
    )]
    LeavesOthers {
        /// What was asked for: `undo of rollback to #2`.
        what: String,
        /// Versions of other writers that are newer than what would be taken back.
        others: u64,
        kept: String,
    },
    /// The tenant is guarded, and its name was not given.
    #[error("tenant {} is guarded: confirm with its name", named(tenant))]
    Guarded { tenant: String },
    /// The `asof` program was asked something that makes no sense. Functions of the library have variants of their own.
    #[error("{text}")]
    Usage(text: String),
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
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
    /// An input-output error with its verb and file.
    pub fn io(operation: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| {
            let source = words::naming_the_file(&path, source);
            Self::Io { operation, path, source }
        }
    }
}
