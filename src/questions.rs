//! Questions over time: when a part of the value changed and who wrote it, when a predicate held, what an expression was.
//!
//! They follow a branch as the application saw it: every version that was its head, in the order in which it was; what a
//! rollback left behind included. Must not name: `source`, `view`, screens.

#[cfg(feature = "bench")]
pub mod bench;
mod bisect;
mod blame;
mod blocks;
mod changes;
mod course;
mod embedded;
mod find;
mod leaf;
mod nearest;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod trace;
mod walked;

pub use bisect::{BisectVerdict, Bisected, Bisection, Contradiction, FirstBad};
pub use blame::{Blame, blame, blame_of};
pub use changes::{PathChange, changes_of};
pub use course::Course;
pub use embedded::{EmbeddedPath, embedded_change_near, embedded_changes_of};
pub use find::{Direction, FindCondition, FindSearch, Span, Stats, is_untouched};
pub use nearest::{Aspect, Nearest, TimeDirection, change_near};
pub use trace::{Trace, TraceRow};
