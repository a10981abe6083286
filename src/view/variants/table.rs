//! The metrics of a comparison as a table: a row a metric, a column a variant.

use super::figures::{better, decimals, score, signed_score, with_unit};
use super::words::verdict;
use crate::history::{Comparison, MetricFigure, MetricSpec, Variant, Verdict};
use crate::record::Goal;
use crate::view::delta;
use crate::view::text::{self, SafeText, joined};

/// One figure in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FigureCell {
    /// `33.0 ms`; empty where nothing was measured.
    pub value: SafeText,
    /// `-19.9%`, `+3`; empty where there is no difference to tell.
    pub change: SafeText,
    /// `+` better, `-` worse, `~` unclear, `!` guardrail broken, `?` of an older version, `★` winner; nothing where it
    /// cannot be judged.
    pub mark: &'static str,
    /// Figures behind it; 0 where nothing was measured.
    pub count: usize,
}

/// One row of the metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricRow {
    /// `p95`, `score`, `verdict`.
    pub name: SafeText,
    /// `lower`, `higher`, `0 only`, `equal`, `<= 90`.
    pub better: SafeText,
    /// The baseline's.
    pub reference: FigureCell,
    /// One for each variant.
    pub cells: Vec<FigureCell>,
}

/// The rows of the table: metrics, then score, then verdict.
pub fn rows(comparison: &Comparison) -> Vec<MetricRow> {
    let row = |(at, metric): (usize, &MetricSpec)| {
        let variants = || comparison.variants.iter().map(|variant| variant.column.figures.get(at));
        let reference = comparison.reference.figures.get(at);
        let figures = variants().chain([reference]).filter_map(|figure| figure.and_then(Option::as_ref));
        let places = figures.map(|figure| decimals(&figure.rounded())).max().unwrap_or(0);
        MetricRow {
            name: (&metric.name).into(),
            better: metric.goal.as_ref().map(better).unwrap_or_default().into(),
            reference: FigureCell { change: SafeText::default(), mark: "", ..cell(reference, metric, places) },
            cells: variants().map(|figure| cell(figure, metric, places)).collect(),
        }
    };
    let metrics = comparison.metrics.iter().enumerate().map(row);
    metrics.chain([score_row(comparison), verdict_row(comparison)]).collect()
}

fn cell(figure: Option<&Option<MetricFigure>>, metric: &MetricSpec, places: usize) -> FigureCell {
    let Some(figure) = figure.and_then(Option::as_ref) else { return FigureCell::default() };
    FigureCell {
        value: with_unit(&figure.rounded(), &metric.unit, places),
        change: change(figure, metric.goal.as_ref()),
        mark: figure.mark.sign(),
        count: figure.samples.len(),
    }
}

/// Percent where a goal is about more or less, else the plain difference; of an older version, which.
fn change(figure: &MetricFigure, goal: Option<&Goal>) -> SafeText {
    if figure.is_stale {
        return joined!["of ", text::number(figure.version)];
    }
    let Some(delta) = figure.delta.as_ref().filter(|delta| !delta.is_zero()) else { return SafeText::default() };
    match (figure.share, goal) {
        (Some(share), Some(Goal::Lower | Goal::Higher) | None) => format!("{:+.1}%", share * 100.0).into(),
        _ => delta::signed(delta).into(),
    }
}

fn score_row(comparison: &Comparison) -> MetricRow {
    let reference = comparison.reference.score;
    let cell = |variant: &Variant| {
        let change = variant.column.score.zip(reference).map(|(own, base)| signed_score(own - base));
        FigureCell {
            value: variant.column.score.map(score).unwrap_or_default().into(),
            change: change.unwrap_or_default().into(),
            mark: match variant.verdict {
                Verdict::Winner => "★",
                Verdict::Stale => "?",
                _ => "",
            },
            count: 1,
        }
    };
    MetricRow {
        name: "score".into(),
        better: comparison.unusual_goal().map(better).unwrap_or_default().into(),
        reference: FigureCell { value: reference.map(score).unwrap_or_default().into(), ..FigureCell::default() },
        cells: comparison.variants.iter().map(cell).collect(),
    }
}

fn verdict_row(comparison: &Comparison) -> MetricRow {
    let words = |words: SafeText| FigureCell { value: words, count: 1, ..FigureCell::default() };
    // What became of it stands before what it was found to be.
    let came_of = |variant: &Variant| match variant.promoted {
        Some(version) => joined!["promoted ", text::number(version), ": ", verdict(comparison, variant)],
        None => verdict(comparison, variant),
    };
    MetricRow {
        name: "verdict".into(),
        better: SafeText::default(),
        reference: words("reference".into()),
        cells: comparison.variants.iter().map(|variant| words(came_of(variant))).collect(),
    }
}
