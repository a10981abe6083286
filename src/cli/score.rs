//! `asof score`: records what was measured on a branch, or on a baseline.

mod column;

use super::Console;
use super::exit::{CommandResult, Exit, Stop, usage};
use super::opened::{Author, Opened, RecordingArgs};
use super::rollback::done;
use super::variants;
use crate::error::Error;
use crate::export::json::JsonOutput;
use crate::history::History;
use crate::ops::Verb;
use crate::record::Metric;
use crate::recording::Tenant;
use column::{ColumnVersions, MetricColumn};

/// Record metrics of a variant's head, or of a baseline by its snapshot's name
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof score shop.asof B score=92 p95=22.8ms:lower errors=0:zero\n  asof score shop.asof \
                  baseline p95=41.2ms:lower\n  asof score shop.asof main 'memory=95%:<=90'\n  asof score shop.asof B p95='.timing.p95 ms:lower' --label request\n\nGoals: `lower` and \
                  `higher` say which is better. `equal` (to the baseline), `zero`, `<=N` and `>=N` are guardrails; \
                  breaking one disqualifies. The metric named score decides. Several values of a metric, in one \
                  command or at the same version, are samples; `asof variants` compares their means. A value that begins with a dot is a jq filter: its number at \
                  each version of the branch, or up to the baseline, is one figure."
)]
pub struct ScoreArgs {
    #[command(flatten)]
    recording: RecordingArgs,
    /// A variant or other branch, or a baseline's snapshot
    variant: String,
    /// NAME=VALUE, optionally with a unit and a goal: p95=22.8ms:lower; or NAME=FILTER: p95=.timing.p95
    #[arg(value_name = "METRIC=VALUE", required = true)]
    metrics: Vec<String>,
    #[command(flatten)]
    versions: ColumnVersions,
    /// Allow a different goal or unit than before; earlier verdicts change with it
    #[arg(long)]
    redefine: bool,
    #[command(flatten)]
    author: Author,
    /// Print one JSON object, as `asof variants` does
    #[arg(long)]
    json: bool,
}

impl ScoreArgs {
    /// Records the figures and prints what comes of them.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let read: Vec<ScoreRead> = self.metrics.iter().map(|text| read(text)).collect::<CommandResult<_>>()?;
        let tenant = self.author.of(&Opened::to_write(&self.recording)?.tenant(console)?);
        let metrics = self.figures(read, &tenant)?;
        let verb = Verb::Score { of: self.variant.as_str().into(), metrics, redefine: self.redefine };
        let outcome = verb.act(&tenant, &mut |_| {}).map_err(refused)?;
        match self.to_json(&tenant.history()).filter(|_| self.json) {
            Some(variant) => {
                console.out.json(&variant)?;
                Ok(Exit::Done)
            }
            None => done(&outcome, self.json, console),
        }
    }

    fn figures(&self, read: Vec<ScoreRead>, tenant: &Tenant) -> CommandResult<Vec<Metric>> {
        let mut figures = Vec::new();
        for read in read {
            match read {
                ScoreRead::Figure(metric) => figures.push(metric),
                ScoreRead::Column(column) => figures.extend(column.figures(&self.variant, &self.versions, tenant)?),
            }
        }
        Ok(figures)
    }

    /// As `asof variants` tells it.
    fn to_json(&self, history: &History) -> Option<JsonOutput> {
        let Some(branch) = history.branch(&self.variant) else {
            let baseline = history.named_snapshot(&self.variant).ok()?.id;
            return history.variants().comparison(baseline).map(|comparison| variants::reference_json(&comparison));
        };
        let Some(baseline) = branch.baseline else {
            let measured = history
                .variants()
                .measured_branches()
                .into_iter()
                .find(|measured| measured.branch.name == self.variant)?;
            return Some(variants::branch_json(&measured));
        };
        let comparison = history.variants().comparison(baseline)?;
        let variant = comparison.variants.iter().find(|variant| variant.branch.name == self.variant)?;
        Some(variants::json(&comparison, variant))
    }
}

/// Says how to have a changed metric all the same.
fn refused(error: Error) -> Stop {
    match error {
        Error::MetricChanged { change } => {
            usage(format!("{change}; leave it out, or pass --redefine to change it for all variants"))
        }
        other => other.into(),
    }
}

/// What was asked to be recorded.
enum ScoreRead {
    Figure(Metric),
    Column(MetricColumn),
}

fn read(text: &str) -> CommandResult<ScoreRead> {
    match MetricColumn::parse(text) {
        Some(column) => column.map(ScoreRead::Column),
        None => Metric::parse(text).map(ScoreRead::Figure).map_err(Stop::from),
    }
}
