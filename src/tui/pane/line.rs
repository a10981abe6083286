//! Paints single lines: messages, and key hints that drop whole hints when there is no room.

use super::Look;
use super::pen::Pen;
use crate::tui::message::MessageTone;
use crate::view::text::SafeText;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// One hint: `, .` `step`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    pub keys: SafeText,
    /// What they do.
    pub does: SafeText,
}

/// Hints on the left in order of importance, those on the right always shown (`: commands`, `? keys`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// From the left; the last ones are dropped first.
    pub left: Vec<Hint>,
    /// At the right edge.
    pub right: Vec<Hint>,
}

/// Blanks between two hints.
pub const GAP: usize = 2;

impl Hint {
    /// Columns it takes.
    pub fn width(&self) -> usize {
        self.keys.width() + 1 + self.does.width()
    }
}

fn all_widths(hints: &[Hint]) -> usize {
    hints.iter().map(|hint| hint.width() + GAP).sum()
}

/// Paints a message.
pub fn message(text: &SafeText, tone: MessageTone, look: &Look, area: Rect, buf: &mut Buffer) {
    let Some(mut pen) = Pen::new(buf, area, 0) else { return };
    match tone {
        MessageTone::Note => pen.put(" ", look.theme.text).text(text, look.theme.text),
        MessageTone::Failure => pen.put(" ! ", look.theme.failure).text(text, look.theme.failure),
    };
}

impl Hints {
    /// Columns for those on the left in a line of that width, with the gap behind each.
    pub fn room(&self, width: u16) -> usize {
        (usize::from(width) + GAP).saturating_sub(all_widths(&self.right) + 1)
    }
}

/// Where each hint that fits begins.
fn placed(hints: &Hints, width: u16) -> Vec<(usize, &Hint)> {
    let right = all_widths(&hints.right);
    let room = usize::from(width).saturating_sub(right + 1);
    let place = |mut start: usize, hints: std::slice::Iter<'_, Hint>| -> Vec<usize> {
        let next = |hint: &Hint| {
            start += hint.width() + GAP;
            start - hint.width() - GAP
        };
        hints.map(next).collect()
    };
    let left = place(1, hints.left.iter()).into_iter().zip(&hints.left);
    let left = left.take_while(|(start, hint)| start + hint.width() <= room + 1);
    let start = usize::from(width).saturating_sub(right.saturating_sub(GAP) + 1);
    left.chain(place(start, hints.right.iter()).into_iter().zip(&hints.right)).collect()
}

/// Paints the hints; answers those that there was room for, and in which column each begins.
pub fn hints<'h>(hints: &'h Hints, look: &Look, area: Rect, buf: &mut Buffer) -> Vec<(usize, &'h Hint)> {
    let Some(mut pen) = Pen::new(buf, area, 0) else { return Vec::new() };
    let placed = placed(hints, area.width);
    for (start, hint) in &placed {
        pen.to(*start);
        put(&mut pen, hint, look);
    }
    placed
}

fn put(pen: &mut Pen<'_>, hint: &Hint, look: &Look) {
    let start = pen.column() + hint.width() + GAP;
    pen.text(&hint.keys, look.theme.strong).put(" ", look.theme.text).text(&hint.does, look.theme.text).to(start);
}
