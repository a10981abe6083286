//! Reading a source to its end, with reports as it goes.

use super::{Footprint, Life, Odd, Report};
use crate::recording::{Progress, Recording};
use crate::source::{self, Address, Taken};
use crate::tui::task::Cancel;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Least time between two reports of progress.
const PROGRESS_EVERY: Duration = Duration::from_millis(60);

/// Opens and reads a source. Blocks until it is read, or cancelled.
pub(super) fn open(address: &Address, options: &source::Options, cancel: &Cancel, tell: &mut dyn FnMut(Report)) {
    let recording = match source::open(address) {
        Ok(recording) => recording,
        Err(error) => return tell(Report::Read(Err(error))),
    };
    let place = match address {
        Address::Server(address) => Some(PathBuf::from(address.to_string())),
        _ => recording.directory(),
    };
    tell(Report::Opened(Arc::clone(&recording), place));
    address.bytes().into_iter().for_each(|bytes| tell(Report::Size(bytes)));
    let mut found =
        Finder { recording: &recording, known: 0, rested_at: 0, last: None, odd: Odd::default(), told: Instant::now() };
    let mut taken = Taken::new();
    let options = &source::Options { goes_on: true, ..options.clone() };
    let outcome = source::read(address, options, &recording, &mut |event| {
        match event {
            source::Event::Progress(progress) => found.progress(progress, tell),
            source::Event::Took(id, versions) => *taken.entry(id).or_default() += versions,
            source::Event::Remembered(_) => {}
            source::Event::Waiting => found.rest(taken.values().sum(), tell),
            source::Event::Problem(problem) => found.odd.problem(problem),
            source::Event::Note(note, version) => found.odd.note(note, version),
        }
        found.odd(PROGRESS_EVERY, tell);
        cancel.flow()
    });
    found.odd(Duration::ZERO, tell);
    found.tenants(tell);
    if let Address::File(path) = address
        && outcome.is_ok()
        && source::can_follow(path)
    {
        tell(Report::Grows(Box::new(Growing { path: path.clone(), taken, options: options.clone() })));
    }
    tell(Report::Read(outcome));
}

/// A file that was read to its end, and how it goes on.
#[derive(Debug, Clone)]
pub struct Growing {
    pub path: PathBuf,
    /// Versions read so far.
    taken: Taken,
    options: source::Options,
}

/// Follows a file that was read, until cancelled.
pub(super) fn grow(growing: &Growing, recording: &Recording, cancel: &Cancel, tell: &mut dyn FnMut(Report)) {
    let mut found = Finder { recording, known: 0, rested_at: 0, last: None, odd: Odd::default(), told: Instant::now() };
    found.known = recording.tenants().map_or(0, |ids| ids.len());
    let mut is_new = false;
    let outcome = source::follow(&growing.path, &growing.taken, &growing.options, recording, &mut |event| {
        match event {
            source::Event::Took(_, versions) => is_new |= versions > 0,
            source::Event::Problem(problem) => found.odd.problem(problem),
            source::Event::Note(note, version) => found.odd.note(note, version),
            source::Event::Progress(_) | source::Event::Remembered(_) | source::Event::Waiting => {
                if std::mem::take(&mut is_new) {
                    found.tenants(tell);
                    tell(Report::Followed(Life::Live));
                }
            }
        }
        found.odd(PROGRESS_EVERY, tell);
        cancel.flow()
    });
    if let Err(error) = outcome {
        tell(Report::Failed(error.to_string()));
        // It is over for this opening.
        while !cancel.is_cancelled() {
            std::thread::sleep(PROGRESS_EVERY);
        }
    }
}

/// Tells of progress and problems, not too often, and of tenants as they appear.
struct Finder<'a> {
    recording: &'a Recording,
    known: usize,
    /// Versions there were when it waited last.
    rested_at: u64,
    last: Option<Instant>,
    /// What has not been told yet.
    odd: Odd,
    told: Instant,
}

impl Finder<'_> {
    fn progress(&mut self, progress: Progress, tell: &mut dyn FnMut(Report)) {
        if self.last.is_some_and(|last| last.elapsed() < PROGRESS_EVERY) {
            return;
        }
        self.last = Some(Instant::now());
        self.tenants(tell);
        Footprint::now().into_iter().for_each(|footprint| tell(Report::Footprint(footprint)));
        tell(Report::Progress(progress));
    }

    /// Before it waits for more: tells of so many versions, where that has not been told.
    fn rest(&mut self, versions: u64, tell: &mut dyn FnMut(Report)) {
        if std::mem::replace(&mut self.rested_at, versions) != versions {
            self.last = None;
            self.progress(Progress { share: None, versions }, tell);
        }
    }

    /// Tells of what was odd since the last time, when that is so long ago.
    fn odd(&mut self, since: Duration, tell: &mut dyn FnMut(Report)) {
        if !self.odd.is_empty() && self.told.elapsed() >= since {
            self.told = Instant::now();
            tell(Report::Odd(std::mem::take(&mut self.odd)));
        }
    }

    /// Failing to list tenants now is not lost: the reading itself meets the same error and tells it.
    fn tenants(&mut self, tell: &mut dyn FnMut(Report)) {
        let Ok(ids) = self.recording.tenants() else { return };
        if ids.len() == self.known {
            return;
        }
        self.known = ids.len();
        tell(Report::Tenants(ids.iter().filter_map(|id| self.recording.tenant_or_new(id).ok()).collect()));
    }
}
