//! Marks: a column shows the most important one, the read-out names all of them.

use crate::history::{Activity, Chunked, History, Snapshot};
use crate::record::{SnapshotKind, Version};
use crate::view::text::{self, SafeText, joined};
use std::ops::Range;

/// A mark in the marks lane, most important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimelineMark {
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

impl TimelineMark {
    /// Its word in a legend.
    pub fn word(self) -> &'static str {
        match self {
            Self::Broken => "broken or failed",
            Self::Named => "snapshot",
            Self::Checkpoint => "checkpoint",
            Self::Rollback => "rollback",
            Self::Auto => "auto snapshot",
        }
    }
}

/// Kinds of marks.
pub const KINDS: usize = 5;

/// The most important mark of a stretch.
pub(in crate::view) fn mark(activity: &Activity) -> Option<TimelineMark> {
    all(activity)[0]
}

/// The marks of a stretch, the most important first: none is averaged away.
pub(super) fn all(activity: &Activity) -> [Option<TimelineMark>; KINDS] {
    let marks = [
        (activity.errors > 0, TimelineMark::Broken),
        (activity.named, TimelineMark::Named),
        (activity.checkpoint, TimelineMark::Checkpoint),
        (activity.rollback, TimelineMark::Rollback),
        (activity.auto, TimelineMark::Auto),
    ];
    let mut there = marks.into_iter().filter(|(there, _)| *there).map(|(_, mark)| mark);
    std::array::from_fn(|_| there.next())
}

/// The first version of a stretch with its most important mark.
pub(super) fn marked(history: &History, range: Range<u64>) -> Option<Version> {
    let first_of = |sorted: &Chunked<Version>| {
        let at = sorted.partition_point(|version| version.0 < range.start);
        sorted.get(at).copied().filter(|version| version.0 < range.end)
    };
    let of_kind = |kind| history.marks().within(range.clone()).iter().find(move |s| s.kind == kind).map(|s| s.version);
    match mark(&history.activity(range.clone()))? {
        TimelineMark::Broken => {
            first_of(history.timeline().broken()).into_iter().chain(first_of(history.transactions().failures())).min()
        }
        TimelineMark::Named => of_kind(SnapshotKind::Named),
        TimelineMark::Checkpoint => of_kind(SnapshotKind::Checkpoint),
        TimelineMark::Auto => of_kind(SnapshotKind::Auto),
        TimelineMark::Rollback => {
            let returns = history.timeline().rollbacks();
            let at = returns.partition_point(|(version, _)| version.0 < range.start);
            returns.get(at).map(|(version, _)| *version)
        }
    }
}

/// Columns of a name.
const LONGEST: usize = 16;

/// All marks of a stretch, so many snapshots by name: `! 2`, `◆ v1.0`, `◇ #12`, `⟲`, `+5`.
pub(super) fn words(history: &History, range: Range<u64>, named: usize) -> Vec<SafeText> {
    let activity = history.activity(range.clone());
    let snapshots = history.marks().within(range);
    let mut words: Vec<SafeText> = Vec::new();
    words.extend((activity.errors > 0).then(|| joined!["! ", activity.errors.to_string()]));
    // Named ones first: they are what people look for.
    let of =
        |by_people: bool| snapshots.iter().filter(move |s| (s.kind == SnapshotKind::Named) == by_people).take(named);
    words.extend(of(true).chain(of(false)).take(named).map(snapshot_words));
    words.extend(activity.rollback.then(|| "⟲".into()));
    words.extend(snapshots.len().checked_sub(named).filter(|more| *more > 0).map(|more| format!("+{more}").into()));
    words
}

fn snapshot_words(snapshot: &Snapshot) -> SafeText {
    let sign = match snapshot.kind {
        SnapshotKind::Named => "◆ ",
        SnapshotKind::Checkpoint => "■ ",
        SnapshotKind::Auto => "◇ ",
    };
    let name = snapshot.name.as_ref().map(|name| SafeText::from(name).fit(LONGEST));
    joined![sign, name.unwrap_or_else(|| text::number(snapshot.version).into())]
}
