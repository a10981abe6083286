//! Versions that were recorded though the recording had them already: the same file twice, or one that has grown.

use crate::Result;
use crate::history::History;
use crate::record::{TimeSource, Version};
use crate::recording::Tenant;

/// Versions just recorded that are those from `first` on, in the same order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Again {
    pub first: Version,
    pub versions: u64,
}

/// How many versions from the first on, and before the newest, what came may have begun with: a recording of millions is
/// appended to as fast as a short one.
const ENDS: u64 = 1024;

/// Of these, those that are like the first new version and are looked at further.
const MOST_PLACES: usize = 64;

/// Values that are compared, spread over the versions that look alike.
const VALUES: u64 = 64;

/// Fewer equal versions are an application that begins anew or changes to and fro, unless they are of the same times and all
/// that came.
const LEAST: u64 = 3;

impl Again {
    /// Looks whether the versions after `before` begin as earlier ones did. Labels, authors, sizes and recorded times are compared
    /// of all of them, values of some. `None` where there are none. O(new versions).
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn of(tenant: &Tenant, before: u64) -> Result<Option<Self>> {
        let history = tenant.history();
        let new = history.newest().0.saturating_sub(before);
        let looked_at = (1..=before.min(ENDS)).chain(before.saturating_sub(ENDS).max(ENDS) + 1..=before);
        let begins = looked_at.filter(|first| are_alike(&history, *first, before + 1)).take(MOST_PLACES);
        let mut longest: Option<Self> = None;
        for first in begins {
            // What begins later can be no longer than this.
            let most = new.min(before + 1 - first);
            if longest.is_some_and(|longest| longest.versions >= most) {
                break;
            }
            if equal_values(tenant, first, before + 1, 1)? == 0 {
                continue;
            }
            let alike = (0..most).take_while(|at| are_alike(&history, first + at, before + 1 + at)).count() as u64;
            let versions = equal_values(tenant, first, before + 1, alike)?;
            if longest.is_none_or(|longest| versions > longest.versions) {
                longest = Some(Self { first: Version(first), versions });
            }
        }
        let is_dated =
            history.info(Version(before + 1)).is_some_and(|info| info.time_source == Some(TimeSource::Recorded));
        Ok(longest.filter(|Self { versions, .. }| *versions >= LEAST || (*versions == new && is_dated)))
    }

    /// The last of the earlier versions.
    pub fn last(&self) -> Version {
        Version(self.first.0 + self.versions - 1)
    }
}

/// How many of so many versions from `a` on have the values of those from `b` on, as far as those looked at tell.
fn equal_values(tenant: &Tenant, a: u64, b: u64, versions: u64) -> Result<u64> {
    let steps = VALUES.min(versions);
    let places = (0..steps).map(|step| step * (versions - 1) / steps.saturating_sub(1).max(1));
    let mut equal = 0;
    for at in places {
        if tenant.value_at(Version(a + at))? != tenant.value_at(Version(b + at))? {
            return Ok(equal);
        }
        equal = at + 1;
    }
    Ok(equal)
}

/// Whether two versions may be the same one, recorded twice. When one arrived says nothing of that.
fn are_alike(history: &History, a: u64, b: u64) -> bool {
    let (Some(a), Some(b)) = (history.info(Version(a)), history.info(Version(b))) else { return false };
    let times_differ = [&a, &b].iter().all(|info| info.time_source == Some(TimeSource::Recorded)) && a.at != b.at;
    a.label == b.label && a.by == b.by && a.size == b.size && !times_differ
}
