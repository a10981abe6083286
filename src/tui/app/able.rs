//! What can be done now: whose keys hold, and why an action cannot be done.

use super::{Access, App, Boxed, Session, View};
use crate::tui::action::{Action, Context, Needs, Spec};
use crate::tui::frame_map::Pane;
use crate::view::text::{SafeText, joined};

impl App {
    /// The contexts whose keys hold now, nearest first.
    pub fn contexts(&self) -> Vec<Context> {
        if let Some(open) = &self.dialog {
            let own = open.dialog.context();
            return if own == Context::Chooser {
                vec![own, Context::Always]
            } else {
                vec![own, Context::Box, Context::Always]
            };
        }
        if self.is_start() {
            return vec![Context::Start, Context::Anywhere, Context::Always];
        }
        let mut contexts = self.contexts_of_panes();
        if self.is_opening() {
            contexts.insert(0, Context::Opening);
        }
        contexts
    }

    fn contexts_of_panes(&self) -> Vec<Context> {
        let shared = [Context::Rows, Context::Anywhere, Context::Always];
        match (self.workspace.view, self.focus) {
            (View::DEBUG, Pane::Timeline) => vec![Context::Timeline, Context::Anywhere, Context::Always],
            (View::DEBUG, pane) => [&[pane_context(pane)][..], &shared].concat(),
            (View::FIND, _) if self.is_typing_find() => vec![Context::FindLine, Context::Always],
            (_, _) => [self.contexts_of_view(), &shared].concat(),
        }
    }

    /// Why an action cannot be done now; `None` when it can.
    pub fn why_not(&self, spec: &Spec) -> Option<SafeText> {
        let reading = self.workspace.is_loading() && !self.is_start();
        let missing = |there: bool, why: &'static str| (!there).then(|| why.into());
        let key = |action| self.keymap.key_of(action);
        let in_session = |test: fn(&Session) -> bool| self.session().is_some_and(test);
        let has_versions = missing(in_session(|s| s.history().newest().0 > 0), "nothing has been read yet");
        let writes = matches!(
            spec.needs,
            Needs::Writable | Needs::OnDisk | Needs::Undoable | Needs::Redoable | Needs::Editable | Needs::Promotable
        );
        match spec.needs {
            _ if writes && self.setup.access == Access::ReadOnly => Some("read-only: opened with --read-only".into()),
            _ if writes && self.refused().is_some() => self.refused(),
            _ if writes && reading => Some(joined!["not while reading (", key(Action::Back), " stops reading)"]),
            Needs::Nothing => None,
            Needs::NothingOpen => missing(self.is_start(), "a source is already open: quit first"),
            Needs::Offer => missing(self.offers().next().is_some(), "nothing has been opened yet"),
            Needs::InGit => missing(self.workspace.in_git.is_some(), "git holds no versions of what is open"),
            Needs::Again => {
                missing(self.dialog.as_ref().is_some_and(|open| open.dialog.can_retry()), "nothing to retry")
            }
            Needs::More => missing(self.dialog.as_ref().is_some_and(Boxed::is_cut), "the whole box is in view"),
            Needs::BoxValue => self
                .boxed_values()
                .is_empty()
                .then(|| joined!["this box shows no value (", key(Action::CopyValue), " copies its text)"]),
            Needs::Versions | Needs::Writable => has_versions,
            Needs::OnDisk => self
                .workspace
                .directory
                .is_none()
                .then(|| joined!["this recording is only in memory (", key(Action::Save), " saves it)"]),
            Needs::Snapshots => (!in_session(|s| !s.history().marks().listed().is_empty()))
                .then(|| joined!["no snapshots yet: ", key(Action::NewSnapshot), " makes one"]),
            Needs::Undoable => missing(in_session(|s| s.tenant.undoable().is_some()), "nothing to undo"),
            Needs::Redoable => missing(in_session(|s| s.tenant.redoable().is_some()), "nothing to redo"),
            Needs::Editable => self
                .selected_snapshot()
                .is_none()
                .then(|| joined!["no snapshot is selected: ", key(Action::Show(View::SNAPSHOTS)), " lists them"]),
            Needs::Promotable => missing(
                in_session(|s| !s.history().variants().baselines().is_empty()),
                "no variants yet: asof demo ab shows three",
            ),
            Needs::Tenants => missing(self.workspace.sessions.len() > 1, "there is only one tenant"),
            Needs::Transaction => missing(in_session(|s| s.transaction().is_some()), "no transaction is listed"),
            Needs::Jump => missing(in_session(|s| !s.jumps.is_empty()), "no jumps yet"),
            Needs::Fields => {
                missing(self.dialog.as_ref().is_some_and(|open| open.dialog.has_fields()), "there is only one field")
            }
            Needs::Marks => missing(in_session(|s| !s.marks.is_empty()), "no marks yet: m and a letter sets one"),
        }
    }

    /// Why the recording takes no more writes: one of its own failed, or its log is not the one that was opened.
    pub fn refused(&self) -> Option<SafeText> {
        let why = self.session()?.refused.as_ref()?;
        Some(joined!["read-only: ", SafeText::written(why)])
    }
}

fn pane_context(pane: Pane) -> Context {
    match pane {
        Pane::Timeline => Context::Timeline,
        Pane::Transitions => Context::Transitions,
        Pane::Snapshots => Context::Snapshots,
        Pane::State => Context::State,
        Pane::Changes => Context::Changes,
    }
}
