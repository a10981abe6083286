//! What reading a log told of its file, to be kept and handed to another reader, so that it reads only what came since.
//!
//! Must not name: files, `codec`.

use super::index::{KEY_BYTES, LineIndex, LineKey, LineOffset};
use super::line::{POSITIONS, Seed};
use crate::bytes::{Binary as _, ByteReader};
use crate::record::Position;

/// The first byte of the encoded form.
const VERSION: u8 = 1;

/// Where the records of one tenant's log file are, as far as it was read: a place in 64 records, and the last record's line.
/// About 4 bytes in 64 records when encoded, 16 in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPositions {
    seed: Seed,
    /// The first bytes of the header.
    start: [u8; KEY_BYTES],
    index: LineIndex,
}

impl LogPositions {
    /// Of a log with that header; none when its first bytes are no header's.
    pub(super) fn new(seed: Seed, start: &[u8], index: LineIndex) -> Option<Self> {
        start.try_into().ok().map(|start| Self { seed, start, index })
    }

    /// The places.
    pub(super) fn index(&self) -> &LineIndex {
        &self.index
    }

    /// Whether a log with that header begins as this one did.
    pub(super) fn begins(&self, seed: Seed, start: &[u8]) -> bool {
        self.seed == seed && self.start == start
    }

    /// The last record read.
    pub fn last(&self) -> Position {
        Position(self.index.frontier().after)
    }

    /// Bytes of the file up to the end of that record.
    pub fn bytes(&self) -> u64 {
        self.index.frontier().offset
    }

    /// Appends the encoded form: places as differences. O(places).
    pub fn encode(&self, out: &mut Vec<u8>) {
        let (frontier, line) = (self.index.frontier(), self.index.line());
        out.push(VERSION);
        out.extend_from_slice(&self.seed.number().to_le_bytes());
        out.extend_from_slice(&self.start);
        for number in [frontier.after, frontier.offset, line.start, line.more] {
            number.encode(out);
        }
        out.extend_from_slice(&line.crc);
        let noted = self.index.noted();
        (noted.len() as u64).encode(out);
        let mut before = LineOffset::default();
        for place in noted {
            (place.after - before.after).encode(out);
            (place.offset - before.offset).encode(out);
            before = *place;
        }
    }

    /// Reads the encoded form, all of `bytes`; none when it is not one, or contradicts itself. Whether a file is still as it
    /// says is found out when it is handed over. O(places).
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let from = &mut ByteReader::new(bytes);
        let number = |from: &mut ByteReader<'_>| u64::decode(from);
        if array(from)? != [VERSION] {
            return None;
        }
        let seed = Seed::new(u32::from_le_bytes(array(from)?));
        let start = array(from)?;
        let frontier = LineOffset { after: number(from)?, offset: number(from)? };
        let line = LineKey { start: number(from)?, more: number(from)?, crc: array(from)? };
        if frontier.after >= POSITIONS || line.more >= POSITIONS {
            return None;
        }
        let count = from.count()?;
        let (mut noted, mut before) = (Vec::with_capacity(count), LineOffset::default());
        for _ in 0..count {
            before = LineOffset {
                after: before.after.checked_add(number(from)?)?,
                offset: before.offset.checked_add(number(from)?)?,
            };
            noted.push(before);
        }
        let index = LineIndex::handed(frontier, line, noted).filter(|_| from.is_at_end())?;
        Some(Self { seed, start, index })
    }
}

fn array<const COUNT: usize>(from: &mut ByteReader<'_>) -> Option<[u8; COUNT]> {
    from.take(COUNT)?.try_into().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Of a log of `count` records of `length` bytes each.
    fn positions(count: u64, length: u64) -> LogPositions {
        let mut index = LineIndex::default();
        for after in 1..=count {
            let start = 70 + (after - 1) * length;
            index.note(
                LineOffset { after, offset: start + length },
                LineKey { start, crc: *b"0123abcd", more: after % 2 },
            );
        }
        LogPositions::new(Seed::new(7), b"{\"crc\":\"1cc4d64e\"", index).unwrap()
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        for (count, length) in [(1, 50), (63, 100), (64, 100), (65, 200), (10_000, 200), (100, 1 << 20), (3, 1 << 40)] {
            let (known, mut bytes) = (positions(count, length), Vec::new());
            known.encode(&mut bytes);
            let read = LogPositions::decode(&bytes).unwrap();
            assert_eq!((read.last().0, read.bytes()), (count, 70 + count * length));
            assert_eq!((read.index.noted(), read.index.line()), (known.index.noted(), known.index.line()));
            let mut again = Vec::new();
            read.encode(&mut again);
            assert_eq!(again, bytes);
            assert!(length >= 1024 || bytes.len() as u64 <= 60 + count / 8, "{} for {count}", bytes.len());
        }
    }

    #[test]
    fn other_bytes_are_refused_or_mean_themselves() {
        let mut bytes = Vec::new();
        positions(1000, 150).encode(&mut bytes);
        for length in 0..bytes.len() {
            assert_eq!(LogPositions::decode(&bytes[..length]), None, "{length}");
        }
        assert_eq!(LogPositions::decode(&[&bytes[..], b"\0"].concat()), None);
        let mut flipped = 0;
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut other = bytes.clone();
                other[at] ^= 1 << bit;
                let Some(read) = LogPositions::decode(&other) else { continue };
                let places = read.index.noted();
                assert!(places.windows(2).all(|pair| pair[0].after < pair[1].after && pair[0].offset < pair[1].offset));
                assert!(places.last().is_none_or(|last| last.offset <= read.bytes() && last.after <= read.last().0));
                flipped += 1;
            }
        }
        assert!(flipped > 0);
        let many = [&bytes[..], &[0xff; 9], &[1]].concat();
        assert_eq!(LogPositions::decode(&many), None);
    }
}
