//! Variants: branches forked from one baseline, what was measured on them, and which is best.
//!
//! Must not name: values.

use super::{Branch, History, Snapshot};
use crate::record::{Goal, Metric, Record, SnapshotId, Time, Version};
use crate::value::{Number, Text};
use std::collections::BTreeSet;

/// The metric that is a variant's score.
const SCORE: &str = "score";

/// A relative change below this is called unclear.
const CLEAR: f64 = 0.05;

/// Figures taken together.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// Whose: a branch, or a baseline's snapshot.
    pub of: Text,
    /// The version it was measured at.
    pub version: Version,
    /// When.
    pub at: Option<Time>,
    /// Who measured.
    pub by: Option<Text>,
    /// The figures.
    pub metrics: Vec<Metric>,
}

/// All variants of one baseline, side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// What they all start from.
    pub baseline: Snapshot,
    /// What was measured, in the order it was first recorded; the score is not among them.
    pub metrics: Vec<Yardstick>,
    /// What was measured on the baseline itself, under its snapshot's name.
    pub reference: Column,
    /// In the order they were forked.
    pub variants: Vec<Variant>,
}

/// One metric of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Yardstick {
    /// Its name.
    pub name: Text,
    /// Its unit.
    pub unit: Text,
    /// Which way is better, as it was said last.
    pub goal: Option<Goal>,
}

/// One variant of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Its branch.
    pub branch: Branch,
    /// Its figures.
    pub column: Column,
    /// What came of it.
    pub verdict: Verdict,
    /// The version of `main` that its last promotion made, while that is on `main`'s line.
    pub promoted: Option<Version>,
}

/// The figures of one variant or of the baseline, one for each metric of the comparison.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Column {
    /// By metric; `None` where it was not measured.
    pub figures: Vec<Option<Figure>>,
    /// The figure recorded as `score`; otherwise, where there are goals and figures of the baseline: 0.5, and half the
    /// mean relative gain over all goals, each between -1 and 1; not where another column has a recorded score.
    pub score: Option<f64>,
}

/// One figure, against the baseline's.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// How much.
    pub value: Number,
    /// More than the baseline's by this; `None` where that was not measured.
    pub delta: Option<Number>,
    /// The same as a share of the baseline's; `None` where that is 0 too.
    pub share: Option<f64>,
    /// How it is to be taken.
    pub mark: Mark,
}

/// How a figure is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// There is nothing to hold it against.
    Unjudged,
    /// Clearly better than the baseline's.
    Better,
    /// Clearly worse.
    Worse,
    /// Less than 5 % from the baseline's, or within its guardrail.
    Unclear,
    /// It breaks its guardrail.
    Broken,
}

/// What came of a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It has no score.
    NotScored,
    /// It breaks the guardrails of these metrics.
    Disqualified(Vec<Text>),
    /// The best score, and better than the baseline's.
    Winner,
    /// Better than the baseline, but not the best.
    Better,
    /// No better than the baseline, or not the best where that has no score.
    NoBetter,
}

impl Verdict {
    /// The words in `--json`.
    pub fn words(&self) -> String {
        match self {
            Self::NotScored => "not scored".to_owned(),
            Self::Disqualified(metrics) => format!("disqualified: {}", metrics.join(", ")),
            Self::Winner => "winner".to_owned(),
            Self::Better => "beats baseline".to_owned(),
            Self::NoBetter => "no better".to_owned(),
        }
    }
}

/// What was measured and promoted, in order.
#[derive(Debug, Default)]
pub(super) struct Measurements {
    all: Vec<Measurement>,
    promoted: Vec<(Text, Version)>,
}

impl Measurements {
    pub fn add(&mut self, record: &Record, of: &Text, version: Version, metrics: &[Metric]) {
        self.all.push(Measurement {
            of: of.clone(),
            version,
            at: record.entry.at,
            by: record.entry.by.clone(),
            metrics: metrics.to_vec(),
        });
    }

    pub fn promote(&mut self, variant: &Text, made: Version) {
        self.promoted.push((variant.clone(), made));
    }
}

impl History {
    /// Everything that was measured, in order.
    pub fn measurements(&self) -> &[Measurement] {
        &self.measurements.all
    }

    /// The snapshots that have variants, in the order of their first.
    pub fn baselines(&self) -> Vec<SnapshotId> {
        let mut known = BTreeSet::new();
        let baselines = self.branches().into_iter().filter_map(|branch| branch.baseline);
        baselines.filter(|id| known.insert(*id)).collect()
    }

    /// The baselines of open variants: of those that grow and were not promoted. O(growing branches · promotions).
    pub(crate) fn open_baselines(&self) -> impl Iterator<Item = SnapshotId> {
        self.branches.variants().filter(|(name, _)| self.promotion(name).is_none()).map(|(_, baseline)| baseline)
    }

    /// The variants of a baseline against it; `None` when there is no such snapshot. O(branches + measurements).
    pub fn comparison(&self, baseline: SnapshotId) -> Option<Comparison> {
        let baseline = self.snapshots.ever(baseline)?.clone();
        let branches: Vec<_> =
            self.branches().into_iter().filter(|branch| branch.baseline == Some(baseline.id)).collect();
        let reference = baseline.name.clone().unwrap_or_default();
        let names: BTreeSet<&Text> = branches.iter().map(|branch| &branch.name).chain([&reference]).collect();
        let measured: Vec<_> = self.measurements().iter().filter(|measured| names.contains(&measured.of)).collect();
        let metrics = yardsticks(&measured);
        let score = score_goal(&measured);
        // Recorded scores and derived ones are on different scales: where any is recorded, only those count.
        let recorded = all(&measured).any(|metric| metric.name == SCORE);
        let base = values(&measured, &reference, &metrics);
        let reference =
            Column { score: base_score(&base, &metrics, recorded), figures: figures(&base, &base, &metrics) };
        let column = |branch: &Branch| {
            let own = values(&measured, &branch.name, &metrics);
            let figures = figures(&own, &base, &metrics);
            Column { score: own.score.or_else(|| derived(&figures, &metrics).filter(|_| !recorded)), figures }
        };
        let columns = branches.into_iter().map(|branch| (column(&branch), branch)).collect();
        let variants = self.judge(columns, &reference, &metrics, &score);
        Some(Comparison { baseline, metrics, reference, variants })
    }

    fn judge(
        &self,
        columns: Vec<(Column, Branch)>,
        reference: &Column,
        metrics: &[Yardstick],
        goal: &Goal,
    ) -> Vec<Variant> {
        let gain = |score: f64| if *goal == Goal::Lower { -score } else { score };
        let floor = reference.score.map(gain);
        let fair = columns.iter().filter(|(column, _)| broken(column, metrics).is_empty());
        let best = fair.filter_map(|(column, _)| column.score.map(gain)).reduce(f64::max);
        let best = best.filter(|best| floor.is_none_or(|floor| *best > floor));
        let mut won = false;
        let verdict = |column: &Column| {
            let broken = broken(column, metrics);
            let Some(score) = column.score.map(gain) else {
                return if broken.is_empty() { Verdict::NotScored } else { Verdict::Disqualified(broken) };
            };
            match broken.is_empty() {
                false => Verdict::Disqualified(broken),
                true if Some(score) == best && !std::mem::replace(&mut won, true) => Verdict::Winner,
                true if floor.is_some_and(|floor| score > floor) => Verdict::Better,
                true => Verdict::NoBetter,
            }
        };
        let verdicts: Vec<_> = columns.iter().map(|(column, _)| column).map(verdict).collect();
        let variants = columns.into_iter().zip(verdicts);
        variants
            .map(|((column, branch), verdict)| {
                let promoted = self.promotion(&branch.name);
                Variant { branch, column, verdict, promoted }
            })
            .collect()
    }

    fn promotion(&self, variant: &str) -> Option<Version> {
        let (_, made) = self.measurements.promoted.iter().rev().find(|(name, _)| name == variant)?;
        self.on_line(*made, self.head()).then_some(*made)
    }
}

/// The newest figures of one column, by metric.
struct Values {
    by_metric: Vec<Option<Number>>,
    score: Option<f64>,
}

fn values(measured: &[&Measurement], of: &str, metrics: &[Yardstick]) -> Values {
    let newest = |name: &str| {
        let own = measured.iter().rev().filter(|measured| measured.of == of);
        own.flat_map(|measured| measured.metrics.iter().rev()).find(|metric| metric.name == name)
    };
    Values {
        by_metric: metrics.iter().map(|metric| newest(&metric.name).map(|found| found.value.clone())).collect(),
        score: newest(SCORE).map(|found| found.value.as_f64()),
    }
}

/// All metrics but the score, in the order they came, each with the unit and goal that were said last.
fn yardsticks(measured: &[&Measurement]) -> Vec<Yardstick> {
    let mut found: Vec<Yardstick> = Vec::new();
    for metric in all(measured).filter(|metric| metric.name != SCORE) {
        let at = found.iter().position(|known| known.name == metric.name).unwrap_or_else(|| {
            found.push(Yardstick { name: metric.name.clone(), unit: Text::new(), goal: None });
            found.len() - 1
        });
        if !metric.unit.is_empty() {
            found[at].unit.clone_from(&metric.unit);
        }
        found[at].goal = metric.goal.clone().or(found[at].goal.take());
    }
    found
}

fn score_goal(measured: &[&Measurement]) -> Goal {
    let said = all(measured).filter(|metric| metric.name == SCORE).filter_map(|metric| metric.goal.clone()).last();
    said.unwrap_or(Goal::Higher)
}

fn all<'a>(measured: &'a [&Measurement]) -> impl Iterator<Item = &'a Metric> {
    measured.iter().flat_map(|measured| &measured.metrics)
}

fn figures(own: &Values, base: &Values, metrics: &[Yardstick]) -> Vec<Option<Figure>> {
    let each = own.by_metric.iter().zip(&base.by_metric).zip(metrics);
    each.map(|((own, base), metric)| own.as_ref().map(|own| figure(own, base.as_ref(), metric.goal.as_ref()))).collect()
}

fn figure(own: &Number, base: Option<&Number>, goal: Option<&Goal>) -> Figure {
    let delta = base.and_then(|base| own.minus(base));
    let share = delta.as_ref().zip(base).and_then(|(delta, base)| delta.share_of(base));
    let mark = goal.map_or(Mark::Unjudged, |goal| mark(goal, own, base, share));
    Figure { value: own.clone(), delta, share, mark }
}

fn mark(goal: &Goal, own: &Number, base: Option<&Number>, share: Option<f64>) -> Mark {
    let kept = |kept: bool| if kept { Mark::Unclear } else { Mark::Broken };
    match (goal, base) {
        (Goal::Zero, _) => kept(own.is_zero()),
        (Goal::AtMost(most), _) => kept(own <= most),
        (Goal::AtLeast(least), _) => kept(own >= least),
        (Goal::Equal | Goal::Lower | Goal::Higher, None) => Mark::Unjudged,
        (Goal::Equal, Some(base)) => kept(own == base),
        (Goal::Lower | Goal::Higher, Some(base)) if own == base => Mark::Unclear,
        (Goal::Lower | Goal::Higher, Some(_)) if share.is_some_and(|share| share.abs() < CLEAR) => Mark::Unclear,
        (Goal::Lower, Some(base)) if own < base => Mark::Better,
        (Goal::Higher, Some(base)) if own > base => Mark::Better,
        (Goal::Lower | Goal::Higher, Some(_)) => Mark::Worse,
    }
}

fn broken(column: &Column, metrics: &[Yardstick]) -> Vec<Text> {
    let each = column.figures.iter().zip(metrics);
    let broken = each.filter(|(figure, _)| figure.as_ref().is_some_and(|figure| figure.mark == Mark::Broken));
    broken.map(|(_, metric)| metric.name.clone()).collect()
}

fn base_score(base: &Values, metrics: &[Yardstick], recorded: bool) -> Option<f64> {
    base.score.or_else(|| derived(&figures(base, base, metrics), metrics).filter(|_| !recorded))
}

/// See [`Column::score`].
fn derived(figures: &[Option<Figure>], metrics: &[Yardstick]) -> Option<f64> {
    let gain = |(figure, metric): (&Option<Figure>, &Yardstick)| match (figure.as_ref()?.share?, metric.goal.as_ref()?)
    {
        (share, Goal::Lower) => Some(-share.clamp(-1.0, 1.0)),
        (share, Goal::Higher) => Some(share.clamp(-1.0, 1.0)),
        _ => None,
    };
    let gains: Vec<f64> = figures.iter().zip(metrics).filter_map(gain).collect();
    let count = u32::try_from(gains.len()).ok().filter(|count| *count > 0)?;
    Some(0.5 + gains.iter().sum::<f64>() / f64::from(count) / 2.0)
}
