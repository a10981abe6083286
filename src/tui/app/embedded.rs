//! JSON in strings, shown opened: switched, and what is said, copied and asked of paths that lead into it.
//!
//! Must not name: `draw`, `dialog`.

use super::{App, Session, View};
use crate::questions::EmbeddedPath;
use crate::tui::frame_map::Pane;
use crate::tui::job::Recorded;
use crate::value::{Path, Value};

impl App {
    /// Opens the JSON in strings, or shows strings again.
    pub(super) fn toggle_embedded(&mut self) {
        let Some(session) = self.session_mut() else { return };
        session.embedded = !session.embedded;
        let said = match session.embedded {
            true => "JSON in strings is opened and compared as a tree",
            false => "Strings are shown as they are",
        };
        self.messages.note(said);
    }

    /// Whether the cursor is on what A and B have, not on the state.
    pub(super) fn is_in_ends(&self) -> bool {
        self.workspace.view == View::DIFF || self.focus == Pane::Changes
    }

    /// The value that a path of the view shown is of, as it was recorded; `None` where strings are not opened.
    pub(super) fn recorded<'s>(&self, session: &'s Session, path: &Path) -> Option<&'s Value> {
        let Recorded { a, b, cursor } = session.shown.recorded.as_ref()?;
        let is_in_b = session.shown.ends().right.at(path).is_some();
        Some(if !self.is_in_ends() {
            cursor
        } else if is_in_b {
            b
        } else {
            a
        })
    }
}

impl Session {
    /// Whether a path leads into a string that is shown opened, or to one.
    pub(super) fn leads_inside(&self, path: &Path) -> bool {
        let Some(Recorded { a, b, cursor }) = &self.shown.recorded else { return false };
        [cursor, b, a].into_iter().any(|value| {
            let EmbeddedPath { string, inside } = EmbeddedPath::new(value, path);
            let holds = |text: &str| !inside.0.is_empty() || text.trim_start().starts_with(['{', '[']);
            matches!(value.at(&string), Some(Value::String(text)) if holds(text))
        })
    }
}
