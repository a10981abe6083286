//! Letters whose width terminals dispute: flags, skin tones, what else is made of several characters that take columns.
//!
//! A terminal may draw such a letter as its parts, in other cells than those that the frame has for it. Cells of a frame are
//! written where they changed, and what overwrites the first cell of a letter is taken to clear all of it; so the cells that
//! parts may stand in are written again whatever the last frame had there.

use crate::view::text::width;
use ratatui::buffer::{Buffer, CellDiffOption};
use unicode_width::UnicodeWidthChar;

/// The cells that parts of such letters may stand in, of the last frame.
#[derive(Debug, Default)]
pub struct DisputedCells(Vec<usize>);

impl DisputedCells {
    /// Has these cells written with a frame, those of the last frame and its own ones.
    pub fn mark(&mut self, buf: &mut Buffer) {
        let here = cells(buf);
        for at in self.0.iter().chain(&here) {
            if let Some(cell) = buf.content.get_mut(*at) {
                cell.diff_option = CellDiffOption::AlwaysUpdate;
            }
        }
        self.0 = here;
    }
}

/// The cells behind the first one of each such letter, as far as a row goes.
fn cells(buf: &Buffer) -> Vec<usize> {
    let columns = usize::from(buf.area.width).max(1);
    let parts = buf.content.iter().enumerate().filter_map(|(at, cell)| Some((at, parts(cell.symbol())?)));
    parts.flat_map(|(at, parts)| at + 1..(at + parts).min((at / columns + 1) * columns)).collect()
}

/// Columns of the parts of a letter, where a terminal may draw them one by one.
fn parts(symbol: &str) -> Option<usize> {
    if symbol.is_ascii() {
        return None;
    }
    let columns = |char: char| if is_regional(char) { 2 } else { char.width().unwrap_or(0) };
    let wide = symbol.chars().filter(|char| columns(*char) > 0).count();
    let all: usize = symbol.chars().map(columns).sum();
    (wide > 1 || all != width(symbol)).then_some(all.max(width(symbol)))
}

/// The letters that make flags: of one column, or of two.
fn is_regional(char: char) -> bool {
    ('\u{1f1e6}'..='\u{1f1ff}').contains(&char)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    const AREA: Rect = Rect { x: 0, y: 0, width: 16, height: 2 };

    /// How a terminal draws a letter of several characters.
    #[derive(Debug, Clone, Copy)]
    enum Draws {
        /// As one, in the columns that the frame has for it.
        Letter,
        /// Character after character.
        Parts,
        /// The same, those of flags two columns wide.
        WideParts,
    }

    /// What a terminal shows: what stands in each cell; nothing in the second half of a wide one.
    fn write(draws: Draws, screen: &mut [String], before: &Buffer, after: &Buffer) {
        for (x, y, cell) in before.diff_iter(after) {
            let pieces: Vec<String> = match draws {
                Draws::Letter => vec![cell.symbol().to_owned()],
                Draws::Parts | Draws::WideParts => cell.symbol().chars().map(String::from).collect(),
            };
            let end = usize::from((y + 1) * AREA.width);
            let mut at = usize::from(y * AREA.width + x);
            for piece in pieces {
                let is_wide = matches!(draws, Draws::WideParts) && piece.chars().all(is_regional);
                let columns = if is_wide { 2 } else { width(&piece) };
                // Half of a wide letter is none.
                let mut first = at;
                while first > 0 && screen[first].is_empty() {
                    first -= 1;
                }
                if first < at {
                    screen[first..at].fill(" ".into());
                }
                let mut last = (at + columns).min(end);
                screen[at..last].fill(String::new());
                while last < end && screen[last].is_empty() {
                    screen[last] = " ".into();
                    last += 1;
                }
                if columns > 0 && at < end {
                    screen[at] = piece;
                }
                at = (at + columns).min(end - 1);
            }
        }
    }

    fn frame(rows: &[&str], disputed: &mut DisputedCells) -> Buffer {
        let mut buf = Buffer::empty(AREA);
        for (y, row) in (0..).zip(rows) {
            buf.set_string(0, y, row, Style::new());
        }
        disputed.mark(&mut buf);
        buf
    }

    fn blank() -> Vec<String> {
        vec![" ".to_owned(); usize::from(AREA.width * AREA.height)]
    }

    /// After all frames the screen is what the last one alone would be.
    #[track_caller]
    fn check(frames: &[[&str; 2]]) {
        for draws in [Draws::Letter, Draws::Parts, Draws::WideParts] {
            let (mut screen, mut disputed, mut shown) = (blank(), DisputedCells::default(), Buffer::empty(AREA));
            for rows in frames {
                let next = frame(rows, &mut disputed);
                write(draws, &mut screen, &shown, &next);
                shown = next;
            }
            let mut fresh = blank();
            let last = frame(frames.last().unwrap(), &mut DisputedCells::default());
            write(draws, &mut fresh, &Buffer::empty(AREA), &last);
            assert_eq!(screen, fresh, "{draws:?} {frames:?}");
        }
    }

    #[test]
    fn nothing_is_left_of_a_flag_under_a_box() {
        check(&[["flag 🇩🇪 x", "a 👩🏽 b"], ["│    │      │", "└─────"], ["flag 🇩🇪 x", "a 👩🏽 b"]]);
        check(&[["🇩🇪", "👩🏽"], ["", ""]]);
        check(&[["🇩🇪 🇫🇷", "क्ष"], ["x 🇫🇷", "y"], ["🇩🇪 y", "z"]]);
    }

    #[test]
    fn only_letters_of_several_parts_are_disputed() {
        for (symbol, expected) in [
            ("a", None),
            ("日", None),
            ("🦀", None),
            ("e\u{301}", None),
            ("→", None),
            ("🇩🇪", Some(4)),
            ("🇩", Some(2)),
            ("👩🏽", Some(4)),
        ] {
            assert_eq!(parts(symbol), expected, "{symbol}");
        }
    }

    proptest! {
        #[test]
        fn frames_leave_no_rests(
            frames in prop::collection::vec(prop::collection::vec(prop::sample::select(vec![
                "a", " ", " ", "│", "日", "🇩🇪", "🇫🇷", "👩🏽", "e\u{301}", "🦀", "क्ष",
            ]), 0..14), 1..5),
        ) {
            let rows: Vec<String> = frames.iter().map(|row| row.concat()).collect();
            let rows: Vec<[&str; 2]> = rows.iter().map(|row| [row.as_str(), ""]).collect();
            check(&rows);
        }
    }
}
