//! The mouse: scrubbing on the timeline, focus by click, wheel.

use super::time::Way;
use super::{App, Effect, View};
use crate::tui::draw::timeline_of;
use crate::tui::pane::layout::Pane;
use crate::view::list::ListMove;
use crate::view::tree::TreeMove;
use ratatui::layout::{Position, Rect};

/// Rows that one notch of the wheel scrolls.
const NOTCH: usize = 3;

impl App {
    /// Puts the cursor on the version under a column of the timeline.
    pub(super) fn scrub(&mut self, column: u16, area: Rect) -> Vec<Effect> {
        let Some(session) = self.session() else { return Vec::new() };
        let timeline = timeline_of(session, area.width.saturating_sub(2), 1);
        let inside = usize::from(column.saturating_sub(area.x + 1));
        let Some(to) = timeline.version_at(inside) else { return Vec::new() };
        if let Some(session) = self.session_mut() {
            session.put_cursor(to, false);
        }
        self.fetch().into_iter().collect()
    }

    /// Focuses the pane under the pointer; in the tree and the diff, puts the cursor on the row.
    pub(super) fn click(&mut self, at: Position) -> Vec<Effect> {
        if self.view == View::Debug {
            let areas = self.debug_areas();
            let panes = [
                (Pane::Transitions, areas.transitions),
                (Pane::Snapshots, areas.snapshots),
                (Pane::State, areas.state),
                (Pane::Changes, areas.changes),
            ];
            let Some((pane, area)) = panes.into_iter().find(|(_, area)| area.contains(at)) else { return Vec::new() };
            self.focus = pane;
            let line = usize::from(at.y.saturating_sub(area.y + 1));
            if let (Pane::State, Some(session)) = (pane, self.session_mut()) {
                session.tree.act(TreeMove::Line(line));
            }
        }
        Vec::new()
    }

    /// Scrolls the rows of the focused pane.
    pub(super) fn wheel(&mut self, way: Way) -> Vec<Effect> {
        let (list, tree) = match way {
            Way::Back => (ListMove::ScrollUp(NOTCH), TreeMove::ScrollUp(NOTCH)),
            Way::Forward => (ListMove::ScrollDown(NOTCH), TreeMove::ScrollDown(NOTCH)),
        };
        self.rows(list, tree);
        self.fetch().into_iter().collect()
    }
}
