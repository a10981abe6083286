//! Moving in panes: focus, rows, folds, changes.

use super::time::TimeDirection;
use super::{App, Session, View};
use crate::record::Version;
use crate::tui::action::Action;
use crate::tui::frame_map::{DiffLayout, Pane};
use crate::value::Path;
use crate::view::list::ListMove;
use crate::view::path::printed;
use crate::view::search::Towards;
use crate::view::text::{SafeText, joined};
use crate::view::tree::TreeMove;

/// Which way round Tab goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Round {
    Forward,
    Back,
}

/// The panes in the order of Tab.
const PANES: [Pane; 5] = [Pane::Timeline, Pane::Transitions, Pane::Snapshots, Pane::State, Pane::Changes];

impl App {
    /// The next or previous pane gets the keys.
    pub(super) fn focus_next(&mut self, round: Round) {
        let way = if round == Round::Forward { TimeDirection::Forward } else { TimeDirection::Back };
        match (self.list_view(), self.workspace.view) {
            (Some(list), _) => return list.beside(self, way),
            (None, View::DEBUG) => {}
            (None, _) => return self.explain_one_pane(),
        }
        let at = PANES.iter().position(|pane| *pane == self.focus).unwrap_or_default();
        let by = if round == Round::Forward { 1 } else { PANES.len() - 1 };
        self.focus = PANES[(at + by) % PANES.len()];
    }

    /// Says why another pane cannot be chosen, or this one shown alone, and how all of it can be read.
    pub(super) fn explain_one_pane(&mut self) {
        let key = self.keymap.key_of(Action::Whole);
        self.messages.note(joined!["Only one pane has keys here; ", key, " shows all of what is selected"]);
    }

    /// The diff, its cursor on a difference.
    pub(super) fn show_diff(&mut self) {
        if self.workspace.view != View::DIFF {
            self.workspace.before = self.workspace.view;
        }
        self.workspace.view = View::DIFF;
        if let Some(session) = self.session_mut()
            && session.difftree.position().0 == 0
        {
            session.difftree.next_difference();
        }
    }

    pub(super) fn toggle_columns(&mut self) {
        self.diff_layout = Some(match self.diff_layout.or(self.map.diff) {
            Some(DiffLayout::OneColumn) => DiffLayout::SideBySide,
            Some(DiffLayout::SideBySide) | None => DiffLayout::OneColumn,
        });
    }

    /// Moves in the focused pane's rows. The rows of the transitions list are moments: there the cursor itself moves.
    pub(super) fn rows(&mut self, list: ListMove, tree: TreeMove) {
        match self.workspace.view {
            View::DEBUG => {}
            View::DIFF => return self.tree(tree),
            _ => return self.list_rows(list),
        }
        match self.focus {
            Pane::State => self.tree(tree),
            Pane::Transitions => self.step_rows(list),
            Pane::Changes => {
                if let Some(session) = self.session_mut() {
                    session.changes.act(list);
                }
            }
            Pane::Snapshots => {
                if let Some(session) = self.session_mut() {
                    session.move_snapshots(list);
                }
            }
            Pane::Timeline => self.messages.note("The timeline has no rows"),
        }
    }

    pub(super) fn step_rows(&mut self, list: ListMove) {
        let page = i64::try_from(self.page()).unwrap_or(1);
        if self.session().is_some_and(|session| session.lists.only.is_on()) {
            return self.step_listed(list, page);
        }
        match list {
            ListMove::Up(rows) => self.step(-i64::try_from(rows).unwrap_or(1)),
            ListMove::Down(rows) => self.step(i64::try_from(rows).unwrap_or(1)),
            ListMove::PageUp => self.step(-page),
            ListMove::PageDown => self.step(page),
            ListMove::HalfUp => self.step(-page / 2),
            ListMove::HalfDown => self.step(page / 2),
            ListMove::First => self.jump_to_end(TimeDirection::Back),
            ListMove::Last => self.jump_to_end(TimeDirection::Forward),
            ListMove::ScrollUp(rows) => self.scroll_transitions(-i64::try_from(rows).unwrap_or(1)),
            ListMove::ScrollDown(rows) => self.scroll_transitions(i64::try_from(rows).unwrap_or(1)),
            ListMove::Line(_) => {}
        }
    }

    /// The same where only some transitions are listed.
    fn step_listed(&mut self, list: ListMove, page: i64) {
        let rows = |rows: usize| i64::try_from(rows).unwrap_or(1);
        let steps = match list {
            ListMove::Up(by) => -rows(by),
            ListMove::Down(by) => rows(by),
            ListMove::PageUp => -page,
            ListMove::PageDown => page,
            ListMove::HalfUp => -page / 2,
            ListMove::HalfDown => page / 2,
            ListMove::First => i64::MIN,
            ListMove::Last => i64::MAX,
            ListMove::ScrollUp(by) | ListMove::ScrollDown(by) => {
                let by = if matches!(list, ListMove::ScrollUp(_)) { -rows(by) } else { rows(by) };
                let Some(session) = self.session_mut() else { return };
                session.scrolled = Some(session.listed_from(session.scrolled.unwrap_or(session.cursor), by));
                return;
            }
            ListMove::Line(_) => return,
        };
        let Some(session) = self.session_mut() else { return };
        let to = session.listed_from(session.cursor, steps);
        if to == session.cursor {
            let words = joined![
                "No more transitions with \"",
                SafeText::data(session.lists.only.words()),
                "\" in this direction"
            ];
            return self.messages.note(words);
        }
        session.put_cursor(to, steps.unsigned_abs() > 1);
    }

    /// Scrolls the list of transitions; the cursor stays where it is in time, be it out of sight.
    fn scroll_transitions(&mut self, rows: i64) {
        let height = i64::try_from(self.page()).unwrap_or(1);
        let Some(session) = self.session_mut() else { return };
        // The version in the middle has so many rows before and after it: further it cannot go.
        let before = height * 6 / 10;
        let (first, last) = (session.first(), session.line());
        let lowest = session.stepped_from(first, before);
        let highest = session.stepped_from(last, before + 1 - height);
        let within = |version: Version| version.min(highest).max(lowest);
        let from = within(session.scrolled.unwrap_or(session.cursor));
        session.scrolled = Some(within(session.stepped_from(from, rows)));
    }

    /// Puts the tree's cursor on a path of the state shown.
    pub(super) fn goto_path(&mut self, path: &Path) {
        let Some(session) = self.session_mut() else { return };
        let there = session.shown.value().at(path).is_some();
        session.tree.go_to(path);
        (self.workspace.view, self.focus) = (View::DEBUG, Pane::State);
        if !there {
            self.messages.note(joined![printed(path), " is not in this state"]);
        }
    }

    pub(super) fn tree(&mut self, step: TreeMove) {
        let view = self.workspace.view;
        let Some(session) = self.session_mut() else { return };
        match view {
            View::DIFF => session.difftree.act(step),
            View::DEBUG => session.tree.act(step),
            _ => {}
        }
    }

    pub(super) fn enter(&mut self) {
        if self.on_text()
            && (self.workspace.view == View::DIFF || (self.workspace.view == View::DEBUG && self.focus == Pane::State))
        {
            return self.show_whole();
        }
        match self.workspace.view {
            View::DEBUG => {}
            View::DIFF => return self.tree(TreeMove::Toggle),
            _ => return self.enter_row(),
        }
        match self.focus {
            Pane::State => self.tree(TreeMove::Toggle),
            Pane::Snapshots => {
                let to = self.session().and_then(Session::version_of_snapshot);
                self.jump(to, "No snapshots yet: s makes one");
            }
            Pane::Changes => self.show_change(),
            Pane::Timeline | Pane::Transitions => self.show_transition(),
        }
    }

    /// Whether there is a string under the cursor.
    fn on_text(&self) -> bool {
        self.sides().is_some_and(|(_, sides)| sides.iter().any(|(_, value)| value.as_str().is_some()))
    }

    /// Opens a group of changes, or shows the change's path in the tree.
    pub(super) fn show_change(&mut self) {
        let Some(session) = self.session_mut() else { return };
        if session.changes.open() {
            return;
        }
        if let Some(path) = session.changes.path() {
            session.tree.go_to(&path);
            self.focus = Pane::State;
        } else {
            self.messages.note("A and B do not differ");
        }
    }

    /// The next difference: in the diff a row, elsewhere a change that the tree goes to.
    pub(super) fn difference(&mut self, towards: Towards) {
        let view = self.workspace.view;
        let Some(session) = self.session_mut() else { return };
        let found = match (view, towards) {
            (View::DIFF, Towards::Next) => session.difftree.next_difference(),
            (View::DIFF, Towards::Previous) => session.difftree.previous_difference(),
            (_, Towards::Next) => session.next_change(ListMove::Down(1)),
            (_, Towards::Previous) => session.next_change(ListMove::Up(1)),
        };
        if !found {
            self.messages.note("No more differences");
        }
    }
}

impl Session {
    /// The next change of the list, shown in the tree; whether there was one.
    fn next_change(&mut self, step: ListMove) -> bool {
        let before = self.changes.path();
        self.changes.act(step);
        let path = self.changes.path();
        if let Some(path) = &path {
            self.tree.go_to(path);
        }
        path.is_some() && path != before
    }
}
