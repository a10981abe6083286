//! `asof history`: every change of the value at a path.

use super::Console;
use super::asked::{QuestionArgs, VersionTold, index_paths, value_or_null};
use super::cells::{CellWidths, Ink, RowCell};
use super::diff::brief;
use super::exit::{CommandResult, Exit};
use super::out::note;
use super::rules::{Rules, ignored, ignored_itself, ignored_json, warn_of_ignored};
use super::state::path;
use crate::diff::{IgnoredPaths, opened};
use crate::export::VersionRow;
use crate::export::json::JsonOutput;
use crate::questions::{EmbeddedPath, PathChange, changes_of, embedded_changes_of};
use crate::recording::Tenant;
use crate::value::{Text, Value};
use crate::view::Sign;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

/// List every change of the value at a path: when, from what to what, by whom
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof history state.jsonl .balance\n  asof history shop.asof '.items[sku=A7].qty' --json\n  \
                        asof history git:package.json .version --count 5\n  asof history shop.asof .request.body.user --embedded\n\n\
                        The path is resolved in the newest of these versions; an element of an array is followed by the\n\
                        field that identifies the elements. Exit code 1: it never changed."
)]
pub struct HistoryArgs {
    #[command(flatten)]
    asked: QuestionArgs,
    /// The path: `.a.b[0]`, or a JSON Pointer `/a/b/0`
    #[arg(value_name = "PATH")]
    path: String,
    #[command(flatten)]
    rules: Rules,
    /// Parse JSON inside strings: the path may lead into it, and a string that differs only in formatting counts as
    /// unchanged
    #[arg(long)]
    embedded: bool,
    /// Only the newest N changes
    #[arg(long, value_name = "N")]
    count: Option<NonZeroUsize>,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

impl HistoryArgs {
    /// Prints the changes, oldest first.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let tenant = self.asked.tenant(console)?;
        index_paths(&tenant, &AtomicBool::new(false))?;
        let course = self.asked.course(&tenant)?;
        let newest = course.last().map_or(Ok(Value::Null), |last| tenant.value_at(last))?;
        let path = path(&self.path, &if self.embedded { opened(&newest) } else { newest.clone() })?;
        let chosen = self.rules.chosen()?;
        let mut changes = Vec::new();
        let each = |change| {
            changes.push(change);
            let is_enough = self.count.is_some_and(|count| changes.len() >= count.get());
            if is_enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        match self.embedded {
            true => embedded_changes_of(&course, &EmbeddedPath::new(&newest, &path), &chosen, each)?,
            false => changes_of(&course, &path, &chosen, each)?,
        }
        changes.reverse();
        let ignored = ignored(&tenant, &chosen);
        warn_of_ignored(&ignored);
        self.print(&changes, &ignored, &tenant, console)?;
        if changes.is_empty() {
            let why = ignored_itself(&ignored, &chosen, &path);
            note(why.unwrap_or_else(|| format!("nothing changed at {} in these versions", self.path)));
            return Ok(Exit::Negative);
        }
        Ok(Exit::Done)
    }

    fn print(
        &self,
        changes: &[PathChange],
        ignored: &IgnoredPaths,
        tenant: &Tenant,
        console: &mut Console,
    ) -> CommandResult<()> {
        if self.json {
            return changes.iter().try_for_each(|change| {
                let row = VersionRow::of(&tenant.history(), change.version);
                let known = |row: VersionRow| row.fields(&["version", "at", "label", "by", "kind"]);
                let mut line = row.map(known).unwrap_or_default();
                line.extend(change_json(change));
                line.push(("ignored_paths", ignored_json(ignored)));
                console.out.json(&JsonOutput::Fields(line))
            });
        }
        let rows: Vec<_> = changes.iter().map(|change| cells(change, tenant)).collect();
        let columns = CellWidths::of(&rows);
        rows.iter().try_for_each(|row| console.out.row(&columns, row))
    }
}

fn cells(change: &PathChange, tenant: &Tenant) -> Vec<RowCell> {
    let mut told = VersionTold::of(tenant, change.version).cells;
    told.splice(2..2, change_cells(change));
    told
}

/// Where, what happened and from what to what, for machines.
pub fn change_json(change: &PathChange) -> [(&'static str, JsonOutput); 4] {
    let sign = Sign::between(change.old.as_ref(), change.new.as_ref());
    [
        ("path", Text::from(change.path.to_string()).into()),
        ("change", sign.name().into()),
        ("old", value_or_null(change.old.as_ref())),
        ("new", value_or_null(change.new.as_ref())),
    ]
}

/// From what to what, for people.
pub fn change_cells(change: &PathChange) -> [RowCell; 4] {
    let text = |value: &Option<Value>| value.as_ref().map(brief).unwrap_or_default();
    let sign = Sign::between(change.old.as_ref(), change.new.as_ref());
    let arrow = if sign == Sign::Changed { "\u{2192}" } else { "" };
    [
        RowCell::sign(sign),
        RowCell::new(text(&change.old)).ink(Ink::Dim),
        RowCell::new(arrow).ink(Ink::Dim),
        RowCell::new(text(&change.new)),
    ]
}
