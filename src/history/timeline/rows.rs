//! One row of 36 bytes for each of the newest versions, a few bytes for each of the others until it is asked for; what does
//! not fit a row is kept aside, whole.

mod stored;

use super::{TextId, VersionKind};
use crate::diff::Counts;
use crate::history::chunked::{CHUNK, Chunked};
use crate::record::{Origin, Position, Time};
use std::ops::Range;

/// What is known of one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TimelineRow {
    pub position: Position,
    pub size: u64,
    pub counts: Counts,
    /// Its time; where it has none, the time of the one before.
    pub at: Option<Time>,
    pub label: TextId,
    pub by: Option<TextId>,
    pub origin: Origin,
    pub kind: VersionKind,
    pub whole: bool,
    /// Whether `at` is its own.
    pub timed: bool,
}

/// A row as it is kept: ten million versions take 360 MB when all have been asked for, so think before adding a field.
#[derive(Debug, Clone, Copy)]
struct Narrow {
    /// Behind the position of the first row of its chunk.
    position: u32,
    size: u32,
    /// Nanoseconds since 1970, in two halves: so a row needs no padding.
    at: [u32; 2],
    /// Added, changed, removed, moved.
    counts: [u16; 4],
    label: TextId,
    by: Option<TextId>,
    origin: Origin,
    kind: VersionKind,
    flags: u8,
}

const _: () = assert!(size_of::<Narrow>() <= 36);

const WHOLE: u8 = 1;
const TIMED: u8 = 2;
/// There is an `at`.
const AT: u8 = 4;
/// The row is among those kept aside.
const WIDE: u8 = 8;

/// The rows of all versions, by index.
#[derive(Debug, Default, Clone)]
pub(super) struct VersionRows {
    narrow: Chunked<Narrow>,
    /// The position of the first row of each chunk.
    bases: Chunked<u64>,
    /// Those with large counts, sizes, distances between positions, or times that nanoseconds do not tell. Their narrow
    /// rows say which.
    wide: Chunked<TimelineRow>,
}

/// What sums are made of.
#[derive(Debug, Clone, Copy)]
pub struct RowFigures {
    /// That changed, in whatever way.
    pub keys: u64,
    pub bytes: u64,
    pub nanoseconds: Option<i64>,
}

/// What a version was made by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RowOrigin {
    pub position: Position,
    pub kind: VersionKind,
    /// Whether the record alone gives the value.
    pub whole: bool,
}

impl From<&TimelineRow> for RowOrigin {
    fn from(row: &TimelineRow) -> Self {
        Self { position: row.position, kind: row.kind, whole: row.whole }
    }
}

impl VersionRows {
    pub fn len(&self) -> usize {
        self.narrow.len()
    }

    /// O(1) amortised.
    pub fn push(&mut self, row: TimelineRow) {
        let index = self.narrow.len();
        if index.is_multiple_of(CHUNK) {
            self.bases.push(row.position.0);
        }
        let narrow = self.stored(index, row, None);
        self.narrow.push(narrow);
        if self.narrow.len().is_multiple_of(CHUNK) {
            self.pack();
        }
    }

    /// O(1).
    pub fn get(&self, index: usize) -> Option<TimelineRow> {
        let narrow = self.narrow.get(index)?;
        match narrow.wide() {
            Some(at) => self.wide.get(at).copied(),
            None => Some(narrow.row(self.base(index))),
        }
    }

    /// What made the row at an index, without the rest of it, whose time takes most of the work. O(1).
    pub fn origin(&self, index: usize) -> Option<RowOrigin> {
        let narrow = self.narrow.get(index)?;
        match narrow.wide() {
            Some(at) => self.wide.get(at).map(RowOrigin::from),
            None => Some(narrow.origin_behind(self.base(index))),
        }
    }

    /// What sums are made of, without the rest of the row: its counts, its bytes, and its time in nanoseconds since 1970. `None`
    /// of a row that is kept aside. O(1).
    pub fn figures(&self, index: usize) -> Option<RowFigures> {
        let narrow = self.narrow.get(index).filter(|narrow| narrow.wide().is_none())?;
        let nanoseconds = (narrow.flags & AT != 0).then(|| join(narrow.at).cast_signed());
        let keys = narrow.counts.map(u64::from).iter().sum();
        Some(RowFigures { keys, bytes: u64::from(narrow.size), nanoseconds })
    }

    /// Who made the row at an index, and its label. O(1).
    pub fn author_and_label(&self, index: usize) -> Option<(Option<TextId>, TextId)> {
        self.narrow.get(index).map(|narrow| (narrow.by, narrow.label))
    }

    /// The time of the row at an index; where it has none, the time of the one before.
    pub fn time(&self, index: usize) -> Option<Time> {
        self.time_of(self.narrow.get(index)?)
    }

    /// The time of the newest row.
    pub fn last_time(&self) -> Option<Time> {
        self.time_of(self.narrow.last()?)
    }

    fn time_of(&self, narrow: &Narrow) -> Option<Time> {
        match narrow.wide() {
            Some(at) => self.wide.get(at)?.at,
            None => narrow.time(),
        }
    }

    /// Those of a range that are there.
    pub fn within(&self, range: Range<usize>) -> impl DoubleEndedIterator<Item = TimelineRow> {
        range.filter_map(|index| self.get(index))
    }

    /// The first row at or behind a position. O(log n).
    pub fn at_or_behind(&self, position: Position) -> Option<TimelineRow> {
        self.get(self.index_at_or_behind(position))
    }

    /// The index of the first row at or behind a position; the number of rows where there is none. O(log n).
    pub fn index_at_or_behind(&self, position: Position) -> usize {
        let (mut first, mut end) = (0, self.len());
        while first < end {
            let middle = first.midpoint(end);
            match self.origin(middle).is_some_and(|row| row.position < position) {
                true => first = middle + 1,
                false => end = middle,
            }
        }
        first
    }

    /// Puts other counts into the row at an index, if there is one.
    pub fn count(&mut self, index: usize, counts: Counts) {
        let Some(row) = self.get(index) else { return };
        let aside = self.narrow.get(index).and_then(Narrow::wide);
        let stored = self.stored(index, TimelineRow { counts, ..row }, aside);
        if let Some(narrow) = self.narrow.get_mut(index) {
            *narrow = stored;
        }
    }

    fn base(&self, index: usize) -> u64 {
        self.bases[index / CHUNK]
    }

    /// The narrow row, and the whole one aside where it does not fit: where it was before, if it was.
    fn stored(&mut self, index: usize, row: TimelineRow, aside: Option<usize>) -> Narrow {
        if let Some(narrow) = Narrow::of(&row, self.base(index)) {
            return narrow;
        }
        match aside.and_then(|at| self.wide.get_mut(at)) {
            Some(wide) => *wide = row,
            None => self.wide.push(row),
        }
        let at = aside.unwrap_or(self.wide.len() - 1) as u64;
        Narrow { at: split(at), ..Narrow::default_of(&row, WIDE) }
    }
}

impl Narrow {
    /// The row, if it fits.
    fn of(row: &TimelineRow, base: u64) -> Option<Self> {
        let Counts { added, changed, removed, moved } = row.counts;
        let mut counts = [0; 4];
        for (narrow, count) in counts.iter_mut().zip([added, changed, removed, moved]) {
            *narrow = u16::try_from(count).ok()?;
        }
        let flag = |is: bool, flag: u8| if is { flag } else { 0 };
        let flags = flag(row.whole, WHOLE) | flag(row.timed, TIMED) | flag(row.at.is_some(), AT);
        Some(Self {
            position: u32::try_from(row.position.0.checked_sub(base)?).ok()?,
            size: u32::try_from(row.size).ok()?,
            at: row.at.map_or(Some([0; 2]), halves)?,
            counts,
            ..Self::default_of(row, flags)
        })
    }

    fn default_of(row: &TimelineRow, flags: u8) -> Self {
        let TimelineRow { label, by, origin, kind, .. } = *row;
        Self { position: 0, size: 0, at: [0; 2], counts: [0; 4], label, by, origin, kind, flags }
    }

    /// Where the whole row is among those kept aside, if it is.
    fn wide(&self) -> Option<usize> {
        (self.flags & WIDE != 0).then(|| usize::try_from(join(self.at)).ok()).flatten()
    }

    fn time(&self) -> Option<Time> {
        (self.flags & AT != 0).then(|| time(self.at))
    }

    fn origin_behind(&self, base: u64) -> RowOrigin {
        let position = Position(base + u64::from(self.position));
        RowOrigin { position, kind: self.kind, whole: self.flags & WHOLE != 0 }
    }

    fn row(&self, base: u64) -> TimelineRow {
        let RowOrigin { position, kind, whole } = self.origin_behind(base);
        let [added, changed, removed, moved] = self.counts.map(u32::from);
        TimelineRow {
            position,
            size: u64::from(self.size),
            counts: Counts { added, changed, removed, moved },
            at: self.time(),
            label: self.label,
            by: self.by,
            origin: self.origin,
            kind,
            whole,
            timed: self.flags & TIMED != 0,
        }
    }
}

/// A time in nanoseconds, where that says all of it: not beyond 1677 to 2262, and not in a leap second.
fn halves(at: Time) -> Option<[u32; 2]> {
    let is_leap = at.timestamp_subsec_nanos() >= 1_000_000_000;
    at.timestamp_nanos_opt().filter(|_| !is_leap).map(|nanoseconds| split(nanoseconds.cast_unsigned()))
}

fn time(halves: [u32; 2]) -> Time {
    chrono::DateTime::from_timestamp_nanos(join(halves).cast_signed())
}

/// The high and the low half of a number.
fn split(number: u64) -> [u32; 2] {
    [(number >> 32) as u32, number as u32]
}

fn join([high, low]: [u32; 2]) -> u64 {
    (u64::from(high) << 32) | u64::from(low)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::num::NonZeroU32;

    fn at() -> impl Strategy<Value = Option<Time>> {
        let usual = (0i64..3_000_000_000, 0u32..1_000_000_000);
        let any = (-300_000_000_000i64..300_000_000_000, 0u32..1_000_000_000);
        let leap = (0i64..50_000_000).prop_map(|minute| (minute * 60 + 59, 1_500_000_000));
        prop::option::of(prop_oneof![4 => usual, 1 => any, 1 => leap])
            .prop_map(|at| at.map(|(seconds, nanos)| chrono::DateTime::from_timestamp(seconds, nanos).unwrap()))
    }

    fn counts() -> impl Strategy<Value = Counts> {
        let count = || prop_oneof![6 => 0u32..5, 1 => 65_530u32..65_540, 1 => Just(u32::MAX)];
        (count(), count(), count(), count()).prop_map(|(added, changed, removed, moved)| Counts {
            added,
            changed,
            removed,
            moved,
        })
    }

    fn row() -> impl Strategy<Value = TimelineRow> {
        let step = prop_oneof![9 => 1u64..4, 1 => Just(1 << 33)];
        let size = prop_oneof![9 => 0u64..1_000, 1 => 4_294_967_290u64..4_294_967_300];
        let word = |n: u32| TextId(NonZeroU32::new(n).unwrap());
        (step, size, counts(), at(), 1u32..9, 0u32..3, any::<[bool; 3]>()).prop_map(
            move |(step, size, counts, at, label, by, [origin, whole, timed])| TimelineRow {
                position: Position(step),
                size,
                counts,
                at,
                label: word(label),
                by: (by > 0).then(|| word(by)),
                origin: if origin { Origin::Debugger } else { Origin::Application },
                kind: if whole { VersionKind::Invalid } else { VersionKind::Transition },
                whole,
                timed,
            },
        )
    }

    proptest! {
        #[test]
        fn rows_are_what_a_plain_list_holds(
            mut plain in prop::collection::vec(row(), 1..40),
            recounted in prop::collection::vec((any::<prop::sample::Index>(), counts()), 0..9),
            ahead in prop_oneof![Just(0usize), CHUNK - 20..CHUNK],
        ) {
            let mut rows = VersionRows::default();
            let first = TimelineRow { position: Position(0), ..plain[0] };
            plain.splice(0..0, std::iter::repeat_n(TimelineRow { position: Position(1), counts: Counts::default(), ..first }, ahead));
            let mut position = 0;
            for row in &mut plain {
                position += row.position.0;
                row.position = Position(position);
                rows.push(*row);
            }
            for (at, counts) in recounted {
                let at = at.index(plain.len());
                plain[at].counts = counts;
                rows.count(at, counts);
            }
            prop_assert_eq!(rows.within(0..plain.len()).collect::<Vec<_>>(), plain.clone());
            let origins: Vec<_> = (0..plain.len()).filter_map(|index| rows.origin(index)).collect();
            prop_assert_eq!(origins, plain.iter().map(RowOrigin::from).collect::<Vec<_>>());
            let times: Vec<_> = (0..plain.len()).map(|index| rows.time(index)).collect();
            prop_assert_eq!(times, plain.iter().map(|row| row.at).collect::<Vec<_>>());
            let last = plain.last().and_then(|row| row.at);
            prop_assert_eq!((rows.len(), rows.last_time(), rows.get(plain.len())), (plain.len(), last, None));
            for wanted in [0, 1, position / 2, position, position + 1] {
                let expected = plain.iter().find(|row| row.position.0 >= wanted).copied();
                prop_assert_eq!(rows.at_or_behind(Position(wanted)), expected);
            }
        }
    }

    /// Equal states that are recorded over and over keep nothing aside.
    #[test]
    fn a_usual_version_fits_its_row() {
        let word = TextId(NonZeroU32::MIN);
        let mut rows = VersionRows::default();
        for n in 0..100_000u32 {
            let at = chrono::DateTime::from_timestamp(1_700_000_000 + i64::from(n), n);
            let (position, counts) = (Position(u64::from(n) + 1), Counts { changed: n % 60_000, ..Counts::default() });
            let (origin, kind, size) = (Origin::Application, VersionKind::Transition, 64 << 20);
            rows.push(TimelineRow {
                position,
                size,
                counts,
                at,
                label: word,
                by: None,
                origin,
                kind,
                whole: true,
                timed: true,
            });
        }
        assert_eq!((rows.wide.len(), rows.bases.len()), (0, 100_000 / CHUNK + 1));
    }
}
