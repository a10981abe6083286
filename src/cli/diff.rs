//! `asof diff`: what differs between two versions.

mod end;
mod json;
mod sharing;
mod sides;
mod text;

use super::Console;
use super::exit::{CommandResult, Exit};
use super::opened::{Opened, SourceArgs, full_moment as moment, warn_of_doubt};
use super::out::note;
use super::rules::{Rules, warn_of_ignored};
use crate::diff::{DiffRules, IgnoredPaths, opened, rules_between};
use crate::record::Version;
use crate::recording::{Tenant, unread_array_keys};
use crate::value::{Path, Value};
use end::{DiffEnd, files};
pub use json::change as change_json;
use sides::DiffSides;
pub use text::{brief, row as change_cells};

/// Show what differs between two versions, or between two files of JSON, YAML or TOML
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof diff shop.asof v1.0.0 head\n  asof diff shop.asof 41 42 --path .cart --json\n  \
                        asof diff shop.asof head~1 head --patch\n  asof diff shop.asof v1 v2 --exit-code --summary\n  asof diff old.json new.json --embedded\n  asof diff shop.asof 1 head --ignore .updatedAt --ignore '.items[*].etag'\n\n\
                        Signs: + added  ~ changed  - removed  > moved."
)]
pub struct DiffArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// The left version: a moment, as in `asof --help`; without B, another file to compare SOURCE with
    #[arg(value_name = "A", allow_hyphen_values = true)]
    left: String,
    /// The right version
    #[arg(value_name = "B", allow_hyphen_values = true)]
    right: Option<String>,
    /// Only below this path: `.a.b[0]`, or a JSON Pointer `/a/b/0`
    #[arg(long)]
    path: Option<String>,
    #[command(flatten)]
    rules: Rules,
    /// Open strings that hold JSON objects or arrays, and compare them as trees
    #[arg(long)]
    embedded: bool,
    /// Print how much memory B shares with A, and how much is new
    #[arg(long, conflicts_with_all = ["patch", "summary"])]
    sharing: bool,
    #[command(flatten)]
    form: DiffForm,
    /// Exit with 1 if there are differences
    #[arg(long)]
    exit_code: bool,
}

/// In which form.
#[derive(clap::Args)]
struct DiffForm {
    /// Print an RFC 6902 patch from A to B (with --path: of that part)
    #[arg(long, conflicts_with_all = ["summary", "json"])]
    patch: bool,
    /// Print only the summary line; with --json the counts without the changes
    #[arg(long)]
    summary: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl DiffArgs {
    /// Prints the differences.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let Some(right) = &self.right else { return self.files(console) };
        let tenant = Opened::new(&self.source, console)?.tenant(console)?;
        let ends = (moment(&tenant, &self.left)?, moment(&tenant, right)?);
        let versions = (ends.0.version, ends.1.version);
        let (left, right) = self.values(&tenant, versions)?;
        let mut keys = tenant.diff_rules(&self.rules.chosen()?);
        if self.embedded {
            // No version has shown the arrays that are in strings.
            keys = rules_between(&keys, &left, &right);
        }
        unread_array_keys(tenant.history().ledger().settings()).into_iter().for_each(note);
        let exit = self.compare((&left, &right), (&(&ends.0).into(), &(&ends.1).into()), &keys, console)?;
        Ok(warn_of_doubt(&tenant, &[versions.0, versions.1], exit))
    }

    /// The values of two versions, or as much of them as the path needs.
    fn values(&self, tenant: &Tenant, versions: (Version, Version)) -> CommandResult<(Value, Value)> {
        if let Some(path) = self.path.as_deref().filter(|_| !self.embedded && !self.sharing) {
            let keys = Path::first_keys(path);
            return Ok((tenant.value_around(versions.0, &keys)?, tenant.value_around(versions.1, &keys)?));
        }
        Ok(self.opened(&tenant.value_at(versions.0)?, &tenant.value_at(versions.1)?))
    }

    /// Compares two files.
    fn files(&self, console: &mut Console) -> CommandResult {
        let names = (self.source.source.as_str(), self.left.as_str());
        let (left, right, keys) = files(names.0, names.1, &self.rules.chosen()?)?;
        let (left, right) = self.opened(&left, &right);
        let keys = if self.embedded { rules_between(&keys, &left, &right) } else { keys };
        self.compare((&left, &right), (&DiffEnd::file(names.0), &DiffEnd::file(names.1)), &keys, console)
    }

    fn opened(&self, left: &Value, right: &Value) -> (Value, Value) {
        if self.embedded { (opened(left), opened(right)) } else { (left.clone(), right.clone()) }
    }

    fn compare(
        &self,
        (left, right): (&Value, &Value),
        ends: (&DiffEnd, &DiffEnd),
        keys: &DiffRules,
        console: &mut Console,
    ) -> CommandResult {
        let Some(sides) = DiffSides::new(left, right, self.path.as_deref(), keys)? else {
            let short = |end: &DiffEnd| end.words.split(", ").next().unwrap_or_default().to_owned();
            let path = self.path.as_deref().unwrap_or_default();
            note(format!("no value at {path} in {} or {}", short(ends.0), short(ends.1)));
            return Ok(Exit::Negative);
        };
        if !matches!(self.form, DiffForm { json: true, .. }) {
            warn_of_ignored(keys.ignored());
        }
        self.print(&sides, ends, keys.ignored(), console)?;
        Ok(if self.exit_code && !sides.differences.is_empty() { Exit::Negative } else { Exit::Done })
    }

    fn print(
        &self,
        sides: &DiffSides,
        ends: (&DiffEnd, &DiffEnd),
        ignored: &IgnoredPaths,
        console: &mut Console,
    ) -> CommandResult<()> {
        match &self.form {
            DiffForm { patch: true, .. } => console.out.json_text(sides.patch()?.to_value().to_json()),
            DiffForm { json, .. } if self.sharing => sharing::print(ends, sides, *json, console),
            DiffForm { json: true, summary: true, .. } => {
                console.out.json(&json::summary(ends, &sides.differences, &sides.summary()))
            }
            DiffForm { json: true, .. } => console.out.json(&json::line(ends, &sides.differences, ignored)),
            DiffForm { summary: true, .. } => console.out.line(&sides.summary().line().unmarked()),
            DiffForm { .. } => text::print(ends, sides, console),
        }
    }
}
