//! Figures against figures, and what comes of it: marks, scores, ranks and verdicts.
//!
//! One figure a side is compared by value; several by a test of their means ([`statistics`](super::super::statistics)).

use super::{Basis, Column, Figure, Mark, Verdict, Yardstick};
use crate::history::statistics;
use crate::record::{Goal, Version};
use crate::value::{Number, Text};
use std::cmp::Ordering;

/// A relative change of single figures below this is called unclear.
const CLEAR: f64 = 0.05;

/// The figures of one metric at one version.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Samples {
    pub version: Version,
    /// At least one, all within the range of doubles.
    pub numbers: Vec<Number>,
}

/// What was measured on one variant or baseline.
#[derive(Debug, Clone, Default)]
pub(super) struct Raw {
    /// The version that is judged.
    pub version: Version,
    /// By metric.
    pub samples: Vec<Option<Samples>>,
    pub score: Option<Samples>,
}

/// What came of one variant.
#[derive(Debug)]
pub(super) struct Ruling {
    pub verdict: Verdict,
    pub basis: Option<Basis>,
    pub rank: Option<usize>,
}

/// What came of all.
pub(super) struct Judged {
    pub reference: Column,
    pub variants: Vec<(Column, Ruling)>,
}

/// Compares all with the reference, and with each other. O(variants · (metrics + log variants)).
pub(super) fn judge(reference: &Raw, raws: Vec<Raw>, metrics: &[Yardstick], score_goal: &Goal) -> Judged {
    // Recorded scores and derived ones are on different scales: where any is recorded, only those count.
    let recorded = raws.iter().chain([reference]).any(|raw| raw.score.is_some());
    let column = |raw: &Raw| {
        let column = raw.column(reference, metrics, score_goal);
        let derived = column.scored.is_none() && !recorded;
        let score = column.scored.as_ref().map(|scored| scored.value.as_f64());
        Column { score: score.or_else(|| derived.then(|| gain(&column.figures, metrics))?), ..column }
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
    Judged { reference: court.reference, variants: court.columns.into_iter().zip(rulings).collect() }
}

impl Samples {
    fn of(figure: &Figure) -> Self {
        Self { version: figure.version, numbers: figure.samples.clone() }
    }

    /// The one figure, or the mean to 15 digits: what rounding adds to the mean is behind that.
    fn value(&self) -> Number {
        match &self.numbers[..] {
            [] => 0_i64.into(),
            [first, rest @ ..] if rest.iter().all(|number| number == first) => first.clone(),
            _ => {
                let mean = statistics::mean(&self.doubles());
                format!("{mean:.14e}").parse().ok().and_then(Number::from_f64).unwrap_or_else(|| 0_i64.into())
            }
        }
    }

    fn doubles(&self) -> Vec<f64> {
        self.numbers.iter().map(Number::as_f64).collect()
    }
}

impl Basis {
    fn of(own: &Samples, base: &Samples) -> Self {
        match (own.numbers.len(), base.numbers.len()) {
            (1, 1) => Self::Single,
            (1, _) | (_, 1) => Self::TooFew,
            _ => statistics::compare(&own.doubles(), &base.doubles()).map_or(Self::Constant, Self::Tested),
        }
    }

    /// How the means compare; `None` where chance may explain it.
    fn order(self, own: &Number, base: &Number) -> Option<Ordering> {
        match self {
            Self::Single | Self::Constant => Some(own.cmp(base)),
            Self::TooFew => None,
            Self::Tested(test) => test.is_significant().then(|| test.t.total_cmp(&0.0)),
        }
    }
}

impl Raw {
    /// The figures of a column again.
    pub fn of(column: &Column) -> Self {
        let samples = column.figures.iter().map(|figure| figure.as_ref().map(Samples::of)).collect();
        Self { version: column.version, samples, score: column.scored.as_ref().map(Samples::of) }
    }

    fn column(&self, reference: &Self, metrics: &[Yardstick], score_goal: &Goal) -> Column {
        let fresh = |samples: &Option<Samples>| samples.clone().filter(|samples| samples.version == reference.version);
        let figures = metrics.iter().enumerate().map(|(at, metric)| {
            let base = reference.samples.get(at).and_then(fresh);
            let own = self.samples.get(at)?.as_ref()?;
            Some(self.figure(own, base.as_ref(), metric.goal.as_ref()))
        });
        let base = fresh(&reference.score);
        let scored = self.score.as_ref().map(|own| self.figure(own, base.as_ref(), Some(score_goal)));
        Column { version: self.version, figures: figures.collect(), scored, score: None }
    }

    fn figure(&self, own: &Samples, base: Option<&Samples>, goal: Option<&Goal>) -> Figure {
        let (value, base_value) = (own.value(), base.map(Samples::value));
        let delta = base_value.as_ref().and_then(|base| value.minus(base));
        let share = delta.as_ref().zip(base_value.as_ref()).and_then(|(delta, base)| delta.share_of(base));
        let basis = base.map(|base| Basis::of(own, base));
        let is_stale = own.version != self.version;
        let mark = match goal {
            _ if is_stale => Mark::Stale,
            Some(goal) if goal.is_guardrail() => guarded(goal, own, base),
            Some(goal) => directed(goal, basis, (&value, base_value.as_ref()), share),
            None => Mark::Unjudged,
        };
        let spread = statistics::deviation(&own.doubles());
        Figure {
            value,
            samples: own.numbers.clone(),
            spread,
            version: own.version,
            is_stale,
            delta,
            share,
            basis,
            mark,
        }
    }
}

/// Each of several figures has to hold a guardrail.
fn guarded(goal: &Goal, own: &Samples, base: Option<&Samples>) -> Mark {
    let all = |holds: &dyn Fn(&Number) -> bool| {
        if own.numbers.iter().all(holds) { Mark::Unclear } else { Mark::Broken }
    };
    match (goal, base) {
        (Goal::Zero, _) => all(&Number::is_zero),
        (Goal::AtMost(most), _) => all(&|number| number <= most),
        (Goal::AtLeast(least), _) => all(&|number| number >= least),
        (Goal::Equal, Some(base)) => all(&|number| base.numbers.iter().all(|base| base == number)),
        (Goal::Equal | Goal::Lower | Goal::Higher, _) => Mark::Unjudged,
    }
}

fn directed(goal: &Goal, basis: Option<Basis>, (own, base): (&Number, Option<&Number>), share: Option<f64>) -> Mark {
    let (Some(basis), Some(base)) = (basis, base) else { return Mark::Unjudged };
    let small = basis == Basis::Single && share.is_some_and(|share| share.abs() < CLEAR);
    match basis.order(own, base).filter(|_| !small) {
        None | Some(Ordering::Equal) => Mark::Unclear,
        Some(order) if is_gain(order, goal) => Mark::Better,
        Some(_) => Mark::Worse,
    }
}

fn is_gain(order: Ordering, goal: &Goal) -> bool {
    order == if *goal == Goal::Lower { Ordering::Less } else { Ordering::Greater }
}

/// See [`Column::score`].
fn gain(figures: &[Option<Figure>], metrics: &[Yardstick]) -> Option<f64> {
    let gain = |(figure, metric): (&Option<Figure>, &Yardstick)| {
        let figure = figure.as_ref().filter(|figure| !figure.is_stale)?;
        let chance = figure.mark == Mark::Unclear && figure.basis != Some(Basis::Single);
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
    reference: Column,
    columns: Vec<Column>,
    raws: &'a [Raw],
    metrics: &'a [Yardstick],
    goal: &'a Goal,
    /// Whether scores are those recorded.
    recorded: bool,
}

/// How a variant stands among those that are ranked.
struct Standing {
    rank: usize,
    /// How it compares with the one of the best score, and what that rests on; `None` for that one itself.
    with_best: Option<(Relation, Option<Basis>)>,
}

/// What is known of the one with the best score.
#[derive(Clone, Copy)]
struct Best {
    /// Whether it is better than every other.
    is_alone: bool,
    /// Whether it is, but for those with an equal score.
    is_shared: bool,
    has_others: bool,
    /// What its comparison with the next rests on.
    basis: Option<Basis>,
}

impl Court<'_> {
    fn rulings(&self) -> Vec<Ruling> {
        let mut rulings: Vec<Option<Ruling>> = (self.columns.iter())
            .map(|column| self.excluded(column).map(|verdict| Ruling { verdict, basis: None, rank: None }))
            .collect();
        let mut ranked: Vec<usize> = (0..rulings.len()).filter(|at| rulings[*at].is_none()).collect();
        ranked.sort_by(|at, other| self.by_score(*at, *other));
        let standings = self.standings(&ranked);
        let relations = || standings.iter().filter_map(|standing| standing.with_best);
        let best = Best {
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
    fn standings(&self, ranked: &[usize]) -> Vec<Standing> {
        let mut rank = 0;
        let standing = |(place, at): (usize, &usize)| {
            if place == 0 || self.by_score(ranked[place - 1], *at).is_ne() {
                rank = place + 1;
            }
            Standing { rank, with_best: (place > 0).then(|| self.between(*at, ranked[0])) }
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
    fn excluded(&self, column: &Column) -> Option<Verdict> {
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
    fn failed(&self, column: &Column) -> Vec<Text> {
        let guards = self.metrics.iter().zip(&column.figures);
        let guards = guards.filter(|(metric, _)| metric.goal.as_ref().is_some_and(Goal::is_guardrail));
        let failed = |(metric, figure): (&Yardstick, &Option<Figure>)| match figure.as_ref().map(|figure| figure.mark) {
            None | Some(Mark::Stale) => Some(ecow::eco_format!("{} (not measured)", metric.name)),
            Some(Mark::Unjudged) => Some(ecow::eco_format!("{} (baseline not measured)", metric.name)),
            Some(Mark::Broken) => Some(metric.name.clone()),
            Some(_) => None,
        };
        guards.filter_map(failed).collect()
    }

    fn ruling(&self, at: usize, standing: &Standing, best: Best) -> Ruling {
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

    fn is_single(&self, basis: Option<Basis>) -> bool {
        basis.is_none_or(|basis| basis == Basis::Single) && (self.recorded || self.is_all_single())
    }

    fn is_all_single(&self) -> bool {
        let figures = self.columns.iter().flat_map(|column| &column.figures).flatten();
        figures.filter_map(|figure| figure.basis).all(|basis| basis == Basis::Single)
    }

    /// How a variant compares with the reference, where that has a score.
    fn floor(&self, at: usize) -> (Option<Relation>, Option<Basis>) {
        if self.recorded {
            let scored = self.columns[at].scored.as_ref();
            let basis = scored.and_then(|scored| scored.basis);
            let base = self.reference.scored.as_ref().filter(|base| !base.is_stale);
            let order = scored.zip(base).zip(basis).map(|((own, base), basis)| basis.order(&own.value, &base.value));
            return (order.map(|order| Relation::of(order, self.goal)), basis);
        }
        let scores = self.columns[at].score.zip(self.reference.score);
        let relation = scores.map(|(own, base)| Relation::of(Some(own.total_cmp(&base)), &Goal::Higher));
        (relation, self.is_all_single().then_some(Basis::Single))
    }

    /// How two variants compare, and what that rests on.
    fn between(&self, at: usize, other: usize) -> (Relation, Option<Basis>) {
        if self.recorded {
            let (Some(own), Some(base)) = (&self.raws[at].score, &self.raws[other].score) else {
                return (Relation::Unclear, None);
            };
            let basis = Basis::of(own, base);
            return (Relation::of(basis.order(&own.value(), &base.value()), self.goal), Some(basis));
        }
        let by_score = || {
            let (own, base) = (self.columns[at].score, self.columns[other].score);
            Relation::of(Some(own.unwrap_or(0.0).total_cmp(&base.unwrap_or(0.0))), &Goal::Higher)
        };
        if self.is_all_single() {
            return (by_score(), Some(Basis::Single));
        }
        // Derived of samples: only where some goal tells the two apart by more than chance.
        let differs = self.metrics.iter().enumerate().any(|(metric, yardstick)| {
            let samples = |at: usize| self.raws[at].samples.get(metric).and_then(Option::as_ref);
            let is_goal = matches!(yardstick.goal, Some(Goal::Lower | Goal::Higher));
            samples(at).zip(samples(other)).filter(|_| is_goal).is_some_and(|(own, base)| {
                Basis::of(own, base).order(&own.value(), &base.value()).is_some_and(Ordering::is_ne)
            })
        });
        (if differs { by_score() } else { Relation::Unclear }, None)
    }
}
