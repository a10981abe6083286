//! When something held.

use super::ListView;
use crate::tui::app::{App, Session};
use crate::tui::frame_map::Heights;
use crate::view::Ends;
use crate::view::list::ListMove;

/// The view.
pub(super) struct HitList;

impl ListView for HitList {
    fn fit(&self, session: &mut Session, heights: &Heights) {
        session.asked.finding.found.resize(heights.list);
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
