//! The history that readers get: immutable snapshots, while a writer changes a copy of its own, or the newest where no reader
//! has it.
//!
//! Must not name: `value`, `log`.

use crate::history::History;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A tenant's newest history. One thread at a time may change it: the one that holds the lock of all who write.
pub(super) struct PublishedHistory(Mutex<Arc<History>>);

impl PublishedHistory {
    pub fn new(history: History) -> Self {
        Self(Mutex::new(Arc::new(history)))
    }

    /// The newest one. O(1); waits for a brief change.
    pub fn read(&self) -> Arc<History> {
        Arc::clone(&self.newest())
    }

    /// Replaces the newest one.
    pub fn publish(&self, history: Arc<History>) {
        let before = std::mem::replace(&mut *self.newest(), history);
        // Nobody else may hold it, and freeing it may take long: not while readers wait.
        drop(before);
    }

    /// Replaces the newest one, unless another has taken the place of `before`.
    pub fn replace(&self, before: &Arc<History>, history: Arc<History>) {
        let mut newest = self.newest();
        if Arc::ptr_eq(&newest, before) {
            *newest = history;
        }
    }

    /// Changes a copy, which shares all but what is changed, and publishes it.
    pub fn change<T>(&self, change: impl FnOnce(&mut History) -> T) -> T {
        let mut history = History::clone(&self.read());
        let changed = change(&mut history);
        self.publish(Arc::new(history));
        changed
    }

    /// As [`change`](Self::change), in its own memory where no reader holds the newest one: nothing is copied, and readers
    /// that come meanwhile wait. So only for what takes microseconds, and asks for no history.
    pub fn change_briefly<T>(&self, change: impl FnOnce(&mut History) -> T) -> T {
        let mut newest = self.newest();
        if let Some(history) = Arc::get_mut(&mut newest) {
            return change(history);
        }
        drop(newest);
        self.change(change)
    }

    /// Locked for as long as an `Arc` is cloned or moved, and for a brief change.
    fn newest(&self) -> MutexGuard<'_, Arc<History>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
