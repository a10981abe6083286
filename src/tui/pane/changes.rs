//! Paints the Changes pane: summary, rule, list.

use super::{Focus, Look};
use crate::view::changes::Changes;
use ratatui::{buffer::Buffer, layout::Rect};

/// Lines of the list that fit below the summary.
pub fn height(changes: &Changes, area: Rect) -> usize {
    todo!()
}

/// Paints the pane with its border.
pub fn paint(changes: &Changes, title: &super::Title, look: &Look, focus: Focus, area: Rect, buf: &mut Buffer) {
    todo!()
}
