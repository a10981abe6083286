//! Values by themselves: diffs, and changing one leaf of a large state.

use crate::Effort;
use crate::adapter::{State, differences, parse, patch, patch_leads, stepped};
use crate::input::{Random, state_text, steps};
use crate::measure::{Ratio, Samples, Table};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// A state, and the same after so many changes of different leaves.
struct Pair {
    left: State,
    right: State,
    changes: usize,
}

impl Pair {
    fn new(entries: usize, changes: usize) -> Self {
        let left = parse(state_text(entries).as_bytes()).unwrap();
        let mut seen = BTreeSet::new();
        let steps = steps(entries, changes).into_iter().filter(|step| seen.insert(step.entry));
        let right = steps.fold(left.clone(), |state, step| stepped(&state, &patch(step)));
        Self { left, right, changes: seen.len() }
    }

    /// The two as `serde_json` has them.
    fn plain(&self) -> (Json, Json) {
        let plain = |state: &State| serde_json::from_str(&state.to_json()).unwrap();
        (plain(&self.left), plain(&self.right))
    }
}

/// W4.
pub fn diffs(table: &mut Table, effort: Effort) {
    let (entries, size) = effort.size((100_000, "100k"), (1_000_000, "1M"));
    let pair = Pair::new(entries, 1_000);
    assert_eq!(differences(&pair.left, &pair.right), pair.changes);
    assert!(patch_leads(&pair.left, &pair.right), "the diff leads from left to right");
    let (left, right) = pair.plain();
    assert_eq!(json_patch::diff(&left, &right).0.len(), pair.changes);
    assert_eq!(tree_changes(&left, &right), pair.changes);
    let peers = || {
        [
            ("json-patch", Samples::each(3, || json_patch::diff(&left, &right))),
            ("treediff", Samples::each(3, || tree_changes(&left, &right))),
        ]
    };
    let before = peers();
    let ours = Samples::each(20, || differences(&pair.left, &pair.right));
    let apart = (parse(pair.left.to_json().as_bytes()).unwrap(), parse(pair.right.to_json().as_bytes()).unwrap());
    assert_eq!(differences(&apart.0, &apart.1), pair.changes);
    let unshared = Samples::each(5, || differences(&apart.0, &apart.1));
    let after = peers();
    for (what, samples) in [("one history", &ours), ("two loads", &unshared)] {
        for ((peer, before), (_, after)) in before.iter().zip(&after) {
            let ratio = Ratio::new(samples, peer, before, after);
            table.times(&format!("W4 diff, {size} entries, {} changes, {what}", pair.changes), samples, Some(ratio));
        }
    }
    let neighbours = Pair::new(100_000, 1);
    let ours = Samples::batches(20, 50, || differences(&neighbours.left, &neighbours.right));
    table.times("W4 diff of neighbours, 100k entries, 1 change", &ours, None);
}

fn tree_changes(left: &Json, right: &Json) -> usize {
    let mut recorder = treediff::tools::Recorder::default();
    treediff::diff(left, right, &mut recorder);
    let unchanged =
        |call: &&treediff::tools::ChangeType<_, _>| !matches!(call, treediff::tools::ChangeType::Unchanged(..));
    recorder.calls.iter().filter(unchanged).count()
}

/// W9: one leaf of a large state changed, the state before kept.
pub fn state_change(table: &mut Table, effort: Effort) {
    let (entries, size) = effort.size((100_000, "100k"), (1_000_000, "1M"));
    let text = state_text(entries);
    let mut plain: Json = serde_json::from_str(&text).unwrap();
    let mut random = Random::new(0x5eed_0009);
    let mut copy = || {
        let kept = plain.clone();
        let pointer = format!("/entries/e{:07}/n", random.below(entries));
        *plain.pointer_mut(&pointer).unwrap() = 7.into();
        kept
    };
    let before = Samples::each(3, &mut copy);
    let patches: Vec<_> = steps(entries, 20_000).into_iter().map(patch).collect();
    let mut kept = vec![parse(text.as_bytes()).unwrap()];
    let mut next = patches.iter();
    let ours = Samples::batches(20, 1_000, || {
        let state = stepped(kept.last().unwrap(), next.next().unwrap());
        kept.push(state);
    });
    let after = Samples::each(3, &mut copy);
    let ratio = Ratio::new(&ours, "serde_json copy", &before, &after);
    table.times(&format!("W9 change of one leaf, {size} entries, the old kept"), &ours, Some(ratio));
}
