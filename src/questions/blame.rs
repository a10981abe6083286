//! Who wrote each leaf last.
//!
//! The path index says which versions of the line touched a leaf: the newest of them wrote it. A rollback continues the line
//! of its target, so what it brought back is blamed on who wrote it first.

use super::walked::FollowedLeaves;
use crate::diff::DiffRules;
use crate::index::{IndexedPath, PathIndex};
use crate::record::Version;
use crate::recording::Tenant;
use crate::value::{Path, Value};
use crate::{Error, Result};
use std::ops::{ControlFlow, Range};

/// A leaf and its writer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blame {
    /// Where it is in the version asked about.
    pub path: Path,
    /// The version that wrote what is there; `None` where that was cut off by compaction.
    pub version: Option<Version>,
    /// The newest rollback (or undo, or promotion) that brought it back, where the branch had something else before.
    pub brought_back_by: Option<Version>,
}

/// The writer of every leaf at or below a path into the value of a version, in the order of the value; an empty container is a
/// leaf, and what is ignored is left out. O(leaves · log n). Leaves of arrays whose elements have no names: reading the
/// versions that touched the array, and what differs in it.
///
/// # Errors
/// When there is no such version, or the log cannot be read.
pub fn blame(tenant: &Tenant, version: Version, path: &Path, chosen: &DiffRules) -> Result<Vec<Blame>> {
    let value = tenant.value_at(version)?;
    let blamed = Blamed::new(tenant, version, chosen, &|| false)?;
    let mut leaves = Vec::new();
    if let Some(part) = value.at(path).filter(|_| version.0 > 0) {
        let found = blamed.paths.find(path, &value, &blamed.keys);
        blamed.leaves(&found, path, part, &mut leaves);
    }
    let ignored = blamed.keys.ignored();
    leaves.retain(|(leaf, _)| !ignored.covers(&leaf.0));
    blamed.answer(&value, leaves, &|| false)
}

/// The writers of what is at some paths into the value of a version, in their order: of a container, who changed anything in it
/// last. Those where nothing is, and ignored ones, are left out. `None` when stopped. O(paths · log n), with the same exception.
///
/// # Errors
/// When there is no such version, or the log cannot be read.
pub fn blame_of(
    tenant: &Tenant,
    version: Version,
    paths: &[Path],
    chosen: &DiffRules,
    stop: &dyn Fn() -> bool,
) -> Result<Option<Vec<Blame>>> {
    match blamed_parts(tenant, version, paths, chosen, stop) {
        Err(Error::Interrupted) => Ok(None),
        parts => parts.map(Some),
    }
}

fn blamed_parts(
    tenant: &Tenant,
    version: Version,
    paths: &[Path],
    chosen: &DiffRules,
    stop: &dyn Fn() -> bool,
) -> Result<Vec<Blame>> {
    let value = tenant.value_at(version)?;
    let blamed = Blamed::new(tenant, version, chosen, stop)?;
    if stop() {
        return Err(Error::Interrupted);
    }
    let ignored = blamed.keys.ignored();
    let is_there = |path: &Path| version.0 > 0 && value.at(path).is_some();
    let there = paths.iter().filter(|path| is_there(path) && !ignored.covers(&path.0));
    let leaves = there.map(|path| (path.clone(), blamed.paths.find(path, &value, &blamed.keys))).collect();
    blamed.answer(&value, leaves, stop)
}

/// A line of versions, and who wrote what on it.
struct Blamed<'t> {
    tenant: &'t Tenant,
    version: Version,
    paths: std::sync::Arc<PathIndex>,
    keys: DiffRules,
    /// The stretches of the line, oldest first.
    line: Vec<Range<u64>>,
}

/// What the index says of a leaf.
enum IndexAnswer {
    Written(Blame),
    /// An array answers for it.
    NotExact,
}

impl<'t> Blamed<'t> {
    fn new(tenant: &'t Tenant, version: Version, chosen: &DiffRules, stop: &dyn Fn() -> bool) -> Result<Self> {
        let tell = &mut |_| if stop() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        let paths = tenant.paths(tell)?;
        let keys = tenant.diff_rules(chosen);
        let line = tenant.history().lineage().line(version);
        Ok(Self { tenant, version, paths, keys, line })
    }

    fn leaves(&self, found: &IndexedPath, path: &Path, value: &Value, leaves: &mut Vec<(Path, IndexedPath)>) {
        let children = self.paths.children((found, path, value), &self.keys);
        if children.is_empty() {
            leaves.push((path.clone(), found.clone()));
        }
        for (step, inner, found) in children {
            self.leaves(&found, &path.join(step), inner, leaves);
        }
    }

    fn answer(&self, value: &Value, leaves: Vec<(Path, IndexedPath)>, stop: &dyn Fn() -> bool) -> Result<Vec<Blame>> {
        let mut walk = FollowedLeaves::default();
        let mut answers = Vec::new();
        for (path, found) in leaves {
            let blame = match self.index_answer(&path, &found) {
                // Versions that touched only what is ignored are no writers.
                IndexAnswer::Written(blame) if !self.keys.ignored().may_be_below(&path) => blame,
                IndexAnswer::Written(_) | IndexAnswer::NotExact => {
                    walk.add(&path, answers.len(), found);
                    Blame { path, version: None, brought_back_by: None }
                }
            };
            answers.push(blame);
        }
        self.walk(value, walk, &mut answers, stop)?;
        Ok(answers)
    }

    /// The newest version of the line up to one that touched a path.
    fn touched(&self, found: &IndexedPath, up_to: Version) -> Option<Version> {
        let mut at = up_to;
        loop {
            let touched = self.paths.last_up_to(found, at)?;
            let begun = self.line.partition_point(|stretch| stretch.start <= touched.0);
            let on_line = Version(touched.0.min(self.line[begun.checked_sub(1)?].end - 1));
            if on_line == touched {
                return Some(touched);
            }
            at = on_line;
        }
    }

    /// Whether a version went back to another than its branch had: it wrote nothing of its own.
    fn is_return(&self, version: Version) -> bool {
        let history = self.tenant.history();
        history.lineage().parent(version) != history.lineage().seen_before(version)
    }

    fn index_answer(&self, path: &Path, found: &IndexedPath) -> IndexAnswer {
        let mut blame = Blame { path: path.clone(), version: None, brought_back_by: None };
        let mut next = Some(self.version);
        while let Some(touched) = next.and_then(|next| self.touched(found, next)) {
            if !found.is_exact(touched) {
                return IndexAnswer::NotExact;
            }
            let is_known = self.paths.is_known(touched);
            if !self.is_return(touched) {
                blame.version = Some(touched).filter(|_| is_known);
                break;
            }
            if is_known {
                blame.brought_back_by.get_or_insert(touched);
            }
            next = touched.0.checked_sub(1).map(Version);
        }
        IndexAnswer::Written(blame)
    }

    /// Follows leaves back through the versions that touched the arrays which answer for them.
    fn walk(
        &self,
        value: &Value,
        mut walk: FollowedLeaves,
        answers: &mut [Blame],
        stop: &dyn Fn() -> bool,
    ) -> Result<()> {
        let mut newer = value.clone();
        let mut next = Some(self.version);
        while let Some(touched) =
            next.and_then(|next| walk.arrays().filter_map(|found| self.touched(found, next)).max())
        {
            if stop() {
                return Err(Error::Interrupted);
            }
            let now = self.tenant.value_at(touched)?;
            // Elements around the arrays may have moved since.
            walk.go_back((&now, &newer), &self.keys, &mut |_| {});
            let (parent, seen) = {
                let history = self.tenant.history();
                (history.lineage().parent(touched), history.lineage().seen_before(touched))
            };
            let there = |version: Option<Version>| {
                version.filter(|version| version.0 > 0 && self.tenant.history().existing(*version).is_ok())
            };
            let mut written = |leaf: usize| answers[leaf].version = Some(touched);
            if parent != seen {
                if let Some(left) = there(seen) {
                    let left = self.tenant.value_at(left)?;
                    let differs = &mut |leaf: usize| _ = answers[leaf].brought_back_by.get_or_insert(touched);
                    walk.clone().go_back((&left, &now), &self.keys, differs);
                }
            } else if parent.is_none_or(|parent| parent.0 == 0) {
                walk.all(&mut written);
                return Ok(());
            } else if let Some(parent) = there(parent) {
                let older = self.tenant.value_at(parent)?;
                walk.go_back((&older, &now), &self.keys, &mut written);
                newer = older;
                next = touched.0.checked_sub(1).map(Version);
                continue;
            } else {
                return Ok(());
            }
            newer = now;
            next = touched.0.checked_sub(1).map(Version);
        }
        Ok(())
    }
}
