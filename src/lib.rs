//! A time machine for application state.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod diff;
mod error;
pub mod export;
mod history;
pub mod import;
mod log;
mod patch;
pub mod record;
mod recording;
#[cfg_attr(not(feature = "tui"), allow(dead_code, unused_imports))]
mod source;
mod value;
// Without the screen nobody reads its rows yet; they are plain structs for whatever comes next.
#[cfg_attr(not(feature = "tui"), allow(dead_code, unused_imports))]
mod view;

#[cfg(feature = "tui")]
pub mod cli;
#[cfg(feature = "tui")]
mod tui;
#[cfg(feature = "bench")]
#[doc(hidden)]
pub use tui::bench;

pub use diff::{Change, ChangeKind, Counts, Diff, MOVABLE, Matching, Pair, SizeChange, align, diff};
pub use error::{Error, Place, Result};
pub use history::{
    Activity, Branch, Budget, Column, Comparison, Context, Figure, History, Kind, Mark, Measurement, RollbackPlan,
    Snapshot, Strategy, Target, Transaction, TransactionEvent, TransactionPart, TransactionState, Undoable, Variant,
    Verdict, VersionInfo, When, Yardstick,
};
pub use import::{Note, Problem};
pub use log::{Attendance, Batch, Cut, Damage, Durability, FileLog, Log, MemoryLog, Report, verify};
pub use patch::{Op, Patch, between, merged};
pub use record::{
    AutoRules, Base, BaseHead, BaseTurn, BaseWrite, Body, Entry, Goal, InTransaction, Metric, NewSnapshot, Origin,
    Position, Record, Retention, Settings, SnapshotId, SnapshotKind, SnapshotNote, TenantId, TenantLimits, Time,
    TransactionId, Version,
};
pub use recording::{
    Committed, CompactPlan, Compacted, Draft, Head, Outcome, Progress, Prune, Recording, RolledBack, SnapshotRequest,
    StepError, Subscription, Tenant, TransactionBuilder, TransactionError,
};
pub use source::{Address, Event, Options, open, read};
pub use value::{
    Array, Limits, MAX_DEPTH, MAX_SIZE, Number, Object, Path, Pointer, Step, Text, Value, parse, to_value,
};
