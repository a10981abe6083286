//! Who wrote each leaf last.
//!
//! Walks the line of a version back and compares neighbours, only on the way to the leaves whose writer is not known yet.
//! A rollback continues the line of its target, so what it brought back is blamed on who wrote it first.

use crate::Result;
use crate::diff::{ArrayKeys, Differ, Pair};
use crate::record::Version;
use crate::recording::Tenant;
use crate::value::{Path, Step, Value};

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

/// A part of the value with leaves whose writer is not known.
struct Part {
    /// The step to it in the older value come to.
    step: Step,
    below: Below,
}

enum Below {
    Leaf(usize),
    Parts(Vec<Part>),
}

/// The writer of every leaf at or below a path into the value of a version, in the order of the value; an empty container is a
/// leaf. O(versions of the line back to the oldest writer), and what differs on the way to leaves not known yet.
///
/// # Errors
/// When there is no such version, or the log cannot be read.
pub fn blame(tenant: &Tenant, version: Version, path: &Path, chosen: &ArrayKeys) -> Result<Vec<Blame>> {
    let value = tenant.value_at(version)?;
    let (_, keys) = tenant.track(path, version, chosen, &|| false)?;
    let mut leaves = Vec::new();
    let Some(root) = value.at(path).map(|part| parts(part, path, &mut leaves)) else { return Ok(Vec::new()) };
    // The way down to the part asked about.
    let all = path.0.iter().rev().fold(root, |below, step| Below::Parts(vec![Part { step: step.clone(), below }]));
    walk(tenant, (version, value), all, &mut leaves, &keys, &|| false)?;
    Ok(leaves)
}

/// The writer of each part of the value of a version, each taken as a whole: of a container, who changed anything in it last.
/// Paths that are not there, or lie below another one, are left out. `None` when stopped. Costs as [`blame`].
///
/// # Errors
/// When there is no such version, or the log cannot be read.
pub fn blame_of(
    tenant: &Tenant,
    version: Version,
    paths: &[Path],
    chosen: &ArrayKeys,
    stop: &dyn Fn() -> bool,
) -> Result<Option<Vec<Blame>>> {
    let value = tenant.value_at(version)?;
    let (mut leaves, mut root) = (Vec::new(), None);
    let mut keys = chosen.clone();
    for path in paths.iter().filter(|path| value.at(path).is_some()) {
        keys = tenant.track(path, version, chosen, stop)?.1;
        add(&mut root, path, &mut leaves);
    }
    let Some(root) = root else { return Ok(Some(leaves)) };
    let is_whole = walk(tenant, (version, value), root, &mut leaves, &keys, stop)?;
    Ok(is_whole.then_some(leaves))
}

/// Adds the leaf at a path, unless it is below one that is there.
fn add(root: &mut Option<Below>, path: &Path, leaves: &mut Vec<Blame>) {
    let mut here = root.get_or_insert_with(|| Below::Parts(Vec::new()));
    for step in &path.0 {
        let Below::Parts(parts) = here else { return };
        let at = parts.iter().position(|part| part.step == *step).unwrap_or_else(|| {
            parts.push(Part { step: step.clone(), below: Below::Parts(Vec::new()) });
            parts.len() - 1
        });
        here = &mut parts[at].below;
    }
    if let Below::Parts(parts) = here
        && parts.is_empty()
    {
        leaves.push(Blame { path: path.clone(), version: None, brought_back_by: None });
        *here = Below::Leaf(leaves.len() - 1);
    }
}

/// Walks back to the writers of the leaves; whether it came to the end.
fn walk(
    tenant: &Tenant,
    (version, mut value): (Version, Value),
    mut all: Below,
    leaves: &mut [Blame],
    keys: &ArrayKeys,
    stop: &dyn Fn() -> bool,
) -> Result<bool> {
    let (mut newer, mut returns) = (version, Vec::new());
    loop {
        if stop() {
            return Ok(false);
        }
        let (parent, seen) = {
            let history = tenant.history();
            (history.parent(newer), history.seen_before(newer))
        };
        if parent != seen {
            returns.push(newer);
        }
        let Some(parent) = parent.filter(|parent| parent.0 > 0) else {
            settle(&all, newer, leaves);
            break;
        };
        if tenant.history().existing(parent).is_err() {
            break;
        }
        let older = tenant.value_at(parent)?;
        let rest = step_back(all, (&mut Path::default(), &older, &value), Differ::by(keys), &mut |below| {
            settle(below, newer, leaves);
        });
        let Some(rest) = rest else { break };
        (all, value, newer) = (rest, older, parent);
    }
    bring_back(tenant, &returns, leaves)?;
    Ok(true)
}

fn parts(value: &Value, path: &Path, leaves: &mut Vec<Blame>) -> Below {
    let mut below = |steps: &mut dyn Iterator<Item = (Step, &Value)>| {
        Below::Parts(
            steps.map(|(step, inner)| Part { below: parts(inner, &path.join(step.clone()), leaves), step }).collect(),
        )
    };
    match value {
        Value::Array(array) if !array.is_empty() => {
            below(&mut array.iter().enumerate().map(|(at, inner)| (Step::Index(at), inner)))
        }
        Value::Object(object) if !object.is_empty() => {
            below(&mut object.iter().map(|(key, inner)| (Step::Key(key.clone()), inner)))
        }
        _ => {
            leaves.push(Blame { path: path.clone(), version: None, brought_back_by: None });
            Below::Leaf(leaves.len() - 1)
        }
    }
}

fn settle(below: &Below, version: Version, leaves: &mut [Blame]) {
    match below {
        Below::Leaf(leaf) => leaves[*leaf].version = Some(version),
        Below::Parts(parts) => parts.iter().for_each(|part| settle(&part.below, version, leaves)),
    }
}

/// What is as it was in the older value, with the steps into that; the rest is given to `written`.
fn step_back(
    below: Below,
    (path, older, newer): (&mut Path, &Value, &Value),
    how: Differ<'_>,
    written: &mut dyn FnMut(&Below),
) -> Option<Below> {
    if older.same(newer) {
        return Some(below);
    }
    let parts = match below {
        Below::Leaf(_) if older.identical(newer) => return Some(below),
        Below::Leaf(_) => {
            written(&below);
            return None;
        }
        Below::Parts(parts) => parts,
    };
    let is_one_kind =
        matches!((older, newer), (Value::Array(_), Value::Array(_)) | (Value::Object(_), Value::Object(_)));
    let before = if is_one_kind { steps_before(path, older, newer, how) } else { Vec::new() };
    let mut kept = Vec::new();
    for part in parts {
        let old_step = match (&part.step, is_one_kind) {
            (_, false) => None,
            (Step::Key(_), true) => older.child(&part.step).map(|_| part.step.clone()),
            (Step::Index(at), true) => before.get(*at).copied().flatten().map(Step::Index),
        };
        let sides = old_step.as_ref().and_then(|step| Some((older.child(step)?, newer.child(&part.step)?)));
        let (Some(step), Some((old, new))) = (old_step, sides) else {
            written(&part.below);
            continue;
        };
        path.0.push(part.step);
        let rest = step_back(part.below, (path, old, new), how, written);
        path.0.pop();
        kept.extend(rest.map(|below| Part { step, below }));
    }
    (!kept.is_empty()).then_some(Below::Parts(kept))
}

/// Where each element of the newer array was in the older one.
fn steps_before(path: &Path, older: &Value, newer: &Value, how: Differ<'_>) -> Vec<Option<usize>> {
    let Value::Array(array) = newer else { return Vec::new() };
    let mut before = vec![None; array.len()];
    let pairs = how.align(&path.0, older, newer).map(|(pairs, _)| pairs).unwrap_or_default();
    for pair in pairs {
        if let Pair::Both(Step::Index(old), Step::Index(new)) | Pair::Moved(Step::Index(old), Step::Index(new)) = pair
            && let Some(place) = before.get_mut(new)
        {
            *place = Some(old);
        }
    }
    before
}

/// Names the newest return on the line behind each writer that changed the leaf back to what it is.
fn bring_back(tenant: &Tenant, returns: &[Version], leaves: &mut [Blame]) -> Result<()> {
    for &back in returns {
        let seen = tenant.history().seen_before(back).filter(|seen| tenant.history().existing(*seen).is_ok());
        let Some(seen) = seen else { continue };
        let (left, now) = (tenant.value_at(seen)?, tenant.value_at(back)?);
        for leaf in leaves.iter_mut().filter(|leaf| leaf.brought_back_by.is_none()) {
            let was = leaf.version.is_none_or(|version| version < back);
            let differs = match (left.at(&leaf.path), now.at(&leaf.path)) {
                (Some(left), Some(now)) => !left.identical(now),
                (left, now) => left.is_some() != now.is_some(),
            };
            if was && differs {
                leaf.brought_back_by = Some(back);
            }
        }
    }
    Ok(())
}
