//! The files that a tenant's index segments are of: its log, or a copy of its records.
//!
//! Must not name: `tenant`, `history`.

use super::RecordStore;
use crate::log::{FileLog, LocalLog, Log, LogCopy, LogPositions};
use crate::record::{Position, TenantId};
use crate::segment::{Segments, WriteSegments, size_of};
use std::path::PathBuf;
use std::sync::Arc;

/// The log of one tenant in files, and which of its records are which of the recording's.
pub(super) struct SegmentFiles {
    log: Arc<dyn Log>,
    copy: Option<Arc<LogCopy>>,
    /// Whether they are in the cache, where segments stand beside them.
    is_cached: bool,
}

impl RecordStore {
    /// The files that segments of a tenant are of; there may be none.
    pub fn segment_files(&self, tenant: &TenantId) -> SegmentFiles {
        let copy = self.mirror.as_ref().and_then(|mirror| mirror.copy(tenant));
        let cached = copy.as_ref().map(|copy| &copy.files).or(self.base.as_ref().map(|base| &base.log));
        let is_cached = cached.is_some();
        let log = cached.map_or_else(|| Arc::clone(&self.log), |log| -> Arc<dyn Log> { Arc::<FileLog>::clone(log) });
        SegmentFiles { log, copy, is_cached }
    }
}

impl SegmentFiles {
    /// Of a copy.
    pub fn of(copy: &Arc<LogCopy>) -> Self {
        let log = Arc::<FileLog>::clone(&copy.files);
        Self { log, copy: Some(Arc::clone(copy)), is_cached: true }
    }

    /// Of a log whose records have the same positions.
    #[cfg(feature = "import")]
    pub fn same(log: &Arc<FileLog>) -> Self {
        Self { log: Arc::<FileLog>::clone(log), copy: None, is_cached: true }
    }

    /// The files.
    pub fn local(&self) -> Option<&dyn LocalLog> {
        self.log.local()
    }

    /// Where their segments are, for a recording that keeps them there.
    pub fn segments(&self, of_recording: &Segments) -> Segments {
        if self.is_cached { Segments::new(None, WriteSegments::Beside) } else { of_recording.clone() }
    }

    /// What is kept of the recording, and its bytes: a segment, or the copy that it belongs to.
    pub fn kept(&self, segment: PathBuf, bytes: u64) -> (PathBuf, u64) {
        match segment.parent().filter(|_| self.copy.is_some()) {
            Some(copy) => (copy.to_owned(), size_of(copy)),
            None => (segment, bytes),
        }
    }

    /// The last of the recording's records that is known in them; 0 for one that is not the recording's.
    pub fn last(&self, known: &LogPositions) -> Position {
        self.copy.as_ref().map_or_else(|| known.last(), |copy| copy.runs.source_of(known.last()))
    }
}
