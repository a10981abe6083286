//! Sources that go on: files that programs rewrite, each settled content a version, and logs that grow.
//!
//! One thread looks at all files and reads those that changed; logs are read on threads of their own. What is read is
//! taken in where [`watch`] was called. Must not name: screens.

mod looker;
mod notices;
mod patterns;
mod standing;
mod tail;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use patterns::WatchPattern;

use super::ahead::ItemBatch;
use super::feed::{Fed, Feed, Stamping};
use super::messages::{self, ReadUntil};
use super::{Address, Options, ReadingManner, Tell};
use crate::error::Result;
use crate::import::ImportItem;
use crate::log::NatsSource;
use crate::record::TenantId;
use crate::recording::Recording;
use looker::Looker;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// How often it is asked whether to go on.
const TICK: Duration = Duration::from_millis(25);
/// Batches of items that wait to be taken in, at most.
const WAITING: usize = 64;

/// Files to be watched, and what is known of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Watched {
    patterns: Vec<WatchPattern>,
    /// Who writes them, where that is known.
    by: Option<String>,
}

impl Watched {
    /// Files, directories, or patterns with `*`, `?` and `**`.
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Self {
        Self { patterns: patterns.into_iter().map(WatchPattern::new).collect(), by: None }
    }

    /// The same files, written by this program.
    #[must_use]
    pub fn written_by(self, by: String) -> Self {
        Self { by: Some(by), ..self }
    }

    /// A short name for titles.
    pub fn title(&self) -> String {
        match self.patterns.as_slice() {
            [one] => one.title(),
            several => format!("{} watched files", several.len()),
        }
    }

    /// The one file that is meant; `None` where there may be several.
    pub fn file(&self) -> Option<&Path> {
        match self.patterns.as_slice() {
            [one] => one.file(),
            _ => None,
        }
    }
}

/// What has been read of a file that is to be followed: versions of each tenant.
pub type Taken = BTreeMap<TenantId, u64>;

/// Records every settled content of the files, until `tell` breaks, then what is there at last. Each file is a tenant of its
/// name, or the one asked for where there is only one.
///
/// # Errors
/// When the recording cannot be written.
pub fn watch(watched: &Watched, options: &Options, recording: &Recording, tell: &mut Tell<'_>) -> Result<()> {
    let how = ReadingManner::new(&Address::Stdin, options, tell)?;
    let looker = Looker::new(watched, options.tenant.as_deref());
    let feed = Feed::new(recording, options, Stamping::Always, tell);
    run(looker, &how, feed).map(drop)
}

/// Goes on with a file of which everything was read: what is added to a log, or each content that replaces this one. Until
/// `tell` breaks.
///
/// # Errors
/// When what comes cannot be taken in.
pub fn follow(path: &Path, taken: &Taken, options: &Options, recording: &Recording, tell: &mut Tell<'_>) -> Result<()> {
    let how = ReadingManner::new(&Address::File(path.to_owned()), options, &mut |_| ControlFlow::Continue(()))?;
    let tenant = super::default_tenant(options, recording)?;
    let looker = Looker::of_one(path, tenant, recording);
    let feed = Feed::new(recording, options, Stamping::Always, tell).skipping(taken.clone());
    run(looker, &how, feed).map(drop)
}

/// Reads what is in a bucket or a stream on a server, and what comes, until `tell` breaks.
///
/// # Errors
/// When it cannot be read, or the recording cannot be written.
pub fn watch_messages(
    source: &NatsSource,
    options: &Options,
    recording: &Recording,
    tell: &mut Tell<'_>,
) -> Result<()> {
    let how = ReadingManner::new(&Address::Messages(source.clone().into()), options, tell)?;
    let tenant = super::default_tenant(options, recording)?;
    let mut feed = Feed::new(recording, options, Stamping::Never, tell);
    thread::scope(|scope| {
        let (to, items) = sync_channel(WAITING);
        let over = Arc::new(AtomicBool::new(false));
        let until = ReadUntil::Over(Arc::clone(&over));
        let reader = scope.spawn(move || {
            let mut batch = ItemBatch::new(to);
            let outcome = messages::read(source, until, &tenant, &how.read_as(), &mut |item| batch.take(item));
            let _nobody_wants_more = batch.send();
            outcome
        });
        take_all(&items, &mut feed, &over);
        // Who still sends is not waited for.
        drop(items);
        let outcome = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        feed.finish().and(outcome)
    })
}

/// Whether a file can be followed: one that others may write to, and that is not packed.
pub fn can_follow(path: &Path) -> bool {
    let begins = || {
        let mut start = [0; 4];
        let read = std::io::Read::read(&mut std::fs::File::open(path).ok()?, &mut start).ok()?;
        Some(start[..read].to_vec())
    };
    std::fs::metadata(path).is_ok_and(|found| found.is_file())
        && begins().is_some_and(|start| !crate::import::is_packed(&start))
}

/// Whoever reads sends items here, and stops once nobody wants more.
#[derive(Clone)]
struct Outlet {
    to: SyncSender<Vec<ImportItem>>,
    over: Arc<AtomicBool>,
}

impl Outlet {
    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    fn batch(&self) -> ItemBatch {
        ItemBatch::new(self.to.clone())
    }
}

/// Looks until nobody wants more, and takes in what is found.
fn run(looker: Looker, how: &ReadingManner, mut feed: Feed<'_, '_>) -> Result<Fed> {
    thread::scope(|scope| {
        let (to, items) = sync_channel(WAITING);
        let outlet = Outlet { to, over: Arc::default() };
        let over = Arc::clone(&outlet.over);
        scope.spawn(move || looker.run(how, &outlet, scope));
        take_all(&items, &mut feed, &over);
        feed.finish()
    })
}

/// Takes in what comes until nothing does any more: who is asked to stop sends the rest first.
fn take_all(items: &Receiver<Vec<ImportItem>>, feed: &mut Feed<'_, '_>, over: &AtomicBool) {
    loop {
        let flow = match items.recv_timeout(TICK) {
            Ok(items) => items.into_iter().try_for_each(|item| feed.take(item)),
            Err(RecvTimeoutError::Timeout) => feed.wait(),
            Err(RecvTimeoutError::Disconnected) => return,
        };
        if flow.is_break() {
            over.store(true, Ordering::Relaxed);
        }
        if feed.is_failed() {
            return;
        }
    }
}
