//! Following a recording while others write to it: new versions, new tenants, and whether an application is there.
//!
//! Looks at the log now and then, which works on every file system and costs a look at a file's length.

use super::Report;
use crate::recording::{Recording, Tenant};
use crate::tui::task::Cancel;
use std::time::Duration;

/// Between two looks at every tenant's log.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Looks at the tenants' logs for each look at what else there is.
const LOOKS_PER_ROUND: u32 = 10;

/// Whether an application writes to the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Life {
    /// None has been seen.
    #[default]
    Still,
    /// One is there.
    Live,
    /// One was there, and has gone.
    Ended,
}

impl Life {
    /// What it is after `attended` has been seen twice in a row.
    fn after(self, attended: bool) -> Self {
        match (self, attended) {
            (_, true) => Self::Live,
            (Self::Live, false) => Self::Ended,
            (before, false) => before,
        }
    }
}

/// Follows until cancelled. Tells only when something has changed.
pub(super) fn follow(recording: &Recording, cancel: &Cancel, tell: &mut dyn FnMut(Report)) {
    let mut follower =
        Follower { recording, tenants: Vec::new(), life: Life::Still, seen: None, failed: String::new() };
    for looks in 0u32.. {
        if cancel.is_cancelled() {
            return;
        }
        let grown = follower.catch_up(tell);
        let changed = looks.is_multiple_of(LOOKS_PER_ROUND) && follower.look_round(tell);
        if grown || changed {
            tell(Report::Followed(follower.life));
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

struct Follower<'a> {
    recording: &'a Recording,
    tenants: Vec<Tenant>,
    life: Life,
    /// What was seen last, so that it is believed only when seen twice.
    seen: Option<bool>,
    /// The error told last.
    failed: String,
}

impl Follower<'_> {
    /// Whether any tenant has grown.
    fn catch_up(&mut self, tell: &mut dyn FnMut(Report)) -> bool {
        let mut grown = false;
        for tenant in &self.tenants {
            match tenant.catch_up() {
                Ok(records) => grown |= records > 0,
                Err(error) => {
                    let text = error.to_string();
                    if self.failed != text {
                        tell(Report::Failed(text.clone()));
                        self.failed = text;
                    }
                }
            }
        }
        grown
    }

    /// Whether there is a new tenant, or an application has come or gone.
    fn look_round(&mut self, tell: &mut dyn FnMut(Report)) -> bool {
        let attended = self.recording.is_live();
        let life =
            if attended == self.seen { attended.map_or(self.life, |now| self.life.after(now)) } else { self.life };
        let lives_on = std::mem::replace(&mut self.life, life) == life;
        self.seen = attended;
        let before = self.tenants.len();
        self.meet_tenants(tell);
        !lives_on || self.tenants.len() > before
    }

    fn meet_tenants(&mut self, tell: &mut dyn FnMut(Report)) {
        // A directory that cannot be listed now is told by the logs in it, which cannot be read either.
        let Ok(ids) = self.recording.tenants() else { return };
        if ids.len() == self.tenants.len() {
            return;
        }
        self.tenants = ids.iter().filter_map(|id| self.recording.tenant_or_new(id).ok()).collect();
        tell(Report::Tenants(self.tenants.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_that_has_gone_is_told_from_one_that_never_was() {
        for (life, attended, expected) in [
            (Life::Still, false, Life::Still),
            (Life::Still, true, Life::Live),
            (Life::Live, false, Life::Ended),
            (Life::Ended, false, Life::Ended),
            (Life::Ended, true, Life::Live),
        ] {
            assert_eq!(life.after(attended), expected);
        }
    }
}
