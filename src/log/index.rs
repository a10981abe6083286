//! Where in a file a position is, roughly: one place in 64 records or 64 KiB, so well under a byte a record.
//!
//! Must not name: files.

/// Records from one noted place to the next, at most.
const RECORDS: u32 = 64;
/// Bytes from one noted place to the next, unless one line is longer.
const BYTES: u64 = 64 * 1024;

/// A place where reading can start: the byte after a good record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineOffset {
    /// The position of the record before it; 0 at the start of the file.
    pub after: u64,
    /// Its byte.
    pub offset: u64,
}

/// The line of a record, by what tells it from every other: its place and its checksum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineKey {
    /// The byte it starts at.
    pub start: u64,
    /// The digits of its checksum.
    pub crc: [u8; 8],
    /// How many records it says follow it in the same append.
    pub more: u64,
}

/// Bytes at the start of every line that say which one it is: `{"crc":"xxxxxxxx"`.
pub const KEY_BYTES: usize = 17;

impl LineKey {
    /// Of a line with a good checksum that starts at that byte.
    pub fn of(line: &[u8], start: u64, more: u64) -> Self {
        let mut crc = [0; 8];
        if let Some(digits) = line.get(8..16) {
            crc.copy_from_slice(digits);
        }
        Self { start, crc, more }
    }

    /// Whether these bytes of a file, from its start on, begin its line.
    pub fn begins(&self, bytes: &[u8]) -> bool {
        bytes.len() >= KEY_BYTES && bytes.starts_with(b"{\"crc\":\"") && bytes[8..16] == self.crc && bytes[16] == b'"'
    }
}

/// Places noted while reading forward.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineIndex {
    noted: Vec<LineOffset>,
    frontier: LineOffset,
    line: LineKey,
    since: u32,
    /// Whether damage was met: an index of such a log is not handed on.
    damaged: bool,
    /// Places before this byte were noted by another reader.
    handed: u64,
}

impl LineIndex {
    /// An index that another reader made: the place behind its last record, that record's line, and the places noted
    /// before it; none where they contradict each other. The file still has to be compared with it. O(places).
    pub fn handed(frontier: LineOffset, line: LineKey, noted: Vec<LineOffset>) -> Option<Self> {
        let increase = |pair: &[LineOffset]| pair[0].after < pair[1].after && pair[0].offset < pair[1].offset;
        let last = noted.last().copied().unwrap_or_default();
        let since = frontier.after.checked_sub(last.after)?;
        let ends = last == frontier || (last.after < frontier.after && last.offset <= line.start);
        let begins = noted.first().is_none_or(|first| first.after > 0 && first.offset > 0);
        let stands =
            begins && ends && frontier.after > 0 && line.start < frontier.offset && noted.windows(2).all(increase);
        let since = u32::try_from(since).unwrap_or(0).min(RECORDS - 1);
        stands.then_some(Self { noted, frontier, line, since, damaged: false, handed: frontier.offset })
    }

    /// The noted places, in order.
    pub fn noted(&self) -> &[LineOffset] {
        &self.noted
    }

    /// Remembers that damage was met.
    pub fn note_damage(&mut self) {
        self.damaged = true;
    }

    /// Whether damage was met.
    pub fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// Whether another reader noted this place, and nothing read here says that it is right: the end of what that reader
    /// knew is compared when it is handed over.
    pub fn is_handed(&self, place: LineOffset) -> bool {
        place.offset > 0 && place.offset < self.handed
    }

    /// The place behind the last record met so far.
    pub fn frontier(&self) -> LineOffset {
        self.frontier
    }

    /// The line of that record.
    pub fn line(&self) -> LineKey {
        self.line
    }

    /// Takes in the place behind the next record, and its line. Places already passed are ignored.
    pub fn note(&mut self, place: LineOffset, line: LineKey) {
        if place.offset <= self.frontier.offset {
            return;
        }
        (self.frontier, self.line) = (place, line);
        self.since += 1;
        if self.since == RECORDS || place.offset - self.noted.last().map_or(0, |last| last.offset) >= BYTES {
            self.noted.push(place);
            self.since = 0;
        }
    }

    /// The last known place before the record at `position`. O(log n).
    pub fn before(&self, position: u64) -> LineOffset {
        if self.frontier.after < position {
            return self.frontier;
        }
        let count = self.noted.partition_point(|place| place.after < position);
        count.checked_sub(1).map_or_else(LineOffset::default, |last| self.noted[last])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_close_before_and_few() {
        let mut index = LineIndex::default();
        let place = |after| LineOffset { after, offset: after * 100 };
        (1..=10_000).for_each(|after| index.note(place(after), LineKey::default()));
        (1..=10_000).for_each(|after| index.note(place(after), LineKey::default()));
        assert!(index.noted.len() * size_of::<LineOffset>() < 10_000);
        for position in 1..=10_001 {
            let start = index.before(position);
            assert!(start.after < position && position - start.after <= u64::from(RECORDS), "{position}: {start:?}");
            assert_eq!(start.offset, start.after * 100);
        }
    }

    #[test]
    fn long_lines_are_noted_one_by_one() {
        let mut index = LineIndex::default();
        (1..=10).for_each(|after| index.note(LineOffset { after, offset: after * BYTES }, LineKey::default()));
        (1..=11).for_each(|position| assert_eq!(index.before(position).after, position - 1));
    }
}
