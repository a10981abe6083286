//! A film: which way time goes by itself, how fast, and when its next step is due.

use super::time::TimeDirection;
use std::time::Instant;

/// A film that runs.
#[derive(Debug, Clone, Copy)]
pub struct Play {
    pub way: TimeDirection,
    /// When the next step is taken.
    pub(super) due: Instant,
    /// When the loop should wake for it.
    pub(super) wake: Instant,
}

impl Play {
    /// When the loop should wake.
    pub fn wake(&self) -> Instant {
        self.wake
    }
}
