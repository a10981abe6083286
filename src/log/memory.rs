//! A log in memory: for foreign sources before they are kept, demos and tests.
//!
//! Must not name: files.

use super::follow::{News, Told};
use super::{AppendId, Batch, Follow, Log, no_record};
use crate::record::{Entry, Position, Record, TenantId};
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// A log in memory. Positions are dense: the record at position n is the n-th.
#[derive(Debug, Default)]
pub struct MemoryLog {
    tenants: RwLock<BTreeMap<TenantId, Vec<Arc<Record>>>>,
    news: Arc<News>,
}

impl MemoryLog {
    /// What `read` makes of a tenant's records; an unknown tenant has none.
    fn with<T>(&self, tenant: &TenantId, read: impl FnOnce(&[Arc<Record>]) -> T) -> T {
        let tenants = self.tenants.read().unwrap_or_else(PoisonError::into_inner);
        read(tenants.get(tenant).map_or(&[], Vec::as_slice))
    }
}

impl Log for MemoryLog {
    fn tenants(&self) -> Result<Vec<TenantId>> {
        Ok(self.tenants.read().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect())
    }

    fn has(&self, tenant: &TenantId) -> Result<bool> {
        Ok(self.tenants.read().unwrap_or_else(PoisonError::into_inner).contains_key(tenant))
    }

    fn append(&self, tenant: &TenantId, expected: Position, id: &AppendId, entries: &[Entry]) -> Result<Position> {
        let mut tenants = self.tenants.write().unwrap_or_else(PoisonError::into_inner);
        let actual = tenants.get(tenant).map_or(0, |records| records.len() as u64);
        if actual != expected.0 {
            let records = tenants.get(tenant).map_or(&[][..], Vec::as_slice);
            return found(records, expected, id).ok_or(Error::Conflict { expected: expected.0, actual });
        }
        if entries.is_empty() {
            return Ok(expected);
        }
        let records = tenants.entry(tenant.clone()).or_default();
        records.extend((actual + 1..).zip(entries).enumerate().map(|(number, (position, entry))| {
            Arc::new(Record { position: Position(position), id: id.record(number), entry: entry.clone() })
        }));
        let last = Position(records.len() as u64);
        drop(tenants);
        self.news.tell(Some(&tenant.0));
        Ok(last)
    }

    fn find(&self, tenant: &TenantId, expected: Position, id: &AppendId) -> Result<Option<Position>> {
        Ok(self.with(tenant, |records| found(records, expected, id)))
    }

    fn last(&self, tenant: &TenantId) -> Result<Position> {
        Ok(Position(self.with(tenant, |records| records.len() as u64)))
    }

    fn next(&self, tenant: &TenantId) -> Result<Option<Position>> {
        self.last(tenant).map(|last| Some(Position(last.0 + 1)))
    }

    fn read(&self, tenant: &TenantId, after: Position, limit: usize) -> Result<Batch> {
        Ok(self.with(tenant, |records| {
            let start = usize::try_from(after.0).unwrap_or(usize::MAX).min(records.len());
            let end = start.saturating_add(limit).min(records.len());
            Batch { records: records[start..end].to_vec(), progress: share(end, records.len()), ..Batch::default() }
        }))
    }

    fn record(&self, tenant: &TenantId, position: Position) -> Result<Arc<Record>> {
        let index = position.0.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        let record = self.with(tenant, |records| index.and_then(|index| records.get(index)).cloned());
        record.ok_or_else(|| no_record(tenant, position))
    }

    fn follow(&self, tenant: Option<&TenantId>) -> Box<dyn Follow> {
        Box::new(Told::new(Arc::clone(&self.news), tenant.map(|tenant| tenant.0.to_string())))
    }
}

/// The last record of the append with that id that stands right after `expected`.
fn found(records: &[Arc<Record>], expected: Position, id: &AppendId) -> Option<Position> {
    let behind = records.get(usize::try_from(expected.0).ok()?..)?;
    let own = behind.iter().enumerate().take_while(|(number, record)| record.id == id.record(*number));
    own.last().map(|(_, record)| record.position)
}

#[expect(clippy::cast_precision_loss, reason = "a share is shown, not computed with")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}
