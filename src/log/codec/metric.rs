//! Figures as JSON: `[{"name":"p95","value":22.8,"unit":"ms","goal":"lower"}]`.

use super::{LineFault, decode_value, each};
use crate::record::{Goal, Metric};
use crate::value::{Object, Text, Value};

pub(super) fn encode(metrics: &[Metric]) -> Value {
    metrics.iter().map(one).collect()
}

fn one(metric: &Metric) -> Value {
    let mut members: Vec<(Text, Value)> =
        vec![("name".into(), metric.name.clone().into()), ("value".into(), metric.value.clone().into())];
    if !metric.unit.is_empty() {
        members.push(("unit".into(), metric.unit.clone().into()));
    }
    members.extend(metric.goal.as_ref().map(|goal| ("goal".into(), Value::from(goal.to_string().as_str()))));
    members.into_iter().collect()
}

pub(super) fn decode(metrics: &str) -> Result<Vec<Metric>, LineFault> {
    let wrong = || "its \"metrics\" are not an array of figures with name and value".to_owned();
    each(metrics, wrong, |metric| read(&decode_value("metrics", metric)?).ok_or_else(wrong))
}

fn read(metric: &Value) -> Option<Metric> {
    let members = metric.as_object()?;
    Some(Metric {
        name: members.get("name")?.as_str()?.into(),
        value: members.get("value")?.as_number()?.clone(),
        unit: text_or_empty(members, "unit")?.into(),
        goal: match text_or_empty(members, "goal")? {
            "" => None,
            goal => Some(Goal::parse(goal)?),
        },
    })
}

/// `None` for one that is not a string.
fn text_or_empty<'a>(members: &'a Object, name: &str) -> Option<&'a str> {
    members.get(name).map_or(Some(""), Value::as_str)
}
