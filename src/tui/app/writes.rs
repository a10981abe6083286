//! Asking before something is written, and where a recording in memory should be kept.

use super::session::Announced;
use super::tasks::TaskKind;
use super::{Access, App, Boxed, Effect, View};
use crate::Error;
use crate::escape;
use crate::history::{Branch, Revision, Target};
use crate::ops::{self, Plan, Start, Verb, words};
use crate::record::{SnapshotNote, Version};
use crate::recording::{Allow, SnapshotRequest};
use crate::source::Address;
use crate::tui::action::{ACTIONS, Action, Request, expand_home};
use crate::tui::dialog::chooser::Pick;
use crate::tui::dialog::confirm::{self, Confirm};
use crate::tui::dialog::form::{Form, Purpose};
use crate::tui::dialog::leaving::Leave;
use crate::tui::dialog::rollback::RollbackQuestion;
use crate::tui::dialog::{Dialog, DialogAnswer};
use crate::tui::job::{Job, NotKept, Write};
use crate::tui::owner::{Owner, SessionId};
use crate::tui::store::StoreWrite;
use crate::view::text::{SafeText, joined, percent};
use crate::view::transactions;
use crate::view::verbs::{SCREEN, sentence};
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl App {
    /// Whether the recording is a walkthrough in memory.
    pub fn is_demo(&self) -> bool {
        matches!(self.workspace.address, Some(Address::Demo(_)))
    }

    /// Actions while a dialog is open.
    pub(super) fn update_dialog(&mut self, request: &Request) -> Vec<Effect> {
        if matches!(request.action, Action::Suspend | Action::Redraw) {
            return self.act(request);
        }
        let copied = [Action::Edit, Action::CopyValue, Action::CopyLine, Action::CopyString];
        if copied.contains(&request.action) {
            return self.take_from_box(request.action);
        }
        let Some(mut boxed) = self.dialog.take() else { return Vec::new() };
        let owner = boxed.owner;
        let extent = boxed.extent.as_mut().filter(|_| boxed.dialog.is_read());
        if extent.is_some_and(|extent| boxed.scroll.act(request.action, extent)) {
            self.dialog = Some(boxed);
            return Vec::new();
        }
        boxed.scroll.follow();
        let answer = boxed.dialog.act(request.action);
        if !matches!(answer, DialogAnswer::Stay | DialogAnswer::Earlier | DialogAnswer::Complete | DialogAnswer::Park) {
            self.stop_planning(owner);
        }
        match answer {
            DialogAnswer::Stay => self.dialog = Some(boxed),
            DialogAnswer::Close if boxed.dialog.live().is_some() => self.leave_live(),
            DialogAnswer::Close => self.report_left(&boxed.dialog),
            DialogAnswer::Earlier => {
                boxed.dialog = boxed.dialog.with_earlier(self);
                self.dialog = Some(boxed);
            }
            DialogAnswer::Complete => {
                boxed.dialog.complete(self);
                self.dialog = Some(boxed);
            }
            DialogAnswer::Park => self.look_at_diff(boxed),
            DialogAnswer::Write(write) => return self.write(owner, write),
            DialogAnswer::Form(purpose, texts) => return self.answer_form(owner, purpose, &texts),
            DialogAnswer::Open(address) => return self.open(address),
            DialogAnswer::Pick(pick, text) => return self.picked(owner, pick, text),
            DialogAnswer::End(asked, ending) => return self.end(asked, ending),
        }
        Vec::new()
    }

    /// Leaving the question where to keep a recording leaves the write that asked, too.
    fn report_left(&mut self, dialog: &Dialog) {
        if matches!(dialog, Dialog::Form(form) if form.is_about_keeping()) {
            self.messages.note("Nothing was written");
        }
    }

    /// After letters were typed into a dialog.
    pub(super) fn typed(&mut self) -> Vec<Effect> {
        let Some(mut boxed) = self.dialog.take() else { return Vec::new() };
        boxed.scroll.follow();
        boxed.dialog.typed(self);
        self.dialog = Some(boxed);
        if self.take_live() {
            return self.settled();
        }
        self.list_files().into_iter().collect()
    }

    /// Looks up the names in the directory that is being typed, unless they are known or on their way.
    fn list_files(&mut self) -> Option<Effect> {
        let Dialog::Chooser(chooser) = &self.dialog.as_ref()?.dialog else { return None };
        let directory = chooser.directory()?.to_owned();
        let is_it = |kind: &TaskKind| matches!(kind, TaskKind::Files(other) if *other == directory);
        if self.files.0 == directory && !self.files.1.is_empty() || self.tasks.find(Owner::Program, is_it).is_some() {
            return None;
        }
        self.tasks.drop_kind(Owner::Program, |kind| matches!(kind, TaskKind::Files(_)));
        Some(self.begin(Owner::Program, Job::ListFiles(directory)))
    }

    pub(super) fn take_files(&mut self, directory: String, names: Vec<String>) {
        self.files = (directory, names);
        self.refresh_chooser();
    }

    /// Looks the rows of an open list up anew.
    pub(super) fn refresh_chooser(&mut self) {
        let Some(mut boxed) = self.dialog.take() else { return };
        if let Dialog::Chooser(chooser) = &mut boxed.dialog {
            chooser.refresh(self);
        }
        self.dialog = Some(boxed);
    }

    fn picked(&mut self, owner: Owner, pick: Pick, text: String) -> Vec<Effect> {
        match pick {
            Pick::Run(spec, argument) => {
                let mut effects = self.keep_command(text);
                effects.extend(self.request(spec, &argument));
                effects
            }
            Pick::Goto(_) if self.is_elsewhere(owner) => Vec::new(),
            Pick::Goto(version) => {
                self.messages.settle();
                self.jump(Some(version), "");
                self.keep_command(text)
            }
            Pick::Tenant(id) => {
                self.show_tenant(id);
                Vec::new()
            }
            Pick::Open(address, reading) => self.open_as(address, Some(reading)),
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
        vec![Effect::Keep(StoreWrite::Command(text))]
    }

    /// Switches to the tenant of that name, or asks which.
    pub(super) fn choose_tenant(&mut self, name: &str) {
        if name.is_empty() {
            self.list_tenants();
            return;
        }
        let sessions = &self.workspace.sessions;
        let exact = sessions.iter().find(|session| session.tenant.id().0 == name);
        // What is typed without quotation marks has no blanks at its ends; a name of an older recording may.
        let id = exact.or_else(|| sessions.iter().find(|session| session.tenant.id().0.trim() == name));
        match id.map(|session| session.id) {
            Some(id) => self.show_tenant(id),
            None => self.messages.failure(joined!["No tenant \"", name.to_owned(), "\" here (t lists them)"]),
        }
    }

    /// Shows a tenant. The film of the one shown before stops; what else it does goes on, and stays its own.
    pub(super) fn show_tenant(&mut self, id: SessionId) {
        if self.workspace.of(id).is_some() && !self.workspace.is_shown(id) {
            self.stop_playing();
            let asked = self.session().and_then(|session| Some(session.asked.history.as_ref()?.path.clone()));
            self.workspace.current = id.index();
            // What was asked of one tenant is asked of the other.
            let is_asked = self.session().is_some_and(|session| session.asked.history.is_some());
            if let Some(path) = asked.filter(|_| self.workspace.view == View::HISTORY && !is_asked) {
                self.show_history(Some(&path));
            }
        }
    }

    /// Whether an answer is for a tenant that is not shown, and so leads nowhere; then it says so.
    fn is_elsewhere(&mut self, owner: Owner) -> bool {
        let elsewhere = owner.session().is_some_and(|id| !self.workspace.is_shown(id));
        if elsewhere {
            self.messages.note("Another tenant is shown now: repeat the command");
        }
        elsewhere
    }

    pub(super) fn ask_snapshot(&mut self, name: &str) -> Vec<Effect> {
        let Some((id, version)) = self.session().map(|session| (session.id, session.cursor)) else { return Vec::new() };
        if name.is_empty() {
            self.show_box(Dialog::Form(Form::snapshot(version)));
            return Vec::new();
        }
        let request = SnapshotRequest { name: Some(name.into()), version: Some(version), ..Default::default() };
        self.write(id.into(), Verb::Snapshot(request).into())
    }

    /// Opens the selected snapshot's form.
    pub(super) fn ask_edit(&mut self) {
        let form = self.selected_snapshot().and_then(|id| Some(Form::edit(self.session()?.history().marks().get(id)?)));
        form.into_iter().for_each(|form| self.show_box(Dialog::Form(form)));
    }

    /// Asks whether the selected snapshot should go.
    pub(super) fn ask_delete(&mut self) {
        let undo = self.keymap.key_of(Action::Undo);
        let asked = self.selected_snapshot().and_then(|id| Confirm::deletion(&self.session()?.tenant, id, undo));
        asked.into_iter().for_each(|asked| self.show_box(Dialog::Confirm(Box::new(asked))));
    }

    /// Opens the question whether a variant should become permanent: the one named, else the selected one.
    pub(super) fn ask_promotion(&mut self, name: &str) -> Vec<Effect> {
        let name = if name.is_empty() { self.selected_variant() } else { Some(name.into()) };
        let Some(name) = name else {
            self.messages.failure("Which variant? 6 shows them; :promote NAME");
            return Vec::new();
        };
        let Some(session) = self.session() else { return Vec::new() };
        let branch = session.history().branch(&name).filter(Branch::can_be_promoted);
        let Some(branch) = branch else {
            self.messages.failure(joined!["No branch \"", name.to_string(), "\" to promote (7 lists all)"]);
            return Vec::new();
        };
        let question = RollbackQuestion::promotion(&session.tenant, &branch);
        self.open_question(question)
    }

    /// Starts a branch at the cursor.
    pub(super) fn fork(&mut self, name: &str) -> Vec<Effect> {
        let Some((id, from)) = self.session().map(|session| (session.id, session.cursor)) else { return Vec::new() };
        let name = name.into();
        self.write(id.into(), Verb::Fork { name, start: Start::At(from) }.into())
    }

    /// Opens the rollback question for a target, or for what the focused pane points at.
    pub(super) fn ask_rollback(&mut self, target: Option<&Target>) -> Vec<Effect> {
        if target.is_none() && self.workspace.view == View::TRANSACTIONS && self.offer_ways_back() {
            return Vec::new();
        }
        let to = self.version_or_focus(target);
        to.map_or_else(Vec::new, |to| self.question(to))
    }

    /// Where the cursor is on a step that failed, what to go back to is asked first: that step made no version of its own.
    fn offer_ways_back(&mut self) -> bool {
        let offered = self.session().and_then(|session| {
            let id = session.failed_step_here()?;
            let history = session.history();
            let transaction = history.transactions().get(id)?;
            Some((transaction.name.clone(), transactions::ways_back(&history, transaction)))
        });
        let Some((name, ways)) = offered else { return false };
        self.list_ways_back(&name, ways);
        true
    }

    fn question(&mut self, to: Version) -> Vec<Effect> {
        let Some(session) = self.session() else { return Vec::new() };
        if let Err(error) = ops::plan_rollback(&session.tenant, to) {
            let then = if matches!(error, Error::AlreadyHead { .. }) { ". Step back first, then R" } else { "" };
            self.messages.note(sentence(&format!("{error}{then}")));
            return Vec::new();
        }
        let question = RollbackQuestion::new(&session.tenant, to);
        self.open_question(question)
    }

    /// Opens the question whether everything before a target, or before the cursor, should be cut off.
    pub(super) fn ask_compaction(&mut self, target: Option<&Target>) -> Vec<Effect> {
        let cursor = self.session().map(|session| session.cursor);
        let before = target.map_or(cursor, |target| self.version_of(target));
        before.map_or_else(Vec::new, |before| self.open_compaction(before))
    }

    fn answer_form(&mut self, owner: Owner, purpose: Purpose, texts: &[String]) -> Vec<Effect> {
        let first = texts.first().map_or("", |text| text.trim());
        self.before_line = None;
        match purpose {
            Purpose::Snapshot(version) => return self.write(owner, Verb::Snapshot(snapshot_of(version, texts)).into()),
            Purpose::Edit(id) => {
                let SnapshotRequest { name, description, tags, .. } = snapshot_of(Version(0), texts);
                let note = SnapshotNote { name, description, tags };
                return self.write(owner, Verb::Edit { id, note }.into());
            }
            Purpose::Argument(_) | Purpose::Filter | Purpose::Search if self.is_elsewhere(owner) => {}
            Purpose::Argument(action) => return self.take_argument(action, first),
            Purpose::Filter => self.filter(first),
            Purpose::Keep(..) if first.is_empty() => self.messages.note("Nothing was written: no directory was given"),
            Purpose::Keep(write, Some(leave)) => return self.keep_and_quit(owner, *write, expand_home(first), leave),
            Purpose::Keep(write, None) => return self.start_write(owner, *write, Some(expand_home(first))),
            Purpose::Search => self.search(first),
        }
        Vec::new()
    }

    /// Does an action with an argument that was not typed behind its name; without one nothing.
    pub(super) fn take_argument(&mut self, action: Action, text: &str) -> Vec<Effect> {
        let spec = ACTIONS.iter().find(|spec| spec.action == action);
        let Some(spec) = spec.filter(|_| !text.is_empty()) else { return Vec::new() };
        match self.argument(spec, text) {
            Ok(argument) => return self.act(&Request { action, argument }),
            Err(why) => self.messages.failure(why),
        }
        Vec::new()
    }

    /// Keeps a recording that is in memory, a demo too when told where.
    pub(super) fn save(&mut self, path: Option<&Path>) -> Vec<Effect> {
        let Some(id) = self.workspace.current_id() else { return Vec::new() };
        if let Some(directory) = &self.workspace.directory {
            self.messages.note(joined!["Everything is already in ", escape::file(directory)]);
        } else if let Some(path) = path {
            return self.start_write(id.into(), Write::Nothing, Some(path.to_owned()));
        } else {
            self.show_box(Dialog::Form(Form::keep(&self.place_to_keep(), Write::Nothing, None)));
        }
        Vec::new()
    }

    /// Nothing was written, since it could not be kept where that was wanted: asks for another place, with what was typed.
    pub(super) fn keep_elsewhere(&mut self, id: SessionId, not_kept: NotKept, leave: Option<Leave>) {
        let NotKept { error, write, directory } = not_kept;
        self.fail_for(id, joined!["Nothing was written: ", error.to_string()]);
        if self.workspace.is_shown(id) && self.dialog.is_none() {
            self.show_box(Dialog::Form(Form::keep(&directory, write, leave)));
        }
    }

    pub(super) fn place_to_keep(&self) -> PathBuf {
        self.workspace.address.as_ref().and_then(Address::free_recording).unwrap_or_default()
    }

    /// Takes back the last write, or does it again: first says what that would be, and does it when asked once more. A
    /// guarded tenant asks for its name.
    pub(super) fn turn(&mut self, action: Action) -> Vec<Effect> {
        let verb = if action == Action::Redo { Verb::Redo } else { Verb::Undo };
        let Some(session) = self.session_mut() else { return Vec::new() };
        let Ok(Plan::Turn(plan)) = verb.plan(&session.tenant) else { return Vec::new() };
        if verb.asks_for_name(&session.tenant) {
            let question = Confirm::turn(&session.tenant, verb, plan);
            self.show_box(Dialog::Confirm(Box::new(question)));
            return Vec::new();
        }
        let (id, told) = (session.id, Announced::of(action, &plan));
        if session.announced.replace(told.clone()) == Some(told) {
            session.announced = None;
            return self.write(id.into(), Write::Do(verb, confirm::allow_plan(Allow::default(), &plan)));
        }
        let key = self.keymap.key_of(action);
        self.messages.note(sentence(&words::announced(&plan, &format!(" ({key} again does it)"), &SCREEN)));
        Vec::new()
    }

    /// What an undo or a redo would take away: `undo the rollback to #2 · 3 versions leave main`.
    pub fn taken_away(&self, action: Action) -> Option<SafeText> {
        let verb = match action {
            Action::Undo => Verb::Undo,
            Action::Redo => Verb::Redo,
            _ => return None,
        };
        let Ok(Plan::Turn(plan)) = verb.plan(&self.session()?.tenant) else { return None };
        let (what, leaves) = words::taken_away(&plan, &SCREEN);
        Some(SafeText::join([what.into(), leaves.unwrap_or_default().into()], " · "))
    }

    /// What an undo or a redo does and takes away, for the line of keys, the longest first: `undo: takes 3 versions off main`.
    pub fn hints_of_turn(&self, action: Action) -> Vec<SafeText> {
        let verb = match action {
            Action::Undo => Verb::Undo,
            Action::Redo => Verb::Redo,
            _ => return Vec::new(),
        };
        match self.session().map(|session| verb.plan(&session.tenant)) {
            Some(Ok(Plan::Turn(plan))) => words::hints(&plan, &SCREEN).into_iter().map(SafeText::from).collect(),
            _ => Vec::new(),
        }
    }

    /// Writes to the tenant that was asked about; a recording that is in memory only is asked for a place first, unless it is
    /// a demo.
    pub(super) fn write(&mut self, owner: Owner, write: Write) -> Vec<Effect> {
        if self.asks_for_place() && !self.is_busy(owner) {
            let dialog = Dialog::Form(Form::keep(&self.place_to_keep(), write, None));
            self.dialog = Some(Boxed::new(dialog, owner, Revision::default()));
            return Vec::new();
        }
        self.start_write(owner, write, None)
    }

    /// Whether a write asks first where to save the recording.
    pub(super) fn asks_for_place(&self) -> bool {
        self.workspace.is_in_memory() && !self.is_demo()
    }

    /// Whether nothing can be written for an owner now; then it says why.
    fn is_busy(&mut self, owner: Owner) -> bool {
        let named = owner.session().and_then(|id| self.workspace.of(id)).is_some();
        if !named {
            self.messages.failure("Nothing was written: that recording is no longer open");
        } else if self.setup.access == Access::ReadOnly || self.tasks.writing(self.workspace.id).is_some() {
            self.messages.note("Not now: the previous write is still running");
        } else {
            return false;
        }
        true
    }

    pub(super) fn start_write(&mut self, owner: Owner, write: Write, keep: Option<PathBuf>) -> Vec<Effect> {
        if self.is_busy(owner) {
            return Vec::new();
        }
        let session = owner.session().and_then(|id| self.workspace.of(id));
        let (Some(session), Some(recording)) = (session, &self.workspace.recording) else { return Vec::new() };
        let tenant = match &self.setup.author {
            Some(author) => session.tenant.by(author),
            None => session.tenant.clone(),
        };
        let recording = Arc::clone(recording);
        vec![self.begin(owner, Job::Write { recording, tenant, write, keep })]
    }

    /// Whether old history is being cut off.
    pub(super) fn is_compacting(&self) -> bool {
        let cuts = |kind: &TaskKind| matches!(kind, TaskKind::Write(Write::Do(Verb::Compact { .. }, _)));
        self.tasks.writing(self.workspace.id).is_some_and(|task| cuts(&task.kind))
    }

    /// What a write that takes long says of itself.
    pub fn writing_words(&self) -> Option<SafeText> {
        let task = self.tasks.writing(self.workspace.id)?;
        let key = self.keymap.key_of(Action::Back);
        match task.progress.map(percent) {
            Some(share) if self.is_compacting() => Some(joined!["Compacting: ", share, "; you can keep working"]),
            Some(share) => {
                Some(joined!["Saving the recording: ", share, "; you can keep working (", key, " stops it)"])
            }
            None if task.slow && !task.cancel.is_cancelled() => {
                Some(joined!["Waiting for the log: another process may be writing to it (", key, " gives up)"])
            }
            None => None,
        }
    }

    /// Whether there was a write to stop. One that waits for someone else's lock gives up; one that has begun is finished.
    pub(super) fn stop_writing(&mut self) -> bool {
        let task = self.tasks.writing(self.workspace.id).filter(|task| !task.cancel.is_cancelled());
        task.inspect(|task| task.cancel.cancel()).is_some()
    }
}

fn snapshot_of(version: Version, texts: &[String]) -> SnapshotRequest {
    let text = |at: usize| texts.get(at).map_or("", |text| text.trim());
    let tags = text(2).split([',', ' ']).filter(|tag| !tag.is_empty()).map(Into::into).collect();
    // A name is exact: what is wrong with blanks at its ends is said, not mended.
    let name = texts.first().filter(|name| !name.is_empty()).map(|name| name.as_str().into());
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
