//! A log that is not in files, read from copies of its records where there are any: what a server holds is fetched once.
//!
//! A copy is only ever read here. Where it cannot be, the log itself is asked. Must not name: `codec`.

use super::runs::PositionRuns;
use super::{AppendId, FileLog, Follow, LocalLog, Log, LogBatch, LogBounds, LogIdentity};
use crate::Result;
use crate::record::{Entry, Position, Record, TenantId, Time};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// The records of a tenant up to some position, in a file, where they follow each other. They have other ids there.
pub(crate) struct LogCopy {
    pub files: Arc<FileLog>,
    pub runs: PositionRuns,
    /// What keeps the files there.
    #[expect(dead_code, reason = "it is held")]
    pub held: Box<dyn Send + Sync>,
}

/// A log, and copies of the beginnings of tenants' logs.
pub(crate) struct MirroredLog {
    log: Arc<dyn Log>,
    copies: RwLock<BTreeMap<TenantId, Arc<LogCopy>>>,
}

impl LogCopy {
    /// Records behind a position that is before its end; `None` where they cannot be read as they were copied.
    fn read(&self, tenant: &TenantId, after: Position, limit: usize) -> Option<LogBatch> {
        let before = self.runs.copy_through(after);
        let mut batch = self.files.read(tenant, before, limit).ok()?;
        let left = self.runs.last_copy().0.saturating_sub(before.0);
        batch.records.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        let follow = batch.records.iter().zip(before.0 + 1..).all(|(record, at)| record.position.0 == at);
        if batch.records.is_empty() || !batch.damage.is_empty() || !follow {
            return None;
        }
        batch.records.iter_mut().for_each(|record| *record = self.moved(Arc::clone(record)));
        Some(batch)
    }

    /// A record at the position that it has in the log itself.
    fn moved(&self, record: Arc<Record>) -> Arc<Record> {
        match self.runs.source_of(record.position) {
            position if position == record.position => record,
            position => Arc::new(Record { position, ..Arc::unwrap_or_clone(record) }),
        }
    }

    fn record(&self, tenant: &TenantId, position: Position) -> Option<Arc<Record>> {
        let at = Some(self.runs.copy_of(position)).filter(|at| at.0 > 0)?;
        self.files.record(tenant, at).ok().map(|record| self.moved(record))
    }
}

impl MirroredLog {
    /// Without copies yet.
    pub fn of(log: Arc<dyn Log>) -> Self {
        Self { log, copies: RwLock::default() }
    }

    /// The copy of a tenant's records, if there is one.
    pub fn copy(&self, tenant: &TenantId) -> Option<Arc<LogCopy>> {
        self.copies.read().unwrap_or_else(PoisonError::into_inner).get(tenant).cloned()
    }

    /// Reads a tenant's records from a copy from now on, or from the log itself.
    pub fn set_copy(&self, tenant: &TenantId, copy: Option<Arc<LogCopy>>) {
        let mut copies = self.copies.write().unwrap_or_else(PoisonError::into_inner);
        match copy {
            Some(copy) => copies.insert(tenant.clone(), copy),
            None => copies.remove(tenant),
        };
    }
}

impl Log for MirroredLog {
    fn tenants(&self) -> Result<Vec<TenantId>> {
        self.log.tenants()
    }

    fn append(&self, tenant: &TenantId, expected: Position, id: &AppendId, entries: &[Entry]) -> Result<Position> {
        self.log.append(tenant, expected, id, entries)
    }

    fn last(&self, tenant: &TenantId) -> Result<Position> {
        self.log.last(tenant)
    }

    fn read(&self, tenant: &TenantId, after: Position, limit: usize) -> Result<LogBatch> {
        let copy = self.copy(tenant).filter(|copy| after < copy.runs.last() && limit > 0);
        copy.and_then(|copy| copy.read(tenant, after, limit)).map_or_else(|| self.log.read(tenant, after, limit), Ok)
    }

    fn has(&self, tenant: &TenantId) -> Result<bool> {
        self.log.has(tenant)
    }

    fn record(&self, tenant: &TenantId, position: Position) -> Result<Arc<Record>> {
        let copied = self.copy(tenant).and_then(|copy| copy.record(tenant, position));
        copied.map_or_else(|| self.log.record(tenant, position), Ok)
    }

    fn find(&self, tenant: &TenantId, expected: Position, id: &AppendId) -> Result<Option<Position>> {
        self.log.find(tenant, expected, id)
    }

    fn next(&self, tenant: &TenantId) -> Result<Option<Position>> {
        self.log.next(tenant)
    }

    fn bounds(&self, tenant: &TenantId) -> Result<LogBounds> {
        self.log.bounds(tenant)
    }

    fn seek_time(&self, tenant: &TenantId, at: Time) -> Result<Option<Position>> {
        self.log.seek_time(tenant, at)
    }

    fn follow(&self, tenant: Option<&TenantId>) -> Box<dyn Follow> {
        self.log.follow(tenant)
    }

    fn sync(&self, tenant: &TenantId) -> Result<()> {
        self.log.sync(tenant)
    }

    fn sync_append(&self, tenant: &TenantId, expected: Position, id: &AppendId) -> Result<()> {
        self.log.sync_append(tenant, expected, id)
    }

    fn refused(&self, tenant: &TenantId) -> Option<String> {
        self.log.refused(tenant)
    }

    fn release(&self, tenant: &TenantId) {
        self.set_copy(tenant, None);
        self.log.release(tenant);
    }

    fn identity(&self, tenant: &TenantId) -> Result<Option<LogIdentity>> {
        self.log.identity(tenant)
    }

    fn local(&self) -> Option<&dyn LocalLog> {
        self.log.local()
    }
}
