//! From a key press to a request: sequences, the which-key box, and letters that go into a line being typed.

use super::{App, Effect, PendingKeys, View};
use crate::error::agreeing;
use crate::tui::action::{Action, Argument, Context, Grammar, Group, Request, Spec};
use crate::tui::dialog::form::Form;
use crate::tui::key::{Key, sequence_text};
use crate::tui::keymap::Meaning;
use crate::value::Value;
use crate::view::text::{SafeText, counted, joined, thousands};
use crossterm::event::{Event, KeyEventKind};
use std::time::Instant;

/// Panes of one view: a key that means nothing in one may mean something in another.
const PLACES: [(Context, &str); 5] = [
    (Context::Timeline, "Timeline"),
    (Context::Transitions, "Transitions"),
    (Context::Snapshots, "Snapshots"),
    (Context::State, "State"),
    (Context::Changes, "Changes"),
];

/// Keys shown to an audience.
const MOST_CAST: usize = 8;

/// What a key or anything else from the person came to: nothing to redraw, or effects.
pub type KeyOutcome = Option<Vec<Effect>>;

impl App {
    /// Takes one terminal event. `None` when nothing on the screen changed.
    pub fn input(&mut self, event: &Event, now: Instant) -> KeyOutcome {
        self.now = now;
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => self.key(Key::of(key)),
            Event::Paste(text) => Some(self.paste(text)),
            Event::Mouse(mouse) => self.mouse_event(*mouse),
            Event::Resize(..) => Some(Vec::new()),
            _ => None,
        }
    }

    /// Takes one key.
    pub fn key(&mut self, key: Key) -> KeyOutcome {
        self.cast(key);
        self.workspace.hovered = None;
        let mut keys = std::mem::take(&mut self.pending).keys;
        let began = !keys.is_empty();
        keys.push(key);
        match self.keymap.look_up(&self.contexts(), &keys) {
            Meaning::Action(spec) => {
                let effects = self.run_by_keys(spec, key);
                self.pressed(&keys, spec, &effects);
                Some(effects)
            }
            Meaning::Prefix(_) => {
                self.pending = PendingKeys { keys, since: Some(self.now), shown: false };
                Some(Vec::new())
            }
            Meaning::Nothing if began => {
                self.forget_sequence(&keys);
                Some(Vec::new())
            }
            Meaning::Nothing => self.type_key(key).or_else(|| self.explain_unbound(&keys)),
        }
    }

    /// A key that means nothing here says so, and where it does mean something.
    fn explain_unbound(&mut self, keys: &[Key]) -> KeyOutcome {
        if self.is_too_small() {
            return None;
        }
        let key = sequence_text(keys);
        let panes = if self.workspace.view == View::DEBUG { PLACES.len() } else { 0 };
        let elsewhere: Vec<&str> = PLACES
            .iter()
            .take(panes)
            .filter(|(context, _)| !matches!(self.keymap.look_up(&[*context], keys), Meaning::Nothing))
            .map(|(_, name)| *name)
            .collect();
        self.messages.note(match (self.dialog.is_some(), elsewhere.as_slice()) {
            (true, _) => joined![key, " does nothing in this box"],
            (false, []) => {
                joined![key, " does nothing here; ", self.keymap.key_of(Action::Help), " lists the keys that work"]
            }
            (false, places) => {
                joined![key, " does nothing in ", self.place_name(), "; it works in ", places.join(", ")]
            }
        });
        Some(Vec::new())
    }

    /// The keys before this one lead nowhere any more.
    pub(super) fn forget_pending(&mut self) {
        self.pending = PendingKeys::default();
    }

    /// Runs an action by its keys; where any letter is one of them, that is the argument.
    fn run_by_keys(&mut self, spec: &Spec, key: Key) -> Vec<Effect> {
        let letter = key.letter().filter(|_| spec.takes == Grammar::Letter);
        self.request(spec, &letter.map(String::from).unwrap_or_default())
    }

    /// Remembers a key for the audience, where they are shown.
    fn cast(&mut self, key: Key) {
        let Some(keys) = &mut self.keycast else { return };
        keys.push_back(key);
        if keys.len() > MOST_CAST {
            keys.pop_front();
        }
    }

    /// Runs an action by its row; one that cannot be done says why.
    pub(super) fn run(&mut self, spec: &Spec) -> Vec<Effect> {
        self.request(spec, "")
    }

    /// Runs a row of the table with what was typed behind its name: a wrong argument says why, and nothing is done.
    pub(super) fn request(&mut self, spec: &Spec, text: &str) -> Vec<Effect> {
        if self.is_too_small() && self.dialog.is_none() && !fits_everywhere(spec.action) {
            return Vec::new();
        }
        if let Some(why) = self.why_not(spec) {
            self.messages.note(joined![spec.name, ": ", why]);
            return Vec::new();
        }
        if spec.group != Group::Dialog {
            self.messages.settle();
        }
        let argument = match self.argument(spec, text) {
            Ok(argument) => argument,
            Err(why) => {
                self.messages.failure(why);
                return Vec::new();
            }
        };
        self.workspace.load.aside |= looks_at_versions(spec);
        if spec.group == Group::Time && !plays(spec.action) {
            self.stop_playing();
        }
        let effects = self.update(&Request { action: spec.action, argument });
        // Writes are done when they are written, not when they are asked for.
        if spec.group != Group::Change && spec.action != Action::Save {
            self.tour_did(spec.name);
        }
        effects
    }

    /// What was typed behind a name, read.
    pub(super) fn argument(&self, spec: &Spec, text: &str) -> Result<Argument, SafeText> {
        if spec.lacks(text.trim()) && Form::asking(spec.action).is_none() {
            return Err(joined![spec.name, " needs ", spec.form(), ": ", spec.doc]);
        }
        spec.read(text, self.session().map_or(&Value::Null, |session| session.shown.value()))
    }

    /// Esc leaves a sequence without a word; any other key that leads nowhere says so.
    fn forget_sequence(&mut self, keys: &[Key]) {
        if keys.last().is_some_and(|key| key.to_string() != "Esc") {
            self.explain_unbound(keys);
        }
    }

    fn type_key(&mut self, key: Key) -> KeyOutcome {
        let event = Event::Key(key.event());
        if self.dialog.is_none() {
            self.find_line()?.handle(&event).then(|| self.typed_find())?;
            return Some(Vec::new());
        }
        let typed = self.dialog.as_mut()?.dialog.type_event(&event);
        typed.then(|| self.typed())
    }

    /// A paste is text, never keys: without a line being typed it is refused, and said so.
    fn paste(&mut self, text: &str) -> Vec<Effect> {
        self.forget_pending();
        let into_find = self.dialog.is_none().then(|| self.find_line().map(|line| line.paste(text))).flatten();
        let left = into_find.or_else(|| self.dialog.as_mut().and_then(|open| open.dialog.paste(text)));
        if let Some(left) = left {
            let effects = if self.dialog.is_some() { self.typed() } else { Vec::new() };
            if self.dialog.is_none() {
                self.typed_find();
            }
            if left > 0 {
                let verb = agreeing(left as u64, "was", "were");
                self.messages.note(joined!["Line too long: ", counted(left, "character"), " ", verb, " dropped"]);
            }
            return effects;
        }
        let count = thousands(text.chars().count() as u64);
        self.messages.note(joined!["Pasted text ignored (", count, " characters): there is no input line here"]);
        Vec::new()
    }
}

/// Whether an action is about what has been read, so that it is to be seen.
fn looks_at_versions(spec: &Spec) -> bool {
    matches!(spec.group, Group::Pane | Group::Time | Group::Compare | Group::View | Group::Copy)
}

/// What does not stop a film: all other moves through time do.
fn plays(action: Action) -> bool {
    use Action::{Play, PlayBack, PlayForward, PlayStop, SetMark, Speed, ZoomAll, ZoomIn, ZoomOut};
    matches!(action, Play | PlayBack | PlayForward | PlayStop | SetMark | Speed | ZoomAll | ZoomIn | ZoomOut)
}

/// What makes sense on a screen that shows nothing but its size.
fn fits_everywhere(action: Action) -> bool {
    use Action::{Cancel, Close, Commands, Confirm, Quit, QuitAsText, Redraw, Suspend};
    matches!(action, Close | Commands | Quit | QuitAsText | Suspend | Redraw | Confirm | Cancel)
}
