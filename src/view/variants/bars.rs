//! One metric of all variants as bars beside each other.

use super::figures::{decimals, score, with_unit};
use super::reference_name;
use crate::history::{Comparison, MetricFigure, MetricSpec, VariantMetrics};
use crate::view::text::{SafeText, joined};

/// What one variant measured, as a bar from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct VariantBar {
    /// The variant's, or the baseline's.
    pub name: SafeText,
    /// `22.8 ms`.
    pub value: SafeText,
    /// `n=3, sd 0.4`; empty of one figure.
    pub spread: SafeText,
    /// Its length as a share of the longest, 0 to 1.
    pub share: f64,
    /// As that of its [`super::Cell`]; empty of the baseline.
    pub mark: &'static str,
}

/// The bars of a row of [`super::rows`], the baseline's first; none where a figure is below 0, is missing everywhere or has no
/// length, and none of verdicts. O(variants).
pub fn bars(comparison: &Comparison, row: usize) -> Vec<VariantBar> {
    let columns = || {
        let variants =
            comparison.variants.iter().map(|variant| (SafeText::data(&variant.branch.name), &variant.column));
        std::iter::once((reference_name(comparison), &comparison.reference)).chain(variants)
    };
    let measured: Vec<(f64, VariantBar)> = match comparison.metrics.get(row) {
        Some(metric) => {
            let figures = || columns().filter_map(|(_, column)| column.figures.get(row)?.as_ref());
            let places = figures().map(|figure| decimals(&figure.rounded())).max().unwrap_or(0);
            let bar = |(at, (name, column)): (usize, (SafeText, &VariantMetrics))| {
                let (length, bar) = measured(name, column.figures.get(row)?.as_ref()?, (metric, places));
                Some((length, if at == 0 { VariantBar { mark: "", ..bar } } else { bar }))
            };
            columns().enumerate().filter_map(bar).collect()
        }
        None if row == comparison.metrics.len() => columns().filter_map(scored).collect(),
        None => Vec::new(),
    };
    let longest = measured.iter().map(|(length, _)| *length).fold(0.0, f64::max);
    if longest == 0.0 || !longest.is_finite() || measured.iter().any(|(length, _)| *length < 0.0) {
        return Vec::new();
    }
    measured.into_iter().map(|(length, bar)| VariantBar { share: length / longest, ..bar }).collect()
}

fn measured(name: SafeText, figure: &MetricFigure, (metric, places): (&MetricSpec, usize)) -> (f64, VariantBar) {
    let spread = figure.spread.map(|spread| {
        let count = figure.samples.len();
        joined!["n=", count.to_string(), ", sd ", format!("{spread:.*}", places.max(1))]
    });
    let bar = VariantBar {
        name,
        value: with_unit(&figure.rounded(), &metric.unit, places),
        spread: spread.unwrap_or_default(),
        share: 0.0,
        mark: figure.mark.sign(),
    };
    (figure.value.as_f64(), bar)
}

fn scored((name, column): (SafeText, &VariantMetrics)) -> Option<(f64, VariantBar)> {
    let points = column.score?;
    let bar = VariantBar { name, value: score(points).into(), spread: SafeText::default(), share: 0.0, mark: "" };
    Some((points, bar))
}
