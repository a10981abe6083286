//! Marks: a column shows the most important one, the read-out names all of them.

use crate::history::{Activity, History, Snapshot};
use crate::record::SnapshotKind;
use crate::view::text;
use std::ops::Range;

/// A mark in the marks lane, most important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// Invalid, deleted, or a step that failed: `!`.
    Broken,
    /// A named snapshot: `◆`.
    Named,
    /// A checkpoint: `■`.
    Checkpoint,
    /// A rollback or undo: `⟲`.
    Rollback,
    /// An auto snapshot: `◇`.
    Auto,
}

/// The most important mark of a stretch: marks are never averaged away.
pub(in crate::view) fn mark(activity: &Activity) -> Option<Mark> {
    let marks = [
        (activity.errors > 0, Mark::Broken),
        (activity.named, Mark::Named),
        (activity.checkpoint, Mark::Checkpoint),
        (activity.rollback, Mark::Rollback),
        (activity.auto, Mark::Auto),
    ];
    marks.into_iter().find(|(there, _)| *there).map(|(_, mark)| mark)
}

/// Columns of a name.
const LONGEST: usize = 16;

/// All marks of a stretch, so many snapshots by name: `! 2`, `◆ v1.0`, `◇ #12`, `⟲`, `+5`.
pub(super) fn words(history: &History, range: Range<u64>, named: usize) -> Vec<String> {
    let activity = history.activity(range.clone());
    let snapshots = history.snapshots_within(range);
    let mut words: Vec<String> = (activity.errors > 0).then(|| format!("! {}", activity.errors)).into_iter().collect();
    // Named ones first: they are what people look for.
    let of =
        |by_people: bool| snapshots.iter().filter(move |s| (s.kind == SnapshotKind::Named) == by_people).take(named);
    words.extend(of(true).chain(of(false)).take(named).map(snapshot_words));
    words.extend(activity.rollback.then(|| "⟲".to_owned()));
    words.extend(snapshots.len().checked_sub(named).filter(|more| *more > 0).map(|more| format!("+{more}")));
    words
}

fn snapshot_words(snapshot: &Snapshot) -> String {
    let sign = match snapshot.kind {
        SnapshotKind::Named => "◆",
        SnapshotKind::Checkpoint => "■",
        SnapshotKind::Auto => "◇",
    };
    match &snapshot.name {
        Some(name) => format!("{sign} {}", text::fit(&text::visible(name), LONGEST)),
        None => format!("{sign} {}", text::number(snapshot.version)),
    }
}
