//! `asof watch`: each new head as it comes, whoever makes it.

use super::Console;
use super::cells::{Cell, Columns, Ink};
use super::diff::{array_keys, brief};
use super::exit::{Exit, Outcome};
use super::import::interruption;
use super::opened::{Opened, RecordingArgs, span};
use super::out::note;
use super::state::path;
use crate::diff::{ArrayKeys, Differ, Track};
use crate::export::json::{moment, object, optional};
use crate::recording::{Head, Tenant};
use crate::value::{Path, Value};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Print each new head, rollbacks included, until Ctrl-C
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof watch shop.asof --path .sessions\n  asof watch shop.asof --json --count 1 --for \
                  60s | jq .value\n\nExit code 1: --for expired before --count heads were printed."
)]
pub struct Watch {
    #[command(flatten)]
    recording: RecordingArgs,
    /// Only the part at this path: `.a.b[0]`, or a JSON Pointer `/a/b/0`; null where there is none
    #[arg(long)]
    path: Option<String>,
    /// Match the elements of the array at PATH by this field, as in `asof diff`: an element on the way of --path is followed
    /// by it
    #[arg(long, value_name = "PATH=FIELD")]
    array_key: Vec<String>,
    /// Watch this branch instead of main
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// Stop after this many heads
    #[arg(long, value_name = "N")]
    count: Option<u64>,
    /// Stop after this time: 90s, 5m, 2h
    #[arg(long = "for", value_name = "TIME", value_parser = span)]
    most: Option<u64>,
    /// Print one JSON object per line
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
        let chosen = array_keys(&self.array_key)?;
        let mut followed = Followed { tenant: &tenant, chosen, last: None };
        let (mut heads, mut seen, mut columns) = (tenant.subscribe(), 0, Columns::default());
        note(format!("watching {}, now at {}; Ctrl-C stops", tenant.id(), tenant.head()));
        while self.count.is_none_or(|count| seen < count) {
            if stop.load(Ordering::Relaxed) {
                return Ok(Exit::Interrupted);
            }
            if end.is_some_and(|end| Instant::now() >= end) {
                return Ok(if self.count.is_some() { Exit::Negative } else { Exit::Done });
            }
            if let Some(head) = heads.next_within(TICK)? {
                self.print(&head, &mut followed, &mut columns, console)?;
                seen += 1;
            }
        }
        Ok(Exit::Done)
    }

    /// At once: whoever reads is waiting for it.
    fn print(
        &self,
        head: &Head,
        followed: &mut Followed<'_>,
        columns: &mut Columns,
        console: &mut Console,
    ) -> Outcome<()> {
        let value = match &self.path {
            Some(text) => followed.part(text, &head.value)?,
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

/// A part of the heads, followed from one to the next.
struct Followed<'a> {
    tenant: &'a Tenant,
    chosen: ArrayKeys,
    /// Where it was last, and in which value.
    last: Option<(Path, Value)>,
}

impl Followed<'_> {
    /// The part in a new head; null where it is not there.
    fn part(&mut self, text: &str, head: &Value) -> Outcome<Value> {
        let at = match &self.last {
            None => Some(path(text, head)?),
            Some((path, before)) => {
                let keys = self.tenant.array_keys(&self.chosen, (before, head), std::slice::from_ref(path), &|| false);
                let mut track = Track::new(path, before, &keys);
                let followed = track.path().map_or(0, |path| path.0.len());
                track.advance(before, head, Differ::by(&keys));
                track.path().map(|whole| Path([&whole.0, &path.0[followed..]].concat()))
            }
        };
        let part = at.as_ref().and_then(|at| head.at(at)).cloned();
        if let Some(at) = at.filter(|_| part.is_some()) {
            self.last = Some((at, head.clone()));
        }
        Ok(part.unwrap_or_default())
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
