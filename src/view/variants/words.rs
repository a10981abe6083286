//! What came of variants, and what was measured, in words.

use super::figures::{better, with_own_digits};
use crate::history::{
    Comparison, FailedGuardrail, GuardrailFailure, History, MeasuredBranch, MetricFigure, MetricPoint, MetricSpec,
    MetricVerdict, Variant, Verdict, VerdictBasis,
};
use crate::record::{Goal, Version};
use crate::view::text::{self, SafeText, joined};

/// `★ WINNER`, `disqualified: errors`, `beats baseline`.
pub fn verdict(comparison: &Comparison, variant: &Variant) -> SafeText {
    match variant.verdict {
        Verdict::Winner => "★ WINNER".into(),
        _ => comparison.verdict_words(variant).into(),
    }
}

/// What came of a variant, short: `★ WINNER`, `! errors`, `! not measured: errors`, `promoted #12`.
pub(super) fn note(variant: &Variant) -> SafeText {
    let verdict = match &variant.verdict {
        Verdict::Winner => Some("★ WINNER".into()),
        Verdict::Disqualified(failed) => Some(joined!["! ", failures(failed, "")]),
        Verdict::Tie => Some("tie".into()),
        Verdict::Stale => Some("? stale".into()),
        _ => None,
    };
    let promoted = variant.promoted.map(|version| joined!["promoted ", text::number(version)]);
    SafeText::join(verdict.into_iter().chain(promoted), "  ")
}

/// `errors; not measured: memory`, with `broken` in front of those that are broken.
fn failures(failed: &[FailedGuardrail], broken: &'static str) -> SafeText {
    let of = |is: &dyn Fn(GuardrailFailure) -> bool| {
        let metrics = failed.iter().filter(|failed| is(failed.why)).map(|failed| SafeText::from(&failed.metric));
        SafeText::join(metrics, ", ")
    };
    let parts = [
        (broken, of(&|why| why == GuardrailFailure::Broken)),
        ("not measured: ", of(&|why| why == GuardrailFailure::NotMeasured)),
        ("no baseline figure for: ", of(&|why| why == GuardrailFailure::ReferenceNotMeasured)),
    ];
    let parts = parts.into_iter().filter(|(_, metrics)| !metrics.is_empty());
    SafeText::join(parts.map(|(words, metrics)| joined![words, metrics]), "; ")
}

/// `C: better on 2 of 3 goals, no guardrail broken (single figures). Promoting appends to main; all variants are kept`
pub fn sentence(comparison: &Comparison, variant: &Variant) -> SafeText {
    let name = SafeText::data(&variant.branch.name);
    if let Some(version) = variant.promoted {
        return joined![name, " was promoted: ", text::number(version), " of main equals its head. u undoes that"];
    }
    let judged = variant.column.figures.iter().zip(&comparison.metrics);
    let goals: Vec<MetricVerdict> = judged
        .filter(|(_, metric)| matches!(metric.goal, Some(Goal::Lower | Goal::Higher)))
        .filter_map(|(figure, _)| figure.as_ref().map(|figure| figure.mark))
        .collect();
    let better = goals.iter().filter(|mark| **mark == MetricVerdict::Better).count();
    let count = text::counted(goals.len(), "goal");
    let goals = (!goals.is_empty()).then(|| joined!["better on ", better.to_string(), " of ", count]);
    let guards = match &variant.verdict {
        Verdict::Disqualified(failed) => Some(failures(failed, "guardrail broken: ")),
        _ => comparison.metrics.iter().any(is_guarded).then(|| "no guardrail broken".into()),
    };
    let parts = SafeText::join([goals, guards].into_iter().flatten(), ", ");
    let parts = if parts.is_empty() { verdict(comparison, variant) } else { parts };
    if let Some(changed) = changed_goal(comparison) {
        return joined![name, ": ", parts, ". ", changed];
    }
    let (basis, promoting) = match based_on(variant) {
        Some(basis) => (joined![" (", basis, ")"], ". Promoting appends to main; all variants are kept"),
        None => (SafeText::default(), ". Promoting appends a version to main; all variants are kept"),
    };
    joined![name, ": ", parts, basis, promoting]
}

/// What the verdict rests on: `single figures`, `n=5, p=0.003`.
fn based_on(variant: &Variant) -> Option<String> {
    let count = variant.column.scored.as_ref().map_or(0, |scored| scored.samples.len());
    Some(match variant.basis? {
        VerdictBasis::Single => "single figures".to_owned(),
        VerdictBasis::Tested(test) if test.p < 0.001 => format!("n={count}, p<0.001"),
        VerdictBasis::Tested(test) => format!("n={count}, p={:.3}", test.p),
        other => other.word().to_owned(),
    })
}

/// What the metrics are not as they were.
fn changed_goal(comparison: &Comparison) -> Option<SafeText> {
    let changes = comparison.metrics.iter().chain([&comparison.score]).flat_map(MetricSpec::changes);
    let changes = changes.collect::<Vec<_>>().join("; ");
    (!changes.is_empty()).then(|| changes.into())
}

/// What was measured on branches that are no variants, in lines; empty where nothing was.
pub fn measured(history: &History) -> Vec<SafeText> {
    history.variants().measured_branches().iter().flat_map(measured_lines).collect()
}

fn measured_lines(measured: &MeasuredBranch) -> Vec<SafeText> {
    let branch = &measured.branch;
    let verdict = measured.verdict().map(|verdict| joined![": ", verdict]).unwrap_or_default();
    let name = SafeText::data(&branch.name);
    let head = joined!["Measured on ", name, ", now at ", text::number(branch.head), verdict];
    let row = |row: MeasuredRow| {
        let MeasuredRow { name, goal, value, version, standing, .. } = row;
        let row = joined!["  ", name.filled(20), " ", value.led(14), "  ", SafeText::from(goal).filled(8), " "];
        let between = if standing.is_empty() { "" } else { "  " };
        joined![row, SafeText::from(text::number(version)).led(8), between, standing]
    };
    let rows = rows_of(measured).into_iter().map(row);
    [head, SafeText::default()].into_iter().chain(rows).chain([SafeText::default()]).collect()
}

/// One figure of a branch that is no variant.
pub struct MeasuredRow {
    /// The metric.
    pub name: SafeText,
    /// `<= 90`; empty without one.
    pub goal: String,
    /// `95%`, `24.0 ms n=3`.
    pub value: SafeText,
    /// Where it was measured.
    pub version: Version,
    /// How it is to be taken.
    pub mark: MetricVerdict,
    /// How it stands to its guardrail.
    pub standing: &'static str,
}

/// What was measured on a branch that is no variant.
pub fn rows_of(MeasuredBranch { metrics, column, .. }: &MeasuredBranch) -> Vec<MeasuredRow> {
    let row = |(metric, figure): (&MetricSpec, &Option<MetricFigure>)| {
        let MetricFigure { samples, version, mark, .. } = figure.as_ref()?;
        let rounded = figure.as_ref()?.rounded();
        let count = if samples.len() > 1 { format!(" n={}", samples.len()) } else { String::new() };
        Some(MeasuredRow {
            name: (&metric.name).into(),
            goal: metric.goal.as_ref().map(better).unwrap_or_default(),
            value: joined![with_own_digits(&rounded, &metric.unit), count],
            version: *version,
            mark: *mark,
            standing: guardrail_words(metric, *mark),
        })
    };
    metrics.iter().zip(&column.figures).filter_map(row).collect()
}

/// How a figure stands to its guardrail, alone: `✓ ok`, `✗ HIGH!`; empty without one.
fn guardrail_words(metric: &MetricSpec, mark: MetricVerdict) -> &'static str {
    match (mark, &metric.goal) {
        (MetricVerdict::Stale, _) => "? stale",
        (MetricVerdict::Broken, Some(Goal::AtLeast(_))) => "✗ LOW!",
        (MetricVerdict::Broken, Some(Goal::Equal)) => "✗ differs!",
        (MetricVerdict::Broken, _) => "✗ HIGH!",
        _ if is_guarded(metric) => "✓ ok",
        _ => "",
    }
}

fn is_guarded(metric: &MetricSpec) -> bool {
    metric.goal.as_ref().is_some_and(Goal::is_guardrail)
}

/// `A #3 40.0 ms → #5 33.0 ms`: the figures of a variant at the versions that were measured, the newest few; `None` where
/// that is one version.
pub fn course(comparison: &Comparison, variant: &Variant, metric: &MetricSpec) -> Option<SafeText> {
    let figure = comparison.figure(&variant.column, &metric.name)?;
    if figure.course.len() < 2 {
        return None;
    }
    let point = |point: &MetricPoint| {
        let value = point.rounded();
        joined![text::number(point.version), " ", with_own_digits(&value, &metric.unit)]
    };
    let (before, newest) = figure.course.split_at(figure.course.len().saturating_sub(COURSE));
    let points = SafeText::join(newest.iter().map(point), " → ");
    let more = if before.is_empty() { "" } else { "… → " };
    Some(joined![SafeText::data(&variant.branch.name), " ", more, points])
}

/// Points of a course that are shown.
const COURSE: usize = 4;
