//! Records read several at a time, for who reads them in order: a seek, and an index.

use crate::Result;
use crate::log::Log;
use crate::record::{Position, Record, RecordSource, TenantId};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, Scope};

/// Records read at once, at most.
const MOST: usize = 256;
/// Times as many that wait to be asked for, at most, where a thread reads ahead.
const WAITING: usize = 2;

/// One tenant's records. The first is read alone; who goes on with the ones behind it gets twice as many each time.
pub(super) struct InOrder<'a> {
    log: &'a dyn Log,
    tenant: &'a TenantId,
    read: Mutex<Ahead>,
    /// Those that a thread reads.
    coming: Option<&'a Coming>,
}

/// Records of a log that a thread reads, one batch after another.
pub(super) struct Coming {
    log: Arc<dyn Log>,
    batches: Mutex<Batches>,
}

struct Batches {
    next: Receiver<Vec<Arc<Record>>>,
    last: Vec<Arc<Record>>,
}

impl Coming {
    /// Begins to read behind a position; `None` where no thread can be had. It ends at the end of the log, and when this is
    /// dropped.
    pub fn begin<'s>(
        scope: &'s Scope<'s, '_>,
        log: &Arc<dyn Log>,
        tenant: &'s TenantId,
        mut after: Position,
    ) -> Option<Self> {
        let (send, next) = sync_channel(WAITING);
        let from = Arc::clone(log);
        let read = move || {
            while let Ok(batch) = from.read(tenant, after, MOST) {
                let Some(last) = batch.records.last() else { return };
                after = last.position;
                if send.send(batch.records).is_err() {
                    return;
                }
            }
        };
        let batches = Mutex::new(Batches { next, last: Vec::new() });
        let begun = Builder::new().name("asof-index-ahead".into()).spawn_scoped(scope, read).is_ok();
        begun.then(|| Self { log: Arc::clone(log), batches })
    }

    /// Whether they are of that log.
    pub fn is_of(&self, log: &Arc<dyn Log>) -> bool {
        Arc::ptr_eq(&self.log, log)
    }

    /// The record at a position; `None` where it is not among those that come. Those before it are passed.
    fn record(&self, position: Position) -> Option<Arc<Record>> {
        let mut batches: MutexGuard<'_, Batches> = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
        while batches.last.last().is_none_or(|last| last.position < position) {
            batches.last = batches.next.recv().ok()?;
        }
        let at = batches.last.binary_search_by_key(&position, |record| record.position).ok()?;
        Some(Arc::clone(&batches.last[at]))
    }
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

    /// For who wants many, some of which a thread may read.
    pub fn many(log: &'a dyn Log, tenant: &'a TenantId, coming: Option<&'a Coming>) -> Self {
        Self { coming, ..Self::reading(log, tenant, MOST) }
    }

    fn reading(log: &'a dyn Log, tenant: &'a TenantId, next: usize) -> Self {
        Self { log, tenant, read: Mutex::new(Ahead { records: Vec::new(), next }), coming: None }
    }
}

impl RecordSource for InOrder<'_> {
    fn record(&self, position: Position) -> Result<Arc<Record>> {
        if let Some(record) = self.coming.and_then(|coming| coming.record(position)) {
            return Ok(record);
        }
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
