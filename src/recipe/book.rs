//! All recipes there are: the shipped ones, and the person's own, which count before those.

use super::{Folder, Next, Recipe, TableShape};
use crate::value::{Text, Value};
use crate::{Error, Result};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The shipped recipes, by name.
const SHIPPED: &[(&str, &str)] = &[
    ("ag-ui", include_str!("../../assets/recipes/ag-ui.toml")),
    ("agent-claude-code", include_str!("../../assets/recipes/agent-claude-code.toml")),
    ("agent-codex", include_str!("../../assets/recipes/agent-codex.toml")),
    ("debezium", include_str!("../../assets/recipes/debezium.toml")),
    ("django-history", include_str!("../../assets/recipes/django-history.toml")),
    ("etcd-watch", include_str!("../../assets/recipes/etcd-watch.toml")),
    ("home-assistant", include_str!("../../assets/recipes/home-assistant.toml")),
    ("home-assistant-sqlite", include_str!("../../assets/recipes/home-assistant-sqlite.toml")),
    ("immer", include_str!("../../assets/recipes/immer.toml")),
    ("jsondiffpatch", include_str!("../../assets/recipes/jsondiffpatch.toml")),
    ("kaggle", include_str!("../../assets/recipes/kaggle.toml")),
    ("kubernetes-audit", include_str!("../../assets/recipes/kubernetes-audit.toml")),
    ("kubernetes-watch", include_str!("../../assets/recipes/kubernetes-watch.toml")),
    ("langgraph", include_str!("../../assets/recipes/langgraph.toml")),
    ("langgraph-sqlite", include_str!("../../assets/recipes/langgraph-sqlite.toml")),
    ("merge-patch", include_str!("../../assets/recipes/merge-patch.toml")),
    ("nats-kv", include_str!("../../assets/recipes/nats-kv.toml")),
    ("nats-stream", include_str!("../../assets/recipes/nats-stream.toml")),
    ("paper-trail", include_str!("../../assets/recipes/paper-trail.toml")),
    ("redux-export", include_str!("../../assets/recipes/redux-export.toml")),
    ("redux-lifted", include_str!("../../assets/recipes/redux-lifted.toml")),
    ("supa-audit", include_str!("../../assets/recipes/supa-audit.toml")),
    ("temporal", include_str!("../../assets/recipes/temporal.toml")),
    ("terraform", include_str!("../../assets/recipes/terraform.toml")),
    ("wal2json", include_str!("../../assets/recipes/wal2json.toml")),
    ("xstate", include_str!("../../assets/recipes/xstate.toml")),
];

/// A recipe as its file has it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RecipeFile {
    /// Its name, as in `--recipe`.
    pub name: Text,
    /// The file; `None` for a shipped one.
    pub file: Option<PathBuf>,
    /// The TOML text.
    pub text: Text,
}

/// A recipe that fits a source.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fitting {
    /// The name that `--recipe` takes.
    pub name: Text,
    /// What it is for.
    pub about: Text,
    /// What speaks for it.
    pub why: String,
    /// Whether whoever reads the source has to name it; if not, it is read by it where nothing is said.
    pub asks: bool,
}

/// Recipes by name.
#[derive(Debug, Clone, Default)]
pub struct RecipeBook(Vec<RecipeFile>);

impl RecipeBook {
    /// The shipped ones.
    pub fn shipped() -> Self {
        let file = |(name, text): &(&str, &str)| RecipeFile { name: (*name).into(), file: None, text: (*text).into() };
        Self(SHIPPED.iter().map(file).collect())
    }

    /// Adds one; it takes the place of one with its name.
    pub fn add(&mut self, file: RecipeFile) {
        self.0.retain(|known| known.name != file.name);
        self.0.push(file);
        self.0.sort_by(|left, right| left.name.cmp(&right.name));
    }

    /// All, by name.
    pub fn files(&self) -> &[RecipeFile] {
        &self.0
    }

    /// The recipe of a name, compiled.
    ///
    /// # Errors
    /// [`Error::UnknownName`] with the names there are; [`Error::Usage`] with file and line where it is wrong.
    pub fn get(&self, name: &str) -> Result<Recipe> {
        let Some(found) = self.0.iter().find(|file| file.name == name) else {
            let known = self.0.iter().map(|file| file.name.to_string()).collect();
            return Err(Error::UnknownName { kind: "recipe", name: name.into(), known });
        };
        found.recipe()
    }

    /// Those that are for a database with these tables.
    pub fn fitting_database(&self, tables: &[TableShape]) -> Vec<Fitting> {
        self.fits(|recipe| recipe.fits_database(tables))
    }

    /// Those that are for a source that begins with these texts. What is wrong in a file is no matter here.
    pub fn fitting(&self, texts: &[Value]) -> Vec<Fitting> {
        self.fits(|recipe| recipe.fits(texts))
    }

    /// A file's value as the recipe makes it that reads such files unasked; the value as it is where there is none.
    ///
    /// # Errors
    /// What is wrong in the recipe; [`Error::Usage`] where it makes no state of the value.
    pub fn read_unasked(&self, value: Value) -> Result<Value> {
        let fitting = self.fitting(std::slice::from_ref(&value));
        let Some(fit) = fitting.iter().find(|fit| !fit.asks) else { return Ok(value) };
        let folder = Folder::new(Arc::new(self.get(&fit.name)?));
        let states = folder.events(value).map(|events| {
            let next = events.iter().map(|event| folder.next(&None, event));
            next.flat_map(|next| if let Next::States(states) = next { states } else { Vec::new() }).collect::<Vec<_>>()
        });
        match states.as_deref() {
            Ok([state]) => Ok(state.clone()),
            _ => Err(Error::Usage(format!("the recipe {} makes no state of the file", fit.name))),
        }
    }

    fn fits(&self, why: impl Fn(&Recipe) -> Option<String>) -> Vec<Fitting> {
        let fits = |file: &RecipeFile| {
            let recipe = Recipe::outline(&file.name, file.path(), &file.text);
            let why = why(&recipe)?;
            Some(Fitting { name: file.name.clone(), about: recipe.about, why, asks: recipe.asks })
        };
        self.0.iter().filter_map(fits).collect()
    }
}

impl RecipeFile {
    /// One from a file.
    pub fn new(name: &str, file: PathBuf, text: &str) -> Self {
        Self { name: name.into(), file: Some(file), text: text.into() }
    }

    /// Its file, or the name of a shipped one.
    fn path(&self) -> &Path {
        self.file.as_deref().unwrap_or_else(|| Path::new(self.name.as_str()))
    }

    /// What it is for.
    pub fn about(&self) -> Text {
        Recipe::outline(&self.name, self.path(), &self.text).about
    }

    /// The recipe, compiled.
    ///
    /// # Errors
    /// [`Error::Usage`]: all that is wrong, each with file and line.
    pub fn recipe(&self) -> Result<Recipe> {
        Recipe::parse(&self.name, self.path(), &self.text).map_err(|problems| {
            let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Error::Usage(all.join("; "))
        })
    }
}
