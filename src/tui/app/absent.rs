//! What the cursor was on, where the version shown does not have it.

use super::time::TimeDirection;
use crate::record::Version;
use crate::value::{Path, Step};
use crate::view::text::{SafeText, joined, number};

/// Columns of a name that is cut, at least.
const LEAST_NAME: usize = 9;

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
    /// Whether no version before had it, once that is known.
    pub(super) is_first: bool,
    pub(super) since: Option<AbsentSince>,
}

/// Since when it is missing, once that is known.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AbsentSince {
    /// `removed at #7`, `created at #8`.
    pub(super) words: SafeText,
    /// The first of the versions up to the missing one that all lack it.
    pub(super) first: Version,
}

impl Absent {
    /// Where it is to be looked for: before the version that does not have it, or after.
    pub(super) fn way(&self) -> TimeDirection {
        if self.missing_in < self.origin.1 { TimeDirection::Back } else { TimeDirection::Forward }
    }

    /// The scan that tells since when it is missing: of what had it before, where keys alone lead to it; else, and where nothing
    /// had it, from where it was.
    pub(super) fn scan(&self) -> (Version, TimeDirection) {
        let by_keys = self.origin.0.0.iter().all(|step| matches!(step, Step::Key(_)));
        if by_keys && !self.is_first { (self.missing_in, TimeDirection::Back) } else { (self.origin.1, self.way()) }
    }

    /// What is known of it still holds where it is missing in another version: no version between has it.
    pub(super) fn since_in(self, to: Version) -> Option<AbsentSince> {
        let missing_in = self.missing_in;
        self.since.filter(|since| (since.first..=missing_in).contains(&to))
    }

    /// Takes what a scan found: at which version it came or went, `None` for never.
    pub(super) fn take(&mut self, at: Option<Version>) {
        let went = self.scan() == (self.missing_in, TimeDirection::Back) || self.way() == TimeDirection::Forward;
        let Some(at) = at else {
            self.is_first |= went;
            return;
        };
        let (word, first) = if went { ("removed at ", at) } else { ("created at ", Version(0)) };
        self.since = Some(AbsentSince { words: joined![word, number(at)], first });
    }

    /// The same in at most so many columns: with less of its name, then without what the cursor says.
    pub fn caption(&self, columns: usize) -> SafeText {
        let name = SafeText::written(&self.name);
        let missing = joined![" is not in ", number(self.missing_in)];
        let since = self.since.as_ref().map(|since| joined![": ", &since.words]).unwrap_or_default();
        let brief = if since.is_empty() { " is missing".into() } else { since.clone() };
        let forms = [joined![missing, since], brief];
        let fitting =
            |says: &SafeText| columns.checked_sub(says.width()).filter(|room| *room >= name.width().min(LEAST_NAME));
        let whole = forms.iter().find(|says| fitting(says).is_some_and(|room| room >= name.width()));
        let shown = whole.or_else(|| forms.iter().find(|says| fitting(says).is_some()));
        shown.map_or_else(|| self.words().fit(columns), |says| joined![name.fit_middle(columns - says.width()), says])
    }

    /// `.items[id=b] is not in #2: created at #3`.
    pub fn words(&self) -> SafeText {
        let since = self.since.as_ref().map(|since| joined![": ", &since.words]).unwrap_or_default();
        joined![SafeText::written(&self.name), " is not in ", number(self.missing_in), since]
    }
}
