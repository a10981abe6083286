//! Snapshots as bytes: all that were made, and what hides them.

use super::{Marks, Snapshot, SnapshotEntry};
use crate::bytes::{Binary, ByteReader, binary_struct};
use crate::record::Version;

binary_struct!(Snapshot { id, kind, name, version, at, created, by, description, tags });
binary_struct!(SnapshotEntry { snapshot, hidden });

impl Binary for Marks {
    fn encode(&self, out: &mut Vec<u8>) {
        crate::bytes::encode_all(self.made.values(), out);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        let mut snapshots = Self::default();
        for mark in Vec::<SnapshotEntry>::decode(from)? {
            if mark.hidden == 0 {
                snapshots.list(&mark.snapshot);
            }
            let twice = snapshots.made.insert(mark.snapshot.id, mark).is_some();
            if twice {
                return None;
            }
        }
        Some(snapshots)
    }
}

impl Marks {
    /// Whether all mark versions up to this one.
    pub fn are_within(&self, newest: Version) -> bool {
        self.made.values().all(|mark| mark.snapshot.version <= newest)
    }
}
