//! Forking: starting a branch, or a variant of a baseline.

use crate::Result;
use crate::export::json::{JsonOutput, list, optional};
use crate::history::{Branch, History};
use crate::record::{TenantId, Version};
use crate::recording::Tenant;
use crate::value::Text;

/// Where a branch starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// At a version.
    At(Version),
    /// At the version of a snapshot, to be compared against it.
    Baseline(Text),
}

/// A branch that was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forked {
    pub tenant: TenantId,
    pub row: BranchRow,
    /// Names that look like its own and are others.
    pub look_alikes: Vec<String>,
}

/// A branch as every list has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchRow {
    pub branch: Branch,
    /// What its baseline is called, where it is a variant.
    pub baseline: Option<Text>,
}

pub(super) fn act(tenant: &Tenant, name: &str, start: &Start) -> Result<Forked> {
    let branch = match start {
        Start::At(version) => tenant.fork(name, *version)?,
        Start::Baseline(baseline) => tenant.variant(name, baseline)?,
    };
    let history = tenant.history();
    let look_alikes = history.look_alikes(&branch.name);
    Ok(Forked { tenant: tenant.id().clone(), row: BranchRow::new(&history, branch), look_alikes })
}

impl Forked {
    /// For machines.
    pub(super) fn json(&self) -> JsonOutput {
        self.row.json_with(Some(("look_alikes", list(self.look_alikes.iter().map(String::as_str)))))
    }
}

impl BranchRow {
    /// Of a branch.
    pub fn new(history: &History, branch: Branch) -> Self {
        Self { baseline: history.variants().baseline_name(&branch), branch }
    }

    /// Of all branches. O(branches).
    pub fn all(history: &History) -> Vec<Self> {
        history.branches().into_iter().map(|branch| Self::new(history, branch)).collect()
    }

    /// What kind of branch it is: `current`, `variant`, `kept`, `fork`.
    pub fn kind(&self) -> &'static str {
        match &self.branch {
            Branch { current: true, .. } => "current",
            Branch { kept_by: Some(_), .. } => "kept",
            Branch { baseline: Some(_), .. } => "variant",
            _ => "fork",
        }
    }

    /// For machines.
    pub fn json(&self) -> JsonOutput {
        self.json_with(None)
    }

    fn json_with(&self, more: Option<(&'static str, JsonOutput)>) -> JsonOutput {
        let Branch { name, head, base, versions, current, kept_by, doubt, .. } = &self.branch;
        let fields = [
            ("name", name.clone().into()),
            ("head", head.0.into()),
            ("base", base.0.into()),
            ("versions", (*versions).into()),
            ("current", (*current).into()),
            ("kept_by", optional(kept_by.map(|version| version.0))),
            ("baseline", optional(self.baseline.clone())),
        ];
        JsonOutput::Fields(fields.into_iter().chain(more).chain([("problem", optional(doubt.clone()))]).collect())
    }
}
