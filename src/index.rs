//! Which versions touched a path: a table of every path that ever changed, with a list of versions for each.
//!
//! A version touches a path when the value there is not written as at the version that its branch had before
//! ([`Lineage::seen_before`]), whatever made it: a transition, a whole state, a rollback or promotion, an undo. A container
//! is touched by whatever changes below it. An element of an array is followed by the field that the array's elements are
//! matched by, from the version on that settled it; before that, and without such a field, the array answers for its
//! elements. Must not name: files, clocks, `log`, screens.

mod column;
mod find;
mod left;
mod merge;
#[cfg(feature = "query")]
mod part;
mod paths;
mod postings;
mod quick;
#[cfg(feature = "query")]
mod reads;
mod stored;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod touched;

#[cfg(feature = "query")]
pub use column::LeftValue;
#[cfg(feature = "query")]
pub use find::IndexedPath;
#[cfg(feature = "query")]
pub use left::LeftAt;
#[cfg(feature = "query")]
pub(crate) use part::OpOnPart;

use crate::Result;
use crate::diff::{DiffRules, Settled};
use crate::history::History;
use crate::record::{Position, RecordSource, Version};
use crate::value::{Path, Text, Value};
use paths::{Paths, ROOT};
use postings::Postings;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use touched::TouchRecorder;

/// Versions in a row that cannot be read; then indexing gives up.
const UNREAD: u32 = 10_000;
/// Branches whose newest indexed value is kept for the next version of it.
const BRANCHES: usize = 64;

/// The versions that touched each path of one tenant.
#[derive(Debug, Clone, Default)]
pub struct PathIndex {
    /// What somebody chose to match the elements of arrays by, in all versions.
    kept: DiffRules,
    /// The same, and what the versions settled.
    keys: DiffRules,
    settled: Settled,
    /// By place of an array, the version that settled the field of its elements.
    since: BTreeMap<Path, Version>,
    paths: Paths,
    /// Versions whose value, or the one before it, cannot be read: they may have touched anything.
    unknown: Postings,
    indexed: Option<Indexed>,
    /// The newest indexed value of each branch.
    values: FxHashMap<Text, (Version, Value)>,
    unread: u32,
}

/// How far a history has been indexed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Indexed {
    /// The oldest version of the history by then.
    first: Version,
    newest: Version,
    /// The record that made the newest version, or the next that was there by then.
    made_by: Option<(Version, Position)>,
}

/// What a branch had before a version, if anything.
struct PartBefore(Option<Value>);

impl PathIndex {
    /// An index of nothing, that will follow the elements of arrays by these choices, and by what versions settle.
    pub fn new(kept: DiffRules) -> Self {
        Self { keys: kept.clone(), kept, ..Self::default() }
    }

    /// The choices it was made with.
    pub fn kept(&self) -> &DiffRules {
        &self.kept
    }

    /// What the indexed versions settled.
    pub fn settled(&self) -> &Settled {
        &self.settled
    }

    /// The newest version that is indexed.
    pub fn newest(&self) -> Option<Version> {
        self.indexed.as_ref().map(|indexed| indexed.newest)
    }

    /// Indexes up to `most` versions up to `last` that a history has got since, from the first on where it is not the history
    /// indexed before (it was compacted, or its versions were counted again). Answers whether all of them are indexed. O(what
    /// differs between each version and the one before it), and reading the records that are not in memory.
    ///
    /// # Errors
    /// When thousands of versions in a row cannot be read: those before them are indexed.
    pub fn extend_to(
        &mut self,
        last: Version,
        history: &History,
        records: &dyn RecordSource,
        most: usize,
    ) -> Result<bool> {
        if !self.continues(history) {
            *self = Self::new(std::mem::take(&mut self.kept));
        }
        for _ in 0..most {
            match self.next(history) {
                Some(version) if version <= last => self.add(version, history, records)?,
                Some(_) => return Ok(true),
                None => {
                    self.share_values(history, records);
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Whether another index says the same of every path.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.indexed == other.indexed
            && self.settled() == other.settled()
            && self.since == other.since
            && self.unknown == other.unknown
            && self.paths == other.paths
    }

    /// Whether what was indexed is still what the history says, as far as it can be known without values.
    pub(crate) fn continues(&self, history: &History) -> bool {
        self.indexed.as_ref().is_none_or(|indexed| {
            history.first() == indexed.first
                && history.newest() >= indexed.newest
                && history.timeline().recorded_from(indexed.newest) == indexed.made_by
        })
    }

    fn next(&self, history: &History) -> Option<Version> {
        let before = self.newest().unwrap_or_else(|| Version(history.first().0.saturating_sub(1)));
        history.timeline().listed_after(before)
    }

    fn add(&mut self, version: Version, history: &History, records: &dyn RecordSource) -> Result<()> {
        self.settle(version, history);
        if self.add_quickly(version, history, records) {
            self.unread = 0;
            self.note(version, history);
            return Ok(());
        }
        let old = self.value_before(version, history, records);
        let new = match history.value(version, records) {
            Ok(new) => new,
            Err(error) if self.unread >= UNREAD => return Err(error),
            Err(_) => {
                self.unread += 1;
                self.unknown.push(version);
                self.values.remove(history.lineage().made_by(version));
                self.note(version, history);
                return Ok(());
            }
        };
        self.unread = 0;
        match old {
            Some(PartBefore(old)) if !touched::is_identical(old.as_ref(), Some(&new)) => {
                let mut touch = TouchRecorder { paths: &mut self.paths, keys: &self.keys, version, steps: Vec::new() };
                touch.changed(ROOT, old.as_ref(), Some(&new));
            }
            Some(_) => {}
            None => self.unknown.push(version),
        }
        let branch = history.lineage().made_by(version);
        if self.values.len() >= BRANCHES && !self.values.contains_key(branch) {
            self.values.clear();
        }
        self.values.insert(branch.into(), (version, new));
        self.note(version, history);
        Ok(())
    }

    /// What the branch had before; `None` where it is not known.
    fn value_before(&self, version: Version, history: &History, records: &dyn RecordSource) -> Option<PartBefore> {
        let Some(before) = history.lineage().seen_before(version).filter(|before| before.0 > 0) else {
            return Some(PartBefore(None));
        };
        match self.values.get(history.lineage().made_by(version)).filter(|(known, _)| *known == before) {
            Some((_, value)) => Some(PartBefore(Some(value.clone()))),
            None => history.value(before, records).ok().map(|value| PartBefore(Some(value))),
        }
    }

    /// Takes notice of what a version settled about the fields of arrays, and those before it.
    fn settle(&mut self, version: Version, history: &History) {
        let names = history.array_names();
        while let Some((since, place, field)) = names.nth(self.settled.len()).filter(|(since, ..)| *since <= version) {
            self.settled.insert(place.clone(), field.cloned());
            self.since.extend(field.map(|_| (place.clone(), since)));
            self.keys = DiffRules::default().on(&self.kept, &self.settled);
        }
    }

    fn note(&mut self, newest: Version, history: &History) {
        let (first, made_by) = (history.first(), history.timeline().recorded_from(newest));
        self.indexed = Some(Indexed { first, newest, made_by });
    }

    /// Keeps only values that are heads, in the memory that the history has them in.
    fn share_values(&mut self, history: &History, records: &dyn RecordSource) {
        self.values.retain(|branch, (version, value)| {
            let head = history.growing(Some(branch)) == Some(*version);
            let shared = history.value(*version, records).ok().filter(|_| head);
            shared.map(|shared| *value = shared).is_some()
        });
    }
}
