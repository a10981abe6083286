//! Searching in the tree and in the diff, in pieces, so that keys come first.

use super::time::TimeDirection;
use super::{App, Session, View};
use crate::tui::frame_map::Pane;
use crate::view::list::ListMove;
use crate::view::search::{SearchOutcome, Searched, Towards};
use crate::view::text::{SafeText, joined};

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
        let view = self.workspace.view;
        match self.session().and_then(|session| session.searched(view).needle()) {
            Some(_) => self.find(towards),
            None => self.difference(towards),
        }
    }

    /// Searches in the diff where that is shown, else in the tree; a text that is not found at once is looked for between key
    /// presses.
    pub(super) fn search(&mut self, text: &str) {
        let view = self.workspace.view;
        let Some(session) = self.session_mut() else { return };
        session.searched_mut(view).search(text);
        session.searching = None;
        if view != View::DIFF {
            (self.workspace.view, self.focus) = (View::DEBUG, Pane::State);
        }
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
        let view = self.workspace.view;
        let searching = self.session().and_then(|session| session.searching);
        let (Some(towards), Some(session)) = (searching, self.session_mut()) else { return self.count_hits() };
        let Some(text) = session.searched(view).searching().map(SafeText::data) else {
            // The view that was searched is not shown any more.
            session.searching = None;
            return;
        };
        let found = session.searched_mut(view).find(towards, BUDGET);
        if found != SearchOutcome::More {
            session.searching = None;
        }
        match found {
            SearchOutcome::More => self.messages.note(joined!["Searching for \"", text, "\" … Esc stops"]),
            SearchOutcome::Hit => {
                self.messages.note(joined!["\"", text, "\": n next, N previous, Esc ends the search"]);
            }
            SearchOutcome::Nothing => {
                let place = if view == View::DIFF { "\" not found in A or B" } else { "\" not found in this state" };
                self.messages.note(joined!["\"", text, place]);
            }
        }
    }

    /// Whether there was a search of the tenant shown to stop.
    pub(super) fn stop_search(&mut self) -> bool {
        self.session_mut().is_some_and(|session| session.searching.take().is_some())
    }

    /// Counts on, once a hit is on the screen.
    fn count_hits(&mut self) {
        let view = self.workspace.view;
        if let Some(session) = self.session_mut() {
            session.searched_mut(view).count_hits(COUNTED);
        }
    }

    /// Whether the search, its count, or the filter of transitions wants to go on.
    pub(super) fn is_searching(&self) -> bool {
        let filters = |session: &Session| session.lists.only.is_behind(&session.history());
        let counts = |session: &Session| session.searched(self.workspace.view).is_counting();
        self.session().is_some_and(|session| session.searching.is_some() || counts(session) || filters(session))
    }
}

impl Session {
    /// What `/` searches in a view: both sides of the diff, else the state.
    pub(super) fn searched(&self, view: View) -> &dyn Searched {
        if view == View::DIFF { &self.difftree } else { &self.tree }
    }

    pub(super) fn searched_mut(&mut self, view: View) -> &mut dyn Searched {
        if view == View::DIFF { &mut self.difftree } else { &mut self.tree }
    }
}
