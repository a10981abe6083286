//! What a person says of how a source is to be read.

use super::{EventField, Recipe, StateRule};
use crate::query::{Fold, WrongQuery};
use crate::value::{self, Text};
use crate::{Error, Result};
use std::fmt::Write as _;
use std::sync::Arc;

/// How a source is to be read, as said on the command line; nothing said is the default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mapping {
    /// The name of a recipe, or the path of its file.
    pub recipe: Option<String>,
    /// A filter: `.` is the state, `$event` what happened; its output is the next state.
    pub fold: Option<String>,
    /// A command that answers a line `{"state":…,"action":…}` with a line that is the next state.
    pub reducer: Option<String>,
    /// The state before the first event, as JSON.
    pub initial: Option<String>,
    /// Where the state stands.
    pub state: Option<String>,
    /// Where the time stands.
    pub time: Option<String>,
    /// Where the label stands.
    pub label: Option<String>,
    /// Where the author stands.
    pub author: Option<String>,
    /// Where the tenant's name stands.
    pub tenant: Option<String>,
}

/// Names of what is said, in the order of the fields, as they are kept and told.
const NAMES: [&str; 9] = ["recipe", "fold", "reducer", "initial", "state", "time", "label", "author", "tenant"];

/// The options of the command line, in the same order.
const OPTIONS: [&str; 9] =
    ["recipe", "fold", "reducer", "initial", "state-field", "time-field", "label-field", "by-field", "tenant-field"];

impl Mapping {
    fn parts(&self) -> [&Option<String>; 9] {
        let Self { recipe, fold, reducer, initial, state, time, label, author, tenant } = self;
        [recipe, fold, reducer, initial, state, time, label, author, tenant]
    }

    fn parts_mut(&mut self) -> [&mut Option<String>; 9] {
        let Self { recipe, fold, reducer, initial, state, time, label, author, tenant } = self;
        [recipe, fold, reducer, initial, state, time, label, author, tenant]
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it says how events become states, not only where the parts of a text stand.
    pub fn makes_states(&self) -> bool {
        self.recipe.is_some() || self.fold.is_some() || self.reducer.is_some() || self.state.is_some()
    }

    /// The options that say it, as on the command line.
    fn options(&self) -> Vec<String> {
        let named = OPTIONS.iter().zip(self.parts());
        named.filter_map(|(option, part)| Some(format!("--{option} {}", quoted(part.as_deref()?)))).collect()
    }

    /// All that is said, one part a line: `recipe = …`.
    pub fn to_lines(&self) -> String {
        let mut lines = String::new();
        for (name, part) in NAMES.iter().zip(self.parts()) {
            if let Some(part) = part {
                let _never_fails = writeln!(lines, "{name} = {}", value::Value::from(part.as_str()).to_json());
            }
        }
        lines
    }

    /// Reads [`Mapping::to_lines`]; `None` where a line is none of those.
    pub fn of_lines(lines: &str) -> Option<Self> {
        let mut mapping = Self::default();
        for line in lines.lines() {
            let (name, part) = line.split_once(" = ")?;
            let at = NAMES.iter().position(|known| *known == name)?;
            let part = value::parse(part.as_bytes()).ok()?;
            *mapping.parts_mut()[at] = Some(part.as_str()?.to_owned());
        }
        Some(mapping)
    }

    /// The recipe that it makes of the one it names (`base`), or of nothing.
    ///
    /// # Errors
    /// [`Error::Usage`] for a filter or a JSON text that is wrong, and for two ways to make a state.
    pub fn recipe(&self, base: Option<&Recipe>) -> Result<Recipe> {
        let ways = [&self.fold, &self.reducer, &self.state].iter().filter(|way| way.is_some()).count();
        if ways > 1 {
            return Err(Error::Usage(
                "only one of a fold, a reducer and a field of the state can make the states".into(),
            ));
        }
        let mut recipe = base.cloned().unwrap_or_else(Recipe::blank);
        if let Some(fold) = &self.fold {
            let fold = Fold::compile(fold).map_err(|wrong| wrong_query("the fold", &wrong))?;
            recipe.makes = StateRule::Fold(vec![Arc::new(fold)]);
        }
        if self.reducer.is_some() {
            recipe.makes = StateRule::Unknown;
        }
        if let Some(state) = &self.state {
            recipe.makes = StateRule::State(field("state", state)?);
        }
        if let Some(initial) = &self.initial {
            recipe.initial = value::parse(initial.as_bytes())
                .map_err(|error| Error::Usage(format!("the initial state is not JSON: {error}")))?;
        }
        for (name, said, field_of) in [
            ("time", &self.time, &mut recipe.time),
            ("label", &self.label, &mut recipe.label),
            ("author", &self.author, &mut recipe.author),
            ("tenant", &self.tenant, &mut recipe.tenant),
        ] {
            if let Some(said) = said {
                *field_of = Some(field(name, said)?);
            }
        }
        recipe.text = format!("{}\n{}", recipe.text, self.to_lines()).into();
        Ok(recipe)
    }
}

impl std::fmt::Display for Mapping {
    /// As it is said on the command line.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.options().join(" "))
    }
}

/// A word of the shell.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '@' | ':');
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.trim().replace('\'', "'\\''")),
    }
}

fn field(name: &str, text: &str) -> Result<EventField> {
    EventField::parse(text).map_err(|wrong| wrong_query(&format!("the field of the {name}"), &wrong))
}

fn wrong_query(what: &str, wrong: &WrongQuery) -> Error {
    Error::Usage(format!("{what}: {wrong}"))
}

impl Recipe {
    /// One that says nothing: each text is an event.
    pub(super) fn blank() -> Self {
        Self {
            name: Text::new(),
            about: Text::new(),
            text: Text::new(),
            asks: false,
            patterns: Vec::new(),
            databases: Vec::new(),
            events: Vec::new(),
            initial: value::Value::Null,
            makes: StateRule::Unknown,
            label: None,
            time: None,
            author: None,
            tenant: None,
            id: None,
            cause: None,
            parents: None,
            invalid: None,
            lost: None,
            sequence: None,
            restarts: None,
            secrets: Vec::new(),
        }
    }
}
