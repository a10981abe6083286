//! `asof branches`: the named lines of versions. How one is shown is here too, for the command that makes one.

use super::Console;
use super::cells::{Ink, RowCell};
use super::exit::{CommandResult, Exit};
use super::opened::{Opened, SourceArgs};
use crate::error::counted;
use crate::ops::BranchRow;
use crate::view::text::short_name;

/// List the branches: main, forks, variants, and what rollbacks left behind
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  asof branches shop.asof\n  asof state shop.asof --at branch:main~1")]
pub struct BranchesArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

impl BranchesArgs {
    /// Prints a line a branch.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let tenant = Opened::new(&self.source, console)?.tenant(console)?;
        let rows = BranchRow::all(&tenant.history());
        if self.json {
            rows.iter().try_for_each(|row| console.out.json(&row.json()))?;
        } else {
            console.out.table(&rows.iter().map(cells).collect::<Vec<_>>())?;
        }
        Ok(Exit::Done)
    }
}

/// A branch for people.
pub fn cells(BranchRow { branch, baseline }: &BranchRow) -> Vec<RowCell> {
    let why = match (branch.kept_by, baseline) {
        (Some(version), _) => format!("left behind by {version}"),
        (None, Some(baseline)) => format!("variant of {}", short_name(baseline)),
        (None, None) => String::new(),
    };
    vec![
        RowCell::new(if branch.current { "*" } else { " " }).ink(Ink::Green),
        RowCell::name(&branch.name),
        RowCell::new(format!("head {}", branch.head)),
        RowCell::new(format!("from {}", branch.base)).ink(Ink::Dim),
        RowCell::number(counted(branch.versions, "version")),
        RowCell::new(why).ink(Ink::Dim),
    ]
}
