#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::value::parse;
use crate::view::Sign;
use crate::view::changes::Changes;
use crate::view::compared::Compared;
use crate::view::marks::DiffMarks;
use crate::view::words::{COMPARED, Word, WordSide};
use proptest::prelude::*;
use std::sync::Arc;

fn tree(left: &str, right: &str) -> DiffTree {
    of(&parse(left.as_bytes()).unwrap(), &parse(right.as_bytes()).unwrap())
}

fn pairs(left: &Value, right: &Value) -> Pairs {
    Pairs::new(DiffMarks::new(Compared::new(left, right)))
}

fn of(left: &Value, right: &Value) -> DiffTree {
    let mut tree = DiffTree::new(pairs(left, right));
    tree.resize(30);
    tree
}

fn side(side: Option<&RowSide>, depth: usize) -> String {
    let Some(side) = side else { return String::new() };
    let word = |word: &Word| {
        let text = word.text.unmarked();
        if matches!(word.side, WordSide::Old | WordSide::New) { format!("[{text}]") } else { text.into_owned() }
    };
    let value: String = side.value.iter().map(word).collect();
    let sign = side.sign.map_or(" ", Sign::word);
    format!("{sign}{}{} {value} {}", "  ".repeat(depth), side.key.unmarked(), side.note.unmarked())
        .trim_end()
        .to_owned()
}

fn shown(tree: &DiffTree) -> String {
    let line = |row: &DiffRow| {
        let line = format!("{:<26}|{}", side(row.left.as_ref(), row.depth), side(row.right.as_ref(), row.depth));
        line.trim_end().to_owned()
    };
    tree.rows(30).iter().map(line).collect::<Vec<_>>().join("\n")
}

fn joined(tree: &DiffTree) -> String {
    tree.rows(30).iter().map(|row| side(Some(&row.joined), row.depth)).collect::<Vec<_>>().join("\n")
}

fn sessions(upto: u32, idle: u32) -> String {
    let state = |n| if n == idle { "idle" } else { "active" };
    let each: Vec<_> =
        (1..=upto).map(|n| format!(r#""s-{n:04}":{{"a":1,"b":2,"c":3,"state":"{}"}}"#, state(n))).collect();
    each.join(",")
}

fn shop() -> DiffTree {
    tree(
        &format!(
            r#"{{"cart":{{"coupon":"SPRING","currency":"EUR","items":[{{"id2":1,"qty":1,"sku":"A7"}}],"total":118.50}},
            "prefs":{{"x":1}},"promo":{{}},"sessions":{{{}}},"user":{{"note":"see draft order"}},"z":1}}"#,
            sessions(100, 0)
        ),
        &format!(
            r#"{{"cart":{{"currency":"EUR","items":[{{"id2":1,"qty":2,"sku":"A7"}},{{"id2":2,"qty":1,"sku":"B2"}}],"total":168.50}},
            "prefs":{{"x":1}},"promo":{{"code":"SPRING"}},"sessions":{{{}}},"user":{{"note":"see final order"}},"z":"1"}}"#,
            sessions(150, 1)
        ),
    )
}

#[test]
fn rows_line_up_and_what_did_not_change_folds() {
    let mut tree = shop();
    tree.act(TreeMove::First);
    let expected = [
        " state                    | state",
        "~  cart {4}               |~  cart {3} -1",
        ">    coupon \"SPRING\" moved to .promo.code|",
        "     currency \"EUR\"       |     currency \"EUR\"",
        "~    items [1] by sku     |~    items [2] by sku +1",
        "       A7                 |       A7",
        "         id2 1            |         id2 1",
        "-        qty 1            |+        qty 2 +1",
        "         sku \"A7\"         |         sku \"A7\"",
        "                          |+      B2 {3}",
        "-    total 118.50         |+    total 168.50 +50 (+42.2%)",
        "   prefs {1} unchanged    |   prefs {1} unchanged",
        "~  promo {0}              |~  promo {1} +1",
        "                          |>    code \"SPRING\" from .cart.coupon",
        "~  sessions {100}         |~  sessions {150} +50",
        "     s-0001               |     s-0001",
        "       … 3 unchanged      |       … 3 unchanged",
        "-      state \"active\"     |+      state \"idle\"",
        "     … 99 unchanged       |     … 99 unchanged",
        "                          |+    s-0101 {4}",
        "                          |+    s-0102 {4}",
        "                          |+    … 48 more added",
        "   user                   |   user",
        "-    note \"see [draft] order\"|+    note \"see [final] order\"",
        "-  z 1                    |+  z \"1\" number → string",
    ];
    assert_eq!(shown(&tree), expected.join("\n"));
    assert_eq!(tree.position(), (0, 57));
    assert_eq!(*tree.matching(), "arrays matched by \"sku\" (auto)");
}

#[test]
fn one_column_says_old_and_new_in_one_row() {
    let mut tree = shop();
    tree.act(TreeMove::First);
    let joined = joined(&tree);
    for line in [
        "~  cart {4} → {3} -1",
        "~        qty 1 → 2 +1",
        "~    total 118.50 → 168.50 +50 (+42.2%)",
        "~    note \"see [draft][final] order\"",
        "~  z 1 → \"1\" number → string",
        "~  sessions {100} → {150} +50",
        ">    coupon \"SPRING\" moved to .promo.code",
    ] {
        assert!(joined.lines().any(|row| row == line), "{line} in\n{joined}");
    }
}

#[test]
fn differences_are_visited_in_order_and_back() {
    let mut tree = shop();
    assert_eq!((tree.path().to_string().as_str(), tree.position()), (".cart.items[0].qty", (1, 57)));
    let mut paths = vec![tree.path().to_string()];
    while tree.next_difference() {
        paths.push(tree.path().to_string());
    }
    assert_eq!(paths.len(), 57);
    assert_eq!(&paths[..4], [".cart.items[0].qty", ".cart.items[1]", ".cart.total", ".promo.code"]);
    assert_eq!(&paths[55..], [".user.note", ".z"]);
    assert_eq!(tree.position(), (57, 57));
    for path in paths.iter().rev().skip(1) {
        assert!(tree.previous_difference());
        assert_eq!(tree.path().to_string(), *path);
    }
    assert!(!tree.previous_difference());
}

#[test]
fn a_fold_opens_in_place_and_everything_can_be_shown() {
    let mut tree = shop();
    tree.act(TreeMove::First);
    tree.act(TreeMove::Down(18));
    let line = tree.rows(30).iter().position(|row| row.selected);
    tree.act(TreeMove::Open);
    assert_eq!(tree.rows(30).iter().position(|row| row.selected), line);
    assert_eq!(tree.path().to_string(), ".sessions.s-0002");
    assert!(!shown(&tree).contains("99 unchanged"));
    let mut tree = shop();
    tree.act(TreeMove::Unchanged);
    assert!(!tree.folds());
    tree.act(TreeMove::Last);
    for _ in 0..200 {
        assert!(!shown(&tree).contains("…"), "{}", shown(&tree));
        tree.act(TreeMove::PageUp);
    }
}

#[test]
fn equal_values_and_scalars_make_one_quiet_row() {
    assert_eq!(
        shown(&tree("{\"a\":1}", "{\"a\":1}")),
        " state                    | state\n   a 1                    |   a 1"
    );
    assert_eq!(shown(&tree("1", "2")), "-state 1                  |+state 2 +1");
    assert_eq!(shown(&tree("null", "{\"a\":1}")), "-state null               |+state {1} null → object");
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        (0i64..3).prop_map(Value::from),
        "[ab]{0,9}".prop_map(|text| Value::from(&*text))
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let object = proptest::collection::btree_map("[a-d]", inner.clone(), 0..5);
        prop_oneof![
            proptest::collection::vec(inner, 0..5).prop_map(Value::from_iter),
            object.prop_map(|entries| entries.into_iter().map(|(key, value)| (key.into(), value)).collect()),
        ]
    })
}

/// How many rows a value has when all of it is open.
fn rows_of(value: &Value) -> usize {
    let children = match value {
        Value::Object(object) => object.iter().map(|(_, value)| rows_of(value)).sum(),
        Value::Array(array) => array.iter().map(rows_of).sum(),
        _ => 0usize,
    };
    children + 1
}

proptest! {
    #[test]
    fn with_everything_open_each_side_is_whole(left in any_value(), right in any_value()) {
        let mut tree = of(&left, &right);
        tree.act(TreeMove::OpenAll);
        tree.act(TreeMove::Unchanged);
        tree.act(TreeMove::First);
        tree.resize(10_000);
        let rows = tree.rows(10_000);
        let left_rows = rows.iter().filter(|row| row.left.is_some()).count();
        let right_rows = rows.iter().filter(|row| row.right.is_some()).count();
        prop_assert!(left_rows <= rows_of(&left) && right_rows <= rows_of(&right));
        // Below a change of type nothing is shown.
        if !rows.iter().any(|row| row.joined.note.unmarked().contains(" → ")) {
            prop_assert_eq!((left_rows, right_rows), (rows_of(&left), rows_of(&right)));
        }
        let changes = tree.pairs.compared().diff.changes.len();
        prop_assert_eq!(tree.position().1, changes);
    }

    #[test]
    fn moves_keep_the_cursor_on_the_screen(left in any_value(), right in any_value(), keys in proptest::collection::vec(0usize..17, 0..30)) {
        use TreeMove as M;
        let all = [M::Down(1), M::Up(1), M::NextSibling, M::PreviousSibling, M::In, M::Out, M::First, M::Last, M::OpenBelow,
            M::CloseBelow, M::OpenAll, M::CloseAll, M::Unchanged, M::Close, M::Open, M::ScrollDown(2), M::ScrollUp(2)];
        let mut tree = of(&left, &right);
        tree.resize(4);
        for key in keys {
            tree.act(all[key]);
            let rows = tree.rows(4);
            prop_assert_eq!(rows.iter().filter(|row| row.selected).count(), 1);
            prop_assert!(rows.iter().all(|row| row.left.is_some() || row.right.is_some()));
        }
    }
}

/// However often rows are made of them, in the diff and among the changes.
#[test]
fn two_long_texts_are_compared_once_while_they_are_shown() {
    let text = |word: &str| Value::from(format!("{0} {word} {0}", "one of many words ".repeat(10_000)).as_str());
    let [one, two, three] = ["one", "two", "three"].map(text);
    for (left, right) in [(&one, &two), (&one, &three), (&two, &three)] {
        let compared = Compared::new(left, right);
        let before = COMPARED.get();
        let diff = DiffTree::new(Pairs::new(DiffMarks::new(Arc::clone(&compared))));
        let changes = Changes::new(compared);
        for height in [10, 20, 10] {
            assert_eq!(diff.rows(height).len(), 1);
            assert!(!changes.lines(40, height).is_empty());
        }
        assert_eq!(COMPARED.get() - before, 1);
    }
}

#[test]
fn a_place_that_neither_side_has_splits_no_run() {
    let keys: Vec<String> = (0..100).map(|n| format!("\"k{n:03}\":0")).collect();
    let left = parse(format!("{{{}}}", keys.join(",")).as_bytes()).unwrap();
    let right = parse(format!("{{{},\"z\":1}}", keys.join(",")).as_bytes()).unwrap();
    let whole = shown(&of(&left, &right));
    for (place, splits) in [("k050x", false), ("k050", true)] {
        let mut tree = of(&left, &right);
        tree.pairs.pin(vec![Step::Key(place.into())]);
        assert_eq!(shown(&tree) != whole, splits, "{place}\n{}", shown(&tree));
    }
}
