//! What a change, a snapshot and a rollback cost on this machine: a state that is copied and one that is shared do the
//! same work on the same keys.

use crate::error::Result;
use crate::history::Strategy;
use crate::record::Version;
use crate::recording::{Recording, SnapshotRequest, Tenant};
use crate::value::{Object, Text, Value};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// Times each step is taken; its median counts.
pub const ROUNDS: u64 = 15;

/// How a state is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// A change copies it.
    Copied,
    /// A change shares what it leaves as it is.
    Shared,
}

/// What is done to a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CostTask {
    /// One key of it is changed.
    Change,
    /// It is marked, to be found again.
    Snapshot,
    /// An older one takes its place.
    Rollback,
}

/// What one step of a task costs, or all of them.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// How the state is kept.
    pub keeping: Keeping,
    /// What it belongs to.
    pub task: CostTask,
    /// What is done; [`TOTAL`] for all of it.
    pub does: &'static str,
    /// What is promised.
    pub promised: Duration,
    /// The median of what was measured.
    pub took: Duration,
}

/// What the sum of a task's steps is called.
pub const TOTAL: &str = "total";

/// What a version takes in memory beside the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionMemory {
    /// Bytes in use in the nodes of the state.
    pub state: u64,
    /// Bytes that a version with one key changed adds.
    pub version: u64,
    /// How they were found out.
    pub found: Found,
}

/// How memory was found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// By what the process grew by, holding many versions.
    Measured,
    /// By the nodes that a version does not share, where the system does not say how large the process is: what leads to them is not
    /// counted.
    Counted,
}

/// What is measured, and the bytes of its state as compact JSON.
#[derive(Debug, Clone)]
pub struct Costs {
    /// The size of the state.
    pub bytes: u64,
    /// Every step, those of copying first.
    pub steps: Vec<Cost>,
    /// What sharing leaves to be kept twice.
    pub memory: VersionMemory,
}

/// Measures every step on a state of so many keys. About a second and 100 MB for 100,000.
pub fn measure(keys: u64) -> Result<Costs> {
    let entries = || (0..keys).map(|at| (format!("key_{at}"), format!("value_{at}")));
    let shared: Object = entries().map(|(key, value)| (Text::from(key), Value::from(value.as_str()))).collect();
    let bytes = Value::Object(shared.clone()).size();
    // Before anything else frees memory that the versions could lie in.
    let grown = growth(&shared, keys);
    let (shared, memory) = by_sharing(&shared, keys)?;
    let memory = grown.map_or(memory, |version| VersionMemory { version, found: Found::Measured, ..memory });
    let steps = by_copying(entries().collect(), keys).into_iter().chain(shared).collect();
    Ok(Costs { bytes, steps, memory })
}

/// The steps of a task with what is promised in microseconds, and their total where there are several.
fn task(keeping: Keeping, task: CostTask, steps: &[(&'static str, u64, Duration)]) -> Vec<Cost> {
    let cost = |does, promised, took| Cost { keeping, task, does, promised: Duration::from_micros(promised), took };
    let mut costs: Vec<Cost> = steps.iter().map(|(does, promised, took)| cost(does, *promised, *took)).collect();
    let total = steps.iter().fold((0, Duration::ZERO), |sum, step| (sum.0 + step.1, sum.1 + step.2));
    costs.push(cost(TOTAL, total.0, total.1));
    costs
}

fn by_copying(mut state: BTreeMap<String, String>, keys: u64) -> Vec<Cost> {
    let mut times = [const { Vec::new() }; 4];
    for round in 0..ROUNDS {
        let (mut copy, copying) = timed(|| state.clone());
        let ((), changing) = timed(|| drop(copy.insert(key(round, keys), "changed".to_owned())));
        let backup = copy.clone();
        let ((), replacing) = timed(|| state = copy);
        let ((), restoring) = timed(|| state = backup.clone());
        [copying, changing, replacing, restoring]
            .into_iter()
            .zip(&mut times)
            .for_each(|(took, times)| times.push(took));
    }
    black_box(&state);
    let [copying, changing, replacing, restoring] = times.map(median);
    let change = [
        ("copy the entire state", 100_000, copying),
        ("modify the copy", 10_000, changing),
        ("replace the original", 5_000, replacing),
    ];
    let mut costs = task(Keeping::Copied, CostTask::Change, &change);
    costs.extend(task(Keeping::Copied, CostTask::Rollback, &[("copy an older state back", 150_000, restoring)]));
    costs
}

fn by_sharing(state: &Object, keys: u64) -> Result<(Vec<Cost>, VersionMemory)> {
    let tenant = Recording::memory().tenant_or_new(&"performance".into())?;
    tenant.record("start", &Value::Object(state.clone()))?;
    let (mut current, mut kept) = (state.clone(), Vec::new());
    let mut times = [const { Vec::new() }; 6];
    for round in 0..ROUNDS {
        let (copy, copying) = timed(|| current.clone());
        let (changed, changing) = timed(|| copy.with(Text::from(key(round, keys)), Value::from("changed")));
        let (before, replacing) = timed(|| std::mem::replace(&mut current, changed));
        kept.push(before);
        let [recording, marking, returning] = recorded(&tenant, (round, keys))?;
        let took = [copying, changing, replacing, recording, marking, returning];
        took.into_iter().zip(&mut times).for_each(|(took, times)| times.push(took));
    }
    let memory = memory(&kept);
    let [copying, changing, replacing, recording, marking, returning] = times.map(median);
    let change = [
        ("clone the reference", 100, copying),
        ("modify one key, sharing the rest", 8_000, changing),
        ("replace the pointer", 100, replacing),
    ];
    let mut costs = task(Keeping::Shared, CostTask::Change, &change);
    let recorded = Duration::from_micros(8_200);
    let does = "the same with its record and history";
    costs.push(Cost { keeping: Keeping::Shared, task: CostTask::Change, does, promised: recorded, took: recording });
    costs.extend(task(Keeping::Shared, CostTask::Snapshot, &[("create a snapshot", 100, marking)]));
    costs.extend(task(Keeping::Shared, CostTask::Rollback, &[("go to any version", 100, returning)]));
    Ok((costs, memory))
}

/// Pairs of neighbours whose memory is compared; their median counts.
const PAIRS: usize = 3;

fn memory(kept: &[Object]) -> VersionMemory {
    let never = AtomicBool::new(false);
    let pair = |pair: &[Object]| {
        let [older, newer] = [&pair[0], &pair[1]].map(|object| Value::Object(object.clone()));
        newer.shared_with(&older, &never).map(|found| (found.bytes - found.shared_bytes, found.bytes))
    };
    let mut pairs: Vec<(u64, u64)> = kept.windows(2).take(PAIRS).filter_map(pair).collect();
    pairs.sort_unstable();
    let (version, state) = pairs.get(pairs.len() / 2).copied().unwrap_or_default();
    VersionMemory { state, version, found: Found::Counted }
}

/// Versions that are held while the process is looked at: their memory is far more than a page.
const HELD: u64 = 2_000;
/// Versions before those, which fill what was free of the memory of the process.
const BEFORE: u64 = 500;

/// Bytes that the process grows by for a version with one key changed; `None` where the system does not say.
fn growth(state: &Object, keys: u64) -> Option<u64> {
    let mut held = Vec::with_capacity(usize::try_from(BEFORE + HELD).ok()?);
    let mut current = state.clone();
    let mut hold = |rounds: std::ops::Range<u64>| {
        for round in rounds {
            let next = current.with(Text::from(key(round, keys)), Value::from("changed"));
            held.push(std::mem::replace(&mut current, next));
        }
    };
    hold(0..BEFORE);
    let before = resident()?;
    hold(BEFORE..BEFORE + HELD);
    let grown = resident()?.saturating_sub(before);
    black_box(&held);
    Some(grown / HELD).filter(|version| *version > 0)
}

/// Bytes of the process that are in memory, on systems that have `/proc`.
fn resident() -> Option<u64> {
    let kilobytes = |file: &str, name: &str| {
        let text = std::fs::read_to_string(file).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()
    };
    let rolled_up = || kilobytes("/proc/self/smaps_rollup", "Rss:");
    rolled_up().or_else(|| kilobytes("/proc/self/status", "VmRSS:")).map(|kilobytes| kilobytes * 1_024)
}

/// A change, a snapshot and a rollback of a tenant: all that happens for an application, but for the disk.
fn recorded(tenant: &Tenant, (round, keys): (u64, u64)) -> Result<[Duration; 3]> {
    let (applied, changing) =
        timed(|| tenant.apply("change", |draft| draft.set(&format!(".{}", key(round, keys)), "changed")));
    applied?;
    let (marked, marking) = timed(|| tenant.snapshot(&SnapshotRequest::named(&format!("v{round}"))));
    marked?;
    let (back, returning) = timed(|| tenant.rollback(&Strategy::Version(Version(1)), ""));
    back?;
    Ok([changing, marking, returning])
}

/// Keys far from each other, so that no round finds ready what the round before it made.
fn key(round: u64, keys: u64) -> String {
    format!("key_{}", round * 6_151 % keys)
}

fn timed<T>(does: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let made = black_box(does());
    (made, start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_promised_step_is_measured() {
        let Costs { bytes, steps, memory } = measure(50).unwrap();
        let names = |keeping| {
            let of = steps.iter().filter(|step| step.keeping == keeping);
            of.map(|step| step.does).collect::<Vec<_>>().join("; ")
        };
        let copied =
            "copy the entire state; modify the copy; replace the original; total; copy an older state back; total";
        assert_eq!(names(Keeping::Copied), copied);
        assert_eq!(names(Keeping::Shared).split("; ").count(), 9, "{}", names(Keeping::Shared));
        for (keeping, task, micros) in [
            (Keeping::Copied, CostTask::Change, 115_000),
            (Keeping::Copied, CostTask::Rollback, 150_000),
            (Keeping::Shared, CostTask::Change, 8_200),
            (Keeping::Shared, CostTask::Snapshot, 100),
            (Keeping::Shared, CostTask::Rollback, 100),
        ] {
            let is_total = |step: &&Cost| (step.keeping, step.task, step.does) == (keeping, task, TOTAL);
            let total = steps.iter().find(is_total).unwrap();
            assert_eq!(total.promised, Duration::from_micros(micros), "the guide's total");
        }
        assert!(memory.version > 0, "{memory:?}");
        assert!(steps.iter().all(|step| step.took > Duration::ZERO || step.does.starts_with("replace")));
        assert!((50 * 16..50 * 24).contains(&bytes), "{bytes}");
    }

    /// What the process grows by is no less than the nodes that a version does not share, and not many times as much.
    #[test]
    fn a_version_takes_its_nodes_and_what_leads_to_them() {
        let state: Object = (0..20_000).map(|at| (Text::from(format!("key_{at}")), Value::from("value"))).collect();
        let counted = memory(&[state.clone(), state.with("key_7".into(), "changed".into())]);
        assert!(counted.found == Found::Counted && counted.version > 0 && counted.version < counted.state / 20);
        // Other tests allocate in this process, too: the least of a few is looked at.
        let grown = (0..5).filter_map(|_| growth(&state, 20_000)).min();
        assert!(grown.is_none_or(|grown| grown < counted.version * 20), "{grown:?} {counted:?}");
        // Where others give memory back meanwhile, nothing is seen.
        assert!(grown.is_none() || resident().is_some());
    }
}
