//! Rewrites one row of a frame with signs that may be longer than what they stand for, and keeps the layout.
//!
//! Borders stay where they are. What grows takes its room from the blanks (or border lines) after it, then from those
//! before it; only where there are none is the part cut, with `...` at its end.

use ratatui::buffer::Cell;
use ratatui::style::Style;
use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

/// Blanks that stay of a gap, so that columns stay apart, and doubled blanks of the data stay doubled.
const GAP: usize = 2;

/// What stands for `…`.
const DOTS: &str = "...";

/// What stands in one cell's place: nothing (it was the second half of a wide character), or some cells.
type CellSlot = Vec<Cell>;

/// Puts `sign(symbol)` in the place of every cell it answers for. `cursor` is a column; answers where it is afterwards.
pub fn rewrite(
    row: &mut [Cell],
    cursor: Option<usize>,
    sign: impl Fn(&str) -> Option<Cow<'static, str>>,
) -> Option<usize> {
    let mut moved = cursor;
    let mut start = 0;
    while start < row.len() {
        let end = row[start..].iter().position(|cell| is_border(cell.symbol())).map_or(row.len(), |at| start + at);
        let inside = cursor.filter(|at| (start..end).contains(at)).map(|at| at - start);
        moved = rewrite_part(&mut row[start..end], inside, &sign).map(|at| start + at).or(moved);
        if let Some(border) = row.get_mut(end) {
            replace(border, &sign);
        }
        start = end + 1;
    }
    moved
}

fn is_border(symbol: &str) -> bool {
    matches!(symbol, "│" | "┌" | "┐" | "└" | "┘" | "├" | "┤")
}

fn replace(cell: &mut Cell, sign: impl Fn(&str) -> Option<Cow<'static, str>>) {
    if let Some(text) = sign(cell.symbol()) {
        cell.set_symbol(&text);
    }
}

/// One part between two borders.
fn rewrite_part(
    cells: &mut [Cell],
    cursor: Option<usize>,
    sign: impl Fn(&str) -> Option<Cow<'static, str>>,
) -> Option<usize> {
    let (mut slots, grown) = slots(cells, sign);
    let last = grown.last().copied().unwrap_or(0);
    for at in grown {
        let length: usize = slots.iter().map(Vec::len).sum();
        absorb(&mut slots, at, length.saturating_sub(cells.len()));
    }
    let column = cursor.map(|cursor| slots[..cursor].iter().map(Vec::len).sum::<usize>().min(cells.len() - 1));
    let word_ends = slots[..word_end(&slots, last)].iter().map(Vec::len).sum();
    let mut flat: Vec<Cell> = slots.into_iter().flatten().collect();
    if flat.len() > cells.len() {
        cut(&mut flat, cells.len(), word_ends);
    }
    flat.resize(cells.len(), Cell::EMPTY);
    cells.clone_from_slice(&flat);
    column
}

/// What stands in the place of each cell, and which of them take more room than before.
fn slots(cells: &[Cell], sign: impl Fn(&str) -> Option<Cow<'static, str>>) -> (Vec<CellSlot>, Vec<usize>) {
    let mut slots: Vec<CellSlot> = Vec::with_capacity(cells.len());
    let mut grown = Vec::new();
    while let Some(cell) = cells.get(slots.len()) {
        let at = slots.len();
        let end = (at + cell.symbol().width().max(1)).min(cells.len());
        let slot: CellSlot = match sign(cell.symbol()) {
            Some(text) if text == DOTS && ends_word(&mut slots) => vec![cell_of('.', cell.style())],
            Some(text) if text.is_ascii() => text.chars().map(|letter| cell_of(letter, cell.style())).collect(),
            Some(text) => vec![cell.clone().set_symbol(&text).clone()],
            // A wide character that stays keeps its second half.
            None => cells[at..end].to_vec(),
        };
        if slot.len() > end - at {
            grown.push(at);
        }
        slots.push(slot);
        slots.resize(end, CellSlot::new());
    }
    (slots, grown)
}

/// The end of what was cut: instead of growing, it takes the place of the two letters before it, where there are two; one
/// blank between words may be among them.
fn ends_word(slots: &mut [CellSlot]) -> bool {
    let is_letter = |slot: &CellSlot| matches!(slot.as_slice(), [cell] if !is_filling(cell));
    let fits = match slots {
        [.., before, first, second] => is_letter(second) && (is_letter(first) || is_letter(before) && is_blank(first)),
        [first, second] => is_letter(first) && is_letter(second),
        _ => false,
    };
    if fits {
        slots.iter_mut().rev().take(2).flatten().for_each(|cell| _ = cell.set_char('.'));
    }
    fits
}

fn is_blank(slot: &CellSlot) -> bool {
    matches!(slot.as_slice(), [cell] if cell.symbol() == " ")
}

fn is_filling(cell: &Cell) -> bool {
    matches!(cell.symbol(), " " | "-")
}

fn cell_of(letter: char, style: Style) -> Cell {
    let mut cell = Cell::EMPTY;
    cell.set_char(letter).set_style(style);
    cell
}

/// Takes `extra` cells from the gaps after a slot, nearest first, then from those before it, but not from the
/// indentation at the start.
fn absorb(slots: &mut [CellSlot], at: usize, mut extra: usize) {
    let mut gap_at = at + 1;
    while extra > 0 && gap_at < slots.len() {
        let end = gap_end(slots, gap_at);
        // Nothing comes after the last gap.
        let stays = if end == slots.len() { 0 } else { GAP };
        extra -= shrink(&mut slots[gap_at..end], stays, extra);
        gap_at = end.max(gap_at + 1);
    }
    let indentation = gap_end(slots, 0);
    let mut end = at;
    while extra > 0 && end > indentation {
        let start = (indentation..end).rev().take_while(|place| is_same_gap(slots, *place, end - 1)).last();
        if let Some(start) = start {
            extra -= shrink(&mut slots[start..end], GAP, extra);
        }
        end = start.unwrap_or(end - 1).min(end - 1);
    }
}

/// The end of the gap that starts at a place; the place itself where there is none.
fn gap_end(slots: &[CellSlot], start: usize) -> usize {
    start + (start..slots.len()).take_while(|place| is_same_gap(slots, *place, start)).count()
}

/// Whether two places hold the same filling.
fn is_same_gap(slots: &[CellSlot], place: usize, other: usize) -> bool {
    let filling = |at: usize| match slots[at].as_slice() {
        [cell] if is_filling(cell) => Some(cell.symbol()),
        _ => None,
    };
    filling(place).is_some() && filling(place) == filling(other)
}

/// Empties cells of a gap, so that `stays` of them stay; answers how many.
fn shrink(gap: &mut [CellSlot], stays: usize, wanted: usize) -> usize {
    let spare = gap.len().saturating_sub(stays).min(wanted);
    gap[..spare].iter_mut().for_each(Vec::clear);
    spare
}

/// Where the gap after a slot begins.
fn word_end(slots: &[CellSlot], at: usize) -> usize {
    (at..slots.len()).find(|place| gap_end(slots, *place) >= place + GAP).unwrap_or(slots.len())
}

/// Letters of a word that are worth keeping what stands behind it.
const WORTH: usize = 8;

/// Cuts the end of the word that is too long, so that what stands behind it stays; where too little of it would be left,
/// the end of everything.
fn cut(cells: &mut Vec<Cell>, room: usize, word_ends: usize) {
    let over = cells.len() - room;
    let end = word_ends.saturating_sub(over);
    let end = if end < WORTH { room } else { end };
    cells.drain(end..end + over);
    let dots = end.min(3);
    // Half of a wide character is nothing.
    if let Some(cell) = cells[..end - dots].last_mut().filter(|cell| cell.symbol().width() > 1) {
        cell.set_symbol(" ");
    }
    for cell in &mut cells[end - dots..end] {
        cell.set_symbol(".");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::draw::text_of;
    use crate::tui::glyphs::Glyphs;
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::{Position, Rect};

    fn ascii(text: &str, cursor: Option<u16>) -> (String, Option<u16>) {
        let columns = u16::try_from(crate::view::text::width(text)).unwrap_or(u16::MAX);
        let mut buf = Buffer::empty(Rect::new(0, 0, columns, 1));
        buf.set_string(0, 0, text, Style::new());
        let cursor = Glyphs::Ascii.translate(cursor.map(|x| Position::new(x, 0)), &mut buf);
        let text = buf.content.iter().map(Cell::symbol).collect::<String>();
        assert_eq!(text.len(), usize::from(columns), "as wide as before: {text:?}");
        (text, cursor.map(|at| at.x))
    }

    #[test]
    fn what_grows_takes_its_room_from_the_gaps() {
        for (text, expected) in [
            // the gap after it, so that the next column stays where it is
            ("│  é            value  ~│", "|  \\u{e9}       value  ~|"),
            // a wide character
            ("│ 日          {1}│", "| \\u{65e5}    {1}|"),
            // several gaps
            ("│a…    b    c│", "|a...  b    c|"),
            // what was cut is cut a little earlier
            ("│enabl… release│", "|ena... release|"),
            ("│asks f…  R │", "|asks...  R |"),
            ("│a  f…  R   │", "|a  f...  R |"),
            ("│… 98 unchanged    │", "|... 98 unchanged  |"),
            ("│é    b    c │", "|\\u{e9}  b  c|"),
            ("│é  b  c│", "|\\u{e...|"),
            // no gap after it: the one before, but not the indentation
            ("│a       bé│", "|a  b\\u{e9}|"),
            ("│       bé│", "|      ...|"),
            // what stands behind a long word stays
            ("│key naïve ï ï ï  ~│", "|key na\\u{ef}...  ~|"),
            // border lines are gaps too
            ("┌─ é → b ────────────┐", "+- \\u{e9} -> b ------+"),
            // no room at all
            ("│éé│", "|..|"),
            ("│aéb│", "|...|"),
            ("é", "."),
            // data is never eaten but for gaps
            ("│a  é  b│", "|a  \\...|"),
        ] {
            assert_eq!(ascii(text, None).0, expected, "{text}");
        }
    }

    #[test]
    fn the_text_cursor_stays_with_its_letter() {
        for (text, at, expected) in [("│ éa    │", 3, 8), ("│ éa        │", 3, 8), ("│ab │", 2, 2), ("│é│", 1, 1)]
        {
            assert_eq!(
                ascii(text, Some(at)).1,
                Some(expected.min(u16::try_from(text.chars().count()).unwrap_or(0) - 2)),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_row_becomes_ascii_of_the_same_width(text in "[a-z │─…→é日🦀●]{0,60}") {
            let (shown, _) = ascii(&text, None);
            prop_assert!(shown.is_ascii());
            let borders = |text: &str, border: char| {
                let columns = text.char_indices().filter(|(_, letter)| *letter == border);
                columns.map(|(at, _)| crate::view::text::width(&text[..at])).collect::<Vec<_>>()
            };
            let before = borders(&text, '│');
            prop_assert!(before.iter().all(|column| shown.as_bytes()[*column] == b'|'), "{} {}", text, shown);
        }

        #[test]
        fn the_sets_never_change_the_number_of_columns(text in "[a-z │─…→é日●]{1,60}") {
            let columns = u16::try_from(crate::view::text::width(&text)).unwrap_or(1).max(1);
            for glyphs in [Glyphs::Braille, Glyphs::Narrow] {
                let mut buf = Buffer::empty(Rect::new(0, 0, columns, 1));
                buf.set_string(0, 0, &text, Style::new());
                glyphs.translate(None, &mut buf);
                prop_assert!(crate::view::text::width(text_of(&buf).trim_end()) <= usize::from(columns));
            }
        }
    }
}
