//! Recording, jumping, opening, snapshots and rollbacks.

use crate::Effort;
use crate::adapter::{History, parse, patch, patch_to, stepped};
use crate::input::{Random, Step, state_text, steps};
use crate::measure::{Ratio, Samples, Table};
use crate::memory;
use std::time::Instant;

/// W1.
pub fn transitions_10k(table: &mut Table, effort: Effort) {
    transitions(table, ("W1", "10k"), 10_000, effort.size(20_000, 100_000));
}

/// W2.
pub fn transitions_100k(table: &mut Table, effort: Effort) {
    transitions(table, ("W2", "100k"), 100_000, effort.size(20_000, 100_000));
}

/// Single-leaf transitions, every version reachable.
fn transitions(table: &mut Table, (name, size): (&str, &str), entries: usize, count: usize) {
    let text = state_text(entries);
    let steps = steps(entries, count);
    check_against_copies(&text, &steps[..200]);
    let patches: Vec<_> = steps.iter().map(|step| patch(*step)).collect();
    let before = copying(&text, &steps);
    let mut history = None;
    let ours = Samples::each(3, || {
        let made = History::memory().with(parse(text.as_bytes()).unwrap());
        patches.iter().for_each(|patch| made.apply(patch));
        history = Some(made);
    });
    let ours = ours.per(count);
    let after = copying(&text, &steps);
    assert_eq!(history.unwrap().newest(), count as u64 + 1);
    let ratio = Ratio::new(&ours, "serde_json copy", &before, &after);
    table.times(&format!("{name} transition, {size} entries, {count} versions"), &ours, Some(ratio));
    let first = parse(text.as_bytes()).unwrap();
    let values = Samples::each(3, || {
        let mut kept = vec![first.clone()];
        for patch in &patches {
            let next = stepped(kept.last().unwrap(), patch);
            kept.push(next);
        }
    });
    table.times(&format!("{name} the same as values in a list"), &values.per(count), None);
    let bytes = memory::of(&format!("history {entries} {count}"));
    table.bytes(&format!("{name} memory of a version, {size} entries"), &Samples::of([bytes / count as f64]), None);
}

/// What keeping a whole copy per version takes.
fn copying(text: &str, steps: &[Step]) -> Samples {
    let mut state: serde_json::Value = serde_json::from_str(text).unwrap();
    let mut steps = steps.iter().cycle();
    let one = || {
        let step = steps.next().unwrap();
        let before = state.clone();
        *state.pointer_mut(&step.pointer()).unwrap() = step.n.into();
        before
    };
    Samples::each((100_000_000 / text.len()).clamp(5, 100), one)
}

/// Ours after each step is what `serde_json` makes of the same.
fn check_against_copies(text: &str, steps: &[Step]) {
    let history = History::memory().with(parse(text.as_bytes()).unwrap());
    let mut model: serde_json::Value = serde_json::from_str(text).unwrap();
    for step in steps {
        history.apply(&patch(*step));
        *model.pointer_mut(&step.pointer()).unwrap() = step.n.into();
    }
    let last = history.at(history.newest()).to_json();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&last).unwrap(), model);
}

/// W3: any version of a long history.
pub fn jumps(table: &mut Table, effort: Effort) {
    let count = effort.size(20_000, 100_000);
    let history = long_history(10_000, count);
    let mut random = Random::new(0x5eed_0003);
    let versions: Vec<u64> = (0..effort.size(500, 2_000)).map(|_| random.below(count) as u64 + 1).collect();
    let steps = steps(10_000, count);
    for version in &versions[..20] {
        let step = usize::try_from(*version).unwrap().checked_sub(2);
        let shown = |step: &Step| history.at(*version).to_json().contains(&format!("\"n\":{}", step.n));
        assert!(step.is_none_or(|step| shown(&steps[step])), "the value at #{version}");
    }
    let mut next = versions.iter().cycle();
    let samples = Samples::each(versions.len(), || history.at(*next.next().unwrap()));
    table.times(&format!("W3 jump to a random version of {count}, median"), &samples, None);
    table.times("W3 the same, p99", &Samples::of([samples.quantile(0.99)]), None);
}

fn long_history(entries: usize, count: usize) -> History {
    let history = History::memory().with(parse(state_text(entries).as_bytes()).unwrap());
    steps(entries, count).into_iter().for_each(|step| history.apply(&patch(step)));
    history
}

/// W5: opening a recording that is on the disk.
pub fn opening(table: &mut Table, effort: Effort) {
    let count = effort.size(50_000, 1_000_000);
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("run.asof");
    let history = History::create(&directory).with(parse(state_text(10_000).as_bytes()).unwrap());
    let steps = steps(10_000, count);
    let start = Instant::now();
    steps.iter().for_each(|step| history.apply(&patch(*step)));
    let recorded = Samples::of([start.elapsed().as_nanos() as f64 / count as f64]);
    table.times(&format!("W5 a transition recorded on the disk, {count} of them"), &recorded, None);
    let mut newest = 0;
    let samples = Samples::each(effort.size(3, 3), || newest = History::open(&directory).newest());
    assert_eq!(newest, count as u64 + 1);
    table.times(&format!("W5 opening {count} transitions, everything indexed"), &samples, None);
    table.times("W5 the same, per transition", &samples.per(count), None);
}

/// W8: snapshot and rollback cost the same whatever the state's size.
pub fn flat_costs(table: &mut Table, effort: Effort) {
    let place = tempfile::tempdir().unwrap();
    let sizes: &[(usize, &str)] =
        effort.size(&[(100, "100"), (10_000, "10k")][..], &[(100, "100"), (10_000, "10k"), (1_000_000, "1M")][..]);
    let mut smallest: Option<[f64; 4]> = None;
    for (entries, size) in sizes {
        let state = parse(state_text(*entries).as_bytes()).unwrap();
        let clone = Samples::batches(20, 10_000, || state.clone());
        table.times(&format!("W8 the pointer swap itself, {size} entries"), &clone, None);
        let memory = History::memory().with(state.clone());
        let disk = History::create(&place.path().join(size)).with(state);
        let [snapshot, rollback] = snapshots_and_rollbacks(&memory, *entries);
        let [logged_snapshot, logged_rollback] = snapshots_and_rollbacks(&disk, *entries);
        let rows = [
            ("snapshot, in memory", snapshot),
            ("rollback of one change, in memory", rollback),
            ("snapshot, synced to the log", logged_snapshot),
            ("rollback of one change, synced to the log", logged_rollback),
        ];
        let first = *smallest.get_or_insert_with(|| std::array::from_fn(|at| rows[at].1.median()));
        for (at, (name, samples)) in rows.iter().enumerate() {
            let small = Samples::of([first[at]]);
            let ratio = Ratio::new(samples, "100 entries", &small, &small);
            table.times(&format!("W8 {name}, {size} entries"), samples, Some(ratio));
        }
    }
}

fn snapshots_and_rollbacks(history: &History, entries: usize) -> [Samples; 2] {
    let mut name = 0;
    let snapshots = Samples::each(40, || {
        name += 1;
        history.snapshot(&format!("s{name}"));
    });
    let steps = steps(entries, 40);
    let mut rollbacks = Samples::of([]);
    for step in steps {
        let before = history.newest();
        history.apply(&patch(step));
        rollbacks = rollbacks.and(Samples::each(1, || history.roll_back(before)));
        assert!(history.at(before + 2).same(&history.at(before)), "a rollback is the same value");
    }
    [snapshots, rollbacks]
}

/// W14: a transition beside a large text, and a transaction of many steps with checkpoints.
pub fn large_and_long(table: &mut Table, effort: Effort) {
    let text = "x".repeat(effort.size(1 << 20, 8 << 20));
    let large = History::memory().with(parse(format!(r#"{{"text":"{text}","entries":{{}}}}"#).as_bytes()).unwrap());
    let small = History::memory().with(parse(br#"{"text":"x","entries":{}}"#).unwrap());
    let mut n = 0;
    let mut samples = |history: &History| {
        Samples::batches(20, 500, || {
            n += 1;
            history.apply(&patch_to(n));
        })
    };
    let (before, ours, after) = (samples(&small), samples(&large), samples(&small));
    let ratio = Ratio::new(&ours, "a small state", &before, &after);
    table.times(&format!("W14 transition beside a text of {} bytes", text.len()), &ours, Some(ratio));
    let steps = effort.size(500, 2_000);
    let transactions = Samples::each(5, || {
        let history = History::memory().with(parse(br#"{"n":0}"#).unwrap());
        history.transaction(steps);
        history
    });
    table.times(&format!("W14 transaction of {steps} steps, each with a checkpoint"), &transactions, None);
}

/// W10: what recording costs the application.
pub fn apply_with_flush(table: &mut Table, effort: Effort) {
    let place = tempfile::tempdir().unwrap();
    let history = History::create(&place.path().join("run.asof")).with(parse(state_text(10_000).as_bytes()).unwrap());
    let patches: Vec<_> = steps(10_000, effort.size(5_000, 50_000)).into_iter().map(patch).collect();
    let mut next = patches.iter();
    let samples = Samples::each(patches.len(), || history.apply(next.next().unwrap()));
    table.times("W10 apply with flush, 10k entries, p50", &samples, None);
    table.times("W10 the same, p99", &Samples::of([samples.quantile(0.99)]), None);
}
