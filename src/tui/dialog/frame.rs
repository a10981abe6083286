//! The frame of every dialog: a cleared, bordered box in the middle, and lines of text in it.

use crate::tui::look::Look;
use crate::tui::pane::pen::write_cells;
use crate::view::text::{SafeText, joined};
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Widget};

/// A box to be painted.
pub struct DialogFrame<'a> {
    /// On the upper edge.
    pub title: &'a SafeText,
    /// On the lower edge, at the right.
    pub footer: &'a SafeText,
    /// Columns inside.
    pub width: u16,
    /// Rows inside.
    pub height: u16,
}

impl DialogFrame<'_> {
    /// Clears the place in the middle of `area` and paints the border; answers the inside.
    pub fn paint(&self, look: &Look, area: Rect, buf: &mut Buffer) -> Rect {
        let [width, height] = [self.width.saturating_add(4), self.height.saturating_add(2)].map(Constraint::Length);
        self.paint_at(area.centered(width, height), look, buf)
    }

    /// Clears `outer` and paints the border; answers the inside.
    pub fn paint_at(&self, outer: Rect, look: &Look, buf: &mut Buffer) -> Rect {
        let outer = outer.intersection(buf.area);
        Clear.render(outer, buf);
        let room = usize::from(outer.width.saturating_sub(6));
        let mut block = Block::bordered().style(look.theme.text);
        if !self.title.is_empty() {
            block = block.title_top(Span::styled(
                joined!["─ ", self.title.fit(room), " "].painted().to_owned(),
                look.theme.strong,
            ));
        }
        if !self.footer.is_empty() {
            block = block.title_bottom(
                Line::from(joined![" ", self.footer.fit(room), " ─"].painted().to_owned()).right_aligned(),
            );
        }
        let inside = block.inner(outer);
        block.render(outer, buf);
        Rect { x: inside.x.saturating_add(1), width: inside.width.saturating_sub(2), ..inside }.intersection(outer)
    }
}

/// Writes text into one row of `area`, counted from its top; what does not fit is cut with `…`.
pub fn write(area: Rect, row: usize, text: &SafeText, style: Style, buf: &mut Buffer) {
    write_at(area, row, 0, text, style, buf);
}

/// Writes text into one row of `area` from a column on.
pub fn write_at(area: Rect, row: usize, column: usize, text: &SafeText, style: Style, buf: &mut Buffer) {
    let (Ok(row), Ok(column)) = (u16::try_from(row), u16::try_from(column)) else { return };
    if row < area.height && column < area.width {
        let room = usize::from(area.width - column);
        write_cells(buf, (area.x + column, area.y + row), text.fit(room).painted(), style);
    }
}

/// Writes text at the right edge of a row.
pub fn write_right(area: Rect, row: usize, text: &SafeText, style: Style, buf: &mut Buffer) {
    write_at(area, row, usize::from(area.width).saturating_sub(text.width()), text, style, buf);
}

/// Where a column of a row is on the screen, if it is inside.
pub fn position(area: Rect, row: usize, column: usize) -> Option<Position> {
    let (row, column) = (u16::try_from(row).ok()?, u16::try_from(column).ok()?);
    (row < area.height && column < area.width).then(|| Position::new(area.x + column, area.y + row))
}
