//! `asof variants`: branches from one baseline side by side. How one is told to machines is here too, for `asof score`.

mod course;
mod table;

use super::Console;
use super::exit::{CommandResult, Exit, usage};
use super::opened::{Opened, SourceArgs};
use super::out::note;
use crate::escape::in_quotes;
use crate::export::json::{JsonOutput, moment, object, optional};
use crate::history::{
    Comparison, History, MeasuredBranch, MetricFigure, MetricPoint, MetricSpec, Variant, VariantMetrics, VerdictBasis,
};
use crate::record::{Goal, SnapshotId};
use crate::value::{Number, Text, Value};
use std::collections::BTreeSet;

/// Compare the variants of a baseline: metrics, scores, verdicts
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof variants demo:ab\n  asof variants shop.asof --baseline baseline --json | jq -r \
                  'select(.verdict == \"winner\").variant'\n\nThe metric named score decides; without one a score is derived from the \
                  metrics that have a goal. Several figures of a metric are samples: their means are compared by Welch's t \
                  test at 95 %, or by a bootstrap if a side has fewer than 10. Single figures are compared by value, and marked \
                  as such. Only figures of a variant's head count. A guardrail that is broken or not measured disqualifies."
)]
pub struct VariantsArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Only the variants of this snapshot
    #[arg(long, value_name = "SNAPSHOT")]
    baseline: Option<String>,
    /// Compare the other variants with this one instead of the baseline
    #[arg(long, value_name = "VARIANT")]
    against: Option<String>,
    /// Sort the variants by this metric, the best first; `score` is one
    #[arg(long, value_name = "METRIC")]
    sort: Option<String>,
    /// Show the course of this metric: its figures at every version that was measured
    #[arg(long, value_name = "METRIC")]
    course: Option<String>,
    /// Print one JSON object per line: the variants, the baseline, then other branches that were measured
    #[arg(long)]
    json: bool,
}

impl VariantsArgs {
    /// Prints a table a baseline, or a line a variant; what was measured on other branches comes last. Nothing of either
    /// is a negative answer.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let tenant = Opened::new(&self.source, console)?.tenant(console)?;
        let (mut comparisons, branches) = {
            let history = tenant.history();
            let whole = self.baseline.is_none() && self.against.is_none();
            (self.comparisons(&history)?, if whole { history.variants().measured_branches() } else { Vec::new() })
        };
        if let Some(metric) = &self.sort {
            known(metric, &comparisons, &[])?;
            comparisons.iter_mut().for_each(|comparison| comparison.sort_by(metric));
        }
        if let Some(metric) = &self.course {
            return course::print(metric, (&comparisons, &branches), self.json, console);
        }
        for comparison in &comparisons {
            if self.json {
                comparison.variants.iter().try_for_each(|variant| console.out.json(&json(comparison, variant)))?;
                console.out.json(&reference_json(comparison))?;
            } else {
                table::print(comparison, console)?;
            }
        }
        for branch in &branches {
            if self.json { console.out.json(&branch_json(branch))? } else { table::print_branch(branch, console)? }
        }
        if branches.is_empty() && comparisons.iter().all(|comparison| comparison.variants.is_empty()) {
            note(format!(
                "tenant {} has no variants; start one with `asof fork SOURCE NAME --baseline SNAPSHOT`",
                tenant.id()
            ));
            return Ok(Exit::Negative);
        }
        Ok(Exit::Done)
    }

    fn comparisons(&self, history: &History) -> CommandResult<Vec<Comparison>> {
        let wanted: Vec<SnapshotId> = match &self.baseline {
            Some(name) => vec![history.named_snapshot(name)?.id],
            None => history.variants().baselines(),
        };
        let found = wanted.into_iter().filter_map(|id| history.variants().comparison(id));
        let Some(name) = &self.against else { return Ok(found.collect()) };
        let against: Vec<Comparison> = found.filter_map(|comparison| comparison.against(name)).collect();
        if against.is_empty() {
            let names = history.branches().into_iter().filter(|branch| branch.baseline.is_some());
            let names = names.map(|branch| branch.name.to_string()).collect::<Vec<_>>().join(", ");
            return Err(usage(format!("no variant {}; variants: {names}", in_quotes(name))));
        }
        Ok(against)
    }
}

/// Refuses a metric that nothing was measured by.
fn known(name: &str, comparisons: &[Comparison], branches: &[MeasuredBranch]) -> CommandResult<()> {
    let compared = comparisons.iter().flat_map(|comparison| comparison.metrics.iter().chain([&comparison.score]));
    let measured = compared.chain(branches.iter().flat_map(|branch| &branch.metrics));
    let names: BTreeSet<&Text> = measured.map(|metric| &metric.name).collect();
    if names.is_empty() || names.iter().any(|known| *known == name) {
        return Ok(());
    }
    let names: Vec<&str> = names.into_iter().map(Text::as_str).collect();
    Err(usage(format!("no metric {}; metrics: {}", in_quotes(name), names.join(", "))))
}

/// A variant for machines.
pub fn json(comparison: &Comparison, variant: &Variant) -> JsonOutput {
    let baseline = &comparison.baseline;
    object([
        ("variant", variant.branch.name.clone().into()),
        ("kind", "variant".into()),
        ("score", score(&variant.column)),
        ("metrics", metrics(&comparison.metrics, &variant.column)),
        ("verdict", comparison.verdict_words(variant).as_str().into()),
        ("basis", optional(variant.basis.as_ref().map(VerdictBasis::word))),
        ("p", optional(variant.basis.as_ref().and_then(VerdictBasis::p).and_then(Number::from_f64))),
        ("rank", optional(variant.rank.map(|rank| rank as u64))),
        ("scored", scored(comparison, &variant.column)),
        ("baseline", optional(baseline.name.clone())),
        ("against", optional(comparison.against.clone())),
        ("base", baseline.version.0.into()),
        ("head", variant.branch.head.0.into()),
        ("promoted", optional(variant.promoted.map(|version| version.0))),
    ])
}

/// The baseline, or the variant that the others are compared with.
pub fn reference_json(comparison: &Comparison) -> JsonOutput {
    let Comparison { baseline, against, reference, .. } = comparison;
    object([
        ("variant", optional(against.clone().or_else(|| baseline.name.clone()))),
        ("kind", if against.is_some() { "variant" } else { "baseline" }.into()),
        ("score", score(reference)),
        ("metrics", metrics(&comparison.metrics, reference)),
        ("verdict", "reference".into()),
        ("scored", scored(comparison, reference)),
        ("baseline", optional(baseline.name.clone())),
        ("base", baseline.version.0.into()),
        ("head", reference.version.0.into()),
    ])
}

/// A branch that is no variant: its verdict is about guardrails only.
pub fn branch_json(measured: &MeasuredBranch) -> JsonOutput {
    let MeasuredBranch { branch, metrics: yardsticks, column } = measured;
    object([
        ("variant", branch.name.clone().into()),
        ("kind", "branch".into()),
        ("score", score(column)),
        ("metrics", metrics(yardsticks, column)),
        ("verdict", optional(measured.verdict().map(Text::from))),
        ("head", branch.head.0.into()),
    ])
}

/// With its digits, where one figure was recorded.
fn score(column: &VariantMetrics) -> JsonOutput {
    match &column.scored {
        Some(scored) => scored.value.clone().into(),
        None => optional(column.score.and_then(Number::from_f64)),
    }
}

fn scored(comparison: &Comparison, column: &VariantMetrics) -> JsonOutput {
    optional(column.scored.as_ref().map(|scored| figure(&comparison.score, scored)))
}

/// An object with a member a metric; `null` where it was not measured.
fn metrics(yardsticks: &[MetricSpec], column: &VariantMetrics) -> JsonOutput {
    let each = yardsticks.iter().zip(&column.figures);
    let all: Value = each
        .map(|(metric, found)| (metric.name.clone(), found.as_ref().map_or(Value::Null, |f| figure(metric, f))))
        .collect();
    all.into()
}

fn figure(metric: &MetricSpec, figure: &MetricFigure) -> Value {
    let goal = |goal: &Option<Goal>| goal.as_ref().map_or(Value::Null, |goal| goal.to_string().as_str().into());
    let members = [
        ("value", figure.value.clone().into()),
        ("unit", metric.unit.clone().into()),
        ("unit_before", metric.unit_before.clone().map_or(Value::Null, Value::from)),
        ("goal", goal(&metric.goal)),
        ("goal_before", goal(&metric.goal_before)),
        ("n", (figure.samples.len() as u64).into()),
        ("mean", figure.value.clone().into()),
        ("spread", double(figure.spread)),
        ("samples", figure.samples.iter().cloned().map(Value::from).collect()),
        ("version", figure.version.0.into()),
        ("stale", figure.is_stale.into()),
        ("delta", figure.delta.clone().map_or(Value::Null, Value::from)),
        ("share", double(figure.share)),
        ("basis", figure.basis.as_ref().map_or(Value::Null, |basis| basis.word().into())),
        ("p", double(figure.basis.as_ref().and_then(VerdictBasis::p))),
        ("mark", figure.mark.word().into()),
        ("course", figure.course.iter().map(point).collect()),
    ];
    members.into_iter().map(|(name, value): (&str, Value)| (Text::from(name), value)).collect()
}

/// The figures of one version, for machines.
fn point(point: &MetricPoint) -> Value {
    let members = [
        ("version", point.version.0.into()),
        ("at", point.at.map_or(Value::Null, |at| moment(at).into())),
        ("n", (point.samples.len() as u64).into()),
        ("value", point.value().into()),
        ("spread", double(point.spread())),
        ("samples", point.samples.iter().cloned().map(Value::from).collect()),
    ];
    members.into_iter().map(|(name, value): (&str, Value)| (Text::from(name), value)).collect()
}

fn double(number: Option<f64>) -> Value {
    number.and_then(Number::from_f64).map_or(Value::Null, Value::from)
}
