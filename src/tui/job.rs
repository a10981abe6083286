//! Slow work: done on threads that may block, answered by [`Report`]s.
//!
//! A job knows its generation where only the newest of its kind counts. Must not know: keys, the screen.

use super::scan::{Scanned, Way, scan};
use super::signals::WriteGate;
use crate::diff::{Diff, diff};
use crate::history::{RollbackPlan, Strategy};
use crate::import::Problem;
use crate::record::Version;
use crate::recording::{Progress, Recording, SnapshotRequest, Tenant};
use crate::source::{self, Address};
use crate::value::{Path, Value};
use crate::view::summary::Summary;
use crate::{Error, Result};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// Counts requests of one kind, so that late answers to old ones can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Generation(pub u64);

impl Generation {
    /// The next one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Says to a running job that its answer is no longer wanted.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks the job to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn flow(&self) -> ControlFlow<()> {
        if self.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// The versions a frame shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// The diff's left end.
    pub a: Version,
    /// The diff's right end.
    pub b: Version,
    /// The version in the tree.
    pub cursor: Version,
    /// What the tree's marks compare the cursor with.
    pub before: Version,
}

/// The values of [`Wanted`], and what differs.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// Which versions.
    pub versions: Wanted,
    /// The value at A.
    pub left: Value,
    /// The value at B.
    pub right: Value,
    /// A to B.
    pub diff: Arc<Diff>,
    /// The value at the cursor.
    pub state: Value,
    /// What the cursor's value is compared with.
    pub before: Value,
    /// `before` to the cursor; the same as `diff` where B is the cursor.
    pub marks: Arc<Diff>,
}

/// What is asked of a thread.
#[derive(Clone)]
pub enum Job {
    /// Opens the source and reads it to its end.
    Open {
        /// What.
        address: Address,
        /// How.
        options: source::Options,
        /// Stops reading; what is there stays.
        cancel: Cancel,
    },
    /// Fetches what a frame shows.
    Show {
        /// Which session asks.
        session: usize,
        /// Whose history.
        tenant: Tenant,
        /// Which versions.
        versions: Wanted,
    },
    /// Works out what a rollback would do.
    Plan {
        /// Which request.
        generation: Generation,
        /// Whose.
        tenant: Tenant,
        /// To where.
        to: Version,
    },
    /// Looks for the version that changed a value.
    Scan {
        /// Which request.
        generation: Generation,
        /// Whose history.
        tenant: Tenant,
        /// Where in the value.
        path: Path,
        /// From which version.
        from: Version,
        /// Which way.
        way: Way,
        /// Stops.
        cancel: Cancel,
    },
    /// Writes.
    Write {
        /// To whose history.
        tenant: Tenant,
        /// What.
        write: Write,
        /// Where to keep the recording first, if it is in memory only.
        keep: Option<(Arc<Recording>, PathBuf)>,
        /// Held meanwhile.
        gate: WriteGate,
    },
}

/// Something to be written.
#[derive(Debug, Clone)]
pub enum Write {
    /// Makes a past state the new head.
    RollBack {
        /// Which.
        to: Version,
        /// Why.
        reason: String,
    },
    /// Marks a version.
    Snapshot(SnapshotRequest),
    /// Takes back the last write.
    Undo,
}

/// What a rollback would do, with what would change at the head.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The plan.
    pub plan: RollbackPlan,
    /// What would change at the head.
    pub summary: Summary,
}

/// What has been written.
#[derive(Debug, Clone)]
pub struct Written {
    /// The action's name in the table.
    pub action: &'static str,
    /// One sentence.
    pub what: String,
    /// The version it made, if it made one.
    pub version: Option<Version>,
    /// Where the recording is kept from now on, if that is new.
    pub kept_at: Option<PathBuf>,
}

/// What a job has to say.
pub enum Report {
    /// The source is open; it is being read.
    Opened(Arc<Recording>),
    /// These tenants have been found so far, in the order found.
    Tenants(Vec<Tenant>),
    /// How far the reading is.
    Progress(Progress),
    /// Something that could not be taken as it is.
    Problem(Problem),
    /// The reading is over.
    Read(Result<()>),
    /// What a frame shows.
    Shown(usize, Result<Shown>),
    /// What a rollback would do.
    Planned(Generation, Result<Preview>),
    /// When the value at a path changed.
    Scanned(Generation, Path, Result<Scanned>),
    /// A write is over.
    Written(Result<Written>),
    /// Someone else wrote first; this many records of theirs have been taken up, and ours was not written.
    Overtaken(u64),
    /// A job ended in a bug.
    Panicked(String),
}

/// Least time between two reports of progress.
const PROGRESS_EVERY: Duration = Duration::from_millis(60);

impl Job {
    /// Does it. Blocks.
    pub fn run(self, tell: &mut dyn FnMut(Report)) {
        match self {
            Self::Open { address, options, cancel } => open(&address, &options, &cancel, tell),
            Self::Show { session, tenant, versions } => tell(Report::Shown(session, show(&tenant, versions))),
            Self::Plan { generation, tenant, to } => tell(Report::Planned(generation, plan(&tenant, to))),
            Self::Scan { generation, tenant, path, from, way, cancel } => {
                let scanned = scan(&tenant, &path, from, way, &|| cancel.is_cancelled());
                tell(Report::Scanned(generation, path, scanned));
            }
            Self::Write { tenant, write, keep, gate } => {
                let _writing = gate.lock().unwrap_or_else(PoisonError::into_inner);
                tell(write_kept(&tenant, write, keep));
            }
        }
    }
}

fn open(address: &Address, options: &source::Options, cancel: &Cancel, tell: &mut dyn FnMut(Report)) {
    let recording = match source::open(address) {
        Ok(recording) => recording,
        Err(error) => return tell(Report::Read(Err(error))),
    };
    tell(Report::Opened(Arc::clone(&recording)));
    let mut found = Finder { recording: &recording, known: 0, last: None };
    let outcome = source::read(address, options, &recording, &mut |event| {
        match event {
            source::Event::Progress(progress) => found.progress(progress, tell),
            source::Event::Problem(problem) => tell(Report::Problem(problem)),
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

fn show(tenant: &Tenant, versions: Wanted) -> Result<Shown> {
    let left = tenant.value_at(versions.a)?;
    let right = tenant.value_at(versions.b)?;
    let differences = Arc::new(diff(&left, &right));
    if versions.b == versions.cursor && versions.a == versions.before {
        let marks = Arc::clone(&differences);
        return Ok(Shown {
            versions,
            state: right.clone(),
            before: left.clone(),
            left,
            right,
            diff: differences,
            marks,
        });
    }
    let state = tenant.value_at(versions.cursor)?;
    let before = tenant.value_at(versions.before)?;
    let marks = Arc::new(diff(&before, &state));
    Ok(Shown { versions, left, right, diff: differences, state, before, marks })
}

fn plan(tenant: &Tenant, to: Version) -> Result<Preview> {
    let plan = tenant.history().plan_rollback(to)?;
    let head = tenant.value_at(plan.head)?;
    let target = tenant.value_at(plan.to)?;
    Ok(Preview { plan, summary: Summary::new(&diff(&head, &target), &head, &target) })
}

fn write_kept(tenant: &Tenant, write: Write, keep: Option<(Arc<Recording>, PathBuf)>) -> Report {
    let kept_at = match keep.map(|(recording, directory)| recording.keep_at(&directory).map(|()| directory)) {
        Some(Err(error)) => return Report::Written(Err(error)),
        Some(Ok(directory)) => Some(directory),
        None => None,
    };
    match write_to(tenant, write) {
        Ok(written) => Report::Written(Ok(Written { kept_at, ..written })),
        Err(Error::Conflict { .. }) => tenant.catch_up().map_or_else(|e| Report::Written(Err(e)), Report::Overtaken),
        Err(error) => Report::Written(Err(error)),
    }
}

fn write_to(tenant: &Tenant, write: Write) -> Result<Written> {
    match write {
        Write::RollBack { to, reason } => {
            let done = tenant.rollback(&Strategy::Version(to), &reason)?;
            let kept = done.kept.map(|name| format!(", {name} kept")).unwrap_or_default();
            let what =
                format!("Rolled back: {} is the new head, equal to {}{kept}. u takes it back", done.version, done.to);
            Ok(Written { action: "rollback", what, version: Some(done.version), kept_at: None })
        }
        Write::Snapshot(request) => {
            let made = tenant.snapshot(&request)?;
            let name = made.name.as_deref().unwrap_or("auto");
            Ok(Written {
                action: "snapshot",
                what: format!("Snapshot \"{name}\" marks {}", made.version),
                version: None,
                kept_at: None,
            })
        }
        Write::Undo => {
            let undone = tenant.undo()?;
            let version = undone.back_to.map(|_| tenant.head());
            Ok(Written { action: "undo", what: format!("Undone: {}", undone.what), version, kept_at: None })
        }
    }
}
