//! What a change did, without its values.

use super::ChangeKind;

/// What a change did, as one sign: `+`, `-`, `~`, `>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sign {
    /// `+`
    Added,
    /// `-`
    Removed,
    /// `~`
    Changed,
    /// `>`
    Moved,
}

impl Sign {
    /// The character that stands for it everywhere.
    #[cfg(feature = "tui")]
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "+",
            Self::Removed => "-",
            Self::Changed => "~",
            Self::Moved => ">",
        }
    }

    /// All of them, in the order in which they are told.
    #[cfg(feature = "tui")]
    pub fn all() -> [Self; 4] {
        [Self::Added, Self::Changed, Self::Removed, Self::Moved]
    }

    /// Of a value before and after: an absent one is no `null`.
    #[cfg(feature = "tui")]
    pub fn between<T>(old: Option<&T>, new: Option<&T>) -> Self {
        match (old, new) {
            (None, _) => Self::Added,
            (_, None) => Self::Removed,
            _ => Self::Changed,
        }
    }

    /// `added`, `removed`, `changed` or `moved`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Moved => "moved",
        }
    }
}

impl From<&ChangeKind> for Sign {
    fn from(kind: &ChangeKind) -> Self {
        match kind {
            ChangeKind::Added { .. } => Self::Added,
            ChangeKind::Removed { .. } => Self::Removed,
            ChangeKind::Changed { .. } => Self::Changed,
            ChangeKind::Moved { .. } => Self::Moved,
        }
    }
}

impl ChangeKind {
    /// `added`, `removed`, `changed` or `moved`.
    pub fn word(&self) -> &'static str {
        Sign::from(self).name()
    }
}
