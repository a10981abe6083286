//! A walkthrough: what to press next, one step after the other, advanced by what has been done.
//!
//! Must not know: keys, or how anything is painted.

use crate::source::Address;

/// What a step waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Until {
    /// The cursor is on this version.
    At(u64),
    /// The rollback question is open.
    Asked,
    /// The newest version was made by a rollback.
    RolledBack,
    /// The newest version was made by an undo.
    Undone,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What to press, and why.
    pub text: String,
    /// When it is done; the last step has none.
    pub until: Option<Until>,
}

/// A walkthrough and how far it is.
#[derive(Debug, Clone)]
pub struct Tour {
    steps: Vec<Step>,
    at: usize,
}

impl Tour {
    /// The walkthrough of a demo.
    pub fn of(_: &Address) -> Option<Self> {
        None
    }

    /// The step to do now, as `1/5  text`.
    pub fn line(&self) -> Option<String> {
        let step = self.steps.get(self.at)?;
        Some(format!("{}/{}  {}", self.at + 1, self.steps.len(), step.text))
    }

    /// Goes on as long as `done` says so.
    pub fn advance(&mut self, done: impl Fn(&Until) -> bool) {
        while self.steps.get(self.at).and_then(|step| step.until.as_ref()).is_some_and(&done) {
            self.at += 1;
        }
    }
}
