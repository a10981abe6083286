//! The versions that touched what a filter reads.

use super::PathIndex;
use super::merge::{MergeOrder, merged};
use super::paths::{PathTouches, ROOT, StepName};
use super::postings::Postings;
use crate::query::{ReadStep, Reads};
use crate::record::Version;
use std::ops::RangeInclusive;

/// The versions that touched what a filter reads.
pub struct ReadTouches<'a> {
    lists: Vec<&'a Postings>,
    is_exact: bool,
}

impl<'a> ReadTouches<'a> {
    /// Whether every one of them changed something that is read. Else an array answers for its elements.
    pub fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// Those within a range, oldest first.
    pub fn forward<'s>(&'s self, range: &RangeInclusive<Version>) -> impl Iterator<Item = Version> + use<'s, 'a> {
        merged(self.lists.iter().copied(), range.clone(), MergeOrder::Rising)
    }

    /// Those within a range, newest first.
    pub fn backward<'s>(&'s self, range: &RangeInclusive<Version>) -> impl Iterator<Item = Version> + use<'s, 'a> {
        merged(self.lists.iter().copied(), range.clone(), MergeOrder::Falling)
    }
}

impl PathIndex {
    /// The versions that touched what a filter reads: any of its paths, or a value on the way that is no object.
    pub fn reads(&self, reads: &Reads) -> ReadTouches<'_> {
        let mut found = ReadTouches { lists: vec![&self.unknown], is_exact: true };
        for path in reads.paths() {
            let mut id = Some(ROOT);
            for step in path {
                let Some(touches) = id.and_then(|id| self.paths.touches(id)) else { break };
                match step {
                    ReadStep::Key(key) => {
                        found.lists.extend(touches.but_object());
                        id = id.and_then(|id| self.paths.get(id, &StepName::Key(key.clone())));
                    }
                    ReadStep::Index(_) | ReadStep::Each => {
                        found.is_exact = false;
                        break;
                    }
                }
            }
            found.lists.extend(id.and_then(|id| self.paths.touches(id)).into_iter().flat_map(PathTouches::all));
        }
        found
    }
}
