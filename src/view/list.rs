//! A cursor in a list of rows: selected row and scroll, moved without knowing what the rows are.

use std::ops::Range;

/// Selected row and scroll of a list. The list's length is given with each move, because lists grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListCursor {
    selected: usize,
    top: usize,
    height: usize,
}

/// A move in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListMove {
    /// Rows down.
    Down(usize),
    /// Rows up.
    Up(usize),
    /// A page down.
    PageDown,
    /// A page up.
    PageUp,
    /// Half a page down.
    HalfDown,
    /// Half a page up.
    HalfUp,
    /// The first row.
    First,
    /// The last row.
    Last,
    /// Scrolls the view down, the cursor only as far as it must.
    ScrollDown(usize),
    /// Scrolls the view up.
    ScrollUp(usize),
    /// To the row on this line of the screen (mouse), 0 = top.
    Line(usize),
}

impl ListCursor {
    /// Rows the list has on the screen; call when the layout changes.
    pub fn resize(&mut self, height: usize) {
        self.height = height;
    }

    /// Moves in a list of `len` rows.
    pub fn act(&mut self, step: ListMove, len: usize) {
        let last = len.saturating_sub(1);
        let page = self.height.max(1);
        let selected = self.selected.min(last);
        self.top = self.window(len, page).start;
        match step {
            ListMove::ScrollDown(rows) => return self.scroll(self.top.saturating_add(rows), len),
            ListMove::ScrollUp(rows) => return self.scroll(self.top.saturating_sub(rows), len),
            _ => {}
        }
        self.selected = last.min(match step {
            ListMove::Down(rows) => selected.saturating_add(rows),
            ListMove::Up(rows) => selected.saturating_sub(rows),
            ListMove::PageDown => selected.saturating_add(page),
            ListMove::PageUp => selected.saturating_sub(page),
            ListMove::HalfDown => selected.saturating_add(page.div_ceil(2)),
            ListMove::HalfUp => selected.saturating_sub(page.div_ceil(2)),
            ListMove::First => 0,
            ListMove::Last => last,
            ListMove::Line(line) => self.top.saturating_add(line),
            ListMove::ScrollDown(_) | ListMove::ScrollUp(_) => selected,
        });
        self.top = self.window(len, page).start;
    }

    /// Selects a row of a list of `len` rows.
    pub fn select(&mut self, row: usize, len: usize) {
        self.selected = row.min(len.saturating_sub(1));
        self.top = self.window(len, self.height.max(1)).start;
    }

    fn scroll(&mut self, top: usize, len: usize) {
        let page = self.height.max(1);
        self.top = top.min(len.saturating_sub(page));
        self.selected = self.selected.clamp(self.top, self.top + page - 1).min(len.saturating_sub(1));
    }

    /// The selected row in a list of `len` rows; `None` when it is empty.
    pub fn selected(&self, len: usize) -> Option<usize> {
        len.checked_sub(1).map(|last| self.selected.min(last))
    }

    /// The rows on the screen, the selected one among them.
    pub fn window(&self, len: usize, height: usize) -> Range<usize> {
        let selected = self.selected(len).unwrap_or(0);
        let lowest = (selected + 1).saturating_sub(height);
        let top = self.top.clamp(lowest, selected.max(lowest)).min(len.saturating_sub(height));
        top..len.min(top.saturating_add(height))
    }
}

#[cfg(test)]
mod tests {
    use super::ListMove::{Down, First, HalfDown, Last, Line, PageDown, PageUp, ScrollDown, ScrollUp, Up};
    use super::*;

    #[track_caller]
    fn check(len: usize, steps: &[(ListMove, usize, Range<usize>)]) {
        let mut list = ListCursor::default();
        list.resize(4);
        for (at, (step, selected, window)) in steps.iter().enumerate() {
            list.act(*step, len);
            let is = (list.selected(len).unwrap_or(0), list.window(len, 4));
            assert_eq!(is, (*selected, window.clone()), "step {at}: {step:?}");
        }
    }

    #[test]
    fn the_window_follows_the_cursor_only_as_far_as_it_must() {
        check(
            10,
            &[
                (Down(3), 3, 0..4),
                (Down(1), 4, 1..5),
                (Up(1), 3, 1..5),
                (Up(3), 0, 0..4),
                (PageDown, 4, 1..5),
                (HalfDown, 6, 3..7),
                (Last, 9, 6..10),
                (Down(5), 9, 6..10),
                (PageUp, 5, 5..9),
                (First, 0, 0..4),
                (Down(7), 7, 4..8),
                (ScrollUp(2), 5, 2..6),
                (ScrollDown(9), 6, 6..10),
                (Line(2), 8, 6..10),
                (Line(9), 9, 6..10),
            ],
        );
    }

    #[test]
    fn short_and_empty_lists_hold_still() {
        check(2, &[(Down(9), 1, 0..2), (ScrollDown(9), 1, 0..2), (PageUp, 0, 0..2)]);
        check(0, &[(Last, 0, 0..0), (ScrollDown(1), 0, 0..0), (Up(1), 0, 0..0)]);
        assert_eq!(ListCursor::default().selected(0), None);
        assert!(ListCursor::default().window(5, 0).is_empty());
    }
}
