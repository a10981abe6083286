//! What two versions share is told the same, whichever way their values were reached.

use super::fixture::LogFixture;
use crate::patch::Patch;
use crate::record::StateChange;
use crate::value::{Value, parse};
use std::sync::atomic::AtomicBool;

/// Objects of this many members are one node each.
const MEMBERS: u64 = 10;

fn state(round: u64) -> String {
    let text = |at: u64| format!("\"key_{at}\":\"the value of key {at} in round {}\"", round * at / 40);
    let section = |of: u64| {
        format!("\"section_{of}\":{{{}}}", (of * MEMBERS..(of + 1) * MEMBERS).map(text).collect::<Vec<_>>().join(","))
    };
    format!("{{\"round\":{round},{}}}", (0..5).map(section).collect::<Vec<_>>().join(","))
}

/// Sixty versions, every third a whole state, the others changes of one value.
fn log(budget: u64) -> LogFixture {
    let mut log = LogFixture::within(budget);
    for round in 0..60 {
        let (section, key) = (round % 5, round % 5 * MEMBERS + round % 3);
        let patch = format!(
            "[{{\"op\":\"replace\",\"path\":\"/section_{section}/key_{key}\",\"value\":\"a value that is patched, {round}\"}}]"
        );
        log.transition(
            "",
            match round % 3 {
                0 => StateChange::State(parse(state(round).as_bytes()).unwrap()),
                _ => StateChange::Patch(Patch::from_value(&parse(patch.as_bytes()).unwrap()).unwrap()),
            },
        );
    }
    log
}

/// Values of `new` that are what stands in the same place of `old`: containers and long texts by themselves, others with
/// the object that they are in.
fn same_by_hand(old: &Value, new: &Value) -> u64 {
    let (Value::Object(old), Value::Object(new)) = (old, new) else { return 0 };
    let stays = old == new;
    new.iter()
        .map(|(key, value)| match old.get(key) {
            Some(before) => {
                u64::from(stays || (before == value && !matches!(value, Value::Number(_))))
                    + same_by_hand(before, value)
            }
            None => 0,
        })
        .sum()
}

#[test]
fn what_two_versions_share_is_one_figure_however_they_are_reached() {
    let never = AtomicBool::new(false);
    for (a, b) in [(20, 50), (50, 20), (31, 32), (30, 33)] {
        let jump = |budget| {
            let log = log(budget);
            (log.value(a), log.value(b))
        };
        let step = |budget| {
            let log = log(budget);
            let (mut at, first) = (a, log.value(a));
            while at != b {
                at = if at < b { at + 1 } else { at - 1 };
                drop(log.value(at));
            }
            (first, log.value(b))
        };
        let by_hand = {
            let (a, b) = jump(u64::MAX);
            same_by_hand(&a, &b)
        };
        assert!(by_hand > 0, "#{a} -> #{b}");
        // Everything is kept, hardly anything, nothing.
        for budget in [u64::MAX, 20_000, 0] {
            for (from, to) in [jump(budget), step(budget)] {
                let found = to.shareable_with(&from, &never).unwrap();
                assert_eq!((found.values, found.shared), (56, by_hand), "#{a} -> #{b} within {budget}");
            }
        }
    }
}
