//! Ending the program: what was opened in the trees is kept, and tasks that must finish are waited for or asked about.

use super::tasks::TaskKind;
use super::{Access, App, Boxed, Effect};
use crate::escape;
use crate::source::Address;
use crate::tui::action::Context;
use crate::tui::dialog::Dialog;
use crate::tui::dialog::form::Form;
use crate::tui::dialog::leaving::{Ending, Leave, Leaving};
use crate::tui::job::Write;
use crate::tui::owner::Owner;
use crate::view::text::{SafeText, joined};
use std::path::{Path, PathBuf};

impl App {
    /// Ends the program, or asks first: what should become of what is in memory only and cannot be read again, and of the
    /// tasks that must finish. Asked to end once more, it ends at once.
    pub(super) fn quit(&mut self, leave: Leave) -> Vec<Effect> {
        if self.leaving.replace(leave).is_some() {
            return self.leave(leave);
        }
        match self.unsaved() {
            None => self.finish(leave),
            Some(unsaved) => {
                self.show_box_on_top(Dialog::Leaving(unsaved));
                Vec::new()
            }
        }
    }

    /// Ends the program, or asks what should become of the tasks that must finish.
    fn finish(&mut self, leave: Leave) -> Vec<Effect> {
        self.leaving = Some(leave);
        if self.tasks.unfinished().next().is_none() {
            return self.leave(leave);
        }
        self.show_box_on_top(Dialog::Leaving(Leaving::Tasks));
        Vec::new()
    }

    /// What is in memory only: versions of a source that cannot be read again, or what the person has written.
    fn unsaved(&self) -> Option<Leaving> {
        if !self.workspace.is_in_memory() {
            return None;
        }
        let gone = self.workspace.gone.is_some() || self.workspace.address.as_ref().is_some_and(Address::is_read_once);
        let sessions = self.workspace.sessions.iter().filter(|_| gone);
        match (sessions.map(|session| session.history().newest().0).sum(), self.workspace.unsaved_writes) {
            (0, 0) => None,
            (0, writes) => Some(Leaving::UnsavedWrites(writes)),
            (versions, _) => Some(Leaving::Unsaved(versions)),
        }
    }

    /// Saves what is in memory only, then ends.
    pub(super) fn save_and_quit(&mut self, path: Option<&Path>) -> Vec<Effect> {
        let leave = self.leaving.take().unwrap_or(Leave::Nothing);
        let in_memory = self.workspace.is_in_memory() && self.setup.access == Access::ReadWrite;
        let Some(id) = self.workspace.current_id().filter(|_| in_memory) else { return self.finish(leave) };
        if let Some(path) = path {
            return self.keep_and_quit(id.into(), Write::Nothing, path.to_owned(), leave);
        }
        self.show_box(Dialog::Form(Form::keep(&self.place_to_keep(), Write::Nothing, Some(leave))));
        Vec::new()
    }

    /// Saves to a directory, then ends; where it fails, that is to be seen, and the program goes on.
    pub(super) fn keep_and_quit(&mut self, owner: Owner, write: Write, path: PathBuf, leave: Leave) -> Vec<Effect> {
        let effects = self.start_write(owner, write, Some(path));
        self.leaving = (!effects.is_empty()).then_some(leave);
        effects
    }

    /// What was chosen for what would be lost.
    pub(super) fn end(&mut self, asked: Leaving, ending: Ending) -> Vec<Effect> {
        let leave = self.leaving.unwrap_or(Leave::Nothing);
        match ending {
            Ending::Now if asked.context() == Context::Unsaved => return self.finish(leave),
            Ending::Now => return self.leave(leave),
            Ending::Save => return self.save_and_quit(None),
            Ending::Stay => self.leaving = None,
            Ending::Stop => {
                self.tasks.unfinished().for_each(|task| task.cancel.cancel());
                self.show_box_on_top(Dialog::Leaving(Leaving::Stopping));
            }
        }
        Vec::new()
    }

    /// Ends, where it was asked to and nothing is left that must finish.
    pub(super) fn leave_when_finished(&mut self) -> Vec<Effect> {
        match self.leaving {
            Some(leave) if self.tasks.unfinished().next().is_none() && !self.asks_to_save() => self.leave(leave),
            _ => Vec::new(),
        }
    }

    /// What had to finish has failed: that is to be seen, so the program goes on.
    pub(super) fn stay(&mut self) {
        self.leaving = None;
        if self.dialog.as_ref().is_some_and(|boxed| matches!(boxed.dialog, Dialog::Leaving(_))) {
            self.dialog = None;
        }
        self.open_next_box();
    }

    /// Whether the question is open that only a person can answer.
    fn asks_to_save(&self) -> bool {
        let asks = |boxed: &Boxed| matches!(boxed.dialog, Dialog::Leaving(leaving) if leaving.asks_to_save());
        self.dialog.as_ref().is_some_and(asks)
    }

    pub(super) fn leave(&self, leave: Leave) -> Vec<Effect> {
        self.keep_views().into_iter().chain([Effect::Quit(leave)]).collect()
    }

    /// What must finish, a line a task: `Export to out.jsonl: 35 %`.
    pub fn unfinished(&self) -> Vec<SafeText> {
        let words = self.tasks.unfinished().map(|task| {
            let what = match &task.kind {
                TaskKind::Export(path) => joined!["Export to ", escape::file(path)],
                TaskKind::Write(Write::Nothing) => "Save the recording".into(),
                _ => "Write to the log".into(),
            };
            let tenant = task.owner.session().and_then(|id| self.workspace.of(id));
            let tenant =
                tenant.map(|session| joined![" (", SafeText::data(&session.tenant.id().0), ")"]).unwrap_or_default();
            let share = task.progress.map(|share| format!(": {:.0} %", share * 100.0)).unwrap_or_default();
            joined![what, tenant, share]
        });
        words.collect()
    }
}
