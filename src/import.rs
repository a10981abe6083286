//! Foreign formats into entries. Bad input is data: good entries, plus problems with line and byte.
//!
//! Must not know: `history`, `log`.

mod git;
mod input;
mod patches;
mod probe;
mod states;

pub use input::Input;
pub use probe::{Candidate, Probe, probe};

use crate::error::Place;
use crate::record::{Entry, TenantId};
use std::ops::ControlFlow;

/// Something in a source that could not be taken as it is; the import goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What, and what was done about it.
    pub why: String,
}

/// What an importer hands over, one by one.
pub enum Item {
    /// An entry for a tenant.
    Entry(TenantId, Entry),
    /// A problem.
    Problem(Problem),
    /// Bytes of the source read so far, of how many, if known.
    Progress(u64, Option<u64>),
}

/// Who takes the items; `Break` stops the import.
pub type Sink<'a> = dyn FnMut(Item) -> ControlFlow<()> + 'a;

/// One foreign format.
pub trait Importer: Send + Sync {
    /// Its name, as in `--format`.
    fn name(&self) -> &'static str;
    /// One line on what it is.
    fn about(&self) -> &'static str;
    /// How well the first bytes fit, with the reason; `None` when they do not.
    fn sniff(&self, start: &[u8]) -> Option<Candidate>;
    /// Reads all of the input.
    ///
    /// # Errors
    /// Only when nothing more can be read at all.
    fn read(&self, input: Input, sink: &mut Sink<'_>) -> crate::Result<()>;
}

/// Every format, in the order of `--help`.
pub static FORMATS: &[&dyn Importer] = &[];
