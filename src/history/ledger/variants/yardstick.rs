//! Metrics: their units and goals, and what is not as it was before.

use super::{Measurement, SCORE};
use crate::record::{Goal, Metric};
use crate::value::Text;
use rustc_hash::FxHashMap;

/// One metric of a comparison.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MetricSpec {
    /// The metric's name.
    pub name: Text,
    /// Its unit: that of every figure that counts.
    pub unit: Text,
    /// The unit of older figures, where that was another one: they do not count.
    pub unit_before: Option<Text>,
    /// Which way is better, as it was said last.
    pub goal: Option<Goal>,
    /// The goal that was said before, where that was another one.
    pub goal_before: Option<Goal>,
}

impl MetricSpec {
    pub(super) fn new(name: &Text) -> Self {
        Self { name: name.clone(), unit: Text::new(), unit_before: None, goal: None, goal_before: None }
    }

    /// Which way a score is better: higher, unless something else was said.
    pub(super) fn direction(&self) -> Goal {
        self.goal.clone().unwrap_or(Goal::Higher)
    }

    /// What is not as it was before, one sentence each: another goal, and figures of another unit, which do not count.
    pub fn changes(&self) -> Vec<String> {
        let goal = self.goal.as_ref().zip(self.goal_before.as_ref());
        let goal = goal.map(|(goal, before)| format!("the goal of {} is {goal}; it was {before}", self.name));
        let unit = self.unit_before.as_ref().map(|before| {
            format!("{} is measured {}; figures {} do not count", self.name, in_unit(&self.unit), in_unit(before))
        });
        goal.into_iter().chain(unit).collect()
    }

    /// How a figure would change what the metric means: `the goal of p95 is lower, not higher`, `p95 is measured in ms, not in
    /// s`; `None` where it does not. A figure without unit or goal takes the metric's.
    pub(crate) fn changed_by(&self, metric: &Metric) -> Option<String> {
        match (&metric.goal, &self.goal) {
            (Some(new), Some(old)) if new != old => Some(format!("the goal of {} is {old}, not {new}", self.name)),
            _ if metric.unit.is_empty() || metric.unit == self.unit => None,
            _ => Some(format!("{} is measured {}, not {}", self.name, in_unit(&self.unit), in_unit(&metric.unit))),
        }
    }

    /// Takes the unit and goal of a later figure.
    fn take(&mut self, metric: &Metric) {
        if !metric.unit.is_empty() && metric.unit != self.unit {
            self.unit_before = Some(std::mem::replace(&mut self.unit, metric.unit.clone()));
        }
        let Some(goal) = &metric.goal else { return };
        let before = self.goal.replace(goal.clone()).or((self.name == SCORE).then_some(Goal::Higher));
        if let Some(before) = before.filter(|before| before != goal) {
            self.goal_before = Some(before);
        }
    }

    /// What the first figure of a metric says of it.
    pub(crate) fn of(metric: &Metric) -> Self {
        Self { unit: metric.unit.clone(), goal: metric.goal.clone(), ..Self::new(&metric.name) }
    }
}

fn in_unit(unit: &str) -> String {
    if unit.is_empty() { "without a unit".to_owned() } else { format!("in {unit}") }
}

/// All metrics but the score, in the order they came, each with the unit and goal that were said last; and the score.
pub(super) fn yardsticks(measured: &[&Measurement]) -> (Vec<MetricSpec>, MetricSpec) {
    let mut found: Vec<MetricSpec> = Vec::new();
    let mut places: FxHashMap<&Text, usize> = FxHashMap::default();
    for metric in measured.iter().flat_map(|measured| &measured.metrics) {
        if let Some(at) = places.get(&metric.name) {
            found[*at].take(metric);
        } else {
            places.insert(&metric.name, found.len());
            found.push(MetricSpec::of(metric));
        }
    }
    let score = places.get(&Text::from(SCORE)).map(|at| found.remove(*at));
    (found, score.unwrap_or_else(|| MetricSpec::new(&SCORE.into())))
}
