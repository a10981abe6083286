#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::value::{Step, parse};
use crate::view::compared::Compared;
use crate::view::marks::DiffMarks;
use crate::view::text::SafeText;
use proptest::prelude::*;

fn value(text: &str) -> Value {
    parse(text.as_bytes()).unwrap()
}

fn state(left: &Value, right: &Value) -> TreeState {
    TreeState::new(DiffMarks::new(Compared::new(left, right)))
}

fn tree(left: &str, right: &str, height: usize) -> TreeModel {
    let (left, right) = (value(left), value(right));
    let mut tree = TreeModel::default();
    tree.resize(height);
    tree.show(state(&left, &right), None);
    tree
}

/// The keys of ux.md as moves.
fn moves(keys: &str) -> Vec<TreeMove> {
    use TreeMove as M;
    let named = |key: char| match key {
        'j' => M::Down(1),
        'k' => M::Up(1),
        'J' => M::NextSibling,
        'K' => M::PreviousSibling,
        'l' => M::In,
        'h' => M::Out,
        'g' => M::First,
        'G' => M::Last,
        'L' => M::OpenBelow,
        'H' => M::CloseBelow,
        'R' => M::OpenAll,
        'M' => M::CloseAll,
        'u' => M::Unchanged,
        'c' => M::Close,
        'o' => M::Open,
        'd' => M::PageDown,
        'b' => M::PageUp,
        't' => M::ToTop,
        'e' => M::ScrollDown(1),
        'y' => M::ScrollUp(1),
        digit => M::Level(u8::try_from(digit.to_digit(10).unwrap()).unwrap()),
    };
    keys.chars().map(named).collect()
}

fn shown(tree: &TreeModel, height: usize) -> String {
    let row = |row: &TreeRow| {
        let pointer = if row.selected { '>' } else { ' ' };
        let twist = match row.twist {
            Twist::Open => "▾ ",
            Twist::Closed => "▸ ",
            Twist::Leaf => "  ",
            Twist::Fold => "",
        };
        let sign = row.sign.map_or(" ", Sign::word);
        let cells = [&row.value, &row.note].map(SafeText::unmarked).join(" ");
        format!("{pointer}{sign}{}{twist}{} {}", "  ".repeat(row.depth), row.key.unmarked(), cells)
            .trim_end()
            .to_owned()
    };
    tree.rows(height).iter().map(row).collect::<Vec<_>>().join("\n")
}

use crate::view::Sign;

#[track_caller]
fn check(left: &str, right: &str, keys: &str, expected: &str) {
    let mut tree = tree(left, right, 12);
    for step in moves(keys) {
        tree.act(step);
    }
    let expected: Vec<&str> = expected.lines().skip(1).map(str::trim_end).collect();
    let indent = expected.iter().map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let margin = expected.iter().find(|line| line.contains('|')).and_then(|line| line.find('|')).unwrap_or(indent);
    let expected: Vec<&str> = expected.iter().filter_map(|line| line.get(margin + 1..)).collect();
    assert_eq!(shown(&tree, 12), expected.join("\n"), "after {keys:?}");
}

const SHOP: &str = r#"{"cart":{"items":[{"qty":1,"sku":"A7"}],"total":118.5},"config":{"a":1},"user":"ana"}"#;

#[test]
fn containers_open_close_and_lead_to_parent_and_child() {
    check(
        SHOP,
        SHOP,
        "",
        "
        |> ▾ state {3} 85 B
        |    ▸ cart {2}
        |    ▸ config {1}
        |      user \"ana\"",
    );
    check(
        SHOP,
        SHOP,
        "jl",
        "
        |  ▾ state {3} 85 B
        |>   ▾ cart {2}
        |      ▸ items [1]
        |        total 118.5
        |    ▸ config {1}
        |      user \"ana\"",
    );
    check(
        SHOP,
        SHOP,
        "jlllll",
        "
        |  ▾ state {3} 85 B
        |    ▾ cart {2}
        |      ▾ items [1]
        |>       ▾ 0 {2}
        |            qty 1
        |            sku \"A7\"
        |        total 118.5
        |    ▸ config {1}
        |      user \"ana\"",
    );
    check(
        SHOP,
        SHOP,
        "jlllllhhh",
        "
        |  ▾ state {3} 85 B
        |    ▾ cart {2}
        |>     ▸ items [1]
        |        total 118.5
        |    ▸ config {1}
        |      user \"ana\"",
    );
    check(
        SHOP,
        SHOP,
        "jllJJ",
        "
        |  ▾ state {3} 85 B
        |    ▾ cart {2}
        |      ▸ items [1]
        |        total 118.5
        |>   ▸ config {1}
        |      user \"ana\"",
    );
    check(
        SHOP,
        SHOP,
        "jlGK",
        "
        |  ▾ state {3} 85 B
        |    ▾ cart {2}
        |      ▸ items [1]
        |        total 118.5
        |>   ▸ config {1}
        |      user \"ana\"",
    );
}

#[test]
fn whole_subtrees_open_and_close() {
    check(
        SHOP,
        SHOP,
        "jL",
        "
        |  ▾ state {3} 85 B
        |>   ▾ cart {2}
        |      ▾ items [1]
        |        ▾ 0 {2}
        |            qty 1
        |            sku \"A7\"
        |        total 118.5
        |    ▸ config {1}
        |      user \"ana\"",
    );
    check(
        SHOP,
        SHOP,
        "RjjjjM",
        "
        |  ▾ state {3} 85 B
        |>   ▸ cart {2}
        |    ▸ config {1}
        |      user \"ana\"",
    );
    check(
        SHOP,
        SHOP,
        "2jj",
        "
        |  ▾ state {3} 85 B
        |    ▾ cart {2}
        |>     ▸ items [1]
        |        total 118.5
        |    ▾ config {1}
        |        a 1
        |      user \"ana\"",
    );
    check(
        SHOP,
        SHOP,
        "RjHc",
        "
        |> ▸ state {3} 85 B",
    );
}

#[test]
fn changes_show_at_the_right_and_open_the_way() {
    let changed =
        r#"{"cart":{"items":[{"qty":2,"sku":"A7"},{"qty":1,"sku":"B2"}],"total":168.5},"config":{"a":1},"user":"ana"}"#;
    check(
        SHOP,
        changed,
        "",
        "
        |>~▾ state {3} 106 B
        | ~  ▾ cart {2}
        | ~    ▾ items [2] by sku +1
        | ~      ▾ A7 {2}
        | ~          qty 2 +1
        |            sku \"A7\"
        | +      ▸ B2 {2}
        | ~      total 168.5 +50
        |    ▸ config {1}
        |      user \"ana\"",
    );
}

fn sessions(range: std::ops::Range<u32>, idle: u32) -> String {
    let state = |n| if n == idle { "idle" } else { "active" };
    let each: Vec<_> = range.map(|n| format!(r#""s-{n:04}":{{"state":"{}"}}"#, state(n))).collect();
    format!(r#"{{"sessions":{{{}}}}}"#, each.join(","))
}

#[test]
fn what_did_not_change_among_many_folds_and_unfolds() {
    let (left, right) = (sessions(1..101, 0), sessions(1..151, 1));
    let folded = "
        |>~▾ state {1} 4.2 KB
        | ~  ▾ sessions {150} +50
        | ~    ▸ s-0001 {1}
        |      ▸ s-0002 {1}
        |      … 98 unchanged
        | +    ▸ s-0101 {1}
        | +    ▸ s-0102 {1}
        | +    … 48 more added";
    check(&left, &right, "", folded);
    check(
        &left,
        &right,
        "jjjjlk",
        "
        | ~▾ state {1} 4.2 KB
        | ~  ▾ sessions {150} +50
        | ~    ▸ s-0001 {1}
        |>     ▸ s-0002 {1}
        |      ▸ s-0003 {1}
        |      ▸ s-0004 {1}
        |      ▸ s-0005 {1}
        |      ▸ s-0006 {1}
        |      ▸ s-0007 {1}
        |      ▸ s-0008 {1}
        |      ▸ s-0009 {1}
        |      ▸ s-0010 {1}",
    );
    check(
        &left,
        &right,
        "uGk",
        "
        | +    ▸ s-0139 {1}
        | +    ▸ s-0140 {1}
        | +    ▸ s-0141 {1}
        | +    ▸ s-0142 {1}
        | +    ▸ s-0143 {1}
        | +    ▸ s-0144 {1}
        | +    ▸ s-0145 {1}
        | +    ▸ s-0146 {1}
        | +    ▸ s-0147 {1}
        | +    ▸ s-0148 {1}
        |>+    ▸ s-0149 {1}
        | +    ▸ s-0150 {1}",
    );
    check(&left, &right, "uGGuggg", folded);
}

#[test]
fn expansion_and_cursor_survive_a_step_in_time() {
    let mut tree = tree(SHOP, SHOP, 12);
    for step in moves("jlllll") {
        tree.act(step);
    }
    assert_eq!(tree.path().to_string(), ".cart.items[0]");
    let (old, gone) = (value(SHOP), value(r#"{"cart":{"items":[],"total":1}}"#));
    tree.show(state(&old, &gone), None);
    assert_eq!(tree.path().to_string(), ".cart.items");
    tree.show(state(&gone, &old), None);
    assert_eq!(tree.path().to_string(), ".cart.items");
    let below = tree.rows(12).iter().any(|row| row.path.to_string() == ".cart.items[0].sku");
    assert!(below, "items and its element are still open:\n{}", shown(&tree, 12));
}

#[test]
fn the_cursor_is_never_folded_away_by_a_step_in_time() {
    let (left, right) = (sessions(1..101, 50), sessions(1..101, 70));
    let mut tree = tree(&sessions(1..101, 0), &left, 12);
    tree.go_to(&Path(vec![Step::Key("sessions".into()), Step::Key("s-0050".into())]));
    let (left, right) = (value(&left), value(&right));
    tree.show(state(&right, &right), None);
    tree.show(state(&left, &right), None);
    tree.show(state(&right, &value(&sessions(1..101, 0))), None);
    assert_eq!(tree.path().to_string(), ".sessions.s-0050");
    assert!(shown(&tree, 12).contains(">     ▸ s-0050"), "{}", shown(&tree, 12));
}

#[test]
fn a_search_finds_keys_and_values_in_both_directions_and_goes_round() {
    let mut tree = tree(SHOP, SHOP, 12);
    tree.search("A");
    let mut hits = Vec::new();
    for towards in [Towards::Next, Towards::Next, Towards::Previous] {
        assert_eq!(tree.find(towards, 100), SearchOutcome::Hit);
        hits.push(tree.path().to_string());
    }
    assert_eq!(hits, [".cart.items[0].sku"; 3]);
    tree.search("a");
    let mut hits = Vec::new();
    for _ in 0..7 {
        assert_eq!(tree.find(Towards::Next, 100), SearchOutcome::Hit);
        hits.push(tree.path().to_string());
    }
    // First the key that is the text, then row by row.
    let order = [".config.a", ".user", ".cart", ".cart.items[0].sku", ".cart.total", ".config.a", ".user"];
    assert_eq!(hits, order);
    for path in [".config.a", ".cart.total", ".cart.items[0].sku", ".cart", ".user", ".config.a"] {
        assert_eq!(tree.find(Towards::Previous, 100), SearchOutcome::Hit);
        assert_eq!(tree.path().to_string(), path);
    }
    tree.search("nowhere");
    assert_eq!(tree.find(Towards::Next, 3), SearchOutcome::More);
    assert_eq!(tree.find(Towards::Next, 100), SearchOutcome::Nothing);
    assert_eq!(tree.path().to_string(), ".config.a");
}

#[test]
fn a_search_lands_on_a_key_before_a_text_that_has_the_word() {
    let check = |state: &str, from: &str, text: &str, landing: &str| {
        for budget in [1, 2, 1000] {
            let mut tree = tree(state, state, 12);
            tree.go_to(&Path::parse(from, &value(state)).unwrap());
            tree.search(text);
            while tree.find(Towards::Next, budget) == SearchOutcome::More {}
            assert_eq!(tree.path().to_string(), landing, "/{text} from {from} in {state}, {budget} a call");
        }
    };
    let package = r#"{"bugs":"https://x/version","engines":{"versions":">=1"},"min_version":2,"version":"1.2"}"#;
    for (text, landing) in [
        ("version", ".version"),
        ("versions", ".engines.versions"),
        ("vers", ".engines.versions"),
        ("ion", ".engines.versions"),
        ("n_v", ".min_version"),
        ("1.2", ".version"),
        ("x/ver", ".bugs"),
        ("Version", "."),
    ] {
        check(package, ".", text, landing);
    }
    // Of equal ones the next, round the end; the row of the cursor is one of them.
    let nested = r#"{"a":{"id":1,"x":"id"},"b":{"id":2},"c":{"grid":"id"},"d":"ID"}"#;
    for (from, text, landing) in [
        (".", "id", ".a.id"),
        (".a.id", "id", ".a.id"),
        (".a.x", "id", ".b.id"),
        (".c", "id", ".a.id"),
        (".c", "gr", ".c.grid"),
        (".a", "ID", ".d"),
        (".d", "rid", ".c.grid"),
    ] {
        check(nested, from, text, landing);
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        (0i64..3).prop_map(Value::from),
        "[ab]{0,2}".prop_map(|text| Value::from(&*text))
    ];
    leaf.prop_recursive(4, 60, 6, |inner| {
        let object = proptest::collection::btree_map("[a-d]{1,2}", inner.clone(), 0..6);
        prop_oneof![
            proptest::collection::vec(inner, 0..6).prop_map(Value::from_iter),
            object.prop_map(|entries| entries.into_iter().map(|(key, value)| (key.into(), value)).collect()),
        ]
    })
}

/// Every visible row, found by walking the whole value.
fn expanded(tree: &TreeModel, value: &Value, path: &mut Path, rows: &mut Vec<Path>) {
    rows.push(path.clone());
    let view = crate::view::outline::OutlineWalk { forest: &tree.state, folds: tree.outline.folds() };
    if !view.is_open(&path.0) {
        return;
    }
    let children: Vec<(Step, Value)> = match value {
        Value::Object(object) => object.iter().map(|(key, value)| (Step::Key(key.clone()), value.clone())).collect(),
        Value::Array(array) => array.iter().cloned().enumerate().map(|(at, value)| (Step::Index(at), value)).collect(),
        _ => Vec::new(),
    };
    for (step, child) in children {
        path.0.push(step);
        expanded(tree, &child, path, rows);
        path.0.pop();
    }
}

/// Each node in the order of rows, with how well it fits: 0 a key that is the text, 1 it begins so, 2 it has it, 3 a text does.
fn fits(value: &Value, path: &mut Path, text: &str, nodes: &mut Vec<(Path, Option<u8>)>) {
    let key = match path.0.last() {
        Some(Step::Key(key)) => {
            [**key == *text, key.starts_with(text), key.contains(text)].iter().position(|fits| *fits)
        }
        _ => None,
    };
    let is_in_value =
        matches!(value, Value::String(own) if own.contains(text)) || text == "2" && *value == Value::from(2i64);
    let fit = key.map(|fit| u8::try_from(fit).unwrap()).or(is_in_value.then_some(3));
    nodes.push((path.clone(), fit));
    let children: Vec<(Step, Value)> = match value {
        Value::Object(object) => object.iter().map(|(key, value)| (Step::Key(key.clone()), value.clone())).collect(),
        Value::Array(array) => array.iter().cloned().enumerate().map(|(at, value)| (Step::Index(at), value)).collect(),
        _ => Vec::new(),
    };
    for (step, child) in children {
        path.0.push(step);
        fits(&child, path, text, nodes);
        path.0.pop();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    /// First the best of all, from the cursor on; then every hit, in the order of rows, round the end.
    #[test]
    fn a_search_lands_where_a_plain_walk_does(
        value in any_value(), text in "[a-d]{1,2}|2", from in 0usize..60, budget in 1usize..9
    ) {
        let mut nodes = Vec::new();
        fits(&value, &mut Path::default(), &text, &mut nodes);
        let from = from % nodes.len();
        let round = |at: usize| nodes[at..].iter().chain(&nodes[..at]);
        let best = round(from).filter_map(|(path, fit)| fit.map(|fit| (fit, path))).min_by_key(|(fit, _)| *fit);
        let mut tree = TreeModel::default();
        tree.resize(8);
        tree.show(state(&value, &value), None);
        tree.go_to(&nodes[from].0);
        tree.search(&text);
        let mut next = || loop {
            match tree.find(Towards::Next, budget) {
                SearchOutcome::More => {}
                SearchOutcome::Hit => break Some(tree.path()),
                SearchOutcome::Nothing => break None,
            }
        };
        let landed = next();
        prop_assert_eq!(&landed, &best.map(|(_, path)| path.clone()));
        if let Some(landed) = landed {
            let at = nodes.iter().position(|(path, _)| *path == landed).unwrap();
            let rest: Vec<_> = round(at + 1).filter(|(_, fit)| fit.is_some()).map(|(path, _)| path.clone()).collect();
            for path in rest {
                prop_assert_eq!(next(), Some(path));
            }
        }
    }

    #[test]
    fn the_window_is_a_piece_of_the_expanded_tree(
        left in any_value(), right in any_value(), keys in "[jkJKlhgGLHRM23codbtey]{0,30}", height in 1usize..8
    ) {
        let mut tree = TreeModel::default();
        tree.resize(height);
        tree.show(state(&left, &right), None);
        for step in moves(&keys) {
            let before = tree.path();
            let mut rows = Vec::new();
            expanded(&tree, &right, &mut Path::default(), &mut rows);
            let at = rows.iter().position(|row| *row == before).unwrap();
            tree.act(step);
            match step {
                TreeMove::Down(_) => prop_assert_eq!(tree.path(), rows[(at + 1).min(rows.len() - 1)].clone()),
                TreeMove::Up(_) => prop_assert_eq!(tree.path(), rows[at.saturating_sub(1)].clone()),
                TreeMove::Last => prop_assert_eq!(tree.path(), rows.last().cloned().unwrap()),
                _ => {}
            }
            let mut rows = Vec::new();
            expanded(&tree, &right, &mut Path::default(), &mut rows);
            let window: Vec<_> = tree.rows(height).into_iter().map(|row| row.path).collect();
            prop_assert_eq!(window.len(), height.min(rows.len()));
            prop_assert!(rows.windows(window.len()).any(|part| part == window));
            let selected: Vec<_> = tree.rows(height).into_iter().filter(|row| row.selected).map(|row| row.path).collect();
            prop_assert_eq!(selected, vec![tree.path()]);
        }
    }
}

fn wide(changed: usize) -> [String; 2] {
    [0, 1].map(|new| {
        let member = |at: usize| format!(r#""k{at:02}":{}"#, if at == changed { new } else { 0 });
        format!("{{{}}}", (0..20).map(member).collect::<Vec<_>>().join(","))
    })
}

#[test]
fn a_change_out_of_sight_is_brought_into_view() {
    let sees = |tree: &TreeModel, key: &str| tree.rows(8).iter().any(|row| *row.key.unmarked() == *key);
    let [before, after] = wide(17);
    let mut tree = tree(&before, &before, 8);
    assert!(!sees(&tree, "k17"));
    tree.show(state(&value(&before), &value(&after)), None);
    assert!(sees(&tree, "k17"), "{}", shown(&tree, 8));
    assert_eq!(tree.path(), Path::default(), "the cursor stays where it was");
    // Keys go on from the cursor, a click from what is seen.
    tree.act(TreeMove::Down(1));
    assert_eq!((tree.path().to_string(), sees(&tree, "k17")), (".k00".into(), false));
    tree.act(TreeMove::First);
    tree.show(state(&value(&before), &value(&after)), None);
    let line = tree.rows(8).iter().position(|row| *row.key.unmarked() == *"k17").unwrap();
    tree.act(TreeMove::Line(line));
    assert_eq!(tree.path().to_string(), ".k17");
}

#[test]
fn a_cursor_that_was_put_somewhere_stays_in_sight() {
    for (at, changed) in [(3, 9), (12, 6), (3, 17), (18, 1)] {
        let [before, after] = wide(changed);
        let mut tree = tree(&before, &before, 8);
        tree.act(TreeMove::Down(at + 1));
        let path = tree.path();
        tree.show(state(&value(&before), &value(&after)), None);
        let rows = tree.rows(8);
        assert!(rows.iter().any(|row| row.selected && row.path == path), "{at} {changed}: {}", shown(&tree, 8));
        let is_near = at.abs_diff(changed) < 8;
        let is_seen = rows.iter().any(|row| *row.key.unmarked() == *format!("k{changed:02}"));
        assert_eq!(is_seen, is_near, "{at} {changed}: {}", shown(&tree, 8));
    }
}
