//! Keys after which the screen is as it was: they say so, so that none is mute.

use super::{App, Effect};
use crate::tui::action::Spec;
use crate::tui::key::{Key, sequence_text};
use crate::view::text::{SafeText, joined};

/// What it takes to know that a key changed nothing.
#[derive(Debug, Default)]
pub struct Unmoved {
    /// The last frame, where no message stood on it but the one that is made here.
    quiet: Option<u64>,
    /// The keys since, where their action asked for nothing outside, with what it does.
    pressed: Option<(String, &'static str)>,
    /// What was said here last.
    told: SafeText,
}

impl App {
    /// Remembers what keys came to.
    pub(super) fn pressed(&mut self, keys: &[Key], spec: &Spec, effects: &[Effect]) {
        let is_idle = effects.is_empty() && self.dialog.is_none() && self.messages.line().is_none();
        self.unmoved.pressed = is_idle.then(|| (sequence_text(keys), spec.doc));
    }

    /// Takes the fingerprint of a frame that was drawn. Where keys have changed nothing that says so, and the frame is to be
    /// drawn again: then the answer is `true`.
    pub fn shown(&mut self, frame: u64) -> bool {
        let Unmoved { quiet, pressed, told } = &mut self.unmoved;
        let pressed = pressed.take();
        if let Some(message) = self.messages.line() {
            if message.text != *told {
                *quiet = None;
            }
            return false;
        }
        let is_same = quiet.replace(frame) == Some(frame);
        let Some((keys, doc)) = pressed.filter(|_| is_same) else { return false };
        *told = joined![keys, " has no effect here: ", doc];
        self.messages.note(&*told);
        true
    }
}
