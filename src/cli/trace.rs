//! `asof trace`: what expressions were over time.

use super::Console;
use super::asked::{QuestionArgs, VersionTold, budget, index_paths, query};
use super::cells::{CellWidths, Ink, RowCell};
use super::diff::brief;
use super::exit::{CommandResult, Exit};
use super::out::note;
use crate::error::counted;
use crate::export::json::{JsonOutput, list, object, optional};
use crate::query::Query;
use crate::questions::{Trace as Expressions, TraceRow};
use crate::recording::Tenant;
use crate::value::{Text, Value};
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

/// Print the values of expressions over time
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof trace state.jsonl .balance\n  asof trace shop.asof '.cart | length' '.cart | map(.qty) | add' --csv\n  \
                        asof trace shop.asof .sessions --changes --json\n\n\
                        A filter that ends in an error has no value there: null in JSON, an empty field in CSV. The field errors \
                        tells why, in --json one entry for each filter."
)]
pub struct TraceArgs {
    #[command(flatten)]
    asked: QuestionArgs,
    /// Filters, in the jq language
    #[arg(value_name = "FILTER", required = true)]
    filters: Vec<String>,
    /// Only versions at which one of the values changed
    #[arg(long)]
    changes: bool,
    /// Print CSV with a header line (RFC 4180)
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

impl TraceArgs {
    /// Prints a line for each version.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let filters: Vec<Query> = self.filters.iter().map(|text| query(text)).collect::<CommandResult<_>>()?;
        let (tenant, budget) = (self.asked.tenant(console)?, budget()?);
        index_paths(&tenant, &budget.cancelled)?;
        let course = self.asked.course(&tenant)?;
        if self.csv {
            let filters = self.filters.iter().map(String::as_str);
            let headings = ["version", "at", "label"].into_iter().chain(filters).chain(["errors"]);
            console.out.line(&headings.map(quoted).collect::<Vec<_>>().join(","))?;
        }
        let (mut written, mut columns, mut errors) = (Ok(()), CellWidths::default(), 0_u64);
        let mut first_error = None;
        Expressions { course: &course, expressions: &filters, budget: &budget }.rows(|row| {
            for why in row.values.iter().filter_map(|value| value.as_ref().err()) {
                errors += 1;
                first_error.get_or_insert((row.version, why.clone()));
            }
            if row.is_new || !self.changes {
                written = self.print(&row, &tenant, &mut columns, console);
            }
            if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        written?;
        if let Some((version, why)) = first_error {
            let evaluations = counted(errors, "evaluation");
            note(format!("{evaluations} ended in an error, the first at {version}: {why}"));
        }
        Ok(if budget.cancelled.load(Ordering::Relaxed) { Exit::Interrupted } else { Exit::Done })
    }

    fn print(
        &self,
        row: &TraceRow,
        tenant: &Tenant,
        columns: &mut CellWidths,
        console: &mut Console,
    ) -> CommandResult<()> {
        let told = VersionTold::of(tenant, row.version);
        let values = row.values.iter().map(|value| value.clone().unwrap_or_default());
        if self.json {
            return console.out.json(&object([
                ("version", row.version.0.into()),
                ("at", told.at),
                ("label", told.label),
                ("values", list(values.map(JsonOutput::from))),
                ("errors", list(row.values.iter().map(|value| optional(value.as_ref().err().cloned())))),
            ]));
        }
        if self.csv {
            let info = tenant.history().info(row.version);
            let at = info.as_ref().and_then(|info| info.at).map(crate::export::json::moment).unwrap_or_default();
            let label = info.map(|info| info.label).unwrap_or_default();
            let errors: Vec<&str> =
                row.values.iter().filter_map(|value| value.as_ref().err()).map(Text::as_str).collect();
            let errors = Text::from(errors.join("; "));
            let cells =
                [row.version.0.to_string().into(), at, label].into_iter().chain(values.map(plain)).chain([errors]);
            return console.out.line(&cells.map(|cell: Text| quoted(&cell)).collect::<Vec<_>>().join(","));
        }
        let mut cells = told.cells;
        let label = cells.pop();
        cells.extend(row.values.iter().map(|value| match value {
            Ok(value) => RowCell::new(brief(value)),
            Err(_) => RowCell::new("error").ink(Ink::Red),
        }));
        cells.extend(label.map(|label| label.ink(Ink::Dim)));
        columns.widen(std::slice::from_ref(&cells));
        console.out.row(columns, &cells)
    }
}

/// A text as it is, anything else as JSON.
fn plain(value: Value) -> Text {
    match value {
        Value::Null => Text::new(),
        Value::String(text) => text,
        other => other.to_json().into(),
    }
}

/// A field of RFC 4180, in quotes where it needs them.
fn quoted(field: &str) -> String {
    if field.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
