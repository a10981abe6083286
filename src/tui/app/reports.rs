//! Taking up what jobs have done.

use super::load::End;
use super::{App, Effect, Session};
use crate::Result;
use crate::error::Place;
use crate::import::Problem;
use crate::log::Damage;
use crate::record::TenantId;
use crate::recording::{Progress, Tenant};
use crate::tui::action::Action;
use crate::tui::dialog::Dialog;
use crate::tui::job::{After, Cutting, Generation, Job, Preview, Report, Shown, Written};
use crate::view::text::{counted, thousands};
use std::time::Instant;

impl App {
    /// Takes one report, and says what should happen next.
    pub fn report(&mut self, report: Report, now: Instant) -> Vec<Effect> {
        self.now = now;
        let mut effects = Vec::new();
        match report {
            Report::Opened(recording) => self.recording = Some(recording),
            Report::Tenants(tenants) => self.meet(tenants),
            Report::Progress(progress) => self.progress(progress),
            Report::Problem(problem) => self.load.meet(problem),
            Report::Note(note, version) => self.load.note(note, version),
            Report::Size(bytes) => self.load.bytes = Some(bytes),
            Report::Footprint(footprint) => self.load.footprint = Some(footprint),
            Report::Read(outcome) => {
                effects.extend(self.finish_reading(outcome));
                effects.extend(self.start_following());
            }
            Report::Followed(life) => {
                self.followed(life);
                effects.extend(self.plan_again());
            }
            Report::Failed(text) => self.messages.failure(text),
            Report::Shown(session, shown) => effects.extend(self.take_shown(session, shown)),
            Report::Aside(session, ask, found) => {
                if let Some(session) = self.sessions.get_mut(session) {
                    session.lists.asides.take(ask, found);
                }
            }
            Report::Planned(generation, preview) => self.take_plan(generation, preview),
            Report::PlannedCut(generation, cutting) => self.take_cutting(generation, cutting),
            Report::Compacting(share) => self.compacting = Some(share),
            Report::Watched(session, samples) => self.take_samples(session, samples),
            Report::Scanned(generation, path, scanned) => self.take_scan(generation, &path, scanned),
            Report::Written(outcome) => {
                self.finish_write(outcome);
                effects.extend(self.start_following());
            }
            Report::Overtaken(records) => self.overtaken(records),
            Report::Exported(Ok(done)) => self.messages.note(done),
            Report::Exported(Err(why)) => self.messages.failure(format!("Not written: {why}")),
            Report::Script(text) => self.begin_script(text),
            Report::Panicked(text) => self.panicked(&text),
        }
        self.fit_panes();
        self.tour_stands();
        effects.extend(self.fetch());
        effects.extend(self.fetch_aside());
        effects
    }

    fn meet(&mut self, tenants: Vec<Tenant>) {
        for tenant in tenants {
            if self.sessions.iter().all(|session| session.tenant.id() != tenant.id()) {
                let (marks, folds) = (self.kept_marks(&tenant), self.kept_folds(&tenant));
                let mut session = Session { marks, ..Session::new(tenant) };
                session.recall(&folds);
                self.sessions.push(session);
            }
        }
        let asked = self.setup.options.tenant.as_deref().map(TenantId::from);
        let index = asked.and_then(|asked| self.sessions.iter().position(|session| *session.tenant.id() == asked));
        if self.load.is_running() && self.sessions.iter().all(|session| session.follows) {
            self.current = index.unwrap_or(0);
        }
    }

    fn progress(&mut self, progress: Progress) {
        self.load.progress = progress;
        self.go_with_heads();
    }

    /// The end of reading; answers that the source is to be remembered.
    fn finish_reading(&mut self, outcome: Result<()>) -> Option<Effect> {
        let stopped = self.load.cancel.is_cancelled();
        let end = match &outcome {
            _ if stopped => End::Stopped,
            Ok(()) => End::Complete,
            Err(_) => End::Failed,
        };
        self.load.progress.versions = self.sessions.iter().map(|session| session.history().newest().0).sum();
        self.load.finish(end, self.now);
        self.go_with_heads();
        let empty = self.load.progress.versions == 0;
        let outcome = match outcome {
            Err(error) if empty && !stopped => {
                self.could_not_open(error);
                return None;
            }
            outcome => outcome,
        };
        let damage: Vec<_> = self.sessions.iter().flat_map(|session| session.tenant.damage()).collect();
        damage.iter().for_each(|damage| self.load.meet(problem_of(damage)));
        self.say_end(end);
        self.go_to_spot();
        if self.tour.is_some() {
            self.messages.settle();
        }
        match &outcome {
            Err(error) if !stopped => self.dialog = Some(Dialog::unreadable(error, self)),
            _ if !damage.is_empty() => self.dialog = Some(Dialog::damaged(&damage, self)),
            _ => {}
        }
        if empty { None } else { self.remember() }
    }

    /// Goes where the screen was told to begin. The path is looked for once the state there has come.
    fn go_to_spot(&mut self) {
        if let Some(at) = self.setup.spot.at.take() {
            self.goto(&at);
        }
        if self.session().is_some_and(Session::is_current) {
            self.go_to_spot_path();
        }
    }

    fn go_to_spot_path(&mut self) {
        if !self.load.is_running()
            && let Some(path) = self.setup.spot.path.take()
        {
            self.goto_path(&path);
        }
    }

    fn say_end(&mut self, end: End) {
        let pace = self.load.pace(self.now);
        let verb = if end == End::Complete { "Read" } else { "Stopped after" };
        match self.load.problem_count {
            0 if self.load.notes.is_empty() => self.messages.note(format!("{verb} {pace}")),
            0 => {
                let notes = counted(self.load.notes.len(), "note");
                self.messages.note(format!("{verb} {pace} · {notes}: :messages lists what is odd"));
            }
            1 => self.messages.failure(format!("{verb} {pace} · 1 problem: :messages says which")),
            many => {
                let many = thousands(many as u64);
                self.messages.failure(format!("{verb} {pace} · {many} problems: :messages lists them"));
            }
        }
    }

    /// Shows what has come; what was shown before is given back elsewhere. What was stopped because something else is
    /// wanted by now is not shown: its values are known, but not what differs.
    fn take_shown(&mut self, index: usize, shown: Result<Shown>) -> Option<Effect> {
        let session = self.sessions.get_mut(index)?;
        let asked = session.fetching.take();
        match shown {
            Ok(shown) if !shown.is_whole() && shown.versions != session.wanted() => None,
            Ok(shown) => {
                if !shown.is_whole() {
                    let again = self.keymap.key_of(Action::Redraw);
                    self.messages.note(format!("Comparing was stopped: changes are not shown; {again} compares again"));
                }
                let before = session.show(shown);
                session.failed = None;
                if self.session().is_some_and(Session::is_current) {
                    self.go_to_spot_path();
                }
                Some(Effect::Start(Job::Forget(before)))
            }
            Err(error) => {
                session.failed = asked.map(|fetch| fetch.versions);
                self.messages.failure(error.to_string());
                None
            }
        }
    }

    fn take_plan(&mut self, generation: Generation, preview: Result<Preview>) {
        if generation != self.plans {
            return;
        }
        let Some(session) = self.sessions.get(self.current) else { return };
        if let Some(Dialog::Rollback(question)) = self.dialog.as_mut().or(self.parked.as_mut()) {
            question.take(preview.map_err(|error| error.to_string()), &session.history());
        }
    }

    fn take_cutting(&mut self, generation: Generation, cutting: Result<Cutting>) {
        if let Some(Dialog::Compact(question)) = self.dialog.as_mut().filter(|_| generation == self.plans) {
            question.preview = Some(cutting.map_err(|error| error.to_string()));
        }
    }

    fn finish_write(&mut self, outcome: Result<Written>) {
        self.end_write();
        match outcome {
            Ok(written) => self.written(&written),
            Err(error) => self.messages.failure(format!("Nothing was written: {error}")),
        }
    }

    fn written(&mut self, written: &Written) {
        self.go_after(&written.after);
        let again = |action| format!("; {0} {0} {1}", self.keymap.key_of(action), turns(action));
        let back = written.back.map(again).unwrap_or_default();
        let place = match &written.kept_at {
            Some(directory) => format!(" · kept in {} from now on", directory.display()),
            None if self.is_demo() => " · in memory only: a demo is not kept".to_owned(),
            None => String::new(),
        };
        self.messages.note(format!("{}{back}{place}", written.what));
        self.tour_did(written.action);
    }

    fn end_write(&mut self) {
        self.writing = false;
        self.compacting = None;
    }

    fn go_after(&mut self, after: &After) {
        let Some(session) = self.session_mut() else { return };
        match after {
            After::Stay => {}
            After::Version(version) => session.put_cursor(*version, true),
            After::Snapshot(id) => session.select_snapshot(*id),
            After::Branch(name) => {
                let head = session.history().branch(name).map(|branch| branch.head);
                head.into_iter().for_each(|head| session.put_cursor(head, true));
                session.lists.walked = Some(name.clone());
            }
        }
    }

    fn overtaken(&mut self, records: u64) {
        self.end_write();
        let records = counted(records, "new record");
        self.messages.failure(format!(
            "Someone else wrote first: {records} taken up, nothing of yours written. Look, then decide again"
        ));
    }

    fn panicked(&mut self, text: &str) {
        self.end_write();
        for session in &mut self.sessions {
            session.failed = session.fetching.take().map(|fetch| fetch.versions);
            session.lists.asides.give_up();
        }
        self.dialog = Some(Dialog::bug(text));
    }

    /// Goes on in the walkthrough when the step's place has been reached. The next step then takes the message line.
    pub(super) fn tour_stands(&mut self) {
        let Some(cursor) = self.session().map(|session| session.cursor) else { return };
        let reached = self.tour.as_mut().is_some_and(|tour| tour.stands_at(cursor));
        if reached {
            self.messages.settle();
        }
    }

    /// Goes on in the walkthrough when its action has been done.
    pub(super) fn tour_did(&mut self, action: &str) {
        if self.tour.as_mut().is_some_and(|tour| tour.has_done(action)) {
            self.messages.settle();
        }
    }
}

/// What asking for an undo or redo twice does.
fn turns(action: Action) -> &'static str {
    if action == Action::Redo { "does it again" } else { "takes it back" }
}

/// Damage in the words of problems, so that `:messages` lists both.
fn problem_of(damage: &Damage) -> Problem {
    let place = Place { file: damage.file.display().to_string(), line: 0, byte: damage.offset };
    Problem { place, why: format!("{} bytes: {}", thousands(damage.length), damage.why) }
}
