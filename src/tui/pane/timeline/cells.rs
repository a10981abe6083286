//! The letters of one row, put down in any order; a [`Pen`] only goes forward.

use super::super::pen::Pen;
use crate::view::text::SafeText;
use ratatui::style::Style;

/// The letters of one row, put down in any order: later ones over earlier ones.
pub struct RowCells(Vec<Option<(SafeText, Style)>>);

impl RowCells {
    pub fn new(room: usize) -> Self {
        Self(vec![None; room])
    }

    pub fn room(&self) -> usize {
        self.0.len()
    }

    pub fn put(&mut self, column: usize, text: &SafeText, style: Style) {
        let mut at = column;
        for letter in text.letters() {
            let columns = letter.width();
            let room = at.min(self.0.len())..(at + columns).min(self.0.len());
            self.0[room.clone()].fill(None);
            if let Some(cell) = self.0[room].first_mut() {
                *cell = Some((letter, style));
            }
            at += columns;
        }
    }

    pub fn paint(self, pen: &mut Pen<'_>) {
        for (column, cell) in self.0.into_iter().enumerate() {
            if let Some((letter, style)) = cell {
                pen.to(column).text(&letter, style);
            }
        }
    }
}
