//! What one column holds, in words: for the pointer over it, which has a whole line.

use super::layout::{Cell, Layout};
use super::marks;
use crate::history::{History, VersionInfo};
use crate::record::Version;
use crate::view::{clock, delta, text};
use std::ops::Range;

/// Snapshots that are named.
const NAMED: usize = 6;

/// `#48,213 · ◆ pre-checkout · 2026-03-14 09:41:07Z · cart.checkout · ana · +51 ~4 · 3.0 KB`, or what several versions
/// have together; nothing for a column without versions.
pub(super) fn told(history: &History, layout: &Layout, column: usize) -> Option<String> {
    if column >= layout.columns() {
        return None;
    }
    let cell = column / layout.wide();
    if let Some(fold) = layout.folds.iter().find(|fold| fold.cell == cell) {
        let (last, next) = (Version(fold.before - 1), Version(fold.before));
        let (last, next) = (text::number(last), text::number(next));
        return Some(format!("{} idle, between {last} and {next}", text::duration(fold.idle)));
    }
    let Cell { versions, chosen, .. } = layout.cells.get(cell)?;
    let marks = marks::words(history, versions.clone(), NAMED);
    let (head, rest) = match versions.end - versions.start {
        0 => return None,
        1 => one(&history.info(Version(*chosen))?),
        _ => several(history, versions.clone()),
    };
    let parts = std::iter::once(head).chain(marks).chain(rest);
    Some(parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "))
}

fn one(info: &VersionInfo) -> (String, Vec<String>) {
    let rest = vec![
        info.at.map(clock::date_time).unwrap_or_default(),
        text::data(&info.label).into_owned(),
        info.by.as_ref().map(|by| text::data(by).into_owned()).unwrap_or_default(),
        delta::counts(info.counts),
        text::size(info.size),
    ];
    (text::number(info.version), rest)
}

fn several(history: &History, versions: Range<u64>) -> (String, Vec<String>) {
    let activity = history.activity(versions.clone());
    let (first, last) = (Version(versions.start), Version(versions.end - 1));
    let count = |count: u64, thing: &str| text::counted(usize::try_from(count).unwrap_or(usize::MAX), thing);
    let at = |version: Version| history.there_by(version);
    let rest = vec![
        count(activity.versions, "transition"),
        count(activity.keys.sum, "changed key"),
        format!("up to {}", text::size(activity.bytes.most)),
        at(first).zip(at(last)).map(|(first, last)| clock::between(first, last)).unwrap_or_default(),
    ];
    (format!("{} to {}", text::number(first), text::number(last)), rest)
}
