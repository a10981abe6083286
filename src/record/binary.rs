//! The binary form of what the fold keeps of records.

use super::{
    AutoRules, Goal, Metric, Origin, Position, Retention, Settings, SnapshotId, SnapshotKind, SnapshotNote,
    TenantLimits, TransactionId, Version,
};
use crate::bytes::{binary_enum, binary_struct};
use crate::diff::{ArrayKey, Counts};

binary_struct!(Version(_));
binary_struct!(Position(_));
binary_struct!(SnapshotId(_));
binary_struct!(TransactionId(_));
binary_struct!(Counts { added, changed, removed, moved });
binary_struct!(SnapshotNote { name, description, tags });
binary_enum!(ArrayKey { 0 => Field(field), 1 => Index, 2 => Content });
binary_struct!(Settings { retention, auto, limits, guarded, array_keys, ignored_paths });
binary_struct!(Retention { auto, named, checkpoint, max_age });
binary_struct!(AutoRules { every, after, before });
binary_struct!(TenantLimits { value_bytes, depth, versions });
binary_struct!(Metric { name, value, unit, goal });
binary_enum!(Goal { 0 => Lower, 1 => Higher, 2 => Equal, 3 => Zero, 4 => AtMost(limit), 5 => AtLeast(limit) });
binary_enum!(Origin { 0 => Application, 1 => Debugger });
binary_enum!(SnapshotKind { 0 => Named, 1 => Auto, 2 => Checkpoint });
