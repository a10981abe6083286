//! Samples of one metric, and how they compare with the reference's.
//!
//! One figure a side is compared by value; several by a test of their means ([`statistics`](super::super::statistics)).

use super::figure::{MetricPoint, doubles, mean};
use super::{Measurement, MetricFigure, MetricSpec, MetricVerdict, VariantMetrics, VerdictBasis};
use crate::history::ledger::statistics;
use crate::record::{Goal, Version};
use crate::value::Number;
use std::cmp::Ordering;

/// A relative change of single figures below this is called unclear.
const CLEAR: f64 = 0.05;

/// The figures of one metric at one version.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Samples {
    pub version: Version,
    /// At least one, all within the range of doubles.
    pub numbers: Vec<Number>,
    /// What was measured before, and this: a point for each version.
    pub course: Vec<MetricPoint>,
}

/// What was measured on one variant or baseline.
#[derive(Debug, Clone, Default)]
pub(super) struct MeasuredVariant {
    /// The version that is judged.
    pub version: Version,
    /// By metric.
    pub samples: Vec<Option<Samples>>,
    pub score: Option<Samples>,
}

impl Samples {
    pub fn of(figure: &MetricFigure) -> Self {
        Self { version: figure.version, numbers: figure.samples.clone(), course: figure.course.clone() }
    }

    /// Takes a later figure; one of another version than the last begins anew.
    pub fn add(&mut self, measured: &Measurement, number: Number) {
        if self.version != measured.version {
            (self.version, self.numbers) = (measured.version, Vec::new());
        }
        self.numbers.push(number.clone());
        match self.course.last_mut() {
            Some(point) if point.version == measured.version => {
                point.samples.push(number);
                point.at = measured.at;
            }
            _ => {
                self.course.push(MetricPoint { version: measured.version, at: measured.at, samples: vec![number] });
            }
        }
    }

    pub fn value(&self) -> Number {
        mean(&self.numbers)
    }

    fn doubles(&self) -> Vec<f64> {
        doubles(&self.numbers)
    }
}

impl VerdictBasis {
    pub(super) fn of(own: &Samples, base: &Samples) -> Self {
        match (own.numbers.len(), base.numbers.len()) {
            (1, 1) => Self::Single,
            (1, _) | (_, 1) => Self::TooFew,
            _ => statistics::compare(&own.doubles(), &base.doubles()).map_or(Self::Constant, Self::Tested),
        }
    }

    /// How the means compare; `None` where chance may explain it.
    pub(super) fn order(self, own: &Number, base: &Number) -> Option<Ordering> {
        match self {
            Self::Single | Self::Constant => Some(own.cmp(base)),
            Self::TooFew => None,
            Self::Tested(test) => test.is_significant().then(|| test.t.total_cmp(&0.0)),
        }
    }
}

impl MeasuredVariant {
    /// The figures of a column again.
    pub fn of(column: &VariantMetrics) -> Self {
        let samples = column.figures.iter().map(|figure| figure.as_ref().map(Samples::of)).collect();
        Self { version: column.version, samples, score: column.scored.as_ref().map(Samples::of) }
    }

    pub fn column(&self, reference: &Self, metrics: &[MetricSpec], score_goal: &Goal) -> VariantMetrics {
        let fresh = |samples: &Option<Samples>| samples.clone().filter(|samples| samples.version == reference.version);
        let figures = metrics.iter().enumerate().map(|(at, metric)| {
            let base = reference.samples.get(at).and_then(fresh);
            let own = self.samples.get(at)?.as_ref()?;
            Some(self.figure(own, base.as_ref(), metric.goal.as_ref()))
        });
        let base = fresh(&reference.score);
        let scored = self.score.as_ref().map(|own| self.figure(own, base.as_ref(), Some(score_goal)));
        VariantMetrics { version: self.version, figures: figures.collect(), scored, score: None }
    }

    fn figure(&self, own: &Samples, base: Option<&Samples>, goal: Option<&Goal>) -> MetricFigure {
        let (value, base_value) = (own.value(), base.map(Samples::value));
        let delta = base_value.as_ref().and_then(|base| value.minus(base));
        let share = delta.as_ref().zip(base_value.as_ref()).and_then(|(delta, base)| delta.share_of(base));
        let basis = base.map(|base| VerdictBasis::of(own, base));
        let is_stale = own.version != self.version;
        let mark = match goal {
            _ if is_stale => MetricVerdict::Stale,
            Some(goal) if goal.is_guardrail() => guarded(goal, own, base),
            Some(goal) => directed(goal, basis, (&value, base_value.as_ref()), share),
            None => MetricVerdict::Unjudged,
        };
        let spread = statistics::deviation(&own.doubles());
        MetricFigure {
            value,
            samples: own.numbers.clone(),
            spread,
            version: own.version,
            is_stale,
            delta,
            share,
            basis,
            mark,
            course: own.course.clone(),
        }
    }
}

/// Each of several figures has to hold a guardrail.
fn guarded(goal: &Goal, own: &Samples, base: Option<&Samples>) -> MetricVerdict {
    let all = |holds: &dyn Fn(&Number) -> bool| {
        if own.numbers.iter().all(holds) { MetricVerdict::Unclear } else { MetricVerdict::Broken }
    };
    match (goal, base) {
        (Goal::Zero, _) => all(&Number::is_zero),
        (Goal::AtMost(most), _) => all(&|number| number <= most),
        (Goal::AtLeast(least), _) => all(&|number| number >= least),
        (Goal::Equal, Some(base)) => all(&|number| base.numbers.iter().all(|base| base == number)),
        (Goal::Equal | Goal::Lower | Goal::Higher, _) => MetricVerdict::Unjudged,
    }
}

fn directed(
    goal: &Goal,
    basis: Option<VerdictBasis>,
    (own, base): (&Number, Option<&Number>),
    share: Option<f64>,
) -> MetricVerdict {
    let (Some(basis), Some(base)) = (basis, base) else { return MetricVerdict::Unjudged };
    let small = basis == VerdictBasis::Single && share.is_some_and(|share| share.abs() < CLEAR);
    match basis.order(own, base).filter(|_| !small) {
        None | Some(Ordering::Equal) => MetricVerdict::Unclear,
        Some(order) if is_gain(order, goal) => MetricVerdict::Better,
        Some(_) => MetricVerdict::Worse,
    }
}

pub(super) fn is_gain(order: Ordering, goal: &Goal) -> bool {
    order == if *goal == Goal::Lower { Ordering::Less } else { Ordering::Greater }
}
