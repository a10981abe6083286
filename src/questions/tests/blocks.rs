//! Long histories, whose versions several threads judge, are judged as by one that goes through them.

use super::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const VERSIONS: u64 = 9_000;

/// A row of counters, one of which grows, falls or is a text at times; parts of it were rolled back.
fn long() -> (Tenant, Vec<Value>) {
    let tenant = Recording::memory().tenant_or_new(&"shop".into()).unwrap();
    let mut states = vec![Value::Null];
    for n in 1..=VERSIONS {
        if n % 1_500 == 0 {
            tenant.rollback(&Strategy::Version(Version(n - 700)), "").unwrap();
            states.push(states[usize::try_from(n - 700).unwrap()].clone());
            continue;
        }
        let row: Vec<u64> = (0..6).map(|at| n / (at + 1) % 97).collect();
        let odd = if n % 1_000 < 3 { serde_json::json!("text") } else { serde_json::json!(n % 31) };
        let state = serde_json::json!({"row": row, "odd": odd});
        tenant.record("", &state).unwrap();
        states.push(value::parse(state.to_string().as_bytes()).unwrap());
    }
    (tenant, states)
}

#[test]
fn what_several_threads_judge_is_what_one_after_the_other_judges() {
    let (tenant, states) = long();
    let budget = QueryBudget::default();
    for text in [
        "[.. | numbers] | add > 150",
        "any(.row[]; . == 96)",
        "[.row[]] | length > 6",
        ".odd - 1 > 28",
        "tojson | length > 40",
        "to_entries | length == 2",
    ] {
        let query = Query::compile(text).unwrap();
        let truths: Vec<crate::query::Truth> = states.iter().map(|state| query.truth(state, &budget)).collect();
        let held: Vec<u64> = (1..=VERSIONS).filter(|n| truths[usize::try_from(*n).unwrap()].holds()).collect();
        let course = course(&tenant);
        let condition = FindCondition::Holds(Arc::new(query));
        let search = FindSearch { course: &course, condition: &condition, budget: &budget };
        for direction in [Direction::Forth, Direction::Back] {
            let mut found: Vec<u64> = Vec::new();
            let stats = search.spans(direction, |span| {
                found.extend(span.from.0..=span.to.0);
                ControlFlow::Continue(())
            });
            found.sort_unstable();
            assert_eq!(found, held, "{text}");
            assert_eq!(stats.versions, VERSIONS, "{text}");
            let expected = if direction == Direction::Forth { held.first() } else { held.last() };
            let (first, stats) = search.first(direction);
            assert_eq!(first.map(|first| first.0).as_ref(), expected, "{text}");
            assert!(stats.evaluated <= stats.versions, "{text}: {stats:?}");
        }
    }
}

#[test]
fn a_search_by_several_threads_stops_where_it_is() {
    let (tenant, _) = long();
    let stop = Arc::new(AtomicBool::new(false));
    let budget = QueryBudget { cancelled: Arc::clone(&stop), ..QueryBudget::default() };
    let condition = FindCondition::Holds(Arc::new(Query::compile("[.. | numbers] | add % 2 == 0").unwrap()));
    let course = course(&tenant);
    let search = FindSearch { course: &course, condition: &condition, budget: &budget };
    for direction in [Direction::Forth, Direction::Back] {
        let mut found = 0;
        stop.store(false, Ordering::Relaxed);
        let stats = search.spans(direction, |_| {
            found += 1;
            stop.store(found == 50, Ordering::Relaxed);
            ControlFlow::Continue(())
        });
        assert!(found <= 51, "{found}");
        assert!(stats.versions < VERSIONS, "{stats:?}");
    }
}
