//! Diffs and patches against conformance suites, another crate, brute force, and neighbours of real histories.

use super::real_data::data;
use asof::{ChangeKind, Diff, Pair, Patch, Path, Step, Value, align, between, diff, parse};
use proptest::prelude::*;
use std::io::{BufRead, BufReader};

fn value(text: &str) -> Value {
    parse(text.as_bytes()).unwrap()
}

/// The text of a file of real data.
fn shared(name: &str) -> String {
    std::fs::read_to_string(data(name)).unwrap()
}

fn elements(json: &Value) -> impl Iterator<Item = &Value> {
    json.as_array().unwrap().iter()
}

fn member<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    object.as_object().unwrap().get(name)
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn json_patch_tests() {
    for (file, expected) in [("tests", 92), ("spec_tests", 16)] {
        let text = shared(&format!("conformance/json-patch-tests/{file}.json"));
        let cases = value(&text);
        let run = elements(&cases).filter(|case| member(case, "disabled").is_none()).map(conforms).count();
        assert_eq!(run, expected, "{file}");
    }
}

fn conforms(case: &Value) {
    let doc = member(case, "doc").unwrap();
    let result = Patch::from_value(member(case, "patch").unwrap()).and_then(|patch| patch.apply_with_inverse(doc));
    match (member(case, "error"), result) {
        (Some(_), Err(_)) => {}
        (None, Ok((after, inverse))) => {
            assert_eq!(Some(&after), member(case, "expected").or(Some(doc)), "{case}");
            assert_eq!(&inverse.apply(&after).unwrap(), doc, "back: {case}");
        }
        (_, result) => panic!("{case}: {result:?}"),
    }
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn rfc_6901_pointers() {
    let text = shared("conformance/rfc/rfc6901.json");
    let json = value(&text);
    let doc = member(&json, "doc").unwrap();
    let tested = |case: &Value| {
        let pointer = member(case, "pointer").unwrap();
        let wanted = member(case, "value").cloned().unwrap_or_default();
        let members = [("op", "test".into()), ("path", pointer.clone()), ("value", wanted)];
        let op: Value = members.into_iter().map(|(name, value)| (name.into(), value)).collect();
        Patch::from_value(&op).and_then(|patch| patch.apply(doc))
    };
    for case in elements(member(&json, "valid").unwrap()) {
        tested(case).unwrap_or_else(|why| panic!("{case}: {why}"));
    }
    for case in elements(member(&json, "invalid_or_absent").unwrap()) {
        assert!(tested(case).is_err(), "{case}");
    }
}

/// What every pair of values must satisfy.
#[track_caller]
fn check_pair(left: &Value, right: &Value) {
    let patch = between(left, right);
    let (there, inverse) = patch.apply_with_inverse(left).unwrap();
    assert!(there.identical(right), "{left} by {} is {there}", patch.to_value());
    assert!(inverse.apply(&there).unwrap().identical(left), "{left} back by {}", inverse.to_value());
    let found = diff(left, right);
    assert_eq!(found.is_empty(), left == right, "{left} against {right}");
    check_changes(&found, left, right);
    check_rows(left, right);
}

/// Every child stands in exactly one row, those of the right in order, and what did not move in the same order.
fn check_rows(left: &Value, right: &Value) {
    if left.type_name() != right.type_name() {
        return;
    }
    let (mut lefts, mut rights, mut both) = (Vec::new(), Vec::new(), Vec::new());
    for row in align(left, right).0 {
        match row {
            Pair::Both(at, to) => {
                both.push(at.clone());
                lefts.push(at);
                rights.push(to);
            }
            Pair::Moved(at, to) => {
                lefts.push(at);
                rights.push(to);
            }
            Pair::Left(at) => lefts.push(at),
            Pair::Right(to) => rights.push(to),
        }
    }
    assert!(both.is_sorted() && rights.is_sorted(), "{left} against {right}");
    lefts.sort();
    let steps = |value: &Value| match value {
        Value::Object(object) => object.iter().map(|(key, _)| Step::Key(key.clone())).collect(),
        value => (0..value.len()).map(Step::Index).collect::<Vec<_>>(),
    };
    assert_eq!((lefts, rights), (steps(left), steps(right)), "{left} against {right}");
}

/// Every change says what is really there on both sides, and the sizes are those of the containers.
fn check_changes(found: &Diff, left: &Value, right: &Value) {
    for change in &found.changes {
        let (old, new) = match &change.kind {
            ChangeKind::Added { new } => (None, Some((&change.path, new))),
            ChangeKind::Removed { old } => (Some((&change.path, old)), None),
            ChangeKind::Moved { from, value } => {
                assert!(left.at(from).is_some(), "{change:?}");
                (None, Some((&change.path, value)))
            }
            ChangeKind::Changed { old, new, .. } => {
                assert_ne!(old, new);
                (None, Some((&change.path, new)))
            }
        };
        assert!(old.is_none_or(|(path, old)| left.at(path) == Some(old)), "{change:?}");
        assert!(new.is_none_or(|(path, new)| right.at(path) == Some(new)), "{change:?}");
    }
    assert!(found.sizes.iter().all(|size| right.at(&size.path).map(Value::len) == Some(size.new)), "{:?}", found.sizes);
    assert!(found.sizes.iter().all(|size| size.old != size.new));
}

/// Differences of values without arrays, the plain way: by every path of either side.
fn by_paths(left: &Value, right: &Value, path: &Path, out: &mut Vec<String>) {
    match (left.as_object(), right.as_object()) {
        (Some(old), Some(new)) => {
            let mut keys: Vec<_> = old.iter().chain(new.iter()).map(|(key, _)| key).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let path = path.join(Step::Key(key.clone()));
                match (old.get(key), new.get(key)) {
                    (Some(old), Some(new)) => by_paths(old, new, &path, out),
                    (Some(old), None) => out.push(format!("-{path} {old}")),
                    (_, new) => out.push(format!("+{path} {}", new.unwrap())),
                }
            }
        }
        _ if left == right => {}
        _ => out.push(format!("~{path} {left} {right}")),
    }
}

fn without_moves(found: &Diff, left: &Value) -> Vec<String> {
    let lines = found.changes.iter().flat_map(|change| {
        let path = &change.path;
        match &change.kind {
            ChangeKind::Added { new } => vec![format!("+{path} {new}")],
            ChangeKind::Removed { old } => vec![format!("-{path} {old}")],
            ChangeKind::Changed { old, new, .. } => vec![format!("~{path} {old} {new}")],
            ChangeKind::Moved { from, value } => {
                vec![format!("-{from} {}", left.at(from).unwrap()), format!("+{path} {value}")]
            }
        }
    });
    let mut lines: Vec<String> = lines.collect();
    lines.sort();
    lines
}

fn scalar() -> impl Strategy<Value = Value> {
    prop::sample::select(vec!["null", "true", "0", "1", "1.0", "2.5", r#""a""#, r#""some longer text""#])
        .prop_map(value)
}

fn key() -> impl Strategy<Value = asof::Text> {
    prop::sample::select(vec!["a", "b", "id", "~/", "0"]).prop_map(Into::into)
}

fn tree(arrays: u32) -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            3 => prop::collection::vec((key(), inner.clone()), 0..5).prop_map(|entries| entries.into_iter().collect::<Value>()),
            arrays => prop::collection::vec(inner, 0..6).prop_map(|elements| elements.into_iter().collect::<Value>()),
        ]
    })
}

/// Elements with an `id` each, unique or not.
fn table() -> impl Strategy<Value = Value> {
    let row = (0..8_u64, scalar()).prop_map(|(id, field)| {
        [("id".into(), Value::from(id)), ("field".into(), field)].into_iter().collect::<Value>()
    });
    prop::collection::vec(row, 0..8).prop_map(|rows| rows.into_iter().collect())
}

/// The same number, or the same in field `v`, in other digits.
fn respelled(number: &Value) -> Value {
    match number.to_json().as_str() {
        "1" => value("1.0"),
        row => value(&row.replace(r#""v":1}"#, r#""v":1.0}"#)),
    }
}

/// A long array and the same after a few edits: elements with a key, or numbers.
fn edited() -> impl Strategy<Value = (Value, Value)> {
    let edit = (0..4_u8, any::<prop::sample::Index>(), any::<prop::sample::Index>());
    (any::<bool>(), 16..60_u64, prop::collection::vec(edit, 0..5)).prop_map(|(keyed, len, edits)| {
        let row = |n: u64| value(&format!(r#"{{"id":{n},"v":{}}}"#, n % 3));
        let left: Vec<Value> = (0..len).map(|n| if keyed { row(n) } else { Value::from(n % 7) }).collect();
        let mut right = left.clone();
        for (what, at, other) in edits {
            let (at, other) = (at.index(right.len()), other.index(right.len()));
            match what {
                0 => right.swap(at, other),
                1 => drop(right.remove(at)),
                2 => right[at] = row(100 + at as u64),
                _ => right[at] = respelled(&right[at]),
            }
        }
        (left.into_iter().collect(), right.into_iter().collect())
    })
}

/// Operations that often fit a `tree`: places and values from the same few names.
fn patch_text() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec!["a", "b", "id", "0", "1", "2", "-", "~0~1"]);
    let path = prop::collection::vec(token, 0..3)
        .prop_map(|tokens| tokens.iter().map(|token| format!("/{token}")).collect::<String>());
    let op =
        (prop::sample::select(vec!["add", "remove", "replace", "move", "copy", "test"]), path.clone(), path, scalar());
    let op = op.prop_filter("what removing the root leaves is not said by the RFC", |(op, path, from, _)| {
        !(*op == "remove" && path.is_empty() || *op == "move" && from.is_empty())
    });
    let op = op.prop_map(|(op, path, from, value)| {
        format!(r#"{{"op":"{op}","path":"{path}","from":"{from}","value":{value}}}"#)
    });
    prop::collection::vec(op, 1..4).prop_map(|ops| format!("[{}]", ops.join(",")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_two_values(left in tree(3), right in tree(3)) {
        check_pair(&left, &right);
    }

    #[test]
    fn any_two_tables(left in table(), right in table()) {
        check_pair(&left, &right);
    }

    #[test]
    fn a_long_array_and_a_few_edits((left, right) in edited()) {
        check_pair(&left, &right);
        prop_assert!(diff(&left, &right).changes.len() <= 3 * 5);
    }

    #[test]
    fn objects_against_brute_force(left in tree(0), right in tree(0)) {
        let mut expected = Vec::new();
        by_paths(&left, &right, &Path::default(), &mut expected);
        expected.sort();
        prop_assert_eq!(without_moves(&diff(&left, &right), &left), expected);
    }

    #[test]
    fn patches_against_the_json_patch_crate(doc in tree(3), ops in patch_text()) {
        // To that crate 1 and 1.0 differ, which RFC 6902 says they do not.
        let (doc, ops) = (value(&doc.to_json().replace("1.0", "1")), ops.replace("1.0", "1"));
        let ours = Patch::from_value(&value(&ops)).and_then(|patch| patch.apply_with_inverse(&doc));
        let mut theirs: serde_json::Value = serde_json::from_str(&doc.to_json()).unwrap();
        let patch: json_patch::Patch = serde_json::from_str(&ops).unwrap();
        // Not `patch`, whose own way back panics after a move to above where it came from.
        match (ours, json_patch::patch_unsafe(&mut theirs, &patch)) {
            (Ok((after, inverse)), Ok(())) => {
                prop_assert_eq!(&after, &value(&theirs.to_string()));
                prop_assert_eq!(inverse.apply(&after).unwrap().to_json(), doc.to_json());
            }
            (Err(_), Err(_)) => {}
            (ours, theirs) => prop_assert!(false, "{doc} by {ops}: {ours:?} but {theirs:?}"),
        }
    }
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn jsondiffpatch_examples() {
    let text = shared("diff-oracles/jsondiffpatch/examples.json");
    let cases = value(&text);
    for case in elements(&cases) {
        let (left, right) = (member(case, "left").unwrap(), member(case, "right").unwrap());
        check_pair(left, right);
        check_pair(right, left);
        let unchanged = member(case, "delta").is_none_or(|delta| *delta == Value::Null);
        assert_eq!(diff(left, right).is_empty(), unchanged, "{case}");
    }
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn neighbours_of_scoop_mise() {
    check_history("scoop-mise", 322);
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn neighbours_of_nur_repos() {
    check_history("nur-repos", 771);
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn neighbours_of_android_override() {
    check_history("android-override", 983);
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn neighbours_of_catalog() {
    check_history("catalog", 1_843);
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn neighbours_of_eol_renovate() {
    check_history("eol-renovate", 436);
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn neighbours_of_nur_lock() {
    check_history("nur-lock-00000-09999", 10_000);
}

/// Checks all neighbours of a history, each version sharing memory with the one before as when loaded.
fn check_history(name: &str, versions: usize) {
    let file = std::fs::File::open(data(&format!("git-histories/{name}.jsonl.zst"))).unwrap();
    let mut before = Value::Null;
    let mut seen = 0;
    for line in BufReader::new(zstd::Decoder::new(file).unwrap()).lines() {
        let line = value(&line.unwrap());
        let state = member(&line, "state").cloned().unwrap_or_default().sharing(&before);
        check_pair(&before, &state);
        before = state;
        seen += 1;
    }
    assert_eq!(seen, versions, "{name}");
}
