//! Where things are on the screen: the areas of the view shown, and its timeline.
//!
//! Painters, the mouse and moves by the page all ask here. Must not name: `draw`, `dialog`.

use super::{App, Session, View};
use crate::record::Version;
use crate::tui::pane::layout::{self, Pane, Room};
use crate::tui::pane::timeline::{self, Dress};
use crate::view;
use crate::view::text::joined;
use crate::view::timeline::{Ask, Label, Timeline};
use ratatui::layout::Rect;

/// Names of panes that share a place on a narrow screen, in the order of the tabs.
pub const TABS: [(Pane, &str); 3] = [(Pane::Snapshots, "Snaps"), (Pane::State, "State"), (Pane::Changes, "Changes")];

impl App {
    /// Whether panes share one place, so that their names stand beside each other.
    pub fn has_tabs(&self) -> bool {
        Room::of(self.area) != Room::All && !self.maximised
    }

    /// How the timeline of the view shown is dressed.
    pub fn dress(&self) -> Dress {
        match self.workspace.view {
            View::Debug if self.area.height >= 20 => Room::of(self.area).dress(),
            _ => Dress::Bare,
        }
    }

    /// Columns of the strip inside its frame.
    pub fn strip_width(&self) -> u16 {
        self.strip_inner(self.strip_area()).width
    }

    /// Where the columns of the strip are: beside the names of its lanes.
    fn strip_inner(&self, area: Rect) -> Rect {
        let pinned = if self.workspace.view == View::Debug { self.pinned() } else { 0 };
        timeline::beside_names(pinned, timeline::inside(self.dress(), area)).1
    }

    fn strip_area(&self) -> Rect {
        match self.workspace.view {
            View::Debug => self.debug_areas().timeline,
            View::Diff => layout::diff(self.area).timeline,
            _ => self.list_areas().timeline,
        }
    }

    /// The timeline as it is painted, and the area inside its frame; `None` where none is shown.
    pub fn strip(&self) -> Option<(Timeline, Rect)> {
        let session = self.session()?;
        let area = self.strip_area();
        if area.is_empty() {
            return None;
        }
        let inner = self.strip_inner(area);
        let rows = timeline::density_rows(self.dress());
        Some((self.timeline(session, inner.width, rows), inner))
    }

    /// What a strip is asked for.
    pub fn ask_of_strip(&self, session: &Session, width: u16, rows: u8) -> Ask {
        Ask {
            cursor: session.cursor,
            ends: session.ends(),
            zoom: session.zoom,
            start: session.window_start,
            width: usize::from(width),
            rows,
            manner: self.manner(session),
        }
    }

    /// The timeline of a tenant, with letters, hits, lanes and the marks at its cursor.
    pub fn timeline(&self, session: &Session, width: u16, rows: u8) -> Timeline {
        // Before the history is locked: the ends look at it too.
        let ask = self.ask_of_strip(session, width, rows);
        let mut timeline = view::timeline::timeline(&session.history(), &session.asked.counts, &ask);
        timeline.letters = letters(session, &timeline);
        timeline.hits = session.asked.hits(self.workspace.view, &timeline);
        if self.workspace.view == View::Debug {
            timeline.lanes = session.lanes(&timeline);
        }
        let marks = session.marks_at(session.cursor);
        if !marks.is_empty() {
            timeline.readout = joined![&timeline.readout, " ", marks];
        }
        timeline
    }
}

fn letters(session: &Session, timeline: &Timeline) -> Vec<Label> {
    let label = |(letter, at): (&char, &Version)| {
        Some(Label { column: timeline.column_of(*at)?, text: letter.to_string().into() })
    };
    session.marks.iter().filter_map(label).collect()
}
