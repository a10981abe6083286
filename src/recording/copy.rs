//! Copying all records of one log to another.

use super::Telling;
use crate::error::{Error, Result};
use crate::log::{AppendId, Log, LogBatch, PositionRuns};
use crate::record::{Body, Entry, Position, Record, SnapshotId, TenantId};
use std::collections::BTreeMap;

/// Records copied at a time.
const AT_ONCE: usize = 4096;

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    /// That the copy is on the disk.
    Synced,
    /// Nothing: the copy can be made again.
    #[cfg_attr(not(feature = "import"), expect(dead_code, reason = "only copies of imports can"))]
    Nothing,
}

/// How far a log has been copied.
pub(super) struct CopiedLog {
    tenants: BTreeMap<TenantId, CopiedTenant>,
    records: u64,
    all: u64,
}

/// How far one tenant's log has been copied, and where its records have gone.
#[derive(Default)]
struct CopiedTenant(PositionRuns);

impl CopiedTenant {
    /// An entry that names records where they are now.
    fn moved(&self, entry: &Entry) -> Entry {
        let mut entry = entry.clone();
        let id = |id: &mut SnapshotId| id.0 = self.0.copy_of(id.0);
        match &mut entry.body {
            Body::Undo { of } => *of = self.0.copy_of(*of),
            Body::Snapshot(snapshot) => snapshot.drops.iter_mut().for_each(id),
            Body::EditSnapshot { id: of, .. } => id(of),
            Body::DeleteSnapshots { ids } => ids.iter_mut().for_each(id),
            Body::Fork { baseline: Some(baseline), .. } => id(baseline),
            Body::Fork { baseline: None, .. }
            | Body::Transition { .. }
            | Body::Rollback { .. }
            | Body::Promote { .. }
            | Body::Metrics { .. }
            | Body::Begin { .. }
            | Body::Fail { .. }
            | Body::Commit
            | Body::Settings(_)
            | Body::Base(_)
            | Body::Unknown { .. } => {}
        }
        entry
    }
}

impl CopiedLog {
    /// Nothing of a log yet.
    pub fn of(log: &dyn Log) -> Result<Self> {
        let all = log.tenants()?.iter().map(|tenant| log.last(tenant).map(|last| last.0)).sum::<Result<u64>>()?;
        Ok(Self { tenants: BTreeMap::new(), records: 0, all: all.max(1) })
    }

    /// Takes notice that the other log has a tenant's records up to here already, at the same positions.
    #[cfg(feature = "import")]
    pub fn has(&mut self, tenant: &TenantId, through: Position) {
        self.tenants.insert(tenant.clone(), CopiedTenant(PositionRuns::same_through(through)));
    }

    /// The tenants whose records have the same positions in both logs, and up to which they are copied.
    #[cfg(feature = "import")]
    pub fn same(&self) -> impl Iterator<Item = (&TenantId, Position)> {
        let same = self.tenants.iter().filter(|(_, copied)| copied.0.are_same());
        same.map(|(id, copied)| (id, copied.0.last()))
    }

    /// Copies what has not been copied, and waits until it is on the disk where that is wanted. Positions that no record has are left out, and what names others follows them.
    ///
    /// # Errors
    /// `Gaps` where records are missing or damaged, or were cut off; those of both logs; `Interrupted` when it was told to.
    pub fn go_on(&mut self, from: &dyn Log, to: &dyn Log, wait: Wait, tell: &mut Telling<'_>) -> Result<()> {
        for tenant in from.tenants()? {
            let copied = self.tenants.entry(tenant.clone()).or_default();
            let before = copied.0.last_copy();
            loop {
                let batch = from.read(&tenant, copied.0.last(), AT_ONCE)?;
                if !is_whole(&batch) {
                    return Err(Error::Gaps { tenant: tenant.to_string() });
                }
                if batch.records.is_empty() {
                    break;
                }
                copied.append(&tenant, &batch, to)?;
                self.records += batch.records.len() as u64;
                if tell(super::share(self.records, self.all)).is_break() {
                    return Err(Error::Interrupted);
                }
            }
            if copied.0.last_copy() != before && wait == Wait::Synced {
                to.sync(&tenant)?;
            }
        }
        Ok(())
    }
}

impl CopiedTenant {
    fn append(&mut self, tenant: &TenantId, batch: &LogBatch, to: &dyn Log) -> Result<()> {
        let before = self.0.last_copy();
        let first = to.next(tenant)?.unwrap_or(Position(before.0 + 1));
        let entries: Vec<Entry> = (first.0..)
            .zip(&batch.records)
            .map(|(at, record)| {
                self.0.note(record.position, Position(at));
                self.moved(&record.entry)
            })
            .collect();
        to.append(tenant, before, &AppendId::new(), &entries).map(drop)
    }
}

/// Whether no record is missing: what was cut off is named by others, and what is damaged is not copied.
pub(super) fn is_whole(batch: &LogBatch) -> bool {
    let is_base = |record: &std::sync::Arc<Record>| matches!(record.entry.body, Body::Base(_));
    batch.damage.iter().all(|damage| damage.torn) && batch.cut.is_none() && !batch.records.first().is_some_and(is_base)
}
