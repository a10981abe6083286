//! A walkthrough: what to press next, one step after the other, advanced by what has been done.
//!
//! Must not name: `key`, `keymap`, `pane`.

use crate::record::Version;
use crate::source::{Address, NarrationStep, Until};

/// A walkthrough and how far it is.
#[derive(Debug, Clone)]
pub struct Tour {
    steps: Vec<NarrationStep>,
    at: usize,
}

impl Tour {
    /// The walkthrough of a demo; `None` for anything else.
    pub fn of(address: &Address) -> Option<Self> {
        let steps = address.narration();
        (!steps.is_empty()).then_some(Self { steps, at: 0 })
    }

    /// The step to do now: `1/5  Press < to go to the snapshot before it.`
    pub fn line(&self) -> Option<String> {
        let step = self.steps.get(self.at)?;
        Some(format!("{}/{}  {}", self.at + 1, self.steps.len(), step.say))
    }

    /// Notes that the cursor is at a version; whether that was what the step waited for.
    pub fn stands_at(&mut self, version: Version) -> bool {
        self.goes_on(|until| *until == Until::At(version))
    }

    /// Notes that an action has been done; whether that was what the step waited for.
    pub fn has_done(&mut self, action: &str) -> bool {
        self.goes_on(|until| matches!(until, Until::Action(name) if name == action))
    }

    fn goes_on(&mut self, done: impl Fn(&Until) -> bool) -> bool {
        let goes = self.steps.get(self.at).is_some_and(|step| done(&step.until)) && self.at + 1 < self.steps.len();
        self.at += usize::from(goes);
        goes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_waits_for_its_own_end_and_the_last_one_stays() {
        let step = |say: &str, until| NarrationStep { say: say.into(), until };
        let steps = vec![
            step("go", Until::At(Version(6))),
            step("roll", Until::Action("rollback".into())),
            step("done", Until::End),
        ];
        let mut tour = Tour { steps, at: 0 };
        assert!(!tour.has_done("rollback") && !tour.stands_at(Version(5)));
        assert!(tour.stands_at(Version(6)));
        assert_eq!(tour.line().as_deref(), Some("2/3  roll"));
        assert!(!tour.stands_at(Version(6)) && tour.has_done("rollback"));
        assert!(!tour.has_done("rollback"));
        assert_eq!(tour.line().as_deref(), Some("3/3  done"));
    }
}
