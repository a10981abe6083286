//! `asof log`: one line a version.

mod line;

use super::Console;
use super::cells::{Cell, Columns};
use super::exit::{Exit, Outcome};
use super::opened::{Opened, SourceArgs, moment};
use super::out::note;
use crate::record::Version;
use crate::recording::Tenant;
use line::Line;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// List the versions: when, what, by whom, and how many keys changed
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof log state.jsonl\n  asof log shop.asof --from @12:00 --to head --label checkout\n  \
                        asof log git:package.json --json | jq -r .label"
)]
pub struct Log {
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
    /// Only versions on the line of this branch
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

/// Rows whose columns are lined up together; later ones only ever get wider columns.
const TOGETHER: usize = 256;

impl Log {
    /// Prints the versions, oldest first.
    pub fn run(&self, console: &mut Console) -> Outcome {
        let opened = Opened::new(&self.source, console)?;
        let tenant = opened.tenant(console)?;
        let notes = opened.notes(tenant.id());
        if let Some(branch) = self.branch.as_ref().filter(|name| tenant.history().branch(name).is_none()) {
            return Err(tenant.history().no_branch(branch).into());
        }
        let range = self.range(&tenant)?;
        let (mut columns, mut found) = (Columns::default(), false);
        let mut next = Some(*range.start()).filter(|first| first <= range.end());
        while next.is_some() {
            let listed = std::iter::from_fn(|| {
                let version = next?;
                next = tenant.history().listed_after(version).filter(|version| version <= range.end());
                Some(version)
            });
            let lines: Vec<Line> =
                listed.take(TOGETHER).filter_map(|version| self.line(&tenant, version, &notes)).collect();
            found |= !lines.is_empty();
            self.print(&lines, &mut columns, console)?;
        }
        if !found {
            note("no version to show");
            return Ok(Exit::Negative);
        }
        Ok(Exit::Done)
    }

    fn range(&self, tenant: &Tenant) -> Outcome<RangeInclusive<Version>> {
        let at = |text: &Option<String>, otherwise| text.as_ref().map_or(Ok(otherwise), |text| moment(tenant, text));
        let (first, newest) = (tenant.history().first(), tenant.history().newest());
        Ok(at(&self.from, first)?.max(first)..=at(&self.to, newest)?)
    }

    fn line(&self, tenant: &Tenant, version: Version, notes: &BTreeMap<Version, Vec<String>>) -> Option<Line> {
        let history = tenant.history();
        let info = history.info(version)?;
        if let Some(branch) = self.branch.as_ref().and_then(|name| history.branch(name))
            && !history.on_line(version, branch.head)
        {
            return None;
        }
        let wanted = self.label.as_ref().is_none_or(|text| info.label.contains(text.as_str()));
        let notes = notes.get(&version).cloned().unwrap_or_default();
        wanted.then(|| Line { branch: history.branch_of(version), info, notes })
    }

    fn print(&self, lines: &[Line], columns: &mut Columns, console: &mut Console) -> Outcome<()> {
        if self.json {
            return lines.iter().try_for_each(|line| console.out.json(&line.json()));
        }
        let rows: Vec<Vec<Cell>> = lines.iter().map(Line::cells).collect();
        columns.widen(&rows);
        rows.iter().try_for_each(|row| console.out.row(columns, row))
    }
}
