//! What expressions give from version to version.

use super::course::Course;
use super::leaf::Sparse;
use crate::query::{Query, QueryBudget};
use crate::record::Version;
use crate::value::{Text, Value};
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

/// Expressions followed through a course.
pub struct Trace<'s> {
    pub course: &'s Course<'s>,
    pub expressions: &'s [Query],
    /// What one evaluation may take, and what cancels it.
    pub budget: &'s QueryBudget,
}

/// What an expression gives: its output, all of them as an array where there are several, `null` for none; or its error.
pub type Traced = Result<Value, Text>;

/// What the expressions give at one version.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceRow {
    pub version: Version,
    /// By expression.
    pub values: Vec<Traced>,
    /// Whether one of them is another than in the row before.
    pub is_new: bool,
}

impl Trace<'_> {
    /// Gives a row for each version, oldest first, until `each` breaks off or it is cancelled. A version is read, and an
    /// expression evaluated, only where something that it reads was touched.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn rows(&self, mut each: impl FnMut(TraceRow) -> ControlFlow<()>) -> crate::Result<()> {
        let is_cancelled = || self.budget.cancelled.load(Ordering::Relaxed) || self.course.is_stopped();
        let paths = match self.course.paths(&is_cancelled) {
            Err(_) if is_cancelled() => return Ok(()),
            paths => paths?,
        };
        let reads: Vec<_> = self.expressions.iter().map(|query| paths.reads(query.reads())).collect();
        let touches = reads.iter().map(|reads| self.course.forward_of(|stretch| reads.forward(stretch)).peekable());
        let mut touches: Vec<_> = touches.collect();
        let tenant = self.course.tenant();
        let sparse = self.expressions.iter().map(|query| Sparse::new(tenant, &paths, query.reads()));
        let mut sparse: Vec<_> = sparse.collect();
        let mut before: Option<Vec<Traced>> = None;
        for version in self.course.forward() {
            if is_cancelled() {
                break;
            }
            let touched: Vec<bool> = touches.iter_mut().map(|next| next.next_if_eq(&version).is_some()).collect();
            let values = match &before {
                Some(values) if !touched.contains(&true) => values.clone(),
                known => self.values(version, known.as_deref(), &touched, &mut sparse),
            };
            let is_new = before.as_ref() != Some(&values);
            if is_new {
                before = Some(values.clone());
            }
            if each(TraceRow { version, values, is_new }).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// What the expressions give at a version, the same as before where nothing was touched that they read.
    fn values(
        &self,
        version: Version,
        before: Option<&[Traced]>,
        touched: &[bool],
        sparse: &mut [Option<Sparse<'_>>],
    ) -> Vec<Traced> {
        let mut whole = None;
        let mut evaluated = |query: &Query, sparse: &mut Option<Sparse<'_>>| {
            if let Some(value) = sparse.as_mut().and_then(|sparse| sparse.at(version)) {
                return query.outputs(&value, self.budget).map(one);
            }
            match whole.get_or_insert_with(|| self.course.tenant().value_at(version)) {
                Ok(value) => query.outputs(value, self.budget).map(one),
                Err(error) => Err(error.to_string().into()),
            }
        };
        let known = |at: usize| before.filter(|_| !touched[at]).and_then(|values| values.get(at).cloned());
        let each = self.expressions.iter().zip(sparse).enumerate();
        each.map(|(at, (query, sparse))| known(at).unwrap_or_else(|| evaluated(query, sparse))).collect()
    }
}

fn one(mut outputs: Vec<Value>) -> Value {
    match outputs.len() {
        0 => Value::Null,
        1 => outputs.pop().unwrap_or_default(),
        _ => Value::Array(outputs.into_iter().collect()),
    }
}
