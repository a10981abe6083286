//! One line of the log, for machines and for people.

use crate::cli::asked::value_or_null;
use crate::cli::cells::{Cell, Ink};
use crate::cli::history::change_cells;
use crate::diff::Counts;
use crate::export::json::{Json, list, moment, optional};
use crate::history::{Snapshot, VersionInfo, VersionKind};
use crate::questions::PathChange;
use crate::record::TimeSource;
use crate::value::Text;
use crate::view::Sign;
use crate::view::snapshots::title as snapshot_title;
use crate::view::text::recorded;

/// A version and where it belongs.
pub struct Line {
    pub info: VersionInfo,
    /// What it changed; less than the information says where paths are ignored.
    pub counts: Counts,
    /// Differences left out.
    pub ignored: usize,
    /// What it changed at the path asked about.
    pub change: Option<PathChange>,
    pub branch: Text,
    /// Why somebody rolled back or promoted.
    pub reason: Option<Text>,
    /// The full text of which the label is only the first line; asked for by machines.
    pub message: Option<Text>,
    /// What is odd about it in the source.
    pub notes: Vec<String>,
    /// The snapshots that mark it.
    pub marks: Vec<Snapshot>,
}

impl Line {
    /// For machines.
    pub fn json(&self) -> Json {
        let Self { info, counts, ignored, change, branch, reason, message, notes, .. } = self;
        let fields = [
            ("version", info.version.0.into()),
            ("at", optional(info.at.map(moment))),
            ("time_source", optional(info.time_source.map(TimeSource::word))),
            ("label", info.label.clone().into()),
            ("by", optional(info.by.clone())),
            ("kind", info.kind.word().into()),
            ("branch", branch.clone().into()),
            ("source_id", optional(info.from.id.clone())),
            ("cause", optional(info.from.cause.clone())),
            ("message", optional(message.clone())),
            ("parent", info.parent.0.into()),
            ("added", u64::from(counts.added).into()),
            ("changed", u64::from(counts.changed).into()),
            ("removed", u64::from(counts.removed).into()),
            ("moved", u64::from(counts.moved).into()),
            ("size", info.size.into()),
            ("reason", optional(reason.clone())),
            ("problem", optional(info.problem.clone())),
            ("doubtful", info.doubtful.into()),
            ("through", info.through.0.into()),
            ("notes", list(notes.iter().map(String::as_str))),
            ("ignored", (*ignored as u64).into()),
        ];
        let change = change.iter().flat_map(|change| {
            [
                ("path", Text::from(change.path.to_string()).into()),
                ("change", Sign::between(change.old.as_ref(), change.new.as_ref()).name().into()),
                ("old", value_or_null(change.old.as_ref())),
                ("new", value_or_null(change.new.as_ref())),
            ]
        });
        Json::Fields(fields.into_iter().chain(change).collect())
    }

    /// For people.
    pub fn cells(&self) -> Vec<Cell> {
        let Self { info, counts, ignored, change, branch, reason, marks, .. } = self;
        let marks: Vec<String> = marks.iter().map(snapshot_title).collect();
        let count =
            |sign: char, n: u32, ink| Cell::number(if n == 0 { String::new() } else { format!("{sign}{n}") }).ink(ink);
        let ignored = if *ignored == 0 { String::new() } else { format!("{ignored} ignored") };
        let mut cells = vec![
            Cell::number(info.version),
            Cell::moment(info.at),
            count('+', counts.added, Ink::Green),
            count('~', counts.changed, Ink::Yellow),
            count('-', counts.removed, Ink::Red),
            count('>', counts.moved, Ink::Cyan),
            Cell::new(ignored).ink(Ink::Dim),
            Cell::name(if branch == "main" { "" } else { branch }).ink(Ink::Dim),
            Cell::new(info.from.short_hash().unwrap_or_default()).ink(Ink::Dim),
            Cell::name(info.by.as_deref().unwrap_or_default()).ink(Ink::Dim),
            kind(info.kind),
            Cell::new(marks.join("  ")).ink(Ink::Green),
            Cell::new(if info.through == info.version {
                recorded(&info.label).into_owned()
            } else {
                format!("{} to {}", recorded(&info.label), info.through)
            }),
            Cell::recorded(reason.as_deref().unwrap_or_default()),
            Cell::new(info.problem.as_deref().unwrap_or_default()).ink(Ink::Red),
        ];
        if let Some(change) = change {
            cells.splice(2..7, change_cells(change));
        }
        cells
    }
}

/// The kind of a version, where it is not the usual one.
fn kind(kind: VersionKind) -> Cell {
    match kind {
        VersionKind::Transition | VersionKind::Cut => Cell::new(""),
        VersionKind::Rollback | VersionKind::Promote | VersionKind::Undo => Cell::new(kind.word()).ink(Ink::Cyan),
        VersionKind::Invalid | VersionKind::Deleted => Cell::new(kind.word()).ink(Ink::Red),
    }
}
