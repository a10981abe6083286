//! Moments that are named by their relation to others: what they count from, and what is told of them.

use super::fixture::LogFixture;
#[cfg(feature = "time-zones")]
use crate::history::Zone;
use crate::history::{Target, TargetContext};
use crate::record::{Origin, Time, Version};

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

/// One version an hour from 09:00 to 14:00 on this day and at 12:30 on the next, each with a snapshot.
fn log(day: &str, next: &str) -> LogFixture {
    let mut log = LogFixture::default();
    for hour in 9..=14 {
        log.clock = Some(time(&format!("{day}T{hour:02}:00:00Z")));
        log.play(&format!("s{hour}, mark m{hour}"));
    }
    log.clock = Some(time(&format!("{next}T12:30:00Z")));
    log.play("next, mark next");
    log
}

fn resolved(log: &LogFixture, context: &TargetContext, text: &str) -> Result<Version, String> {
    Target::parse(text).and_then(|target| log.history.resolve(&target, context)).map_err(|error| error.to_string())
}

const RELATIVE: [&str; 10] =
    ["@09:30", "@12:30", "@08:00", "@12:29:59", "before:@12:30PM", "before:@00:10", "-5m", "-90m", "-1d", "-24h30m"];

/// The debugger's clock may be behind, ahead, or within what was recorded.
#[test]
fn what_the_debugger_writes_moves_no_relative_moment() {
    for debugger in ["2020-01-01T03:00:00Z", "2030-10-09T11:30:00Z", "2030-10-10T12:31:00Z", "2039-01-01T23:59:00Z"] {
        let mut log = log("2030-10-09", "2030-10-10");
        let cursor = TargetContext { cursor: Some(log.history.newest()), ..TargetContext::default() };
        let before: Vec<_> = RELATIVE.iter().map(|text| resolved(&log, &TargetContext::default(), text)).collect();
        (log.origin, log.clock) = (Origin::Debugger, Some(time(debugger)));
        log.play("rewind #2, rewind #4");
        for (text, before) in RELATIVE.iter().zip(before) {
            for context in
                [&TargetContext::default(), &cursor, &TargetContext { cursor: Some(log.history.newest()), ..cursor }]
            {
                assert_eq!(resolved(&log, context, text), before, "{text}, the debugger at {debugger}");
            }
        }
    }
}

#[test]
fn a_time_of_day_is_of_the_day_at_the_cursor() {
    let log = log("2026-10-09", "2026-10-10");
    for (cursor, text, expected) in [
        (None, "@13:00", Ok(7)),
        (None, "@12:00", Ok(6)),
        (Some(7), "@12:00", Ok(6)),
        (Some(6), "@12:00", Ok(4)),
        (Some(1), "@12:00", Ok(4)),
        (Some(1), "before:@12:00", Ok(4)),
        (Some(1), "@08:00", Err(())),
        // Before anything was recorded: as without a cursor.
        (Some(0), "@12:00", Ok(6)),
    ] {
        let context = TargetContext { cursor: cursor.map(Version), ..TargetContext::default() };
        let got = resolved(&log, &context, text).map(|version| version.0).map_err(drop);
        assert_eq!(got, expected, "{text} at {cursor:?}");
    }
}

/// 01:00 in Paris is another day in UTC; New York is behind.
#[cfg(feature = "time-zones")]
#[test]
fn times_without_an_offset_are_read_in_the_zone() {
    let log = log("2026-10-09", "2026-10-10");
    for (zone, text, expected) in [
        ("UTC", "@2026-10-09 12:00", 4),
        ("Europe/Paris", "@2026-10-09 12:00", 2),
        ("America/New_York", "@2026-10-09 08:01", 4),
        ("+05:30", "@2026-10-09 15:30", 2),
        ("Europe/Paris", "@2026-10-09T12:00:00Z", 4),
        ("Europe/Paris", "@14:30", 7),
        ("Europe/Paris", "@14:29", 6),
        ("Pacific/Kiritimati", "@02:30", 7),
        ("Pacific/Kiritimati", "@02:29", 6),
        ("Europe/Paris", "@2026-10-10", 6),
        ("Pacific/Kiritimati", "@2026-10-10", 2),
    ] {
        let context = TargetContext::in_zone(Zone::parse(zone).unwrap());
        assert_eq!(resolved(&log, &context, text), Ok(Version(expected)), "{text} in {zone}");
    }
}

#[test]
fn the_answer_tells_the_full_time_and_what_follows() {
    let log = log("2026-10-09", "2026-10-10");
    for (text, relative, version, at, meant, follow) in [
        ("@12:30", true, 7, "2026-10-10T12:30:00Z", Some("2026-10-10T12:30:00Z"), 0),
        ("-23h", true, 5, "2026-10-09T13:00:00Z", Some("2026-10-09T13:30:00Z"), 2),
        ("latest", true, 7, "2026-10-10T12:30:00Z", None, 0),
        ("index:0", true, 1, "2026-10-09T09:00:00Z", None, 6),
        ("head~3", true, 4, "2026-10-09T12:00:00Z", None, 3),
        ("50%", true, 4, "2026-10-09T12:00:00Z", None, 3),
        ("head", false, 7, "2026-10-10T12:30:00Z", None, 0),
        ("#2", false, 2, "2026-10-09T10:00:00Z", None, 5),
        ("m9", false, 1, "2026-10-09T09:00:00Z", None, 6),
    ] {
        let target = Target::parse(text).unwrap();
        let moment = log.history.moment(&target, &TargetContext::default()).unwrap();
        let got = (moment.is_relative(), moment.version, moment.at, moment.meant, moment.followed_by);
        assert_eq!(got, (relative, Version(version), Some(time(at)), meant.map(time), follow), "{text}");
    }
}
