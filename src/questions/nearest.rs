//! The nearest change of a part of the value, before or after a version.

use super::changes::{PathChange, differs};
use super::leaf::Leaf;
use crate::diff::{DiffRules, Differ, Track};
use crate::index::{IndexedPath, PathIndex};
use crate::record::Version;
use crate::recording::Tenant;
use crate::value::{Path, Value};
use crate::{Error, Result};
use std::ops::ControlFlow;

/// Which way in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeDirection {
    /// To the past.
    Back,
    /// To the future.
    Forward,
}

/// Which changes are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    /// Of the value.
    Value,
    /// Whether anything is there.
    Presence,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub enum Nearest {
    Changed(PathChange),
    /// No version that way changed it.
    Never,
    /// It was stopped; up to this version there is none.
    Stopped(Version),
}

/// The nearest version before or after `from` that changed the part at a path into the value of `from`, wherever the elements
/// on the way stand in other versions. To the past it follows what the application saw before, into the branch that this
/// one was forked from; what `from` itself changed counts for presence only. To the future it follows the branch of `from`.
/// O(log n) and reading two values for each version that touched the part, or the array that answers for it; `stop` is
/// asked at each.
///
/// # Errors
/// When a version cannot be read.
pub fn change_near(
    tenant: &Tenant,
    (path, chosen): (&Path, &DiffRules),
    from: Version,
    (way, of): (TimeDirection, Aspect),
    stop: &dyn Fn() -> bool,
) -> Result<Nearest> {
    let tell = &mut |_| if stop() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let paths = match tenant.paths(tell) {
        Err(Error::Interrupted) => return Ok(Nearest::Stopped(from)),
        paths => paths?,
    };
    tenant.history().existing(from)?;
    // Below objects neither the value of `from` nor what names elements has to be known.
    let keys = tenant.diff_rules(chosen);
    let mut leaf = Leaf::new(tenant, &paths, path);
    let follow = || FollowedPart::new(tenant, (path, chosen), from);
    let mut followed = if leaf.is_some() { None } else { Some(follow()?) };
    let found = match (&leaf, &followed) {
        (Some(leaf), _) => leaf.found().clone(),
        (_, Some(followed)) => paths.find(path, &followed.value, &followed.keys),
        (None, None) => IndexedPath::root(),
    };
    let touches = PartTouches { paths: &paths, path: found, tenant };
    let mut next = match (way, of) {
        (TimeDirection::Back, Aspect::Presence) => touches.before_or_at(from),
        (TimeDirection::Back, Aspect::Value) => touches.before(from),
        (TimeDirection::Forward, _) => touches.after(from),
    };
    let mut reached = from;
    while let Some(version) = next {
        if stop() {
            return Ok(Nearest::Stopped(reached));
        }
        let change = match leaf.as_mut().and_then(|leaf| leaf.change(version)) {
            Some((old, new)) => Some(PathChange { version, path: path.clone(), old, new }),
            None => match &mut followed {
                Some(followed) => followed.change(version, way)?,
                None => followed.insert(follow()?).change(version, way)?,
            },
        };
        let Some(change) = change else { break };
        let is_of_it = of == Aspect::Value || change.old.is_some() != change.new.is_some();
        let is_it = is_of_it && differs(&change, &keys);
        if is_it {
            return Ok(Nearest::Changed(change));
        }
        reached = version;
        next = match way {
            TimeDirection::Back => touches.before(version),
            TimeDirection::Forward => touches.after(version),
        };
    }
    Ok(Nearest::Never)
}

/// The versions that touched the part, along what a branch went through.
struct PartTouches<'t> {
    paths: &'t PathIndex,
    path: IndexedPath,
    tenant: &'t Tenant,
}

impl PartTouches<'_> {
    fn before(&self, version: Version) -> Option<Version> {
        let before = self.tenant.history().lineage().seen_before(version)?;
        self.before_or_at(before)
    }

    /// Of the branch that made a version up to that, else of the one it was forked from.
    fn before_or_at(&self, version: Version) -> Option<Version> {
        let history = self.tenant.history();
        let mut end = version;
        while end.0 > 0 {
            let branch = history.lineage().made_by(end);
            let course = history.course(Some(branch), history.first()..=end);
            let found = course.iter().rev().find_map(|stretch| {
                let last = self.paths.last_up_to(&self.path, Version(*stretch.end()))?;
                (last.0 >= *stretch.start()).then_some(last)
            });
            let first = course.first().map(|stretch| Version(*stretch.start()));
            match (found, first) {
                (None, Some(first)) => end = history.lineage().seen_before(first).unwrap_or_default(),
                (found, _) => return found,
            }
        }
        None
    }

    fn after(&self, version: Version) -> Option<Version> {
        let history = self.tenant.history();
        let branch = history.lineage().made_by(version);
        let course = history.course(Some(branch), Version(version.0.saturating_add(1))..=history.newest());
        course.iter().find_map(|stretch| {
            let first = self.paths.first_from(&self.path, Version(*stretch.start()))?;
            (first.0 <= *stretch.end()).then_some(first)
        })
    }
}

/// The part, in the value come to.
struct FollowedPart<'t> {
    tenant: &'t Tenant,
    keys: DiffRules,
    track: Track,
    value: Value,
}

impl<'t> FollowedPart<'t> {
    fn new(tenant: &'t Tenant, (path, chosen): (&Path, &DiffRules), from: Version) -> Result<Self> {
        let (track, keys) = tenant.track(path, from, chosen)?;
        Ok(Self { tenant, keys, track, value: tenant.value_at(from)? })
    }

    /// What a version made of it; `None` where what was before cannot be read any more. To the past it comes to what was
    /// before, to the future to the version.
    fn change(&mut self, version: Version, way: TimeDirection) -> Result<Option<PathChange>> {
        let before = {
            let history = self.tenant.history();
            history.lineage().seen_before(version).filter(|before| history.existing(*before).is_ok())
        };
        let Some(before) = before else { return Ok(None) };
        let (old, new) = (self.tenant.value_at(before)?, self.tenant.value_at(version)?);
        let (first, second) = if way == TimeDirection::Back { (&new, &old) } else { (&old, &new) };
        self.advance(first);
        let (near, near_path) = (self.track.value(first).cloned(), self.track.nearest());
        self.advance(second);
        let (far, far_path) = (self.track.value(second).cloned(), self.track.nearest());
        Ok(Some(match way {
            TimeDirection::Back => PathChange { version, path: near_path, old: far, new: near },
            TimeDirection::Forward => PathChange { version, path: far_path, old: near, new: far },
        }))
    }

    fn advance(&mut self, to: &Value) {
        self.track.advance(&self.value, to, Differ::by(&self.keys));
        self.value = to.clone();
    }
}
