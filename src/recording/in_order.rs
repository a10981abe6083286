//! Records read several at a time, for who reads them in order: a seek, and an index.

use crate::Result;
use crate::log::Log;
use crate::record::{Position, Record, Records, TenantId};
use std::sync::{Arc, Mutex, PoisonError};

/// Records read at once, at most.
const MOST: usize = 256;

/// One tenant's records. The first is read alone; who goes on with the ones behind it gets twice as many each time.
pub(super) struct InOrder<'a> {
    log: &'a dyn Log,
    tenant: &'a TenantId,
    read: Mutex<Ahead>,
}

struct Ahead {
    records: Vec<Arc<Record>>,
    /// How many are read the next time, if that goes on behind these.
    next: usize,
}

impl<'a> InOrder<'a> {
    /// For a seek, which may want one record only.
    pub fn few(log: &'a dyn Log, tenant: &'a TenantId) -> Self {
        Self::reading(log, tenant, 1)
    }

    /// For who wants many.
    pub fn many(log: &'a dyn Log, tenant: &'a TenantId) -> Self {
        Self::reading(log, tenant, MOST)
    }

    fn reading(log: &'a dyn Log, tenant: &'a TenantId, next: usize) -> Self {
        Self { log, tenant, read: Mutex::new(Ahead { records: Vec::new(), next }) }
    }
}

impl Records for InOrder<'_> {
    fn record(&self, position: Position) -> Result<Arc<Record>> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(at) = read.records.binary_search_by_key(&position, |record| record.position) {
            return Ok(Arc::clone(&read.records[at]));
        }
        let last = read.records.last().map(|record| record.position);
        let goes_on = last.is_none_or(|last| position > last);
        if read.next > 1 && goes_on {
            let batch = self.log.read(self.tenant, Position(position.0.saturating_sub(1)), read.next)?;
            (read.records, read.next) = (batch.records, (read.next * 2).min(MOST));
            if let Some(first) = read.records.first().filter(|first| first.position == position) {
                return Ok(Arc::clone(first));
            }
        }
        let record = self.log.record(self.tenant, position)?;
        (read.records, read.next) = (vec![Arc::clone(&record)], read.next.max(2));
        Ok(record)
    }
}
