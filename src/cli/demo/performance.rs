//! `asof demo performance`: what a change, a snapshot and a rollback cost on this machine, beside the
//! figures that were promised. A state that is copied and one that is shared do the same work on the same keys.

use crate::cli::Console;
use crate::cli::cells::{Cell, Ink};
use crate::cli::exit::{Exit, Outcome};
use crate::error::Result;
use crate::export::json::{Json, object};
use crate::history::Strategy;
use crate::record::Version;
use crate::recording::{Recording, SnapshotRequest, Tenant};
use crate::value::{Object, Text, Value};
use crate::view::text::{size, thousands};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// What the walkthrough is about.
pub const ABOUT: &str = "what copying costs and what sharing costs, measured here and now (no screen)";

/// Keys of the state.
const KEYS: u64 = 100_000;
/// Times each step is taken; its median counts.
const ROUNDS: u64 = 15;
/// The heads of the two halves, and what is compared at the end.
const COPIED: &str = "State that is copied";
const SHARED: &str = "State that is shared";

/// One line of the table.
#[derive(Debug, Clone, Copy)]
struct Step {
    group: &'static str,
    does: &'static str,
    /// What is promised.
    promised: Duration,
    /// The median of what was measured.
    took: Duration,
}

/// Measures, and prints the table. Takes about a second and 100 MB.
pub fn run(json: bool, console: &mut Console) -> Outcome {
    let keys = |at| (format!("key_{at}"), format!("value_{at}"));
    let copied: BTreeMap<String, String> = (0..KEYS).map(keys).collect();
    let shared: Object =
        (0..KEYS).map(keys).map(|(key, value)| (Text::from(key), Value::from(value.as_str()))).collect();
    let bytes = Value::Object(shared.clone()).size();
    let steps: Vec<Step> = by_copying(copied).into_iter().chain(by_sharing(&shared)?).collect();
    if json {
        steps.iter().try_for_each(|step| console.out.json(&line(step)))?;
        return Ok(Exit::Done);
    }
    let about = format!(
        "A state of {} keys, {}, in memory; each figure is the median of {ROUNDS} runs.",
        thousands(KEYS),
        size(bytes)
    );
    console.out.line(&about)?;
    console.out.line("")?;
    console.out.table(&table(&steps))?;
    console.out.line("")?;
    console.out.line(&verdict("A change", &steps, "total of a change"))?;
    console.out.line(&verdict("Going back", &steps, "go back"))?;
    Ok(Exit::Done)
}

fn by_copying(mut state: BTreeMap<String, String>) -> Vec<Step> {
    let mut times = [const { Vec::new() }; 4];
    for round in 0..ROUNDS {
        let (mut copy, copying) = timed(|| state.clone());
        let ((), changing) = timed(|| drop(copy.insert(key(round), "changed".to_owned())));
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
    let step = |does, promised, took| Step { group: COPIED, does, promised: Duration::from_micros(promised), took };
    vec![
        step("copy all of it", 100_000, copying),
        step("change the copy", 10_000, changing),
        step("put it in the place of the old one", 5_000, replacing),
        step("total of a change", 115_000, copying + changing + replacing),
        step("go back: copy what was kept", 150_000, restoring),
    ]
}

fn by_sharing(state: &Object) -> Result<Vec<Step>> {
    let tenant = Recording::memory().tenant_or_new(&"performance".into())?;
    tenant.record("start", &Value::Object(state.clone()))?;
    let (mut current, mut kept) = (state.clone(), Vec::new());
    let mut times = [const { Vec::new() }; 6];
    for round in 0..ROUNDS {
        let (copy, copying) = timed(|| current.clone());
        let (changed, changing) = timed(|| copy.with(Text::from(key(round)), Value::from("changed")));
        let (before, replacing) = timed(|| std::mem::replace(&mut current, changed));
        kept.push(before);
        let [recording, marking, returning] = recorded(&tenant, round)?;
        let took = [copying, changing, replacing, recording, marking, returning];
        took.into_iter().zip(&mut times).for_each(|(took, times)| times.push(took));
    }
    black_box(&kept);
    let [copying, changing, replacing, recording, marking, returning] = times.map(median);
    let step = |does, promised, took| Step { group: SHARED, does, promised: Duration::from_micros(promised), took };
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
fn recorded(tenant: &Tenant, round: u64) -> Result<[Duration; 3]> {
    let (applied, changing) =
        timed(|| tenant.apply("change", |draft| draft.set(&format!(".{}", key(round)), "changed")));
    applied?;
    let (marked, marking) = timed(|| tenant.snapshot(&SnapshotRequest::named(&format!("v{round}"))));
    marked?;
    let (back, returning) = timed(|| tenant.rollback(&Strategy::Version(Version(1)), ""));
    back?;
    Ok([changing, marking, returning])
}

/// Keys far from each other, so that no round finds ready what the round before it made.
fn key(round: u64) -> String {
    format!("key_{}", round * 6_151 % KEYS)
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

fn table(steps: &[Step]) -> Vec<Vec<Cell>> {
    let heading = |group: &str| vec![Cell::new(group), Cell::number("promised"), Cell::number("here")];
    let mut rows = Vec::new();
    for group in [COPIED, SHARED] {
        rows.push(heading(group).into_iter().map(|cell| cell.ink(Ink::Dim)).collect());
        let steps = steps.iter().filter(|step| step.group == group);
        rows.extend(steps.map(|step| {
            vec![
                Cell::new(format!("  {}", step.does)),
                Cell::number(figure(step.promised)),
                Cell::number(figure(step.took)),
            ]
        }));
    }
    rows
}

/// `A change: sharing is 5,201 times as fast as copying; promised are 14.`
fn verdict(what: &str, steps: &[Step], does: &str) -> String {
    let of = |group| steps.iter().find(|step| step.group == group && step.does.starts_with(does));
    let (Some(copied), Some(shared)) = (of(COPIED), of(SHARED)) else { return String::new() };
    let times = |copied: Duration, shared: Duration| copied.as_nanos() / shared.as_nanos().max(1);
    let here = u64::try_from(times(copied.took, shared.took)).unwrap_or(u64::MAX);
    let promised = u64::try_from(times(copied.promised, shared.promised)).unwrap_or(u64::MAX);
    format!("{what}: sharing is {} times as fast as copying; promised are {}.", thousands(here), thousands(promised))
}

/// `0.1 ms`, `3.4 us`, `40 ns`.
fn figure(took: Duration) -> String {
    let nanos = took.as_nanos();
    let tenths = |unit: u128, name: &str| format!("{}.{} {name}", nanos / unit, nanos % unit * 10 / unit);
    match nanos {
        ..1_000 => format!("{nanos} ns"),
        1_000..100_000 => tenths(1_000, "us"),
        _ => tenths(1_000_000, "ms"),
    }
}

fn line(step: &Step) -> Json {
    let nanos = |took: Duration| Json::from(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
    object([
        ("state", if step.group == COPIED { "copied" } else { "shared" }.into()),
        ("step", step.does.into()),
        ("promised_ns", nanos(step.promised)),
        ("measured_ns", nanos(step.took)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_promised_step_is_measured() {
        let steps = by_sharing(&(0..50).map(|at| (Text::from(key(at)), Value::from(at))).collect()).unwrap_or_default();
        let copied = by_copying((0..50).map(|at| (key(at), String::new())).collect());
        let names = |steps: &[Step]| steps.iter().map(|step| step.does).collect::<Vec<_>>().join("; ");
        assert_eq!(
            names(&copied),
            "copy all of it; change the copy; put it in the place of the old one; total of a change; go back: copy what was kept"
        );
        assert!(steps.iter().chain(&copied).all(|step| step.took > Duration::ZERO || step.does.starts_with("put")));
        assert_eq!(steps.len(), 7, "{}", names(&steps));
        let all: Vec<Step> = copied.into_iter().chain(steps).collect();
        assert!(verdict("A change", &all, "total of a change").ends_with("; promised are 14."));
        assert!(verdict("Going back", &all, "go back").ends_with("; promised are 1,500."));
    }

    #[test]
    fn figures_have_the_unit_that_keeps_them_short() {
        let figures = [40, 3_440, 99_999, 100_000, 115_000_000].map(|nanos| figure(Duration::from_nanos(nanos)));
        assert_eq!(figures, ["40 ns", "3.4 us", "99.9 us", "0.1 ms", "115.0 ms"]);
    }
}
