//! `asof rollback`: appends a version equal to an older one. Says before what it will do, and asks.

use super::Console;
use super::consent::Consent;
use super::exit::{Exit, Outcome};
use super::opened::{Author, Opened, RecordingArgs, moment};
use super::tenants::counted;
use crate::export::json::{Json, object, optional};
use crate::history::{RollbackPlan, Strategy};
use crate::recording::{RolledBack, Tenant};

/// Roll back: append a version equal to an older one; what it leaves behind is kept as a branch
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof rollback shop.asof v2.0.0\n  asof rollback shop.asof before:@12:30 --yes --reason 'bug 4711'\n  \
                        asof rollback shop.asof latest --yes --json\n\nNothing is lost: every version stays, and `asof undo` takes the rollback back."
)]
pub struct Rollback {
    #[command(flatten)]
    recording: RecordingArgs,
    /// The version to go back to: a moment, as in `asof --help`
    #[arg(value_name = "TARGET", allow_hyphen_values = true)]
    target: String,
    #[command(flatten)]
    consent: Consent,
    /// Why, kept with the rollback
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    #[command(flatten)]
    author: Author,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

impl Rollback {
    /// Rolls back, if that is what is wanted.
    pub fn run(&self, console: &mut Console) -> Outcome {
        let tenant = self.author.of(&Opened::to_write(&self.recording)?.tenant(console)?);
        let to = moment(&tenant, &self.target)?;
        let plan = tenant.history().plan_rollback(to)?;
        if !self.consent.given("roll back", &plan_words(&plan), "Roll back?")? {
            return Ok(Exit::Negative);
        }
        let done = tenant.rollback(&Strategy::Version(to), &self.reason)?;
        if self.json {
            console.out.json(&told(&tenant, &done))?;
        } else {
            console.out.line(&done_words(&done))?;
        }
        Ok(Exit::Done)
    }
}

/// What was done, for machines.
pub fn told(tenant: &Tenant, done: &RolledBack) -> Json {
    object([
        ("version", done.version.0.into()),
        ("to", done.to.0.into()),
        ("kept", optional(done.kept.clone())),
        ("tenant", tenant.id().0.clone().into()),
    ])
}

/// What was done, for people.
pub fn done_words(done: &RolledBack) -> String {
    let kept = done.kept.as_ref().map(|name| format!("; what was left behind is kept as {name}")).unwrap_or_default();
    format!("{} equals {}{kept}", done.version, done.to)
}

/// What a rollback would do, before it is done.
pub fn plan_words(plan: &RollbackPlan) -> String {
    let RollbackPlan { to, head, makes, kept, .. } = plan;
    let stays = match kept {
        Some((name, versions)) => format!("{} up to {head} are kept as {name}", counted(*versions, "version")),
        None => "nothing is left behind".into(),
    };
    format!("this appends {makes}, equal to {to}; {stays}; every version can still be opened")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Version;

    #[test]
    fn the_plan_says_what_stays() {
        let plan =
            |kept| RollbackPlan { to: Version(5), head: Version(8), makes: Version(9), kept, same: false, doubt: None };
        assert_eq!(
            plan_words(&plan(Some(("main~1".into(), 3)))),
            "this appends #9, equal to #5; 3 versions up to #8 are kept as main~1; every version can still be opened"
        );
        assert!(plan_words(&plan(None)).contains("nothing is left behind"));
    }
}
