//! Recipes: how a source of events becomes states. A recipe is a TOML file (docs/recipes.md); what a person says on the
//! command line makes one too.
//!
//! A [`Recipe`] says which texts it is for (`detect`), which events are in a text, and what each event says and does
//! (`fold`). It runs nothing but filters of the `jq` language, on shared values, within a budget. Must not name: files,
//! `history`, screens.

mod book;
mod detect;
mod field;
mod file;
mod fold;
mod gaps;
mod mapping;
mod tables;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use book::{Fitting, RecipeBook, RecipeFile};
pub use detect::TextPattern;
pub use field::EventField;
pub use fold::{EventFacts, Folder, Follows, Next};
pub use mapping::Mapping;
pub use tables::{DatabaseRows, TableShape};

use crate::query::{Fold, Query};
use crate::value::{Text, Value};
use std::sync::Arc;

/// How the texts of a source become states.
#[derive(Clone)]
pub struct Recipe {
    /// Its name, as in `--recipe`; empty for what was said on the command line.
    pub name: Text,
    /// One line on what it is for.
    pub about: Text,
    /// Its text: what it does depends on nothing else.
    pub text: Text,
    /// Whether whoever reads a source that fits has to name it; if not, it is read by it where nothing is said.
    pub asks: bool,
    patterns: Vec<TextPattern>,
    /// Where its events are in a database, in one way or another.
    databases: Vec<DatabaseRows>,
    /// The events of one text, step by step; nothing where they are the texts themselves.
    events: Vec<Arc<Query>>,
    initial: Value,
    makes: StateRule,
    label: Option<EventField>,
    time: Option<EventField>,
    author: Option<EventField>,
    tenant: Option<EventField>,
    id: Option<EventField>,
    cause: Option<EventField>,
    /// The id of the event that it follows, where that is not the one before.
    parents: Option<EventField>,
    /// Why an event made no state, in the source's words.
    invalid: Option<EventField>,
    /// What the source says it lost with an event.
    lost: Option<EventField>,
    /// `[what, number, which]`: the number of an event among those about one thing, which goes up by one.
    sequence: Option<EventField>,
    /// Whether the source begins again with an event.
    restarts: Option<EventField>,
    /// Paths whose values are hidden; `*` is any key or index.
    secrets: Vec<Text>,
}

/// How an event makes a state.
#[derive(Clone)]
enum StateRule {
    /// It holds the state.
    State(EventField),
    /// Each filter takes the state that the one before made.
    Fold(Vec<Arc<Fold>>),
    /// Nobody has said: only the program that wrote the events knows.
    Unknown,
}

impl Recipe {
    /// Whether it says how an event makes a state. If not, a fold or a reducer has to be named with it.
    pub fn makes_states(&self) -> bool {
        !matches!(self.makes, StateRule::Unknown)
    }
}

impl std::fmt::Debug for Recipe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Recipe({})", self.name)
    }
}
