//! Every change of one part of the value.

use super::ListView;
use crate::tui::app::{App, Session};
use crate::tui::frame_map::Heights;
use crate::tui::job::Ask;
use crate::view::Ends;
use crate::view::list::ListMove;

/// The view.
pub(super) struct ChangeList;

impl ListView for ChangeList {
    fn fit(&self, session: &mut Session, heights: &Heights) {
        session.asked.history.iter_mut().for_each(|history| history.resize(heights.list));
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
    fn wanted(&self, _session: &Session, _heights: &Heights) -> Vec<Ask> {
        Vec::new()
    }
}
