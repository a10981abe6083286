//! Several transitions under one name, with checkpoints between them: putting them together, and running them.

mod abandoned;
mod failed;
mod running;
mod steps;
mod take_back;

pub use failed::TransactionError;

use super::runs::EditRuns;
use super::{Draft, Tenant};
use crate::error::{Error, OtherError};
use crate::escape::in_quotes;
use crate::record::{TransactionId, Version};
use crate::value::Text;
use failed::StoppedTransaction;
use running::RunningTransaction;
use std::sync::Arc;

/// What a step of a transaction may fail with: any error, which comes back as the transaction's
/// [cause](TransactionError::cause).
pub type StepError = OtherError;

/// How a run of a transaction ends.
pub type TransactionOutcome = std::result::Result<Committed, Box<TransactionError>>;

type StepWork<'a> = Box<dyn FnMut(&mut Draft) -> std::result::Result<(), StepError> + 'a>;

struct TransactionStep<'a> {
    name: Text,
    work: StepWork<'a>,
    /// The checkpoint after it.
    checkpoint: Option<Text>,
}

/// A transaction being put together, and run; see [`Tenant::transaction`]. It keeps its steps, so that one that stopped can
/// be [resumed](Self::resume).
pub struct TransactionBuilder<'a> {
    tenant: Tenant,
    name: Text,
    steps: Vec<TransactionStep<'a>>,
    last: Option<LastRun<'a>>,
}

/// How the last run ended.
enum LastRun<'a> {
    /// At a step; what was done before may stand.
    Stopped(StoppedTransaction),
    /// With nothing done. This does it again.
    Nothing(fn(&mut TransactionBuilder<'a>) -> TransactionOutcome),
    /// All was done.
    Done(Committed),
}

/// A transaction that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Committed {
    /// The number of the transaction.
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
        self.steps.push(TransactionStep { name: name.into(), work: Box::new(work), checkpoint: None });
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
            Ok(running) => self.run_from(&Arc::new(running), 0),
            Err(error) => Err(self.nothing_done(TransactionId(0), 0, error.into(), Self::run)),
        }
    }

    /// Does all steps and records them together: all or none, also when the process dies. What failed is on record all
    /// the same; the state is as before.
    ///
    /// # Errors
    /// A [`TransactionError`] at the first step that fails; there is nothing to roll back.
    pub fn run_atomic(&mut self) -> TransactionOutcome {
        let mut runs = EditRuns::default();
        let done = self.tenant.retried(|| self.tenant.all_or_none(&self.name, &mut self.steps, &mut runs));
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
                let (running, from) = (Arc::clone(&stopped.running), stopped.completed_steps());
                self.run_from(&running, from)
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
            let (what, tenant) = (format!("checkpoint {}", in_quotes(checkpoint)), self.tenant.id().to_string());
            let nowhere = Error::NotFound { what, tenant, nearest: Vec::new() };
            return Err(Box::new(self.error(TransactionId(0), 0, nowhere.into(), None)));
        };
        let stopped = stopped.clone();
        match stopped.go_back_to(checkpoint) {
            Ok(from) => self.run_from(&stopped.running, from),
            Err(error) => Err(Box::new(self.error(stopped.running.id, stopped.failed, error.into(), Some(stopped)))),
        }
    }

    fn run_from(&mut self, running: &Arc<RunningTransaction>, from: usize) -> TransactionOutcome {
        let id = running.id;
        match self.tenant.run_steps(id, &mut self.steps, from) {
            Ok(committed) => Ok(self.done(committed)),
            Err((index, cause)) => {
                let checkpoints = (1..).zip(&self.steps[..index.min(self.steps.len())]);
                let checkpoints = checkpoints.filter_map(|(n, step)| Some((n, step.checkpoint.clone()?)));
                let stopped = StoppedTransaction::new(&self.tenant, running, index, checkpoints.collect());
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

    fn error(
        &self,
        id: TransactionId,
        index: usize,
        cause: StepError,
        stopped: Option<StoppedTransaction>,
    ) -> TransactionError {
        TransactionError {
            id,
            name: self.name.clone(),
            step: index + 1,
            step_name: self.steps.get(index).map(|step| step.name.clone()).unwrap_or_default(),
            cause,
            last_checkpoint: stopped.as_ref().and_then(StoppedTransaction::last_checkpoint),
            steps: self.steps.len(),
            stopped,
        }
    }
}
