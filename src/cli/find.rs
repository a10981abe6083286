//! `asof find`: when something held.

use super::Console;
use super::asked::{QuestionArgs, VersionTold, budget, condition, index_paths};
use super::cells::{CellWidths, RowCell};
use super::exit::{CommandResult, Exit, usage};
use super::out::note;
use super::rules::{Rules, ignored, ignored_itself, ignored_json, warn_of_ignored};
use super::state::path;
use crate::diff::IgnoredPaths;
use crate::error::counted;
use crate::export::json::{JsonOutput, object, optional};
use crate::query::QueryBudget;
use crate::questions::{Direction, FindCondition, FindSearch, PathChange, Span, Stats, changes_of};
use crate::record::Version;
use crate::recording::Tenant;
use crate::value::{Value, parse};
use crate::view::find::BY_NULL;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Find when something was true: the first version, the last, or every span of versions
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof find state.jsonl --where '.balance < 0'\n  asof find shop.asof --where '.cart | any(.qty < 0)' --first\n  \
                        asof find shop.asof --where '.status == \"paid\"' --last --json\n  asof find git:package.json --text 1.4.2 --first\n  asof find shop.asof --changed .status --old '\"new\"' --new '\"paid\"'\n\n\
                        A filter is true for a version when one of its outputs is neither false nor null.\n\
                        Exit code 1: it was never true."
)]
pub struct FindArgs {
    #[command(flatten)]
    asked: QuestionArgs,
    #[command(flatten)]
    what: FindTargetArgs,
    #[command(flatten)]
    change: ChangeFilterArgs,
    /// Only the first version
    #[arg(long, group = "answer")]
    first: bool,
    /// Only the last version
    #[arg(long, group = "answer")]
    last: bool,
    /// Every span of consecutive versions; the default
    #[arg(long, group = "answer")]
    spans: bool,
    /// Newest first
    #[arg(long)]
    back: bool,
    /// Report how many versions were scanned, how often the filter was evaluated, and how often it ended in an error; with
    /// --json as a last line `stats`
    #[arg(long)]
    stats: bool,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

/// What is looked for.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct FindTargetArgs {
    /// Versions for which this jq filter is true
    #[arg(long = "where", value_name = "FILTER", allow_hyphen_values = true)]
    filter: Option<String>,
    /// Versions whose state contains this: in a string, in a key, or as a number
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    text: Option<String>,
    /// Versions whose label contains this text
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    /// Versions by this author
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Versions with a snapshot that has this tag
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
    /// Versions that change the value at this path: `.a.b[0]`, or a JSON Pointer `/a/b/0`
    #[arg(long, value_name = "PATH")]
    changed: Option<String>,
}

/// Which changes, with --changed.
#[derive(clap::Args)]
struct ChangeFilterArgs {
    /// Only changes from this value, as JSON; anything else is taken as a string
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    old: Option<String>,
    /// Only changes to this value, as JSON; anything else is taken as a string
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    new: Option<String>,
    #[command(flatten)]
    rules: Rules,
}

impl ChangeFilterArgs {
    fn is_it(&self, change: &PathChange) -> bool {
        let is = |wanted: &Option<String>, found: &Option<Value>| {
            wanted.as_ref().is_none_or(|text| {
                found.as_ref() == Some(&parse(text.as_bytes()).unwrap_or_else(|_| text.as_str().into()))
            })
        };
        is(&self.old, &change.old) && is(&self.new, &change.new)
    }
}

impl FindTargetArgs {
    fn condition(&self, ignored: &IgnoredPaths) -> CommandResult<FindCondition> {
        Ok(match self {
            Self { filter: Some(filter), .. } => FindCondition::Holds(Arc::new(condition(filter)?)),
            Self { text: Some(text), .. } => FindCondition::Contains(text.into(), ignored.clone()),
            Self { label: Some(text), .. } => FindCondition::Label(text.into()),
            Self { by: Some(name), .. } => FindCondition::Author(name.into()),
            Self { tag, .. } => FindCondition::Tag(tag.as_deref().unwrap_or_default().into()),
        })
    }
}

/// Where something is found, and what is left out of that.
type Of<'a> = (&'a Tenant, &'a IgnoredPaths);

impl FindArgs {
    /// Prints what was found, as it is found.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        if let Some(path) = &self.what.changed {
            return self.changed(path, console);
        }
        if self.change.old.is_some() || self.change.new.is_some() {
            return Err(usage("--old and --new need --changed PATH"));
        }
        let (tenant, budget) = (self.asked.tenant(console)?, budget()?);
        let ignored = self.ignored(&tenant)?;
        let condition = self.what.condition(&ignored)?;
        if condition.reads_values() {
            index_paths(&tenant, &budget.cancelled)?;
        }
        let course = self.asked.course(&tenant)?;
        let search = FindSearch { course: &course, condition: &condition, budget: &budget };
        let (first, stats) = if self.first || self.last {
            self.one(&search, (&tenant, &ignored), console)?
        } else {
            self.spans(&search, (&tenant, &ignored), console)?
        };
        if budget.cancelled.load(Ordering::Relaxed) {
            return Ok(Exit::Interrupted);
        }
        self.print_stats(&stats, console)?;
        if let Some(version) = first {
            warn_of_null(&tenant, version, (&condition, &budget));
            return Ok(Exit::Done);
        }
        note(format!("true for none of {}", counted(stats.versions, "version")));
        Ok(Exit::Negative)
    }

    /// Prints the changes of the value at a path, each as a span of one version.
    fn changed(&self, text: &str, console: &mut Console) -> CommandResult {
        let tenant = self.asked.tenant(console)?;
        let course = self.asked.course(&tenant)?;
        let chosen = self.change.rules.chosen()?;
        let newest = course.last().map_or(Ok(Value::Null), |last| tenant.value_at(last))?;
        let mut found = Vec::new();
        let path = path(text, &newest)?;
        changes_of(&course, &path, &chosen, |change| {
            found.extend(self.change.is_it(&change).then_some(change.version));
            if self.last && !found.is_empty() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        let ignored = ignored(&tenant, &chosen);
        warn_of_ignored(&ignored);
        if self.direction() == Direction::Forth {
            found.reverse();
        }
        found.truncate(if self.first || self.last { 1 } else { usize::MAX });
        let mut columns = CellWidths::default();
        for &version in &found {
            let span = Span { from: version, to: version, versions: 1 };
            self.print(span, (&tenant, &ignored), &mut columns, console)?;
        }
        if found.is_empty() {
            let why = ignored_itself(&ignored, &chosen, &path);
            note(why.unwrap_or_else(|| format!("no such change at {text} in these versions")));
            return Ok(Exit::Negative);
        }
        Ok(Exit::Done)
    }

    /// The paths left out: where a text is looked for, and of changes. A filter reads what it names.
    fn ignored(&self, tenant: &Tenant) -> CommandResult<IgnoredPaths> {
        let chosen = self.change.rules.chosen()?;
        if self.what.text.is_some() {
            let ignored = ignored(tenant, &chosen);
            warn_of_ignored(&ignored);
            return Ok(ignored);
        }
        if !chosen.ignored().is_empty() {
            return Err(usage(
                "--ignore needs --changed PATH or --text TEXT: a filter reads exactly the paths it names",
            ));
        }
        Ok(IgnoredPaths::default())
    }

    fn direction(&self) -> Direction {
        // The last one is found from the newest end.
        if self.back || self.last { Direction::Back } else { Direction::Forth }
    }

    fn one(
        &self,
        search: &FindSearch<'_>,
        (tenant, ignored): Of<'_>,
        console: &mut Console,
    ) -> CommandResult<(Option<Version>, Stats)> {
        let (found, stats) = search.first(self.direction());
        if let Some(version) = found {
            let told = VersionTold::of(tenant, version);
            if self.json {
                console.out.json(&line(told, version, 1, ignored))?;
            } else {
                console.out.row(&CellWidths::of(std::slice::from_ref(&told.cells)), &told.cells)?;
            }
        }
        Ok((found, stats))
    }

    fn spans(
        &self,
        search: &FindSearch<'_>,
        of: Of<'_>,
        console: &mut Console,
    ) -> CommandResult<(Option<Version>, Stats)> {
        let (mut found, mut written, mut columns) = (None, Ok(()), CellWidths::default());
        let stats = search.spans(self.direction(), |span| {
            found = found.or(Some(span.from));
            written = self.print(span, of, &mut columns, console);
            if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        written.map(|()| (found, stats))
    }

    fn print(
        &self,
        span: Span,
        (tenant, ignored): Of<'_>,
        columns: &mut CellWidths,
        console: &mut Console,
    ) -> CommandResult<()> {
        let told = VersionTold::of(tenant, span.from);
        if self.json {
            console.out.json(&line(told, span.to, span.versions, ignored))?;
        } else {
            let row = cells(span, told);
            columns.widen(std::slice::from_ref(&row));
            console.out.row(columns, &row)?;
        }
        console.out.flush()
    }

    fn print_stats(&self, stats: &Stats, console: &mut Console) -> CommandResult<()> {
        if let Some((version, why)) = &stats.first_error {
            note(format!(
                "the filter ended in an error at {}; the first is {version}: {why}",
                counted(stats.errors, "version")
            ));
        }
        if stats.unreadable > 0 {
            note(format!(
                "{} could not be read; the filter counts as false there",
                counted(stats.unreadable, "version")
            ));
            console.partly_read = true;
        }
        if self.stats && self.json {
            return console.out.json(&object([("stats", stats_json(stats))]));
        }
        if self.stats {
            let (passed, errors) = (counted(stats.versions, "version"), counted(stats.errors, "error"));
            note(format!("{passed} passed, {} evaluated, {errors}", stats.evaluated));
        }
        Ok(())
    }
}

/// That the filter is true of what is missing, where the first version found is one of these.
fn warn_of_null(tenant: &Tenant, version: Version, (condition, budget): (&FindCondition, &QueryBudget)) {
    let FindCondition::Holds(query) = condition else { return };
    if tenant.value_at(version).is_ok_and(|value| query.holds_by_null(&value, budget)) {
        note(format!("at {version} {BY_NULL}"));
    }
}

fn stats_json(stats: &Stats) -> JsonOutput {
    let first = stats.first_error.as_ref();
    let first = first.map(|(version, why)| object([("version", version.0.into()), ("why", why.clone().into())]));
    object([
        ("versions", stats.versions.into()),
        ("evaluated", stats.evaluated.into()),
        ("errors", stats.errors.into()),
        ("first_error", optional(first)),
        ("unreadable", stats.unreadable.into()),
    ])
}

fn line(told: VersionTold, to: Version, versions: u64, ignored: &IgnoredPaths) -> JsonOutput {
    object([
        ("version", told.version.0.into()),
        ("from", told.version.0.into()),
        ("to", to.0.into()),
        ("versions", versions.into()),
        ("at", told.at),
        ("label", told.label),
        ("by", told.by),
        ("kind", told.kind),
        ("ignored_paths", ignored_json(ignored)),
    ])
}

fn cells(span: Span, told: VersionTold) -> Vec<RowCell> {
    let mut cells = told.cells;
    let to = if span.from == span.to { String::new() } else { format!("to {}", span.to) };
    cells.splice(1..1, [RowCell::new(to), RowCell::number(counted(span.versions, "version"))]);
    cells
}
