//! Paints the diff: side by side from 100 columns on, else one column.

use super::{Focus, Look};
use crate::view::difftree::DiffTree;
use ratatui::{buffer::Buffer, layout::Rect};

/// Titles of the two sides: `A #44,640  09:39:58.120  price.refresh`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Titles {
    /// Left.
    pub a: String,
    /// Right.
    pub b: String,
}

/// How the diff is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Two columns.
    SideBySide,
    /// One.
    OneColumn,
}

impl Layout {
    /// What suits a width: two columns from 100 on.
    pub fn for_width(width: u16) -> Self {
        if width >= 100 { Self::SideBySide } else { Self::OneColumn }
    }
}

/// Rows that fit into an area with its border.
pub fn height(area: Rect) -> usize {
    todo!()
}

/// Paints the diff with its border; the focus is on one side (`[B]`).
pub fn paint(diff: &DiffTree, titles: &Titles, layout: Layout, look: &Look, area: Rect, buf: &mut Buffer) {
    todo!()
}
