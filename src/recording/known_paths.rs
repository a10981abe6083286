//! What a tenant's handles know of its path index.
//!
//! Must not name: `tenant`.

use crate::index::PathIndex;
use crate::record::Version;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What is known of a tenant's path index.
#[derive(Debug, Default)]
pub(super) struct KnownPaths {
    pub index: Option<Arc<PathIndex>>,
    /// Whether its file was looked for.
    pub looked: bool,
    pub file: Option<StoredPaths>,
    /// How long indexing what the file does not cover took.
    pub took: Duration,
}

/// A file that holds a path index.
#[derive(Debug, Clone)]
pub(crate) struct StoredPaths {
    pub path: PathBuf,
    pub bytes: u64,
    pub newest: Version,
    /// Whether it was there already.
    pub found: bool,
}
