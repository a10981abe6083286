//! How far the versions of a tenant were looked through for what names the elements of arrays.
//!
//! Must not name: `tenant`, `log`.

use crate::diff::Settler;
use crate::record::Version;

/// What was settled by the versions before `next`.
#[derive(Default)]
pub(super) struct Settling {
    pub settler: Settler,
    /// The first version that was not looked at.
    pub next: Version,
    /// Versions before it, in a row, that could not be read.
    pub unread: u32,
}
