//! Taking back what a transaction changed, and nothing that others changed: as a rollback where nobody wrote between, else
//! as a patch on the head.
//!
//! Must not name: `log`.

use crate::error::{Error, Overlap, Result};
use crate::history::{History, MAIN, TransactionPart};
use crate::patch::{Op, Patch};
use crate::record::{TransactionId, Version};
use crate::recording::Tenant;
use crate::value::{Array, ObjectDiff, Path, Step, Value};
use std::collections::BTreeSet;

/// At most so many paths are named in a refusal.
const NAMED: usize = 20;

/// How a branch goes back.
pub(super) enum BranchTakeBack {
    /// Nobody else wrote since: to the version itself.
    Rollback,
    /// Others did: what the transaction changed gets its old value, and all else stays.
    Patch(Patch),
    /// There is nothing to take back any more.
    Nothing,
}

/// A version of the branch since the state to go back to.
struct Since {
    version: Version,
    own: bool,
    by: Option<String>,
}

impl Tenant {
    /// How to take back what a transaction did since a version, and the head which that holds for.
    /// O(versions since, and what they changed).
    ///
    /// # Errors
    /// `Overlapping` where others changed the same since; when values cannot be read.
    pub(super) fn way_back(&self, id: TransactionId, to: Version) -> Result<(Version, BranchTakeBack)> {
        let (head, since) = self.since(id, to)?;
        if since.iter().all(|since| since.own) {
            return Ok((head, BranchTakeBack::Rollback));
        }
        if !since.iter().any(|since| since.own) {
            return Ok((head, BranchTakeBack::Nothing));
        }
        let old = self.value_at(to)?;
        let (mut own, mut others) = (BTreeSet::new(), Vec::new());
        let mut before = old.clone();
        for since in since {
            let value = self.value_at(since.version)?;
            let mut touched = TouchedPaths::default();
            touched.compare(&before, &value);
            match since.own {
                true => own.extend(touched.paths),
                false => others.push((since, touched.paths)),
            }
            before = value;
        }
        let overlaps = overlaps(&own, &others);
        if !overlaps.is_empty() {
            return Err(Error::Overlapping { transaction: id.to_string(), overlaps });
        }
        Ok((head, BranchTakeBack::Patch(patch(&outermost(own), &old, &before))))
    }

    /// The head, and what became it since a version.
    fn since(&self, id: TransactionId, to: Version) -> Result<(Version, Vec<Since>)> {
        let history = self.folded();
        history.existing(to)?;
        let branch = self.branch().unwrap_or(MAIN);
        let own = own_versions(&history, id);
        let head = history.growing(self.branch()).unwrap_or(history.head());
        let versions = (to.0 + 1..=head.0).map(Version).filter(|version| history.lineage().made_by(*version) == branch);
        let since = versions.map(|version| Since {
            version,
            own: own.contains(&version),
            by: history.info(version).and_then(|info| info.by).map(|by| by.to_string()),
        });
        Ok((head, since.collect()))
    }
}

fn own_versions(history: &History, id: TransactionId) -> BTreeSet<Version> {
    let events = history.transactions().get(id).into_iter().flat_map(|transaction| &transaction.events);
    let made = events.filter_map(|event| match event.what {
        TransactionPart::Step { version, .. } | TransactionPart::Back { version, .. } => Some(version),
        TransactionPart::Checkpoint { .. } | TransactionPart::Failed { .. } => None,
    });
    made.collect()
}

/// The paths at which two values differ.
#[derive(Default)]
struct TouchedPaths {
    at: Path,
    paths: BTreeSet<Path>,
}

impl TouchedPaths {
    /// Recursion is bounded by the depth limit of values.
    fn compare(&mut self, left: &Value, right: &Value) {
        match (left, right) {
            _ if left.same(right) => {}
            (Value::Object(old), Value::Object(new)) => {
                for difference in old.differences(new) {
                    match difference {
                        ObjectDiff::Added(key, _) | ObjectDiff::Removed(key, _) => {
                            self.below(Step::Key(key.clone()), Self::here);
                        }
                        ObjectDiff::Both(key, old, new) => {
                            self.below(Step::Key(key.clone()), |touched| touched.compare(old, new));
                        }
                    }
                }
            }
            (Value::Array(old), Value::Array(new)) => self.arrays(old, new),
            _ => self.here(),
        }
    }

    /// Elements keep their places where only the end got longer or shorter; otherwise the array counts as a whole.
    fn arrays(&mut self, old: &Array, new: &Array) {
        let (both, most) = (old.len().min(new.len()), old.len().max(new.len()));
        let (front, back) = old.common_ends(new);
        if old.len() != new.len() && front < both && back > 0 {
            return self.here();
        }
        if old.len() != new.len() && front < both {
            // Whether the end moved or the elements changed cannot be told.
            return self.here();
        }
        for index in front..both.saturating_sub(back).max(front) {
            if let (Some(old), Some(new)) = (old.get(index), new.get(index)) {
                self.below(Step::Index(index), |touched| touched.compare(old, new));
            }
        }
        (both..most).for_each(|index| self.below(Step::Index(index), Self::here));
    }

    fn here(&mut self) {
        self.paths.insert(self.at.clone());
    }

    fn below(&mut self, step: Step, compare: impl FnOnce(&mut Self)) {
        self.at.0.push(step);
        compare(self);
        self.at.0.pop();
    }
}

/// What others changed of what is own, what is in it or what it is in: the first change of each path.
fn overlaps(own: &BTreeSet<Path>, others: &[(Since, BTreeSet<Path>)]) -> Vec<Overlap> {
    let mut found: Vec<Overlap> = Vec::new();
    for (since, paths) in others {
        for path in paths.iter().filter(|path| touches(own, path)) {
            let path = path.to_string();
            if found.len() < NAMED && !found.iter().any(|overlap| overlap.path == path) {
                found.push(Overlap::new(path, since.version.0, since.by.clone()));
            }
        }
    }
    found
}

fn touches(own: &BTreeSet<Path>, other: &Path) -> bool {
    let within = own.range(other..).next().is_some_and(|first| other.contains(first));
    within || (0..other.0.len()).any(|length| own.contains(&Path(other.0[..length].to_vec())))
}

/// Without those that are within another.
fn outermost(paths: BTreeSet<Path>) -> Vec<Path> {
    let mut outermost: Vec<Path> = Vec::new();
    for path in paths {
        if !outermost.last().is_some_and(|last| last.contains(&path)) {
            outermost.push(path);
        }
    }
    outermost
}

/// Gives each path of the head its old value. Removals come first and from the end, so that elements keep their places.
fn patch(paths: &[Path], old: &Value, head: &Value) -> Patch {
    let gone = paths.iter().rev().filter(|path| old.at(path).is_none() && head.at(path).is_some());
    let gone = gone.map(|path| Op::Remove { path: path.to_pointer() });
    let back = paths.iter().filter_map(|path| {
        let (value, path) = (old.at(path)?.clone(), (path, path.to_pointer()));
        match head.at(path.0) {
            Some(now) if now.same(&value) => None,
            Some(_) => Some(Op::Replace { path: path.1, value }),
            None => Some(Op::Add { path: path.1, value }),
        }
    });
    Patch(gone.chain(back).collect())
}
