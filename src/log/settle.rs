//! Appends to a log that may lose its answers: tried until it is known what became of them.
//!
//! Must not name: files.

use super::{AppendId, Log};
use crate::record::{Entry, Position, TenantId};
use crate::{Error, Result};
use std::time::Duration;

/// How often an append is tried whose answers are lost.
const TRIES: u32 = 8;
/// Before the second try; each further wait is twice as long, a second in all.
const WAIT: Duration = Duration::from_millis(8);

/// Appends entries. Where the answer is lost, the append is looked for by its id and sent again under it: it stands in the
/// log once, however often it was sent.
///
/// # Errors
/// Those of [`Log::append`]. `Unknown` when no try was answered: the append is in the log or not, and may still arrive.
pub fn append_settled(
    log: &dyn Log,
    tenant: &TenantId,
    expected: Position,
    id: &AppendId,
    entries: &[Entry],
) -> Result<Position> {
    let mut wait = WAIT;
    let mut tried = 0;
    let mut unknown = None;
    loop {
        let error = match log.append(tenant, expected, id, entries) {
            Err(error @ (Error::Conflict { .. } | Error::Unknown { .. })) => error,
            // Why the last try failed says nothing of one before it.
            Err(error) => return Err(unknown.unwrap_or(error)),
            Ok(last) => return Ok(last),
        };
        tried += 1;
        if let Some(outcome) = outcome(log, tenant, expected, id, &error) {
            return outcome.and_then(|found| found.ok_or(error));
        }
        if tried == TRIES {
            return Err(error);
        }
        if matches!(error, Error::Unknown { .. }) {
            unknown = Some(error);
        }
        std::thread::sleep(wait);
        wait *= 2;
    }
}

/// What became of an append that was answered with this error: where it stands, or that it was refused; nothing where that
/// is not known yet.
fn outcome(
    log: &dyn Log,
    tenant: &TenantId,
    expected: Position,
    id: &AppendId,
    error: &Error,
) -> Option<Result<Option<Position>>> {
    match log.find(tenant, expected, id) {
        Ok(None) => {}
        // What cannot be read just now may be read at the next try.
        Err(_) if matches!(error, Error::Unknown { .. }) => return None,
        found => return Some(found),
    }
    let Error::Conflict { actual, .. } = error else { return None };
    // A log of several copies may refuse it for records that cannot be read yet: its own among them.
    let behind = log.read(tenant, expected, 1).is_ok_and(|batch| !batch.records.is_empty());
    (behind || *actual <= expected.0).then_some(Ok(None))
}
