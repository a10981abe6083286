//! One line of the log, for machines and for people.

use crate::cli::cells::{Ink, RowCell};
use crate::cli::history::{change_cells, change_json};
use crate::export::VersionRow;
use crate::export::json::JsonOutput;
use crate::history::{VersionInfo, VersionKind};
use crate::questions::PathChange;
use crate::view::snapshots::title as snapshot_title;
use crate::view::text::recorded;

/// A version, and what it changed at the path asked about.
pub struct LogLine {
    pub row: VersionRow,
    pub change: Option<PathChange>,
}

impl LogLine {
    /// For machines.
    pub fn json(&self) -> JsonOutput {
        let change = self.change.iter().flat_map(change_json);
        JsonOutput::Fields(self.row.json().into_iter().chain(change).collect())
    }

    /// For people.
    pub fn cells(&self) -> Vec<RowCell> {
        let VersionRow { info, counts, ignored, branch, reason, marks, .. } = &self.row;
        let marks: Vec<String> = marks.iter().map(snapshot_title).collect();
        let count = |sign: char, n: u32, ink| {
            RowCell::number(if n == 0 { String::new() } else { format!("{sign}{n}") }).ink(ink)
        };
        let ignored = if *ignored == 0 { String::new() } else { format!("{ignored} ignored") };
        let mut cells = vec![
            RowCell::number(info.version),
            RowCell::moment(info.at),
            count('+', counts.added, Ink::Green),
            count('~', counts.changed, Ink::Yellow),
            count('-', counts.removed, Ink::Red),
            count('>', counts.moved, Ink::Cyan),
            RowCell::new(ignored).ink(Ink::Dim),
            RowCell::name(if branch == "main" { "" } else { branch }).ink(Ink::Dim),
            RowCell::new(info.from.short_hash().unwrap_or_default()).ink(Ink::Dim),
            RowCell::name(info.by.as_deref().unwrap_or_default()).ink(Ink::Dim),
            kind(info),
            RowCell::new(marks.join("  ")).ink(Ink::Green),
            RowCell::new(if info.through == info.version {
                recorded(&info.label).into_owned()
            } else {
                format!("{} to {}", recorded(&info.label), info.through)
            }),
            RowCell::recorded(reason.as_deref().unwrap_or_default()),
            RowCell::new(info.problem.as_deref().unwrap_or_default()).ink(Ink::Red),
        ];
        if let Some(change) = &self.change {
            cells.splice(2..7, change_cells(change));
        }
        cells
    }
}

/// The kind of a version, where it is not the usual one.
fn kind(info: &VersionInfo) -> RowCell {
    match info.kind {
        VersionKind::Transition | VersionKind::Cut => RowCell::new(""),
        VersionKind::Rollback | VersionKind::Promote | VersionKind::Undo => RowCell::new(info.act()).ink(Ink::Cyan),
        VersionKind::Invalid | VersionKind::Deleted => RowCell::new(info.act()).ink(Ink::Red),
    }
}
