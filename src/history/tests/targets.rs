//! What targets mean in one history.

use super::fixture::LogFixture;
use crate::Error;
use crate::history::{Target, TargetContext, Zone};
use crate::record::{Time, Version};

/// `#1` 09:00 to `#5` 13:00, rollback to `#2` at 14:00 (`#6`), `#7` at 15:30; times of 2026-10-09.
fn log() -> LogFixture {
    let mut log = LogFixture::default();
    let events =
        ["a, mark first", "b, mark v1.0.0", "c, mark latest", "d, mark -", "e, mark A", "rewind #2", "f, mark v1.0.0"];
    for (hour, event) in (9..).zip(events) {
        let time = if hour == 15 { "15:30".to_owned() } else { format!("{hour:02}:00") };
        log.clock = Some(format!("2026-10-09T{time}:00Z").parse::<Time>().unwrap());
        log.play(event);
    }
    log.play("mark main #1, mark fix#12 #2, mark 42 #4");
    log
}

/// The version's number, or the error after a `!`.
fn check(log: &LogFixture, context: &TargetContext, text: &str, expected: &str) {
    let got = Target::parse(text).and_then(|target| log.history.resolve(&target, context));
    let got = match got {
        Ok(version) => version.to_string(),
        Err(error @ (Error::Target { .. } | Error::NotFound { .. })) => format!("!{error}"),
        Err(other) => panic!("{text}: {other:?}"),
    };
    assert_eq!(got, expected, "{text}");
}

#[test]
fn every_form_finds_its_version() {
    let log = log();
    for (text, expected) in [
        ("0", "#0"),
        ("4", "#4"),
        ("#7", "#7"),
        ("#8", "!\"#8\": no such version; versions are #0 to #7"),
        ("head", "#7"),
        ("head~1", "#6"),
        ("head~2", "#2"),
        ("head~3", "#1"),
        ("head~4", "#0"),
        ("head~5", "!\"head~5\": #0 is only 4 steps before the head #7 along its line"),
        ("-0", "#7"),
        ("-3", "#4"),
        ("-8", "!\"-8\": outside the history, counted from #7; versions are #0 to #7"),
        ("+1", "!\"+1\": no cursor to count from"),
        ("0%", "#0"),
        ("50%", "#4"),
        ("99.9%", "#7"),
        ("100%", "#7"),
        ("@2026-10-09T12:00:00Z", "#4"),
        ("@2026-10-09T11:59:59.999Z", "#3"),
        ("@2026-10-10", "#7"),
        (
            "@2026-10-09",
            "!\"@2026-10-09T00:00:00\": nothing is recorded at or before 2026-10-09T00:00:00Z; the first time is 2026-10-09T09:00:00Z",
        ),
        ("@\"2026-10-09 12:30\"", "#4"),
        ("@12:30", "#4"),
        ("@12:30:15", "#4"),
        ("@\"12:30 PM\"", "#4"),
        ("@12:30PM", "#4"),
        ("@2:30 PM", "#6"),
        ("@15:30", "#7"),
        // Of the day of the head, also where it is later.
        ("@15:31", "#7"),
        (
            "@08:59",
            "!\"@08:59\": nothing is recorded at or before 2026-10-09T08:59:00Z; the first time is 2026-10-09T09:00:00Z",
        ),
        ("-5m", "#6"),
        ("-2h", "#5"),
        ("-90m", "#6"),
        ("-91m", "#5"),
        ("-1h30m", "#6"),
        ("-0s", "#7"),
        (
            "-1d",
            "!\"-1d\": nothing is recorded at or before 2026-10-08T15:30:00Z; the first time is 2026-10-09T09:00:00Z",
        ),
        ("-300000000d", "!\"-300000000d\": longer than the history"),
        ("first", "#1"),
        ("snap:first", "#1"),
        ("◆first", "#1"),
        // Of two with one name the one that was made last.
        ("v1.0.0", "#7"),
        ("snap:v1.0.0", "#7"),
        // A keyword is never a name; `snap:` reaches any.
        ("latest", "#7"),
        ("snap:latest", "#3"),
        ("42", "!\"#42\": no such version; versions are #0 to #7; nearest: snap:42"),
        ("snap:42", "#4"),
        ("A", "#5"),
        ("B", "!\"B\": no end B is set, and no snapshot or branch has that name"),
        ("index:0", "#1"),
        ("index:2", "#2"),
        ("index:8", "#7"),
        ("index:9", "!snapshot at index 9 not found in tenant acme; nearest: index:8"),
        ("before:@12:30", "#4"),
        ("before:@13:00", "#5"),
        ("before:@14:59", "#5"),
        (
            "before:@08:00",
            "!snapshot at or before 2026-10-09T08:00:00Z not found in tenant acme; nearest: before:@2026-10-09T09:00:00Z",
        ),
        ("branch:main", "#7"),
        ("branch:main~1", "#5"),
        ("main~1", "#5"),
        ("branch:main~2", "!branch \"main~2\" not found in tenant acme; nearest: main~1, main"),
        ("main~2", "!snapshot \"main~2\" not found in tenant acme; nearest: main~1, main"),
        ("main", "!\"main\": a snapshot (#1) and a branch (#7) have this name; nearest: snap:main, branch:main"),
        ("snap:main", "#1"),
        ("fix#12", "#2"),
        ("variant-b#7", "!branch \"variant-b\" not found in tenant acme"),
        ("frist", "!snapshot \"frist\" not found in tenant acme; nearest: first"),
        ("lates", "!snapshot \"lates\" not found in tenant acme; nearest: latest"),
        ("12:30", "!snapshot \"12:30\" not found in tenant acme; nearest: @12:30"),
        ("nothing like it", "!snapshot \"nothing like it\" not found in tenant acme"),
        ("snap:frist", "!snapshot \"frist\" not found in tenant acme; nearest: first"),
        // Branches are not snapshots.
        ("snap:main~1", "!snapshot \"main~1\" not found in tenant acme; nearest: main"),
    ] {
        check(&log, &TargetContext::default(), text, expected);
    }
}

#[test]
fn the_cursor_and_the_ends_are_the_screens() {
    let log = log();
    let (cursor, a, b) = (Some(Version(3)), Some(Version(2)), Some(Version(6)));
    let context = TargetContext { cursor, a, b, zone: Zone::UTC };
    for (text, expected) in [
        ("+2", "#5"),
        ("-2", "#1"),
        ("-3", "#0"),
        ("+4", "#7"),
        ("+5", "!\"+5\": outside the history, counted from #3; versions are #0 to #7"),
        ("-4", "!\"-4\": outside the history, counted from #3; versions are #0 to #7"),
        ("A", "#2"),
        ("B", "#6"),
        ("snap:A", "#5"),
        ("head~1", "#6"),
        ("-2h", "#5"),
    ] {
        check(&log, &context, text, expected);
    }
}

#[test]
fn a_history_without_times_or_snapshots_says_so() {
    let mut log = LogFixture::default();
    log.play("a b");
    let no_times = "no version here has a time; name one by its number, such as #42 or head~3";
    for (text, expected) in [
        ("@12:30", format!("!\"@12:30\": {no_times}")),
        ("@2026-10-09", format!("!\"@2026-10-09T00:00:00\": {no_times}")),
        ("-5m", format!("!\"-5m\": {no_times}")),
        ("before:@12:30", format!("!\"before:@12:30\": {no_times}")),
        ("latest", "!latest snapshot not found in tenant acme".to_owned()),
        ("index:0", "!snapshot at index 0 not found in tenant acme".to_owned()),
        ("before:@2026-10-09", "!snapshot at or before 2026-10-09T00:00:00Z not found in tenant acme".to_owned()),
    ] {
        check(&log, &TargetContext::default(), text, &expected);
    }
    check(&LogFixture::default(), &TargetContext::default(), "50%", "#0");
    check(&LogFixture::default(), &TargetContext::default(), "head", "#0");
}
