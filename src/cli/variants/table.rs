//! A comparison for people: a row a metric, a column a variant.

use crate::cli::Console;
use crate::cli::cells::{CellWidths, Ink, RowCell};
use crate::cli::exit::CommandResult;
use crate::history::{Comparison, MeasuredBranch, MetricSpec, MetricVerdict, Variant, VerdictBasis};
use crate::view::text::short_name;
use crate::view::variants::{self as view, FigureCell as Figure, MeasuredRow, MetricRow};

/// Prints the table and what its signs mean.
pub fn print(comparison: &Comparison, console: &mut Console) -> CommandResult<()> {
    let Comparison { baseline, against, metrics, variants, score, .. } = comparison;
    let name = baseline.name.as_deref().unwrap_or("a snapshot");
    console.out.line(&format!("all start at {}, {}", short_name(name), baseline.version))?;
    let mut rows = vec![heads(against.as_deref().unwrap_or(name), variants)];
    rows.extend(view::rows(comparison).iter().map(row));
    rows.extend(variants.iter().any(|variant| variant.rank.is_some()).then(|| ranks(variants)));
    rows.extend(variants.iter().any(|variant| variant.basis.is_some()).then(|| bases(variants)));
    console.out.table(&rows)?;
    notes(metrics.iter().chain([score]), console)?;
    let stale = variants.iter().flat_map(|variant| &variant.column.figures).flatten().any(|figure| figure.is_stale);
    let legend = format!("{LEGEND}{}", if stale { STALE } else { "" });
    console.out.row(&CellWidths::default(), &[RowCell::new(legend).ink(Ink::Dim)])
}

const LEGEND: &str = "+ better  - worse  ~ no clear difference  ! guardrail broken";
const STALE: &str = "  ? measured at an older version";

/// Prints what was measured on a branch that is no variant.
pub fn print_branch(measured: &MeasuredBranch, console: &mut Console) -> CommandResult<()> {
    let MeasuredBranch { branch, metrics, .. } = measured;
    console.out.line(&format!("measured on {}, now at {}", short_name(&branch.name), branch.head))?;
    let row = |MeasuredRow { name, goal, value, version, mark, standing }: MeasuredRow| {
        let ink = match mark {
            MetricVerdict::Broken => Ink::Red,
            MetricVerdict::Stale => Ink::Dim,
            _ => Ink::Green,
        };
        vec![
            RowCell::name(&name.unmarked()),
            RowCell::new(goal).ink(Ink::Dim),
            RowCell::new(value.unmarked()),
            RowCell::new(version.to_string()).ink(Ink::Dim),
            RowCell::new(standing).ink(ink),
        ]
    };
    console.out.table(&view::rows_of(measured).into_iter().map(row).collect::<Vec<_>>())?;
    notes(metrics, console)
}

/// What is not as it was before.
fn notes<'a>(metrics: impl IntoIterator<Item = &'a MetricSpec>, console: &mut Console) -> CommandResult<()> {
    metrics.into_iter().flat_map(MetricSpec::changes).try_for_each(|change| console.out.line(&change))
}

fn ranks(variants: &[Variant]) -> Vec<RowCell> {
    let cells =
        variants.iter().map(|variant| RowCell::new(variant.rank.map(|rank| rank.to_string()).unwrap_or_default()));
    [RowCell::new("rank"), RowCell::new(""), RowCell::new("")].into_iter().chain(cells).collect()
}

fn bases(variants: &[Variant]) -> Vec<RowCell> {
    let words = |basis: &VerdictBasis| match basis.p() {
        Some(p) if p < 0.001 => format!("{}, p < 0.001", basis.word()),
        Some(p) => format!("{}, p = {p:.3}", basis.word()),
        None => basis.word().to_owned(),
    };
    let cells = variants
        .iter()
        .map(|variant| RowCell::new(variant.basis.as_ref().map(words).unwrap_or_default()).ink(Ink::Dim));
    [RowCell::new("based on"), RowCell::new(""), RowCell::new("")].into_iter().chain(cells).collect()
}

fn heads(baseline: &str, variants: &[Variant]) -> Vec<RowCell> {
    let names = variants.iter().map(|variant| match variant.promoted {
        Some(version) => {
            RowCell::new(format!("{} (promoted {version})", short_name(&variant.branch.name))).ink(Ink::Green)
        }
        None => RowCell::name(&variant.branch.name),
    });
    [RowCell::new(""), RowCell::new("goal").ink(Ink::Dim), RowCell::name(baseline)].into_iter().chain(names).collect()
}

/// A row of metrics, the score, or the verdicts.
fn row(row: &MetricRow) -> Vec<RowCell> {
    let first = [
        RowCell::name(&row.name.unmarked()),
        RowCell::new(row.better.unmarked()).ink(Ink::Dim),
        RowCell::new(words(&row.reference)),
    ];
    let cell = |figure: &Figure| match figure.mark {
        _ if figure.count == 0 => RowCell::new("not measured").ink(Ink::Dim),
        mark => RowCell::new(words(figure)).ink(ink(mark)),
    };
    first.into_iter().chain(row.cells.iter().map(cell)).collect()
}

/// `33.0 ms (n=5) -19.9% +`.
fn words(figure: &Figure) -> String {
    let count = if figure.count > 1 { format!("(n={})", figure.count) } else { String::new() };
    let parts = [&*figure.value.unmarked(), &count, &figure.change.unmarked(), figure.mark];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn ink(mark: &str) -> Ink {
    match mark {
        "+" | "★" => Ink::Green,
        "-" => Ink::Yellow,
        "!" => Ink::Red,
        "~" | "?" => Ink::Dim,
        _ => Ink::Plain,
    }
}
