//! What is asked of the lines of versions and the branches that name them.
//!
//! Must not name: values.

use crate::history::lineage::AbandonedVersions;
use crate::history::lineage::branches::Branch;
use crate::history::parts::History;
use crate::value::Text;
use std::sync::Arc;

impl History {
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
            None => self.doubts().of_head(Some(&branch.name)),
            Some(_) => self.doubts().of(branch.head),
        }
    }

    /// The branch of a name. O(log runs).
    pub fn branch(&self, name: &str) -> Option<Branch> {
        self.lineage.branches.get(&self.lineage.tree, name).map(|branch| self.with_doubt(branch))
    }

    /// The versions that rollbacks left behind. Worked out again after each return: O(runs · log runs); else O(1).
    pub fn left_behind(&self) -> Arc<AbandonedVersions> {
        self.lineage.left_behind(self.first())
    }
}
