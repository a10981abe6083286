//! Paints single lines: messages, and key hints that drop whole hints when there is no room.

use super::Look;
use ratatui::{buffer::Buffer, layout::Rect};

/// One hint: `, .` `step`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The keys.
    pub keys: String,
    /// What they do.
    pub does: String,
}

/// Hints on the left in order of importance, those on the right always shown (`: commands`, `? keys`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// From the left; the last ones are dropped first.
    pub left: Vec<Hint>,
    /// At the right edge.
    pub right: Vec<Hint>,
}

/// How a message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A note.
    Note,
    /// Something failed.
    Failure,
}

/// Paints a message.
pub fn message(text: &str, tone: Tone, look: &Look, area: Rect, buf: &mut Buffer) {
    todo!()
}
/// Paints the hints.
pub fn hints(hints: &Hints, look: &Look, area: Rect, buf: &mut Buffer) {
    todo!()
}
