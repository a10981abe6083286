//! What is asked of an index: the versions that touched a path, or what a filter reads.

use super::merge::{MergeOrder, merged};
use super::paths::{PathId, PathTouches, ROOT, StepName};
use super::postings::Postings;
use super::{PathIndex, touched};
use crate::diff::{ArrayKey, DiffRules, place};
use crate::record::Version;
use crate::value::{Path, Step, Text, Value};
use std::ops::RangeInclusive;

/// Where an index keeps what touched a path: by the array above it before the field was settled that names its elements.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IndexedPath(Vec<IndexedPart>);

/// From a version on, until the next part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct IndexedPart {
    from: Version,
    /// `None` where nothing ever touched it.
    id: Option<PathId>,
    /// Whether it is the path itself, and not an array that answers for it.
    is_exact: bool,
}

impl IndexedPath {
    /// The whole value.
    pub fn root() -> Self {
        Self::exact(Some(ROOT))
    }

    /// A path that is known by itself at every version.
    pub(super) fn exact(id: Option<PathId>) -> Self {
        Self(vec![IndexedPart { from: Version(0), id, is_exact: true }])
    }

    /// What is below has no name: this answers for it.
    fn end(&mut self) {
        self.0.last_mut().into_iter().for_each(|last| last.is_exact = false);
    }

    /// Whether the index knows the path itself at a version; else an array answers for it, so that it may have changed at
    /// fewer versions.
    pub fn is_exact(&self, version: Version) -> bool {
        self.part(version).is_some_and(|part| part.is_exact)
    }

    fn part(&self, version: Version) -> Option<&IndexedPart> {
        self.0.iter().rfind(|part| part.from <= version)
    }

    /// The path itself at a version, and the version from which on it is known, where something ever touched it.
    pub(super) fn only_exact_at(&self, version: Version) -> Option<(PathId, Version)> {
        self.part(version).filter(|part| part.is_exact).and_then(|part| Some((part.id?, part.from)))
    }

    /// The parts that have versions of a range, with those.
    fn within(&self, range: &RangeInclusive<Version>) -> std::vec::IntoIter<(Option<PathId>, RangeInclusive<Version>)> {
        let ends = self.0.iter().skip(1).map(|next| Version(next.from.0.saturating_sub(1)));
        let ends: Vec<_> = ends.chain([Version(u64::MAX)]).collect();
        let parts: Vec<_> = self
            .0
            .iter()
            .zip(ends)
            .map(|(part, end)| (part.id, part.from.max(*range.start())..=end.min(*range.end())))
            .filter(|(_, range)| !range.is_empty())
            .collect();
        parts.into_iter()
    }
}

impl PathIndex {
    /// Where the index keeps what touched a path into `value`, which tells by what name it knows the elements on the way.
    /// An array whose elements `keys` match by something else answers for them. O(steps), and O(elements) for each array on
    /// the way.
    pub fn find(&self, path: &Path, value: &Value, keys: &DiffRules) -> IndexedPath {
        let (mut found, mut here) = (IndexedPath::root(), Some(value));
        for (depth, step) in path.0.iter().enumerate() {
            match step {
                Step::Key(key) => self.step(&mut found, StepName::Key(key.clone())),
                Step::Index(index) => {
                    let field = self.enter_array(&mut found, &path.0[..depth], keys);
                    let array = here.and_then(Value::as_array);
                    match field.zip(array).and_then(|(field, array)| touched::name_of(array, *index, &field)) {
                        Some(name) => self.step(&mut found, name),
                        None => found.end(),
                    }
                }
            }
            here = here.and_then(|value| value.child(step));
        }
        found
    }

    /// The children of a container at a path into a value, and where the index keeps what touched them. O(children).
    pub fn children<'v>(
        &self,
        (found, path, container): (&IndexedPath, &Path, &'v Value),
        keys: &DiffRules,
    ) -> Vec<(Step, &'v Value, IndexedPath)> {
        let child = |mut found: IndexedPath, step, value, name: Option<StepName>| {
            match name {
                Some(name) => self.step(&mut found, name),
                None => found.end(),
            }
            (step, value, found)
        };
        match container {
            Value::Object(object) => object
                .iter()
                .map(|(key, value)| {
                    child(found.clone(), Step::Key(key.clone()), value, Some(StepName::Key(key.clone())))
                })
                .collect(),
            Value::Array(array) => {
                let mut inside = found.clone();
                let names = match self.enter_array(&mut inside, &path.0, keys) {
                    Some(field) => touched::names(array, &field),
                    None => vec![None; array.len()],
                };
                let each = array.iter().zip(names).enumerate();
                each.map(|(at, (value, name))| child(inside.clone(), Step::Index(at), value, name)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// One step further, by what it is called.
    fn step(&self, found: &mut IndexedPath, name: StepName) {
        if let Some(last) = found.0.last_mut().filter(|last| last.is_exact) {
            last.id = last.id.and_then(|id| self.paths.get(id, &name));
        }
    }

    /// The field that the elements of an array are known by; until the version that settled it, the array answers for them.
    /// `None` where they are known by none, or `keys` match them otherwise.
    fn enter_array(&self, found: &mut IndexedPath, array: &[Step], keys: &DiffRules) -> Option<Text> {
        let field = match self.keys.of(array) {
            Some(ArrayKey::Field(field)) if keys.of(array) == Some(ArrayKey::Field(field.clone())) => field,
            _ => return None,
        };
        let chosen = self.kept.chosen(array).is_some();
        let since = self.since.get(&place(array)).copied().filter(|_| !chosen).unwrap_or_default();
        if let Some(last) = found.0.last_mut().filter(|last| last.is_exact && last.from < since) {
            let id = last.id;
            last.is_exact = false;
            found.0.push(IndexedPart { from: since, id, is_exact: true });
        }
        Some(field)
    }

    fn lists(&self, id: Option<PathId>) -> impl Iterator<Item = &Postings> {
        id.and_then(|id| self.paths.touches(id)).into_iter().flat_map(PathTouches::all).chain([&self.unknown])
    }

    /// The lists of versions that touched a path otherwise than as a whole, or may have.
    pub(super) fn but_whole(&self, id: PathId) -> impl Iterator<Item = &Postings> {
        self.paths.touches(id).into_iter().flat_map(PathTouches::but_whole).chain([&self.unknown])
    }

    /// The versions within a range that touched a path, oldest first. O(log n) and O(1) a version.
    #[cfg(test)]
    pub fn forward<'a>(
        &'a self,
        path: &IndexedPath,
        range: &RangeInclusive<Version>,
    ) -> impl Iterator<Item = Version> + use<'a> {
        path.within(range).flat_map(|(id, range)| merged(self.lists(id), range, MergeOrder::Rising))
    }

    /// The versions within a range that touched a path, newest first. O(log n) and O(1) a version.
    pub fn backward<'a>(
        &'a self,
        path: &IndexedPath,
        range: &RangeInclusive<Version>,
    ) -> impl Iterator<Item = Version> + use<'a> {
        path.within(range).rev().flat_map(|(id, range)| merged(self.lists(id), range, MergeOrder::Falling))
    }

    /// The last version up to this one that touched a path. O(log n).
    pub fn last_up_to(&self, path: &IndexedPath, version: Version) -> Option<Version> {
        path.within(&(Version(0)..=version)).rev().find_map(|(id, range)| {
            let last = self.lists(id).filter_map(|list| list.last_up_to(*range.end())).max();
            last.filter(|last| last >= range.start())
        })
    }

    /// The first version from this one on that touched a path. O(log n).
    pub fn first_from(&self, path: &IndexedPath, version: Version) -> Option<Version> {
        path.within(&(version..=Version(u64::MAX))).find_map(|(id, range)| {
            let first = self.lists(id).filter_map(|list| list.first_from(*range.start())).min();
            first.filter(|first| first <= range.end())
        })
    }

    /// How often a path was touched, or the array that answers for it.
    #[cfg(test)]
    pub fn count(&self, path: &IndexedPath) -> usize {
        self.forward(path, &(Version(0)..=Version(u64::MAX))).count()
    }

    /// Whether what a version touched is known.
    pub fn is_known(&self, version: Version) -> bool {
        self.unknown.last_up_to(version) != Some(version)
    }
}
