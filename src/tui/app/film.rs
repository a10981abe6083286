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

/// How fast a film runs: 1 is as it was recorded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Speed(f64);

/// Slower than this a film stands still.
pub(super) const SLOWEST: f64 = 0.1;
/// Faster than this nothing is seen.
pub(super) const FASTEST: f64 = 1024.0;

impl Default for Speed {
    fn default() -> Self {
        Self(1.0)
    }
}

impl Speed {
    /// Reads `2`, `0.5`, `4x`.
    pub fn parse(text: &str) -> Option<Self> {
        let factor: f64 = text.trim().trim_end_matches(['x', 'X']).parse().ok()?;
        (SLOWEST..=FASTEST).contains(&factor).then_some(Self(factor))
    }

    /// Twice as fast, up to the limit.
    pub(super) fn faster(self) -> Self {
        Self((self.0 * 2.0).min(FASTEST))
    }

    /// Recorded seconds to a second of the person's.
    pub(super) fn factor(self) -> f64 {
        self.0
    }

    /// `2x`.
    pub fn words(self) -> String {
        format!("{}x", self.0)
    }
}

impl Play {
    /// When the loop should wake.
    pub fn wake(&self) -> Instant {
        self.wake
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_read_and_bounded() {
        for (text, speed) in [("2", Some(2.0)), ("0.5x", Some(0.5)), ("1024", Some(1024.0))] {
            assert_eq!(Speed::parse(text).map(|speed| speed.0), speed, "{text}");
        }
        for text in ["0", "-1", "2000", "fast", "NaN", ""] {
            assert_eq!(Speed::parse(text), None, "{text}");
        }
        assert_eq!((0..20).fold(Speed::default(), |speed, _| speed.faster()), Speed(FASTEST));
    }
}
