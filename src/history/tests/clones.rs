//! Clones of a history: each goes on by itself, and what is not changed is shared.

use super::fixture::Log;
use super::hostile::{Sparse, entry, fold};
use super::stored::assert_same;
use crate::history::{Budget, History};
use crate::patch::{Op, Patch};
use crate::record::StateChange;
use crate::value::{Pointer, parse};
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn new() -> History {
    History::new("acme".into(), Budget::new(4_096))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, max_shrink_iters: 2_000, ..ProptestConfig::default() })]
    /// Whatever clones go on with, turn about, each answers as one that was folded alone, and one that is held as before.
    #[test]
    fn clones_that_go_on_differently_answer_as_those_folded_alone(
        before in prop::collection::vec(entry(), 0..40),
        turns in prop::collection::vec((any::<bool>(), entry()), 0..30),
    ) {
        let (mut first, mut records) = (new(), Sparse::default());
        fold(&mut first, &mut records, before.clone());
        let (held, mut second, mut others) = (first.clone(), first.clone(), Sparse(records.0.clone()));
        let at_first = records.0.clone();
        let (mut of_first, mut of_second) = (before.clone(), before.clone());
        for (is_first, entry) in turns {
            let (history, records, all) = match is_first {
                true => (&mut first, &mut records, &mut of_first),
                false => (&mut second, &mut others, &mut of_second),
            };
            let position = history.position();
            fold(history, records, vec![entry.clone()]);
            // One beyond the last position that there can be is not taken.
            all.extend((history.position() > position).then_some(entry));
            // Reading fills what the clones share: windows, lists made when they are asked for.
            let _read = (history.value(history.newest(), records), history.marks().listed().len(), history.left_behind());
        }
        for (history, entries, records) in [(&first, of_first, &records), (&second, of_second, &others)] {
            let (mut alone, mut stored) = (new(), Sparse::default());
            fold(&mut alone, &mut stored, entries);
            assert_same(&alone, history, records);
        }
        let (mut alone, mut stored) = (new(), Sparse::default());
        fold(&mut alone, &mut stored, before);
        assert_same(&alone, &held, &Sparse(at_first));
    }
}

/// The least time of so many runs.
fn least(runs: u32, mut run: impl FnMut()) -> Duration {
    let mut timed = || {
        let began = Instant::now();
        run();
        began.elapsed()
    };
    (0..runs).map(|_| timed()).min().unwrap_or_default()
}

/// A log with so many of everything that histories keep lists of.
fn long(of_each: u64) -> Log {
    let mut log = Log::default();
    let keys: Vec<_> = (0..50).map(|n| format!("\"key {n}\":{n}")).collect();
    log.transition("state", StateChange::State(parse(format!("{{{}}}", keys.join(",")).as_bytes()).unwrap()));
    for n in 0..of_each {
        log.play(&format!(
            "on main, step, fork b{n} #1, on b{n}, other, on main, mark s{n}, begin, stepped, mark =, fail"
        ));
        if n % 8 == 0 {
            log.play("rewind #2, undo, unmark s0, mark s0");
        }
    }
    for n in 0..20 * of_each {
        push(&mut log, n);
    }
    log
}

fn push(log: &mut Log, n: u64) {
    let path = Pointer::parse(&format!("/key {}", n % 50)).unwrap();
    log.transition(
        ["set", "add", "count"][n as usize % 3],
        StateChange::Patch(Patch(vec![Op::Replace { path, value: n.into() }])),
    );
}

/// Each push beside a held clone costs about the same, however long the history is.
#[test]
fn what_a_held_clone_costs_does_not_grow_with_the_history() {
    let cost = |of_each: u64| {
        let mut log = long(of_each);
        least(20, || {
            for n in 0..100 {
                let held = log.history.clone();
                push(&mut log, n);
                drop(held);
            }
        })
    };
    let (short, long) = (cost(10), cost(2_000));
    assert!(long < short * 8, "{long:?} and {short:?} for 100 pushes");
}
