//! The history of one path: asked for, shown as it comes, gone through.
//!
//! Must not name: `draw`, `dialog`.

use super::tasks::TaskKind;
use super::{App, Effect, Session, View};
use crate::Result;
use crate::record::Version;
use crate::tui::frame_map::Pane;
use crate::tui::job::{AnswerPart, ChangesOf, Inquiry};
use crate::tui::owner::SessionId;
use crate::value::Path;
use crate::view::path_history::{PathHistory, QuestionExtent};
use crate::view::text::joined;

impl App {
    /// Shows every change of a path of the state, of the one under the cursor without one.
    pub(super) fn show_history(&mut self, path: Option<&Path>) {
        let Some((path, at)) = self.path_asked_about(path) else { return };
        if self.workspace.view != View::HISTORY {
            self.workspace.came_from = self.workspace.view;
        }
        self.workspace.view = View::HISTORY;
        let Some(session) = self.session_mut() else { return };
        let name = session.shown.state.compared.keys.words(&path, session.shown.value());
        session.asked.history = Some(PathHistory::new(path, at, name.into(), session.cursor));
    }

    /// A path, and a version in which it is read.
    fn path_asked_about(&self, path: Option<&Path>) -> Option<(Path, Version)> {
        let session = self.session()?;
        let shown = session.shown.versions;
        if let Some(path) = path {
            return Some((path.clone(), shown.cursor));
        }
        match (self.workspace.view, self.focus) {
            (View::DIFF, _) => Some(session.difftree_origin()),
            (View::DEBUG, Pane::Changes) => {
                let path = session.changes.path();
                let is_there = |path: &Path| session.shown.ends().right.at(path).is_some();
                path.map(|path| if is_there(&path) { (path, shown.b) } else { (path, shown.a) })
            }
            _ => Some((session.tree.path(), shown.cursor)),
        }
    }

    /// Asks for the changes that are shown and not known yet: all of them, then those that came since.
    pub(super) fn fetch_changes(&mut self) -> Option<Effect> {
        if self.workspace.view != View::HISTORY {
            return None;
        }
        let session = self.session()?;
        let (id, history) = (session.id, session.asked.history.as_ref()?);
        let is_of = |kind: &TaskKind, path: &Path, at: Version| matches!(kind, TaskKind::Inquiry(Inquiry::Changes(of)) if (&of.path, of.at) == (path, at));
        let (path, at) = (history.path.clone(), history.at);
        let embedded = session.leads_inside(&path);
        let asked = self.tasks.find(id, |kind| is_of(kind, &path, at)).is_some();
        let newest = session.history().newest();
        let is_known =
            history.newest >= newest || !(history.extent.is_running() || history.extent == QuestionExtent::Whole);
        if asked || is_known {
            return None;
        }
        let first = if history.newest.0 == 0 { Version(0) } else { Version(history.newest.0 + 1) };
        self.tasks.drop_kind(id, |kind| matches!(kind, TaskKind::Inquiry(Inquiry::Changes(_))));
        self.inquire(Inquiry::Changes(ChangesOf { path, at, embedded, first, last: newest }))
    }

    pub(super) fn take_changes(&mut self, id: SessionId, of: &ChangesOf, part: AnswerPart) {
        let Some(history) = self.history_of(id, of) else { return };
        history.extent.go_on(part.indexed());
        match part {
            AnswerPart::Name(name) => history.name = name.into(),
            AnswerPart::Changes(changes) if of.first.0 == 0 => history.take(changes),
            AnswerPart::Changes(changes) => history.take_newer(changes),
            _ => {}
        }
    }

    pub(super) fn end_changes(&mut self, id: SessionId, of: &ChangesOf, stopped: bool, outcome: Result<()>) {
        let Some(history) = self.history_of(id, of) else { return };
        history.newest = of.last;
        history.extent = match outcome {
            Err(error) => QuestionExtent::Failed(error.to_string()),
            Ok(()) if stopped => QuestionExtent::Stopped(history.oldest().unwrap_or(of.last)),
            Ok(()) => QuestionExtent::Whole,
        };
        history.select_awaited();
    }

    fn history_of(&mut self, id: SessionId, of: &ChangesOf) -> Option<&mut PathHistory> {
        let history = self.workspace.of_mut(id)?.asked.history.as_mut()?;
        Some(history).filter(|history| (&history.path, history.at) == (&of.path, of.at))
    }

    /// Goes to the version of the change under the cursor, and back to where the history was asked for.
    pub(super) fn go_to_change(&mut self) {
        if !self.put_on_change() {
            return self.messages.note("No change to go to");
        }
        self.workspace.view = self.workspace.came_from;
    }

    /// Puts the cursor in time on the change under the cursor; whether there was one.
    pub(super) fn put_on_change(&mut self) -> bool {
        let Some(session) = self.session_mut() else { return false };
        let Some(history) = &session.asked.history else { return false };
        let Some((change, name)) = history.selected().map(|change| (change.clone(), history.name.clone())) else {
            return false;
        };
        session.put_cursor(change.version, true);
        session.aim_at(change.version, change.path.clone());
        let at = session.written_at(change.version);
        self.messages.note(joined![&name, "  ", change.words(), "  at ", at]);
        true
    }

    /// Leaves the history for the view that it was asked for in.
    pub(super) fn leave_history(&mut self) {
        self.workspace.view = self.workspace.came_from;
    }
}

impl Session {
    /// The version that the change under the cursor of its history made.
    pub(super) fn version_of_change(&self) -> Option<Version> {
        self.asked.history.as_ref()?.selected().map(|change| change.version)
    }
}
