//! The views by their names.
//!
//! Must not name: `table`.

/// A view, by its name in titles and messages. What it is stands in a file of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct View(pub &'static str);

impl View {
    /// Timeline and panes.
    pub const DEBUG: Self = Self("Debug");
    /// A and B side by side.
    pub const DIFF: Self = Self("Diff");
    /// The list of snapshots.
    pub const SNAPSHOTS: Self = Self("Snapshots");
    /// When something held.
    pub const FIND: Self = Self("Find");
    /// Transactions and their steps.
    pub const TRANSACTIONS: Self = Self("Transactions");
    /// Variants of a baseline side by side.
    pub const VARIANTS: Self = Self("Variants");
    /// Every change of one part of the value.
    pub const HISTORY: Self = Self("History");
}
