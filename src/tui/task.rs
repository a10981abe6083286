//! What every task has, whatever it does: an id, a way to stop it, and a gate that keeps the program from ending before it.
//!
//! Must not name: `job`, `app`, files.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Names a task for as long as the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TaskId(u64);

impl TaskId {
    /// The id of the task after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Says to a running job that its answer is no longer wanted.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks the job to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// The same, for code that knows no jobs.
    pub fn flag(&self) -> &Arc<AtomicBool> {
        &self.0
    }

    /// The same, as an answer to whoever asks between two steps.
    pub fn flow(&self) -> ControlFlow<()> {
        if self.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Counts the tasks that the program must not end before: writes, exports, saves.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<(Mutex<BTreeSet<TaskId>>, Condvar)>);

/// Keeps the gate closed until it is dropped.
#[derive(Debug)]
pub struct GateHeld(Gate, TaskId);

impl Gate {
    /// Closes it for a task.
    pub fn hold(&self, task: TaskId) -> GateHeld {
        self.lock().insert(task);
        GateHeld(self.clone(), task)
    }

    /// Waits until no task holds it, at most so long; whether none does.
    pub fn wait(&self, at_most: Duration) -> bool {
        let waited = self.0.1.wait_timeout_while(self.lock(), at_most, |held| !held.is_empty());
        waited.map_or_else(|poisoned| poisoned.into_inner().0.is_empty(), |(held, _)| held.is_empty())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<TaskId>> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for GateHeld {
    fn drop(&mut self) {
        self.0.lock().remove(&self.1);
        self.0.0.1.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_opens_when_the_last_task_is_over() {
        let gate = Gate::default();
        assert!(gate.wait(Duration::ZERO));
        let (first, second) = (gate.hold(TaskId(1)), gate.hold(TaskId(2)));
        drop(first);
        assert!(!gate.wait(Duration::from_millis(1)));
        let waits = std::thread::spawn({
            let gate = gate.clone();
            move || gate.wait(Duration::from_mins(1))
        });
        drop(second);
        assert!(waits.join().is_ok_and(|open| open));
    }
}
