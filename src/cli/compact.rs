//! `asof compact`: cuts off old history. Says before what goes, and asks.

use super::Console;
use super::consent::{Consent, Question};
use super::exit::{Exit, Outcome};
use super::opened::{Opened, RecordingArgs, moment};
use super::rollback::done;
use crate::ops::Verb;
use crate::ops::words::PLAIN;
use crate::recording::Allow;

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
        let question = Question { verb: &verb, plan: &plan, doing: "cut", ask: "Cut it off for good?" };
        let Some(tenant) = self.consent.given(&tenant, Allow::default(), &question)? else {
            return Ok(Exit::Negative);
        };
        done(&verb.act(&tenant, &mut |_| {})?, self.json, console)
    }
}
