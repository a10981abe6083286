//! `asof snapshot`: marks a version, or takes a mark away.

use super::Console;
use super::exit::{Exit, Outcome, usage};
use super::opened::{Author, Opened, RecordingArgs, moment};
use super::snapshots::{cells, json};
use crate::history::{Snapshot as Mark, Strategy};
use crate::recording::{SnapshotRequest, Tenant};
use crate::value::Text;

/// Mark a version with a name, or take a mark away
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof snapshot shop.asof before-deploy\n  asof snapshot shop.asof bug-4711 --at @12:30 --tag bug --description 'cart is empty'\n  \
                        asof snapshot shop.asof bug-4711 --delete"
)]
pub struct Snapshot {
    #[command(flatten)]
    recording: RecordingArgs,
    /// The snapshot's name
    name: String,
    /// The version to mark: a moment, as in `asof --help`
    #[arg(long, value_name = "MOMENT", default_value = "head", allow_hyphen_values = true)]
    at: String,
    /// A tag; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// What it is for
    #[arg(long, value_name = "TEXT", default_value = "")]
    description: String,
    #[command(flatten)]
    author: Author,
    /// Take the newest snapshot of this name out of the list; its version stays, and `asof undo` brings it back
    #[arg(long, conflicts_with_all = ["at", "tags", "description"])]
    delete: bool,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

impl Snapshot {
    /// Makes or deletes the snapshot and prints it.
    pub fn run(&self, console: &mut Console) -> Outcome {
        let tenant = self.author.of(&Opened::to_write(&self.recording)?.tenant(console)?);
        let (index, mark) = if self.delete { self.remove(&tenant)? } else { self.make(&tenant)? };
        if self.json {
            console.out.json(&json(index, &mark))?;
        } else {
            console.out.table(&[cells(index, &mark)])?;
        }
        Ok(Exit::Done)
    }

    fn make(&self, tenant: &Tenant) -> Outcome<(usize, Mark)> {
        let request = SnapshotRequest {
            name: Some(self.name.as_str().into()),
            version: Some(moment(tenant, &self.at)?),
            description: self.description.as_str().into(),
            tags: self.tags.iter().map(|tag| tag.as_str().into()).collect(),
        };
        let mark = tenant.snapshot(&request)?;
        let index = tenant.history().snapshots().iter().position(|other| other.id == mark.id);
        Ok((index.unwrap_or_default(), mark))
    }

    fn remove(&self, tenant: &Tenant) -> Outcome<(usize, Mark)> {
        let (index, mark) = self.find(tenant)?;
        tenant.delete_snapshot(mark.id)?;
        Ok((index, mark))
    }

    fn find(&self, tenant: &Tenant) -> Outcome<(usize, Mark)> {
        let history = tenant.history();
        let name: Text = self.name.as_str().into();
        history.choose(&Strategy::Named(name.clone()))?; // an unknown name is refused here, with the nearest ones
        let marks = history.snapshots().iter().cloned().enumerate();
        let found = marks.filter(|(_, mark)| mark.name.as_ref() == Some(&name)).max_by_key(|(_, mark)| mark.id);
        found.ok_or_else(|| usage(format!("no snapshot \"{name}\"")))
    }
}
