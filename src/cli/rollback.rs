//! `asof rollback`: appends a version equal to an older one. Says before what it will do, and asks.

use super::Console;
use super::exit::{Exit, Outcome, usage};
use super::opened::{Author, Opened, RecordingArgs, moment};
use super::out::{can_ask, confirmed, note};
use super::tenants::counted;
use crate::export::json::{object, optional};
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
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
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
        if !self.agreed(&plan)? {
            note("nothing was changed");
            return Ok(Exit::Negative);
        }
        let done = tenant.rollback(&Strategy::Version(to), &self.reason)?;
        self.print(&tenant, &done, console)?;
        Ok(Exit::Done)
    }

    fn agreed(&self, plan: &RollbackPlan) -> Outcome<bool> {
        if self.yes {
            return Ok(true);
        }
        if !can_ask() {
            return Err(usage("nobody can be asked here: say --yes to roll back without a question"));
        }
        note(plan_words(plan));
        Ok(confirmed("Roll back?")?)
    }

    fn print(&self, tenant: &Tenant, done: &RolledBack, console: &mut Console) -> Outcome<()> {
        if self.json {
            return console.out.json(&object([
                ("version", done.version.0.into()),
                ("to", done.to.0.into()),
                ("kept", optional(done.kept.clone())),
                ("tenant", tenant.id().0.clone().into()),
            ]));
        }
        let kept =
            done.kept.as_ref().map(|name| format!("; what was left behind is kept as {name}")).unwrap_or_default();
        console.out.line(&format!("{} equals {}{kept}", done.version, done.to))
    }
}

/// What a rollback would do, before it is done.
fn plan_words(plan: &RollbackPlan) -> String {
    let RollbackPlan { to, head, makes, kept } = plan;
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
        let plan = |kept| RollbackPlan { to: Version(5), head: Version(8), makes: Version(9), kept };
        assert_eq!(
            plan_words(&plan(Some(("main~1".into(), 3)))),
            "this appends #9, equal to #5; 3 versions up to #8 are kept as main~1; every version can still be opened"
        );
        assert!(plan_words(&plan(None)).contains("nothing is left behind"));
    }
}
