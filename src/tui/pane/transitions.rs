//! Paints the transitions list.

use super::{Focus, Look};
use crate::view::transitions::Transitions;
use ratatui::{buffer::Buffer, layout::Rect};

/// Rows of the list that fit into an area with its border (and heading).
pub fn height(area: Rect) -> usize {
    todo!()
}

/// Paints the list with its border.
pub fn paint(transitions: &Transitions, look: &Look, focus: Focus, area: Rect, buf: &mut Buffer) {
    todo!()
}
