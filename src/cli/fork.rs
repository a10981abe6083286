//! `asof fork`: starts a branch.

use super::Console;
use super::branches::cells;
use super::exit::{CommandResult, Exit};
use super::opened::{Author, Opened, RecordingArgs, moment};
use super::out::note;
use super::rollback::done;
use crate::ops::words::look_alike;
use crate::ops::{Outcome as Done, Start, Verb};

/// Start a branch at a version, or a variant at a snapshot; main does not move
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof fork shop.asof try-it --at head~3\n  asof fork shop.asof B --baseline baseline\n  \
                        my-app | asof record - -o shop.asof --branch B"
)]
pub struct ForkArgs {
    #[command(flatten)]
    recording: RecordingArgs,
    /// The branch's name
    name: String,
    /// The version it starts at: a moment, as in `asof --help` [default: the head]
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    at: Option<String>,
    /// Start a variant at this snapshot's version, to be compared against it (see `asof variants`)
    #[arg(long, value_name = "SNAPSHOT", conflicts_with = "at")]
    baseline: Option<String>,
    #[command(flatten)]
    author: Author,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl ForkArgs {
    /// Forks and prints the new branch as `asof branches` does.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let tenant = self.author.of(&Opened::to_write(&self.recording)?.tenant(console)?);
        let start = match &self.baseline {
            Some(baseline) => Start::Baseline(baseline.as_str().into()),
            None => Start::At(moment(&tenant, self.at.as_deref().unwrap_or("head"))?),
        };
        let outcome = Verb::Fork { name: self.name.as_str().into(), start }.act(&tenant, &mut |_| {})?;
        match &outcome {
            Done::Forked(forked) if !self.json => {
                console.out.table(&[cells(&forked.row)])?;
                let alike = look_alike(&forked.row.branch.name, &forked.look_alikes);
                if !alike.is_empty() {
                    note(alike.trim_start_matches("; "));
                }
                Ok(Exit::Done)
            }
            other => done(other, self.json, console),
        }
    }
}
