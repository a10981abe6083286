//! `asof score`: records what was measured on a branch, or on a baseline.

use super::Console;
use super::exit::{Exit, Outcome, usage};
use super::opened::{Author, Opened, RecordingArgs};
use super::rollback::done;
use super::variants;
use crate::export::json::Json;
use crate::history::History;
use crate::ops::Verb;
use crate::record::Metric;

/// Record what was measured on a variant at its head, or on a baseline under its snapshot's name
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof score shop.asof B score=92 p95=22.8ms:lower errors=0:zero\n  asof score shop.asof baseline p95=41.2ms:lower\n  \
                        asof score shop.asof main 'memory=95%:<=90'\n\nGoals: lower and higher are better; equal (to the baseline), zero, <=N and \
                  >=N are guardrails that disqualify. The metric called score decides."
)]
pub struct Score {
    #[command(flatten)]
    recording: RecordingArgs,
    /// A variant or other branch, or a baseline's snapshot
    variant: String,
    /// NAME=VALUE, with a unit behind the value and :GOAL behind that where there are
    #[arg(value_name = "METRIC=VALUE", required = true)]
    metrics: Vec<String>,
    #[command(flatten)]
    author: Author,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

impl Score {
    /// Records the figures and prints what comes of them.
    pub fn run(&self, console: &mut Console) -> Outcome {
        let metrics: Vec<Metric> = self.metrics.iter().map(|text| read(text)).collect::<Outcome<_>>()?;
        let tenant = self.author.of(&Opened::to_write(&self.recording)?.tenant(console)?);
        let outcome = Verb::Score { of: self.variant.as_str().into(), metrics }.act(&tenant, &mut |_| {})?;
        match self.told(&tenant.history()).filter(|_| self.json) {
            Some(variant) => {
                console.out.json(&variant)?;
                Ok(Exit::Done)
            }
            None => done(&outcome, self.json, console),
        }
    }

    /// As `asof variants` tells it; what is no variant has no verdict.
    fn told(&self, history: &History) -> Option<Json> {
        let baseline = history.branch(&self.variant).and_then(|branch| branch.baseline)?;
        let comparison = history.comparison(baseline)?;
        let variant = comparison.variants.iter().find(|variant| variant.branch.name == self.variant)?;
        Some(variants::json(&comparison, variant))
    }
}

fn read(text: &str) -> Outcome<Metric> {
    Metric::parse(text).map_err(|why| usage(format!("the metric \"{text}\" {why}")))
}
