//! `asof undo`: takes back the debugger's last write, by a new record. What `redo` shares with it is here too.

use super::Console;
use super::consent::{ConfirmArgs, ConsentQuestion};
use super::exit::{CommandResult, Exit};
use super::opened::{Author, Opened, RecordingArgs};
use super::rollback::{Doubtful, done, foretell};
use crate::ops::{Plan, Verb};
use crate::recording::Tenant;

/// Undo the last rollback, promotion, snapshot, edit, deletion or change of settings
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  asof undo shop.asof --dry-run\n  asof undo shop.asof\n\nOnly writes of asof are \
                  undone, never the application's own. An undo that would leave newer versions by others behind is \
                  refused; with --force they are kept as a branch. `asof redo` reverses an undo.")]
pub struct UndoArgs {
    #[command(flatten)]
    turn: TurnArgs,
}

/// What undo and redo are given.
#[derive(clap::Args)]
pub struct TurnArgs {
    #[command(flatten)]
    recording: RecordingArgs,
    #[command(flatten)]
    author: Author,
    #[command(flatten)]
    confirm: ConfirmArgs,
    #[command(flatten)]
    doubtful: Doubtful,
    /// Leave newer versions by other writers behind; they are kept as a branch
    #[arg(long)]
    force: bool,
    /// Only print what would be done
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl UndoArgs {
    /// Undoes one write; nothing to undo is a negative answer.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        self.turn.run(&Verb::Undo, console)
    }
}

impl TurnArgs {
    /// Turns one write, one way or the other.
    pub fn run(&self, verb: &Verb, console: &mut Console) -> CommandResult {
        let tenant = self.author.of(&Opened::to_write(&self.recording)?.tenant(console)?);
        let plan = verb.plan(&tenant)?;
        if self.dry_run {
            return self.foretell(verb, &plan, &tenant, console);
        }
        self.doubtful.accepts(&plan)?;
        let doing = if matches!(verb, Verb::Redo) { "redo it" } else { "undo it" };
        let question = ConsentQuestion { verb, plan: &plan, doing, ask: "" };
        let allow = self.doubtful.allow().leaving_others(self.force);
        let Some(tenant) = self.confirm.given_where_guarded(&tenant, allow, &question)? else {
            return Ok(Exit::Negative);
        };
        done(&verb.act(&tenant, &mut |_| {})?, self.json, console)
    }

    /// Says what it would do, and which options it would ask for.
    fn foretell(&self, verb: &Verb, plan: &Plan, tenant: &Tenant, console: &mut Console) -> CommandResult {
        let left = plan.moved().and_then(|moved| moved.left.as_ref());
        let others = left.is_some_and(|left| left.others > 0);
        let needs = [
            ("--force", others && !self.force),
            self.doubtful.needed(plan),
            ("--confirm TENANT", verb.asks_for_name(tenant)),
        ];
        foretell(plan, &needs, self.json, console)
    }
}
