//! The window of versions replayed lately, which a history shares with its clones.

use super::Budget;
use super::keyframes::ReplayedValues;
use crate::record::Version;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The window that a history and its clones share: of them one goes on making versions, so that a number means one value.
#[derive(Clone)]
pub(in crate::history) struct Replays(Arc<ReplayWindow>);

struct ReplayWindow {
    window: Mutex<ReplayedValues>,
    /// The newest version that any of them made.
    newest: AtomicU64,
}

impl Replays {
    pub fn new(budget: &Budget) -> Self {
        Self::behind(Version(0), budget)
    }

    fn behind(newest: Version, budget: &Budget) -> Self {
        Self(Arc::new(ReplayWindow {
            window: Mutex::new(ReplayedValues::new(budget)),
            newest: AtomicU64::new(newest.0),
        }))
    }

    /// The window. A look-up is short, and no record is read meanwhile. One left by a panic is still a window.
    pub fn window(&self) -> MutexGuard<'_, ReplayedValues> {
        self.0.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says which versions this history makes next. Where a clone has made them already, each has values of its own from
    /// here on, and so a window of its own.
    pub fn make(&mut self, first: Version, last: Version, budget: &Budget) {
        if self.0.newest.fetch_max(last.0, Relaxed) >= first.0 {
            *self = Self::behind(last, budget);
        }
    }
}
