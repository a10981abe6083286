//! What came of variants, and what was measured, in words.

use super::figures::{better, decimals, with_unit};
use super::shown;
use crate::history::{
    Basis, Comparison, FailedGuardrail, Failure, Figure, History, Mark, MeasuredBranch, Point, Variant, Verdict,
    Yardstick,
};
use crate::record::Goal;
use crate::view::text;

/// `★ WINNER`, `disqualified: errors`, `beats baseline`.
pub fn verdict(comparison: &Comparison, variant: &Variant) -> String {
    match variant.verdict {
        Verdict::Winner => "★ WINNER".to_owned(),
        _ => shown(&comparison.verdict_words(variant)),
    }
}

/// What came of a variant, short: `★ WINNER`, `! errors`, `! not measured: errors`, `promoted #12`.
pub(super) fn note(variant: &Variant) -> String {
    let verdict = match &variant.verdict {
        Verdict::Winner => Some("★ WINNER".to_owned()),
        Verdict::Disqualified(failed) => Some(format!("! {}", failures(failed, ""))),
        Verdict::Tie => Some("tie".to_owned()),
        Verdict::Stale => Some("? stale".to_owned()),
        _ => None,
    };
    let promoted = variant.promoted.map(|version| format!("promoted {}", text::number(version)));
    verdict.into_iter().chain(promoted).collect::<Vec<_>>().join("  ")
}

/// `errors; not measured: memory`, with `broken` in front of those that are broken.
fn failures(failed: &[FailedGuardrail], broken: &str) -> String {
    let of = |is: &dyn Fn(Failure) -> bool| {
        let metrics = failed.iter().filter(|failed| is(failed.why)).map(|failed| shown(&failed.metric));
        metrics.collect::<Vec<_>>().join(", ")
    };
    let parts = [
        (broken, of(&|why| why == Failure::Broken)),
        ("not measured: ", of(&|why| why == Failure::NotMeasured)),
        ("nothing to equal: ", of(&|why| why == Failure::ReferenceNotMeasured)),
    ];
    let parts = parts.into_iter().filter(|(_, metrics)| !metrics.is_empty());
    parts.map(|(words, metrics)| format!("{words}{metrics}")).collect::<Vec<_>>().join("; ")
}

/// `C: better on 2 of 3 goals, no guardrail broken (single figures). Promoting appends to main; all variants are kept`
pub fn sentence(comparison: &Comparison, variant: &Variant) -> String {
    let name = shown(&variant.branch.name);
    if let Some(version) = variant.promoted {
        return format!("{name} was promoted: {} of main equals its head. u undoes that", text::number(version));
    }
    let judged = variant.column.figures.iter().zip(&comparison.metrics);
    let goals: Vec<Mark> = judged
        .filter(|(_, metric)| matches!(metric.goal, Some(Goal::Lower | Goal::Higher)))
        .filter_map(|(figure, _)| figure.as_ref().map(|figure| figure.mark))
        .collect();
    let better = goals.iter().filter(|mark| **mark == Mark::Better).count();
    let goals = (!goals.is_empty()).then(|| format!("better on {better} of {}", text::counted(goals.len(), "goal")));
    let guards = match &variant.verdict {
        Verdict::Disqualified(failed) => Some(failures(failed, "guardrail broken: ")),
        _ => comparison.metrics.iter().any(is_guarded).then(|| "no guardrail broken".to_owned()),
    };
    let parts: Vec<String> = [goals, guards].into_iter().flatten().collect();
    let parts = if parts.is_empty() { verdict(comparison, variant) } else { parts.join(", ") };
    if let Some(changed) = changed_goal(comparison) {
        return format!("{name}: {parts}. {changed}");
    }
    match based_on(variant) {
        Some(basis) => format!("{name}: {parts} ({basis}). Promoting appends to main; all variants are kept"),
        None => format!("{name}: {parts}. Promoting appends a version to main; all variants are kept"),
    }
}

/// What the verdict rests on: `single figures`, `n=5, p=0.003`.
fn based_on(variant: &Variant) -> Option<String> {
    let count = variant.column.scored.as_ref().map_or(0, |scored| scored.samples.len());
    Some(match variant.basis? {
        Basis::Single => "single figures".to_owned(),
        Basis::Tested(test) if test.p < 0.001 => format!("n={count}, p<0.001"),
        Basis::Tested(test) => format!("n={count}, p={:.3}", test.p),
        other => other.word().to_owned(),
    })
}

/// What the metrics are not as they were.
fn changed_goal(comparison: &Comparison) -> Option<String> {
    let changes = comparison.metrics.iter().chain([&comparison.score]).flat_map(Yardstick::changes);
    let changes = changes.collect::<Vec<_>>().join("; ");
    (!changes.is_empty()).then(|| shown(&changes))
}

/// What was measured on branches that are no variants, in lines; empty where nothing was.
pub fn measured(history: &History) -> Vec<String> {
    history.measured_branches().iter().flat_map(measured_lines).collect()
}

fn measured_lines(measured: &MeasuredBranch) -> Vec<String> {
    let MeasuredBranch { branch, metrics, column } = measured;
    let verdict = measured.verdict().map(|verdict| format!(": {}", shown(&verdict))).unwrap_or_default();
    let head = format!("Measured on {}, now at {}{verdict}", shown(&branch.name), text::number(branch.head));
    let row = |(metric, figure): (&Yardstick, &Option<Figure>)| {
        let figure = figure.as_ref()?;
        let value = with_unit(&figure.rounded(), &metric.unit, decimals(&figure.rounded()));
        let count = if figure.samples.len() > 1 { format!(" n={}", figure.samples.len()) } else { String::new() };
        let goal = metric.goal.as_ref().map(better).unwrap_or_default();
        let mark = match figure.mark {
            Mark::Broken => "! broken",
            Mark::Stale => "? of an older version",
            _ if is_guarded(metric) => "ok",
            _ => "",
        };
        let at = text::number(figure.version);
        let (name, value) = (shown(&metric.name), value + &count);
        let room = |text: &str, columns: usize| " ".repeat(columns.saturating_sub(text::width(text)));
        let (after, before) = (room(&name, 20), room(&value, 14));
        Some(format!("  {name}{after} {before}{value}  {goal:<8} {at:>8}  {mark}"))
    };
    let rows = metrics.iter().zip(&column.figures).filter_map(row);
    [head, String::new()].into_iter().chain(rows.map(|row| row.trim_end().to_owned())).chain([String::new()]).collect()
}

fn is_guarded(metric: &Yardstick) -> bool {
    metric.goal.as_ref().is_some_and(Goal::is_guardrail)
}

/// `A #3 40.0 ms → #5 33.0 ms`: the figures of a variant at the versions that were measured, the newest few; `None` where
/// that is one version.
pub fn course(comparison: &Comparison, variant: &Variant, metric: &Yardstick) -> Option<String> {
    let figure = comparison.figure(&variant.column, &metric.name)?;
    if figure.course.len() < 2 {
        return None;
    }
    let point = |point: &Point| {
        let value = point.rounded();
        format!("{} {}", text::number(point.version), with_unit(&value, &metric.unit, decimals(&value)))
    };
    let (before, newest) = figure.course.split_at(figure.course.len().saturating_sub(COURSE));
    let points: Vec<String> = newest.iter().map(point).collect();
    let more = if before.is_empty() { "" } else { "… → " };
    Some(format!("{} {more}{}", shown(&variant.branch.name), points.join(" → ")))
}

/// Points of a course that are shown.
const COURSE: usize = 4;
