//! Assertions about a whole history: `always(.balance >= 0)`, `after(.status == "paid") never(changed(.total))`.
//!
//! docs/assertions.md specifies the language. An assertion is judged in one pass over the versions, oldest first; a filter is
//! evaluated only where something that it reads had changed. Must not name: `source`, `view`, screens.

mod condition;
mod file;
mod judge;
mod parse;
mod scan;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use file::all_of_text;
pub use judge::{AssertionReport, AssertionVerdict, Counterexample, judge};

use crate::query::{Reads, character};
use crate::value::Text;
use condition::AssertionCondition;
use std::fmt;

/// An assertion, compiled.
pub struct Assertion {
    /// What its author called it.
    pub name: Option<Text>,
    /// Its text, without the name.
    pub text: Text,
    formula: Formula,
}

impl Formula {
    /// What its filters read.
    fn reads(&self) -> Box<dyn Iterator<Item = &Reads> + '_> {
        match self {
            Self::Always(condition) | Self::Never(condition) | Self::Eventually(condition) => {
                Box::new(condition.reads())
            }
            Self::After { from, until, then } => {
                Box::new(from.reads().chain(until.iter().flat_map(AssertionCondition::reads)).chain(then.reads()))
            }
        }
    }
}

/// What is asserted of a run of versions.
enum Formula {
    /// The condition is true of each.
    Always(AssertionCondition),
    /// The condition is true of none.
    Never(AssertionCondition),
    /// The condition is true of at least one.
    Eventually(AssertionCondition),
    /// The rest is true of each scope: from a version of which `from` is true and `until` is not, up to the next of which
    /// `until` is, or the last.
    After { from: AssertionCondition, until: Option<AssertionCondition>, then: Box<Formula> },
}

/// Why a text is no assertion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongAssertion {
    pub text: Text,
    /// The byte in it where the trouble begins.
    pub at: usize,
    /// What is wrong.
    pub why: Text,
    /// What was probably meant.
    pub hint: Option<Text>,
}

impl Assertion {
    /// Reads an assertion, with a name before it or without: `NAME: always(FILTER)`. O(its length), beside compiling its
    /// filters.
    ///
    /// # Errors
    /// Where it is wrong, at which byte, and a hint where one is known.
    pub fn parse(text: &str) -> Result<Self, WrongAssertion> {
        parse::assertion(text)
    }

    /// Its name, or its text on one line.
    pub fn title(&self) -> Text {
        self.name.clone().unwrap_or_else(|| self.line())
    }

    /// Its text on one line.
    pub fn line(&self) -> Text {
        self.text.split_whitespace().collect::<Vec<_>>().join(" ").into()
    }
}

impl WrongAssertion {
    fn at(text: &str, at: usize, why: impl Into<Text>) -> Self {
        Self { text: text.into(), at, why: why.into(), hint: None }
    }

    fn hinted(self, hint: impl Into<Text>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl fmt::Display for WrongAssertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the assertion {} is wrong at character {}: {}",
            self.text,
            character(&self.text, self.at),
            self.why
        )?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

impl std::error::Error for WrongAssertion {}
