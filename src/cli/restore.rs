//! `asof restore`: writes a file back as a version holds it. Shows the difference before, and asks.

use super::Console;
use super::cells::CellWidths;
use super::diff::change_cells;
use super::exit::{CommandResult, Exit, usage};
use super::opened::{Opened, SourceArgs, moment, warn_of_invalid};
use super::out::{can_ask, confirmed, note, note_lines};
use super::rollback::Doubtful;
use super::state::path;
use crate::ops::words::{PLAIN, restored, would_restore};
use crate::ops::{Restore, Restored};
use std::path::PathBuf;

/// Changes that are shown before the question; `asof diff` shows all.
const SHOWN: usize = 200;

/// Write a file back as it was at a version; shows the difference first, and asks
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof restore conf.asof app.json --at v1.0\n  asof restore conf.asof app.json --at -5m --path .features \
                  --yes\n  asof restore conf.asof app.json --at head~1 --dry-run\n  asof restore git:app.json app.json --at head~3\n\n\
                  The file is replaced in one step, and refused if it was changed since it was shown. Its mode, the order of its \
                  keys and its indentation stay. The recording is not written to."
)]
pub struct RestoreArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// The file to write: JSON; it need not exist. Of several recorded files the one of this name is taken
    file: PathBuf,
    /// The version: a moment, as in `asof --help`
    #[arg(long, value_name = "MOMENT", default_value = "head", allow_hyphen_values = true)]
    at: String,
    /// Only the part at this path, `.a.b[0]` or `/a/b/0`; the rest of the file stays
    #[arg(long)]
    path: Option<String>,
    /// Write JSON, whatever the name of the file says
    #[arg(long = "as", value_name = "NOTATION", value_parser = ["json"])]
    notation: Option<String>,
    #[command(flatten)]
    doubtful: Doubtful,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// Only print what would be written
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl RestoreArgs {
    /// Writes the file, if that is what is wanted.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let tenant = Opened::new(&self.source, console)?.tenant_of_file(&self.file, console)?;
        let version = moment(&tenant, &self.at)?;
        if let Some(part) = &self.path {
            path(part, &tenant.value_at(version)?)?;
        }
        let restore = Restore {
            file: self.file.clone(),
            version,
            part: self.path.clone(),
            as_json: self.notation.is_some(),
            doubtful: self.doubtful.is_given(),
        };
        let plan = restore.plan(&tenant)?;
        warn_of_invalid(&tenant, &[version]);
        if self.dry_run {
            self.print(would_restore(&plan.restored, &PLAIN), &plan.restored, true, console)?;
            return Ok(Exit::Done);
        }
        let is_asked = !plan.is_done() && !self.yes;
        if is_asked && !consents(&plan.restored)? {
            note("nothing was changed");
            return Ok(Exit::Negative);
        }
        let done = plan.act()?;
        self.print(restored(&done, &PLAIN), &done, !is_asked, console)?;
        Ok(Exit::Done)
    }

    /// One object, or a sentence and, where it was not shown before, the difference.
    fn print(&self, sentence: String, done: &Restored, with_changes: bool, console: &mut Console) -> CommandResult<()> {
        if self.json {
            return console.out.json(&done.json());
        }
        console.out.line(&sentence)?;
        let changes = done.differences.changes.iter().filter(|_| with_changes);
        console.out.table(&changes.map(change_cells).collect::<Vec<_>>())
    }
}

/// Shows the difference and asks.
fn consents(plan: &Restored) -> CommandResult<bool> {
    if !can_ask() {
        return Err(usage("not a terminal: pass --yes to write the file, or --dry-run to see the difference"));
    }
    note(would_restore(plan, &PLAIN));
    let changes = &plan.differences.changes;
    let rows: Vec<_> = changes.iter().take(SHOWN).map(change_cells).collect();
    let columns = CellWidths::of(&rows);
    rows.iter().for_each(|row| note_lines(&columns.line(row, false)));
    if changes.len() > SHOWN {
        note_lines(&format!("… {} more changes: see --dry-run", changes.len() - SHOWN));
    }
    Ok(confirmed("Write the file?")?)
}
