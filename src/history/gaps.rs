//! Records that are missing: how many versions they may have made, and which numbers cannot be trusted for that.
//!
//! A record's place is known by its position, its version only by itself: where it is lost, so is the count. All memory is
//! in proportion to the stretches that are missing, never to how much they claim to hold.
//!
//! Must not name: values, `lineage`.

use super::chunked::Chunked;
use crate::record::{Position, Version};
use crate::value::Text;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is known of records that are missing.
#[derive(Debug, Default, Clone)]
pub(super) struct RecordGaps {
    /// Why records may be missing before the next one. Its position says whether any are.
    told: Option<Text>,
    /// What the log's header says was cut off, until its first record is there.
    cut: Option<(Position, Option<Version>)>,
    /// Positions missing of which it is not known whether they made versions.
    open: u64,
    /// Why the last ones are missing.
    why: Text,
    /// Positions missing, in order.
    missing: Chunked<(Position, Position)>,
    /// Versions whose numbers may be others, in order.
    numbering: Chunked<Numbering>,
    /// Where missing positions were counted as versions: before which record, and how many.
    counted: Chunked<(Position, u64)>,
    /// How many there were in truth, as numbers further on told an earlier fold.
    known: Arc<Recount>,
    /// What a number told this fold: fewer than were counted.
    learned: Option<Arc<Recount>>,
}

/// How many versions missing records made, by the position of the record behind them.
pub(crate) type Recount = BTreeMap<Position, u64>;

/// Versions whose numbers may be others.
#[derive(Debug, Clone)]
struct Numbering {
    first: Version,
    /// `None` while it goes on.
    last: Option<Version>,
    why: Text,
}

impl RecordGaps {
    /// Whether no record is missing or unknown, as far as is known.
    pub fn is_empty(&self) -> bool {
        let told = self.told.is_none() && self.missing.is_empty() && self.open == 0;
        told && self.numbering.is_empty() && self.known.is_empty() && self.learned.is_none()
    }

    /// Those that compaction left, where versions up to `through` were cut off.
    pub fn cut(missing: &[(Position, Position)], numbering: Option<&Text>, through: Version) -> Self {
        let first = Version(through.0 + 1);
        let numbering = numbering.map(|why| Numbering { first, last: None, why: why.clone() });
        let why = numbering.as_ref().map_or_else(|| MISSING.into(), |numbering: &Numbering| numbering.why.clone());
        Self {
            missing: missing.iter().copied().collect(),
            numbering: numbering.into_iter().collect(),
            why,
            ..Self::default()
        }
    }

    /// Forgets what was told of the records behind the last one: it is told again, each time they are read.
    pub fn begin(&mut self, cut: Option<(Position, Option<Version>)>) {
        (self.told, self.cut) = (None, cut.or(self.cut));
    }

    /// Says that records may be missing before the next one.
    pub fn note(&mut self, why: Text) {
        self.told = Some(why);
    }

    /// Why records may be missing behind the last one.
    pub fn reason(&self) -> Option<&Text> {
        self.told.as_ref()
    }

    /// What the header says was cut off, once.
    pub fn take_cut(&mut self) -> Option<(Position, Option<Version>)> {
        self.cut.take()
    }

    /// Takes notice of the position of the next record; answers why records before it are missing, if any are. Asked
    /// again for the same record, it answers the same.
    pub fn arrive(&mut self, after: Position, at: Position) -> Option<Text> {
        let why = self.told.take()?;
        let (from, to) = (Position(after.0 + 1), Position(at.0.saturating_sub(1)));
        if from > to {
            return None;
        }
        if self.missing.last().is_none_or(|(_, last)| *last < from) {
            self.missing.push((from, to));
            self.open = self.open.saturating_add(to.0 - after.0);
        }
        self.why.clone_from(&why);
        Some(why)
    }

    /// Says that what a record did is not known; `counts` when it may have made a version.
    pub fn unknown(&mut self, at: Position, why: Text, counts: bool) {
        if self.missing.last().is_none_or(|(_, last)| *last < at) {
            self.missing.push((at, at));
            self.open = self.open.saturating_add(u64::from(counts));
        }
        self.why = why;
    }

    /// Whether what the record at a position did is not known. O(log n).
    pub fn covers(&self, position: Position) -> bool {
        let next = self.missing.partition_point(|(_, to)| *to < position);
        self.missing.get(next).is_some_and(|(from, _)| *from <= position)
    }

    /// Why anything is missing at all.
    pub fn any(&self) -> Option<&Text> {
        (!self.missing.is_empty()).then_some(&self.why)
    }

    /// Stretches of positions that are missing.
    pub fn missing(&self) -> &Chunked<(Position, Position)> {
        &self.missing
    }

    /// Positions that are missing.
    pub fn total(&self) -> u64 {
        self.missing.iter().map(|(from, to)| to.0 - from.0 + 1).fold(0, u64::saturating_add)
    }

    /// How many missing versions there may still be behind the newest one.
    pub fn open(&self) -> u64 {
        self.open
    }

    /// Why the last records are missing.
    pub fn why(&self) -> &Text {
        &self.why
    }

    /// Says that so many missing positions made versions.
    pub fn close(&mut self, versions: u64) {
        self.open -= versions.min(self.open);
    }

    /// Goes by what numbers told an earlier fold of the same records.
    pub fn knowing(&mut self, known: Recount) {
        self.known = Arc::new(known);
    }

    /// What an earlier fold was told.
    pub fn known(&self) -> &Recount {
        &self.known
    }

    /// What this fold was told, where that is not what it went by.
    pub fn learned(&self) -> Option<&Recount> {
        self.learned.as_deref()
    }

    /// How many versions the missing positions before a record count as, which does not say its own.
    pub fn count(&mut self, before: Position) -> u64 {
        let versions = self.known.get(&before).copied().unwrap_or(self.open).min(self.open);
        self.counted.push((before, versions));
        versions
    }

    /// Says that so many versions fewer are missing than were counted: of the last ones counted, as nothing says which.
    pub fn recount(&mut self, mut fewer: u64) {
        if fewer == 0 {
            return;
        }
        let mut learned = Recount::clone(&self.known);
        for (before, versions) in self.counted.iter().rev() {
            let taken = fewer.min(*versions);
            fewer -= taken;
            if taken > 0 {
                learned.insert(*before, versions - taken);
            }
        }
        if fewer == 0 && self.learned.is_none() {
            self.learned = Some(Arc::new(learned));
        }
    }

    /// Says that numbers from `first` on may be others, until one is believed.
    pub fn doubt_numbers(&mut self, first: Version, why: Text) {
        if self.numbering().is_none() {
            self.numbering.push(Numbering { first, last: None, why });
        }
    }

    /// Says that a record's own number is believed: whatever is missing and not closed made no version. That says nothing
    /// of the numbers before: its writer may have counted as this fold does.
    pub fn believe(&mut self, version: Version) {
        self.open = 0;
        if let Some(last) = self.numbering.last_mut().filter(|last| last.last.is_none()) {
            last.last = Some(Version(version.0 - 1));
        }
    }

    /// Why numbers from here on may be others.
    pub fn numbering(&self) -> Option<&Text> {
        self.numbering.last().filter(|last| last.last.is_none()).map(|last| &last.why)
    }

    /// Why the number of a version may be another. O(log n).
    pub fn number_doubt(&self, version: Version) -> Option<&Text> {
        let next = self.numbering.partition_point(|numbering| numbering.last.is_some_and(|last| last < version));
        self.numbering.get(next).filter(|numbering| numbering.first <= version).map(|numbering| &numbering.why)
    }
}

/// The reason where none was given.
const MISSING: &str = "records are missing";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_say_what_is_missing() {
        let mut gaps = RecordGaps::default();
        gaps.note("a".into());
        assert_eq!(gaps.arrive(Position(3), Position(4)), None, "nothing is between them");
        assert_eq!(gaps.arrive(Position(4), Position(9)), None, "nothing was told");
        gaps.note("b".into());
        assert_eq!((gaps.arrive(Position(9), Position(12)), gaps.open()), (Some("b".into()), 2));
        gaps.note("b".into());
        assert_eq!((gaps.arrive(Position(9), Position(12)), gaps.open()), (Some("b".into()), 2), "asked again");
        gaps.note("c".into());
        gaps.arrive(Position(12), Position((1 << 53) - 1));
        assert_eq!((gaps.open(), gaps.total()), ((1 << 53) - 14 + 2, (1 << 53) - 14 + 2));
        let covered: Vec<_> = (8..15).filter(|at| gaps.covers(Position(*at))).collect();
        assert_eq!(covered, [10, 11, 13, 14]);
    }

    #[test]
    fn numbers_are_doubtful_until_one_is_believed() {
        let mut gaps = RecordGaps::default();
        let doubtful =
            |gaps: &RecordGaps| (1..10).filter(|n| gaps.number_doubt(Version(*n)).is_some()).collect::<Vec<_>>();
        gaps.doubt_numbers(Version(4), "lost".into());
        gaps.doubt_numbers(Version(5), "lost too".into());
        assert_eq!(doubtful(&gaps), [4, 5, 6, 7, 8, 9]);
        gaps.believe(Version(6));
        assert_eq!(doubtful(&gaps), [4, 5]);
        gaps.doubt_numbers(Version(8), "wrong".into());
        assert_eq!(doubtful(&gaps), [4, 5, 8, 9]);
        gaps.believe(Version(9));
        assert_eq!(doubtful(&gaps), [4, 5, 8]);
    }
}
