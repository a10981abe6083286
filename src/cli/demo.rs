//! `asof demo`: a walkthrough on the screen, without any file.

use super::Console;
use super::exit::Outcome;
use super::open::{Begin, show};
use super::screen::Flags;
use crate::source::{Address, Options, demos};

/// Open a built-in walkthrough on the screen
#[derive(clap::Args)]
#[command(after_help = help())]
pub struct Demo {
    /// Which one; the first if left out
    #[arg(default_value = "", hide_default_value = true)]
    name: String,
    #[command(flatten)]
    begin: Begin,
    #[command(flatten)]
    flags: Flags,
}

fn help() -> String {
    let lines: Vec<String> = demos().iter().map(|(name, about)| format!("  {name:<8}  {about}")).collect();
    let example = "Example:\n  asof demo\n\nThe printing commands take one as a source too: asof log demo:release";
    format!("Walkthroughs:\n{}\n\n{example}", lines.join("\n"))
}

impl Demo {
    /// Runs the screen on the walkthrough.
    pub fn run(self, console: &mut Console) -> Outcome {
        show((Some(Address::demo(&self.name)?), Options::default()), self.begin, self.flags, console)
    }
}
