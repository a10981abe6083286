//! Snapshots as bytes: those in the list, then those that left it.

use super::hidden::HiddenSnapshot;
use super::{Marks, Snapshot};
use crate::bytes::{Binary, ByteReader, binary_struct, encode_all};
use crate::history::packed::Packed;
use crate::record::Version;

binary_struct!(Snapshot { id, kind, name, version, at, created, by, description, tags });

impl Binary for Marks {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_all(self.shown.values(), out);
        self.hidden.encode(out);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        let mut marks = Self::default();
        let shown = Vec::<Snapshot>::decode(from)?;
        let count = shown.len();
        shown.into_iter().for_each(|snapshot| marks.add(snapshot));
        marks.hidden = Packed::<HiddenSnapshot>::decode(from)?;
        let apart = marks.shown.keys().all(|id| marks.hidden.get(id.0.0).is_none());
        (apart && marks.shown.len() == count).then_some(marks)
    }
}

impl Marks {
    /// Whether all mark versions up to this one.
    pub fn are_within(&self, newest: Version) -> bool {
        self.shown.values().all(|snapshot| snapshot.version <= newest)
            && self.hidden.iter().all(|(_, hidden)| hidden.snapshot.version <= newest)
    }
}
