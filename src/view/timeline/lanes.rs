//! Lanes pinned below the timeline, as they are drawn: a name, what it is at the cursor, and a cell a column.

use crate::view::text::SafeText;

/// One column of a lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LaneCell {
    /// No version that it knows, or nothing there.
    Blank,
    /// A bar of 1 to 8.
    Bar(u8),
    /// True in all of its versions.
    True,
    /// True in some of them.
    Partly,
    /// True in none.
    False,
    /// The first column of a value that stays.
    Begins(SafeText),
    /// It goes on.
    Goes,
    /// It changes several times in the column.
    Several,
    /// An error in all of its versions.
    Error,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneRow {
    /// The expression or path.
    pub name: SafeText,
    /// What it is at the cursor; empty while that is not known.
    pub value: SafeText,
    /// `1 to 128`; empty for what is no number.
    pub range: SafeText,
    /// Why nothing is drawn yet; empty where there is something.
    pub note: SafeText,
    /// One a column.
    pub cells: Vec<LaneCell>,
}
