//! `asof demo performance`: what a change, a snapshot and a rollback cost on this machine, beside the
//! figures that were promised. A state that is copied and one that is shared do the same work on the same keys.

use crate::cli::Console;
use crate::cli::cells::{Ink, RowCell};
use crate::cli::exit::{CommandResult, Exit};
use crate::export::json::{JsonOutput, object};
use crate::source::{Cost, CostTask, Costs, Found, Keeping, ROUNDS, TOTAL, VersionMemory, measure};
use crate::view::text::{size, thousands};
use std::time::Duration;

/// What the walkthrough is about.
pub const ABOUT: &str = "measures what copying and sharing a state cost on this machine (no screen)";

/// Keys of the state.
const KEYS: u64 = 100_000;

/// What versions are promised to take in memory beside the state, in per cent of it.
const PROMISED_MEMORY: u64 = 15;

/// Measures, and prints the table. Takes about a second and 100 MB.
pub fn run(json: bool, console: &mut Console) -> CommandResult {
    let Costs { bytes, steps, memory } = measure(KEYS)?;
    if json {
        steps.iter().try_for_each(|step| console.out.json(&line(step)))?;
        console.out.json(&memory_line(memory))?;
        return Ok(Exit::Done);
    }
    let about =
        format!("{} keys, {}, in memory; each figure is the median of {ROUNDS} runs.", thousands(KEYS), size(bytes));
    console.out.line(&about)?;
    console.out.line("")?;
    console.out.table(&table(&steps))?;
    console.out.line("")?;
    console.out.line(&verdict("A change", &steps, CostTask::Change))?;
    console.out.line(&verdict("Going back", &steps, CostTask::Rollback))?;
    console.out.line(&memory_words(memory))?;
    console.out.line("Next: asof demo release shows it on the screen.")?;
    Ok(Exit::Done)
}

const KEPT: [(Keeping, &str); 2] =
    [(Keeping::Copied, "State that is copied"), (Keeping::Shared, "State that is shared")];
/// What is done, for people and for machines.
const TASKS: [(CostTask, &str, &str); 3] = [
    (CostTask::Change, "State change", "change"),
    (CostTask::Snapshot, "Snapshot creation", "snapshot"),
    (CostTask::Rollback, "Rollback", "rollback"),
];

/// Grouped by how the state is kept, then by what is done to it.
fn table(steps: &[Cost]) -> Vec<Vec<RowCell>> {
    let mut rows = Vec::new();
    for (keeping, words) in KEPT {
        let heading = [RowCell::new(words), RowCell::number("promised"), RowCell::number("here")];
        rows.push(heading.map(|cell| cell.ink(Ink::Dim)).to_vec());
        for (task, words, _) in TASKS {
            let steps: Vec<&Cost> = steps.iter().filter(|step| (step.keeping, step.task) == (keeping, task)).collect();
            if !steps.is_empty() {
                rows.push(vec![RowCell::new(format!("  {words}"))]);
            }
            rows.extend(steps.into_iter().map(|step| {
                vec![
                    RowCell::new(format!("    {}", step.does)),
                    RowCell::number(figure(step.promised)),
                    RowCell::number(figure(step.took)).ink(if step.took <= step.promised {
                        Ink::Green
                    } else {
                        Ink::Red
                    }),
                ]
            }));
        }
    }
    rows
}

/// `A change: sharing is 5,201 times as fast as copying; promised: 14.`
fn verdict(what: &str, steps: &[Cost], task: CostTask) -> String {
    let of = |keeping| steps.iter().find(|step| (step.keeping, step.task, step.does) == (keeping, task, TOTAL));
    let (Some(copied), Some(shared)) = (of(Keeping::Copied), of(Keeping::Shared)) else { return String::new() };
    let times = |copied: Duration, shared: Duration| copied.as_nanos() / shared.as_nanos().max(1);
    let here = u64::try_from(times(copied.took, shared.took)).unwrap_or(u64::MAX);
    let promised = u64::try_from(times(copied.promised, shared.promised)).unwrap_or(u64::MAX);
    format!("{what}: sharing is {} times as fast as copying; promised: {}.", thousands(here), thousands(promised))
}

/// `Memory: a version adds 3.1 KB to 5.4 MB (0.06 %); promised: 15 %.`
fn memory_words(memory: VersionMemory) -> String {
    let (version, state) = (size(memory.version), size(memory.state));
    let share = percent(memory);
    let (least, without) = match memory.found {
        Found::Measured => ("", ""),
        Found::Counted => ("at least ", ", inner nodes of the tree not counted"),
    };
    format!(
        "Memory: a version adds {least}{version} to {state} ({share:.2} %){without}; promised: {PROMISED_MEMORY} %."
    )
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
        ("task", TASKS.iter().find(|task| task.0 == step.task).map_or("", |task| task.2).into()),
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
        let steps = measure(50).map(|costs| costs.steps).unwrap_or_default();
        assert!(verdict("A change", &steps, CostTask::Change).ends_with("; promised: 14."));
        assert!(verdict("Going back", &steps, CostTask::Rollback).ends_with("; promised: 1,500."));
        assert_eq!(table(&steps).len(), 2 + 5 + 15, "two headings, five tasks, their steps");
        for (found, words) in [
            (Found::Measured, "adds 1.0 KB to 1.0 MB (0.10 %); promised: 15 %."),
            (
                Found::Counted,
                "adds at least 1.0 KB to 1.0 MB (0.10 %), inner nodes of the tree not counted; promised: 15 %.",
            ),
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
