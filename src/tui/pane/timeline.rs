//! Paints the timeline: overview, density, marks, ends, arc, axis, as many lanes as there are rows.

use super::{Focus, Look};
use crate::view::timeline::Timeline;
use ratatui::{buffer::Buffer, layout::Rect};

/// Paints it with a border (main view, wide), with a title line (main view, narrow), or bare (other views).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dress {
    /// Border all round.
    Boxed,
    /// One title line on top.
    Titled,
    /// Density and marks only.
    Bare,
}

/// Paints the strip.
pub fn paint(timeline: &Timeline, dress: Dress, look: &Look, focus: Focus, area: Rect, buf: &mut Buffer) {
    todo!()
}
