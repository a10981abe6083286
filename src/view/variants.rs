//! The Variants view: one baseline's variants side by side, their density, their metrics, and what came of them.
//!
//! Must not name: values.

mod bars;
mod figures;
mod report;
mod table;
mod words;

use super::list::ListCursor;
use super::text::{self, SafeText, joined};
use crate::history::{Comparison, History, Variant, Verdict};
use crate::record::{SnapshotId, Version};
use figures::score;
use std::iter::repeat_n;
use std::ops::Range;
use words::note;

pub use bars::{VariantBar, bars};
pub use figures::with_own_digits;
pub use report::markdown;
pub use table::{FigureCell, MetricRow, rows};
pub use words::{MeasuredRow, course, measured, rows_of, sentence};

/// Where the cursor of the view is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VariantsPlace {
    /// Which baseline, in the order of their first variants.
    pub baseline: usize,
    /// Which variant of it; `None` as long as nobody chose one.
    pub variant: Option<usize>,
    /// Which metric; the last two rows are score and verdict.
    pub metrics: ListCursor,
}

/// The baseline under the cursor, with its variants.
pub fn comparison(history: &History, place: &VariantsPlace) -> Option<Comparison> {
    history.variants().comparison(baseline(history, place)?)
}

/// The baseline under the cursor; `None` where there is none, or where the cursor is behind them, on what was measured on
/// other branches.
pub fn baseline(history: &History, place: &VariantsPlace) -> Option<SnapshotId> {
    let baselines = history.variants().baselines();
    let last = baselines.len().checked_sub(1)?;
    if place.baseline > last && !history.variants().measured_branches().is_empty() {
        return None;
    }
    baselines.get(place.baseline.min(last)).copied()
}

/// Pages of the view: one for each baseline, and one for what was measured on other branches.
pub fn pages(history: &History) -> usize {
    history.variants().baselines().len() + usize::from(!history.variants().measured_branches().is_empty())
}

/// The variant under the cursor.
pub fn selected<'a>(comparison: &'a Comparison, place: &VariantsPlace) -> Option<&'a Variant> {
    comparison.variants.get(selected_at(comparison, place)?)
}

/// Which variant is under the cursor: the one chosen, else the winner, else the first.
pub fn selected_at(comparison: &Comparison, place: &VariantsPlace) -> Option<usize> {
    let last = comparison.variants.len().checked_sub(1)?;
    let winner = || comparison.variants.iter().position(|variant| variant.verdict == Verdict::Winner);
    Some(place.variant.or_else(winner).unwrap_or(0).min(last))
}

/// One line of the strips: what happened on a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantStrip {
    pub name: SafeText,
    /// Heights from its fork to its head, 0 to 8, one a column: changed keys on a log scale that all strips share. Where
    /// there are few versions, each has several columns, and a blank one behind it.
    pub levels: Vec<u8>,
    /// `score 92`; empty without one.
    pub score: SafeText,
    /// `reference`, `★ WINNER`, `! errors`, `promoted #12`.
    pub note: SafeText,
    /// Whether the cursor is on it.
    pub selected: bool,
}

/// Columns of one version, at most.
const WIDEST: usize = 12;

/// All strips, the baseline's first. O(columns) each.
pub fn strips(history: &History, comparison: &Comparison, place: &VariantsPlace, columns: usize) -> Vec<VariantStrip> {
    let selected = selected_at(comparison, place);
    let reference = VariantStrip {
        name: reference_name(comparison),
        levels: Vec::new(),
        score: score_words(comparison.reference.score),
        note: "reference".into(),
        selected: false,
    };
    let sums: Vec<Vec<u64>> = comparison.variants.iter().map(|variant| sums(history, variant, columns)).collect();
    let most = sums.iter().flatten().copied().max().unwrap_or(0);
    let longest = sums.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let each = (columns / longest).clamp(1, WIDEST);
    let strip = |(at, (variant, sums)): (usize, (&Variant, Vec<u64>))| VariantStrip {
        name: SafeText::data(&variant.branch.name),
        levels: sums.into_iter().flat_map(|sum| bar(level(sum, most), each)).collect(),
        score: score_words(variant.column.score),
        note: note(variant),
        selected: selected == Some(at),
    };
    let variants = comparison.variants.iter().zip(sums).enumerate().map(strip);
    std::iter::once(reference).chain(variants).collect()
}

/// The columns of one bar, with a blank one behind it where it has several.
fn bar(level: u8, columns: usize) -> impl Iterator<Item = u8> {
    repeat_n(level, (columns - 1).max(1)).chain((columns > 1).then_some(0))
}

/// Changed keys of each column from a variant's fork to its head.
fn sums(history: &History, variant: &Variant, columns: usize) -> Vec<u64> {
    let (base, head) = (variant.branch.base.0, variant.branch.head);
    let after = |stretch: Range<u64>| stretch.start.max(base + 1)..stretch.end;
    let stretches: Vec<Range<u64>> =
        history.lineage().line(head).into_iter().map(after).filter(|s| !s.is_empty()).collect();
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
pub fn caption(history: &History, comparison: &Comparison) -> SafeText {
    let others = history.variants().measured_branches();
    let others = others.iter().map(|measured| SafeText::data(&measured.branch.name));
    let others = SafeText::join(others, ", ");
    let others = if others.is_empty() { others } else { joined!["also measured: ", others, " · "] };
    joined![others, lengths(comparison), " · bar height: keys changed"]
}

fn lengths(comparison: &Comparison) -> SafeText {
    let lengths = comparison.variants.iter().map(|variant| variant.branch.versions);
    let (least, most) = (lengths.clone().min().unwrap_or(0), lengths.max().unwrap_or(0));
    let range = if least == most {
        text::thousands(most)
    } else {
        format!("{}-{}", text::thousands(least), text::thousands(most))
    };
    let variants = text::counted(comparison.variants.len(), "variant");
    let each = if (least, most) == (1, 1) { " transition each" } else { " transitions each" };
    joined![variants, " · ", range, each]
}

/// `all start at ◆ baseline #40,512`.
pub fn title(comparison: &Comparison) -> SafeText {
    let version = text::number(comparison.baseline.version);
    joined!["all start at ◆ ", reference_name(comparison), " ", version]
}

/// What the baseline is called.
pub fn reference_name(comparison: &Comparison) -> SafeText {
    let name = comparison.against.as_ref().or(comparison.baseline.name.as_ref());
    name.map_or_else(|| "baseline".into(), SafeText::from)
}

fn score_words(own: Option<f64>) -> SafeText {
    own.map(|own| joined!["score ", score(own)]).unwrap_or_default()
}

/// The newest version of the variant under the cursor.
pub fn head(comparison: &Comparison, place: &VariantsPlace) -> Option<Version> {
    selected(comparison, place).map(|variant| variant.branch.head)
}

/// What would fill the view, and how.
pub fn empty() -> Vec<SafeText> {
    let lines = [
        "No variants yet.",
        "",
        "Variants are branches that start at one snapshot, the baseline, and are measured against it:",
        "  tenant.snapshot(&SnapshotRequest::named(\"baseline\"))",
        "  tenant.variant(\"A\", \"baseline\")",
        "  tenant.on(\"A\")  writes to it",
        "  tenant.measure(\"A\", ..)  records metrics; the one named score decides",
        "",
        "asof demo ab shows three.",
    ];
    lines.map(SafeText::from).to_vec()
}
