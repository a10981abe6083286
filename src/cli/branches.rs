//! `asof branches`: the named lines of versions. How one is shown is here too, for the command that makes one.

use super::Console;
use super::cells::{Cell, Ink};
use super::exit::{Exit, Outcome};
use super::opened::{Opened, SourceArgs};
use crate::error::counted;
use crate::export::json::{Json, optional};
use crate::history::{Branch, History};
use crate::ops::branch_shape;
use crate::value::Text;
use crate::view::text::short_name;

/// List the branches: main, forks, variants, and what rollbacks left behind
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  asof branches shop.asof\n  asof state shop.asof --at branch:main~1")]
pub struct Branches {
    #[command(flatten)]
    source: SourceArgs,
    /// Print one JSON object per line
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
fn json(history: &History, branch: &Branch) -> Json {
    let mut fields: Vec<_> = branch_shape(branch, baseline(history, branch).map(Text::from).as_ref()).into();
    fields.push(("problem", optional(branch.doubt.clone())));
    Json::Fields(fields)
}

/// A branch for people.
pub fn cells(history: &History, branch: &Branch) -> Vec<Cell> {
    let why = match (branch.kept_by, baseline(history, branch)) {
        (Some(version), _) => format!("left behind by {version}"),
        (None, Some(baseline)) => format!("variant of {}", short_name(&baseline)),
        (None, None) => String::new(),
    };
    vec![
        Cell::new(if branch.current { "*" } else { " " }).ink(Ink::Green),
        Cell::name(&branch.name),
        Cell::new(format!("head {}", branch.head)),
        Cell::new(format!("from {}", branch.base)).ink(Ink::Dim),
        Cell::number(counted(branch.versions, "version")),
        Cell::new(why).ink(Ink::Dim),
    ]
}

/// The snapshot a variant is compared against: its name, or its version where it has none.
fn baseline(history: &History, branch: &Branch) -> Option<String> {
    let snapshot = history.variants().comparison(branch.baseline?)?.baseline;
    Some(snapshot.name.map_or_else(|| snapshot.version.to_string(), |name| name.to_string()))
}
