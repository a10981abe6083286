//! A transaction that stopped: what is known of the failure, and every way on from it.

use super::{Outcome, Step, StepError, TransactionBuilder, number};
use crate::error::{Error, Result};
use crate::history::{History, Transaction};
use crate::record::{Body, InTransaction, TransactionId, Version};
use crate::recording::Tenant;
use crate::recording::write::Durability;
use crate::value::Text;
use std::cell::Cell;
use std::fmt;

/// A transaction that stopped at a step that failed. What was done before that step stands until it is taken back; drop
/// this and it stays so, with the failure on record.
pub struct TransactionError<'a> {
    tenant: Tenant,
    /// Which one.
    pub id: TransactionId,
    /// Its name.
    pub name: Text,
    /// The step that failed, from 1.
    pub step: usize,
    /// That step's name.
    pub step_name: Text,
    /// Why.
    pub cause: StepError,
    /// The last checkpoint before it.
    pub last_checkpoint: Option<Text>,
    steps: Vec<Step<'a>>,
    /// What of it stands.
    stands: Cell<Standing>,
    /// How to do it all again, where its steps left nothing to go on from.
    afresh: Option<Run<'a>>,
}

/// How far a transaction has come.
#[derive(Clone, Copy)]
struct Standing {
    /// Steps that are done and not taken back.
    steps: usize,
    /// The head that the last of them left, or going back to them did.
    head: Version,
}

type Run<'a> = fn(TransactionBuilder<'a>) -> Outcome<'a>;

impl<'a> TransactionError<'a> {
    pub(super) fn new(
        tenant: Tenant,
        (id, name): (TransactionId, Text),
        index: usize,
        cause: StepError,
        steps: Vec<Step<'a>>,
    ) -> Self {
        let last_checkpoint = steps[..index].iter().rev().find_map(|step| step.checkpoint.clone());
        let step_name = steps.get(index).map(|step| step.name.clone()).unwrap_or_default();
        let stands = Cell::new(Standing { steps: index, head: tenant.transaction_head(id) });
        Self { tenant, id, name, step: index + 1, step_name, cause, last_checkpoint, steps, stands, afresh: None }
    }

    /// One that did not even begin.
    pub(super) fn at_once(tenant: Tenant, name: Text, steps: Vec<Step<'a>>, error: Error, run: Run<'a>) -> Self {
        Self::new(tenant, (TransactionId(0), name), 0, error.into(), steps).without_traces(run)
    }

    /// One whose steps left nothing to go back to.
    pub(super) fn without_traces(self, run: Run<'a>) -> Self {
        Self { afresh: Some(run), last_checkpoint: None, ..self }
    }

    /// The names of the checkpoints it can go back to, oldest first.
    pub fn checkpoints(&self) -> Vec<&str> {
        let done = if self.afresh.is_some() { &[] } else { &self.steps[..self.step - 1] };
        done.iter().filter_map(|step| step.checkpoint.as_deref()).collect()
    }

    /// Whether it can be rolled back now: some of its steps stand, and nobody has written since.
    pub fn can_roll_back(&self) -> bool {
        let Standing { steps, head } = self.stands.get();
        self.afresh.is_none() && steps > 0 && head == self.tenant.head()
    }

    /// Takes back everything after a checkpoint.
    ///
    /// # Errors
    /// `NotFound` when there is no such checkpoint; `Conflict` when someone else has written since, which this would take
    /// back as well ([`Tenant::rollback`] does); `Io`.
    pub fn roll_back_to(&self, checkpoint: &str) -> Result<Version> {
        let (index, to) = self.checkpoint(checkpoint)?;
        self.back(index + 1, to, &format!("to checkpoint {checkpoint}"))
    }

    /// Takes back the whole transaction: the state is as before it began.
    ///
    /// # Errors
    /// `Conflict` when someone else has written since, as for [`roll_back_to`](Self::roll_back_to); `Io`.
    pub fn roll_back_all(&self) -> Result<Version> {
        let base = self.tenant.folded().transaction(self.id).map(|transaction| transaction.base);
        let base = base.ok_or_else(|| self.tenant.not_found(format!("transaction {}", self.id)))?;
        self.back(0, base, "to the initial state")
    }

    /// Goes back to a checkpoint and does the steps after it, the failed one among them, again.
    ///
    /// # Errors
    /// [`TransactionError`] when there is no such checkpoint, or a step fails again.
    pub fn resume_from(mut self: Box<Self>, checkpoint: &str) -> Outcome<'a> {
        let start = self.checkpoint(checkpoint).and_then(|(index, to)| {
            if self.tenant.head() != to {
                self.back(index + 1, to, &format!("to checkpoint {checkpoint}"))?;
            }
            Ok(index + 1)
        });
        match start {
            Ok(start) => (*self).go_on(start),
            Err(error) => {
                self.cause = error.into();
                Err(self)
            }
        }
    }

    /// Goes on from where it stopped, or was rolled back to: the steps that are not done, or not any more. An atomic
    /// transaction, or one that could not begin, is done again as a new one.
    ///
    /// # Errors
    /// [`TransactionError`] when a step fails again.
    pub fn resume(self) -> Outcome<'a> {
        if let Some(run) = self.afresh {
            return run(TransactionBuilder { tenant: self.tenant, name: self.name, steps: self.steps });
        }
        let start = self.stands.get().steps;
        self.go_on(start)
    }

    fn go_on(self, start: usize) -> Outcome<'a> {
        let Self { tenant, id, name, mut steps, .. } = self;
        let done = tenant.run_steps(id, &mut steps, start);
        done.map_err(|(index, cause)| Box::new(TransactionError::new(tenant, (id, name), index, cause, steps)))
    }

    /// The index of the step before a checkpoint, and the version it marks.
    fn checkpoint(&self, name: &str) -> Result<(usize, Version)> {
        let done = if self.afresh.is_some() { 0 } else { self.step - 1 };
        let index = self.steps[..done].iter().rposition(|step| step.checkpoint.as_deref() == Some(name));
        let found = index.and_then(|index| {
            let history = self.tenant.folded();
            let version = history.transaction(self.id)?.checkpoint_of(number(index))?;
            Some((index, version))
        });
        let near = self.checkpoints().into_iter().map(str::to_owned).collect();
        let (what, tenant) = (format!("checkpoint \"{name}\" of {}", self.id), self.tenant.id().to_string());
        found.ok_or(Error::NotFound { what, tenant, nearest: near })
    }

    /// Goes back to where `steps` of its steps were done.
    fn back(&self, steps: usize, to: Version, reason: &str) -> Result<Version> {
        let place = InTransaction { id: self.id, step: u32::try_from(steps).unwrap_or(u32::MAX) };
        let entry = self.tenant.entry_in(place, Body::Rollback { to, reason: reason.into() });
        let left = self.stands.get().head;
        let still = |history: &History| self.tenant.still_at(history, left);
        let head = self.tenant.write_if(vec![entry], Durability::Sync, still)?.version;
        self.stands.set(Standing { steps, head });
        Ok(head)
    }
}

impl Tenant {
    /// The newest version of a transaction's steps; the head where there is none.
    fn transaction_head(&self, id: TransactionId) -> Version {
        let history = self.folded();
        let known = history.transaction(id);
        let last = known.map(Transaction::last);
        last.unwrap_or_else(|| history.growing(self.branch()).map_or(history.head(), |(head, _)| head))
    }
}

impl fmt::Display for TransactionError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, name, step, step_name, cause, steps, .. } = self;
        write!(f, "transaction {id} \"{name}\" failed at step {step} of {}, \"{step_name}\": {cause}", steps.len())
    }
}

impl fmt::Debug for TransactionError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TransactionError({self})")
    }
}

impl std::error::Error for TransactionError<'_> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.cause.as_ref())
    }
}
