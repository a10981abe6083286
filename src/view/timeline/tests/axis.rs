//! Columns of the time axis, its labels, and which axis suits a history.

use super::*;

/// `-` for a column without versions, `┊` for an idle time, else how many versions it has.
fn drawn(log: &TimelineLog, width: usize) -> String {
    let ask = by_time(log.history.newest().0, width);
    let shown = check_columns(&log.history, &ask);
    let count = |column: usize| shown.span.clone().filter(|v| shown.column_of(Version(*v)) == Some(column)).count();
    let sign = |column: usize| match count(column) {
        _ if shown.folds.iter().any(|fold| fold.column == column) => "┊".to_owned(),
        0 => "-".to_owned(),
        count => count.to_string(),
    };
    (0..shown.columns.len()).map(sign).collect()
}

#[test]
fn columns_of_the_time_axis_stand_for_the_same_time() {
    for (times, width, expected) in [
        (vec![0, 10, 20, 30], 16, "1----1----1----1"),
        (vec![0, 0, 0, 5, 10], 11, "3----1----1"),
        // One moment is one column.
        (vec![7, 7, 7], 16, "3"),
        // An hour of nothing between seconds of work.
        (vec![0, 1_000, 2_000, 3_602_000, 3_603_000, 3_604_000], 16, "1--1--1┊1--1--1"),
        // Evenly far apart is not idle.
        (vec![0, 3_600_000, 7_200_000], 16, "1------1-------1"),
        // A clock that was set back stands still until it is up again.
        (vec![0, 10, 30, 20, 30], 16, "1----1----2----1"),
    ] {
        assert_eq!(drawn(&TimelineLog::at(times.clone()), width), expected, "{times:?}");
    }
}

/// What the axis says where the read-out takes no room.
fn axis(shown: &TimelineModel, width: usize) -> Vec<String> {
    shown.axis_labels(&(0..0), width).iter().map(|label| label.text.unmarked().into_owned()).collect()
}

/// A label behind one of another day tells its own, behind idle times, behind midnight, and where the read-out is in the place of one.
#[test]
fn labels_tell_their_day_where_the_label_before_is_of_another() {
    let burst = |start: i64| (0..60).map(move |n| start + n * 60_000 + n % 7 * 100);
    let log = TimelineLog::at(burst(9 * 3_600_000).chain(burst(86_400_000 * 3 + 10 * 3_600_000)));
    let shown = log.timeline(&by_time(1, 118));
    assert_eq!(axis(&shown, 118)[0], "1970-01-01 09:00");
    assert!(axis(&shown, 118).contains(&"1970-01-04 10:00".to_owned()), "{:?}", axis(&shown, 118));
    for width in 30..160 {
        for (log, ask) in [
            (&log, by_time(1, width)),
            (&TimelineLog::at((0..40).map(|n| 80_000_000 + n * 300_000)), by_time(1, width)),
            (&TimelineLog::at((0..40).map(|n| 80_000_000 + n * 300_000)), super::ask(1, width)),
        ] {
            let shown = log.timeline(&ask);
            for taken in [0..0, 0..22, 20..44, width - 22..width] {
                let mut day = String::new();
                for label in shown.axis_labels(&taken, width) {
                    let text = label.text.unmarked().into_owned();
                    let text = text.split_once(' ').filter(|_| text.starts_with('#')).map_or(&*text, |(_, time)| time);
                    let told = text.starts_with("1970-").then(|| text[..10].to_owned());
                    let is_time = text.contains(':') || told.is_some();
                    day = told.unwrap_or(day);
                    let at = log.history.timeline().there_by(shown.version_at(label.column).unwrap()).unwrap();
                    let is = clock::in_form(at, "%Y-%m-%d");
                    // A round time is up to a column away from its version.
                    let next = clock::in_form(at + chrono::Duration::hours(1), "%Y-%m-%d");
                    assert!(!is_time || day == is || day == next, "{text} below {day}, not {is}: {width} {taken:?}");
                    let end = label.column + label.text.width();
                    assert!(taken.is_empty() || end <= taken.start || label.column >= taken.end, "{label:?} {taken:?}");
                }
            }
        }
    }
}

/// The labels of a time axis are round times; a day is told at the first one, and where it begins.
#[test]
fn a_time_axis_tells_round_times() {
    for (seconds, width, expected) in [
        (600_i64, 118_usize, "1970-01-01 00:00|01:00|01:30|02:00|02:30|03:00|03:30"),
        (600, 40, "1970-01-01 00:00|03:00"),
        (7_200, 118, "1970-01-01 00:00|12:00|18:00|1970-01-02|06:00|12:00|18:00"),
        (1, 60, "1970-01-01 00:00:00|00:00:10|00:00:15|00:00:20"),
        (864_000, 118, "1970-01-01|1970-02|1970-03|1970-04|1970-05"),
        (86_400 * 365, 118, "1970-01-01|"),
    ] {
        let log = TimelineLog::at((0..25).map(|at| at * seconds * 1_000));
        let told = axis(&log.timeline(&by_time(1, width)), width);
        assert!(told.join("|").starts_with(expected), "{seconds} s, {width} columns: {}", told.join("|"));
    }
}

/// Whatever a log says of times, the axis takes.
#[test]
fn times_at_the_ends_of_the_calendar_have_columns() {
    let far = 8_200_000_000_000_000;
    for times in [vec![-far, far], vec![-far, 0, 1, 2, 3, far], vec![far, -far, 0], vec![-far; 3]] {
        let log = TimelineLog::at(times);
        check_columns(&log.history, &by_time(log.history.newest().0, 118));
        check_columns(&log.history, &by_time(1, 3));
    }
}

#[test]
fn idle_times_are_named_and_the_border_says_from_where_on() {
    let work = |start: i64| (0..40).map(move |n| start + n * 500 + n % 7 * 10);
    let log = TimelineLog::at(work(0).chain(work(11_520_000)).chain(work(30_000_000)));
    let shown = log.timeline(&by_time(120, 118));
    let folds: Vec<_> = shown.folds.iter().map(|fold| fold.text.unmarked()).collect();
    assert_eq!(folds, ["3h11", "5h07"]);
    assert_eq!(shown.caption, "by time · 514ms/col · bar height: versions per column · gaps over 5.1s folded");
    assert_eq!(gaps(&log.history, &ask(1, 118)), [Version(41), Version(81)]);
    assert_eq!((&*axis(&shown, 118)[0], axis(&shown, 118)[1].len()), ("1970-01-01 00:00:00", 8));
    // Without times there is only the index axis.
    let mut timeless = TimelineLog::new();
    timeless.step().step();
    assert_eq!(timeless.timeline(&by_time(2, 118)), timeless.timeline(&ask(2, 118)));
}

/// A name, a history of so many versions, and the axis that suits it with the reason.
type Kind = (&'static str, fn(i64) -> TimelineLog, Suited);

const MINUTE: i64 = 60_000;
const KINDS: [Kind; 9] = [
    ("evenly", |n| TimelineLog::at((0..n).map(|at| at * MINUTE)), (Axis::Version, AxisReason::Even)),
    (
        "nearly evenly",
        |n| TimelineLog::at((0..n).map(|at| at * MINUTE + (at * 7_919) % 30_000)),
        (Axis::Version, AxisReason::Even),
    ),
    (
        "on six days",
        |n| TimelineLog::at((0..n).map(|at| at * MINUTE + at / (n / 6) * 1_440 * MINUTE)),
        (Axis::Time, AxisReason::Bursts),
    ),
    ("faster first", |n| TimelineLog::at((0..n).map(|at| at * at)), (Axis::Time, AxisReason::Bursts)),
    ("at once", |n| TimelineLog::at((0..n).map(|_| MINUTE)), (Axis::Version, AxisReason::FewTimes)),
    (
        "nearly at once",
        |n| TimelineLog::at((0..n).map(|at| at.min(3) * 1_440 * MINUTE)),
        (Axis::Version, AxisReason::FewTimes),
    ),
    ("without a time", untimed, (Axis::Version, AxisReason::Untimed)),
    (
        "shuffled",
        |n| TimelineLog::at((0..n).map(|at| at * 7_919 % n * MINUTE)),
        (Axis::Version, AxisReason::OutOfOrder),
    ),
    ("backwards", |n| TimelineLog::at((0..n).map(|at| (n - at) * MINUTE)), (Axis::Version, AxisReason::OutOfOrder)),
];

/// The axis that suits histories of one kind each, however many versions there are, and why.
#[test]
fn an_axis_suits_a_history_by_how_its_versions_come() {
    for n in [200, 400, 5_000_i64] {
        for (name, log, expected) in KINDS {
            assert_eq!(suited(&log(n).history), expected, "{n} {name}");
        }
        // A fifth of the versions has no time.
        let mut some = TimelineLog::at([]);
        for at in 0..n {
            some.at = (at % 5 > 0)
                .then(|| Time::from_timestamp_millis(at * MINUTE + at / (n / 6) * 1_440 * MINUTE))
                .flatten();
            some.step();
        }
        assert_eq!(suited(&some.history), (Axis::Version, AxisReason::Untimed), "{n}");
    }
    for n in [0_u64, 1, 150, 191] {
        let log = TimelineLog::at((0..i64::try_from(n).unwrap()).map(|at| at * at * MINUTE));
        assert_eq!(suited(&log.history).1, AxisReason::Few);
    }
}

/// A history that has grown a little, however it goes on, has the axis that it had.
#[test]
fn an_axis_stays_as_a_history_grows() {
    let evenly = |n: i64| (0..n).map(|at| at * MINUTE);
    let mut log = TimelineLog::at(evenly(192));
    assert_eq!(suited(&log.history), (Axis::Version, AxisReason::Even));
    let mut flips = 0;
    for at in 192..3_000_i64 {
        // From here on in bursts, with the time between them growing.
        log.at = Time::from_timestamp_millis(at * MINUTE + at / 50 * at * MINUTE);
        let before = suited(&log.history).0;
        log.step();
        flips += usize::from(suited(&log.history).0 != before);
        let newest = log.history.newest().0;
        assert!(flips == 0 || newest >= 384, "{newest}");
    }
    assert_eq!((flips, suited(&log.history).0), (1, Axis::Time), "what most versions say counts in the end");
}

fn untimed(n: i64) -> TimelineLog {
    let mut log = TimelineLog::new();
    (0..n).for_each(|_| _ = log.step());
    log
}
