//! Named lines of versions.
use crate::record::Version;
use crate::value::Text;

/// A named line of versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// `main`, `main~1`, ...
    pub name: Text,
    /// Its newest version.
    pub head: Version,
    /// The version it forks from (`#0` for `main`).
    pub base: Version,
    /// Versions after `base` up to `head` on its line.
    pub versions: u64,
    /// Whether new transitions go here.
    pub current: bool,
    /// The rollback or undo that left it behind.
    pub kept_by: Option<Version>,
}
