//! A log in memory: for foreign sources before they are kept, demos and tests. It may go on from a log that is only read.
//!
//! Must not name: files.

use super::follow::{News, Told};
use super::{AppendId, Batch, Follow, Log, find, no_record};
use crate::record::{Entry, Position, Record, TenantId};
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// A log in memory. Positions are dense: the record at position n is the n-th.
#[derive(Default)]
pub struct MemoryLog {
    tenants: RwLock<BTreeMap<TenantId, Records>>,
    /// What stands before the records in memory.
    base: Option<Arc<dyn Log>>,
    news: Arc<News>,
}

/// A tenant's records in memory, and how many the base has before them.
#[derive(Debug, Default)]
struct Records {
    before: u64,
    records: Vec<Arc<Record>>,
}

impl Records {
    fn last(&self) -> u64 {
        self.before + self.records.len() as u64
    }

    /// Those behind a position.
    fn behind(&self, position: u64) -> &[Arc<Record>] {
        let start = usize::try_from(position.saturating_sub(self.before)).unwrap_or(usize::MAX);
        self.records.get(start..).unwrap_or_default()
    }
}

impl std::fmt::Debug for MemoryLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryLog").field("tenants", &self.tenants).finish_non_exhaustive()
    }
}

impl MemoryLog {
    /// A log that goes on from another one, which nobody appends to and whose positions are dense. It is read where records
    /// before these are asked for.
    ///
    /// # Errors
    /// When that one cannot be read.
    #[cfg_attr(not(feature = "import"), expect(dead_code, reason = "only imports are kept so"))]
    pub(crate) fn behind(base: Arc<dyn Log>) -> Result<Self> {
        let tenant = |id: TenantId| {
            let before = base.last(&id)?.0;
            Ok((id, Records { before, records: Vec::new() }))
        };
        let tenants = base.tenants()?.into_iter().map(tenant).collect::<Result<_>>()?;
        Ok(Self { tenants: RwLock::new(tenants), base: Some(base), ..Self::default() })
    }

    /// What `read` makes of a tenant's records; an unknown tenant has none.
    fn with<T>(&self, tenant: &TenantId, read: impl FnOnce(&Records) -> T) -> T {
        let tenants = self.tenants.read().unwrap_or_else(PoisonError::into_inner);
        read(tenants.get(tenant).unwrap_or(&Records::default()))
    }

    /// The base, where what is behind `after` begins in it.
    fn base_for(&self, tenant: &TenantId, after: u64) -> Option<&dyn Log> {
        self.base.as_deref().filter(|_| self.with(tenant, |records| after < records.before))
    }

    fn batch(&self, tenant: &TenantId, after: Position, limit: usize) -> Batch {
        self.with(tenant, |records| {
            let behind = records.behind(after.0);
            let read = &behind[..behind.len().min(limit)];
            let left = (behind.len() - read.len()) as u64;
            Batch { records: read.to_vec(), progress: share(records.last() - left, records.last()), ..Batch::default() }
        })
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
        let actual = tenants.get(tenant).map_or(0, Records::last);
        if actual != expected.0 {
            drop(tenants);
            return self.find(tenant, expected, id)?.ok_or(Error::Conflict { expected: expected.0, actual });
        }
        if entries.is_empty() {
            return Ok(expected);
        }
        let records = tenants.entry(tenant.clone()).or_default();
        records.records.extend((actual + 1..).zip(entries).enumerate().map(|(number, (position, entry))| {
            Arc::new(Record { position: Position(position), id: id.record(number), entry: entry.clone() })
        }));
        let last = Position(records.last());
        drop(tenants);
        self.news.tell(Some(&tenant.0));
        Ok(last)
    }

    fn find(&self, tenant: &TenantId, expected: Position, id: &AppendId) -> Result<Option<Position>> {
        match self.base_for(tenant, expected.0) {
            Some(_) => find::by_reading(expected, id, |after, limit| self.read(tenant, after, limit)),
            None => Ok(self.with(tenant, |records| found(records.behind(expected.0), id))),
        }
    }

    fn last(&self, tenant: &TenantId) -> Result<Position> {
        Ok(Position(self.with(tenant, Records::last)))
    }

    fn next(&self, tenant: &TenantId) -> Result<Option<Position>> {
        self.last(tenant).map(|last| Some(Position(last.0 + 1)))
    }

    fn read(&self, tenant: &TenantId, after: Position, limit: usize) -> Result<Batch> {
        let Some(base) = self.base_for(tenant, after.0) else { return Ok(self.batch(tenant, after, limit)) };
        let batch = base.read(tenant, after, limit)?;
        match batch.records.is_empty() && limit > 0 {
            // Only at its end a log has nothing more to say.
            true => Err(no_record(tenant, Position(after.0 + 1))),
            false => Ok(batch),
        }
    }

    fn record(&self, tenant: &TenantId, position: Position) -> Result<Arc<Record>> {
        let Some(after) = position.0.checked_sub(1) else { return Err(no_record(tenant, position)) };
        if let Some(base) = self.base_for(tenant, after) {
            return base.record(tenant, position);
        }
        let record = self.with(tenant, |records| records.behind(after).first().cloned());
        record.ok_or_else(|| no_record(tenant, position))
    }

    fn follow(&self, tenant: Option<&TenantId>) -> Box<dyn Follow> {
        Box::new(Told::new(Arc::clone(&self.news), tenant.map(|tenant| tenant.0.to_string())))
    }
}

/// The last record of the append with that id that these begin with.
fn found(behind: &[Arc<Record>], id: &AppendId) -> Option<Position> {
    let own = behind.iter().enumerate().take_while(|(number, record)| record.id == id.record(*number));
    own.last().map(|(_, record)| record.position)
}

#[expect(clippy::cast_precision_loss, reason = "a share is shown, not computed with")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}
