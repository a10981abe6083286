//! What a change, a snapshot and a rollback cost on this machine: a state that is copied and one that is shared do the
//! same work on the same keys.

use crate::error::Result;
use crate::history::Strategy;
use crate::record::Version;
use crate::recording::{Recording, SnapshotRequest, Tenant};
use crate::value::{Object, Text, Value};
use std::collections::BTreeMap;
use std::hint::black_box;
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

/// What one step costs.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// How the state is kept.
    pub keeping: Keeping,
    /// What is done.
    pub does: &'static str,
    /// What is promised.
    pub promised: Duration,
    /// The median of what was measured.
    pub took: Duration,
}

/// What is measured, and the bytes of its state as compact JSON.
#[derive(Debug, Clone)]
pub struct Costs {
    /// The size of the state.
    pub bytes: u64,
    /// Every step, those of copying first.
    pub steps: Vec<Cost>,
}

/// Measures every step on a state of so many keys. About a second and 100 MB for 100,000.
pub fn measure(keys: u64) -> Result<Costs> {
    let entries = || (0..keys).map(|at| (format!("key_{at}"), format!("value_{at}")));
    let shared: Object = entries().map(|(key, value)| (Text::from(key), Value::from(value.as_str()))).collect();
    let bytes = Value::Object(shared.clone()).size();
    let steps = by_copying(entries().collect(), keys).into_iter().chain(by_sharing(&shared, keys)?).collect();
    Ok(Costs { bytes, steps })
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
    let step =
        |does, promised, took| Cost { keeping: Keeping::Copied, does, promised: Duration::from_micros(promised), took };
    vec![
        step("copy all of it", 100_000, copying),
        step("change the copy", 10_000, changing),
        step("put it in the place of the old one", 5_000, replacing),
        step("total of a change", 115_000, copying + changing + replacing),
        step("go back: copy what was kept", 150_000, restoring),
    ]
}

fn by_sharing(state: &Object, keys: u64) -> Result<Vec<Cost>> {
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
    black_box(&kept);
    let [copying, changing, replacing, recording, marking, returning] = times.map(median);
    let step =
        |does, promised, took| Cost { keeping: Keeping::Shared, does, promised: Duration::from_micros(promised), took };
    Ok(vec![
        step("clone the reference", 100, copying),
        step("change one key, sharing the rest", 8_000, changing),
        step("put it in the place of the old one", 100, replacing),
        step("total of a change", 8_200, copying + changing + replacing),
        step("the same with its record and history", 8_200, recording),
        step("create a snapshot", 100, marking),
        step("go back: roll back to any version", 100, returning),
    ])
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
        let Costs { bytes, steps } = measure(50).unwrap();
        let names = |keeping| {
            let of = steps.iter().filter(|step| step.keeping == keeping);
            of.map(|step| step.does).collect::<Vec<_>>().join("; ")
        };
        assert_eq!(
            names(Keeping::Copied),
            "copy all of it; change the copy; put it in the place of the old one; total of a change; go back: copy what was kept"
        );
        assert_eq!(names(Keeping::Shared).split("; ").count(), 7, "{}", names(Keeping::Shared));
        assert!(steps.iter().all(|step| step.took > Duration::ZERO || step.does.starts_with("put")));
        assert!((50 * 16..50 * 24).contains(&bytes), "{bytes}");
    }
}
