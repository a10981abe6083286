//! A line that is typed at the bottom of the screen, so that what it finds stays in view above it.
//!
//! Must not name: `app`, `job`.

use super::frame::{position, write_at, write_right};
use super::line::EditLine;
use crate::tui::look::Look;
use crate::view::text::{SafeText, joined};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::{Clear, Widget};

/// Before what is typed.
const PROMPT: &str = " / ";

/// Columns of what is typed, at least.
const LEAST: usize = 12;

/// What is typed, and what is said beside it.
pub struct Bottom<'a> {
    /// What is typed.
    pub line: &'a EditLine,
    /// What it takes, while nothing is typed.
    pub about: &'a SafeText,
    /// What has been found: `hit 3/41`.
    pub found: &'a SafeText,
    /// Its keys: left out where there is little room.
    pub keys: SafeText,
}

impl Bottom<'_> {
    /// Paints it over the hints; answers where the text cursor is.
    pub fn paint(&self, look: &Look, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let row =
            Rect { y: area.bottom().saturating_sub(1), height: area.height.min(1), ..area }.intersection(buf.area);
        Clear.render(row, buf);
        buf.set_style(row, look.theme.text);
        let columns = usize::from(row.width);
        let found = SafeText::join([self.found.clone(), self.keys.clone()], " · ");
        let right = [joined![found, " "], joined![self.found, " "]];
        let least = if self.line.text().is_empty() { self.about.width() + 2 } else { LEAST };
        let fits = |words: &&SafeText| words.width() + PROMPT.len() + least <= columns;
        let right = right.iter().find(fits).cloned().unwrap_or_default();
        write_right(row, 0, &right, look.theme.dim, buf);
        write_at(row, 0, 0, &PROMPT.into(), look.theme.strong, buf);
        let room = columns.saturating_sub(PROMPT.len() + right.width() + 2);
        let (text, at) = self.line.window(room);
        write_at(row, 0, PROMPT.len(), &text, look.theme.text, buf);
        if self.line.text().is_empty() && self.about.width() <= room {
            write_at(row, 0, PROMPT.len() + 1, self.about, look.theme.dim, buf);
        }
        position(row, 0, PROMPT.len() + at)
    }
}
