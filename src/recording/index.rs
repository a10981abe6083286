//! Opening a tenant from an index segment, and writing one: what the fold made, so that the next one to open the log
//! folds only what came since.

use super::Recording;
use super::known_index::{KnownIndex, Resumed, is_much};
use super::log_copy::CopyInProgress;
use super::segment_files::SegmentFiles;
use super::tenant::{Tenant, TenantRecords, TenantShared};
use crate::error::{Result, counted, of_system};
use crate::history::{History, NotStored};
use crate::log::LogPositions;
use crate::record::{TenantId, Version};
use crate::segment::{Segment, SegmentContent};
use std::path::PathBuf;
use std::time::Duration;

/// A segment is written when folding what it does not cover took so long.
const SLOW: Duration = Duration::from_millis(200);
/// Of the log's bytes, old values take one part in this at most, and no more than so many.
const VALUES: u64 = 4;
const MOST_VALUES: u64 = 128 << 20;
const LEAST_VALUES: u64 = 1 << 20;
/// Versions whose values are compared, and all of these at the end.
const COMPARED: u64 = 1_000;

/// What there is to say of a tenant's index segment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexReport {
    /// The last record it covers.
    pub records: u64,
    /// Its bytes; 0 where there is none.
    pub bytes: u64,
    /// Its file; `None` where there is none.
    pub file: Option<PathBuf>,
    /// Whether it was there already, and covers the whole log.
    pub fresh: bool,
    /// Why it was made again, or why there is none.
    pub why: Option<String>,
}

impl TenantShared {
    /// The history of a segment, from which the log goes on.
    pub(super) fn resumed(&self) -> Option<History> {
        self.find_copy();
        let files = self.segment_files();
        let local = files.local()?;
        let file = local.file(&self.id);
        let accept = |segment: Segment| {
            let mut parts = segment.parts.into_iter();
            let (positions, parts) = (parts.next()?, parts.collect());
            let positions = LogPositions::decode(&positions).filter(|known| known.bytes() == segment.covers)?;
            let history = History::restore(&self.id, self.budget.clone(), parts, segment.last)?;
            let fits = history.position() == files.last(&positions) && local.resume(&self.id, &positions);
            let ((file, bytes), records) = (files.kept(segment.path, segment.bytes), history.position().0);
            fits.then_some((history, Resumed { file, bytes, records }))
        };
        let (history, known) = match self.segments.find(&file, accept) {
            Ok((history, resumed)) => (Some(history), KnownIndex::Resumed(resumed)),
            Err(why) => {
                self.leave_copy();
                (None, KnownIndex::None(why))
            }
        };
        self.note_index(known);
        history
    }

    pub(super) fn segment_files(&self) -> SegmentFiles {
        super::read(&self.place).segment_files(&self.id)
    }

    fn note_index(&self, known: KnownIndex) {
        *self.index.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = known;
    }

    pub(super) fn known_index(&self) -> KnownIndex {
        self.index.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

impl Tenant {
    /// Writes a segment, if folding what none covers took so long that the next one should not have to. That it cannot be
    /// written is no reason to fail.
    pub(super) fn keep_index(&self, took: Duration, copy: Option<CopyInProgress>) {
        let records = self.folded().position().0;
        let folded = records.saturating_sub(self.shared.covered());
        if took > SLOW && is_much(folded, records) && self.shared.segments.writes() {
            let _done_without = self.write_index(copy);
        }
    }

    /// Writes the segment of all that is folded, of a log that is not in files with a copy of its records, which may have
    /// been begun; `Ok(None)` where none is wanted.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn write_index(&self, copy: Option<CopyInProgress>) -> std::result::Result<Option<Resumed>, String> {
        let shared = &self.shared;
        if !self.damage().iter().all(|damage| damage.torn) {
            return Err("its log is damaged, so it is read in full each time".into());
        }
        let written = if shared.log().local().is_some() {
            self.write_index_of(&shared.segment_files())?
        } else {
            let begin = || CopyInProgress::begin(shared.copies().ok_or("its records are not in a file")?);
            let last = self.history().position();
            copy.map_or_else(begin, Ok)?.finish(last, |files| self.write_index_of(files))?
        };
        if let Some(written) = written.clone() {
            shared.note_index(KnownIndex::Written(written));
        }
        Ok(written)
    }

    /// Writes the segment of a log that holds all records that are folded, and no others.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn write_index_of(&self, files: &SegmentFiles) -> std::result::Result<Option<Resumed>, String> {
        let shared = &self.shared;
        let local = files.local().ok_or("its records are not in a file")?;
        let file = local.file(&shared.id);
        let history = self.history();
        let positions = local.positions(&shared.id).filter(|known| files.last(known) == history.position());
        let positions = positions.ok_or("its log is being written right now; try again")?;
        let most = (positions.bytes() / VALUES).clamp(LEAST_VALUES, MOST_VALUES);
        let stored = history.store(most).map_err(|why| not_stored(why).to_owned())?;
        let mut first = Vec::new();
        positions.encode(&mut first);
        let content = SegmentContent { covers: positions.bytes(), parts: [vec![first], stored].concat() };
        let unchanged = || local.resume(&shared.id, &positions);
        let written =
            files.segments(&shared.segments).write(&file, &content, unchanged).map_err(|error| of_system(&error))?;
        let records = history.position().0;
        Ok(written.map(|(file, bytes)| Resumed { file, bytes, records }))
    }

    /// How its answers differ from those of a handle that was folded from the log, if they do: everything but values, and
    /// values of versions at equal distances and the newest.
    ///
    /// # Errors
    /// When a log cannot be read.
    pub(crate) fn difference(&self, folded: &Self) -> Result<Option<String>> {
        self.history_difference(folded)?.map_or_else(|| self.paths_difference(folded), |found| Ok(Some(found)))
    }

    /// The same but for what its path index says.
    ///
    /// # Errors
    /// When a log cannot be read.
    pub(super) fn history_difference(&self, folded: &Self) -> Result<Option<String>> {
        let (from_index, plain) = (self.history(), folded.history());
        if let Some(found) = plain.first_difference(&from_index) {
            return Ok(Some(found));
        }
        let newest = plain.newest().0;
        let apart = (newest / COMPARED).max(1);
        for version in (0..=newest).step_by(usize::try_from(apart).unwrap_or(usize::MAX)).chain([newest]).map(Version) {
            if plain.existing(version).is_err() {
                continue;
            }
            let values = [
                plain.value(version, &TenantRecords(&folded.shared))?,
                from_index.value(version, &TenantRecords(&self.shared))?,
            ];
            if values[0].to_json() != values[1].to_json() {
                return Ok(Some(format!("{version}: its value is another one")));
            }
        }
        Ok(None)
    }
}

fn not_stored(why: NotStored) -> &'static str {
    match why {
        NotStored::Doubtful => "records are missing, so it is read in full each time",
        NotStored::LargeHeads => "the values of its branches are too large in total",
    }
}

impl Recording {
    /// Makes sure that a tenant's index segment covers all of its log, where this recording
    /// [writes them](Self::with_segments), and says what there is. O(records), O(new records) where there is one.
    ///
    /// # Errors
    /// When the log cannot be read. That no segment can be written is said in the report.
    pub fn index(&self, tenant: &TenantId) -> Result<IndexReport> {
        let tenant = self.tenant(tenant)?;
        let records = tenant.folded().position().0;
        let known = tenant.shared.known_index();
        if let KnownIndex::Resumed(segment) | KnownIndex::Written(segment) = &known
            && segment.records == records
        {
            let (file, fresh) = (Some(segment.file.clone()), matches!(known, KnownIndex::Resumed(_)));
            return Ok(IndexReport { records, bytes: segment.bytes, file, fresh, why: None });
        }
        let why = match &known {
            KnownIndex::Nothing => None,
            KnownIndex::Resumed(Resumed { records: covered, .. })
            | KnownIndex::Written(Resumed { records: covered, .. }) => {
                Some(format!("it covered {}", counted(*covered, "record")))
            }
            KnownIndex::None(why) => Some(why.to_string()),
        };
        Ok(match tenant.write_index(None) {
            Ok(Some(written)) => {
                let Resumed { file, bytes, records } = written;
                IndexReport { records, bytes, file: Some(file), fresh: false, why }
            }
            Ok(None) => IndexReport { records, bytes: 0, file: None, fresh: false, why },
            Err(why) => IndexReport { records, bytes: 0, file: None, fresh: false, why: Some(why) },
        })
    }
}

impl KnownIndex {
    /// Records that the segment covers that it was opened from, if it was.
    #[cfg(feature = "import")]
    pub(super) fn resumed(&self) -> Option<u64> {
        match self {
            Self::Resumed(segment) => Some(segment.records),
            Self::Nothing | Self::Written(_) | Self::None(_) => None,
        }
    }
}

impl TenantShared {
    /// Records that the segment covers that it was opened from.
    fn covered(&self) -> u64 {
        match self.known_index() {
            KnownIndex::Resumed(segment) | KnownIndex::Written(segment) => segment.records,
            KnownIndex::Nothing | KnownIndex::None(_) => 0,
        }
    }
}
