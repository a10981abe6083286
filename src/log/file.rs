//! A log of JSON Lines files in a directory, one a tenant. docs/log-format.md specifies it.
use super::Damage;
use crate::Result;
use std::path::Path;

/// A directory of tenant logs.
pub struct FileLog(());

impl FileLog {
    /// Creates the directory of a new recording, or takes an existing empty one.
    ///
    /// # Errors
    /// When it exists and is not empty and is not a recording, or cannot be made.
    pub fn create(directory: &Path) -> Result<Self> { todo!() }
    /// Opens a recording. Reads only; a writer's clean-up of a torn tail happens at the first append.
    ///
    /// # Errors
    /// When it is no recording, or of a newer format.
    pub fn open(directory: &Path) -> Result<Self> { todo!() }
    /// Whether `path` is a recording's directory.
    pub fn is_recording(path: &Path) -> bool { todo!() }
}

/// What `verify` found.
#[derive(Debug, Default)]
pub struct Report {
    /// Good records.
    pub records: u64,
    /// What cannot be used, in the order of the files.
    pub damage: Vec<Damage>,
}

/// Reads every byte of a recording.
///
/// # Errors
/// When it cannot be read at all.
pub fn verify(directory: &Path) -> Result<Report> { todo!() }
