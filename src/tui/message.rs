//! What the screen has said: the last line, and all of it for `:messages`.
//!
//! Must not name: `app`, `job`.

use crate::view::text::SafeText;

/// How a message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageTone {
    Note,
    /// Something failed.
    Failure,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// How it is meant.
    pub tone: MessageTone,
    /// One sentence.
    pub text: SafeText,
}

/// What has been said, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Messages {
    all: Vec<Message>,
    fresh: bool,
    /// Whether the last one is news.
    is_news: bool,
}

const STOPPING: &str = "Stopping";

/// More than anyone reads back.
const MOST: usize = 500;

impl Messages {
    /// Says that something is so.
    pub fn note(&mut self, text: impl Into<SafeText>) {
        self.push(MessageTone::Note, text.into());
    }

    /// Says what nobody has asked for. A failure, and the outcome of what somebody did, keep the line until the next key.
    pub fn news(&mut self, text: impl Into<SafeText>) {
        let outcome = if self.fresh && !self.is_news { self.all.pop() } else { None };
        self.note(text);
        self.is_news = outcome.is_none();
        self.all.extend(outcome);
    }

    /// Says that something failed.
    pub fn failure(&mut self, text: impl Into<SafeText>) {
        self.push(MessageTone::Failure, text.into());
    }

    /// Says that something is to stop; [`stopped`](Self::stopped) when it has.
    pub fn stopping(&mut self) {
        self.note(STOPPING);
    }

    /// What was to stop has stopped: the line does not go on saying that it will.
    pub fn stopped(&mut self) {
        if let Some(last) = self.all.last_mut().filter(|last| last.text.unmarked() == STOPPING) {
            last.text = "Stopped".into();
        }
    }

    /// Clears the line; the messages stay.
    pub fn settle(&mut self) {
        self.fresh = false;
    }

    /// The message of the line, until the next key.
    pub fn line(&self) -> Option<&Message> {
        self.all.last().filter(|_| self.fresh)
    }

    /// All of them, oldest first.
    pub fn all(&self) -> &[Message] {
        &self.all
    }

    fn push(&mut self, tone: MessageTone, text: SafeText) {
        if self.all.len() >= MOST {
            self.all.remove(0);
        }
        let message = Message { tone, text };
        if self.all.last() != Some(&message) {
            self.all.push(message);
        }
        (self.fresh, self.is_news) = (true, false);
    }
}
