//! When something held.

use super::ListView;
use crate::tui::app::{App, Session};
use crate::tui::pane::layout::{self, ListAreas};
use crate::tui::pane::table;
use crate::view::Ends;
use crate::view::list::ListMove;
use crate::view::path_history::Extent;
use ratatui::layout::Rect;

/// The view.
pub(super) struct HitList;

impl ListView for HitList {
    fn areas(&self, session: Option<&Session>, area: Rect) -> ListAreas {
        let found = session.map(|session| &session.asked.finding.found).filter(|found| found.extent == Extent::Whole);
        layout::find(area, found.map(|found| found.hits().len()))
    }

    fn fit(&self, session: &mut Session, areas: &ListAreas) {
        session.asked.finding.found.resize(table::height(areas.list));
    }

    fn act(&self, session: &mut Session, step: ListMove) {
        session.asked.finding.found.act(step);
    }

    fn ends(&self, session: &Session) -> Option<Ends> {
        session.end_of_hit()
    }

    fn enter(&self, app: &mut App) {
        app.go_to_hit();
    }
}

impl Session {
    /// What the first version of the selected run changed.
    pub fn end_of_hit(&self) -> Option<Ends> {
        let b = self.asked.finding.found.selected()?.span.from;
        Some(Ends { a: self.before(b), b })
    }
}
