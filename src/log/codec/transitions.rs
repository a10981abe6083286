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

/// Patches in longer lines are left to the full decoder, which counts operations before it makes room for them.
const LONG: usize = 64 * 1024;

/// The record of a line; `None` where it is not a transition just as it is written here.
pub(super) fn read(line: &[u8]) -> Option<Record> {
    let mut cursor = JsonCursor::new(std::str::from_utf8(line).ok()?, DEPTH);
    pass(&mut cursor, "{\"crc\":\"")?;
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    cursor.ascii(CHECKSUM).filter(|digits| digits.bytes().all(is_digit))?;
    pass(&mut cursor, "\",\"pos\":")?;
    let position = Position(cursor.count()?);
    if cursor.eat(",\"more\":") {
        cursor.count()?;
    }
    pass(&mut cursor, ",\"id\":")?;
    let id = cursor.text()?;
    let at = member(&mut cursor, ",\"at\":", time)?;
    let by = member(&mut cursor, ",\"by\":", JsonCursor::text)?;
    let origin = member(&mut cursor, ",\"origin\":", JsonCursor::plain_text)?;
    let origin = match origin {
        None => Origin::Application,
        Some(DEBUGGER) => Origin::Debugger,
        Some(_) => return None,
    };
    let branch = member(&mut cursor, ",\"branch\":", JsonCursor::text)?;
    let step = member(&mut cursor, ",\"tx\":", step)?.map(Box::new);
    let makes = member(&mut cursor, ",\"v\":", makes)?;
    let provenance = provenance(&mut cursor)?.map(Box::new);
    pass(&mut cursor, ",\"type\":\"transition\",\"label\":")?;
    let label = cursor.text()?;
    let change = change(&mut cursor, line.len() > LONG)?;
    pass(&mut cursor, "}")?;
    let body = Body::Transition { label, change };
    let entry = Entry { at, by, origin, branch, step, makes, provenance, body };
    cursor.is_at_end().then_some(Record { position, id, entry })
}

fn pass(cursor: &mut JsonCursor<'_>, wanted: &str) -> Option<()> {
    cursor.eat(wanted).then_some(())
}

/// A member that need not be there: `Some(None)` where it is not, `None` where it is another than `read` knows.
#[expect(clippy::option_option, reason = "a line that is not read here is told from a member that is not there")]
fn member<'t, T>(
    cursor: &mut JsonCursor<'t>,
    name: &str,
    read: impl FnOnce(&mut JsonCursor<'t>) -> Option<T>,
) -> Option<Option<T>> {
    if cursor.eat(name) { read(cursor).map(Some) } else { Some(None) }
}

fn time(cursor: &mut JsonCursor<'_>) -> Option<Time> {
    let text = cursor.plain_text()?;
    usual_time(text.as_bytes()).or_else(|| text.parse().ok())
}

/// `2026-10-09T12:00:00.500Z`, with at most nine digits of a second.
fn usual_time(text: &[u8]) -> Option<Time> {
    let (whole, rest) = text.split_at_checked(19)?;
    let part = |from: usize, digits: usize| number(&whole[from..from + digits]);
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if separators.iter().any(|(at, byte)| whole[*at] != *byte) {
        return None;
    }
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
fn number(digits: &[u8]) -> Option<u32> {
    let digit = |number: u32, byte: &u8| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0'));
    digits.iter().try_fold(0, digit)
}

fn step(cursor: &mut JsonCursor<'_>) -> Option<InTransaction> {
    let id = TransactionId(cursor.count()?);
    pass(cursor, ",\"step\":")?;
    let step = u32::try_from(cursor.count()?).ok()?;
    let back_to = member(cursor, ",\"back\":", JsonCursor::count)?.map(Version);
    Some(InTransaction { id, step, back_to })
}

fn makes(cursor: &mut JsonCursor<'_>) -> Option<Makes> {
    let version = cursor.count().filter(|version| (1..POSITIONS).contains(version)).map(Version)?;
    let counts = member(cursor, ",\"n\":", counts)?;
    let size = member(cursor, ",\"size\":", JsonCursor::count)?.and_then(NonZeroU64::new);
    let kept = member(cursor, ",\"kept\":", JsonCursor::count)?.and_then(NonZeroU64::new);
    Some(Makes { version, counts, size, kept })
}

fn counts(cursor: &mut JsonCursor<'_>) -> Option<Counts> {
    let mut count = |before: &str| {
        pass(cursor, before)?;
        u32::try_from(cursor.count()?).ok()
    };
    let counts = Counts { added: count("[")?, changed: count(",")?, removed: count(",")?, moved: count(",")? };
    pass(cursor, "]")?;
    Some(counts)
}

#[expect(clippy::option_option, reason = "as with every member")]
fn provenance(cursor: &mut JsonCursor<'_>) -> Option<Option<Provenance>> {
    let word = member(cursor, ",\"time_source\":", JsonCursor::plain_text)?;
    let provenance = Provenance {
        time_source: word.and_then(TimeSource::named),
        cause: member(cursor, ",\"cause\":", JsonCursor::text)?,
        src: member(cursor, ",\"src\":", JsonCursor::text)?,
        source_id: member(cursor, ",\"source_id\":", JsonCursor::text)?,
        message: member(cursor, ",\"message\":", JsonCursor::text)?,
    };
    Some(Some(provenance).filter(|provenance| *provenance != Provenance::default()))
}

fn change(cursor: &mut JsonCursor<'_>, is_long: bool) -> Option<StateChange> {
    if cursor.eat(",\"patch\":") {
        return if is_long { None } else { Patch::read_at(cursor).map(StateChange::Patch) };
    }
    if cursor.eat(",\"state\":") {
        return cursor.value().map(StateChange::State);
    }
    if cursor.eat(",\"deleted\":true") {
        return Some(StateChange::Deleted);
    }
    pass(cursor, ",\"invalid\":{\"raw\":")?;
    let raw = cursor.text()?;
    let why: Text = member(cursor, ",\"why\":", JsonCursor::text)??;
    pass(cursor, "}")?;
    Some(StateChange::Invalid { raw, why })
}

#[cfg(test)]
mod tests;
