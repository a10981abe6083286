//! Looking for something in a log by reading it: an append, a time, its first and last record.
//!
//! Must not name: files.

use super::{AppendId, LogBatch, LogBounds};
use crate::Result;
use crate::record::{Position, Time};

/// Records read at once when an append's are looked for.
const AT_ONCE: usize = 64;
/// Records read at once when all may have to be read.
const MANY_AT_ONCE: usize = 1024;

/// The last record of the append with that id that stands behind `expected`.
///
/// # Errors
/// Those of `read`.
pub fn by_reading(
    expected: Position,
    id: &AppendId,
    mut read: impl FnMut(Position, usize) -> Result<LogBatch>,
) -> Result<Option<Position>> {
    let (mut found, mut number) = (None, 0);
    loop {
        let batch = read(found.unwrap_or(expected), AT_ONCE)?;
        let own = batch.records.iter().take_while(|record| {
            number += 1;
            record.id == id.record(number - 1)
        });
        let Some(last) = own.last() else { return Ok(found) };
        found = Some(last.position);
    }
}

/// The bounds of a log whose last record is at `last`.
///
/// # Errors
/// Those of `read`.
pub fn bounds(last: Position, mut read: impl FnMut(Position, usize) -> Result<LogBatch>) -> Result<LogBounds> {
    let mut record = |after| read(after, 1).map(|batch| batch.records.into_iter().next());
    let first = record(Position(0))?;
    let end = record(Position(last.0.saturating_sub(1)))?;
    let (Some(first), Some(end)) = (first, end) else { return Ok(LogBounds::default()) };
    Ok(LogBounds { first: first.position, last: end.position, first_at: first.entry.at, last_at: end.entry.at })
}

/// The first record at or after a time.
///
/// # Errors
/// Those of `read`.
pub fn first_from(at: Time, mut read: impl FnMut(Position, usize) -> Result<LogBatch>) -> Result<Option<Position>> {
    let mut after = Position(0);
    loop {
        let batch = read(after, MANY_AT_ONCE)?;
        let Some(last) = batch.records.last() else { return Ok(None) };
        after = last.position;
        if let Some(found) = batch.records.iter().find(|record| record.entry.at.is_some_and(|time| time >= at)) {
            return Ok(Some(found.position));
        }
    }
}
