//! Copies of tenants' logs that are not in files, such as a server's: their records as a log file in the cache folder, with
//! index segments beside it, so that the next one to open the log reads what came since.
//!
//! A copy is derived and never believed: it is used where the log names itself as it did, nothing was removed from it
//! since ([`Log::identity`]), and the last record copied is still there as it was. Else the log is read from its beginning.
//!
//! Must not name: `tenant`, `history`.

use super::RecordStore;
use super::copy::is_whole;
use super::known_index::Resumed;
use super::segment_files::SegmentFiles;
use crate::bytes::{Binary as _, binary_struct, sha256_digits};
use crate::error::{Error, Result, of_system};
use crate::log::{
    AppendId, FileLog, LocalLog as _, Log, LogBatch, LogCopy, LogIdentity, MirroredLog, PositionRuns, encode_record,
};
use crate::record::{Entry, Position, Record, TenantId};
use crate::segment::{CopyFolder, HeldCopy, Unfinished, size_of};
use crate::value::Text;
use std::sync::Arc;

/// The form of the header. A copy with any other is made again.
const FORMAT: u32 = 1;
/// Which program wrote it: another one may read records otherwise.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");
/// Records copied at a time.
const AT_ONCE: usize = 4096;

/// What stands beside the records.
#[derive(Debug, Clone, PartialEq, Eq)]
struct CopyHeader {
    format: u32,
    program: Text,
    /// The log, as it named itself.
    name: Text,
    generation: Text,
    tenant: Text,
    /// The digest of the last record copied.
    last: Text,
    /// The encoded positions.
    runs: Vec<u8>,
}
binary_struct!(CopyHeader { format, program, name, generation, tenant, last, runs });

impl CopyHeader {
    /// Its bytes, with a checksum.
    fn write(&self) -> Vec<u8> {
        let mut out = self.to_bytes();
        let crc = crc32fast::hash(&out);
        out.extend(crc.to_le_bytes());
        out
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (bytes, crc) = bytes.split_last_chunk::<4>()?;
        let is_whole = crc32fast::hash(bytes) == u32::from_le_bytes(*crc);
        Self::from_bytes(bytes).filter(|header| is_whole && header.format == FORMAT && header.program == PROGRAM)
    }

    /// Where its records are in the log, if it is of this log as it is now.
    fn fits(&self, log: &dyn Log, identity: &LogIdentity, tenant: &TenantId) -> Option<PositionRuns> {
        let is_same = self.name == identity.name.as_str() && self.generation == identity.generation.as_str();
        let runs = PositionRuns::read(&self.runs).filter(|_| is_same && self.tenant == tenant.0)?;
        let last = log.record(tenant, runs.last()).ok()?;
        (digest(&last) == *self.last).then_some(runs)
    }
}

fn digest(record: &Record) -> String {
    sha256_digits(&encode_record(record), 64)
}

/// The name of a tenant's copies in their folder.
fn name_of(identity: &LogIdentity, tenant: &TenantId) -> String {
    sha256_digits(format!("log\0{}\0{tenant}", identity.name).as_bytes(), 32)
}

/// Where copies of one tenant's log are, and who reads them.
pub(super) struct CopyPlace {
    pub mirror: Arc<MirroredLog>,
    pub folder: CopyFolder,
    pub tenant: TenantId,
}

impl CopyPlace {
    /// Reads records from a copy from now on, where there is one of the log as it is now.
    pub fn find(&self) {
        let Self { mirror, folder, tenant } = self;
        if mirror.copy(tenant).is_some() {
            return;
        }
        // Where the server does not answer, reading the log says so.
        let Ok(Some(identity)) = mirror.identity(tenant) else { return };
        let fitting = |held: HeldCopy| {
            let header = held.header().and_then(|bytes| CopyHeader::read(&bytes))?;
            let runs = header.fits(&**mirror, &identity, tenant)?;
            let files = Arc::new(FileLog::open(&held.path).ok()?);
            held.used();
            Some(LogCopy { files, runs, held: Box::new(held) })
        };
        let found = folder.find(&name_of(&identity, tenant)).into_iter().filter_map(fitting);
        mirror.set_copy(tenant, found.max_by_key(|copy| copy.runs.last()).map(Arc::new));
    }
}

/// What was written; `Err` why there is nothing.
type CopyResult = std::result::Result<Option<Resumed>, String>;

/// A copy that is being made; removed again unless it is finished.
pub(super) struct CopyInProgress {
    place: CopyPlace,
    identity: LogIdentity,
    directory: Unfinished,
    files: Arc<FileLog>,
    runs: PositionRuns,
}

impl CopyInProgress {
    /// One that goes on from the copy there is, else from nothing.
    ///
    /// # Errors
    /// Why there can be none.
    pub fn begin(place: CopyPlace) -> std::result::Result<Self, String> {
        let CopyPlace { mirror, folder, tenant } = &place;
        let system = |error: std::io::Error| of_system(&error);
        let identity = mirror.identity(tenant).map_err(|error| error.to_string())?;
        let identity = identity.ok_or("its log cannot be told from others, so it is read in full each time")?;
        let directory = folder.begin(&name_of(&identity, tenant)).map_err(system)?;
        let directory = directory.ok_or("others than its owner can write to the cache folder")?;
        let files = FileLog::create(&directory.path).map(Arc::new).map_err(|error| error.to_string())?;
        let mut runs = PositionRuns::default();
        if let Some(known) = mirror.copy(tenant)
            && let Some(positions) = known.files.positions(tenant)
        {
            std::fs::copy(known.files.file(tenant), files.file(tenant)).map_err(system)?;
            if !files.resume(tenant, &positions) || positions.last() != known.runs.last_copy() {
                return Err("its copy in the cache has changed".into());
            }
            runs = known.runs.clone();
        }
        Ok(Self { place, identity, directory, files, runs })
    }

    /// Copies records that were read behind those copied so far.
    ///
    /// # Errors
    /// `Gaps` where records are missing; when they cannot be written.
    pub fn push(&mut self, batch: &LogBatch) -> Result<()> {
        if !is_whole(batch) {
            return Err(Error::Gaps { tenant: self.place.tenant.to_string() });
        }
        let entries: Vec<Entry> = batch.records.iter().map(|record| record.entry.clone()).collect();
        let last = self.runs.last_copy();
        self.files.append(&self.place.tenant, last, &AppendId::new(), &entries)?;
        let copied = batch.records.iter().zip(last.0 + 1..);
        copied.for_each(|(record, to)| self.runs.note(record.position, Position(to)));
        Ok(())
    }

    /// As [`push`](Self::push); `None` where that fails.
    pub fn with(mut self, batch: &LogBatch) -> Option<Self> {
        let is_end = batch.records.is_empty();
        (is_end || self.push(batch).is_ok()).then_some(self)
    }

    /// Copies the rest up to a record.
    fn push_through(&mut self, last: Position) -> Result<()> {
        while self.runs.last() < last {
            let mut batch = self.place.mirror.read(&self.place.tenant, self.runs.last(), AT_ONCE)?;
            batch.records.retain(|record| record.position <= last);
            if batch.records.is_empty() {
                return Err(Error::Gaps { tenant: self.place.tenant.to_string() });
            }
            self.push(&batch)?;
        }
        Ok(())
    }

    /// Copies the rest up to a record, has the index segment of all up to there written, and puts the copy in its place, from
    /// where records are read then; `Ok(None)` where it takes more than all copies may.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn finish(mut self, last: Position, write_segment: impl FnOnce(&SegmentFiles) -> CopyResult) -> CopyResult {
        self.push_through(last).map_err(|error| error.to_string())?;
        let Self { place: CopyPlace { mirror, folder, tenant: id }, identity, directory, files, runs } = self;
        let record = mirror.record(&id, last).map_err(|error| error.to_string())?;
        let header = CopyHeader {
            format: FORMAT,
            program: PROGRAM.into(),
            name: identity.name.as_str().into(),
            generation: identity.generation.as_str().into(),
            tenant: id.0.clone(),
            last: digest(&record).into(),
            runs: runs.to_bytes(),
        };
        let copy = Arc::new(LogCopy { files, runs, held: Box::new(()) });
        let known = copy.files.last(&id).map(|_| copy.files.positions(&id)).map_err(|error| error.to_string())?;
        let written = write_segment(&SegmentFiles::of(&copy))?;
        // Whatever was removed while it was read is not in the copy, or should not be.
        let now = mirror.identity(&id).map_err(|error| error.to_string())?;
        let (Some(positions), Some(written)) = (known.filter(|_| now.as_ref() == Some(&identity)), written) else {
            return Err("its log was changed while it was read".into());
        };
        let placed = folder.finish(&directory, &name_of(&identity, &id), &header.write());
        let Some(path) = placed.map_err(|error| of_system(&error))? else { return Ok(None) };
        let files = FileLog::open(&path).map(Arc::new).map_err(|error| error.to_string())?;
        if files.resume(&id, &positions) {
            let runs = copy.runs.clone();
            mirror.set_copy(&id, Some(Arc::new(LogCopy { files, runs, held: Box::new(directory) })));
            // The one before was read until now.
            folder.remove_others(&name_of(&identity, &id), &path);
        }
        Ok(Some(Resumed { bytes: size_of(&path), file: path, records: written.records }))
    }
}

impl RecordStore {
    /// A log of any kind, read from copies where it is in no files.
    pub fn mirrored(log: Arc<dyn Log>) -> Self {
        let mirror = Arc::new(MirroredLog::of(log));
        Self { mirror: Some(Arc::clone(&mirror)), ..Self::new(mirror, None) }
    }
}
