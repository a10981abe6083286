//! Cutting off old history. The plan and the outcome are those of `recording`; here is only what machines are told.

use crate::export::json::{JsonOutput, object, optional};
use crate::recording::CompactPlan;

/// How many bytes were freed is known only afterwards.
pub(super) fn json(plan: &CompactPlan, freed: Option<u64>) -> JsonOutput {
    object([
        ("deleted", plan.versions.into()),
        ("before", plan.before.0.into()),
        ("records", plan.records.into()),
        ("bytes", plan.bytes.into()),
        ("snapshots", (plan.snapshots.len() as u64).into()),
        ("branches", (plan.branches.len() as u64).into()),
        ("transactions", plan.transactions.into()),
        ("freed", optional(freed)),
    ])
}
