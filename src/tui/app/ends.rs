//! The two ends of the diff: put somewhere, swapped, left to follow the cursor.

use super::{App, View};
use crate::record::Version;
use crate::tui::frame_map::Pane;
use crate::view::quoting;
use crate::view::text::{joined, number};

/// An end of the diff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The left one.
    A,
    /// The right one.
    B,
}

impl App {
    /// Puts an end on the cursor or a target; on the place it has already, lets it follow again.
    pub(super) fn pin(&mut self, end: End, target: &str) {
        let to = if target.is_empty() { Ok(self.target_of_focus()) } else { self.resolve(target).map(Some) };
        let to = match to {
            Ok(Some(to)) => to,
            Ok(None) => return,
            Err(error) => return self.messages.failure(error.to_string()),
        };
        let Some(session) = self.session_mut() else { return };
        let pin = match end {
            End::A => &mut session.pin_a,
            End::B => &mut session.pin_b,
        };
        *pin = if *pin == Some(to) { None } else { Some(to) };
        let words = match (end, *pin) {
            (End::A, Some(at)) => joined!["A pinned at ", number(at), " (a again unpins)"],
            (End::B, Some(at)) => joined!["B pinned at ", number(at), " (b again unpins)"],
            (End::A, None) => "A unpinned: the version before B".into(),
            (End::B, None) => "B unpinned: follows the cursor".into(),
        };
        self.messages.note(words);
    }

    /// The diff of two targets; of one, up to the cursor; of none, between the ends as they are.
    pub(super) fn compare(&mut self, targets: &str) {
        let words = match quoting::words(targets) {
            Ok(words) if words.len() <= 2 => words,
            Ok(_) => return self.messages.failure("At most two moments: quote a name that has blanks"),
            Err(why) => return self.messages.failure(why),
        };
        let version = |at: usize| words.get(at).map(|word| self.resolve(&quoting::quoted(word))).transpose();
        match version(0).and_then(|a| Ok((a, version(1)?))) {
            Err(error) => return self.messages.failure(error.to_string()),
            Ok((None, _)) if self.workspace.view == View::DIFF => {
                self.messages.note("Already comparing A and B");
            }
            Ok((None, _)) => {}
            Ok(ends) => {
                let Some(session) = self.session_mut() else { return };
                (session.pin_a, session.pin_b) = ends;
            }
        }
        self.show_diff();
    }

    pub(super) fn swap_ends(&mut self) {
        let Some(session) = self.session_mut() else { return };
        let ends = session.ends();
        (session.pin_a, session.pin_b) = (Some(ends.b), Some(ends.a));
        self.messages.note(joined!["A is ", number(ends.b), ", B is ", number(ends.a), " (Esc unpins both)"]);
    }

    /// What the focused pane or list points at: the selected row's version, else the cursor.
    pub(super) fn target_of_focus(&self) -> Option<Version> {
        let session = self.session()?;
        let selected = match self.workspace.view {
            View::DEBUG if self.focus == Pane::Snapshots => session.version_of_snapshot(),
            _ => self.target_of_view(),
        };
        Some(selected.unwrap_or(session.cursor))
    }
}
