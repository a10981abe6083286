//! Variants: branches forked from one baseline, what was measured on them, and which is best.
//!
//! Must not name: values.

mod figure;
mod found;
mod judge;
mod samples;
mod sorted;
mod stored;
mod verdict;
mod yardstick;

use crate::history::chunked::Chunked;
use crate::history::lineage::branches::Branch;
use crate::history::marks::Snapshot;
use crate::record::{Goal, Metric, Record, Time, Version};
use crate::value::Text;
use found::MetricSamples;
use judge::{Ruling, judge};
use rustc_hash::FxHashSet;
use samples::MeasuredVariant;
use yardstick::yardsticks;

pub use figure::{MetricFigure, MetricPoint, MetricVerdict, VerdictBasis};
pub use verdict::{FailedGuardrail, GuardrailFailure, Verdict};
pub use yardstick::MetricSpec;

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
    /// When it was recorded, where that is known.
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
    pub metrics: Vec<MetricSpec>,
    /// The score, with the way it is better.
    pub score: MetricSpec,
    /// What was measured on the baseline itself, under its snapshot's name, or on the variant compared with.
    pub reference: VariantMetrics,
    /// In the order they were forked.
    pub variants: Vec<Variant>,
}

/// One variant of a comparison.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Variant {
    /// The branch that starts at the baseline.
    pub branch: Branch,
    /// Its figures.
    pub column: VariantMetrics,
    /// What came of it.
    pub verdict: Verdict,
    /// What the verdict rests on; `None` where there is nothing to compare, or several metrics decide.
    pub basis: Option<VerdictBasis>,
    /// Its place by score, from 1; equal scores share theirs. `None` for those without a score of their head, or disqualified.
    pub rank: Option<usize>,
    /// The version of `main` that its last promotion made, while that is on `main`'s line.
    pub promoted: Option<Version>,
}

/// The figures of one variant or of the baseline, one for each metric of the comparison.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct VariantMetrics {
    /// The version that figures have to be of; those of others are stale.
    pub version: Version,
    /// By metric; `None` where it was not measured.
    pub figures: Vec<Option<MetricFigure>>,
    /// The figures recorded as `score`.
    pub scored: Option<MetricFigure>,
    /// The mean of the figures recorded as `score`; otherwise, where there are goals and figures of the baseline: 0.5, and
    /// half the mean relative gain over all goals, each between -1 and 1; not where another column has a recorded score. Goals
    /// whose samples do not differ by more than chance gain nothing.
    pub score: Option<f64>,
}

/// What was measured on a branch that is no variant, as `main`.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredBranch {
    /// The branch that the figures are of.
    pub branch: Branch,
    /// What was measured, the score among it.
    pub metrics: Vec<MetricSpec>,
    /// Its figures, compared with nothing but their guardrails.
    pub column: VariantMetrics,
}

/// What was measured and promoted, in order.
#[derive(Debug, Default, Clone)]
pub(in crate::history) struct Measurements {
    all: Chunked<Measurement>,
    promoted: Chunked<(Text, Version)>,
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

    /// Everything that was measured, in order.
    pub fn all(&self) -> &Chunked<Measurement> {
        &self.all
    }

    /// The newest promotion of a variant.
    pub fn promotion(&self, variant: &str) -> Option<Version> {
        self.promoted.iter().rev().find(|(name, _)| name == variant).map(|(_, made)| *made)
    }

    /// The variants of a baseline against it; `promoted` says of which version one was promoted. O(measurements), and a
    /// test of the means for each metric and variant with samples.
    pub fn comparison(
        &self,
        baseline: Snapshot,
        branches: Vec<Branch>,
        promoted: impl Fn(&str) -> Option<Version>,
    ) -> Comparison {
        let reference = baseline.name.clone().unwrap_or_default();
        let names: FxHashSet<&Text> = branches.iter().map(|branch| &branch.name).chain([&reference]).collect();
        let measured: Vec<_> = self.all.iter().filter(|measured| names.contains(&measured.of)).collect();
        let (metrics, score) = yardsticks(&measured);
        let found = MetricSamples::new(&measured, &metrics, &score);
        let reference = found.raw(&reference, baseline.version, &metrics);
        let raws = branches.iter().map(|branch| found.raw(&branch.name, branch.head, &metrics)).collect();
        let judged = judge(&reference, raws, &metrics, &score.direction());
        let variants = branches.into_iter().zip(judged.variants).map(|(branch, (column, ruling))| {
            let promoted = promoted(&branch.name);
            let Ruling { verdict, basis, rank } = ruling;
            Variant { branch, column, verdict, basis, rank, promoted }
        });
        let variants = variants.collect();
        let score = MetricSpec { goal: Some(score.direction()), ..score };
        Comparison { baseline, against: None, metrics, score, reference: judged.reference, variants }
    }

    /// A metric as it was said so far of any of these; `None` before its first figure.
    pub fn metric(&self, names: &FxHashSet<Text>, name: &str) -> Option<MetricSpec> {
        let measured: Vec<_> = self.all.iter().filter(|measured| names.contains(&measured.of)).collect();
        let (metrics, score) = yardsticks(&measured);
        let is_measured = || measured.iter().any(|measured| measured.metrics.iter().any(|metric| metric.name == name));
        match name {
            SCORE => is_measured().then(|| MetricSpec { goal: Some(score.direction()), ..score }),
            _ => metrics.into_iter().find(|metric| metric.name == name),
        }
    }

    /// What was measured on those of these branches that are no variants. O(branches + measurements).
    pub fn measured_branches(&self, branches: Vec<Branch>) -> Vec<MeasuredBranch> {
        let named: FxHashSet<&Text> = self.all.iter().map(|measured| &measured.of).collect();
        let plain =
            |branch: &Branch| branch.baseline.is_none() && branch.kept_by.is_none() && named.contains(&branch.name);
        branches.into_iter().filter(plain).map(|branch| self.measured(branch)).collect()
    }

    fn measured(&self, branch: Branch) -> MeasuredBranch {
        let own: Vec<_> = self.all.iter().filter(|measured| measured.of == branch.name).collect();
        let (mut metrics, score) = yardsticks(&own);
        if own.iter().any(|measured| measured.metrics.iter().any(|metric| metric.name == SCORE)) {
            metrics.push(score.clone());
        }
        let raw = MetricSamples::new(&own, &metrics, &score).raw(&branch.name, branch.head, &metrics);
        let judged = judge(&MeasuredVariant::default(), vec![raw], &metrics, &score.direction());
        let column = judged.variants.into_iter().next().map(|(column, _)| column).unwrap_or_default();
        MeasuredBranch { branch, metrics, column }
    }
}

impl MeasuredBranch {
    /// `within its guardrails`, `breaks its guardrail: memory`, `stale: errors`; `None` without any.
    pub fn verdict(&self) -> Option<String> {
        let guards = || {
            let guards = self.metrics.iter().zip(&self.column.figures);
            guards.filter(|(metric, _)| metric.goal.as_ref().is_some_and(Goal::is_guardrail))
        };
        let named = |mark: MetricVerdict| {
            let names = guards().filter(|(_, figure)| figure.as_ref().is_some_and(|figure| figure.mark == mark));
            names.map(|(metric, _)| metric.name.to_string()).collect::<Vec<_>>().join(", ")
        };
        guards().next()?;
        Some(match (named(MetricVerdict::Broken), named(MetricVerdict::Stale)) {
            (broken, _) if broken.contains(", ") => format!("breaks its guardrails: {broken}"),
            (broken, _) if !broken.is_empty() => format!("breaks its guardrail: {broken}"),
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
        let raws = others.iter().map(|variant| MeasuredVariant::of(&variant.column)).collect();
        let judged = judge(&MeasuredVariant::of(&reference.column), raws, &self.metrics, &self.score.direction());
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
