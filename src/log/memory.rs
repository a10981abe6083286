//! A log in memory: for foreign sources before they are kept, demos and tests. It may go on from a log that is only read,
//! leave records to one that holds them too, and pack all but its newest records.
//!
//! Must not name: files.

mod blocks;
#[cfg(test)]
mod tests;

use super::follow::{News, NoticeWaiter};
use super::{AppendId, Follow, Log, LogBatch, find, no_record};
use crate::record::{Entry, Position, Record, TenantId};
use crate::{Error, Result};
use blocks::{BlockLines, RecordBlocks};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// Blocks that are packed at a time, at most: who appends waits for them.
const BLOCKS: usize = 4;

/// A log in memory. Positions are dense: the record at position n is the n-th.
#[derive(Default)]
pub struct MemoryLog {
    tenants: RwLock<BTreeMap<TenantId, MemoryRecords>>,
    /// What stands before the records in memory. Held while it is read, so that nobody moves it meanwhile.
    base: RwLock<Option<BaseLog>>,
    /// The block that was read last, since the next record asked for is often in it.
    lines: Mutex<Option<(TenantId, BlockLines)>>,
    news: Arc<News>,
}

/// A log that is only read here, and what keeps it there.
struct BaseLog {
    log: Arc<dyn Log>,
    _held: Option<Arc<dyn Send + Sync>>,
}

/// A tenant's records in memory, and how many the base and the blocks have before them.
#[derive(Debug, Default)]
struct MemoryRecords {
    blocks: RecordBlocks,
    before: u64,
    unpacked: Vec<Arc<Record>>,
}

impl MemoryRecords {
    fn last(&self) -> u64 {
        self.before + self.unpacked.len() as u64
    }

    /// How many the base has.
    fn in_base(&self) -> u64 {
        self.blocks.before().unwrap_or(self.before)
    }

    /// Takes out the first of those that are not packed.
    fn take(&mut self, count: usize) -> Vec<Arc<Record>> {
        let taken: Vec<_> = self.unpacked.drain(..count.min(self.unpacked.len())).collect();
        self.before += taken.len() as u64;
        taken
    }

    /// Those behind a position.
    fn behind(&self, position: u64) -> &[Arc<Record>] {
        let start = usize::try_from(position.saturating_sub(self.before)).unwrap_or(usize::MAX);
        self.unpacked.get(start..).unwrap_or_default()
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
    #[cfg_attr(not(feature = "import"), allow(dead_code, reason = "only imports are kept so"))]
    pub(crate) fn behind(base: Arc<dyn Log>) -> Result<Self> {
        let tenant = |id: TenantId| {
            let before = base.last(&id)?.0;
            Ok((id, MemoryRecords { before, ..MemoryRecords::default() }))
        };
        let tenants = base.tenants()?.into_iter().map(tenant).collect::<Result<_>>()?;
        let base = RwLock::new(Some(BaseLog { log: base, _held: None }));
        Ok(Self { tenants: RwLock::new(tenants), base, ..Self::default() })
    }

    /// Leaves a tenant's records up to a position to another log, which holds the same ones at the same positions and is
    /// kept there by `held`; the last ones may stay. Answers what is in memory no more. O(records).
    #[cfg(feature = "import")]
    pub(crate) fn leave_to(
        &self,
        (log, held): (Arc<dyn Log>, Arc<dyn Send + Sync>),
        tenant: &TenantId,
        through: Position,
    ) -> Unheld {
        let mut base = self.base.write().unwrap_or_else(PoisonError::into_inner);
        *base = Some(BaseLog { log, _held: Some(held) });
        let mut tenants = self.tenants.write().unwrap_or_else(PoisonError::into_inner);
        let Some(records) = tenants.get_mut(tenant) else { return Unheld::default() };
        let packed = records.blocks.forget_through(through.0);
        let count = match records.blocks.before() {
            // All behind them stay, too: what is in memory has no gap.
            Some(_) => 0,
            None => usize::try_from(through.0.saturating_sub(records.before)).unwrap_or(usize::MAX),
        };
        Unheld { records: records.take(count), packed }
    }

    /// Packs some of a tenant's oldest records, where there are many. Answers those that are packed now, and the bytes that
    /// they take so; no records where there are few. O(records that are packed).
    pub(crate) fn pack(&self, tenant: &TenantId) -> (Vec<Arc<Record>>, u64) {
        let mut tenants = self.tenants.write().unwrap_or_else(PoisonError::into_inner);
        let Some(records) = tenants.get_mut(tenant) else { return (Vec::new(), 0) };
        let (before, mut count) = (records.blocks.bytes(), 0);
        for _ in 0..BLOCKS {
            let left = &records.unpacked[count..];
            if !blocks::are_many(left) {
                break;
            }
            count += records.blocks.push(left, records.before + count as u64);
        }
        (records.take(count), records.blocks.bytes() - before)
    }

    /// Moves the log that records were left to: nobody reads it meanwhile. `move_it` answers where it is then, if it is
    /// elsewhere, and what this answers.
    #[cfg(feature = "import")]
    pub(crate) fn move_base<T>(&self, move_it: impl FnOnce() -> (T, Option<Arc<dyn Log>>)) -> T {
        let mut base = self.base.write().unwrap_or_else(PoisonError::into_inner);
        let (answer, moved) = move_it();
        if let (Some(base), Some(log)) = (base.as_mut(), moved) {
            base.log = log;
        }
        answer
    }

    /// What `read` makes of a tenant's records; an unknown tenant has none.
    fn with<T>(&self, tenant: &TenantId, read: impl FnOnce(&MemoryRecords) -> T) -> T {
        let tenants = self.tenants.read().unwrap_or_else(PoisonError::into_inner);
        read(tenants.get(tenant).unwrap_or(&MemoryRecords::default()))
    }

    /// What `read` answers of the base, where what is behind `after` begins in it.
    fn read_base<T>(&self, tenant: &TenantId, after: u64, read: impl FnOnce(&dyn Log) -> T) -> Option<T> {
        let base = self.base.read().unwrap_or_else(PoisonError::into_inner);
        let is_before = || self.with(tenant, |records| after < records.in_base());
        base.as_ref().filter(|_| is_before()).map(|base| read(&*base.log))
    }

    /// `None` where it begins in the base.
    fn batch(&self, tenant: &TenantId, after: Position, limit: usize) -> Option<LogBatch> {
        self.with(tenant, |records| {
            if after.0 < records.in_base() {
                return None;
            }
            let packed = (after.0..records.before).take(limit).map_while(|after| self.unpack(tenant, records, after));
            let mut read: Vec<Arc<Record>> = packed.collect();
            let next = after.0 + read.len() as u64;
            if next >= records.before {
                read.extend(records.behind(next).iter().take(limit - read.len()).cloned());
            }
            let progress = share((after.0 + read.len() as u64).min(records.last()), records.last());
            Some(LogBatch { records: read, progress, ..LogBatch::default() })
        })
    }

    /// The packed record behind so many of the log.
    fn unpack(&self, tenant: &TenantId, records: &MemoryRecords, after: u64) -> Option<Arc<Record>> {
        if let Some(unknown) = records.blocks.unknown(after) {
            return Some(Arc::clone(unknown));
        }
        let mut known = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let in_known = known.as_ref().filter(|(of, _)| of == tenant).and_then(|(_, lines)| lines.record(after));
        let unpacked = in_known.or_else(|| {
            let (_, lines) = known.insert((tenant.clone(), records.blocks.lines(after)?));
            lines.record(after)
        });
        unpacked.map(Arc::new)
    }
}

/// Records that are in memory no more.
#[cfg(feature = "import")]
#[derive(Debug, Default)]
pub(crate) struct Unheld {
    pub records: Vec<Arc<Record>>,
    /// The bytes of others, which were packed.
    pub packed: u64,
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
        let actual = tenants.get(tenant).map_or(0, MemoryRecords::last);
        if actual != expected.0 {
            drop(tenants);
            return self.find(tenant, expected, id)?.ok_or(Error::Conflict { expected: expected.0, actual });
        }
        if entries.is_empty() {
            return Ok(expected);
        }
        let records = tenants.entry(tenant.clone()).or_default();
        records.unpacked.extend((actual + 1..).zip(entries).enumerate().map(|(number, (position, entry))| {
            Arc::new(Record { position: Position(position), id: id.record(number), entry: entry.clone() })
        }));
        let last = Position(records.last());
        drop(tenants);
        self.news.notify(Some(&tenant.0));
        Ok(last)
    }

    fn find(&self, tenant: &TenantId, expected: Position, id: &AppendId) -> Result<Option<Position>> {
        let in_memory =
            |records: &MemoryRecords| (expected.0 >= records.before).then(|| found(records.behind(expected.0), id));
        match self.with(tenant, in_memory) {
            Some(found) => Ok(found),
            None => find::by_reading(expected, id, |after, limit| self.read(tenant, after, limit)),
        }
    }

    fn last(&self, tenant: &TenantId) -> Result<Position> {
        Ok(Position(self.with(tenant, MemoryRecords::last)))
    }

    fn next(&self, tenant: &TenantId) -> Result<Option<Position>> {
        self.last(tenant).map(|last| Some(Position(last.0 + 1)))
    }

    fn read(&self, tenant: &TenantId, after: Position, limit: usize) -> Result<LogBatch> {
        if let Some(batch) = self.batch(tenant, after, limit) {
            return Ok(batch);
        }
        let batch = self.read_base(tenant, after.0, |base| base.read(tenant, after, limit));
        let batch = batch.unwrap_or_else(|| Ok(LogBatch::default()))?;
        match batch.records.is_empty() && limit > 0 {
            // Only at its end a log has nothing more to say.
            true => Err(no_record(tenant, Position(after.0 + 1))),
            false => Ok(batch),
        }
    }

    fn record(&self, tenant: &TenantId, position: Position) -> Result<Arc<Record>> {
        let Some(after) = position.0.checked_sub(1) else { return Err(no_record(tenant, position)) };
        let in_memory = |records: &MemoryRecords| match after {
            after if after >= records.before => Some(records.behind(after).first().cloned()),
            after if after >= records.in_base() => Some(self.unpack(tenant, records, after)),
            _ => None,
        };
        let found = match self.with(tenant, in_memory) {
            Some(record) => record.map(Ok),
            None => self.read_base(tenant, after, |base| base.record(tenant, position)),
        };
        found.unwrap_or_else(|| Err(no_record(tenant, position)))
    }

    fn follow(&self, tenant: Option<&TenantId>) -> Box<dyn Follow> {
        Box::new(NoticeWaiter::new(Arc::clone(&self.news), tenant.map(|tenant| tenant.0.to_string())))
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
