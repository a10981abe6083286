//! How many keys versions changed: what the list, the steps of a transaction, the bars and the pointer say is what the
//! command line counts, by array keys and ignored paths, in whatever order answers come.

use super::harness::{Harness, recorded};
use crate::dice::Dice;
use crate::diff::{ArrayKey, Counts, DiffRules};
use crate::record::{Settings, Version};
use crate::recording::{Tenant, keep_array_key};
use crate::source::Address;
use crate::value::{Path, Step, Value};
use crate::view::delta;
use crate::view::timeline::MOST_COUNTED;
use crate::view::transitions::TransitionOutcome;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What compares values otherwise than the values do by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    Nothing,
    KeptKey,
    ChosenKey,
    KeptIgnored,
    ChosenIgnored,
    Settled,
}

const RULES: [Rule; 6] =
    [Rule::Nothing, Rule::KeptKey, Rule::ChosenKey, Rule::KeptIgnored, Rule::ChosenIgnored, Rule::Settled];

/// States whose elements have two fields that may name them, and a value that changes all the time.
fn states(dice: &mut Dice, rule: Rule) -> Vec<String> {
    let mut items: Vec<(usize, usize, usize)> = Vec::new();
    let count = 2 + dice.index(12);
    (0..count)
        .map(|tick| {
            match dice.index(5) {
                0 if !items.is_empty() => drop(items.remove(dice.index(items.len()))),
                1 if items.len() > 1 => items.reverse(),
                2 => items.iter_mut().for_each(|item| item.1 = (item.1 + 3) % 20),
                3 => items.iter_mut().for_each(|item| item.2 = dice.index(3)),
                _ => items.insert(dice.index(items.len() + 1), (tick + 100, tick, dice.index(3))),
            }
            // The field that is settled first is not the one that the last state would be matched by.
            let first = if rule == Rule::Settled && tick < count / 2 { "name" } else { "id" };
            let item = |(id, sku, n): &(usize, usize, usize)| format!(r#"{{"{first}":{id},"name":{sku},"n":{n}}}"#);
            let item = |of: &(usize, usize, usize)| match first {
                "name" => format!(r#"{{"name":{},"n":{}}}"#, of.1, of.2),
                _ => item(of),
            };
            let items: Vec<String> = items.iter().map(item).collect();
            format!(r#"{{"items":[{}],"clock":{{"t":{tick}}},"last":{}}}"#, items.join(","), dice.index(3))
        })
        .collect()
}

fn items() -> Path {
    Path(vec![Step::Key("items".into())])
}

fn keep(tenant: &Tenant, rule: Rule) {
    let change = |settings: &mut Settings| match rule {
        Rule::KeptKey => keep_array_key(settings, &items(), Some(ArrayKey::Field("name".into()))),
        Rule::KeptIgnored => settings.ignored_paths = vec![".clock".into(), ".items[*].n".into()],
        _ => {}
    };
    if matches!(rule, Rule::KeptKey | Rule::KeptIgnored) {
        tenant.reconfigure(change).unwrap();
    }
}

fn chosen(rule: Rule) -> DiffRules {
    let mut rules = DiffRules::default();
    match rule {
        Rule::ChosenKey => rules.choose(&items().0, Some(ArrayKey::Field("name".into()))),
        Rule::ChosenIgnored => rules.ignore(".clock").unwrap(),
        _ => {}
    }
    rules
}

/// What the command line counts of every version, from the first one on.
fn counted(states: &[&str], rule: Rule) -> BTreeMap<Version, Counts> {
    let (_recording, tenant) = recorded(states);
    keep(&tenant, rule);
    let chosen = chosen(rule);
    let plain = tenant.state_with_plain_counts(&chosen, &Value::Null).is_some();
    let count = |version| match plain {
        true => tenant.history().info(version).unwrap().counts,
        false => tenant.counts_of(version, &chosen, &|| false).unwrap().counts,
    };
    (1..=states.len() as u64).map(Version).map(|version| (version, count(version))).collect()
}

/// What the list on the screen says.
fn listed(screen: &Harness) -> BTreeMap<Version, String> {
    let rows = screen.app.session().unwrap().transitions(50).rows.into_iter();
    rows.filter(|row| matches!(row.outcome, TransitionOutcome::Counts(_)) && row.version.0 > 0)
        .map(|row| (row.version, row.result.unmarked().into_owned()))
        .collect()
}

fn in_words(counts: &BTreeMap<Version, Counts>) -> BTreeMap<Version, String> {
    counts.iter().map(|(version, counts)| (*version, delta::counts(*counts))).collect()
}

fn release_one(screen: &mut Harness, dice: &mut Dice) {
    if !screen.held.is_empty() {
        screen.release(dice.index(screen.held.len()));
    }
}

#[test]
fn the_list_counts_as_the_command_line_does_in_whatever_order_answers_come() {
    let mut dice = Dice(0x5eed_c0de);
    let mut otherwise = BTreeMap::new();
    for round in 0..120 {
        let rule = RULES[round % RULES.len()];
        let states = states(&mut dice, rule);
        let states: Vec<&str> = states.iter().map(String::as_str).collect();
        let (recording, tenant) = recorded(&states);
        let early = dice.index(2) == 0;
        if early {
            keep(&tenant, rule);
        }
        let mut screen = Harness::of(Address::File("shop.jsonl".into()), recording, 120, 36);
        screen.hold_all();
        for _ in 0..dice.index(8) {
            let keys: &str = dice.pick::<&str>(&[",", ".", "g g", "G", "z 0"]);
            screen.keys(keys);
            release_one(&mut screen, &mut dice);
        }
        if !early {
            keep(&tenant, rule);
        }
        if matches!(rule, Rule::ChosenKey | Rule::ChosenIgnored) {
            let session = screen.app.workspace.session_mut().unwrap();
            session.array_keys = Arc::new(chosen(rule));
            session.chosen += 1;
        }
        for _ in 0..dice.index(8) {
            let keys: &str = dice.pick::<&str>(&[",", ".", "g g", "G"]);
            screen.keys(keys);
            release_one(&mut screen, &mut dice);
        }
        screen.keys("G");
        while !screen.held.is_empty() {
            release_one(&mut screen, &mut dice);
        }
        let expected = counted(&states, rule);
        assert_eq!(listed(&screen), in_words(&expected), "round {round} {rule:?} {states:#?}");
        let raw = expected.iter().any(|(version, counts)| tenant.history().info(*version).unwrap().counts != *counts);
        *otherwise.entry(format!("{rule:?}")).or_insert(0) += usize::from(raw);
        let total: u64 = expected.values().map(Counts::all).sum();
        let known = &screen.app.session().unwrap().asked.counts;
        let recorded = tenant.history().activity(1..states.len() as u64 + 1).keys.sum;
        assert_eq!(known.over(1..states.len() as u64 + 1, recorded), Some(total), "round {round} {rule:?}");
    }
    for rule in &RULES[1..] {
        assert!(otherwise[&format!("{rule:?}")] > 2, "{rule:?} changes something: {otherwise:?}");
    }
    assert_eq!(otherwise["Nothing"], 0);
}

#[test]
fn states_that_come_later_make_the_rules_matter() {
    let first = r#"{"items":[{"name":"a","n":1},{"name":"b","n":1}]}"#;
    let (recording, tenant) = recorded(&[first]);
    let mut screen = Harness::of(Address::File("shop.jsonl".into()), recording, 120, 36);
    assert!(!screen.app.session().unwrap().asked.counts.is_by_rules());
    let mut states = vec![first];
    for state in [
        r#"{"items":[{"id":1,"name":"a","n":1},{"id":2,"name":"b","n":1}]}"#,
        r#"{"items":[{"id":1,"name":"c","n":1},{"id":2,"name":"b","n":1}]}"#,
        r#"{"items":[{"id":1,"name":"c","n":1},{"id":2,"name":"d","n":1}]}"#,
    ] {
        tenant.set("step", crate::value::parse(state.as_bytes()).unwrap()).unwrap();
        states.push(state);
        screen.keys("G").keys("g g").keys("G");
        assert_eq!(listed(&screen), in_words(&counted(&states, Rule::Settled)), "{state}");
    }
    assert!(screen.app.session().unwrap().asked.counts.is_by_rules());
}

#[test]
fn bars_and_the_pointer_go_by_the_rules_and_say_where_they_do_not() {
    let states: Vec<String> =
        (0..40).map(|n| format!(r#"{{"clock":{{"t":{n}}},"a":{},"b":{}}}"#, n / 20, n / 20)).collect();
    let states: Vec<&str> = states.iter().map(String::as_str).collect();
    let (recording, tenant) = recorded(&states);
    keep(&tenant, Rule::KeptIgnored);
    let screen = Harness::of(Address::File("shop.jsonl".into()), recording, 120, 36);
    let strip = screen.strip();
    assert!(strip.caption.unmarked().ends_with("bar height: keys changed"), "{:?}", strip.caption);
    let session = screen.app.session().unwrap();
    let (history, counts) = (session.history(), &session.asked.counts);
    let told = |version: u64| {
        let column = strip.column_of(Version(version)).unwrap();
        let height = strip.columns[column].levels[0];
        (strip.describe_column(&history, counts, column).unwrap().unmarked().into_owned(), height)
    };
    assert!(told(7).0.contains(" · = · "), "{}", told(7).0);
    assert!(told(21).0.contains(" · ~2 · "), "{}", told(21).0);
    assert_eq!(told(7).1, 0, "nothing but what is ignored changed");
    assert!(told(21).1 > 0);

    let many = MOST_COUNTED + 10;
    let states: Vec<String> = (0..many).map(|n| format!(r#"{{"clock":{n},"a":1}}"#)).collect();
    let states: Vec<&str> = states.iter().map(String::as_str).collect();
    let (recording, tenant) = recorded(&states);
    keep(&tenant, Rule::KeptIgnored);
    let screen = Harness::of(Address::File("shop.jsonl".into()), recording, 120, 36);
    let strip = screen.strip();
    assert!(strip.caption.unmarked().ends_with("bar height: keys changed, rules not applied"), "{:?}", strip.caption);
    let session = screen.app.session().unwrap();
    let told = strip.describe_column(&session.history(), &session.asked.counts, 30).unwrap();
    assert!(!told.unmarked().contains("changed key"), "{}", told.unmarked());
}
