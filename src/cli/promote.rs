//! `asof promote`: makes a variant's change permanent on main. Says before what it will do, and asks.

use super::Console;
use super::consent::Consent;
use super::exit::{Exit, Outcome};
use super::opened::{Author, Opened, RecordingArgs};
use super::rollback::{done_words, plan_words, told};
use crate::history::{MAIN, RollbackPlan};
use crate::recording::Tenant;

/// Promote a variant: append a version of main equal to the variant's head; what main did since is kept as a branch
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  asof promote shop.asof B --reason 'best score, no guardrail broken'\n\nThat is the baseline with the variant's change, \
                  in one record. Nothing is lost: `asof undo` takes it back."
)]
pub struct Promote {
    #[command(flatten)]
    recording: RecordingArgs,
    /// The variant, or any other fork
    variant: String,
    /// Why, kept with the promotion
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    author: Author,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

impl Promote {
    /// Promotes, if that is what is wanted.
    pub fn run(&self, console: &mut Console) -> Outcome {
        let tenant = self.author.of(&Opened::to_write(&self.recording)?.tenant(console)?);
        let plan = format!("promoting {}: {}", self.variant, plan_words(&self.plan(&tenant)?));
        if !self.consent.given("promote", &plan, "Promote?")? {
            return Ok(Exit::Negative);
        }
        let done = tenant.promote(&self.variant, &self.reason)?;
        if self.json {
            console.out.json(&told(&tenant, &done))?;
        } else {
            console.out.line(&done_words(&done))?;
        }
        Ok(Exit::Done)
    }

    fn plan(&self, tenant: &Tenant) -> Outcome<RollbackPlan> {
        let history = tenant.history();
        let head = history.growing(Some(&self.variant)).filter(|_| self.variant != MAIN).map(|(head, _)| head);
        let head = head.ok_or_else(|| history.no_branch(&self.variant))?;
        Ok(history.plan_rollback(head)?)
    }
}
