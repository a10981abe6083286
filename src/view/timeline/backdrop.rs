//! What a timeline shows whichever version is looked at: bars, marks, names, axis. A step moves the cursor and leaves all of
//! this as it is, so it is remembered by all that it is made of.

use super::density::{self, Bars};
use super::hues::Cast;
use super::layout::WindowLayout;
use super::window::{self, AxisTrack, Window};
use super::{Density, Edge, Manner, Overview, TimelineModel, TimelineQuery, labels, lay_out, names, usable};
use crate::history::{History, Revision, Zone};
use crate::view::clock;
use crate::view::counts::KeyCounts;
use crate::view::text::SafeText;
use std::cell::RefCell;

/// What is asked of a history, in the form that a timeline is made from.
pub(super) struct Scene<'h> {
    history: &'h History,
    counts: &'h KeyCounts,
    track: AxisTrack,
    pub window: Window,
    /// With the columns that versions may take.
    ask: TimelineQuery,
    /// Columns on the screen.
    width: usize,
}

/// All that a backdrop is made of; another one makes another backdrop.
#[derive(Debug, Clone, Copy, PartialEq)]
struct BackdropKey {
    history: Revision,
    counts: u64,
    window: Window,
    manner: Manner,
    width: usize,
    rows: u8,
    /// Days and times of the axis are told in it.
    zone: Zone,
}

/// The last timeline of one history, without what depends on the version that is looked at, and who is in that history.
#[derive(Debug, Default)]
pub struct Remembered {
    shown: RefCell<Option<(BackdropKey, TimelineModel)>>,
    cast: RefCell<Option<(Revision, Cast)>>,
}

impl Remembered {
    /// The timeline of a history, keys counted as is known. O(columns · log n); where kept branches are hidden, also the
    /// rollbacks in the window; where keys are counted by rules, its versions, while they are [few](super::MOST_COUNTED).
    /// O(columns) where only other versions are looked at than the last time.
    pub fn timeline(&self, history: &History, counts: &KeyCounts, ask: &TimelineQuery) -> TimelineModel {
        let scene = Scene::new(history, counts, ask);
        let key = scene.key();
        let known = self.shown.borrow().as_ref().filter(|(of, _)| *of == key).map(|(_, timeline)| timeline.clone());
        let backdrop = known.unwrap_or_else(|| {
            let made = scene.backdrop(self.cast(history));
            *self.shown.borrow_mut() = Some((key, made.clone()));
            made
        });
        scene.at_cursor(backdrop)
    }

    /// The authors or actions of a history. O(1) where it is as it was the last time.
    pub fn cast(&self, history: &History) -> Cast {
        let revision = history.revision();
        let known = self.cast.borrow().as_ref().filter(|(of, _)| *of == revision).map(|(_, cast)| cast.clone());
        known.unwrap_or_else(|| {
            let made = Cast::of(history);
            *self.cast.borrow_mut() = Some((revision, made.clone()));
            made
        })
    }

    /// Forgets it, to measure what making it takes.
    #[cfg(feature = "bench")]
    pub fn forget(&self) {
        self.shown.borrow_mut().take();
        self.cast.borrow_mut().take();
    }
}

impl<'h> Scene<'h> {
    pub fn new(history: &'h History, counts: &'h KeyCounts, ask: &TimelineQuery) -> Self {
        let track = AxisTrack::new(history, ask.manner.kept);
        let width = ask.width;
        let ask = TimelineQuery { width: usable(ask), ..*ask };
        let window = Window::new(&track, &ask);
        Self { history, counts, track, window, ask, width }
    }

    fn key(&self) -> BackdropKey {
        BackdropKey {
            history: self.history.revision(),
            counts: self.counts.revision(),
            window: self.window,
            manner: self.ask.manner,
            width: self.width,
            rows: self.ask.rows,
            zone: clock::zone(),
        }
    }

    /// All but what [`at_cursor`](Self::at_cursor) adds. O(columns · log n).
    pub fn backdrop(&self, cast: Cast) -> TimelineModel {
        let (history, track, window, ask) = (self.history, &self.track, self.window, &self.ask);
        let layout = lay_out(history, (track, window), ask);
        let density = ask.manner.density.unwrap_or(Density::suiting(&layout));
        let bars = |rows| Bars { density, rows, grain: ask.manner.grain, counts: self.counts, cast: &cast };
        let (names, names_in_two) = names::names(history, &layout, self.width);
        TimelineModel {
            columns: density::columns(history, (track, &layout), &bars(ask.rows)),
            span: layout.span(),
            scale: layout.scale,
            zoom: (window.zoom, window::deepest(track.len(), ask.width)),
            overview: (window.count < track.len()).then(|| self.overview(&layout, &bars(1))),
            folds: labels::folds(&layout),
            are_all_named: !names.is_empty(),
            names,
            names_in_two,
            snapshots: Vec::new(),
            letters: Vec::new(),
            hits: Vec::new(),
            found: SafeText::default(),
            lanes: Vec::new(),
            cursor: None,
            a: None,
            b: None,
            between: 0..0,
            arc: None,
            axis: labels::axis(history, &layout, ask.width),
            readout: SafeText::default(),
            caption: labels::caption(&layout, (window.zoom, track.len()), &bars(ask.rows), ask),
            live: live(history, &layout, ask.manner.edge).filter(|column| *column < self.width),
            cast,
            layout,
        }
    }

    /// Adds the cursor, the ends and what is said of them. O(log n).
    pub fn at_cursor(&self, backdrop: TimelineModel) -> TimelineModel {
        let (history, ask, layout) = (self.history, &self.ask, &backdrop.layout);
        let (names, names_in_two) = match backdrop.are_all_named {
            true => (backdrop.names, backdrop.names_in_two),
            false => names::some_names(history, (layout, &backdrop.columns), ask, self.width),
        };
        TimelineModel {
            names,
            names_in_two,
            cursor: layout.column_of(ask.cursor.0),
            a: layout.column_of(ask.ends.a.0),
            b: layout.column_of(ask.ends.b.0),
            between: super::between(layout, ask.ends),
            arc: labels::arc(history, layout, ask.cursor),
            snapshots: labels::snapshots(history, layout, (ask.cursor, self.width)),
            readout: labels::readout(history, (layout, &backdrop.axis), ask),
            ..backdrop
        }
    }

    fn overview(&self, below: &WindowLayout, bars: &Bars<'_>) -> Overview {
        let layout = lay_out(self.history, (&self.track, Window::whole(&self.track)), &self.ask);
        let columns = density::columns(self.history, (&self.track, &layout), bars);
        let span = below.span();
        let first = layout.column_of(span.start).unwrap_or(0);
        let last = layout.column_of(span.end.saturating_sub(1)).unwrap_or(first);
        Overview { columns, window: first..last + 1, folds: labels::folds(&layout), layout }
    }

    /// The versions in the window. O(log n).
    pub fn span(&self) -> std::ops::Range<u64> {
        let Window { start, count, .. } = self.window;
        self.track.version(start)..self.track.version(start + count)
    }
}

fn live(history: &History, layout: &WindowLayout, edge: Edge) -> Option<usize> {
    (edge != Edge::Still && layout.span().contains(&history.newest().0)).then(|| layout.columns())
}
