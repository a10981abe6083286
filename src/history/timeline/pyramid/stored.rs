//! The pyramid as bytes: its leaves. What is above them is made again.

use super::{Pyramid, Tallies, Tally};
use crate::bytes::{Binary, ByteReader, binary_struct};
use crate::history::chunked::Chunked;

binary_struct!(Tally { sum, most });

impl<const LEAF: usize> Pyramid<LEAF> {
    /// As bytes.
    pub fn store(&self, out: &mut Vec<u8>) {
        let leaves = self.levels.first();
        leaves.map_or(0, Chunked::len).encode(out);
        let leaves = leaves.into_iter().flatten();
        leaves.chain([&self.open.0]).flatten().for_each(|tally| tally.encode(out));
    }

    /// The pyramid over so many entries, of bytes.
    pub fn restore(from: &mut ByteReader<'_>, entries: usize) -> Option<Self> {
        let leaves = from.count().filter(|leaves| *leaves == entries / LEAF)?;
        let mut pyramid = Self::default();
        for _ in 0..leaves {
            pyramid.add(take(from)?);
        }
        pyramid.open = (take(from)?, entries % LEAF);
        Some(pyramid)
    }
}

fn take(from: &mut ByteReader<'_>) -> Option<Tallies> {
    Some([Tally::decode(from)?, Tally::decode(from)?, Tally::decode(from)?])
}
