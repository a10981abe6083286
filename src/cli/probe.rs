//! `asof probe`: which format a file is in, and why.

use super::Console;
use super::cells::{Ink, RowCell};
use super::exit::{CommandResult, Exit};
use super::out::note;
use super::report::not_states;
use crate::Result;
use crate::escape::named;
use crate::export::json::{JsonOutput, object, optional};
use crate::import::{FormatCandidate, ImportInput, Probe as Probed, probe_input};
use crate::recipe::Fitting;
use crate::source::{Address, recipes};

/// Detect the format of a file, and say why
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  asof probe state.jsonl.zst\n\nReads only the first 64 KiB. Exit code 1: no format \
                  matches, several do, or it\n\
                  looks like a log of events rather than of states."
)]
pub struct ProbeArgs {
    /// A file, or `-` for standard input
    #[arg(value_name = "FILE")]
    source: String,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Candidates this close to each other are both possible.
const MARGIN: u8 = 10;

impl ProbeArgs {
    /// Prints the candidates, best first.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let found = found(&Address::parse(&self.source)?)?;
        let candidates = &found.candidates;
        let format = decided(candidates).filter(|_| found.doubt.is_none());
        let recipe =
            recipe(&found.recipes).filter(|_| format.is_none() && (found.doubt.is_some() || candidates.is_empty()));
        if self.json {
            console.out.json(&json(format, recipe, &found))?;
        } else {
            console.out.table(&rows(&found))?;
        }
        match (&found.doubt, recipe) {
            (Some(why), _) => {
                let names: Vec<String> = found.recipes.iter().map(|recipe| recipe.name.to_string()).collect();
                note(format!("{}: {why}; {}", self.source, not_states(&names)));
            }
            (None, Some(recipe)) => note(format!("{}: pass --recipe {}", self.source, recipe.name)),
            (None, None) if format.is_none() => note(undecided(&self.source, &found)),
            (None, None) => {}
        }
        Ok(if format.is_some() || recipe.is_some() { Exit::Done } else { Exit::Negative })
    }
}

/// What is not a foreign file needs no guess.
fn found(address: &Address) -> Result<Probed> {
    let certain = |format, why: &str| {
        let candidates = vec![FormatCandidate { format, score: 100, why: why.into() }];
        Ok(Probed { candidates, mistake: None, doubt: None, recipes: Vec::new() })
    };
    match address {
        Address::Recording(_) => certain("recording", "a recording"),
        Address::Server(_) => certain("recording", "a recording on a server"),
        Address::Messages(source) if source.is_bucket() => certain("nats-kv", "a bucket on a server"),
        Address::Messages(_) => certain("nats-stream", "a stream on a server"),
        Address::Git(_) => certain("git", "the git: prefix"),
        Address::Several(_) => certain("files", "several files"),
        Address::Copies(_) => certain("copies", "files whose names differ in their digits only"),
        Address::Demo(_) => certain("demo", "the demo: prefix"),
        Address::File(path) => probe_input(&ImportInput::open(path)?, &recipes()),
        Address::Stdin => probe_input(&ImportInput::stdin()?, &recipes()),
        Address::Watched(_) => certain("watched", "a file that is watched"),
    }
}

fn decided(candidates: &[FormatCandidate]) -> Option<&'static str> {
    match candidates {
        [] => None,
        [best, next, ..] if best.score.saturating_sub(next.score) < MARGIN => None,
        [best, ..] => Some(best.format),
    }
}

fn undecided(source: &str, found: &Probed) -> String {
    match found.choose(source) {
        Err(error) if found.candidates.is_empty() => error.to_string(),
        _ => format!("{} matches more than one format: choose one with --format", named(source)),
    }
}

/// The one recipe that is for it.
fn recipe(fitting: &[Fitting]) -> Option<&Fitting> {
    if let [only] = fitting { Some(only) } else { None }
}

fn rows(found: &Probed) -> Vec<Vec<RowCell>> {
    let row = |one: &FormatCandidate| {
        vec![RowCell::new(one.format), RowCell::number(one.score).ink(Ink::Dim), RowCell::new(&one.why)]
    };
    let recipe =
        |one: &Fitting| vec![RowCell::name(&one.name), RowCell::new("recipe").ink(Ink::Dim), RowCell::new(&one.why)];
    found.recipes.iter().map(recipe).chain(found.candidates.iter().map(row)).collect()
}

fn json(format: Option<&str>, recipe: Option<&Fitting>, found: &Probed) -> JsonOutput {
    let one = |c: &FormatCandidate| {
        object([("format", c.format.into()), ("score", u64::from(c.score).into()), ("why", c.why.as_str().into())])
    };
    let fitting = |recipe: &Fitting| {
        let Fitting { name, about, why, .. } = recipe;
        object([("recipe", name.as_str().into()), ("about", about.as_str().into()), ("why", why.as_str().into())])
    };
    object([
        ("format", optional(format)),
        ("recipe", optional(recipe.map(|recipe| recipe.name.as_str()))),
        ("recipes", JsonOutput::List(found.recipes.iter().map(fitting).collect())),
        ("candidates", JsonOutput::List(found.candidates.iter().map(one).collect())),
        ("doubt", optional(found.doubt.as_deref())),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_decided_only_by_a_clear_margin() {
        for (scores, expected) in
            [(&[][..], None), (&[50], Some("0")), (&[90, 80], Some("0")), (&[90, 81], None), (&[90, 90, 10], None)]
        {
            let formats = ["0", "1", "2"];
            let made = |(&score, format)| FormatCandidate { format, score, why: String::new() };
            let candidates: Vec<FormatCandidate> = scores.iter().zip(formats).map(made).collect();
            assert_eq!(decided(&candidates), expected, "{scores:?}");
        }
    }
}
