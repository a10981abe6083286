//! The line of `/`: what is typed takes effect at once, Enter keeps it, Esc puts back what was there before.
//!
//! Must not name: `draw`.

use super::{App, Session, View};
use crate::tui::dialog::Dialog;
use crate::tui::dialog::form::Form;
use crate::tui::frame_map::Pane;
use crate::value::Path;
use crate::view::marks::Side;
use crate::view::outline::KeptFold;
use crate::view::snapshots::Listed;
use crate::view::text::{SafeText, counted, joined, thousands};

/// What there was before the line was opened.
pub(super) struct LineBefore {
    live: Live,
    view: View,
    focus: Pane,
    /// Where the cursor of what is searched was.
    spot: SpotBefore,
    /// What was open and closed there.
    folds: Vec<KeptFold>,
    /// What was searched for, or filtered by.
    text: String,
}

/// Where a cursor was.
enum SpotBefore {
    Tree(Path),
    Diff((Path, Side)),
}

/// What the line does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Live {
    Search,
    Transitions,
    Snapshots,
}

impl LineBefore {
    /// The rows and the cursor of what is searched as they were.
    fn show_again(&self, session: &mut Session) {
        match &self.spot {
            SpotBefore::Tree(path) => {
                session.tree.recall(&self.folds);
                session.tree.go_to(path);
            }
            SpotBefore::Diff(place) => {
                session.difftree.recall(&self.folds);
                session.difftree.go_to(place);
            }
        }
    }
}

impl App {
    /// Searches for a text in the state or the diff; without one, opens the line for it.
    pub(super) fn search_or_ask(&mut self, text: &str) {
        if text.is_empty() {
            self.open_live(Live::Search);
        } else {
            self.search(text);
        }
    }

    /// Filters the list that has the keys; without words, opens the line for them.
    pub(super) fn filter_or_ask(&mut self, words: &str) {
        match (words.is_empty(), self.filters_transitions()) {
            (false, _) => self.filter(words),
            (true, true) => self.open_live(Live::Transitions),
            (true, false) => self.open_live(Live::Snapshots),
        }
    }

    fn open_live(&mut self, live: Live) {
        let view = self.workspace.view;
        let Some(session) = self.session() else { return };
        let text = match live {
            Live::Search => session.searched(view).searching().unwrap_or_default(),
            Live::Transitions => session.lists.only.words(),
            Live::Snapshots => &session.lists.filter,
        };
        let text = text.to_owned();
        let (spot, folds) = match view {
            View::DIFF => (SpotBefore::Diff(session.difftree.place()), session.difftree.kept_folds()),
            _ => (SpotBefore::Tree(session.tree.path()), session.tree.kept_folds()),
        };
        let form = match live {
            Live::Search if view == View::DIFF => Form::search("keys and values of A and B (smart case)"),
            Live::Search => Form::search("keys and values of this state (smart case)"),
            Live::Transitions => Form::only(&text),
            Live::Snapshots => Form::filter(&text),
        };
        self.before_line = Some(LineBefore { live, view, focus: self.focus, spot, folds, text });
        self.show_box(Dialog::Form(form));
    }

    /// Does what the line says so far; whether one is open.
    pub(super) fn take_live(&mut self) -> bool {
        let Some(boxed) = &self.dialog else { return false };
        let (Some(text), owner) = (boxed.dialog.live().map(str::to_owned), boxed.owner) else { return false };
        let is_shown = owner.session().is_some_and(|id| self.workspace.is_shown(id));
        let Some(before) = self.before_line.as_ref().filter(|_| is_shown) else { return true };
        match before.live {
            // From where the cursor was: a longer text may stand nearer than a shorter one led to.
            Live::Search => {
                if let Some(session) = self.workspace.session_mut() {
                    before.show_again(session);
                }
                self.search(&text);
            }
            Live::Transitions | Live::Snapshots => self.filter(&text),
        }
        // The line says what has been found.
        self.messages.settle();
        true
    }

    /// Puts back what was there before the line.
    pub(super) fn leave_live(&mut self) {
        let Some(before) = self.before_line.take() else { return };
        match before.live {
            Live::Search => {
                let Some(session) = self.session_mut() else { return };
                session.searching = None;
                session.searched_mut(before.view).search(&before.text);
                before.show_again(session);
            }
            Live::Transitions | Live::Snapshots => self.filter(&before.text),
        }
        (self.workspace.view, self.focus) = (before.view, before.focus);
        self.messages.settle();
    }

    /// What the open line has found.
    pub(super) fn found_words(&self) -> SafeText {
        let typed = self.dialog.as_ref().and_then(|boxed| boxed.dialog.live()).filter(|text| !text.trim().is_empty());
        let (Some(before), Some(session)) = (self.before_line.as_ref().filter(|_| typed.is_some()), self.session())
        else {
            return SafeText::default();
        };
        match before.live {
            Live::Search => search_words(session, self.workspace.view),
            Live::Transitions => {
                let only = &session.lists.only;
                let more = if only.is_behind(&session.history()) { "+" } else { "" };
                let all = thousands(session.history().newest().0);
                joined![thousands(only.shown() as u64), more, " of ", all, " shown"]
            }
            Live::Snapshots => {
                let history = session.history();
                let all = history.marks().listed().len();
                let shown = Listed::new(&history, &session.lists.filter).count();
                joined![thousands(shown as u64), " of ", counted(all, "snapshot"), " shown"]
            }
        }
    }
}

fn search_words(session: &Session, view: View) -> SafeText {
    let words = SafeText::from(session.searched(view).hit_words());
    if session.searching.is_some() { joined![words, " · searching"] } else { words }
}
