//! Rows of text in aligned columns. Every cell is made visible when it is built, so that colour is the only thing here
//! that a terminal acts on.

use crate::record::Time;
use crate::view::Sign;
use crate::view::clock::rfc_3339;
use crate::view::table::Lean;
use crate::view::text::{recorded, short_name, visible};
use std::fmt::Display;
use unicode_width::UnicodeWidthStr;

/// A colour, by meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// As it is.
    Plain,
    /// Added, current.
    Green,
    /// Removed, broken.
    Red,
    /// Changed.
    Yellow,
    /// Moved, rolled back.
    Cyan,
    /// Less important.
    Dim,
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Green => "\x1b[32m",
            Self::Red => "\x1b[31m",
            Self::Yellow => "\x1b[33m",
            Self::Cyan => "\x1b[36m",
            Self::Dim => "\x1b[2m",
        }
    }
}

/// One piece of a row.
#[derive(Debug, Clone)]
pub struct RowCell {
    text: String,
    ink: Ink,
    lean: Lean,
}

impl RowCell {
    /// Written text, leaning left.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self { text: visible(text.as_ref()).into(), ink: Ink::Plain, lean: Lean::Left }
    }

    /// Recorded text: a label, a description.
    pub fn recorded(text: &str) -> Self {
        Self::new(recorded(text))
    }

    /// The name of a snapshot, branch, transaction or tenant: cut in its middle where it is long.
    pub fn name(name: &str) -> Self {
        Self::new(short_name(&recorded(name)))
    }

    /// A number or version, leaning right.
    pub fn number(number: impl Display) -> Self {
        Self { lean: Lean::Right, ..Self::new(format!("{number}")) }
    }

    /// A moment, to the millisecond at most, in the zone of the process; `--json` has all its digits, in UTC.
    pub fn moment(at: Option<Time>) -> Self {
        Self::new(at.map(rfc_3339).unwrap_or_default()).ink(Ink::Dim)
    }

    /// What a change did.
    pub fn sign(sign: Sign) -> Self {
        let ink = match sign {
            Sign::Added => Ink::Green,
            Sign::Removed => Ink::Red,
            Sign::Changed => Ink::Yellow,
            Sign::Moved => Ink::Cyan,
        };
        Self::new(sign.word()).ink(ink)
    }

    /// In a colour.
    #[must_use]
    pub fn ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    fn width(&self) -> usize {
        self.text.width()
    }

    fn push_to(&self, out: &mut String, pad: usize, colour: bool) {
        if self.lean == Lean::Right {
            out.extend(std::iter::repeat_n(' ', pad));
        }
        match self.ink {
            Ink::Plain => out.push_str(&self.text),
            _ if !colour || self.text.is_empty() => out.push_str(&self.text),
            ink => out.extend([ink.code(), &self.text, "\x1b[0m"]),
        }
        if self.lean == Lean::Left {
            out.extend(std::iter::repeat_n(' ', pad));
        }
    }
}

/// How wide each column is.
#[derive(Debug, Clone, Default)]
pub struct CellWidths(pub Vec<usize>);

/// No column is padded wider than this for the sake of one long cell.
const WIDEST: usize = 48;

impl CellWidths {
    /// Wide enough for all of these rows.
    pub fn of(rows: &[Vec<RowCell>]) -> Self {
        let count = rows.iter().map(Vec::len).max().unwrap_or(0);
        let widest = |i| rows.iter().filter_map(|row: &Vec<RowCell>| row.get(i)).map(RowCell::width).max().unwrap_or(0);
        Self((0..count).map(|i| widest(i).min(WIDEST)).collect())
    }

    /// Wide enough for these rows too.
    pub fn widen(&mut self, rows: &[Vec<RowCell>]) {
        let Self(new) = Self::of(rows);
        self.0.resize(self.0.len().max(new.len()), 0);
        self.0.iter_mut().zip(new).for_each(|(width, new)| *width = new.max(*width));
    }

    /// A line of cells two spaces apart, without trailing spaces. Columns that are empty in every row take no room.
    pub fn line(&self, cells: &[RowCell], colour: bool) -> String {
        let mut out = String::new();
        for (i, cell) in cells.iter().enumerate() {
            let width = self.0.get(i).copied().unwrap_or(0);
            if width == 0 && cell.text.is_empty() {
                continue;
            }
            if !out.is_empty() {
                out.push_str("  ");
            }
            cell.push_to(&mut out, width.saturating_sub(cell.width()), colour);
        }
        out.truncate(out.trim_end_matches(' ').len());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[&[&str]], lines: &[&str]) {
        let cells: Vec<Vec<RowCell>> = rows.iter().map(|row| row.iter().map(RowCell::new).collect()).collect();
        let columns = CellWidths::of(&cells);
        let got: Vec<String> = cells.iter().map(|row| columns.line(row, false)).collect();
        assert_eq!(got, lines, "{rows:?}");
    }

    #[test]
    fn columns_line_up_by_what_is_seen() {
        check(&[], &[]);
        check(&[&["a", "b"], &["long", "c"]], &["a     b", "long  c"]);
        check(&[&["a", "", "x"], &["b", "", "y"]], &["a  x", "b  y"]);
        check(&[&["a", ""], &["b", "z"]], &["a", "b  z"]);
        check(&[&["日本", "x"], &["abcd", "y"]], &["日本  x", "abcd  y"]);
    }

    #[test]
    fn numbers_lean_right() {
        let rows =
            vec![vec![RowCell::number("#9"), RowCell::new("a")], vec![RowCell::number("#10"), RowCell::new("b")]];
        let columns = CellWidths::of(&rows);
        assert_eq!(columns.line(&rows[0], false), " #9  a");
    }

    #[test]
    fn colour_ends_where_its_cell_ends() {
        let row = vec![RowCell::new("+").ink(Ink::Green), RowCell::new("x")];
        assert_eq!(CellWidths::of(std::slice::from_ref(&row)).line(&row, true), "\u{1b}[32m+\u{1b}[0m  x");
    }

    #[test]
    fn data_never_reaches_a_terminal_as_it_is() {
        for hostile in ["\u{1b}[31m", "\u{7}", "\u{9b}m", "\u{202e}abc", "\u{200b}", "a\nb", "\u{feff}"] {
            let row = [RowCell::new(hostile)];
            let line = CellWidths::default().line(&row, true);
            assert!(!hostile.chars().any(|c| !c.is_ascii_graphic() && line.contains(c)), "{hostile:?} gave {line:?}");
        }
    }
}
