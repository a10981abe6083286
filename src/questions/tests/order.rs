//! What names the elements of arrays depends on the recording alone: any order of asking gives the same answers.

use super::*;
use crate::diff::Differ;

/// A state with an array of few elements, below each of which there may be another; fields come and go.
fn state() -> impl Strategy_<Value = String> {
    let field = prop_oneof![Just("id"), Just("code"), Just("slug"), Just("v")];
    let fields = prop::collection::btree_map(field, 0..3_u8, 1..3);
    let below = prop::option::of(prop::collection::vec(fields.clone(), 0..3));
    let element = prop_oneof![
        4 => (fields, below).prop_map(|(fields, below)| object(fields, below)),
        1 => (0..3_u8).prop_map(|number| number.to_string()),
    ];
    prop::collection::vec(element, 0..3).prop_map(|elements| format!(r#"{{"a":[{}]}}"#, elements.join(",")))
}

type Fields = std::collections::BTreeMap<&'static str, u8>;

fn object(fields: Fields, below: Option<Vec<Fields>>) -> String {
    let mut members: Vec<String> = fields.iter().map(|(key, value)| format!(r#""{key}":{value}"#)).collect();
    let below = below.map(|below| below.into_iter().map(|fields| object(fields, None)).collect::<Vec<_>>().join(","));
    members.extend(below.map(|below| format!(r#""l":[{below}]"#)));
    format!("{{{}}}", members.join(","))
}

/// Questions whose answers go by the names of elements.
#[derive(Debug, Clone, Copy)]
enum Question {
    Diff(u64, u64),
    History(u64, usize),
    Nearest(u64, usize, TimeDirection),
    Index,
}

const PATHS: [&str; 5] = [".a[0]", ".a[1].v", ".a[0].l", ".a[0].l[0].v", ".a[1].l[1]"];

fn question() -> impl Strategy_<Value = Question> {
    let way = prop_oneof![Just(TimeDirection::Back), Just(TimeDirection::Forward)];
    prop_oneof![
        4 => (0..9_u64, 0..9_u64).prop_map(|(a, b)| Question::Diff(a, b)),
        2 => (1..9_u64, 0..PATHS.len()).prop_map(|(at, path)| Question::History(at, path)),
        2 => (1..9_u64, 0..PATHS.len(), way).prop_map(|(at, path, way)| Question::Nearest(at, path, way)),
        1 => Just(Question::Index),
    ]
}

fn told(states: &[String]) -> Tenant {
    let tenant = Recording::memory().tenant_or_new(&"shop".into()).unwrap();
    tell(&tenant, states);
    tenant
}

fn tell(tenant: &Tenant, states: &[String]) {
    for state in states {
        tenant.set("", value::parse(state.as_bytes()).unwrap()).unwrap();
    }
}

fn answer(tenant: &Tenant, question: Question) -> String {
    let newest = tenant.history().newest();
    let version = |number: u64| Version(number).min(newest);
    let path = |path: usize| Path::parse(PATHS[path], &Value::Null).unwrap();
    let chosen = DiffRules::default();
    match question {
        Question::Diff(a, b) => {
            let (left, right) = (tenant.value_at(version(a)).unwrap(), tenant.value_at(version(b)).unwrap());
            let rules = tenant.diff_rules(&chosen);
            format!("{:?}", Differ::by(&rules).diff(&left, &right))
        }
        Question::History(at, name) => {
            let course = Course::new(tenant, Version(0)..=version(at));
            let mut found = Vec::new();
            changes_of(&course, &path(name), &chosen, |change| {
                found.push(change);
                ControlFlow::Continue(())
            })
            .unwrap();
            format!("{found:?}")
        }
        Question::Nearest(at, name, way) => {
            let found = change_near(tenant, (&path(name), &chosen), version(at), (way, Aspect::Value), &|| false);
            format!("{:?}", found.unwrap())
        }
        Question::Index => format!("{:?}", tenant.paths(&mut |_| ControlFlow::Continue(())).unwrap().settled()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::questions::tests::cases(), ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_asking_gives_the_same_answers(
        states in prop::collection::vec(state(), 1..9),
        early in prop::collection::vec(question(), 0..6),
        questions in prop::collection::vec(question(), 1..12),
        half in any::<prop::sample::Index>(),
    ) {
        // Asked while the recording grows, then of all of it; beside a recording that was asked nothing else.
        let half = half.index(states.len());
        let tenant = told(&states[..half]);
        for question in early {
            answer(&tenant, question);
        }
        let before: Vec<String> = questions.iter().map(|question| answer(&tenant, *question)).collect();
        let at_once: Vec<String> = questions.iter().map(|question| answer(&told(&states[..half]), *question)).collect();
        prop_assert_eq!(&before, &at_once);
        tell(&tenant, &states[half..]);
        for question in questions {
            prop_assert_eq!(answer(&tenant, question), answer(&told(&states), question), "{:?}", question);
        }
    }
}
