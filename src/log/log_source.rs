//! Whose log a file holds.

use super::line::Seed;
use crate::record::TenantId;
use std::path::PathBuf;

/// Whose log it is, and how a person finds it.
#[derive(Debug, Clone)]
pub struct LogSource {
    pub file: PathBuf,
    /// Whose log it has to be.
    pub tenant: TenantId,
    /// The recording's seed, for a header that cannot be read.
    pub spare: Option<Seed>,
}
