//! The course of one metric: what was measured of each variant, version by version.

use super::{known, point};
use crate::cli::Console;
use crate::cli::cells::{Ink, RowCell};
use crate::cli::exit::{CommandResult, Exit};
use crate::export::json::{JsonOutput, object};
use crate::history::{Comparison, MeasuredBranch, MetricFigure, MetricPoint, MetricSpec};
use crate::view::variants::with_own_digits;

/// Whose it is, its metric, and its figures.
type CourseRow<'a> = (&'a str, &'a MetricSpec, Option<&'a MetricFigure>);

/// Prints a row, or a JSON line, for each version that was measured. No figure at all is a negative answer.
pub fn print(
    name: &str,
    (comparisons, branches): (&[Comparison], &[MeasuredBranch]),
    json: bool,
    console: &mut Console,
) -> CommandResult {
    known(name, comparisons, branches)?;
    let found = comparisons.iter().flat_map(|comparison| compared(comparison, name));
    let found = found.chain(branches.iter().filter_map(|branch| measured(branch, name)));
    let courses: Vec<(&str, &MetricSpec, &MetricPoint)> = found
        .flat_map(|(of, metric, figure)| {
            figure.into_iter().flat_map(move |figure| figure.course.iter().map(move |point| (of, metric, point)))
        })
        .collect();
    if json {
        courses.iter().try_for_each(|course| console.out.json(&line(course)))?;
    } else {
        console.out.table(&courses.iter().map(cells).collect::<Vec<_>>())?;
    }
    Ok(if courses.is_empty() { Exit::Negative } else { Exit::Done })
}

/// The baseline first, as in the table of `asof variants`.
fn compared<'a>(comparison: &'a Comparison, name: &'a str) -> impl Iterator<Item = CourseRow<'a>> {
    let reference = comparison.against.as_deref().or(comparison.baseline.name.as_deref()).unwrap_or("baseline");
    let variants = comparison.variants.iter().map(|variant| (variant.branch.name.as_str(), &variant.column));
    let columns = std::iter::once((reference, &comparison.reference)).chain(variants);
    let metric = comparison.metric(name);
    columns.filter_map(move |(of, column)| Some((of, metric?, comparison.figure(column, name))))
}

fn measured<'a>(branch: &'a MeasuredBranch, name: &str) -> Option<CourseRow<'a>> {
    let at = branch.metrics.iter().position(|metric| metric.name == name)?;
    Some((branch.branch.name.as_str(), &branch.metrics[at], branch.column.figures.get(at)?.as_ref()))
}

fn line(&(of, metric, figures): &(&str, &MetricSpec, &MetricPoint)) -> JsonOutput {
    object([
        ("variant", of.into()),
        ("metric", metric.name.clone().into()),
        ("unit", metric.unit.clone().into()),
        ("figures", point(figures).into()),
    ])
}

fn cells(&(of, metric, point): &(&str, &MetricSpec, &MetricPoint)) -> Vec<RowCell> {
    let spread = point.spread().filter(|spread| *spread > 0.0).map(|spread| format!("±{spread:.2}"));
    let count = if point.samples.len() > 1 { format!("n={}", point.samples.len()) } else { String::new() };
    vec![
        RowCell::name(of),
        RowCell::number(point.version),
        RowCell::moment(point.at),
        RowCell::number(with_own_digits(&point.rounded(), &metric.unit).unmarked()),
        RowCell::new(spread.unwrap_or_default()).ink(Ink::Dim),
        RowCell::new(count).ink(Ink::Dim),
    ]
}
