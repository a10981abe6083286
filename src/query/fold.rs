//! One step of a fold: what a state becomes by an event.

use super::guard::{self, QueryStop};
use super::json::QueryJson;
use super::{QueryBudget, WrongQuery, compiled, parsed, wrong};
use crate::value::{Text, Value};
use jaq_core::data::JustLut;
use jaq_core::{Ctx, Filter, Vars};

/// The event, in the text of a fold.
const EVENT: &str = "$event";

/// A filter with two inputs: `.` is the state before, `$event` what happened; each output is a state after.
pub struct Fold(Filter<JustLut<QueryJson>>);

impl Fold {
    /// Compiles a filter. O(its length), beside the definitions of the language.
    ///
    /// # Errors
    /// Where it is wrong, at which byte, and a hint where one is known.
    pub fn compile(text: &str) -> Result<Self, WrongQuery> {
        parsed(text)?;
        compiled(text, &[EVENT]).map(Self)
    }

    /// All outputs, in order. What a state shares with the one before is not copied.
    ///
    /// # Errors
    /// The message of the filter's own error, or that the budget is used up.
    pub fn outputs(&self, state: Value, event: &Value, budget: &QueryBudget) -> Result<Vec<Value>, Text> {
        let run = || -> Result<Vec<Value>, Text> {
            let vars = Vars::new([QueryJson::from(event.clone())]);
            let context = Ctx::<JustLut<QueryJson>>::new(&self.0.lut, vars);
            let outputs = self.0.id.run((context, QueryJson::from(state)));
            outputs.map(|output| output.map(QueryJson::into_value).map_err(wrong::failure_message)).collect()
        };
        guard::within(budget, run).unwrap_or_else(|stopped: QueryStop| Err(stopped.to_string().into()))
    }
}
