//! Paints the state tree.

use super::{Focus, Look};
use crate::view::tree::Tree;
use ratatui::{buffer::Buffer, layout::Rect};

/// Rows that fit into an area with its border.
pub fn height(area: Rect) -> usize {
    todo!()
}

/// Paints the tree with its border; `title` is `State at B`, or the tabs of a narrow screen.
pub fn paint(tree: &Tree, title: &super::Title, look: &Look, focus: Focus, area: Rect, buf: &mut Buffer) {
    todo!()
}
