//! Where records are kept: append at an expected position, read, follow. Object-safe, one implementation a file.
//!
//! Must not name: `history`, `import`.

mod append;
mod codec;
mod cut;
mod directory;
mod disk;
mod file;
mod ids;
mod index;
mod line;
mod logfile;
mod memory;
pub(crate) mod open;
mod patience;
mod positions;
mod presence;
mod raw_batch;
mod reader;
mod scan;
mod sync;
mod tenant;
#[cfg(test)]
pub(crate) mod tests;
mod verify;
mod window;

pub use cut::Cut;
#[cfg(feature = "tui")]
pub(crate) use directory::MARKER;
pub use file::FileLog;
pub use ids::AppendId;
pub use memory::MemoryLog;
#[cfg(feature = "tui")]
pub use patience::wait_until;
pub use positions::Positions;
pub use presence::WriterPresence;
pub use verify::{Report, UnknownRecord, verify};

use crate::Result;
use crate::record::{Entry, Position, Record, TenantId, Version};
use std::sync::Arc;

/// All tenants' logs in one place.
pub trait Log: Send + Sync {
    /// The tenants, sorted by name.
    ///
    /// # Errors
    /// When the place cannot be read.
    fn tenants(&self) -> Result<Vec<TenantId>>;

    /// Whether a tenant is there, by its name. Looks at its log only: whatever is wrong with others does not matter.
    ///
    /// # Errors
    /// When its log cannot be opened, or is of a newer format.
    fn has(&self, tenant: &TenantId) -> Result<bool>;

    /// Appends entries after `expected`, all or none, and answers the position of the last one. Their positions follow
    /// each other, but start later than right after `expected` when damaged records stand there. The first append to
    /// an unknown tenant (`expected` 0) creates it. What is appended survives a crash of the process;
    /// [`sync_append`](Self::sync_append) makes it survive a crash of the machine. An append that is in the log already,
    /// under the same id right after `expected`, is answered and not done twice.
    ///
    /// # Errors
    /// [`Error::Conflict`](crate::Error::Conflict) when someone else appended first; `LogChanged`; `Io` when the disk
    /// refuses (then nothing is acknowledged).
    fn append(&self, tenant: &TenantId, expected: Position, id: &AppendId, entries: &[Entry]) -> Result<Position>;

    /// The position of the last record of an append that was sent to stand after `expected`, if it is in the log: what
    /// a caller asks that got no answer.
    ///
    /// # Errors
    /// When the log cannot be read; `Conflict` where compaction has cut off what stood there.
    fn find(&self, tenant: &TenantId, expected: Position, id: &AppendId) -> Result<Option<Position>>;

    /// Waits until everything appended here so far is on the disk. Whoever waits first does it for all who appended before.
    ///
    /// # Errors
    /// When the disk refuses. From then on this log refuses every append until it is opened again: what is on the disk
    /// is not known, and a second sync may report success without the data being there.
    fn sync(&self, tenant: &TenantId) -> Result<()>;

    /// As [`sync`](Self::sync), for an append that must be on the disk or not be at all: when the disk refuses, it is
    /// cut off the log again, unless someone else has appended behind it.
    ///
    /// # Errors
    /// `Io` when it was taken back for certain; [`Error::Unsynced`](crate::Error::Unsynced) when the outcome is not known.
    fn sync_append(&self, tenant: &TenantId, expected: Position, id: &AppendId) -> Result<()>;

    /// Why appends are refused: a failed write or sync left the log in doubt, or it is no longer the log that was read.
    fn refused(&self, tenant: &TenantId) -> Option<String>;

    /// Says that an application writes here, until the answer is dropped or the process ends, however it ends; `None`
    /// where nobody else could look.
    fn announce_writer(&self) -> Option<WriterPresence>;

    /// Whether an application writes here now; `None` where that cannot be known.
    fn has_writer(&self) -> Option<bool>;

    /// Cuts off the beginning of a log: the one thing that takes records away. What stays keeps its position. Answers how
    /// many bytes shorter the log is now.
    ///
    /// # Errors
    /// `Conflict` when someone else appended first; `InMemory` where there is nothing to gain; `Io`. Then the log is as it was.
    fn cut(&self, tenant: &TenantId, cut: &Cut) -> Result<u64>;

    /// Bytes of a tenant's log up to the end of the record at `through`; 0 where no file holds it. O(log records), once
    /// the log has been read.
    ///
    /// # Errors
    /// When the log cannot be read.
    fn bytes_through(&self, tenant: &TenantId, through: Position) -> Result<u64>;

    /// The position of the last readable record: as far as a reader can go now.
    ///
    /// # Errors
    /// When the log cannot be read.
    fn last(&self, tenant: &TenantId) -> Result<Position>;

    /// The position the next record appended here would get: not always the one after [`last`](Self::last).
    ///
    /// # Errors
    /// When the log cannot be read.
    fn next(&self, tenant: &TenantId) -> Result<Position>;

    /// Up to `limit` records after `after`, in order, with what could not be read between them. Empty at the end, and
    /// only there; damage behind the last record comes with that empty batch, each time.
    ///
    /// # Errors
    /// When the log cannot be read at all. Damage inside is part of the answer, not an error.
    fn read(&self, tenant: &TenantId, after: Position, limit: usize) -> Result<Batch>;

    /// The record at a position.
    ///
    /// # Errors
    /// When there is none, or it is damaged.
    fn record(&self, tenant: &TenantId, position: Position) -> Result<Arc<Record>>;

    /// Lets go of what is kept in memory of a tenant's log, so that it is read again when it is asked for. Keeps what
    /// refuses appends, and whatever cannot be read again.
    fn release(&self, _: &TenantId) {}

    /// Where a person finds this tenant's log: its file, or nothing for memory.
    fn file(&self, tenant: &TenantId) -> Option<std::path::PathBuf>;

    /// What only a log in files can do; `None` for others.
    fn local(&self) -> Option<&dyn LocalLog> {
        None
    }
}

/// What only a log in files of this machine can do.
pub trait LocalLog: Log {
    /// What reading has told of a tenant's file, for another handle to go on from; `None` where nothing was read yet, or
    /// damage was met. Reads nothing. O(log records).
    fn positions(&self, tenant: &TenantId) -> Option<Positions>;

    /// Goes on from what another handle knew of a tenant's file; answers whether the file is that one, unchanged or
    /// appended to. From then on, reading and appending cost what came since. Where it is not, or cannot be read, nothing
    /// has changed. Reads the header and one line.
    fn resume(&self, tenant: &TenantId, positions: &Positions) -> bool;
}

/// What a log's header says was cut off by compaction: what is known of it when the base record is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CutOff {
    /// Positions up to here are gone; the base record stands behind it.
    pub position: Position,
    /// Versions up to here are gone; `None` in logs of version 1.
    pub through: Option<Version>,
}

/// Records of a log, in order.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Batch {
    /// What was cut off before its records, where it begins there.
    pub cut: Option<CutOff>,
    /// Good records in order.
    pub records: Vec<Arc<Record>>,
    /// Damage met on the way.
    pub damage: Vec<Damage>,
    /// How far this got: the share of the log's bytes before its end, 0.0 to 1.0.
    pub progress: f64,
}

/// A range of a log file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Damage {
    /// The file.
    pub file: std::path::PathBuf,
    /// Byte offset where it starts.
    pub offset: u64,
    /// Bytes.
    pub length: u64,
    /// The position of the last good record before it.
    pub after: Position,
    /// What is wrong.
    pub why: String,
    /// Whether it is the unfinished end of the file, rather than damage in the middle.
    pub torn: bool,
}
