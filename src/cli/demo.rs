//! `asof demo`: a walkthrough on the screen, without any file.

mod performance;

use super::Console;
use super::cells::RowCell;
use super::exit::{CommandResult, Exit, usage};
use super::open::{Begin, show};
use super::screen::Flags;
use crate::error::Error;
use crate::export::json::object;
use crate::source::{Address, Options, demos};
use crate::tui::StartSpot;

/// The demo that needs no screen.
const PERFORMANCE: &str = "performance";

/// Open a built-in demo on the screen
#[derive(clap::Args)]
#[command(after_help = help())]
pub struct DemoArgs {
    /// Name of the demo [default: the first]
    #[arg(default_value = "", hide_default_value = true)]
    name: String,
    /// List the names and what each shows
    #[arg(long, conflicts_with = "name")]
    list: bool,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    begin: Begin,
    #[command(flatten)]
    flags: Flags,
}

fn help() -> String {
    let lines: Vec<String> = all().map(|(name, about)| format!("  {name:<11}  {about}")).collect();
    let example = "Examples:\n  asof demo\n  asof demo --list --json\n\nThe printing commands take one as a source too: asof log demo:release";
    format!("Walkthroughs:\n{}\n\n{example}", lines.join("\n"))
}

impl DemoArgs {
    /// Runs the screen on the walkthrough, or lists them all.
    pub fn run(self, console: &mut Console) -> CommandResult {
        if self.list {
            return list(self.json, console);
        }
        if self.name == PERFORMANCE {
            return performance::run(self.json, console);
        }
        if self.json {
            return Err(usage("--json needs --list or `asof demo performance`"));
        }
        show(
            (Some(Address::demo(&self.name).map_err(with_all)?), Options::default()),
            self.begin.spot(StartSpot::default())?,
            self.flags,
            console,
        )
    }
}

/// Names the walkthrough that only prints too, where a name is unknown.
fn with_all(error: Error) -> Error {
    match error {
        Error::UnknownName { kind, name, mut known } => {
            known.push(PERFORMANCE.to_owned());
            Error::UnknownName { kind, name, known }
        }
        other => other,
    }
}

/// The walkthroughs of the screen, and the one that only prints.
fn all() -> impl Iterator<Item = (&'static str, String)> {
    demos().into_iter().chain([(PERFORMANCE, performance::ABOUT.to_owned())])
}

fn list(json: bool, console: &mut Console) -> CommandResult {
    if json {
        let mut lines = all().map(|(name, about)| object([("name", name.into()), ("about", about.as_str().into())]));
        lines.try_for_each(|line| console.out.json(&line))?;
    } else {
        let rows = all().map(|(name, about)| vec![RowCell::new(name), RowCell::new(about)]);
        console.out.table(&rows.collect::<Vec<_>>())?;
    }
    Ok(Exit::Done)
}
