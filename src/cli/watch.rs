//! `asof watch`: each new head as it comes, whoever makes it.

mod until;

use super::Console;
use super::cells::{CellWidths, Ink, RowCell};
use super::diff::brief;
use super::exit::{CommandResult, Exit};
use super::import::interruption;
use super::opened::{Opened, RecordingArgs, span};
use super::out::note;
use super::rules::{Rules, ignored, warn_of_ignored};
use super::state::path;
use crate::diff::{DiffRules, Differ, IgnoredPaths, Track};
use crate::export::VersionRow;
use crate::export::json::JsonOutput;
use crate::history::MAIN;
use crate::record::Version;
use crate::recording::{Head, Subscription, Tenant};
use crate::value::{Path, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use until::UntilFilter;

/// Print each new head, rollbacks included, until ctrl+c or until something is true
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof watch shop.asof --path .sessions\n  asof watch shop.asof --json --count 1 --for \
                  60s | jq .value\n  asof watch shop.asof --until '.balance < 0' --for 1h\n\n--until stops \
                  at the first head for which the filter is true, at once if it is true already, and shows what that \
                  version changed.\n\nExit code 1: --for expired before --count heads were printed, or it ended \
                  before the filter of --until was true."
)]
pub struct WatchArgs {
    #[command(flatten)]
    recording: RecordingArgs,
    /// Only the part at this path: `.a.b[0]`, or a JSON Pointer `/a/b/0`; null where there is none
    #[arg(long)]
    path: Option<String>,
    #[command(flatten)]
    rules: Rules,
    /// Watch this branch instead of main
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// Stop at the first head for which this jq filter is true
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    until: Option<String>,
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

impl WatchArgs {
    /// Prints heads until told to stop.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let stop = interruption()?;
        let chosen = self.rules.chosen()?;
        let mut until = self.until.as_ref().map(|filter| UntilFilter::new(filter, &stop)).transpose()?;
        let mut tenant = Opened::to_watch(&self.recording)?.tenant(console)?;
        if let Some(branch) = &self.branch {
            tenant = tenant.on(branch)?;
        }
        let ignored = ignored(&tenant, &chosen);
        // From here on no head is missed.
        let heads = tenant.subscribe();
        let mut watching = Watching {
            followed: WatchedPart { tenant: &tenant, chosen: chosen.clone(), last: None },
            heads,
            ignored,
            last: tenant.value(),
            columns: CellWidths::default(),
        };
        if let Some(until) = until.as_mut()
            && until.is_true(tenant.head(), &watching.last)
        {
            note(format!("{} is true already, at {}", until.text(), tenant.head()));
            return self.reached(until, tenant.head(), &tenant.value(), &mut watching.followed, console);
        }
        note(format!("watching {}, now at {}; ctrl+c stops", tenant.id(), tenant.head()));
        warn_of_ignored(&watching.ignored);
        self.watch(&mut watching, until.as_mut(), &stop, console)
    }

    fn watch(
        &self,
        watching: &mut Watching<'_>,
        mut until: Option<&mut UntilFilter>,
        stop: &Arc<AtomicBool>,
        console: &mut Console,
    ) -> CommandResult {
        let end = self.most.and_then(|seconds| Instant::now().checked_add(Duration::from_secs(seconds)));
        let mut seen = 0;
        while self.count.is_none_or(|count| seen < count) {
            if stop.load(Ordering::Relaxed) {
                return Ok(Exit::Interrupted);
            }
            if end.is_some_and(|end| Instant::now() >= end) {
                return Ok(self.ended(self.count.is_some()));
            }
            let Some(head) = watching.heads.next_within(TICK)? else { continue };
            let is_shown = watching.is_shown(&head);
            if let Some(until) = until.as_mut()
                && until.is_true(head.info.version, &head.value)
            {
                note(format!("{} is true at {}", until.text(), head.info.version));
                return self.reached(until, head.info.version, &head.value, &mut watching.followed, console);
            }
            if is_shown {
                self.print(&head, &mut watching.followed, &mut watching.columns, console)?;
                seen += 1;
            }
        }
        Ok(self.ended(false))
    }

    /// What was waited for is there.
    fn reached(
        &self,
        until: &UntilFilter,
        version: Version,
        value: &Value,
        followed: &mut WatchedPart<'_>,
        console: &mut Console,
    ) -> CommandResult {
        let part = self.part(value, followed)?;
        let version = (version, part);
        until.print(followed.tenant, version, &followed.chosen, self.json, console)?;
        Ok(Exit::Done)
    }

    /// The value at --path, or all of it.
    fn part(&self, value: &Value, followed: &mut WatchedPart<'_>) -> CommandResult<Value> {
        match &self.path {
            Some(text) => followed.part(text, value),
            None => Ok(value.clone()),
        }
    }

    /// The answer where it ended before what was waited for.
    fn ended(&self, is_short: bool) -> Exit {
        match &self.until {
            Some(filter) => {
                note(format!("{filter} was not true for any head"));
                Exit::Negative
            }
            None if is_short => Exit::Negative,
            None => Exit::Done,
        }
    }

    /// At once: whoever reads is waiting for it.
    fn print(
        &self,
        head: &Head,
        followed: &mut WatchedPart<'_>,
        columns: &mut CellWidths,
        console: &mut Console,
    ) -> CommandResult<()> {
        let value = self.part(&head.value, followed)?;
        if self.json {
            let row = VersionRow::new(head.info.clone(), self.branch.as_deref().unwrap_or(MAIN).into());
            let [begins, ends] = [&["version", "kind"][..], &["at", "label", "by"]].map(|names| row.fields(names));
            console.out.json(&JsonOutput::Fields([begins, vec![("value", value.into())], ends].concat()))?;
        } else {
            let row = cells(head, &value);
            columns.widen(std::slice::from_ref(&row));
            console.out.row(columns, &row)?;
        }
        console.out.flush()
    }
}

/// What is watched, and how far.
struct Watching<'a> {
    followed: WatchedPart<'a>,
    heads: Subscription,
    ignored: IgnoredPaths,
    /// The value of the head seen last.
    last: Value,
    columns: CellWidths,
}

impl Watching<'_> {
    /// Whether a new head changes more than what is ignored.
    fn is_shown(&mut self, head: &Head) -> bool {
        let whole = Path::default();
        let differs = self.ignored.differ(&whole, Some(&self.last), Some(&head.value));
        let is_shown = self.ignored.is_empty() || differs || self.last.identical(&head.value);
        self.last = head.value.clone();
        is_shown
    }
}

/// A part of the heads, followed from one to the next.
struct WatchedPart<'a> {
    tenant: &'a Tenant,
    chosen: DiffRules,
    /// Where it was last, and in which value.
    last: Option<(Path, Value)>,
}

impl WatchedPart<'_> {
    /// The part in a new head; null where it is not there.
    fn part(&mut self, text: &str, head: &Value) -> CommandResult<Value> {
        let at = match &self.last {
            None => Some(path(text, head)?),
            Some((path, before)) => {
                let keys = self.tenant.diff_rules(&self.chosen);
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

fn cells(head: &Head, value: &Value) -> Vec<RowCell> {
    let ink = if head.was_set_back() { Ink::Cyan } else { Ink::Dim };
    vec![
        RowCell::number(head.info.version),
        RowCell::moment(head.info.at),
        RowCell::new(head.info.act()).ink(ink),
        RowCell::new(head.info.by.as_deref().unwrap_or_default()).ink(Ink::Dim),
        RowCell::new(&head.info.label),
        RowCell::new(brief(value)),
    ]
}
