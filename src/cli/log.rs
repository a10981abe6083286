//! `asof log`: one line a version.

mod line;

use super::Console;
use super::cells::{CellWidths, RowCell};
use super::exit::{CommandResult, Exit};
use super::opened::{Opened, SourceArgs, moment};
use super::out::note;
use super::rules::{Rules, ignored, ignored_itself, warn_of_ignored};
use super::state::path;
use crate::diff::DiffRules;
use crate::export::VersionRow;
use crate::questions::{Course, PathChange, changes_of};
use crate::record::Version;
use crate::recording::Tenant;
use crate::value::{Path, Value};
use line::LogLine;
use std::collections::BTreeMap;
use std::ops::{ControlFlow, RangeInclusive};

/// List the versions: when, what, by whom, and how many keys changed
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof log state.jsonl\n  asof log shop.asof --from @12:00 --to head --label checkout\n  \
                        asof log git:package.json --json | jq -r .label\n  asof log git:package.json --path .devDependencies.svgo\n  asof log shop.asof --ignore .updatedAt"
)]
pub struct LogArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// The first version listed: a moment, as in `asof --help`
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    from: Option<String>,
    /// The last version listed
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    to: Option<String>,
    /// Only versions whose label contains this text
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    /// Only versions that change the value at this path, with its old and new value: `.a.b[0]`, or a JSON
    /// Pointer `/a/b/0`; of those that were the head of main, or of --branch
    #[arg(long)]
    path: Option<String>,
    #[command(flatten)]
    rules: Rules,
    /// Only the history of this branch
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// Only the newest N of them
    #[arg(long, value_name = "N")]
    count: Option<usize>,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

/// Rows whose columns are lined up together; later ones only ever get wider columns.
const TOGETHER: usize = 256;

impl LogArgs {
    /// Prints the versions, oldest first.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let opened = Opened::new(&self.source, console)?;
        let tenant = opened.tenant(console)?;
        let notes = opened.notes(tenant.id());
        if let Some(branch) = self.branch.as_ref().filter(|name| tenant.history().branch(name).is_none()) {
            return Err(tenant.history().no_branch(branch).into());
        }
        let range = self.range(&tenant)?;
        let chosen = self.rules.chosen()?;
        let ignored = ignored(&tenant, &chosen);
        warn_of_ignored(&ignored);
        let plain = tenant.state_with_plain_counts(&chosen, &Value::Null);
        let recount = plain.is_none().then_some(&chosen);
        let (mut columns, mut found) = (CellWidths::default(), false);
        if let Some(path) = &self.path {
            let (path, mut changes) = self.changes(path, &tenant, range, &chosen)?;
            if let Some(why) = ignored_itself(&ignored, &chosen, &path).filter(|_| changes.is_empty()) {
                note(why);
                return Ok(Exit::Negative);
            }
            changes.retain(|change| self.is_wanted(&tenant, change.version, true));
            let older = self.count.map_or(0, |count| changes.len().saturating_sub(count));
            for some in changes[older..].chunks(TOGETHER) {
                let line = |change: &PathChange| self.line(&tenant, change.version, &notes, recount, Some(change));
                let lines: Vec<LogLine> = some.iter().filter_map(line).collect();
                found |= !lines.is_empty();
                self.print(&lines, &mut columns, console)?;
            }
            return Ok(self.end(found));
        }
        let mut next = self.start(&tenant, &range);
        while next.is_some() {
            let listed = std::iter::from_fn(|| {
                let version = next?;
                next = tenant.history().timeline().listed_after(version).filter(|version| version <= range.end());
                Some(version)
            });
            let lines: Vec<LogLine> = listed
                .take(TOGETHER)
                .filter_map(|version| self.line(&tenant, version, &notes, recount, None))
                .collect();
            found |= !lines.is_empty();
            self.print(&lines, &mut columns, console)?;
        }
        Ok(self.end(found))
    }

    fn end(&self, found: bool) -> Exit {
        if found {
            return Exit::Done;
        }
        match &self.path {
            Some(path) => note(format!("nothing changed at {path} in the selected versions")),
            None => note("no version to show"),
        }
        Exit::Negative
    }

    /// The path and the changes there, oldest first.
    fn changes(
        &self,
        text: &str,
        tenant: &Tenant,
        range: RangeInclusive<Version>,
        chosen: &DiffRules,
    ) -> CommandResult<(Path, Vec<PathChange>)> {
        let tenant = match &self.branch {
            Some(branch) => &tenant.on(branch)?,
            None => tenant,
        };
        let course = Course::new(tenant, range);
        let newest = course.last().map_or(Ok(Value::Null), |last| tenant.value_at(last))?;
        let mut changes = Vec::new();
        let path = path(text, &newest)?;
        changes_of(&course, &path, chosen, |change| {
            changes.push(change);
            ControlFlow::Continue(())
        })?;
        changes.reverse();
        Ok((path, changes))
    }

    fn range(&self, tenant: &Tenant) -> CommandResult<RangeInclusive<Version>> {
        let at = |text: &Option<String>, otherwise| text.as_ref().map_or(Ok(otherwise), |text| moment(tenant, text));
        let (first, newest) = (tenant.history().first(), tenant.history().newest());
        Ok(at(&self.from, first)?.max(first)..=at(&self.to, newest)?)
    }

    /// The first version listed: of the whole range, or of the newest that were asked for. O(versions listed · log n).
    fn start(&self, tenant: &Tenant, range: &RangeInclusive<Version>) -> Option<Version> {
        if range.is_empty() || self.count == Some(0) {
            return None;
        }
        let Some(count) = self.count else { return Some(*range.start()) };
        let history = tenant.history();
        let before = |version: &Version| history.timeline().listed_before(*version).filter(|at| at >= range.start());
        let newest_first = std::iter::successors(Some(*range.end()), before);
        newest_first
            .filter(|version| self.is_wanted(tenant, *version, false))
            .take(count)
            .last()
            .or(Some(*range.start()))
    }

    /// Whether the version is one of those asked about, by its label and line; that of a change at a path has been looked
    /// at.
    fn is_wanted(&self, tenant: &Tenant, version: Version, line_is_right: bool) -> bool {
        let history = tenant.history();
        let branch = self.branch.as_ref().filter(|_| !line_is_right).and_then(|name| history.branch(name));
        let labelled = |text: &String| history.info(version).is_some_and(|info| info.label.contains(text.as_str()));
        branch.is_none_or(|branch| history.lineage().on_line(version, branch.head))
            && self.label.as_ref().is_none_or(labelled)
    }

    fn line(
        &self,
        tenant: &Tenant,
        version: Version,
        notes: &BTreeMap<Version, Vec<String>>,
        recount: Option<&DiffRules>,
        change: Option<&PathChange>,
    ) -> Option<LogLine> {
        if !self.is_wanted(tenant, version, change.is_some()) {
            return None;
        }
        let history = tenant.history();
        let mut row = VersionRow::of(&history, version)?.with_marks(&history);
        drop(history);
        if let Some(by_rules) = recount.and_then(|chosen| tenant.counts_of(version, chosen, &|| false)) {
            (row.counts, row.ignored) = (by_rules.counts, by_rules.ignored);
        }
        row.notes = notes.get(&version).cloned().unwrap_or_default();
        row.reason = tenant.reason_of(version);
        row.message = self.json.then(|| tenant.message_of(&row.info)).flatten();
        Some(LogLine { row, change: change.cloned() })
    }

    fn print(&self, lines: &[LogLine], columns: &mut CellWidths, console: &mut Console) -> CommandResult<()> {
        if self.json {
            return lines.iter().try_for_each(|line| console.out.json(&line.json()));
        }
        let rows: Vec<Vec<RowCell>> = lines.iter().map(LogLine::cells).collect();
        columns.widen(&rows);
        rows.iter().try_for_each(|row| console.out.row(columns, row))
    }
}
