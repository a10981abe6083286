//! Counts and sizes: what the summary line says of a diff.

use super::{Change, ChangeKind, Counts, Diff, SizeChange};

impl Diff {
    /// Whether both values are equal.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The counts. O(changes).
    pub fn counts(&self) -> Counts {
        self.changes.iter().fold(Counts::default(), Counts::with)
    }
}

impl Counts {
    /// All of them together.
    pub fn all(&self) -> u64 {
        [self.added, self.changed, self.removed, self.moved].iter().fold(0, |sum, more| sum + u64::from(*more))
    }

    fn with(mut self, change: &Change) -> Self {
        let counter = match change.kind {
            ChangeKind::Added { .. } => &mut self.added,
            ChangeKind::Changed { .. } => &mut self.changed,
            ChangeKind::Removed { .. } => &mut self.removed,
            ChangeKind::Moved { .. } => &mut self.moved,
        };
        *counter = counter.saturating_add(1);
        self
    }
}

/// Largest change first; equal ones by path.
pub(super) fn sort_sizes(sizes: &mut [SizeChange]) {
    sizes.sort_by(|a, b| {
        let change = |size: &SizeChange| size.new.abs_diff(size.old);
        change(b).cmp(&change(a)).then_with(|| a.path.cmp(&b.path))
    });
}
