//! Pruning: taking snapshots out of the list, by age and number.

use super::snapshot::{fields, shape};
use crate::Result;
use crate::export::json::{JsonOutput, object};
use crate::history::Snapshot;
use crate::record::TenantId;
use crate::recording::{Prune, Tenant};

/// Snapshots that were taken out of the list, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pruned {
    pub tenant: TenantId,
    /// The snapshots, oldest first, each with its index in the list before.
    pub gone: Vec<(usize, Snapshot)>,
    /// How many there were in the list.
    pub of: usize,
}

/// What it would do.
pub(super) fn plan(tenant: &Tenant, which: &Prune) -> Pruned {
    let gone = tenant.prunable(which);
    indexed(tenant, gone, tenant.history().marks().listed())
}

pub(super) fn act(tenant: &Tenant, which: &Prune) -> Result<Pruned> {
    let listed = tenant.history().marks().listed().to_vec();
    let gone = tenant.prune(which)?;
    Ok(indexed(tenant, gone, &listed))
}

fn indexed(tenant: &Tenant, gone: Vec<Snapshot>, listed: &[Snapshot]) -> Pruned {
    let index = |one: &Snapshot| {
        listed.binary_search_by_key(&(one.version, one.id), |other| (other.version, other.id)).unwrap_or_default()
    };
    let gone = gone.into_iter().map(|one| (index(&one), one)).collect();
    Pruned { tenant: tenant.id().clone(), gone, of: listed.len() }
}

impl Pruned {
    /// For machines: `dropped` is what `deleted` is, as wherever snapshots leave the list.
    pub(super) fn json(&self) -> JsonOutput {
        let gone = || JsonOutput::List(self.gone.iter().map(|(index, one)| fields(shape(*index, one))).collect());
        object([("deleted", gone()), ("dropped", gone())])
    }
}
