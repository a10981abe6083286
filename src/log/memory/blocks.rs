//! Records as blocks of packed lines (LZ4): 10 to 30 bytes each where they are small and alike, instead of some hundred.
//!
//! Must not name: files.

use crate::log::codec::{self, LineStamp};
use crate::log::line::Seed;
use crate::record::{Body, Record, StateChange};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Records of a block, at most.
const RECORDS: usize = 256;
/// Bytes of lines from which on a block takes no more records: what a reader unpacks to find one of them.
const BYTES: usize = 64 * 1024;
/// The digits of a line's checksum, which memory needs none of.
const CHECKSUM: std::ops::Range<usize> = 8..16;

/// Records that follow each other, in blocks.
#[derive(Debug, Default)]
pub(super) struct RecordBlocks {
    blocks: Vec<RecordBlock>,
    bytes: u64,
    /// Those that say something unknown, by how many are before them: their lines do not say all of them.
    unknown: BTreeMap<u64, Arc<Record>>,
}

/// The lines of some records, packed.
#[derive(Debug)]
struct RecordBlock {
    /// Records before it in the log.
    before: u64,
    count: usize,
    packed: Box<[u8]>,
    /// Bytes of its lines.
    length: usize,
}

impl RecordBlocks {
    /// Records before the first of these, in the log; `None` where there are none.
    pub fn before(&self) -> Option<u64> {
        self.blocks.first().map(|first| first.before)
    }

    /// Bytes that all blocks take.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Packs as many of some records, which follow these, as make a block; answers how many. O(bytes packed).
    pub fn push(&mut self, records: &[Arc<Record>], before: u64) -> usize {
        let mut lines = Vec::new();
        let mut count = 0;
        while count < records.len().min(RECORDS) && lines.len() < BYTES {
            let record = &records[count];
            write(&mut lines, record);
            if record.is_unknown() {
                self.unknown.insert(before + count as u64, Arc::clone(record));
            }
            count += 1;
        }
        let (length, packed) = (lines.len(), packed(lines));
        self.bytes += (packed.len() + size_of::<RecordBlock>()) as u64;
        self.blocks.push(RecordBlock { before, count, packed, length });
        count
    }

    /// Takes away the first blocks, as long as so many records of the log hold all of theirs. Answers the bytes they took.
    #[cfg(feature = "import")]
    pub fn forget_through(&mut self, records: u64) -> u64 {
        let count = self.blocks.partition_point(|block| block.before + block.count as u64 <= records);
        let bytes = |block: RecordBlock| (block.packed.len() + size_of::<RecordBlock>()) as u64;
        let forgotten = self.blocks.drain(..count).map(bytes).sum();
        self.bytes -= forgotten;
        self.unknown = self.unknown.split_off(&self.before().unwrap_or(records));
        forgotten
    }

    /// The record behind so many of the log, where it says something unknown.
    pub fn unknown(&self, after: u64) -> Option<&Arc<Record>> {
        self.unknown.get(&after)
    }

    /// The lines of the block that holds the record behind so many of the log. O(log blocks + bytes of the block).
    pub fn lines(&self, after: u64) -> Option<BlockLines> {
        let next = self.blocks.partition_point(|block| block.before <= after);
        let block = self.blocks.get(next.checked_sub(1)?)?;
        let text = unpacked(&block.packed, block.length)?;
        let ends: Vec<usize> = memchr::memchr_iter(b'\n', &text).collect();
        (ends.len() == block.count).then_some(BlockLines { before: block.before, text, ends })
    }
}

/// The lines of a block.
#[derive(Debug)]
pub(super) struct BlockLines {
    before: u64,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl BlockLines {
    /// The record behind so many of the log, if it is here. O(its bytes).
    pub fn record(&self, after: u64) -> Option<Record> {
        let at = usize::try_from(after.checked_sub(self.before)?).ok()?;
        let start = at.checked_sub(1).map_or(Some(0), |line| self.ends.get(line).map(|end| end + 1))?;
        self.text.get(start..*self.ends.get(at)?).map(codec::decode)
    }
}

#[cfg(feature = "import")]
fn packed(lines: Vec<u8>) -> Box<[u8]> {
    lz4_flex::block::compress(&lines).into_boxed_slice()
}

#[cfg(feature = "import")]
fn unpacked(packed: &[u8], length: usize) -> Option<Vec<u8>> {
    lz4_flex::block::decompress(packed, length).ok()
}

/// Without what imports need, lines stay as they are: half as long as records.
#[cfg(not(feature = "import"))]
fn packed(lines: Vec<u8>) -> Box<[u8]> {
    lines.into_boxed_slice()
}

#[cfg(not(feature = "import"))]
fn unpacked(packed: &[u8], length: usize) -> Option<Vec<u8>> {
    (packed.len() == length).then(|| packed.to_vec())
}

/// Whether there are so many that packing some of them leaves others.
pub(super) fn are_many(records: &[Arc<Record>]) -> bool {
    let length = || records.iter().map(|record| length_of(record)).fold(0, usize::saturating_add);
    records.len() >= 2 * RECORDS || length() >= 2 * BYTES
}

/// About how many bytes the line of a record has. O(1) for transitions.
fn length_of(record: &Record) -> usize {
    let change = match &record.entry.body {
        Body::Transition { change: StateChange::State(value), .. } => value.size(),
        Body::Transition { change: StateChange::Patch(patch), .. } => patch.size(),
        Body::Transition { change: StateChange::Invalid { raw, .. }, .. } => raw.len() as u64,
        _ => 0,
    };
    usize::try_from(change).unwrap_or(usize::MAX)
}

/// Appends the line of a record, with digits that pack well in place of its checksum.
fn write(lines: &mut Vec<u8>, record: &Record) {
    let start = lines.len();
    let stamp = LineStamp { position: record.position.0, more: 0, id: record.id.clone() };
    codec::encode(lines, Seed::NONE, &stamp, &record.entry);
    lines[start..][CHECKSUM].fill(b'0');
}
