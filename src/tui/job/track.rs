//! Where a part of one version's value is in another version. Must not name: `app`, `pane`.

use crate::Result;
use crate::diff::{DiffRules, Differ, Track};
use crate::record::Version;
use crate::recording::Tenant;
use crate::tui::task::Cancel;
use crate::value::{Path, Value};
use crate::view::path::ArrayKeys;

/// A part of one version's value that is to be found in another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    /// Where it is in the version it is known from.
    pub path: Path,
    pub from: Version,
    /// The version it is to be found in.
    pub to: Version,
}

/// Where it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct TrackedPath {
    /// What was sought.
    pub sought: Sought,
    /// Where it is; `None` where it is not there.
    pub here: Option<Path>,
    /// Where it is, or what of the way to it is there.
    pub nearest: Path,
    /// Its path in words, elements by their names.
    pub name: String,
}

impl Sought {
    /// Finds it; `None` where it is not in the version it should be known from. Elements of an array that has a field to name
    /// them are followed, others keep their index.
    pub fn find(&self, (from, to): (&Value, &Value), how: Differ<'_>, keys: &DiffRules) -> Option<TrackedPath> {
        from.at(&self.path)?;
        let mut track = Track::new(&self.path, from, keys);
        let followed = track.path().map_or(0, |path| path.0.len());
        track.advance(from, to, how);
        let rest = &self.path.0[followed..];
        let whole = track.path().map(|path| Path([&path.0, rest].concat()));
        let here = whole.clone().filter(|path| to.at(path).is_some());
        let nearest = whole.unwrap_or_else(|| track.nearest());
        let there = (0..=nearest.0.len()).rev().find(|depth| to.at(&Path(nearest.0[..*depth].to_vec())).is_some());
        Some(TrackedPath {
            sought: self.clone(),
            here,
            nearest: Path(nearest.0[..there.unwrap_or(0)].to_vec()),
            name: ArrayKeys::of(keys).words(&self.path, from),
        })
    }
}

/// Finds one after the other. What cannot be read is passed over: it keeps its path.
pub(super) fn find(tenant: &Tenant, sought: &[Sought], chosen: &DiffRules, cancel: &Cancel) -> Vec<TrackedPath> {
    sought.iter().filter_map(|sought| find_one(tenant, sought, chosen, cancel).ok().flatten()).collect()
}

fn find_one(tenant: &Tenant, sought: &Sought, chosen: &DiffRules, cancel: &Cancel) -> Result<Option<TrackedPath>> {
    let (from, to) = (tenant.value_at(sought.from)?, tenant.value_at(sought.to)?);
    let keys = tenant.diff_rules(chosen);
    Ok(sought.find((&from, &to), Differ::new(&keys, cancel.flag()), &keys))
}
