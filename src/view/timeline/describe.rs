//! What one column holds, in words: for the pointer over it, which has a whole line.

use super::layout::{WindowCell, WindowLayout};
use super::marks;
use crate::history::{History, VersionInfo};
use crate::record::Version;
use crate::view::counts::KeyCounts;
use crate::view::text::{self, SafeText, joined};
use crate::view::{clock, delta};
use std::ops::Range;

/// Snapshots that are named.
const NAMED: usize = 6;

/// `#48,213 · ◆ pre-checkout · 2026-03-14 09:41:07Z · cart.checkout · ana · +51 ~4 · 3.0 KB`, or what several versions
/// have together; nothing for a column without versions.
pub(super) fn describe(
    history: &History,
    counts: &KeyCounts,
    layout: &WindowLayout,
    column: usize,
) -> Option<SafeText> {
    if column >= layout.columns() {
        return None;
    }
    let cell = column / layout.wide();
    if let Some(fold) = layout.folds.iter().find(|fold| fold.cell == cell) {
        let (last, next) = (Version(fold.before - 1), Version(fold.before));
        let (last, next) = (text::number(last), text::number(next));
        return Some(joined![text::duration(fold.idle), " idle, between ", last, " and ", next]);
    }
    let WindowCell { versions, chosen, .. } = layout.cells.get(cell)?;
    let marks = marks::words(history, versions.clone(), NAMED);
    let (head, rest) = match versions.end - versions.start {
        0 => return None,
        1 => one(&history.info(Version(*chosen))?, counts),
        _ => several(history, counts, versions.clone()),
    };
    let parts = std::iter::once(head).chain(marks).chain(rest);
    Some(SafeText::join(parts, " · "))
}

fn one(info: &VersionInfo, counts: &KeyCounts) -> (SafeText, Vec<SafeText>) {
    let rest = vec![
        info.at.map(clock::date_time).unwrap_or_default().into(),
        (&info.label).into(),
        info.by.as_ref().map(SafeText::from).unwrap_or_default(),
        counts.of(info.version, info.counts).map(delta::counts).unwrap_or_default().into(),
        text::size(info.size).into(),
    ];
    (text::number(info.version).into(), rest)
}

fn several(history: &History, counts: &KeyCounts, versions: Range<u64>) -> (SafeText, Vec<SafeText>) {
    let activity = history.activity(versions.clone());
    let (first, last) = (Version(versions.start), Version(versions.end - 1));
    let count = |count: u64, thing: &str| text::counted(usize::try_from(count).unwrap_or(usize::MAX), thing);
    let at = |version: Version| history.timeline().there_by(version);
    let rest = vec![
        count(activity.versions, "transition").into(),
        counts.over(versions, activity.keys.sum).map(|keys| count(keys, "changed key")).unwrap_or_default().into(),
        joined!["up to ", text::size(activity.bytes.most)],
        at(first).zip(at(last)).map(|(first, last)| clock::between(first, last)).unwrap_or_default().into(),
    ];
    (joined![text::number(first), " to ", text::number(last)], rest)
}
