//! All that is known of one transition, for a box.

use crate::history::{History, VersionKind};
use crate::record::{TimeSource, Version};
use crate::value::Text;
use crate::view::counts::KeyCounts;
use crate::view::text::{self, SafeText, joined};
use crate::view::{clock, delta};

/// One thing that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is: `author`.
    pub name: &'static str,
    /// What it says.
    pub says: SafeText,
    /// Whether it is a problem.
    pub is_bad: bool,
}

/// Label, author, time and what else is known of a version, all of it; nothing of what is not known. `reason` is why it
/// was rolled back to or promoted. O(log n).
pub fn detail(history: &History, counts: &KeyCounts, version: Version, reason: Option<&Text>) -> Vec<Fact> {
    let Some(info) = history.info(version).filter(|info| info.version.0 > 0) else { return Vec::new() };
    let fact = |name, says: SafeText| Fact { name, says, is_bad: false };
    let source = match info.time_source {
        Some(TimeSource::Arrived) => ", when it arrived",
        _ => "",
    };
    let kept = history.lineage().kept_by(version);
    let left = kept.map(|branch| joined![text::counted(branch.versions, "version"), " on ", &branch.name]);
    let kind = match info.kind {
        VersionKind::Transition => SafeText::default(),
        VersionKind::Rollback | VersionKind::Promote | VersionKind::Undo => {
            joined![info.kind.word(), ", equal to ", text::number(info.parent)]
        }
        _ => info.kind.word().into(),
    };
    let changed = counts.of(version, info.counts).map(delta::counts).unwrap_or_default();
    let facts = [
        fact("label", (&info.label).into()),
        fact("time", info.at.map(|at| joined![clock::date_time(at), source]).unwrap_or_default()),
        fact("author", info.by.as_ref().map(SafeText::from).unwrap_or_default()),
        fact("kind", kind),
        fact("reason", reason.map(SafeText::from).unwrap_or_default()),
        fact("branch", SafeText::data(&history.lineage().branch_of(version))),
        fact("keys", changed.into()),
        fact("size", text::size(info.size).into()),
        fact("kept", left.unwrap_or_default()),
        Fact { is_bad: true, ..fact("problem", info.problem.as_ref().map(SafeText::from).unwrap_or_default()) },
    ];
    facts.into_iter().filter(|fact| !fact.says.is_empty()).collect()
}
