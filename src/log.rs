//! Where records are kept: append at an expected position, read, follow. Object-safe, one implementation a file.
//!
//! Must not name: `history`, `import`.

mod append;
mod begin;
mod codec;
mod cut;
mod directory;
mod disk;
mod file;
mod find;
mod follow;
mod ids;
mod index;
mod line;
mod log_source;
mod logfile;
mod memory;
mod mirror;
#[cfg(feature = "nats")]
mod nats;
pub(crate) mod open;
mod patience;
mod positions;
mod presence;
mod raw_batch;
mod reader;
mod runs;
mod scan;
#[cfg_attr(not(feature = "nats"), allow(dead_code))]
mod server;
mod settle;
mod sync;
mod tenant;
#[cfg(test)]
pub(crate) mod tests;
mod verify;
#[cfg(feature = "follow")]
mod watch;
mod window;

pub use codec::{decode_record, encode_record};
pub use cut::LogCut;
#[cfg(feature = "tui")]
pub(crate) use directory::MARKER;
pub use file::FileLog;
pub use follow::{Follow, Polling};
pub use ids::AppendId;
pub use memory::MemoryLog;
#[cfg(feature = "import")]
pub(crate) use memory::Unheld;
pub(crate) use mirror::{LogCopy, MirroredLog};
#[cfg(feature = "nats")]
pub use nats::NatsLog;
#[cfg(all(feature = "nats", feature = "import"))]
#[cfg_attr(not(feature = "tui"), allow(unused_imports))]
pub(crate) use nats::{KeyOperation, NatsMessages, PutOutcome, StreamFacts, StreamMessage};
#[cfg(feature = "tui")]
pub use patience::wait_until;
pub use positions::LogPositions;
pub use presence::WriterPresence;
pub(crate) use runs::PositionRuns;
pub use server::{NatsAccess, NatsAddress, NatsSource, NatsSourceKind};
pub(crate) use settle::append_settled;
pub use verify::{UnknownRecord, VerifyReport, verify};
#[cfg(all(feature = "follow", feature = "import"))]
pub(crate) use watch::is_local as tells_all;

use crate::Result;
use crate::record::{Entry, Position, Record, TenantId, Time, Version};
use std::sync::Arc;

/// All tenants' logs in one place: files, memory, or an engine of somebody else's.
///
/// Four methods are to be written; the others follow from them, or say what an engine has beyond that. A recording stands
/// on any log ([`Recording::on`](crate::Recording::on)).
///
/// # What must be true
/// - The positions of a tenant's records increase. Those of one append follow each other; between appends positions may be
///   left out. The first is above 0.
/// - An append is in the log as a whole or not at all, and only where the last position is the expected one.
/// - Whoever was answered by [`append`](Self::append) finds the records in every later [`read`](Self::read) and
///   [`last`](Self::last), through every handle: an engine with copies asks the one that decides.
/// - What was read once stays as it was. Only compaction takes records away, from the beginning.
///
/// # A log of one's own
/// Here one of a few lines, which leaves positions out. An engine that keeps bytes gets them from
/// [`encode_record`](crate::encode_record) and reads them with [`decode_record`](crate::decode_record).
///
/// ```
/// use asof::{AppendId, Entry, Error, Log, LogBatch, Position, Record, Recording, TenantId};
/// use std::collections::BTreeMap;
/// use std::sync::{Arc, Mutex};
///
/// #[derive(Default)]
/// struct Engine(Mutex<BTreeMap<TenantId, Vec<Vec<u8>>>>);
///
/// impl Engine {
///     fn records(&self, tenant: &TenantId) -> Vec<Arc<Record>> {
///         let stored = self.0.lock().unwrap();
///         stored.get(tenant).into_iter().flatten().map(|bytes| Arc::new(asof::decode_record(bytes))).collect()
///     }
/// }
///
/// impl Log for Engine {
///     fn tenants(&self) -> asof::Result<Vec<TenantId>> {
///         Ok(self.0.lock().unwrap().keys().cloned().collect())
///     }
///
///     fn append(&self, tenant: &TenantId, expected: Position, id: &AppendId, entries: &[Entry]) -> asof::Result<Position> {
///         let mut stored = self.0.lock().unwrap();
///         let records = stored.entry(tenant.clone()).or_default();
///         let last = records.last().map_or(0, |bytes| asof::decode_record(bytes).position.0);
///         if last != expected.0 {
///             return Err(Error::Conflict { expected: expected.0, actual: last });
///         }
///         let first = last + 7;
///         for (number, entry) in entries.iter().enumerate() {
///             let position = Position(first + number as u64);
///             records.push(asof::encode_record(&Record { position, id: id.record(number), entry: entry.clone() }));
///         }
///         Ok(Position(first + entries.len() as u64 - 1))
///     }
///
///     fn last(&self, tenant: &TenantId) -> asof::Result<Position> {
///         Ok(self.records(tenant).last().map_or(Position(0), |record| record.position))
///     }
///
///     fn read(&self, tenant: &TenantId, after: Position, limit: usize) -> asof::Result<LogBatch> {
///         let behind = self.records(tenant).into_iter().filter(|record| record.position > after);
///         Ok(LogBatch::of(behind.take(limit).collect()))
///     }
/// }
///
/// # fn main() -> asof::Result<()> {
/// let engine = Arc::new(Engine::default());
/// let shop = Recording::on(engine.clone()).tenant_or_new(&"shop".into())?;
/// shop.record("open", &1)?;
/// shop.record("rush", &2)?;
/// assert_eq!(engine.last(&"shop".into())?, Position(14));
/// let elsewhere = Recording::on(engine).tenant(&"shop".into())?;
/// assert_eq!(elsewhere.value().to_json(), "2");
/// # Ok(())
/// # }
/// ```
pub trait Log: Send + Sync {
    /// The tenants, sorted by name.
    ///
    /// # Errors
    /// When the place cannot be read.
    fn tenants(&self) -> Result<Vec<TenantId>>;

    /// Appends entries after `expected`, all or none, and answers the position of the last one. Their positions follow
    /// each other, but may start later than right after `expected`. The first append to an unknown tenant (`expected` 0)
    /// creates it. What is appended survives a crash of the process; [`sync_append`](Self::sync_append) makes it survive a
    /// crash of the machine. No entries at all: only compares the position. The records get their ids from `id`
    /// ([`AppendId::record`]).
    ///
    /// # Errors
    /// [`Error::Conflict`](crate::Error::Conflict) when the last position is another one. An append that is in the log
    /// already, under the same id, is answered with that or with its position.
    /// [`Error::Unknown`](crate::Error::Unknown) when the answer was lost: then the caller looks for the id, and appends
    /// again under the same one. `LogChanged`; `Io` when the disk refuses (then nothing is acknowledged).
    fn append(&self, tenant: &TenantId, expected: Position, id: &AppendId, entries: &[Entry]) -> Result<Position>;

    /// The position of the last readable record: as far as a reader can go now; 0 where there is none.
    ///
    /// # Errors
    /// When the log cannot be read.
    fn last(&self, tenant: &TenantId) -> Result<Position>;

    /// Up to `limit` records after `after`, in order, with what could not be read between them. Empty at the end, and
    /// only there; damage behind the last record comes with that empty batch, each time.
    ///
    /// # Errors
    /// When the log cannot be read at all. Damage inside is part of the answer, not an error.
    fn read(&self, tenant: &TenantId, after: Position, limit: usize) -> Result<LogBatch>;

    /// Whether a tenant is there, by its name. Looks at its log only: whatever is wrong with others does not matter.
    ///
    /// # Errors
    /// When its log cannot be opened, or is of a newer format.
    fn has(&self, tenant: &TenantId) -> Result<bool> {
        Ok(self.tenants()?.contains(tenant))
    }

    /// The record at a position.
    ///
    /// # Errors
    /// When there is none, or it is damaged.
    fn record(&self, tenant: &TenantId, position: Position) -> Result<Arc<Record>> {
        let read = self.read(tenant, Position(position.0.saturating_sub(1)), 1)?;
        let found = read.records.into_iter().find(|record| record.position == position);
        found.ok_or_else(|| no_record(tenant, position))
    }

    /// The position of the last record of an append that was sent to stand after `expected`, if it is in the log: what
    /// a caller asks that got no answer.
    ///
    /// # Errors
    /// When the log cannot be read; `Conflict` where compaction has cut off what stood there.
    fn find(&self, tenant: &TenantId, expected: Position, id: &AppendId) -> Result<Option<Position>> {
        find::by_reading(expected, id, |after, limit| self.read(tenant, after, limit))
    }

    /// The position the next record appended here would get: not always the one after [`last`](Self::last). `None` where
    /// only the append itself tells, as where other tenants' appends count too.
    ///
    /// # Errors
    /// When the log cannot be read.
    fn next(&self, _tenant: &TenantId) -> Result<Option<Position>> {
        Ok(None)
    }

    /// The first and the last record's positions and times. Costs reading two records, where the last position is known.
    ///
    /// # Errors
    /// When the log cannot be read.
    fn bounds(&self, tenant: &TenantId) -> Result<LogBounds> {
        find::bounds(self.last(tenant)?, |after, limit| self.read(tenant, after, limit))
    }

    /// The position of the first record whose time is at or after `at`; `None` where there is none. Records without a time
    /// are passed over. O(records), unless the engine has an index of times.
    ///
    /// # Errors
    /// When the log cannot be read.
    fn seek_time(&self, tenant: &TenantId, at: Time) -> Result<Option<Position>> {
        find::first_from(at, |after, limit| self.read(tenant, after, limit))
    }

    /// Waits for news of one tenant, or of any, new ones too. Looks again and again, unless the log can tell.
    fn follow(&self, _tenant: Option<&TenantId>) -> Box<dyn Follow> {
        Box::new(Polling::default())
    }

    /// Waits until everything appended here so far is on the disk. Whoever waits first does it for all who appended before.
    /// An engine that acknowledges only what is durable has nothing to do.
    ///
    /// # Errors
    /// When the disk refuses. From then on this log refuses every append until it is opened again: what is on the disk
    /// is not known, and a second sync may report success without the data being there.
    fn sync(&self, _tenant: &TenantId) -> Result<()> {
        Ok(())
    }

    /// As [`sync`](Self::sync), for an append that must be on the disk or not be at all: when the disk refuses, it is
    /// cut off the log again, unless someone else has appended behind it.
    ///
    /// # Errors
    /// `Io` when it was taken back for certain; [`Error::Unsynced`](crate::Error::Unsynced) when the outcome is not known.
    fn sync_append(&self, tenant: &TenantId, _expected: Position, _id: &AppendId) -> Result<()> {
        self.sync(tenant)
    }

    /// Why appends are refused: a failed write or sync left the log in doubt, or it is no longer the log that was read.
    fn refused(&self, _tenant: &TenantId) -> Option<String> {
        None
    }

    /// Lets go of what is kept in memory of a tenant's log, so that it is read again when it is asked for. Keeps what
    /// refuses appends, and whatever cannot be read again.
    fn release(&self, _tenant: &TenantId) {}

    /// What names a tenant's log, so that a copy of its records can be kept in a cache and go on being believed. `None`
    /// where nothing does: then its records are read from it each time. A log in files needs none.
    ///
    /// # Errors
    /// When the log cannot be read.
    fn identity(&self, _tenant: &TenantId) -> Result<Option<LogIdentity>> {
        Ok(None)
    }

    /// What only a log in files can do; `None` for others.
    fn local(&self) -> Option<&dyn LocalLog> {
        None
    }
}

/// What only a log in files of this machine can do.
pub trait LocalLog: Log {
    /// Where a person finds a tenant's log.
    fn file(&self, tenant: &TenantId) -> std::path::PathBuf;

    /// Says that an application writes here, until the answer is dropped or the process ends, however it ends; `None`
    /// where the file system cannot say so.
    fn announce_writer(&self) -> Option<WriterPresence>;

    /// Whether an application writes here now; `None` where that cannot be known.
    fn has_writer(&self) -> Option<bool>;

    /// Bytes of a tenant's log up to the end of the record at `through`. O(log records), once the log has been read.
    ///
    /// # Errors
    /// When the log cannot be read.
    fn bytes_through(&self, tenant: &TenantId, through: Position) -> Result<u64>;

    /// Cuts off the beginning of a log: the one thing that takes records away. What stays keeps its position. Answers how
    /// many bytes shorter the log is now.
    ///
    /// # Errors
    /// `Conflict` when someone else appended first; `Io`. Then the log is as it was.
    fn cut(&self, tenant: &TenantId, cut: &LogCut) -> Result<u64>;

    /// What reading has told of a tenant's file, for another handle to go on from; `None` where nothing was read yet, or
    /// damage was met. Reads nothing. O(log records).
    fn positions(&self, tenant: &TenantId) -> Option<LogPositions>;

    /// Goes on from what another handle knew of a tenant's file; answers whether the file is that one, unchanged or
    /// appended to. From then on, reading and appending cost what came since. Where it is not, or cannot be read, nothing
    /// has changed. Reads the header and one line.
    fn resume(&self, tenant: &TenantId, positions: &LogPositions) -> bool;
}

/// What names a tenant's log. Where both parts are what they were, and the record at a position is what it was, so is
/// every record before it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogIdentity {
    /// Names it among all logs of all engines. One that is made anew in its place may have the same name.
    pub name: String,
    /// Another one once the log was made anew in its place, or a record was removed from it. Appending does not change it.
    pub generation: String,
}

impl LogIdentity {
    /// A name, and what changes when records go.
    pub fn new(name: impl Into<String>, generation: impl Into<String>) -> Self {
        Self { name: name.into(), generation: generation.into() }
    }
}

/// Where a tenant's log begins and ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogBounds {
    /// The first record; 0 in an empty log.
    pub first: Position,
    /// The last record; 0 in an empty log.
    pub last: Position,
    /// The first record's time.
    pub first_at: Option<Time>,
    /// The last record's time.
    pub last_at: Option<Time>,
}

fn no_record(tenant: &TenantId, position: Position) -> crate::Error {
    let (what, tenant) = (format!("record {}", position.0), tenant.0.to_string());
    crate::Error::NotFound { what, tenant, nearest: Vec::new() }
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
pub struct LogBatch {
    /// What was cut off before its records, where it begins there.
    pub cut: Option<CutOff>,
    /// Good records in order.
    pub records: Vec<Arc<Record>>,
    /// Damage met on the way.
    pub damage: Vec<Damage>,
    /// How far this got: the share of the log's bytes before its end, 0.0 to 1.0.
    pub progress: f64,
}

impl LogBatch {
    /// Records without damage, from a log that does not know how long it is.
    pub fn of(records: Vec<Arc<Record>>) -> Self {
        Self { records, progress: 1.0, ..Self::default() }
    }
}

/// A range of a log file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Damage {
    /// The file that is damaged.
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
