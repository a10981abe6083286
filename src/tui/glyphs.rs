//! The glyph sets: what each sign looks like in blocks, braille and ASCII, and which set suits a terminal.
//!
//! Decoration is painted with block glyphs; for another set the finished frame is rewritten, row by row, by one table.
//! So no painter, and no text of `view`, has to know which set is in use. Text of the data is marked when it is painted
//! ([`mark`]): the table never applies to it, it is escaped where the terminal cannot show it.

mod mark;
mod row;

use crate::tui::theme::color::{ColorChoice, Variables};
use crate::view::text::width;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use std::borrow::Cow;
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// A set of signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyphs {
    /// Block elements, box lines, arrows.
    Blocks,
    /// As blocks, but bars of braille dots: for fonts without block elements.
    Braille,
    /// Braille bars, and ASCII for every sign that this terminal draws two columns wide.
    Narrow,
    /// Nothing above byte 127; text of the data as `\u{e9}`.
    Ascii,
}

/// Bars of the density lane by level, 0 to 8.
pub const BARS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// Bars of what rollbacks left behind, by half levels.
pub const DOTTED: [&str; 5] = [" ", "⡀", "⡠", "⡢", "⡪"];
/// At the top of a bar that is cut.
pub const HIGHER: &str = "↑";
/// An idle time that takes one column.
pub const GAP: &str = "┊";
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
/// A row that both sides of the diff hold in one place, over the borders between them.
pub const SHARED: [&str; 4] = ["◂", "├", "┤", "▸"];
/// Under the cursor, on the axis.
pub const UNDER: &str = "▲";

/// A sign, what stands for it in braille (empty: itself) and in ASCII.
struct GlyphSign(&'static str, &'static str, &'static str);

const SIGNS: &[GlyphSign] = &[
    GlyphSign("▁", "⡀", "."),
    GlyphSign("▂", "⣀", ":"),
    GlyphSign("▃", "⣄", "-"),
    GlyphSign("▄", "⣤", "="),
    GlyphSign("▅", "⣦", "+"),
    GlyphSign("▆", "⣶", "*"),
    GlyphSign("▇", "⣷", "#"),
    GlyphSign("█", "⣿", "@"),
    GlyphSign("⡀", "", ","),
    GlyphSign("⡠", "", ";"),
    GlyphSign("⡢", "", "i"),
    GlyphSign("⡪", "", "l"),
    GlyphSign("◆", "", "N"),
    GlyphSign("◇", "", "o"),
    GlyphSign("■", "", "C"),
    GlyphSign("⟲", "", "u"),
    GlyphSign("✗", "", "x"),
    GlyphSign("✓", "", "v"),
    GlyphSign("┃", "", "|"),
    GlyphSign("░", "", "~"),
    GlyphSign("┊", "", ":"),
    GlyphSign("◂", "", "<"),
    GlyphSign("─", "", "-"),
    GlyphSign("╯", "", "'"),
    GlyphSign("╰", "", "`"),
    GlyphSign("╭", "", ","),
    GlyphSign("╮", "", "."),
    GlyphSign("▸", "", ">"),
    GlyphSign("▾", "", "v"),
    GlyphSign("▶", "", "*"),
    GlyphSign("▲", "", "^"),
    GlyphSign("▏", "", "|"),
    GlyphSign("…", "", "..."),
    GlyphSign("→", "", "->"),
    GlyphSign("←", "", "<-"),
    GlyphSign("↑", "", "^"),
    GlyphSign("↓", "", "v"),
    GlyphSign("│", "", "|"),
    GlyphSign("┌", "", "+"),
    GlyphSign("┐", "", "+"),
    GlyphSign("└", "", "+"),
    GlyphSign("┘", "", "+"),
    GlyphSign("├", "", "+"),
    GlyphSign("┤", "", "+"),
    GlyphSign("·", "", "-"),
    GlyphSign("›", "", ">"),
    GlyphSign("—", "", "-"),
    GlyphSign("–", "", "-"),
    GlyphSign("±", "", "+-"),
    GlyphSign("×", "", "x"),
    GlyphSign("Δ", "", "d"),
    GlyphSign("‖", "", "="),
    GlyphSign("●", "", "*"),
    GlyphSign("★", "", "*"),
];

impl Glyphs {
    /// The set of a name, as the option `glyphs` has it; `None` for `auto`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "blocks" => Some(Self::Blocks),
            "braille" => Some(Self::Braille),
            "ascii" => Some(Self::Ascii),
            _ => None,
        }
    }

    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::Braille => "braille",
            Self::Narrow => "braille, and ASCII for signs that would be two columns wide",
            Self::Ascii => "ASCII",
        }
    }

    /// Puts the frame into this set; answers where the text cursor is then.
    pub fn translate(self, cursor: Option<Position>, buf: &mut Buffer) -> Option<Position> {
        let moved = if self == Self::Blocks { cursor } else { self.rewrite(cursor, buf) };
        buf.content.iter_mut().for_each(mark::remove);
        moved
    }

    /// Columns that a character takes in this set.
    pub fn columns(self, symbol: &str) -> usize {
        if self == Self::Blocks {
            return width(symbol);
        }
        self.sign(symbol).map_or_else(|| width(symbol), |sign| width(&sign))
    }

    fn rewrite(self, cursor: Option<Position>, buf: &mut Buffer) -> Option<Position> {
        let mut moved = cursor;
        let area = buf.area;
        let cells = buf.content.chunks_mut(usize::from(area.width).max(1));
        for (y, row) in (area.y..).zip(cells) {
            let here = cursor.filter(|at| at.y == y).map(|at| usize::from(at.x.saturating_sub(area.x)));
            let column = row::rewrite(row, here, |symbol| self.sign(symbol));
            moved = column.and_then(|x| u16::try_from(x).ok()).map(|x| Position::new(area.x + x, y)).or(moved);
        }
        moved
    }

    /// What stands for a cell's symbol in this set; `None` for itself. Under ASCII, text of the data is escaped, so that
    /// nothing of it is lost.
    fn sign(self, symbol: &str) -> Option<Cow<'static, str>> {
        if symbol.is_ascii() {
            return None;
        }
        if let Some(data) = mark::unmarked(symbol) {
            return self.data_sign(data);
        }
        let Some(GlyphSign(block, braille, ascii)) = SIGNS.iter().find(|GlyphSign(block, ..)| *block == symbol) else {
            return (self == Self::Ascii).then(|| escaped(symbol).into());
        };
        match self {
            Self::Braille | Self::Narrow if !braille.is_empty() => Some((*braille).into()),
            Self::Narrow if block.width_cjk() > 1 => Some((*ascii).into()),
            Self::Ascii => Some((*ascii).into()),
            Self::Blocks | Self::Braille | Self::Narrow => None,
        }
    }

    /// The escape of a marked sign of the data, where this set cannot show it in one column.
    fn data_sign(self, data: &str) -> Option<Cow<'static, str>> {
        let wide = self == Self::Narrow && data.width_cjk() > 1;
        (!data.is_ascii() && (wide || self == Self::Ascii)).then(|| escaped(data).into())
    }
}

/// Every character above 127 as `\u{e9}`, the spelling of `view::text`.
fn escaped(symbol: &str) -> String {
    let mut text = String::new();
    for letter in symbol.chars() {
        let _ =
            if letter.is_ascii() { write!(text, "{letter}") } else { write!(text, "\\u{{{:x}}}", u32::from(letter)) };
    }
    text
}

/// Columns that the terminal's cursor moved by when a block and an arrow were printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GlyphWidths {
    /// Of `█`.
    pub block: u16,
    /// Of `→`.
    pub arrow: u16,
}

/// Which set to use: the option `glyphs`, else what the terminal's cursor did, else what the locale says.
pub fn choose(option: &str, measured: Option<GlyphWidths>, variable: Variables<'_>) -> ColorChoice<Glyphs> {
    let wide = measured.is_some_and(|widths| widths.block == 2 || widths.arrow == 2);
    match (Glyphs::named(option), measured) {
        (Some(Glyphs::Braille), _) if wide => {
            ColorChoice::new(Glyphs::Narrow, "glyphs = braille, and signs are two columns wide")
        }
        (Some(glyphs), _) => ColorChoice::new(glyphs, format!("glyphs = {option}")),
        (None, Some(GlyphWidths { block: 1, arrow: 1 })) => {
            ColorChoice::new(Glyphs::Blocks, "signs are one column wide")
        }
        (None, Some(_)) if wide => ColorChoice::new(Glyphs::Narrow, "signs are two columns wide"),
        (None, Some(GlyphWidths { block, .. })) => ColorChoice::new(
            Glyphs::Ascii,
            format!("a block takes {block} columns: this terminal is not in UTF-8 mode"),
        ),
        (None, None) => by_locale(variable),
    }
}

fn by_locale(variable: Variables<'_>) -> ColorChoice<Glyphs> {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| variable(name).map(|value| (name, value)));
    match set {
        Some((name, value)) if !is_utf8(&value) => ColorChoice::new(Glyphs::Ascii, format!("{name} = {value}")),
        Some((name, value)) => {
            ColorChoice::new(Glyphs::Blocks, format!("no answer from the terminal; {name} = {value}"))
        }
        None => ColorChoice::new(Glyphs::Blocks, "no answer from the terminal, and no locale set"),
    }
}

fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn every_sign_is_one_cell_and_has_its_ascii() {
        for GlyphSign(block, braille, ascii) in SIGNS {
            assert_eq!(width(block), 1, "{block}");
            assert!(braille.is_empty() || (width(braille), braille.width_cjk()) == (1, 1), "{braille}");
            assert!(ascii.is_ascii() && !ascii.is_empty(), "{ascii}");
        }
        for sign in BARS.iter().skip(1).chain(&[CURSOR, RANGE, POINTER, FUTURE, OPEN, CLOSED, UNDER]) {
            assert!(SIGNS.iter().any(|GlyphSign(block, ..)| block == sign), "{sign}");
        }
    }

    #[test]
    fn bars_grow_in_every_set() {
        let dots = |braille: &str| braille.chars().next().map_or(0, |dots| (u32::from(dots) - 0x2800).count_ones());
        let grown: Vec<u32> = SIGNS[..8].iter().map(|GlyphSign(_, braille, _)| dots(braille)).collect();
        assert_eq!(grown, [1, 2, 3, 4, 5, 6, 7, 8]);
    }

    #[track_caller]
    fn check(glyphs: Glyphs, text: &str, expected: &str) {
        let columns = u16::try_from(width(text).max(width(expected))).unwrap_or(u16::MAX);
        let mut buf = Buffer::empty(Rect::new(0, 0, columns, 1));
        buf.set_string(0, 0, text, Style::new());
        glyphs.translate(None, &mut buf);
        assert_eq!(crate::tui::draw::text_of(&buf).trim_end(), expected, "{glyphs:?}");
    }

    #[test]
    fn sets_differ_as_the_design_says() {
        let text = "▁▂▃▄▅▆▇█ ◆◇■!⟲ ┃░┊";
        check(Glyphs::Blocks, text, text);
        check(Glyphs::Braille, text, "⡀⣀⣄⣤⣦⣶⣷⣿ ◆◇■!⟲ ┃░┊");
        check(Glyphs::Narrow, text, "⡀⣀⣄⣤⣦⣶⣷⣿ NoC!⟲ |░:");
        check(Glyphs::Ascii, text, ".:-=+*#@ NoC!u |~:");
        check(Glyphs::Ascii, "▾ ▸ ▶ … →     │", "v > * ... ->  |");
        check(Glyphs::Narrow, "日本 é ё", "日本 é ё");
    }

    #[test]
    fn the_set_is_chosen_by_what_the_terminal_did() {
        let variables = |text: &'static str| {
            move |name: &str| {
                let mut set = text.split(' ').filter_map(|word| word.split_once('='));
                set.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
            }
        };
        let widths = |block, arrow| Some(GlyphWidths { block, arrow });
        for (option, measured, environment, expected) in [
            ("auto", widths(1, 1), "LANG=C", Glyphs::Blocks),
            ("auto", widths(2, 2), "", Glyphs::Narrow),
            ("auto", widths(1, 2), "", Glyphs::Narrow),
            ("auto", widths(3, 3), "LANG=en_US.UTF-8", Glyphs::Ascii),
            ("auto", widths(0, 0), "", Glyphs::Ascii),
            ("auto", None, "", Glyphs::Blocks),
            ("auto", None, "LANG=C", Glyphs::Ascii),
            ("auto", None, "LANG=de_DE.utf8", Glyphs::Blocks),
            ("auto", None, "LC_ALL=POSIX LANG=de_DE.UTF-8", Glyphs::Ascii),
            ("auto", None, "LC_CTYPE=C.UTF-8 LANG=C", Glyphs::Blocks),
            ("blocks", widths(2, 2), "LANG=C", Glyphs::Blocks),
            ("braille", widths(1, 1), "", Glyphs::Braille),
            ("braille", widths(2, 2), "", Glyphs::Narrow),
            ("ascii", widths(1, 1), "", Glyphs::Ascii),
        ] {
            let choice = choose(option, measured, &variables(environment));
            assert_eq!(choice.is, expected, "{option} {measured:?} {environment}");
            assert!(!choice.why.is_empty());
        }
    }
}
