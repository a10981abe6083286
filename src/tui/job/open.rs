//! Reading a source to its end, with reports as it goes.

use super::{Cancel, Footprint, Report};
use crate::recording::{Progress, Recording};
use crate::source::{self, Address};
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
    tell(Report::Opened(Arc::clone(&recording)));
    address.bytes().into_iter().for_each(|bytes| tell(Report::Size(bytes)));
    let mut found = Finder { recording: &recording, known: 0, last: None };
    let outcome = source::read(address, options, &recording, &mut |event| {
        match event {
            source::Event::Progress(progress) => found.progress(progress, tell),
            source::Event::Took(..) => {}
            source::Event::Problem(problem) => tell(Report::Problem(problem)),
            source::Event::Note(note, version) => tell(Report::Note(note, version)),
        }
        cancel.flow()
    });
    found.tenants(tell);
    tell(Report::Read(outcome));
}

/// Tells of progress, not too often, and of tenants as they appear.
struct Finder<'a> {
    recording: &'a Recording,
    known: usize,
    last: Option<Instant>,
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
