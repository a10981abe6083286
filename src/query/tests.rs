mod limits;
mod null;

use super::{Query, QueryBudget, ReadStep};
use crate::value::{self, Path, Value};
use jaq_core::data::JustLut;
use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars};
use jaq_json::Val;
use proptest::prelude::*;

const VALUES: [&str; 12] = [
    "null",
    "true",
    "-3",
    "2.5",
    r#""a1b22""#,
    "[]",
    "[3,1,2,1]",
    r#"{"items":[{"qty":2,"sku":"x"},{"qty":-1,"sku":"y"}],"status":"paid","total":12}"#,
    r#"[{"k":1,"v":[1,[2]]},{"k":0},{"k":1,"v":null}]"#,
    r#"{"a":"äöü","b":{"c":[1,2,3]},"n":1e3}"#,
    r#"["10","x","1.5"," 7 "]"#,
    r#"{"a":{"b":null},"z":[[1,2],[3]]}"#,
];

const FILTERS: [&str; 117] = [
    ".",
    ".status",
    ".items[0].qty",
    ".items[-1].sku",
    ".items[].qty",
    ".[0]",
    ".[-1]",
    ".[1:]",
    ".[:2]",
    ".[1:3]",
    ".[]?",
    "..",
    "keys",
    "length",
    "type",
    "not",
    "add",
    "any",
    "all",
    "min",
    "max",
    "sort",
    "unique",
    "reverse",
    "flatten",
    "tojson",
    "tostring",
    "tonumber?",
    "to_entries?",
    "map(.k)?",
    "map(.)?",
    "sort_by(.k)?",
    "group_by(.k)?",
    "unique_by(.k)?",
    "min_by(.k)?",
    "max_by(.k)?",
    "has(\"a\")?",
    "has(0)?",
    "contains(\"b\")?",
    "contains([1])?",
    "inside([3,1,2,1,5])?",
    "index(\"b\")?",
    "indices(1)?",
    "indices(\"b\")?",
    "indices([1])?",
    ".items?|length",
    "[.[]?|numbers]",
    "[..|strings]",
    "path(..)",
    "[paths]",
    "[paths(type == \"number\")]",
    "getpath([\"a\",\"b\"])?",
    "del(.items)?",
    "del(.[0])?",
    "del(.[1:])?",
    "to_entries?|from_entries",
    "with_entries(.value |= tojson)?",
    ".items[0].qty = 5",
    ".items?[]?.qty += 1",
    ".a? // \"none\"",
    "if . then 1 else 2 end",
    "[.[]? | select(. > 1)]",
    "reduce .[]? as $x (0; . + 1)",
    "[foreach .[]? as $x (0; . + 1)]",
    "[limit(2; .[]?)]",
    "first(.[]?)",
    "[range(3)]",
    "[range(0; 10; 3)]",
    "[recurse(.[]?; true)] | length",
    "ascii_downcase?",
    "ascii_upcase?",
    "explode?",
    "split(\"1\")?",
    "test(\"[0-9]+\")?",
    "[scan(\"[0-9]\")?]",
    "sub(\"[0-9]\"; \"#\")?",
    "gsub(\"[0-9]\"; \"#\")?",
    "ltrimstr(\"a\")?",
    "startswith(\"a\")?",
    "endswith(\"2\")?",
    "join(\",\")?",
    "@base64?",
    "@uri?",
    "@html?",
    "\"\\(.)\"",
    "{a: 1, b: .}",
    "{status}?",
    "[.] + [1]",
    ". - [1]?",
    "(. * 2)?",
    "(. / 2)?",
    "(. % 2)?",
    "-(.)?",
    "floor?",
    "sqrt?",
    "pow(.; 2)?",
    "1 / 3",
    "10 % 3",
    "[.[]? | tojson | fromjson]",
    "try error(\"x\") catch .",
    "(.[]? // 1)",
    "label $out | 1, break $out, 2",
    "[.[]?, .[]?] | unique",
    "transpose?",
    "walk(if type == \"number\" then . + 1 else . end)",
    "input_or_null? // 3",
    "[.[] as [$a, $b] | {$a, $b}]?",
    "isvalid_or(1)?",
    "splits(\"1\")?",
    "[.[]? | . == 1]",
    ". == {}",
    ". < 1",
    ". >= \"a\"",
    "[.[]?] | sort | bsearch(2)",
    "[1,[2,[3]]] | flatten(1)",
    "map_values(. )?",
    "@json",
];

/// What the interpreter says on its own values: JSON texts up to an error, and whether there was one.
fn reference(filter: &str, value: &str) -> Option<(Vec<String>, bool)> {
    let arena = Arena::default();
    let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let modules = Loader::new(definitions).load(&arena, File { code: filter, path: () }).ok()?;
    let functions = jaq_core::funs::<JustLut<Val>>().chain(jaq_std::funs()).chain(jaq_json::funs());
    let filter = Compiler::default().with_funs(functions).compile(modules).ok()?;
    let context = Ctx::<JustLut<Val>>::new(&filter.lut, Vars::new([]));
    let input = jaq_json::read::parse_single(value.as_bytes()).ok()?;
    let mut outputs = Vec::new();
    for output in filter.id.run((context, input)).take(1000) {
        match output {
            Ok(output) => outputs.push(output.to_string()),
            Err(_) => return Some((outputs, true)),
        }
    }
    Some((outputs, false))
}

fn outputs(filter: &str, value: &str) -> Option<(Vec<Value>, bool)> {
    let query = Query::compile(filter).ok()?;
    let (value, mut outputs) = (value::parse(value.as_bytes()).unwrap(), Vec::new());
    let ended = query.each(&value, &QueryBudget::default(), |output| {
        outputs.push(output.into_value());
        true
    });
    Some((outputs, ended.is_err()))
}

/// What `jq` 1.7 answers; the interpreter refuses some of it.
#[test]
fn assignments_do_what_jq_does() {
    for (filter, value, expected) in [
        (".a.b = 1", "null", "{\"a\":{\"b\":1}}"),
        (".a[2] = 1", "{}", "{\"a\":[null,null,1]}"),
        (".[1] += 1", "[5]", "[5,1]"),
        (".tools[\"x\"] = ((.tools[\"x\"] // 0) + 1)", "{}", "{\"tools\":{\"x\":1}}"),
        ("del(.a.b)", "{}", "{}"),
        ("del(.a.b)", "null", "null"),
        ("del(.a.b, .c)", "{\"a\":{\"b\":1,\"d\":2},\"c\":3}", "{\"a\":{\"d\":2}}"),
        ("del(.[0, 2])", "[1,2,3,4]", "[2,4]"),
        ("del(.[1:3])", "[1,2,3,4]", "[1,4]"),
        ("del(.[-1])", "[1,2,3]", "[1,2]"),
        ("del(.[] | select(. > 1))", "[1,2,3]", "[1]"),
        ("del(.[9])", "[1]", "[1]"),
        ("delpaths([[\"a\",0],[\"b\"]])", "{\"a\":[1,2],\"b\":3}", "{\"a\":[2]}"),
        ("setpath([\"a\",\"b\"]; 1)", "null", "{\"a\":{\"b\":1}}"),
        ("to_entries | from_entries", "{\"a\":1}", "{\"a\":1}"),
    ] {
        let found = outputs(filter, value).unwrap();
        let found: Vec<String> = found.0.iter().map(Value::to_json).collect();
        assert_eq!(found, [expected], "{filter} on {value}");
    }
    let (found, fails) = outputs(".[9999999999] = 1", "[]").unwrap();
    assert!(fails && found.is_empty(), "no array grows without end");
}

/// What `jq` 1.8 answers; an error is written `error`.
#[test]
fn what_is_an_error_in_jq_is_one_here() {
    let value = r#"{"n":7,"z":0,"s":"abc","arr":[1,2,3],"obj":{"k":1},"nul":null,"huge":1e400}"#;
    for (filter, expected) in [
        (".n/0", "error"),
        (".n/.z", "error"),
        (".n/0.0", "error"),
        (".n%0", "error"),
        (".n%0.5", "error"),
        (".n/.nul", "error"),
        ("[.n/0]", "error"),
        (".n/0, 1", "error"),
        ("1, .n/0", "1 error"),
        ("(.n/0) // 5", "error"),
        ("(.n/0)?", ""),
        ("try (.n/0) catch 8", "8"),
        ("limit(1; 2, .n/0)", "2"),
        ("if .n/0 then 1 else 2 end", "error"),
        (".arr and .n/0", "error"),
        ("false and (.n/0)", "false"),
        ("\"a\\(.n/0)\"", "error"),
        ("7 % 5.9", "2"),
        ("(0-7) % 3", "-1"),
        ("7 % -3", "1"),
        ("5.5 % 2", "1"),
        ("nan % 1", "null"),
        ("nan", "null"),
        ("infinite", "1.7976931348623157e308"),
        ("-infinite", "-1.7976931348623157e308"),
        (".huge + 1", "1.7976931348623157e308"),
        (
            "[nan < nan, nan == nan, (nan | isnan), (infinite | isinfinite), (1 | isnan)]",
            "[true,false,true,true,false]",
        ),
        (".arr[nan]", "null"),
        (".n | flatten", "error"),
        ("[1,[2,[3]]] | flatten", "[1,2,3]"),
        ("[1,[2,[3]]] | flatten(0)", "[1,[2,[3]]]"),
        ("{a: 1, b: [2]} | flatten", "[1,2]"),
        ("[[1]] | flatten(-1)", "error"),
        (".n | contains(\"b\")", "error"),
        (".obj | contains({k: 1})", "true"),
        ("[1,null,\"a\",true] | join(\"-\")", "\"1--a-true\""),
        ("[] | join(\"-\")", "\"\""),
        ("[[1]] | join(\",\")", "error"),
        (".nul | reverse", "[]"),
        ("[1,2] | reverse", "[2,1]"),
        (".obj | @csv", "error"),
        ("[.obj] | @csv", "error"),
        ("[1,null,\"a\\\"b\",true] | @csv", "\"1,,\\\"a\\\"\\\"b\\\",true\""),
        ("[1,null,\"a\\tb\"] | @tsv", "\"1\\t\\ta\\\\tb\""),
        ("[limit(-1; 1, 2)]", "error"),
        ("[limit(2; 1, 2, 3)]", "[1,2]"),
        ("nth(-1; 1, 2)", "error"),
        ("nth(1; 1, 2)", "2"),
        ("[{a: [1]} | tostream]", "[[[\"a\",0],1],[[\"a\",0]],[[\"a\"]]]"),
        ("fromstream({a: [1, {b: 2}]} | tostream)", "{\"a\":[1,{\"b\":2}]}"),
        ("[1 | truncate_stream([[0], 1], [[1, 0], 2], [[1, 0]], [[1]])]", "[[[0],2],[[0]]]"),
        ("[1, 5 | IN(1, 2), IN([1], 5)]", "[true,false,false,true]"),
        ("[IN(1, 2; 2, 3), IN(1; 2), (null | IN(empty))]", "[true,false,false]"),
        ("[{k: 1}, {k: 2}, {k: 1, z: 0}] | INDEX(.k)", "{\"1\":{\"k\":1,\"z\":0},\"2\":{\"k\":2}}"),
        ("[{k: \"a\"}, {k: \"b\"}] | JOIN({a: 1}; .k)", "[[{\"k\":\"a\"},1],[{\"k\":\"b\"},null]]"),
        ("[JOIN({a: 1}; \"a\", \"b\"; .; [.[1]])]", "[[1],[null]]"),
        ("[{a: [1, null, {}]} | leaf_paths]", "[[\"a\",0]]"),
        (".s | tonumber", "error"),
        (".n.b", "error"),
        (".nul.b", "null"),
        (".nul[0]", "null"),
        (".n[0]", "error"),
        ("getpath([\"n\", \"b\"])", "error"),
        (".n | ltrimstr(\"a\")", "error"),
        ("\"bad\" | fromdate", "error"),
        (".s | test(\"(\")", "error"),
        (".s * 2", "\"abcabc\""),
        (".arr * 2", "error"),
    ] {
        let (found, fails) = outputs(filter, value).unwrap_or_else(|| panic!("{filter}"));
        let told = found.iter().map(Value::to_json).chain(fails.then(|| "error".to_owned()));
        assert_eq!(told.collect::<Vec<_>>().join(" "), expected, "{filter}");
    }
}

#[test]
fn filters_give_what_the_interpreter_gives_on_its_own_values() {
    let (mut compared, mut wrong) = (0, Vec::new());
    for filter in FILTERS {
        for value in VALUES {
            if value.starts_with('{') && [".[0]", ".[-1]", "has(0)?", "del(.[0])?", "del(.[1:])?"].contains(&filter) {
                continue; // Keys that are no texts: an error here, as in `jq`.
            }
            if value.contains(":{") | value.starts_with("[{")
                && ["transpose?", "[.[] as [$a, $b] | {$a, $b}]?"].contains(&filter)
            {
                continue; // The same.
            }
            if value.starts_with('"') && filter == "del(.[1:])?" {
                continue; // Changing a part of a text: an error here, as in `jq`.
            }
            if value == "null"
                && [".[1:]", ".[:2]", ".[1:3]", "indices(1)?", "indices(\"b\")?", "indices([1])?", "index(\"b\")?"]
                    .contains(&filter)
            {
                continue; // `null` here, as in `jq`.
            }
            if [".items[0].qty = 5", "del(.items)?", "del(.[0])?", "del(.[1:])?"].contains(&filter)
                && (["null", "[]"].contains(&value) || filter.starts_with(".items"))
            {
                continue; // What is not there is made, or is no matter, as in `jq`: `assignments_do_what_jq_does`.
            }
            let (is_array, is_text) = (value.starts_with('['), value.starts_with('"'));
            let differs = match filter {
                "reverse" => value == "null" || is_text,
                "flatten" | "inside([3,1,2,1,5])?" | "contains([1])?" => !is_array,
                "contains(\"b\")?" => !is_text,
                "join(\",\")?" => value.starts_with("[{"),
                "(. % 2)?" => value == "2.5",
                _ => false,
            };
            if differs {
                continue; // An error here, or what `jq` has: `what_is_an_error_in_jq_is_one_here`.
            }
            let Some((expected, fails)) = reference(filter, value) else {
                assert!(Query::compile(filter).is_err(), "{filter} compiles here only");
                continue;
            };
            let (found, found_fails) = outputs(filter, value).unwrap_or_else(|| {
                panic!("{filter}: {}", Query::compile(filter).err().unwrap());
            });
            // Whole numbers are whole however they are written here (`1e3`, `6.0`), so values are compared, not texts.
            let parsed: Option<Vec<_>> = expected.iter().map(|text| value::parse(text.as_bytes()).ok()).collect();
            let Some(expected) = parsed else {
                continue; // A key that is no text, or no number: not JSON.
            };
            if (&found, found_fails) != (&expected, fails) {
                wrong.push(format!("{filter} on {value}: {found:?} {found_fails}, not {expected:?} {fails}"));
            }
            compared += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 1100, "{compared}");
}

#[test]
fn simple_filters_say_what_the_interpreter_says() {
    let sides =
        [".", ".status", ".total", ".items[0].qty", ".items[1].none", "1", "-3", "\"paid\"", "null", "true", ".[0]"];
    let mut simple = 0;
    for left in sides {
        for operator in ["==", "!=", "<", "<=", ">", ">="] {
            for right in sides {
                let plain = format!("{left} {operator} {right}");
                for filter in
                    [plain.clone(), format!("({plain}) | not"), format!("{plain} and .total"), format!("{plain} or .x")]
                {
                    let query = Query::compile(&filter).unwrap();
                    simple += usize::from(query.simple.is_some());
                    for value in VALUES {
                        let value = value::parse(value.as_bytes()).unwrap();
                        let budget = QueryBudget::default();
                        assert_eq!(
                            query.truth(&value, &budget),
                            query.truth_in_full(&value, &budget),
                            "{filter} on {value}"
                        );
                    }
                }
            }
        }
    }
    assert!(simple > 1000, "{simple}");
}

fn read_paths(filter: &str) -> Vec<String> {
    let step = |step: &ReadStep| match step {
        ReadStep::Key(key) => format!(".{key}"),
        ReadStep::Index(index) => format!("[{index}]"),
        ReadStep::Each => "[]".to_owned(),
    };
    let query = Query::compile(filter).unwrap();
    let paths = query.reads().paths().iter();
    paths.map(|path| if path.is_empty() { ".".to_owned() } else { path.iter().map(step).collect() }).collect()
}

#[test]
fn what_a_filter_reads_is_told_from_its_text() {
    for (filter, expected) in [
        (".", vec!["."]),
        ("1 + 1", vec![]),
        (".a.b == 1", vec![".a.b"]),
        (".a.b == 1 and .c", vec![".a.b", ".c"]),
        (".a, .a.b", vec![".a"]),
        (".items[].qty < 0", vec![".items[].qty"]),
        ("any(.items[]; .qty < 0)", vec![".items[].qty"]),
        ("any(.items[]; 1 == 1)", vec![".items[]"]),
        ("all(.items[] | select(.on); .qty)", vec![".items[].on", ".items[].qty"]),
        ("[.items[] | 1] | length", vec![".items[]"]),
        (".items | map(1)", vec![".items[]"]),
        (".a.b | 1", vec![".a.b"]),
        (".a | .b | 1, .c", vec![".a.b.c"]),
        (".items | any(.qty < 0)", vec![".items[].qty"]),
        (".items | map(.qty) | add", vec![".items[].qty"]),
        (".items | length", vec![".items"]),
        (".a | has(\"b\")", vec![".a.b"]),
        (".a as $x | .b", vec!["."]),
        (".a // .b", vec![".a", ".b"]),
        ("if .a then .b else .c end", vec![".a", ".b", ".c"]),
        ("if .a then .b end", vec!["."]),
        (".a[.i]", vec![".a", ".i"]),
        (".a[0].b", vec![".a[0].b"]),
        (".a[-1]", vec![".a"]),
        (".a[1:]", vec![".a"]),
        ("{a, b: .c}", vec![".a", ".c"]),
        ("\"\\(.a)-\\(.b.c)\"", vec![".a", ".b.c"]),
        (".a |= 1", vec!["."]),
        ("..", vec!["."]),
        (".a | ..", vec![".a"]),
        (".a | select(.b > 1) | .c", vec![".a.b", ".a.c"]),
        (".a?", vec![".a"]),
        (".a | keys", vec![".a"]),
        ("def f: .a; .b | f", vec!["."]),
        ("reduce .a[] as $x (0; . + $x)", vec!["."]),
    ] {
        assert_eq!(read_paths(filter), expected, "{filter}");
    }
}

/// `any` and `all` of every container, with errors before and behind what decides.
#[test]
fn parts_are_judged_as_the_interpreter_judges_them() {
    let conditions =
        [".k == 1", ".k", ".v[0] > 0", ". == null", ". > 1", "true", "false", ".k | not", ".k == 0 or .v", "any(.)"];
    let mut simple = 0;
    for condition in conditions {
        for name in ["any", "all"] {
            for filter in [
                format!("{name}({condition})"),
                format!("{name}(.[]; {condition})"),
                format!("{name}(.items[]; {condition})"),
                format!(".items | {name}({condition}) | not"),
                format!(".z | {name}({condition}) and .a"),
                format!("{name}(.a.b[]; {condition}) or true"),
                format!(".b | {name}(.c[]; {condition})"),
                format!("{name}(.items[] | select({condition}); .qty)"),
            ] {
                let query = Query::compile(&filter).unwrap();
                simple += usize::from(query.simple.is_some());
                for value in
                    VALUES.into_iter().chain([r#"[{"k":1},5,{"k":0}]"#, r#"[5,{"k":1}]"#, r#"{"x":{"k":1},"y":7}"#])
                {
                    let (value, budget) = (value::parse(value.as_bytes()).unwrap(), QueryBudget::default());
                    assert_eq!(
                        query.truth(&value, &budget),
                        query.truth_in_full(&value, &budget),
                        "{filter} on {value}"
                    );
                }
            }
        }
    }
    assert!(simple == 160, "only {simple} of 160 are judged without the interpreter");
}

/// Values of a small world, so that filters have something to find.
fn worlds() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![Just("null"), Just("1"), Just("-2"), Just("\"x\""), Just("true")];
    let leaf = leaf.prop_map(|text| value::parse(text.as_bytes()).unwrap());
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|elements| Value::Array(elements.into_iter().collect())),
            prop::collection::btree_map("[abc]", inner, 0..4).prop_map(|members| {
                Value::Object(members.into_iter().map(|(key, value)| (key.as_str().into(), value)).collect())
            }),
        ]
    })
}

/// Filters put together at random.
fn filters() -> impl Strategy<Value = String> {
    let path = prop::collection::vec(
        prop_oneof![Just(".a"), Just(".b"), Just(".c"), Just("[0]"), Just("[]"), Just("[1:]")],
        1..4,
    )
    .prop_map(|steps| {
        let text = steps.concat();
        let text = if text.starts_with('[') { format!(".{text}") } else { text };
        format!("({text})?")
    });
    path.prop_recursive(3, 12, 2, |inner| {
        (inner.clone(), inner, 0..17_usize).prop_map(|(left, right, operation)| match operation {
            0 => format!("({left} == {right})"),
            1 => format!("({left} | length?)"),
            2 => format!("({left} // {right})"),
            3 => format!("({left} | {right})"),
            4 => format!("(if {left} then {right} else 1 end)"),
            5 => format!("[{left}, {right}]"),
            6 => format!("({left} | select({right}))"),
            7 => format!("({left} | map({right})?)"),
            8 => format!("({left} | has(\"a\")?)"),
            9 => format!("{{a: {left}, b: ({right})}}"),
            10 => format!("({left} < {right})"),
            11 => format!("({left} | any({right})?)"),
            12 => format!("[{left} | 1]"),
            13 => format!("([{left} | {right} | true] | length)"),
            14 => format!("({left} | map(1)?)"),
            15 => format!("({left} | all(false)?)"),
            _ => format!("any({left}; {right})"),
        })
    })
}

/// Filters of what needs no interpreter, put together at random.
fn simple_filters() -> impl Strategy<Value = String> {
    const LEAVES: [&str; 15] =
        [".", ".a", ".b.a", ".[0]", ".c[1]", "1", "-2", "\"x\"", "null", "true", "length", "add", "not", "any", "all"];
    prop::sample::select(&LEAVES[..]).prop_map(str::to_owned).prop_recursive(4, 16, 2, |inner| {
        (inner.clone(), inner, 0..17_usize).prop_map(|(left, right, operation)| match operation {
            0 => format!("({left} == {right})"),
            1 => format!("({left} < {right})"),
            2 => format!("({left} // {right})"),
            3 | 4 => format!("({left} | {right})"),
            5 => format!("({left} and {right})"),
            6 => format!("({left} or {right})"),
            7 => format!("({left} + {right})"),
            8 => format!("({left} - {right} * 2)"),
            9 => format!("({left} / {right})"),
            10 => format!("({left} % {right})"),
            11 => format!("([.[] | select({left})] | {right})"),
            12 => format!("([.a[] | select({left}) | .b] | {right})"),
            13 => format!("(map(select({left})) | {right})"),
            14 => format!("any(.[][]; {left})"),
            15 => format!("all(.b[] | select({left}); {right})"),
            _ => format!("([.[] | select({left})] | length > 0)"),
        })
    })
}

fn all_paths(value: &Value, here: &Path, to: &mut Vec<Path>) {
    to.push(here.clone());
    match value {
        Value::Array(array) => {
            array.iter().enumerate().for_each(|(at, inner)| all_paths(inner, &here.join(value::Step::Index(at)), to));
        }
        Value::Object(object) => {
            object.iter().for_each(|(key, inner)| all_paths(inner, &here.join(value::Step::Key(key.clone())), to));
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, ..ProptestConfig::default() })]

    /// What runs without the interpreter says what the interpreter says, errors included.
    #[test]
    fn what_needs_no_interpreter_is_judged_as_by_it(filter in simple_filters(), world in worlds()) {
        let query = Query::compile(&filter).unwrap();
        prop_assert!(query.simple.is_some(), "{}", filter);
        let budget = QueryBudget::default();
        prop_assert_eq!(query.truth(&world, &budget), query.truth_in_full(&world, &budget), "{} on {}", filter, world);
    }

    /// A change outside of what is read never changes the outputs.
    #[test]
    fn what_is_not_read_changes_nothing(filter in filters(), world in worlds(), other in worlds(), pick in any::<prop::sample::Index>()) {
        let query = Query::compile(&filter).unwrap();
        let mut paths = Vec::new();
        all_paths(&world, &Path::default(), &mut paths);
        let path = pick.get(&paths);
        let changed = replaced(&world, &path.0, &other);
        if !query.reads().touches(path) {
            let budget = QueryBudget::default();
            prop_assert_eq!(query.outputs(&world, &budget), query.outputs(&changed, &budget), "{} at {}: {} to {}", filter, path, world, changed);
        }
    }
}

fn replaced(value: &Value, path: &[value::Step], new: &Value) -> Value {
    match (path, value) {
        ([], _) => new.clone(),
        ([value::Step::Key(key), rest @ ..], Value::Object(object)) => {
            Value::Object(object.with(key.clone(), replaced(object.get(key).unwrap(), rest, new)))
        }
        ([value::Step::Index(at), rest @ ..], Value::Array(array)) => {
            Value::Array(array.with(*at, replaced(array.get(*at).unwrap(), rest, new)))
        }
        _ => value.clone(),
    }
}
