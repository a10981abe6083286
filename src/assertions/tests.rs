//! Assertions against a reference that looks at the whole run again for each version, and what is said of wrong ones.

use super::*;
use crate::query::QueryBudget;
use crate::questions::Course;
use crate::record::Version;
use crate::recording::{Recording, Tenant};
use crate::value::{self, Value};
use crate::{Strategy as RollBackTo, Version as Numbered};
use proptest::prelude::*;

/// A state of the random runs.
#[derive(Debug, Clone, Copy, PartialEq)]
struct State {
    a: i64,
    b: bool,
    /// Absent, a text, or an object with a number.
    s: Option<Result<i64, ()>>,
}

impl State {
    fn json(self) -> String {
        let s = match self.s {
            None => String::new(),
            Some(Err(())) => ",\"s\":\"text\"".to_owned(),
            Some(Ok(x)) => format!(",\"s\":{{\"x\":{x}}}"),
        };
        format!("{{\"a\":{},\"b\":{}{s}}}", self.a, self.b)
    }

    /// What `.s.x` gives, -1 for `null`; `None` for an error.
    fn sx(self) -> Option<i64> {
        match self.s {
            None => Some(-1),
            Some(Err(())) => None,
            Some(Ok(x)) => Some(x),
        }
    }
}

type Judgement = fn(&[State], usize) -> bool;

fn differs<T: PartialEq>(run: &[State], at: usize, of: fn(State) -> Option<T>) -> bool {
    at > 0 && of(run[at - 1]).zip(of(run[at])).is_some_and(|(old, new)| old != new)
}

/// A condition as a filter, and what it means: of a run, at an index.
const CONDITIONS: [(&str, Judgement); 12] = [
    (".a > 1", |run, at| run[at].a > 1),
    (".b", |run, at| run[at].b),
    (".a % 2 == 0 and (.b | not)", |run, at| run[at].a % 2 == 0 && !run[at].b),
    ("changed(.a)", |run, at| differs(run, at, |state| Some(state.a))),
    ("changed(.b) and .a < 2", |run, at| differs(run, at, |state| Some(state.b)) && run[at].a < 2),
    ("changed(.a, .b) | not", |run, at| !differs(run, at, |state| Some((state.a, state.b)))),
    ("changed(.a) == changed(.b)", |run, at| {
        differs(run, at, |state| Some(state.a)) == differs(run, at, |state| Some(state.b))
    }),
    (".s.x > 0", |run, at| run[at].sx().is_some_and(|x| x > 0)),
    ("changed(.s.x)", |run, at| differs(run, at, State::sx)),
    ("(changed(.)) or .b", |run, at| differs(run, at, Some) || run[at].b),
    ("true", |_, _| true),
    ("error", |_, _| false),
];

#[derive(Debug, Clone)]
enum Tree {
    Leaf(usize, usize),
    After(usize, Option<usize>, Box<Tree>),
}

impl Tree {
    fn text(&self) -> String {
        match self {
            Self::Leaf(word, condition) => {
                format!("{}({})", ["always", "never", "eventually"][*word], CONDITIONS[*condition].0)
            }
            Self::After(from, until, then) => {
                let until = until.map(|until| format!("until ( {} )\n ", CONDITIONS[until].0)).unwrap_or_default();
                format!("after({}) {until}{}", CONDITIONS[*from].0, then.text())
            }
        }
    }

    /// Whether it holds of a run; else the index at which it is seen not to, if the run has one.
    fn meaning(&self, run: &[State]) -> Result<(), Option<usize>> {
        let is = |condition: usize, at: usize| CONDITIONS[condition].1(run, at);
        match self {
            Self::Leaf(0, condition) => {
                (0..run.len()).find(|at| !is(*condition, *at)).map_or(Ok(()), |at| Err(Some(at)))
            }
            Self::Leaf(1, condition) => {
                (0..run.len()).find(|at| is(*condition, *at)).map_or(Ok(()), |at| Err(Some(at)))
            }
            Self::Leaf(_, condition) => {
                let fulfilled = (0..run.len()).any(|at| is(*condition, at));
                if fulfilled { Ok(()) } else { Err(run.len().checked_sub(1)) }
            }
            Self::After(..) => self.from(run, 0),
        }
    }

    /// The meaning of `after` for the scopes from an index on.
    fn from(&self, run: &[State], begin: usize) -> Result<(), Option<usize>> {
        let Self::After(from, until, then) = self else { return Ok(()) };
        let is = |condition: usize, at: usize| CONDITIONS[condition].1(run, at);
        let closes = |at: usize| until.is_some_and(|until| is(until, at));
        let Some(start) = (begin..run.len()).find(|at| is(*from, *at) && !closes(*at)) else { return Ok(()) };
        let end = (start..run.len()).find(|at| closes(*at)).unwrap_or(run.len());
        then.meaning(&run[start..end]).map_err(|at| at.map(|at| start + at))?;
        self.from(run, end)
    }
}

fn trees() -> impl Strategy<Value = Tree> {
    let condition = || 0..CONDITIONS.len();
    let leaf = (0..3_usize, condition()).prop_map(|(word, condition)| Tree::Leaf(word, condition));
    leaf.prop_recursive(3, 6, 1, move |inner| {
        (condition(), prop::option::of(condition()), inner)
            .prop_map(|(from, until, then)| Tree::After(from, until, Box::new(then)))
    })
}

fn states() -> impl Strategy<Value = State> {
    let s = prop::option::of(prop_oneof![Just(Err(())), (0..2_i64).prop_map(Ok)]);
    (0..4_i64, any::<bool>(), s).prop_map(|(a, b, s)| State { a, b, s })
}

/// A state recorded, or a rollback to one of those before.
fn events() -> impl Strategy<Value = Vec<(State, Option<prop::sample::Index>)>> {
    let back = prop::option::weighted(0.2, any::<prop::sample::Index>());
    prop::collection::vec((states(), back), 0..16)
}

fn json(text: &str) -> Value {
    value::parse(text.as_bytes()).unwrap()
}

fn recorded(states: &[&str]) -> Tenant {
    let tenant = Recording::memory().tenant_or_new(&"shop".into()).unwrap();
    for state in states {
        tenant.record("step", &json(state)).unwrap();
    }
    tenant
}

fn judged(text: &str, tenant: &Tenant) -> AssertionVerdict {
    let assertion = Assertion::parse(text).unwrap_or_else(|wrong| panic!("{wrong}"));
    let newest = tenant.history().newest();
    let course = Course::new(tenant, Version(0)..=newest);
    judge(&[assertion], &course, &QueryBudget::default(), &Value::clone).verdicts.pop().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn an_assertion_holds_where_the_whole_run_says_so(events in events(), tree in trees()) {
        let tenant = recorded(&[]);
        let mut run: Vec<State> = Vec::new();
        for (state, back) in events {
            if let Some(back) = back.filter(|_| run.len() > 1) {
                let to = back.index(run.len() - 1);
                // One that would change nothing is refused.
                if tenant.rollback(&RollBackTo::Version(Numbered(to as u64 + 1)), "back").is_ok() {
                    run.push(run[to]);
                }
            } else {
                tenant.record("step", &json(&state.json())).unwrap();
                run.push(state);
            }
        }
        let verdict = judged(&tree.text(), &tenant);
        let found = match &verdict.counterexample {
            None => Ok(()),
            Some(example) => Err(example.version.map(|version| version.0 as usize - 1)),
        };
        prop_assert_eq!(found, tree.meaning(&run), "{} of {:?}", tree.text(), run);
    }
}

#[test]
fn an_empty_run_breaks_only_what_must_happen() {
    for (text, holds) in [
        ("always(false)", true),
        ("never(true)", true),
        ("eventually(true)", false),
        ("after(true) eventually(false)", true),
    ] {
        let verdict = judged(text, &recorded(&[]));
        assert_eq!(verdict.counterexample.is_none(), holds, "{text}");
        assert_eq!(verdict.counterexample.and_then(|example| example.version), None);
    }
}

#[test]
fn nothing_has_changed_at_the_first_version_of_a_run() {
    let orders = [r#"{"total":1}"#, r#"{"total":2,"paid":true}"#, r#"{"total":2,"paid":true,"sent":true}"#];
    let broken = |text, states: &[&str]| {
        judged(text, &recorded(states)).counterexample.map(|example| example.version.unwrap().0)
    };
    assert_eq!(broken("never(changed(.))", &orders[..1]), None);
    assert_eq!(broken("after(.paid) never(changed(.total))", &orders), None);
    let late = [&orders[..], &[r#"{"total":3,"paid":true}"#]].concat();
    assert_eq!(broken("after(.paid) never(changed(.total))", &late), Some(4));
    assert_eq!(broken("never(changed(.total))", &orders), Some(2));
    // Digits are no change of a number.
    assert_eq!(broken("never(changed(.total))", &[r#"{"total":1}"#, r#"{"total":1.0}"#]), None);
}

#[test]
fn a_counterexample_names_the_scope_it_is_in() {
    let states =
        [r#"{"on":false}"#, r#"{"on":true,"n":1}"#, r#"{"on":true,"n":2}"#, r#"{"on":false}"#, r#"{"on":true,"n":1}"#];
    let verdict = judged("after(.on) until(.on | not) eventually(.n == 2)", &recorded(&states));
    let example = verdict.counterexample.unwrap();
    assert_eq!((example.version, example.since, verdict.scopes), (Some(Version(5)), Some(Version(5)), Some(2)));
    assert_eq!(example.why, ".n == 2 was never true: not up to #5");
    let verdict = judged("after(.on) until(.on | not) never(.n == 2)", &recorded(&states));
    let example = verdict.counterexample.unwrap();
    assert_eq!((example.version, example.since), (Some(Version(3)), Some(Version(2))));
    assert_eq!((example.why.as_str(), example.reads.len()), (".n == 2 is true", 1));
}

#[test]
fn a_filter_is_asked_again_only_where_it_reads_something_new() {
    let states: Vec<String> = (0..40).map(|n| format!(r#"{{"a":{},"b":{n}}}"#, n / 10)).collect();
    let tenant = recorded(&states.iter().map(String::as_str).collect::<Vec<_>>());
    for (text, evaluated) in [
        ("always(.a >= 0)", 4),
        ("always(true)", 1),
        ("always(.b >= 0)", 40),
        // Twice the filter with `true` and with `false` in it, and each new output.
        ("never(changed(.a) and .c)", 1 + 1 + 4),
        ("after(.a == 1) always(.a > 0)", 2 + 3),
    ] {
        let verdict = judged(text, &tenant);
        assert!(verdict.counterexample.is_none(), "{text}");
        assert_eq!(verdict.evaluated, evaluated, "{text}");
    }
}

#[test]
fn a_version_is_read_only_where_it_touches_what_an_assertion_reads() {
    let state = |n: u64| format!(r#"{{"a":{},"b":{n},"c":[{}]}}"#, n / 10, n / 8);
    let states: Vec<String> = (0..40).map(state).collect();
    let tenant = recorded(&states.iter().map(String::as_str).collect::<Vec<_>>());
    for (texts, read) in [
        (&["always(.a >= 0)"][..], 4),
        (&["never(.gone)"], 1),
        (&["always(.b >= 0)"], 40),
        (&["never(changed(.a) and .c == 1)"], 4 + 4),
        (&["always(.a >= 0)", "after(.c[0] == 2) until(.c[0] == 3) never(.c[1])"], 4 + 4),
        (&["always(. != 1)"], 40),
    ] {
        let assertions: Vec<_> = texts.iter().map(|text| Assertion::parse(text).ok().unwrap()).collect();
        let course = Course::new(&tenant, Version(0)..=Version(u64::MAX));
        let report = judge(&assertions, &course, &QueryBudget::default(), &Value::clone);
        assert!(report.verdicts.iter().all(|verdict| verdict.counterexample.is_none()), "{texts:?}");
        assert_eq!((report.read, report.versions), (read, 40), "{texts:?}");
    }
}

#[test]
fn errors_of_a_filter_count_as_false_and_are_told() {
    let tenant = recorded(&[r#"{"a":{"b":1}}"#, r#"{"a":"x"}"#, r#"{"a":{"b":2}}"#]);
    let verdict = judged("never(.a.b > 5)", &tenant);
    assert!(verdict.counterexample.is_none());
    assert_eq!((verdict.errors, verdict.first_error.as_ref().map(|(version, _)| *version)), (1, Some(Version(2))));
    let verdict = judged("always(.a.b > 0)", &tenant);
    assert_eq!(verdict.counterexample.unwrap().version, Some(Version(2)));
    let verdict = judged("never(changed(.a.b))", &tenant);
    assert_eq!((verdict.counterexample.is_none(), verdict.errors), (true, 2));
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_a_hint() {
    for (text, at, words) in [
        ("", 0, "expected always"),
        (".a > 0", 0, "always(.balance >= 0)"),
        ("always", 0, "always(.a > 0)"),
        ("always .a", 0, "always(.a > 0)"),
        ("always()", 7, "it is empty"),
        ("always(.a", 6, "is not closed"),
        ("always(.a]", 9, "has no opening bracket"),
        ("always(.a && .b)", 11, "and"),
        ("  always(lenght)", 9, "did you mean length?"),
        ("always(.a) always(.b)", 11, "pass it as another argument"),
        ("always(.a) and .b", 11, "expected the end"),
        ("after(.a)", 9, "what is asserted follows"),
        ("until(.a) never(.b)", 0, "must follow after"),
        ("changed(.a)", 0, "never(changed("),
        ("never(changed(.a +))", 18, "expected"),
        ("never(changed())", 14, "it is empty"),
        ("never(changed(changed(.a)))", 14, "cannot contain changed"),
        ("never(.a | changed(.b))", 11, "only a part of the state"),
        ("never([changed(.b)])", 7, "only a part of the state"),
        ("after(.a) until(lenght) never(.b)", 16, "did you mean length?"),
        ("a name: allways(.a)", 0, "expected always"),
        (
            "never(changed(.a) + changed(.b) + changed(.c) + changed(.d) + changed(.e) + changed(.f) + changed(.g))",
            90,
            "changed(.a, .b)",
        ),
    ] {
        let wrong = Assertion::parse(text).err().unwrap_or_else(|| panic!("{text} is taken"));
        assert!(wrong.to_string().contains(words), "{text}: {wrong}");
        if !text.is_empty() && text != "always(.a && .b)" {
            assert_eq!(wrong.at, at, "{text}: {wrong}");
        }
    }
    let deep = format!("{}never(.a)", "after(.a) ".repeat(50));
    assert!(Assertion::parse(&deep).err().unwrap().to_string().contains("more than 16 deep"));
    assert!(Assertion::parse(&"é".repeat(70_000)).is_err());
}

#[test]
fn a_name_stands_before_the_first_word_that_begins_an_assertion() {
    for (text, name, rest) in [
        ("always(.a)", None, "always(.a)"),
        ("no debts: always(.a)", Some("no debts"), "always(.a)"),
        ("a: b: never(.c)", Some("a: b"), "never(.c)"),
        ("always: never(.c)", Some("always"), "never(.c)"),
        ("always({a: 1} | has(\"always\"))", None, "always({a: 1} | has(\"always\"))"),
        (": never(.c)", None, "never(.c)"),
        ("naïve: after(.a)\n  never(.b)", Some("naïve"), "after(.a)\n  never(.b)"),
        ("  x :\n  # why\n  eventually (.a)", Some("x"), "# why\n  eventually (.a)"),
    ] {
        let assertion = Assertion::parse(text).unwrap_or_else(|wrong| panic!("{wrong}"));
        assert_eq!((assertion.name.as_deref(), assertion.text.as_str()), (name, rest), "{text}");
    }
}

#[test]
fn a_file_has_names_comments_and_indented_lines() {
    let text = "\u{feff}# about money\r\n\r\nno debts: always(.balance >= 0)\r\n\nafter(.paid)\n  # it is final\n\tnever(changed(.total))\n  \nlast: never(.x)";
    let all = all_of_text(text).unwrap();
    let told: Vec<_> = all.iter().map(|assertion| (assertion.name.as_deref(), assertion.line().to_string())).collect();
    assert_eq!(told[0], (Some("no debts"), "always(.balance >= 0)".to_owned()));
    assert_eq!(told[1].0, None);
    assert!(told[1].1.ends_with("never(changed(.total))"));
    assert_eq!((told[2].0, told.len()), (Some("last"), 3));
    assert!(all_of_text("# nothing\n\n").unwrap().is_empty());
    for (text, line, byte) in [
        ("always(.a)\nnever(lenght)\n", 2, 6),
        ("# x\n\nafter(.a)\n  # y\n  never(lenght)\n", 5, 8),
        ("  always(.a)\nalways(.b)\n   never(.c)", 3, 3),
        ("oops", 1, 0),
    ] {
        let wrong = all_of_text(text).err().unwrap();
        assert_eq!((wrong.line, wrong.byte), (line, byte), "{text}: {wrong}");
    }
}
