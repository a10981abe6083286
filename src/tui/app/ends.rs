//! The two ends of the diff: put somewhere, swapped, left to follow the cursor.

use super::{App, View};
use crate::history::Target;
use crate::record::Version;
use crate::tui::action::Action;
use crate::tui::frame_map::Pane;
use crate::view::text::{joined, number};

/// An end of the diff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PinnedEnd {
    /// The left one.
    A,
    /// The right one.
    B,
}

impl App {
    /// Puts an end on the cursor or a target; on the place it has already, lets it follow again.
    pub(super) fn pin(&mut self, end: PinnedEnd, target: Option<&Target>) {
        let to = self.version_or_focus(target);
        let Some((session, to)) = self.session_mut().zip(to) else { return };
        let pin = match end {
            PinnedEnd::A => &mut session.pin_a,
            PinnedEnd::B => &mut session.pin_b,
        };
        *pin = if *pin == Some(to) { None } else { Some(to) };
        let words = match (end, *pin) {
            (PinnedEnd::A, Some(at)) => joined!["A pinned at ", number(at), " (a again unpins)"],
            (PinnedEnd::B, Some(at)) => joined!["B pinned at ", number(at), " (b again unpins)"],
            (PinnedEnd::A, None) => "A unpinned: the version before B".into(),
            (PinnedEnd::B, None) => "B unpinned: follows the cursor".into(),
        };
        self.messages.note(words);
    }

    /// The diff of two targets; of one, up to the cursor; of none, between the ends as they are.
    pub(super) fn compare(&mut self, targets: &[Target]) {
        if targets.is_empty() && self.workspace.view == View::DIFF {
            self.messages.note("Already comparing A and B");
        }
        let versions: Option<Vec<Version>> = targets.iter().map(|target| self.version_of(target)).collect();
        let Some(versions) = versions else { return };
        if let (Some(session), Some(a)) = (self.session_mut(), versions.first()) {
            (session.pin_a, session.pin_b) = (Some(*a), versions.get(1).copied());
            // What is shown of one version is what B has: the header, the timeline and the state say the same.
            versions.get(1).into_iter().for_each(|b| session.put_cursor(*b, true));
        }
        self.show_diff();
    }

    pub(super) fn swap_ends(&mut self) {
        let Some(session) = self.session_mut() else { return };
        let ends = session.ends();
        (session.pin_a, session.pin_b) = (Some(ends.b), Some(ends.a));
        self.messages.note(joined!["A is ", number(ends.b), ", B is ", number(ends.a)]);
    }

    /// Lets the ends follow again, when asked twice: the first time it is said that they stay. Whether there is one that does not.
    pub(super) fn leave_ends(&mut self) -> bool {
        let again = self.keymap.key_of(Action::Back);
        let Some(session) = self.session_mut() else { return false };
        let (what, command) = match (session.pin_a, session.pin_b) {
            (None, None) => return false,
            (Some(a), None) => (joined!["A stays pinned at ", number(a)], format!("end-a {}", a.0)),
            (None, Some(b)) => (joined!["B stays pinned at ", number(b)], format!("end-b {}", b.0)),
            (Some(a), Some(b)) => {
                (joined!["A and B stay pinned at ", number(a), " and ", number(b)], format!("diff {} {}", a.0, b.0))
            }
        };
        let words = if std::mem::replace(&mut session.unpins, true) {
            (session.pin_a, session.pin_b, session.unpins) = (None, None, false);
            joined!["A and B follow the cursor again (:", command, " pins as before)"]
        } else {
            joined![what, " (", again, " again unpins)"]
        };
        self.messages.note(words);
        true
    }

    /// The version that a target names; without one, what the focused pane or list points at.
    pub(super) fn version_or_focus(&mut self, target: Option<&Target>) -> Option<Version> {
        match target {
            Some(target) => self.version_of(target),
            None => self.target_of_focus(),
        }
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
