//! The rows of a question: sentences, and lines to type with their labels.
//!
//! Must not name: `app`, `job`.

use super::form::Line;
use super::frame::{position, write, write_at};
use crate::tui::pane::Look;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

/// One row.
pub enum Row<'a> {
    /// A sentence.
    Text(String, Tone),
    /// A line to type.
    Input {
        /// What it is for, with the blanks behind it.
        label: &'a str,
        /// What is typed.
        line: &'a Line,
        /// Whether keys go into it now.
        typed: bool,
    },
}

/// How a sentence is meant.
#[derive(Debug, Clone, Copy)]
pub enum Tone {
    /// As it is.
    Plain,
    /// What matters.
    Strong,
    /// What is not there yet.
    Dim,
    /// What went wrong, or cannot be taken back.
    Bad,
}

impl Row<'_> {
    /// A sentence.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::Text(text.into(), Tone::Plain)
    }

    /// An empty row.
    pub fn gap() -> Self {
        Self::plain(String::new())
    }

    fn paint(&self, inside: Rect, at: usize, look: &Look, buf: &mut Buffer) -> Option<Position> {
        match self {
            Self::Text(text, tone) => {
                write(inside, at, text, tone.style(look), buf);
                None
            }
            Self::Input { label, line, typed } => {
                let style = if *typed { look.theme.strong } else { look.theme.text };
                write(inside, at, label, style, buf);
                let (text, column) = line.window(usize::from(inside.width).saturating_sub(label.len() + 1));
                write_at(inside, at, label.len(), &text, look.theme.text, buf);
                position(inside, at, label.len() + column).filter(|_| *typed)
            }
        }
    }
}

impl Tone {
    fn style(self, look: &Look) -> Style {
        match self {
            Self::Plain => look.theme.text,
            Self::Strong => look.theme.strong,
            Self::Dim => look.theme.dim,
            Self::Bad => look.theme.failure,
        }
    }
}

/// Paints rows from the top; answers where the text cursor is: in the line that keys go into, else at the first row.
pub fn paint_rows(rows: &[Row<'_>], inside: Rect, look: &Look, buf: &mut Buffer) -> Option<Position> {
    let cursors: Vec<_> = rows.iter().enumerate().map(|(at, row)| row.paint(inside, at, look, buf)).collect();
    cursors.into_iter().flatten().next().or_else(|| position(inside, 0, 0))
}
