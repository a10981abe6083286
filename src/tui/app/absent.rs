//! What the cursor was on, where the version shown does not have it.

use super::time::TimeDirection;
use crate::record::Version;
use crate::value::Path;
use crate::view::text::{SafeText, joined, number};

/// What the cursor of the state tree was on, where the version shown does not have it. The cursor comes back to it unless it is
/// moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Absent {
    /// Where it was, and in which version.
    pub(super) origin: (Path, Version),
    /// Where the cursor is meanwhile.
    pub(super) shown: Path,
    /// Its path in words.
    pub(super) name: String,
    /// The version that does not have it.
    pub(super) missing_in: Version,
    /// `created at #3`, once that is known.
    pub(super) since: Option<SafeText>,
}

impl Absent {
    /// Where it is to be looked for: before the version that does not have it, or after.
    pub(super) fn way(&self) -> TimeDirection {
        if self.missing_in < self.origin.1 { TimeDirection::Back } else { TimeDirection::Forward }
    }

    /// `.items[id=b] is not in #2: created at #3`.
    pub fn words(&self) -> SafeText {
        let since = self.since.as_ref().map(|since| joined![": ", since]).unwrap_or_default();
        joined![SafeText::written(&self.name), " is not in ", number(self.missing_in), since]
    }
}
