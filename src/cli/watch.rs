//! `asof watch`: each new head as it comes, whoever makes it.

use super::Console;
use super::cells::{Cell, Columns, Ink};
use super::diff::brief;
use super::exit::{Exit, Outcome};
use super::import::interruption;
use super::opened::{Opened, RecordingArgs, span};
use super::out::note;
use super::state::path;
use crate::export::json::{moment, object, optional};
use crate::recording::Head;
use crate::value::Value;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Print each new head as it comes, a rollback too, until Ctrl-C
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof watch shop.asof --path .sessions\n  asof watch shop.asof --json --count 1 --for 60s | jq .value\n\n\
                        Exit code 1: --for ran out before --count heads came."
)]
pub struct Watch {
    #[command(flatten)]
    recording: RecordingArgs,
    /// Only the part at this path: `.a.b[0]`, or a JSON Pointer `/a/b/0`; null where nothing is
    #[arg(long)]
    path: Option<String>,
    /// Watch this branch instead of main
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// End after so many heads
    #[arg(long, value_name = "N")]
    count: Option<u64>,
    /// End after so long: 90s, 5m, 2h
    #[arg(long = "for", value_name = "TIME", value_parser = span)]
    most: Option<u64>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

/// How often Ctrl-C and the end of --for are looked for.
const TICK: Duration = Duration::from_millis(50);

impl Watch {
    /// Prints heads until told to stop.
    pub fn run(&self, console: &mut Console) -> Outcome {
        let mut tenant = Opened::to_write(&self.recording)?.tenant(console)?;
        if let Some(branch) = &self.branch {
            tenant = tenant.on(branch)?;
        }
        let stop = interruption()?;
        let end = self.most.and_then(|seconds| Instant::now().checked_add(Duration::from_secs(seconds)));
        let (mut heads, mut seen, mut columns) = (tenant.subscribe(), 0, Columns::default());
        note(format!("watching {}, {} now; Ctrl-C ends it", tenant.id(), tenant.head()));
        while self.count.is_none_or(|count| seen < count) {
            if stop.load(Ordering::Relaxed) {
                return Ok(Exit::Interrupted);
            }
            if end.is_some_and(|end| Instant::now() >= end) {
                return Ok(if self.count.is_some() { Exit::Negative } else { Exit::Done });
            }
            if let Some(head) = heads.next_within(TICK)? {
                self.print(&head, &mut columns, console)?;
                seen += 1;
            }
        }
        Ok(Exit::Done)
    }

    /// At once: whoever reads is waiting for it.
    fn print(&self, head: &Head, columns: &mut Columns, console: &mut Console) -> Outcome<()> {
        let value = match &self.path {
            Some(text) => head.value.at(&path(text, &head.value)?).cloned().unwrap_or_default(),
            None => head.value.clone(),
        };
        if self.json {
            console.out.json(&object([
                ("version", head.info.version.0.into()),
                ("kind", head.info.kind.word().into()),
                ("value", value.into()),
                ("at", optional(head.info.at.map(moment))),
                ("label", head.info.label.clone().into()),
                ("by", optional(head.info.by.clone())),
            ]))?;
        } else {
            let row = cells(head, &value);
            columns.widen(std::slice::from_ref(&row));
            console.out.row(columns, &row)?;
        }
        console.out.flush()
    }
}

fn cells(head: &Head, value: &Value) -> Vec<Cell> {
    let ink = if head.was_set_back() { Ink::Cyan } else { Ink::Dim };
    vec![
        Cell::number(head.info.version),
        Cell::moment(head.info.at),
        Cell::new(head.info.kind.word()).ink(ink),
        Cell::new(head.info.by.as_deref().unwrap_or_default()).ink(Ink::Dim),
        Cell::new(&head.info.label),
        Cell::new(brief(value)),
    ]
}
