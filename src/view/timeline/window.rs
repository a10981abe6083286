//! Which versions are in the window: zoom levels, and the versions that have a place on the axis at all.

use super::TimelineQuery;
use crate::history::{AbandonedVersions, History};
use std::ops::Range;
use std::sync::Arc;

/// How far the strip is zoomed in: 0 shows everything, each level halves what is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Zoom(pub u32);

/// Whether what rollbacks left behind has a place on the axis.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AbandonedOnAxis {
    /// Where it was written.
    #[default]
    Shown,
    /// None.
    Hidden,
}

impl Zoom {
    /// One level closer, at most as close as shows single versions.
    #[must_use]
    pub fn closer(self, history: &History, kept: AbandonedOnAxis, width: usize) -> Self {
        Self((self.0 + 1).min(deepest(AxisTrack::new(history, kept).len(), width)))
    }

    /// One level further.
    #[must_use]
    pub fn further(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

/// The versions of the window of a level that begins at a version.
pub fn versions_from(history: &History, kept: AbandonedOnAxis, zoom: Zoom, start: u64) -> Range<u64> {
    let track = AxisTrack::new(history, kept);
    let place = track.place(start);
    track.version(place)..track.version(place + shown(track.len(), zoom.0))
}

/// The first level at which no column stands for more than one version.
pub(super) fn deepest(total: u64, width: usize) -> u32 {
    (0..u64::BITS).find(|zoom| shown(total, *zoom) <= width.max(1) as u64).unwrap_or(0)
}

/// The deepest level that still shows so many.
pub(super) fn closest(total: u64, width: usize, wanted: u64) -> Zoom {
    Zoom((0..=deepest(total, width)).rev().find(|zoom| shown(total, *zoom) >= wanted).unwrap_or(0))
}

/// Versions in the window at a level.
fn shown(total: u64, zoom: u32) -> u64 {
    total.checked_shr(zoom).unwrap_or(0).max(1).min(total)
}

/// The versions that have a place on the axis, those cut off by compaction left out. A place counts from 0.
#[derive(Debug)]
pub(super) struct AxisTrack {
    first: u64,
    end: u64,
    left: Arc<AbandonedVersions>,
    kept: AbandonedOnAxis,
}

impl AxisTrack {
    pub fn new(history: &History, kept: AbandonedOnAxis) -> Self {
        let first = history.first().0;
        Self { first, end: (history.newest().0 + 1).max(first), left: history.left_behind(), kept }
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.end - self.first - self.hidden(&(self.first..self.end))
    }

    /// The place of a version; of a hidden one and of one beyond the ends, the nearest before it.
    pub fn place(&self, version: u64) -> u64 {
        let version = version.clamp(self.first, self.end.saturating_sub(1).max(self.first));
        let before = version - self.first - self.hidden(&(self.first..version));
        before.saturating_sub(self.hidden(&(version..version + 1)))
    }

    /// The version at a place; beyond the last place, the one after the newest.
    pub fn version(&self, place: u64) -> u64 {
        let version = match self.kept {
            AbandonedOnAxis::Shown => self.first.saturating_add(place),
            AbandonedOnAxis::Hidden => self.left.nth(self.first.saturating_add(place)).0,
        };
        version.min(self.end)
    }

    /// The parts of a stretch that have a place.
    pub fn parts(&self, range: Range<u64>) -> impl Iterator<Item = Range<u64>> + '_ {
        let (whole, without) = match self.kept {
            AbandonedOnAxis::Shown => (Some(range), None),
            AbandonedOnAxis::Hidden => (None, Some(self.left.others(range))),
        };
        whole.into_iter().chain(without.into_iter().flatten())
    }

    /// How many versions that have a place in a stretch were left behind by rollbacks.
    pub fn left_behind(&self, range: &Range<u64>) -> u64 {
        self.left.within(range) - self.hidden(range)
    }

    fn hidden(&self, range: &Range<u64>) -> u64 {
        if self.kept == AbandonedOnAxis::Hidden { self.left.within(range) } else { 0 }
    }
}

/// Places in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// The first.
    pub start: u64,
    pub count: u64,
    /// The level, as far as there is one.
    pub zoom: u32,
}

impl Window {
    pub fn new(track: &AxisTrack, ask: &TimelineQuery) -> Self {
        let zoom = ask.zoom.0.min(deepest(track.len(), ask.width));
        let count = shown(track.len(), zoom);
        let window = Self { start: 0, count, zoom };
        // By quarters of itself: a step moves the cursor and not the picture.
        let quarter = (count / 4).max(1);
        let round_cursor = || track.place(ask.cursor.0).saturating_sub(count / 2) / quarter * quarter;
        let start = ask.start.map_or_else(round_cursor, |start| track.place(start));
        Self { start: start.min(window.last_start(track)), ..window }
    }

    pub fn whole(track: &AxisTrack) -> Self {
        Self { start: 0, count: track.len(), zoom: 0 }
    }

    /// The last place it can begin at.
    pub fn last_start(self, track: &AxisTrack) -> u64 {
        track.len() - self.count
    }
}
