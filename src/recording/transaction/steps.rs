//! Running the steps of a transaction: each recorded as it is done, or all together.
//!
//! Must not name: `log`.

use super::running::RunningTransaction;
use super::{Committed, TransactionStep};
use crate::error::{Error, OtherError, Result};
use crate::history::History;
use crate::record::{
    Body, Entry, InTransaction, NewSnapshot, Position, SnapshotId, SnapshotKind, StateChange, TransactionId, Version,
};
use crate::recording::recorder::transition;
use crate::recording::rules;
use crate::recording::runs::EditRuns;
use crate::recording::write::{Durability, NewEntries};
use crate::recording::{Draft, Tenant};
use crate::value::{Text, Value};
use std::any::Any;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Why a step stopped.
pub(super) enum StepStop {
    /// It returned an error, or could not be recorded.
    Failed(OtherError),
    Panicked(Box<dyn Any + Send>),
}

impl StepStop {
    /// In words for the record.
    fn why(&self) -> Text {
        match self {
            Self::Failed(cause) => cause.to_string().as_str().into(),
            Self::Panicked(payload) => {
                let words = payload.downcast_ref::<String>().map(String::as_str);
                let words = words.or_else(|| payload.downcast_ref::<&str>().copied());
                ecow::eco_format!("the step panicked: {}", words.unwrap_or("without a message"))
            }
        }
    }

    /// The record of it. After a panic nobody holds the transaction any more.
    fn body(&self, name: &Text) -> Body {
        Body::Fail { name: name.clone(), why: self.why(), closed: matches!(self, Self::Panicked(_)) }
    }

    /// Goes on panicking where it did.
    fn into_cause(self) -> OtherError {
        match self {
            Self::Failed(cause) => cause,
            Self::Panicked(payload) => resume_unwind(payload),
        }
    }
}

impl<E: Into<OtherError>> From<E> for StepStop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// A step that failed: its index, and why.
type FailedStep = (usize, OtherError);

impl Tenant {
    pub(super) fn begin(&self, name: &Text, steps: &[TransactionStep<'_>]) -> Result<RunningTransaction> {
        let id = self.retried(|| {
            let at = TransactionMoment::of(&self.folded());
            let id = at.next;
            let entry = self.entry_in(InTransaction::new(id, 0), begin(name, steps));
            self.write_if(vec![entry], Durability::Flush, |history| at.still(history))?;
            Ok(id)
        })?;
        Ok(RunningTransaction::new(self.key(), id))
    }

    /// From the step at `from` on; the last one's record says that all are done.
    pub(super) fn run_steps(
        &self,
        id: TransactionId,
        steps: &mut [TransactionStep<'_>],
        from: usize,
    ) -> Result<Committed, FailedStep> {
        let mut version = self.head();
        for index in from..steps.len() {
            let last = index + 1 == steps.len();
            match self.run_step(id, index, &mut steps[index], last) {
                Ok(made) => version = made,
                Err(stop) => {
                    // The cause is what matters to the caller; that it could not be recorded as well is said with it.
                    let noted = self.note_failure(id, index, &steps[index].name, &stop);
                    let cause = stop.into_cause();
                    return Err(match noted {
                        Ok(()) | Err(Error::TransactionClosed { .. }) => (index, cause),
                        Err(error) => (index, unrecorded(&cause, &error)),
                    });
                }
            }
        }
        if from >= steps.len() {
            let commit = vec![self.entry_in(InTransaction::new(id, 0), Body::Commit)];
            let open = |history: &History| still_open(history, id);
            self.retried(|| self.write_if(commit.clone(), Durability::Flush, open))
                .map_err(|error| (from, error.into()))?;
        }
        Ok(Committed { id, version })
    }

    fn run_step(
        &self,
        id: TransactionId,
        index: usize,
        step: &mut TransactionStep<'_>,
        last: bool,
    ) -> Result<Version, StepStop> {
        let place = InTransaction::new(id, number(index));
        let (mut overtaken, mut runs) = (None, EditRuns::default());
        for _ in 0..TRIES {
            let (head, value) = self.head_and_value();
            let draft = self.step_draft(step, value)?;
            runs.ended(self, head)?;
            let at = TransactionMoment::of(&self.folded());
            let made = draft.value().clone();
            let mut entries = self.step_entries(place, step, draft, &mut Checkpoints::after(at.newest));
            entries.extend(last.then(|| self.entry_in(InTransaction::new(id, 0), Body::Commit)));
            let durability = if step.checkpoint.is_some() { Durability::Sync } else { Durability::Flush };
            let still = |history: &History| {
                still_open(history, id)?;
                self.still_at(history, head)?;
                at.still(history)
            };
            match self.write_if(NewEntries::making(entries, made), durability, still) {
                Err(conflict @ Error::Conflict { .. }) => {
                    overtaken = Some(conflict);
                    self.look_up()?;
                }
                done => return Ok(done?.version),
            }
        }
        Err(overtaken.unwrap_or(Error::Interrupted).into())
    }

    fn step_draft(&self, step: &mut TransactionStep<'_>, value: Value) -> Result<Draft, StepStop> {
        let mut draft = Draft::new(value);
        let _editing = self.editing();
        // A draft left half edited is dropped; what the step itself holds is the application's, as in any panic.
        match catch_unwind(AssertUnwindSafe(|| (step.work)(&mut draft))) {
            Ok(done) => done.map(|()| draft).map_err(StepStop::Failed),
            Err(payload) => Err(StepStop::Panicked(payload)),
        }
    }

    /// The step's transition, and its checkpoint.
    fn step_entries(
        &self,
        place: InTransaction,
        step: &TransactionStep<'_>,
        draft: Draft,
        made: &mut Checkpoints,
    ) -> Vec<Entry> {
        let change = transition(&step.name, StateChange::Patch(draft.into_parts().0));
        let mut entries = vec![self.entry_in(place, change)];
        made.newest.0 += 1;
        if let Some(name) = &step.checkpoint {
            let now = (self.shared.clock)();
            let mark = NewSnapshot {
                version: made.newest,
                name: Some(ecow::eco_format!("{}/{name}", place.id)),
                kind: SnapshotKind::Checkpoint,
                description: Text::new(),
                tags: Vec::new(),
                drops: rules::drops(&self.folded(), SnapshotKind::Checkpoint, &made.dropped, now),
                created: Some(now),
            };
            made.dropped.extend(&mark.drops);
            entries.push(self.entry_in(place, Body::Snapshot(Box::new(mark))));
        }
        entries
    }

    fn note_failure(&self, id: TransactionId, index: usize, name: &Text, stop: &StepStop) -> Result<()> {
        let entry = self.entry_in(InTransaction::new(id, number(index)), stop.body(name));
        let open = |history: &History| still_open(history, id);
        self.retried(|| self.write_if(vec![entry.clone()], Durability::Flush, open)).map(drop)
    }

    /// One write: begin, all steps and the end; or begin and the failure.
    pub(super) fn all_or_none(
        &self,
        name: &Text,
        steps: &mut [TransactionStep<'_>],
        runs: &mut EditRuns,
    ) -> Result<Result<Committed, (TransactionId, usize, OtherError)>> {
        self.not_editing()?;
        let (head, mut value) = self.head_and_value();
        let at = TransactionMoment::of(&self.folded());
        let id = at.next;
        let mut made = Checkpoints::after(at.newest);
        let outside = InTransaction::new(id, 0);
        let mut entries = vec![self.entry_in(outside, begin(name, steps))];
        let mut failure = None;
        for (index, step) in steps.iter_mut().enumerate() {
            let draft = match self.step_draft(step, value) {
                Ok(draft) => draft,
                Err(stop) => {
                    failure = Some((index, stop));
                    break;
                }
            };
            value = draft.value().clone();
            let place = InTransaction::new(id, number(index));
            entries.extend(self.step_entries(place, step, draft, &mut made));
        }
        runs.ended(self, head)?;
        if let Some((index, stop)) = &failure {
            entries.truncate(1);
            let place = InTransaction::new(id, number(*index));
            entries.push(self.entry_in(place, stop.body(&steps[*index].name)));
        } else {
            entries.push(self.entry_in(outside, Body::Commit));
        }
        let still = |history: &History| self.still_at(history, head).and_then(|()| at.still(history));
        let written = match (self.write_if(entries, Durability::Sync, still), failure) {
            // Tried again on what is there by then.
            (Err(error @ Error::Conflict { .. }), _) | (Err(error), None) => return Err(error),
            (Err(error), Some((index, stop))) => {
                let cause = stop.into_cause();
                return Ok(Err((id, index, unrecorded(&cause, &error))));
            }
            (Ok(written), failure) => (written, failure),
        };
        let (written, failure) = written;
        Ok(match failure {
            Some((index, stop)) => Err((id, index, stop.into_cause())),
            None => Ok(Committed { id, version: written.version }),
        })
    }
}

/// How often a step is tried again on a head that someone else moved.
const TRIES: usize = 1_000;

fn begin(name: &Text, steps: &[TransactionStep<'_>]) -> Body {
    Body::Begin { name: name.clone(), steps: steps.iter().map(|step| step.name.clone()).collect() }
}

/// What the numbers in a transaction's records were taken from.
struct TransactionMoment {
    position: Position,
    newest: Version,
    next: TransactionId,
}

impl TransactionMoment {
    fn of(history: &History) -> Self {
        Self { position: history.position(), newest: history.newest(), next: history.transactions().next_id() }
    }

    /// # Errors
    /// `Conflict` when another thread or process has made a version or begun a transaction meanwhile.
    fn still(&self, history: &History) -> Result<()> {
        if (history.newest(), history.transactions().next_id()) == (self.newest, self.next) {
            return Ok(());
        }
        Err(Error::Conflict { expected: self.position.0, actual: history.position().0 })
    }
}

/// What left the list of snapshots for the checkpoints of one write, and the version its steps have come to.
struct Checkpoints {
    newest: Version,
    dropped: BTreeSet<SnapshotId>,
}

impl Checkpoints {
    fn after(newest: Version) -> Self {
        Self { newest, dropped: BTreeSet::new() }
    }
}

/// The number of the step at an index.
fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

/// # Errors
/// `TransactionClosed` when someone has abandoned it meanwhile.
pub(super) fn still_open(history: &History, id: TransactionId) -> Result<()> {
    match history.transactions().get(id).filter(|transaction| transaction.closed) {
        Some(closed) => Err(Error::TransactionClosed { transaction: id.to_string(), state: closed.state.word() }),
        None => Ok(()),
    }
}

fn unrecorded(cause: &OtherError, error: &Error) -> OtherError {
    format!("{cause}; the failure could not be recorded: {error}").into()
}
