//! One line of the log, for machines and for people.

use crate::cli::cells::{Cell, Ink};
use crate::export::json::{Json, list, moment, object, optional};
use crate::history::{Kind, VersionInfo};
use crate::record::TimeSource;
use crate::value::Text;

/// A version and where it belongs.
pub struct Line {
    pub info: VersionInfo,
    pub branch: Text,
    /// What is odd about it in the source.
    pub notes: Vec<String>,
}

impl Line {
    /// For machines.
    pub fn json(&self) -> Json {
        let Self { info, branch, notes } = self;
        object([
            ("version", info.version.0.into()),
            ("at", optional(info.at.map(moment))),
            ("time_source", optional(info.time_source.map(TimeSource::word))),
            ("label", info.label.clone().into()),
            ("by", optional(info.by.clone())),
            ("kind", info.kind.word().into()),
            ("branch", branch.clone().into()),
            ("parent", info.parent.0.into()),
            ("added", u64::from(info.counts.added).into()),
            ("changed", u64::from(info.counts.changed).into()),
            ("removed", u64::from(info.counts.removed).into()),
            ("moved", u64::from(info.counts.moved).into()),
            ("size", info.size.into()),
            ("problem", optional(info.problem.clone())),
            ("doubtful", info.doubtful.into()),
            ("through", info.through.0.into()),
            ("notes", list(notes.iter().map(String::as_str))),
        ])
    }

    /// For people.
    pub fn cells(&self) -> Vec<Cell> {
        let Self { info, branch, .. } = self;
        let count =
            |sign: char, n: u32, ink| Cell::number(if n == 0 { String::new() } else { format!("{sign}{n}") }).ink(ink);
        vec![
            Cell::number(info.version),
            Cell::moment(info.at),
            count('+', info.counts.added, Ink::Green),
            count('~', info.counts.changed, Ink::Yellow),
            count('-', info.counts.removed, Ink::Red),
            count('>', info.counts.moved, Ink::Cyan),
            Cell::new(if branch == "main" { "" } else { branch }).ink(Ink::Dim),
            Cell::new(info.by.as_deref().unwrap_or_default()).ink(Ink::Dim),
            kind(info.kind),
            Cell::new(if info.through == info.version {
                info.label.to_string()
            } else {
                format!("{} to {}", info.label, info.through)
            }),
            Cell::new(info.problem.as_deref().unwrap_or_default()).ink(Ink::Red),
        ]
    }
}

/// The kind of a version, where it is not the usual one.
fn kind(kind: Kind) -> Cell {
    match kind {
        Kind::Transition | Kind::Cut => Cell::new(""),
        Kind::Rollback | Kind::Promote | Kind::Undo => Cell::new(kind.word()).ink(Ink::Cyan),
        Kind::Invalid | Kind::Deleted => Cell::new(kind.word()).ink(Ink::Red),
    }
}
