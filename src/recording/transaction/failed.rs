//! A transaction that stopped: what is known of the failure, and the ways back from it.

use super::StepError;
use crate::error::{Error, Result};
use crate::history::{History, Transaction};
use crate::record::{Body, InTransaction, TransactionId, Version};
use crate::recording::Tenant;
use crate::recording::write::Durability;
use crate::value::Text;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A transaction that stopped at a step that failed. What was done before that step stands until it is taken back; drop
/// this and it stays so, with the failure on record. [`TransactionBuilder::resume`](super::TransactionBuilder::resume)
/// goes on.
#[non_exhaustive]
pub struct TransactionError {
    /// Which one; `tx-0` where not even its beginning could be recorded.
    pub id: TransactionId,
    /// Its name.
    pub name: Text,
    /// The step that failed, from 1.
    pub step: usize,
    /// That step's name.
    pub step_name: Text,
    /// Why: what the step returned.
    pub cause: StepError,
    /// The last checkpoint before it.
    pub last_checkpoint: Option<Text>,
    /// How many steps there are.
    pub(super) steps: usize,
    /// `None` where nothing of it stands.
    pub(super) stopped: Option<Stopped>,
}

/// What can be taken back of a transaction that stopped.
#[derive(Clone)]
pub(super) struct Stopped {
    tenant: Tenant,
    pub id: TransactionId,
    /// The index of the step that failed.
    pub failed: usize,
    /// Those before it, with the number of their step.
    checkpoints: Arc<[(u32, Text)]>,
    /// Shared by the error and the transaction that is resumed.
    standing: Arc<Mutex<Standing>>,
}

/// How far a transaction has come.
#[derive(Clone, Copy)]
struct Standing {
    /// Steps that are done and not taken back.
    steps: usize,
    /// The head that the last of them left, or going back to them did.
    head: Version,
}

impl TransactionError {
    /// The names of the checkpoints it can go back to, oldest first.
    pub fn checkpoints(&self) -> Vec<&str> {
        let checkpoints = self.stopped.iter().flat_map(|stopped| stopped.checkpoints.iter());
        checkpoints.map(|(_, name)| name.as_str()).collect()
    }

    /// Whether it can be rolled back now: some of its steps stand, and nobody has written since.
    pub fn can_roll_back(&self) -> bool {
        self.stopped.as_ref().is_some_and(Stopped::can_go_back)
    }

    /// Takes back everything after a checkpoint.
    ///
    /// # Errors
    /// `NotFound` when there is no such checkpoint; `Conflict` when someone else has written since, which this would take
    /// back as well ([`Tenant::rollback`] does); `Io`.
    pub fn roll_back_to(&self, checkpoint: &str) -> Result<Version> {
        let stopped = self.stopped()?;
        let (step, to) = stopped.checkpoint(checkpoint)?;
        stopped.back(step, to, &format!("to checkpoint {checkpoint}"))
    }

    /// Takes back the whole transaction: the state is as before it began.
    ///
    /// # Errors
    /// `Conflict` when someone else has written since, as for [`roll_back_to`](Self::roll_back_to); `Io`.
    pub fn roll_back_all(&self) -> Result<Version> {
        let stopped = self.stopped()?;
        let base = stopped.tenant.folded().transaction(self.id).map(|transaction| transaction.base);
        let base = base.ok_or_else(|| stopped.tenant.not_found(format!("transaction {}", self.id)))?;
        stopped.back(0, base, "to the initial state")
    }

    fn stopped(&self) -> Result<&Stopped> {
        let nothing = || Error::NothingToRollBack { transaction: self.id.to_string() };
        self.stopped.as_ref().ok_or_else(nothing)
    }
}

impl Stopped {
    /// One whose step at an index failed.
    pub fn new(tenant: &Tenant, id: TransactionId, index: usize, checkpoints: Arc<[(u32, Text)]>) -> Self {
        let standing = Standing { steps: index, head: tenant.transaction_head(id) };
        Self { tenant: tenant.clone(), id, failed: index, checkpoints, standing: Arc::new(Mutex::new(standing)) }
    }

    /// How many of its steps are done and not taken back.
    pub fn standing(&self) -> usize {
        self.now().steps
    }

    pub fn last_checkpoint(&self) -> Option<Text> {
        self.checkpoints.last().map(|(_, name)| name.clone())
    }

    /// Goes back to a checkpoint, unless it is there; returns the index of the step after it.
    pub fn go_back_to(&self, checkpoint: &str) -> Result<usize> {
        let (step, to) = self.checkpoint(checkpoint)?;
        if self.tenant.head() != to {
            self.back(step, to, &format!("to checkpoint {checkpoint}"))?;
        }
        Ok(step as usize)
    }

    fn now(&self) -> Standing {
        *self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn can_go_back(&self) -> bool {
        let Standing { steps, head } = self.now();
        steps > 0 && head == self.tenant.head()
    }

    /// The number of the step before a checkpoint, and the version it marks.
    fn checkpoint(&self, name: &str) -> Result<(u32, Version)> {
        let step = self.checkpoints.iter().rev().find(|(_, own)| own == name).map(|(step, _)| *step);
        let found = step.and_then(|step| {
            let history = self.tenant.folded();
            Some((step, history.transaction(self.id)?.checkpoint_of(step)?))
        });
        let nearest = self.checkpoints.iter().map(|(_, name)| name.to_string()).collect();
        let (what, tenant) = (format!("checkpoint \"{name}\" of {}", self.id), self.tenant.id().to_string());
        found.ok_or(Error::NotFound { what, tenant, nearest })
    }

    /// Goes back to where a number of its steps were done.
    fn back(&self, step: u32, to: Version, reason: &str) -> Result<Version> {
        let place = InTransaction { id: self.id, step };
        let entry = self.tenant.entry_in(place, Body::Rollback { to, reason: reason.into() });
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        let left = standing.head;
        let still = |history: &History| self.tenant.still_at(history, left);
        let head = self.tenant.write_if(vec![entry], Durability::Sync, still)?.version;
        *standing = Standing { steps: step as usize, head };
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

/// So that `?` works where `asof::Result` is returned: what the step returned is its source.
impl From<TransactionError> for Error {
    fn from(failed: TransactionError) -> Self {
        Self::Transaction {
            transaction: failed.id.to_string(),
            name: failed.name.into(),
            step: failed.step,
            step_name: failed.step_name.into(),
            source: failed.cause,
        }
    }
}

impl From<Box<TransactionError>> for Error {
    fn from(failed: Box<TransactionError>) -> Self {
        Self::from(*failed)
    }
}

impl fmt::Display for TransactionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, name, step, step_name, cause, steps, .. } = self;
        write!(f, "transaction {id} \"{name}\" failed at step {step} of {steps}, \"{step_name}\": {cause}")
    }
}

impl fmt::Debug for TransactionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TransactionError({self})")
    }
}

impl std::error::Error for TransactionError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.cause.as_ref())
    }
}
