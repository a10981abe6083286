//! Elements of arrays in the trees: cursor, open rows and pinned values stay with what an element is, wherever it stands.

use super::harness::{Harness, recorded};
use crate::ops::{Turn, Verb};
use crate::record::Version;
use crate::recording::{Recording, unread_array_keys};
use crate::source::Address;
use crate::value::{Path, Step, Value, parse};
use crate::view::found::brief;
use crate::view::timeline::LaneCell;
use std::sync::Arc;

/// Elements by name: some are inserted before others, moved, changed, gone, and back.
const LISTS: [&[&str]; 5] = [
    &[
        r#"{"items":[{"id":"a","v":1},{"id":"b","v":2}]}"#,
        r#"{"items":[{"id":"x","v":0},{"id":"a","v":1},{"id":"b","v":2}]}"#,
        r#"{"items":[{"id":"x","v":0},{"id":"a","v":1},{"id":"b","v":3}]}"#,
    ],
    &[
        r#"{"items":[{"id":"a","v":1},{"id":"b","v":5}]}"#,
        r#"{"items":[{"id":"b","v":5},{"id":"a","v":1}]}"#,
        r#"{"items":[{"id":"b","v":5}]}"#,
        r#"{"items":[{"id":"c","v":7},{"id":"b","v":5}]}"#,
        r#"{"items":[{"id":"c","v":7},{"id":"b","v":6},{"id":"a","v":1}]}"#,
    ],
    &[
        r#"{"items":[{"id":7,"v":1},{"id":8,"v":1}]}"#,
        r#"{"items":[{"id":8,"v":1},{"id":9,"v":1},{"id":7,"v":1}]}"#,
        "null",
        r#"{"items":[{"id":9,"v":3},{"id":7,"v":2}]}"#,
    ],
    &[
        r#"{"items":[{"id":"a","v":[1]},{"id":"b","v":[2]}],"n":0}"#,
        r#"{"items":[{"id":"a","v":[1]},{"id":"b","v":[2]}],"n":1}"#,
        r#"{"items":[{"id":"c","v":[]},{"id":"b","v":[2,3]},{"id":"a","v":[1]}],"n":1}"#,
    ],
    &[
        r#"{"items":[{"name":"api","v":1},{"name":"db","v":2},{"v":3}]}"#,
        r#"{"items":[{"name":"cache","v":0},{"v":3},{"name":"db","v":2},{"name":"api","v":4}]}"#,
    ],
];

fn elements(state: &str) -> Vec<Value> {
    let items = parse(state.as_bytes()).unwrap().child(&Step::Key("items".into())).cloned();
    items.iter().filter_map(Value::as_array).flat_map(|items| items.iter().cloned().collect::<Vec<_>>()).collect()
}

fn name(element: &Value) -> Option<String> {
    ["id", "name"].iter().find_map(|field| Some(element.child(&Step::Key((*field).into()))?.to_json()))
}

/// The name of the element that the state tree's cursor is in.
fn under_cursor(screen: &Harness) -> Option<String> {
    let session = screen.app.session().unwrap();
    let path = session.tree.path();
    name(session.shown.value().at(&Path(path.0.get(..2)?.to_vec()))?)
}

fn screen(states: &[&str]) -> Harness {
    Harness::of(Address::Demo("lists".into()), recorded(states).0, 120, 36)
}

#[test]
fn the_cursor_stays_with_its_element_on_every_way_through_the_versions() {
    for states in LISTS {
        for (at, state) in states.iter().enumerate() {
            for (index, wanted) in elements(state).iter().enumerate().filter_map(|(at, item)| Some((at, name(item)?))) {
                let mut screen = screen(states);
                screen.command(&format!("goto {}", at + 1)).command(&format!("path .items[{index}].v"));
                let last = states.len();
                let walk = (1..=at).rev().chain(1..=last).chain((1..last).rev()).chain([last, 1, at + 1]);
                for to in walk {
                    screen.command(&format!("goto {to}"));
                    let there = elements(states[to - 1]).iter().any(|item| name(item).as_ref() == Some(&wanted));
                    let found = under_cursor(&screen);
                    assert_eq!(found.as_ref() == Some(&wanted), there, "{wanted} at #{to} of {states:?}: {found:?}");
                    if !there {
                        let (shown, whole) = (screen.screen(), format!(" is not in #{to}"));
                        let is_said =
                            [&*whole, "].v: created at #", "].v: removed at #"].iter().any(|said| shown.contains(said));
                        assert!(is_said, "{wanted} at #{to}:\n{shown}");
                    }
                }
            }
        }
    }
}

/// Of a part that comes and goes, the last time it went tells since when it is missing.
const COMES_BACK: &[&str] = &[r#"{"a":{"b":1}}"#, "{}", r#"{"a":{"b":2}}"#, r#"{"a":{}}"#, r#"{"a":{"b":3,"c":1}}"#];

#[test]
fn what_is_missing_says_since_when() {
    for (states, at, path, other, words) in [
        (LISTS[0], 3, ".items[0]", 1, ".items[id=x] is not in #1: created at #2"),
        (LISTS[1], 4, ".items[0].v", 2, ".items[id=c].v is not in #2: created at #4"),
        (LISTS[1], 1, ".items[0]", 3, ".items[id=a] is not in #3: removed at #3"),
        (LISTS[2], 1, ".items[1].v", 4, ".items[id=8].v is not in #4: removed at #3"),
        (COMES_BACK, 3, ".a.b", 2, ".a.b is not in #2: removed at #2"),
        (COMES_BACK, 5, ".a.b", 4, ".a.b is not in #4: removed at #4"),
        (COMES_BACK, 1, ".a.b", 4, ".a.b is not in #4: removed at #4"),
        (COMES_BACK, 5, ".a.c", 4, ".a.c is not in #4: created at #5"),
    ] {
        for (width, height) in [(120, 36), (80, 24)] {
            let mut screen = Harness::of(Address::Demo("lists".into()), recorded(states).0, width, height);
            screen.command(&format!("goto {at}")).command(&format!("path {path}"));
            screen.command(&format!("goto {other}")).sees(words);
            screen.command(&format!("goto {at}")).lacks(" is not in ");
        }
    }
}

#[test]
fn the_breadcrumb_names_elements() {
    let mut screen = screen(LISTS[0]);
    screen.command("path .items[2].v").sees(" .items[id=b].v ").keys(", ,").sees(" .items[id=b].v ").sees("at B");
    // A name that two elements have says nothing: the index does.
    let mut screen = self::screen(&[r#"{"items":[{"id":"a"},{"id":"b"}]}"#, r#"{"items":[{"id":"a"},{"id":"a"}]}"#]);
    screen.command("path .items[1]").sees(" .items[1] ");
}

#[test]
fn what_is_open_stays_with_its_element() {
    for states in LISTS {
        let named = elements(states[0]).iter().filter_map(name).collect::<Vec<_>>();
        for (index, wanted) in named.iter().enumerate() {
            let mut screen = screen(states);
            screen.command("goto 1").keys("z M").command(&format!("path .items[{index}]")).keys("l");
            screen.command("path .n").command("path .items");
            for to in (1..=states.len()).chain((1..states.len()).rev()) {
                screen.command(&format!("goto {to}")).keys("z o");
                let session = screen.app.session().unwrap();
                let rows = session.tree.rows(40);
                for (at, item) in elements(states[to - 1]).iter().enumerate().filter(|(_, item)| name(item).is_some()) {
                    let path = Path(vec![Step::Key("items".into()), Step::Index(at)]);
                    let row = rows.iter().find(|row| row.path == path).unwrap();
                    let changed = row.sign.is_some();
                    let open = row.twist == crate::view::tree::Twist::Open;
                    assert!(
                        open == (name(item).as_ref() == Some(wanted)) || changed,
                        "{wanted} is open, {item:?} at #{to} of {states:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_pinned_value_stays_with_its_element_through_its_whole_course() {
    for states in LISTS {
        for (index, wanted) in elements(states[0]).iter().enumerate().filter_map(|(at, item)| Some((at, name(item)?))) {
            let mut screen = screen(states);
            screen.command("goto 1").command(&format!("path .items[{index}].v")).keys("W");
            for (at, state) in states.iter().enumerate() {
                let items = elements(state);
                let item = items.iter().find(|item| name(item).as_ref() == Some(&wanted));
                let value = item.and_then(|item| item.child(&Step::Key("v".into())));
                let in_words = |value: &Value| match value.is_container() {
                    true => value.len().to_string(),
                    false => brief(value).unmarked().into_owned(),
                };
                let expected = value.map(in_words).unwrap_or_default();
                screen.command(&format!("goto {}", at + 1));
                let strip = screen.strip();
                let lane = &strip.lanes[0];
                assert_eq!(lane.value.unmarked(), expected, "{wanted} at #{} of {states:?}: {:?}", at + 1, lane.name);
                let mut columns = strip.wide_cells().filter(|(_, of)| of.start == at as u64 + 1);
                let is_blank = |column: usize| lane.cells[column] == LaneCell::Blank;
                assert!(columns.all(|(column, _)| is_blank(column) == value.is_none()), "#{}", at + 1);
            }
        }
    }
}

#[test]
fn a_jump_to_a_change_lands_on_the_element_that_changed() {
    let mut screen = screen(LISTS[1]);
    // b stands at 1, 0, 0, 1, 1.
    screen.command("goto 1").command("path .items[1].v").keys("] c").sees(".items[id=b].v  5 → 6  at #5");
    assert_eq!(under_cursor(&screen).as_deref(), Some("\"b\""));
    screen.command("goto 2").sees(" .items[id=b].v ").keys("Ctrl-o");
    assert_eq!(under_cursor(&screen).as_deref(), Some("\"b\""));
}

#[test]
fn the_cursor_of_the_diff_stays_with_its_element() {
    let mut screen = screen(LISTS[1]);
    screen.command("goto 2").command("path .items[0].v").keys("2").command("diff 1 2").keys("g g j j j");
    let of = |screen: &Harness| {
        let session = screen.app.session().unwrap();
        let (path, side) = session.difftree.place();
        let ends = session.shown.ends();
        let value = if side == crate::view::marks::Side::Right { &ends.right } else { &ends.left };
        name(value.at(&Path(path.0.get(..2)?.to_vec()))?)
    };
    let wanted = of(&screen);
    assert!(wanted.is_some(), "{}", screen.screen());
    for ends in ["1 3", "4 5", "2 4", "1 5"] {
        screen.command(&format!("diff {ends}"));
        assert_eq!(of(&screen), wanted, "A and B {ends}");
    }
}

#[test]
fn a_choice_of_field_is_kept_and_can_be_undone_from_every_surface() {
    let states = [
        r#"{"items":[{"id":1,"sku":"a"},{"id":2,"sku":"b"}]}"#,
        r#"{"items":[{"id":2,"sku":"a"},{"id":1,"sku":"b"}]}"#,
    ];
    let home = tempfile::tempdir().unwrap();
    for (at, (choice, heading)) in [("sku", "[2] by sku"), ("index", "[2] by index")].into_iter().enumerate() {
        let place = home.path().join(format!("{at}.asof"));
        let recording = Arc::new(Recording::create(&place).unwrap());
        let tenant = recording.tenant_or_new(&"shop".into()).unwrap();
        for state in &states {
            tenant.set("", parse(state.as_bytes()).unwrap()).unwrap();
        }
        let mut screen = Harness::of(Address::Recording(place.clone()), recording, 120, 36);
        screen.command("path .items").sees("[2] by id").command(&format!("array-key {choice}")).sees(heading);
        screen.sees("Elements of .items are matched by");
        let again = Recording::open(&place).unwrap();
        let mut other = Harness::of(Address::Recording(place), Arc::new(again), 120, 36);
        other.command("path .items").sees(heading);
        screen.keys("u u").sees("[2] by id").keys("ctrl+r");
        assert!(screen.tenant().redoable().is_some() || screen.tenant().undoable().is_some());
    }
}

#[test]
fn a_choice_that_is_not_kept_says_so() {
    let states = [r#"{"items":[{"id":1,"sku":"a"},{"id":2,"sku":"b"}]}"#];
    let mut file = Harness::states(&states, 120, 36);
    file.command("path .items").command("array-key sku").sees("[2] by sku").sees("in memory only");
    let mut shut = screen(&states).read_only();
    shut.command("path .items").command("array-key sku").sees("[2] by sku").sees("read-only");
}

#[test]
fn a_kept_choice_that_cannot_be_read_is_told_and_stays() {
    for odd in ["a b[", "items", ".x[", "["] {
        let (recording, tenant) = recorded(&[r#"{"items":[{"id":1},{"id":2}]}"#]);
        let keep = |settings: &mut crate::record::Settings| {
            settings.array_keys.insert(odd.into(), crate::diff::ArrayKey::Field("id".into()));
        };
        tenant.reconfigure(keep).unwrap();
        let mut screen = Harness::of(Address::Demo("lists".into()), recording, 120, 36);
        screen.sees("The array key that the recording keeps for");
        screen.command("path .items").command("array-key id");
        assert_eq!(unread_array_keys(tenant.history().ledger().settings()).len(), 1, "{odd}");
    }
}

#[test]
fn a_cut_changes_no_field() {
    for states in [
        // Settled by the first version; what is left has another field that names more.
        [r#"[{"key":1},{"key":2}]"#, r#"[{"key":1},{"key":2}]"#, r#"[{"id":1,"key":1},{"id":2,"key":2}]"#],
        // No field names the elements; later one does.
        [r#"[{"v":1},{"v":2}]"#, r#"[{"v":1}]"#, r#"[{"id":1,"v":1},{"id":2,"v":2}]"#],
        [r#"[{"name":1},{"name":2}]"#, "[]", r#"[{"id":1,"name":1},{"id":2,"name":2}]"#],
    ] {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("l.asof");
        let field = |recording: &Recording| {
            let tenant = recording.tenant(&"shop".into()).unwrap();
            tenant.diff_rules(&crate::diff::DiffRules::default()).of(&[])
        };
        let before = {
            let recording = Recording::create(&place).unwrap();
            let tenant = recording.tenant_or_new(&"shop".into()).unwrap();
            for state in &states {
                tenant.set("", parse(state.as_bytes()).unwrap()).unwrap();
            }
            let before = field(&recording);
            tenant.compact(Version(3)).unwrap();
            assert_eq!(field(&recording), before, "{states:?}");
            before
        };
        assert_eq!(field(&Recording::open(&place).unwrap()), before, "opened again: {states:?}");
    }
}

#[test]
fn several_elements_of_one_name_are_not_one() {
    let state = r#"{"items":[{"id":"a"},{"id":"b"},{"id":"b"},{"id":"7"},{"id":7}]}"#;
    let mut screen = screen(&[state]);
    for (path, words) in [(".items[id=b]", "[1] or [2]"), (".items[\"id\"=\"b\"]", "[1] or [2]")] {
        screen.command(&format!("path {path}")).sees("names several elements").sees(words);
    }
    screen.command("path .items[id=a]").lacks("names several").sees("▶   ▸ 0");
    screen.command("path .items[id=7]").lacks("names several").sees("▶   ▸ 4");
}

#[test]
fn the_line_of_keys_says_what_undo_takes_away() {
    for (width, height, says) in [
        (
            120,
            36,
            ["undo: deletes snapshot \"kept\"", "undo: takes 1 version off main", "undo: takes 3 versions off main"],
        ),
        // With fewer words, so that other keys are not pushed off the line.
        (80, 24, ["undo: deletes snapshot", "undo 1 version", "undo 3 versions"]),
    ] {
        let (recording, tenant) = recorded(&["1", "2", "3"]);
        let mut screen = Harness::of(Address::Demo("lists".into()), recording, width, height);
        screen.command("snapshot kept").sees(&format!("u {}", says[0]));
        screen.command("rollback 1").keys("y").sees(&format!("u {}", says[1]));
        tenant.catch_up().unwrap();
        tenant.set("", 5u64.into()).unwrap();
        tenant.set("", 6u64.into()).unwrap();
        screen.keys("G").sees(&format!("u {}", says[2]));
        assert!(
            matches!(Verb::Undo.plan(&screen.tenant()), Ok(crate::ops::Plan::Turn(plan)) if plan.would.turn == Turn::Undo)
        );
        // What takes nothing away is just an undo.
        screen.command("undo").keys("u").command("snapshot other").keys("3").command("delete-snapshot").keys("y 1");
        screen.lacks("deletes");
        assert_eq!(screen.app.hints_of_turn(crate::tui::action::Action::Undo), ["undo"]);
    }
}
