//! Taking up what jobs have done.

use super::link::command;
use super::load::LoadEnd;
use super::tasks::{RunningTask, TaskKind};
use super::{App, Effect, Session, script};
use crate::error::InputPlace;
use crate::escape;
use crate::import::{ImportProblem, Note};
use crate::log::Damage;
use crate::record::{TenantId, Version};
use crate::recording::{Progress, Tenant};
use crate::tui::action::Action;
use crate::tui::dialog::Dialog;
use crate::tui::job::{AfterWrite, Job, Odd, Report, Shown, TaskMessage, Wanted, Written};
use crate::tui::owner::{Owner, SessionId};
use crate::tui::settings::OptionName;
use crate::tui::task::TaskId;
use crate::view::text::{SafeText, counted, joined, thousands};
use crate::view::timeline::Axis;
use crate::{Error, Result};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The write whose duration is said: who rolls back waits for a service to be well again.
const ROLLBACK: &str = "rollback";
const UNDO: &str = "undo";

impl App {
    /// Takes one message, and says what should happen next. A task that is not running any more is not listened to.
    pub fn report(&mut self, message: TaskMessage, now: Instant) -> Vec<Effect> {
        self.now = now;
        let TaskMessage { task: id, report } = message;
        let Some(task) = self.tasks.get(id) else { return Vec::new() };
        let owner = task.owner;
        let mut effects = if report.is_last() {
            let task = self.tasks.end(id);
            task.map(|task| self.take_last(&task, report)).unwrap_or_default()
        } else {
            self.take_news(id, owner, report);
            Vec::new()
        };
        effects.extend(self.start_following());
        effects.extend(self.settled());
        effects.extend(self.leave_when_finished());
        effects
    }

    /// What is told while a task goes on.
    fn take_news(&mut self, id: TaskId, owner: Owner, report: Report) {
        if let Report::Share(share) = report {
            return self.tasks.get_mut(id).into_iter().for_each(|task| task.progress = Some(share));
        }
        if owner.workspace() != Some(self.workspace.id) {
            return;
        }
        match report {
            Report::Opened(recording, directory) => {
                (self.workspace.recording, self.workspace.directory) = (Some(recording), directory);
            }
            Report::Tenants(tenants) => self.add_tenants(tenants),
            Report::Progress(progress) => self.progress(progress),
            Report::Odd(odd) => self.take_odd(odd),
            Report::Size(bytes) => self.workspace.load.bytes = Some(bytes),
            Report::Footprint(footprint) => self.workspace.load.footprint = Some(footprint),
            Report::Followed(life) => self.followed(life),
            Report::Grows(growing) => self.workspace.growing = Some(growing),
            Report::Failed(text) => self.messages.failure(text),
            Report::Part(part) => self.take_part(id, part),
            Report::Refused(tenant, why) => {
                let mut sessions = self.workspace.sessions.iter_mut();
                let session = sessions.find(|session| *session.tenant.id() == tenant);
                session.into_iter().for_each(|session| session.refused.clone_from(&why));
            }
            _ => {}
        }
    }

    /// The answer of a task, which is over.
    fn take_last(&mut self, task: &RunningTask, report: Report) -> Vec<Effect> {
        let (session, leave) = (task.owner.session(), self.leaving);
        if task.kind.must_finish() && !task.cancel.is_cancelled() && report.is_failure() {
            self.stay();
        }
        if task.cancel.is_cancelled() && matches!(report, Report::Shown(_) | Report::Answered(_) | Report::Scanned(_)) {
            self.messages.stopped();
        }
        match (report, session) {
            (Report::Read(outcome), _) => return self.finish_reading(outcome, task).into_iter().collect(),
            (Report::Shown(shown), Some(id)) => {
                return self.take_shown(id, task.versions(), shown);
            }
            (Report::Aside(found), Some(id)) => {
                if let (Some(session), TaskKind::Detail(ask)) = (self.workspace.of_mut(id), &task.kind) {
                    session.lists.asides.take(*ask, found);
                }
            }
            (Report::Planned(preview), Some(id)) => self.take_plan(id, preview),
            (Report::PlannedCut(cutting), Some(id)) => self.take_cutting(id, cutting),
            (Report::Answered(outcome), Some(id)) => {
                if let TaskKind::Inquiry(inquiry) = &task.kind {
                    self.take_answer(id, inquiry, task.cancel.is_cancelled(), outcome);
                }
            }
            (Report::Scanned(scanned), Some(id)) => match &task.kind {
                TaskKind::Scan(path, way) => self.take_scan(id, (path, *way), scanned),
                TaskKind::Presence(path, from, way) => {
                    return self.take_presence(id, (path, *from, *way), scanned).into_iter().collect();
                }
                _ => {}
            },
            (Report::Text(text), _) => {
                if let TaskKind::Text(what_for) = &task.kind {
                    return self.take_text(text, what_for).into_iter().collect();
                }
            }
            (Report::Files(names), _) => {
                if let TaskKind::Files(directory) = &task.kind {
                    self.take_files(directory.clone(), names);
                }
            }
            (Report::Tracked(files), _) => self.take_tracked(files),
            (Report::InGit(path, versions), _) => self.take_in_git(path, versions),
            (Report::Written(Ok(written)), Some(id)) => {
                let took = self.now.saturating_duration_since(task.since);
                return self.written(id, &written, took).into_iter().collect();
            }
            (Report::Written(Err(error)), Some(id)) => {
                self.fail_for(id, joined!["Nothing was written: ", error.to_string()]);
            }
            (Report::NotKept(not_kept), Some(id)) => self.keep_elsewhere(id, *not_kept, leave),
            (Report::Overtaken(records), Some(id)) => self.overtaken(id, records),
            (Report::Exported(Ok(done)), _) => self.messages.note(done),
            (Report::Exported(Err(why)), _) => self.messages.failure(joined!["Not written: ", why]),
            (Report::Script(text), _) => self.begin_script(text),
            (Report::Panicked(text), _) => self.panicked(task, &text),
            _ => {}
        }
        Vec::new()
    }

    fn add_tenants(&mut self, tenants: Vec<Tenant>) {
        for tenant in tenants {
            if self.workspace.sessions.iter().all(|session| session.tenant.id() != tenant.id()) {
                let (marks, folds) = (self.kept_marks(&tenant), self.kept_folds(&tenant));
                let followed = self.kept_followed(&tenant);
                let id = self.workspace.id.session(self.workspace.sessions.len());
                let mut session = Session { marks, ..Session::new(id, tenant) };
                session.recall(&folds);
                session.asked.expressions.recall(&followed);
                session.array_keys = Arc::new(self.setup.spot.array_keys.clone());
                self.workspace.sessions.push(session);
            }
        }
        let asked = self.setup.options.tenant.as_deref().map(TenantId::from);
        let index =
            asked.and_then(|asked| self.workspace.sessions.iter().position(|session| *session.tenant.id() == asked));
        // Who answers a question, or has gone somewhere, is not led away.
        let untouched = self.dialog.is_none() && self.workspace.sessions.iter().all(|session| session.follows);
        if self.workspace.load.is_running() && untouched {
            self.workspace.current = index.unwrap_or(0);
        }
    }

    fn progress(&mut self, progress: Progress) {
        self.workspace.load.progress = progress;
        self.go_with_heads();
    }

    /// The end of reading; answers that the source is to be remembered, and asked about.
    fn finish_reading(&mut self, outcome: Result<()>, task: &RunningTask) -> Vec<Effect> {
        let stopped = task.cancel.is_cancelled();
        let end = match &outcome {
            _ if stopped => LoadEnd::Stopped,
            Ok(()) => LoadEnd::Complete,
            Err(_) => LoadEnd::Failed,
        };
        let loaded = self.workspace.is_loading();
        self.workspace.load.finish(end, self.now);
        self.go_with_heads();
        // What has been loaded was there before, wherever the cursor has gone meanwhile.
        self.workspace.sessions.iter_mut().filter(|_| loaded).for_each(Session::knows_newest);
        let empty = self.workspace.versions() == 0;
        let outcome = match outcome {
            Err(error) if empty && !stopped => {
                return self.could_not_open(error).into_iter().collect();
            }
            outcome => outcome,
        };
        let damage: Vec<_> = self.workspace.sessions.iter().flat_map(|session| session.tenant.damage()).collect();
        damage.iter().for_each(|damage| self.workspace.load.odd.problem(problem_of(damage)));
        let axis = self.session().map(|session| self.axis_of(session));
        self.workspace.sessions.iter_mut().filter(|_| loaded).for_each(Session::suit_axis);
        let other = self.session().map(|session| self.axis_of(session)).filter(|now| Some(*now) != axis);
        self.report_end(end, other);
        self.report_unread_array_keys();
        self.leave_refused_axis();
        self.go_to_spot();
        if self.workspace.tour.is_some() {
            self.messages.settle();
        }
        self.begin_opened();
        match &outcome {
            Err(error) if !stopped => self.queue_notice(task.owner, Dialog::unreadable(error, &self.open_source())),
            _ if !damage.is_empty() => self.queue_notice(task.owner, Dialog::damaged(&damage, &self.open_source())),
            _ => {}
        }
        if empty { Vec::new() } else { self.remember().into_iter().chain(self.ask_in_git()).collect() }
    }

    /// Goes where the screen was told to begin. The path is looked for once the state there has come.
    fn go_to_spot(&mut self) {
        if let Some(at) = self.workspace.spot.at.take() {
            self.go_as_asked(Action::Goto, &at);
        }
        if self.session().is_some_and(Session::is_current) {
            self.go_to_spot_path();
        }
    }

    /// Goes there: behind the steps that run already, and once more behind those that are run on every source later.
    fn go_as_asked(&mut self, action: Action, to: &str) {
        let step = command(action, to);
        if self.script.is_some() {
            return self.begin_steps([step].into());
        }
        self.workspace.spot.way.push(step);
        drop(self.take_argument(action, to));
    }

    fn go_to_spot_path(&mut self) {
        if !self.workspace.load.is_running()
            && let Some(path) = self.workspace.spot.path.take()
        {
            self.go_as_asked(Action::GotoPath, &path);
        }
    }

    /// Runs what the person has set to run on every source, then what this one was opened with.
    fn begin_opened(&mut self) {
        if !self.session().is_some_and(Session::is_current) {
            return;
        }
        let begun = std::mem::replace(&mut self.workspace.begun, true);
        let startup = if begun { "" } else { self.setup.config.settings.get(OptionName::Startup) };
        match script::parse(startup) {
            Ok(steps) if steps.is_empty() => {}
            Ok(steps) => {
                let way = std::mem::take(&mut self.workspace.spot.way);
                self.begin_steps(steps.into_iter().chain(way).collect());
            }
            Err(why) => self.messages.failure(joined!["The option startup cannot be run: ", why]),
        }
        if !self.workspace.load.is_running() {
            let steps = std::mem::take(&mut self.workspace.spot.steps);
            self.begin_steps(steps.into());
        }
    }

    /// Keeps what was odd. What became of a file that is followed is said at once: what was read of it before is only here now.
    fn take_odd(&mut self, odd: Odd) {
        let of_file = |note: &&(Note, Version)| note.0.place.is_whole();
        if self.workspace.load.end.is_some()
            && let Some((note, _)) = odd.notes.iter().rev().find(of_file)
        {
            let why = SafeText::data(&note.why);
            self.workspace.gone = Some(why.clone());
            self.messages.failure(why);
        }
        self.workspace.load.odd.add(odd);
    }

    /// Says how much was read, and that the timeline is on another axis now, where somebody has seen it before.
    fn report_end(&mut self, end: LoadEnd, axis: Option<Axis>) {
        let versions = counted(self.workspace.versions(), "version");
        let axis = axis.filter(|_| self.workspace.load.was_seen());
        let back = self.keymap.key_of(Action::Axis);
        let axis = axis.map(|axis| joined!["; the timeline is by ", axis.word(), " now (", back, " changes it back)"]);
        let read = match end {
            LoadEnd::Complete if self.workspace.goes_on => joined!["The stream has ended: ", versions, " received"],
            LoadEnd::Complete => joined![versions, " read"],
            LoadEnd::Stopped | LoadEnd::Failed => joined!["Stopped after ", versions],
        };
        let odd = &self.workspace.load.odd;
        let notes = match odd.notes.len() {
            0 => SafeText::default(),
            many => joined![" · ", counted(many, "note"), ": see :messages"],
        };
        let read = joined![read, axis.unwrap_or_default()];
        match odd.problems.first() {
            // Somebody stopped it.
            None if end == LoadEnd::Stopped => self.messages.note(joined![read, notes]),
            None => self.messages.news(joined![read, notes]),
            Some(first) => {
                let problems = counted(odd.problem_count, "problem");
                let first = joined![in_short(&first.place), ": ", first.why.clone()];
                self.messages.failure(joined![read, "; ", problems, ": see :messages · ", first]);
            }
        }
    }

    /// Shows what has come; what was shown before is given back elsewhere. What was stopped because something else is
    /// wanted by now is not shown: its values are known, but not what differs.
    fn take_shown(&mut self, id: SessionId, asked: Wanted, shown: Result<Shown>) -> Vec<Effect> {
        let Some(session) = self.workspace.of_mut(id) else { return Vec::new() };
        match shown {
            Ok(shown) if !shown.is_whole() && shown.versions != session.wanted() => Vec::new(),
            Ok(shown) => {
                if !shown.is_whole() {
                    let again = self.keymap.key_of(Action::Redraw);
                    let words = joined!["Comparison stopped: changes are not shown (", again, " compares again)"];
                    self.note_for(id, words);
                }
                let Some(session) = self.workspace.of_mut(id) else { return Vec::new() };
                let before = session.show(shown);
                session.failed = None;
                if self.workspace.is_shown(id) && self.session().is_some_and(Session::is_current) {
                    self.go_to_spot_path();
                    self.begin_opened();
                }
                let forget = self.begin(Owner::Program, Job::Forget(before));
                [forget].into_iter().chain(self.ask_absent(id)).collect()
            }
            Err(error) => {
                session.failed = Some(asked);
                self.fail_for(id, error.to_string());
                Vec::new()
            }
        }
    }

    /// Stops the reading; whether there was one to stop.
    pub(super) fn stop_reading(&mut self) -> bool {
        let reading = self.tasks.find(self.workspace.id, |kind| matches!(kind, TaskKind::Read));
        reading.inspect(|task| task.cancel.cancel()).is_some()
    }

    /// Tells what was written; answers that what it was saved in is to be remembered.
    fn written(&mut self, id: SessionId, written: &Written, took: Duration) -> Option<Effect> {
        self.go_after(id, &written.after);
        let is_saved = self.workspace.id == id.workspace() && written.kept_at.is_some();
        if is_saved {
            self.workspace.directory.clone_from(&written.kept_at);
            self.workspace.saved = written.kept_at.clone().map(crate::source::Address::Recording);
        }
        if self.workspace.id == id.workspace() && self.workspace.is_in_memory() {
            let writes = &mut self.workspace.unsaved_writes;
            *writes = if written.action == UNDO { writes.saturating_sub(1) } else { *writes + 1 };
        }
        let again =
            |action| joined!["; ", self.keymap.key_of(action), " ", self.keymap.key_of(action), " ", turns(action)];
        let back = written.back.map(again).unwrap_or_default();
        let place = match &written.kept_at {
            Some(directory) => joined![" · now saved in ", escape::file(directory)],
            None => SafeText::default(),
        };
        let took = if written.action == ROLLBACK { joined![" · ", pace(took)] } else { SafeText::default() };
        self.note_for(id, joined![written.what.clone(), took, back, place]);
        if self.workspace.of(id).is_some() {
            self.tour_did(written.action);
        }
        if is_saved { self.remember() } else { None }
    }

    /// Goes where a write leads, in the tenant that it wrote to.
    fn go_after(&mut self, id: SessionId, after: &AfterWrite) {
        let Some(session) = self.workspace.of_mut(id) else { return };
        match after {
            AfterWrite::Stay => {}
            AfterWrite::Version(version) => session.put_cursor(*version, true),
            AfterWrite::Snapshot(id) => session.select_snapshot(*id),
            AfterWrite::Branch(name) => {
                let head = session.history().branch(name).map(|branch| branch.head);
                head.into_iter().for_each(|head| session.put_cursor(head, true));
                session.lists.walked = Some(name.clone());
            }
        }
    }

    fn overtaken(&mut self, id: SessionId, records: u64) {
        let records = counted(records, "new record");
        let words =
            joined!["Another writer was first: ", records, " loaded, your change was not written. Check and retry"];
        self.fail_for(id, words);
    }

    /// A task met a bug: it alone is over, and what waits for its answer goes on without.
    fn panicked(&mut self, task: &RunningTask, text: &str) {
        let is_open = task.owner == self.workspace.id.into();
        let session = task.owner.session().and_then(|id| self.workspace.of_mut(id));
        match (&task.kind, session) {
            (TaskKind::Show(versions), Some(session)) => session.failed = Some(*versions),
            (TaskKind::Detail(ask), Some(session)) => session.lists.asides.take(*ask, Err(bug())),
            (TaskKind::Inquiry(inquiry), Some(session)) => {
                let id = session.id;
                self.take_answer(id, inquiry, false, Err(bug()));
            }
            (TaskKind::Plan, Some(session)) => {
                let id = session.id;
                self.take_plan(id, Err(bug()));
                self.take_cutting(id, Err(bug()));
            }
            (TaskKind::Follow, _) if is_open => self.workspace.unfollowed = true,
            (TaskKind::Read, _) if is_open => {
                self.workspace.load.finish(LoadEnd::Failed, self.now);
                self.go_with_heads();
            }
            _ => {}
        }
        self.queue_notice(Owner::Program, Dialog::bug(text));
    }

    /// Goes on in the walkthrough when the step's place has been reached. The next step then takes the message line.
    pub(super) fn tour_stands(&mut self) {
        let at = self.session().map(|session| (session.tenant.id().clone(), session.cursor));
        let Some((tenant, cursor)) = at else { return };
        if let Some(tour) = &mut self.workspace.tour {
            tour.note_position(&tenant, cursor);
        }
    }

    /// Goes on in the walkthrough when its action has been done.
    pub(super) fn tour_did(&mut self, action: &str) {
        if let Some(tour) = &mut self.workspace.tour {
            tour.has_done(action);
        }
    }
}

/// `rolled back in 12 ms`.
fn pace(took: Duration) -> SafeText {
    match took.as_millis() {
        0 => "rolled back in less than 1 ms".into(),
        millis => joined!["rolled back in ", thousands(u64::try_from(millis).unwrap_or(u64::MAX)), " ms"],
    }
}

fn bug() -> Error {
    Error::Usage("it could not be computed".into())
}

impl Report {
    /// Whether it says that something did not come about.
    fn is_failure(&self) -> bool {
        matches!(
            self,
            Self::Written(Err(_)) | Self::NotKept(_) | Self::Overtaken(_) | Self::Exported(Err(_)) | Self::Panicked(_)
        )
    }

    /// Whether its task is over with it.
    fn is_last(&self) -> bool {
        use Report::{Failed, Followed, Footprint, Grows, Odd, Opened, Part, Progress, Refused, Share, Size, Tenants};
        !matches!(
            self,
            Opened(..)
                | Tenants(_)
                | Size(_)
                | Progress(_)
                | Footprint(_)
                | Odd(_)
                | Part(_)
                | Share(_)
                | Followed(_)
                | Grows(_)
                | Failed(_)
                | Refused(..)
        )
    }
}

/// What asking for an undo or redo twice does.
fn turns(action: Action) -> &'static str {
    if action == Action::Redo { "redoes it" } else { "undoes it" }
}

/// Damage in the words of problems, so that `:messages` lists both.
fn problem_of(damage: &Damage) -> ImportProblem {
    let place = InputPlace { file: damage.file.display().to_string(), line: 0, byte: damage.offset };
    ImportProblem { place, why: format!("{}: {}", counted(damage.length, "byte"), damage.why) }
}

/// A place, with the name of its file for the path.
fn in_short(place: &InputPlace) -> String {
    let name = Path::new(&place.file).file_name().map(|name| name.to_string_lossy().into_owned());
    InputPlace { file: name.unwrap_or_else(|| place.file.clone()), ..place.clone() }.to_string()
}
