//! What is measured on a branch, and which way is better.
//!
//! Must not know: how variants are compared (`history::variants`).

use crate::value::{Number, Text};

/// One figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// Its name. The one named `score` is the variant's score.
    pub name: Text,
    /// How much.
    pub value: Number,
    /// Of what: `ms`, `/s`, `%`; may be empty.
    pub unit: Text,
    /// Which way is better; `None` takes what was said of this metric before.
    pub goal: Option<Goal>,
}

/// Which way of a figure is better; the last four are guardrails: a variant that breaks one cannot win.
#[derive(Debug, Clone, PartialEq)]
pub enum Goal {
    /// Less is better.
    Lower,
    /// More is better.
    Higher,
    /// It must be what the baseline has.
    Equal,
    /// It must be 0.
    Zero,
    /// It must not be above this.
    AtMost(Number),
    /// It must not be below this.
    AtLeast(Number),
}

impl Goal {
    /// Whether breaking it disqualifies.
    pub fn is_guardrail(&self) -> bool {
        !matches!(self, Self::Lower | Self::Higher)
    }

    /// Reads what [`Display`](std::fmt::Display) writes: `lower`, `higher`, `equal`, `zero`, `<=90`, `>=10`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "lower" => Some(Self::Lower),
            "higher" => Some(Self::Higher),
            "equal" => Some(Self::Equal),
            "zero" => Some(Self::Zero),
            _ => match (text.strip_prefix("<="), text.strip_prefix(">=")) {
                (Some(most), _) => Number::parse(most).map(Self::AtMost),
                (_, Some(least)) => Number::parse(least).map(Self::AtLeast),
                (None, None) => None,
            },
        }
    }
}

impl std::fmt::Display for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Lower => f.write_str("lower"),
            Self::Higher => f.write_str("higher"),
            Self::Equal => f.write_str("equal"),
            Self::Zero => f.write_str("zero"),
            Self::AtMost(most) => write!(f, "<={most}"),
            Self::AtLeast(least) => write!(f, ">={least}"),
        }
    }
}
