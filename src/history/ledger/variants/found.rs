//! Figures gathered by branch or baseline and by metric.

use super::samples::{MeasuredVariant, Samples};
use super::{Measurement, MetricSpec, SCORE};
use crate::record::Version;
use rustc_hash::FxHashMap;

/// Figures by branch or baseline and by metric: those in the metric's unit, of the version that was measured last with it, in
/// the order they came.
pub(super) struct MetricSamples<'a>(FxHashMap<(&'a str, &'a str), Samples>);

impl<'a> MetricSamples<'a> {
    pub fn new(measured: &[&'a Measurement], metrics: &[MetricSpec], score: &MetricSpec) -> Self {
        let last: FxHashMap<&str, &str> =
            metrics.iter().chain([score]).map(|metric| (metric.name.as_str(), metric.unit.as_str())).collect();
        // A figure without a unit has the one that its metric had then.
        let mut units: FxHashMap<&str, &str> = FxHashMap::default();
        let mut found: FxHashMap<(&str, &str), Samples> = FxHashMap::default();
        for measured in measured {
            // What no double holds is refused when it is recorded; a log by others may have it.
            for metric in measured.metrics.iter().filter(|metric| metric.value.as_f64().is_finite()) {
                let unit = units.entry(&metric.name).or_default();
                if !metric.unit.is_empty() {
                    *unit = &metric.unit;
                }
                if last.get(metric.name.as_str()) != Some(&*unit) {
                    continue;
                }
                let samples = found.entry((&measured.of, &metric.name)).or_default();
                samples.add(measured, metric.value.clone());
            }
        }
        Self(found)
    }

    pub fn raw(&self, of: &str, version: Version, metrics: &[MetricSpec]) -> MeasuredVariant {
        let of = |name: &str| self.0.get(&(of, name)).cloned();
        MeasuredVariant { version, samples: metrics.iter().map(|metric| of(&metric.name)).collect(), score: of(SCORE) }
    }
}
