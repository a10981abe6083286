//! What is asked of the lines of versions and the branches that name them.
//!
//! Must not name: values.

use crate::history::lineage::LeftBehind;
use crate::history::lineage::branches::Branch;
use crate::history::parts::History;
use crate::record::Version;
use crate::value::Text;
use std::ops::Range;
use std::sync::Arc;

impl History {
    /// The version before on its own line: `v-1`, or a rollback's target. `None` for `#0` and what does not exist.
    /// O(log runs).
    pub fn parent(&self, version: Version) -> Option<Version> {
        self.known(version).and_then(|version| self.lineage.tree.parent(version))
    }

    /// What the application saw before a version: the newest version its branch had made until then, or the one it was
    /// forked from. For a rollback that is the head it left. `None` for `#0` and what does not exist. O(log runs).
    pub fn seen_before(&self, version: Version) -> Option<Version> {
        self.known(version).and_then(|version| self.lineage.tree.made_before(version))
    }

    /// What the application saw after a version: the next one that its branch made, a rollback where it was left behind.
    /// `None` for the newest of a branch. O(log runs), and the runs of other branches until then.
    pub fn seen_after(&self, version: Version) -> Option<Version> {
        self.known(version).and_then(|version| self.lineage.tree.made_after(version))
    }

    /// The version after `version` on the line that ends at `head`; `None` for `head` itself and what is not on its line.
    /// O(log runs).
    pub fn child_towards(&self, version: Version, head: Version) -> Option<Version> {
        self.known(head).and_then(|head| self.lineage.tree.child_towards(version, head))
    }

    /// Whether `version` is on the line that ends at `head`. `#0` is on every line. O(log runs).
    pub fn on_line(&self, version: Version, head: Version) -> bool {
        self.known(head).is_some_and(|head| self.lineage.tree.on_line(version, head))
    }

    /// The stretches of versions on the line that ends at `head`, oldest first; the first begins with `#0`.
    /// O(stretches · log runs).
    pub fn line(&self, head: Version) -> Vec<Range<u64>> {
        let mut stretches: Vec<_> =
            self.known(head).into_iter().flat_map(|head| self.lineage.tree.back(head)).collect();
        stretches.reverse();
        stretches
    }

    /// Steps from `from` to `to` along the line of `to`; 0 when `from` is not before it. O(log runs).
    pub fn steps_between(&self, from: Version, to: Version) -> u64 {
        match (self.known(from), self.known(to)) {
            (Some(from), Some(to)) => self.lineage.tree.depth(to).saturating_sub(self.lineage.tree.depth(from)),
            _ => 0,
        }
    }

    /// The first version on a line, the child of `#0`; `#0` on an empty one. O(log runs).
    pub fn first_of(&self, head: Version) -> Version {
        self.child_towards(Version(0), head).unwrap_or_default()
    }

    fn known(&self, version: Version) -> Option<Version> {
        (version <= self.newest()).then_some(version)
    }

    /// The name of the branch a version belongs to: the one that made it, while it is on its line, else the first that
    /// kept it. O(log runs).
    pub fn branch_of(&self, version: Version) -> Text {
        self.lineage.branches.name_of(&self.lineage.tree, version)
    }

    /// The name of the growing branch that a version was made on. O(log runs).
    pub fn made_by(&self, version: Version) -> &str {
        self.lineage.branches.name(self.lineage.tree.owner(version))
    }

    /// All branches; `main` first, then forks, then kept ones, each in order of making. Each version is on at least one
    /// of their lines. O(branches · log runs).
    pub fn branches(&self) -> Vec<Branch> {
        self.lineage.branches.list(&self.lineage.tree).into_iter().map(|branch| self.with_doubt(branch)).collect()
    }

    fn with_doubt(&self, branch: Branch) -> Branch {
        Branch { doubt: self.branch_doubt(&branch), ..branch }
    }

    fn branch_doubt(&self, branch: &Branch) -> Option<Text> {
        match branch.kept_by {
            None => self.head_doubt(Some(&branch.name)),
            Some(_) => self.doubt(branch.head),
        }
    }

    /// Why the head of a growing branch may be another version, or have another value: records are missing. `None` names
    /// `main`. O(log n).
    pub fn head_doubt(&self, branch: Option<&str>) -> Option<Text> {
        let owner = self.lineage.branches.owner(branch)?;
        let suspect = self.values.heads[owner].suspect.as_ref().or(self.gaps.told());
        suspect.cloned().or_else(|| self.doubt(self.lineage.branches.head_of(owner)))
    }

    /// The branch that a rollback, promotion or undo left behind; `None` where it left nothing. O(log n).
    pub fn kept_by(&self, version: Version) -> Option<&Branch> {
        self.lineage.branches.kept_by(version)
    }

    /// The branch of a name. O(log runs).
    pub fn branch(&self, name: &str) -> Option<Branch> {
        self.lineage.branches.get(&self.lineage.tree, name).map(|branch| self.with_doubt(branch))
    }

    /// The versions that rollbacks left behind. Worked out again after each return: O(runs · log runs); else O(1).
    pub fn left_behind(&self) -> Arc<LeftBehind> {
        self.lineage.left_behind(self.first())
    }
}
