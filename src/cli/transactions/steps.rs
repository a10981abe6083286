//! The steps of one transaction: what became of each.

use crate::cli::Console;
use crate::cli::cells::{Ink, RowCell};
use crate::cli::exit::CommandResult;
use crate::export::json::{JsonOutput, moment, object, optional};
use crate::history::{History, Transaction, TransactionState};
use crate::ops::{StepResult, StepStatus, TransactionStatus};

/// A step for machines.
pub fn json(step: &StepStatus) -> JsonOutput {
    object([
        ("step", u64::from(step.number).into()),
        ("name", step.name.clone().into()),
        ("result", step.result.word().into()),
        ("version", optional(step.version.map(|version| version.0))),
        ("at", optional(step.at.map(moment))),
        ("checkpoint", step.checkpoint.into()),
    ])
}

/// A step for people.
fn cells(step: &StepStatus) -> Vec<RowCell> {
    let ink = match step.result {
        StepResult::Done => Ink::Green,
        StepResult::Failed => Ink::Red,
        StepResult::Undone => Ink::Cyan,
        StepResult::NotRun => Ink::Dim,
    };
    vec![
        RowCell::number(step.number),
        RowCell::name(&step.name),
        RowCell::new(step.result.word()).ink(ink),
        RowCell::number(step.version.map(|version| version.to_string()).unwrap_or_default()),
        RowCell::moment(step.at),
        RowCell::new(if step.checkpoint { "checkpoint" } else { "" }),
    ]
}

/// `failed`; `failed, undone` of one that was taken back after that.
pub fn result_words(status: &TransactionStatus) -> String {
    let undone = if status.state == TransactionState::Failed && status.undone { ", undone" } else { "" };
    format!("{}{undone}", status.state.word())
}

/// One transaction for people: what it is, its steps, why it failed, and where it can go back to.
pub fn print(history: &History, transaction: &Transaction, console: &mut Console) -> CommandResult<()> {
    let Transaction { id, name, base, .. } = transaction;
    let status = TransactionStatus::of(history, transaction);
    console.out.line(&format!("{id} {name}: {}, began at {base}", result_words(&status)))?;
    console.out.table(&status.steps.iter().map(cells).collect::<Vec<_>>())?;
    if let Some((step, name, why)) = transaction.failure() {
        let mut lines = why.lines();
        console.out.line(&format!("step {step}, {name}, failed: {}", lines.next().unwrap_or_default()))?;
        lines.try_for_each(|line| console.out.line(&format!("  {line}")))?;
    }
    let back = status.ways_back.iter().filter(|way| way.stands).filter_map(|way| way.checkpoint.as_deref());
    let ways: Vec<String> = back.map(str::to_owned).chain([format!("{base} (all of it)")]).collect();
    console.out.line(&format!("roll back to: {}", ways.join(", ")))
}
