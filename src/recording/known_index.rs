//! What a tenant's handles know of its index segment.
//!
//! Must not name: `tenant`, `history`.

use crate::segment::Unfit;
use std::path::PathBuf;

/// The segment that a tenant was opened from.
#[derive(Debug, Clone)]
pub(super) struct Resumed {
    pub file: PathBuf,
    pub bytes: u64,
    /// The last record it covers.
    pub records: u64,
}

/// What is known of a tenant's segment.
#[derive(Debug, Clone, Default)]
pub(super) enum KnownIndex {
    /// Nobody has looked.
    #[default]
    Nothing,
    /// It was opened from this one.
    Resumed(Resumed),
    /// This one was written since.
    Written(Resumed),
    /// There was none that could be used.
    None(Unfit),
}

/// Records that are worth a segment of their own, or one part in this of all.
const MANY: u64 = 10_000;
const PART: u64 = 20;

/// Whether so many records of all are worth a segment that covers them.
pub(super) fn is_much(folded: u64, records: u64) -> bool {
    folded > MANY || folded.saturating_mul(PART) > records
}
