//! Paints single lines: messages, and key hints that drop whole hints when there is no room.

use super::Look;
use super::pen::Pen;
use crate::view::text::width;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// One hint: `, .` `step`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The keys.
    pub keys: String,
    /// What they do.
    pub does: String,
}

/// Hints on the left in order of importance, those on the right always shown (`: commands`, `? keys`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// From the left; the last ones are dropped first.
    pub left: Vec<Hint>,
    /// At the right edge.
    pub right: Vec<Hint>,
}

/// How a message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A note.
    Note,
    /// Something failed.
    Failure,
}

/// Blanks between two hints.
const GAP: usize = 2;

impl Hint {
    fn width(&self) -> usize {
        width(&self.keys) + 1 + width(&self.does)
    }
}

fn all_widths(hints: &[Hint]) -> usize {
    hints.iter().map(|hint| hint.width() + GAP).sum()
}

/// Paints a message.
pub fn message(text: &str, tone: Tone, look: &Look, area: Rect, buf: &mut Buffer) {
    let Some(mut pen) = Pen::new(buf, area, 0) else { return };
    match tone {
        Tone::Note => pen.put(" ", look.theme.text).put(text, look.theme.text),
        Tone::Failure => pen.put(" ! ", look.theme.failure).put(text, look.theme.failure),
    };
}

/// Paints the hints.
pub fn hints(hints: &Hints, look: &Look, area: Rect, buf: &mut Buffer) {
    let Some(mut pen) = Pen::new(buf, area, 0) else { return };
    let right = all_widths(&hints.right);
    let room = pen.room().saturating_sub(right + 1);
    pen.put(" ", look.theme.text);
    let mut used = 0;
    for hint in &hints.left {
        used += hint.width() + GAP;
        if used > room + GAP {
            break;
        }
        put(&mut pen, hint, look);
    }
    let start = usize::from(area.width).saturating_sub(right.saturating_sub(GAP) + 1);
    pen.to(start);
    hints.right.iter().for_each(|hint| put(&mut pen, hint, look));
}

fn put(pen: &mut Pen<'_>, hint: &Hint, look: &Look) {
    let start = pen.column() + hint.width() + GAP;
    pen.put(&hint.keys, look.theme.strong).put(" ", look.theme.text).put(&hint.does, look.theme.text).to(start);
}
