//! A recipe's file: TOML with a few keys, each of which is known. What is wrong is said with its line.

use super::{DatabaseRows, EventField, Recipe, StateRule, TextPattern};
use crate::escape::in_quotes;
use crate::query::{Fold, Query, WrongQuery};
use crate::toml::{DeTable, DeValue, Spanned, TomlEntry, TomlProblem, TomlText, entries};
use crate::value::{self, Text};
use std::path::Path;
use std::sync::Arc;

/// The keys of a recipe.
const KEYS: [&str; 19] = [
    "about", "detect", "ask", "events", "initial", "state", "fold", "label", "time", "author", "tenant", "id", "cause",
    "invalid", "lost", "sequence", "restarts", "parents", "sqlite",
];

impl Recipe {
    /// Reads a file's text.
    ///
    /// # Errors
    /// All that is wrong in it.
    pub(crate) fn parse(name: &str, file: &Path, text: &str) -> Result<Self, Vec<TomlProblem>> {
        let source = TomlText { file, text };
        let mut reader = RecipeReader { source, problems: Vec::new(), outline: false };
        let table = source.parse(&mut reader.problems);
        let mut recipe = Self { name: name.into(), text: text.into(), asks: true, ..Self::blank() };
        for entry in entries(&table) {
            reader.key(&mut recipe, &entry);
        }
        if reader.problems.is_empty() && recipe.about.is_empty() {
            reader.problems.push(source.problem(0..0, "about is missing: one line on what the recipe is for"));
        }
        if reader.problems.is_empty() { Ok(recipe) } else { Err(reader.problems) }
    }

    /// What a file says of the sources it is for; that it is wrong is not told. O(its length), far less than
    /// [`Recipe::parse`].
    pub(crate) fn outline(name: &str, file: &Path, text: &str) -> Self {
        let source = TomlText { file, text };
        let mut reader = RecipeReader { source, problems: Vec::new(), outline: true };
        let table = source.parse(&mut reader.problems);
        let mut recipe = Self { name: name.into(), text: text.into(), asks: true, ..Self::blank() };
        entries(&table).iter().for_each(|entry| reader.key(&mut recipe, entry));
        recipe
    }
}

struct RecipeReader<'s> {
    source: TomlText<'s>,
    problems: Vec<TomlProblem>,
    /// Whether filters are left alone: compiling them takes most of the time.
    outline: bool,
}

type RecipeItem<'e, 't> = &'e Spanned<DeValue<'t>>;

impl RecipeReader<'_> {
    fn wrong(&mut self, at: RecipeItem<'_, '_>, why: impl Into<String>) {
        self.problems.push(self.source.problem(at.span(), why));
    }

    fn is_skipped(&self, name: &str) -> bool {
        self.outline && !matches!(name, "about" | "detect" | "ask" | "sqlite")
    }

    fn key(&mut self, recipe: &mut Recipe, (name, span, item): &TomlEntry<'_, '_>) {
        match *name {
            skipped if self.is_skipped(skipped) => {}
            "about" => recipe.about = self.text(name, item).unwrap_or_default(),
            "detect" => recipe.patterns = self.patterns(item),
            "ask" => match item.get_ref() {
                DeValue::Boolean(ask) => recipe.asks = *ask,
                _ => self.wrong(item, "ask must be true or false"),
            },
            "events" => {
                let steps = self.texts(name, item);
                let compiled = steps.iter().filter_map(|step| self.compiled(item, Query::compile(step)));
                recipe.events = compiled.map(Arc::new).collect();
            }
            "initial" => {
                if let Some(text) = self.text(name, item) {
                    match value::parse(text.as_bytes()) {
                        Ok(initial) => recipe.initial = initial,
                        Err(error) => self.wrong(item, format!("initial is not JSON: {error}")),
                    }
                }
            }
            "state" | "fold" if recipe.makes_states() => self.wrong(item, "a recipe has a state or a fold, not both"),
            "state" => recipe.makes = self.field(name, item).map_or(StateRule::Unknown, StateRule::State),
            "fold" => recipe.makes = StateRule::Fold(self.fold(item)),
            "label" => recipe.label = self.field(name, item),
            "time" => recipe.time = self.field(name, item),
            "author" => recipe.author = self.field(name, item),
            "tenant" => recipe.tenant = self.field(name, item),
            "id" => recipe.id = self.field(name, item),
            "parents" => recipe.parents = self.field(name, item),
            "cause" => recipe.cause = self.field(name, item),
            "invalid" => recipe.invalid = self.field(name, item),
            "lost" => recipe.lost = self.field(name, item),
            "sequence" => recipe.sequence = self.field(name, item),
            "restarts" => recipe.restarts = self.field(name, item),
            "sqlite" => recipe.databases = self.databases(item),
            "secrets" => recipe.secrets = self.texts(name, item),
            other => {
                let known = KEYS.join(", ");
                let why = format!("there is no key {} in a recipe; the keys are {known}, secrets", in_quotes(other));
                self.problems.push(self.source.problem(span.clone(), why));
            }
        }
    }

    fn text(&mut self, name: &str, item: RecipeItem<'_, '_>) -> Option<Text> {
        if let DeValue::String(text) = item.get_ref() {
            return Some(text.as_ref().into());
        }
        self.wrong(item, format!("{name} must be a string in quotes"));
        None
    }

    /// A text, or an array of them.
    fn texts(&mut self, name: &str, item: RecipeItem<'_, '_>) -> Vec<Text> {
        match item.get_ref() {
            DeValue::Array(all) => all.iter().filter_map(|one| self.text(name, one)).collect(),
            _ => self.text(name, item).into_iter().collect(),
        }
    }

    fn field(&mut self, name: &str, item: RecipeItem<'_, '_>) -> Option<EventField> {
        let text = self.text(name, item)?;
        self.compiled(item, EventField::parse(&text))
    }

    fn fold(&mut self, item: RecipeItem<'_, '_>) -> Vec<Arc<Fold>> {
        let steps = self.texts("fold", item);
        steps.iter().filter_map(|step| self.compiled(item, Fold::compile(step))).map(Arc::new).collect()
    }

    fn compiled<T>(&mut self, item: RecipeItem<'_, '_>, made: Result<T, WrongQuery>) -> Option<T> {
        made.map_err(|wrong| self.wrong(item, wrong.to_string())).ok()
    }

    /// A table, or an array of them.
    fn databases(&mut self, item: RecipeItem<'_, '_>) -> Vec<DatabaseRows> {
        match item.get_ref() {
            DeValue::Table(table) => vec![self.database(item, table)],
            DeValue::Array(tables) => {
                let mut all = Vec::new();
                for one in tables {
                    match one.get_ref() {
                        DeValue::Table(table) => all.push(self.database(one, table)),
                        _ => self.wrong(one, "sqlite must be a table"),
                    }
                }
                all
            }
            _ => {
                self.wrong(item, "sqlite must be a table");
                Vec::new()
            }
        }
    }

    fn database(&mut self, item: RecipeItem<'_, '_>, table: &DeTable<'_>) -> DatabaseRows {
        let mut rows = DatabaseRows::default();
        for (name, span, item) in entries(table) {
            match name {
                "table" => rows.table = self.text(name, item).unwrap_or_default(),
                "query" => rows.query = self.text(name, item).unwrap_or_default(),
                "columns" => rows.columns = self.texts(name, item),
                "json" => rows.json = self.texts(name, item),
                "msgpack" => rows.msgpack = self.texts(name, item),
                other => {
                    let known = "table, columns, query, json, msgpack";
                    let why = format!("there is no key {} in sqlite; the keys are {known}", in_quotes(other));
                    self.problems.push(self.source.problem(span, why));
                }
            }
        }
        if rows.table.is_empty() {
            self.wrong(item, "sqlite needs a table: its name, where * matches any characters");
        }
        rows
    }

    fn patterns(&mut self, item: RecipeItem<'_, '_>) -> Vec<TextPattern> {
        match item.get_ref() {
            DeValue::Table(table) => vec![self.pattern(table)],
            DeValue::Array(tables) => {
                let mut patterns = Vec::new();
                for one in tables {
                    match one.get_ref() {
                        DeValue::Table(table) => patterns.push(self.pattern(table)),
                        _ => self.wrong(one, "detect must be a table"),
                    }
                }
                patterns
            }
            _ => {
                self.wrong(item, "detect must be a table");
                Vec::new()
            }
        }
    }

    fn pattern(&mut self, table: &DeTable<'_>) -> TextPattern {
        let mut pattern = TextPattern::default();
        for (name, span, item) in entries(table) {
            match name {
                "has" => pattern.has = self.texts(name, item),
                "lacks" => pattern.lacks = self.texts(name, item),
                "also" => match item.get_ref() {
                    DeValue::Boolean(also) => pattern.also = *also,
                    _ => self.wrong(item, "`also` must be true or false"),
                },
                "is" => match item.get_ref() {
                    DeValue::Table(table) => {
                        let all = entries(table).into_iter();
                        pattern.is = all.map(|(path, _, texts)| (path.into(), self.texts("is", texts))).collect();
                    }
                    _ => self.wrong(item, "`is` must be a table of paths and strings"),
                },
                other => {
                    let why =
                        format!("there is no key {} in detect; the keys are has, is, lacks, also", in_quotes(other));
                    self.problems.push(self.source.problem(span, why));
                }
            }
        }
        pattern
    }
}
