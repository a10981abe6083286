//! Figures: what was measured of one metric at one version, and how it compares.

use crate::history::ledger::statistics::{self, MetricTest, TestMethod};
use crate::record::{Time, Version};
use crate::value::Number;

/// What was measured of one metric at one version, against the reference's.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MetricFigure {
    /// How much: the one figure with its digits, or the mean of several, to 15 digits.
    pub value: Number,
    /// Every figure of the version, as recorded.
    pub samples: Vec<Number>,
    /// Their standard deviation; `None` of one.
    pub spread: Option<f64>,
    /// The version they were measured at.
    pub version: Version,
    /// Whether there are newer versions: then the figure is shown, but decides nothing.
    pub is_stale: bool,
    /// More than the reference's by this; `None` where that was not measured.
    pub delta: Option<Number>,
    /// The same as a share of the reference's; `None` where that is 0 too.
    pub share: Option<f64>,
    /// What the comparison with the reference rests on; `None` where that was not measured.
    pub basis: Option<VerdictBasis>,
    /// How it is to be taken.
    pub mark: MetricVerdict,
    /// What was measured at each version so far, in order; the last point is this figure.
    pub course: Vec<MetricPoint>,
}

/// One version's figures of a metric.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MetricPoint {
    /// The version that was measured.
    pub version: Version,
    /// When, the last time.
    pub at: Option<Time>,
    /// Every figure, as recorded.
    pub samples: Vec<Number>,
}

impl MetricFigure {
    /// Its value with as many digits as the spread of its samples justifies: two of the spread's. One figure has its own.
    pub fn rounded(&self) -> Number {
        rounded(&self.value, self.spread)
    }
}

impl MetricPoint {
    /// The one figure, or the mean of several.
    pub fn value(&self) -> Number {
        mean(&self.samples)
    }

    /// The standard deviation; `None` of one figure.
    pub fn spread(&self) -> Option<f64> {
        statistics::deviation(&doubles(&self.samples))
    }

    /// As [`MetricFigure::rounded`].
    pub fn rounded(&self) -> Number {
        rounded(&self.value(), self.spread())
    }
}

/// The one figure, or the mean to 15 digits: what rounding adds to the mean is behind that.
pub(super) fn mean(numbers: &[Number]) -> Number {
    match numbers {
        [] => 0_i64.into(),
        [first, rest @ ..] if rest.iter().all(|number| number == first) => first.clone(),
        _ => {
            let mean = statistics::mean(&doubles(numbers));
            format!("{mean:.14e}").parse().ok().and_then(Number::from_f64).unwrap_or_else(|| 0_i64.into())
        }
    }
}

pub(super) fn doubles(numbers: &[Number]) -> Vec<f64> {
    numbers.iter().map(Number::as_f64).collect()
}

/// Digits after the point of a number that is written out, at most.
const PLACES: f64 = 12.0;

/// A mean, to the second digit of its spread.
fn rounded(value: &Number, spread: Option<f64>) -> Number {
    let Some(spread) = spread.filter(|spread| *spread > 0.0) else { return value.clone() };
    let places = 1.0 - spread.log10().floor();
    if places > PLACES || value.as_f64().abs() >= 1e15 {
        return value.clone();
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 12")]
    let places = places.max(0.0) as usize;
    Number::parse(&format!("{:.places$}", value.as_f64())).unwrap_or_else(|| value.clone())
}

/// What a comparison of two sets of figures rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum VerdictBasis {
    /// One figure each: their difference, of which nobody knows how much is chance.
    Single,
    /// One figure on one side, several on the other: not enough to say anything.
    TooFew,
    /// Several figures without any spread, on both sides.
    Constant,
    /// A test of the means.
    Tested(MetricTest),
}

impl VerdictBasis {
    /// The word in `--json`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Single => "single figure",
            Self::TooFew => "too few figures",
            Self::Constant => "no spread",
            Self::Tested(MetricTest { method: TestMethod::Welch, .. }) => "welch",
            Self::Tested(MetricTest { method: TestMethod::Bootstrap, .. }) => "bootstrap",
        }
    }

    /// How likely the difference is by chance alone, where that was tested.
    pub fn p(&self) -> Option<f64> {
        match self {
            Self::Tested(test) => Some(test.p),
            Self::Single | Self::TooFew | Self::Constant => None,
        }
    }
}

/// How a figure is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MetricVerdict {
    /// There is nothing to hold it against.
    Unjudged,
    /// Better than the reference's: by 5 % or more of one figure each, or by more than chance explains.
    Better,
    /// Worse than the reference.
    Worse,
    /// One figure less than 5 % from the reference's, a difference that chance may explain, or within its guardrail.
    Unclear,
    /// It breaks its guardrail.
    Broken,
    /// It is of an older version.
    Stale,
}

impl MetricVerdict {
    /// The word in `--json`.
    pub fn word(self) -> &'static str {
        self.words().0
    }

    /// `+`, `-`, `~`, `!` or `?`; nothing where it cannot be judged.
    pub fn sign(self) -> &'static str {
        self.words().1
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Unjudged => ("unjudged", ""),
            Self::Better => ("better", "+"),
            Self::Worse => ("worse", "-"),
            Self::Unclear => ("unclear", "~"),
            Self::Broken => ("broken", "!"),
            Self::Stale => ("stale", "?"),
        }
    }
}
