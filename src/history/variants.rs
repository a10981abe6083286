//! Variants: branches forked from one baseline, what was measured on them, and which is best.
//!
//! Must not name: values.

mod judge;
mod stored;

use super::statistics::{Method, Test};
use super::{Branch, History, Snapshot};
use crate::record::{Goal, Metric, Record, SnapshotId, Time, Version};
use crate::value::{Number, Text};
use judge::{Raw, Ruling, Samples, judge};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// The metric that is a variant's score.
const SCORE: &str = "score";

/// Figures taken together.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
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
#[non_exhaustive]
pub struct Comparison {
    /// What they all start from.
    pub baseline: Snapshot,
    /// The variant that the others are compared with, where that is not the baseline.
    pub against: Option<Text>,
    /// What was measured, in the order it was first recorded; the score is not among them.
    pub metrics: Vec<Yardstick>,
    /// The score, with the way it is better.
    pub score: Yardstick,
    /// What was measured on the baseline itself, under its snapshot's name, or on the variant compared with.
    pub reference: Column,
    /// In the order they were forked.
    pub variants: Vec<Variant>,
}

/// One metric of a comparison.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Yardstick {
    /// Its name.
    pub name: Text,
    /// Its unit: that of every figure that counts.
    pub unit: Text,
    /// The unit of older figures, where that was another one: they do not count.
    pub unit_before: Option<Text>,
    /// Which way is better, as it was said last.
    pub goal: Option<Goal>,
    /// The goal that was said before, where that was another one.
    pub goal_before: Option<Goal>,
}

/// One variant of a comparison.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Variant {
    /// Its branch.
    pub branch: Branch,
    /// Its figures.
    pub column: Column,
    /// What came of it.
    pub verdict: Verdict,
    /// What the verdict rests on; `None` where there is nothing to compare, or several metrics decide.
    pub basis: Option<Basis>,
    /// Its place by score, from 1; equal scores share theirs. `None` for those without a score of their head, or disqualified.
    pub rank: Option<usize>,
    /// The version of `main` that its last promotion made, while that is on `main`'s line.
    pub promoted: Option<Version>,
}

/// The figures of one variant or of the baseline, one for each metric of the comparison.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Column {
    /// The version that figures have to be of; those of others are stale.
    pub version: Version,
    /// By metric; `None` where it was not measured.
    pub figures: Vec<Option<Figure>>,
    /// The figures recorded as `score`.
    pub scored: Option<Figure>,
    /// The mean of the figures recorded as `score`; otherwise, where there are goals and figures of the baseline: 0.5, and
    /// half the mean relative gain over all goals, each between -1 and 1; not where another column has a recorded score. Goals
    /// whose samples do not differ by more than chance gain nothing.
    pub score: Option<f64>,
}

/// What was measured of one metric at one version, against the reference's.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Figure {
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
    pub basis: Option<Basis>,
    /// How it is to be taken.
    pub mark: Mark,
}

/// What was measured on a branch that is no variant, as `main`.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredBranch {
    /// The branch.
    pub branch: Branch,
    /// What was measured, the score among it.
    pub metrics: Vec<Yardstick>,
    /// Its figures, compared with nothing but their guardrails.
    pub column: Column,
}

/// What a comparison of two sets of figures rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Basis {
    /// One figure each: their difference, of which nobody knows how much is chance.
    Single,
    /// One figure on one side, several on the other: not enough to say anything.
    TooFew,
    /// Several figures without any spread, on both sides.
    Constant,
    /// A test of the means.
    Tested(Test),
}

impl Basis {
    /// The word in `--json`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Single => "single figure",
            Self::TooFew => "too few figures",
            Self::Constant => "no spread",
            Self::Tested(Test { method: Method::Welch, .. }) => "welch",
            Self::Tested(Test { method: Method::Bootstrap, .. }) => "bootstrap",
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
pub enum Mark {
    /// There is nothing to hold it against.
    Unjudged,
    /// Better than the reference's: by 5 % or more of one figure each, or by more than chance explains.
    Better,
    /// Worse.
    Worse,
    /// One figure less than 5 % from the reference's, a difference that chance may explain, or within its guardrail.
    Unclear,
    /// It breaks its guardrail.
    Broken,
    /// It is of an older version.
    Stale,
}

/// What came of a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It has no score.
    NotScored,
    /// Its score is of an older version than its head.
    Stale,
    /// It breaks the guardrails of these metrics, or its head was not measured by them.
    Disqualified(Vec<Text>),
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

impl Verdict {
    /// The words in `--json`.
    pub fn words(&self) -> String {
        match self {
            Self::NotScored => "not scored".to_owned(),
            Self::Stale => "stale".to_owned(),
            Self::Disqualified(metrics) => format!("disqualified: {}", metrics.join(", ")),
            Self::Winner => "winner".to_owned(),
            Self::Tie => "tie".to_owned(),
            Self::Better => "beats baseline".to_owned(),
            Self::Inconclusive => "inconclusive".to_owned(),
            Self::NoBetter => "no better".to_owned(),
            Self::Worse => "worse".to_owned(),
            Self::NotBest => "not the best".to_owned(),
            Self::Unjudged => "nothing to compare with".to_owned(),
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

    /// The variants of a baseline against it; `None` when there is no such snapshot. O(branches + measurements), and a
    /// test of the means for each metric and variant with samples.
    pub fn comparison(&self, baseline: SnapshotId) -> Option<Comparison> {
        let baseline = self.snapshots.ever(baseline)?.clone();
        let branches: Vec<_> =
            self.branches().into_iter().filter(|branch| branch.baseline == Some(baseline.id)).collect();
        let reference = baseline.name.clone().unwrap_or_default();
        let names: FxHashSet<&Text> = branches.iter().map(|branch| &branch.name).chain([&reference]).collect();
        let measured: Vec<_> = self.measurements().iter().filter(|measured| names.contains(&measured.of)).collect();
        let (metrics, score) = yardsticks(&measured);
        let found = Found::new(&measured, &metrics, &score);
        let reference = found.raw(&reference, baseline.version, &metrics);
        let raws = branches.iter().map(|branch| found.raw(&branch.name, branch.head, &metrics)).collect();
        let judged = judge(&reference, raws, &metrics, &score.direction());
        let variants = branches.into_iter().zip(judged.variants);
        let variants = variants.map(|(branch, (column, ruling))| self.variant(branch, column, ruling)).collect();
        let score = Yardstick { goal: Some(score.direction()), ..score };
        Some(Comparison { baseline, against: None, metrics, score, reference: judged.reference, variants })
    }

    fn variant(&self, branch: Branch, column: Column, ruling: Ruling) -> Variant {
        let promoted = self.promotion(&branch.name);
        let Ruling { verdict, basis, rank } = ruling;
        Variant { branch, column, verdict, basis, rank, promoted }
    }

    fn promotion(&self, variant: &str) -> Option<Version> {
        let (_, made) = self.measurements.promoted.iter().rev().find(|(name, _)| name == variant)?;
        self.on_line(*made, self.head()).then_some(*made)
    }

    /// A metric as it was said so far where a branch or baseline is compared: with its unit and goal; `None` before its first
    /// figure. A score is better when it is higher, unless something else was said. O(branches + measurements).
    pub fn metric(&self, of: &str, name: &str) -> Option<Yardstick> {
        let baseline = match self.branch(of) {
            Some(branch) => branch.baseline,
            None => self.named_snapshot(of).ok().map(|snapshot| snapshot.id),
        };
        let beside = self.branches().into_iter().filter(|branch| baseline.is_some() && branch.baseline == baseline);
        let snapshot = baseline.and_then(|id| self.snapshots.ever(id)).and_then(|snapshot| snapshot.name.clone());
        let names: FxHashSet<Text> = beside.map(|branch| branch.name).chain(snapshot).chain([of.into()]).collect();
        let measured: Vec<_> = self.measurements().iter().filter(|measured| names.contains(&measured.of)).collect();
        let (metrics, score) = yardsticks(&measured);
        let is_measured = || measured.iter().any(|measured| measured.metrics.iter().any(|metric| metric.name == name));
        match name {
            SCORE => is_measured().then(|| Yardstick { goal: Some(score.direction()), ..score }),
            _ => metrics.into_iter().find(|metric| metric.name == name),
        }
    }

    /// What was measured on branches that are no variants, `main` first. O(branches + measurements).
    pub fn measured_branches(&self) -> Vec<MeasuredBranch> {
        let named: FxHashSet<&Text> = self.measurements().iter().map(|measured| &measured.of).collect();
        let plain =
            |branch: &Branch| branch.baseline.is_none() && branch.kept_by.is_none() && named.contains(&branch.name);
        let measured = |branch: Branch| {
            let own: Vec<_> = self.measurements().iter().filter(|measured| measured.of == branch.name).collect();
            let (mut metrics, score) = yardsticks(&own);
            if own.iter().any(|measured| measured.metrics.iter().any(|metric| metric.name == SCORE)) {
                metrics.push(score.clone());
            }
            let raw = Found::new(&own, &metrics, &score).raw(&branch.name, branch.head, &metrics);
            let judged = judge(&Raw::default(), vec![raw], &metrics, &score.direction());
            let column = judged.variants.into_iter().next().map(|(column, _)| column).unwrap_or_default();
            MeasuredBranch { branch, metrics, column }
        };
        self.branches().into_iter().filter(plain).map(measured).collect()
    }
}

impl MeasuredBranch {
    /// `within its guardrails`, `breaks its guardrails: memory`, `stale: errors`; `None` without any.
    pub fn verdict(&self) -> Option<String> {
        let guards = || {
            let guards = self.metrics.iter().zip(&self.column.figures);
            guards.filter(|(metric, _)| metric.goal.as_ref().is_some_and(Goal::is_guardrail))
        };
        let named = |mark: Mark| {
            let names = guards().filter(|(_, figure)| figure.as_ref().is_some_and(|figure| figure.mark == mark));
            names.map(|(metric, _)| metric.name.to_string()).collect::<Vec<_>>().join(", ")
        };
        guards().next()?;
        Some(match (named(Mark::Broken), named(Mark::Stale)) {
            (broken, _) if !broken.is_empty() => format!("breaks its guardrails: {broken}"),
            (_, stale) if !stale.is_empty() => format!("stale: {stale}"),
            _ => "within its guardrails".to_owned(),
        })
    }
}

impl Comparison {
    /// Which way the score is better, where that is not the usual way, or was another one before.
    pub fn unusual_goal(&self) -> Option<&Goal> {
        let is_usual = |goal: &&Goal| **goal == Goal::Higher && self.score.goal_before.is_none();
        self.score.goal.as_ref().filter(|goal| !is_usual(goal))
    }

    /// The same with a variant as what the others are compared with; `None` when there is no such variant.
    pub fn against(&self, name: &str) -> Option<Self> {
        let reference = self.variants.iter().find(|variant| variant.branch.name == name)?;
        let others: Vec<_> = self.variants.iter().filter(|variant| variant.branch.name != name).collect();
        let raws = others.iter().map(|variant| Raw::of(&variant.column)).collect();
        let judged = judge(&Raw::of(&reference.column), raws, &self.metrics, &self.score.direction());
        let variants = others.into_iter().zip(judged.variants).map(|(variant, (column, ruling))| {
            let Ruling { verdict, basis, rank } = ruling;
            Variant { column, verdict, basis, rank, ..variant.clone() }
        });
        let variants = variants.collect();
        Some(Self {
            against: Some(reference.branch.name.clone()),
            reference: judged.reference,
            variants,
            ..self.clone()
        })
    }
}

impl Yardstick {
    fn new(name: &Text) -> Self {
        Self { name: name.clone(), unit: Text::new(), unit_before: None, goal: None, goal_before: None }
    }

    /// Which way a score is better: higher, unless something else was said.
    fn direction(&self) -> Goal {
        self.goal.clone().unwrap_or(Goal::Higher)
    }

    /// What is not as it was before, one sentence each: another goal, and figures of another unit, which do not count.
    pub fn changes(&self) -> Vec<String> {
        let goal = self.goal.as_ref().zip(self.goal_before.as_ref());
        let goal = goal.map(|(goal, before)| format!("the goal of {} is {goal}; it was {before} before", self.name));
        let unit = self.unit_before.as_ref().map(|before| {
            format!("{} is measured {}; figures {} do not count", self.name, in_unit(&self.unit), in_unit(before))
        });
        goal.into_iter().chain(unit).collect()
    }

    /// How a figure would change what the metric means: `the goal of p95 is lower, not higher`, `p95 is measured in ms, not in
    /// s`; `None` where it does not. A figure without unit or goal takes the metric's.
    pub(crate) fn changed_by(&self, metric: &Metric) -> Option<String> {
        match (&metric.goal, &self.goal) {
            (Some(new), Some(old)) if new != old => Some(format!("the goal of {} is {old}, not {new}", self.name)),
            _ if metric.unit.is_empty() || metric.unit == self.unit => None,
            _ => Some(format!("{} is measured {}, not {}", self.name, in_unit(&self.unit), in_unit(&metric.unit))),
        }
    }

    /// Takes the unit and goal of a later figure.
    fn take(&mut self, metric: &Metric) {
        if !metric.unit.is_empty() && metric.unit != self.unit {
            self.unit_before = Some(std::mem::replace(&mut self.unit, metric.unit.clone()));
        }
        let Some(goal) = &metric.goal else { return };
        let before = self.goal.replace(goal.clone()).or((self.name == SCORE).then_some(Goal::Higher));
        if let Some(before) = before.filter(|before| before != goal) {
            self.goal_before = Some(before);
        }
    }

    /// What the first figure of a metric says of it.
    pub(crate) fn of(metric: &Metric) -> Self {
        Self { unit: metric.unit.clone(), goal: metric.goal.clone(), ..Self::new(&metric.name) }
    }
}

fn in_unit(unit: &str) -> String {
    if unit.is_empty() { "without a unit".to_owned() } else { format!("in {unit}") }
}

/// All metrics but the score, in the order they came, each with the unit and goal that were said last; and the score.
fn yardsticks(measured: &[&Measurement]) -> (Vec<Yardstick>, Yardstick) {
    let mut found: Vec<Yardstick> = Vec::new();
    let mut places: FxHashMap<&Text, usize> = FxHashMap::default();
    for metric in measured.iter().flat_map(|measured| &measured.metrics) {
        if let Some(at) = places.get(&metric.name) {
            found[*at].take(metric);
        } else {
            places.insert(&metric.name, found.len());
            found.push(Yardstick::of(metric));
        }
    }
    let score = places.get(&Text::from(SCORE)).map(|at| found.remove(*at));
    (found, score.unwrap_or_else(|| Yardstick::new(&SCORE.into())))
}

/// Figures by branch or baseline and by metric: those in the metric's unit, of the version that was measured last with it, in
/// the order they came.
struct Found<'a>(FxHashMap<(&'a str, &'a str), Samples>);

impl<'a> Found<'a> {
    fn new(measured: &[&'a Measurement], metrics: &[Yardstick], score: &Yardstick) -> Self {
        let last: FxHashMap<&str, &str> =
            metrics.iter().chain([score]).map(|metric| (metric.name.as_str(), metric.unit.as_str())).collect();
        // A figure without a unit has the one that its metric had then.
        let mut units: FxHashMap<&str, &str> = FxHashMap::default();
        let mut found: FxHashMap<(&str, &str), Samples> = FxHashMap::default();
        for measured in measured {
            // What no double holds is refused when it is recorded; a log by others may have it.
            for metric in measured.metrics.iter().filter(|metric| metric.value.as_f64().is_finite()) {
                let unit = units.entry(&metric.name).or_default();
                if !metric.unit.is_empty() {
                    *unit = &metric.unit;
                }
                if last.get(metric.name.as_str()) != Some(&*unit) {
                    continue;
                }
                let samples = found.entry((&measured.of, &metric.name)).or_default();
                if samples.version != measured.version {
                    *samples = Samples { version: measured.version, numbers: Vec::new() };
                }
                samples.numbers.push(metric.value.clone());
            }
        }
        Self(found)
    }

    fn raw(&self, of: &str, version: Version, metrics: &[Yardstick]) -> Raw {
        let of = |name: &str| self.0.get(&(of, name)).cloned();
        Raw { version, samples: metrics.iter().map(|metric| of(&metric.name)).collect(), score: of(SCORE) }
    }
}
