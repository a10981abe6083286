//! `asof demo`: a walkthrough on the screen, without any file.

use super::Console;
use super::cells::Cell;
use super::exit::{Exit, Outcome};
use super::open::{Begin, show};
use super::screen::Flags;
use crate::export::json::object;
use crate::source::{Address, Options, demos};

/// Open a built-in walkthrough on the screen
#[derive(clap::Args)]
#[command(after_help = help())]
pub struct Demo {
    /// Name of the walkthrough [default: the first]
    #[arg(default_value = "", hide_default_value = true)]
    name: String,
    /// List the names and what each shows
    #[arg(long, conflicts_with = "name")]
    list: bool,
    /// Print one JSON object per line
    #[arg(long, requires = "list")]
    json: bool,
    #[command(flatten)]
    begin: Begin,
    #[command(flatten)]
    flags: Flags,
}

fn help() -> String {
    let lines: Vec<String> = demos().iter().map(|(name, about)| format!("  {name:<11}  {about}")).collect();
    let example = "Examples:\n  asof demo\n  asof demo --list --json\n\nThe printing commands take one as a source too: asof log demo:release";
    format!("Walkthroughs:\n{}\n\n{example}", lines.join("\n"))
}

impl Demo {
    /// Runs the screen on the walkthrough, or lists them all.
    pub fn run(self, console: &mut Console) -> Outcome {
        if self.list {
            return list(self.json, console);
        }
        show((Some(Address::demo(&self.name)?), Options::default()), self.begin, self.flags, console)
    }
}

fn list(json: bool, console: &mut Console) -> Outcome {
    if json {
        let mut lines =
            demos().into_iter().map(|(name, about)| object([("name", name.into()), ("about", about.as_str().into())]));
        lines.try_for_each(|line| console.out.json(&line))?;
    } else {
        let rows = demos().into_iter().map(|(name, about)| vec![Cell::new(name), Cell::new(about)]);
        console.out.table(&rows.collect::<Vec<_>>())?;
    }
    Ok(Exit::Done)
}
