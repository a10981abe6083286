//! `asof recipes`: the recipes there are; `asof recipe test`: one of them at work on a sample.

use super::Console;
use super::cells::{Ink, RowCell};
use super::exit::{CommandResult, Exit};
use super::import::{Mapped, ReadingArgs, SourceChoiceArgs, read_afresh};
use super::out::note;
use crate::escape;
use crate::export::json::{JsonOutput, object, optional};
use crate::import::{ImportInput, probe_input};
use crate::recipe::RecipeBook;
use crate::recording::{Recording, Tenant};
use crate::source::{Address, recipe_file, recipe_folder, recipes};
use clap::Subcommand;
use std::path::Path;
use std::sync::Arc;

/// List the recipes: how logs of events become states
#[derive(clap::Args)]
#[command(after_help = "Example:\n  asof recipes --json | jq -r .name\n\nYour own are TOML files in \
                        $XDG_CONFIG_HOME/asof/recipes; docs/recipes.md explains how to write one. `asof probe FILE` names \
                        the one that fits; --recipe NAME uses it.")]
pub struct RecipesArgs {
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

impl RecipesArgs {
    /// Prints a line a recipe, by name.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let book = recipes();
        let mut rows = Vec::new();
        for file in book.files() {
            let wrong = file.recipe().err().map(|error| error.to_string());
            let path = file.file.as_ref().map(|path| path.display().to_string());
            if self.json {
                let fields = [
                    ("name", file.name.as_str().into()),
                    ("about", file.about().as_str().into()),
                    ("file", optional(path.as_deref())),
                    ("problem", optional(wrong.as_deref())),
                ];
                console.out.json(&object(fields))?;
                continue;
            }
            wrong.iter().for_each(note);
            let place = path.unwrap_or_else(|| "shipped".to_owned());
            rows.push(vec![RowCell::new(&file.name), RowCell::new(place).ink(Ink::Dim), RowCell::new(file.about())]);
        }
        console.out.table(&rows)?;
        if let Some(folder) = recipe_folder().filter(|_| !self.json) {
            note(format_args!("your own recipes: {}", escape::file(&folder)));
        }
        Ok(Exit::Done)
    }
}

/// Try a recipe
#[derive(clap::Args)]
pub struct TryRecipeArgs {
    #[command(subcommand)]
    command: RecipeCommand,
}

#[derive(Subcommand)]
enum RecipeCommand {
    Test(Test),
}

/// Read a sample with a recipe, and print what came of it
#[derive(clap::Args)]
#[command(after_help = "Example:\n  asof recipe test ./mine.toml sample.jsonl\n\nExit code 1: the recipe is not for \
                        the sample, or some of it could not be read.")]
struct Test {
    /// The recipe's file, or its name
    #[arg(value_name = "FILE")]
    recipe: String,
    /// A file that it is for
    sample: String,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

impl TryRecipeArgs {
    /// Runs the command below it.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let RecipeCommand::Test(test) = &self.command;
        test.run(console)
    }
}

impl Test {
    fn run(&self, console: &mut Console) -> CommandResult {
        let path = Path::new(&self.recipe);
        let mut book = RecipeBook::default();
        let name = if path.is_file() {
            let file = recipe_file(path)?;
            let name = file.name.clone();
            book.add(file);
            name
        } else {
            let known = recipes();
            known.get(&self.recipe)?;
            known.files().iter().filter(|file| file.name == self.recipe).for_each(|file| book.add(file.clone()));
            self.recipe.as_str().into()
        };
        book.get(&name)?;
        let address = Address::parse(&self.sample)?;
        let fits = match &address {
            Address::File(path) => probe_input(&ImportInput::open(path)?, &book)?.recipes,
            _ => Vec::new(),
        };
        match fits.first() {
            Some(fit) => note(format_args!("{name} is for {}: {}", self.sample, fit.why)),
            None => note(format_args!("{name} does not fit {}: its `detect` does not match", self.sample)),
        }
        let recipe = if path.is_file() { self.path() } else { self.recipe.clone() };
        let mapped = Mapped { recipe: Some(recipe), ..Mapped::default() };
        let which = SourceChoiceArgs { tenant: None, format: None, mapped };
        let recording = Arc::new(Recording::memory());
        let met = read_afresh(&address, &ReadingArgs { which, strict: false }, &recording)?;
        for problem in &met.problems {
            note(format_args!("{}: {}", problem.place, problem.why));
        }
        for id in recording.tenants()? {
            self.print(&recording.tenant(&id)?, console)?;
        }
        let is_good = !fits.is_empty() && met.problems.is_empty() && met.took.values().any(|versions| *versions > 0);
        Ok(if is_good { Exit::Done } else { Exit::Negative })
    }

    /// The path of the recipe's file, so that it is not taken for a name.
    fn path(&self) -> String {
        if self.recipe.contains('/') { self.recipe.clone() } else { format!("./{}", self.recipe) }
    }

    fn print(&self, tenant: &Tenant, console: &mut Console) -> CommandResult<()> {
        let history = tenant.history();
        let mut rows = Vec::new();
        let mut next = Some(history.first()).filter(|first| *first <= history.newest());
        while let Some(version) = next {
            next = history.timeline().listed_after(version);
            let Some(row) = history.info(version) else { continue };
            let value = tenant.value_at(version)?;
            let invalid = row.problem.as_ref().map(|why| format!("invalid: {why}"));
            if self.json {
                let fields = [
                    ("tenant", tenant.id().0.as_str().into()),
                    ("version", version.0.into()),
                    ("label", row.label.as_str().into()),
                    ("state", JsonOutput::Value(value)),
                    ("invalid", optional(row.problem.as_deref())),
                ];
                console.out.json(&object(fields))?;
                continue;
            }
            let state = invalid.unwrap_or_else(|| value.to_json());
            rows.push(vec![
                RowCell::new(tenant.id().0.as_str()),
                RowCell::number(version),
                RowCell::moment(row.at),
                RowCell::new(row.label.as_str()),
                RowCell::new(state.chars().take(100).collect::<String>()).ink(Ink::Dim),
            ]);
        }
        console.out.table(&rows)
    }
}
