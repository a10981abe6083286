//! Figures from a column of the recording: what a filter gives at each version of a branch, or up to a baseline.

use crate::cli::asked::{budget, index_paths};
use crate::cli::exit::{CommandResult, Exit, Stop, usage};
use crate::cli::opened::moment;
use crate::cli::out::note;
use crate::error::{Error, counted};
use crate::escape::in_quotes;
use crate::history::{Measurement, MetricSpec};
use crate::query::{Query, WrongQuery};
use crate::questions::{Course, Trace};
use crate::record::{Goal, Metric, Version};
use crate::recording::Tenant;
use crate::value::{Text, Value};
use std::ops::{ControlFlow, RangeInclusive};
use std::sync::atomic::Ordering;

/// Figures that one call records at most.
const MOST: usize = 10_000;

/// `p95=.latency_ms:lower`: a metric whose figures are read from the states.
pub struct MetricColumn {
    name: Text,
    filter: Query,
    unit: Text,
    goal: Option<Goal>,
}

/// Of a filter that assigns, says what gives a number instead: a comparison does not.
fn with_number(wrong: WrongQuery, name: &str) -> WrongQuery {
    if Query::compile(&wrong.text).is_err() {
        return wrong;
    }
    let read = wrong.text.get(..wrong.at).map_or("", str::trim);
    let read = if Query::value(read).is_ok() { read } else { ".path" };
    let hint = format!("write {name}={read} for its number at each version");
    WrongQuery { hint: Some(hint.as_str().into()), ..wrong }
}

/// Which versions have a figure.
#[derive(clap::Args)]
pub struct ColumnVersions {
    /// With METRIC=FILTER: only versions from this one on: a moment, as in `asof --help`
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    from: Option<String>,
    /// With METRIC=FILTER: only versions whose label contains this text
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
}

impl MetricColumn {
    /// Reads `NAME=FILTER[ UNIT][:GOAL]`, where the filter begins with a dot; `None` where the text is a figure.
    pub fn parse(text: &str) -> Option<CommandResult<Self>> {
        let (name, rest) = text.split_once('=').filter(|(_, rest)| rest.starts_with('.'))?;
        let goal = rest.rsplit_once(':').and_then(|(filter, goal)| Some((filter, Goal::parse(goal.trim())?)));
        let (rest, goal) = goal.map_or((rest, None), |(filter, goal)| (filter, Some(goal)));
        // A unit stands behind a blank, where what is in front of it is a filter by itself.
        let with_unit = || rest.rsplit_once(' ').and_then(|(filter, unit)| Some((Query::value(filter).ok()?, unit)));
        let read = match Query::value(rest) {
            Ok(filter) => Ok((filter, "")),
            Err(wrong) => with_unit().ok_or_else(|| usage(with_number(wrong, name).to_string())),
        };
        let name = Metric::name(name).map_err(|why| usage(format!("metric {}: {why}", in_quotes(text))));
        Some(
            name.and_then(|name| {
                read.map(|(filter, unit)| Self { name: name.into(), filter, unit: unit.into(), goal })
            }),
        )
    }

    /// Its figures, oldest first, in the unit of the metric where none is given.
    pub fn figures(&self, of: &str, versions: &ColumnVersions, tenant: &Tenant) -> CommandResult<Vec<Metric>> {
        let (branch, range) = self.versions(of, versions, tenant)?;
        let budget = budget()?;
        index_paths(&branch, &budget.cancelled)?;
        let course = Course::new(&branch, range);
        let history = branch.history();
        let has_label = |version: Version, text: &String| {
            history.info(version).is_some_and(|info| info.label.contains(text.as_str()))
        };
        let (mut figures, mut without) = (Vec::new(), 0_u64);
        Trace { course: &course, expressions: std::slice::from_ref(&self.filter), budget: &budget }.rows(|row| {
            if versions.label.as_ref().is_none_or(|text| has_label(row.version, text)) {
                match row.values.first() {
                    Some(Ok(Value::Number(number))) => figures.push(number.clone()),
                    _ => without += 1,
                }
            }
            if figures.len() > MOST { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if budget.cancelled.load(Ordering::Relaxed) {
            return Err(Error::Interrupted.into());
        }
        let filter = self.filter.text();
        if figures.len() > MOST {
            return Err(usage(format!("{filter} has more than {MOST} figures: choose some with --from or --label")));
        }
        if figures.is_empty() {
            return Err(Stop::Failed(
                Exit::Negative,
                Error::Usage(format!("{filter} is a number at no version of {of}")),
            ));
        }
        if without > 0 {
            note(format!("{} without a number at {filter} left out", counted(without, "version")));
        }
        let known = tenant.history().variants().metric(of, &self.name);
        let unit = known
            .map(|known: MetricSpec| known.unit)
            .filter(|_| self.unit.is_empty())
            .unwrap_or_else(|| self.unit.clone());
        let metric = |value| Metric { goal: self.goal.clone(), ..Metric::new(&self.name, value).unit(&unit) };
        Ok(figures.into_iter().map(metric).collect())
    }

    /// Those of a branch after its fork, or of `main` up to a baseline.
    fn versions(
        &self,
        of: &str,
        versions: &ColumnVersions,
        tenant: &Tenant,
    ) -> CommandResult<(Tenant, RangeInclusive<Version>)> {
        let history = tenant.history();
        let (branch, first, last) = match history.branch(of) {
            Some(branch) => (tenant.on(of)?, Version(branch.base.0 + 1), branch.head),
            None => match history.named_snapshot(of) {
                Ok(snapshot) => (tenant.clone(), Version(1), snapshot.version),
                Err(_) => return Err(tenant.on(of).err().unwrap_or(Error::Interrupted).into()),
            },
        };
        let is_recorded = |measured: &Measurement| {
            measured.of == of
                && measured.version == last
                && measured.metrics.iter().any(|metric| metric.name == self.name)
        };
        if history.ledger().measurements().iter().any(is_recorded) {
            let name = &self.name;
            return Err(Stop::Failed(
                Exit::Negative,
                Error::Usage(format!(
                    "{of} already has figures of {name} at {last}: the same versions twice would count as twice the sample"
                )),
            ));
        }
        let from = versions.from.as_ref().map(|from| moment(tenant, from)).transpose()?;
        Ok((branch, from.map_or(first, |from| from.max(first))..=last))
    }
}
