//! Searching in the tree, in pieces, so that keys come first.

use super::time::TimeDirection;
use super::{App, Session, View};
use crate::tui::frame_map::Pane;
use crate::view::list::ListMove;
use crate::view::text::{SafeText, joined};
use crate::view::tree::{SearchOutcome, Towards};

/// Nodes looked at between two looks at the keyboard.
const BUDGET: usize = 200_000;
/// The same while hits are counted, which nobody waits for.
const COUNTED: usize = 50_000;

impl App {
    /// The next hit of a search, or difference where none is on.
    pub(super) fn next_match(&mut self, towards: Towards) {
        if self.workspace.view == View::HISTORY {
            let step = if towards == Towards::Next { ListMove::Down(1) } else { ListMove::Up(1) };
            self.list_rows(step);
            self.put_on_change();
            return;
        }
        let way = if towards == Towards::Next { TimeDirection::Forward } else { TimeDirection::Back };
        if matches!(self.workspace.view, View::FIND | View::DEBUG) && self.next_hit(way) {
            return;
        }
        match self.session().and_then(|session| session.tree.searching()) {
            Some(_) => self.find(towards),
            None => self.difference(towards),
        }
    }

    /// Searches in the tree; a text that is not found at once is looked for between key presses.
    pub(super) fn search(&mut self, text: &str) {
        let Some(session) = self.session_mut() else { return };
        session.tree.search(text);
        session.searching = None;
        self.focus = Pane::State;
        self.workspace.view = View::DEBUG;
        if !text.is_empty() {
            self.find(Towards::Next);
        }
    }

    fn find(&mut self, towards: Towards) {
        if let Some(session) = self.session_mut() {
            session.searching = Some(towards);
        }
        self.go_on_searching();
        self.count_hits();
    }

    /// Goes on with the search of the tenant shown. Those of others wait until they are shown again.
    pub(super) fn go_on_searching(&mut self) {
        let searching = self.session().and_then(|session| session.searching);
        let (Some(towards), Some(session)) = (searching, self.session_mut()) else { return self.count_hits() };
        let found = session.tree.find(towards, BUDGET);
        if found != SearchOutcome::More {
            session.searching = None;
        }
        let text = SafeText::data(session.tree.searching().unwrap_or_default());
        match found {
            SearchOutcome::More => self.messages.note(joined!["Searching for \"", text, "\" … Esc stops"]),
            SearchOutcome::Hit => {
                self.messages.note(joined!["\"", text, "\": n next, N previous, Esc ends the search"]);
            }
            SearchOutcome::Nothing => self.messages.note(joined!["\"", text, "\" not found in this state"]),
        }
    }

    /// Whether there was a search of the tenant shown to stop.
    pub(super) fn stop_search(&mut self) -> bool {
        self.session_mut().is_some_and(|session| session.searching.take().is_some())
    }

    /// Counts on, once a hit is on the screen.
    fn count_hits(&mut self) {
        if let Some(session) = self.session_mut() {
            session.tree.count_hits(COUNTED);
        }
    }

    /// Whether the search, its count, or the filter of transitions wants to go on.
    pub(super) fn is_searching(&self) -> bool {
        let filters = |session: &Session| session.lists.only.is_behind(&session.history());
        self.session()
            .is_some_and(|session| session.searching.is_some() || session.tree.is_counting() || filters(session))
    }
}
