//! Which axis suits a history, where nobody has chosen one: time where it tells what numbers of versions do not, bursts and the gaps
//! between them, and leaves enough of them apart.

use super::window::{AxisTrack, Window};
use super::{AbandonedOnAxis, Axis, time};
use crate::history::History;
use crate::record::Version;

/// Columns that versions are counted in: about those of a screen.
const COLUMNS: usize = 96;
/// Fewer versions have a place of their own by version, or nearly so, where each is seen with its name and what it changed.
const LEAST: u64 = 2 * COLUMNS as u64;
/// Versions that are asked for their times, at most, and of how many a hundred of them must have one.
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

/// An axis, and why it suits, as in `because ...`.
pub type Suited = (Axis, &'static str);

/// The axis that suits a history. O(1) looks at it, of O(log n) each.
pub fn suited(history: &History) -> Suited {
    let track = AxisTrack::new(history, AbandonedOnAxis::Shown);
    if track.len() < LEAST {
        return (Axis::Index, "there are few versions");
    }
    let layout = time::layout(history, &track, Window::whole(&track), COLUMNS).filter(|_| is_timed(history, &track));
    let Some(layout) = layout else { return (Axis::Index, "not all versions have a time") };
    let counts = layout.cells.iter().map(|cell| cell.versions.end - cell.versions.start);
    // A fold is no time without versions: it is told apart.
    let counts: Vec<u64> = counts
        .enumerate()
        .filter(|(at, _)| layout.folds.iter().all(|fold| fold.cell != *at))
        .map(|(_, count)| count)
        .collect();
    let apart = counts.iter().filter(|count| **count > 0).count() + layout.folds.len();
    if apart * APART < COLUMNS.min(usize::try_from(track.len()).unwrap_or(COLUMNS)) {
        return (Axis::Index, "most versions came at few times");
    }
    match layout.folds.len() >= GAPS || comes_in_bursts(&counts) {
        true => (Axis::Time, "versions come in bursts"),
        false => (Axis::Index, "versions come evenly"),
    }
}

#[allow(clippy::cast_precision_loss, reason = "columns and counts are compared, not kept")]
fn comes_in_bursts(counts: &[u64]) -> bool {
    let columns = counts.len().max(1) as f64;
    let mean = counts.iter().map(|count| *count as f64).sum::<f64>() / columns;
    let variance = counts.iter().map(|count| (*count as f64 - mean).powi(2)).sum::<f64>() / columns;
    variance >= BURSTS * mean && variance.sqrt() >= SEEN * mean
}

/// Whether nearly all versions have a time, seen from some of them.
fn is_timed(history: &History, track: &AxisTrack) -> bool {
    let asked = track.len().min(ASKED);
    let is_timed = |step: &u64| {
        let version = Version(track.version(super::layout::share(*step, track.len(), asked)));
        // `#0` is before anything was recorded.
        version.0 == 0 || history.info(version).is_some_and(|info| info.at.is_some())
    };
    (0..asked).filter(is_timed).count() as u64 * 100 >= asked * TIMED
}
