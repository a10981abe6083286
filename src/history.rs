//! The fold of one tenant's records: versions, branches, snapshots, rollback, lookup by number, time and name.
//!
//! Answers "the value at this version"; not every version's whole value is in memory: keyframes by memory budget, and a
//! window of recently replayed versions. Must not name: files, clocks, `log`, `import`, screens.

mod answers;
mod chunked;
mod fold;
mod gaps;
mod ledger;
mod lineage;
mod marks;
pub(crate) mod names;
pub(crate) mod nearest;
mod packed;
mod parts;
mod stored;
mod target;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod timeline;
mod values;
mod when;
mod zone;

pub use answers::{Activity, Doubts, Moment, RollbackPlan, Strategy, TurnedWrite, Undoable, Variants};
pub use chunked::Chunked;
pub(crate) use gaps::Recount;
pub use ledger::transactions::{Transaction, TransactionEvent, TransactionPart, TransactionState, Transactions};
pub use ledger::variants::{
    Comparison, FailedGuardrail, GuardrailFailure, MeasuredBranch, Measurement, MetricFigure, MetricPoint, MetricSpec,
    MetricVerdict, Variant, VariantMetrics, Verdict, VerdictBasis,
};
pub use ledger::{Ledger, MetricTest, TestMethod};
pub use lineage::branches::{Branch, MAIN};
pub use lineage::{AbandonedVersions, Lineage};
pub use marks::{Marks, Snapshot};
#[cfg(feature = "tui")]
pub(crate) use nearest::nearest;
pub use parts::History;
#[cfg(feature = "tui")]
pub(crate) use parts::Revision;
pub(crate) use stored::NotStored;
pub use target::{Target, TargetContext};
pub use timeline::pyramid::Tally;
pub use timeline::{SourceFacts, Timeline, VersionInfo, VersionKind};
pub use values::budget::Budget;
pub use values::names::ArrayNames;
#[cfg(feature = "query")]
pub(crate) use values::seek::ValueSource;
pub use when::TargetTime;
pub use zone::Zone;
