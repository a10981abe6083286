//! What the lists show only: transitions and snapshots with some words.

use super::View;
use super::{App, Session};
use crate::record::Version;
use crate::tui::action::Action;
use crate::tui::frame_map::Pane;
use crate::view::text::{joined, thousands};
use crate::view::transitions::Filter;

impl App {
    /// Lists only what has these words: snapshots, or transitions where their list has the keys.
    pub(super) fn filter(&mut self, words: &str) {
        if self.filters_transitions() { self.filter_transitions(words) } else { self.filter_snapshots(words) }
    }

    /// Whether a filter is for the list of transitions.
    pub(super) fn filters_transitions(&self) -> bool {
        self.workspace.view == View::DEBUG && self.focus == Pane::Transitions
    }

    pub(super) fn filter_transitions(&mut self, words: &str) {
        let Some(session) = self.session_mut() else { return };
        session.lists.only = Filter::new(words);
        session.scrolled = None;
        session.look_on();
        let (shown, all) = (session.lists.only.shown() as u64, session.history().newest().0);
        let behind = session.lists.only.is_behind(&session.history());
        let (words, key) = (words.trim().to_owned(), self.keymap.key_of(Action::Back));
        self.messages.note(match (words.is_empty(), behind) {
            (true, _) => "All transitions are shown".into(),
            (_, true) => joined!["Filtering by \"", words, "\"; ", key, " shows all"],
            (_, false) if shown == 0 => joined!["No label or author contains \"", words, "\"; ", key, " shows all"],
            (_, false) => {
                joined![thousands(shown), " of ", thousands(all), " shown with \"", words, "\"; ", key, " shows all"]
            }
        });
    }
}

/// Versions looked at for the filter of transitions between two looks at the keyboard.
const LOOKED_AT: u64 = 20_000;

impl Session {
    /// Goes on looking for the transitions that are listed.
    pub fn look_on(&mut self) {
        let mut only = std::mem::take(&mut self.lists.only);
        only.look(&self.history(), self.line(), LOOKED_AT);
        self.lists.only = only;
    }

    /// The listed transition `steps` before (negative) or after a version; the last one there is, or `from` without any.
    pub fn listed_from(&self, from: Version, steps: i64) -> Version {
        let (history, line) = (self.history(), self.line());
        let many = usize::try_from(steps.unsigned_abs()).unwrap_or(usize::MAX);
        let last = match steps < 0 {
            true => self.lists.only.before(&history, line, from).take(many).last(),
            false => self.lists.only.after(&history, line, from).take(many).last(),
        };
        last.unwrap_or(from)
    }
}
