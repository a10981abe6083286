//! The labels of a time axis: when versions begin, and round times of the day in the zone of the screen.

use super::axis::{APART, AxisLabel, LabelRank};
use super::layout::WindowLayout;
use crate::record::Time;
use crate::view::clock;
use chrono::Duration;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How far apart labels may be: so many of a unit of so many microseconds, and how they are written.
const STEPS: [(i64, &[i64], &str); 5] = [
    (1_000, &[1, 2, 5, 10, 20, 50, 100, 200, 500], MILLIS),
    (SECOND, &[1, 2, 5, 10, 15, 30], SECONDS),
    (MINUTE, &[1, 2, 5, 10, 15, 30], MINUTES),
    (HOUR, &[1, 2, 3, 6, 12], MINUTES),
    (DAY, &[1, 2, 7], DAYS),
];
/// Above those: so many months, of at least so many days each.
const MONTHS: [(i64, &str); 6] = [(1, "%Y-%m"), (3, "%Y-%m"), (12, "%Y"), (60, "%Y"), (120, "%Y"), (1_200, "%Y")];
const SHORTEST_MONTH: i64 = 28 * DAY;

/// What labels are apart.
#[derive(Clone, Copy)]
enum TickStep {
    Micros(i64),
    Months(i64),
}

const MILLIS: &str = "%H:%M:%S%.3f";
const SECONDS: &str = "%H:%M:%S";
const MINUTES: &str = "%H:%M";
const DAYS: &str = "%Y-%m-%d";

/// Labels for cells that begin at their times and are each `per_column` long: the first one, those behind idle times, and those with
/// a round time. O(columns).
pub(super) fn ticks(layout: &WindowLayout, per_column: Duration) -> Vec<AxisLabel> {
    let per_column = per_column.num_microseconds().unwrap_or(i64::MAX).max(1);
    let (step, form) = step(per_column);
    let mut labels = Vec::new();
    let mut begins = true;
    for (column, cell) in layout.cells.iter().enumerate() {
        let Some(time) = cell.time else {
            begins = true;
            continue;
        };
        let round = || match step {
            TickStep::Micros(step) => round(time, step, per_column),
            TickStep::Months(step) => month(time, step, per_column),
        };
        let (at, rank) = if begins { (Some(time), LabelRank::Begin) } else { (round(), LabelRank::Even) };
        begins = false;
        labels.extend(at.map(|at| label((column, rank), at, (step, form))));
    }
    labels
}

fn label((column, rank): (usize, LabelRank), at: Time, (step, form): (TickStep, &str)) -> AxisLabel {
    let (text, dated) = match (rank, step) {
        (LabelRank::Even | LabelRank::AtEdge, TickStep::Months(_)) => (form, form),
        (LabelRank::Even | LabelRank::AtEdge, TickStep::Micros(_)) if is_midnight(at) => (DAYS, DAYS),
        _ if first_form(form) == DAYS => (DAYS, DAYS),
        _ => (form, first_form(form)),
    };
    let [text, dated] = [text, dated].map(|form| clock::in_form(at, form).into());
    AxisLabel { column, text, dated, day: Some(clock::day(at)), rank }
}

/// The shortest that leaves labels their room, and their form.
fn step(per_column: i64) -> (TickStep, &'static str) {
    let fits = |length: i64, form: &str| {
        length / per_column >= i64::try_from(clock::in_form(Time::default(), form).len() + APART).unwrap_or(i64::MAX)
    };
    let short = STEPS.iter().flat_map(|(unit, counts, form)| counts.iter().map(move |count| (unit * count, *form)));
    let short = short.map(|(length, form)| (length, TickStep::Micros(length), form));
    let long = MONTHS.iter().map(|(months, form)| (months * SHORTEST_MONTH, TickStep::Months(*months), *form));
    let found = short.chain(long).find(|(length, _, form)| fits(*length, form));
    found.map_or((TickStep::Months(12_000), "%Y"), |(_, step, form)| (step, form))
}

/// Days and times of the same precision.
fn first_form(form: &str) -> &'static str {
    match form {
        MILLIS => "%Y-%m-%d %H:%M:%S%.3f",
        SECONDS => "%Y-%m-%d %H:%M:%S",
        MINUTES => "%Y-%m-%d %H:%M",
        _ => DAYS,
    }
}

/// The round time that a cell of this begin holds, in the zone of the screen.
fn round(begin: Time, step: i64, per_column: i64) -> Option<Time> {
    let offset = i64::from(clock::offset(begin)) * SECOND;
    let since = begin.timestamp_micros().saturating_add(offset).rem_euclid(step);
    let ahead = (step - since).rem_euclid(step);
    begin.checked_add_signed(Duration::microseconds(ahead)).filter(|_| ahead < per_column)
}

fn is_midnight(time: Time) -> bool {
    time.timestamp_micros().saturating_add(i64::from(clock::offset(time)) * SECOND).rem_euclid(DAY) == 0
}

/// The first day of the month that a cell of this begin holds, of every so many months.
fn month(begin: Time, step: i64, per_column: i64) -> Option<Time> {
    let before = clock::months(begin.checked_sub_signed(Duration::microseconds(1))?);
    let end = begin.checked_add_signed(Duration::microseconds(per_column - 1))?;
    let months = clock::months(end).div_euclid(step) * step;
    (months > before).then(|| clock::first_of_month(months)).flatten()
}
