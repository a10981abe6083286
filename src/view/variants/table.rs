//! The metrics of a comparison as a table: a row a metric, a column a variant.

use super::shown;
use super::words::{score, signed_score, verdict};
use crate::history::{Comparison, Figure, Mark, Variant, Verdict, Yardstick};
use crate::record::Goal;
use crate::value::Number;
use crate::view::{delta, text};

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
        let places = figures.map(|figure| decimals(&figure.rounded())).max().unwrap_or(0);
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

pub(super) fn better(goal: &Goal) -> String {
    match goal {
        Goal::Zero => "0 only".to_owned(),
        Goal::AtMost(most) => format!("<= {most}"),
        Goal::AtLeast(least) => format!(">= {least}"),
        plain => plain.to_string(),
    }
}

fn value_of(figure: Option<&Option<Figure>>, metric: &Yardstick, places: usize) -> String {
    figure.and_then(Option::as_ref).map(|figure| with_unit(&figure.rounded(), &metric.unit, places)).unwrap_or_default()
}

/// Digits after the point, as far as they are written out and few.
pub(super) fn decimals(value: &Number) -> usize {
    let text = value.to_string();
    let plain = text.split_once('.').filter(|(_, digits)| digits.bytes().all(|digit| digit.is_ascii_digit()));
    plain.map_or(0, |(_, digits)| digits.len().min(3))
}

/// `1,180 /s`, `41.2 ms`; with so many digits after the point, where they can be added.
pub(super) fn with_unit(value: &Number, unit: &str, places: usize) -> String {
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
        value: with_unit(&figure.rounded(), &metric.unit, places),
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
        cells: comparison.variants.iter().map(|variant| words(verdict(comparison, variant))).collect(),
    }
}
