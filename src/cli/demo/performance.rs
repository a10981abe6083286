//! `asof demo performance`: what a change, a snapshot and a rollback cost on this machine, beside the
//! figures of the guide. A state that is copied and one that is shared do the same work on the same keys.

use crate::cli::Console;
use crate::cli::cells::{Ink, RowCell};
use crate::cli::exit::{CommandResult, Exit};
use crate::export::json::{JsonOutput, object};
use crate::source::{Cost, CostTask, Costs, Found, Keeping, ROUNDS, TOTAL, VersionMemory, measure};
use crate::view::text::{counted, size, thousands};
use std::time::Duration;

/// What the walkthrough is about.
pub const ABOUT: &str = "measures what copying and sharing a state cost on this machine (no screen)";

/// Keys of the state.
const KEYS: u64 = 100_000;

/// What versions are promised to take in memory beside the state, in per cent of it.
const PROMISED_MEMORY: u64 = 15;

/// Measures, and prints the table, whole on a screen of 24 rows. Takes about a second and 100 MB.
pub fn run(json: bool, console: &mut Console) -> CommandResult {
    let costs = measure(KEYS)?;
    if json {
        costs.steps.iter().try_for_each(|step| console.out.json(&line(step)))?;
        console.out.json(&memory_line(costs.memory))?;
        return Ok(Exit::Done);
    }
    heading(costs.bytes).iter().try_for_each(|line| console.out.line(line))?;
    console.out.table(&table(&costs.steps))?;
    ending(&costs).iter().try_for_each(|line| console.out.line(line))?;
    Ok(Exit::Done)
}

/// What is measured, and what the columns are.
fn heading(bytes: u64) -> [String; 3] {
    [
        format!("A state of {} keys, {}, in memory: once copied, once shared.", thousands(KEYS), size(bytes)),
        format!("guide: what the design guide expects; here: measured now, the median of {}.", counted(ROUNDS, "run")),
        String::new(),
    ]
}

/// What comes of it.
fn ending(costs: &Costs) -> [String; 5] {
    [
        String::new(),
        verdict("A change", &costs.steps, CostTask::Change),
        verdict("Going back", &costs.steps, CostTask::Rollback),
        memory_words(costs.memory),
        "Next: asof demo release shows it on the screen.".to_owned(),
    ]
}

const KEPT: [(Keeping, &str); 2] = [(Keeping::Copied, "copied"), (Keeping::Shared, "shared")];
/// What is done, for people and for machines.
const TASKS: [(CostTask, &str); 3] =
    [(CostTask::Change, "change"), (CostTask::Snapshot, "snapshot"), (CostTask::Rollback, "rollback")];

/// A row a step, behind how the state is kept and what is done to it; a total only of several steps.
fn table(steps: &[Cost]) -> Vec<Vec<RowCell>> {
    let heading = [RowCell::new("state"), RowCell::new("task"), RowCell::new("step")];
    let heading = heading.into_iter().chain(["guide", "here"].map(RowCell::number)).map(|cell| cell.ink(Ink::Dim));
    let mut rows = vec![heading.collect()];
    for (keeping, kept) in KEPT {
        let mut kept = Some(kept);
        for (task, word) in TASKS {
            let steps: Vec<&Cost> = steps.iter().filter(|step| (step.keeping, step.task) == (keeping, task)).collect();
            let told = steps.iter().filter(|step| steps.len() > 2 || step.does != TOTAL);
            rows.extend(told.enumerate().map(|(at, step)| {
                let first = [kept.take().unwrap_or_default(), if at == 0 { word } else { "" }, step.does];
                let ink = if step.took <= step.promised { Ink::Green } else { Ink::Red };
                let figures = [RowCell::number(figure(step.promised)), RowCell::number(figure(step.took)).ink(ink)];
                first.map(RowCell::new).into_iter().chain(figures).collect()
            }));
        }
    }
    rows
}

/// `A change: sharing is 5,201 times as fast as copying; guide: 14 times.`
fn verdict(what: &str, steps: &[Cost], task: CostTask) -> String {
    let of = |keeping| steps.iter().find(|step| (step.keeping, step.task, step.does) == (keeping, task, TOTAL));
    let (Some(copied), Some(shared)) = (of(Keeping::Copied), of(Keeping::Shared)) else { return String::new() };
    let times = |copied: Duration, shared: Duration| copied.as_nanos() / shared.as_nanos().max(1);
    let here = u64::try_from(times(copied.took, shared.took)).unwrap_or(u64::MAX);
    let guide = u64::try_from(times(copied.promised, shared.promised)).unwrap_or(u64::MAX);
    format!("{what}: sharing is {} times as fast as copying; guide: {} times.", thousands(here), thousands(guide))
}

/// `Memory: a version adds 3.1 KB to 5.4 MB (0.06 %); guide: 15 %.`
fn memory_words(memory: VersionMemory) -> String {
    let (version, state) = (size(memory.version), size(memory.state));
    let share = percent(memory);
    let (least, without) = match memory.found {
        Found::Measured => ("", ""),
        Found::Counted => ("at least ", ", inner nodes not counted"),
    };
    format!("Memory: a version adds {least}{version} to {state} ({share:.2} %){without}; guide: {PROMISED_MEMORY} %.")
}

#[expect(clippy::cast_precision_loss, reason = "a share to two digits")]
fn percent(memory: VersionMemory) -> f64 {
    memory.version as f64 * 100.0 / memory.state.max(1) as f64
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

fn line(step: &Cost) -> JsonOutput {
    let nanos = |took: Duration| JsonOutput::from(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
    object([
        ("state", if step.keeping == Keeping::Copied { "copied" } else { "shared" }.into()),
        ("task", TASKS.iter().find(|task| task.0 == step.task).map_or("", |task| task.1).into()),
        ("step", step.does.into()),
        ("promised_ns", nanos(step.promised)),
        ("measured_ns", nanos(step.took)),
    ])
}

fn memory_line(memory: VersionMemory) -> JsonOutput {
    object([
        ("state", "shared".into()),
        ("task", "memory".into()),
        ("step", "one more version".into()),
        ("promised_percent", PROMISED_MEMORY.into()),
        (if memory.found == Found::Measured { "measured_bytes" } else { "counted_bytes" }, memory.version.into()),
        ("state_bytes", memory.state.into()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_are_compared_by_their_totals() {
        let Ok(costs) = measure(50) else { panic!("not measured") };
        let steps = &costs.steps;
        assert!(verdict("A change", steps, CostTask::Change).ends_with("; guide: 14 times."));
        assert!(verdict("Going back", steps, CostTask::Rollback).ends_with("; guide: 1,500 times."));
        let rows = table(steps);
        assert_eq!(rows.len(), 1 + 4 + 1 + 5 + 1 + 1, "a heading, and the steps of five tasks");
        let lines = heading(costs.bytes).len() + rows.len() + ending(&costs).len();
        assert!(lines < 24, "{lines} lines and a prompt on a small screen");
        let texts = heading(costs.bytes).into_iter().chain(ending(&costs));
        texts.for_each(|line| assert!(line.len() <= 80, "{line}"));
        for (found, words) in [
            (Found::Measured, "adds 1.0 KB to 1.0 MB (0.10 %); guide: 15 %."),
            (Found::Counted, "adds at least 1.0 KB to 1.0 MB (0.10 %), inner nodes not counted; guide: 15 %."),
        ] {
            let memory = VersionMemory { state: 1_000_000, version: 1_000, found };
            assert!(memory_words(memory).ends_with(words), "{}", memory_words(memory));
        }
    }

    #[test]
    fn figures_have_the_unit_that_keeps_them_short() {
        let figures = [40, 3_440, 99_999, 100_000, 115_000_000].map(|nanos| figure(Duration::from_nanos(nanos)));
        assert_eq!(figures, ["40 ns", "3.4 us", "99.9 us", "0.1 ms", "115.0 ms"]);
    }
}
