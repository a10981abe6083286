//! A copy of what was imported, in files with index segments, and a recording in memory that goes on from one.

use super::copy::{CopiedLog, Wait};
use super::segment_files::SegmentFiles;
use super::{ReadOnlyFiles, RecordStore, Recording, read};
use crate::error::{Error, Result};
use crate::log::{FileLog, LocalLog as _, Log, LogPositions, MemoryLog};
use crate::record::TenantId;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

/// Records of each tenant.
pub(crate) type RecordCounts = BTreeMap<TenantId, u64>;

impl Recording {
    /// Whether nothing has been read or written yet, in memory.
    pub(crate) fn is_unused(&self) -> bool {
        let tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        tenants.is_empty()
            && read(&self.place).memory.is_some()
            && self.tenants().is_ok_and(|tenants| tenants.is_empty())
    }

    /// Goes on from a copy with so many records; nothing is written to it. Only for a recording that
    /// [is unused](Self::is_unused). `held` is kept as long as the files are read. Answers whether it did: not where a
    /// tenant does not open from its index segment alone; then nothing has changed. O(tenants), beside reading segments.
    pub(crate) fn go_on_from(&self, copy: &Path, records: &RecordCounts, held: Arc<dyn Send + Sync>) -> bool {
        let Ok(log) = FileLog::open(copy).map(Arc::new) else { return false };
        let base = ReadOnlyFiles { log, _held: held };
        self.set_place(RecordStore::new(Arc::<FileLog>::clone(&base.log), None));
        let opened = self.opens_at_once(records);
        let memory = opened.then(|| MemoryLog::behind(Arc::<FileLog>::clone(&base.log)).ok()).flatten();
        let Some(memory) = memory else {
            self.tenants.lock().unwrap_or_else(PoisonError::into_inner).clear();
            self.set_place(RecordStore::memory());
            return false;
        };
        self.set_place(RecordStore { base: Some(base), ..RecordStore::in_memory(Arc::new(memory)) });
        true
    }

    fn set_place(&self, place: RecordStore) {
        *self.place.write().unwrap_or_else(PoisonError::into_inner) = place;
    }

    /// Whether each tenant, and no other, opens from a segment of all of its records.
    fn opens_at_once(&self, records: &RecordCounts) -> bool {
        let opens = |(id, count): (&TenantId, &u64)| {
            let tenant = self.handle(id);
            tenant.load(&mut |_| ControlFlow::Continue(())).is_ok()
                && tenant.damage().is_empty()
                && tenant.shared.known_index().resumed() == Some(*count)
                && tenant.folded().position().0 == *count
        };
        let is_same = |ids: Vec<TenantId>| ids.iter().eq(records.keys());
        self.tenants().is_ok_and(is_same) && records.iter().all(opens)
    }
}

/// The directory of a copy in its place, if it was put there.
type PlacedCopy<E> = std::result::Result<Option<PathBuf>, E>;

/// A copy that is being made of a recording in memory, also while that is still written to.
pub(crate) struct ImportCopy<'a> {
    recording: &'a Recording,
    from: Arc<dyn Log>,
    /// The same, where it is in memory.
    memory: Option<Arc<MemoryLog>>,
    to: Arc<FileLog>,
    copied: CopiedLog,
    /// Whether records were left to the copy.
    is_read: bool,
}

impl<'a> ImportCopy<'a> {
    /// In a directory that is new. Of a recording that goes on from another copy, the files of that are taken as they are.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(recording: &'a Recording, directory: &Path) -> Result<Self> {
        let (from, memory, base) = {
            let place = read(&recording.place);
            (Arc::clone(&place.log), place.memory.clone(), place.base.clone())
        };
        let (to, mut copied) = (Arc::new(FileLog::create(directory)?), CopiedLog::of(&*from)?);
        for id in base.iter().flat_map(|base| base.log.tenants()).flatten() {
            let known = base.as_ref().and_then(|base| Some((base.log.file(&id), base.log.positions(&id)?)));
            let Some((file, positions)) = known else { continue };
            std::fs::copy(&file, to.file(&id)).map_err(Error::io("copy", &file))?;
            if to.resume(&id, &positions) && to.last(&id)? == positions.last() {
                copied.has(&id, positions.last());
            }
        }
        Ok(Self { recording, from, memory, to, copied, is_read: false })
    }

    /// Copies what was appended since. O(new records).
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn go_on(&mut self) -> Result<()> {
        self.copied.go_on(&*self.from, &*self.to, Wait::Nothing, &mut |_| ControlFlow::Continue(()))
    }

    /// Copies the rest, with an index segment of each tenant. Answers whether it did: not where the records are not these,
    /// because somebody wrote meanwhile, or where a history has no segment.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(&mut self, records: &RecordCounts) -> Result<bool> {
        self.go_on()?;
        let ids = self.to.tenants()?;
        let copied = |id: &TenantId| {
            let all = records.get(id).is_some_and(|count| self.to.last(id).is_ok_and(|last| last.0 == *count));
            all && matches!(self.recording.handle(id).write_index_of(&SegmentFiles::same(&self.to)), Ok(Some(_)))
        };
        Ok(ids.len() == records.len() && ids.iter().all(copied))
    }

    /// Lets go of the records in memory that have been copied: from now on they are read from the copy, which `held` keeps
    /// there. Answers whether there were any. O(records).
    pub fn leave(&mut self, held: &Arc<impl Send + Sync + 'static>) -> bool {
        let Some(memory) = &self.memory else { return false };
        let mut were_any = false;
        for (id, through) in self.copied.same() {
            let (to, held) = (Arc::<FileLog>::clone(&self.to), Arc::clone(held));
            let left = memory.leave_to((to, held), id, through);
            were_any |= !left.records.is_empty() || left.packed > 0;
            // Where the recording was kept elsewhere meanwhile, nothing of them is counted.
            read(&self.recording.place).uncount(&left);
        }
        self.is_read |= were_any;
        were_any
    }

    /// Puts the copy in its place, where the recording goes on reading it: `put` answers its directory, or none where it stays
    /// where it is.
    pub fn put<E>(self, put: impl FnOnce() -> PlacedCopy<E>) -> PlacedCopy<E> {
        let Some(memory) = self.memory.as_ref().filter(|_| self.is_read) else { return put() };
        let known = self.positions();
        memory.move_base(|| {
            let outcome = put();
            let path = outcome.as_ref().ok().and_then(Option::as_ref);
            let log = path.and_then(|path| FileLog::open(path).ok()).map(Arc::new);
            if let Some(log) = &log {
                known.iter().for_each(|(id, positions)| _ = log.resume(id, positions));
            }
            (outcome, log.map(|log| -> Arc<dyn Log> { log }))
        })
    }

    fn positions(&self) -> Vec<(TenantId, LogPositions)> {
        let ids = self.to.tenants().unwrap_or_default();
        ids.into_iter().filter_map(|id| self.to.positions(&id).map(|known| (id, known))).collect()
    }
}
