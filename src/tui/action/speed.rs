//! How fast time goes by itself.

use crate::escape::in_quotes;

/// How fast a film runs: 1 is as it was recorded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Speed(f64);

/// Slower than this a film stands still.
const SLOWEST: f64 = 0.1;
/// Faster than this nothing is seen.
const FASTEST: f64 = 1024.0;

impl Default for Speed {
    fn default() -> Self {
        Self(1.0)
    }
}

impl Speed {
    /// Reads `2`, `0.5`, `4x`.
    ///
    /// # Errors
    /// A sentence with the limits.
    pub fn parse(text: &str) -> Result<Self, String> {
        let factor = text.trim_end_matches(['x', 'X']).parse().ok();
        let factor = factor.filter(|factor| (SLOWEST..=FASTEST).contains(factor));
        factor.map(Self).ok_or_else(|| format!("Not a speed: {}; use {SLOWEST} to {FASTEST}", in_quotes(text)))
    }

    /// Twice as fast, up to the limit.
    #[must_use]
    pub fn faster(self) -> Self {
        Self((self.0 * 2.0).min(FASTEST))
    }

    /// Recorded seconds to a second of the person's.
    pub fn factor(self) -> f64 {
        self.0
    }

    /// `2x`.
    pub fn words(self) -> String {
        format!("{}x", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_read_and_bounded() {
        for (text, speed) in [("2", 2.0), ("0.5x", 0.5), ("1024", 1024.0)] {
            assert_eq!(Speed::parse(text), Ok(Speed(speed)), "{text}");
        }
        for text in ["0", "-1", "2000", "fast", "NaN", ""] {
            let why = Speed::parse(text).expect_err(text);
            assert_eq!(why, format!("Not a speed: \"{text}\"; use 0.1 to 1024"));
        }
        assert_eq!((0..20).fold(Speed::default(), |speed, _| speed.faster()), Speed(FASTEST));
    }
}
