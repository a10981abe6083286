//! Variants by one of their metrics, and where that is found.

use super::{Comparison, MetricFigure, MetricSpec, SCORE, Variant, VariantMetrics};
use crate::record::Goal;

impl Comparison {
    /// The metric of a name, the score among them.
    pub fn metric(&self, name: &str) -> Option<&MetricSpec> {
        if name == SCORE {
            return Some(&self.score);
        }
        self.metrics.iter().find(|metric| metric.name == name)
    }

    /// A column's figure of the metric of a name.
    pub fn figure<'a>(&self, column: &'a VariantMetrics, name: &str) -> Option<&'a MetricFigure> {
        if name == SCORE {
            return column.scored.as_ref();
        }
        let at = self.metrics.iter().position(|metric| metric.name == name)?;
        column.figures.get(at)?.as_ref()
    }

    /// Sorts the variants by a metric, the best first: the lowest where its goal is lower, else the highest; by score where
    /// that is derived too. Stale figures come behind, then variants without one. O(n log n).
    pub fn sort_by(&mut self, name: &str) {
        let lower = self.metric(name).is_some_and(|metric| metric.goal == Some(Goal::Lower));
        let mut variants = std::mem::take(&mut self.variants);
        variants.sort_by(|one, other| match (self.figure(&one.column, name), self.figure(&other.column, name)) {
            (Some(one), Some(other)) => {
                let order = one.value.cmp(&other.value);
                one.is_stale.cmp(&other.is_stale).then(if lower { order } else { order.reverse() })
            }
            (None, None) if name == SCORE => {
                let score = |variant: &Variant| variant.column.score.unwrap_or(f64::NEG_INFINITY);
                score(other).total_cmp(&score(one))
            }
            (one, other) => other.is_some().cmp(&one.is_some()),
        });
        self.variants = variants;
    }
}
