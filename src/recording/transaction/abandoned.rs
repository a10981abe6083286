//! Transactions that nobody will end, because the process that ran them is gone: finding and closing them.
//!
//! Must not name: `log`.

use super::running::is_running;
use super::steps::still_open;
use crate::error::{Error, Result};
use crate::history::{History, Transaction, TransactionState};
use crate::record::{Body, InTransaction, TransactionId};
use crate::recording::Tenant;
use crate::recording::write::Durability;

/// What the record of an abandoned transaction says.
const WHY: &str = "abandoned: its writer is gone";

impl Tenant {
    /// Open transactions that nobody can end: this process does not run them, and no other application has the recording
    /// open for writing. They hold their checkpoints until they are [abandoned](Self::abandon_transaction). Where it
    /// cannot be known who writes, there are none. O(transactions).
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn orphaned_transactions(&self) -> Result<Vec<Transaction>> {
        self.look_up()?;
        if self.shared.has_other_writer() != Some(false) {
            return Ok(Vec::new());
        }
        let (key, history) = (self.key(), self.folded());
        let open = |transaction: &&Transaction| transaction.state == TransactionState::Open && !transaction.closed;
        let left = history.transactions().all().iter().filter(open);
        Ok(left.filter(|transaction| !is_running(&key, transaction.id)).cloned().collect())
    }

    /// Closes a transaction that nobody will end, open or failed, as failed: nobody can go on with it or take it back from then on, and
    /// its checkpoints need not be kept any more. What its steps did stands. With `force` also where an application has
    /// the recording open for writing; if it was in that transaction, its next step is refused with `TransactionClosed`.
    ///
    /// # Errors
    /// `NotFound`; `TransactionClosed` when it has ended; `TransactionInUse` when this process runs it, or without `force`
    /// when another application writes, or that cannot be known; `Guarded` unless [allowed](Self::allowing); `Io`.
    pub fn abandon_transaction(&self, id: TransactionId, force: bool) -> Result<Transaction> {
        let key = self.key();
        self.look_up()?;
        let in_use = || Error::TransactionInUse { transaction: id.to_string() };
        self.retried(|| {
            let place = {
                let history = self.folded();
                let transaction = self.abandonable(&history, id)?;
                let done = transaction.events.iter().map(|event| event.step).max().unwrap_or(0);
                let failed = transaction.state == TransactionState::Failed;
                InTransaction::new(id, if failed { done } else { done.saturating_add(1) })
            };
            if is_running(&key, id) || (!force && self.shared.has_other_writer() != Some(false)) {
                return Err(in_use());
            }
            let planned = self.folded().transactions().get(id).and_then(|transaction| {
                let index = usize::try_from(place.step.checked_sub(1)?).ok()?;
                transaction.planned.get(index).cloned()
            });
            let body = Body::Fail { name: planned.unwrap_or_default(), why: WHY.into(), closed: true };
            let entry = self.entry_in(place, body);
            self.write_if(vec![entry], Durability::Sync, |history| self.abandonable(history, id).map(drop))
        })?;
        let closed = self.folded().transactions().get(id).cloned();
        closed.ok_or_else(|| self.not_found(format!("transaction {id}")))
    }

    fn abandonable<'h>(&self, history: &'h History, id: TransactionId) -> Result<&'h Transaction> {
        let transaction = history.transactions().get(id).ok_or_else(|| self.not_found(format!("transaction {id}")))?;
        still_open(history, id)?;
        self.check_guard(history)?;
        if transaction.is_ended() {
            let state = transaction.state.word();
            return Err(Error::TransactionClosed { transaction: id.to_string(), state });
        }
        Ok(transaction)
    }
}
