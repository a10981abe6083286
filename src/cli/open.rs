//! `asof open`: starts the screen, where there is a terminal for it.

use super::Console;
use super::exit::{Exit, Outcome, usage};
use super::import::Which;
use super::opened::user;
use crate::source::{Address, Options};
use crate::tui::{self, Access, Clipboard, Letters, Mouse, RunOptions, Spot};
use std::io::IsTerminal;

/// Open a source on the screen; `asof SOURCE` is short for it
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  asof state.jsonl\n  asof git:package.json\n  tail -n +1 -f state.jsonl | asof -")]
pub struct Open {
    /// A recording, a file, `-` for standard input, `git:PATH`, or `demo:NAME`
    source: Option<String>,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    screen: Screen,
}

/// What the screen may do and draw with.
#[derive(clap::Args, Clone)]
pub struct Screen {
    /// Refuse every write
    #[arg(long)]
    read_only: bool,
    /// Draw with ASCII characters only
    #[arg(long)]
    ascii: bool,
    /// Begin at this moment, as in `asof --help`
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    at: Option<String>,
    /// Begin at this path of the state: `.a.b[0]`
    #[arg(long)]
    path: Option<String>,
    /// Leave the mouse to the terminal; F2 takes it
    #[arg(long)]
    no_mouse: bool,
    /// How copies get to the clipboard: auto, osc52, osc52-tmux, command, off
    #[arg(long, value_name = "ROUTE", default_value = "auto")]
    clipboard: Clipboard,
}

impl Open {
    /// Whether nothing is to be opened.
    pub fn is_empty(&self) -> bool {
        self.source.is_none()
    }

    /// Runs the screen until the user quits; without a source, the start screen.
    pub fn run(self, console: &mut Console) -> Outcome {
        let address = self.source.as_deref().map(Address::parse).transpose()?;
        if address.is_none() && !has_terminal(None) {
            return Err(usage("no recording is open. Name one: asof SOURCE, or try asof demo; asof --help lists all"));
        }
        self.screen.run(address, self.which.options(), console)
    }
}

impl Screen {
    /// Runs the screen on a source until the user quits.
    pub fn run(self, address: Option<Address>, options: Options, console: &mut Console) -> Outcome {
        if !has_terminal(address.as_ref()) {
            return Err(usage(NO_TERMINAL));
        }
        let access = if self.read_only { Access::ReadOnly } else { Access::ReadWrite };
        let letters = if self.ascii { Letters::Ascii } else { Letters::Blocks };
        let mouse = if self.no_mouse { Mouse::Free } else { Mouse::Captured };
        let (spot, clipboard) = (Spot { at: self.at, path: self.path }, self.clipboard);
        let options = RunOptions { address, options, access, letters, author: user(), spot, mouse, clipboard };
        let text = tui::run(options)?.text.unwrap_or_default();
        text.lines().try_for_each(|line| console.out.line(line))?;
        Ok(Exit::Done)
    }
}

const NO_TERMINAL: &str = "the screen needs a terminal, and this is none. What prints instead: \
                           asof log, state, diff, snapshots, export (asof --help lists all)";

/// Whether there is a screen to draw on and a keyboard to read from. A source on standard input leaves the keyboard to
/// the terminal itself.
pub fn has_terminal(address: Option<&Address>) -> bool {
    let keyboard = address == Some(&Address::Stdin) || std::io::stdin().is_terminal();
    let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    keyboard && std::io::stdout().is_terminal() && !dumb
}
