//! How a transaction stands: its steps, and where it can go back to. Derived here once, from what happened in it and from
//! which of its versions are still on its branch, so that a rollback from anywhere else counts as well.

use crate::export::json::{JsonOutput, object, optional};
use crate::history::{History, MAIN, Transaction, TransactionEvent, TransactionPart, TransactionState};
use crate::record::{SnapshotId, Time, Version};
use crate::value::Text;
use serde::{Serialize, Serializer};

/// How a transaction stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionStatus {
    /// As a whole.
    pub state: TransactionState,
    /// Whether none of its versions is on its branch any more.
    pub undone: bool,
    /// Its steps in order; of one that was done again, how it went last.
    pub steps: Vec<StepStatus>,
    /// What it can be taken back to, the one that undoes least first.
    pub ways_back: Vec<WayBack>,
}

/// A version that a transaction can be taken back to: a checkpoint's, or the one that it began at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayBack {
    pub to: Version,
    /// The step that it stands behind; 0 for the start.
    pub after: u32,
    /// The name of the checkpoint, while that is in the list.
    pub checkpoint: Option<Text>,
    /// Whether it is the start, or a checkpoint whose step was not taken back since.
    pub stands: bool,
    /// The steps that stand now and would not, by number and name; one that was done again counts once.
    pub undoes: Vec<(u32, Text)>,
    /// The steps that were taken back and would stand again.
    pub restores: Vec<(u32, Text)>,
    /// Versions of others on the branch that would be left behind.
    pub others: u64,
    /// Whether the head has that state already.
    pub is_here: bool,
    /// The step that failed after it, and changed nothing.
    pub failed: Option<(u32, Text)>,
}

impl WayBack {
    /// For machines.
    pub fn json(&self) -> JsonOutput {
        object([
            ("to", self.to.0.into()),
            ("checkpoint", optional(self.checkpoint.clone())),
            ("stands", self.stands.into()),
            ("undoes", numbers(&self.undoes)),
            ("restores", numbers(&self.restores)),
            ("others", self.others.into()),
        ])
    }

    /// From where the head is now, whoever moved it there.
    fn new(history: &History, transaction: &Transaction, to: Version, after: u32) -> Self {
        let head = head(history, transaction);
        let on_line = |version, end| history.lineage().on_line(version, end);
        let (mut undoes, mut restores, mut failed) = (Vec::new(), Vec::new(), None);
        for event in &transaction.events {
            match &event.what {
                TransactionPart::Step { name, version } => match (on_line(*version, head), on_line(*version, to)) {
                    (true, false) => undoes.push((event.step, name.clone())),
                    (false, true) => restores.push((event.step, name.clone())),
                    _ => {}
                },
                TransactionPart::Failed { name, .. } if event.step > after => {
                    failed = Some((event.step, name.clone()));
                }
                _ => {}
            }
        }
        let others = others(history, transaction, to, head);
        undoes.dedup_by_key(|(step, _)| *step);
        restores.dedup_by_key(|(step, _)| *step);
        let plan = history.plan_rollback(transaction.branch.as_deref(), to);
        let is_here = plan.is_ok_and(|plan| plan.same);
        Self { to, after, checkpoint: None, stands: true, undoes, restores, others, is_here, failed }
    }
}

fn numbers(steps: &[(u32, Text)]) -> JsonOutput {
    JsonOutput::List(steps.iter().map(|(step, _)| u64::from(*step).into()).collect())
}

/// Versions from `to`, or from where the transaction began, to `head` that neither it made nor a way back.
fn others(history: &History, transaction: &Transaction, to: Version, head: Version) -> u64 {
    let lineage = history.lineage();
    let from = if lineage.on_line(to, head) { to } else { transaction.base };
    let is_left = |version: Version| lineage.on_line(version, head) && !lineage.on_line(version, from);
    let is_own =
        |event: &&TransactionEvent| matches!(event.what, TransactionPart::Step { version, .. } if is_left(version));
    let own = transaction.events.iter().filter(is_own).count() as u64;
    let returns = history.timeline().rollbacks();
    let later = returns.partition_point(|(made, _)| *made <= from);
    let returns = returns.range(later..returns.len()).filter(|(made, _)| lineage.on_line(*made, head)).count() as u64;
    lineage.steps_between(from, head).saturating_sub(own + returns)
}

impl Serialize for WayBack {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json().serialize(serializer)
    }
}

/// What a transaction can be taken back to, the one that undoes least first: its checkpoints, then the start. O(its events²)
/// at most.
pub fn ways_back(history: &History, transaction: &Transaction) -> Vec<WayBack> {
    let standing = transaction.checkpoints();
    let mut ways = vec![WayBack::new(history, transaction, transaction.base, 0)];
    for event in &transaction.events {
        if let TransactionPart::Checkpoint { version, snapshot } = event.what {
            let checkpoint = history.marks().get(snapshot).and_then(|snapshot| snapshot.name.clone());
            let stands = standing.iter().any(|(id, _)| *id == snapshot);
            ways.push(WayBack { checkpoint, stands, ..WayBack::new(history, transaction, version, event.step) });
        }
    }
    ways.reverse();
    ways
}

/// How a step stands, or a way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepStatus {
    /// From 1; of a way back the step it went back to, 0 for the start.
    pub number: u32,
    /// Its name; empty for a way back.
    pub name: Text,
    /// What became of it.
    pub result: StepResult,
    /// The version it made.
    pub version: Option<Version>,
    /// The version a way back should equal.
    pub equals: Option<Version>,
    /// When it was done, or failed.
    pub at: Option<Time>,
    /// The checkpoint after it, taken back or not.
    pub marked: Option<SnapshotId>,
    /// Whether that checkpoint stands.
    pub checkpoint: bool,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepResult {
    /// It is done, and stands.
    Done,
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
        let happened = happened(history, transaction);
        let last = |(number, name): (u32, &Text)| {
            let own = happened.iter().filter(|step| step.number == number && step.equals.is_none()).cloned();
            own.reduce(StepStatus::again).unwrap_or_else(|| StepStatus::new(number, name.clone(), StepResult::NotRun))
        };
        let steps = (1..).zip(&transaction.planned).map(last).collect();
        let ways_back = ways_back(history, transaction);
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

fn head(history: &History, transaction: &Transaction) -> Version {
    let branch = transaction.branch.as_deref().unwrap_or(MAIN);
    history.growing(Some(branch)).unwrap_or(history.head())
}

/// What happened in a transaction, in order: steps, those done again too, and ways back. O(its events²) at most.
pub fn happened(history: &History, transaction: &Transaction) -> Vec<StepStatus> {
    let head = head(history, transaction);
    let mut rows: Vec<StepStatus> = Vec::new();
    for event in &transaction.events {
        let row =
            |name: &Text, result| StepStatus { at: event.at, ..StepStatus::new(event.step, name.clone(), result) };
        match &event.what {
            TransactionPart::Step { version, name } => {
                let stands = history.lineage().on_line(*version, head);
                let result = if stands { StepResult::Done } else { StepResult::Undone };
                rows.push(StepStatus { version: Some(*version), ..row(name, result) });
            }
            TransactionPart::Failed { name, .. } => rows.push(row(name, StepResult::Failed)),
            TransactionPart::Checkpoint { version, snapshot } => {
                let marked = rows.iter_mut().rev().find(|row| row.version == Some(*version));
                marked.into_iter().for_each(|row| (row.marked, row.checkpoint) = (Some(*snapshot), true));
            }
            TransactionPart::Back { version, to } => {
                let undone = rows.iter_mut().filter(|row| row.number > event.step);
                undone.for_each(|row| row.checkpoint = false);
                let (version, equals) = (Some(*version), Some(*to));
                rows.push(StepStatus { version, equals, ..row(&Text::default(), StepResult::Done) });
            }
        }
    }
    rows
}

impl StepStatus {
    /// Of which nothing more is known.
    pub fn new(number: u32, name: Text, result: StepResult) -> Self {
        Self { number, name, result, version: None, equals: None, at: None, marked: None, checkpoint: false }
    }

    /// The same step, done once more. One that fails then has the version it made before.
    fn again(self, next: Self) -> Self {
        Self { version: next.version.or(self.version), checkpoint: next.checkpoint || self.checkpoint, ..next }
    }
}
