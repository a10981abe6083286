//! What the questions over time share: a source, the stretch of versions asked about, and how a version is told.

use super::cells::RowCell;
use super::exit::{CommandResult, usage};
use super::opened::{Opened, SourceArgs, moment};
use super::progress::LoadBar;
use super::{Console, import};
use crate::diff::{Change, DiffRules, Differ};
use crate::export::VersionRow;
use crate::export::json::{JsonOutput, optional};
use crate::query::{Query, QueryBudget, Reads};
use crate::questions::Course;
use crate::record::Version;
use crate::recording::Tenant;
use crate::value::Value;
use std::ops::{ControlFlow, RangeInclusive};
use std::sync::atomic::{AtomicBool, Ordering};

/// Which versions are asked about.
#[derive(clap::Args)]
pub struct QuestionArgs {
    #[command(flatten)]
    pub source: SourceArgs,
    /// The first version to look at: a moment, as in `asof --help`
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    from: Option<String>,
    /// The last version to look at
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    to: Option<String>,
    /// The history of this branch instead of main
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
}

impl QuestionArgs {
    /// The tenant, loaded, going on with the branch.
    pub fn tenant(&self, console: &mut Console) -> CommandResult<Tenant> {
        let tenant = Opened::new(&self.source, console)?.tenant(console)?;
        match &self.branch {
            Some(branch) => Ok(tenant.on(branch)?),
            None => Ok(tenant),
        }
    }

    /// The versions asked about.
    pub fn course<'t>(&self, tenant: &'t Tenant) -> CommandResult<Course<'t>> {
        Ok(Course::new(tenant, self.range(tenant)?))
    }

    fn range(&self, tenant: &Tenant) -> CommandResult<RangeInclusive<Version>> {
        let at = |text: &Option<String>, otherwise| text.as_ref().map_or(Ok(otherwise), |text| moment(tenant, text));
        let (first, newest) = (tenant.history().first(), tenant.history().newest());
        Ok(at(&self.from, first)?..=at(&self.to, newest)?)
    }
}

/// Finds out which version touched which path, with a bar where that takes longer, until `stop` is set.
pub fn index_paths(tenant: &Tenant, stop: &AtomicBool) -> CommandResult<()> {
    let mut bar = LoadBar::new();
    tenant.paths(&mut |progress| {
        bar.update(progress);
        if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(())
}

/// What one evaluation may take; Ctrl-C cancels it.
pub fn budget() -> CommandResult<QueryBudget> {
    Ok(QueryBudget { cancelled: import::interruption()?, ..QueryBudget::default() })
}

/// A filter whose outputs are shown; a wrong one is wrong usage.
pub fn query(text: &str) -> CommandResult<Query> {
    Query::value(text).map_err(|wrong| usage(wrong.to_string()))
}

/// A filter that is asked whether it holds; a wrong one is wrong usage.
pub fn condition(text: &str) -> CommandResult<Query> {
    Query::condition(text).map_err(|wrong| usage(wrong.to_string()))
}

/// What is told of a version besides what was asked.
pub struct VersionTold {
    pub version: Version,
    pub at: JsonOutput,
    pub label: JsonOutput,
    pub by: JsonOutput,
    pub kind: JsonOutput,
    /// For people: number, moment, author, label.
    pub cells: Vec<RowCell>,
}

impl VersionTold {
    pub fn of(tenant: &Tenant, version: Version) -> Self {
        let row = VersionRow::of(&tenant.history(), version);
        let [at, label, by, kind] =
            ["at", "label", "by", "kind"].map(|name| optional(row.as_ref().map(|row| row.field(name))));
        let info = row.as_ref().map(|row| &row.info);
        let cells = vec![
            RowCell::number(version),
            RowCell::moment(info.and_then(|info| info.at)),
            RowCell::name(info.and_then(|info| info.by.as_deref()).unwrap_or_default()).ink(super::cells::Ink::Dim),
            RowCell::recorded(info.map_or("", |info| &info.label)),
        ];
        Self { version, at, label, by, kind, cells }
    }
}

/// A value that may be absent: `null` in JSON.
pub fn value_or_null(value: Option<&Value>) -> JsonOutput {
    value.cloned().unwrap_or_default().into()
}

/// What a version changed of what filters read; of all where it changed nothing of that.
pub fn changes_read(
    tenant: &Tenant,
    version: Version,
    rules: &DiffRules,
    reads: &[Reads],
) -> CommandResult<Vec<Change>> {
    let before = tenant.history().lineage().seen_before(version);
    let before = before.map_or(Ok(Value::Null), |before| tenant.value_at(before))?;
    let now = tenant.value_at(version)?;
    let keys = tenant.diff_rules(rules);
    let all = Differ::by(&keys).diff(&before, &now).map(|diff| diff.changes).unwrap_or_default();
    let is_read = |change: &&Change| reads.iter().any(|reads| reads.touches(&change.path));
    let read: Vec<_> = all.iter().filter(is_read).cloned().collect();
    Ok(if read.is_empty() { all } else { read })
}
