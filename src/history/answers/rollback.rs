//! Rolling back: strategies, and what a rollback would do.
//!
//! Decides and foretells only; the rollback itself is a record, and the fold acts on it.

use crate::escape::in_quotes;
use crate::history::Zone;
use crate::history::lineage::branches::KeptNumber;
use crate::history::lineage::tree::BranchId;
use crate::history::nearest::nearest;
use crate::history::{Branch, History, Snapshot, VersionKind};
use crate::record::{Origin, Time, Version};
use crate::value::Text;
use crate::{Error, Result};

/// How to choose the version to roll back to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Strategy {
    /// The snapshot of this name (the newest, if there are several).
    Named(Text),
    /// The newest snapshot: the last in the list.
    Latest,
    /// The snapshot at this index, 0 = oldest.
    Index(usize),
    /// The closest snapshot at or before this time.
    Time(Time),
    /// This version.
    Version(Version),
}

/// What a rollback would do, for dialogs and `--json`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RollbackPlan {
    /// The version it would equal.
    pub to: Version,
    /// The head now.
    pub head: Version,
    /// The version it would make.
    pub makes: Version,
    /// The name the line left behind would get, and its versions; `None` when nothing is left behind.
    pub kept: Option<(Text, u64)>,
    /// Whether the head is that version already, or equals it because it went back to it.
    pub same: bool,
    /// Why the value of `to` may be another than was recorded, or its number: records are missing.
    pub doubt: Option<Text>,
}

impl History {
    /// The version a strategy chooses. An error tells times in UTC. O(snapshots in the list).
    ///
    /// # Errors
    /// `NotFound` when there is no such snapshot, `Target` when there is no such version.
    pub fn choose(&self, strategy: &Strategy) -> Result<Version> {
        self.choose_in(strategy, Zone::UTC)
    }

    /// The same; an error tells times in this zone.
    pub(super) fn choose_in(&self, strategy: &Strategy, zone: Zone) -> Result<Version> {
        let found = match strategy {
            Strategy::Version(version) => return self.existing(*version),
            Strategy::Named(name) => self.marks.named(name),
            Strategy::Latest => self.marks.listed().last(),
            Strategy::Index(index) => self.marks.listed().get(*index),
            Strategy::Time(at) => self.marks.closest(*at),
        };
        found.map(|snapshot| snapshot.version).ok_or_else(|| self.no_snapshot(strategy, zone))
    }

    /// What moving the head of a growing branch to `to` would do; `None` names `main`. O(log runs).
    ///
    /// # Errors
    /// When there is no such version or branch.
    pub fn plan_rollback(&self, branch: Option<&str>, to: Version) -> Result<RollbackPlan> {
        let to = self.existing(to)?;
        let owner = self.lineage.branches.owner(branch).ok_or_else(|| self.no_branch(branch.unwrap_or_default()))?;
        let kept = self.would_keep(owner, to).map(|branch| (branch.name, branch.versions));
        let head = self.lineage.branches.head_of(owner);
        let same = self.went_back_to(head) == self.went_back_to(to);
        Ok(RollbackPlan { to, head, makes: self.next_version(0), kept, same, doubt: self.doubts().of(to) })
    }

    /// What moving the head of a growing branch to `to` would keep, under the name that its writer gives it.
    fn would_keep(&self, owner: BranchId, to: Version) -> Option<Branch> {
        let numbered = KeptNumber::Said(self.lineage.branches.number_after(owner, self.gaps.total()));
        let kept = self.lineage.branches.would_keep(&self.lineage.tree, owner, (to, self.next_version(0)), numbered);
        kept.map(|(branch, _)| branch)
    }

    /// The version whose value a version has by going back, once or several times; itself if it did not go back.
    /// O(times · log runs).
    fn went_back_to(&self, version: Version) -> Version {
        let mut at = version;
        while let Some(VersionKind::Rollback | VersionKind::Promote | VersionKind::Undo) = self.timeline.kind(at) {
            let Some(parent) = self.lineage.parent(at) else { break };
            at = parent;
        }
        at
    }

    /// Versions newer than `after` that the other side wrote, and that would leave a branch whose head goes back to `to`.
    /// O(versions that would leave it).
    pub(crate) fn others_left(&self, branch: Option<&str>, to: Version, after: Version, side: Origin) -> u64 {
        let kept = self.lineage.branches.owner(branch).and_then(|owner| self.would_keep(owner, to));
        let Some(kept) = kept else { return 0 };
        let left = self
            .lineage
            .tree
            .back(kept.head)
            .map(|stretch| stretch.start.max(after.0.max(kept.base.0) + 1)..stretch.end);
        let left = left.take_while(|stretch| stretch.start < stretch.end);
        left.map(|stretch| self.timeline.not_of(&stretch, side)).sum()
    }

    /// The error for a branch that is not there, or does not grow.
    pub(crate) fn no_branch(&self, name: &str) -> Error {
        let what = match self.lineage.branches.names().find(|taken| *taken == name) {
            None => "branch",
            Some(_) => "growing branch",
        };
        let like = if what == "branch" { nearest(name, self.lineage.branches.names()) } else { Vec::new() };
        self.not_found(format!("{what} {}", in_quotes(name)), &like)
    }

    /// The same words whether another tenant has it or not: nothing of another tenant is known here.
    fn no_snapshot(&self, strategy: &Strategy, zone: Zone) -> Error {
        match strategy {
            Strategy::Named(name) => self.not_found(
                format!("snapshot {}", in_quotes(name)),
                &self.near(name, nearest(name, self.marks.names())),
            ),
            Strategy::Index(index) => {
                let last = self.marks.listed().len().checked_sub(1).map(|last| format!("index:{last}"));
                self.not_found(format!("snapshot at index {index}"), last.as_slice())
            }
            Strategy::Time(at) => {
                let first = self.marks.listed().iter().filter_map(Snapshot::moment).min();
                let first = first.map(|first| format!("before:@{}", zone.text(first)));
                self.not_found(format!("snapshot at or before {}", zone.text(*at)), first.as_slice())
            }
            Strategy::Latest | Strategy::Version(_) => self.not_found::<&str>("latest snapshot".to_owned(), &[]),
        }
    }
}
