//! `asof prune`: takes snapshots out of the list, by age and number.

use super::Console;
use super::cells::RowCell;
use super::consent::{Consent, ConsentQuestion};
use super::exit::{CommandResult, Exit};
use super::opened::{Author, Opened, RecordingArgs, span};
use super::out::note;
use super::rollback::done;
use super::snapshots::{cells, kinds};
use crate::ops::{Outcome as Done, Plan, Verb};
use crate::record::SnapshotKind;
use crate::recording::{Allow, Prune as Which};

/// Delete old snapshots by age and number; their versions are kept
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof prune shop.asof --older-than 30d --dry-run\n  asof prune shop.asof --kind auto \
                  --keep 5 --yes\n\nWithout --kind, --keep counts each kind separately. Checkpoints of unfinished \
                  transactions and baselines of open variants are kept. `asof undo` restores the deleted snapshots."
)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true).args(["kind", "older_than", "keep"])))]
pub struct PruneArgs {
    #[command(flatten)]
    recording: RecordingArgs,
    /// Only snapshots of this kind
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    kind: Option<SnapshotKind>,
    /// Only snapshots of versions older than this: 90s, 5m, 2h, 30d
    #[arg(long, value_name = "AGE", value_parser = span)]
    older_than: Option<u64>,
    /// Keep this many of the newest
    #[arg(long, value_name = "N")]
    keep: Option<u64>,
    #[command(flatten)]
    consent: Consent,
    /// Only print what would be deleted
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    author: Author,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl PruneArgs {
    /// Takes them out, if that is what is wanted, and prints them.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let tenant = self.author.of(&Opened::to_write(&self.recording)?.tenant(console)?);
        let verb = Verb::Prune(Which { kind: self.kind, older_than: self.older_than, keep: self.keep });
        let plan = verb.plan(&tenant)?;
        if self.dry_run {
            note("dry run: nothing was changed");
            return self.print(&plan, console);
        }
        self.consent.can_be_given("prune")?;
        if matches!(&plan, Plan::Prune(pruned) if pruned.gone.is_empty()) {
            note("nothing to prune");
            return self.print(&plan, console);
        }
        let question = ConsentQuestion { verb: &verb, plan: &plan, doing: "prune", ask: "Delete them?" };
        let Some(tenant) = self.consent.given(&tenant, Allow::default(), &question)? else {
            return Ok(Exit::Negative);
        };
        match verb.act(&tenant, &mut |_| {})? {
            Done::Pruned(pruned) => self.print(&Plan::Prune(pruned), console),
            other => done(&other, self.json, console),
        }
    }

    fn print(&self, plan: &Plan, console: &mut Console) -> CommandResult {
        if self.json {
            console.out.json(&plan.json())?;
        } else if let Plan::Prune(pruned) = plan {
            let rows: Vec<Vec<RowCell>> = pruned.gone.iter().map(|(index, snapshot)| cells(*index, snapshot)).collect();
            console.out.table(&rows)?;
        }
        Ok(Exit::Done)
    }
}
