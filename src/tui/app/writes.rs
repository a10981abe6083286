//! Asking before something is written, and where a recording in memory should be kept.

use super::{Access, App, Effect, View};
use crate::record::{SnapshotNote, Version};
use crate::recording::SnapshotRequest;
use crate::source::Address;
use crate::tui::action::{Action, Request};
use crate::tui::dialog::chooser::Pick;
use crate::tui::dialog::compact::Compaction;
use crate::tui::dialog::confirm::Confirm;
use crate::tui::dialog::form::{Form, Marking, Purpose, expand_home};
use crate::tui::dialog::rollback::Question;
use crate::tui::dialog::{Answer, Dialog};
use crate::tui::job::{Job, Write};
use crate::tui::store::Memory;
use crate::view::text::{number, visible};
use std::path::PathBuf;
use std::sync::Arc;

impl App {
    /// Whether the recording is a walkthrough in memory.
    pub fn is_demo(&self) -> bool {
        matches!(self.setup.address, Some(Address::Demo(_)))
    }

    /// Actions while a dialog is open.
    pub(super) fn update_dialog(&mut self, request: &Request) -> Vec<Effect> {
        if matches!(request.action, Action::Suspend | Action::Redraw) {
            return self.act(request);
        }
        let Some(mut dialog) = self.dialog.take() else { return Vec::new() };
        match dialog.act(request.action) {
            Answer::Stay => self.dialog = Some(dialog),
            Answer::Close => self.say_left(&dialog),
            Answer::Earlier => self.dialog = Some(dialog.with_earlier(self)),
            Answer::Complete => {
                dialog.complete(self);
                self.dialog = Some(dialog);
            }
            Answer::Park => self.look_at_diff(dialog),
            Answer::Write(write) => return self.write(write),
            Answer::Form(purpose, texts) => return self.answer_form(purpose, &texts),
            Answer::Open(address) => return self.open(address),
            Answer::Pick(pick, text) => return self.picked(pick, text),
        }
        Vec::new()
    }

    /// Leaving the question where to keep a recording leaves the write that asked, too.
    fn say_left(&mut self, dialog: &Dialog) {
        if matches!(dialog, Dialog::Form(form) if form.is_about_keeping()) {
            self.messages.note("Nothing was written");
        }
    }

    /// After letters were typed into a dialog.
    pub(super) fn typed(&mut self) -> Vec<Effect> {
        let Some(mut dialog) = self.dialog.take() else { return Vec::new() };
        dialog.typed(self);
        self.dialog = Some(dialog);
        Vec::new()
    }

    fn picked(&mut self, pick: Pick, text: String) -> Vec<Effect> {
        match pick {
            Pick::Run(spec, argument) => {
                let mut effects = self.keep_command(text);
                effects.extend(self.request(spec, &Request { action: spec.action, argument }));
                effects
            }
            Pick::Goto(version) => {
                self.messages.settle();
                self.jump(Some(version), "");
                self.keep_command(text)
            }
            Pick::Tenant(index) => {
                self.current = index;
                Vec::new()
            }
            Pick::Nothing(why) => {
                self.messages.failure(why);
                Vec::new()
            }
        }
    }

    /// Remembers a command for the arrow up, in this run and later ones.
    fn keep_command(&mut self, text: String) -> Vec<Effect> {
        if text.is_empty() {
            return Vec::new();
        }
        self.commands.retain(|earlier| *earlier != text);
        self.commands.push(text.clone());
        vec![Effect::Keep(Memory::Command(text))]
    }

    /// Switches to the tenant of that name, or asks which.
    pub(super) fn choose_tenant(&mut self, name: &str) {
        if name.is_empty() {
            self.dialog = Some(Dialog::tenants(self));
            return;
        }
        match self.sessions.iter().position(|session| session.tenant.id().0 == name) {
            Some(index) => self.current = index,
            None => self.messages.failure(format!("There is no tenant \"{name}\" here; t lists them")),
        }
    }

    pub(super) fn go_or_ask(&mut self, request: &Request) {
        let form = match request.action {
            Action::GotoTime => Form::goto_time(),
            Action::GotoShare => Form::goto_share(),
            _ => Form::goto(),
        };
        if request.argument.is_empty() {
            self.dialog = Some(Dialog::Form(form));
        } else {
            self.goto(&form.target(&request.argument));
        }
    }

    pub(super) fn search_or_ask(&mut self, text: &str) {
        if text.is_empty() {
            self.dialog = Some(Dialog::Form(Form::search()));
        } else {
            self.search(text);
        }
    }

    pub(super) fn ask_snapshot(&mut self, name: &str) -> Vec<Effect> {
        let Some(version) = self.session().map(|session| session.cursor) else { return Vec::new() };
        if name.is_empty() {
            self.dialog = Some(Dialog::Form(Form::snapshot(version)));
            return Vec::new();
        }
        let request = SnapshotRequest { name: Some(name.into()), version: Some(version), ..Default::default() };
        self.write(Write::Snapshot(request))
    }

    /// Opens the selected snapshot's form.
    pub(super) fn ask_edit(&mut self) {
        let form = self.selected_snapshot().and_then(|id| Some(Form::edit(self.session()?.history().snapshot(id)?)));
        self.dialog = form.map(Dialog::Form);
    }

    /// Asks whether the selected snapshot should go.
    pub(super) fn ask_delete(&mut self) {
        let asked = self.selected_snapshot().and_then(|id| {
            let history = self.session()?.history();
            let snapshot = history.snapshot(id)?;
            let name = snapshot.name.as_deref().map_or("auto".into(), visible);
            let undo = self.keymap.key_of(Action::Undo);
            let about = format!(
                "{name} {} leaves the list. The version it marks stays, and so does everything else. {undo} {undo} takes it \
                 back.",
                number(snapshot.version)
            );
            Some(Confirm { title: "Delete snapshot".to_owned(), about, yes: "delete", write: Write::Delete(id) })
        });
        self.dialog = asked.map(|asked| Dialog::Confirm(Box::new(asked)));
    }

    pub(super) fn filter_or_ask(&mut self, words: &str) {
        if words.is_empty() {
            let filter = self.session().map(|session| session.lists.filter.clone()).unwrap_or_default();
            self.dialog = Some(Dialog::Form(Form::filter(&filter)));
        } else {
            self.filter(words);
        }
    }

    /// Opens the question whether a variant should become permanent: the one named, else the selected one.
    pub(super) fn ask_promotion(&mut self, name: &str) -> Vec<Effect> {
        let name = if name.is_empty() { self.selected_variant() } else { Some(name.into()) };
        let Some(name) = name else {
            self.messages.failure("Which variant? 6 shows them; :promote NAME");
            return Vec::new();
        };
        let Some(session) = self.session() else { return Vec::new() };
        let branch = session.history().branch(&name).filter(|branch| branch.kept_by.is_none() && !branch.current);
        let Some(branch) = branch else {
            self.messages.failure(format!("There is no branch \"{}\" to promote; 7 lists all", visible(&name)));
            return Vec::new();
        };
        let question = Question::promotion(session, &branch);
        self.open_question(question)
    }

    /// Starts a branch at the cursor.
    pub(super) fn fork(&mut self, name: &str) -> Vec<Effect> {
        if name.is_empty() {
            self.messages.failure("Which name? :fork NAME starts a branch at the cursor");
            return Vec::new();
        }
        let Some(from) = self.session().map(|session| session.cursor) else { return Vec::new() };
        self.write(Write::Fork { name: name.to_owned(), from })
    }

    /// Opens the rollback question for a target, or for what the focused pane points at.
    pub(super) fn ask_rollback(&mut self, target: &str) -> Vec<Effect> {
        let to = if target.is_empty() { Ok(self.target_of_focus()) } else { self.resolve(target).map(Some) };
        match to {
            Ok(Some(to)) => self.question(to),
            Ok(None) => Vec::new(),
            Err(error) => {
                self.messages.failure(error.to_string());
                Vec::new()
            }
        }
    }

    fn question(&mut self, to: Version) -> Vec<Effect> {
        let Some(session) = self.session() else { return Vec::new() };
        if to == session.tenant.head() {
            self.messages.note(format!("{} is the head already: step back first, then R", number(to)));
            return Vec::new();
        }
        let question = Question::new(session, to);
        self.open_question(question)
    }

    /// Opens the question whether everything before a target, or before the cursor, should be cut off.
    pub(super) fn ask_compaction(&mut self, target: &str) -> Vec<Effect> {
        let Some(session) = self.session() else { return Vec::new() };
        let before = if target.is_empty() { Ok(session.cursor) } else { self.resolve(target) };
        match before {
            Ok(before) => self.open_compaction(before),
            Err(error) => {
                self.messages.failure(error.to_string());
                Vec::new()
            }
        }
    }

    fn open_compaction(&mut self, before: Version) -> Vec<Effect> {
        let Some(session) = self.session() else { return Vec::new() };
        let tenant = session.tenant.clone();
        let question = Compaction::new(session, before);
        self.plans = self.plans.next();
        self.dialog = Some(Dialog::Compact(Box::new(question)));
        vec![Effect::Start(Job::PlanCut { generation: self.plans, tenant, before })]
    }

    fn open_question(&mut self, question: Question) -> Vec<Effect> {
        let Some(tenant) = self.session().map(|session| session.tenant.clone()) else { return Vec::new() };
        let to = question.to;
        self.plans = self.plans.next();
        self.dialog = Some(Dialog::Rollback(Box::new(question)));
        vec![Effect::Start(Job::Plan { generation: self.plans, tenant, to })]
    }

    /// Works out again what the open question's rollback would do, when others have written since. What was worked out
    /// stays until then.
    pub(super) fn plan_again(&mut self) -> Option<Effect> {
        let Some(Dialog::Rollback(question)) = &self.dialog else { return None };
        let Some(Ok(preview)) = &question.preview else { return None };
        let (to, makes) = (question.to, preview.plan.makes);
        let tenant = self.session()?.tenant.clone();
        if makes.0 == tenant.history().newest().0 + 1 {
            return None;
        }
        self.plans = self.plans.next();
        Some(Effect::Start(Job::Plan { generation: self.plans, tenant, to }))
    }

    /// Puts the question aside and shows what it would change: from the head to the target.
    fn look_at_diff(&mut self, dialog: Dialog) {
        if let Dialog::Rollback(question) = &dialog {
            let to = question.to;
            if let Some(session) = self.session_mut() {
                session.pin_a = Some(session.tenant.head());
                session.pin_b = Some(to);
            }
            self.before = self.view;
            self.view = View::Diff;
            self.messages.note("What it would change, from the head to the target. Esc or q goes back to the question");
            self.parked = Some(dialog);
        }
    }

    pub(super) fn resume_question(&mut self) {
        self.dialog = self.parked.take();
        self.view = self.before;
        if let Some(session) = self.session_mut() {
            (session.pin_a, session.pin_b) = (None, None);
        }
    }

    fn answer_form(&mut self, purpose: Purpose, texts: &[String]) -> Vec<Effect> {
        let first = texts.first().map_or("", |text| text.trim());
        match purpose {
            Purpose::Snapshot(version) => return self.write(Write::Snapshot(snapshot_of(version, texts))),
            Purpose::Edit(id) => {
                let SnapshotRequest { name, description, tags, .. } = snapshot_of(Version(0), texts);
                return self.write(Write::Edit { id, note: SnapshotNote { name, description, tags } });
            }
            Purpose::Filter => self.filter(first),
            Purpose::Keep(_) if first.is_empty() => self.messages.note("Nothing was written: no place was given"),
            Purpose::Keep(write) => return self.start_write(*write, Some(expand_home(first))),
            Purpose::Goto(_) | Purpose::Open if first.is_empty() => {}
            Purpose::Goto(kind) => self.goto(&kind.target(first)),
            Purpose::Open => return self.open_text(first),
            Purpose::Search => self.search(first),
            Purpose::Mark(kind) if !first.is_empty() => {
                let action = if kind == Marking::Set { Action::SetMark } else { Action::GoToMark };
                return self.act(&Request { action, argument: first.to_owned() });
            }
            Purpose::Mark(_) => {}
        }
        Vec::new()
    }

    /// Keeps a recording that is in memory, a demo too when told where.
    pub(super) fn save(&mut self, path: &str) -> Vec<Effect> {
        if let Some(directory) = self.recording.as_ref().and_then(|recording| recording.directory()) {
            self.messages.note(format!("Everything is in {} already", directory.display()));
        } else if path.is_empty() {
            let place = self.setup.address.as_ref().and_then(Address::default_recording).unwrap_or_default();
            self.dialog = Some(Dialog::Form(Form::keep(&place, Write::Nothing)));
        } else {
            return self.start_write(Write::Nothing, Some(expand_home(path)));
        }
        Vec::new()
    }

    /// Takes back the last write, or does it again: first says what that would be, and does it when asked once more.
    pub(super) fn turn(&mut self, action: Action) -> Vec<Effect> {
        let Some(session) = self.session() else { return Vec::new() };
        let again = action == Action::Redo;
        let last = if again { session.tenant.redoable() } else { session.tenant.undoable() };
        let Some(last) = last else { return Vec::new() };
        if self.announced.take() == Some((action, last.of)) {
            return self.write(if again { Write::Redo } else { Write::Undo });
        }
        let word = if again { "redo" } else { "undo" };
        let becomes = last.back_to.map(|to| format!(" → the head becomes equal to {}", number(to))).unwrap_or_default();
        let key = self.keymap.key_of(action);
        self.messages.note(format!("{word}: {}{becomes}; {key} again does it", last.what));
        self.announced = Some((action, last.of));
        Vec::new()
    }

    /// Writes; a recording that is in memory only is asked for a place first, unless it is a demo.
    fn write(&mut self, write: Write) -> Vec<Effect> {
        let in_memory = self.recording.as_ref().is_some_and(|recording| recording.directory().is_none());
        if self.writing || self.setup.access == Access::ReadOnly {
            self.messages.note("Not now: the write before is still running");
            return Vec::new();
        }
        if in_memory && !self.is_demo() {
            let place = self.setup.address.as_ref().and_then(Address::default_recording).unwrap_or_default();
            self.dialog = Some(Dialog::Form(Form::keep(&place, write)));
            return Vec::new();
        }
        self.start_write(write, None)
    }

    fn start_write(&mut self, write: Write, keep: Option<PathBuf>) -> Vec<Effect> {
        let (Some(session), Some(recording)) = (self.session(), &self.recording) else { return Vec::new() };
        let tenant = match &self.setup.author {
            Some(author) => session.tenant.by(author),
            None => session.tenant.clone(),
        };
        let keep = keep.map(|directory| (Arc::clone(recording), directory));
        self.writing = true;
        vec![Effect::Start(Job::Write { tenant, write, keep, gate: self.gate.clone() })]
    }
}

fn snapshot_of(version: Version, texts: &[String]) -> SnapshotRequest {
    let text = |at: usize| texts.get(at).map_or("", |text| text.trim());
    let tags = text(2).split([',', ' ']).filter(|tag| !tag.is_empty()).map(Into::into).collect();
    let name = Some(text(0)).filter(|name| !name.is_empty()).map(Into::into);
    SnapshotRequest { name, version: Some(version), description: text(1).into(), tags }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_separated_by_commas_or_blanks() {
        let texts = ["v1".to_owned(), " before ".to_owned(), "rel, demo x".to_owned()];
        let request = snapshot_of(Version(3), &texts);
        assert_eq!(request.name.as_deref(), Some("v1"));
        assert_eq!(request.description, "before");
        assert_eq!(request.tags, ["rel", "demo", "x"]);
    }
}
