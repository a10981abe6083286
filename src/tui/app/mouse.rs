//! The mouse: what is under the pointer, and what a press, a drag, the wheel and a second click do there.
//!
//! Everything a click does is also an action with a key; a double click is Enter.

use super::keys::Outcome;
use super::time::TimeDirection;
use super::under::Under;
use super::{App, Effect, View};
use crate::record::Version;
use crate::tui::action::Action;
use crate::tui::dialog::Dialog;
use crate::tui::pane::layout::Pane;
use crate::view::list::ListMove;
use crate::view::tree::TreeMove;
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;
use std::time::{Duration, Instant};

/// Rows that one notch of the wheel scrolls.
const NOTCH: usize = 3;

/// Two clicks within this time on one cell are a double click.
const DOUBLE: Duration = Duration::from_millis(400);

/// What the mouse is doing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pointer {
    held: Held,
    last: Option<(Instant, Position)>,
}

/// What is being dragged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Held {
    /// Nothing.
    #[default]
    Nothing,
    /// The cursor, along the density.
    Cursor,
    /// A mark, or where a drag from it will put an end.
    Mark(Version),
    /// End B, from the version where A was put.
    Ends(Version),
}

impl App {
    pub(super) fn mouse_event(&mut self, mouse: MouseEvent) -> Outcome {
        let at = Position::new(mouse.column, mouse.row);
        if mouse.kind != MouseEventKind::Moved {
            self.workspace.hovered = None;
        }
        let effects = match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => self.press(at)?,
            MouseEventKind::Drag(MouseButton::Left) => self.drag(at)?,
            MouseEventKind::Up(MouseButton::Left) => self.release(at)?,
            MouseEventKind::ScrollDown => self.wheel(at, TimeDirection::Forward)?,
            MouseEventKind::ScrollUp => self.wheel(at, TimeDirection::Back)?,
            MouseEventKind::Moved => return self.hover(at),
            _ => return None,
        };
        Some(effects.into_iter().chain(self.settled()).collect())
    }

    /// Says what a column of the timeline holds while the pointer is over it. Nothing is drawn where nothing changes.
    fn hover(&mut self, at: Position) -> Outcome {
        let words = if self.dialog.is_none() && !self.is_too_small() { self.told_at(at) } else { None };
        let changed = words != self.workspace.hovered;
        self.workspace.hovered = words;
        changed.then(Vec::new)
    }

    fn press(&mut self, at: Position) -> Outcome {
        let double = self.workspace.pointer.last.is_some_and(|(when, place)| place == at && self.now - when < DOUBLE);
        self.workspace.pointer.last = if double { None } else { Some((self.now, at)) };
        if self.dialog.is_some() {
            return self.press_in_dialog(at, double);
        }
        self.forget_pending();
        match self.under_pointer(at)? {
            Under::View(view) => Some(self.choose_view(view)),
            Under::Hint(spec) => Some(self.run(spec)),
            Under::Density(version) => Some(self.scrub(version, true)),
            Under::Marks(version) => {
                self.workspace.pointer.held = Held::Mark(version);
                Some(self.focus_on(Pane::Timeline))
            }
            Under::Fold(pane, line) => Some(self.press_fold(pane, line)),
            Under::Row(pane, line) => Some(self.press_row(pane, line, double)),
            Under::Transition(version) => Some(self.press_transition(version)),
            Under::Tab(pane) | Under::Pane(pane) => Some(self.focus_on(pane)),
            Under::DiffRow(line) => Some(self.press_diff(line, double)),
            Under::ListRow(line) => Some(self.press_list(line, double)),
        }
    }

    /// A dialog takes clicks on its rows; a click beside it does nothing, so that nothing is lost by a slip.
    fn press_in_dialog(&mut self, at: Position, double: bool) -> Outcome {
        let area = self.area;
        let Dialog::Chooser(chooser) = &mut self.dialog.as_mut()?.dialog else { return None };
        let chosen = chooser.click(area, at);
        match (chosen, double) {
            (true, true) => Some(self.act_on_dialog(Action::Confirm)),
            (true, false) => Some(Vec::new()),
            (false, _) => None,
        }
    }

    /// A mark that was clicked, and not dragged from, is gone to; what its column holds is said.
    fn release(&mut self, at: Position) -> Outcome {
        let Held::Mark(version) = std::mem::take(&mut self.workspace.pointer.held) else { return None };
        let (timeline, inner) = self.strip()?;
        let column = usize::from(at.x.saturating_sub(inner.x));
        let session = self.session()?;
        let (history, counts) = (session.history(), &session.asked.counts);
        let (to, words) = (timeline.marked_at(&history, column), timeline.told(&history, counts, column));
        drop(history);
        let effects = self.scrub(to.unwrap_or(version), true);
        self.workspace.pointer.held = Held::Nothing;
        words.into_iter().for_each(|words| self.messages.note(words.painted()));
        Some(effects)
    }

    fn drag(&mut self, at: Position) -> Outcome {
        if self.dialog.is_some() {
            return None;
        }
        match (self.workspace.pointer.held, self.version_under(at)?) {
            (Held::Nothing, _) => None,
            (Held::Cursor, version) => Some(self.scrub(version, false)),
            (Held::Mark(a) | Held::Ends(a), b) => {
                self.workspace.pointer.held = Held::Ends(a);
                let session = self.session_mut()?;
                (session.pin_a, session.pin_b) = (Some(a.min(b)), Some(a.max(b)));
                self.messages.settle();
                Some(Vec::new())
            }
        }
    }

    /// The version in the column under the pointer, wherever the row: a drag may leave the strip.
    fn version_under(&self, at: Position) -> Option<Version> {
        let (timeline, inner) = self.strip()?;
        let last = timeline.columns.len().checked_sub(1)?;
        timeline.version_at(usize::from(at.x.saturating_sub(inner.x)).min(last))
    }

    /// Puts the cursor on a version. Where a drag began can be gone back to, where it came by cannot.
    fn scrub(&mut self, to: Version, begins: bool) -> Vec<Effect> {
        self.workspace.pointer.held = Held::Cursor;
        self.stop_playing();
        self.messages.settle();
        if let Some(session) = self.session_mut() {
            let far = session.cursor.0.abs_diff(to.0) > 1;
            session.put_cursor(to, begins && far);
        }
        Vec::new()
    }

    fn choose_view(&mut self, view: View) -> Vec<Effect> {
        self.act(&view.spec().action.into())
    }

    fn focus_on(&mut self, pane: Pane) -> Vec<Effect> {
        if self.workspace.view == View::Debug {
            self.focus = pane;
        }
        Vec::new()
    }

    fn press_transition(&mut self, version: Version) -> Vec<Effect> {
        self.focus = Pane::Transitions;
        self.stop_playing();
        if let Some(session) = self.session_mut() {
            let far = session.cursor.0.abs_diff(version.0) > 1;
            session.put_cursor(version, far);
        }
        Vec::new()
    }

    fn press_row(&mut self, pane: Pane, line: usize, double: bool) -> Vec<Effect> {
        self.focus = pane;
        self.rows(ListMove::Line(line), TreeMove::Line(line));
        if double {
            return self.act(&Action::Enter.into());
        }
        Vec::new()
    }

    fn press_fold(&mut self, pane: Pane, line: usize) -> Vec<Effect> {
        self.press_row(pane, line, false);
        self.tree(TreeMove::Toggle);
        Vec::new()
    }

    fn press_list(&mut self, line: usize, double: bool) -> Vec<Effect> {
        self.list_rows(ListMove::Line(line));
        if double {
            self.enter_row();
        }
        Vec::new()
    }

    fn press_diff(&mut self, line: usize, double: bool) -> Vec<Effect> {
        self.tree(TreeMove::Line(line));
        if double {
            self.tree(TreeMove::Toggle);
        }
        Vec::new()
    }

    /// Scrolls what is under the pointer, not what has the keys; over the density, zooms there.
    fn wheel(&mut self, at: Position, way: TimeDirection) -> Outcome {
        if self.dialog.is_some() {
            return self.wheel_in_box(way == TimeDirection::Back);
        }
        let (list, tree) = match way {
            TimeDirection::Back => (ListMove::ScrollUp(NOTCH), TreeMove::ScrollUp(NOTCH)),
            TimeDirection::Forward => (ListMove::ScrollDown(NOTCH), TreeMove::ScrollDown(NOTCH)),
        };
        match self.under_pointer(at)? {
            Under::Density(version) | Under::Marks(version) => self.zoom_at(at, version, way),
            Under::DiffRow(_) => self.tree(tree),
            Under::ListRow(_) => self.list_rows(list),
            Under::Transition(_) => self.scroll(Pane::Transitions, list, tree),
            Under::Row(pane, _) | Under::Fold(pane, _) | Under::Pane(pane) => self.scroll(pane, list, tree),
            Under::View(_) | Under::Tab(_) | Under::Hint(_) => return None,
        }
        Some(Vec::new())
    }

    fn wheel_in_box(&mut self, up: bool) -> Outcome {
        let boxed = self.dialog.as_mut()?;
        match (&mut boxed.dialog, boxed.extent) {
            (Dialog::Chooser(chooser), _) => chooser.scroll(up),
            (_, Some(extent)) if extent.is_cut() => boxed.scroll.wheel(up, extent),
            _ => return None,
        }
        Some(Vec::new())
    }

    fn scroll(&mut self, pane: Pane, list: ListMove, tree: TreeMove) {
        let focused = std::mem::replace(&mut self.focus, pane);
        self.rows(list, tree);
        self.focus = focused;
    }

    /// Zooms so that the version under the pointer stays under it.
    fn zoom_at(&mut self, at: Position, version: Version, way: TimeDirection) {
        let action = if way == TimeDirection::Back { Action::ZoomIn } else { Action::ZoomOut };
        self.act(&action.into());
        if let Some((_, inner)) = self.strip() {
            self.keep_under_pointer(version, usize::from(at.x.saturating_sub(inner.x)));
        }
    }

    fn act_on_dialog(&mut self, action: Action) -> Vec<Effect> {
        self.update_dialog(&action.into())
    }
}
