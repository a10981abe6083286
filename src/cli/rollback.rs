//! `asof rollback`: appends a version equal to an older one. Says before what it will do, and asks.

#[cfg(feature = "nats")]
mod bucket;

use super::Console;
use super::consent::{Consent, ConsentQuestion};
use super::exit::{CommandResult, Exit};
use super::opened::{Author, Opened, RecordingArgs, moment, warn_of_invalid};
use super::out::note;
use crate::error::Error;
use crate::ops::words::PLAIN;
use crate::ops::{Moved, Outcome as Done, Plan, Verb};
use crate::recording::Allow;
#[cfg(feature = "nats")]
use crate::source::Address;

/// Roll back: append a version equal to an older one; newer versions are kept as a branch
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof rollback shop.asof v2.0.0\n  asof rollback shop.asof before:@12:30 --yes --reason \
                  'bug 4711'\n  asof rollback shop.asof v2.0.0 --dry-run\n  asof rollback shop.asof latest --yes \
                  --json\n\nNothing is lost: every version is \
                  kept, and `asof undo` reverses the rollback."
)]
pub struct RollbackArgs {
    #[command(flatten)]
    recording: RecordingArgs,
    /// The version to roll back to: a moment, as in `asof --help`
    #[arg(value_name = "TARGET", allow_hyphen_values = true)]
    target: String,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    doubtful: Doubtful,
    /// The reason, kept with the rollback
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    #[command(flatten)]
    author: Author,
    /// Write to a bucket, `nats-kv://HOST/BUCKET`: put its keys as they were, each only if nobody has put it meanwhile
    #[cfg(feature = "nats")]
    #[arg(long)]
    allow_write: bool,
    /// Only this key of a bucket; may be given several times
    #[cfg(feature = "nats")]
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<String>,
    /// Only print what would be done
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl RollbackArgs {
    /// Rolls back, if that is what is wanted.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        #[cfg(feature = "nats")]
        if let Address::Messages(source) = Address::parse(&self.recording.source)? {
            return self.run_bucket(*source, console);
        }
        let tenant = self.author.of(&Opened::to_write(&self.recording)?.tenant(console)?);
        let to = moment(&tenant, &self.target)?;
        let verb = Verb::Rollback { to, reason: self.reason.as_str().into() };
        let plan = verb.plan(&tenant)?;
        warn_of_invalid(&tenant, &[to]);
        if self.dry_run {
            let needs = [self.doubtful.needed(&plan), ("--confirm TENANT", verb.asks_for_name(&tenant))];
            return foretell(&plan, &needs, self.json, console);
        }
        self.doubtful.accepts(&plan)?;
        let question = ConsentQuestion { verb: &verb, plan: &plan, doing: "roll back", ask: "Roll back?" };
        let Some(tenant) = self.consent.given(&tenant, self.doubtful.allow(), &question)? else {
            return Ok(Exit::Negative);
        };
        done(&verb.act(&tenant, &mut |_| {})?, self.json, console)
    }
}

/// Whether a value that may be wrong is good enough.
#[derive(clap::Args)]
pub struct Doubtful {
    /// Allow a version whose value may be wrong because records before it are missing
    #[arg(long)]
    doubtful: bool,
}

impl Doubtful {
    /// What that allows.
    pub fn allow(&self) -> Allow {
        Allow::default().doubtful(self.doubtful)
    }

    /// Whether it is said to be.
    pub fn is_given(&self) -> bool {
        self.doubtful
    }

    /// The option, and whether it is needed and not given.
    pub fn needed(&self, plan: &Plan) -> (&'static str, bool) {
        ("--doubtful", self.accepts(plan).is_err())
    }

    /// Refuses what goes to a doubtful version, before anything is asked.
    pub fn accepts(&self, plan: &Plan) -> CommandResult<()> {
        match plan.moved() {
            Some(Moved { to, doubt: Some(why), .. }) if !self.doubtful => {
                Err(Error::Doubtful { version: to.0, why: why.to_string() }.into())
            }
            _ => Ok(()),
        }
    }
}

/// Prints what a verb would do, and says which options it would ask for: each with whether it is needed.
pub fn foretell(plan: &Plan, needs: &[(&str, bool)], json: bool, console: &mut Console) -> CommandResult {
    if json {
        console.out.json(&plan.json())?;
    } else {
        console.out.line(&plan.words(&PLAIN))?;
    }
    let needed: Vec<_> = needs.iter().filter(|(_, needed)| *needed).map(|(option, _)| *option).collect();
    if !needed.is_empty() {
        note(format!("refused without {}", needed.join(" and ")));
    }
    Ok(Exit::Done)
}

/// Prints what a verb did: its sentence, or one object.
pub fn done(outcome: &Done, json: bool, console: &mut Console) -> CommandResult {
    if json {
        console.out.json(&outcome.json())?;
    } else {
        console.out.line(&outcome.words(&PLAIN))?;
    }
    Ok(Exit::Done)
}
