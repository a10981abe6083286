//! The steps of one transaction: what became of each.

use crate::cli::Console;
use crate::cli::cells::{Cell, Ink};
use crate::cli::exit::Outcome;
use crate::export::json::{Json, moment, object, optional};
use crate::history::{History, Transaction, TransactionPart};
use crate::record::{Time, Version};
use crate::value::Text;

/// One step, as planned and as it went.
pub struct Step {
    number: u32,
    name: Text,
    /// `ok`, `failed`, `taken back` or `not run`.
    pub result: &'static str,
    version: Option<Version>,
    at: Option<Time>,
    checkpoint: bool,
}

/// The steps in order; of one that was done again, how it went last.
pub fn of(transaction: &Transaction) -> Vec<Step> {
    let planned = (1..).zip(&transaction.planned);
    planned.map(|(number, name)| went(transaction, Step::planned(number, name.clone()))).collect()
}

fn went(transaction: &Transaction, mut step: Step) -> Step {
    for event in &transaction.events {
        match event.what {
            TransactionPart::Step { version, .. } if event.step == step.number => {
                (step.result, step.version, step.at) = ("ok", Some(version), event.at);
            }
            TransactionPart::Checkpoint { .. } if event.step == step.number => step.checkpoint = true,
            TransactionPart::Failed { .. } if event.step == step.number => {
                (step.result, step.at) = ("failed", event.at);
            }
            TransactionPart::Back { .. } if event.step < step.number && step.result == "ok" => {
                (step.result, step.checkpoint) = ("taken back", false);
            }
            _ => {}
        }
    }
    step
}

impl Step {
    fn planned(number: u32, name: Text) -> Self {
        Self { number, name, result: "not run", version: None, at: None, checkpoint: false }
    }

    /// For machines.
    pub fn json(&self) -> Json {
        object([
            ("step", u64::from(self.number).into()),
            ("name", self.name.clone().into()),
            ("result", self.result.into()),
            ("version", optional(self.version.map(|version| version.0))),
            ("at", optional(self.at.map(moment))),
            ("checkpoint", self.checkpoint.into()),
        ])
    }

    fn cells(&self) -> Vec<Cell> {
        let ink = match self.result {
            "ok" => Ink::Green,
            "failed" => Ink::Red,
            "taken back" => Ink::Cyan,
            _ => Ink::Dim,
        };
        vec![
            Cell::number(self.number),
            Cell::new(&self.name),
            Cell::new(self.result).ink(ink),
            Cell::number(self.version.map(|version| version.to_string()).unwrap_or_default()),
            Cell::moment(self.at),
            Cell::new(if self.checkpoint { "checkpoint" } else { "" }),
        ]
    }
}

/// One transaction for people: what it is, its steps, why it failed, and where it can go back to.
pub fn print(history: &History, transaction: &Transaction, console: &mut Console) -> Outcome<()> {
    let Transaction { id, name, base, state, .. } = transaction;
    console.out.line(&format!("{id} {name}: {}, began at {base}", state.word()))?;
    console.out.table(&of(transaction).iter().map(Step::cells).collect::<Vec<_>>())?;
    if let Some((step, name, why)) = transaction.failure() {
        let mut lines = why.lines();
        console.out.line(&format!("step {step}, {name}, failed: {}", lines.next().unwrap_or_default()))?;
        lines.try_for_each(|line| console.out.line(&format!("  {line}")))?;
    }
    let back = transaction.checkpoints().into_iter().rev().filter_map(|(id, _)| history.snapshot(id)?.name.clone());
    let ways: Vec<String> = back.map(|name| name.to_string()).chain([format!("{base} (all of it)")]).collect();
    console.out.line(&format!("back to: {}", ways.join(", ")))
}
