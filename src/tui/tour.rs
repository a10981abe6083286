//! A walkthrough: what to press next, one step after the other, advanced by what has been done.
//!
//! Must not name: `key`, `keymap`, `pane`.

use crate::record::{TenantId, Version};
use crate::source::{Address, NarrationStep, StepEnd};

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

    /// Notes that a tenant is on the screen with its cursor at a version; whether the step waited for one of them.
    pub fn note_position(&mut self, tenant: &TenantId, version: Version) -> bool {
        self.advance_if(|until| match until {
            StepEnd::At(wanted) => *wanted == version,
            StepEnd::Tenant(wanted) => wanted == tenant,
            StepEnd::Action(_) | StepEnd::End => false,
        })
    }

    /// Notes that an action has been done; whether that was what the step waited for.
    pub fn has_done(&mut self, action: &str) -> bool {
        self.advance_if(|until| matches!(until, StepEnd::Action(name) if name == action))
    }

    fn advance_if(&mut self, done: impl Fn(&StepEnd) -> bool) -> bool {
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
            step("go", StepEnd::At(Version(6))),
            step("roll", StepEnd::Action("rollback".into())),
            step("other tenant", StepEnd::Tenant("acme".into())),
            step("done", StepEnd::End),
        ];
        let mut tour = Tour { steps, at: 0 };
        let stands = |tour: &mut Tour, version| tour.note_position(&"shop".into(), Version(version));
        assert!(!tour.has_done("rollback") && !stands(&mut tour, 5));
        assert!(stands(&mut tour, 6));
        assert_eq!(tour.line().as_deref(), Some("2/4  roll"));
        assert!(!stands(&mut tour, 6) && tour.has_done("rollback"));
        assert!(!tour.has_done("rollback"));
        assert!(!stands(&mut tour, 6) && tour.note_position(&"acme".into(), Version(6)));
        assert_eq!(tour.line().as_deref(), Some("4/4  done"));
    }
}
