//! An index as bytes, for a file beside the log.

use super::paths::Paths;
use super::{Indexed, PathIndex};
use crate::bytes::{Binary, ByteReader, binary_struct};
use crate::diff::{DiffRules, Settled};
use crate::record::Version;

binary_struct!(Indexed { first, newest, made_by });

impl PathIndex {
    /// All of it but the choices it was made with.
    pub(crate) fn store(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.indexed.encode(&mut out);
        self.settled.encode(&mut out);
        self.since.encode(&mut out);
        self.unknown.encode(&mut out);
        self.paths.encode(&mut out);
        out
    }

    /// The index that these bytes are of, made with these choices; `None` where they are no such thing. O(paths): which
    /// versions touched one is read when that is asked for. `None` where it claims to know more than `newest`.
    pub(crate) fn restore(kept: DiffRules, bytes: Vec<u8>, newest: Version) -> Option<Self> {
        let from = &mut ByteReader::new(&bytes);
        let indexed = Option::<Indexed>::decode(from)?;
        let settled = Settled::decode(from)?;
        let since = Binary::decode(from)?;
        let unknown = Binary::decode(from)?;
        indexed.as_ref().is_none_or(|indexed| indexed.newest <= newest).then_some(())?;
        let start = bytes.len() - from.left();
        let paths = Paths::restore(bytes, start, newest)?;
        let keys = DiffRules::default().on(&kept, &settled);
        Some(Self { kept, keys, settled, since, paths, unknown, indexed, ..Self::default() })
    }
}
