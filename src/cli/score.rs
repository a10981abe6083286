//! `asof score`: records what was measured on a branch, or on a baseline.

use super::Console;
use super::exit::{Exit, Outcome, Stop, usage};
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
                  >=N are guardrails that disqualify. The metric called score decides. A metric that is given several times, here or \
                  later at the same version, has several figures: their means are tested (see `asof variants`)."
)]
pub struct Score {
    #[command(flatten)]
    recording: RecordingArgs,
    /// A variant or other branch, or a baseline's snapshot
    variant: String,
    /// NAME=VALUE, with a unit behind the value and :GOAL behind that where there are
    #[arg(value_name = "METRIC=VALUE", required = true)]
    metrics: Vec<String>,
    /// Let a metric have another goal or unit than it had before; all its verdicts change with it
    #[arg(long)]
    redefine: bool,
    #[command(flatten)]
    author: Author,
    /// One JSON object: what was measured, as `asof variants` tells it
    #[arg(long)]
    json: bool,
}

impl Score {
    /// Records the figures and prints what comes of them.
    pub fn run(&self, console: &mut Console) -> Outcome {
        let metrics: Vec<Metric> = self.metrics.iter().map(|text| read(text)).collect::<Outcome<_>>()?;
        let tenant = self.author.of(&Opened::to_write(&self.recording)?.tenant(console)?);
        if !self.redefine {
            same_as_before(&self.variant, &metrics, &tenant.history())?;
        }
        let outcome = Verb::Score { of: self.variant.as_str().into(), metrics }.act(&tenant, &mut |_| {})?;
        match self.told(&tenant.history()).filter(|_| self.json) {
            Some(variant) => {
                console.out.json(&variant)?;
                Ok(Exit::Done)
            }
            None => done(&outcome, self.json, console),
        }
    }

    /// As `asof variants` tells it.
    fn told(&self, history: &History) -> Option<Json> {
        let Some(branch) = history.branch(&self.variant) else {
            let baseline = history.named_snapshot(&self.variant).ok()?.id;
            return history.comparison(baseline).map(|comparison| variants::reference_json(&comparison));
        };
        let Some(baseline) = branch.baseline else {
            let measured =
                history.measured_branches().into_iter().find(|measured| measured.branch.name == self.variant)?;
            return Some(variants::branch_json(&measured));
        };
        let comparison = history.comparison(baseline)?;
        let variant = comparison.variants.iter().find(|variant| variant.branch.name == self.variant)?;
        Some(variants::json(&comparison, variant))
    }
}

/// Refuses figures whose goal or unit is another than that of the metric so far: every verdict would change in silence.
fn same_as_before(of: &str, metrics: &[Metric], history: &History) -> Outcome<()> {
    for (at, metric) in metrics.iter().enumerate() {
        let said = history.metric(of, &metric.name);
        let here = || metrics[..at].iter().rev().filter(|other| other.name == metric.name);
        let goal = here().find_map(|other| other.goal.clone()).or_else(|| said.as_ref()?.goal.clone());
        let unit = here().map(|other| other.unit.clone()).find(|unit| !unit.is_empty());
        let unit = unit.or_else(|| Some(said.as_ref()?.unit.clone())).unwrap_or_default();
        let changed = match (&metric.goal, &goal) {
            (Some(new), Some(old)) if new != old => format!("the goal of {} is {old}, not {new}", metric.name),
            _ if !metric.unit.is_empty() && !unit.is_empty() && metric.unit != unit => {
                format!("{} is measured in {unit}, not in {}", metric.name, metric.unit)
            }
            _ => continue,
        };
        return Err(usage(format!("{changed}; leave it out, or pass --redefine to change it for all variants")));
    }
    Ok(())
}

fn read(text: &str) -> Outcome<Metric> {
    Metric::parse(text).map_err(Stop::from)
}
