//! `asof snapshot`: marks a version, or takes a mark away.

use super::Console;
use super::consent::{ConfirmArgs, ConsentQuestion};
use super::exit::{CommandResult, Exit};
use super::opened::{Author, Opened, RecordingArgs, moment};
use super::out::note;
use super::rollback::done;
use super::snapshots::cells;
use crate::error::Error;
use crate::escape::in_quotes;
use crate::history::Snapshot as Mark;
use crate::ops::words::{self, PLAIN};
use crate::ops::{Outcome as Done, Plan, Verb};
use crate::record::{Position, SnapshotId};
use crate::recording::{Allow, SnapshotRequest, Tenant};
use crate::value::Text;

/// Create a snapshot of a version; edit or delete one
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof snapshot shop.asof before-deploy\n  asof snapshot shop.asof bug-4711 --at @12:30 --tag bug --description 'cart is empty'\n  \
                        asof snapshot shop.asof bug-4711 --edit --rename cart-bug --tag fixed\n  asof snapshot shop.asof bug-4711 --delete"
)]
pub struct SnapshotArgs {
    #[command(flatten)]
    recording: RecordingArgs,
    /// The snapshot's name; with --edit and --delete `id:N` too
    #[arg(required_unless_present = "kind")]
    name: Option<String>,
    /// The version: a moment, as in `asof --help`
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
    /// Change the snapshot's name, tags or description; what is not given does not change
    #[arg(long, conflicts_with_all = ["at", "delete"])]
    edit: bool,
    /// With --edit: its new name
    #[arg(long, value_name = "NAME", requires = "edit")]
    rename: Option<String>,
    #[command(flatten)]
    author: Author,
    /// Delete the newest snapshot of this name; its version is kept, and `asof undo` restores it
    #[arg(long, conflicts_with_all = ["at", "tags", "description"])]
    delete: bool,
    #[command(flatten)]
    confirm: ConfirmArgs,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl SnapshotArgs {
    /// Makes, edits or deletes the snapshot and prints it.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let tenant = self.author.of(&Opened::to_write(&self.recording)?.tenant(console)?);
        let verb = match (self.delete, self.edit) {
            (true, _) => Verb::Delete(self.find(&tenant)?.id),
            (_, true) => self.change(&tenant)?,
            (false, false) => self.make(&tenant)?,
        };
        let plan = Plan::Simple;
        let question = ConsentQuestion { verb: &verb, plan: &plan, doing: "delete it", ask: "" };
        let Some(tenant) = self.confirm.given_where_guarded(&tenant, Allow::default(), &question)? else {
            return Ok(Exit::Negative);
        };
        let outcome = verb.act(&tenant, &mut |_| {})?;
        if self.json {
            console.out.json(&outcome.json())?;
            return Ok(Exit::Done);
        }
        let (index, snapshot, more) = match &outcome {
            Done::Made(made) => {
                let (dropped, guard) =
                    (words::dropped(&made.dropped, &PLAIN), words::guarded(made.guards, &made.tenant));
                let alike = words::alike(&made.snapshot, &made.look_alikes);
                (made.index, &made.snapshot, format!("{dropped}{guard}{alike}"))
            }
            Done::Edited(edited) => {
                let guard = words::guarded(edited.guards, &edited.tenant);
                let alike = words::alike(&edited.snapshot, &edited.look_alikes);
                (edited.index, &edited.snapshot, format!("{guard}{alike}"))
            }
            Done::Deleted(deleted) => (deleted.index, &deleted.snapshot, String::new()),
            other => return done(other, false, console),
        };
        console.out.table(&[cells(index, snapshot)])?;
        if !more.is_empty() {
            note(more.trim_start_matches("; "));
        }
        Ok(Exit::Done)
    }

    fn make(&self, tenant: &Tenant) -> CommandResult<Verb> {
        Ok(Verb::Snapshot(SnapshotRequest {
            name: self.name.as_deref().map(Text::from),
            version: Some(moment(tenant, &self.at)?),
            description: self.description.as_deref().unwrap_or_default().into(),
            tags: self.tags.iter().map(|tag| tag.as_str().into()).collect(),
        }))
    }

    fn change(&self, tenant: &Tenant) -> CommandResult<Verb> {
        let snapshot = self.find(tenant)?;
        let mut note = snapshot.note();
        note.name = self.rename.as_deref().map(Text::from).or(note.name);
        note.description = self.description.as_deref().map_or(note.description, Text::from);
        if !self.tags.is_empty() {
            note.tags = self.tags.iter().map(|tag| tag.as_str().into()).collect();
        }
        Ok(Verb::Edit { id: snapshot.id, note })
    }

    /// The snapshot of that name, or of that id.
    fn find(&self, tenant: &Tenant) -> CommandResult<Mark> {
        let name = self.name.as_deref().unwrap_or_default();
        let history = tenant.history();
        let found = match name.strip_prefix("id:").and_then(|id| id.parse().ok()) {
            Some(id) => history.marks().get(SnapshotId(Position(id))),
            None => Some(history.named_snapshot(name)?), // an unknown name is refused here, with the nearest ones
        };
        let missing = || Error::NotFound {
            what: format!("snapshot {}", in_quotes(name)),
            tenant: tenant.id().to_string(),
            nearest: Vec::new(),
        };
        Ok(found.cloned().ok_or_else(missing)?)
    }
}
