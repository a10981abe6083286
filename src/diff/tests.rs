#![allow(clippy::unwrap_used)]

use super::*;
use crate::value::parse;

fn value(text: &str) -> Value {
    parse(text.as_bytes()).unwrap()
}

/// Compares two JSON texts with the changes as text, one per `;`.
#[track_caller]
fn check(left: &str, right: &str, expected: &str) {
    let (left, right) = (value(left), value(right));
    let changes = diff(&left, &right).changes;
    let found: Vec<String> = changes.iter().map(text).collect();
    assert_eq!(found.join("; "), expected, "{left} against {right}");
    assert_eq!(changes.is_empty(), left == right, "{left} against {right}");
}

fn text(change: &Change) -> String {
    let short = |path: &Path| path.to_string().replacen(".[", "[", 1);
    let path = short(&change.path);
    match &change.kind {
        ChangeKind::Added { new } => format!("+{path} {new}"),
        ChangeKind::Removed { old } => format!("-{path} {old}"),
        ChangeKind::Changed { old, new, delta: None } => format!("~{path} {old} {new}"),
        ChangeKind::Changed { old, new, delta: Some(delta) } => format!("~{path} {old} {new} ({delta})"),
        ChangeKind::Moved { from, value } => format!(">{path} {} {value}", short(from)),
    }
}

#[test]
fn objects_and_leaves() {
    check("1", "1", "");
    check("1", "1.0", "");
    check("1", "2", "~. 1 2 (1)");
    check("null", "{}", "~. null {}");
    check("{}", "[]", "~. {} []");
    check(r#"{"a":1}"#, r#"{"a":"1"}"#, r#"~.a 1 "1""#);
    check(r#"{"a":1.5}"#, r#"{"a":1.25}"#, "~.a 1.5 1.25 (-0.25)");
    check(r#"{"a":1,"b":2}"#, r#"{"b":2,"c":3}"#, "-.a 1; +.c 3");
    check(r#"{"a":{"b":{"c":1}}}"#, r#"{"a":{"b":{"c":1,"d":{"e":1}}}}"#, r#"+.a.b.d {"e":1}"#);
    check(r#"{"a":[1]}"#, r#"{"a":{"0":1}}"#, r#"~.a [1] {"0":1}"#);
}

#[test]
fn moves() {
    check(r#"{"a":"eight!"}"#, r#"{"b":"eight!"}"#, r#">.b .a "eight!""#);
    check(r#"{"a":"seven"}"#, r#"{"b":"seven"}"#, r#"-.a "seven"; +.b "seven""#);
    check(r#"{"a":0,"c":{}}"#, r#"{"b":0,"d":{}}"#, "-.a 0; +.b 0; -.c {}; +.d {}");
    check(r#"{"a":{"x":[1]}}"#, r#"{"a":{},"b":[1]}"#, ">.b .a.x [1]");
    check(r#"{"a":{"x":[1]}}"#, r#"{"a":{},"b":[1.0]}"#, ">.b .a.x [1.0]");
    // Two equal values: the one in the same container first, whatever the order.
    check(r#"{"a":{"x":[1]},"b":{"x":[1]}}"#, r#"{"a":{},"b":{"y":[1]},"c":[1]}"#, ">.b.y .b.x [1]; >.c .a.x [1]");
    check(r#"{"a":[1],"b":[1]}"#, r#"{"c":[1]}"#, "-.b [1]; >.c .a [1]");
}

#[test]
fn arrays_without_a_key() {
    check("[]", "[1,2]", "+[0] 1; +[1] 2");
    check("[1,2,3]", "[1,3]", "-[1] 2");
    check("[1,2,3]", "[1,5,3]", "~[1] 2 5 (3)");
    check("[1,2,3,4]", "[2,3,9,4]", "-[0] 1; +[2] 9");
    check("[1,2,3]", "[3,2,1]", "+[0] 3; +[1] 2; -[1] 2; -[2] 3");
    check("[[1,2],[3,4],5]", "[5,[1,2,9],[3,4]]", "+[0] 5; +[1][2] 9; -[2] 5");
    check(r#"["aaaaaaaa","b","c"]"#, r#"["b","c","aaaaaaaa"]"#, r#">[2] [0] "aaaaaaaa""#);
    check(r#"[["a"],0,["b"]]"#, r#"[["b"],0,["a"]]"#, r#">[0] [2] ["b"]; +[1] 0; -[1] 0"#);
    // One more on the right: the element that is alike changed, the other is new.
    check(
        r#"[1,{"a":true,"b":true,"c":true},2]"#,
        r#"[1,7,{"a":true,"b":true,"c":false},2]"#,
        "+[1] 7; ~[2].c true false",
    );
}

/// Twenty-four numbers, of which few differ: the others stay whatever happens to those.
fn numbers(odd: [u64; 2]) -> Vec<Value> {
    let mut numbers: Vec<u64> = (0..24).collect();
    (numbers[3], numbers[20]) = (odd[0], odd[1]);
    numbers.into_iter().map(Value::from).collect()
}

#[test]
fn arrays_equal_in_place() {
    let plain = |odd| numbers(odd).into_iter().collect::<Value>().to_json();
    check(&plain([90, 91]), &plain([91, 95]), "~[3] 90 91 (1); ~[20] 91 95 (4)");
    let row = |id: Value| [("id".into(), id)].into_iter().collect::<Value>();
    let table = |odd| numbers(odd).into_iter().map(row).collect::<Value>().to_json();
    check(&table([90, 91]), &table([91, 90]), r#">[3] [20] {"id":91}; >[20] [3] {"id":90}"#);
    let moved = r#"-[3] {"id":90}; >[3] [20] {"id":91}; +[20] {"id":95}"#;
    check(&table([90, 91]), &table([91, 95]), moved);
    let rows = "0 1 2 -3 20>3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 +20 21 22 23";
    check_rows(&table([90, 91]), &table([91, 95]), rows);
}

#[test]
fn arrays_with_a_key() {
    let left = r#"[{"sku":"A7","qty":1},{"sku":"B2","qty":1}]"#;
    check(left, r#"[{"sku":"A7","qty":2}]"#, r#"~[0].qty 1 2 (1); -[1] {"qty":1,"sku":"B2"}"#);
    check(left, r#"[{"sku":"B2","qty":1},{"sku":"A7","qty":1}]"#, r#">[0] [1] {"qty":1,"sku":"B2"}"#);
    check(
        left,
        r#"[{"sku":"B2","qty":3},{"sku":"C3","qty":1},{"sku":"A7","qty":1}]"#,
        r#">[0] [1] {"qty":3,"sku":"B2"}; ~[0].qty 1 3 (2); +[1] {"qty":1,"sku":"C3"}"#,
    );
    check(r#"[{"id":1,"x":0},{"id":2,"x":0}]"#, r#"[{"id":2.0,"x":5}]"#, r#"-[0] {"id":1,"x":0}; ~[0].x 0 5 (5)"#);
}

#[track_caller]
fn check_matching(left: &str, right: &str, expected: &str) {
    let (left, right) = (value(left), value(right));
    let found: Vec<_> = diff(&left, &right).arrays.into_iter().map(|(_, matching)| matching).collect();
    assert_eq!(align(&left, &right).1.as_slice(), found, "{left} against {right}");
    let words: Vec<String> = found.iter().map(word).collect();
    assert_eq!(words.join(" "), expected, "{left} against {right}");
}

fn word(matching: &Matching) -> String {
    match matching {
        Matching::Key(field) => format!("by {field}"),
        Matching::Lcs => "lcs".into(),
        Matching::Index => "by index".into(),
        Matching::Place => "by place".into(),
    }
}

#[test]
fn matchings() {
    check_matching("[1,2]", "[1,2,3]", "");
    check_matching("[1,2]", "[1,3]", "");
    check_matching("[1,2,3]", "[1.0,2,3.0]", "");
    check_matching("[1,2,3]", "[3,1,2]", "lcs");
    check_matching(r#"[{"id":1,"name":"a"}]"#, r#"[{"id":1,"name":"b"}]"#, "by id");
    check_matching(r#"[{"id":1,"name":"a"},{"id":1,"name":"b"}]"#, r#"[{"id":1,"name":"b"}]"#, "");
    check_matching(r#"[{"id":1,"name":"a"},{"id":1,"name":"b"}]"#, r#"[{"id":2,"name":"a"}]"#, "by name");
    check_matching(r#"[{"id":null,"_id":1}]"#, r#"[{"id":null,"_id":2}]"#, "by _id");
    // The shortest field unique on both sides, when it finds elements again.
    let cities = r#"[{"zip":1,"city":1},{"zip":2,"city":2}]"#;
    check_matching(cities, r#"[{"zip":2,"city":2},{"zip":1,"city":1}]"#, "by zip");
    let codes = r#"[{"n":1,"code":"A"},{"n":2,"code":"B"}]"#;
    check_matching(codes, r#"[{"n":2,"code":"B"},{"n":5,"code":"A"}]"#, "by code");
    check_matching(r#"[{"v":1},{"v":2}]"#, r#"[{"v":3},{"v":4}]"#, "lcs");
    check_matching(r#"[{"v":1}]"#, r#"[{"v":2}]"#, "");
}

#[test]
fn too_large_is_by_index() {
    let tangle = |step: usize| (0..8_000).map(|i| Value::from((i * i * step % 101 % 5) as u64)).collect::<Value>();
    let found = diff(&tangle(3), &tangle(7));
    assert_eq!(found.arrays, [(Path::default(), Matching::Index)]);
}

#[test]
fn sizes_and_counts() {
    let left = value(r#"{"a":{"x":1},"b":[1,2,3],"c":{"y":[0]},"gone":[1,2,3,4]}"#);
    let right = value(r#"{"a":{"x":1,"z":2},"b":[],"c":{"y":[0,1]}}"#);
    let found = diff(&left, &right);
    let sizes: Vec<String> = found.sizes.iter().map(|s| format!("{} {} {}", s.path, s.old, s.new)).collect();
    assert_eq!(sizes, [".b 3 0", ". 4 3", ".a 1 2", ".c.y 1 2"]);
    assert_eq!(found.counts(), Counts { added: 2, changed: 0, removed: 4, moved: 0 });
}

#[track_caller]
fn check_rows(left: &str, right: &str, expected: &str) {
    let row = |pair: &Pair| match pair {
        Pair::Both(l, r) if l == r => step(l),
        Pair::Both(l, r) => format!("{}={}", step(l), step(r)),
        Pair::Moved(l, r) => format!("{}>{}", step(l), step(r)),
        Pair::Left(l) => format!("-{}", step(l)),
        Pair::Right(r) => format!("+{}", step(r)),
    };
    let rows = align(&value(left), &value(right)).0;
    assert_eq!(rows.iter().map(row).collect::<Vec<_>>().join(" "), expected, "{left} against {right}");
}

fn step(step: &Step) -> String {
    match step {
        Step::Key(key) => key.to_string(),
        Step::Index(index) => index.to_string(),
    }
}

#[test]
fn rows_for_side_by_side() {
    check_rows("1", "2", "");
    check_rows("[1]", "{}", "");
    check_rows(r#"{"a":1,"c":1,"d":1}"#, r#"{"b":1,"c":2,"e":1}"#, "-a +b c -d +e");
    check_rows("[1,2,3]", "[1,2,3]", "0 1 2");
    check_rows("[1,2,3,4]", "[1,9,8,3,4]", "0 -1 +1 +2 2=3 3=4");
    check_rows(r#"[{"id":1},{"id":2},{"id":3}]"#, r#"[{"id":3},{"id":1},{"id":2},{"id":4}]"#, "2>0 0=1 1=2 +3");
    check_rows(r#"[{"id":1},{"id":2},{"id":3}]"#, r#"[{"id":1},{"id":3}]"#, "0 -1 2=1");
}

/// Compares with a choice for the array at a path: the changes, and how it was matched.
#[track_caller]
fn check_chosen(left: &str, right: &str, (path, key): (&str, ArrayKey), expected: &str) {
    let (left, right) = (value(left), value(right));
    let mut keys = DiffRules::default();
    keys.choose(&Path::parse(path, &right).unwrap().0, Some(key));
    let found = Differ::by(&keys).diff(&left, &right).unwrap();
    let changes = found.changes.iter().map(text);
    let words: Vec<String> = changes.chain(found.arrays.iter().map(|(_, matching)| word(matching))).collect();
    assert_eq!(words.join("; "), expected, "{left} against {right} by {path}");
}

#[test]
fn a_chosen_key_matches_elements() {
    let (left, right) = (r#"[{"id":1,"sku":"a"},{"id":2,"sku":"b"}]"#, r#"[{"id":2,"sku":"a"},{"id":1,"sku":"b"}]"#);
    let field = |name: &str| ArrayKey::Field(name.into());
    check_chosen(left, right, (".", field("sku")), "~[0].id 1 2 (1); ~[1].id 2 1 (-1); by sku");
    check_chosen(left, right, (".", ArrayKey::Index), "~[0].id 1 2 (1); ~[1].id 2 1 (-1); by place");
    let moved = r#">[0] [1] {"id":2,"sku":"a"}; ~[0].sku "b" "a"; ~[1].sku "a" "b"; by id"#;
    check_chosen(left, right, (".", field("id")), moved);
    let by_content = "~[0].id 1 2 (1); ~[1].id 2 1 (-1); lcs";
    check_chosen(left, right, (".", field("absent")), by_content);
    check_chosen(
        "[1,2,3]",
        "[9,1,2,3]",
        (".", ArrayKey::Index),
        "~[0] 1 9 (8); ~[1] 2 1 (-1); ~[2] 3 2 (-1); +[3] 3; by place",
    );
    let inner = |left: &str| format!(r#"[{{"id":1,"l":{left}}},{{"id":2,"l":{left}}}]"#);
    let (left, right) = (inner(r#"[{"a":1,"b":1},{"a":2,"b":2}]"#), inner(r#"[{"a":1,"b":2},{"a":2,"b":1}]"#));
    let by_a =
        "~[0].l[0].b 1 2 (1); ~[0].l[1].b 2 1 (-1); ~[1].l[0].b 1 2 (1); ~[1].l[1].b 2 1 (-1); by id; by a; by a";
    check_chosen(&left, &right, (".[1].l", field("a")), by_a);
}

fn names(left: &crate::value::Array, right: &crate::value::Array) -> String {
    key_candidates(&[left, right]).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[test]
fn candidates_tell_elements_apart_on_both_sides() {
    let array = |text: &str| value(text).as_array().unwrap().clone();
    let left = array(r#"[{"id":1,"sku":"a","x":1,"n":null},{"id":2,"sku":"b","x":2,"n":2}]"#);
    let right = array(r#"[{"id":1,"sku":"a","x":1},{"id":1,"sku":"b","x":2}]"#);
    assert_eq!(names(&left, &left), "x id sku");
    assert_eq!(names(&left, &right), "x sku");
    assert_eq!(names(&array("[]"), &right), "x sku");
    assert_eq!(names(&array("[]"), &array("[1]")), "");
}

#[test]
fn a_stopped_comparison_answers_nothing_and_soon() {
    let objects = (0..50_000).map(|at| format!(r#"{{"a":{},"b":{at}}}"#, at % 7)).collect::<Vec<_>>().join(",");
    let others = (0..50_000).map(|at| format!(r#"{{"a":{},"c":{at}}}"#, at % 5)).collect::<Vec<_>>().join(",");
    let (left, right) = (value(&format!("[{objects}]")), value(&format!("[{others}]")));
    let (keys, stop) = (DiffRules::default(), std::sync::atomic::AtomicBool::new(true));
    assert!(Differ::new(&keys, &stop).diff(&left, &right).is_none());
    assert!(Differ::new(&keys, &stop).align(&[], &left, &right).is_none());
    let other_thread = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let running = scope.spawn(|| Differ::new(&keys, &other_thread).diff(&left, &right));
        other_thread.store(true, std::sync::atomic::Ordering::Relaxed);
        // Whether it came to its end before is chance; that it ends is not.
        drop(running.join().unwrap());
    });
}

/// What is left of a comparison where paths are ignored: `signs paths; sizes; ignored`.
#[track_caller]
fn check_ignored(left: &str, right: &str, patterns: &[&str], expected: &str) {
    let (left, right) = (parse(left.as_bytes()).unwrap(), parse(right.as_bytes()).unwrap());
    let mut keys = DiffRules::default();
    patterns.iter().for_each(|pattern| keys.ignore(pattern).unwrap());
    let found = Differ::by(&keys).diff(&left, &right).unwrap();
    let changes = found.changes.iter().map(|change| format!("{} {}", change.kind.word(), change.path));
    let sizes = found.sizes.iter().map(|size| format!("{} {}", size.path, size.new as i64 - size.old as i64));
    let all: Vec<_> = changes.chain(sizes).chain([format!("ignored {}", found.ignored)]).collect();
    assert_eq!(all.join("; "), expected, "{left:?} {right:?} {patterns:?}");
    if patterns.iter().any(|pattern| pattern.ends_with("[*]")) {
        return;
    }
    let again = Differ::default().diff(&keys.ignored().without(&left), &keys.ignored().without(&right)).unwrap();
    assert_eq!(again.counts(), found.counts(), "as comparing without them: {left:?} {right:?} {patterns:?}");
}

#[test]
fn ignored_paths_are_counted_and_left_out() {
    let (old, new) = (
        r#"{"t":1,"a":{"x":1,"t":1},"rows":[{"id":"p","v":1,"t":1},{"id":"q","v":1,"t":1}],"gone":1}"#,
        r#"{"t":2,"a":{"x":2,"t":2,"n":0},"rows":[{"id":"q","v":1,"t":2},{"id":"p","v":2,"t":2},{"id":"r","t":1}]}"#,
    );
    check_ignored(r#"{"t":1}"#, r#"{"t":2}"#, &[".t"], "ignored 1");
    check_ignored(r#"{"t":1}"#, r#"{"t":1}"#, &[".t"], "ignored 0");
    check_ignored(r#"{"t":1,"a":1}"#, r#"{"a":1}"#, &[".t"], "ignored 1");
    check_ignored(r#"{"a":1}"#, r#"{"t":[1],"a":2}"#, &[".t"], "changed .a; ignored 1");
    check_ignored(
        old,
        new,
        &[".**.t", ".gone", ".a.n"],
        "changed .a.x; moved .rows[0]; changed .rows[1].v; added .rows[2]; .rows 1; ignored 6",
    );
    check_ignored(old, new, &[".rows", ".a", ".gone", ".t"], "ignored 4");
    check_ignored(old, new, &[".rows[*]", ".a", ".gone", ".t"], "ignored 6");
}
