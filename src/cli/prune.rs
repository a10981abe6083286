//! `asof prune`: takes snapshots out of the list, by age and number.

use super::Console;
use super::cells::Cell;
use super::consent::Consent;
use super::exit::{Exit, Outcome};
use super::opened::{Author, Opened, RecordingArgs, span};
use super::out::note;
use super::snapshots::{cells, json, kinds};
use super::tenants::counted;
use crate::export::json::{Json, object};
use crate::history::Snapshot;
use crate::record::SnapshotKind;
use crate::recording::Prune as Which;

/// Take snapshots out of the list, by age and number; their versions stay
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof prune shop.asof --older-than 30d --dry-run\n  asof prune shop.asof --kind auto --keep 5 --yes\n\n\
                        Without --kind, --keep counts each kind by itself. Checkpoints that a transaction may go back to stay. \
                  `asof undo` brings back what was taken out."
)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true).args(["kind", "older_than", "keep"])))]
pub struct Prune {
    #[command(flatten)]
    recording: RecordingArgs,
    /// Only snapshots of this kind
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    kind: Option<SnapshotKind>,
    /// Only those of versions older than this: 90s, 5m, 2h, 30d
    #[arg(long, value_name = "AGE", value_parser = span)]
    older_than: Option<u64>,
    /// All but so many of the newest
    #[arg(long, value_name = "N")]
    keep: Option<u64>,
    #[command(flatten)]
    consent: Consent,
    /// Only say what would go
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    author: Author,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

impl Prune {
    /// Takes them out, if that is what is wanted, and prints them.
    pub fn run(&self, console: &mut Console) -> Outcome {
        let tenant = self.author.of(&Opened::to_write(&self.recording)?.tenant(console)?);
        let which = Which { kind: self.kind, older_than: self.older_than, keep: self.keep };
        let listed: Vec<Snapshot> = tenant.history().snapshots().to_vec();
        let gone = tenant.prunable(&which);
        if !self.dry_run {
            self.consent.can_be_given("prune")?;
        }
        if self.dry_run || gone.is_empty() {
            note(if gone.is_empty() { "nothing to take out" } else { "nothing was changed; this would go" });
            return self.print(&gone, &listed, console);
        }
        let many = counted(gone.len() as u64, "snapshot");
        let plan = format!("this takes {many} of {} out of the list; every version can still be opened", listed.len());
        if !self.consent.given("prune", &plan, "Take them out?")? {
            return Ok(Exit::Negative);
        }
        self.print(&tenant.prune(&which)?, &listed, console)
    }

    fn print(&self, gone: &[Snapshot], listed: &[Snapshot], console: &mut Console) -> Outcome {
        let index = |one: &Snapshot| listed.iter().position(|other| other.id == one.id).unwrap_or_default();
        if self.json {
            let deleted = gone.iter().map(|snapshot| json(index(snapshot), snapshot)).collect();
            console.out.json(&object([("deleted", Json::List(deleted))]))?;
        } else {
            let rows: Vec<Vec<Cell>> = gone.iter().map(|snapshot| cells(index(snapshot), snapshot)).collect();
            console.out.table(&rows)?;
        }
        Ok(Exit::Done)
    }
}
