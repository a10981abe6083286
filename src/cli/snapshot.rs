//! `asof snapshot`: marks a version, or takes a mark away.

use super::Console;
use super::exit::{Exit, Outcome, usage};
use super::opened::{Author, Opened, RecordingArgs, moment};
use super::snapshots::{cells, json};
use crate::history::Snapshot as Mark;
use crate::record::{Position, SnapshotId};
use crate::recording::{SnapshotRequest, Tenant};
use crate::value::Text;

/// Mark a version with a name, or take a mark away
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof snapshot shop.asof before-deploy\n  asof snapshot shop.asof bug-4711 --at @12:30 --tag bug --description 'cart is empty'\n  \
                        asof snapshot shop.asof bug-4711 --edit --rename cart-bug --tag fixed\n  asof snapshot shop.asof bug-4711 --delete"
)]
pub struct Snapshot {
    #[command(flatten)]
    recording: RecordingArgs,
    /// The snapshot's name; with --edit and --delete `id:N` too
    #[arg(required_unless_present = "kind")]
    name: Option<String>,
    /// The version to mark: a moment, as in `asof --help`
    #[arg(long, value_name = "MOMENT", default_value = "head", allow_hyphen_values = true)]
    at: String,
    /// A tag; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Make an auto snapshot, which has no name
    #[arg(long, value_name = "auto", value_parser = ["auto"], conflicts_with_all = ["name", "edit", "delete"])]
    kind: Option<String>,
    /// Change the snapshot's name, tags or description, as given; what is not given stays
    #[arg(long, conflicts_with_all = ["at", "delete"])]
    edit: bool,
    /// With --edit: its new name
    #[arg(long, value_name = "NAME", requires = "edit")]
    rename: Option<String>,
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
        let (index, mark) = match (self.delete, self.edit) {
            (true, _) => self.remove(&tenant)?,
            (_, true) => self.change(&tenant)?,
            (false, false) => self.make(&tenant)?,
        };
        if self.json {
            console.out.json(&json(index, &mark))?;
        } else {
            console.out.table(&[cells(index, &mark)])?;
        }
        Ok(Exit::Done)
    }

    fn make(&self, tenant: &Tenant) -> Outcome<(usize, Mark)> {
        let request = SnapshotRequest {
            name: self.name.as_deref().map(Text::from),
            version: Some(moment(tenant, &self.at)?),
            description: self.description.as_deref().unwrap_or_default().into(),
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

    fn change(&self, tenant: &Tenant) -> Outcome<(usize, Mark)> {
        let (index, mark) = self.find(tenant)?;
        let mut note = mark.note();
        note.name = self.rename.as_deref().map(Text::from).or(note.name);
        note.description = self.description.as_deref().map_or(note.description, Text::from);
        if !self.tags.is_empty() {
            note.tags = self.tags.iter().map(|tag| tag.as_str().into()).collect();
        }
        tenant.edit_snapshot(mark.id, &note)?;
        let changed = tenant.history().snapshot(mark.id).cloned();
        Ok((index, changed.unwrap_or(mark)))
    }

    /// The snapshot of that name, or of that id.
    fn find(&self, tenant: &Tenant) -> Outcome<(usize, Mark)> {
        let name = self.name.as_deref().unwrap_or_default();
        let history = tenant.history();
        let id = match name.strip_prefix("id:").and_then(|id| id.parse().ok()) {
            Some(id) => SnapshotId(Position(id)),
            None => history.named_snapshot(name)?.id, // an unknown name is refused here, with the nearest ones
        };
        let found = history.snapshots().iter().cloned().enumerate().find(|(_, mark)| mark.id == id);
        found.ok_or_else(|| usage(format!("there is no snapshot \"{name}\"")))
    }
}
