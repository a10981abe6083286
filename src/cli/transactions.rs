//! `asof transactions`: several transitions under one name, and how each ended.

mod steps;

use super::Console;
use super::cells::{Ink, RowCell};
use super::consent::ConfirmArgs;
use super::exit::{CommandResult, Exit};
use super::opened::{Author, Opened, RecordingArgs, SourceArgs};
use super::out::note;
use crate::error::counted;
use crate::escape::named;
use crate::export::json::{JsonOutput, list, moment, object, optional};
use crate::history::{History, Transaction, TransactionState};
use crate::ops::{TransactionStatus, WayBack};
use crate::value::Text;

/// List the transactions: their steps, checkpoints, and how each ended; close one whose writer is gone
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof transactions demo:transaction\n  asof transactions demo:transaction --id tx-3\n  \
                  asof rollback shop.asof tx-3/config_set\n  asof transactions shop.asof --abandon tx-4\n\nA \
                  checkpoint is a snapshot named ID/NAME: roll back to it by that name.\n--abandon closes an open or \
                  failed transaction as failed. The changes of its steps stay; its checkpoints are no longer \
                  protected from retention. Refused while an application has the recording open for writing, unless \
                  --force is given."
)]
pub struct TransactionsArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Only this transaction, with one line per step
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Close this transaction as failed; its writer is gone
    #[arg(long, value_name = "ID", conflicts_with = "id")]
    abandon: Option<String>,
    /// With --abandon: even while an application writes to the recording
    #[arg(long, requires = "abandon")]
    force: bool,
    #[command(flatten)]
    confirm: ConfirmArgs,
    #[command(flatten)]
    author: Author,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

impl TransactionsArgs {
    /// Prints a line a transaction, or a line a step of one; none at all is a negative answer.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        if let Some(id) = &self.abandon {
            return self.abandon(id, console);
        }
        let tenant = Opened::new(&self.source, console)?.tenant(console)?;
        let orphaned: Vec<_> = tenant.orphaned_transactions()?.iter().map(|transaction| transaction.id).collect();
        let history = tenant.history();
        let wanted = |transaction: &&Transaction| self.id.as_ref().is_none_or(|id| *id == transaction.id.to_string());
        let found: Vec<&Transaction> = history.transactions().all().iter().filter(wanted).collect();
        if found.is_empty() {
            let which = self.id.as_deref().map_or("transactions".to_owned(), |id| format!("transaction {id}"));
            note(format!("tenant {} has no {which}", named(&tenant.id().0)));
            return Ok(Exit::Negative);
        }
        match (self.json, &self.id) {
            (true, _) => {
                let json = |transaction: &&Transaction| json(&history, transaction, orphaned.contains(&transaction.id));
                found.iter().try_for_each(|transaction| console.out.json(&json(transaction)))?;
            }
            (false, Some(_)) => {
                found.iter().try_for_each(|transaction| steps::print(&history, transaction, console))?;
            }
            (false, None) => {
                console.out.table(&found.iter().map(|transaction| cells(&history, transaction)).collect::<Vec<_>>())?;
            }
        }
        for id in found.iter().map(|transaction| transaction.id).filter(|id| orphaned.contains(id)) {
            note(format!("{id} is open and its writer is gone: close it with --abandon {id}"));
        }
        Ok(Exit::Done)
    }

    fn abandon(&self, id: &str, console: &mut Console) -> CommandResult {
        let SourceArgs { source, reading } = &self.source;
        let recording = RecordingArgs { source: source.clone(), tenant: reading.which.tenant.clone() };
        let tenant = self.author.of(&Opened::to_write(&recording)?.tenant(console)?);
        let known =
            tenant.history().transactions().all().iter().map(|known| known.id).find(|known| known.to_string() == id);
        let Some(known) = known else {
            note(format!("tenant {} has no transaction {id}", named(&tenant.id().0)));
            return Ok(Exit::Negative);
        };
        let closed = self.confirm.of(&tenant)?.abandon_transaction(known, self.force)?;
        if self.json {
            console.out.json(&json(&tenant.history(), &closed, false))?;
        } else {
            let (last, many) = (closed.last(), closed.checkpoints().len() as u64);
            console.out.line(&format!(
                "{id} {} closed as failed; its changes up to {last} stay, {} released",
                closed.name,
                counted(many, "checkpoint"),
            ))?;
        }
        Ok(Exit::Done)
    }
}

fn json(history: &History, transaction: &Transaction, orphaned: bool) -> JsonOutput {
    let status = TransactionStatus::of(history, transaction);
    let error = transaction.failure().map(|(step, name, why)| {
        object([("step", u64::from(step).into()), ("name", name.clone().into()), ("why", why.clone().into())])
    });
    let checkpoints = transaction.checkpoints().into_iter().map(|(id, _)| {
        let name = history.marks().get(id).and_then(|snapshot| snapshot.name.clone());
        name.unwrap_or_default()
    });
    object([
        ("id", transaction.id.to_string().as_str().into()),
        ("name", transaction.name.clone().into()),
        ("result", status.state.word().into()),
        ("undone", status.undone.into()),
        ("orphaned", orphaned.into()),
        ("closed", transaction.closed.into()),
        ("steps", JsonOutput::List(status.steps.iter().map(steps::json).collect())),
        ("checkpoints", list(checkpoints)),
        ("ways_back", JsonOutput::List(status.ways_back.iter().map(WayBack::json).collect())),
        ("error", error.unwrap_or_else(|| optional(None::<Text>))),
        ("at", optional(transaction.at.map(moment))),
        ("by", optional(transaction.by.clone())),
        ("base", transaction.base.0.into()),
        ("last", transaction.last().0.into()),
        ("problem", optional(transaction.doubt.clone())),
    ])
}

fn cells(history: &History, transaction: &Transaction) -> Vec<RowCell> {
    let status = TransactionStatus::of(history, transaction);
    let why = transaction.failure().map(|(_, name, why)| format!("{name}: {why}")).unwrap_or_default();
    vec![
        RowCell::new(transaction.id.to_string()),
        RowCell::moment(transaction.at),
        RowCell::name(&transaction.name),
        result(&status),
        RowCell::new(format!("{} of {}", status.done(), counted(transaction.planned.len() as u64, "step"))),
        RowCell::new(format!("{} to {}", transaction.base, transaction.last())).ink(Ink::Dim),
        RowCell::new(why).ink(Ink::Red),
    ]
}

fn result(status: &TransactionStatus) -> RowCell {
    let ink = match status.state {
        TransactionState::Open => Ink::Yellow,
        TransactionState::Committed => Ink::Green,
        TransactionState::Failed => Ink::Red,
        TransactionState::Undone => Ink::Cyan,
    };
    RowCell::new(steps::result_words(status)).ink(ink)
}
