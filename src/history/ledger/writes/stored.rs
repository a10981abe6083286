//! Writes that can be taken back, as bytes.

use super::{ReversibleWrite, WriteEntry, Writes, all, side};
use crate::bytes::{Binary, ByteReader, binary_enum};
use crate::history::packed::{Packed, PackedEntry};
use crate::record::{Position, Version};

binary_enum!(ReversibleWrite {
    0 => Return { owner, made, left, suspect },
    1 => Snapshot { id, drops },
    2 => Unmade { id, drops },
    3 => Deletion(ids),
    4 => Restoring(ids),
    5 => Edit { id, before },
    6 => Settings(before),
});

/// Under the position of the record that made it, or took it back.
impl PackedEntry for WriteEntry {
    fn pack(&self, key: u64, out: &mut Vec<u8>) {
        key.wrapping_sub(self.first.0).encode(out);
        self.origin.encode(out);
        self.write.encode(out);
    }

    fn unpack(key: u64, from: &mut ByteReader<'_>) -> Option<Self> {
        let first = Position(key.wrapping_sub(u64::decode(from)?));
        let (origin, write) = Binary::decode(from)?;
        Some(Self { at: Position(key), origin, write, first })
    }
}

impl Binary for Writes {
    fn encode(&self, out: &mut Vec<u8>) {
        self.stand.iter().chain(&self.undone).for_each(|writes| writes.encode(out));
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        let mut sides = || Some([Packed::decode(from)?, Packed::decode(from)?]);
        let writes = Self { stand: sides()?, undone: sides()? };
        let of_side =
            |(index, all): (usize, &Packed<WriteEntry>)| all.iter().all(|(_, done)| side(done.origin) == index);
        [&writes.stand, &writes.undone].iter().all(|sides| sides.iter().enumerate().all(of_side)).then_some(writes)
    }
}

impl Writes {
    /// Whether they name branches below this number, and versions up to this one.
    pub fn are_within(&self, branches: usize, newest: Version) -> bool {
        all(&self.stand).chain(all(&self.undone)).all(|done| match &done.write {
            ReversibleWrite::Return { owner, made, left, .. } => {
                (owner.0 as usize) < branches && *made <= newest && *left <= newest
            }
            _ => true,
        })
    }
}
