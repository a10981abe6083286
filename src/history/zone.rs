//! The zone that times are read and shown in.

#[cfg(feature = "time-zones")]
use super::nearest::nearest;
use crate::escape::in_quotes;
use crate::record::Time;
#[cfg(feature = "time-zones")]
use chrono::Local;
use chrono::{DateTime, Duration, FixedOffset, NaiveDateTime, Offset, SecondsFormat, TimeZone, Utc};
use std::fmt;

/// A time zone: UTC unless something else is said. What is stored is UTC always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Zone(ZoneKind);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum ZoneKind {
    #[default]
    Utc,
    #[cfg(feature = "time-zones")]
    Local,
    Fixed(FixedOffset),
    #[cfg(feature = "time-zones")]
    Named(chrono_tz::Tz),
}

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self(ZoneKind::Utc);
    /// The zone of this machine, or of the variable `TZ`. Needs the feature `time-zones`.
    #[cfg(feature = "time-zones")]
    pub const LOCAL: Self = Self(ZoneKind::Local);

    /// Reads `UTC`, an offset such as `+02:00`, and with the feature `time-zones` `local` or a name such as `Europe/Paris`
    /// in any case.
    ///
    /// # Errors
    /// A sentence with the nearest names.
    pub fn parse(text: &str) -> Result<Self, String> {
        if matches!(text, "Z" | "z") || text.eq_ignore_ascii_case("utc") {
            return Ok(Self::UTC);
        }
        let offset = || text.starts_with(['+', '-']).then(|| text.parse::<FixedOffset>().ok()).flatten();
        named(text).or_else(|| offset().map(ZoneKind::Fixed)).map(Self).ok_or_else(|| no_zone(text))
    }

    /// A moment as the clocks of this zone show it.
    pub fn at(self, time: Time) -> DateTime<FixedOffset> {
        match self.0 {
            ZoneKind::Utc => time.fixed_offset(),
            #[cfg(feature = "time-zones")]
            ZoneKind::Local => time.with_timezone(&Local).fixed_offset(),
            ZoneKind::Fixed(offset) => time.with_timezone(&offset),
            #[cfg(feature = "time-zones")]
            ZoneKind::Named(zone) => time.with_timezone(&zone).fixed_offset(),
        }
    }

    /// The moment at which the clocks of this zone show a time: the first where they show it twice, and where they skip
    /// it, when they would have shown it without the jump. `None` beyond what can be told.
    pub fn instant(self, civil: NaiveDateTime) -> Option<Time> {
        match self.0 {
            ZoneKind::Utc => Some(civil.and_utc()),
            #[cfg(feature = "time-zones")]
            ZoneKind::Local => instant_in(&Local, civil),
            ZoneKind::Fixed(offset) => instant_in(&offset, civil),
            #[cfg(feature = "time-zones")]
            ZoneKind::Named(zone) => instant_in(&zone, civil),
        }
    }

    /// `2026-10-09T12:30:00Z`, `2026-10-09T08:30:00.5-04:00`: RFC 3339 with as many digits as it has.
    pub fn text(self, time: Time) -> String {
        self.at(time).to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }

    /// What a time ends in: `Z`, `-04:00`.
    pub fn offset_text(self, time: Time) -> String {
        let offset = self.at(time).offset().fix();
        if offset.local_minus_utc() == 0 { "Z".to_owned() } else { offset.to_string() }
    }
}

#[cfg(feature = "time-zones")]
fn named(text: &str) -> Option<ZoneKind> {
    if text == "local" {
        return Some(ZoneKind::Local);
    }
    chrono_tz::Tz::from_str_insensitive(text).map(ZoneKind::Named).ok()
}

#[cfg(not(feature = "time-zones"))]
fn named(_: &str) -> Option<ZoneKind> {
    None
}

#[cfg(feature = "time-zones")]
fn no_zone(text: &str) -> String {
    let near = nearest(text, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())).join(", ");
    let near = if near.is_empty() { String::new() } else { format!("; nearest: {near}") };
    format!("unknown time zone {}; use local, UTC, Europe/Paris or +02:00{near}", in_quotes(text))
}

#[cfg(not(feature = "time-zones"))]
fn no_zone(text: &str) -> String {
    format!("unknown time zone {}; use UTC or +02:00 (zones by name need the feature time-zones)", in_quotes(text))
}

fn instant_in<Z: TimeZone>(zone: &Z, civil: NaiveDateTime) -> Option<Time> {
    /// No clock jumps further.
    const JUMP: Duration = Duration::hours(25);
    let there = |civil| Some(zone.from_local_datetime(&civil).earliest()?.with_timezone(&Utc));
    there(civil).or_else(|| there(civil.checked_sub_signed(JUMP)?)?.checked_add_signed(JUMP))
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ZoneKind::Utc => f.write_str("UTC"),
            #[cfg(feature = "time-zones")]
            ZoneKind::Local => f.write_str("local"),
            ZoneKind::Fixed(offset) => offset.fmt(f),
            #[cfg(feature = "time-zones")]
            ZoneKind::Named(zone) => f.write_str(zone.name()),
        }
    }
}

#[cfg(all(test, feature = "time-zones"))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_names_offsets_or_refused_with_the_nearest() {
        for (text, expected) in [
            ("UTC", "UTC"),
            ("utc", "UTC"),
            ("local", "local"),
            ("Europe/Paris", "Europe/Paris"),
            ("america/new_york", "America/New_York"),
            ("+02:00", "+02:00"),
            ("-0530", "-05:30"),
        ] {
            let zone = Zone::parse(text).unwrap();
            assert_eq!(zone.to_string(), expected);
            assert_eq!(Zone::parse(&zone.to_string()), Ok(zone));
        }
        for (text, part) in
            [("Europe/Pariss", "nearest: Europe/Paris"), ("", "unknown time zone"), ("02:00", "unknown time zone")]
        {
            assert!(Zone::parse(text).unwrap_err().contains(part), "{text}");
        }
    }

    #[test]
    fn clocks_that_jump_show_each_time_once() {
        let paris = Zone::parse("Europe/Paris").unwrap();
        for (civil, expected) in [
            ("2026-07-01T12:00:00", "2026-07-01T12:00:00+02:00"),
            ("2026-01-01T12:00:00", "2026-01-01T12:00:00+01:00"),
            ("2026-03-29T02:30:00", "2026-03-29T03:30:00+02:00"),
            ("2026-10-25T02:30:00", "2026-10-25T02:30:00+02:00"),
        ] {
            assert_eq!(paris.text(paris.instant(civil.parse().unwrap()).unwrap()), expected, "{civil}");
        }
        assert_eq!(
            Zone::UTC.text(Zone::UTC.instant("2026-10-25T02:30:00".parse().unwrap()).unwrap()),
            "2026-10-25T02:30:00Z"
        );
    }
}
