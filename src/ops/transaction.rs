//! How a transaction stands: its steps, and where it can go back to. Derived here once, from what happened in it and from
//! which of its versions are still on its branch, so that a rollback from anywhere else counts as well.

use crate::history::{History, MAIN, Transaction, TransactionPart, TransactionState};
use crate::record::{Time, Version};
use crate::value::Text;

/// How a transaction stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionStatus {
    /// As a whole.
    pub state: TransactionState,
    /// Whether none of its versions is on its branch any more.
    pub undone: bool,
    /// Its steps in order; of one that was done again, how it went last.
    pub steps: Vec<StepStatus>,
    /// The names of its checkpoints that it can go back to, the newest first.
    pub ways_back: Vec<Text>,
}

/// How a step stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepStatus {
    /// From 1.
    pub number: u32,
    /// Its name.
    pub name: Text,
    /// What became of it.
    pub result: StepResult,
    /// The version it made.
    pub version: Option<Version>,
    /// When it was done, or failed.
    pub at: Option<Time>,
    /// Whether a checkpoint after it stands.
    pub checkpoint: bool,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepResult {
    /// It is done, and stands.
    Done,
    /// It failed.
    Failed,
    /// It was done, and its version is no longer on the branch.
    Undone,
    /// It never began.
    NotRun,
}

impl StepResult {
    /// The word in `--json`, and on the screen: `ok`, `failed`, `undone`, `not run`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "ok",
            Self::Failed => "failed",
            Self::Undone => "undone",
            Self::NotRun => "not run",
        }
    }
}

impl TransactionStatus {
    /// How a transaction stands. O(its events · log runs).
    pub fn of(history: &History, transaction: &Transaction) -> Self {
        let head = head(history, transaction);
        let planned = (1..).zip(&transaction.planned);
        let steps: Vec<_> = planned.map(|(number, name)| step(history, transaction, head, (number, name))).collect();
        let back = transaction.checkpoints().into_iter().rev();
        let ways_back = back.filter_map(|(id, _)| history.marks().get(id)?.name.clone()).collect();
        let undone = is_all_undone(history, transaction);
        Self { state: state(history, transaction), undone, steps, ways_back }
    }

    /// Steps that are done and stand.
    pub fn done(&self) -> usize {
        self.steps.iter().filter(|step| step.result == StepResult::Done).count()
    }
}

/// How a transaction stands as a whole: what was all taken back is undone, whoever took it back; one that failed stays
/// failed, taken back or not. O(its events · log runs).
pub fn state(history: &History, transaction: &Transaction) -> TransactionState {
    use TransactionState::{Committed, Failed, Open, Undone};
    match transaction.state {
        Open => Open,
        _ if transaction.ends_failed() => Failed,
        _ if is_all_undone(history, transaction) => Undone,
        // The way back was itself taken back.
        Undone => Committed,
        other => other,
    }
}

/// Whether a transaction made versions, and none of them is on its branch any more. O(its events · log runs).
pub fn is_all_undone(history: &History, transaction: &Transaction) -> bool {
    let head = head(history, transaction);
    let mut versions = transaction.versions().peekable();
    versions.peek().is_some() && versions.all(|version| !history.lineage().on_line(version, head))
}

/// Whether a version that a step made is no longer on the transaction's branch. O(log runs).
pub fn is_undone(history: &History, transaction: &Transaction, version: Version) -> bool {
    !history.lineage().on_line(version, head(history, transaction))
}

fn head(history: &History, transaction: &Transaction) -> Version {
    let branch = transaction.branch.as_deref().unwrap_or(MAIN);
    history.growing(Some(branch)).map_or(history.head(), |(head, _)| head)
}

fn step(history: &History, transaction: &Transaction, head: Version, (number, name): (u32, &Text)) -> StepStatus {
    let mut step = StepStatus {
        number,
        name: name.clone(),
        result: StepResult::NotRun,
        version: None,
        at: None,
        checkpoint: false,
    };
    for event in &transaction.events {
        match event.what {
            TransactionPart::Step { version, .. } if event.step == number => {
                let stands = history.lineage().on_line(version, head);
                step.result = if stands { StepResult::Done } else { StepResult::Undone };
                (step.version, step.at) = (Some(version), event.at);
            }
            TransactionPart::Checkpoint { .. } if event.step == number => step.checkpoint = true,
            TransactionPart::Failed { .. } if event.step == number => {
                (step.result, step.at) = (StepResult::Failed, event.at);
            }
            TransactionPart::Back { .. } if event.step < number => step.checkpoint = false,
            _ => {}
        }
    }
    step
}
