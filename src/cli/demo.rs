//! `asof demo`: a walkthrough on the screen, without any file.

use super::Console;
use super::exit::Outcome;
use super::open::Screen;
use crate::source::{Address, Options};

/// Open a built-in walkthrough on the screen
#[derive(clap::Args)]
#[command(after_help = "Example:\n  asof demo\n\nThe printing commands take it as a source too: asof log demo:guide")]
pub struct Demo {
    /// Which one
    #[arg(default_value = "guide")]
    name: String,
    #[command(flatten)]
    screen: Screen,
}

impl Demo {
    /// Runs the screen on the walkthrough.
    pub fn run(self, console: &mut Console) -> Outcome {
        let address = Address::parse(&format!("demo:{}", self.name))?;
        self.screen.run(address, Options::default(), console)
    }
}
