//! Differences for machines.

use super::DiffEnd;
use crate::cli::rules::ignored_json;
use crate::diff::{Change, Counts, Diff, IgnoredPaths, SizeChange};
use crate::export::json::{JsonOutput, list, object};
use crate::value::{Path, Text};
use crate::view::Sign;
use crate::view::change_row::ChangedPart;
use crate::view::summary::{Counted, DiffSummary, Equality};

/// All differences as one object.
pub fn line((from, to): (&DiffEnd, &DiffEnd), diff: &Diff, ignored: &IgnoredPaths) -> JsonOutput {
    object([
        ("from", from.name.clone()),
        ("to", to.name.clone()),
        ("from_at", from.at.clone()),
        ("to_at", to.at.clone()),
        ("added_keys", paths(diff, Sign::Added)),
        ("changed_keys", paths(diff, Sign::Changed)),
        ("removed_keys", paths(diff, Sign::Removed)),
        ("moved_keys", paths(diff, Sign::Moved)),
        ("sizes", JsonOutput::List(diff.sizes.iter().map(size).collect())),
        ("changes", JsonOutput::List(diff.changes.iter().map(change).collect())),
        ("ignored", (diff.ignored as u64).into()),
        ("ignored_paths", ignored_json(ignored)),
    ])
}

/// What they come to, as one object: counts and the keys by what happened to them, without the values.
pub fn summary((from, to): (&DiffEnd, &DiffEnd), diff: &Diff, summary: &DiffSummary) -> JsonOutput {
    let count = |count: u32| JsonOutput::from(u64::from(count));
    let Counts { added, changed, removed, moved } = summary.counts;
    object([
        ("from", from.name.clone()),
        ("to", to.name.clone()),
        ("from_at", from.at.clone()),
        ("to_at", to.at.clone()),
        ("equal", (summary.verdict == Equality::Equal).into()),
        ("added", count(added)),
        ("changed", count(changed)),
        ("removed", count(removed)),
        ("moved", count(moved)),
        ("counted", JsonOutput::List(summary.counted.iter().map(counted).collect())),
        ("added_keys", paths(diff, Sign::Added)),
        ("changed_keys", paths(diff, Sign::Changed)),
        ("removed_keys", paths(diff, Sign::Removed)),
        ("moved_keys", paths(diff, Sign::Moved)),
        ("sizes", JsonOutput::List(diff.sizes.iter().map(size).collect())),
        ("bytes", object([("old", summary.bytes.0.into()), ("new", summary.bytes.1.into())])),
        ("ignored", (summary.ignored as u64).into()),
    ])
}

fn counted(counted: &Counted) -> JsonOutput {
    object([
        ("path", text(&counted.path).into()),
        ("old", counted.old.into()),
        ("new", counted.new.into()),
        ("delta", counted.new.cast_signed().saturating_sub(counted.old.cast_signed()).into()),
    ])
}

fn text(path: &Path) -> Text {
    path.to_string().into()
}

fn paths(diff: &Diff, sign: Sign) -> JsonOutput {
    list(diff.changes.iter().filter(|change| Sign::from(&change.kind) == sign).map(|change| text(&change.path)))
}

fn size(size: &SizeChange) -> JsonOutput {
    let delta = i64::try_from(size.new).unwrap_or(i64::MAX) - i64::try_from(size.old).unwrap_or(i64::MAX);
    object([
        ("path", text(&size.path).into()),
        ("old", (size.old as u64).into()),
        ("new", (size.new as u64).into()),
        ("delta", delta.into()),
    ])
}

/// One change.
pub fn change(change: &Change) -> JsonOutput {
    ChangedPart::from(change).json()
}
