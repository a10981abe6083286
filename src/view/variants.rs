//! The Variants view: one baseline's variants side by side, their density, their metrics, and what came of them.
//!
//! Must not name: values.

mod report;

use super::delta;
use super::list::ListCursor;
use super::text;
use crate::history::{Basis, Comparison, Figure, History, Mark, MeasuredBranch, Variant, Verdict, Yardstick};
use crate::record::{Goal, SnapshotId, Version};
use crate::value::Number;
use std::ops::Range;

pub use report::markdown;

/// Where the cursor of the view is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// Which baseline, in the order of their first variants.
    pub baseline: usize,
    /// Which variant of it; `None` as long as nobody chose one.
    pub variant: Option<usize>,
    /// Which metric; the last two rows are score and verdict.
    pub metrics: ListCursor,
}

/// The baseline under the cursor, with its variants.
pub fn comparison(history: &History, place: &Place) -> Option<Comparison> {
    history.comparison(baseline(history, place)?)
}

/// The baseline under the cursor; `None` where there is none, or where the cursor is behind them, on what was measured on
/// other branches.
pub fn baseline(history: &History, place: &Place) -> Option<SnapshotId> {
    let baselines = history.baselines();
    let last = baselines.len().checked_sub(1)?;
    if place.baseline > last && !history.measured_branches().is_empty() {
        return None;
    }
    baselines.get(place.baseline.min(last)).copied()
}

/// Pages of the view: one for each baseline, and one for what was measured on other branches.
pub fn pages(history: &History) -> usize {
    history.baselines().len() + usize::from(!history.measured_branches().is_empty())
}

/// The variant under the cursor.
pub fn selected<'a>(comparison: &'a Comparison, place: &Place) -> Option<&'a Variant> {
    comparison.variants.get(selected_at(comparison, place)?)
}

/// Which variant is under the cursor: the one chosen, else the winner, else the first.
pub fn selected_at(comparison: &Comparison, place: &Place) -> Option<usize> {
    let last = comparison.variants.len().checked_sub(1)?;
    let winner = || comparison.variants.iter().position(|variant| variant.verdict == Verdict::Winner);
    Some(place.variant.or_else(winner).unwrap_or(0).min(last))
}

/// One line of the strips: what happened on a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strip {
    /// Its name.
    pub name: String,
    /// Heights from its fork to its head, 0 to 8: changed keys on a log scale that all strips share.
    pub levels: Vec<u8>,
    /// `score 92`; empty without one.
    pub score: String,
    /// `reference`, `★ WINNER`, `! errors`, `promoted #12`.
    pub note: String,
    /// Whether the cursor is on it.
    pub selected: bool,
}

/// All strips, the baseline's first. O(columns) each.
pub fn strips(history: &History, comparison: &Comparison, place: &Place, columns: usize) -> Vec<Strip> {
    let selected = selected_at(comparison, place);
    let reference = Strip {
        name: shown(&reference_name(comparison)),
        levels: Vec::new(),
        score: score_words(comparison.reference.score),
        note: "reference".to_owned(),
        selected: false,
    };
    let sums: Vec<Vec<u64>> = comparison.variants.iter().map(|variant| sums(history, variant, columns)).collect();
    let most = sums.iter().flatten().copied().max().unwrap_or(0);
    let strip = |(at, (variant, sums)): (usize, (&Variant, Vec<u64>))| Strip {
        name: shown(&variant.branch.name),
        levels: sums.into_iter().map(|sum| level(sum, most)).collect(),
        score: score_words(variant.column.score),
        note: note(variant),
        selected: selected == Some(at),
    };
    let variants = comparison.variants.iter().zip(sums).enumerate().map(strip);
    std::iter::once(reference).chain(variants).collect()
}

/// Changed keys of each column from a variant's fork to its head.
fn sums(history: &History, variant: &Variant, columns: usize) -> Vec<u64> {
    let (base, head) = (variant.branch.base.0, variant.branch.head);
    let after = |stretch: Range<u64>| stretch.start.max(base + 1)..stretch.end;
    let stretches: Vec<Range<u64>> = history.line(head).into_iter().map(after).filter(|s| !s.is_empty()).collect();
    let versions: u64 = stretches.iter().map(|stretch| stretch.end - stretch.start).sum();
    let columns = (columns as u64).min(versions);
    let bound = |column: u64| column * versions / columns;
    (0..columns).map(|column| changed(history, &stretches, bound(column)..bound(column + 1))).collect()
}

/// Changed keys of the versions at `places` among the stretches.
fn changed(history: &History, stretches: &[Range<u64>], places: Range<u64>) -> u64 {
    let (mut before, mut sum) = (0, 0);
    for stretch in stretches {
        let length = stretch.end - stretch.start;
        let start = places.start.clamp(before, before + length) - before;
        let end = places.end.clamp(before, before + length) - before;
        if start < end {
            sum += history.activity(stretch.start + start..stretch.start + end).keys.sum;
        }
        before += length;
    }
    sum
}

/// 0 for nothing, else 1 to 8 on a log scale.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a height between 1 and 8"
)]
fn level(sum: u64, most: u64) -> u8 {
    match sum {
        0 => 0,
        _ if most <= 1 => 4,
        _ => 1 + (7.0 * (sum as f64).ln_1p() / (most as f64).ln_1p()).round() as u8,
    }
}

/// `3 variants · 1-2 transitions each`; in front of it other branches that were measured, which have a page of their own.
pub fn caption(history: &History, comparison: &Comparison) -> String {
    let others: Vec<String> = history.measured_branches().iter().map(|measured| shown(&measured.branch.name)).collect();
    let others = if others.is_empty() { String::new() } else { format!("also measured: {} · ", others.join(", ")) };
    others + &lengths(comparison)
}

fn lengths(comparison: &Comparison) -> String {
    let lengths = comparison.variants.iter().map(|variant| variant.branch.versions);
    let (least, most) = (lengths.clone().min().unwrap_or(0), lengths.max().unwrap_or(0));
    let range = if least == most {
        text::thousands(most)
    } else {
        format!("{}-{}", text::thousands(least), text::thousands(most))
    };
    let variants = text::counted(comparison.variants.len(), "variant");
    format!("{variants} · {range} transition{} each", if (least, most) == (1, 1) { "" } else { "s" })
}

/// `all start at ◆ baseline #40,512`.
pub fn title(comparison: &Comparison) -> String {
    let version = text::number(comparison.baseline.version);
    format!("all start at ◆ {} {version}", shown(&reference_name(comparison)))
}

/// What the baseline is called.
pub fn reference_name(comparison: &Comparison) -> String {
    let name = comparison.against.as_ref().or(comparison.baseline.name.as_ref());
    name.map_or_else(|| "baseline".to_owned(), ToString::to_string)
}

/// One figure in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// `33.0 ms`; empty where nothing was measured.
    pub value: String,
    /// `-19.9%`, `+3`; empty where there is no difference to tell.
    pub change: String,
    /// `+` better, `-` worse, `~` unclear, `!` guardrail broken, `?` of an older version, `★` winner; a blank where it
    /// cannot be judged.
    pub mark: &'static str,
}

/// One row of the metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricRow {
    /// `p95`, `score`, `verdict`.
    pub name: String,
    /// `lower`, `higher`, `0 only`, `equal`, `<= 90`.
    pub better: String,
    /// The baseline's.
    pub reference: Cell,
    /// One for each variant.
    pub cells: Vec<Cell>,
}

/// The rows of the table: metrics, then score, then verdict.
pub fn rows(comparison: &Comparison) -> Vec<MetricRow> {
    let row = |(at, metric): (usize, &Yardstick)| {
        let variants = || comparison.variants.iter().map(|variant| variant.column.figures.get(at));
        let reference = comparison.reference.figures.get(at);
        let figures = variants().chain([reference]).filter_map(|figure| figure.and_then(Option::as_ref));
        let places = figures.map(|figure| decimals(&figure.value)).max().unwrap_or(0);
        MetricRow {
            name: shown(&metric.name),
            better: metric.goal.as_ref().map(better).unwrap_or_default(),
            reference: Cell { value: value_of(reference, metric, places), ..Cell::default() },
            cells: variants().map(|figure| cell(figure, metric, places)).collect(),
        }
    };
    let metrics = comparison.metrics.iter().enumerate().map(row);
    metrics.chain([score_row(comparison), verdict_row(comparison)]).collect()
}

fn better(goal: &Goal) -> String {
    match goal {
        Goal::Zero => "0 only".to_owned(),
        Goal::AtMost(most) => format!("<= {most}"),
        Goal::AtLeast(least) => format!(">= {least}"),
        plain => plain.to_string(),
    }
}

fn value_of(figure: Option<&Option<Figure>>, metric: &Yardstick, places: usize) -> String {
    figure.and_then(Option::as_ref).map(|figure| with_unit(&figure.value, &metric.unit, places)).unwrap_or_default()
}

/// Digits after the point, as far as they are written out and few.
fn decimals(value: &Number) -> usize {
    let text = value.to_string();
    let plain = text.split_once('.').filter(|(_, digits)| digits.bytes().all(|digit| digit.is_ascii_digit()));
    plain.map_or(0, |(_, digits)| digits.len().min(3))
}

/// `1,180 /s`, `41.2 ms`; with so many digits after the point, where they can be added.
fn with_unit(value: &Number, unit: &str, places: usize) -> String {
    let plain = value.to_string();
    let missing = places.saturating_sub(decimals(value));
    let number = match plain.contains(['.', 'e', 'E']) {
        _ if places == 0 => value.as_i64().and_then(|n| u64::try_from(n).ok()).map_or(plain, text::thousands),
        true if plain.contains('.') && !plain.contains(['e', 'E']) => format!("{plain}{}", "0".repeat(missing)),
        true => plain,
        false => format!("{plain}.{}", "0".repeat(missing)),
    };
    match unit {
        "" => number,
        "%" => format!("{number}%"),
        unit => format!("{number} {}", shown(unit)),
    }
}

fn cell(figure: Option<&Option<Figure>>, metric: &Yardstick, places: usize) -> Cell {
    let Some(figure) = figure.and_then(Option::as_ref) else { return Cell::default() };
    Cell {
        value: with_unit(&figure.value, &metric.unit, places),
        change: change(figure, metric.goal.as_ref()),
        mark: match figure.mark {
            Mark::Unjudged => " ",
            Mark::Better => "+",
            Mark::Worse => "-",
            Mark::Unclear => "~",
            Mark::Broken => "!",
            Mark::Stale => "?",
        },
    }
}

/// Percent where a goal is about more or less, else the plain difference; of an older version, which.
fn change(figure: &Figure, goal: Option<&Goal>) -> String {
    if figure.is_stale {
        return format!("of {}", text::number(figure.version));
    }
    let Some(delta) = figure.delta.as_ref().filter(|delta| !delta.is_zero()) else { return String::new() };
    match (figure.share, goal) {
        (Some(share), Some(Goal::Lower | Goal::Higher) | None) => format!("{:+.1}%", share * 100.0),
        _ => delta::signed(delta),
    }
}

fn score_row(comparison: &Comparison) -> MetricRow {
    let reference = comparison.reference.score;
    let cell = |variant: &Variant| {
        let change = variant.column.score.zip(reference).map(|(own, base)| signed_score(own - base));
        Cell {
            value: variant.column.score.map(score).unwrap_or_default(),
            change: change.unwrap_or_default(),
            mark: match variant.verdict {
                Verdict::Winner => "★",
                Verdict::Stale => "?",
                _ => " ",
            },
        }
    };
    MetricRow {
        name: "score".to_owned(),
        better: comparison.unusual_goal().map(better).unwrap_or_default(),
        reference: Cell { value: reference.map(score).unwrap_or_default(), ..Cell::default() },
        cells: comparison.variants.iter().map(cell).collect(),
    }
}

fn verdict_row(comparison: &Comparison) -> MetricRow {
    let words = |words: String| Cell { value: words, ..Cell::default() };
    MetricRow {
        name: "verdict".to_owned(),
        better: String::new(),
        reference: words("reference".to_owned()),
        cells: comparison.variants.iter().map(|variant| words(verdict(&variant.verdict))).collect(),
    }
}

/// `★ WINNER`, `disqualified: errors`, `beats baseline`.
pub fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Winner => "★ WINNER".to_owned(),
        other => shown(&other.words()),
    }
}

/// `92`, `0.81`.
pub fn score(score: f64) -> String {
    if score.fract() == 0.0 { format!("{score:.0}") } else { format!("{score:.2}") }
}

fn signed_score(change: f64) -> String {
    let plain = score(change.abs());
    if change < 0.0 { format!("-{plain}") } else { format!("+{plain}") }
}

fn score_words(own: Option<f64>) -> String {
    own.map(|own| format!("score {}", score(own))).unwrap_or_default()
}

fn note(variant: &Variant) -> String {
    let verdict = match &variant.verdict {
        Verdict::Winner => "★ WINNER".to_owned(),
        Verdict::Disqualified(metrics) => format!("! {}", shown(&metrics.join(", "))),
        Verdict::Tie => "tie".to_owned(),
        Verdict::Stale => "? stale".to_owned(),
        _ => String::new(),
    };
    let promoted = variant.promoted.map(|version| format!("promoted {}", text::number(version)));
    [Some(verdict).filter(|words| !words.is_empty()), promoted].into_iter().flatten().collect::<Vec<_>>().join("  ")
}

/// `C: better on 2 of 3 goals, no guardrail broken (single figures). Promotion makes a new head on main; all stay`
pub fn sentence(comparison: &Comparison, variant: &Variant) -> String {
    let name = shown(&variant.branch.name);
    if let Some(version) = variant.promoted {
        return format!("{name} was promoted: {} of main equals its head. u takes that back", text::number(version));
    }
    let judged = variant.column.figures.iter().zip(&comparison.metrics);
    let goals: Vec<Mark> = judged
        .filter(|(_, metric)| matches!(metric.goal, Some(Goal::Lower | Goal::Higher)))
        .filter_map(|(figure, _)| figure.as_ref().map(|figure| figure.mark))
        .collect();
    let better = goals.iter().filter(|mark| **mark == Mark::Better).count();
    let broken: Vec<String> = match &variant.verdict {
        Verdict::Disqualified(metrics) => metrics.iter().map(|metric| shown(metric)).collect(),
        _ => Vec::new(),
    };
    let goals = (!goals.is_empty()).then(|| format!("better on {better} of {}", text::counted(goals.len(), "goal")));
    let guards = match (broken.is_empty(), comparison.metrics.iter().any(is_guarded)) {
        (false, _) => Some(format!("guardrail broken: {}", broken.join(", "))),
        (true, true) => Some("no guardrail broken".to_owned()),
        (true, false) => None,
    };
    let parts: Vec<String> = [goals, guards].into_iter().flatten().collect();
    let parts = if parts.is_empty() { verdict(&variant.verdict) } else { parts.join(", ") };
    if let Some(changed) = changed_goal(comparison) {
        return format!("{name}: {parts}. {changed}");
    }
    match based_on(variant) {
        Some(basis) => format!("{name}: {parts} ({basis}). Promotion makes a new head on main; all stay"),
        None => format!("{name}: {parts}. Promotion makes a new head on main; all variants stay reachable"),
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
        let value = with_unit(&figure.value, &metric.unit, decimals(&figure.value));
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

/// The newest version of the variant under the cursor.
pub fn head(comparison: &Comparison, place: &Place) -> Option<Version> {
    selected(comparison, place).map(|variant| variant.branch.head)
}

/// What would fill the view, and how.
pub fn empty() -> Vec<String> {
    let lines = [
        "No variants yet.",
        "",
        "Variants are branches that start at one snapshot, the baseline, and are measured against it:",
        "  tenant.snapshot(&SnapshotRequest::named(\"baseline\"))",
        "  tenant.variant(\"A\", \"baseline\")",
        "  tenant.on(\"A\")  writes to it",
        "  tenant.measure(\"A\", ..)  says how good it is; the figure named score decides",
        "",
        "asof demo ab shows three.",
    ];
    lines.map(str::to_owned).to_vec()
}

fn shown(text: &str) -> String {
    text::data(text).into_owned()
}
