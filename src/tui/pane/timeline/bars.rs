//! Bars: one block a cell, two columns of braille dots, or dots that say that rollbacks left it behind.

use crate::tui::glyphs::{BARS, DOTTED, Glyphs};
use crate::view::timeline::Column;
use std::borrow::Cow;

/// A bar, as far as it stands above `below`; dotted where rollbacks left it behind.
pub fn bar(column: Column, below: u8, glyphs: Glyphs) -> Cow<'static, str> {
    let [left, right] = column.levels.map(|level| level.saturating_sub(below).min(8));
    let highest = usize::from(left.max(right));
    match glyphs {
        _ if column.left_behind => DOTTED[highest.div_ceil(2)].into(),
        Glyphs::Braille | Glyphs::Narrow => dots(left, right).into(),
        Glyphs::Blocks | Glyphs::Ascii => BARS[highest].into(),
    }
}

/// Two bars side by side in one cell of braille, each up to four dots high for levels up to 8.
fn dots(left: u8, right: u8) -> String {
    const COLUMNS: [[u32; 4]; 2] = [[0x40, 0x04, 0x02, 0x01], [0x80, 0x20, 0x10, 0x08]];
    let column = |level: u8, dots: &[u32; 4]| dots.iter().take(usize::from(level.div_ceil(2))).sum::<u32>();
    let pattern = column(left, &COLUMNS[0]) + column(right, &COLUMNS[1]);
    if pattern == 0 { " ".to_owned() } else { char::from_u32(0x2800 + pattern).unwrap_or(' ').to_string() }
}

#[cfg(test)]
mod tests {
    use super::dots;

    #[test]
    fn two_samples_share_a_cell_of_braille() {
        for (left, right, expected) in
            [(0, 0, " "), (1, 0, "⡀"), (0, 2, "⢀"), (1, 1, "⣀"), (4, 4, "⣤"), (6, 6, "⣶"), (8, 8, "⣿"), (8, 3, "⣧")]
        {
            assert_eq!(dots(left, right), expected, "{left} {right}");
        }
    }
}
