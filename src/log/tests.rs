//! Logs: one conformance test for every implementation; files against damage, hostile names, crashes, other processes.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation)]

pub(crate) mod awkward;
mod bytes;
mod changes;
mod codec;
mod conformance;
mod crashes;
mod directories;
mod faults;
mod format;
mod handed;
mod interleavings;
mod links;
mod mutations;
mod positions;
mod processes;

use super::disk::Disk;
use super::{AppendId, Damage, FileLog, LocalLog, Log, append_settled};
use crate::dice::Dice;
use crate::record::{Body, Entry, Position, Record, TenantId, Time, Version};
use crate::value::Text;
pub(super) use codec::values;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// A log on a server, under a prefix that nobody has used.
#[cfg(feature = "nats")]
pub fn new_on_server(server: &str) -> super::NatsLog {
    let address = format!("{server}/t{}", AppendId::new());
    super::NatsLog::connect(&super::NatsAddress::parse(&address).unwrap(), &super::NatsAccess::default()).unwrap()
}

/// Which operations of a disk fail, by their number; each counts those of its kind.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Vec<Fault>>>);

/// One kind of operation, how many of it still succeed, and how many fail then.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    pub operation: &'static str,
    pub after: usize,
    pub times: usize,
}

impl Faults {
    pub fn of(faults: &[Fault]) -> Self {
        Self(Arc::new(Mutex::new(faults.to_vec())))
    }

    fn operate(&self, operation: &str) -> std::io::Result<()> {
        for fault in self.0.lock().unwrap().iter_mut().filter(|fault| fault.operation == operation) {
            if fault.after > 0 {
                fault.after -= 1;
            } else if fault.times > 0 {
                fault.times -= 1;
                return Err(std::io::Error::from_raw_os_error(5));
            }
        }
        Ok(())
    }
}

/// A file on a disk that refuses some operations.
pub struct Faulty<'a> {
    pub file: &'a std::fs::File,
    pub faults: &'a Faults,
}

impl Disk for Faulty<'_> {
    fn write(&mut self, offset: u64, bytes: &[u8]) -> std::io::Result<()> {
        if let Err(error) = self.faults.operate("write") {
            self.file.write(offset, &bytes[..bytes.len() / 2])?;
            return Err(error);
        }
        self.file.write(offset, bytes)
    }

    fn cut(&mut self, length: u64) -> std::io::Result<()> {
        self.faults.operate("cut")?;
        self.file.cut(length)
    }

    fn sync(&mut self) -> std::io::Result<()> {
        self.faults.operate("sync")?;
        self.file.sync()
    }
}

/// Appends under an id that nobody needs afterwards.
trait Put: Log {
    fn whole(&self) -> &dyn Log;

    fn put(&self, tenant: &TenantId, after: Position, entries: &[Entry]) -> crate::Result<Position> {
        append_settled(self.whole(), tenant, after, &AppendId::new(), entries)
    }

    fn put_synced(&self, tenant: &TenantId, after: Position, entries: &[Entry]) -> crate::Result<Position> {
        let id = AppendId::new();
        let last = append_settled(self.whole(), tenant, after, &id, entries)?;
        self.sync_append(tenant, after, &id).map(|()| last)
    }
}

impl<L: Log> Put for L {
    fn whole(&self) -> &dyn Log {
        self
    }
}

impl Put for dyn Log + '_ {
    fn whole(&self) -> &dyn Log {
        self
    }
}

/// An entry told from others by its words.
fn entry(words: &str) -> Entry {
    Entry::new(Body::Rollback { to: Version(0), reason: words.into() })
}

fn entries(words: &[String]) -> Vec<Entry> {
    words.iter().map(|words| entry(words)).collect()
}

/// The words of an entry made here.
fn words(record: &Record) -> Text {
    match &record.entry.body {
        Body::Rollback { reason, .. } => reason.clone(),
        other => panic!("{other:?}"),
    }
}

/// Everything a log says of a tenant, read `limit` records at a time.
fn read_all(log: &dyn Log, tenant: &TenantId, limit: usize) -> (Vec<Arc<Record>>, Vec<Damage>) {
    let (mut records, mut damage) = (Vec::<Arc<Record>>::new(), Vec::new());
    loop {
        let after = records.last().map_or(Position(0), |last| last.position);
        let batch = log.read(tenant, after, limit).unwrap();
        assert!(batch.records.len() <= limit && (0.0..=1.0).contains(&batch.progress));
        damage.extend(batch.damage);
        if batch.records.is_empty() {
            return (records, damage);
        }
        records.extend(batch.records);
    }
}

fn all_words(log: &dyn Log, tenant: &TenantId) -> Vec<Text> {
    read_all(log, tenant, 100).0.iter().map(|record| words(record)).collect()
}

/// A recording in a directory that goes away with it.
struct Scratch {
    _directory: tempfile::TempDir,
    path: PathBuf,
}

impl Scratch {
    fn new() -> (Self, FileLog) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("run.asof");
        let log = FileLog::create(&path).unwrap();
        (Self { _directory: directory, path }, log)
    }

    fn open(&self) -> FileLog {
        FileLog::open(&self.path).unwrap()
    }

    /// The log file of the tenant `main`.
    fn main(&self) -> PathBuf {
        self.open().file(&main())
    }
}

fn main() -> TenantId {
    "main".into()
}

fn moment(seconds: i64) -> Option<Time> {
    Time::from_timestamp(seconds, 0)
}

/// Names and bytes of everything in a directory.
fn contents(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| (file.clone(), std::fs::read(&file).unwrap_or_default())).collect()
}
