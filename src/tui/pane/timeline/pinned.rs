//! Paints a pinned lane: its name and what it is at the cursor, then a cell a column.

use super::super::pen::Pen;
use crate::tui::glyphs::{BARS, RANGE};
use crate::tui::pane::Look;
use crate::view::text::SafeText;
use crate::view::timeline::{LaneCell, LaneRow};

/// Columns of the names, at most.
pub const NAMES: u16 = 32;

/// `.queue.depth  1 to 128 16 `: what does not fit is left out, the range first.
pub fn name(lane: &LaneRow, look: &Look, pen: &mut Pen<'_>) {
    let room = pen.room().saturating_sub(1);
    let value = lane.value.fit(room / 2);
    let left = room.saturating_sub(value.width() + 1);
    let range = Some(&lane.range).filter(|range| !range.is_empty() && range.width() + 2 + lane.name.width() <= left);
    let columns = left.saturating_sub(range.map_or(0, |range| range.width() + 2));
    pen.field(&lane.name.fit_middle(columns), columns, look.theme.text);
    if let Some(range) = range {
        pen.put("  ", look.theme.dim).text(range, look.theme.dim);
    }
    pen.put(" ", look.theme.text).text(&value, look.theme.strong);
}

pub fn cells(lane: &LaneRow, look: &Look, pen: &mut Pen<'_>) {
    let (text, dim, number, boolean) = (look.theme.text, look.theme.dim, look.theme.number, look.theme.boolean);
    if !lane.note.is_empty() {
        pen.text(&lane.note, dim);
        return;
    }
    let mut at = 0;
    while let Some(cell) = lane.cells.get(at) {
        let (sign, style) = match cell {
            LaneCell::Blank => (" ", text),
            LaneCell::Bar(level) => (BARS[usize::from(*level).min(BARS.len() - 1)], number),
            LaneCell::True => (BARS[8], boolean),
            LaneCell::Partly => (BARS[4], boolean),
            LaneCell::False | LaneCell::Goes => ("─", dim),
            LaneCell::Several => (RANGE, dim),
            LaneCell::Error => ("!", look.theme.failure),
            LaneCell::Begins(state) => {
                let goes = lane.cells[at + 1..].iter().take_while(|cell| **cell == LaneCell::Goes).count();
                begins(state, goes, look, pen);
                at += goes + 1;
                continue;
            }
        };
        pen.put(sign, style);
        at += 1;
    }
}

/// `│paid────`: where there is no room for its words, only where it begins.
fn begins(state: &SafeText, goes: usize, look: &Look, pen: &mut Pen<'_>) {
    let words = state.fit(if goes >= 2 { goes } else { 0 });
    pen.put("│", look.theme.dim).text(&words, look.theme.string);
    pen.text(&SafeText::repeated("─", goes.saturating_sub(words.width())), look.theme.dim);
}
