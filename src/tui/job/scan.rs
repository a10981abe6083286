//! When a value changed: walks what the application saw, version by version, until the value at a path differs.
//!
//! A rollback changes values as the application sees it, so the walk goes on behind it with what it left.
//!
//! Must not name: `app`, `pane`.

use crate::Result;
use crate::history::History;
use crate::record::Version;
use crate::recording::Tenant;
use crate::value::{Path, Value};

/// Which way in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To the past.
    Back,
    /// To the future.
    Forward,
}

/// What a scan came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Scanned {
    /// This version changed the value.
    Changed {
        /// Which.
        at: Version,
        /// The value before; `None` where there was none.
        old: Option<Value>,
        /// The value it made.
        new: Option<Value>,
    },
    /// No version that way did.
    Never,
    /// It was stopped here.
    Stopped(Version),
}

/// The nearest version before or after `from`, made by its branch, that changed the value at `path`. Costs a seek a version,
/// each from the one before; `stop` is asked at every one.
///
/// # Errors
/// When a version cannot be read.
pub fn scan(tenant: &Tenant, path: &Path, from: Version, way: Way, stop: &dyn Fn() -> bool) -> Result<Scanned> {
    let mut at = from;
    let mut whole = tenant.value_at(at)?;
    loop {
        let next = match way {
            Way::Back => seen_before(&tenant.history(), at),
            Way::Forward => tenant.history().seen_after(at),
        };
        let Some(next) = next else { return Ok(Scanned::Never) };
        if stop() {
            return Ok(Scanned::Stopped(at));
        }
        let other = tenant.value_at(next)?;
        let (here, there) = (whole.at(path), other.at(path));
        match way {
            // The version that is left behind made the value; the one the scan began at does not count.
            Way::Back if here != there && at != from => return Ok(changed(at, there, here)),
            Way::Forward if here != there => return Ok(changed(next, here, there)),
            _ => (at, whole) = (next, other),
        }
    }
}

/// Before what compaction left, nothing can be read.
fn seen_before(history: &History, version: Version) -> Option<Version> {
    history.seen_before(version).filter(|before| before.0 == 0 || *before >= history.first())
}

fn changed(at: Version, old: Option<&Value>, new: Option<&Value>) -> Scanned {
    Scanned::Changed { at, old: old.cloned(), new: new.cloned() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot be set up should fail")]
mod tests {
    use super::*;
    use crate::tui::tests::harness::recorded;
    use crate::value::Step;

    #[track_caller]
    fn check(from: u64, way: Way, expected: Option<u64>) {
        let states = [r#"{"a":1,"b":0}"#, r#"{"a":1,"b":1}"#, r#"{"a":2,"b":1}"#, r#"{"a":2,"b":2}"#, r#"{"b":2}"#];
        let (_, tenant) = recorded(&states);
        let path = Path(vec![Step::Key("a".into())]);
        let found = match scan(&tenant, &path, Version(from), way, &|| false).unwrap() {
            Scanned::Changed { at, .. } => Some(at.0),
            _ => None,
        };
        assert_eq!(found, expected, "from #{from} {way:?}");
    }

    #[test]
    fn every_change_is_found_from_both_sides() {
        check(5, Way::Back, Some(3));
        check(4, Way::Back, Some(3));
        check(3, Way::Back, Some(1));
        check(1, Way::Back, None);
        check(0, Way::Forward, Some(1));
        check(1, Way::Forward, Some(3));
        check(3, Way::Forward, Some(5));
        check(5, Way::Forward, None);
    }

    #[test]
    fn a_rollback_changes_values_and_what_it_left_did_too() {
        let (_, tenant) = recorded(&[r#"{"a":1}"#, r#"{"a":2}"#, r#"{"a":2,"b":0}"#]);
        tenant.rollback(&crate::history::Strategy::Version(Version(1)), "").unwrap();
        let path = Path(vec![Step::Key("a".into())]);
        let found = |from, way| match scan(&tenant, &path, Version(from), way, &|| false).unwrap() {
            Scanned::Changed { at, .. } => Some(at.0),
            _ => None,
        };
        assert_eq!([found(1, Way::Forward), found(2, Way::Forward), found(4, Way::Forward)], [Some(2), Some(4), None]);
        assert_eq!([found(4, Way::Back), found(2, Way::Back), found(1, Way::Back)], [Some(2), Some(1), None]);
    }

    #[test]
    fn a_scan_stops_when_told() {
        let (_, tenant) = recorded(&["1", "1", "1"]);
        let stopped = scan(&tenant, &Path::default(), Version(3), Way::Back, &|| true).unwrap();
        assert_eq!(stopped, Scanned::Stopped(Version(3)));
    }
}
