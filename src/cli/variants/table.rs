//! A comparison for people: a row a metric, a column a variant.

use crate::cli::Console;
use crate::cli::cells::{Cell, Columns, Ink};
use crate::cli::exit::Outcome;
use crate::history::{Column, Comparison, Figure, Mark, Variant, Verdict, Yardstick};

/// Prints the table and what its signs mean.
pub fn print(comparison: &Comparison, console: &mut Console) -> Outcome<()> {
    let Comparison { baseline, metrics, reference, variants } = comparison;
    let name = baseline.name.as_deref().unwrap_or("a snapshot");
    console.out.line(&format!("all start at {name}, {}", baseline.version))?;
    let mut rows = vec![heads(name, variants)];
    rows.extend(metrics.iter().enumerate().map(|(at, metric)| measured(at, metric, reference, variants)));
    rows.push(scores(reference, variants));
    rows.push(verdicts(variants));
    console.out.table(&rows)?;
    console.out.row(&Columns::default(), &[Cell::new(LEGEND).ink(Ink::Dim)])
}

const LEGEND: &str = "+ better  - worse  ~ no clear difference  ! guardrail broken";

fn heads(baseline: &str, variants: &[Variant]) -> Vec<Cell> {
    let names = variants.iter().map(|variant| match variant.promoted {
        Some(version) => Cell::new(format!("{} (promoted {version})", variant.branch.name)).ink(Ink::Green),
        None => Cell::new(&variant.branch.name),
    });
    [Cell::new(""), Cell::new("goal").ink(Ink::Dim), Cell::new(baseline)].into_iter().chain(names).collect()
}

fn measured(at: usize, metric: &Yardstick, reference: &Column, variants: &[Variant]) -> Vec<Cell> {
    let goal = metric.goal.as_ref().map(ToString::to_string).unwrap_or_default();
    let base = reference.figures[at].as_ref().map(|figure| amount(metric, figure)).unwrap_or_default();
    let cells = variants.iter().map(|variant| match &variant.column.figures[at] {
        Some(figure) => against(metric, figure),
        None => Cell::new("not measured").ink(Ink::Dim),
    });
    [Cell::new(&metric.name), Cell::new(goal).ink(Ink::Dim), Cell::new(base)].into_iter().chain(cells).collect()
}

fn amount(metric: &Yardstick, figure: &Figure) -> String {
    let space = if metric.unit.is_empty() || metric.unit == "%" { "" } else { " " };
    format!("{}{space}{}", figure.value, metric.unit)
}

/// A figure against the baseline's: as a share, or by how much where that was 0.
fn against(metric: &Yardstick, figure: &Figure) -> Cell {
    let change = match (figure.share, &figure.delta) {
        (Some(share), _) if share != 0.0 => format!(" {:+.1}%", share * 100.0),
        (None, Some(delta)) if !delta.is_zero() => {
            format!(" {}{delta}", if delta.is_negative() { "" } else { "+" })
        }
        _ => String::new(),
    };
    let (sign, ink) = sign(figure.mark);
    Cell::new(format!("{}{change} {sign}", amount(metric, figure))).ink(ink)
}

fn sign(mark: Mark) -> (&'static str, Ink) {
    match mark {
        Mark::Unjudged => ("", Ink::Plain),
        Mark::Better => ("+", Ink::Green),
        Mark::Worse => ("-", Ink::Yellow),
        Mark::Unclear => ("~", Ink::Dim),
        Mark::Broken => ("!", Ink::Red),
    }
}

fn scores(reference: &Column, variants: &[Variant]) -> Vec<Cell> {
    let text = |column: &Column| column.score.map(|score| format!("{score}")).unwrap_or_default();
    let cells = variants.iter().map(|variant| Cell::new(text(&variant.column)));
    [Cell::new("score"), Cell::new(""), Cell::new(text(reference))].into_iter().chain(cells).collect()
}

fn verdicts(variants: &[Variant]) -> Vec<Cell> {
    let cells = variants.iter().map(|variant| {
        let ink = match variant.verdict {
            Verdict::Winner => Ink::Green,
            Verdict::Disqualified(_) => Ink::Red,
            Verdict::NotScored | Verdict::Better | Verdict::NoBetter => Ink::Plain,
        };
        Cell::new(variant.verdict.words()).ink(ink)
    });
    [Cell::new("verdict"), Cell::new(""), Cell::new("reference").ink(Ink::Dim)].into_iter().chain(cells).collect()
}
