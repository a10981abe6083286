//! Every change of one part of the value.

use super::ListView;
use crate::tui::app::{App, Session};
use crate::tui::job::Ask;
use crate::tui::pane::layout::{self, ListAreas};
use crate::tui::pane::table;
use crate::view::Ends;
use crate::view::list::ListMove;
use ratatui::layout::Rect;

/// The view.
pub(super) struct ChangeList;

impl ListView for ChangeList {
    fn areas(&self, _session: Option<&Session>, area: Rect) -> ListAreas {
        layout::found(area)
    }

    fn fit(&self, session: &mut Session, areas: &ListAreas) {
        let height = table::height(areas.list);
        session.asked.history.iter_mut().for_each(|history| history.resize(height));
    }

    fn act(&self, session: &mut Session, step: ListMove) {
        session.asked.history.iter_mut().for_each(|history| history.act(step));
    }

    fn ends(&self, session: &Session) -> Option<Ends> {
        session.version_of_change().map(|b| Ends { a: session.before(b), b })
    }

    fn enter(&self, app: &mut App) {
        app.go_to_change();
    }

    /// Its rows say what changed.
    fn wanted(&self, _session: &Session, _areas: &ListAreas) -> Vec<Ask> {
        Vec::new()
    }
}
