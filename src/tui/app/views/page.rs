//! What a list shows, as data: panels that one painter paints wherever they stand.
//!
//! Must not name: `draw`, `pane`.

use crate::history::Comparison;
use crate::tui::dialog::line::EditLine;
use crate::view::Ends;
use crate::view::find::{Cause, LineNote};
use crate::view::needle::Needle;
use crate::view::path_history::PathHistory;
use crate::view::table::{RowTone, Table};
use crate::view::text::SafeText;

/// What a list shows.
#[derive(Default)]
pub struct Page<'a> {
    /// Its panels, in the order they are painted: the last one that has the keys has the cursor.
    pub panels: Vec<(PagePlace, Panel<'a>)>,
    /// What the message line says; where that is nothing, what the signs of what was found mean.
    pub about: SafeText,
}

/// How a view shares out the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageLayout {
    /// A list of so many rows over what is known of the selected one.
    List(usize),
    /// So many lines that tell how to get rows, over the transitions.
    Told(usize),
    /// A list of what was found over time, below a strip that marks it.
    Found,
    /// The same below a line to type; so many rows, where all are known.
    Find(Option<usize>),
    /// A list beside what one of it consists of, over so many lines at least.
    Parts(usize),
    /// Strips of so many variants over their table.
    Variants(usize),
    /// One panel.
    Boxes,
}

/// A part of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PagePlace {
    Input,
    List,
    /// Beside or below the list.
    Detail,
    /// What changed.
    Changes,
    /// List, detail and changes.
    Whole,
}

/// What there is room for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PageRoom {
    pub list: Size,
    pub detail: Size,
    pub changes: Size,
}

/// Room for a panel; nothing of one that is not shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Columns with the border.
    pub columns: u16,
    /// Rows of a table, beside its border and heading.
    pub rows: usize,
}

impl Size {
    /// Room in which nothing is cut.
    pub const ENDLESS: Self = Self { columns: u16::MAX, rows: 400 };

    /// Whether there is none.
    pub fn is_none(self) -> bool {
        self.columns == 0
    }

    /// Columns for text between the borders and a blank at each.
    pub fn inside(self) -> usize {
        usize::from(self.columns).saturating_sub(4)
    }

    /// Rows of a table above so many lines, which give way where little of it would be left.
    pub fn rows_above(self, lines: usize) -> usize {
        self.rows.saturating_sub(if lines == 0 { 0 } else { lines + 1 }).max(self.rows.min(3))
    }
}

/// A part of what a list shows.
pub enum Panel<'a> {
    /// Rows in columns.
    Rows(TableRows),
    /// Lines, and what is below them.
    Facts(FactLines<'a>),
    /// What would fill the view, and how.
    Empty(SafeText, Vec<SafeText>),
    /// A line to type.
    Input(InputLine<'a>),
    /// Strips of variants, and the table of their metrics.
    Variants(Box<Comparison>),
    /// The tenants side by side.
    Tenants,
    /// The transitions, in room that the view has no use for.
    Transitions,
}

/// Rows in columns.
pub struct TableRows {
    pub title: SafeText,
    pub table: Table,
    /// What is marked in its words.
    pub needles: Vec<Needle>,
    /// Whether the keys of the view move in it.
    pub has_keys: bool,
    /// Whether something else has the keys for now.
    pub is_left: bool,
    /// Below the rows.
    pub below: Vec<(RowTone, SafeText)>,
}

/// Lines, and what is below them.
#[derive(Default)]
pub struct FactLines<'a> {
    pub title: SafeText,
    /// On the lower edge.
    pub caption: SafeText,
    pub lines: Vec<(RowTone, SafeText)>,
    /// In what is left of the room.
    pub below: BelowLines<'a>,
}

/// What is below lines.
#[derive(Default)]
pub enum BelowLines<'a> {
    #[default]
    Nothing,
    /// What changed between two versions; the word stands behind each change.
    Changes(Ends, &'static str),
    /// The same, where one of them is why the version was found: it stands out, or above them where they do not show it.
    Found(Ends, Option<&'a Cause>),
    /// The same after an empty row, where there is room for some.
    SomeChanges(Ends),
    /// The transitions, in a box of their own where there is room for one.
    Transitions,
    /// The curve of a path's numbers, in the columns of the timeline.
    Curve(&'a PathHistory),
}

/// A line to type.
pub struct InputLine<'a> {
    pub title: &'static str,
    /// What the line is: `where`.
    pub word: &'static str,
    pub line: &'a EditLine,
    /// Whether keys go into it.
    pub is_open: bool,
    /// What is said under it.
    pub note: LineNote,
    /// On the lower edge.
    pub caption: SafeText,
}

impl Panel<'_> {
    /// Rows that the keys move in.
    pub fn rows(title: impl Into<SafeText>, table: Table) -> Self {
        Self::Rows(TableRows::new(title, table))
    }
}

impl TableRows {
    /// Rows that the keys move in.
    pub fn new(title: impl Into<SafeText>, table: Table) -> Self {
        let title = title.into();
        Self { title, table, needles: Vec::new(), has_keys: true, is_left: false, below: Vec::new() }
    }
}
