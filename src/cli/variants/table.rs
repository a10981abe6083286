//! A comparison for people: a row a metric, a column a variant.

use crate::cli::Console;
use crate::cli::cells::{Cell, Columns, Ink};
use crate::cli::exit::Outcome;
use crate::history::{
    Comparison, MeasuredBranch, MetricFigure, MetricSpec, MetricVerdict, Variant, VariantMetrics, Verdict, VerdictBasis,
};
use crate::record::Goal;
use crate::view::text::short_name;
use crate::view::variants::{score, standing};

/// Prints the table and what its signs mean.
pub fn print(comparison: &Comparison, console: &mut Console) -> Outcome<()> {
    let Comparison { baseline, against, metrics, reference, variants, score, .. } = comparison;
    let name = baseline.name.as_deref().unwrap_or("a snapshot");
    console.out.line(&format!("all start at {}, {}", short_name(name), baseline.version))?;
    let mut rows = vec![heads(against.as_deref().unwrap_or(name), variants)];
    rows.extend(metrics.iter().enumerate().map(|(at, metric)| measured(at, metric, reference, variants)));
    rows.push(scores(comparison.unusual_goal(), reference, variants));
    rows.push(verdicts(comparison));
    rows.extend(variants.iter().any(|variant| variant.rank.is_some()).then(|| ranks(variants)));
    rows.extend(variants.iter().any(|variant| variant.basis.is_some()).then(|| bases(variants)));
    console.out.table(&rows)?;
    notes(metrics.iter().chain([score]), console)?;
    let stale = variants.iter().flat_map(|variant| &variant.column.figures).flatten().any(|figure| figure.is_stale);
    let legend = format!("{LEGEND}{}", if stale { STALE } else { "" });
    console.out.row(&Columns::default(), &[Cell::new(legend).ink(Ink::Dim)])
}

const LEGEND: &str = "+ better  - worse  ~ no clear difference  ! guardrail broken";
const STALE: &str = "  ? measured at an older version";

/// Prints what was measured on a branch that is no variant.
pub fn print_branch(measured: &MeasuredBranch, console: &mut Console) -> Outcome<()> {
    let MeasuredBranch { branch, metrics, column } = measured;
    console.out.line(&format!("measured on {}, now at {}", short_name(&branch.name), branch.head))?;
    let row = |(metric, figure): (&MetricSpec, &Option<MetricFigure>)| {
        let goal = metric.goal.as_ref().map(ToString::to_string).unwrap_or_default();
        let figure = figure.as_ref();
        let words = figure.map(|figure| standing(metric, figure.mark)).unwrap_or_default();
        let ink = match figure.map(|figure| figure.mark) {
            Some(MetricVerdict::Broken) => Ink::Red,
            Some(MetricVerdict::Stale) => Ink::Dim,
            _ => Ink::Green,
        };
        vec![
            Cell::name(&metric.name),
            Cell::new(goal).ink(Ink::Dim),
            Cell::new(figure.map(|figure| amount(metric, figure)).unwrap_or_default()),
            Cell::new(figure.map(|figure| figure.version.to_string()).unwrap_or_default()).ink(Ink::Dim),
            Cell::new(words).ink(ink),
        ]
    };
    console.out.table(&metrics.iter().zip(&column.figures).map(row).collect::<Vec<_>>())?;
    notes(metrics, console)
}

/// What is not as it was before.
fn notes<'a>(metrics: impl IntoIterator<Item = &'a MetricSpec>, console: &mut Console) -> Outcome<()> {
    metrics.into_iter().flat_map(MetricSpec::changes).try_for_each(|change| console.out.line(&change))
}

fn ranks(variants: &[Variant]) -> Vec<Cell> {
    let cells = variants.iter().map(|variant| Cell::new(variant.rank.map(|rank| rank.to_string()).unwrap_or_default()));
    [Cell::new("rank"), Cell::new(""), Cell::new("")].into_iter().chain(cells).collect()
}

fn bases(variants: &[Variant]) -> Vec<Cell> {
    let words = |basis: &VerdictBasis| match basis.p() {
        Some(p) if p < 0.001 => format!("{}, p < 0.001", basis.word()),
        Some(p) => format!("{}, p = {p:.3}", basis.word()),
        None => basis.word().to_owned(),
    };
    let cells =
        variants.iter().map(|variant| Cell::new(variant.basis.as_ref().map(words).unwrap_or_default()).ink(Ink::Dim));
    [Cell::new("based on"), Cell::new(""), Cell::new("")].into_iter().chain(cells).collect()
}

fn heads(baseline: &str, variants: &[Variant]) -> Vec<Cell> {
    let names = variants.iter().map(|variant| match variant.promoted {
        Some(version) => {
            Cell::new(format!("{} (promoted {version})", short_name(&variant.branch.name))).ink(Ink::Green)
        }
        None => Cell::name(&variant.branch.name),
    });
    [Cell::new(""), Cell::new("goal").ink(Ink::Dim), Cell::name(baseline)].into_iter().chain(names).collect()
}

fn measured(at: usize, metric: &MetricSpec, reference: &VariantMetrics, variants: &[Variant]) -> Vec<Cell> {
    let goal = metric.goal.as_ref().map(ToString::to_string).unwrap_or_default();
    let base = reference.figures[at].as_ref().map(|figure| amount(metric, figure)).unwrap_or_default();
    let cells = variants.iter().map(|variant| match &variant.column.figures[at] {
        Some(figure) => against(metric, figure),
        None => Cell::new("not measured").ink(Ink::Dim),
    });
    [Cell::name(&metric.name), Cell::new(goal).ink(Ink::Dim), Cell::new(base)].into_iter().chain(cells).collect()
}

fn amount(metric: &MetricSpec, figure: &MetricFigure) -> String {
    let space = if metric.unit.is_empty() || metric.unit == "%" { "" } else { " " };
    let count = if figure.samples.len() > 1 { format!(" (n={})", figure.samples.len()) } else { String::new() };
    format!("{}{space}{}{count}", figure.rounded(), metric.unit)
}

/// A figure against the baseline's: as a share, or by how much where that was 0.
fn against(metric: &MetricSpec, figure: &MetricFigure) -> Cell {
    let change = match (figure.share, &figure.delta) {
        _ if figure.is_stale => format!(" of {}", figure.version),
        (Some(share), _) if share != 0.0 => format!(" {:+.1}%", share * 100.0),
        (None, Some(delta)) if !delta.is_zero() => {
            format!(" {}{delta}", if delta.is_negative() { "" } else { "+" })
        }
        _ => String::new(),
    };
    let (sign, ink) = sign(figure.mark);
    Cell::new(format!("{}{change} {sign}", amount(metric, figure))).ink(ink)
}

fn sign(mark: MetricVerdict) -> (&'static str, Ink) {
    match mark {
        MetricVerdict::Unjudged => ("", Ink::Plain),
        MetricVerdict::Better => ("+", Ink::Green),
        MetricVerdict::Worse => ("-", Ink::Yellow),
        MetricVerdict::Unclear => ("~", Ink::Dim),
        MetricVerdict::Broken => ("!", Ink::Red),
        MetricVerdict::Stale => ("?", Ink::Dim),
    }
}

fn scores(goal: Option<&Goal>, reference: &VariantMetrics, variants: &[Variant]) -> Vec<Cell> {
    let text = |column: &VariantMetrics| match &column.scored {
        Some(scored) if scored.is_stale => format!("{} ?", scored.rounded()),
        Some(scored) => scored.rounded().to_string(),
        None => column.score.map(score).unwrap_or_default(),
    };
    let cells = variants.iter().map(|variant| Cell::new(text(&variant.column)));
    let goal = goal.map(ToString::to_string).unwrap_or_default();
    [Cell::new("score"), Cell::new(goal).ink(Ink::Dim), Cell::new(text(reference))].into_iter().chain(cells).collect()
}

fn verdicts(comparison: &Comparison) -> Vec<Cell> {
    let cells = comparison.variants.iter().map(|variant| {
        let ink = match variant.verdict {
            Verdict::Winner => Ink::Green,
            Verdict::Disqualified(_) => Ink::Red,
            Verdict::NotScored | Verdict::Stale => Ink::Dim,
            _ => Ink::Plain,
        };
        Cell::new(comparison.verdict_words(variant)).ink(ink)
    });
    [Cell::new("verdict"), Cell::new(""), Cell::new("reference").ink(Ink::Dim)].into_iter().chain(cells).collect()
}
