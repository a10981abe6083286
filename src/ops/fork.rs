//! Forking: starting a branch, or a variant of a baseline.

use crate::Result;
use crate::export::json::{Json, list, optional};
use crate::history::Branch;
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
    /// Whose.
    pub tenant: TenantId,
    /// The branch.
    pub branch: Branch,
    /// The name of the baseline, or its version where it has none.
    pub baseline: Option<Text>,
    /// Names that look like its own and are others.
    pub look_alikes: Vec<String>,
}

/// Does it.
pub(super) fn act(tenant: &Tenant, name: &str, start: &Start) -> Result<Forked> {
    let (branch, baseline) = match start {
        Start::At(version) => (tenant.fork(name, *version)?, None),
        Start::Baseline(baseline) => (tenant.variant(name, baseline)?, Some(baseline.clone())),
    };
    let look_alikes = tenant.history().look_alikes(&branch.name);
    Ok(Forked { tenant: tenant.id().clone(), branch, baseline, look_alikes })
}

impl Forked {
    /// For machines.
    pub(super) fn json(&self) -> Json {
        let alike = ("look_alikes", list(self.look_alikes.iter().map(String::as_str)));
        let more = [alike, ("problem", optional(self.branch.doubt.clone()))];
        Json::Fields(shape(&self.branch, self.baseline.as_ref()).into_iter().chain(more).collect())
    }
}

/// The members of a branch in the list, for machines.
pub fn shape(branch: &Branch, baseline: Option<&Text>) -> [(&'static str, Json); 7] {
    [
        ("name", branch.name.clone().into()),
        ("head", branch.head.0.into()),
        ("base", branch.base.0.into()),
        ("versions", branch.versions.into()),
        ("current", branch.current.into()),
        ("kept_by", optional(branch.kept_by.map(|version| version.0))),
        ("baseline", optional(baseline.cloned())),
    ]
}
