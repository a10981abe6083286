//! The glyph sets: what each sign looks like in blocks and in ASCII.
//!
//! Everything is painted with block glyphs; for a terminal that has none, the finished frame is translated, cell by
//! cell, by one table. So no painter, and no text of `view`, has to know which set is in use.

use ratatui::buffer::Buffer;

/// The signs of the screen. Every one is one cell wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyphs {
    /// Block elements, box lines, arrows.
    Blocks,
    /// Nothing above byte 127.
    Ascii,
}

/// Bars of the density lane by level, 0 to 8.
pub const BARS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// What has not been read yet.
pub const AHEAD: &str = "·";
/// The cursor's column.
pub const CURSOR: &str = "┃";
/// Between the ends of the diff.
pub const RANGE: &str = "░";
/// The row the cursor is on.
pub const POINTER: &str = "▶";
/// What comes after the cursor.
pub const FUTURE: &str = "┊";
/// An open container.
pub const OPEN: &str = "▾";
/// A closed container.
pub const CLOSED: &str = "▸";
/// Under the cursor, on the axis.
pub const UNDER: &str = "▲";

/// Signs and what stands for them in ASCII.
const ASCII: [(&str, &str); 45] = [
    ("▁", "."),
    ("▂", ":"),
    ("▃", "-"),
    ("▄", "="),
    ("▅", "+"),
    ("▆", "*"),
    ("▇", "#"),
    ("█", "@"),
    ("◆", "N"),
    ("◇", "o"),
    ("■", "C"),
    ("⟲", "u"),
    ("✗", "x"),
    ("┃", "|"),
    ("░", "~"),
    ("┊", ":"),
    ("◂", "<"),
    ("─", "-"),
    ("╯", "'"),
    ("╰", "`"),
    ("╭", ","),
    ("╮", "."),
    ("▸", ">"),
    ("▾", "v"),
    ("▶", ">"),
    ("▲", "^"),
    ("▏", "|"),
    ("…", "."),
    ("→", ">"),
    ("←", "<"),
    ("↑", "^"),
    ("↓", "v"),
    ("│", "|"),
    ("┌", "+"),
    ("┐", "+"),
    ("└", "+"),
    ("┘", "+"),
    ("├", "+"),
    ("┤", "+"),
    ("·", "-"),
    ("›", ">"),
    ("—", "-"),
    ("‖", "="),
    ("●", "*"),
    ("★", "*"),
];

impl Glyphs {
    /// The default set.
    pub const BLOCKS: Self = Self::Blocks;
    /// Nothing above byte 127.
    pub const ASCII: Self = Self::Ascii;

    /// Puts the frame into this set. What ASCII has no sign for, text of the data among it, becomes `?`.
    pub fn translate(self, buf: &mut Buffer) {
        if self == Self::Blocks {
            return;
        }
        for cell in buf.content.iter_mut().filter(|cell| !cell.symbol().is_ascii()) {
            let sign = ASCII.iter().find(|(block, _)| *block == cell.symbol()).map_or("?", |(_, ascii)| ascii);
            cell.set_symbol(sign);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::text::width;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn every_sign_is_one_cell_and_has_its_ascii() {
        for (block, ascii) in ASCII {
            assert_eq!((width(block), width(ascii)), (1, 1), "{block}");
            assert!(ascii.is_ascii(), "{ascii}");
        }
        for sign in BARS.iter().skip(1).chain(&[CURSOR, RANGE, POINTER, FUTURE, OPEN, CLOSED, UNDER]) {
            assert!(ASCII.iter().any(|(block, _)| block == sign), "{sign}");
        }
    }

    #[test]
    fn a_translated_frame_is_ascii() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 12, 1));
        buf.set_string(0, 0, "┌─ ◆é日▇→", Style::new());
        Glyphs::Blocks.translate(&mut buf);
        assert_eq!(buf[(0, 0)].symbol(), "┌");
        Glyphs::Ascii.translate(&mut buf);
        assert!(buf.content.iter().all(|cell| cell.symbol().is_ascii()));
        assert_eq!((buf[(0, 0)].symbol(), buf[(3, 0)].symbol(), buf[(4, 0)].symbol()), ("+", "N", "?"));
    }
}
