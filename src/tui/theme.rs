//! Roles and their styles. The only place on the screen that names a colour.
//!
//! Added and removed are blue and orange: told apart under every common colour blindness, unlike green and red. Every
//! meaning has a sign or a word as well, so a theme may leave all colour out.

use crate::view::Sign;
use ratatui::style::{Color, Modifier, Style};

/// Styles by role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Cursor and focus.
    pub cursor: Style,
    /// A's letter.
    pub end_a: Style,
    /// B's letter.
    pub end_b: Style,
    /// `+`.
    pub added: Style,
    /// `-`.
    pub removed: Style,
    /// `~` and `>`.
    pub changed: Style,
    /// `!` and `✗`.
    pub failure: Style,
    /// Future and unchanged.
    pub dim: Style,
    /// Focused title, keys in hints.
    pub strong: Style,
    /// Everything else.
    pub text: Style,
}

const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);

impl Theme {
    /// For a dark background.
    pub fn dark() -> Self {
        Self {
            added: Style::new().fg(Color::Rgb(0x6c, 0xb6, 0xff)),
            removed: Style::new().fg(Color::Rgb(0xff, 0x9e, 0x3b)),
            failure: Style::new().fg(Color::Red),
            ..Self::mono()
        }
    }

    /// For a light background.
    pub fn light() -> Self {
        Self {
            added: Style::new().fg(Color::Rgb(0x05, 0x50, 0xae)),
            removed: Style::new().fg(Color::Rgb(0x9a, 0x4b, 0x00)),
            ..Self::dark()
        }
    }

    /// 16 colours.
    pub fn ansi() -> Self {
        Self {
            end_a: BOLD.fg(Color::Cyan),
            end_b: BOLD.fg(Color::Magenta),
            added: Style::new().fg(Color::Blue),
            removed: Style::new().fg(Color::Yellow),
            failure: Style::new().fg(Color::Red),
            dim: Style::new().fg(Color::DarkGray),
            ..Self::mono()
        }
    }

    /// Without colour (`NO_COLOR`).
    pub fn mono() -> Self {
        Self {
            cursor: Style::new().add_modifier(Modifier::REVERSED),
            end_a: BOLD,
            end_b: BOLD,
            added: BOLD,
            removed: Style::new(),
            changed: BOLD.add_modifier(Modifier::UNDERLINED),
            failure: BOLD,
            dim: Style::new().add_modifier(Modifier::DIM),
            strong: BOLD,
            text: Style::new(),
        }
    }

    /// The style of a sign in a gutter.
    pub fn sign(&self, sign: Sign) -> Style {
        match sign {
            Sign::Added => self.added,
            Sign::Removed => self.removed,
            Sign::Changed | Sign::Moved => self.changed,
        }
    }
}
