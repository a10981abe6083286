//! Snapshots that left the list, as bytes: auto snapshots leave it by the hundred thousand, and are hardly ever asked for.

use super::Snapshot;
use crate::bytes::{Binary, ByteReader, binary_enum};
use crate::history::packed::PackedEntry;
use crate::record::{Position, SnapshotId, Time};

/// One that is not in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HiddenSnapshot {
    pub snapshot: Snapshot,
    /// Deletions, and undoing of its making, that have not been taken back: at least 1.
    pub times: u32,
}

/// When a snapshot was made, beside the time of its version.
enum Created {
    Unknown,
    /// At that time.
    Same,
    /// So many nanoseconds later.
    Later(i64),
    /// At this one.
    At(Time),
}
binary_enum!(Created { 0 => Unknown, 1 => Same, 2 => Later(by), 3 => At(time) });

impl Created {
    fn of(snapshot: &Snapshot) -> Self {
        match (snapshot.at, snapshot.created) {
            (_, None) => Self::Unknown,
            (Some(at), Some(created)) if at == created => Self::Same,
            (Some(at), Some(created)) => {
                let later = (created - at).num_nanoseconds().map(Self::Later);
                // A leap second is no sum.
                later.filter(|later| later.time(Some(at)) == Some(created)).unwrap_or(Self::At(created))
            }
            (None, Some(created)) => Self::At(created),
        }
    }

    fn time(&self, at: Option<Time>) -> Option<Time> {
        match *self {
            Self::Unknown => None,
            Self::Same => at,
            Self::Later(by) => at?.checked_add_signed(chrono::TimeDelta::nanoseconds(by)),
            Self::At(time) => Some(time),
        }
    }
}

impl PackedEntry for HiddenSnapshot {
    fn pack(&self, _: u64, out: &mut Vec<u8>) {
        let Self { snapshot, times } = self;
        times.encode(out);
        snapshot.kind.encode(out);
        snapshot.name.encode(out);
        snapshot.version.encode(out);
        snapshot.at.encode(out);
        Created::of(snapshot).encode(out);
        snapshot.by.encode(out);
        snapshot.description.encode(out);
        snapshot.tags.encode(out);
    }

    fn unpack(key: u64, from: &mut ByteReader<'_>) -> Option<Self> {
        let times = u32::decode(from).filter(|times| *times > 0)?;
        let kind = Binary::decode(from)?;
        let name = Binary::decode(from)?;
        let version = Binary::decode(from)?;
        let at = Binary::decode(from)?;
        let created = Created::decode(from)?.time(at);
        let (by, description, tags) = Binary::decode(from)?;
        let snapshot =
            Snapshot { id: SnapshotId(Position(key)), kind, name, version, at, created, by, description, tags };
        Some(Self { snapshot, times })
    }
}
