//! Writes that can be taken back, as bytes.

use super::{Done, Write, Writes, side};
use crate::bytes::{Binary, ByteReader, binary_enum, binary_struct, encode_all};
use crate::record::{Position, Version};
use std::collections::BTreeMap;

binary_struct!(Done { at, origin, write, first });
binary_enum!(Write {
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
        let mut lists = [const { BTreeMap::new() }; 4];
        for (list, writes) in lists.iter_mut().enumerate() {
            let done = Vec::<Done>::decode(from)?;
            if done.iter().any(|done| side(done.origin) != list % 2) {
                return None;
            }
            *writes = done.into_iter().map(|done| (done.at, done)).collect::<BTreeMap<Position, Done>>();
        }
        let [application, debugger, undone_application, undone_debugger] = lists;
        Some(Self { stand: [application, debugger], undone: [undone_application, undone_debugger] })
    }
}

impl Writes {
    /// Whether they name branches below this number, and versions up to this one.
    pub fn are_within(&self, branches: usize, newest: Version) -> bool {
        let mut all = self.stand.iter().chain(&self.undone).flat_map(BTreeMap::values);
        all.all(|done| match &done.write {
            Write::Return { owner, made, left, .. } => {
                (owner.0 as usize) < branches && *made <= newest && *left <= newest
            }
            _ => true,
        })
    }
}
