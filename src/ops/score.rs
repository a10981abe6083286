//! Recording what was measured on a branch, or on a baseline.

use crate::Result;
use crate::export::json::{JsonOutput, object, optional};
use crate::record::{Metric, TenantId, Version};
use crate::recording::Tenant;
use crate::value::{Text, Value};

/// Figures that were recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    pub tenant: TenantId,
    /// Of which branch or baseline.
    pub of: Text,
    /// At which version they were measured.
    pub version: Version,
    /// The figures.
    pub metrics: Vec<Metric>,
}

pub(super) fn act(tenant: &Tenant, of: &Text, metrics: &[Metric], redefine: bool) -> Result<Scored> {
    if redefine { tenant.redefine(of, metrics) } else { tenant.measure(of, metrics) }?;
    let history = tenant.history();
    let last = history.ledger().measurements().iter().rev().find(|measured| measured.of == *of);
    let version = last.map(|last| last.version).unwrap_or_default();
    Ok(Scored { tenant: tenant.id().clone(), of: of.clone(), version, metrics: metrics.to_vec() })
}

impl Scored {
    /// For machines: what was recorded. Of a variant, the list of variants knows the verdict too.
    pub(super) fn json(&self) -> JsonOutput {
        let figures = self.metrics.iter().map(|metric| (metric.name.clone(), Value::from(metric.value.clone())));
        let score = self.metrics.iter().find(|metric| metric.name == "score").map(|metric| metric.value.clone());
        object([
            ("variant", self.of.clone().into()),
            ("score", optional(score)),
            ("metrics", figures.collect::<Value>().into()),
            ("verdict", optional(None::<Text>)),
        ])
    }
}
