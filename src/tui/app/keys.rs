//! From a key press to a request: sequences, the which-key box, and letters that go into a line being typed.

use super::{App, Effect, Pending};
use crate::tui::action::{Action, Group, Request, Spec};
use crate::tui::key::{Key, sequence_text};
use crate::tui::keymap::Meaning;
use crossterm::event::{Event, KeyEventKind, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};
use std::time::Instant;

/// What a key or anything else from the person came to: nothing to redraw, or effects.
pub type Outcome = Option<Vec<Effect>>;

impl App {
    /// Takes one terminal event. `None` when nothing on the screen changed.
    pub fn input(&mut self, event: &Event, now: Instant) -> Outcome {
        self.now = now;
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => self.key(Key::of(key)),
            Event::Paste(text) => self.paste(text),
            Event::Mouse(mouse) => self.mouse_event(*mouse),
            Event::Resize(width, height) => {
                self.resize(Rect::new(0, 0, *width, *height));
                Some(Vec::new())
            }
            _ => None,
        }
    }

    /// Takes one key.
    pub fn key(&mut self, key: Key) -> Outcome {
        let mut keys = std::mem::take(&mut self.pending).keys;
        let began = !keys.is_empty();
        keys.push(key);
        match self.keymap.look_up(&self.contexts(), &keys) {
            Meaning::Action(spec) => Some(self.run(spec)),
            Meaning::Prefix(_) => {
                self.pending = Pending { keys, since: Some(self.now), shown: false };
                Some(Vec::new())
            }
            Meaning::Nothing if began => {
                self.forget_sequence(&keys);
                Some(Vec::new())
            }
            Meaning::Nothing => self.type_key(key),
        }
    }

    /// Runs an action by its row; one that cannot be done says why.
    pub(super) fn run(&mut self, spec: &Spec) -> Vec<Effect> {
        self.request(spec, &Request::from(spec.action))
    }

    /// Runs a row of the table with an argument.
    pub(super) fn request(&mut self, spec: &Spec, request: &Request) -> Vec<Effect> {
        if self.is_too_small() && !fits_everywhere(spec.action) {
            return Vec::new();
        }
        if let Some(why) = self.why_not(spec) {
            self.messages.note(format!("{}: {why}", spec.name));
            return Vec::new();
        }
        if spec.group != Group::Dialog {
            self.messages.settle();
        }
        self.hold_still(spec);
        self.load.aside |= looks_at_versions(spec);
        let effects = self.update(request);
        // Writes are done when they are written, not when they are asked for.
        if !matches!(spec.action, Action::RollBack | Action::NewSnapshot | Action::Undo) {
            self.tour_did(spec.name);
        }
        effects
    }

    /// What is looked at does not move with the reading any more.
    fn hold_still(&mut self, spec: &Spec) {
        let looks = looks_at_versions(spec) && spec.group != Group::Time;
        if let (true, Some(session)) = (looks, self.session_mut()) {
            session.follows = false;
        }
    }

    /// Esc leaves a sequence without a word; any other key that leads nowhere says so.
    fn forget_sequence(&mut self, keys: &[Key]) {
        if keys.last().is_some_and(|key| key.to_string() != "Esc") {
            self.messages.note(format!("{} does nothing here", sequence_text(keys)));
        }
    }

    fn type_key(&mut self, key: Key) -> Outcome {
        let event = Event::Key(key.event());
        let typed = self.dialog.as_mut()?.type_event(&event);
        typed.then(|| self.typed())
    }

    /// A paste is text, never keys.
    fn paste(&mut self, text: &str) -> Outcome {
        let taken = self.dialog.as_mut()?.paste(text);
        taken.then(|| self.typed())
    }

    fn mouse_event(&mut self, mouse: MouseEvent) -> Outcome {
        let areas = self.debug_areas();
        let at = Position::new(mouse.column, mouse.row);
        match mouse.kind {
            _ if self.dialog.is_some() => None,
            MouseEventKind::Down(MouseButton::Left) | MouseEventKind::Drag(MouseButton::Left)
                if areas.timeline.contains(at) =>
            {
                Some(self.scrub(mouse.column, areas.timeline))
            }
            MouseEventKind::Down(MouseButton::Left) => Some(self.click(at)),
            MouseEventKind::ScrollDown => Some(self.wheel(super::time::Way::Forward)),
            MouseEventKind::ScrollUp => Some(self.wheel(super::time::Way::Back)),
            _ => None,
        }
    }
}

/// Whether an action is about what has been read, so that it is to be seen.
fn looks_at_versions(spec: &Spec) -> bool {
    matches!(spec.group, Group::Pane | Group::Time | Group::Compare | Group::View | Group::Copy)
}

/// What makes sense on a screen that shows nothing but its size.
fn fits_everywhere(action: Action) -> bool {
    use Action::{Cancel, Close, Commands, Confirm, Quit, QuitAsText, Redraw, Suspend};
    matches!(action, Close | Commands | Quit | QuitAsText | Suspend | Redraw | Confirm | Cancel)
}
