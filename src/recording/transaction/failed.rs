//! A transaction that stopped: what is known of the failure, and the ways back from it.

use super::StepError;
use super::running::RunningTransaction;
use super::steps::still_open;
use super::take_back::BranchTakeBack;
use crate::error::{Error, Result};
use crate::escape::in_quotes;
use crate::history::History;
use crate::record::{Body, InTransaction, StateChange, TransactionId, Version};
use crate::recording::Tenant;
use crate::recording::recorder::transition;
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
    /// The name of the transaction.
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
    pub(super) stopped: Option<StoppedTransaction>,
}

/// What can be taken back of a transaction that stopped.
#[derive(Clone)]
pub(super) struct StoppedTransaction {
    tenant: Tenant,
    pub running: Arc<RunningTransaction>,
    /// The index of the step that failed.
    pub failed: usize,
    /// Those before it, with the number of their step.
    checkpoints: Arc<[(u32, Text)]>,
    /// Steps that are done and not taken back. Shared by the error and the transaction that is resumed.
    standing: Arc<Mutex<usize>>,
}

impl TransactionError {
    /// The names of the checkpoints it can go back to, oldest first.
    pub fn checkpoints(&self) -> Vec<&str> {
        let checkpoints = self.stopped.iter().flat_map(|stopped| stopped.checkpoints.iter());
        checkpoints.map(|(_, name)| name.as_str()).collect()
    }

    /// Whether it can be rolled back as a whole now: some of its steps stand, and nobody has changed what they did since.
    /// O(versions since, and what they changed).
    pub fn can_roll_back(&self) -> bool {
        self.stopped.as_ref().is_some_and(StoppedTransaction::can_go_back)
    }

    /// Takes back what its steps after a checkpoint did, and nothing else: where others wrote meanwhile, what they changed
    /// stays. One record; where nobody wrote, a rollback. O(versions since, and what they changed).
    ///
    /// ```
    /// # fn main() -> asof::Result<()> {
    /// # let shop = asof::Recording::memory().tenant_or_new(&"shop".into())?;
    /// shop.record("open", &serde_json::json!({"stock": 5, "visits": 0}))?;
    /// let order = shop.transaction("order").step("take", |draft| Ok(draft.set(".stock", &4)?));
    /// let failed = order.step("pay", |_| Err("card declined".into())).run().unwrap_err();
    /// shop.apply("visit", |draft| draft.set(".visits", &1))?;
    /// failed.roll_back_all()?;
    /// assert_eq!(shop.value().to_json(), r#"{"stock":5,"visits":1}"#);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `NotFound` when there is no such checkpoint; `Overlapping` when others changed the same since, with the paths and
    /// who did ([`Tenant::rollback`] takes theirs back too); `NothingToRollBack`; `TransactionClosed`; `Io`.
    pub fn roll_back_to(&self, checkpoint: &str) -> Result<Version> {
        let stopped = self.stopped()?;
        let (step, to) = stopped.checkpoint(checkpoint)?;
        stopped.back(step, to, &format!("to checkpoint {checkpoint}"))
    }

    /// Takes back all that its steps did, as [`roll_back_to`](Self::roll_back_to) does from a checkpoint on.
    ///
    /// # Errors
    /// As [`roll_back_to`](Self::roll_back_to).
    pub fn roll_back_all(&self) -> Result<Version> {
        let stopped = self.stopped()?;
        stopped.back(0, stopped.base()?, "to the initial state")
    }

    fn stopped(&self) -> Result<&StoppedTransaction> {
        let nothing = || Error::NothingToRollBack { transaction: self.id.to_string() };
        self.stopped.as_ref().ok_or_else(nothing)
    }
}

impl StoppedTransaction {
    /// One whose step at an index failed.
    pub fn new(
        tenant: &Tenant,
        running: &Arc<RunningTransaction>,
        index: usize,
        checkpoints: Arc<[(u32, Text)]>,
    ) -> Self {
        let (tenant, running, standing) = (tenant.clone(), Arc::clone(running), Arc::new(Mutex::new(index)));
        Self { tenant, running, failed: index, checkpoints, standing }
    }

    /// How many of its steps are done and not taken back.
    pub fn completed_steps(&self) -> usize {
        *self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn last_checkpoint(&self) -> Option<Text> {
        self.checkpoints.last().map(|(_, name)| name.clone())
    }

    /// Goes back to a checkpoint, unless nothing of it stands behind that; returns the index of the step after it.
    pub fn go_back_to(&self, checkpoint: &str) -> Result<usize> {
        let (step, to) = self.checkpoint(checkpoint)?;
        let index = usize::try_from(step).unwrap_or(usize::MAX);
        if self.completed_steps() != index {
            self.back(step, to, &format!("to checkpoint {checkpoint}"))?;
        }
        Ok(index)
    }

    fn can_go_back(&self) -> bool {
        let way = || self.tenant.way_back(self.running.id, self.base()?);
        self.completed_steps() > 0 && still_open(&self.tenant.folded(), self.running.id).is_ok() && way().is_ok()
    }

    /// The version before the transaction.
    fn base(&self) -> Result<Version> {
        let base = self.tenant.folded().transactions().get(self.running.id).map(|transaction| transaction.base);
        base.ok_or_else(|| self.tenant.not_found(format!("transaction {}", self.running.id)))
    }

    /// The number of the step before a checkpoint, and the version it marks.
    fn checkpoint(&self, name: &str) -> Result<(u32, Version)> {
        let step = self.checkpoints.iter().rev().find(|(_, own)| own == name).map(|(step, _)| *step);
        let found = step.and_then(|step| {
            let history = self.tenant.folded();
            Some((step, history.transactions().get(self.running.id)?.checkpoint_of(step)?))
        });
        let nearest = self.checkpoints.iter().map(|(_, name)| name.to_string()).collect();
        let (what, tenant) =
            (format!("checkpoint {} of {}", in_quotes(name), self.running.id), self.tenant.id().to_string());
        found.ok_or(Error::NotFound { what, tenant, nearest })
    }

    /// Goes back to where a number of its steps were done.
    fn back(&self, step: u32, to: Version, reason: &str) -> Result<Version> {
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        let head = self.tenant.retried(|| self.try_back(InTransaction::new(self.running.id, step), to, reason))?;
        *standing = usize::try_from(step).unwrap_or(usize::MAX);
        Ok(head)
    }

    fn try_back(&self, place: InTransaction, to: Version, reason: &str) -> Result<Version> {
        self.tenant.look_up()?;
        let (head, way) = self.tenant.way_back(place.id, to)?;
        let entry = match way {
            BranchTakeBack::Nothing => return Ok(head),
            BranchTakeBack::Rollback => self.tenant.entry_in(place, Body::Rollback { to, reason: reason.into() }),
            BranchTakeBack::Patch(patch) => {
                let place = InTransaction { back_to: Some(to), ..place };
                self.tenant.entry_in(place, transition(&format!("roll back {reason}"), StateChange::Patch(patch)))
            }
        };
        let still = |history: &History| {
            still_open(history, place.id)?;
            self.tenant.still_at(history, head)
        };
        Ok(self.tenant.write_if(vec![entry], Durability::Sync, still)?.version)
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
        write!(
            f,
            "transaction {id} {} failed at step {step} of {steps}, {}: {cause}",
            in_quotes(name),
            in_quotes(step_name)
        )
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
