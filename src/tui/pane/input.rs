//! Paints a line being typed in a box of its own, with what is wrong with it below.

use super::pen::{Pen, TitledBorder, cells, inside};
use super::{Focus, Look, in_focus};
use crate::view::find::LineNote;
use crate::view::text::{SafeText, joined, width};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// A line, and what is said of it.
pub struct PaintedInput<'a> {
    /// The box's name.
    pub title: &'static str,
    /// What the line is: `where`.
    pub word: &'static str,
    /// The text as far as it fits into the [`room`].
    pub text: SafeText,
    /// The cursor's column in it.
    pub at: usize,
    /// Whether keys go into it.
    pub is_open: bool,
    /// What is said under it.
    pub note: &'a LineNote,
    /// What the lower edge says.
    pub caption: &'a SafeText,
}

/// Columns before the text.
fn start(word: &str) -> usize {
    width(word) + 3
}

/// Columns for the text, in a box as large as an area.
pub fn room(word: &str, area: Rect) -> usize {
    usize::from(inside(area).width).saturating_sub(start(word) + 1)
}

pub fn paint(input: &PaintedInput<'_>, look: &Look, area: Rect, buf: &mut Buffer) {
    let focus = if input.is_open { Focus::Here } else { Focus::Elsewhere };
    let inner =
        TitledBorder { title: &in_focus(input.title, focus), caption: input.caption, focus }.paint(look, area, buf);
    let (start, room) = (start(input.word), room(input.word, area));
    if let Some(mut pen) = Pen::new(buf, inner, 0) {
        pen.put(" ", look.theme.text).put(input.word, look.theme.dim).to(start).text(&input.text, look.theme.text);
    }
    let Some(mut pen) = Pen::new(buf, inner, 1) else { return };
    match input.note {
        LineNote::About(about) => _ = pen.to(start).put(about, look.theme.dim),
        LineNote::Wrong { before, why, hint } => {
            // The hint first: what is cut off at the end is missed least.
            let hint = hint.as_ref().map(|hint| joined![hint, " · "]).unwrap_or_default();
            let words = joined![hint, why];
            let at = before.width().min(room);
            // Beside the place on the right; where that does not fit, on the left.
            let place = start + at;
            if at + 2 + words.width() <= room || words.width() + 1 > place {
                pen.to(place).put("^ ", look.theme.failure).text(&words, look.theme.failure);
            } else {
                pen.to(place - 1 - words.width()).text(&words, look.theme.failure).to(place);
                pen.put("^", look.theme.failure);
            }
        }
    }
}

/// Where the text cursor is.
pub fn cursor(input: &PaintedInput<'_>, area: Rect) -> Option<Position> {
    let inner = inside(area);
    let at = start(input.word) + input.at;
    (!inner.is_empty() && at < usize::from(inner.width)).then(|| Position::new(inner.x + cells(at), inner.y))
}
