//! The path index of a tenant: made when something is asked over time, kept in memory, gone on with as the log grows, and
//! kept in a file beside the log's own index, so that the next process to ask goes on from it.

use super::identity::kept_array_keys;
use super::in_order::{Coming, InOrder};
use super::index::IndexReport;
use super::known_paths::{KnownPaths, StoredPaths};
use super::segment_files::SegmentFiles;
use super::tenant::TenantShared;
use super::{Progress, Recording, Tenant};
use crate::bytes::{Binary as _, binary_struct};
use crate::diff::{ArrayKey, DiffRules};
use crate::error::of_system;
use crate::history::History;
use crate::index::PathIndex;
use crate::log::LogPositions;
use crate::record::{Position, TenantId, Version};
use crate::segment::{Segment, SegmentContent, Segments, Sort};
use crate::value::Text;
#[cfg(feature = "query")]
use crate::value::{Path, Step, Value};
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Versions that are indexed before others that ask have their turn.
const TURN: usize = 256;
/// Versions from which on a thread reads their records ahead.
const MANY: u64 = 1_024;
/// An index is kept in a file when indexing what that does not cover took so long.
const SLOW: Duration = Duration::from_millis(200);
/// Bytes of an index that are read and checked while one byte of a value is parsed.
#[cfg(feature = "query")]
const BYTES_AT_ONCE: u64 = 32;
/// The form of the file. One of any other is made again.
const FORMAT: u32 = 4;

/// What the file says of its index.
struct PathsHeader {
    format: u32,
    /// Of the log, as far as it was read.
    positions: Vec<u8>,
    /// What was chosen to match the elements of arrays by.
    array_keys: BTreeMap<Text, ArrayKey>,
}
binary_struct!(PathsHeader { format, positions, array_keys });

impl Tenant {
    /// Which versions touched each path, as far as the log was read. `tell` is asked now and then; `Break` stops, and what
    /// was indexed stays. O(versions not indexed yet).
    ///
    /// # Errors
    /// `Interrupted` when it was stopped; when thousands of versions in a row cannot be read.
    pub(crate) fn paths(&self, tell: &mut dyn FnMut(Progress) -> ControlFlow<()>) -> Result<Arc<PathIndex>> {
        self.shared.sound()?;
        let newest = self.folded().newest();
        if let Some(copied) = self.copied_through().filter(|copied| *copied < newest) {
            self.paths_through(copied, tell)?;
        }
        self.paths_through(newest, tell)
    }

    /// The same up to a version at least; what took long is kept in a file.
    pub(crate) fn paths_through(
        &self,
        version: Version,
        tell: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Arc<PathIndex>> {
        let index = match self.index_some(version, None)? {
            Ok(index) => index,
            Err(reached) => self.index_rest(reached..version, tell)?,
        };
        self.keep_paths();
        Ok(index)
    }

    /// The last version in the files that an index is kept beside; `None` without such files, and where they are ahead of this
    /// history. A source that has grown goes on behind its copy: no more than the copy's part can be kept.
    pub(crate) fn copied_through(&self) -> Option<Version> {
        let (files, history) = (self.shared.segment_files(), self.folded());
        let last = files.last(&files.local()?.positions(self.id())?);
        (last <= history.position()).then(|| history.timeline().recorded_through(last)).flatten()
    }

    /// Indexes the versions behind the first one up to the last, while a thread reads their records where they are many.
    fn index_rest(
        &self,
        versions: Range<Version>,
        tell: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Arc<PathIndex>> {
        let Range { start: mut reached, end: newest } = versions;
        let (log, history) = self.shared.log_and_history();
        let are_many = newest.0 > reached.0.saturating_add(MANY);
        let next = history.timeline().recorded_from(Version(reached.0 + 1)).filter(|_| are_many);
        std::thread::scope(|scope| {
            let before = next.map(|(_, position)| Position(position.0.saturating_sub(1)));
            let coming = before.and_then(|before| Coming::begin(scope, &log, self.id(), before));
            loop {
                if tell(progress(reached, newest)).is_break() {
                    return Err(Error::Interrupted);
                }
                match self.index_some(newest, coming.as_ref())? {
                    Ok(whole) => return Ok(whole),
                    Err(further) => reached = further,
                }
            }
        })
    }

    /// Indexes some more versions; answers the index where those up to `newest` are in it, else how far it is.
    fn index_some(
        &self,
        newest: Version,
        coming: Option<&Coming>,
    ) -> Result<std::result::Result<Arc<PathIndex>, Version>> {
        // Taken after the lock, so that it is never behind what others have indexed.
        let mut known = self.shared.known_paths();
        let (log, history) = self.shared.log_and_history();
        let kept = kept_array_keys(history.ledger().settings());
        let index = self.known_index(&mut known, &history, &kept);
        let mut index = index.unwrap_or_else(|| Arc::new(PathIndex::new(kept)));
        if index.newest().is_some_and(|reached| reached >= newest) || newest.0 == 0 {
            return Ok(Ok(Arc::clone(known.index.insert(index))));
        }
        let began = Instant::now();
        let coming = coming.filter(|coming| coming.is_of(&log));
        let records = InOrder::many(&*log, self.id(), coming);
        let extended = Arc::make_mut(&mut index).extend_to(newest, &history, &records, TURN);
        known.took += began.elapsed();
        let reached = index.newest().unwrap_or_default();
        let index = Arc::clone(known.index.insert(index));
        Ok(if extended? { Ok(index) } else { Err(reached) })
    }

    /// Takes the index that is known, or else is in a file, if the history goes on with it.
    fn known_index(&self, known: &mut KnownPaths, history: &History, kept: &DiffRules) -> Option<Arc<PathIndex>> {
        if !std::mem::replace(&mut known.looked, true)
            && let Some((index, file)) = self.shared.stored_paths(history)
        {
            (known.index, known.file) = (Some(Arc::new(index)), Some(file));
        }
        known.index.take().filter(|index| index.kept() == kept && index.continues(history))
    }

    /// The part at a path into the value of a version; `None` where nothing is there. From the index of paths where there is
    /// one: then only the records that touched the part are read, or the first array on the way.
    ///
    /// # Errors
    /// As [`value_at`](Self::value_at).
    #[cfg(feature = "query")]
    pub fn part_at(&self, version: Version, path: &Path) -> Result<Option<Value>> {
        let key = |step: &Step| if let Step::Key(key) = step { Some(key.clone()) } else { None };
        let keys: Vec<Text> = path.0.iter().map_while(key).collect();
        Ok(self.value_around(version, &keys)?.at(path).cloned())
    }

    /// The value of a version as far as the part goes that these keys lead to through objects: from the index of paths where
    /// there is one, without making the rest of the value, else all of it. No index is made for that.
    ///
    /// # Errors
    /// As [`value_at`](Self::value_at).
    #[cfg(feature = "query")]
    pub(crate) fn value_around(&self, version: Version, keys: &[Text]) -> Result<Value> {
        self.shared.sound()?;
        let (log, history) = self.shared.log_and_history();
        history.existing(version)?;
        let index = if keys.is_empty() { None } else { self.paths_at_hand(version, &history) };
        let records = InOrder::many(&*log, self.id(), None);
        let part = index.and_then(|index| index.part(keys, version, (&history, &records)));
        part.map_or_else(|| self.value_at(version), |part| Ok(around(keys, part)))
    }

    /// The index of paths, where one that goes up to a version is known, or is in a file that is read faster than the value
    /// is made.
    #[cfg(feature = "query")]
    fn paths_at_hand(&self, version: Version, history: &History) -> Option<Arc<PathIndex>> {
        let mut known = self.shared.known_paths();
        if !known.looked {
            let (files, segments) = self.shared.paths_place();
            let bytes = segments.bytes(&files.local()?.file(self.id()))?;
            (bytes / BYTES_AT_ONCE < history.replay_cost(version)).then_some(())?;
        }
        let kept = kept_array_keys(history.ledger().settings());
        let index = self.known_index(&mut known, history, &kept)?;
        known.index = Some(Arc::clone(&index));
        (index.newest() >= Some(version)).then_some(index)
    }

    /// Writes the index to its file, if making it took so long that the next process should not have to. That it cannot
    /// be written is no reason to fail.
    fn keep_paths(&self) {
        if self.shared.known_paths().took > SLOW && self.shared.paths_place().1.writes() {
            let _done_without = self.write_paths();
        }
    }

    /// Sees to it that the copy of a log that is not in files goes as far as the history: an index of more than is copied has
    /// no file, and would be made again by each process that asks.
    ///
    /// # Errors
    /// Why there is no such copy.
    fn copy_rest(&self, history: &History) -> std::result::Result<(), String> {
        let is_whole = {
            // Held no longer than this: a copy that is still read is not removed when another takes its place.
            let files = self.shared.segment_files();
            let known = files.local().and_then(|local| local.positions(self.id()));
            known.is_some_and(|known| files.last(&known) == history.position())
        };
        if is_whole || self.shared.copies().is_none() { Ok(()) } else { self.write_index(None).map(drop) }
    }

    /// Writes the index to its file; `Ok(None)` where none is wanted.
    ///
    /// # Errors
    /// Why there is none.
    pub(crate) fn write_paths(&self) -> std::result::Result<Option<StoredPaths>, String> {
        let (shared, history) = (&self.shared, self.folded());
        self.copy_rest(&history)?;
        let (files, segments) = shared.paths_place();
        let Some(local) = files.local() else { return Err("its records are not in a file".into()) };
        let file = local.file(&shared.id);
        if !self.damage().iter().all(|damage| damage.torn) || !history.doubts().is_none() {
            return Err("records are missing, so it is built each time".into());
        }
        let positions = local.positions(&shared.id).filter(|known| files.last(known) <= history.position());
        let positions = positions.ok_or("its log is being written right now; try again")?;
        let covered = history.timeline().recorded_through(files.last(&positions));
        let index = shared.known_paths().index.clone().filter(|index| index.newest() == covered);
        let index = index.ok_or("its log is being written right now; try again")?;
        let mut encoded = Vec::new();
        positions.encode(&mut encoded);
        let array_keys = history.ledger().settings().array_keys.clone();
        let header = PathsHeader { format: FORMAT, positions: encoded, array_keys };
        // The last part of a segment has no checksum of its own.
        let parts = vec![header.to_bytes(), index.store(), Vec::new()];
        let content = SegmentContent { covers: positions.bytes(), parts };
        let unchanged = || local.resume(&shared.id, &positions);
        let written = segments.write(&file, &content, unchanged).map_err(|error| of_system(&error))?;
        let newest = covered.unwrap_or_default();
        let written = written.map(|(path, bytes)| StoredPaths { path, bytes, newest, found: false });
        if written.is_some() {
            let mut known = shared.known_paths();
            (known.file, known.took) = (written.clone(), Duration::ZERO);
        }
        Ok(written)
    }

    /// How an index from a file differs from one made of the log, if it does.
    ///
    /// # Errors
    /// When a log cannot be read.
    pub(super) fn paths_difference(&self, folded: &Self) -> Result<Option<String>> {
        let go_on = &mut |_| ControlFlow::Continue(());
        let is_same = self.paths(go_on)?.is_same(&*folded.paths(go_on)?);
        Ok((!is_same).then(|| "other versions touched its paths".into()))
    }
}

impl TenantShared {
    fn known_paths(&self) -> MutexGuard<'_, KnownPaths> {
        self.paths.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The files that the file of the path index is of, and where that is.
    fn paths_place(&self) -> (SegmentFiles, Segments) {
        let files = self.segment_files();
        let segments = files.segments(&self.segments).of(Sort::Paths);
        (files, segments)
    }

    /// Lets go of the path index: the history was made anew.
    pub(super) fn forget_paths(&self) {
        *self.known_paths() = KnownPaths::default();
    }

    /// The index in a file that fits the log, and what was chosen for it.
    fn stored_paths(&self, history: &History) -> Option<(PathIndex, StoredPaths)> {
        let (files, segments) = self.paths_place();
        let local = files.local()?;
        let accept = |segment: Segment| {
            let mut parts = segment.parts.into_iter();
            let header = PathsHeader::from_bytes(&parts.next()?).filter(|header| header.format == FORMAT)?;
            let positions = LogPositions::decode(&header.positions).filter(|known| known.bytes() == segment.covers)?;
            let fits = history.doubts().is_none()
                && header.array_keys == history.ledger().settings().array_keys
                && (Position(1)..=history.position()).contains(&files.last(&positions))
                && local.resume(&self.id, &positions);
            let kept = kept_array_keys(history.ledger().settings());
            let index = PathIndex::restore(kept, parts.next()?, history.newest());
            let index = index.filter(|index| fits && index.continues(history))?;
            let (path, bytes, newest) = (segment.path, segment.bytes, index.newest()?);
            Some((index, StoredPaths { path, bytes, newest, found: true }))
        };
        segments.find(&local.file(&self.id), accept).ok()
    }
}

impl Recording {
    /// Makes sure that the file of a tenant's path index covers all of its log, where this recording
    /// [writes them](Self::with_segments), and says what there is. O(versions), O(new versions) where there is one.
    ///
    /// # Errors
    /// `Interrupted` when `tell` said so; when the log cannot be read. That no file can be written is said in the report.
    pub fn index_paths(
        &self,
        tenant: &TenantId,
        tell: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<IndexReport> {
        let tenant = self.tenant(tenant)?;
        let paths = tenant.paths(tell)?;
        let known = tenant.shared.known_paths().file.clone().filter(|file| Some(file.newest) == paths.newest());
        let written = known.map_or_else(|| tenant.write_paths(), |known| Ok(Some(known)));
        let (file, why) = match written {
            Ok(file) => (file, None),
            Err(why) => (None, Some(why)),
        };
        let fresh = file.as_ref().is_some_and(|file| file.found);
        let bytes = file.as_ref().map_or(0, |file| file.bytes);
        let records = tenant.folded().position().0;
        Ok(IndexReport { records, bytes, file: file.map(|file| file.path), fresh, why })
    }
}

/// A part inside of the objects that these keys lead through.
#[cfg(feature = "query")]
fn around(keys: &[Text], part: Option<Value>) -> Value {
    let object = |key: &Text, inner: Option<Value>| inner.map(|inner| (key.clone(), inner)).into_iter().collect();
    let around = keys.iter().rev().fold(part, |inner, key| Some(Value::Object(object(key, inner))));
    around.unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "a share is shown, not computed with")]
fn progress(reached: Version, newest: Version) -> Progress {
    Progress { share: Some(reached.0 as f64 / newest.0.max(1) as f64), versions: reached.0 }
}
