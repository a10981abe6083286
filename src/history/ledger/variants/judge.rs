//! What comes of the figures: scores, ranks and verdicts.

use super::samples::{MeasuredVariant, is_gain};
use super::verdict::{FailedGuardrail, GuardrailFailure};
use super::{MetricFigure, MetricSpec, MetricVerdict, VariantMetrics, Verdict, VerdictBasis};
use crate::record::Goal;
use std::cmp::Ordering;

/// What came of one variant.
#[derive(Debug)]
pub(super) struct Ruling {
    pub verdict: Verdict,
    pub basis: Option<VerdictBasis>,
    pub rank: Option<usize>,
}

/// What came of all.
pub(super) struct MetricRulings {
    pub reference: VariantMetrics,
    pub variants: Vec<(VariantMetrics, Ruling)>,
}

/// Compares all with the reference, and with each other. O(variants · (metrics + log variants)).
pub(super) fn judge(
    reference: &MeasuredVariant,
    raws: Vec<MeasuredVariant>,
    metrics: &[MetricSpec],
    score_goal: &Goal,
) -> MetricRulings {
    // Recorded scores and derived ones are on different scales: where any is recorded, only those count.
    let recorded = raws.iter().chain([reference]).any(|raw| raw.score.is_some());
    let column = |raw: &MeasuredVariant| {
        let column = raw.column(reference, metrics, score_goal);
        let derived = column.scored.is_none() && !recorded;
        let score = column.scored.as_ref().map(|scored| scored.value.as_f64());
        VariantMetrics { score: score.or_else(|| derived.then(|| gain(&column.figures, metrics))?), ..column }
    };
    let court = Court {
        reference: column(reference),
        columns: raws.iter().map(column).collect(),
        raws: &raws,
        metrics,
        goal: score_goal,
        recorded,
    };
    let rulings = court.rulings();
    MetricRulings { reference: court.reference, variants: court.columns.into_iter().zip(rulings).collect() }
}

/// See [`Column::score`].
fn gain(figures: &[Option<MetricFigure>], metrics: &[MetricSpec]) -> Option<f64> {
    let gain = |(figure, metric): (&Option<MetricFigure>, &MetricSpec)| {
        let figure = figure.as_ref().filter(|figure| !figure.is_stale)?;
        let chance = figure.mark == MetricVerdict::Unclear && figure.basis != Some(VerdictBasis::Single);
        let share = if chance { 0.0 } else { figure.share?.clamp(-1.0, 1.0) };
        match metric.goal.as_ref()? {
            Goal::Lower => Some(0.0 - share),
            Goal::Higher => Some(share),
            _ => None,
        }
    };
    let gains: Vec<f64> = figures.iter().zip(metrics).filter_map(gain).collect();
    let count = u32::try_from(gains.len()).ok().filter(|count| *count > 0)?;
    Some(0.5 + gains.iter().sum::<f64>() / f64::from(count) / 2.0)
}

/// How a score compares with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Better,
    Equal,
    Worse,
    /// Chance may explain the difference.
    Unclear,
}

impl Relation {
    fn of(order: Option<Ordering>, goal: &Goal) -> Self {
        match order {
            None => Self::Unclear,
            Some(Ordering::Equal) => Self::Equal,
            Some(order) if is_gain(order, goal) => Self::Better,
            Some(_) => Self::Worse,
        }
    }
}

/// Everything that verdicts are made of.
struct Court<'a> {
    reference: VariantMetrics,
    columns: Vec<VariantMetrics>,
    raws: &'a [MeasuredVariant],
    metrics: &'a [MetricSpec],
    goal: &'a Goal,
    /// Whether scores are those recorded.
    recorded: bool,
}

/// How a variant stands among those that are ranked.
struct VariantStanding {
    rank: usize,
    /// How it compares with the one of the best score, and what that rests on; `None` for that one itself.
    with_best: Option<(Relation, Option<VerdictBasis>)>,
}

/// What is known of the one with the best score.
#[derive(Clone, Copy)]
struct BestVariant {
    /// Whether it is better than every other.
    is_alone: bool,
    /// Whether it is, but for those with an equal score.
    is_shared: bool,
    has_others: bool,
    /// What its comparison with the next rests on.
    basis: Option<VerdictBasis>,
}

impl Court<'_> {
    fn rulings(&self) -> Vec<Ruling> {
        let mut rulings: Vec<Option<Ruling>> = (self.columns.iter())
            .map(|column| self.excluded(column).map(|verdict| Ruling { verdict, basis: None, rank: None }))
            .collect();
        let mut ranked: Vec<usize> = (0..rulings.len()).filter(|at| rulings[*at].is_none()).collect();
        ranked.sort_by(|at, other| self.by_score(*at, *other));
        let standings = self.standing_of_ranked(&ranked);
        let relations = || standings.iter().filter_map(|standing| standing.with_best);
        let best = BestVariant {
            is_alone: relations().all(|(relation, _)| relation == Relation::Worse),
            is_shared: relations().all(|(relation, _)| matches!(relation, Relation::Worse | Relation::Equal)),
            has_others: ranked.len() > 1,
            basis: relations().next().and_then(|(_, basis)| basis),
        };
        for (at, standing) in ranked.into_iter().zip(&standings) {
            rulings[at] = Some(self.ruling(at, standing, best));
        }
        rulings.into_iter().flatten().collect()
    }

    /// Of those ranked, best first.
    fn standing_of_ranked(&self, ranked: &[usize]) -> Vec<VariantStanding> {
        let mut rank = 0;
        let standing = |(place, at): (usize, &usize)| {
            if place == 0 || self.by_score(ranked[place - 1], *at).is_ne() {
                rank = place + 1;
            }
            VariantStanding { rank, with_best: (place > 0).then(|| self.between(*at, ranked[0])) }
        };
        ranked.iter().enumerate().map(standing).collect()
    }

    /// Better scores first, be they better by chance.
    fn by_score(&self, at: usize, other: usize) -> Ordering {
        let (at, other) = (&self.columns[at], &self.columns[other]);
        let order = match (&at.scored, &other.scored) {
            (Some(own), Some(other)) if self.recorded => own.value.cmp(&other.value),
            _ => at.score.unwrap_or(0.0).total_cmp(&other.score.unwrap_or(0.0)),
        };
        if self.recorded && *self.goal == Goal::Lower { order } else { order.reverse() }
    }

    /// Why a variant is not ranked.
    fn excluded(&self, column: &VariantMetrics) -> Option<Verdict> {
        let measured = || column.figures.iter().chain([&column.scored]).flatten();
        if measured().next().is_none() {
            return Some(Verdict::NotScored);
        }
        if measured().all(|figure| figure.is_stale) {
            return Some(Verdict::Stale);
        }
        let failed = self.failed(column);
        if !failed.is_empty() {
            return Some(Verdict::Disqualified(failed));
        }
        match &column.scored {
            Some(scored) if scored.is_stale => Some(Verdict::Stale),
            _ => column.score.is_none().then_some(Verdict::NotScored),
        }
    }

    /// The guardrails that a variant does not hold, or was not measured by.
    fn failed(&self, column: &VariantMetrics) -> Vec<FailedGuardrail> {
        let guards = self.metrics.iter().zip(&column.figures);
        let guards = guards.filter(|(metric, _)| metric.goal.as_ref().is_some_and(Goal::is_guardrail));
        let failed = |(metric, figure): (&MetricSpec, &Option<MetricFigure>)| {
            let why = match figure.as_ref().map(|figure| figure.mark) {
                None | Some(MetricVerdict::Stale) => GuardrailFailure::NotMeasured,
                Some(MetricVerdict::Unjudged) => GuardrailFailure::ReferenceNotMeasured,
                Some(MetricVerdict::Broken) => GuardrailFailure::Broken,
                Some(_) => return None,
            };
            Some(FailedGuardrail { metric: metric.name.clone(), why })
        };
        guards.filter_map(failed).collect()
    }

    fn ruling(&self, at: usize, standing: &VariantStanding, best: BestVariant) -> Ruling {
        let (floor, floor_basis) = self.floor(at);
        let is_first = standing.with_best.is_none_or(|(relation, _)| relation == Relation::Equal);
        let single = self.is_single(floor_basis);
        let verdict = match floor {
            None if !best.has_others => Verdict::Unjudged,
            None | Some(Relation::Better) if is_first && best.is_alone => Verdict::Winner,
            None | Some(Relation::Better) if is_first && best.is_shared => Verdict::Tie,
            Some(Relation::Better) => Verdict::Better,
            Some(Relation::Equal) if !single && !self.recorded => Verdict::Inconclusive,
            Some(Relation::Equal) => Verdict::NoBetter,
            Some(Relation::Worse) if single => Verdict::NoBetter,
            Some(Relation::Worse) => Verdict::Worse,
            None if standing.with_best.is_some_and(|(relation, _)| relation == Relation::Worse) => Verdict::NotBest,
            Some(Relation::Unclear) | None => Verdict::Inconclusive,
        };
        let with_best = standing.with_best.map_or(best.basis, |(_, basis)| basis);
        Ruling { verdict, basis: if floor.is_some() { floor_basis } else { with_best }, rank: Some(standing.rank) }
    }

    fn is_single(&self, basis: Option<VerdictBasis>) -> bool {
        basis.is_none_or(|basis| basis == VerdictBasis::Single) && (self.recorded || self.is_all_single())
    }

    fn is_all_single(&self) -> bool {
        let figures = self.columns.iter().flat_map(|column| &column.figures).flatten();
        figures.filter_map(|figure| figure.basis).all(|basis| basis == VerdictBasis::Single)
    }

    /// How a variant compares with the reference, where that has a score.
    fn floor(&self, at: usize) -> (Option<Relation>, Option<VerdictBasis>) {
        if self.recorded {
            let scored = self.columns[at].scored.as_ref();
            let basis = scored.and_then(|scored| scored.basis);
            let base = self.reference.scored.as_ref().filter(|base| !base.is_stale);
            let order = scored.zip(base).zip(basis).map(|((own, base), basis)| basis.order(&own.value, &base.value));
            return (order.map(|order| Relation::of(order, self.goal)), basis);
        }
        let scores = self.columns[at].score.zip(self.reference.score);
        let relation = scores.map(|(own, base)| Relation::of(Some(own.total_cmp(&base)), &Goal::Higher));
        (relation, self.is_all_single().then_some(VerdictBasis::Single))
    }

    /// How two variants compare, and what that rests on.
    fn between(&self, at: usize, other: usize) -> (Relation, Option<VerdictBasis>) {
        if self.recorded {
            let (Some(own), Some(base)) = (&self.raws[at].score, &self.raws[other].score) else {
                return (Relation::Unclear, None);
            };
            let basis = VerdictBasis::of(own, base);
            return (Relation::of(basis.order(&own.value(), &base.value()), self.goal), Some(basis));
        }
        let by_score = || {
            let (own, base) = (self.columns[at].score, self.columns[other].score);
            Relation::of(Some(own.unwrap_or(0.0).total_cmp(&base.unwrap_or(0.0))), &Goal::Higher)
        };
        if self.is_all_single() {
            return (by_score(), Some(VerdictBasis::Single));
        }
        // Derived of samples: only where some goal tells the two apart by more than chance.
        let differs = self.metrics.iter().enumerate().any(|(metric, yardstick)| {
            let samples = |at: usize| self.raws[at].samples.get(metric).and_then(Option::as_ref);
            let is_goal = matches!(yardstick.goal, Some(Goal::Lower | Goal::Higher));
            samples(at).zip(samples(other)).filter(|_| is_goal).is_some_and(|(own, base)| {
                VerdictBasis::of(own, base).order(&own.value(), &base.value()).is_some_and(Ordering::is_ne)
            })
        });
        (if differs { by_score() } else { Relation::Unclear }, None)
    }
}
