//! Reading a log on a thread of its own while what was read is folded.
//!
//! Must not name: `history`, `tenant`.

use crate::Result;
use crate::log::{Log, LogBatch};
use crate::record::{Position, TenantId};
use std::ops::ControlFlow;
use std::sync::mpsc::{channel, sync_channel};

/// Batches that wait to be folded, at most.
const WAITING: usize = 2;

/// Hands the batches behind `after` to `fold`, in order, each of `limit` records; the next ones are read meanwhile. Ends
/// behind the first batch with fewer, so that long records are not held several at a time, and where no thread can be had:
/// then nothing was handed over. The thread has ended when this returns; what it panics with goes on here.
///
/// # Errors
/// Those of `fold`, and of reading once everything before is folded.
pub(super) fn read_ahead(
    log: &dyn Log,
    tenant: &TenantId,
    after: Position,
    limit: usize,
    fold: &mut dyn FnMut(&mut LogBatch) -> Result<ControlFlow<()>>,
) -> Result<ControlFlow<()>> {
    std::thread::scope(|scope| {
        let (send, batches) = sync_channel(WAITING);
        // Memory is freed fastest by the thread that allocated it.
        let (give_back, folded) = channel();
        let read = move || {
            let mut after = after;
            loop {
                folded.try_iter().for_each(drop::<LogBatch>);
                let batch = log.read(tenant, after, limit);
                let last = batch.as_ref().ok().filter(|batch| batch.records.len() == limit);
                let last = last.and_then(|batch| batch.records.last()).map(|record| record.position);
                if send.send(batch).is_err() {
                    return;
                }
                let Some(last) = last else { return };
                after = last;
            }
        };
        let Ok(reader) = std::thread::Builder::new().name("asof-read-ahead".into()).spawn_scoped(scope, read) else {
            return Ok(ControlFlow::Continue(()));
        };
        let mut fold_all = || {
            for batch in &batches {
                let mut batch = batch?;
                if fold(&mut batch)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                let _ended = give_back.send(batch);
            }
            Ok(ControlFlow::Continue(()))
        };
        let outcome = fold_all();
        drop(batches);
        if let Err(panic) = reader.join() {
            std::panic::resume_unwind(panic);
        }
        outcome
    })
}

#[cfg(test)]
mod tests;
