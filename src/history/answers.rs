//! What a history is asked, across its parts.

mod activity;
mod course;
mod doubts;
mod lines;
mod marks;
mod moment;
mod resolve;
mod rollback;
#[cfg_attr(not(feature = "tui"), allow(dead_code))]
mod same;
mod undo;
mod variants;
mod versions;

pub use activity::Activity;
pub use doubts::Doubts;
pub use moment::Moment;
pub use rollback::{RollbackPlan, Strategy};
pub use undo::{TurnedWrite, Undoable};
pub use variants::Variants;
