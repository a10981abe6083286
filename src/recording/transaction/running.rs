//! The transactions that this process runs, or can still go on with: nobody may take them for abandoned.
//!
//! Must not name: `history`, `log`.

use crate::record::TransactionId;
use crate::recording::editing::HistoryKey;
use std::sync::{Mutex, PoisonError};

static RUNNING: Mutex<Vec<(HistoryKey, TransactionId)>> = Mutex::new(Vec::new());

/// Says that a transaction is run here, as long as it is there.
pub(super) struct RunningTransaction {
    key: HistoryKey,
    pub id: TransactionId,
}

impl RunningTransaction {
    pub fn new(key: HistoryKey, id: TransactionId) -> Self {
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).push((key.clone(), id));
        Self { key, id }
    }
}

impl Drop for RunningTransaction {
    fn drop(&mut self) {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = running.iter().position(|(key, id)| (key, *id) == (&self.key, self.id)) {
            running.swap_remove(at);
        }
    }
}

pub(super) fn is_running(key: &HistoryKey, id: TransactionId) -> bool {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|(of, running)| (of, *running) == (key, id))
}
