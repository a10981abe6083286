//! The gutter of the state tree that says who wrote each row last: switched, asked for, taken.
//!
//! Must not name: `draw`, `dialog`.

use super::tasks::TaskKind;
use super::{App, Effect, View};
use crate::Result;
use crate::tui::job::{AnswerPart, Inquiry, WritersOf};
use crate::tui::owner::SessionId;
use crate::view::tree::Twist;

impl App {
    /// Shows or hides who wrote each row of the state last.
    pub(super) fn toggle_blame(&mut self) {
        let Some(session) = self.session_mut() else { return };
        let shown = session.asked.writers.take().is_none();
        session.asked.writers = shown.then(Default::default);
        let said = match shown {
            true => "Last writer of each value, and its author if recorded; ⟲ is a rollback",
            false => "The last writers are hidden",
        };
        self.messages.note(said);
    }

    /// Asks who wrote the rows on the screen, where that is shown and not known yet.
    pub(super) fn fetch_writers(&mut self) -> Option<Effect> {
        if self.workspace.view != View::DEBUG || self.workspace.is_loading() {
            return None;
        }
        let height = self.map.heights.state;
        let session = self.session_mut()?;
        let at = (session.shown.versions.cursor, session.choices());
        let rows = session.tree.rows(height);
        let paths = rows.into_iter().filter(|row| row.twist != Twist::Fold).map(|row| row.path);
        let paths = session.asked.writers.as_mut()?.unknown(at, paths);
        let id = session.id;
        let asked = |kind: &TaskKind| matches!(kind, TaskKind::Inquiry(Inquiry::Writers(of)) if of.at == at);
        // One screen after the other.
        if paths.is_empty() || at.0.0 == 0 || self.tasks.find(id, asked).is_some() {
            return None;
        }
        self.tasks.drop_kind(id, |kind| matches!(kind, TaskKind::Inquiry(Inquiry::Writers(_))));
        self.inquire(Inquiry::Writers(WritersOf { at, paths }))
    }

    pub(super) fn take_writers(&mut self, id: SessionId, of: &WritersOf, part: AnswerPart) {
        let writers = self.workspace.of_mut(id).and_then(|session| session.asked.writers.as_mut());
        if let (Some(writers), AnswerPart::Writers(found)) = (writers, part) {
            writers.take(of.at, &of.paths, found);
        }
    }

    pub(super) fn end_writers(&mut self, id: SessionId, of: &WritersOf, stopped: bool, outcome: Result<()>) {
        let Some(session) = self.workspace.of_mut(id) else { return };
        if stopped {
            session.asked.writers = None;
        } else if let (Some(writers), Err(error)) = (session.asked.writers.as_mut(), outcome) {
            writers.take(of.at, &of.paths, Vec::new());
            self.fail_for(id, error.to_string());
        }
    }
}
