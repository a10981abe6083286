//! `asof tenants`: the isolated histories of a source.

use super::Console;
use super::cells::{Ink, RowCell};
use super::exit::{CommandResult, Exit};
use super::opened::{Opened, SourceArgs};
use crate::ops::TenantRow;
use crate::ops::words::PLAIN;

/// List the tenants of a source
#[derive(clap::Args)]
#[command(after_help = "Example:\n  asof tenants shop.asof --json | jq -r .tenant")]
pub struct TenantsArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

impl TenantsArgs {
    /// Prints a line a tenant, sorted by name.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let opened = Opened::new(&self.source, console)?;
        let mut rows = Vec::new();
        for id in opened.tenants()? {
            let tenant = opened.load(&id, console)?;
            let file = opened.recording().file(&id).map(|file| file.display().to_string());
            rows.push(TenantRow::new(&id, &tenant.history(), file));
        }
        self.print(&rows, console)?;
        Ok(if rows.is_empty() { Exit::Negative } else { Exit::Done })
    }

    fn print(&self, rows: &[TenantRow], console: &mut Console) -> CommandResult<()> {
        if self.json {
            return rows.iter().try_for_each(|row| console.out.json(&row.json()));
        }
        console.out.table(&rows.iter().map(cells).collect::<Vec<_>>())
    }
}

fn cells(row: &TenantRow) -> Vec<RowCell> {
    let [versions, snapshots] = row.counted(&PLAIN);
    vec![
        RowCell::name(&row.name),
        RowCell::number(versions),
        RowCell::number(snapshots),
        RowCell::new(format!("head {}", row.head)),
        RowCell::new(row.file.as_deref().unwrap_or_default()).ink(Ink::Dim),
    ]
}
