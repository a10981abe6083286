//! Recordings into other formats, one file each; and the JSON lines that machines read (`json`).
//!
//! Must not name: `cli`, screens, files.

pub mod json;
mod jsonl;
mod version_row;

pub use version_row::VersionRow;

use crate::Result;
use crate::recording::Tenant;
use std::ops::ControlFlow;

/// Takes the lines of an export one by one, without their line ends; `Break` stops it.
pub type LineSink<'a> = dyn FnMut(&str) -> ControlFlow<()> + 'a;

/// One export format.
pub struct Format {
    /// Its name, as in `--format`.
    pub name: &'static str,
    /// One line on what it is.
    pub about: &'static str,
    /// Writes a tenant's whole history.
    pub write: fn(&Tenant, &mut LineSink<'_>) -> Result<()>,
}

/// Every format, in the order of `--help`.
pub static FORMATS: &[Format] = &[Format {
    name: "jsonl",
    about: "one JSON object per version, with the whole state; `asof record` reads it back",
    write: jsonl::write,
}];
