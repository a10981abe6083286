//! Writes that can be taken back, as bytes.

use super::{ReversibleWrite, WriteEntry, Writes, side};
use crate::bytes::{Binary, ByteReader, binary_enum, binary_struct, encode_all};
use crate::record::{Position, Version};
use im::OrdMap;

binary_struct!(WriteEntry { at, origin, write, first });
binary_enum!(ReversibleWrite {
    0 => Return { owner, made, left, suspect },
    1 => Snapshot { id, drops },
    2 => Unmade { id, drops },
    3 => Deletion(ids),
    4 => Restoring(ids),
    5 => Edit { id, before },
    6 => Settings(before),
});

impl Binary for Writes {
    fn encode(&self, out: &mut Vec<u8>) {
        for writes in self.stand.iter().chain(&self.undone) {
            encode_all(writes.values(), out);
        }
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        let mut sides = || Some([writes_of(0, from)?, writes_of(1, from)?]);
        Some(Self { stand: sides()?, undone: sides()? })
    }
}

/// Writes of one side.
fn writes_of(index: usize, from: &mut ByteReader<'_>) -> Option<OrdMap<Position, WriteEntry>> {
    let writes = Vec::<WriteEntry>::decode(from)?;
    let all_of_side = writes.iter().all(|done| side(done.origin) == index);
    all_of_side.then(|| writes.into_iter().map(|done| (done.at, done)).collect())
}

impl Writes {
    /// Whether they name branches below this number, and versions up to this one.
    pub fn are_within(&self, branches: usize, newest: Version) -> bool {
        let mut all = self.stand.iter().chain(&self.undone).flat_map(OrdMap::values);
        all.all(|done| match &done.write {
            ReversibleWrite::Return { owner, made, left, .. } => {
                (owner.0 as usize) < branches && *made <= newest && *left <= newest
            }
            _ => true,
        })
    }
}
