//! `asof blame`: who wrote each leaf last.

use super::Console;
use super::asked::{VersionTold, index_paths};
use super::cells::{CellWidths, Ink, RowCell};
use super::diff::brief;
use super::exit::{CommandResult, Exit};
use super::opened::{Opened, SourceArgs, moment, warn_of_doubt};
use super::out::note;
use super::rules::{Rules, ignored, ignored_itself, ignored_json, warn_of_ignored};
use super::state::path;
use crate::diff::IgnoredPaths;
use crate::export::json::{object, optional};
use crate::questions;
use crate::recording::Tenant;
use crate::value::{Text, Value};
use crate::view::path::printed;
use std::sync::atomic::AtomicBool;

/// Show who last wrote each part of a state, and when
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof blame state.jsonl\n  asof blame shop.asof .cart --at v2.0.0\n  asof blame git:package.json .dependencies --json\n\n\
                        What a rollback restored is attributed to whoever wrote it first; the rollback is named too.\n\
                        Exit code 1: nothing is there."
)]
pub struct BlameArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Only the part at this path: `.a.b[0]`, or a JSON Pointer `/a/b/0`
    #[arg(value_name = "PATH")]
    path: Option<String>,
    /// The version: a moment, as in `asof --help`
    #[arg(long, value_name = "MOMENT", default_value = "head", allow_hyphen_values = true)]
    at: String,
    #[command(flatten)]
    rules: Rules,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

impl BlameArgs {
    /// Prints a line for each leaf, in the order of the value.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let tenant = Opened::new(&self.source, console)?.tenant(console)?;
        let version = moment(&tenant, &self.at)?;
        index_paths(&tenant, &AtomicBool::new(false))?;
        let value = tenant.value_at(version)?;
        let path = path(self.path.as_deref().unwrap_or("."), &value)?;
        let chosen = self.rules.chosen()?;
        let leaves = questions::blame(&tenant, version, &path, &chosen)?;
        let ignored = ignored(&tenant, &chosen);
        warn_of_ignored(&ignored);
        if leaves.is_empty() {
            let why = ignored_itself(&ignored, &chosen, &path);
            note(why.unwrap_or_else(|| format!("nothing at {path} in {version}")));
            return Ok(warn_of_doubt(&tenant, &[version], Exit::Negative));
        }
        self.print(&leaves, &ignored, (&value, &tenant), console)?;
        Ok(warn_of_doubt(&tenant, &[version], Exit::Done))
    }

    fn print(
        &self,
        leaves: &[questions::Blame],
        ignored: &IgnoredPaths,
        (value, tenant): (&Value, &Tenant),
        console: &mut Console,
    ) -> CommandResult<()> {
        if self.json {
            return leaves.iter().try_for_each(|leaf| {
                let told = leaf.version.map(|version| VersionTold::of(tenant, version));
                let at = told.as_ref().map(|told| told.at.clone());
                let label = told.as_ref().map(|told| told.label.clone());
                let by = told.as_ref().map(|told| told.by.clone());
                console.out.json(&object([
                    ("path", Text::from(leaf.path.to_string()).into()),
                    ("version", optional(leaf.version.map(|version| version.0))),
                    ("at", optional(at)),
                    ("label", optional(label)),
                    ("by", optional(by)),
                    ("brought_back_by", optional(leaf.brought_back_by.map(|version| version.0))),
                    ("value", value.at(&leaf.path).cloned().unwrap_or_default().into()),
                    ("ignored_paths", ignored_json(ignored)),
                ]))
            });
        }
        let rows: Vec<_> = leaves.iter().map(|leaf| cells(leaf, value, tenant)).collect();
        let columns = CellWidths::of(&rows);
        rows.iter().try_for_each(|row| console.out.row(&columns, row))
    }
}

fn cells(leaf: &questions::Blame, value: &Value, tenant: &Tenant) -> Vec<RowCell> {
    let mut cells = match leaf.version {
        Some(version) => VersionTold::of(tenant, version).cells,
        None => vec![RowCell::new("cut off").ink(Ink::Dim), RowCell::new(""), RowCell::new(""), RowCell::new("")],
    };
    let back = leaf.brought_back_by.map(|version| format!("restored by {version}")).unwrap_or_default();
    cells.push(RowCell::new(back).ink(Ink::Cyan));
    let part = [RowCell::new(printed(&leaf.path)), RowCell::new(value.at(&leaf.path).map(brief).unwrap_or_default())];
    part.into_iter().chain(cells).collect()
}
