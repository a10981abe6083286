//! Rows as bytes: a column each for positions, sizes, times, and so on, in chunks that are decoded when they are asked
//! for. Four to nine bytes a row.

use super::{AT, CHUNK, Narrow, TIMED, TimelineRow, VersionRows, WHOLE, WIDE, join, split};
use crate::bytes::{Binary, ByteReader, binary_struct};
use crate::history::chunked::Chunked;
use crate::history::timeline::columns::{deltas, put, put_multiples, sums, take, take_multiples};
use crate::history::timeline::{TextId, VersionKind};
use crate::record::Origin;
use std::num::NonZeroU32;
use std::sync::Arc;

binary_struct!(TimelineRow { position, size, counts, at, label, by, origin, kind, whole, timed });

impl Binary for TextId {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.get().encode(out);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        NonZeroU32::new(u32::decode(from)?).map(Self)
    }
}

/// All kinds that a row may be of, by their bytes.
const KINDS: [VersionKind; 6] = [
    VersionKind::Transition,
    VersionKind::Rollback,
    VersionKind::Promote,
    VersionKind::Undo,
    VersionKind::Invalid,
    VersionKind::Deleted,
];

impl Binary for VersionKind {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(kind_byte(*self));
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        KINDS.get(usize::from(u8::decode(from)?)).copied()
    }
}

fn kind_byte(kind: VersionKind) -> u8 {
    match kind {
        // No version whose record is there is cut off.
        VersionKind::Transition | VersionKind::Cut => 0,
        VersionKind::Rollback => 1,
        VersionKind::Promote => 2,
        VersionKind::Undo => 3,
        VersionKind::Invalid => 4,
        VersionKind::Deleted => 5,
    }
}

/// A narrow row's bits that are few: three of the kind, one of the origin, four flags.
fn traits_of(row: &Narrow) -> u64 {
    let debugger = u8::from(row.origin == Origin::Debugger);
    u64::from(kind_byte(row.kind) | debugger << 3 | row.flags << 4)
}

impl VersionRows {
    /// The rows as bytes: those beside, and of each chunk where it begins and its columns.
    pub fn store(&self) -> (Vec<u8>, Vec<u8>) {
        let (mut small, mut columns, mut ends) = (Vec::new(), Vec::new(), Vec::new());
        for (chunk, start) in (0..self.len()).step_by(CHUNK).enumerate() {
            match self.narrow.packed(chunk) {
                Some(bytes) => columns.extend(bytes),
                None => put_chunk(&self.narrow.range(start..start + CHUNK).copied().collect::<Vec<_>>(), &mut columns),
            }
            ends.push(columns.len());
        }
        self.len().encode(&mut small);
        ends.encode(&mut small);
        self.bases.encode(&mut small);
        self.wide.encode(&mut small);
        (small, columns)
    }

    /// The rows of bytes. Their chunks are decoded when they are asked for; one that cannot be holds no rows.
    pub fn restore(small: &mut ByteReader<'_>, columns: &Arc<Vec<u8>>) -> Option<Self> {
        let (count, ends) = (usize::decode(small)?, Vec::<usize>::decode(small)?);
        let (bases, wide) = (Chunked::decode(small)?, Chunked::decode(small)?);
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let in_order = starts.zip(&ends).all(|(start, end)| start <= *end);
        let whole = ends.last().copied().unwrap_or(0) == columns.len();
        if !(in_order && whole && ends.len() == count.div_ceil(CHUNK) && bases.len() == ends.len()) {
            return None;
        }
        Some(Self { narrow: Chunked::stored(count, columns, &ends, take_chunk)?, bases, wide })
    }

    /// Keeps the chunk before the newest full one as bytes: what is asked for most is behind it.
    pub(super) fn pack(&mut self) {
        let Some(chunk) = (self.len() / CHUNK).checked_sub(2) else { return };
        let encode = |rows: &[Narrow]| {
            let mut bytes = Vec::new();
            put_chunk(rows, &mut bytes);
            bytes.shrink_to_fit();
            bytes
        };
        self.narrow.pack(chunk, encode, take_chunk);
    }
}

fn put_chunk(rows: &[Narrow], out: &mut Vec<u8>) {
    let all = |field: fn(&Narrow) -> u64| rows.iter().map(field).collect::<Vec<u64>>();
    put(&all(traits_of), out);
    put(&deltas(rows.iter().map(|row| u64::from(row.position))), out);
    put(&deltas(rows.iter().map(|row| u64::from(row.size))), out);
    put_multiples(&all(|row| join(row.at)), out);
    for n in 0..4 {
        put(&rows.iter().map(|row| u64::from(row.counts[n])).collect::<Vec<_>>(), out);
    }
    put(&all(|row| u64::from(row.label.0.get())), out);
    put(&all(|row| row.by.map_or(0, |by| u64::from(by.0.get()))), out);
}

fn take_chunk(bytes: &[u8], count: usize) -> Option<Vec<Narrow>> {
    let mut from = ByteReader::new(bytes);
    let traits = take(&mut from, count)?;
    let [position, size] = [sums(take(&mut from, count)?), sums(take(&mut from, count)?)];
    let at = take_multiples(&mut from, count)?;
    let mut column = || take(&mut from, count);
    let counts = [column()?, column()?, column()?, column()?];
    let [label, by] = [column()?, column()?];
    let row = |n: usize| -> Option<Narrow> {
        let bits = u8::try_from(traits[n]).ok()?;
        let mut narrow = [0; 4];
        for (narrow, column) in narrow.iter_mut().zip(&counts) {
            *narrow = u16::try_from(column[n]).ok()?;
        }
        Some(Narrow {
            position: u32::try_from(position[n]).ok()?,
            size: u32::try_from(size[n]).ok()?,
            at: split(at[n]),
            counts: narrow,
            label: word(label[n])??,
            by: word(by[n])?,
            origin: if bits & 8 == 0 { Origin::Application } else { Origin::Debugger },
            kind: *KINDS.get(usize::from(bits & 7))?,
            flags: bits >> 4 & (WHOLE | TIMED | AT | WIDE),
        })
    };
    let rows = (0..count).map(row).collect::<Option<Vec<_>>>()?;
    from.is_at_end().then_some(rows)
}

/// The word of a number, 0 for none; `None` when it is no word.
#[expect(clippy::option_option, reason = "no word, or none where one could be")]
fn word(number: u64) -> Option<Option<TextId>> {
    u32::try_from(number).ok().map(|number| NonZeroU32::new(number).map(TextId))
}
