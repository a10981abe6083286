//! `asof variants`: branches from one baseline side by side. How one is told to machines is here too, for `asof score`.

mod table;

use super::Console;
use super::exit::{Exit, Outcome};
use super::opened::{Opened, SourceArgs};
use super::out::note;
use crate::export::json::{Json, object, optional};
use crate::history::{Column, Comparison, Figure, History, Mark, Variant, Yardstick};
use crate::record::SnapshotId;
use crate::value::{Number, Text, Value};

/// Compare the variants of a baseline: what was measured, the score, and the verdict
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof variants demo:ab\n  asof variants shop.asof --baseline baseline --json | jq -r \
                  'select(.verdict == \"winner\").variant'\n\nThe metric called score decides; without one it is derived from \
                  the metrics with a goal. A broken guardrail disqualifies."
)]
pub struct Variants {
    #[command(flatten)]
    source: SourceArgs,
    /// Only the variants of this snapshot
    #[arg(long, value_name = "SNAPSHOT")]
    baseline: Option<String>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

impl Variants {
    /// Prints a table a baseline, or a line a variant; no variant at all is a negative answer.
    pub fn run(&self, console: &mut Console) -> Outcome {
        let tenant = Opened::new(&self.source, console)?.tenant(console)?;
        let comparisons = self.comparisons(&tenant.history())?;
        for comparison in &comparisons {
            if self.json {
                comparison.variants.iter().try_for_each(|variant| console.out.json(&json(comparison, variant)))?;
            } else {
                table::print(comparison, console)?;
            }
        }
        if comparisons.iter().all(|comparison| comparison.variants.is_empty()) {
            note(format!("tenant {} has no variants here; `asof fork --baseline SNAPSHOT` starts one", tenant.id()));
            return Ok(Exit::Negative);
        }
        Ok(Exit::Done)
    }

    fn comparisons(&self, history: &History) -> Outcome<Vec<Comparison>> {
        let wanted: Vec<SnapshotId> = match &self.baseline {
            Some(name) => vec![history.named_snapshot(name)?.id],
            None => history.baselines(),
        };
        Ok(wanted.into_iter().filter_map(|id| history.comparison(id)).collect())
    }
}

/// A variant for machines.
pub fn json(comparison: &Comparison, variant: &Variant) -> Json {
    let baseline = &comparison.baseline;
    object([
        ("variant", variant.branch.name.clone().into()),
        ("score", optional(variant.column.score.and_then(Number::from_f64))),
        ("metrics", metrics(&comparison.metrics, &variant.column).into()),
        ("verdict", variant.verdict.words().as_str().into()),
        ("baseline", optional(baseline.name.clone())),
        ("base", baseline.version.0.into()),
        ("head", variant.branch.head.0.into()),
        ("promoted", optional(variant.promoted.map(|version| version.0))),
    ])
}

/// An object with a member a metric; `null` where it was not measured.
fn metrics(yardsticks: &[Yardstick], column: &Column) -> Value {
    let each = yardsticks.iter().zip(&column.figures);
    each.map(|(metric, found)| (metric.name.clone(), found.as_ref().map_or(Value::Null, |f| figure(metric, f))))
        .collect()
}

fn figure(metric: &Yardstick, figure: &Figure) -> Value {
    let goal = metric.goal.as_ref().map_or(Value::Null, |goal| goal.to_string().as_str().into());
    let members = [
        ("value", figure.value.clone().into()),
        ("unit", metric.unit.clone().into()),
        ("goal", goal),
        ("delta", figure.delta.clone().map_or(Value::Null, Value::from)),
        ("share", figure.share.and_then(Number::from_f64).map_or(Value::Null, Value::from)),
        ("mark", word(figure.mark).into()),
    ];
    members.into_iter().map(|(name, value): (&str, Value)| (Text::from(name), value)).collect()
}

fn word(mark: Mark) -> &'static str {
    match mark {
        Mark::Unjudged => "unjudged",
        Mark::Better => "better",
        Mark::Worse => "worse",
        Mark::Unclear => "unclear",
        Mark::Broken => "broken",
    }
}
