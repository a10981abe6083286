//! Filters that do not end, are stopped, are wrong, or hostile.

use super::super::{Query, QueryBudget, Truth};
use crate::value::Value;
use std::sync::atomic::Ordering;

#[test]
fn a_filter_that_does_not_end_is_stopped() {
    for filter in [
        "[repeat(1)] | length",
        "[range(1e9)] | length",
        "first(repeat(empty))",
        "until(false; .)",
        "last(range(1; infinite))",
        "[recurse([.])] | length",
        "\"abc\" * 1000000000",
        "reduce range(100) as $i (\"ab\"; . + .) | length",
        "reduce range(100000) as $i (0; [.])",
        "[limit(1e12; repeat(.))] | length",
        "def f: def g: repeat(1); [g]; f | length",
        "first(range(10; 0; 0))| [range(0; 1; 0)]",
        "[while(true; .)]|length",
    ] {
        let query = Query::compile(filter).unwrap();
        let budget = QueryBudget { steps: 200_000, ..QueryBudget::default() };
        let outputs = query.outputs(&Value::Null, &budget);
        assert!(outputs.is_err(), "{filter}: {outputs:?}");
        // The thread is as it was.
        assert_eq!(Query::compile("1 + 1").unwrap().outputs(&Value::Null, &QueryBudget::default()).unwrap().len(), 1);
    }
}

#[test]
fn a_cancelled_run_stops() {
    let budget = QueryBudget { steps: u64::MAX - 1, ..QueryBudget::default() };
    budget.cancelled.store(true, Ordering::Relaxed);
    let query = Query::compile("[repeat(1)]").unwrap();
    assert_eq!(query.truth(&Value::Null, &budget), Truth::Error("cancelled".into()));
}

/// An assignment is told at its operator wherever a filter asks it whether it holds or puts it out, and who does what the advice
/// says is not refused again.
#[test]
fn what_assigns_is_told_wherever_it_stands_with_advice_that_is_taken() {
    for (filter, at, advised) in [
        (".a = 1", 3, ".a == 1"),
        (".a |= length", 3, ".a | length"),
        (".a += 1", 3, ".a + 1"),
        (".a -= 1", 3, ".a - 1"),
        (".a *= 2", 3, ".a * 2"),
        (".a /= 2", 3, ".a / 2"),
        (".a %= 2", 3, ".a % 2"),
        (".a //= 1", 3, ".a // 1"),
        (".a = 1 | .", 3, ".a == 1 | ."),
        ("[.n = 3]", 4, "[.n == 3]"),
        ("{x: (.n = 3)}", 8, "{x: (.n == 3)}"),
        (".a == 1 and .b = 2", 15, ".a == 1 and .b == 2"),
        (".a = 1 | not", 3, ".a == 1 | not"),
        (".items | any(.qty = 0)", 18, ".items | any(.qty == 0)"),
        (".items[] | select(.qty = 0)", 23, ".items[] | select(.qty == 0)"),
        ("map(.qty = 0)", 9, "map(.qty == 0)"),
        ("if .a = 1 then true else false end", 6, "if .a == 1 then true else false end"),
        (".a? // (.b = 1)", 11, ".a? // (.b == 1)"),
        ("(.a |= 1 | .a == 1) and (.b = 2)", 28, "(.a |= 1 | .a == 1) and (.b == 2)"),
    ] {
        for found in [Query::condition(filter), Query::value(filter)] {
            let wrong = found.err().unwrap_or_else(|| panic!("{filter} is taken"));
            assert_eq!(wrong.at, at, "{filter}: {wrong}");
            let hint = wrong.hint.unwrap_or_default();
            let written = hint.split_once("write ").map_or("", |(_, rest)| rest);
            let written = written.split([' ', '(']).next().unwrap_or_default();
            assert!(!written.is_empty() && advised.contains(written), "{filter}: {hint}");
        }
        assert!(Query::condition(advised).is_ok() && Query::value(advised).is_ok(), "{advised}");
    }
    // What an assignment puts out may go on into something else: a part of it, a sum, the value that a fold goes on with.
    for filter in [
        ".a == 1",
        ".a >= 1 and .b <= 2 and .c != 3",
        "[\"a = 1\", \"\\(.a)=\"] | length",
        "(.a = 1) == .",
        "(.a |= length) | .a",
        ".items | map(.price |= tonumber) | map(.price) | add",
        "reduce .items[] as $item ({}; .[$item.sku] += $item.qty)",
        "[foreach .items[] as $item (0; . + 1; {n: .})] | length",
        "to_entries | map(.value |= length) | from_entries | .items",
    ] {
        assert!(Query::condition(filter).is_ok() && Query::value(filter).is_ok(), "{filter}");
    }
}

#[test]
fn wrong_filters_say_where_and_what_was_meant() {
    for (filter, at, words) in [
        ("", 0, "it is empty"),
        (".a == 'x'", 6, "double quotes"),
        (".a && .b", 3, "write `and`"),
        (".a || .b", 3, "write `or`"),
        (".a === 1", 3, "write =="),
        ("!.a", 0, "| not"),
        (".a := 1", 3, "write =="),
        (".a =< 1", 3, "write <="),
        (".a <> 1", 3, "write !="),
        (".a == 1 AND .b == 2", 8, "write `and` in lower case"),
        (".a Or .b", 3, "write `or` in lower case"),
        ("NOT .a", 0, "write `| not`"),
        (".name LIKE \"x%\"", 6, "test("),
        (".a IS null", 3, "write =="),
        (".a ==", 5, "expected"),
        ("(.a", 0, "is not closed"),
        ("\"abc", 0, "double quote"),
        (".a | lenght", 5, "did you mean length?"),
        ("selekt(.a)", 0, "did you mean select?"),
        ("select", 0, "a different number of arguments"),
        ("paid", 0, "a field is written .paid"),
        ("$x", 0, "no variable $x"),
        ("env", 0, "outside of the value"),
        (".a | input", 5, "outside of the value"),
        ("now", 0, "outside of the value"),
        ("def f: f; f", 4, "calls itself"),
        ("import \"a\" as a; .", 7, "expected"),
        (".[", 1, "is not closed"),
        (".a | ]", 5, "expected"),
        ("\u{e4} == 1", 0, "expected"),
        (". ) x", 2, "unexpected \") x\""),
        (".a..b", 2, "unexpected \"..b\""),
        ("1 +", 3, "expected an expression, found the end of the filter"),
        ("reduce . as", 11, "expected a variable such as $x"),
    ] {
        let wrong = Query::compile(filter).err().unwrap_or_else(|| panic!("{filter} compiles"));
        assert!(wrong.to_string().contains(words), "{filter}: {wrong}");
        assert_eq!(wrong.at, at, "{filter}: {wrong}");
    }
}

#[test]
fn hostile_filters_neither_abort_nor_panic() {
    let deep = |open: &str, close: &str, count: usize| format!("{}1{}", open.repeat(count), close.repeat(count));
    for filter in [
        deep("[", "]", 5000),
        deep("(", ")", 200),
        deep("{a:", "}", 100),
        "1|".repeat(2000) + "1",
        "1,".repeat(2000) + "1",
        "-".repeat(4000) + "1",
        "1+".repeat(2000) + "1",
        "not|".repeat(1000) + "1",
        "if 1 then ".repeat(380) + "1" + &" end".repeat(60),
        "try ".repeat(1000) + "1",
        ".a".repeat(2000),
        ".".repeat(4096),
        "\"\\(".repeat(1000),
        "reduce 1 as $x (0;".repeat(60) + "1",
        "label $a | ".repeat(300) + "1",
        "1 as $x | ".repeat(400) + "1",
        "def f: 1; ".repeat(400) + "f",
        "\u{0}".to_owned(),
        "?".repeat(100),
        "x".repeat(5000),
        "1|".repeat(120) + "1",
        "1,".repeat(120) + "1",
        "1+".repeat(120) + "1",
        "-".repeat(240) + "1",
        ".a".repeat(120),
        "1 as $x|".repeat(48) + "1",
        "label $a|".repeat(60) + "1",
        "try ".repeat(240) + "1",
        "reduce 1 as $x(0;".repeat(25) + "1" + &")".repeat(25),
        "if 1 then ".repeat(60) + "1" + &" end".repeat(60),
        "def f:1;".repeat(48) + "f",
        "map(".repeat(60) + "." + &")".repeat(60),
        "first(".repeat(60) + "." + &")".repeat(60),
        "[.[]|".repeat(60) + "." + &"]".repeat(60),
        "..|".repeat(80) + "1",
    ] {
        eprintln!("{}", filter.chars().take(40).collect::<String>());
        if let Ok(query) = Query::compile(&filter) {
            let _ = query.outputs(&Value::Null, &QueryBudget { steps: 100_000, ..QueryBudget::default() });
        }
    }
}
