//! Several transitions under one name, with checkpoints between them: putting them together, and doing them.

mod failed;

pub use failed::TransactionError;

use failed::Stopped;

use super::recorder::transition;
use super::write::Durability;
use super::{Draft, Tenant};
use crate::error::{Error, OtherError, Result};
use crate::history::History;
use crate::record::{Body, Change, Entry, InTransaction, NewSnapshot, Position, SnapshotKind, TransactionId, Version};
use crate::value::{Text, Value};

/// What a step of a transaction may fail with: any error, which comes back as the transaction's
/// [cause](TransactionError::cause).
pub type StepError = OtherError;

/// How a run of a transaction ends.
pub type TransactionOutcome = std::result::Result<Committed, Box<TransactionError>>;

type Work<'a> = Box<dyn FnMut(&mut Draft) -> std::result::Result<(), StepError> + 'a>;

/// One step.
struct Step<'a> {
    name: Text,
    work: Work<'a>,
    /// The checkpoint after it.
    checkpoint: Option<Text>,
}

/// A transaction being put together, and run; see [`Tenant::transaction`]. It keeps its steps, so that one that stopped can
/// be [resumed](Self::resume).
pub struct TransactionBuilder<'a> {
    tenant: Tenant,
    name: Text,
    steps: Vec<Step<'a>>,
    last: Option<LastRun<'a>>,
}

/// How the last run ended.
enum LastRun<'a> {
    /// At a step; what was done before may stand.
    Stopped(Stopped),
    /// With nothing done. This does it again.
    Nothing(fn(&mut TransactionBuilder<'a>) -> TransactionOutcome),
    /// All was done.
    Done(Committed),
}

/// A transaction that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// Which one.
    pub id: TransactionId,
    /// The version of its last step.
    pub version: Version,
}

impl Tenant {
    /// Starts putting together a transaction.
    ///
    /// ```
    /// # fn main() -> asof::Result<()> {
    /// # let shop = asof::Recording::memory().tenant_or_new(&"shop".into())?;
    /// shop.record("open", &serde_json::json!({"session": null, "sent": 0}))?;
    /// let mut server_is_up = false;
    /// let mut sign_up = shop
    ///     .transaction("sign up")
    ///     .step("create session", |draft| Ok(draft.set(".session", "s-1")?))
    ///     .checkpoint("session_created")
    ///     .step("notify", |draft| {
    ///         if !std::mem::replace(&mut server_is_up, true) {
    ///             return Err("no mail server".into());
    ///         }
    ///         Ok(draft.set(".sent", &1)?)
    ///     });
    /// let failed = sign_up.run().unwrap_err();
    /// assert_eq!((failed.step, failed.last_checkpoint.as_deref()), (2, Some("session_created")));
    /// failed.roll_back_to("session_created")?;
    /// assert_eq!(shop.value().to_json(), r#"{"sent":0,"session":"s-1"}"#);
    /// sign_up.resume()?;
    /// assert_eq!(shop.value().to_json(), r#"{"sent":1,"session":"s-1"}"#);
    /// # Ok(())
    /// # }
    /// ```
    pub fn transaction<'a>(&self, name: &str) -> TransactionBuilder<'a> {
        TransactionBuilder { tenant: self.clone(), name: name.into(), steps: Vec::new(), last: None }
    }
}

impl<'a> TransactionBuilder<'a> {
    /// Adds a step: edits that all happen, as one transition of that name, or none. `work` runs again on the new head when
    /// someone else moved it meanwhile: what it does outside the draft must bear that. What it writes to the same tenant
    /// beside the draft is refused with `NestedWrite`.
    #[must_use]
    pub fn step(mut self, name: &str, work: impl FnMut(&mut Draft) -> std::result::Result<(), StepError> + 'a) -> Self {
        self.steps.push(Step { name: name.into(), work: Box::new(work), checkpoint: None });
        self
    }

    /// Marks the state after the step added last, as somewhere to go back to. Before any step there is the initial state
    /// anyway.
    #[must_use]
    pub fn checkpoint(mut self, name: &str) -> Self {
        if let Some(last) = self.steps.last_mut() {
            last.checkpoint = Some(name.into());
        }
        self
    }

    /// Does the steps one after the other, each recorded as soon as it is done. Each run is a transaction of its own.
    ///
    /// # Errors
    /// A [`TransactionError`] at the first step that fails: it is on record, with its step and message, and can be rolled
    /// back; or [`resume`](Self::resume).
    pub fn run(&mut self) -> TransactionOutcome {
        match self.tenant.begin(&self.name, &self.steps) {
            Ok(id) => self.run_from(id, 0),
            Err(error) => Err(self.nothing_done(TransactionId(0), 0, error.into(), Self::run)),
        }
    }

    /// Does all steps and records them together: all or none, also when the process dies. What failed is on record all
    /// the same; the state is as before.
    ///
    /// # Errors
    /// A [`TransactionError`] at the first step that fails; there is nothing to roll back.
    pub fn run_atomic(&mut self) -> TransactionOutcome {
        let done = self.tenant.retried(|| self.tenant.all_or_none(&self.name, &mut self.steps));
        match done {
            Ok(Ok(committed)) => Ok(self.done(committed)),
            Ok(Err((id, index, cause))) => Err(self.nothing_done(id, index, cause, Self::run_atomic)),
            Err(error) => Err(self.nothing_done(TransactionId(0), 0, error.into(), Self::run_atomic)),
        }
    }

    /// Goes on from where the last run stopped, or was rolled back to: the steps that are not done, or not any more. An
    /// atomic transaction, or one that could not begin, is done again as a new one. Runs what was not run yet.
    ///
    /// # Errors
    /// [`TransactionError`] when a step fails again.
    pub fn resume(&mut self) -> TransactionOutcome {
        match &self.last {
            None => self.run(),
            Some(LastRun::Done(committed)) => Ok(*committed),
            Some(LastRun::Nothing(run)) => run(self),
            Some(LastRun::Stopped(stopped)) => {
                let (id, from) = (stopped.id, stopped.standing());
                self.run_from(id, from)
            }
        }
    }

    /// Goes back to a checkpoint and does the steps after it, the failed one among them, again.
    ///
    /// # Errors
    /// [`TransactionError`] when there is no such checkpoint, as [`TransactionError::roll_back_to`], or when a step fails
    /// again.
    pub fn resume_from(&mut self, checkpoint: &str) -> TransactionOutcome {
        let Some(LastRun::Stopped(stopped)) = &self.last else {
            let (what, tenant) = (format!("checkpoint \"{checkpoint}\""), self.tenant.id().to_string());
            let nowhere = Error::NotFound { what, tenant, nearest: Vec::new() };
            return Err(Box::new(self.error(TransactionId(0), 0, nowhere.into(), None)));
        };
        let (id, stopped) = (stopped.id, stopped.clone());
        match stopped.go_back_to(checkpoint) {
            Ok(from) => self.run_from(id, from),
            Err(error) => Err(Box::new(self.error(id, stopped.failed, error.into(), Some(stopped)))),
        }
    }

    fn run_from(&mut self, id: TransactionId, from: usize) -> TransactionOutcome {
        match self.tenant.run_steps(id, &mut self.steps, from) {
            Ok(committed) => Ok(self.done(committed)),
            Err((index, cause)) => {
                let checkpoints = (1..).zip(&self.steps[..index.min(self.steps.len())]);
                let checkpoints = checkpoints.filter_map(|(n, step)| Some((n, step.checkpoint.clone()?)));
                let stopped = Stopped::new(&self.tenant, id, index, checkpoints.collect());
                self.last = Some(LastRun::Stopped(stopped.clone()));
                Err(Box::new(self.error(id, index, cause, Some(stopped))))
            }
        }
    }

    fn done(&mut self, committed: Committed) -> Committed {
        self.last = Some(LastRun::Done(committed));
        committed
    }

    fn nothing_done(
        &mut self,
        id: TransactionId,
        index: usize,
        cause: StepError,
        again: fn(&mut Self) -> TransactionOutcome,
    ) -> Box<TransactionError> {
        self.last = Some(LastRun::Nothing(again));
        Box::new(self.error(id, index, cause, None))
    }

    fn error(&self, id: TransactionId, index: usize, cause: StepError, stopped: Option<Stopped>) -> TransactionError {
        TransactionError {
            id,
            name: self.name.clone(),
            step: index + 1,
            step_name: self.steps.get(index).map(|step| step.name.clone()).unwrap_or_default(),
            cause,
            last_checkpoint: stopped.as_ref().and_then(Stopped::last_checkpoint),
            steps: self.steps.len(),
            stopped,
        }
    }
}

/// A step that failed: its index, and why.
type Failed = (usize, StepError);

impl Tenant {
    fn begin(&self, name: &Text, steps: &[Step<'_>]) -> Result<TransactionId> {
        self.retried(|| {
            let at = Moment::of(&self.folded());
            let id = at.next;
            let entry = self.entry_in(InTransaction { id, step: 0 }, begin(name, steps));
            self.write_if(vec![entry], Durability::Flush, |history| at.still(history))?;
            Ok(id)
        })
    }

    /// From the step at `from` on; the last one's record says that all are done.
    fn run_steps(&self, id: TransactionId, steps: &mut [Step<'_>], from: usize) -> Result<Committed, Failed> {
        let mut version = self.head();
        for index in from..steps.len() {
            let last = index + 1 == steps.len();
            match self.run_step(id, index, &mut steps[index], last) {
                Ok(made) => version = made,
                Err(cause) => {
                    // The cause is what matters to the caller; that it could not be recorded as well is said with it.
                    return Err(match self.note_failure(id, index, &steps[index].name, &cause) {
                        Ok(()) => (index, cause),
                        Err(error) => (index, unrecorded(&cause, &error)),
                    });
                }
            }
        }
        if from >= steps.len() {
            let commit = vec![self.entry_in(InTransaction { id, step: 0 }, Body::Commit)];
            self.retried(|| self.write(commit.clone(), Durability::Flush)).map_err(|error| (from, error.into()))?;
        }
        Ok(Committed { id, version })
    }

    fn run_step(
        &self,
        id: TransactionId,
        index: usize,
        step: &mut Step<'_>,
        last: bool,
    ) -> std::result::Result<Version, StepError> {
        let place = InTransaction { id, step: number(index) };
        let mut overtaken = None;
        for _ in 0..TRIES {
            let (head, value) = self.head_and_value();
            let draft = self.step_draft(step, value)?;
            let at = Moment::of(&self.folded());
            let mut entries = self.step_entries(place, step, draft, &mut Checkpoints::after(at.newest));
            entries.extend(last.then(|| self.entry_in(InTransaction { id, step: 0 }, Body::Commit)));
            let durability = if step.checkpoint.is_some() { Durability::Sync } else { Durability::Flush };
            let still = |history: &History| self.still_at(history, head).and_then(|()| at.still(history));
            match self.write_if(entries, durability, still) {
                Err(conflict @ Error::Conflict { .. }) => {
                    overtaken = Some(conflict.into());
                    self.look_up()?;
                }
                done => return Ok(done?.version),
            }
        }
        Err(overtaken.unwrap_or_else(|| "never tried".into()))
    }

    fn step_draft(&self, step: &mut Step<'_>, value: Value) -> Result<Draft, StepError> {
        let mut draft = Draft::new(value);
        let _editing = self.editing();
        (step.work)(&mut draft)?;
        Ok(draft)
    }

    /// The step's transition, and its checkpoint.
    fn step_entries(&self, place: InTransaction, step: &Step<'_>, draft: Draft, made: &mut Checkpoints) -> Vec<Entry> {
        let change = transition(&step.name, Change::Patch(draft.into_parts().0));
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
                drops: super::rules::drops(&self.folded(), SnapshotKind::Checkpoint, &made.marks, now),
                created: Some(now),
            };
            made.marks.push(mark.clone());
            entries.push(self.entry_in(place, Body::Snapshot(mark)));
        }
        entries
    }

    fn note_failure(&self, id: TransactionId, index: usize, name: &Text, cause: &StepError) -> Result<()> {
        let body = Body::Fail { name: name.clone(), why: cause.to_string().as_str().into() };
        let entry = self.entry_in(InTransaction { id, step: number(index) }, body);
        self.retried(|| self.write(vec![entry.clone()], Durability::Flush)).map(drop)
    }

    /// One write: begin, all steps and the end; or begin and the failure.
    fn all_or_none(
        &self,
        name: &Text,
        steps: &mut [Step<'_>],
    ) -> Result<std::result::Result<Committed, (TransactionId, usize, StepError)>> {
        self.not_editing()?;
        let (head, mut value) = self.head_and_value();
        let at = Moment::of(&self.folded());
        let id = at.next;
        let mut made = Checkpoints::after(at.newest);
        let outside = InTransaction { id, step: 0 };
        let mut entries = vec![self.entry_in(outside, begin(name, steps))];
        let mut failure = None;
        for (index, step) in steps.iter_mut().enumerate() {
            let draft = match self.step_draft(step, value) {
                Ok(draft) => draft,
                Err(cause) => {
                    failure = Some((index, cause));
                    break;
                }
            };
            value = draft.value().clone();
            let place = InTransaction { id, step: number(index) };
            entries.extend(self.step_entries(place, step, draft, &mut made));
        }
        if let Some((index, cause)) = &failure {
            let body = Body::Fail { name: steps[*index].name.clone(), why: cause.to_string().as_str().into() };
            entries.truncate(1);
            entries.push(self.entry_in(InTransaction { id, step: number(*index) }, body));
        } else {
            entries.push(self.entry_in(outside, Body::Commit));
        }
        let still = |history: &History| self.still_at(history, head).and_then(|()| at.still(history));
        let written = self.write_if(entries, Durability::Sync, still)?;
        Ok(match failure {
            Some((index, cause)) => Err((id, index, cause)),
            None => Ok(Committed { id, version: written.version }),
        })
    }
}

/// How often a step is tried again on a head that someone else moved.
const TRIES: usize = 1_000;

fn begin(name: &Text, steps: &[Step<'_>]) -> Body {
    Body::Begin { name: name.clone(), steps: steps.iter().map(|step| step.name.clone()).collect() }
}

/// What the numbers in a transaction's records were taken from.
struct Moment {
    position: Position,
    newest: Version,
    next: TransactionId,
}

impl Moment {
    fn of(history: &History) -> Self {
        Self { position: history.position(), newest: history.newest(), next: history.next_transaction() }
    }

    /// # Errors
    /// `Conflict` when another thread or process has made a version or begun a transaction meanwhile.
    fn still(&self, history: &History) -> Result<()> {
        if (history.newest(), history.next_transaction()) == (self.newest, self.next) {
            return Ok(());
        }
        Err(Error::Conflict { expected: self.position.0, actual: history.position().0 })
    }
}

/// The checkpoints that one write makes, and the version its steps have come to.
struct Checkpoints {
    newest: Version,
    marks: Vec<NewSnapshot>,
}

impl Checkpoints {
    fn after(newest: Version) -> Self {
        Self { newest, marks: Vec::new() }
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

fn unrecorded(cause: &StepError, error: &Error) -> StepError {
    format!("{cause}; the failure could not be recorded: {error}").into()
}
