//! `asof snapshots`: the marks on versions. How one is shown is here too, for the command that makes one.

use super::Console;
use super::cells::{Ink, RowCell};
use super::exit::{CommandResult, Exit};
use super::opened::{Opened, SourceArgs};
use super::out::note;
use crate::escape::named;
use crate::history::Snapshot;
use crate::ops::{KINDS, kind};
use crate::record::SnapshotKind;
use crate::value::Text;
use crate::view::clock;
use crate::view::snapshots::SnapshotRow;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// List the snapshots, oldest first
#[derive(clap::Args)]
#[command(after_help = "Example:\n  asof snapshots shop.asof --json | jq -r 'select(.kind == \"named\").name'")]
pub struct SnapshotsArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Only snapshots of this kind
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    kind: Option<SnapshotKind>,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

impl SnapshotsArgs {
    /// Prints a line a snapshot; none at all is a negative answer.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let tenant = Opened::new(&self.source, console)?.tenant(console)?;
        let history = tenant.history();
        let wanted = |mark: &Snapshot| self.kind.is_none_or(|kind| kind == mark.kind);
        // The index is that among all of them: what index:N names.
        let listed = history.marks().listed();
        let found = (0..listed.len()).filter(|index| wanted(&listed[*index]));
        let found: Vec<_> = found.map(|index| SnapshotRow::new(&history, index, history.head())).collect();
        if self.json {
            found.iter().try_for_each(|row| console.out.json(&row.json()))?;
        } else {
            console.out.table(&found.iter().map(|row| cells(row.index, &row.snapshot)).collect::<Vec<_>>())?;
        }
        if found.is_empty() {
            let which = self.kind.map(|wanted| format!("{} ", kind(wanted))).unwrap_or_default();
            note(format!("tenant {} has no {which}snapshots", named(&tenant.id().0)));
            return Ok(Exit::Negative);
        }
        Ok(Exit::Done)
    }
}

/// A snapshot for people.
pub fn cells(index: usize, snapshot: &Snapshot) -> Vec<RowCell> {
    vec![
        RowCell::number(index).ink(Ink::Dim),
        RowCell::number(snapshot.version),
        RowCell::moment(snapshot.at),
        RowCell::new(kind(snapshot.kind)).ink(Ink::Dim),
        RowCell::name(snapshot.name.as_deref().unwrap_or_default()).ink(Ink::Green),
        RowCell::name(snapshot.by.as_deref().unwrap_or_default()),
        RowCell::name(&snapshot.tags.iter().map(Text::as_str).collect::<Vec<_>>().join(" ")).ink(Ink::Cyan),
        RowCell::recorded(&snapshot.description),
        RowCell::new(created(snapshot)).ink(Ink::Dim),
    ]
}

/// When it was made, where that is not the time of its version.
fn created(snapshot: &Snapshot) -> String {
    let created = snapshot.created.filter(|created| Some(*created) != snapshot.at);
    created.map(|at| format!("created {}", clock::rfc_3339(at))).unwrap_or_default()
}

/// Reads a kind on the command line.
pub fn kinds() -> impl TypedValueParser<Value = SnapshotKind> {
    let words = PossibleValuesParser::new(KINDS.map(|(word, _)| word));
    words.try_map(|word| KINDS.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind).ok_or("no such kind"))
}
