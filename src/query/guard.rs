//! What keeps a run from taking the program along: how long it runs, how much it makes.
//!
//! The interpreter has no hook for stopping. Each of its steps handles a value, though, and values are this module's own
//! type; so each clone, comparison and operation counts, and a run beyond its budget is unwound from there.

use crate::value::{MAX_DEPTH, MAX_SIZE};
use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Steps between two looks at whether the run is cancelled.
const STEPS_A_LOOK: u64 = 1024;

/// How much one run may take.
#[derive(Debug, Clone)]
pub struct QueryBudget {
    /// Steps, each about 10 to 100 ns.
    pub steps: u64,
    /// Set from elsewhere to stop it.
    pub cancelled: Arc<AtomicBool>,
}

impl Default for QueryBudget {
    /// Twenty million steps: about a second.
    fn default() -> Self {
        Self { steps: 20_000_000, cancelled: Arc::default() }
    }
}

/// Why a run was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QueryStop {
    Steps,
    Size,
    Depth,
    Cancelled,
}

impl fmt::Display for QueryStop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Steps => f.write_str("it takes too long: stopped after the steps allowed for one value"),
            Self::Size => write!(f, "it makes a value of more than {} MiB", MAX_SIZE >> 20),
            Self::Depth => write!(f, "it makes a value nested deeper than {MAX_DEPTH}"),
            Self::Cancelled => f.write_str("cancelled"),
        }
    }
}

thread_local! {
    /// Steps that the run on this thread has left.
    static LEFT: Cell<u64> = const { Cell::new(u64::MAX) };
    /// What cancels it.
    static CANCELLED: Cell<Option<Arc<AtomicBool>>> = const { Cell::new(None) };
    /// Comparisons of `null` with a number since this was last asked.
    static NULL_COMPARED: Cell<NullCompared> = const { Cell::new(NullCompared { any: false, held: false }) };
}

/// Puts back what was there before, however a run ends.
struct RestoreOnDrop(u64, Option<Arc<AtomicBool>>);

impl Drop for RestoreOnDrop {
    fn drop(&mut self) {
        LEFT.set(self.0);
        CANCELLED.set(self.1.take());
    }
}

/// Runs something within a budget.
pub(super) fn within<T>(budget: &QueryBudget, run: impl FnOnce() -> T) -> Result<T, QueryStop> {
    let _restored = RestoreOnDrop(LEFT.replace(budget.steps), CANCELLED.replace(Some(Arc::clone(&budget.cancelled))));
    catch_unwind(AssertUnwindSafe(run)).map_err(|payload| match payload.downcast::<QueryStop>() {
        Ok(stopped) => *stopped,
        Err(other) => resume_unwind(other),
    })
}

/// Whether `null` was compared with a number by order, and whether such a comparison held.
#[derive(Clone, Copy, Default)]
pub(super) struct NullCompared {
    pub any: bool,
    pub held: bool,
}

/// Notes a comparison of `null` with a number.
pub(super) fn null_compared(held: bool) {
    NULL_COMPARED.set(NullCompared { any: true, held: held || NULL_COMPARED.get().held });
}

/// What was noted on this thread since this was last asked.
pub(super) fn take_null_compared() -> NullCompared {
    NULL_COMPARED.take()
}

/// Counts one step of the run on this thread; does not return when it was the last.
pub(super) fn step() {
    steps(1);
}

/// Counts as many.
pub(super) fn steps(count: u64) {
    let left = LEFT.get();
    if left == u64::MAX {
        return;
    }
    let now = left.saturating_sub(count);
    LEFT.set(now);
    if now == 0 {
        stop(QueryStop::Steps);
    }
    if left / STEPS_A_LOOK != now / STEPS_A_LOOK && is_cancelled() {
        stop(QueryStop::Cancelled);
    }
}

fn is_cancelled() -> bool {
    let flag = CANCELLED.take();
    let cancelled = flag.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed));
    CANCELLED.set(flag);
    cancelled
}

/// Unwinds to [`within`], without a report: nothing is wrong with the program. While the thread unwinds already, or
/// outside of a run, nothing happens.
pub(super) fn stop(why: QueryStop) {
    if LEFT.get() != u64::MAX && !std::thread::panicking() {
        resume_unwind(Box::new(why));
    }
}
