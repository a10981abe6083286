//! Every change of the value at one path, its element followed through its array.

use super::course::Course;
use super::leaf::Leaf;
use crate::Result;
use crate::diff::{DiffRules, Differ};
use crate::record::Version;
use crate::value::{Path, Value};
use std::ops::ControlFlow;

/// One change of a part of the value.
#[derive(Debug, Clone, PartialEq)]
pub struct PathChange {
    /// The version that made it.
    pub version: Version,
    /// Where the part is in that version; where it was, for one that this removed.
    pub path: Path,
    /// What was there before; `None` where nothing was.
    pub old: Option<Value>,
    /// What is there now; `None` where nothing is.
    pub new: Option<Value>,
}

/// Gives every change of the part at a path into the value of the last version to `each`, newest first, until that breaks
/// off. An element of an array is followed by the field that names the elements of its array; a container changes with
/// whatever is below it that is not ignored. O(log n) and reading two values for each version that touched the part, or the array that answers
/// for it.
///
/// # Errors
/// When the log cannot be read.
pub fn changes_of(
    course: &Course<'_>,
    path: &Path,
    chosen: &DiffRules,
    mut each: impl FnMut(PathChange) -> ControlFlow<()>,
) -> Result<()> {
    let Some(last) = course.last() else { return Ok(()) };
    let tenant = course.tenant();
    let paths = match course.paths(&|| false) {
        Err(_) if course.is_stopped() => return Ok(()),
        paths => paths?,
    };
    let (mut track, keys) = tenant.track(path, last, chosen)?;
    let mut value = tenant.value_at(last)?;
    let touches = paths.find(path, &value, &keys);
    let mut leaf = Leaf::new(tenant, &paths, path);
    for version in course.backward_of(|stretch| paths.backward(&touches, stretch)) {
        if let Some((old, new)) = leaf.as_mut().and_then(|leaf| leaf.change(version)) {
            let change = PathChange { version, path: path.clone(), old, new };
            if differs(&change, &keys) && each(change).is_break() {
                break;
            }
            continue;
        }
        let now = tenant.value_at(version)?;
        track.advance(&value, &now, Differ::by(&keys));
        let before = course.value_before(version)?;
        let here = track.nearest();
        let new = track.value(&now).cloned();
        if let Some(before) = &before {
            track.advance(&now, before, Differ::by(&keys));
        }
        let old = before.as_ref().and_then(|before| track.value(before)).cloned();
        let path = if new.is_some() { here } else { track.nearest() };
        let change = PathChange { version, path, old, new };
        if differs(&change, &keys) && each(change).is_break() {
            break;
        }
        value = before.unwrap_or_default();
    }
    Ok(())
}

/// Whether something that is not ignored is another: a digit more is a change.
pub(super) fn differs(change: &PathChange, keys: &DiffRules) -> bool {
    Differ::by(keys).differ(&change.path, change.old.as_ref(), change.new.as_ref())
}
