//! Rows of text in columns: what every view that is a list hands to its painter.

use super::text::SafeText;

/// Which way the texts of a column lean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lean {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// What the texts of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnContent {
    /// Words, or numbers of the program.
    Plain,
    /// Values of the data.
    Values,
    /// What came, changed and went: `+1 ~2`.
    Signs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableColumn {
    /// Its heading.
    pub title: &'static str,
    /// Which way its texts lean.
    pub lean: Lean,
    /// Where there is too little room the column with the highest rank goes first; 0 stays. What is above 3 tells what others
    /// tell too, and goes before a text is cut.
    pub rank: u8,
    /// Its texts are cut to so many columns before another column goes; 0 where they are not.
    pub least: usize,
    /// What its texts are.
    pub content: ColumnContent,
}

/// How a row, or its sign, is meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RowTone {
    /// As it is.
    #[default]
    Plain,
    /// Important: the version being looked at, a winner.
    Strong,
    /// Less important: what did not happen.
    Dim,
    /// Failed.
    Bad,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableRow {
    /// The sign in its first column.
    pub sign: &'static str,
    /// How it is meant.
    pub tone: RowTone,
    /// One text for each column.
    pub cells: Vec<SafeText>,
    /// Whether the list's cursor is on it.
    pub selected: bool,
}

/// The rows on the screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    pub columns: &'static [TableColumn],
    pub rows: Vec<TableRow>,
    /// `4 of 214`.
    pub position: SafeText,
    /// What would fill it, and how, where there are no rows.
    pub empty: Vec<SafeText>,
}

/// A column of words.
pub const fn words(title: &'static str, rank: u8) -> TableColumn {
    TableColumn { title, lean: Lean::Left, rank, least: 0, content: ColumnContent::Plain }
}

/// A column of words that tell something when they are cut, too.
pub(super) const fn prose(title: &'static str, rank: u8, least: usize) -> TableColumn {
    TableColumn { title, lean: Lean::Left, rank, least, content: ColumnContent::Plain }
}

/// A column of numbers.
pub const fn numbers(title: &'static str, rank: u8) -> TableColumn {
    TableColumn { title, lean: Lean::Right, rank, least: 0, content: ColumnContent::Plain }
}

impl TableColumn {
    /// With texts that are values of the data.
    pub(super) const fn of_values(self) -> Self {
        Self { content: ColumnContent::Values, ..self }
    }

    /// With texts that say what came, changed and went.
    pub(super) const fn of_signs(self) -> Self {
        Self { content: ColumnContent::Signs, ..self }
    }
}
