//! `asof compact`: cuts off old history. Says before what goes, and asks.

use super::Console;
use super::consent::Consent;
use super::exit::{Exit, Outcome};
use super::opened::{Opened, RecordingArgs, moment};
use super::tenants::counted;
use crate::export::json::{object, optional};
use crate::recording::CompactPlan;

/// Cut off everything before a version: the only command that takes history away
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof compact shop.asof --before @2026-01-01 --dry-run\n  asof compact shop.asof --before head~1000 --yes\n\n\
                        Version numbers stay as they are. Branches that grow, variants with their baselines, and what was\n\
                        rolled back to later stay too. It cannot be undone."
)]
pub struct Compact {
    #[command(flatten)]
    recording: RecordingArgs,
    /// The first version that stays: a moment, as in `asof --help`
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    before: String,
    /// Only say what would go
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    consent: Consent,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

impl Compact {
    /// Cuts, if that is what is wanted.
    pub fn run(&self, console: &mut Console) -> Outcome {
        let tenant = Opened::to_write(&self.recording)?.tenant(console)?;
        let plan = tenant.compact_plan(moment(&tenant, &self.before)?)?;
        if self.dry_run {
            self.print(&plan, None, console)?;
            return Ok(Exit::Done);
        }
        let gone = format!("this takes away {}, for good; {} becomes the oldest version", words(&plan), plan.before);
        if !self.consent.given("cut", &gone, "Cut it off?")? {
            return Ok(Exit::Negative);
        }
        let done = tenant.compact(plan.before)?;
        self.print(&done.plan, Some(done.freed), console)?;
        Ok(Exit::Done)
    }

    /// How many bytes were freed is known only afterwards.
    fn print(&self, plan: &CompactPlan, freed: Option<u64>, console: &mut Console) -> Outcome<()> {
        if self.json {
            return console.out.json(&object([
                ("deleted", plan.versions.into()),
                ("before", plan.before.0.into()),
                ("records", plan.records.into()),
                ("bytes", plan.bytes.into()),
                ("snapshots", (plan.snapshots.len() as u64).into()),
                ("branches", (plan.branches.len() as u64).into()),
                ("transactions", plan.transactions.into()),
                ("freed", optional(freed)),
            ]));
        }
        let verb = if self.dry_run { "would cut off" } else { "cut off" };
        let freed = freed.map(|bytes| format!("; {bytes} bytes freed")).unwrap_or_default();
        console.out.line(&format!("{verb} {}; the oldest version is {}{freed}", words(plan), plan.before))
    }
}

/// What goes.
fn words(plan: &CompactPlan) -> String {
    let parts = [
        counted(plan.versions, "version"),
        counted(plan.records, "record"),
        counted(plan.snapshots.len() as u64, "snapshot"),
        kept(plan.branches.len()),
        counted(plan.transactions, "transaction"),
    ];
    parts.into_iter().filter(|part| !part.starts_with("0 ")).collect::<Vec<_>>().join(", ")
}

fn kept(branches: usize) -> String {
    if branches == 1 { "1 kept branch".into() } else { format!("{branches} kept branches") }
}
