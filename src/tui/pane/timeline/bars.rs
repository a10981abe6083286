//! Bars: one block a cell, two columns of braille dots, or dots that say that rollbacks left it behind.

use crate::tui::glyphs::{BARS, DOTTED, Glyphs, HIGHER};
use crate::view::timeline::TimelineColumn;

/// A bar, as far as it stands above `below`; dotted where rollbacks left it behind, with an arrow at its top where it is cut.
pub fn bar(column: TimelineColumn, below: u8, glyphs: Glyphs) -> &'static str {
    let [left, right] = column.levels.map(|level| level.saturating_sub(below).min(8));
    let highest = usize::from(left.max(right));
    match glyphs {
        _ if column.is_cut && column.levels.iter().max().is_some_and(|level| level.saturating_sub(below) == 8) => {
            HIGHER
        }
        _ if column.left_behind => DOTTED[highest.div_ceil(2)],
        Glyphs::Braille | Glyphs::Narrow => dots(left, right),
        Glyphs::Blocks | Glyphs::Ascii => BARS[highest],
    }
}

/// Two bars side by side in one cell of braille, each up to four dots high for levels up to 8.
fn dots(left: u8, right: u8) -> &'static str {
    const CELLS: [[&str; 5]; 5] = [
        [" ", "⢀", "⢠", "⢰", "⢸"],
        ["⡀", "⣀", "⣠", "⣰", "⣸"],
        ["⡄", "⣄", "⣤", "⣴", "⣼"],
        ["⡆", "⣆", "⣦", "⣶", "⣾"],
        ["⡇", "⣇", "⣧", "⣷", "⣿"],
    ];
    let height = |level: u8| usize::from(level.div_ceil(2).min(4));
    CELLS[height(left)][height(right)]
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
