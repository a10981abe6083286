//! The plain walk: every question answered by reading the value of each version.

use super::super::*;
use crate::diff::{DiffRules, Differ, Pair, Track};
use crate::record::Version;
use crate::recording::Tenant;
use crate::value::{Path, Step, Value};

pub type Change = (Version, Option<Value>, Option<Value>);

fn before(tenant: &Tenant, version: Version) -> Option<Version> {
    let history = tenant.history();
    history.lineage().seen_before(version).filter(|before| history.existing(*before).is_ok())
}

fn differs(old: Option<&Value>, new: Option<&Value>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => !old.identical(new),
        (old, new) => old.is_some() != new.is_some(),
    }
}

/// Every change of a part of the value of the last version of a course, newest first.
pub fn changes(course: &Course<'_>, path: &Path) -> Vec<Change> {
    let tenant = course.tenant();
    let last = course.last().unwrap();
    let (mut track, keys) = tenant.track(path, last, &DiffRules::default()).unwrap();
    let mut value = tenant.value_at(last).unwrap();
    let mut changes = Vec::new();
    for version in course.backward() {
        let older = before(tenant, version).filter(|before| before.0 > 0).map(|v| tenant.value_at(v).unwrap());
        let new = track.value(&value).cloned();
        if let Some(older) = &older {
            track.advance(&value, older, Differ::by(&keys));
        }
        let old = older.as_ref().and_then(|older| track.value(older)).cloned();
        if differs(old.as_ref(), new.as_ref()) {
            changes.push((version, old, new));
        }
        value = older.unwrap_or_default();
    }
    changes
}

/// The nearest change before or after a version.
pub fn nearest(tenant: &Tenant, path: &Path, from: Version, (way, of): (TimeDirection, Aspect)) -> Option<Change> {
    let (mut track, keys) = tenant.track(path, from, &DiffRules::default()).unwrap();
    let (mut at, mut value) = (from, tenant.value_at(from).unwrap());
    loop {
        let next = match way {
            TimeDirection::Back => before(tenant, at)?,
            TimeDirection::Forward => tenant.history().lineage().seen_after(at)?,
        };
        let other = tenant.value_at(next).unwrap();
        let here = track.value(&value).cloned();
        track.advance(&value, &other, Differ::by(&keys));
        let there = track.value(&other).cloned();
        let counts = match of {
            Aspect::Value => differs(here.as_ref(), there.as_ref()) && (way == TimeDirection::Forward || at != from),
            Aspect::Presence => here.is_some() != there.is_some(),
        };
        match way {
            TimeDirection::Back if counts => return Some((at, there, here)),
            TimeDirection::Forward if counts => return Some((next, here, there)),
            _ => (at, value) = (next, other),
        }
    }
}

/// Who wrote the part at a path into the value of a version, and the return that brought it back: the walk along the line.
pub fn blame(tenant: &Tenant, version: Version, path: &Path) -> (Option<Version>, Option<Version>) {
    let (_, keys) = tenant.track(path, version, &DiffRules::default()).unwrap();
    let (mut newer, mut value, mut here) = (version, tenant.value_at(version).unwrap(), path.clone());
    let mut brought_back_by = None;
    loop {
        let (parent, seen) = (tenant.history().lineage().parent(newer), tenant.history().lineage().seen_before(newer));
        let there = |version: Option<Version>| {
            version.filter(|version| version.0 > 0 && tenant.history().existing(*version).is_ok())
        };
        if parent != seen && brought_back_by.is_none() {
            let left = there(seen).map(|seen| tenant.value_at(seen).unwrap());
            let was = left.as_ref().map(|left| step_back(&here, left, &value, &keys).and_then(|path| left.at(&path)));
            let differs = was.is_some_and(|was| differs(was, value.at(&here)));
            brought_back_by = Some(newer).filter(|_| differs);
        }
        let Some(parent) = parent.filter(|parent| parent.0 > 0) else { return (Some(newer), brought_back_by) };
        let Some(parent) = there(Some(parent)) else { return (None, brought_back_by) };
        let older = tenant.value_at(parent).unwrap();
        match step_back(&here, &older, &value, &keys) {
            Some(before) if !differs(older.at(&before), value.at(&here)) => here = before,
            _ => return (Some(newer), brought_back_by),
        }
        (newer, value) = (parent, older);
    }
}

/// Where a part of the newer value was in the older one.
fn step_back(path: &Path, older: &Value, newer: &Value, keys: &DiffRules) -> Option<Path> {
    let (mut old, mut new) = (older, newer);
    let (mut way, mut before) = (Path::default(), Path::default());
    for step in &path.0 {
        let old_step = match (old, new, step) {
            (Value::Object(_), Value::Object(_), Step::Key(_)) => step.clone(),
            (Value::Array(_), Value::Array(_), Step::Index(at)) => {
                let (pairs, _) = Differ::by(keys).align(&way.0, old, new)?;
                pairs.into_iter().find_map(|pair| match pair {
                    Pair::Both(old, Step::Index(new)) | Pair::Moved(old, Step::Index(new)) => {
                        (new == *at).then_some(old)
                    }
                    _ => None,
                })?
            }
            _ => return None,
        };
        (old, new) = (old.child(&old_step)?, new.child(step)?);
        way.0.push(step.clone());
        before.0.push(old_step);
    }
    Some(before)
}

/// Whether the elements on a path are known by their names, so that returns can be compared by them.
pub fn is_named(tenant: &Tenant, version: Version, path: &Path) -> bool {
    let (track, _): (Track, _) = tenant.track(path, version, &DiffRules::default()).unwrap();
    track.path() == Some(path) && track.is_named()
}
