//! The time in a log line: RFC 3339 and its common relatives, or a count since 1970 in s, ms, µs or ns.
//!
//! A time without a zone is UTC. Must not name: clocks.

use crate::record::Time;
use chrono::{DateTime, NaiveDate, NaiveDateTime};
use std::borrow::Cow;

const WITH_OFFSET: &[&str] = &["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f %#z"];
const WITHOUT_OFFSET: &[&str] = &["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];

/// Reads the JSON text of a string or number as a moment; `None` when it is none.
pub(super) fn from_json(json: &str) -> Option<Time> {
    match json.as_bytes().first()? {
        b'"' => from_text(serde_json::from_str::<Cow<'_, str>>(json).ok()?.trim()),
        b'-' | b'0'..=b'9' => from_count(json),
        _ => None,
    }
}

fn from_text(text: &str) -> Option<Time> {
    let text = text.strip_suffix(" UTC").unwrap_or(text);
    DateTime::parse_from_rfc3339(text)
        .ok()
        .or_else(|| WITH_OFFSET.iter().find_map(|form| DateTime::parse_from_str(text, form).ok()))
        .map(|t| t.to_utc())
        .or_else(|| {
            WITHOUT_OFFSET.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()).map(|t| t.and_utc())
        })
        .or_else(|| Some(NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0)?.and_utc()))
        // Fewer digits are more likely a compact date or a counter than a time of 1970.
        .or_else(|| if text.len() >= 10 { from_count(text) } else { None })
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
        let none = ["null", "true", "{}", "[1]", r#""""#, r#""soon""#, r#""20260101""#, r#""2026-13-01""#, "1e300", ""];
        for json in none {
            check(json, None);
        }
        check(r#""2026-01-01T25:00:00Z""#, None);
        check("99999999999999999999999999", None);
        check(r#""12345678901.x""#, None);
    }
}
