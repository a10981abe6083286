//! Which axis suits a history, where nobody has chosen one: time where it tells what numbers of versions do not, bursts and the gaps
//! between them, and leaves enough of them apart.

use super::window::{AxisTrack, Window};
use super::{AbandonedOnAxis, Axis, time};
use crate::history::History;
use crate::record::Version;
use crate::view::text;

/// Columns that versions are counted in: about those of a screen.
const COLUMNS: usize = 96;
/// Fewer versions have a place of their own by version, or nearly so, where each is seen with its name and what it changed.
const LEAST: u64 = 2 * COLUMNS as u64;
/// Versions that are asked for their times, at most, and of how many a hundred of them must have one, in order.
const ASKED: u64 = 200;
const TIMED: u64 = 90;
/// Idle times that stand out, at least ...
const GAPS: usize = 2;
/// ... or how many times the variance of the counts is their mean, 1 where versions come by chance, ...
const BURSTS: f64 = 2.0;
/// ... and their deviation at least half of it, so that it is seen in the heights.
const SEEN: f64 = 0.5;
/// One of so many columns, or of so many versions where they are fewer, stays a place of its own.
const APART: usize = 4;

/// An axis, and why it suits.
pub type Suited = (Axis, AxisReason);

/// Why an axis suits a history.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AxisReason {
    #[default]
    NothingLoaded,
    /// There are so few versions that each has about a place of its own.
    Few,
    Untimed,
    OutOfOrder,
    FewTimes,
    Even,
    Bursts,
}

impl AxisReason {
    /// It, as in `because ...`.
    pub fn words(self) -> String {
        match self {
            Self::NothingLoaded => "nothing is loaded yet".into(),
            Self::Few => format!("there are fewer than {}", text::counted(2 * COLUMNS, "version")),
            Self::Untimed => "not all versions have a time".into(),
            Self::OutOfOrder => "times are not in the order of versions".into(),
            Self::FewTimes => "most versions came at few times".into(),
            Self::Even => "versions come evenly".into(),
            Self::Bursts => "versions come in bursts".into(),
        }
    }
}

/// The axis that suits a history. It is that of its first versions, twice as many each time there are so many: one that has grown a
/// little is shown as before. O(1) looks at it, of O(log n) each.
pub fn suited(history: &History) -> Suited {
    let track = AxisTrack::new(history, AbandonedOnAxis::Shown);
    let Some(count) = judged(track.len()) else { return (Axis::Version, AxisReason::Few) };
    if let Some(reason) = without_times(history, &track, count) {
        return (Axis::Version, reason);
    }
    let window = Window { start: 0, count, zoom: 0 };
    let Some(layout) = time::layout(history, &track, window, COLUMNS) else {
        return (Axis::Version, AxisReason::Untimed);
    };
    let counts = layout.cells.iter().map(|cell| cell.versions.end - cell.versions.start);
    // A fold is no time without versions: it is told apart.
    let counts: Vec<u64> = counts
        .enumerate()
        .filter(|(at, _)| layout.folds.iter().all(|fold| fold.cell != *at))
        .map(|(_, count)| count)
        .collect();
    let apart = counts.iter().filter(|count| **count > 0).count() + layout.folds.len();
    if apart * APART < COLUMNS.min(usize::try_from(count).unwrap_or(COLUMNS)) {
        return (Axis::Version, AxisReason::FewTimes);
    }
    match layout.folds.len() >= GAPS || comes_in_bursts(&counts) {
        true => (Axis::Time, AxisReason::Bursts),
        false => (Axis::Version, AxisReason::Even),
    }
}

/// How many of so many versions are looked at; `None` where they have room by version.
fn judged(versions: u64) -> Option<u64> {
    let doublings = (versions / LEAST).checked_ilog2()?;
    Some(LEAST << doublings)
}

#[allow(clippy::cast_precision_loss, reason = "columns and counts are compared, not kept")]
fn comes_in_bursts(counts: &[u64]) -> bool {
    let columns = counts.len().max(1) as f64;
    let mean = counts.iter().map(|count| *count as f64).sum::<f64>() / columns;
    let variance = counts.iter().map(|count| (*count as f64 - mean).powi(2)).sum::<f64>() / columns;
    variance >= BURSTS * mean && variance.sqrt() >= SEEN * mean
}

/// Why the times of the first versions tell nothing, seen from some of them: too many have none, or a later one than a version
/// behind them.
fn without_times(history: &History, track: &AxisTrack, count: u64) -> Option<AxisReason> {
    let asked = count.min(ASKED);
    let (mut timed, mut ordered) = (0, 0);
    for step in 0..asked {
        let version = Version(track.version(super::layout::share(step, count, asked)));
        let time = history.info(version).and_then(|info| info.at);
        // `#0` is before anything was recorded.
        timed += u64::from(version.0 == 0 || time.is_some());
        ordered += u64::from(version.0 == 0 || time == history.timeline().there_by(version));
    }
    let are_few = |count: u64| count * 100 < asked * TIMED;
    match (are_few(timed), are_few(ordered)) {
        (true, _) => Some(AxisReason::Untimed),
        (false, true) => Some(AxisReason::OutOfOrder),
        (false, false) => None,
    }
}
