//! The painters: one file per pane, each reading rows and writing cells, nothing else.

pub mod changes;
pub mod diff;
pub mod header;
pub mod layout;
pub mod line;
pub mod snapshots;
pub mod timeline;
pub mod transitions;
pub mod tree;

use super::glyphs::Glyphs;
use super::theme::Theme;

/// How everything looks.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Styles.
    pub theme: Theme,
    /// Signs.
    pub glyphs: Glyphs,
}

/// Whether a pane has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// Keys go here: `[Title]`.
    Here,
    /// Keys go elsewhere.
    Elsewhere,
}

/// A pane's title: one name, or the tabs that share a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Title {
    /// `Changes  A #44,640 → B #48,213`: the name, and what stands after it.
    Name(&'static str, String),
    /// `Snaps │ [State] │ Changes`: names, and which is shown.
    Tabs(&'static [&'static str], usize),
}
