//! Transitions as [`encode`](super::encode) writes them, read in the order in which their members stand: nearly all lines
//! of a log. No list of members is made, and nothing is read twice.
//!
//! Every other line, and every line that is not what it should be, is left to the full decoder: what is read here is what
//! that would read. Must not name: files.

use super::{DEBUGGER, DEPTH};
use crate::diff::Counts;
use crate::log::line::POSITIONS;
use crate::patch::Patch;
use crate::record::{
    Body, Entry, InTransaction, Makes, Origin, Position, Provenance, Record, StateChange, Time, TimeSource,
    TransactionId, Version,
};
use crate::value::{JsonCursor, Text};
use chrono::NaiveDate;
use std::num::NonZeroU64;

/// Digits of a checksum.
const CHECKSUM: usize = 8;

/// What its own members begin with.
const BODY: &[u8; 29] = b",\"type\":\"transition\",\"label\":";

/// Patches in longer lines are left to the full decoder, which counts operations before it makes room for them.
const LONG: usize = 64 * 1024;

/// The record of a line; `None` where it is not a transition just as it is written here.
pub(super) fn read(line: &[u8]) -> Option<Record> {
    let mut cursor = JsonCursor::new(std::str::from_utf8(line).ok()?, DEPTH);
    pass(&mut cursor, b"{\"crc\":\"")?;
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    cursor.ascii(CHECKSUM).filter(|digits| digits.bytes().all(is_digit))?;
    pass(&mut cursor, b"\",\"pos\":")?;
    let position = Position(cursor.count()?);
    if cursor.eat_known(b",\"more\":") {
        cursor.count()?;
    }
    pass(&mut cursor, b",\"id\":")?;
    let id = cursor.text()?;
    let at = member(&mut cursor, b",\"at\":", time)?;
    let by = member(&mut cursor, b",\"by\":", JsonCursor::text)?;
    let origin = member(&mut cursor, b",\"origin\":", JsonCursor::plain_text)?;
    let origin = match origin {
        None => Origin::Application,
        Some(DEBUGGER) => Origin::Debugger,
        Some(_) => return None,
    };
    let branch = member(&mut cursor, b",\"branch\":", JsonCursor::text)?;
    let step = member(&mut cursor, b",\"tx\":", step)?.map(Box::new);
    let makes = member(&mut cursor, b",\"v\":", makes)?;
    let mut from = None;
    if !cursor.eat_known(BODY) {
        from = provenance(&mut cursor)?.map(Box::new);
        pass(&mut cursor, BODY)?;
    }
    let label = cursor.text()?;
    let change = change(&mut cursor, line.len() > LONG)?;
    pass(&mut cursor, b"}")?;
    let body = Body::Transition { label, change };
    let entry = Entry { at, by, origin, branch, step, makes, provenance: from, body };
    cursor.is_at_end().then_some(Record { position, id, entry })
}

#[inline]
fn pass<const LENGTH: usize>(cursor: &mut JsonCursor<'_>, wanted: &[u8; LENGTH]) -> Option<()> {
    cursor.eat_known(wanted).then_some(())
}

/// A member that need not be there: `Some(None)` where it is not, `None` where it is another than `read` knows.
#[expect(clippy::option_option, reason = "a line that is not read here is told from a member that is not there")]
#[inline]
fn member<'t, T, const LENGTH: usize>(
    cursor: &mut JsonCursor<'t>,
    name: &[u8; LENGTH],
    read: impl FnOnce(&mut JsonCursor<'t>) -> Option<T>,
) -> Option<Option<T>> {
    if cursor.eat_known(name) { read(cursor).map(Some) } else { Some(None) }
}

fn time(cursor: &mut JsonCursor<'_>) -> Option<Time> {
    let text = cursor.plain_text()?;
    usual_time(text.as_bytes()).or_else(|| text.parse().ok())
}

/// `2026-10-09T12:00:00.500Z`, with at most nine digits of a second.
fn usual_time(text: &[u8]) -> Option<Time> {
    let (whole, rest) = text.split_first_chunk::<19>()?;
    let part = |from: usize, digits: usize| number(&whole[from..from + digits]);
    let [_, _, _, _, b'-', _, _, b'-', _, _, b'T', _, _, b':', _, _, b':', _, _] = whole else { return None };
    let fraction = match rest.strip_suffix(b"Z")? {
        [] => 0,
        [b'.', digits @ ..] if (1..=9).contains(&digits.len()) => {
            number(digits)? * 10_u32.pow(9 - u32::try_from(digits.len()).ok()?)
        }
        _ => return None,
    };
    let date = NaiveDate::from_ymd_opt(part(0, 4)?.cast_signed(), part(5, 2)?, part(8, 2)?)?;
    Some(date.and_hms_nano_opt(part(11, 2)?, part(14, 2)?, part(17, 2)?, fraction)?.and_utc())
}

/// At most nine digits.
#[inline]
fn number(digits: &[u8]) -> Option<u32> {
    let digit = |number: u32, byte: &u8| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0'));
    digits.iter().try_fold(0, digit)
}

fn step(cursor: &mut JsonCursor<'_>) -> Option<InTransaction> {
    let id = TransactionId(cursor.count()?);
    pass(cursor, b",\"step\":")?;
    let step = u32::try_from(cursor.count()?).ok()?;
    let back_to = member(cursor, b",\"back\":", JsonCursor::count)?.map(Version);
    Some(InTransaction { id, step, back_to })
}

fn makes(cursor: &mut JsonCursor<'_>) -> Option<Makes> {
    let version = cursor.count().filter(|version| (1..POSITIONS).contains(version)).map(Version)?;
    let counts = member(cursor, b",\"n\":", counts)?;
    let size = member(cursor, b",\"size\":", JsonCursor::count)?.and_then(NonZeroU64::new);
    let kept = member(cursor, b",\"kept\":", JsonCursor::count)?.and_then(NonZeroU64::new);
    Some(Makes { version, counts, size, kept })
}

fn counts(cursor: &mut JsonCursor<'_>) -> Option<Counts> {
    let mut count = |before: u8| {
        cursor.eat_byte(before).then_some(())?;
        u32::try_from(cursor.count()?).ok()
    };
    let counts = Counts { added: count(b'[')?, changed: count(b',')?, removed: count(b',')?, moved: count(b',')? };
    cursor.eat_byte(b']').then_some(counts)
}

#[expect(clippy::option_option, reason = "as with every member")]
fn provenance(cursor: &mut JsonCursor<'_>) -> Option<Option<Provenance>> {
    let word = member(cursor, b",\"time_source\":", JsonCursor::plain_text)?;
    let provenance = Provenance {
        time_source: word.and_then(TimeSource::named),
        cause: member(cursor, b",\"cause\":", JsonCursor::text)?,
        src: member(cursor, b",\"src\":", JsonCursor::text)?,
        source_id: member(cursor, b",\"source_id\":", JsonCursor::text)?,
        message: member(cursor, b",\"message\":", JsonCursor::text)?,
    };
    Some(Some(provenance).filter(|provenance| *provenance != Provenance::default()))
}

fn change(cursor: &mut JsonCursor<'_>, is_long: bool) -> Option<StateChange> {
    if cursor.eat_known(b",\"patch\":") {
        return if is_long { None } else { Patch::read_at(cursor).map(StateChange::Patch) };
    }
    if cursor.eat_known(b",\"state\":") {
        return cursor.value().map(StateChange::State);
    }
    if cursor.eat_known(b",\"deleted\":true") {
        return Some(StateChange::Deleted);
    }
    pass(cursor, b",\"invalid\":{\"raw\":")?;
    let raw = cursor.text()?;
    let why: Text = member(cursor, b",\"why\":", JsonCursor::text)??;
    pass(cursor, b"}")?;
    Some(StateChange::Invalid { raw, why })
}

#[cfg(test)]
mod tests;
