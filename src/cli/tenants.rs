//! `asof tenants`: the isolated histories of a source.

use super::Console;
use super::cells::{Cell, Ink};
use super::exit::{Exit, Outcome};
use super::opened::{Opened, SourceArgs};
use crate::error::counted;
use crate::export::json::{Json, object, optional};
use crate::record::Version;

/// List the tenants of a source
#[derive(clap::Args)]
#[command(after_help = "Example:\n  asof tenants shop.asof --json | jq -r .tenant")]
pub struct Tenants {
    #[command(flatten)]
    source: SourceArgs,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

impl Tenants {
    /// Prints a line a tenant, sorted by name.
    pub fn run(&self, console: &mut Console) -> Outcome {
        let opened = Opened::new(&self.source, console)?;
        let mut rows = Vec::new();
        for id in opened.tenants()? {
            let tenant = opened.load(&id, console)?;
            let history = tenant.history();
            let file = opened.recording().file(&id).map(|file| file.display().to_string());
            let row = Row {
                name: id.0.to_string(),
                head: history.head(),
                versions: history.newest().0,
                snapshots: history.marks().listed().len(),
                file,
            };
            rows.push(row);
        }
        self.print(&rows, console)?;
        Ok(if rows.is_empty() { Exit::Negative } else { Exit::Done })
    }

    fn print(&self, rows: &[Row], console: &mut Console) -> Outcome<()> {
        if self.json {
            return rows.iter().try_for_each(|row| console.out.json(&row.json()));
        }
        console.out.table(&rows.iter().map(Row::cells).collect::<Vec<_>>())
    }
}

/// What is told of a tenant.
struct Row {
    name: String,
    versions: u64,
    snapshots: usize,
    head: Version,
    file: Option<String>,
}

impl Row {
    fn json(&self) -> Json {
        object([
            ("tenant", self.name.as_str().into()),
            ("versions", self.versions.into()),
            ("snapshots", (self.snapshots as u64).into()),
            ("head", self.head.0.into()),
            ("file", optional(self.file.as_deref())),
        ])
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::name(&self.name),
            Cell::number(counted(self.versions, "version")),
            Cell::number(counted(self.snapshots as u64, "snapshot")),
            Cell::new(format!("head {}", self.head)),
            Cell::new(self.file.as_deref().unwrap_or_default()).ink(Ink::Dim),
        ]
    }
}
