//! When a value changed: walks what the application saw, version by version, until the value at a path differs.
//!
//! A rollback changes values as the application sees it, so the walk goes on behind it with what it left.
//!
//! Must not name: `app`, `pane`.

use crate::Result;
use crate::diff::{ArrayKeys, Differ, Track};
use crate::history::History;
use crate::record::Version;
use crate::recording::Tenant;
use crate::value::{Path, Value};
use crate::view::path::Keys;

/// Which way in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To the past.
    Back,
    /// To the future.
    Forward,
}

/// Which changes a scan looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    /// Of the value.
    Value,
    /// Whether anything is there.
    Presence,
}

/// What a scan came to. `path` says in words what was followed, elements by their names.
#[derive(Debug, Clone, PartialEq)]
pub enum Scanned {
    /// This version changed the value.
    Changed {
        /// Which.
        at: Version,
        /// What was followed.
        path: String,
        /// Where it is in that version, or what is left of the way to it.
        here: Path,
        /// The value before; `None` where there was none.
        old: Option<Value>,
        /// The value it made.
        new: Option<Value>,
    },
    /// No version that way did.
    Never {
        /// What was followed.
        path: String,
    },
    /// It was stopped here.
    Stopped(Version),
}

/// The nearest version before or after `from`, made by its branch, that changed the part at `path` in `from`, wherever the
/// elements on the way stand in other versions. Costs a seek a version, each from the one before; `stop` is asked at every
/// one.
///
/// # Errors
/// When a version cannot be read.
pub fn scan(
    tenant: &Tenant,
    (path, chosen): (&Path, &ArrayKeys),
    from: Version,
    (way, of): (Way, Aspect),
    stop: &dyn Fn() -> bool,
) -> Result<Scanned> {
    let (mut track, keys) = tenant.track(path, from, chosen, stop)?;
    let (mut at, mut whole) = (from, tenant.value_at(from)?);
    let name = Keys::of(&keys).words(track.path().unwrap_or(path), &whole);
    loop {
        let next = match way {
            Way::Back => seen_before(&tenant.history(), at),
            Way::Forward => tenant.history().seen_after(at),
        };
        let Some(next) = next else { return Ok(Scanned::Never { path: name }) };
        if stop() {
            return Ok(Scanned::Stopped(at));
        }
        let other = tenant.value_at(next)?;
        let before = track.clone();
        track.advance(&whole, &other, Differ::by(&keys));
        let (here, there) = (before.value(&whole), track.value(&other));
        let differs = match of {
            Aspect::Value => here != there,
            Aspect::Presence => here.is_some() != there.is_some(),
        };
        if differs {
            let changed = |at, way: &Track, old: Option<&Value>, new: Option<&Value>| Scanned::Changed {
                at,
                path: name.clone(),
                here: way.nearest(),
                old: old.cloned(),
                new: new.cloned(),
            };
            match way {
                // The version that is left behind made the value; a change by the one the scan began at does not count.
                Way::Back if at != from || of == Aspect::Presence => return Ok(changed(at, &before, there, here)),
                Way::Back => {}
                Way::Forward => return Ok(changed(next, &track, here, there)),
            }
        }
        (at, whole) = (next, other);
    }
}

/// Before what compaction left, nothing can be read.
fn seen_before(history: &History, version: Version) -> Option<Version> {
    history.seen_before(version).filter(|before| before.0 == 0 || *before >= history.first())
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
        let found = match scan(&tenant, (&path, &ArrayKeys::default()), Version(from), (way, Aspect::Value), &|| false)
            .unwrap()
        {
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
        let found = |from, way| match scan(
            &tenant,
            (&path, &ArrayKeys::default()),
            Version(from),
            (way, Aspect::Value),
            &|| false,
        )
        .unwrap()
        {
            Scanned::Changed { at, .. } => Some(at.0),
            _ => None,
        };
        assert_eq!([found(1, Way::Forward), found(2, Way::Forward), found(4, Way::Forward)], [Some(2), Some(4), None]);
        assert_eq!([found(4, Way::Back), found(2, Way::Back), found(1, Way::Back)], [Some(2), Some(1), None]);
    }

    #[test]
    fn a_scan_stops_when_told() {
        let (_, tenant) = recorded(&["1", "1", "1"]);
        let stopped =
            scan(&tenant, (&Path::default(), &ArrayKeys::default()), Version(3), (Way::Back, Aspect::Value), &|| true)
                .unwrap();
        assert_eq!(stopped, Scanned::Stopped(Version(3)));
    }

    /// Elements by `id`, from the first state on, in which two are there; some come, go, move, are renamed and return.
    const LISTS: [&[&str]; 5] = [
        &[
            r#"{"items":[{"id":"a","v":1},{"id":"b","v":2}]}"#,
            r#"{"items":[{"id":"x","v":0},{"id":"a","v":1},{"id":"b","v":2}]}"#,
            r#"{"items":[{"id":"x","v":0},{"id":"a","v":1},{"id":"b","v":3}]}"#,
        ],
        &[
            r#"{"items":[]}"#,
            r#"{"items":[{"id":"a","v":1}]}"#,
            r#"{"items":[{"id":"b","v":5},{"id":"a","v":1}]}"#,
            r#"{"items":[{"id":"b","v":5}]}"#,
            r#"{"items":[{"id":"c","v":7},{"id":"b","v":5}]}"#,
            r#"{"items":[{"id":"c","v":7},{"id":"b","v":5},{"id":"a","v":1}]}"#,
            r#"{"items":[{"id":"a","v":2},{"id":"b","v":5}]}"#,
        ],
        &[
            r#"{"items":[{"id":7,"v":1},{"id":8,"v":1},{"v":1}]}"#,
            r#"{"items":[{"id":8,"v":1},{"id":7,"v":1},{"v":1}]}"#,
            r#"{"items":[{"id":8,"v":1},{"id":7,"v":2},{"v":1}]}"#,
            r#"{"items":[{"id":9,"v":1},{"id":7,"v":2}]}"#,
            "null",
            r#"{"items":[{"id":7,"v":2},{"id":8,"v":1}]}"#,
        ],
        &[
            r#"{"items":[{"id":1,"name":"x","v":1},{"id":2,"name":"y","v":1}]}"#,
            r#"{"items":[{"id":1,"name":"y","v":1},{"id":2,"name":"x","v":1}]}"#,
            r#"{"items":[{"id":2,"name":"x","v":2},{"id":1,"name":"y","v":1}]}"#,
        ],
        &[
            r#"{"items":[{"id":"a","v":[1]},{"id":"b","v":[2]},7]}"#,
            r#"{"items":[7,{"id":"b","v":[2,3]},{"id":"a","v":[1]}]}"#,
            r#"{"items":[7,8,{"id":"b","v":[3,2]},{"id":"a"}]}"#,
        ],
    ];

    /// What an element's `v` is in a state, by a plain look.
    fn plain(state: &str, id: &serde_json::Value) -> Option<serde_json::Value> {
        let state: serde_json::Value = serde_json::from_str(state).unwrap();
        state["items"].as_array()?.iter().find(|element| element["id"] == *id)?.get("v").cloned()
    }

    fn found(scanned: Scanned) -> Option<(u64, Option<String>, Option<String>)> {
        match scanned {
            Scanned::Changed { at, old, new, .. } => {
                Some((at.0, old.map(|old| old.to_json()), new.map(|new| new.to_json())))
            }
            _ => None,
        }
    }

    #[test]
    fn an_element_is_followed_by_its_name_wherever_it_stands() {
        for states in LISTS {
            let (_, tenant) = recorded(states);
            for (at, state) in states.iter().enumerate() {
                let parsed: serde_json::Value = serde_json::from_str(state).unwrap();
                let ids = parsed["items"].as_array().into_iter().flatten().enumerate();
                for (index, id) in ids.filter_map(|(index, element)| Some((index, element.get("id")?))) {
                    let text =
                        |at: usize| at.checked_sub(1).and_then(|at| plain(states[at], id)).map(|v| v.to_string());
                    let change = |at: usize| (text(at - 1) != text(at)).then(|| (at as u64, text(at - 1), text(at)));
                    let (back, forward) = ((1..=at).rev().find_map(change), (at + 2..=states.len()).find_map(change));
                    let path = Path(vec![Step::Key("items".into()), Step::Index(index), Step::Key("v".into())]);
                    let scan = |way| {
                        let keys = ArrayKeys::default();
                        found(
                            scan(&tenant, (&path, &keys), Version(at as u64 + 1), (way, Aspect::Value), &|| false)
                                .unwrap(),
                        )
                    };
                    // What made the value at the cursor does not count.
                    assert_eq!(scan(Way::Back), back, "{id} back from #{} of {states:?}", at + 1);
                    assert_eq!(scan(Way::Forward), forward, "{id} on from #{} of {states:?}", at + 1);
                }
            }
        }
    }

    #[test]
    fn an_array_that_names_no_elements_is_followed_as_a_whole() {
        for (states, path) in [
            (["[1,2,3]", "[9,1,2,3]", "[9,1,2,3]"], Path(vec![Step::Index(1)])),
            (
                [r#"[{"v":1},{"v":2}]"#, r#"[{"v":0},{"v":1},{"v":2}]"#, r#"[{"v":0},{"v":1},{"v":2}]"#],
                Path(vec![Step::Index(1), Step::Key("v".into())]),
            ),
        ] {
            let (_, tenant) = recorded(&states);
            let keys = ArrayKeys::default();
            match scan(&tenant, (&path, &keys), Version(3), (Way::Back, Aspect::Value), &|| false).unwrap() {
                Scanned::Changed { at, path, .. } => assert_eq!((at, &*path), (Version(2), ".")),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_chosen_field_is_what_elements_are_followed_by() {
        let (_, tenant) = recorded(LISTS[3]);
        let path = Path(vec![Step::Key("items".into()), Step::Index(0), Step::Key("id".into())]);
        let mut keys = ArrayKeys::default();
        keys.choose(&path.0[..1], Some(crate::diff::ArrayKey::Field("name".into())));
        let scanned = scan(&tenant, (&path, &keys), Version(1), (Way::Forward, Aspect::Value), &|| false).unwrap();
        assert_eq!(found(scanned), Some((2, Some("1".into()), Some("2".into()))));
    }
}
