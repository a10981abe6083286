//! What a history is asked, across its parts.

mod activity;
mod comparison;
mod course;
mod ledger;
mod lines;
mod marks;
mod moment;
mod resolve;
mod rollback;
#[cfg_attr(not(feature = "tui"), allow(dead_code))]
mod same;
mod undo;
mod versions;

pub use activity::Activity;
pub use moment::Moment;
pub use rollback::{RollbackPlan, Strategy};
pub use undo::Undoable;
