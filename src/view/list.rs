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
    /// This row.
    To(usize),
    /// Scrolls the view down, the cursor only as far as it must.
    ScrollDown(usize),
    /// Scrolls the view up.
    ScrollUp(usize),
}

impl ListCursor {
    /// Rows the list has on the screen; call when the layout changes.
    pub fn resize(&mut self, height: usize) {
        todo!()
    }
    /// Moves in a list of `len` rows.
    pub fn act(&mut self, step: ListMove, len: usize) {
        todo!()
    }
    /// The selected row in a list of `len` rows; `None` when it is empty.
    pub fn selected(&self, len: usize) -> Option<usize> {
        todo!()
    }
    /// The rows on the screen, the selected one among them.
    pub fn window(&self, len: usize, height: usize) -> Range<usize> {
        todo!()
    }
}
