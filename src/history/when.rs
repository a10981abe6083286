//! Times and spans of time as people write them: a small reader that refuses leftovers.
//!
//! No clock and no time zone: a time without an offset gets one from the zone it is read in, a time of day stays one until
//! a history gives it a day.

use crate::escape::in_quotes;
use crate::record::Time;
use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, Timelike};
use std::fmt;

/// A time as named: a full one, one without an offset, or a time of day, which means on the recorded day.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TargetTime {
    /// A full time.
    Full(Time),
    /// A date and a time of day without an offset.
    Civil(NaiveDateTime),
    /// A time of day: on the recorded day at the cursor, without a cursor that of the application's newest version.
    OfDay(NaiveTime),
}

impl fmt::Display for TargetTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(time) => f.write_str(&time_text(*time)),
            // Its debug form is ISO 8601 with as many digits of the second as it has.
            Self::Civil(time) => write!(f, "{time:?}"),
            Self::OfDay(time) if time.nanosecond() > 0 => write!(f, "{}", time.format("%H:%M:%S%.f")),
            Self::OfDay(time) if time.second() > 0 => write!(f, "{}", time.format("%H:%M:%S")),
            Self::OfDay(time) => write!(f, "{}", time.format("%H:%M")),
        }
    }
}

/// A time as RFC 3339 in UTC, with as many digits as it has.
pub(super) fn time_text(time: Time) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Units of a span and their milliseconds, largest first.
const UNITS: &[(&str, i64)] = &[("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

const TOO_LONG: &str = "longer than the history";

/// Reads `5m`, `90s`, `1h30m`.
pub(super) fn parse_span(text: &str) -> Result<Duration, String> {
    let (mut rest, mut total) = (text, 0i64);
    while !rest.is_empty() {
        let (digits, after) = split_at_char(rest, |c| !c.is_ascii_digit());
        let (unit, after) = split_at_char(after, |c| c.is_ascii_digit());
        let millis = unit_millis(unit)?;
        if digits.is_empty() {
            return Err(format!("missing number before {}", in_quotes(unit)));
        }
        let part = digits.parse().ok().and_then(|count: i64| count.checked_mul(millis));
        total = part.and_then(|part| total.checked_add(part)).ok_or(TOO_LONG)?;
        rest = after;
    }
    Duration::try_milliseconds(total).ok_or_else(|| TOO_LONG.to_owned())
}

fn unit_millis(unit: &str) -> Result<i64, String> {
    let known = || UNITS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    match UNITS.iter().find(|(name, _)| *name == unit) {
        Some((_, millis)) => Ok(*millis),
        None if unit.is_empty() => Err(format!("missing unit after the last number; units: {}", known())),
        None => Err(format!("unknown unit {}; units: {}", in_quotes(unit), known())),
    }
}

fn split_at_char(text: &str, ends: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(ends).unwrap_or(text.len()))
}

/// The text [`parse_span`] reads, with each unit at most once.
pub(super) fn span_text(span: Duration) -> String {
    let mut left = span.num_milliseconds();
    let parts = UNITS.iter().filter_map(|(unit, millis)| {
        let count = left / millis;
        left %= millis;
        (count > 0).then(|| format!("{count}{unit}"))
    });
    let text: String = parts.collect();
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// Reads a date, a time, or both: RFC 3339, `2026-10-09`, `2026-10-09 12:30`, `12:30`, `12:30:15.5`, `2:30 PM`; in
/// double quotes or not. A date alone is its midnight, `2026-10` and `2026` the first of its month or year.
pub(super) fn parse(text: &str) -> Result<TargetTime, String> {
    let text = text.trim();
    let text = text.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(text).trim();
    if text.is_empty() {
        return Err(format!("no time is given; {EXAMPLES}"));
    }
    let mut scan = TimeScan(text);
    let when = when(&mut scan).ok_or_else(|| format!("not a time; {EXAMPLES}"))?;
    match scan.0 {
        "" => Ok(when),
        left => Err(format!("unexpected {} after the time; {EXAMPLES}", in_quotes(left))),
    }
}

const EXAMPLES: &str =
    "times are written like 2026-10-09T12:00:00Z, 2026-10-09, 2026-10, 12:30, 12:30:15 or \"12:30 PM\"";

fn when(scan: &mut TimeScan<'_>) -> Option<TargetTime> {
    let Some(date) = scan.attempt(date) else {
        let first = |first: NaiveDate| TargetTime::Civil(first.and_time(NaiveTime::MIN));
        return scan.attempt(time_of_day).map(TargetTime::OfDay).or_else(|| month_or_year(scan).map(first));
    };
    let time = scan.attempt(|scan| {
        scan.one_of(&['T', 't', ' '])?;
        time_of_day(scan)
    });
    let offset = time.and_then(|_| scan.attempt(offset));
    let time = date.and_time(time.unwrap_or_default());
    match offset {
        Some(offset) => time.checked_sub_signed(offset).map(|time| TargetTime::Full(time.and_utc())),
        None => Some(TargetTime::Civil(time)),
    }
}

/// `2026-10-09`.
fn date(scan: &mut TimeScan<'_>) -> Option<NaiveDate> {
    let year = scan.digits(4, 4)?;
    scan.one_of(&['-'])?;
    let month = scan.digits(2, 2)?;
    scan.one_of(&['-'])?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, scan.digits(2, 2)?)
}

/// The first day of `2026-10` or `2026`, and nothing behind it.
fn month_or_year(scan: &mut TimeScan<'_>) -> Option<NaiveDate> {
    let year = scan.digits(4, 4)?;
    let month = if scan.one_of(&['-']).is_some() { scan.digits(2, 2)? } else { 1 };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, 1).filter(|_| scan.0.is_empty())
}

/// `12:30`, `12:30:15`, `12:30:15.25`, any of them or an hour alone with AM or PM.
fn time_of_day(scan: &mut TimeScan<'_>) -> Option<NaiveTime> {
    let hour = scan.digits(1, 2)?;
    let minute = scan.attempt(|scan| scan.one_of(&[':']).and_then(|_| scan.digits(2, 2)));
    let second = minute.and_then(|_| scan.attempt(|scan| scan.one_of(&[':']).and_then(|_| scan.digits(2, 2))));
    let nanos = second.and_then(|_| scan.attempt(fraction)).unwrap_or_default();
    let hour = match scan.attempt(half_of_day) {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => minute.map(|_| hour)?,
    };
    NaiveTime::from_hms_nano_opt(hour, minute.unwrap_or_default(), second.unwrap_or_default(), nanos)
}

/// `.25` as nanoseconds.
fn fraction(scan: &mut TimeScan<'_>) -> Option<u32> {
    scan.one_of(&['.'])?;
    let before = scan.0.len();
    let digits = scan.digits(1, 9)?;
    let read = u32::try_from(before - scan.0.len()).ok()?;
    Some(digits * 10u32.pow(9 - read))
}

/// `AM` or `PM`, as the hours it adds.
fn half_of_day(scan: &mut TimeScan<'_>) -> Option<u32> {
    while scan.one_of(&[' ']).is_some() {}
    let half = if scan.one_of(&['a', 'A']).is_some() { 0 } else { scan.one_of(&['p', 'P']).map(|_| 12)? };
    scan.one_of(&['m', 'M']).map(|_| half)
}

/// `Z`, `+02:00`, `-0800`.
fn offset(scan: &mut TimeScan<'_>) -> Option<Duration> {
    let sign = match scan.one_of(&['Z', 'z', '+', '-'])? {
        '+' => 1,
        '-' => -1,
        _ => return Some(Duration::zero()),
    };
    let hours = scan.digits(2, 2).filter(|hours| *hours < 24)?;
    let _ = scan.one_of(&[':']);
    let minutes = scan.digits(2, 2).filter(|minutes| *minutes < 60)?;
    Some(Duration::minutes(sign * i64::from(hours * 60 + minutes)))
}

/// What is left to read.
struct TimeScan<'a>(&'a str);

impl TimeScan<'_> {
    /// Reads with `read`, or nothing at all.
    fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = self.0;
        let read = read(self);
        if read.is_none() {
            self.0 = before;
        }
        read
    }

    fn one_of(&mut self, chars: &[char]) -> Option<char> {
        let found = self.0.chars().next().filter(|c| chars.contains(c))?;
        self.0 = &self.0[found.len_utf8()..];
        Some(found)
    }

    /// A number of `least` to `most` digits (at most 9, so that it fits).
    fn digits(&mut self, least: usize, most: usize) -> Option<u32> {
        let count = self.0.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.0.split_at(count);
        let number = digits.parse().ok().filter(|_| count >= least)?;
        self.0 = rest;
        Some(number)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &str) {
        match (parse(text), expected.strip_prefix('!')) {
            (Ok(when), None) => assert_eq!(when.to_string(), expected, "{text}"),
            (Err(why), Some(expected)) => assert!(why.starts_with(expected), "{text}: {why}"),
            (got, _) => panic!("{text}: got {got:?}, expected {expected}"),
        }
    }

    #[test]
    fn times_people_write() {
        for (text, expected) in [
            ("2026-10-09T12:00:00Z", "2026-10-09T12:00:00Z"),
            ("2026-10-09t12:00:00z", "2026-10-09T12:00:00Z"),
            ("2026-10-09T12:00:00.123456789Z", "2026-10-09T12:00:00.123456789Z"),
            ("2026-10-09T12:00:00.5Z", "2026-10-09T12:00:00.500Z"),
            ("2026-10-09T12:00:00+02:00", "2026-10-09T10:00:00Z"),
            ("2026-10-09T23:30-0800", "2026-10-10T07:30:00Z"),
            ("2026-10-09 12:30", "2026-10-09T12:30:00"),
            ("2026-10-09 2:30 pm", "2026-10-09T14:30:00"),
            ("2026-10-09", "2026-10-09T00:00:00"),
            ("\"2026-10-09\"", "2026-10-09T00:00:00"),
            ("2026-10", "2026-10-01T00:00:00"),
            ("2026", "2026-01-01T00:00:00"),
            ("2024-02-29", "2024-02-29T00:00:00"),
            ("2026-02-29", "!not a time;"),
            ("2026-13-01", "!not a time;"),
            ("2026-13", "!not a time;"),
            ("2026-", "!not a time;"),
            ("2026-10T12:00", "!not a time;"),
            ("2026-10 12:00", "!not a time;"),
            ("2026-1-1", "!not a time;"),
            ("2026-10-09T", "!unexpected \"T\" after"),
            ("2026-10-09Z", "!unexpected \"Z\" after"),
            ("2026-10-09T12:00:00 Z", "!unexpected \" Z\" after"),
            ("2026-10-09T12:00:00+24:00", "!unexpected \"+24:00\" after"),
            ("2026-10-09 25:00", "!unexpected \" 25:00\" after"),
            ("12:30", "12:30"),
            ("9:05", "09:05"),
            ("12:30:15", "12:30:15"),
            ("12:30:15.25", "12:30:15.250"),
            ("12:30 PM", "12:30"),
            ("12:30PM", "12:30"),
            ("12:30 am", "00:30"),
            ("\"2:30 PM\"", "14:30"),
            ("2:30:01 PM", "14:30:01"),
            ("2 PM", "14:00"),
            ("12 AM", "00:00"),
            ("0:30 AM", "!not a time;"),
            ("13:30 PM", "!not a time;"),
            ("12", "!not a time;"),
            ("24:00", "!not a time;"),
            ("12:60", "!not a time;"),
            ("12:30:60", "!not a time;"),
            ("12:3", "!not a time;"),
            ("12:30:1", "!unexpected \":1\" after"),
            ("12:30 PMs", "!unexpected \"s\" after"),
            ("12:30Z", "!unexpected \"Z\" after"),
            ("12:30 noon", "!unexpected \" noon\" after"),
            ("１２:30", "!not a time;"),
            ("\"", "!not a time;"),
            ("\"\"", "!no time is given"),
            ("", "!no time is given"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn spans_people_write() {
        for (text, seconds) in
            [("5m", 300), ("2h", 7200), ("1d", 86_400), ("90s", 90), ("1h30m", 5400), ("2d3h4m5s", 183_845), ("0s", 0)]
        {
            let span = parse_span(text).unwrap();
            assert_eq!(span.num_seconds(), seconds, "{text}");
            assert_eq!(parse_span(&span_text(span)).unwrap(), span);
        }
        assert_eq!(span_text(Duration::milliseconds(5_400_250)), "1h30m250ms");
        for (text, why) in [
            ("5", "missing unit"),
            ("5x", "unknown unit \"x\"; units: d, h, m, s, ms"),
            ("m", "missing number before \"m\""),
            ("5 m", "unknown unit \" m\""),
            ("9999999999999999999s", "longer than the history"),
            ("9999999999999999d", "longer than the history"),
        ] {
            let got = parse_span(text).unwrap_err();
            assert!(got.starts_with(why), "{text}: {got}");
        }
    }

    proptest! {
        #[test]
        fn rfc_3339_agrees_with_chrono(seconds in -62_135_596_800i64..253_402_300_799, nanos in 0u32..1_000_000_000, minutes in -1439i32..1440) {
            let offset = chrono::FixedOffset::east_opt(minutes * 60).unwrap();
            let time = chrono::DateTime::from_timestamp(seconds, nanos).unwrap().with_timezone(&offset);
            prop_assume!((0..=9999).contains(&chrono::Datelike::year(&time)));
            prop_assert_eq!(parse(&time.to_rfc3339()).unwrap(), TargetTime::Full(time.to_utc()));
        }
    }
}
