//! Times as they are shown: in the zone of the process, with their day and their offset.
//!
//! Must not name: clocks. What is shown was recorded.

use crate::history::Zone;
use crate::record::Time;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, SubsecRound, TimeDelta};
use std::sync::{PoisonError, RwLock};

/// The zone that times are read and shown in: one for the process, as it is set by `--time-zone` and `:set time-zone`.
static ZONE: RwLock<Zone> = RwLock::new(Zone::UTC);

/// The zone that times are read and shown in.
pub fn zone() -> Zone {
    *ZONE.read().unwrap_or_else(PoisonError::into_inner)
}

/// Shows and reads times in a zone from here on.
pub fn set_zone(zone: Zone) {
    *ZONE.write().unwrap_or_else(PoisonError::into_inner) = zone;
}

/// `2026-03-14 09:41:05Z`, `2026-03-14 05:41:05-04:00`.
pub fn date_time(at: Time) -> String {
    in_words(at, "%Y-%m-%d %H:%M:%S")
}

/// `2026-03-14 09:41Z`.
pub fn date_minute(at: Time) -> String {
    in_words(at, "%Y-%m-%d %H:%M")
}

/// `2026-03-14 09:41:07.382Z`: with milliseconds where it has any.
pub fn date_time_exact(at: Time) -> String {
    let fraction = if at.timestamp_subsec_millis() == 0 { "" } else { "%.3f" };
    in_words(at, &format!("%Y-%m-%d %H:%M:%S{fraction}"))
}

/// `2026-03-14 09:41:05Z to 09:41:07Z`: the day of the last only where it is another.
pub fn between(first: Time, last: Time) -> String {
    let same_day = shown(first).date_naive() == shown(last).date_naive();
    let last = if same_day { in_words(last, "%H:%M:%S") } else { date_time(last) };
    format!("{} to {last}", date_time(first))
}

/// RFC 3339, to the millisecond at most: the text of tables.
pub fn rfc_3339(at: Time) -> String {
    zone().text(at.trunc_subsecs(3))
}

/// In a form of chrono's, without the offset: where the zone is told beside it.
pub fn in_form(at: Time, form: &str) -> String {
    shown(at).format(form).to_string()
}

fn in_words(at: Time, form: &str) -> String {
    in_form(at, form) + &zone().offset_text(at)
}

/// Seconds that the zone is ahead of UTC at a time.
pub fn offset(at: Time) -> i32 {
    shown(at).offset().local_minus_utc()
}

/// Its day in the zone.
pub fn day(at: Time) -> NaiveDate {
    shown(at).date_naive()
}

/// Months since the year 0 in the zone.
pub fn months(at: Time) -> i64 {
    let at = shown(at);
    i64::from(at.year()) * 12 + i64::from(at.month0())
}

/// When a month begins that is so many after the year 0, to the offset that the zone has then; `None` beyond the calendar.
pub fn first_of_month(months: i64) -> Option<Time> {
    let (year, month) = (i32::try_from(months.div_euclid(12)).ok()?, u32::try_from(months.rem_euclid(12)).ok()?);
    let local = NaiveDate::from_ymd_opt(year, month + 1, 1)?.and_hms_opt(0, 0, 0)?.and_utc();
    local.checked_sub_signed(TimeDelta::seconds(i64::from(offset(local))))
}

fn shown(at: Time) -> DateTime<FixedOffset> {
    zone().at(at)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn times_have_their_day_and_their_offset() {
        let at = |text: &str| text.parse::<Time>().unwrap();
        assert_eq!(date_time(at("2026-03-14T09:41:05.5Z")), "2026-03-14 09:41:05Z");
        assert_eq!(date_minute(at("2026-03-14T09:41:05.5Z")), "2026-03-14 09:41Z");
        assert_eq!(date_time_exact(at("2026-03-14T09:41:05.5Z")), "2026-03-14 09:41:05.500Z");
        assert_eq!(date_time_exact(at("2026-03-14T09:41:05Z")), "2026-03-14 09:41:05Z");
        let (first, last) = (at("2026-03-14T23:59:59Z"), at("2026-03-15T00:00:01Z"));
        assert_eq!(between(first, first), "2026-03-14 23:59:59Z to 23:59:59Z");
        assert_eq!(between(first, last), "2026-03-14 23:59:59Z to 2026-03-15 00:00:01Z");
        assert_eq!(rfc_3339(at("2026-03-14T09:41:05.5Z")), "2026-03-14T09:41:05.500Z");
    }
}
