//! A time machine for application state: an application records its state as it runs, and every version, difference and
//! way back is there, for the application and for whoever debugs it from another process.
//!
//! A [`Recording`] holds the isolated histories of many [`Tenant`]s, in memory or in a directory. What is written is one
//! record in an append-only log; all else is derived, so nothing is ever overwritten.
//!
//! ```
//! use asof::{Recording, SnapshotRequest, Version};
//! use serde::Serialize;
//!
//! #[derive(Serialize)]
//! struct Shop {
//!     version: &'static str,
//!     sessions: u32,
//! }
//!
//! # fn main() -> asof::Result<()> {
//! let recording = Recording::memory(); // or Recording::create(directory)
//! let shop = recording.tenant_or_new(&"acme_corp".into())?;
//!
//! // Record whole states: only what changed is stored. Or edit: all of it happens, or nothing.
//! shop.record("open", &Shop { version: "2.0.0", sessions: 100 })?;
//! shop.snapshot(&SnapshotRequest::named("v2.0.0"))?;
//! shop.apply("rush hour", |draft| draft.set(".sessions", &150))?;
//!
//! // Go back. The line that is left behind stays as a branch; undo returns to it.
//! let back = shop.rollback_to_named_snapshot("v2.0.0")?;
//! assert_eq!(shop.value().to_json(), r#"{"sessions":100,"version":"2.0.0"}"#);
//! assert_eq!(back.kept.as_deref(), Some("main~1"));
//! shop.undo()?;
//! assert_eq!(shop.value_at(Version(2))?, shop.value());
//! # Ok(())
//! # }
//! ```
//!
//! **Following.** A rollback may be committed by `asof` in another terminal. A [`Subscription`] tells every new head; until
//! a writer has been told, [`Tenant::record`] refuses to overwrite what it has not seen.
//!
//! ```
//! # fn main() -> asof::Result<()> {
//! # let shop = asof::Recording::memory().tenant_or_new(&"shop".into())?;
//! let mut heads = shop.subscribe();
//! shop.record("open", &1)?;
//! shop.as_debugger().rollback(&asof::Strategy::Version(asof::Version(0)), "start again")?;
//! assert_eq!(heads.try_next()?.map(|head| head.was_set_back()), Some(false));
//! assert_eq!(heads.try_next()?.map(|head| head.was_set_back()), Some(true));
//! # Ok(())
//! # }
//! ```
//!
//! **Transactions** are steps with checkpoints between them: see [`Tenant::transaction`]. What fails is on record, and the
//! [`TransactionError`] goes back to a checkpoint or the initial state, or goes on from one.
//!
//! **Variants** are branches worked on side by side from one baseline, measured and compared:
//!
//! ```
//! # fn main() -> asof::Result<()> {
//! # let app = asof::Recording::memory().tenant_or_new(&"app".into())?;
//! use asof::{Metric, SnapshotRequest};
//!
//! app.record("open", &serde_json::json!({"algorithm": "v1"}))?;
//! let baseline = app.snapshot(&SnapshotRequest::named("baseline"))?;
//! for (name, score) in [("A", 85_i64), ("B", 92), ("C", 78)] {
//!     app.variant(name, "baseline")?;
//!     app.on(name)?.apply("try", |draft| draft.set(".algorithm", name))?;
//!     app.measure(name, &[Metric::new("score", score)])?;
//! }
//! let comparison = app.history().variants().comparison(baseline.id).expect("it has variants");
//! let winner = comparison.variants.iter().find(|variant| variant.verdict == asof::Verdict::Winner);
//! assert_eq!(winner.map(|variant| variant.branch.name.as_str()), Some("B"));
//! app.promote("B", "best score")?;
//! assert_eq!(app.value().to_json(), r#"{"algorithm":"B"}"#);
//! # Ok(())
//! # }
//! ```
//!
//! **Tenants** know nothing of each other: what one asks for in vain is not found, whether another has it or not.
//!
//! ```
//! # fn main() -> asof::Result<()> {
//! # let recording = asof::Recording::memory();
//! let (acme, widgets) = (recording.tenant_or_new(&"acme_corp".into())?, recording.tenant_or_new(&"widgets".into())?);
//! widgets.record("open", &1)?;
//! widgets.snapshot(&asof::SnapshotRequest::named("beta_test"))?;
//! let refused = acme.rollback_to_named_snapshot("beta_test").unwrap_err();
//! assert_eq!(refused.to_string(), "snapshot \"beta_test\" not found in tenant acme_corp");
//! # Ok(())
//! # }
//! ```
//!
//! **Saved** means: transitions are handed to the operating system before the call returns (they survive the process);
//! snapshots, rollbacks and whatever else is rare are on the disk (they survive the machine). Writers that wait for the
//! disk at the same time share one wait. After a failed sync nothing is acknowledged any more: [`Recording::refused`].
//!
//! **Costs**: where nothing is said of it, a call takes constant time, or time in what it is handed and answers. `n` is
//! the number of versions, or of children of one value; *runs* are stretches of versions without a rollback or a change
//! of branch. Neither depends on how large a state is; old values take memory from one [`Budget`] a recording.
//!
//! **Units**: times are UTC, sizes bytes of compact JSON, ages seconds, each where its name does not say otherwise.
#![cfg_attr(test, allow(clippy::unwrap_used))]

#[cfg(not(unix))]
compile_error!("asof runs on Linux and macOS: its log needs the file locks, inodes and permissions of a Unix system");

#[cfg(feature = "tui")]
mod assertions;
mod bytes;
#[cfg(test)]
mod dice;
mod diff;
mod error;
mod escape;
pub mod export;
mod history;
#[cfg(feature = "import")]
pub mod import;
#[cfg_attr(not(feature = "tui"), allow(dead_code, unused_imports))]
mod index;
mod log;
#[cfg(feature = "tui")]
mod ops;
mod patch;
#[cfg(feature = "query")]
#[cfg_attr(not(feature = "tui"), allow(dead_code, unused_imports))]
mod query;
#[cfg(feature = "tui")]
mod questions;
#[cfg(feature = "import")]
#[cfg_attr(not(feature = "tui"), allow(dead_code, unused_imports))]
pub mod recipe;
pub mod record;
mod recording;
mod segment;
#[cfg(feature = "import")]
#[cfg_attr(not(feature = "tui"), allow(dead_code, unused_imports))]
mod source;
#[cfg(feature = "import")]
#[cfg_attr(not(feature = "tui"), allow(dead_code))]
mod toml;
mod value;
#[cfg(feature = "tui")]
mod view;

#[cfg(feature = "tui")]
pub mod cli;
#[cfg(feature = "tui")]
mod tui;
#[cfg(feature = "bench")]
#[doc(hidden)]
pub use questions::bench as asked;
#[cfg(feature = "bench")]
#[doc(hidden)]
pub use tui::bench;

pub use diff::{
    ArrayKey, Change, ChangeKind, Counts, Diff, DiffRules, Differ, IgnoredPaths, MOVABLE, Matching, Pair, Settled,
    Settler, SizeChange, Track, align, diff, key_candidates,
};
pub use error::{Error, InputPlace, LogChange, OtherError, Overlap, Result};
pub use history::{
    AbandonedVersions, Activity, Branch, Budget, Chunked, Comparison, Doubts, FailedGuardrail, GuardrailFailure,
    History, Ledger, Lineage, Marks, MeasuredBranch, Measurement, MetricFigure, MetricPoint, MetricSpec, MetricTest,
    MetricVerdict, Moment, RollbackPlan, Snapshot, SourceFacts, Strategy, Tally, Target, TargetContext, TargetTime,
    TestMethod, Timeline, Transaction, TransactionEvent, TransactionPart, TransactionState, Transactions, TurnedWrite,
    Undoable, Variant, VariantMetrics, Variants, Verdict, VerdictBasis, VersionInfo, VersionKind, Zone,
};
#[cfg(feature = "import")]
pub use import::{ImportProblem, Note as ImportNote};
#[cfg(feature = "nats")]
pub use log::NatsLog;
pub use log::{
    AppendId, CutOff, Damage, FileLog, Follow, LocalLog, Log, LogBatch, LogBounds, LogCut, LogIdentity, LogPositions,
    MemoryLog, NatsAccess, NatsAddress, NatsSource, NatsSourceKind, Polling, UnknownRecord, VerifyReport,
    WriterPresence, decode_record, encode_record, verify,
};
pub use patch::{Op, Patch, between, merged};
pub use record::{
    AutoRules, Base, BaseHead, BaseTurn, BaseWrite, Body, Entry, Goal, InTransaction, Makes, Metric, NewSnapshot,
    Origin, Position, Provenance, Record, Retention, Settings, SnapshotId, SnapshotKind, SnapshotNote, TenantId,
    TenantLimits, Time, TimeSource, TransactionId, Version,
};
pub use recording::{
    Allow, Appended, Committed, CompactPlan, Compacted, Draft, Head, IndexReport, MadeSnapshot, Progress, Prune,
    Recording, RolledBack, SnapshotRequest, StepError, Subscription, Tenant, TransactionBuilder, TransactionError,
    TransactionOutcome, TurnedBack,
};
pub use segment::{Segments, WriteSegments};
#[cfg(feature = "import")]
pub use source::{
    Address as SourceAddress, Event as SourceEvent, Options as SourceOptions, open as open_source, read as read_source,
};
pub use value::{
    Array, Fault, Limits, MAX_DEPTH, MAX_SIZE, Number, Object, Path, Pointer, Step, Text, Value, from_value, parse,
    to_value,
};

/// The example of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
