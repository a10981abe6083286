//! The time in a log line: RFC 3339 and its common relatives, RFC 2822, what loggers and databases write, or a count since
//! 1970 in s, ms, µs or ns.
//!
//! A time without a zone is UTC. There is no clock here.

use crate::record::Time;
use crate::value::{self, Object, Value};
use chrono::{DateTime, NaiveDate, NaiveDateTime};
use std::borrow::Cow;

/// Forms of a year-first time, once [`tidied`]; seconds and the offset's minutes may be left out.
const WITH_OFFSET: &[&str] = &["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z", "%Y%m%dT%H%M%S%.f%#z", "%Y%m%dT%H%M%#z"];
const WITHOUT_OFFSET: &[&str] = &["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y%m%dT%H%M%S%.f", "%Y%m%dT%H%M"];

/// Forms with the name of the month: web servers, `Date` of JavaScript.
const NAMED_WITH_OFFSET: &[&str] = &["%d/%b/%Y:%H:%M:%S %z", "%a %b %d %Y %H:%M:%S GMT%z"];
/// `asctime`, `date -u`, RFC 850.
const NAMED_WITHOUT_OFFSET: &[&str] =
    &["%a %b %e %H:%M:%S %Y", "%a %b %e %H:%M:%S UTC %Y", "%A, %d-%b-%y %H:%M:%S GMT", "%d/%b/%Y:%H:%M:%S"];

/// Longer texts are no times.
const LONGEST: usize = 100;

/// Reads the JSON text of a string, a number or an extended JSON object as a moment; `None` when it is none.
pub(super) fn from_json(json: &str) -> Option<Time> {
    match json.as_bytes().first()? {
        b'"' if json.len() <= LONGEST => from_text(unquoted(json)?.trim()),
        b'-' | b'0'..=b'9' => from_count(json),
        b'{' if json.len() <= LONGEST => from_object(&value::parse(json.as_bytes()).ok()?),
        _ => None,
    }
}

/// The text of a JSON string.
fn unquoted(json: &str) -> Option<Cow<'_, str>> {
    let plain = serde_json::from_str(json).map(Cow::Borrowed);
    plain.or_else(|_| serde_json::from_str(json).map(Cow::Owned)).ok()
}

/// The same where nothing but the look of a member tells that it is a time: a text with a day and a time of day, or a
/// count that is of the years 2000 to 2100.
pub(super) fn from_stamp(json: &str) -> Option<Time> {
    let is_count = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let time = from_json(json)?;
    let years = 946_684_800..4_102_444_800;
    let counted = is_count(json.trim_matches('"'));
    let dated = json.contains(':') || json.contains('T') || json.starts_with('{');
    (if counted { years.contains(&time.timestamp()) } else { dated }).then_some(time)
}

fn from_text(text: &str) -> Option<Time> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    if let Some(count) = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")) {
        // What follows a sign is the zone of who wrote it; the count is UTC.
        let end =
            count.char_indices().skip(1).find(|(_, char)| matches!(char, '+' | '-')).map_or(count.len(), |(at, _)| at);
        return DateTime::from_timestamp_millis(count[..end].parse().ok()?);
    }
    if text.starts_with(|first: char| first.is_ascii_alphabetic()) || text.contains(|char: char| char.is_alphabetic()) {
        let named = from_named(text);
        if named.is_some() {
            return named;
        }
    }
    from_forms(&tidied(text), WITH_OFFSET, WITHOUT_OFFSET)
        .or_else(|| Some(NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0)?.and_utc()))
        // Fewer digits are more likely a compact date or a counter than a time of 1970.
        .or_else(|| if text.len() >= 10 { from_count(text) } else { None })
}

fn from_forms(text: &str, with_offset: &[&str], without: &[&str]) -> Option<Time> {
    let zoned = with_offset.iter().find_map(|form| DateTime::parse_from_str(text, form).ok());
    zoned
        .map(|time| time.to_utc())
        .or_else(|| without.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()).map(|t| t.and_utc()))
}

/// With the month by its name: RFC 2822, and what is like it.
fn from_named(text: &str) -> Option<Time> {
    // The zone in words, as JavaScript adds it; brackets as web servers put them.
    let text = text.split_once(" (").map_or(text, |(time, _)| time);
    let text = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    DateTime::parse_from_rfc2822(text)
        .ok()
        .map(|time| time.to_utc())
        .or_else(|| from_forms(text, NAMED_WITH_OFFSET, NAMED_WITHOUT_OFFSET))
}

/// A year-first time with `-` in its date, `T` before the time of day, `.` before the fraction, and its offset alone
/// behind it: without the zone's name (`[Europe/Paris]`, `CEST`), `UTC`, or a reading of another clock (`m=+0.1`).
fn tidied(text: &str) -> String {
    let text = text.split_once('[').map_or(text, |(time, _)| time);
    let text = text.split_once(" m=").map_or(text, |(time, _)| time).trim_end();
    let text = ["UTC", "GMT"].iter().find_map(|utc| text.strip_suffix(utc)).unwrap_or(text).trim_end();
    let text = match text.rsplit_once(' ') {
        Some((time, zone)) if zone.len() > 1 && zone.bytes().all(|b| b.is_ascii_alphabetic()) && has_offset(time) => {
            time
        }
        _ => text,
    };
    let is_date = |at: usize| at < 10;
    let tidy = |(at, char): (usize, char)| match char {
        '/' if is_date(at) => Some('-'),
        't' | ' ' if at == 8 || at == 10 => Some('T'),
        ' ' => None,
        ',' => Some('.'),
        other => Some(other),
    };
    text.char_indices().filter_map(tidy).collect()
}

fn has_offset(text: &str) -> bool {
    text.rsplit_once(' ').is_some_and(|(_, offset)| offset.starts_with(['+', '-']))
}

/// The extended JSON of `MongoDB`, `{"$date":…}` in its forms and `{"$timestamp":…}`, and seconds with nanoseconds.
fn from_object(value: &Value) -> Option<Time> {
    let Value::Object(object) = value else { return None };
    match members(object)[..] {
        [("$date", Value::String(text))] => from_text(text.trim()),
        [("$date", millis)] => DateTime::from_timestamp_millis(whole(millis)?),
        [("$timestamp", Value::Object(stamp))] => DateTime::from_timestamp(whole(stamp.get("t")?)?, 0),
        [("nanos" | "nanoseconds" | "_nanoseconds", nanos), ("seconds" | "_seconds", seconds)] => {
            DateTime::from_timestamp(whole(seconds)?, u32::try_from(whole(nanos)?).ok()?)
        }
        [("$numberLong", Value::String(count))] => from_count(count),
        _ => None,
    }
}

fn members(object: &Object) -> Vec<(&str, &Value)> {
    object.iter().map(|(name, value)| (&**name, value)).collect()
}

/// A whole number, be it as `{"$numberLong":"1"}` or as a string.
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        Value::Object(object) => match members(object)[..] {
            [("$numberLong" | "$numberInt", Value::String(text))] => text.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

/// Reads a number as a count since 1970; its size tells the unit, right for the years 1973 to 5138.
fn from_count(text: &str) -> Option<Time> {
    if text.contains(['e', 'E']) {
        return from_count(&format!("{:.9}", text.parse::<f64>().ok()?));
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let count: i64 = whole.parse().ok()?;
    let unit = nanoseconds_in_unit(count);
    let part = i128::from(billionths(fraction)?) * unit / 1_000_000_000;
    let nanoseconds = i128::from(count) * unit + if whole.starts_with('-') { -part } else { part };
    let seconds = i64::try_from(nanoseconds.div_euclid(1_000_000_000)).ok()?;
    DateTime::from_timestamp(seconds, u32::try_from(nanoseconds.rem_euclid(1_000_000_000)).ok()?)
}

fn nanoseconds_in_unit(count: i64) -> i128 {
    match count.unsigned_abs() {
        0..100_000_000_000 => 1_000_000_000,
        100_000_000_000..100_000_000_000_000 => 1_000_000,
        100_000_000_000_000..100_000_000_000_000_000 => 1_000,
        _ => 1,
    }
}

/// The digits behind the point, as billionths; what is finer is cut off.
fn billionths(digits: &str) -> Option<u32> {
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    format!("{digits:0<9}").get(..9)?.parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expected: Option<&str>) {
        let found = from_json(json).map(|t| t.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true));
        assert_eq!(found.as_deref(), expected, "{json}");
    }

    #[test]
    fn text_with_and_without_zone() {
        check(r#""2026-01-01T12:00:00Z""#, Some("2026-01-01T12:00:00Z"));
        check(r#""2026-01-01T12:00:00.123456789+01:00""#, Some("2026-01-01T11:00:00.123456789Z"));
        check(r#""2026-01-01T12:00:00-0530""#, Some("2026-01-01T17:30:00Z"));
        check(r#""2026-01-01 12:00:00""#, Some("2026-01-01T12:00:00Z"));
        check(r#""2026-01-01 12:00:00.5""#, Some("2026-01-01T12:00:00.500Z"));
        check(r#""2026-01-01 12:00:00 +0100""#, Some("2026-01-01T11:00:00Z"));
        check(r#""2026-01-01 12:00:00 UTC""#, Some("2026-01-01T12:00:00Z"));
        check(r#""2026-01-01T12:00""#, Some("2026-01-01T12:00:00Z"));
        check(r#""2026-01-01""#, Some("2026-01-01T00:00:00Z"));
        check(r#"" 2026-01-01T12:00:00\u005a ""#, Some("2026-01-01T12:00:00Z"));
        check(r#""0001-01-01T00:00:00Z""#, Some("0001-01-01T00:00:00Z"));
        check(r#""9999-12-31T23:59:59Z""#, Some("9999-12-31T23:59:59Z"));
        check(r#""2016-12-31T23:59:60Z""#, Some("2016-12-31T23:59:60Z"));
    }

    /// What is expected is what Python's `datetime` and `email.utils` read.
    #[test]
    fn forms_of_loggers_mails_web_servers_and_databases() {
        for (text, expected) in [
            ("2024-06-25 14:54:28,123", "2024-06-25T14:54:28.123Z"),
            ("2024-06-25T14:54:28,123456+02:00", "2024-06-25T12:54:28.123456Z"),
            ("2024-06-25 14:54:28,5 -0330", "2024-06-25T18:24:28.500Z"),
            ("2024-06-25T14:54Z", "2024-06-25T14:54:00Z"),
            ("2024-06-25T14:54+02:00", "2024-06-25T12:54:00Z"),
            ("2024-06-25 14:54+0200", "2024-06-25T12:54:00Z"),
            ("2024-06-25t14:54z", "2024-06-25T14:54:00Z"),
            ("2024-06-25T14:54:28+02", "2024-06-25T12:54:28Z"),
            ("2024-06-25 14:54:28.123+00", "2024-06-25T14:54:28.123Z"),
            ("2024-06-25T14:54:28+02:00[Europe/Paris]", "2024-06-25T12:54:28Z"),
            ("2024-06-25T14:54:28.5-03:30[America/St_Johns]", "2024-06-25T18:24:28.500Z"),
            ("2024-06-25T14:54+02:00[Europe/Paris][u-ca=gregory]", "2024-06-25T12:54:00Z"),
            ("2024-06-25T14:54:28Z[UTC]", "2024-06-25T14:54:28Z"),
            ("2024-06-25 14:54:28 GMT", "2024-06-25T14:54:28Z"),
            ("2024-06-25T14:54:28UTC", "2024-06-25T14:54:28Z"),
            ("2024-06-25 14:54:28.123456 +0200 CEST", "2024-06-25T12:54:28.123456Z"),
            ("2024-06-25 14:54:28.123456 +0200 CEST m=+0.000012", "2024-06-25T12:54:28.123456Z"),
            ("2024-06-25 14:54:28 +0000 UTC", "2024-06-25T14:54:28Z"),
            ("2024/06/25 14:54:28", "2024-06-25T14:54:28Z"),
            ("2024/06/25 14:54:28.123456", "2024-06-25T14:54:28.123456Z"),
            ("20240625T145428Z", "2024-06-25T14:54:28Z"),
            ("20240625T145428.5+0200", "2024-06-25T12:54:28.500Z"),
            ("20240625T145428", "2024-06-25T14:54:28Z"),
            ("20240625 145428", "2024-06-25T14:54:28Z"),
            ("Tue, 25 Jun 2024 14:54:28 +0200", "2024-06-25T12:54:28Z"),
            ("25 Jun 2024 14:54:28 GMT", "2024-06-25T14:54:28Z"),
            ("Tue, 25 Jun 2024 14:54:28 GMT", "2024-06-25T14:54:28Z"),
            ("Tue, 25 Jun 2024 14:54 -0700", "2024-06-25T21:54:00Z"),
            ("Tue, 25 Jun 2024 14:54:28 EST", "2024-06-25T19:54:28Z"),
            ("Tue, 1 Jul 2003 10:52:37 +0200", "2003-07-01T08:52:37Z"),
            ("21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06Z"),
            ("Tue, 25 Jun 2024 14:54:28 +0200 (CEST)", "2024-06-25T12:54:28Z"),
            ("Tue Jun 25 14:54:28 2024", "2024-06-25T14:54:28Z"),
            ("Tue Jul  2 04:05:06 2024", "2024-07-02T04:05:06Z"),
            ("Tue Jun 25 14:54:28 UTC 2024", "2024-06-25T14:54:28Z"),
            ("Tue Jun 25 2024 14:54:28 GMT+0200 (Central European Summer Time)", "2024-06-25T12:54:28Z"),
            ("Tuesday, 25-Jun-24 14:54:28 GMT", "2024-06-25T14:54:28Z"),
            ("25/Jun/2024:14:54:28 +0200", "2024-06-25T12:54:28Z"),
            ("[25/Jun/2024:14:54:28 +0200]", "2024-06-25T12:54:28Z"),
            ("/Date(1719327268123)/", "2024-06-25T14:54:28.123Z"),
            ("/Date(1719327268123+0200)/", "2024-06-25T14:54:28.123Z"),
            ("/Date(-1500)/", "1969-12-31T23:59:58.500Z"),
        ] {
            check(&serde_json::to_string(text).unwrap(), Some(expected));
        }
    }

    #[test]
    fn times_of_databases_as_objects() {
        check(r#"{"$date":"2024-06-25T14:54:28.123Z"}"#, Some("2024-06-25T14:54:28.123Z"));
        check(r#"{"$date":1719327268123}"#, Some("2024-06-25T14:54:28.123Z"));
        check(r#"{"$date":-1500}"#, Some("1969-12-31T23:59:58.500Z"));
        check(r#"{"$date":5}"#, Some("1970-01-01T00:00:00.005Z"));
        check(r#"{"$date":{"$numberLong":"1719327268123"}}"#, Some("2024-06-25T14:54:28.123Z"));
        check(r#"{ "$date" : { "$numberLong" : "-1500" } }"#, Some("1969-12-31T23:59:58.500Z"));
        check(r#"{"$timestamp":{"t":1719327268,"i":1}}"#, Some("2024-06-25T14:54:28Z"));
        check(r#"{"seconds":1719327268,"nanos":123000000}"#, Some("2024-06-25T14:54:28.123Z"));
        check(r#"{"_seconds":1719327268,"_nanoseconds":5}"#, Some("2024-06-25T14:54:28.000000005Z"));
        for json in [
            r#"{"$date":null}"#,
            r#"{"$date":"soon"}"#,
            r#"{"$date":1,"x":2}"#,
            r#"{"$date":1e300}"#,
            r#"{"seconds":1,"nanos":-1}"#,
            "{",
            r#"{"$date":{"a":"1"}}"#,
        ] {
            check(json, None);
        }
    }

    #[test]
    fn a_stamp_looks_like_a_time() {
        for (json, is) in [
            ("1719327268", true),
            ("1719327268.5", true),
            (r#""1719327268123""#, true),
            ("5", false),
            ("-1719327268", false),
            (r#""2024-06-25""#, false),
            (r#""2024-06-25 14:54""#, true),
            (r#""20240625T145428Z""#, true),
            (r#"{"$date":1719327268123}"#, true),
            (r#""soon""#, false),
            ("null", false),
        ] {
            assert_eq!(from_stamp(json).is_some(), is, "{json}");
        }
    }

    #[test]
    fn counts_since_1970_by_size() {
        check("1461248785", Some("2016-04-21T14:26:25Z"));
        check("1461248785.25", Some("2016-04-21T14:26:25.250Z"));
        check("1461248785265", Some("2016-04-21T14:26:25.265Z"));
        check("1461248785265.5", Some("2016-04-21T14:26:25.265500Z"));
        check("1461248785265123", Some("2016-04-21T14:26:25.265123Z"));
        check("1461248785265123456", Some("2016-04-21T14:26:25.265123456Z"));
        check(r#""1461248785265""#, Some("2016-04-21T14:26:25.265Z"));
        check("1.461248785e9", Some("2016-04-21T14:26:25Z"));
        check("2147483648", Some("2038-01-19T03:14:08Z"));
        check("0", Some("1970-01-01T00:00:00Z"));
        check("-1.5", Some("1969-12-31T23:59:58.500Z"));
        check("-0.5", Some("1969-12-31T23:59:59.500Z"));
    }

    #[test]
    fn what_is_no_time() {
        let none = [
            r#""2024-06-25T14h54""#,
            r#""25.06.2024 14:54""#,
            r#""06/25/2024 14:54""#,
            r#""14:54:28""#,
            r#""Tue, 26 Jun 2024 14:54:28 GMT""#,
            r#""2024-06-25T14:54:28,""#,
            r#""2024-06-25T14:54:28+99:00""#,
            r#""/Date()/""#,
            r#""/Date(é)/""#,
            r#""[""#,
            r#""Jun 25""#,
            "null",
            "true",
            "{}",
            "[1]",
            r#""""#,
            r#""soon""#,
            r#""20260101""#,
            r#""2026-13-01""#,
            "1e300",
            "",
        ];
        for json in none {
            check(json, None);
        }
        check(r#""2026-01-01T25:00:00Z""#, None);
        check("99999999999999999999999999", None);
        check(r#""12345678901.x""#, None);
    }
}
