//! The mouse: what is under the pointer, and what a press, a drag, the wheel and a second click do there.
//!
//! Everything a click does is also an action with a key; a double click is Enter.

use super::keys::KeyOutcome;
use super::time::TimeDirection;
use super::{App, Effect, View};
use crate::record::Version;
use crate::tui::action::Action;
use crate::tui::dialog::Dialog;
use crate::tui::frame_map::{HitArea, Pane, StripRow, TimelineStrip};
use crate::view::list::ListMove;
use crate::view::text::SafeText;
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
pub struct MouseState {
    held: DragHeld,
    last: Option<(Instant, Position)>,
}

/// What is being dragged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum DragHeld {
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
    pub(super) fn mouse_event(&mut self, mouse: MouseEvent) -> KeyOutcome {
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
    fn hover(&mut self, at: Position) -> KeyOutcome {
        let words = if self.dialog.is_none() && !self.is_too_small() { self.describe_column_at(at) } else { None };
        let changed = words != self.workspace.hovered;
        self.workspace.hovered = words;
        changed.then(Vec::new)
    }

    fn press(&mut self, at: Position) -> KeyOutcome {
        let double = self.workspace.pointer.last.is_some_and(|(when, place)| place == at && self.now - when < DOUBLE);
        self.workspace.pointer.last = if double { None } else { Some((self.now, at)) };
        if self.dialog.is_some() {
            return self.press_in_dialog(at, double);
        }
        self.forget_pending();
        match self.map.hit(at)? {
            HitArea::View(view) => Some(self.act(&Action::Show(view).into())),
            HitArea::Hint(spec) => Some(self.run(spec)),
            HitArea::Strip(row) => Some(self.press_strip(row, at)),
            HitArea::Fold(pane, line) => Some(self.press_fold(pane, line)),
            HitArea::Row(pane, line) => Some(self.press_row(pane, line, double)),
            HitArea::Transition(version) => Some(self.press_transition(version)),
            HitArea::Tab(pane) | HitArea::Pane(pane) => Some(self.focus_on(pane)),
            HitArea::DiffRow(line) => Some(self.press_diff(line, double)),
            HitArea::ListRow(line) => Some(self.press_list(line, double)),
            HitArea::Item(_) => None,
        }
    }

    fn press_strip(&mut self, row: StripRow, at: Position) -> Vec<Effect> {
        match (row, self.version_under(row, at)) {
            (_, None) => self.focus_on(Pane::Timeline),
            (StripRow::Density | StripRow::Overview, Some(version)) => self.scrub(version, true),
            (StripRow::Marks, Some(version)) => {
                self.workspace.pointer.held = DragHeld::Mark(version);
                self.focus_on(Pane::Timeline)
            }
        }
    }

    /// A dialog takes clicks on its rows; a click beside it does nothing, so that nothing is lost by a slip.
    fn press_in_dialog(&mut self, at: Position, double: bool) -> KeyOutcome {
        let hit = self.map.hit(at);
        let (Dialog::Chooser(chooser), Some(HitArea::Item(item))) = (&mut self.dialog.as_mut()?.dialog, hit) else {
            return None;
        };
        chooser.select(item);
        Some(if double { self.act_on_dialog(Action::Confirm) } else { Vec::new() })
    }

    /// A mark that was clicked, and not dragged from, is gone to; what its column holds is said.
    fn release(&mut self, at: Position) -> KeyOutcome {
        let DragHeld::Mark(version) = std::mem::take(&mut self.workspace.pointer.held) else { return None };
        let (strip, session) = (self.strip()?, self.session()?);
        let (history, counts, column) = (session.history(), &session.asked.counts, strip.column(at));
        let to = strip.timeline.marked_at(&history, column);
        let words = strip.timeline.describe_column(&history, counts, column);
        drop(history);
        let effects = self.scrub(to.unwrap_or(version), true);
        self.workspace.pointer.held = DragHeld::Nothing;
        words.into_iter().for_each(|words| self.messages.note(words));
        Some(effects)
    }

    fn drag(&mut self, at: Position) -> KeyOutcome {
        if self.dialog.is_some() {
            return None;
        }
        match (self.workspace.pointer.held, self.version_under(StripRow::Density, at)?) {
            (DragHeld::Nothing, _) => None,
            (DragHeld::Cursor, version) => Some(self.scrub(version, false)),
            (DragHeld::Mark(a) | DragHeld::Ends(a), b) => {
                self.workspace.pointer.held = DragHeld::Ends(a);
                let session = self.session_mut()?;
                (session.pin_a, session.pin_b) = (Some(a.min(b)), Some(a.max(b)));
                self.messages.settle();
                Some(Vec::new())
            }
        }
    }

    /// The strip of the last frame, where it shows the tenant that is shown now.
    fn strip(&self) -> Option<&TimelineStrip> {
        self.map.strip.as_ref().filter(|strip| self.session().is_some_and(|session| session.id == strip.session))
    }

    /// The version in the column under the pointer, wherever its row: a drag may leave the strip.
    fn version_under(&self, row: StripRow, at: Position) -> Option<Version> {
        let (strip, session) = (self.strip()?, self.session()?);
        let (timeline, column) = (&strip.timeline, strip.column(at));
        let version = match row {
            StripRow::Density | StripRow::Marks => timeline.version_at(column),
            StripRow::Overview => timeline.overview.as_ref()?.version_at(column),
        };
        version.map(|version| session.left_of(version))
    }

    /// What the column of the timeline under the pointer holds, in words.
    fn describe_column_at(&self, at: Position) -> Option<SafeText> {
        let Some(HitArea::Strip(row)) = self.map.hit(at) else { return None };
        let (strip, session) = (self.strip()?, self.session()?);
        let (history, counts, column) = (session.history(), &session.asked.counts, strip.column(at));
        match row {
            StripRow::Density | StripRow::Marks => strip.timeline.describe_column(&history, counts, column),
            StripRow::Overview => strip.timeline.overview.as_ref()?.describe_column(&history, counts, column),
        }
    }

    /// Puts the cursor on a version. Where a drag began can be gone back to, where it came by cannot.
    fn scrub(&mut self, to: Version, begins: bool) -> Vec<Effect> {
        self.workspace.pointer.held = DragHeld::Cursor;
        self.stop_playing();
        self.messages.settle();
        if let Some(session) = self.session_mut() {
            let far = session.cursor.0.abs_diff(to.0) > 1;
            session.put_cursor(to, begins && far);
        }
        Vec::new()
    }

    fn focus_on(&mut self, pane: Pane) -> Vec<Effect> {
        if self.workspace.view == View::DEBUG {
            self.focus = pane;
        }
        Vec::new()
    }

    fn press_transition(&mut self, version: Version) -> Vec<Effect> {
        self.focus_on(Pane::Transitions);
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
    fn wheel(&mut self, at: Position, way: TimeDirection) -> KeyOutcome {
        if self.dialog.is_some() {
            return self.wheel_in_box(way == TimeDirection::Back);
        }
        let (list, tree) = match way {
            TimeDirection::Back => (ListMove::ScrollUp(NOTCH), TreeMove::ScrollUp(NOTCH)),
            TimeDirection::Forward => (ListMove::ScrollDown(NOTCH), TreeMove::ScrollDown(NOTCH)),
        };
        match self.map.hit(at)? {
            HitArea::Strip(row) => self.zoom_at(at, self.version_under(row, at)?, way),
            HitArea::DiffRow(_) => self.tree(tree),
            HitArea::ListRow(_) => self.list_rows(list),
            HitArea::Transition(_) => self.scroll(Pane::Transitions, list, tree),
            HitArea::Row(pane, _) | HitArea::Fold(pane, _) | HitArea::Pane(pane) => self.scroll(pane, list, tree),
            HitArea::View(_) | HitArea::Tab(_) | HitArea::Hint(_) | HitArea::Item(_) => return None,
        }
        Some(Vec::new())
    }

    fn wheel_in_box(&mut self, up: bool) -> KeyOutcome {
        let boxed = self.dialog.as_mut()?;
        boxed.scroll.wheel(up, boxed.extent.as_mut().filter(|extent| extent.is_cut())?);
        Some(Vec::new())
    }

    fn scroll(&mut self, pane: Pane, list: ListMove, tree: TreeMove) {
        if pane == Pane::Transitions {
            return self.step_rows(list);
        }
        let focused = std::mem::replace(&mut self.focus, pane);
        self.rows(list, tree);
        self.focus = focused;
    }

    /// Zooms so that the version under the pointer stays under it.
    fn zoom_at(&mut self, at: Position, version: Version, way: TimeDirection) {
        let action = if way == TimeDirection::Back { Action::ZoomIn } else { Action::ZoomOut };
        self.act(&action.into());
        if let Some(column) = self.strip().map(|strip| strip.column(at)) {
            self.keep_under_pointer(version, column);
        }
    }

    fn act_on_dialog(&mut self, action: Action) -> Vec<Effect> {
        self.update_dialog(&action.into())
    }
}
