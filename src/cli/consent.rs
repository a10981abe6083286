//! Asking before something is changed: a question on a terminal, elsewhere only `--yes`.

use super::exit::{Outcome, usage};
use super::out::{can_ask, confirmed, note};

/// Whether to ask.
#[derive(clap::Args, Clone, Copy)]
pub struct Consent {
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Consent {
    /// Refuses where nobody can be asked, and nobody said yes.
    pub fn can_be_given(self, doing: &str) -> Outcome<()> {
        if self.yes || can_ask() {
            return Ok(());
        }
        Err(usage(format!("not a terminal: pass --yes to {doing} without a question")))
    }

    /// Whether `doing` is wanted: says what would be done, and asks `question`.
    pub fn given(self, doing: &str, plan: &str, question: &str) -> Outcome<bool> {
        if self.yes {
            return Ok(true);
        }
        self.can_be_given(doing)?;
        note(plan);
        let wanted = confirmed(question)?;
        if !wanted {
            note("nothing was changed");
        }
        Ok(wanted)
    }
}
