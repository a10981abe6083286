//! What expressions give from version to version.

use super::course::Course;
use super::find::is_untouched;
use crate::query::{Budget, Query};
use crate::record::Version;
use crate::value::{Text, Value};
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

/// Expressions followed through a course.
pub struct Trace<'s> {
    /// Where.
    pub course: &'s Course<'s>,
    /// Which.
    pub expressions: &'s [Query],
    /// What one evaluation may take, and what cancels it.
    pub budget: &'s Budget,
}

/// What an expression gives: its output, all of them as an array where there are several, `null` for none; or its error.
pub type Traced = Result<Value, Text>;

/// What was given at the version before, whose value is not known where it could not be read.
type Before = (Option<Value>, Vec<Traced>);

/// What the expressions give at one version.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceRow {
    /// The version.
    pub version: Version,
    /// By expression.
    pub values: Vec<Traced>,
    /// Whether one of them is another than in the row before.
    pub is_new: bool,
}

impl Trace<'_> {
    /// Gives a row for each version, oldest first, until `each` breaks off or it is cancelled. An expression is evaluated only
    /// where something that it reads had changed.
    pub fn rows(&self, mut each: impl FnMut(TraceRow) -> ControlFlow<()>) {
        let mut before: Option<Before> = None;
        for version in self.course.forward() {
            if self.budget.cancelled.load(Ordering::Relaxed) {
                return;
            }
            let value = self.course.tenant().value_at(version);
            let values = match &value {
                Err(error) => vec![Err(error.to_string().into()); self.expressions.len()],
                Ok(value) => self.values(value, before.as_ref()),
            };
            let is_new = before.as_ref().is_none_or(|(_, old)| *old != values);
            before = Some((value.ok(), values.clone()));
            if each(TraceRow { version, values, is_new }).is_break() {
                return;
            }
        }
    }

    fn values(&self, value: &Value, before: Option<&Before>) -> Vec<Traced> {
        let known = |at: usize, query: &Query| {
            let (old, values) = before?;
            is_untouched(query, old.as_ref()?, value).then(|| values.get(at).cloned())?
        };
        let evaluated = |query: &Query| query.outputs(value, self.budget).map(one);
        let each = self.expressions.iter().enumerate();
        each.map(|(at, query)| known(at, query).unwrap_or_else(|| evaluated(query))).collect()
    }
}

fn one(mut outputs: Vec<Value>) -> Value {
    match outputs.len() {
        0 => Value::Null,
        1 => outputs.pop().unwrap_or_default(),
        _ => Value::Array(outputs.into_iter().collect()),
    }
}
