//! The one list of what is running: whose it is, what it is, and how far. A task that is not in it any more is answered
//! by nobody: its messages are dropped.
//!
//! Must not name: `draw`, `dialog`, threads.

use super::time::TimeDirection;
use super::{App, Effect};
use crate::record::Version;
use crate::tui::job::{AsideQuestion, Aspect, Inquiry, Job, Task, TextFor, Wanted, Write};
use crate::tui::owner::{Owner, SessionId, WorkspaceId};
use crate::tui::task::{Cancel, Gate, TaskId};
use crate::value::Path;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long a comparison runs before that is said.
const SLOW: Duration = Duration::from_millis(100);

/// What a task does, as far as its answer needs it.
#[derive(Debug, Clone)]
pub enum TaskKind {
    /// Reads the source.
    Read,
    /// Follows a recording.
    Follow,
    /// Fetches what a frame shows.
    Show(Wanted),
    /// Finds out one thing beside that.
    Detail(AsideQuestion),
    /// Works out what an open question needs.
    Plan,
    /// Looks for a change at a path.
    Scan(Path, TimeDirection),
    /// Looks for the version that created or removed what was at a path of a version.
    Presence(Path, Version, TimeDirection),
    /// Answers a question over time.
    Inquiry(Inquiry),
    /// Makes a text.
    Text(TextFor),
    /// Lists the names in a directory.
    Files(String),
    /// Asks git what it holds.
    Git,
    /// Reads a script.
    Script,
    /// Writes a file.
    Export(PathBuf),
    /// Writes to the recording.
    Write(Write),
    /// Anything that answers nothing.
    Silent,
}

impl TaskKind {
    fn of(job: &Job) -> Self {
        match job {
            Job::Open { .. } => Self::Read,
            Job::Follow(_) | Job::Grow(..) => Self::Follow,
            Job::Show { versions, .. } => Self::Show(*versions),
            Job::Aside { ask, .. } => Self::Detail(*ask),
            Job::Plan { .. } | Job::PlanCut { .. } => Self::Plan,
            Job::Scan { path, way, from, of: Aspect::Presence, .. } => Self::Presence(path.clone(), *from, *way),
            Job::Scan { path, way, .. } => Self::Scan(path.clone(), *way),
            Job::Inquire { inquiry, .. } => Self::Inquiry(inquiry.clone()),
            Job::Text(_, what_for) => Self::Text(what_for.clone()),
            Job::ListFiles(directory) => Self::Files(directory.clone()),
            Job::ReadScript(_) => Self::Script,
            Job::WriteFile { path, .. } => Self::Export(path.clone()),
            Job::Write { write, .. } => Self::Write(write.clone()),
            Job::ListTracked(_) | Job::CountInGit(_) => Self::Git,
            Job::Forget(_) | Job::Remember { .. } => Self::Silent,
        }
    }

    /// Whether the program must not end before it without asking.
    pub fn must_finish(&self) -> bool {
        matches!(self, Self::Export(_) | Self::Write(_))
    }
}

/// One task that runs.
#[derive(Debug, Clone)]
pub struct RunningTask {
    /// Whose it is.
    pub owner: Owner,
    /// What it does.
    pub kind: TaskKind,
    pub cancel: Cancel,
    /// Which share is done, where it says so.
    pub progress: Option<f64>,
    pub since: Instant,
    /// Whether that is long ago, so that it is said on the screen.
    pub slow: bool,
}

/// What is running.
#[derive(Default)]
pub struct Tasks {
    running: BTreeMap<TaskId, RunningTask>,
    newest: TaskId,
    /// Closed while something runs that the program must not end before.
    pub gate: Gate,
}

impl Tasks {
    /// Notes a task that is about to start.
    pub fn begin(&mut self, owner: Owner, job: Job, now: Instant) -> Task {
        self.newest = self.newest.next();
        let (id, kind, cancel) = (self.newest, TaskKind::of(&job), Cancel::default());
        let held = kind.must_finish().then(|| self.gate.hold(id));
        let running = RunningTask { owner, kind, cancel: cancel.clone(), progress: None, since: now, slow: false };
        self.running.insert(id, running);
        Task { id, job, cancel, held }
    }

    /// A task that has not given its answer.
    pub fn get(&self, id: TaskId) -> Option<&RunningTask> {
        self.running.get(&id)
    }

    pub fn get_mut(&mut self, id: TaskId) -> Option<&mut RunningTask> {
        self.running.get_mut(&id)
    }

    /// Takes a task out: it has given its answer.
    pub fn end(&mut self, id: TaskId) -> Option<RunningTask> {
        self.running.remove(&id)
    }

    /// All, oldest first.
    pub fn all(&self) -> impl Iterator<Item = (TaskId, &RunningTask)> {
        self.running.iter().map(|(id, task)| (*id, task))
    }

    /// An owner's first task of some kind.
    pub fn find(&self, owner: impl Into<Owner>, is: impl Fn(&TaskKind) -> bool) -> Option<&RunningTask> {
        let owner = owner.into();
        self.running.values().find(|task| task.owner == owner && is(&task.kind))
    }

    /// The fetching of a session's frame.
    pub fn showing(&self, session: SessionId) -> Option<&RunningTask> {
        self.find(session, |kind| matches!(kind, TaskKind::Show(_)))
    }

    /// What a write to one opening does, while one runs.
    pub fn writing(&self, workspace: WorkspaceId) -> Option<&RunningTask> {
        let writes =
            |task: &&RunningTask| matches!(task.kind, TaskKind::Write(_)) && task.owner.workspace() == Some(workspace);
        self.running.values().find(writes)
    }

    /// When the next task that the person waits for has taken long: a frame of the tenant shown, a write to what is open.
    pub fn slow_at(&self, session: SessionId) -> Option<Instant> {
        self.running.values().filter(|task| task.is_awaited(session)).filter_map(RunningTask::slow_at).min()
    }

    /// Notes those that have taken long by now; whether there were any.
    pub fn grow_slow(&mut self, session: SessionId, now: Instant) -> bool {
        let due = |task: &&mut RunningTask| task.is_awaited(session) && task.slow_at().is_some_and(|at| now >= at);
        let due = self.running.values_mut().filter(due).map(|task| task.slow = true);
        due.count() > 0
    }

    /// What the program must not end before without asking, oldest first.
    pub fn unfinished(&self) -> impl Iterator<Item = &RunningTask> {
        self.running.values().filter(|task| task.kind.must_finish())
    }

    /// Stops an owner's tasks of some kind and takes no answer of theirs any more. Not for what must be finished.
    pub fn drop_kind(&mut self, owner: impl Into<Owner>, is: impl Fn(&TaskKind) -> bool) {
        let owner = owner.into();
        self.drop_all(|task| task.owner == owner && is(&task.kind));
    }

    /// The same for all that belongs to an opening that is being closed.
    pub fn close(&mut self, workspace: WorkspaceId) {
        self.drop_all(|task| task.owner.workspace() == Some(workspace));
    }

    fn drop_all(&mut self, mut gone: impl FnMut(&RunningTask) -> bool) {
        self.running.retain(|_, task| {
            let drops = gone(task) && !task.kind.must_finish();
            if drops {
                task.cancel.cancel();
            }
            !drops
        });
    }
}

impl RunningTask {
    fn is_awaited(&self, session: SessionId) -> bool {
        match self.kind {
            TaskKind::Show(_) => self.owner == session.into(),
            TaskKind::Write(_) => self.owner.workspace() == Some(session.workspace()),
            _ => false,
        }
    }

    /// When it has taken long enough to be spoken of.
    fn slow_at(&self) -> Option<Instant> {
        (!self.slow).then(|| self.since + SLOW)
    }

    /// The versions it fetches.
    pub fn versions(&self) -> Wanted {
        if let TaskKind::Show(versions) = self.kind { versions } else { Wanted::default() }
    }
}

impl App {
    /// Starts work for an owner.
    pub(super) fn begin(&mut self, owner: impl Into<Owner>, job: Job) -> Effect {
        Effect::Start(self.tasks.begin(owner.into(), job, self.now))
    }
}
