//! The screen: paints rows and turns keys into actions.
//!
//! One loop ([`run`]) takes events; [`app::App`] turns them into state and effects; [`draw`] paints the state. Must not
//! name: `clap`.

mod action;
mod app;
mod away;
#[cfg(feature = "bench")]
pub mod bench;
mod beside;
mod clipboard;
pub mod config;
mod dialog;
mod disputed;
mod draw;
mod frame_map;
pub mod glyphs;
mod input;
mod job;
mod key;
mod keymap;
pub mod look;
mod message;
mod owner;
mod pane;
mod plain;
pub mod probe;
mod run;
pub mod settings;
mod signals;
mod store;
mod task;
mod terminal;
#[cfg(test)]
mod tests;
pub mod theme;
mod tour;

pub use run::ExitReport;

use crate::source::{self, Address, Recents};
use crate::{Error, Result};
use config::Config;
use look::{Look, Surroundings};
use probe::{Answers, ProbeQuestion};
use settings::OptionName;
use std::io::{BufRead, IsTerminal};
use store::{Store, StoredState};
use terminal::Mouse;

/// What to show, and how.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// What to open; `None` for the start screen.
    pub address: Option<Address>,
    /// How to open it.
    pub options: source::Options,
    /// What the person has set.
    pub config: Config,
    /// The name that snapshots and rollbacks carry where the person has set none.
    pub author: Option<String>,
    /// Where to begin.
    pub spot: StartSpot,
}

pub use app::{Access, StartSpot};

/// Shows a source on the terminal until the person quits.
///
/// # Errors
/// When there is no terminal that can show a screen (then print instead), when it goes away, or when nothing at all of
/// the source could be read (that has been shown).
pub fn run(options: RunOptions) -> Result<ExitReport> {
    // Otherwise crossterm would drop bold and reverse together with the colours; which colours there are, the theme says.
    crossterm::style::force_color_output(true);
    let answers =
        if is_fully_configured(&options.config) { Answers::default() } else { probe::ask(ProbeQuestion::Screen) };
    terminal::set_keyboard_protocol(answers.kitty == Some(true));
    let here = surroundings(&answers);
    let store = Store::of_user();
    let kept = store.as_ref().map(Store::load).unwrap_or_default();
    run::run(options.setup(here, kept), store, answers)
}

/// The same without a screen: takes lines, answers with sentences.
///
/// # Errors
/// When nothing at all of the source can be read, or what `say` fails with.
pub fn run_plain<E: From<Error>>(
    options: RunOptions,
    lines: &mut dyn BufRead,
    say: &mut dyn FnMut(&str) -> Result<(), E>,
) -> Result<(), E> {
    plain::run(options.setup(Surroundings::default(), StoredState::default()), lines, say)
}

/// Whether nothing is left to ask the terminal.
fn is_fully_configured(config: &Config) -> bool {
    let said = |name| config.settings.get(name) != "auto";
    let coloured =
        config.settings.get(OptionName::Theme) == "auto" && config.settings.get(OptionName::Color) != "never";
    said(OptionName::Glyphs) && (said(OptionName::Background) || !coloured)
}

/// What is known of the terminal after it was asked.
pub fn surroundings(answers: &Answers) -> Surroundings {
    Surroundings::new(&config::variable, std::io::stdout().is_terminal()).answered(answers)
}

impl RunOptions {
    fn setup(self, here: Surroundings, kept: StoredState) -> app::Setup {
        let Self { address, options, config, author, spot } = self;
        let read_only = config.settings.is_on(OptionName::ReadOnly);
        let own_name = Some(config.settings.get(OptionName::Author).to_owned()).filter(|name| !name.is_empty());
        let recents = Recents::of_user();
        let recent = recents.as_ref().map(Recents::there).unwrap_or_default();
        app::Setup {
            address,
            options,
            access: if read_only { Access::ReadOnly } else { Access::ReadWrite },
            look: Look::of(&config, &here),
            author: own_name.or(author),
            recents,
            recent,
            asks_git: true,
            spot,
            mouse: if config.settings.is_on(OptionName::Mouse) { Mouse::Captured } else { Mouse::Free },
            clipboard: config.settings.get(OptionName::Clipboard).parse().unwrap_or_default(),
            kept,
            config,
            here,
        }
    }
}
