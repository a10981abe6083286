#![allow(clippy::unwrap_used)]

mod in_place;

use super::*;
use crate::value::parse;

fn value(text: &str) -> Value {
    parse(text.as_bytes()).unwrap()
}

fn patch(text: &str) -> Patch {
    Patch::from_value(&value(text)).unwrap()
}

/// Applies a patch, and its inverse to the result.
#[track_caller]
fn check(to: &str, ops: &str, expected: &str) {
    let (before, ops) = (value(to), patch(ops));
    let (after, inverse) = ops.apply_with_inverse(&before).unwrap();
    assert_eq!(after.to_json(), value(expected).to_json());
    assert_eq!(ops.apply(&before).unwrap(), after);
    let back = inverse.apply(&after).unwrap_or_else(|why| panic!("{}: {why}", inverse.to_value()));
    assert_eq!(back.to_json(), before.to_json(), "back by {}", inverse.to_value());
}

#[test]
fn applies_and_leads_back() {
    check("{}", r#"{"op":"add","path":"/a","value":1}"#, r#"{"a":1}"#);
    check(r#"{"a":1.0}"#, r#"[{"op":"add","path":"/a","value":1}]"#, r#"{"a":1}"#);
    check("[1,2]", r#"[{"op":"add","path":"/-","value":3},{"op":"add","path":"/0","value":0}]"#, "[0,1,2,3]");
    check("[1,2]", r#"[{"op":"remove","path":"/0"},{"op":"remove","path":"/0"}]"#, "[]");
    check("[1]", r#"{"op":"remove","path":""}"#, "null");
    check("[1]", r#"{"op":"replace","path":"","value":{}}"#, "{}");
    check(r#"{"a":[1,2,3]}"#, r#"{"op":"move","from":"/a/0","path":"/a/2"}"#, r#"{"a":[2,3,1]}"#);
    check(r#"{"a":[1,2,3]}"#, r#"{"op":"move","from":"/a/2","path":"/a/-"}"#, r#"{"a":[1,2,3]}"#);
    check(r#"{"a":{"b":1,"c":2}}"#, r#"{"op":"move","from":"/a/b","path":"/a"}"#, r#"{"a":1}"#);
    check(r#"{"a":{"b":1}}"#, r#"{"op":"move","from":"/a/b","path":""}"#, "1");
    check(r#"[{"x":1},2]"#, r#"{"op":"move","from":"/0/x","path":"/0"}"#, "[1,{},2]");
    check(r#"{"a":1,"b":2}"#, r#"{"op":"move","from":"/a","path":"/b"}"#, r#"{"b":1}"#);
    check(r#"{"a":[1]}"#, r#"{"op":"copy","from":"/a","path":"/a/-"}"#, r#"{"a":[1,[1]]}"#);
    check("[1]", r#"{"op":"copy","from":"","path":""}"#, "[1]");
    check("1", r#"{"op":"move","from":"","path":""}"#, "1");
    check(r#"{"a":100.0}"#, r#"{"op":"test","path":"/a","value":1e2}"#, r#"{"a":100.0}"#);
}

#[track_caller]
fn check_refused(to: &str, ops: &str, why: &str) {
    assert_eq!(patch(ops).apply(&value(to)).unwrap_err().to_string(), format!("patch operation {why}"));
}

#[test]
fn refuses_with_the_operation_and_the_place() {
    let two = r#"[{"op":"remove","path":"/a"},{"op":"remove","path":"/b"}]"#;
    check_refused(r#"{"a":1}"#, two, r#"1 (remove /b): the whole value: no key "b""#);
    check_refused(r#"{"a":{}}"#, r#"{"op":"add","path":"/a/b/c","value":1}"#, r#"0 (add /a/b/c): /a: no key "b""#);
    check_refused(
        "[1]",
        r#"{"op":"add","path":"/2","value":1}"#,
        "0 (add /2): the whole value: index 2 is out of bounds (1 element)",
    );
    check_refused(
        "[1,2]",
        r#"{"op":"remove","path":"/2"}"#,
        "0 (remove /2): the whole value: index 2 is out of bounds (2 elements)",
    );
    let no_index = "the whole value: \"01\" is not an array index (digits, no leading zeros)";
    check_refused("[1,2]", r#"{"op":"remove","path":"/01"}"#, &format!("0 (remove /01): {no_index}"));
    check_refused(
        r#"{"a":"s"}"#,
        r#"{"op":"add","path":"/a/b","value":1}"#,
        "0 (add /a/b): /a: cannot descend into a string",
    );
    check_refused(
        "null",
        r#"{"op":"add","path":"/a","value":1}"#,
        "0 (add /a): the whole value: cannot descend into null",
    );
    check_refused(
        r#"{"a":{}}"#,
        r#"{"op":"move","from":"/a","path":"/a/b"}"#,
        "0 (move /a/b): /a: cannot move into itself",
    );
    check_refused(
        r#"{"a":1}"#,
        r#"{"op":"test","path":"/a","value":"1"}"#,
        r#"0 (test /a): the value there is 1, not "1""#,
    );
}

#[test]
fn limits_hold_after_every_operation() {
    let doubling =
        |times: usize| patch(&format!("[{}]", vec![r#"{"op":"copy","from":"/a","path":"/a/-"}"#; times].join(",")));
    let start = value(r#"{"a":["0123456789"]}"#);
    assert!(matches!(doubling(40).apply(&start), Err(crate::Error::TooLarge { .. })));
    let limits = Limits { depth: 128, size: 1_000 };
    assert!(doubling(5).apply_within(&start, limits).is_ok());
    assert!(matches!(doubling(8).apply_within(&start, limits), Err(crate::Error::TooLarge { .. })));
    let nesting = patch(&format!("[{}]", vec![r#"{"op":"copy","from":"/a","path":"/a/b"}"#; 128].join(",")));
    assert!(matches!(nesting.apply(&value(r#"{"a":{}}"#)), Err(crate::Error::TooDeep { .. })));
    let limits = Limits { depth: 2, size: 1_000 };
    let deep = patch(r#"{"op":"add","path":"/a","value":[[]]}"#);
    assert!(matches!(deep.apply_within(&value("{}"), limits), Err(crate::Error::TooDeep { .. })));
}

#[track_caller]
fn check_unreadable(json: &str, why: &str) {
    assert_eq!(Patch::from_value(&value(json)).unwrap_err().to_string(), format!("patch operation {why}"));
}

#[test]
fn reads_and_writes_operations() {
    let all = concat!(
        r#"[{"op":"add","path":"/a~1b/-","value":[1.0]},{"op":"remove","path":"/~0"},"#,
        r#"{"op":"replace","path":"","value":null},{"from":"/a","op":"move","path":"/b"},"#,
        r#"{"from":"","op":"copy","path":"/c"},{"op":"test","path":"/","value":{}}]"#,
    );
    assert_eq!(patch(all).to_value().to_json(), all);
    assert_eq!(
        patch(r#"{"op":"remove","path":"/a","value":1,"x":2}"#).to_value().to_json(),
        r#"[{"op":"remove","path":"/a"}]"#
    );
    let example = r#"as in {"op":"add","path":"/a/b","value":1}"#;
    check_unreadable(
        r#"[{"op":"remove","path":""},{"op":"add","path":"/a"}]"#,
        &format!("1 (add /a): the member \"value\" is missing, {example}"),
    );
    check_unreadable(
        r#"{"op":"move","path":"/a"}"#,
        &format!("0 (move /a): the member \"from\" is missing, {example}"),
    );
    check_unreadable(r#"{"path":"/a"}"#, &format!("0 (? /a): the member \"op\" is missing, {example}"));
    check_unreadable(r#"{"op":"add","path":null,"value":1}"#, "0 (add ?): \"path\" must be a string; it is null");
    check_unreadable(
        r#"{"op":"spam","path":"/a"}"#,
        "0 (? /a): \"op\" is \"spam\"; it must be add, remove, replace, move, copy or test",
    );
    check_unreadable(
        "[1]",
        r#"0 (? ?): it must be an object such as {"op":"add","path":"/a/b","value":1}; this is number"#,
    );
    assert!(Patch::from_value(&value(r#"{"op":"remove","path":"a"}"#)).is_err());
    assert!(Patch::from_value(&value(r#"{"op":"remove","path":"/~2"}"#)).is_err());
}

/// The patch between two values as compact text, and that it leads there.
#[track_caller]
fn check_between(left: &str, right: &str, expected: &str) {
    let (left, right) = (value(left), value(right));
    let found = between(&left, &right);
    let text = |op: &Op| match op {
        Op::Add { path, value } => format!("+{path} {value}"),
        Op::Remove { path } => format!("-{path}"),
        Op::Replace { path, value } => format!("={path} {value}"),
        other => other.name().to_owned(),
    };
    assert_eq!(found.0.iter().map(text).collect::<Vec<_>>().join("; "), expected);
    assert_eq!(found.apply(&left).unwrap().to_json(), right.to_json());
}

#[test]
fn the_patch_between_two_values() {
    check_between("1", "1.0", "= 1.0");
    check_between("[1,2,[3.0]]", "[1.0,2,[3]]", "=/0 1.0; =/2/0 3");
    check_between("1", "2", "= 2");
    check_between(r#"{"a/b":1,"c":{"d":[1]}}"#, r#"{"c":{"d":[1,2]},"e":0}"#, "-/a~1b; +/c/d/1 2; +/e 0");
    check_between("[1,2,3,4,5]", "[2,9,4,5,6]", "-/0; +/4 6; =/1 9");
    check_between(
        r#"[{"id":1,"v":0},{"id":2,"v":0},{"id":3,"v":0}]"#,
        r#"[{"id":3,"v":1},{"id":1,"v":0},{"id":2,"v":5}]"#,
        r#"-/2; +/0 {"id":3,"v":1}; =/2/v 5"#,
    );
}

#[test]
fn a_patch_larger_than_the_value_is_one_replacement() {
    let keys = |n: i64| (0..20).map(|i| (format!("key {i}").into(), Value::from(n))).collect::<Value>();
    let wrap = |n: i64| [("in".into(), keys(n)), ("out".into(), keys(0))].into_iter().collect::<Value>();
    let found = between(&wrap(1), &wrap(2));
    assert_eq!(found.0, [Op::Replace { path: Pointer::parse("/in").unwrap(), value: keys(2) }]);
}
