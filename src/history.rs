//! The fold of one tenant's records: versions, branches, snapshots, rollback, lookup by number, time and name.
//!
//! Answers "the value at this version"; not every version's whole value is in memory: keyframes by memory budget, and a
//! window of recently replayed versions. Must not name: files, clocks, `log`, `import`, screens.

mod activity;
mod back;
mod base;
mod branches;
mod budget;
mod chunked;
mod columns;
mod course;
mod fold;
mod gaps;
mod guard;
mod keyframes;
mod left;
mod missing;
mod moment;
pub(crate) mod names;
pub(crate) mod nearest;
mod owners;
mod pyramid;
mod replays;
mod resolve;
mod rollback;
#[cfg_attr(not(feature = "tui"), allow(dead_code))]
mod same;
mod seek;
mod snapshots;
mod statistics;
mod step;
mod stored;
mod target;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod transactions;
mod tree;
mod undo;
mod variants;
mod versions;
mod when;
mod zone;

pub use activity::Activity;
pub use branches::{Branch, MAIN};
pub use budget::Budget;
pub use chunked::Chunked;
pub use fold::History;
#[cfg(feature = "tui")]
pub(crate) use fold::Revision;
pub(crate) use gaps::Recount;
pub use left::LeftBehind;
pub use moment::Moment;
#[cfg(feature = "tui")]
pub(crate) use nearest::nearest;
pub use pyramid::Tally;
pub use rollback::{RollbackPlan, Strategy};
pub use snapshots::Snapshot;
pub use statistics::{Method, Test};
pub(crate) use stored::NotStored;
pub use target::{Context, Target};
pub use transactions::{Transaction, TransactionEvent, TransactionPart, TransactionState};
pub use undo::Undoable;
pub use variants::{
    Basis, Column, Comparison, FailedGuardrail, Failure, Figure, Mark, MeasuredBranch, Measurement, Point, Variant,
    Verdict, Yardstick,
};
pub use versions::{Kind, VersionInfo};
pub use when::When;
pub use zone::Zone;
