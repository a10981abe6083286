//! The screen: paints rows and turns keys into actions.
//!
//! One loop ([`run`]) takes events; [`app::App`] turns them into state and effects; [`draw`] paints the state.
//! Must not know: command lines, file formats.

mod action;
mod app;
mod away;
mod clipboard;
mod dialog;
mod draw;
mod glyphs;
mod input;
mod job;
mod key;
mod keymap;
mod message;
mod pane;
mod run;
mod signals;
mod store;
mod terminal;
#[cfg(test)]
mod tests;
mod theme;
mod tour;

pub use run::ExitReport;

use crate::Result;
use crate::source::{self, Address, Recents};
use glyphs::Glyphs;
use pane::Look;
use store::Store;
use theme::Theme;

/// What to show, and how.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// What to open; `None` for the start screen.
    pub address: Option<Address>,
    /// How to open it.
    pub options: source::Options,
    /// Whether the screen may write to the recording.
    pub access: Access,
    /// Which characters the terminal can show.
    pub letters: Letters,
    /// The name that snapshots and rollbacks carry; `None` leaves them without.
    pub author: Option<String>,
    /// Where to begin.
    pub spot: Spot,
    /// Whose the mouse is at first.
    pub mouse: Mouse,
    /// How texts get to the clipboard.
    pub clipboard: Clipboard,
}

pub use app::{Access, Spot};
pub use clipboard::Clipboard;
pub use terminal::Mouse;

/// Which characters the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Letters {
    /// Blocks, box lines and arrows.
    #[default]
    Blocks,
    /// Nothing above byte 127.
    Ascii,
}

/// Shows a source on the terminal until the person quits.
///
/// # Errors
/// When there is no terminal that can show a screen (then print instead), when it goes away, or when nothing at all of
/// the source could be read (that has been shown).
pub fn run(options: RunOptions) -> Result<ExitReport> {
    // Otherwise crossterm would drop bold and reverse together with the colours; which colours there are, the theme says.
    crossterm::style::force_color_output(true);
    let glyphs = match options.letters {
        Letters::Blocks => Glyphs::BLOCKS,
        Letters::Ascii => Glyphs::ASCII,
    };
    let look = Look { theme: theme(), glyphs };
    let RunOptions { address, options, access, author, spot, mouse, clipboard, .. } = options;
    let recents = Recents::of_user();
    let recent = recents.as_ref().map(Recents::list).unwrap_or_default();
    let store = Store::of_user();
    let kept = store.as_ref().map(Store::load).unwrap_or_default();
    let setup = app::Setup { address, options, access, look, author, recents, recent, spot, mouse, clipboard, kept };
    run::run(setup, store)
}

/// None under `NO_COLOR`; else as many colours as the terminal says it has, for a dark or light background as far as
/// `COLORFGBG` tells.
fn theme() -> Theme {
    let variable = |name| std::env::var(name).unwrap_or_default();
    let rich = ["truecolor", "24bit"].contains(&variable("COLORTERM").as_str());
    let light = variable("COLORFGBG").rsplit(';').next().is_some_and(|back| ["7", "15"].contains(&back));
    match (variable("NO_COLOR").is_empty(), rich, light) {
        (false, ..) => Theme::mono(),
        (true, false, _) => Theme::ansi(),
        (true, true, true) => Theme::light(),
        (true, true, false) => Theme::dark(),
    }
}
