//! `asof compact`: cuts off old history. Says before what goes, and asks.

use super::Console;
use super::consent::{Consent, ConsentQuestion};
use super::exit::{CommandResult, Exit};
use super::opened::{Opened, RecordingArgs, moment};
use super::rollback::done;
use crate::ops::Verb;
use crate::ops::words::PLAIN;
use crate::recording::Allow;

/// Delete everything before a version: the only command that removes history
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  asof compact shop.asof --before @2026-01-01 --dry-run\n  asof compact shop.asof \
                  --before head~1000 --yes\n\nVersion numbers do not change. Active branches, variants with their \
                  baselines, and versions that were rolled back to later are kept. This cannot be undone.")]
pub struct CompactArgs {
    #[command(flatten)]
    recording: RecordingArgs,
    /// The oldest version to keep: a moment, as in `asof --help`
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    before: String,
    /// Only print what would be deleted
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    consent: Consent,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl CompactArgs {
    /// Cuts, if that is what is wanted.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let tenant = Opened::to_write(&self.recording)?.tenant(console)?;
        let verb = Verb::Compact { before: moment(&tenant, &self.before)? };
        let plan = verb.plan(&tenant)?;
        if self.dry_run {
            if self.json {
                console.out.json(&plan.json())?;
            } else {
                console.out.line(&plan.words(&PLAIN))?;
            }
            return Ok(Exit::Done);
        }
        let question = ConsentQuestion { verb: &verb, plan: &plan, doing: "compact", ask: "Delete it permanently?" };
        let Some(tenant) = self.consent.given(&tenant, Allow::default(), &question)? else {
            return Ok(Exit::Negative);
        };
        done(&verb.act(&tenant, &mut |_| {})?, self.json, console)
    }
}
