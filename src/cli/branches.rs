//! `asof branches`: the named lines of versions.

use super::Console;
use super::cells::{Cell, Ink};
use super::exit::{Exit, Outcome};
use super::opened::{Opened, SourceArgs};
use super::tenants::counted;
use crate::export::json::{Json, object, optional};
use crate::history::Branch;

/// List the branches: main, and the lines that rollbacks left behind
#[derive(clap::Args)]
#[command(after_help = "Example:\n  asof branches shop.asof\n  asof state shop.asof --at branch:main~1")]
pub struct Branches {
    #[command(flatten)]
    source: SourceArgs,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

impl Branches {
    /// Prints a line a branch.
    pub fn run(&self, console: &mut Console) -> Outcome {
        let tenant = Opened::new(&self.source, console)?.tenant(console)?;
        let branches = tenant.history().branches();
        if self.json {
            branches.iter().try_for_each(|branch| console.out.json(&json(branch)))?;
        } else {
            console.out.table(&branches.iter().map(cells).collect::<Vec<_>>())?;
        }
        Ok(Exit::Done)
    }
}

fn json(branch: &Branch) -> Json {
    object([
        ("name", branch.name.clone().into()),
        ("head", branch.head.0.into()),
        ("base", branch.base.0.into()),
        ("versions", branch.versions.into()),
        ("current", branch.current.into()),
        ("kept_by", optional(branch.kept_by.map(|version| version.0))),
    ])
}

fn cells(branch: &Branch) -> Vec<Cell> {
    let kept = branch.kept_by.map(|version| format!("left behind by {version}")).unwrap_or_default();
    vec![
        Cell::new(if branch.current { "*" } else { " " }).ink(Ink::Green),
        Cell::new(&branch.name),
        Cell::new(format!("head {}", branch.head)),
        Cell::new(format!("from {}", branch.base)).ink(Ink::Dim),
        Cell::number(counted(branch.versions, "version")),
        Cell::new(kept).ink(Ink::Dim),
    ]
}
