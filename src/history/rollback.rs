//! Rolling back: strategies, and what a rollback would do.
use crate::record::{Time, Version};
use crate::value::Text;

/// How to choose the version to roll back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Strategy {
    /// The snapshot of this name (the newest, if there are several).
    Named(Text),
    /// The newest snapshot.
    Latest,
    /// The snapshot at this index, 0 = oldest.
    Index(usize),
    /// The closest snapshot at or before this time.
    Time(Time),
    /// Any version.
    Version(Version),
}

/// What a rollback would do, for dialogs and `--json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollbackPlan {
    /// The version it would equal.
    pub to: Version,
    /// The head now.
    pub head: Version,
    /// The version it would make.
    pub makes: Version,
    /// The name the line left behind would get, and its versions; `None` when nothing is left behind.
    pub kept: Option<(Text, u64)>,
}
