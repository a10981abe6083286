//! Verdicts, and the words for them: the same on the screen, on the command line and in `--json`.

use super::{Comparison, Variant};
use crate::value::Text;

/// What came of a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It has no score.
    NotScored,
    /// Its score is of an older version than its head.
    Stale,
    /// It breaks these guardrails, or its head was not measured by them.
    Disqualified(Vec<FailedGuardrail>),
    /// The best score, better than every other and than the baseline's.
    Winner,
    /// The best score, which others have too.
    Tie,
    /// Better than the baseline, but not clearly the best.
    Better,
    /// Chance may explain how it differs.
    Inconclusive,
    /// No better than the baseline, by one figure each, or equal to it.
    NoBetter,
    /// Worse than the baseline by more than chance explains.
    Worse,
    /// Another is better, and the baseline has no score to compare with.
    NotBest,
    /// There is nothing to compare its score with.
    Unjudged,
}

/// A guardrail that disqualifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedGuardrail {
    /// The name of the metric.
    pub metric: Text,
    /// How it fails.
    pub why: GuardrailFailure,
}

/// How a guardrail fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GuardrailFailure {
    /// A figure breaks it.
    Broken,
    /// The variant's head was not measured.
    NotMeasured,
    /// What it has to equal was not measured.
    ReferenceNotMeasured,
}

impl Verdict {
    /// The words for it; `reference` is what the variants are compared with: `baseline`, or a variant's name.
    pub fn words(&self, reference: &str) -> String {
        match self {
            Self::NotScored => "not scored".to_owned(),
            Self::Stale => "stale".to_owned(),
            Self::Disqualified(failed) => {
                let failed: Vec<_> = failed.iter().map(|failed| failed.words(reference)).collect();
                format!("disqualified: {}", failed.join(", "))
            }
            Self::Winner => "winner".to_owned(),
            Self::Tie => "tie".to_owned(),
            Self::Better => format!("beats {reference}"),
            Self::Inconclusive => "inconclusive".to_owned(),
            Self::NoBetter => "no better".to_owned(),
            Self::Worse => "worse".to_owned(),
            Self::NotBest => "not the best".to_owned(),
            Self::Unjudged => "nothing to compare with".to_owned(),
        }
    }
}

impl FailedGuardrail {
    /// `errors`, `errors (not measured)`, `errors (baseline not measured)`.
    fn words(&self, reference: &str) -> String {
        match self.why {
            GuardrailFailure::Broken => self.metric.to_string(),
            GuardrailFailure::NotMeasured => format!("{} (not measured)", self.metric),
            GuardrailFailure::ReferenceNotMeasured => format!("{} ({reference} not measured)", self.metric),
        }
    }
}

impl Comparison {
    /// What came of a variant, in the words of every surface.
    pub fn verdict_words(&self, variant: &Variant) -> String {
        variant.verdict.words(self.against.as_deref().unwrap_or("baseline"))
    }
}
