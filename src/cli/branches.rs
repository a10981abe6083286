//! `asof branches`: the named lines of versions. How one is shown is here too, for the command that makes one.

use super::Console;
use super::cells::{Cell, Ink};
use super::exit::{Exit, Outcome};
use super::opened::{Opened, SourceArgs};
use super::tenants::counted;
use crate::export::json::{Json, object, optional};
use crate::history::{Branch, History};

/// List the branches: main, forks and variants, and the lines that rollbacks left behind
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
        let history = tenant.history();
        let branches = history.branches();
        if self.json {
            branches.iter().try_for_each(|branch| console.out.json(&json(&history, branch)))?;
        } else {
            console.out.table(&branches.iter().map(|branch| cells(&history, branch)).collect::<Vec<_>>())?;
        }
        Ok(Exit::Done)
    }
}

/// A branch for machines.
pub fn json(history: &History, branch: &Branch) -> Json {
    object([
        ("name", branch.name.clone().into()),
        ("head", branch.head.0.into()),
        ("base", branch.base.0.into()),
        ("versions", branch.versions.into()),
        ("current", branch.current.into()),
        ("kept_by", optional(branch.kept_by.map(|version| version.0))),
        ("baseline", optional(baseline(history, branch).as_deref())),
    ])
}

/// A branch for people.
pub fn cells(history: &History, branch: &Branch) -> Vec<Cell> {
    let why = match (branch.kept_by, baseline(history, branch)) {
        (Some(version), _) => format!("left behind by {version}"),
        (None, Some(baseline)) => format!("variant of {baseline}"),
        (None, None) => String::new(),
    };
    vec![
        Cell::new(if branch.current { "*" } else { " " }).ink(Ink::Green),
        Cell::new(&branch.name),
        Cell::new(format!("head {}", branch.head)),
        Cell::new(format!("from {}", branch.base)).ink(Ink::Dim),
        Cell::number(counted(branch.versions, "version")),
        Cell::new(why).ink(Ink::Dim),
    ]
}

/// The snapshot a variant is compared against: its name, or its version where it has none.
fn baseline(history: &History, branch: &Branch) -> Option<String> {
    let snapshot = history.comparison(branch.baseline?)?.baseline;
    Some(snapshot.name.map_or_else(|| snapshot.version.to_string(), |name| name.to_string()))
}
