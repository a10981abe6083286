//! Roles and their styles. The only place on the screen that names a colour.

use ratatui::style::Style;

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

impl Theme {
    /// For a dark background.
    pub fn dark() -> Self {
        todo!()
    }
    /// For a light background.
    pub fn light() -> Self {
        todo!()
    }
    /// 16 colours.
    pub fn ansi() -> Self {
        todo!()
    }
    /// Without colour (`NO_COLOR`).
    pub fn mono() -> Self {
        todo!()
    }
}
