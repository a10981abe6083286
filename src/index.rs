//! Which versions touched a path: a table of every path that ever changed, with a list of versions for each.
//!
//! A version touches a path when the value there is another than at the version before it in log order, whatever made it:
//! a transition, a whole state, a rollback or promotion, an undo. A container is touched by whatever changes below it.
//! An element of an array is followed by the field that the array's elements are matched by; an array without such a field
//! answers for its elements. Must not name: files, clocks, `log`, screens.

mod paths;
mod postings;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod touched;

use crate::Result;
use crate::diff::ArrayKeys;
use crate::history::History;
use crate::record::{Position, Records, Version};
use crate::value::{Path, Step, Value};
use paths::{Name, Paths, ROOT};
use std::ops::RangeInclusive;
use touched::Touch;

pub use paths::PathId;

/// The versions that touched each path of one tenant.
#[derive(Debug, Clone)]
pub struct PathIndex {
    keys: ArrayKeys,
    paths: Paths,
    indexed: Option<Indexed>,
}

/// How far a history has been indexed.
#[derive(Debug, Clone)]
struct Indexed {
    /// The oldest version of the history by then.
    first: Version,
    newest: Version,
    /// The record that made the newest version, or the next that was there by then.
    made_by: Option<(Version, Position)>,
    /// The value at the newest version.
    value: Value,
}

/// Where the index keeps what touched a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexedPath {
    /// The path, or the array that answers for it.
    pub id: PathId,
    /// Whether it is the path itself.
    pub is_exact: bool,
}

impl PathIndex {
    /// An index of nothing, that will follow the elements of arrays by these keys.
    pub fn new(keys: ArrayKeys) -> Self {
        Self { keys, paths: Paths::default(), indexed: None }
    }

    /// Indexes the versions that a history has got since, all of them where it is not the history indexed before (it was
    /// compacted, replaced, or its versions were counted again). O(what differs between each version and the one before
    /// it), and reading the records that are not in memory.
    ///
    /// # Errors
    /// When a record cannot be read: the versions before it are indexed.
    pub fn extend(&mut self, history: &History, records: &dyn Records) -> Result<()> {
        if !self.continues(history, records)? {
            (self.paths, self.indexed) = (Paths::default(), None);
        }
        let mut next = match &self.indexed {
            Some(indexed) => history.listed_after(indexed.newest),
            None => self.begin(history, records)?,
        };
        while let Some(version) = next {
            self.add(version, history, records)?;
            next = history.listed_after(version);
        }
        Ok(())
    }

    /// Whether what was indexed is still what the history says.
    fn continues(&self, history: &History, records: &dyn Records) -> Result<bool> {
        let Some(indexed) = &self.indexed else { return Ok(true) };
        let is_there = history.first() == indexed.first && history.newest() >= indexed.newest;
        Ok(is_there
            && history.recorded_from(indexed.newest) == indexed.made_by
            && history.value(indexed.newest, records)? == indexed.value)
    }

    /// Takes the value before the first version; answers the version to go on with. Where compaction has left nothing of
    /// that value, what the first version changed is not known.
    fn begin(&mut self, history: &History, records: &dyn Records) -> Result<Option<Version>> {
        let before = Version(history.first().0.saturating_sub(1));
        let start = if history.existing(before).is_ok() { before } else { history.first() };
        if history.existing(start).is_err() {
            return Ok(None);
        }
        self.note(start, history.value(start, records)?, history);
        Ok(history.listed_after(start))
    }

    fn add(&mut self, version: Version, history: &History, records: &dyn Records) -> Result<()> {
        let new = history.value(version, records)?;
        let old = self.indexed.as_ref().map(|indexed| &indexed.value);
        if old != Some(&new) {
            let mut touch = Touch { paths: &mut self.paths, keys: &self.keys, version, steps: Vec::new() };
            touch.changed(ROOT, old, Some(&new));
        }
        self.note(version, new, history);
        Ok(())
    }

    fn note(&mut self, newest: Version, value: Value, history: &History) {
        let (first, made_by) = (history.first(), history.recorded_from(newest));
        self.indexed = Some(Indexed { first, newest, made_by, value });
    }

    /// Where the index keeps what touched a path of `value`, which tells by what name it knows the elements on the way;
    /// `None` when nothing ever did. O(steps), and O(elements) for each array on the way.
    pub fn find(&self, path: &Path, value: &Value) -> Option<IndexedPath> {
        let (mut id, mut here) = (ROOT, Some(value));
        for (depth, step) in path.0.iter().enumerate() {
            let Some(name) = self.name(&path.0[..depth], step, here) else {
                return Some(IndexedPath { id, is_exact: false });
            };
            id = self.paths.get(id, &name)?;
            here = here.and_then(|value| value.child(step));
        }
        Some(IndexedPath { id, is_exact: true })
    }

    /// What a step is called; `None` for an element that has no name.
    fn name(&self, above: &[Step], step: &Step, here: Option<&Value>) -> Option<Name> {
        match (step, here) {
            (Step::Key(key), _) => Some(Name::Key(key.clone())),
            (Step::Index(index), Some(Value::Array(array))) => touched::name_of(array, *index, above, &self.keys),
            (Step::Index(_), _) => None,
        }
    }

    /// The versions within a range that touched a path, from either end. O(log n) and O(1) a version.
    pub fn touched(&self, id: PathId, range: RangeInclusive<Version>) -> impl DoubleEndedIterator<Item = Version> + '_ {
        self.paths.postings(id).into_iter().flat_map(move |postings| postings.within(range.clone()))
    }

    /// The last version before this one that touched a path. O(log n).
    pub fn last_before(&self, id: PathId, version: Version) -> Option<Version> {
        self.touched(id, Version(0)..=Version(version.0.checked_sub(1)?)).next_back()
    }

    /// How often a path was touched.
    pub fn count(&self, id: PathId) -> usize {
        self.paths.postings(id).map_or(0, postings::Postings::len)
    }

    /// The newest version that is indexed.
    pub fn newest(&self) -> Option<Version> {
        self.indexed.as_ref().map(|indexed| indexed.newest)
    }
}
