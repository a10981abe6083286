//! Where on the screen a key holds.
//!
//! Must not name: `key`, `table`.

/// Where a binding holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// Even while a dialog is open.
    Always,
    /// In every pane, when no dialog is open.
    Anywhere,
    /// In every pane that is a list of rows.
    Rows,
    Timeline,
    /// The list of transitions.
    Transitions,
    /// The list of snapshots.
    Snapshots,
    /// The state tree.
    State,
    /// The list of changes.
    Changes,
    /// The side-by-side diff.
    Diff,
    /// The Snapshots view.
    SnapshotsView,
    /// The Transactions view.
    Transaction,
    /// The Variants view.
    Variants,
    /// The Branches view.
    Branches,
    /// The Tenants view.
    Tenants,
    /// The history of a path.
    PathHistory,
    /// What was found in time.
    Find,
    /// The line that says what to find.
    FindLine,
    /// The rollback dialog.
    Rollback,
    /// The question whether a variant becomes permanent.
    Promote,
    /// Any other question.
    Question,
    /// The screen when nothing is open.
    Start,
    /// The screen that shows how far the reading is.
    Opening,
    /// A line being typed.
    Prompt,
    /// A list being narrowed by typing.
    Chooser,
    /// A box that only says something.
    Notice,
    /// Any box that is read from top to bottom: all but lists to choose from.
    Box,
    /// The question what should become of running tasks before the program ends.
    Leaving,
    /// The question what should become of what a stream has brought before the program ends.
    Unsaved,
}

impl Context {
    /// Whether keys of this place come before those of another one that holds at the same time.
    pub fn hides(self, other: Self) -> bool {
        let breadth = |context| match context {
            Self::Always => 3,
            Self::Anywhere => 2,
            Self::Rows | Self::Box => 1,
            _ => 0,
        };
        breadth(self) < breadth(other)
    }
}
