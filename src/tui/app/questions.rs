//! Boxes: whose they are, which of them is on top, and how their facts are kept true while others write.
//!
//! Must not name: `draw`, `pane`.

use super::boxed::{About, Boxed, Parked};
use super::tasks::TaskKind;
use super::{App, Effect, View};
use crate::Result;
use crate::history::Revision;
use crate::record::{Position, Version};
use crate::tui::dialog::compact::Compaction;
use crate::tui::dialog::rollback::RollbackQuestion;
use crate::tui::dialog::{Around, BoxFacts, Dialog};
use crate::tui::job::{Cutting, Preview};
use crate::tui::owner::{Owner, SessionId, WorkspaceId};
use crate::view::text::{SafeText, joined};

/// More boxes than these do not wait behind one another.
const MOST_BEHIND: usize = 20;

impl App {
    /// Opens a box that the person asked for, in the name of what is shown.
    pub(super) fn show_box(&mut self, dialog: Dialog) {
        let boxed = self.boxed(dialog);
        self.dialog = Some(boxed);
    }

    fn boxed(&self, dialog: Dialog) -> Boxed {
        match self.session().filter(|_| dialog.is_about_a_tenant()) {
            Some(session) => Boxed::new(dialog, session.id, session.history().revision()),
            None => Boxed::new(dialog, Owner::Program, self.newest_records()),
        }
    }

    /// Changes whenever something is written to any tenant, or another source is opened. O(tenants).
    fn newest_records(&self) -> Revision {
        let mut all = Revision { position: Position(self.workspace.id.number() << 32), cut: Position(0) };
        for revision in self.workspace.sessions.iter().map(|session| session.history().revision()) {
            all.position.0 += revision.position.0 + 1;
            all.cut.0 += revision.cut.0;
        }
        all
    }

    /// Opens a box that nobody asked for: at once where none is open, else when that one closes.
    pub(super) fn queue_notice(&mut self, owner: impl Into<Owner>, dialog: Dialog) {
        if self.behind.len() < MOST_BEHIND {
            self.behind.push_back(Boxed::new(dialog, owner, Revision::default()));
        }
        self.open_next_box();
    }

    /// Opens a box on top of the one that is open, which comes back when it closes.
    pub(super) fn show_box_on_top(&mut self, dialog: Dialog) {
        let boxed = Boxed::new(dialog, Owner::Program, Revision::default());
        if let Some(below) = self.dialog.replace(boxed) {
            self.behind.push_front(below);
        }
    }

    pub(super) fn open_next_box(&mut self) {
        if self.dialog.is_none() {
            self.dialog = self.behind.pop_front();
        }
    }

    /// Closes the boxes of a source that is not open any more.
    pub(super) fn close_boxes_of(&mut self, closed: WorkspaceId) {
        let stays = |boxed: &Boxed| boxed.owner.workspace() != Some(closed);
        self.behind.retain(stays);
        if self.dialog.as_ref().is_some_and(|boxed| !stays(boxed)) {
            self.dialog = None;
            self.messages.note("Question closed: its recording is no longer open");
        }
        self.open_next_box();
    }

    /// Opens the question whether a version should become the head, in place of one that was put aside.
    pub(super) fn open_question(&mut self, question: RollbackQuestion) -> Vec<Effect> {
        self.session_mut().into_iter().for_each(|session| session.parked = None);
        self.ask(Dialog::Rollback(Box::new(question)))
    }

    /// Opens the question whether old history should be cut off.
    pub(super) fn open_compaction(&mut self, before: Version) -> Vec<Effect> {
        let question = self.session().map(|session| Compaction::new(&session.tenant, before));
        question.map(|question| self.ask(Dialog::Compact(Box::new(question)))).unwrap_or_default()
    }

    /// What it would do is worked out from here on.
    fn ask(&mut self, dialog: Dialog) -> Vec<Effect> {
        if let Some(id) = self.workspace.current_id() {
            self.stop_planning(id);
        }
        self.show_box(dialog);
        Vec::new()
    }

    /// What a box needs to know of the screen around it.
    pub fn around_box(&self) -> Around<'_> {
        Around {
            keymap: &self.keymap,
            look: &self.setup.look,
            unfinished: self.unfinished(),
            found: self.found_words(),
            asks_for_place: self.asks_for_place(),
        }
    }

    /// What an open question of a tenant needs is not wanted any more.
    pub(super) fn stop_planning(&mut self, owner: impl Into<Owner>) {
        self.tasks.drop_kind(owner, |kind| matches!(kind, TaskKind::Plan));
    }

    /// Brings the open box up to date with what has been written since it was opened, whoever wrote it; one that makes no
    /// sense any more is closed, with a message.
    pub(super) fn renew_questions(&mut self) -> Vec<Effect> {
        self.open_next_box();
        self.renew_list();
        let Some(mut boxed) = self.dialog.take() else { return Vec::new() };
        let (mut job, id) = (None, boxed.owner.session());
        if let Some(session) = id.and_then(|id| self.workspace.of(id)) {
            let now = session.history().revision();
            let in_memory = self.workspace.is_in_memory();
            let about = About { tenant: &session.tenant, rules: &session.array_keys, in_memory };
            match boxed.renew(&about, boxed.at != now) {
                BoxFacts::Hold => boxed.at = now,
                BoxFacts::WorkedOutBy(needed) => job = Some(needed),
                BoxFacts::Gone(why) => {
                    self.messages.note(why);
                    self.open_next_box();
                    return Vec::new();
                }
            }
        }
        self.dialog = Some(boxed);
        let Some((id, job)) = id.zip(job) else { return Vec::new() };
        let planned = self.tasks.find(id, |kind| matches!(kind, TaskKind::Plan)).is_some();
        if planned { Vec::new() } else { vec![self.begin(id, job)] }
    }

    /// Brings an open list of commands or tenants up to date with what has been written.
    fn renew_list(&mut self) {
        let is_list = |boxed: &&mut Boxed| boxed.owner == Owner::Program && matches!(boxed.dialog, Dialog::Chooser(_));
        if self.dialog.as_ref().is_none_or(|boxed| !matches!(boxed.dialog, Dialog::Chooser(_))) {
            return;
        }
        let now = self.newest_records();
        let stale = self.dialog.as_mut().filter(is_list).filter(|boxed| boxed.at != now);
        if let Some(boxed) = stale {
            boxed.at = now;
            self.refresh_chooser();
        }
    }

    /// The question of a tenant that is open, or put aside.
    fn question_of(&mut self, id: SessionId) -> Option<&mut Boxed> {
        let is_open =
            self.dialog.as_ref().is_some_and(|boxed| boxed.owner == id.into() && boxed.dialog.is_worked_out());
        if is_open {
            return self.dialog.as_mut();
        }
        self.workspace.of_mut(id)?.parked.as_mut().map(|parked| &mut parked.boxed)
    }

    pub(super) fn take_plan(&mut self, id: SessionId, preview: Result<Preview>) {
        let Some(session) = self.workspace.of(id) else { return };
        let (tenant, now) = (session.tenant.clone(), session.history().revision());
        let Some(boxed) = self.question_of(id) else { return };
        if let Dialog::Rollback(question) = &mut boxed.dialog {
            boxed.at = preview.as_ref().map_or(now, |preview| preview.at);
            question.take(preview.map_err(|error| error.to_string()), &tenant.history());
        }
    }

    pub(super) fn take_cutting(&mut self, id: SessionId, cutting: Result<Cutting>) {
        let Some(now) = self.workspace.of(id).map(|session| session.history().revision()) else { return };
        let Some(boxed) = self.question_of(id) else { return };
        if let Dialog::Compact(question) = &mut boxed.dialog {
            boxed.at = cutting.as_ref().map_or(now, |cutting| cutting.at);
            question.preview = Some(cutting.map_err(|error| error.to_string()));
        }
    }

    /// Puts the question aside and shows what it would change: from the head to the target.
    pub(super) fn look_at_diff(&mut self, boxed: Boxed) {
        let Dialog::Rollback(question) = &boxed.dialog else { return };
        let (to, before) = (question.to, self.workspace.view);
        let Some(session) = boxed.owner.session().and_then(|id| self.workspace.of_mut(id)) else { return };
        let pins = [session.pin_a.replace(session.tenant.head()), session.pin_b.replace(to)];
        session.parked = Some(Parked { boxed, before, pins });
        self.workspace.before = before;
        self.workspace.view = View::DIFF;
        self.messages.note("Changes from the head to the target. Esc or q returns to the question");
    }

    /// Whether the tenant shown has a question that was put aside.
    pub(super) fn is_question_parked(&self) -> bool {
        self.session().is_some_and(|session| session.parked.is_some())
    }

    /// Opens the tenant's question again, with the facts of now.
    pub(super) fn resume_question(&mut self) {
        let Some(session) = self.session_mut() else { return };
        let Some(Parked { mut boxed, before, pins }) = session.parked.take() else { return };
        [session.pin_a, session.pin_b] = pins;
        if boxed.at != session.history().revision() {
            boxed.start_over(&session.tenant);
        }
        self.workspace.view = before;
        self.dialog = Some(boxed);
    }

    /// Says something about a tenant, by its name where another one is shown.
    pub(super) fn note_for(&mut self, id: SessionId, text: impl Into<SafeText>) {
        let text = self.named(id, text.into());
        self.messages.note(text);
    }

    /// The same, of what failed.
    pub(super) fn fail_for(&mut self, id: SessionId, text: impl Into<SafeText>) {
        let text = self.named(id, text.into());
        self.messages.failure(text);
    }

    pub(super) fn named(&self, id: SessionId, text: SafeText) -> SafeText {
        match self.workspace.of(id) {
            Some(_) if self.workspace.is_shown(id) => text,
            Some(session) => joined![&session.tenant.id().0, ": ", text],
            None => joined!["In the recording that was open before: ", text],
        }
    }
}

#[cfg(test)]
impl App {
    /// The open question asked anew and worked out at once; `None` where none is open.
    pub fn fresh_box(&self) -> Option<Dialog> {
        use crate::tui::job::Report;
        let boxed = self.dialog.as_ref()?;
        let session = self.workspace.of(boxed.owner.session()?)?;
        let dialog = match &boxed.dialog {
            Dialog::Rollback(question) => Dialog::Rollback(Box::new(question.asked_anew(&session.tenant)?)),
            Dialog::Compact(question) => Dialog::Compact(Box::new(question.asked_anew(&session.tenant))),
            Dialog::Confirm(confirm) => Dialog::Confirm(Box::new(confirm.asked_anew(&session.tenant).ok()?)),
            _ => return None,
        };
        let mut fresh = Boxed::new(dialog, boxed.owner, session.history().revision());
        let in_memory = self.workspace.is_in_memory();
        let about = About { tenant: &session.tenant, rules: &session.array_keys, in_memory };
        if let BoxFacts::WorkedOutBy(job) = fresh.renew(&about, false) {
            let words = |error: crate::Error| error.to_string();
            job.run(&crate::tui::task::Cancel::default(), &mut |report| match (&mut fresh.dialog, report) {
                (Dialog::Rollback(question), Report::Planned(plan)) => {
                    question.take(plan.map_err(words), &session.history());
                }
                (Dialog::Compact(question), Report::PlannedCut(cut)) => question.preview = Some(cut.map_err(words)),
                _ => {}
            });
        }
        Some(fresh.dialog)
    }
}
