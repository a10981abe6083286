//! When a value changed, for the screen.
//!
//! Must not name: `app`, `pane`.

use crate::Result;
use crate::diff::DiffRules;
use crate::questions::{Nearest, PathChange, change_near, embedded_change_near};
use crate::record::Version;
use crate::recording::Tenant;
use crate::value::{Path, Value};
use crate::view::path::{ArrayKeys, printed};

pub use crate::questions::{Aspect, TimeDirection};

/// What a scan came to. `path` says in words what was followed, elements by their names.
#[derive(Debug, Clone, PartialEq)]
pub enum Scanned {
    /// This version changed the value.
    Changed {
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

/// The [nearest change](change_near), its path in words.
///
/// # Errors
/// When a version cannot be read.
pub fn scan(
    tenant: &Tenant,
    (path, chosen): (&Path, &DiffRules),
    from: Version,
    (way, of): (TimeDirection, Aspect),
    stop: &dyn Fn() -> bool,
) -> Result<Scanned> {
    let nearest = change_near(tenant, (path, chosen), from, (way, of), stop)?;
    let (track, keys) = tenant.track(path, from, chosen)?;
    let path = ArrayKeys::of(&keys).words(track.path().unwrap_or(path), &tenant.value_at(from)?);
    Ok(match nearest {
        Nearest::Changed(PathChange { version: at, path: here, old, new }) => {
            Scanned::Changed { at, path, here, old, new }
        }
        Nearest::Never => Scanned::Never { path },
        Nearest::Stopped(at) => Scanned::Stopped(at),
    })
}

/// The same with the JSON in strings opened.
///
/// # Errors
/// When a version cannot be read.
pub fn scan_embedded(
    tenant: &Tenant,
    (path, rules): (&Path, &DiffRules),
    from: Version,
    way: TimeDirection,
    stop: &dyn Fn() -> bool,
) -> Result<Scanned> {
    let words = printed(path);
    Ok(match embedded_change_near(tenant, (path, rules), from, way, stop)? {
        Nearest::Changed(PathChange { version: at, path: here, old, new }) => {
            Scanned::Changed { at, path: words, here, old, new }
        }
        Nearest::Never => Scanned::Never { path: words },
        Nearest::Stopped(at) => Scanned::Stopped(at),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot be set up should fail")]
mod tests {
    use super::*;
    use crate::tui::tests::harness::recorded;
    use crate::value::Step;

    #[track_caller]
    fn check(from: u64, way: TimeDirection, expected: Option<u64>) {
        let states = [r#"{"a":1,"b":0}"#, r#"{"a":1,"b":1}"#, r#"{"a":2,"b":1}"#, r#"{"a":2,"b":2}"#, r#"{"b":2}"#];
        let (_, tenant) = recorded(&states);
        let path = Path(vec![Step::Key("a".into())]);
        let found = match scan(&tenant, (&path, &DiffRules::default()), Version(from), (way, Aspect::Value), &|| false)
            .unwrap()
        {
            Scanned::Changed { at, .. } => Some(at.0),
            _ => None,
        };
        assert_eq!(found, expected, "from #{from} {way:?}");
    }

    #[test]
    fn every_change_is_found_from_both_sides() {
        check(5, TimeDirection::Back, Some(3));
        check(4, TimeDirection::Back, Some(3));
        check(3, TimeDirection::Back, Some(1));
        check(1, TimeDirection::Back, None);
        check(0, TimeDirection::Forward, Some(1));
        check(1, TimeDirection::Forward, Some(3));
        check(3, TimeDirection::Forward, Some(5));
        check(5, TimeDirection::Forward, None);
    }

    #[test]
    fn a_rollback_changes_values_and_what_it_left_did_too() {
        let (_, tenant) = recorded(&[r#"{"a":1}"#, r#"{"a":2}"#, r#"{"a":2,"b":0}"#]);
        tenant.rollback(&crate::history::Strategy::Version(Version(1)), "").unwrap();
        let path = Path(vec![Step::Key("a".into())]);
        let found = |from, way| match scan(
            &tenant,
            (&path, &DiffRules::default()),
            Version(from),
            (way, Aspect::Value),
            &|| false,
        )
        .unwrap()
        {
            Scanned::Changed { at, .. } => Some(at.0),
            _ => None,
        };
        assert_eq!(
            [found(1, TimeDirection::Forward), found(2, TimeDirection::Forward), found(4, TimeDirection::Forward)],
            [Some(2), Some(4), None]
        );
        assert_eq!(
            [found(4, TimeDirection::Back), found(2, TimeDirection::Back), found(1, TimeDirection::Back)],
            [Some(2), Some(1), None]
        );
    }

    #[test]
    fn a_scan_stops_when_told() {
        let (_, tenant) = recorded(&["1", "1", "1"]);
        let stopped = scan(
            &tenant,
            (&Path::default(), &DiffRules::default()),
            Version(3),
            (TimeDirection::Back, Aspect::Value),
            &|| true,
        )
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
                        let keys = DiffRules::default();
                        found(
                            scan(&tenant, (&path, &keys), Version(at as u64 + 1), (way, Aspect::Value), &|| false)
                                .unwrap(),
                        )
                    };
                    // What made the value at the cursor does not count.
                    assert_eq!(scan(TimeDirection::Back), back, "{id} back from #{} of {states:?}", at + 1);
                    assert_eq!(scan(TimeDirection::Forward), forward, "{id} on from #{} of {states:?}", at + 1);
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
            let keys = DiffRules::default();
            match scan(&tenant, (&path, &keys), Version(3), (TimeDirection::Back, Aspect::Value), &|| false).unwrap() {
                Scanned::Changed { at, path, .. } => assert_eq!((at, &*path), (Version(2), ".")),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_chosen_field_is_what_elements_are_followed_by() {
        let (_, tenant) = recorded(LISTS[3]);
        let path = Path(vec![Step::Key("items".into()), Step::Index(0), Step::Key("id".into())]);
        let mut keys = DiffRules::default();
        keys.choose(&path.0[..1], Some(crate::diff::ArrayKey::Field("name".into())));
        let scanned =
            scan(&tenant, (&path, &keys), Version(1), (TimeDirection::Forward, Aspect::Value), &|| false).unwrap();
        assert_eq!(found(scanned), Some((2, Some("1".into()), Some("2".into()))));
    }
}
