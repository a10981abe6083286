//! `asof promote`: makes a variant's change permanent on main. Says before what it will do, and asks.

use super::Console;
use super::consent::{Consent, ConsentQuestion};
use super::exit::{CommandResult, Exit};
use super::opened::{Author, Opened, RecordingArgs};
use super::rollback::{Doubtful, done, foretell};
use crate::ops::Verb;

/// Promote a variant: append a version of main equal to the variant's head; main's newer versions are kept as a branch
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  asof promote shop.asof B --reason 'best score, no guardrail broken'\n\nMain gets the \
                  value of the variant's head, in one record. Nothing is lost: `asof undo` reverses it."
)]
pub struct PromoteArgs {
    #[command(flatten)]
    recording: RecordingArgs,
    /// The variant, or any other fork
    variant: String,
    /// The reason, kept with the promotion
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    doubtful: Doubtful,
    #[command(flatten)]
    author: Author,
    /// Only print what would be done
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl PromoteArgs {
    /// Promotes, if that is what is wanted.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let tenant = self.author.of(&Opened::to_write(&self.recording)?.tenant(console)?);
        let verb = Verb::Promote { variant: self.variant.as_str().into(), reason: self.reason.as_str().into() };
        let plan = verb.plan(&tenant)?;
        if self.dry_run {
            let needs = [self.doubtful.needed(&plan), ("--confirm TENANT", verb.asks_for_name(&tenant))];
            return foretell(&plan, &needs, self.json, console);
        }
        self.doubtful.accepts(&plan)?;
        let question = ConsentQuestion { verb: &verb, plan: &plan, doing: "promote", ask: "Promote?" };
        let Some(tenant) = self.consent.given(&tenant, self.doubtful.allow(), &question)? else {
            return Ok(Exit::Negative);
        };
        done(&verb.act(&tenant, &mut |_| {})?, self.json, console)
    }
}
