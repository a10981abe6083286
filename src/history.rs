//! The fold of one tenant's records: versions, branches, snapshots, rollback, lookup by number, time and name.
//!
//! Answers "the value at this version"; not every version's whole value is in memory: keyframes by memory budget, and a
//! window of recently replayed versions. Must not know: files, clocks, `log`, `import`, screens.

mod branches;
mod fold;
mod keyframes;
mod rollback;
mod seek;
mod snapshots;
mod target;
mod tree;
mod versions;

pub use branches::Branch;
pub use fold::{Activity, History, Undoable};
pub use keyframes::Budget;
pub use rollback::{RollbackPlan, Strategy};
pub use snapshots::Snapshot;
pub use target::{Context, Target};
pub use versions::{Kind, VersionInfo};
