//! Paints the snapshots list.

use super::{Focus, Look};
use crate::view::snapshots::Snapshots;
use ratatui::{buffer::Buffer, layout::Rect};

/// Rows of the list that fit into an area with its border (and heading).
pub fn height(area: Rect) -> usize {
    todo!()
}

/// Paints the list with its border.
pub fn paint(snapshots: &Snapshots, look: &Look, focus: Focus, area: Rect, buf: &mut Buffer) {
    todo!()
}
