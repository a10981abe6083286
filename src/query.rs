//! Questions about one value, in the language of `jq`: compiled once, run on shared values without converting them.
//!
//! The language is that of `jaq`, less what reaches outside the value (`env`, `input`, `debug`, `now`, ...) and less
//! definitions that call themselves. A run that does not end is stopped by its budget. Must not name: `record`, files.

mod condition;
mod fold;
mod functions;
mod guard;
mod json;
mod limits;
mod number;
mod patching;
mod reads;
mod simple;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod update;
mod wrong;

pub use fold::Fold;
pub use guard::QueryBudget;
pub use reads::{ReadPath, ReadStep, Reads};
pub use wrong::{WrongQuery, character};

use crate::value::{Text, Value};
use guard::QueryStop;
use jaq_core::data::JustLut;
use jaq_core::load::parse::Term;
use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Filter, Vars};
use json::QueryJson;
use simple::Simple;
use std::fmt;

/// A filter of the `jq` language, compiled. Shared between threads.
pub struct Query {
    text: Text,
    filter: Filter<JustLut<QueryJson>>,
    simple: Option<Simple>,
    reads: Reads,
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What a predicate says of one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Truth {
    /// One of its outputs is neither `false` nor `null`.
    Holds,
    /// None is.
    Fails,
    /// It ended in this error before one was, and so counts as false.
    Error(Text),
}

impl Query {
    /// Compiles a filter. O(its length), beside the definitions of the language.
    ///
    /// # Errors
    /// Where it is wrong, at which byte, and a hint where one is known.
    pub fn compile(text: &str) -> Result<Self, WrongQuery> {
        Self::of(text, &parsed(text)?)
    }

    /// Compiles a filter that is asked whether it holds. O(its length), beside the definitions of the language.
    ///
    /// # Errors
    /// As [`Query::compile`], and where it assigns, wherever in it: what an assignment puts out always holds.
    pub fn condition(text: &str) -> Result<Self, WrongQuery> {
        Self::value(text)
    }

    /// Compiles a filter whose outputs are shown: a lane, a column, a trace. O(its length), beside the definitions of the language.
    ///
    /// # Errors
    /// As [`Query::compile`], and where it assigns, wherever in it: what an assignment puts out is the whole changed value.
    pub fn value(text: &str) -> Result<Self, WrongQuery> {
        let term = parsed(text)?;
        condition::assigns_nowhere(&term, text)?;
        Self::of(text, &term)
    }

    fn of(text: &str, term: &Term<&str>) -> Result<Self, WrongQuery> {
        Ok(Self { text: text.into(), filter: compiled(text, &[])?, simple: Simple::of(term), reads: reads::of(term) })
    }

    pub fn text(&self) -> &Text {
        &self.text
    }

    /// Which parts of a value its outputs depend on.
    pub fn reads(&self) -> &Reads {
        &self.reads
    }

    /// Whether it holds of a value. A run beyond the budget is an error.
    pub fn truth(&self, value: &Value, budget: &QueryBudget) -> Truth {
        if let Some(simple) = &self.simple {
            return match simple.run(value) {
                Ok(holds) => Truth::of(holds),
                // Its own words for the error are those of the full language.
                Err(_) => self.truth_in_full(value, budget),
            };
        }
        self.truth_in_full(value, budget)
    }

    /// Whether it holds of a value, and a comparison of `null` with a number held on the way: the language has `null` below every
    /// number.
    pub fn holds_by_null(&self, value: &Value, budget: &QueryBudget) -> bool {
        guard::take_null_compared();
        self.truth(value, budget).holds() && guard::take_null_compared().held
    }

    /// Whether `null` is compared with a number by order on the way to what it says of a value.
    pub fn compares_null(&self, value: &Value, budget: &QueryBudget) -> bool {
        guard::take_null_compared();
        let _ = self.truth(value, budget);
        guard::take_null_compared().any
    }

    fn truth_in_full(&self, value: &Value, budget: &QueryBudget) -> Truth {
        let mut holds = false;
        let ended = self.each(value, budget, |output| {
            holds = output.is_true();
            !holds
        });
        match ended {
            _ if holds => Truth::Holds,
            Ok(()) => Truth::Fails,
            Err(why) => Truth::Error(why),
        }
    }

    /// All outputs for a value, in order.
    ///
    /// # Errors
    /// The message of the filter's own error, or that the budget is used up.
    pub fn outputs(&self, value: &Value, budget: &QueryBudget) -> Result<Vec<Value>, Text> {
        let mut outputs = Vec::new();
        self.each(value, budget, |output| {
            outputs.push(output.into_value());
            true
        })?;
        Ok(outputs)
    }

    /// Gives outputs to `take` until it answers `false`.
    fn each(&self, value: &Value, budget: &QueryBudget, mut take: impl FnMut(QueryJson) -> bool) -> Result<(), Text> {
        let run = || -> Result<(), Text> {
            let context = Ctx::<JustLut<QueryJson>>::new(&self.filter.lut, Vars::new([]));
            for output in self.filter.id.run((context, QueryJson::from(value.clone()))) {
                if !take(output.map_err(wrong::failure_message)?) {
                    break;
                }
            }
            Ok(())
        };
        guard::within(budget, run).unwrap_or_else(|stopped: QueryStop| Err(stopped.to_string().into()))
    }
}

impl Truth {
    fn of(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Fails }
    }

    /// Whether it holds.
    pub fn holds(&self) -> bool {
        *self == Self::Holds
    }
}

/// The filter as a tree.
fn parsed(text: &str) -> Result<Term<&str>, WrongQuery> {
    limits::is_small(text)?;
    let term = wrong::parse(text)?;
    limits::is_bounded(&term, text)?;
    Ok(term)
}

/// `globals` are variables that whoever runs it gives, with their `$`.
fn compiled(text: &str, globals: &[&'static str]) -> Result<Filter<JustLut<QueryJson>>, WrongQuery> {
    let arena = Arena::default();
    let modules = Loader::new(functions::definitions())
        .load(&arena, File { code: text, path: () })
        .map_err(|errors| WrongQuery::of_loading(text, errors))?;
    Compiler::default()
        .with_funs(functions::natives())
        .with_global_vars(globals.iter().copied())
        .compile(modules)
        .map_err(|errors| WrongQuery::of_compiling(text, errors))
}
