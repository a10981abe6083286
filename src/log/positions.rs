//! What reading a log told of its file, to be kept and handed to another reader, so that it reads only what came since.
//!
//! Must not name: files, `codec`.

use super::index::{Index, KEY_BYTES, LineKey, Place};
use super::line::{POSITIONS, Seed};
use crate::record::Position;

/// The first byte of the encoded form.
const VERSION: u8 = 1;

/// Where the records of one tenant's log file are, as far as it was read: a place in 64 records, and the last record's line.
/// About 4 bytes in 64 records when encoded, 16 in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Positions {
    seed: Seed,
    /// The first bytes of the header.
    start: [u8; KEY_BYTES],
    index: Index,
}

impl Positions {
    /// Of a log with that header; none when its first bytes are no header's.
    pub(super) fn new(seed: Seed, start: &[u8], index: Index) -> Option<Self> {
        start.try_into().ok().map(|start| Self { seed, start, index })
    }

    /// The places.
    pub(super) fn index(&self) -> &Index {
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

    /// Appends the encoded form: numbers as little-endian base 128, places as differences. O(places).
    pub fn encode(&self, out: &mut Vec<u8>) {
        let (frontier, line) = (self.index.frontier(), self.index.line());
        out.push(VERSION);
        out.extend_from_slice(&self.seed.number().to_le_bytes());
        out.extend_from_slice(&self.start);
        for number in [frontier.after, frontier.offset, line.start, line.more] {
            write_number(out, number);
        }
        out.extend_from_slice(&line.crc);
        let noted = self.index.noted();
        write_number(out, noted.len() as u64);
        let mut before = Place::default();
        for place in noted {
            write_number(out, place.after - before.after);
            write_number(out, place.offset - before.offset);
            before = *place;
        }
    }

    /// Reads the encoded form, all of `bytes`; none when it is not one, or contradicts itself. Whether a file is still as it
    /// says is found out when it is handed over. O(places).
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut bytes = bytes;
        let from = &mut bytes;
        if read_bytes::<1>(from)? != [VERSION] {
            return None;
        }
        let seed = Seed::new(u32::from_le_bytes(read_bytes(from)?));
        let start = read_bytes(from)?;
        let frontier = Place { after: read_number(from)?, offset: read_number(from)? };
        let (line, more) = (read_number(from)?, read_number(from)?);
        let line = LineKey { start: line, more, crc: read_bytes(from)? };
        if frontier.after >= POSITIONS || more >= POSITIONS {
            return None;
        }
        let count = usize::try_from(read_number(from)?).ok()?;
        // A place takes two bytes at least: a claimed count makes no room that the bytes do not fill.
        let mut noted = Vec::with_capacity(count.min(from.len() / 2));
        let mut before = Place::default();
        for _ in 0..count {
            before = Place {
                after: before.after.checked_add(read_number(from)?)?,
                offset: before.offset.checked_add(read_number(from)?)?,
            };
            noted.push(before);
        }
        let index = Index::handed(frontier, line, noted).filter(|_| from.is_empty())?;
        Some(Self { seed, start, index })
    }
}

fn write_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn read_number(from: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let [byte] = read_bytes(from)?;
        let bits = u64::from(byte & 0x7f);
        if bits << shift >> shift != bits {
            return None;
        }
        number |= bits << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn read_bytes<const COUNT: usize>(from: &mut &[u8]) -> Option<[u8; COUNT]> {
    let (bytes, rest) = from.split_first_chunk()?;
    *from = rest;
    Some(*bytes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Of a log of `count` records of `length` bytes each.
    fn positions(count: u64, length: u64) -> Positions {
        let mut index = Index::default();
        for after in 1..=count {
            let start = 70 + (after - 1) * length;
            index.note(Place { after, offset: start + length }, LineKey { start, crc: *b"0123abcd", more: after % 2 });
        }
        Positions::new(Seed::new(7), b"{\"crc\":\"1cc4d64e\"", index).unwrap()
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        for (count, length) in [(1, 50), (63, 100), (64, 100), (65, 200), (10_000, 200), (100, 1 << 20), (3, 1 << 40)] {
            let (known, mut bytes) = (positions(count, length), Vec::new());
            known.encode(&mut bytes);
            let read = Positions::decode(&bytes).unwrap();
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
            assert_eq!(Positions::decode(&bytes[..length]), None, "{length}");
        }
        assert_eq!(Positions::decode(&[&bytes[..], b"\0"].concat()), None);
        let mut flipped = 0;
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut other = bytes.clone();
                other[at] ^= 1 << bit;
                let Some(read) = Positions::decode(&other) else { continue };
                let places = read.index.noted();
                assert!(places.windows(2).all(|pair| pair[0].after < pair[1].after && pair[0].offset < pair[1].offset));
                assert!(places.last().is_none_or(|last| last.offset <= read.bytes() && last.after <= read.last().0));
                flipped += 1;
            }
        }
        assert!(flipped > 0);
        let many = [&bytes[..], &[0xff; 9], &[1]].concat();
        assert_eq!(Positions::decode(&many), None);
    }
}
