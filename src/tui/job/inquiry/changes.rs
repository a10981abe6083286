//! Every change of a part: backwards from the newest version in which its place is known, so that the newest are told first.

use super::{AnswerPart, ChangesOf, PartSender};
use crate::Result;
use crate::diff::{DiffRules, Differ};
use crate::questions::{Course, EmbeddedPath, PathChange, changes_of, embedded_changes_of};
use crate::record::Version;
use crate::recording::Tenant;
use crate::tui::job::Sought;
use crate::tui::task::Cancel;
use crate::value::{Path, Step};
use crate::view::path::{ArrayKeys, printed};
use crate::view::path_history::{ChangeRow, MOST_CHANGES};
use std::ops::ControlFlow;

/// Tells them, newest first.
pub(super) fn changes(
    tenant: &Tenant,
    of: &ChangesOf,
    chosen: &DiffRules,
    cancel: &Cancel,
    parts: &mut PartSender<'_>,
) -> Result<()> {
    if !of.embedded {
        return followed(tenant, of, chosen, cancel, parts);
    }
    parts.part(AnswerPart::Name(printed(&of.path)));
    let course = Course::new(tenant, of.first..=of.last).stopped_by(cancel.flag());
    let place = EmbeddedPath::new(&tenant.value_at(of.at)?, &of.path);
    embedded_changes_of(&course, &place, chosen, limited(parts))
}

/// Tells at most so many.
fn limited<'p>(parts: &'p mut PartSender<'_>) -> impl FnMut(PathChange) -> ControlFlow<()> + 'p {
    let mut left = MOST_CHANGES;
    move |change| {
        parts.change(ChangeRow::new(change.version, change.path, change.old.as_ref(), change.new.as_ref()));
        left -= 1;
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

fn followed(
    tenant: &Tenant,
    of: &ChangesOf,
    chosen: &DiffRules,
    cancel: &Cancel,
    parts: &mut PartSender<'_>,
) -> Result<()> {
    let (track, keys) = tenant.track(&of.path, of.at, chosen)?;
    // An array that names no elements is followed as a whole.
    let path = track.path().unwrap_or(&of.path).clone();
    parts.part(AnswerPart::Name(ArrayKeys::of(&keys).words(&path, &tenant.value_at(of.at)?)));
    let course = |first, last| Course::new(tenant, first..=last).stopped_by(cancel.flag());
    let whole = course(of.first, of.last);
    let Some(last) = whole.last() else { return Ok(()) };
    let (path, last) = if let Some(path) = place_in(tenant, (&path, of.at), last, chosen, cancel)? {
        (path, last)
    } else {
        later(tenant, &path, of, chosen, cancel, parts)?;
        (path, of.at)
    };
    changes_of(&course(of.first, last), &path, chosen, limited(parts))
}

/// Where a part of one version is in another; `None` where an element on its way is not there.
fn place_in(
    tenant: &Tenant,
    (path, from): (&Path, Version),
    to: Version,
    chosen: &DiffRules,
    cancel: &Cancel,
) -> Result<Option<Path>> {
    if from == to || path.0.iter().all(|step| matches!(step, Step::Key(_))) {
        return Ok(Some(path.clone()));
    }
    let (old, new) = (tenant.value_at(from)?, tenant.value_at(to)?);
    let keys = tenant.diff_rules(chosen);
    let sought = Sought { path: path.clone(), from, to };
    Ok(sought.find((&old, &new), Differ::new(&keys, cancel.flag()), &keys).and_then(|found| found.here))
}

/// The changes behind the version in which the place is known, where it is not known in the last one: an element that went.
fn later(
    tenant: &Tenant,
    path: &Path,
    of: &ChangesOf,
    chosen: &DiffRules,
    cancel: &Cancel,
    parts: &mut PartSender<'_>,
) -> Result<()> {
    let (mut track, keys) = tenant.track(path, of.at, chosen)?;
    let mut value = tenant.value_at(of.at)?;
    let mut found = Vec::new();
    let course = Course::new(tenant, Version(of.at.0 + 1)..=of.last).stopped_by(cancel.flag());
    for version in course.forward() {
        let next = tenant.value_at(version)?;
        let (before, old) = (track.nearest(), track.value(&value).cloned());
        track.advance(&value, &next, Differ::by(&keys));
        let new = track.value(&next);
        let same = match (&old, new) {
            (Some(old), Some(new)) => old.identical(new),
            (old, new) => old.is_some() == new.is_some(),
        };
        if !same {
            let here = if new.is_some() { track.nearest() } else { before };
            found.push(ChangeRow::new(version, here, old.as_ref(), new));
        }
        value = next;
    }
    found.into_iter().rev().filter(|change| change.version >= of.first).for_each(|change| parts.change(change));
    Ok(())
}
